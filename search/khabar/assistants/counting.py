"""The answers of `facets`, `names` and `timeline`: counts of the articles that match a query."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from khabar.assistants import arguments
from khabar.assistants.answers import answer_start, paged, search_options
from khabar.assistants.budget import fitted, length
from khabar.assistants.nothing import explained
from khabar.assistants.outside import line
from khabar.explore.names import Name
from khabar.explore.timeline import Timeline
from khabar.library import Index

__all__ = ["facets", "names", "timeline"]


def facets(index: Index, args: arguments.Facets) -> dict[str, Any]:
    """How many of the matching articles have each source, author, year or other value."""
    options = search_options(args, "all")
    read = index.interpret(args.query, **options)
    counted = index.facets(args.query, tuple(args.fields), limit=args.limit, **options)
    answer = answer_start(index, read, options) | {"total": counted.total}
    if not counted.total:
        return answer | {"facets": {}, "nothing": explained(index, read, options)}
    room = (args.max_characters - length(answer)) // len(counted)
    answer["facets"], left = {}, 0
    for facet in counted:
        name = "value" if facet.field in ("year", "month") else "from_article"
        kept = fitted(({name: line(value.name), "articles": value.count} for value in facet), room)
        answer["facets"][facet.field] = {"values": kept.items, "further_values": facet.more + kept.left}
        left += kept.left
    return paged(answer, left, None)


def names(index: Index, args: arguments.Names) -> dict[str, Any]:
    """The people, places and organisations named in the best articles that match."""
    options = search_options(args, "all")
    read = index.interpret(args.query, **options)
    names = index.names(args.query, args.kind, beside=args.beside, limit=args.limit, **options)
    answer = answer_start(index, read, options) | {"total": names.total, "looked_at": names.looked_at}
    answer["note"] = (
        "recognised by rules: about one in nine names is wrong or incomplete, and more are missed; "
        "`evidence` is what each was recognised by. People with the same name are counted as one"
    )
    if not names.total:
        return answer | {"names": [], "nothing": explained(index, read, options)}
    kept = fitted((_name(name) for name in names), args.max_characters - length(answer))
    answer |= {"names": kept.items, "further_names": names.more + kept.left}
    return paged(answer, kept.left, None)


def _name(name: Name) -> dict[str, Any]:
    texts = {
        "name": line(name.text),
        "evidence": [line(evidence.text or evidence.sort) for evidence in name.evidence[:3]],
    }
    others = [line(spelling.text) for spelling in name.spellings if spelling.text != name.text]
    if others:
        texts["also_written"] = others
    return {"kind": name.kind, "articles": name.articles, "from_article": texts}


def timeline(index: Index, args: arguments.Timeline) -> dict[str, Any]:
    """How many articles match in each period."""
    options = search_options(args, "all")
    read = index.interpret(args.query, **options)
    counted = index.timeline(args.query, by=args.by, **options)
    answer = answer_start(index, read, options) | {"total": read.total}
    if not read.total:
        return answer | {"periods": [], "nothing": explained(index, read, options)}
    answer |= {"by": counted.by, "undated": counted.undated[0]}
    periods = list(_periods(counted))
    kept = fitted(periods, args.max_characters - length(answer))
    answer["periods"] = kept.items
    after = {"since": periods[len(kept.items)]["first_day"], "by": counted.by} if kept.left else None
    return paged(answer, kept.left, after)


def _periods(counted: Timeline) -> Iterator[dict[str, Any]]:
    """The periods in order. Neighbours without a match become one item, but periods from which the archive
    has no articles at all are kept apart from those that it covers."""
    runs = groupby(counted, lambda period: (period.counts[0] > 0, period.articles > 0))
    for (matches, covered), run in runs:
        for periods in ((period,) for period in run) if matches else (tuple(run),):
            item: dict[str, Any] = {
                "first_day": periods[0].first.isoformat(),
                "last_day": periods[-1].last.isoformat(),
                "articles": sum(period.counts[0] for period in periods),
                "of_all": sum(period.articles for period in periods),
            }
            if len(periods) > 1:
                item["periods"] = len(periods)
            if not covered:
                item["note"] = "the archive has no articles from this time"
            yield item
