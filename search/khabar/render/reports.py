"""The other views for people at a terminal: words and their forms, indexing, what an index holds, measurements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from khabar.corpus.report import together
from khabar.query.explain import DEPTH_NAMES
from khabar.render.blocks import Block, Cell, Facts, Grid, Listing, Note, blocks_view, grid_of
from khabar.render.data import AnalysedWord, Indexed, Why
from khabar.render.hanging import Hanging, cell, page
from khabar.render.look import Look
from khabar.render.messages import counted, depth_name, say, translated
from khabar.render.plain import FEW, ONLY_ADDS, note
from khabar.render.reasons import note_text, together_text
from khabar.render.terminal import both_languages
from khabar.render.text import near
from khabar.spelling import printable

if TYPE_CHECKING:
    from pathlib import Path

    from khabar.evaluation import Evaluation
    from khabar.query.explain import WordForm

__all__ = ["analysis_view", "evaluation_view", "indexed_view", "table_view", "why_view"]

_PLAIN = Look()


def why_view(why: Why, look: Look = _PLAIN) -> RenderableType:
    """The forms that a word stands for, by depth."""
    language = look.language
    side = "ltr" if look.visual else ""
    heading = Text(why_heading(why, cell(why.word, look), language), style="bold")
    # Numbers first, and the Arabic at the end of the line.
    heads = [translated(name, language) for name in ("occurrences", "paragraphs", "weight", "form")]
    wide = [max(len(name), least) for name, least in zip(heads, (11, 10, 6, 0), strict=True)]
    named = "".join(f"  {name:>{width}}" for name, width in zip(heads, wide, strict=True))
    parts: list[RenderableType] = [heading, Text(named, style="dim")]
    for depth, names in DEPTH_NAMES.items():
        forms = [form for form in why.forms if form.depth == depth]
        if forms:
            parts.append(Hanging(both_languages(*names, look.style.depth(depth), look), 2, page=side))
        parts += [_form_view(form, wide, look) for form in forms]
    if why.more:
        parts.append(Hanging(Text(_only_add(why, language), style="dim"), 0))
    if remedy := why.remedy:
        leave = Text.assemble(say("leave one out", language), (printable(remedy), "bold"))
        parts.append(Hanging(leave, 0, page=side))
    return Group(*parts)


def why_heading(why: Why, word: str, language: str) -> str:
    """How many forms there are of a word."""
    return say("forms of", language, count=counted(len(why.forms), "form", language), word=word)


def _only_add(why: Why, language: str) -> str:
    key = "only adds" if why.more == 1 else "only add"
    return say(key, language, count=counted(why.more, "more form", language))


def _form_view(form: WordForm, wide: Sequence[int], look: Look) -> RenderableType:
    values = (f"{form.occurrences:,}", f"{form.paragraphs:,}", f"{form.weight:.2f}")
    lead = Text("".join(f"  {value:>{width}}" for value, width in zip(values, wide[:3], strict=True)))
    name = Text(cell(form.term, look), style=look.style.calm(form.depth) if form.matches else "dim")
    if not form.matches:
        name.append(f"  {translated(ONLY_ADDS, look.language)}")
    return Hanging(name, lead.cell_len + 2, lead)


def why_blocks(why: Why, language: str) -> Iterator[Block]:
    """The same for a page."""
    names = [translated(name, language) for name in ("form", "occurrences", "paragraphs", "weight", "note")]
    for depth, means in DEPTH_NAMES.items():
        forms = [form for form in why.forms if form.depth == depth]
        if forms:
            columns = len(names) - all(form.matches for form in forms)
            rows = [
                (
                    (form.term, depth),
                    form.occurrences,
                    form.paragraphs,
                    round(form.weight, 2),
                    "" if form.matches else translated(ONLY_ADDS, language),
                )[:columns]
                for form in forms
            ]
            yield Grid(means[language == "ar"], names[:columns], rows)
    if why.more:
        yield Note(_only_add(why, language), "faint")
    if remedy := why.remedy:
        yield Note(say("leave one out", language) + remedy, "faint")


def analysis_view(text: str, words: Iterable[AnalysedWord], look: Look = _PLAIN) -> RenderableType:
    """A text's words, one a row, with their terms on each depth in the colours of highlights."""
    return blocks_view(analysis_blocks(text, words, look.language), look)


def analysis_blocks(text: str, words: Iterable[AnalysedWord], language: str) -> Iterator[Block]:
    """A text's words, one a row: place, word, terms on each depth, and what is special about it."""
    rows: list[Sequence[Cell]] = []
    for word in words:
        token = word.token
        terms = zip(("exact", "light", "lemma"), (word.exact, word.light, word.lemma), strict=True)
        rows.append(
            (
                f"{token.start}–{token.end}",
                text[token.start : token.end],
                *((" | ".join(each), depth) for depth, each in terms),
                translated(note(token), language),
            )
        )
    if not rows:
        yield Note(say("no word", language), "faint")
        return
    names = [translated(name, language) for name in ("place", "word")]
    depths = [depth_name(depth, language) for depth in ("exact", "light", "lemma")]
    yield Grid("", [*names, *depths, ""], rows)


def evaluation_view(evaluation: Evaluation, look: Look = _PLAIN) -> RenderableType:
    """A run of ``khabar eval``."""
    return blocks_view(evaluation_blocks(evaluation, look.language), look)


def evaluation_blocks(evaluation: Evaluation, language: str) -> Iterator[Block]:
    """A run of ``khabar eval``: the collection, the times, and each metric."""
    indexed = say("indexed in", language, seconds=f"{evaluation.index_seconds:.1f}")
    times = say("query times", language, half=f"{evaluation.p50_ms:.1f}", most=f"{evaluation.p95_ms:.1f}")
    comma = "، " if language == "ar" else ", "
    yield Facts(
        "",
        [
            (say("collection", language), str(evaluation.folder)),
            (say("documents", language), f"{evaluation.documents:,}{comma}{indexed}"),
            (say("queries", language), f"{evaluation.queries:,}{comma}{times}"),
            *((name, f"{value:.4f}") for name, value in evaluation.metrics.items()),
        ],
    )


def indexed_view(indexed: Indexed, look: Look = _PLAIN, *, verbose: bool = False) -> RenderableType:
    """A run of ``khabar index``."""
    language = look.language
    comma = "، " if language == "ar" else ", "
    line = Text()
    for count, key, style in (
        (indexed.added, "added", "green"),
        (indexed.updated, "updated now", "cyan"),
        (indexed.unchanged, "unchanged", ""),
        *([(indexed.removed, "removed", "red")] if indexed.removed else []),
        (len(indexed.skipped), "skipped", "yellow"),
    ):
        if line:
            line.append(comma)
        said = f"{say(key, language)} {count:,}" if language == "ar" else f"{count:,} {say(key, language)}"
        line.append(said, style=f"bold {style}" if count else "dim")
    rate = (indexed.added + indexed.updated) / indexed.seconds if indexed.seconds else 0
    times = [
        counted(indexed.files, "file", language),
        say("seconds", language, seconds=f"{indexed.seconds:.1f}"),
    ]
    if rate:
        times.append(say("rate", language, rate=f"{rate:,.0f}"))
    line.append(f"  ({comma.join(times)})", style="dim")
    parts: list[RenderableType] = [Hanging(line, 0, page=page("", look))]
    return Group(*parts, blocks_view(_run_blocks(indexed, language, verbose=verbose), look))


def indexed_blocks(indexed: Indexed, language: str, *, verbose: bool = False) -> Iterator[Block]:
    """A run of ``khabar index`` for a page."""
    rows = [
        (say(key, language), f"{count:,}")
        for key, count in (
            ("added", indexed.added),
            ("updated now", indexed.updated),
            ("unchanged", indexed.unchanged),
            ("removed", indexed.removed),
            ("skipped", len(indexed.skipped)),
        )
        if count
    ]
    rows.append((say("read files", language), f"{indexed.files:,}"))
    rows.append((say("took so long", language), say("seconds", language, seconds=f"{indexed.seconds:.1f}")))
    yield Facts("", rows)
    yield from _run_blocks(indexed, language, verbose=verbose)


def _run_blocks(indexed: Indexed, language: str, *, verbose: bool) -> Iterator[Block]:
    """What there is to say of a run beside its counts."""
    if indexed.replaced:
        yield Note(say("replaced", language, count=counted(indexed.replaced, "article", language)))
    if indexed.superseded:
        yield Note(
            say("superseded", language, count=counted(indexed.superseded, "article", language)), "faint"
        )
    if indexed.moved:
        yield Note(say("moved", language, count=counted(indexed.moved, "file", language)))
    if indexed.vanished:
        yield Note(say("vanished", language, count=counted(indexed.vanished, "file", language)), "warn")
    if indexed.dropped:
        yield Note(say("dropped", language, count=counted(indexed.dropped, "article", language)), "warn")
    if indexed.clutter:
        comma = "، " if language == "ar" else ", "
        kinds = comma.join(f"{translated(kind, language)} {count:,}" for kind, count in indexed.clutter)
        yield Note(say("clutter", language, kinds=kinds))
    if indexed.closings:
        comma = "، " if language == "ar" else ", "
        sources = comma.join(f"{source} {count:,}" for source, count in indexed.closings)
        yield Note(say("closings", language, sources=sources))
    few = None if verbose else FEW
    if indexed.guessed:
        lines = [(near(path), name) for path, name in indexed.guessed]
        heading = say("guessed encodings", language)
        yield Listing(f"{heading}:", lines, few, "--verbose", close=True)
    if groups := together(indexed.skipped):
        lines = [("", together_text(group, language, near, verbose=verbose)) for group in groups]
        counts = [group.count for group in groups]
        yield Listing(say("skipped these", language), lines, few, "--verbose", close=True, stand_for=counts)
    unmapped = [("", say("no such key", language, given=given)) for given in indexed.unmapped]
    for lost, key in ((True, "not understood"), (False, "notes")):
        noted = [note for note in indexed.notes if note.lost == lost]
        notes = [("", note_text(note, language, near(note.path))) for note in noted]
        notes = [*unmapped, *notes] if lost else notes
        if notes:
            yield Listing(say(key, language), notes, few, "--verbose", close=True)
    if indexed.skipped_before:
        yield Note(say("skipped before", language, count=f"{indexed.skipped_before:,}"), "faint")
    yield Note(holds(indexed.folder, indexed.total, language), "strong")


def holds(folder: Path, articles: int, language: str) -> str:
    """How many articles an index holds now."""
    return say("holds", language, index=folder, count=counted(articles, "article", language))


def table_view(rows: Iterable[Mapping[str, object]], look: Look = _PLAIN) -> RenderableType:
    """Rows of named values, a column a name."""
    return blocks_view([grid_of(rows, look.language)], look)
