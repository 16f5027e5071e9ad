"""A query of plain words, such as a headline or a question. It is apart from the parser, which such a search does not import."""

from __future__ import annotations

from khabar.query.tree import Limits, Match, Problem, Query, Term

__all__ = ["plain", "shortened"]


def plain(text: str, limits: Limits | None = None, match: Match = "any") -> Query:
    """The query as words and nothing else: no sign, operator or quotation mark has a meaning."""
    read, problems = shortened(text, limits or Limits())
    return Query(text, (Term(read, 0, len(read)),) if read else (), tuple(problems), match)


def shortened(text: str, limits: Limits) -> tuple[str, list[Problem]]:
    """What is read of a text: all, or what comes before the word that goes beyond the limit."""
    most = max(0, limits.length)
    if len(text) <= most:
        return text, []
    end = most
    while end and not text[end - 1].isspace():
        end -= 1
    message = f"the query is longer than {most} characters: the rest is left out"
    end = end or most
    return text[:end], [Problem(end, len(text), "too-long", message)]
