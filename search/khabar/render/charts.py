"""Charts for people at a terminal: bars beside counts and names. What is Arabic stands at the end of a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from khabar.render.explored import (
    HEADINGS,
    bucket_name,
    facet_rows,
    looked_at,
    timeline_notes,
    weekday,
)
from khabar.render.hanging import Hanging, apart, cell, page
from khabar.render.look import Look
from khabar.render.messages import found, say
from khabar.render.terminal import outlet_line, where_line
from khabar.render.text import percent
from khabar.spelling import printable

if TYPE_CHECKING:
    from khabar.explore.facets import Facet, Facets
    from khabar.explore.related import Related, RelatedArticle
    from khabar.explore.terms import KeyTerms
    from khabar.explore.timeline import Bucket, Timeline

__all__ = ["bar", "facets_view", "related_view", "terms_view", "timeline_view"]

_PLAIN = Look()
#: Columns of a bar beside a name.
_WIDTH = 24
#: Narrower bars say nothing.
_NARROWEST = 6
#: Those of the bars of several queries, as depths are coloured.
_COLOURS = ("light", "lemma", "exact", "similar")
_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(value: float, most: float, width: int) -> str:
    """A bar of a width that stands for a value, in eighths of a column; what is not 0 is never invisible.

    >>> bar(10, 10, 4), bar(5, 10, 4), bar(0.01, 10, 4), bar(0, 10, 4)
    ('████', '██', '▏', '')
    """
    if value <= 0 or most <= 0:
        return ""
    eighths = max(1, round(min(1.0, value / most) * width * 8))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def facets_view(facets: Facets, look: Look = _PLAIN) -> RenderableType:
    """Counts with bars, a block for each field."""
    parts: list[RenderableType] = []
    for facet in facets.facets:
        heading = Text(say(HEADINGS[facet.field], look.language), style="bold")
        parts += [Hanging(heading, page=page("", look)), *_facet(facet, look), Text()]
    return Group(*parts, _footer(found(facets.total, facets, look.language), facets.took_ms, look))


def _facet(facet: Facet, look: Look) -> Iterator[RenderableType]:
    style = look.style
    rows = list(facet_rows(facet, look.language))
    most = max((row.articles for row in rows if row.kind != "unlisted"), default=0)
    digits = len(f"{max((row.articles for row in rows), default=0):,}")
    for row in rows:
        if row.kind == "unlisted":
            lead = Text(f"  {row.articles:>{digits},}  {'':<{_WIDTH}}  ", style=style.faint)
        else:
            lead = Text.assemble(
                f"  {row.articles:>{digits},}  ",
                (f"{bar(row.articles, most, _WIDTH):<{_WIDTH}}  ", style.calm("light")),
            )
        name = Text(_name(row.text, look)) if row.kind == "value" else Text(row.text, style=style.faint)
        yield Hanging(name, lead.cell_len, lead)


def _name(name: str, look: Look) -> str:
    return name if name.isascii() and name.isprintable() else cell(name, look)


class _Chart:
    """A timeline as wide as the terminal: a line a bucket, a count and a bar for each query."""

    def __init__(self, timeline: Timeline, look: Look) -> None:
        self._timeline = timeline
        self._look = look

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
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
                # Not that nobody wrote about it: nothing of that time was indexed.
                line.append(f"  {'–':>{digits}}  {say('nothing indexed', self._look.language)}", style=faint)
            line.rstrip()
            yield line


def _bucket(bucket: Bucket, timeline: Timeline) -> str:
    return bucket_name(bucket.first.isoformat(), timeline.by)


def timeline_view(timeline: Timeline, look: Look = _PLAIN) -> RenderableType:
    """Bars over time, the gaps among them."""
    language = look.language
    comma = "، " if language == "ar" else ", "
    parts: list[RenderableType] = []
    said = []
    for place, query in enumerate(timeline.queries):
        note = timeline_notes(timeline, place, language)
        if len(timeline.queries) > 1:
            line = Text.assemble((f"{place + 1}. {note}  ", look.style.faint), (apart(query, look), "bold"))
            parts.append(Hanging(line, page=page("", look)))
        else:
            said.append(note)
    said.append(say(f"per {timeline.by}", language, start=weekday(timeline.week_start, language)))
    chart: list[RenderableType] = [_Chart(timeline, look), Text()] if timeline.buckets else []
    return Group(*parts, *chart, _footer(comma.join(said), timeline.took_ms, look))


def terms_view(terms: KeyTerms, look: Look = _PLAIN) -> RenderableType:
    """Key terms: in how many of the articles each stands, and what share of all that hold it these are."""
    language, style = look.language, look.style
    width = _WIDTH // 2
    most = max((term.score for term in terms.terms), default=0.0)
    digits = max((len(f"{term.articles:,}") for term in terms.terms), default=1)
    lines: list[RenderableType] = []
    for term in terms.terms:
        lead = Text.assemble(
            f"{term.articles:>{digits},}  ",
            (f"{percent(term.articles / term.all):>5} {say('of all', language)}  ", style.faint),
            (f"{bar(term.score, most, width):<{width}}  ", style.calm("lemma")),
        )
        lines.append(Hanging(Text(cell(term.text, look), style="bold"), lead.cell_len, lead))
    looked = looked_at(terms, language)
    return Group(*lines, Text(), _footer(looked, terms.took_ms, look))


def related_view(related: Related, look: Look = _PLAIN) -> RenderableType:
    """Articles as a search shows them, with the words that link each."""
    title = related.article.title or related.article.id
    heading = Text.assemble((f"{say('related to', look.language)} ", look.style.faint), apart(title, look))
    parts: list[RenderableType] = [Hanging(heading, page=page("", look)), Text()]
    indent = len(str(len(related.articles))) + 2
    for each in related.articles:
        parts += [*_related(each, indent, look), Text()]
    return Group(*parts)


def _related(each: RelatedArticle, indent: int, look: Look) -> Sequence[RenderableType]:
    article, style = each.article, look.style
    side = page(article.title, look)
    rank = Text(f"{each.rank:>{indent - 2}}.", style=style.faint)
    lines: list[RenderableType] = [
        Hanging(Text(printable(article.title), style=style.title), indent, rank, side)
    ]
    if outlet := outlet_line(article, look):
        lines.append(Hanging(outlet, indent, page=side))
    comma = "، " if look.language == "ar" else ", "
    linked = Text(f"{percent(each.alike)} {say('linked by', look.language)} ", style=style.faint)
    linked.append(
        comma.join(apart(link.word, look) for link in each.links), style=f"not dim {style.calm('lemma')}"
    )
    return [*lines, Hanging(linked, indent, page=side), Hanging(where_line(article, look), indent, page=side)]


def _footer(said: str, took: float, look: Look) -> RenderableType:
    footer = Text(said, style="bold")
    footer.append(say("took", look.language, ms=took), style=f"not bold {look.style.faint}")
    return Hanging(footer, page=page("", look))
