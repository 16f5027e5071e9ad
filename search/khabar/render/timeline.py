"""Articles counted over time: lines, bars on a terminal, and curves on a page, as SVG without scripts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from khabar.highlight.markup import plain
from khabar.query.snapshot import Tally
from khabar.render.hit import tally_lines
from khabar.render.html import apart as apart_markup
from khabar.render.html import headed, page_of, problems_markup, subject
from khabar.render.look import Look
from khabar.render.messages import counted, found, joined, nothing, say
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from khabar.explore.timeline import Bucket, Timeline

__all__ = ["TimelineView", "plot"]

#: The names of the days on which weeks can begin.
_DAYS = {
    "monday": ("Monday", "الاثنين"),
    "sunday": ("Sunday", "الأحد"),
    "saturday": ("Saturday", "السبت"),
}
#: Minimum width of a bar, in columns.
_NARROWEST = 6
#: The colours of the bars of several queries, named by depths.
_COLOURS = ("light", "lemma", "exact", "similar")
#: Number of styles of curves.
_CURVES = 4
#: The width of a bucket in the drawing, which is stretched to the width of the page.
_STEP = 10
_HEIGHT = 100
#: Maximum number of buckets with dots; more dots would overlap.
_DOTTED = 120
#: Number of dates below the curves, few enough not to touch on narrow screens.
_DATES = 4


class TimelineView(View, frozen=True):
    """Articles counted over time."""

    timeline: Timeline
    title = "khabar timeline"

    def record(self) -> Record:
        return self.timeline.to_dict()

    def rows(self) -> Iterator[Record]:
        return (bucket.to_dict() for bucket in self.timeline)

    def table(self) -> Iterator[Record]:
        # Queries are names of columns here.
        return ({printable(name): value for name, value in row.items()} for row in self.timeline.rows())

    def lines(self, language: str = "en") -> Iterator[str]:
        timeline = self.timeline
        for query, total, tally, undated in zip(
            timeline.queries, timeline.totals, _tallies(timeline), timeline.undated, strict=True
        ):
            yield f"query: {printable(query)}"
            yield f"articles: {total}"
            yield from tally_lines(tally)
            yield f"undated: {undated}"
        for bucket in timeline.buckets:
            counts = "\t".join(map(str, bucket.counts))
            yield f"{timeline.by}: {_bucket_name(bucket.first.isoformat(), timeline.by)}\t{counts}"

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import Group, Hanging, Text, apart, footer, page

        timeline = self.timeline
        language = look.language
        parts: list[RenderableType] = []
        notes = []
        for number, query in enumerate(timeline.queries):
            note = _notes(timeline, number, language)
            if len(timeline.queries) > 1:
                line = Text.assemble(
                    (f"{number + 1}. {note}  ", look.style.faint), (apart(query, look), "bold")
                )
                parts.append(Hanging(line, page=page("", look)))
            else:
                notes.append(note)
        notes.append(say(f"per {timeline.by}", language, start=_weekday(timeline.week_start, language)))
        chart: list[RenderableType] = [_Chart(timeline, look), Text()] if timeline.buckets else []
        return Group(*parts, *chart, footer(joined(notes, language), timeline.took_ms, look))

    def page(self, look: Look) -> str:
        timeline = self.timeline
        start = _weekday(timeline.week_start, look.language)
        per = say(f"per {timeline.by}", look.language, start=start)
        note = per if timeline.buckets else self.complaint(look)
        joint = "» و«" if look.language == "ar" else "» and «"
        title = subject(joint.join(timeline.queries), look)
        parts = [*headed(title, note, timeline.queries, (), look)]
        for query, problems in zip(timeline.queries, timeline.problems, strict=False):
            parts += problems_markup(problems, query, look)
        return page_of(title, [*parts, plot(timeline, look)], look)

    def complaint(self, look: Look) -> str:
        if not any(self.timeline.totals):
            queries = "» «".join(self.timeline.queries)
            tally = next((tally for tally in _tallies(self.timeline) if tally.with_any), None)
            if tally is None:
                return say("nothing found", look.language, query=queries)
            return nothing(queries, tally, look.language)
        return "" if self.timeline.buckets else say("no dates", look.language)


def _tallies(timeline: Timeline) -> list[Tally]:
    """The numbers of articles with any and with all words of each query."""
    unknown = (None,) * len(timeline.queries)
    counts = zip(timeline.with_all or unknown, timeline.with_any or unknown, strict=True)
    return [Tally(timeline.match, with_all, with_any) for with_all, with_any in counts]


def _bucket_name(first: str, by: str) -> str:
    """The name of a bucket: its first day, or its month or year."""
    return {"month": first[:7], "year": first[:4]}.get(by, first)


def _bucket_span(bucket: Bucket, by: str) -> str:
    """The long name of a bucket: a week has its first and last day."""
    name = _bucket_name(bucket.first.isoformat(), by)
    return f"{name} – {bucket.last.isoformat()}" if by == "week" else name


def _notes(timeline: Timeline, number: int, language: str) -> str:
    """The number of articles of a query, and of those without a date, which are not on the chart."""
    line = found(timeline.totals[number], _tallies(timeline)[number], language)
    if undated := timeline.undated[number]:
        comma = "، " if language == "ar" else ", "
        count = counted(undated, "article", language) if language == "ar" else f"{undated:,}"
        line += comma + say("undated", language, count=count)
    return line


def _weekday(name: str, language: str) -> str:
    """The name of a day on which weeks begin."""
    return _DAYS[name][language == "ar"]


class _Chart:
    """A timeline as wide as the terminal: one line per bucket, with a count and a bar for each query."""

    def __init__(self, timeline: Timeline, look: Look) -> None:
        self._timeline = timeline
        self._look = look

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from khabar.render.terminal import Text, bar

        timeline, faint = self._timeline, self._look.style.faint
        several = len(timeline.queries)
        most = max(max(bucket.counts) for bucket in timeline.buckets)
        # The header of a column has the number of its query: «2.».
        digits = max(len(f"{most:,}"), len(f"{several}.") if several > 1 else 0)
        name = len(_bucket(timeline.buckets[0], timeline))
        # There are two columns between the names, counts and bars.
        width = max(_NARROWEST, (options.max_width - name) // several - digits - 4)
        # The axis of all bars, from 0 to the largest count.
        axis = f"0{'─' * (width - len(f'{most:,}') - 1)}{most:,}"
        heads = (f"{number}." if several > 1 else "" for number in range(1, several + 1))
        header = " " * name + "".join(f"  {head:>{digits}}  {axis:<{width}}" for head in heads)
        yield Text(header.rstrip(), style=faint, no_wrap=True, overflow="ignore")
        for bucket in timeline.buckets:
            line = Text(_bucket(bucket, timeline), no_wrap=True, overflow="ignore")
            if bucket.articles:
                for number, count in enumerate(bucket.counts):
                    line.append(f"  {count:>{digits},}  ", style="" if count else faint)
                    style = self._look.style.calm(_COLOURS[number % len(_COLOURS)])
                    line.append(f"{bar(count, most, width):<{width}}", style=style)
            else:
                # A zero would say something about the query; but no article of that time was indexed.
                line.append(f"  {'–':>{digits}}  {say('nothing indexed', self._look.language)}", style=faint)
            line.rstrip()
            yield line


def _bucket(bucket: Bucket, timeline: Timeline) -> str:
    return _bucket_name(bucket.first.isoformat(), timeline.by)


def plot(timeline: Timeline, look: Look) -> str:
    """The curves of all queries on one scale, as markup. Periods without any article in the index are shaded.

    Below the curves are captions, the numbers of articles that are not on the chart, and a table of all
    numbers.
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
    for number, query in enumerate(timeline.queries):
        drawn += _curve(timeline, number, query, top, look)
    # An odd maximum has no label in the middle, since there is no half article.
    middle = f"{top // 2:,}" if top % 2 == 0 else ""
    up = "".join(f"<span>{label}</span>" for label in (f"{top:,}", middle, "0"))
    description = plain(" / ".join(timeline.queries))
    return "".join(
        (
            "<figure>",
            f'<div class="plot"><div class="up">{up}</div>',
            f'<svg viewBox="0 0 {width} {_HEIGHT}" preserveAspectRatio="none" role="img" '
            f'aria-label="{description}">{"".join(drawn)}</svg>',
            f'<div class="along">{"".join(_dates(timeline))}</div></div>',
            "<figcaption>",
            *_captions(timeline, look),
            "</figcaption>",
            _numbers(timeline, look),
            "</figure>",
        )
    )


def _round_up(most: int) -> int:
    """The end of the axis: the next round number.

    >>> [_round_up(n) for n in (0, 1, 3, 7, 11, 84, 101, 2300)]
    [1, 1, 4, 8, 12, 100, 120, 2400]
    """
    if most <= 1:
        return 1
    power = 10 ** int(math.log10(most))
    # All ends of the axis are even, so that the line in the middle is a whole number.
    steps = (1, 2, 4, 6, 8, 10) if power == 1 else (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)
    return int(next(power * step for step in steps if power * step >= most))


def _gaps(buckets: Sequence[Bucket]) -> Iterator[str]:
    """Rectangles for the periods of which the index has no article."""
    for begin, end in _runs(buckets, empty=True):
        yield f'<rect x="{begin * _STEP}" y="0" width="{(end - begin) * _STEP}" height="{_HEIGHT}"/>'


def _runs(buckets: Sequence[Bucket], *, empty: bool) -> Iterator[tuple[int, int]]:
    """The begin and end of each run of buckets of which the index has no articles, or has some."""
    begin = 0
    for end in range(1, len(buckets) + 1):
        if end == len(buckets) or (not buckets[end].articles) != (not buckets[begin].articles):
            if (not buckets[begin].articles) == empty:
                yield begin, end
            begin = end


def _curve(timeline: Timeline, number: int, query: str, top: int, look: Look) -> Iterator[str]:
    """The curve of a query, with gaps where nothing is indexed and a dot for each count that is not 0."""
    buckets = timeline.buckets
    kind = f"s{number % _CURVES + 1}"

    def point(position: int) -> str:
        height = _HEIGHT - _HEIGHT * buckets[position].counts[number] / top
        return f"{position * _STEP + _STEP / 2:g},{height:.4g}"

    for begin, end in _runs(buckets, empty=False):
        if end - begin > 1:
            yield f'<path class="{kind}" d="M{" L".join(map(point, range(begin, end)))}"/>'
    for position, bucket in enumerate(buckets):
        if bucket.counts[number] and len(buckets) <= _DOTTED:
            articles = counted(bucket.counts[number], "article", look.language)
            label = f"{_bucket_span(bucket, timeline.by)}: {articles}"
            label = plain(f"{query} · {label}" if len(timeline.queries) > 1 else label)
            yield f'<path class="{kind} dot" d="M{point(position)} h0"><title>{label}</title></path>'


def _dates(timeline: Timeline) -> Iterator[str]:
    """The dates below the curves, at equal distances."""
    buckets = timeline.buckets
    positions = sorted({round(step * (len(buckets) - 1) / (_DATES - 1)) for step in range(_DATES)})
    for number in positions:
        name = _bucket_name(buckets[number].first.isoformat(), timeline.by)
        edge = ""
        if len(buckets) > 1 and number in (0, len(buckets) - 1):
            edge = ' class="first"' if number == 0 else ' class="last"'
        middle = 100 * (number + 0.5) / len(buckets)
        yield f'<span{edge} style="left:{middle:.2f}%">{name}</span>'


def _captions(timeline: Timeline, look: Look) -> Iterator[str]:
    """The captions of the curves, with the numbers that the chart cannot show."""
    for number, query in enumerate(timeline.queries):
        line = f'<path class="s{number % _CURVES + 1}" d="M0,5 L36,5"/>'
        swatch = f'<svg class="swatch" viewBox="0 0 36 10">{line}</svg>'
        notes = _notes(timeline, number, look.language)
        name = query if query.strip() else say("everything", look.language)
        yield f'<div>{swatch} {apart_markup(name)} <span class="faint">{apart_markup(notes)}</span></div>'
    if any(not bucket.articles for bucket in timeline.buckets):
        swatch = '<svg class="swatch" viewBox="0 0 36 10"><rect width="36" height="10"/></svg>'
        yield f'<div class="faint">{swatch} {apart_markup(say("gap", look.language))}</div>'


def _numbers(timeline: Timeline, look: Look) -> str:
    """The numbers of the curves, as a table."""
    language = look.language
    heads = "".join(f"<th>{apart_markup(head)}</th>" for head in ("", *timeline.queries))
    rows = "".join(
        f"<tr><td>{_bucket_span(bucket, timeline.by)}</td>"
        + (
            "".join(f'<td class="number">{count:,}</td>' for count in bucket.counts)
            if bucket.articles
            else f'<td class="faint" '
            f'colspan="{len(bucket.counts)}">{apart_markup(say("nothing indexed", language))}</td>'
        )
        + "</tr>"
        for bucket in timeline.buckets
    )
    return (
        f"<details><summary>{apart_markup(say('numbers', language))}</summary>"
        f'<div class="table"><table><tr>{heads}</tr>{rows}</table></div></details>'
    )
