"""Results for people at a terminal, as rich renderables.

Texts from outside come in as :class:`rich.text.Text`, cleaned and never parsed as markup. There are no boxes
around Arabic: on a terminal that reorders right-to-left text a border would be drawn into the line's order.
For the same reason a line that mixes directions starts with what is Latin, and Arabic table cells are
isolated.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from khabar.query.explain import DEPTH_NAMES, NOT_FOUND
from khabar.render.data import AnalysedWord, Indexed, Why, sources_by_count
from khabar.render.plain import FEW, ONLY_ADDS, note
from khabar.render.text import clean, date, isolated, percent, size

if TYPE_CHECKING:
    from khabar.evaluation import Evaluation
    from khabar.highlight.matcher import Highlight
    from khabar.library import Info
    from khabar.query.explain import WordForm, WordShare
    from khabar.query.results import Hit, Results

__all__ = [
    "DEPTH_STYLES",
    "analysis_view",
    "evaluation_view",
    "indexed_view",
    "info_view",
    "marked",
    "results_view",
    "why_view",
]

#: How a matched word looks, by the depth that matched it; bold, so that it stands out without colours too.
DEPTH_STYLES = {
    "exact": "bold green",
    "light": "bold cyan",
    "lemma": "bold magenta",
    "similar": "bold yellow",
}

_SOURCES_SHOWN = 15


class Hanging:
    """A text whose first line has something before it, and whose further lines stand under the first.

    Unlike rich's own padding it leaves no spaces at the ends of lines, which would be copied along with the
    text.
    """

    def __init__(self, body: Text, indent: int, first: Text | None = None) -> None:
        self.body = body
        self.indent = indent
        self.first = first or Text()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(10, options.max_width - self.indent)
        for number, line in enumerate(self.body.wrap(console, width, overflow="fold")):
            line.rstrip()
            lead = Text(" " * self.indent)
            if number == 0 and self.first:
                lead = self.first.copy()
                lead.pad_right(max(0, self.indent - lead.cell_len))
            yield Text.assemble(lead, line, no_wrap=True, overflow="ignore")


def _calm(depth: str) -> str:
    """The depth's colour alone."""
    return DEPTH_STYLES[depth].removeprefix("bold ")


def marked(text: str, highlights: Iterable[Highlight], style: str = "") -> Text:
    """A text from outside, cleaned, with its matched words coloured by depth."""
    shown = Text(style=style)
    place = 0
    for mark in highlights:
        shown.append(clean(text[place : mark.start]))
        shown.append(clean(text[mark.start : mark.end]), style=DEPTH_STYLES.get(mark.depth, "bold"))
        place = mark.end
    shown.append(clean(text[place:]))
    return shown


def results_view(results: Results) -> RenderableType:
    """A whole search: hits with an empty line behind each, and a line that sums up."""
    parts: list[RenderableType] = []
    indent = len(str(results.hits[-1].rank)) + 2 if results.hits else 0
    for hit in results.hits:
        parts += [*_hit_view(hit, indent), Text()]
    return Group(*parts, Hanging(_footer(results), 0), *_legend(results))


def _hit_view(hit: Hit, indent: int) -> Iterable[RenderableType]:
    article = hit.article
    rank = Text(f"{hit.rank:>{indent - 2}}.", style="dim")
    yield Hanging(marked(article.title, hit.title, "bold"), indent, rank)
    # The date first: behind Arabic its digits would be taken into the Arabic's direction.
    outlet = [part for part in (date(article.published), clean(article.source).strip()) if part]
    if outlet:
        yield Hanging(Text(" · ".join(outlet), style="italic"), indent)
    if hit.paragraph.number:
        snippet = hit.snippet
        text = marked(snippet.text, snippet.highlights)
        if snippet.cut_before:
            text = Text.assemble(("…", "dim"), text)
        if snippet.cut_after:
            # Without a space, so that it never stands on a line alone.
            text.append("…", style="dim")
        yield Hanging(text, indent)
    if hit.more:
        yield Hanging(Text(f"+{_counted(hit.more, 'more paragraph')}", style="dim"), indent)
    where = article.url.strip() or _near(article.path)
    if where:
        yield Hanging(Text(clean(where), style="dim"), indent)
    for share in hit.explanation:
        # The percentage first, as the date above; 7 columns hold «100 %» and a gap.
        lead = Text(f"{'':{indent}}{percent(share.share):>5}")
        yield Hanging(_share_text(share), indent + 7, lead)


def _share_text(share: WordShare) -> Text:
    """What a word does for a hit: its forms there, by depth."""
    shown = Text.assemble((isolated(clean(share.word)), "bold"), " ")
    if not share.forms:
        return shown.append(NOT_FOUND[0], style="dim")
    for number, depth in enumerate(dict.fromkeys(form.depth for form in share.forms)):
        forms = ", ".join(
            f"{isolated(clean(form.term))} ×{form.count}" for form in share.forms if form.depth == depth
        )
        shown.append("; " if number else "")
        shown.append(f"{DEPTH_NAMES[depth][0]}: ", style=_calm(depth))
        shown.append(forms)
    return shown


def _legend(results: Results) -> list[RenderableType]:
    """What the depths in explanations mean, in English and in Arabic; nothing if there are none."""
    shares = [share for hit in results.hits for share in hit.explanation]
    found = {form.depth for share in shares for form in share.forms}
    lines: list[RenderableType] = [
        Hanging(_both_languages(*names, DEPTH_STYLES[depth]), 2)
        for depth, names in DEPTH_NAMES.items()
        if depth in found
    ]
    if not all(share.forms for share in shares):
        lines.append(Hanging(_both_languages(*NOT_FOUND, "dim"), 2))
    return lines


def _both_languages(english: str, arabic: str, style: str) -> Text:
    return Text.assemble((english, style), " · ", isolated(arabic))


def _footer(results: Results) -> Text:
    footer = Text(_counted(results.total, "article"), style="bold")
    rest = Text(style="not bold dim")
    if results.hits and results.total > len(results.hits):
        rest.append(f", {results.hits[0].rank}–{results.hits[-1].rank} shown")
    rest.append(f", {results.took_ms:.0f} ms")
    footer.append_text(rest)
    marks = [mark for hit in results.hits for mark in (*hit.title, *hit.snippet.highlights)]
    used = [depth for depth in DEPTH_STYLES if any(mark.depth == depth for mark in marks)]
    if used:
        footer.append("   ")
        for depth in used:
            footer.append(f" {depth}", style=DEPTH_STYLES[depth])
    return footer


def why_view(why: Why) -> RenderableType:
    """The forms that a word stands for, by depth."""
    heading = Text(f"{_counted(len(why.forms), 'form')} of «{isolated(clean(why.word))}»", style="bold")
    # Numbers first, and the Arabic at the end of the line.
    parts: list[RenderableType] = [heading, Text("  occurrences  paragraphs  weight  form", style="dim")]
    for depth, names in DEPTH_NAMES.items():
        forms = [form for form in why.forms if form.depth == depth]
        if forms:
            parts.append(Hanging(_both_languages(*names, DEPTH_STYLES[depth]), 2))
        parts += [_form_view(form) for form in forms]
    if why.more:
        them = f"{_counted(why.more, 'more form')} only {'adds' if why.more == 1 else 'add'} to the scores"
        parts.append(Hanging(Text(f"{them} of articles that match anyway: --all", style="dim"), 0))
    return Group(*parts, Hanging(Text.assemble("Leave one out: ", (clean(why.remedy), "bold")), 0))


def _form_view(form: WordForm) -> RenderableType:
    lead = Text(f"  {form.occurrences:>11,}  {form.paragraphs:>10,}  {form.weight:>6.2f}")
    name = Text(isolated(clean(form.term)), style=_calm(form.depth) if form.matches else "dim")
    if not form.matches:
        name.append(f"  {ONLY_ADDS}")
    return Hanging(name, lead.cell_len + 2, lead)


def indexed_view(indexed: Indexed, *, verbose: bool = False) -> RenderableType:
    """A run of ``khabar index``."""
    parts: list[RenderableType] = []
    line = Text()
    for count, what, style in (
        (indexed.added, "added", "green"),
        (indexed.updated, "updated", "cyan"),
        (indexed.unchanged, "unchanged", ""),
        (len(indexed.skipped), "skipped", "yellow"),
    ):
        if line:
            line.append(", ")
        line.append(f"{count:,} {what}", style=f"bold {style}" if count else "dim")
    rate = (indexed.added + indexed.updated) / indexed.seconds if indexed.seconds else 0
    line.append(f"  ({_counted(indexed.files, 'file')}, {indexed.seconds:.1f} s", style="dim")
    line.append(f", {rate:,.0f} articles/s)" if rate else ")", style="dim")
    parts.append(Hanging(line, 0))
    if indexed.clutter:
        kinds = ", ".join(f"{clean(kind)} {count:,}" for kind, count in indexed.clutter)
        parts.append(Text(f"Page clutter left out: {kinds} (lines)"))
    if indexed.guessed:
        parts.append(Text("Encoding guessed:"))
        parts += _listed(
            [f"{clean(_near(path))}: {clean(encoding)}" for path, encoding in indexed.guessed], "dim", verbose
        )
    if indexed.skipped:
        parts.append(Text("Skipped:", style="bold yellow"))
        parts += _listed(
            [f"{clean(_near(where))}: {clean(reason)}" for where, reason in indexed.skipped], "", verbose
        )
    parts.append(
        Text(f"{clean(str(indexed.folder))} holds {_counted(indexed.total, 'article')}.", style="bold")
    )
    return Group(*parts)


def _listed(lines: Sequence[str], style: str, verbose: bool) -> list[RenderableType]:
    shown = lines if verbose else lines[:FEW]
    views: list[RenderableType] = [Hanging(Text(line, style=style), 2) for line in shown]
    if len(lines) > len(shown):
        views.append(
            Hanging(Text(f"and {len(lines) - len(shown):,} more (--verbose lists them all)", style="dim"), 2)
        )
    return views


def info_view(info: Info) -> RenderableType:
    """What an index holds."""
    statistics, meta = info.statistics, info.meta
    grid = _pairs()
    grid.add_row("Index", Text(clean(str(info.path)), style="bold"))
    grid.add_row(
        "Articles", Text(f"{statistics.articles:,}, with {_counted(statistics.paragraphs, 'paragraph')}")
    )
    if statistics.first and statistics.last:
        span = f"{date(statistics.first)[:10]} to {date(statistics.last)[:10]}"
        undated = f", {statistics.undated:,} without a date" if statistics.undated else ""
        grid.add_row("Dates", Text(span + undated))
    elif statistics.articles:
        grid.add_row("Dates", Text("none is dated"))
    grid.add_row("Size", Text(size(info.size)))
    grid.add_row(
        "Engine", Text(f"{clean(meta.engine)}, format {meta.format}, analyzer {clean(meta.analyzer)}")
    )
    grid.add_row("Created", Text(clean(meta.created)))
    grid.add_row(
        "Updated", Text(f"{clean(meta.updated)} by khabar {clean(meta.khabar)} (this is {info.version})")
    )
    listed = sources_by_count(info)
    if not listed:
        return grid
    sources = Table.grid(padding=(0, 2))
    sources.add_column(justify="right", style="green")
    sources.add_column(overflow="fold")
    for source, count in listed[:_SOURCES_SHOWN]:
        name = Text(clean(source)) if source else Text("unknown", style="dim")
        sources.add_row(f"{count:,}", name)
    if len(listed) > _SOURCES_SHOWN:
        sources.add_row("", Text(f"and {len(listed) - _SOURCES_SHOWN:,} more sources", style="dim"))
    return Group(grid, Text(), Text("Sources", style="bold"), sources)


def analysis_view(text: str, words: Iterable[AnalysedWord]) -> RenderableType:
    """A text's words, one a row, with their terms on each depth in the colours of highlights."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    table.add_column("place", justify="right", style="dim", no_wrap=True)
    table.add_column("word", style="bold", overflow="fold")
    for depth in ("exact", "light", "lemma"):
        table.add_column(depth, style=_calm(depth), overflow="fold")
    table.add_column("", style="dim", no_wrap=True)
    for word in words:
        token = word.token
        terms = (" | ".join(each) for each in (word.exact, word.light, word.lemma))
        cells = [
            Text(isolated(clean(cell))) if cell else Text()
            for cell in (text[token.start : token.end], *terms)
        ]
        table.add_row(f"{token.start}–{token.end}", *cells, note(token))
    return table if table.row_count else Text("There is no word in it.", style="dim")


def evaluation_view(evaluation: Evaluation) -> RenderableType:
    """A run of ``khabar eval``."""
    grid = _pairs()
    grid.add_row("Collection", Text(clean(str(evaluation.folder)), style="bold"))
    grid.add_row("Documents", f"{evaluation.documents:,}, indexed in {evaluation.index_seconds:.1f} s")
    times = f"median {evaluation.p50_ms:.1f} ms, 95 % within {evaluation.p95_ms:.1f} ms"
    grid.add_row("Queries", f"{evaluation.queries:,}, {times}")
    for name, value in evaluation.metrics.items():
        grid.add_row(name, Text(f"{value:.4f}", style="bold green"))
    return grid


def _pairs() -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _near(path: str) -> str:
    """A path as short as it can be from here."""
    if not path:
        return ""
    here = f"{Path.cwd()}{os.sep}"
    return path.removeprefix(here)
