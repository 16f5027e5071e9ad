"""The answers of `facets`, `names` and `timeline`: what articles that match a query have in common."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from khabar.assistants import arguments as given
from khabar.assistants.answers import asked_of, begun, paged
from khabar.assistants.budget import fitted, length
from khabar.assistants.nothing import explained
from khabar.assistants.outside import line
from khabar.explore.names import Name
from khabar.explore.timeline import Timeline
from khabar.library import Index

__all__ = ["facets", "names", "timeline"]


def facets(index: Index, args: given.Facets) -> dict[str, Any]:
    """How many of the articles that match have which source, author, year or month."""
    asked = asked_of(args, "all")
    read = index.interpret(args.query, **asked)
    counted = index.facets(args.query, tuple(args.fields), limit=args.limit, **asked)
    answer = begun(index, read, asked) | {"total": counted.total}
    if not counted.total:
        return answer | {"facets": {}, "nothing": explained(index, read, asked)}
    room = (args.max_characters - length(answer)) // len(counted)
    answer["facets"], left = {}, 0
    for facet in counted:
        name = "value" if facet.field in ("year", "month") else "from_article"
        kept = fitted(({name: line(each.name), "articles": each.count} for each in facet), room)
        answer["facets"][facet.field] = {"values": kept.items, "further_values": facet.more + kept.left}
        left += kept.left
    return paged(answer, left, None)


def names(index: Index, args: given.Names) -> dict[str, Any]:
    """Who and what is named in the best articles that match."""
    asked = asked_of(args, "all")
    read = index.interpret(args.query, **asked)
    names = index.names(args.query, args.kind, beside=args.beside, limit=args.limit, **asked)
    answer = begun(index, read, asked) | {"total": names.total, "looked_at": names.looked_at}
    answer["note"] = (
        "recognised by rules: about one in nine names is wrong or cut, and more are missed; `evidence` says "
        "by what. People of one name are counted as one"
    )
    if not names.total:
        return answer | {"names": [], "nothing": explained(index, read, asked)}
    kept = fitted((_name(each) for each in names), args.max_characters - length(answer))
    answer |= {"names": kept.items, "further_names": names.more + kept.left}
    return paged(answer, kept.left, None)


def _name(name: Name) -> dict[str, Any]:
    evidence = [each.text or each.sort for each in name.evidence[:3]]
    others = [each.text for each in name.spellings if each.text != name.text]
    said = {"name": line(name.text), "evidence": [line(each) for each in evidence]}
    if others:
        said["also_written"] = [line(each) for each in others]
    return {"kind": name.kind, "articles": name.articles, "from_article": said}


def timeline(index: Index, args: given.Timeline) -> dict[str, Any]:
    """How many articles match in each period."""
    asked = asked_of(args, "all")
    read = index.interpret(args.query, **asked)
    found = index.timeline(args.query, by=args.by, **asked)
    answer = begun(index, read, asked) | {"total": read.total}
    if not read.total:
        return answer | {"periods": [], "nothing": explained(index, read, asked)}
    answer |= {"by": found.by, "undated": found.undated[0]}
    periods = list(_periods(found))
    kept = fitted(periods, args.max_characters - length(answer))
    answer["periods"] = kept.items
    after = {"since": periods[len(kept.items)]["first_day"], "by": found.by} if kept.left else None
    return paged(answer, kept.left, after)


def _periods(found: Timeline) -> Iterator[dict[str, Any]]:
    """The periods in order. Neighbours without a match are one: those that the archive covers, and those of
    which it has no articles at all."""
    for (matches, covered), run in groupby(found, lambda each: (each.counts[0] > 0, each.articles > 0)):
        for some in ((each,) for each in run) if matches else (tuple(run),):
            period: dict[str, Any] = {
                "first_day": some[0].first.isoformat(),
                "last_day": some[-1].last.isoformat(),
                "articles": sum(each.counts[0] for each in some),
                "of_all": sum(each.articles for each in some),
            }
            if len(some) > 1:
                period["periods"] = len(some)
            if not covered:
                period["note"] = "the archive has no articles from this time"
            yield period
