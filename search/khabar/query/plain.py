"""A query of plain words, such as a headline or a question. It is a separate module because it does not need
the parser."""

from __future__ import annotations

from khabar.query.tree import Limits, Match, Problem, Query, Term

__all__ = ["plain", "shortened"]


def plain(text: str, limits: Limits | None = None, match: Match = "any") -> Query:
    """Parse a query as plain words: signs, operators and quotation marks have no meaning."""
    read, problems = shortened(text, limits or Limits())
    return Query(text, (Term(read, 0, len(read)),) if read else (), tuple(problems), match)


def shortened(text: str, limits: Limits) -> tuple[str, list[Problem]]:
    """The part of a text within the limit, cut before the word that exceeds it."""
    most = max(0, limits.length)
    if len(text) <= most:
        return text, []
    end = most
    while end and not text[end - 1].isspace():
        end -= 1
    message = f"the query is longer than {most} characters: the rest is left out"
    end = end or most
    return text[:end], [Problem(end, len(text), "too-long", message)]
