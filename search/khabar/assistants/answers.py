"""What all answers share: the archive, how the query was read, and what is left out."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from khabar.assistants.arguments import Conditions
from khabar.assistants.outside import NOTICE, line
from khabar.index.plan import NAMED
from khabar.library import Index
from khabar.query.interpret import Interpretation
from khabar.query.tree import Match, Problem

__all__ = ["TELLINGS", "archive_of", "asked_of", "begun", "paged", "problem_of", "unknown"]

#: Articles of a story that are listed, the first ones.
TELLINGS = 10


def unknown(index: Index, article_id: str) -> dict[str, Any]:
    """The answer for an id that no article has."""
    return {
        **archive_of(index),
        "found": False,
        "note": f"there is no article {article_id!r} in this archive: take an id from `search`",
    }


def asked_of(args: Conditions, usual: Match) -> dict[str, Any]:
    """The conditions as arguments of the library."""
    asked: dict[str, Any] = {
        name: value for name in ("since", "until", *NAMED, "where") if (value := getattr(args, name, None))
    }
    return asked | {"match": usual if args.match is UNSET else args.match}


def begun(index: Index, read: Interpretation, asked: dict[str, Any]) -> dict[str, Any]:
    """What every answer to a query begins with: what was searched, and how."""
    words = [
        {"word": each.word, "role": each.role, "articles": each.articles, "forms": list(each.forms)}
        | ({"further_forms": each.more} if each.more else {})
        for each in read
    ]
    conditions = {name: value for name, value in asked.items() if name != "match"}
    searched: dict[str, Any] = {"query": read.query, "match": read.match, "words": words}
    if conditions:
        searched["conditions"] = conditions
    if read.problems:
        searched["problems"] = [problem_of(each) for each in read.problems]
    return {**archive_of(index), "searched": searched}


def problem_of(each: Problem) -> dict[str, Any]:
    """A problem of a query, with what may have been meant."""
    choices = {"from_article": [line(name) for name in each.choices]} if each.choices else {}
    return {"code": each.code, "message": each.message} | choices


def archive_of(index: Index) -> dict[str, Any]:
    """The archive: what of it there is to find."""
    statistics = index.info().statistics
    span = [each.date().isoformat() if each else None for each in (statistics.first, statistics.last)]
    archive = {"articles": statistics.articles, "first_day": span[0], "last_day": span[1]}
    if index.state() != "whole":
        archive["state"] = f"{index.state()}: articles are missing"
    return {"notice": NOTICE, "archive": archive}


def paged(answer: dict[str, Any], left: int, after: dict[str, Any] | None) -> dict[str, Any]:
    """The answer with what is not in it."""
    if left:
        answer["left_out_for_length"] = left
    if after:
        answer["next"] = after
    return answer
