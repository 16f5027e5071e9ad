"""What all answers have in common: the archive, how the query was understood, and what was left out."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from khabar.assistants.arguments import Conditions
from khabar.assistants.outside import NOTICE, line
from khabar.index.plan import NAMED
from khabar.library import Index
from khabar.query.interpret import Interpretation
from khabar.query.tree import Match, Problem

__all__ = ["TELLINGS", "answer_start", "archive_of", "paged", "problem_of", "search_options", "unknown"]

#: How many articles of a story are listed, the earliest first.
TELLINGS = 10


def unknown(index: Index, article_id: str) -> dict[str, Any]:
    """The answer to an id that no article has."""
    return {
        **archive_of(index),
        "found": False,
        "note": f"there is no article {article_id!r} in this archive: take an id from `search`",
    }


def search_options(args: Conditions, usual: Match) -> dict[str, Any]:
    """The conditions as arguments of the library; ``usual`` is the default of ``match``."""
    options: dict[str, Any] = {
        name: value for name in ("since", "until", *NAMED, "where") if (value := getattr(args, name, None))
    }
    return options | {"match": usual if args.match is UNSET else args.match}


def answer_start(index: Index, read: Interpretation, options: dict[str, Any]) -> dict[str, Any]:
    """The beginning of every answer to a query: what was searched, and how."""
    words = [
        {"word": word.word, "role": word.role, "articles": word.articles, "forms": list(word.forms)}
        | ({"further_forms": word.more} if word.more else {})
        for word in read
    ]
    conditions = {name: value for name, value in options.items() if name != "match"}
    searched: dict[str, Any] = {"query": read.query, "match": read.match, "words": words}
    if conditions:
        searched["conditions"] = conditions
    if read.problems:
        searched["problems"] = [problem_of(problem) for problem in read.problems]
    return {**archive_of(index), "searched": searched}


def problem_of(problem: Problem) -> dict[str, Any]:
    """A problem of a query, with the values that may have been meant."""
    choices = {"from_article": [line(name) for name in problem.choices]} if problem.choices else {}
    return {"code": problem.code, "message": problem.message} | choices


def archive_of(index: Index) -> dict[str, Any]:
    """The size of the archive and the days that it covers."""
    statistics = index.info().statistics
    first, last = (
        moment.date().isoformat() if moment else None for moment in (statistics.first, statistics.last)
    )
    archive = {"articles": statistics.articles, "first_day": first, "last_day": last}
    if index.state() != "whole":
        archive["state"] = f"{index.state()}: articles are missing"
    return {"notice": NOTICE, "archive": archive}


def paged(answer: dict[str, Any], left: int, after: dict[str, Any] | None) -> dict[str, Any]:
    """The answer, with the number of items left out and the arguments that ask for the next ones."""
    if left:
        answer["left_out_for_length"] = left
    if after:
        answer["next"] = after
    return answer
