"""Articles counted over time: lines, bars on a terminal, and curves on a page, drawn with markup alone."""

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
from khabar.render.messages import counted, found, nothing, say
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from khabar.explore.timeline import Bucket, Timeline

__all__ = ["TimelineView", "plot"]

#: How the days on which weeks begin are called.
_DAYS = {
    "monday": ("Monday", "الاثنين"),
    "sunday": ("Sunday", "الأحد"),
    "saturday": ("Saturday", "السبت"),
}
#: Narrower bars say nothing.
_NARROWEST = 6
#: Those of the bars of several queries, as depths are coloured.
_COLOURS = ("light", "lemma", "exact", "similar")
#: Number of styles of curves.
_CURVES = 4
#: The width of a bucket in the drawing, which is then stretched to the page.
_STEP = 10
_HEIGHT = 100
#: Dots for more buckets would run into each other.
_DOTTED = 120
#: Number of dates below the curves: on narrow screens they do not touch.
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
        # What was typed is a heading here.
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
        comma = "، " if language == "ar" else ", "
        parts: list[RenderableType] = []
        said = []
        for place, query in enumerate(timeline.queries):
            note = _notes(timeline, place, language)
            if len(timeline.queries) > 1:
                line = Text.assemble(
                    (f"{place + 1}. {note}  ", look.style.faint), (apart(query, look), "bold")
                )
                parts.append(Hanging(line, page=page("", look)))
            else:
                said.append(note)
        said.append(say(f"per {timeline.by}", language, start=_weekday(timeline.week_start, language)))
        chart: list[RenderableType] = [_Chart(timeline, look), Text()] if timeline.buckets else []
        return Group(*parts, *chart, footer(comma.join(said), timeline.took_ms, look))

    def page(self, look: Look) -> str:
        timeline = self.timeline
        start = _weekday(timeline.week_start, look.language)
        said = say(f"per {timeline.by}", look.language, start=start)
        note = said if timeline.buckets else self.complaint(look)
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
    """For each query what its words had to do with how many articles match."""
    unknown = (None,) * len(timeline.queries)
    counts = zip(timeline.with_all or unknown, timeline.with_any or unknown, strict=True)
    return [Tally(timeline.match, *each) for each in counts]


def _bucket_name(first: str, by: str) -> str:
    """A bucket by its first day: the day, of a month and a year only that."""
    return {"month": first[:7], "year": first[:4]}.get(by, first)


def _bucket_span(bucket: Bucket, by: str) -> str:
    """The longer name of a bucket: a week by its first and last day."""
    name = _bucket_name(bucket.first.isoformat(), by)
    return f"{name} – {bucket.last.isoformat()}" if by == "week" else name


def _notes(timeline: Timeline, place: int, language: str) -> str:
    """How many articles a query has, and how many of them have no date and so are nowhere on the chart."""
    line = found(timeline.totals[place], _tallies(timeline)[place], language)
    if undated := timeline.undated[place]:
        comma = "، " if language == "ar" else ", "
        count = counted(undated, "article", language) if language == "ar" else f"{undated:,}"
        line += comma + say("undated", language, count=count)
    return line


def _weekday(name: str, language: str) -> str:
    """A day on which weeks begin."""
    return _DAYS[name][language == "ar"]


class _Chart:
    """A timeline as wide as the terminal: a line a bucket, a count and a bar for each query."""

    def __init__(self, timeline: Timeline, look: Look) -> None:
        self._timeline = timeline
        self._look = look

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from khabar.render.terminal import Text, bar

        timeline, faint = self._timeline, self._look.style.faint
        several = len(timeline.queries)
        most = max(max(bucket.counts) for bucket in timeline.buckets)
        # A column begins with the number of its query, too: «2.».
        digits = max(len(f"{most:,}"), len(f"{several}.") if several > 1 else 0)
        name = len(_bucket(timeline.buckets[0], timeline))
        # Two columns between all of them.
        width = max(_NARROWEST, (options.max_width - name) // several - digits - 4)
        # The axis that all bars share: from nothing to the longest.
        axis = f"0{'─' * (width - len(f'{most:,}') - 1)}{most:,}"
        heads = (f"{number}." if several > 1 else "" for number in range(1, several + 1))
        header = " " * name + "".join(f"  {head:>{digits}}  {axis:<{width}}" for head in heads)
        yield Text(header.rstrip(), style=faint, no_wrap=True, overflow="ignore")
        for bucket in timeline.buckets:
            line = Text(_bucket(bucket, timeline), no_wrap=True, overflow="ignore")
            if bucket.articles:
                for place, count in enumerate(bucket.counts):
                    shown = bar(count, most, width)
                    line.append(f"  {count:>{digits},}  ", style="" if count else faint)
                    line.append(f"{shown:<{width}}", style=self._look.style.calm(_COLOURS[place % 4]))
            else:
                # This says nothing about the query: nothing of that time was indexed.
                line.append(f"  {'–':>{digits}}  {say('nothing indexed', self._look.language)}", style=faint)
            line.rstrip()
            yield line


def _bucket(bucket: Bucket, timeline: Timeline) -> str:
    return _bucket_name(bucket.first.isoformat(), timeline.by)


def plot(timeline: Timeline, look: Look) -> str:
    """Curves of all queries on one scale, with an axis; periods without any article are shaded.

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
    """A curve with gaps where nothing is indexed, and a dot for each number that is not 0."""
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
            articles = counted(bucket.counts[place], "article", look.language)
            label = f"{_bucket_span(bucket, timeline.by)}: {articles}"
            label = plain(f"{query} · {label}" if len(timeline.queries) > 1 else label)
            yield f'<path class="{kind} dot" d="M{point(number)} h0"><title>{label}</title></path>'


def _dates(timeline: Timeline) -> Iterator[str]:
    buckets = timeline.buckets
    shown = sorted({round(each * (len(buckets) - 1) / (_DATES - 1)) for each in range(_DATES)})
    for number in shown:
        name = _bucket_name(buckets[number].first.isoformat(), timeline.by)
        edge = ""
        if len(buckets) > 1 and number in (0, len(buckets) - 1):
            edge = ' class="first"' if number == 0 else ' class="last"'
        middle = 100 * (number + 0.5) / len(buckets)
        yield f'<span{edge} style="left:{middle:.2f}%">{name}</span>'


def _captions(timeline: Timeline, look: Look) -> Iterator[str]:
    """What each curve is, and what the chart cannot show."""
    for place, query in enumerate(timeline.queries):
        line = f'<path class="s{place % _CURVES + 1}" d="M0,5 L36,5"/>'
        swatch = f'<svg class="swatch" viewBox="0 0 36 10">{line}</svg>'
        notes = _notes(timeline, place, look.language)
        named = query if query.strip() else say("everything", look.language)
        yield f'<div>{swatch} {apart_markup(named)} <span class="faint">{apart_markup(notes)}</span></div>'
    if any(not bucket.articles for bucket in timeline.buckets):
        swatch = '<svg class="swatch" viewBox="0 0 36 10"><rect width="36" height="10"/></svg>'
        yield f'<div class="faint">{swatch} {apart_markup(say("gap", look.language))}</div>'


def _numbers(timeline: Timeline, look: Look) -> str:
    """The numbers behind the curves."""
    language = look.language
    heads = "".join(f"<th>{apart_markup(each)}</th>" for each in ("", *timeline.queries))
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
