"""A timeline as bars, each a link to its period, drawn by attributes alone: the content security policy
allows no inline styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khabar.render.messages import counted, say
from khabar.web.texts import text_of

if TYPE_CHECKING:
    from khabar.explore.timeline import Bucket, Timeline
    from khabar.web.pages.searching import Search

__all__ = ["drawn"]

#: The width of a bar with its gap, and the height of the drawing, which is stretched to its place.
_STEP = 10
_HEIGHT = 100
#: What is there is seen: not lower than this.
_LOWEST = 3


def drawn(timeline: Timeline, search: Search, language: str) -> dict[str, Any] | None:
    """A timeline for the template ``timeline.html``; None if there is nothing to draw.

    Args:
        timeline: of one query.
        search: the search that the bars narrow.
        language: of what it says.
    """
    buckets = timeline.buckets
    if not buckets or (len(buckets) == 1 and not (search.since or search.until)):
        return None
    most = max(bucket.counts[0] for bucket in buckets) or 1
    said = [say(f"per {timeline.by}", language, start=_monday(language))]
    if timeline.undated[0]:
        said.append(text_of("undated", language, count=counted(timeline.undated[0], "article", language)))
    if any(not bucket.articles for bucket in buckets):
        said.append(say("gap", language))
    return {
        "width": _STEP * len(buckets),
        "most": most,
        "bars": [
            _bar(place, each, most, timeline.by, search, language) for place, each in enumerate(buckets)
        ],
        "first": _name(buckets[0], timeline.by),
        "last": _name(buckets[-1], timeline.by),
        "said": ("، " if language == "ar" else ", ").join(said),
        "brush": search.changed(since="FIRST", until="LAST").address(),
        "whole": search.changed(since="", until="").address() if search.since or search.until else "",
    }


def _bar(place: int, bucket: Bucket, most: int, by: str, search: Search, language: str) -> dict[str, Any]:
    count = bucket.counts[0]
    height = max(_LOWEST, round(_HEIGHT * count / most, 1)) if count else 0
    first, last = bucket.first.isoformat(), bucket.last.isoformat()
    span = _name(bucket, by)
    shown = f"{first} – {last}" if by == "week" else span
    since, until = (first, last) if by in ("week", "day") else (span, span)
    number = counted(count, "article", language)
    return {
        "x": place * _STEP,
        "y": _HEIGHT - height,
        "height": height,
        "count": count,
        "gap": not bucket.articles,
        "first": since,
        "last": until,
        "span": shown,
        "label": text_of("bar", language, span=shown, count=number),
        "address": search.changed(since=since, until=until).address(),
    }


def _name(bucket: Bucket, by: str) -> str:
    first = bucket.first.isoformat()
    return {"month": first[:7], "year": first[:4]}.get(by, first)


def _monday(language: str) -> str:
    return "الاثنين" if language == "ar" else "Monday"
