"""Why nothing was found, and which searches find something. A model takes 0 for a fact about the world;
often it is one about the query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khabar.index.plan import NAMED
from khabar.library import Index
from khabar.query.interpret import Interpretation

__all__ = ["explained"]

#: The arguments that are conditions and can be left out.
_CONDITIONS = ("since", "until", *NAMED, "where")


def explained(index: Index, read: Interpretation, options: Mapping[str, Any]) -> dict[str, Any]:
    """Reasons for an empty answer, and other searches with the number of articles that each finds.

    Args:
        index: the index.
        read: how it understood the query.
        options: what was asked beside the query.
    """
    because = [problem.message for problem in read.problems]
    because += [
        f"no article contains «{word.word}» in any form"
        for word in read
        if not word.articles and word.role not in ("excluded", "stop")
    ]
    instead: list[dict[str, Any]] = []

    def try_with(changed: dict[str, Any], change: str) -> int:
        total = index.interpret(read.query, **changed).total
        if total:
            instead.append({"change": change, "query": read.query, "arguments": changed, "articles": total})
        return total

    def without(*names: str) -> dict[str, Any]:
        return {name: value for name, value in options.items() if name not in names}

    conditions = [name for name in _CONDITIONS if options.get(name)]
    if conditions:
        total = try_with(without(*conditions), f"without {' and '.join(conditions)}")
        if total:
            because.append(f"{total:,} match without {', '.join(conditions)}")
        if total and len(conditions) > 1:
            for name in conditions:
                try_with(without(name), f"without {name}")
    if read.match == "all" and try_with({**options, "match": "any"}, "any of the words"):
        because.append("no article contains all words of the query")
    for other in index.suggest(read.query, **options):
        instead.append(
            {"change": f"perhaps meant ({other.kind})", "query": other.query, "articles": other.total}
        )
    if not because and len(read.words) > 1:
        because.append("each word occurs, but no article meets all that the query requires")
    note = (
        "0 articles of this archive match this query. This does not show that something did not happen or "
        "was not reported elsewhere."
    )
    return {"note": note, "because": because, "would_find": instead}
