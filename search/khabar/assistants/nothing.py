"""Why nothing was found, and which searches find something. A model takes "0" as a fact about the world;
often it is one about the query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khabar.index.plan import NAMED
from khabar.library import Index
from khabar.query.interpret import Interpretation

__all__ = ["explained"]

#: The conditions that can be left out, by the names of the arguments.
_CONDITIONS = ("since", "until", *NAMED, "where")


def explained(index: Index, read: Interpretation, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Reasons for an empty answer, and other ways to ask with the numbers of articles that they find.

    Args:
        index: the index.
        read: how it understood the query.
        asked: the conditions beside the query.
    """
    because = [each.message for each in read.problems]
    because += [
        f"no article contains «{word.word}» in any form"
        for word in read
        if not word.articles and word.role not in ("excluded", "stop")
    ]
    instead: list[dict[str, Any]] = []

    def tried(query: str, change: str, conditions: Mapping[str, Any]) -> int:
        total = index.interpret(query, **conditions).total
        if total:
            instead.append(
                {"change": change, "query": query, "arguments": dict(conditions), "articles": total}
            )
        return total

    given = [name for name in _CONDITIONS if asked.get(name)]
    if given:
        free = {name: value for name, value in asked.items() if name not in given}
        total = tried(read.query, f"without {' and '.join(given)}", free)
        because += [f"{total:,} match without {', '.join(given)}"] if total else []
        for name in given if total and len(given) > 1 else ():
            tried(read.query, f"without {name}", {key: value for key, value in asked.items() if key != name})
    if read.match == "all" and tried(read.query, "any of the words", {**asked, "match": "any"}):
        because.append("no article contains all words of the query together")
    for other in index.suggest(read.query, **asked):
        instead.append(
            {"change": f"perhaps meant ({other.kind})", "query": other.query, "articles": other.total}
        )
    if not because and len(read.words) > 1:
        because.append("each word occurs, but no article meets all that the query requires")
    note = (
        "0 articles of this archive match this query. That does not show that it did not happen or was not "
        "reported elsewhere."
    )
    return {"note": note, "because": because, "would_find": instead}
