"""A timeline as bars that link to their periods. It is drawn with SVG attributes, because the content
security policy forbids inline styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khabar.render.messages import counted, joined, say
from khabar.web.texts import text_of

if TYPE_CHECKING:
    from khabar.explore.timeline import Bucket, Timeline
    from khabar.web.pages.searching import Search

__all__ = ["drawn"]

#: The width of a bar with its gap, and the height of the drawing, which is stretched to the page.
_STEP = 10
_HEIGHT = 100
#: Minimum height of a bar, so that it is visible.
_LOWEST = 3


def drawn(timeline: Timeline, search: Search, language: str) -> dict[str, Any] | None:
    """The values of the template ``timeline.html``; None if there is nothing to draw.

    Args:
        timeline: the timeline of one query.
        search: the search that the bars narrow.
        language: the language of the texts.
    """
    buckets = timeline.buckets
    if not buckets or (len(buckets) == 1 and not (search.since or search.until)):
        return None
    most = max(bucket.counts[0] for bucket in buckets) or 1
    notes = [say(f"per {timeline.by}", language, start="الاثنين" if language == "ar" else "Monday")]
    if timeline.undated[0]:
        notes.append(text_of("undated", language, count=counted(timeline.undated[0], "article", language)))
    if any(not bucket.articles for bucket in buckets):
        notes.append(say("gap", language))
    return {
        "width": _STEP * len(buckets),
        "most": most,
        "bars": [
            _bar(number, bucket, most, timeline.by, search, language) for number, bucket in enumerate(buckets)
        ],
        "first": _name(buckets[0], timeline.by),
        "last": _name(buckets[-1], timeline.by),
        "said": joined(notes, language),
        "brush": search.changed(since="FIRST", until="LAST").address(),
        "whole": search.changed(since="", until="").address() if search.since or search.until else "",
    }


def _bar(number: int, bucket: Bucket, most: int, by: str, search: Search, language: str) -> dict[str, Any]:
    """A bar, for the template."""
    count = bucket.counts[0]
    height = max(_LOWEST, round(_HEIGHT * count / most, 1)) if count else 0
    first, last = bucket.first.isoformat(), bucket.last.isoformat()
    name = _name(bucket, by)
    span = f"{first} – {last}" if by == "week" else name
    since, until = (first, last) if by in ("week", "day") else (name, name)
    return {
        "x": number * _STEP,
        "y": _HEIGHT - height,
        "height": height,
        "count": count,
        "gap": not bucket.articles,
        "first": since,
        "last": until,
        "span": span,
        "label": text_of("bar", language, span=span, count=counted(count, "article", language)),
        "address": search.changed(since=since, until=until).address(),
    }


def _name(bucket: Bucket, by: str) -> str:
    """The name of a bucket: its first day, or its month or year."""
    first = bucket.first.isoformat()
    return {"month": first[:7], "year": first[:4]}.get(by, first)
