"""Charts of a page: bars beside names, and curves over time, drawn with markup alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from khabar.highlight.markup import plain
from khabar.render.explored import bucket_name, bucket_span, timeline_notes
from khabar.render.html import PLAIN, apart, faint
from khabar.render.look import Look
from khabar.render.messages import counted, say

if TYPE_CHECKING:
    from khabar.explore.timeline import Bucket, Timeline

__all__ = ["bars", "plot"]

#: So many looks of curves there are in the style.
_CURVES = 4
#: The width of a bucket in the drawing, which is then stretched to the page.
_STEP = 10
_HEIGHT = 100
#: Dots for more buckets would run into each other.
_DOTTED = 120
#: So many dates stand below the curves, and on narrow screens do not touch.
_DATES = 4


def bars(
    heading: str,
    counts: Sequence[tuple[str, int]],
    note: str = "",
    *,
    notes: Sequence[str] = (),
    lengths: Sequence[float] = (),
) -> str:
    """Names with how often each occurs, as bars on one scale.

    Args:
        heading: what they are; "" for none.
        counts: the names and numbers.
        note: what is to be said below them.
        notes: what is to be said of each, behind its number.
        lengths: of the bars, where those are not to show the numbers.
    """
    long = lengths or [count for _, count in counts]
    most = max(long, default=0) or 1
    rows = "".join(
        f"<span>{apart(name)}</span>"
        f"<span>{count:,}{f' · {apart(notes[place])}' if notes else ''}</span>"
        f'<span><i{"" if long[place] else " class=none"} style="width:{100 * long[place] / most:.1f}%"></i></span>'
        for place, (name, count) in enumerate(counts)
    )
    head = f"<h3>{plain(heading)}</h3>" if heading else ""
    return f'<section>{head}<div class="bars">{rows}</div>{faint(apart(note)) if note else ""}</section>'


def plot(timeline: Timeline, look: Look = PLAIN) -> str:
    """Curves of all queries on one scale, with an axis; spans of which the index has nothing are shaded.

    Below them stand what each curve is, what is not on the chart, and all numbers as a table.
    """
    buckets = timeline.buckets
    if not buckets:
        return ""
    top = _round_up(max(max(bucket.counts) for bucket in buckets))
    width = len(buckets) * _STEP
    drawn = [
        *_gaps(buckets),
        *(
            f'<line x1="0" x2="{width}" y1="{y}" y2="{y}"/>'
            for y in ((0, _HEIGHT // 2, _HEIGHT) if top % 2 == 0 else (0, _HEIGHT))
        ),
    ]
    for place, query in enumerate(timeline.queries):
        drawn += _curve(timeline, place, query, top, look)
    # Half an article is no number of articles.
    middle = f"{top // 2:,}" if top % 2 == 0 else ""
    up = "".join(f"<span>{each}</span>" for each in (f"{top:,}", middle, "0"))
    described = plain(" / ".join(timeline.queries))
    return "".join(
        (
            "<figure>",
            f'<div class="plot"><div class="up">{up}</div>',
            f'<svg viewBox="0 0 {width} {_HEIGHT}" preserveAspectRatio="none" role="img" '
            f'aria-label="{described}">{"".join(drawn)}</svg>',
            f'<div class="along">{"".join(_dates(timeline))}</div></div>',
            "<figcaption>",
            *_captions(timeline, look),
            "</figcaption>",
            _numbers(timeline, look),
            "</figure>",
        )
    )


def _round_up(most: int) -> int:
    """The end of the axis: the next number that is easy to read.

    >>> [_round_up(n) for n in (0, 1, 3, 7, 11, 84, 101, 2300)]
    [1, 1, 4, 8, 12, 100, 120, 2400]
    """
    if most <= 1:
        return 1
    power = 10 ** int(math.log10(most))
    # All of them even, for the line in the middle.
    steps = (1, 2, 4, 6, 8, 10) if power == 1 else (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)
    return int(next(power * step for step in steps if power * step >= most))


def _gaps(buckets: Sequence[Bucket]) -> Iterator[str]:
    """The spans in which the index has no article at all."""
    for begin, end in _runs(buckets, empty=True):
        yield f'<rect x="{begin * _STEP}" y="0" width="{(end - begin) * _STEP}" height="{_HEIGHT}"/>'


def _runs(buckets: Sequence[Bucket], *, empty: bool) -> Iterator[tuple[int, int]]:
    """From where to where the index has no articles, or has some."""
    begin = 0
    for place in range(1, len(buckets) + 1):
        if place == len(buckets) or (not buckets[place].articles) != (not buckets[begin].articles):
            if (not buckets[begin].articles) == empty:
                yield begin, place
            begin = place


def _curve(timeline: Timeline, place: int, query: str, top: int, look: Look) -> Iterator[str]:
    """A curve that stops where there is nothing, with a dot for each number that is not 0."""
    buckets = timeline.buckets
    kind = f"s{place % _CURVES + 1}"

    def point(number: int) -> str:
        height = _HEIGHT - _HEIGHT * buckets[number].counts[place] / top
        return f"{number * _STEP + _STEP / 2:g},{height:.4g}"

    for begin, end in _runs(buckets, empty=False):
        if end - begin > 1:
            yield f'<path class="{kind}" d="M{" L".join(point(number) for number in range(begin, end))}"/>'
    for number, bucket in enumerate(buckets):
        if bucket.counts[place] and len(buckets) <= _DOTTED:
            label = f"{bucket_span(bucket, timeline.by)}: {counted(bucket.counts[place], 'article', look.language)}"
            label = plain(f"{query} · {label}" if len(timeline.queries) > 1 else label)
            yield f'<path class="{kind} dot" d="M{point(number)} h0"><title>{label}</title></path>'


def _dates(timeline: Timeline) -> Iterator[str]:
    buckets = timeline.buckets
    shown = sorted({round(each * (len(buckets) - 1) / (_DATES - 1)) for each in range(_DATES)})
    for number in shown:
        name = bucket_name(buckets[number].first.isoformat(), timeline.by)
        edge = ""
        if len(buckets) > 1 and number in (0, len(buckets) - 1):
            edge = ' class="first"' if number == 0 else ' class="last"'
        middle = 100 * (number + 0.5) / len(buckets)
        yield f'<span{edge} style="left:{middle:.2f}%">{name}</span>'


def _captions(timeline: Timeline, look: Look) -> Iterator[str]:
    """What each curve is, and what the chart cannot show."""
    for place, query in enumerate(timeline.queries):
        swatch = f'<svg class="swatch" viewBox="0 0 36 10"><path class="s{place % _CURVES + 1}" d="M0,5 L36,5"/></svg>'
        notes = timeline_notes(timeline, place, look.language)
        named = query if query.strip() else say("everything", look.language)
        yield f'<div>{swatch} {apart(named)} <span class="faint">{apart(notes)}</span></div>'
    if any(not bucket.articles for bucket in timeline.buckets):
        swatch = '<svg class="swatch" viewBox="0 0 36 10"><rect width="36" height="10"/></svg>'
        yield f'<div class="faint">{swatch} {apart(say("gap", look.language))}</div>'


def _numbers(timeline: Timeline, look: Look) -> str:
    """The numbers behind the curves."""
    language = look.language
    heads = "".join(f"<th>{apart(each)}</th>" for each in ("", *timeline.queries))
    rows = "".join(
        f"<tr><td>{bucket_span(bucket, timeline.by)}</td>"
        + (
            "".join(f'<td class="number">{count:,}</td>' for count in bucket.counts)
            if bucket.articles
            else f'<td class="faint" colspan="{len(bucket.counts)}">{apart(say("nothing indexed", language))}</td>'
        )
        + "</tr>"
        for bucket in timeline.buckets
    )
    return (
        f"<details><summary>{apart(say('numbers', language))}</summary>"
        f'<div class="table"><table><tr>{heads}</tr>{rows}</table></div></details>'
    )
