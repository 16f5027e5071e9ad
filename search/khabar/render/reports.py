"""The other views for people at a terminal: words and their forms, indexing, what an index holds, measurements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from khabar.corpus.report import together
from khabar.query.explain import DEPTH_NAMES
from khabar.render.data import AnalysedWord, Indexed, Why, sources_by_count
from khabar.render.hanging import Hanging, cell
from khabar.render.look import Look
from khabar.render.messages import counted, say
from khabar.render.plain import FEW, ONLY_ADDS, note
from khabar.render.reasons import note_text, together_text
from khabar.render.terminal import both_languages, near
from khabar.render.text import clean, date, size

if TYPE_CHECKING:
    from khabar.corpus.report import Note
    from khabar.evaluation import Evaluation
    from khabar.library import Info
    from khabar.query.explain import WordForm

__all__ = ["analysis_view", "evaluation_view", "indexed_view", "info_view", "table_view", "why_view"]

_SOURCES_SHOWN = 15
_PLAIN = Look()


def why_view(why: Why, look: Look = _PLAIN) -> RenderableType:
    """The forms that a word stands for, by depth."""
    side = "ltr" if look.visual else ""
    heading = Text(f"{counted(len(why.forms), 'form')} of «{cell(why.word, look)}»", style="bold")
    # Numbers first, and the Arabic at the end of the line.
    parts: list[RenderableType] = [heading, Text("  occurrences  paragraphs  weight  form", style="dim")]
    for depth, names in DEPTH_NAMES.items():
        forms = [form for form in why.forms if form.depth == depth]
        if forms:
            parts.append(Hanging(both_languages(*names, look.style.depth(depth), look), 2, page=side))
        parts += [_form_view(form, look) for form in forms]
    if why.more:
        them = f"{counted(why.more, 'more form')} only {'adds' if why.more == 1 else 'add'} to the scores"
        parts.append(Hanging(Text(f"{them} of articles that match anyway: --all", style="dim"), 0))
    return Group(*parts, Hanging(Text.assemble("Leave one out: ", (clean(why.remedy), "bold")), 0, page=side))


def _form_view(form: WordForm, look: Look) -> RenderableType:
    lead = Text(f"  {form.occurrences:>11,}  {form.paragraphs:>10,}  {form.weight:>6.2f}")
    name = Text(cell(form.term, look), style=look.style.calm(form.depth) if form.matches else "dim")
    if not form.matches:
        name.append(f"  {ONLY_ADDS}")
    return Hanging(name, lead.cell_len + 2, lead)


def indexed_view(indexed: Indexed, look: Look = _PLAIN, *, verbose: bool = False) -> RenderableType:
    """A run of ``khabar index``."""
    parts: list[RenderableType] = []
    line = Text()
    for count, what, style in (
        (indexed.added, "added", "green"),
        (indexed.updated, "updated", "cyan"),
        (indexed.unchanged, "unchanged", ""),
        *([(indexed.removed, "removed", "red")] if indexed.removed else []),
        (len(indexed.skipped), "skipped", "yellow"),
    ):
        if line:
            line.append(", ")
        line.append(f"{count:,} {what}", style=f"bold {style}" if count else "dim")
    rate = (indexed.added + indexed.updated) / indexed.seconds if indexed.seconds else 0
    line.append(f"  ({counted(indexed.files, 'file')}, {indexed.seconds:.1f} s", style="dim")
    line.append(f", {rate:,.0f} articles/s)" if rate else ")", style="dim")
    parts.append(Hanging(line, 0))
    if indexed.replaced:
        parts.append(
            Text(say("replaced", look.language, count=counted(indexed.replaced, "article", look.language)))
        )
    if indexed.superseded:
        them = counted(indexed.superseded, "article", look.language)
        parts.append(Text(say("superseded", look.language, count=them), style="dim"))
    if indexed.moved:
        parts.append(Text(f"{counted(indexed.moved, 'file')} moved: their articles keep their ids"))
    if indexed.vanished:
        gone = (
            f"{counted(indexed.vanished, 'file')} gone, of which the articles are in the index still: --prune"
        )
        parts.append(Text(gone, style="yellow"))
    if indexed.clutter:
        kinds = ", ".join(f"{clean(kind)} {count:,}" for kind, count in indexed.clutter)
        parts.append(Text(f"Page clutter left out: {kinds} (lines)"))
    if indexed.guessed:
        parts.append(Text("Encoding guessed:"))
        parts += _listed(
            [f"{clean(near(path))}: {clean(encoding)}" for path, encoding in indexed.guessed], "dim", verbose
        )
    if groups := together(indexed.skipped):
        parts.append(Text("Skipped:", style="bold yellow"))
        parts += _listed(
            [clean(together_text(group, look.language, near, verbose=verbose)) for group in groups],
            "",
            verbose,
            [group.count for group in groups],
        )
    lost = [note for note in indexed.notes if note.lost]
    unmapped = [clean(say("no such key", look.language, given=given)) for given in indexed.unmapped]
    if lost or unmapped:
        parts.append(Text(say("not understood", look.language), style="bold yellow"))
        parts += _listed([*unmapped, *_noted(lost, look)], "", verbose)
    if noted := [note for note in indexed.notes if not note.lost]:
        parts.append(Text(say("notes", look.language)))
        parts += _listed(_noted(noted, look), "dim", verbose)
    if indexed.skipped_before:
        parts.append(
            Text(say("skipped before", look.language, count=f"{indexed.skipped_before:,}"), style="dim")
        )
    parts.append(
        Text(f"{clean(str(indexed.folder))} holds {counted(indexed.total, 'article')}.", style="bold")
    )
    return Group(*parts)


def _noted(notes: Iterable[Note], look: Look) -> list[str]:
    return [clean(note_text(note, look.language, near(note.path))) for note in notes]


def _listed(
    lines: Sequence[str], style: str, verbose: bool, counts: Sequence[int] | None = None
) -> list[RenderableType]:
    """Lines, each of which stands for so many; only the first, with how many the others stand for, if not verbose."""
    shown = lines if verbose else lines[:FEW]
    views: list[RenderableType] = [Hanging(Text(line, style=style), 2) for line in shown]
    if len(lines) > len(shown):
        left = sum(counts[len(shown) :]) if counts else len(lines) - len(shown)
        views.append(Hanging(Text(f"and {left:,} more (--verbose lists them all)", style="dim"), 2))
    return views


def info_view(info: Info, look: Look = _PLAIN) -> RenderableType:
    """What an index holds."""
    statistics, meta = info.statistics, info.meta
    grid = _pairs()
    grid.add_row("Index", Text(clean(str(info.path)), style="bold"))
    grid.add_row(
        "Articles", Text(f"{statistics.articles:,}, with {counted(statistics.paragraphs, 'paragraph')}")
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
        name = Text(cell(source, look)) if source else Text(say("unknown", look.language), style="dim")
        sources.add_row(f"{count:,}", name)
    if len(listed) > _SOURCES_SHOWN:
        sources.add_row("", Text(f"and {len(listed) - _SOURCES_SHOWN:,} more sources", style="dim"))
    return Group(grid, Text(), Text("Sources", style="bold"), sources)


def analysis_view(text: str, words: Iterable[AnalysedWord], look: Look = _PLAIN) -> RenderableType:
    """A text's words, one a row, with their terms on each depth in the colours of highlights."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    table.add_column("place", justify="right", style="dim", no_wrap=True)
    table.add_column("word", style="bold", overflow="fold")
    for depth in ("exact", "light", "lemma"):
        table.add_column(depth, style=look.style.calm(depth), overflow="fold")
    table.add_column("", style="dim", no_wrap=True)
    for word in words:
        token = word.token
        terms = (" | ".join(each) for each in (word.exact, word.light, word.lemma))
        cells = [
            Text(cell(each, look)) if each else Text() for each in (text[token.start : token.end], *terms)
        ]
        table.add_row(f"{token.start}–{token.end}", *cells, note(token))
    return table if table.row_count else Text("There is no word in it.", style="dim")


def evaluation_view(evaluation: Evaluation, look: Look = _PLAIN) -> RenderableType:
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


def table_view(rows: Iterable[Mapping[str, object]], look: Look = _PLAIN) -> RenderableType:
    """Rows of named values, a column a name."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    for row in rows:
        if not table.columns:
            for name in row:
                table.add_column(name, overflow="fold")
        values = ("" if value is None else str(value) for value in row.values())
        table.add_row(*(Text(cell(value, look)) if value else Text() for value in values))
    return table
