"""A run of ``khabar index``: its counts, and the problems with the input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from khabar.corpus.report import guesses, together
from khabar.explore.languages import mostly_other
from khabar.render.arabic import translated
from khabar.render.blocks import Block, Facts, Listing, Note, blocks_page, blocks_view
from khabar.render.look import Look
from khabar.render.messages import and_more, counted, joined, mostly_other_text, say
from khabar.render.reasons import note_text, together_text
from khabar.render.text import near
from khabar.render.view import Record, View
from khabar.serialize import plain
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.corpus.report import Note as ReadNote
    from khabar.corpus.report import Skipped
    from khabar.places import Place

__all__ = ["Indexed", "IndexedView"]

#: Number of skipped inputs that are listed without ``--verbose``.
_FEW = 20


class Indexed(msgspec.Struct, frozen=True):
    """The result of a run of ``khabar index``.

    Attributes:
        folder: the index folder, or its address.
        total: the number of articles that the index holds now.
        added, updated, unchanged: numbers of articles of this run.
        files: the number of files that were read.
        skipped: what could not be indexed in this run.
        clutter: the numbers of lines of page clutter that were left out, by kind.
        guessed: the files whose encoding was guessed, with the encoding.
        seconds: the duration.
        removed: the number of articles that were removed because they, or their file, are gone.
        moved: the number of files that were recognised in another place.
        vanished: the number of files that are gone although their articles are still in the index.
        dropped: the number of articles in the index that their file no longer contains.
        kept: the number of articles in the index as read before, because part of their file was not read now.
        skipped_before: the number of inputs that an earlier run skipped and that have not changed.
        closings: the numbers of articles from which the line that ends every article of their source was
            removed, by source.
        replaced: the number of updated articles that came from another file before.
        superseded: the number of articles that another file, changed later, also contains.
        notes: guesses about articles, parts of them that may be lost, and inputs left out on purpose.
        unmapped: mapped fields, as ``NAME=KEY``, whose key no record has.
        ok: whether nothing was skipped, and nothing may be lost.
        languages: the number of articles of the index in each language; "" for unknown.
        without_vectors: the number of articles of the index without vectors, if others have them; else 0.
        undated: the number of added articles without a date.
    """

    folder: Place
    total: int
    added: int
    updated: int
    unchanged: int
    files: int
    skipped: Sequence[Skipped]
    clutter: Sequence[tuple[str, int]]
    guessed: Sequence[tuple[str, str]]
    seconds: float
    removed: int = 0
    moved: int = 0
    vanished: int = 0
    dropped: int = 0
    kept: int = 0
    skipped_before: int = 0
    closings: Sequence[tuple[str, int]] = ()
    replaced: int = 0
    superseded: int = 0
    notes: Sequence[ReadNote] = ()
    unmapped: Sequence[str] = ()
    ok: bool = True
    languages: Mapping[str, int] = {}
    without_vectors: int = 0
    undated: int = 0


class IndexedView(View, frozen=True):
    """A run of ``khabar index``."""

    indexed: Indexed
    verbose: bool = False
    title = "khabar index"

    def record(self) -> Record:
        indexed = self.indexed
        return {
            "index": str(indexed.folder),
            "articles": indexed.total,
            "added": indexed.added,
            "undated": indexed.undated,
            "updated": indexed.updated,
            "unchanged": indexed.unchanged,
            "removed": indexed.removed,
            "skipped": plain(indexed.skipped),
            "skipped_before": indexed.skipped_before,
            "replaced": indexed.replaced,
            "superseded": indexed.superseded,
            "notes": plain(indexed.notes),
            "unmapped": list(indexed.unmapped),
            "files": indexed.files,
            "moved": indexed.moved,
            "vanished": indexed.vanished,
            "dropped": indexed.dropped,
            "kept": indexed.kept,
            "clutter": dict(indexed.clutter),
            "closings": dict(indexed.closings),
            "guessed": guesses(indexed.guessed),
            "seconds": round(indexed.seconds, 2),
            "languages": dict(indexed.languages),
        } | ({"without_vectors": indexed.without_vectors} if indexed.without_vectors else {})

    def lines(self, language: str = "en") -> Iterator[str]:
        indexed = self.indexed
        yield f"index: {printable(str(indexed.folder))}"
        yield f"articles: {indexed.total}"
        yield f"added: {indexed.added}"
        if indexed.undated:
            yield f"added without a date: {indexed.undated}"
        yield f"updated: {indexed.updated}"
        yield f"unchanged: {indexed.unchanged}"
        if indexed.removed:
            yield f"removed: {indexed.removed}"
        yield f"skipped: {len(indexed.skipped)}"
        if indexed.skipped_before:
            yield f"skipped before: {indexed.skipped_before}"
        yield f"files: {indexed.files}"
        if indexed.replaced:
            yield f"updated from another file: {indexed.replaced}"
        if indexed.superseded:
            yield f"newer in another file: {indexed.superseded}"
        if indexed.moved:
            yield f"moved: {indexed.moved}"
        if indexed.vanished:
            yield f"vanished: {indexed.vanished}"
        if indexed.dropped:
            yield f"no longer in their file: {indexed.dropped} (--prune)"
        if indexed.kept:
            yield f"kept as read before: {indexed.kept}"
        if indexed.without_vectors:
            yield f"without vectors: {indexed.without_vectors} (khabar meaning build)"
        yield f"seconds: {indexed.seconds:.1f}"
        for kind, count in indexed.clutter:
            yield f"clutter: {printable(translated(kind, language))}: {count}"
        for source, count in indexed.closings:
            yield f"closing lines: {printable(source)}: {count}"
        for path, encoding in indexed.guessed if self.verbose else indexed.guessed[:_FEW]:
            yield f"guessed: {printable(path)}: {printable(encoding)}"
        if len(indexed.guessed) > _FEW and not self.verbose:
            yield f"guessed: {and_more(len(indexed.guessed) - _FEW, language, '--verbose')}"
        groups = together(indexed.skipped)
        for group in groups if self.verbose else groups[:_FEW]:
            yield f"skip: {printable(together_text(group, language, verbose=self.verbose))}"
        if len(groups) > _FEW and not self.verbose:
            hidden = sum(group.count for group in groups[_FEW:])
            yield f"skip: {and_more(hidden, language, '--verbose')}"
        for note in indexed.notes:
            yield f"{'not understood' if note.lost else 'note'}: {printable(note_text(note, language))}"
        for given in indexed.unmapped:
            yield f"not understood: {printable(say('no such key', language, given=given))}"
        if others := mostly_other(indexed.languages):
            yield f"warning: {mostly_other_text(others, language)}"

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import Group, Hanging, Text, page

        indexed = self.indexed
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
            words = (say(key, language), f"{count:,}")
            text = " ".join(words if language == "ar" else reversed(words))
            line.append(text, style=f"bold {style}" if count else "dim")
        rate = (indexed.added + indexed.updated) / indexed.seconds if indexed.seconds else 0
        times = [
            counted(indexed.files, "file", language),
            say("seconds", language, seconds=f"{indexed.seconds:.1f}"),
        ]
        if rate:
            times.append(say("rate", language, rate=f"{rate:,.0f}"))
        line.append(f"  ({comma.join(times)})", style="dim")
        parts: list[RenderableType] = [Hanging(line, 0, page=page("", look))]
        return Group(*parts, blocks_view(self._notes(language), look))

    def page(self, look: Look) -> str:
        return blocks_page(say("indexed", look.language), self._blocks(look.language), look)

    def _blocks(self, language: str) -> Iterator[Block]:
        indexed = self.indexed
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
        rows.append(
            (say("took so long", language), say("seconds", language, seconds=f"{indexed.seconds:.1f}"))
        )
        yield Facts("", rows)
        yield from self._notes(language)

    def _notes(self, language: str) -> Iterator[Block]:
        """Everything about a run except its counts."""
        indexed = self.indexed
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
        if indexed.kept:
            yield Note(say("kept", language, count=counted(indexed.kept, "article", language)), "warn")
        if indexed.clutter:
            kinds = joined(
                (f"{translated(kind, language)} {count:,}" for kind, count in indexed.clutter), language
            )
            yield Note(say("clutter", language, kinds=kinds))
        if indexed.closings:
            sources = joined((f"{source} {count:,}" for source, count in indexed.closings), language)
            yield Note(say("closings", language, sources=sources))
        few = None if self.verbose else _FEW
        if indexed.guessed:
            lines = [(near(path), name) for path, name in indexed.guessed]
            heading = say("guessed encodings", language)
            yield Listing(f"{heading}:", lines, few, "--verbose", close=True)
        if groups := together(indexed.skipped):
            lines = [("", together_text(group, language, near, verbose=self.verbose)) for group in groups]
            counts = [group.count for group in groups]
            yield Listing(
                say("skipped these", language), lines, few, "--verbose", close=True, stand_for=counts
            )
        unmapped = [("", say("no such key", language, given=given)) for given in indexed.unmapped]
        for lost, key in ((True, "not understood"), (False, "notes")):
            noted = [note for note in indexed.notes if note.lost == lost]
            notes = [("", note_text(note, language, near(note.path))) for note in noted]
            notes = [*unmapped, *notes] if lost else notes
            if notes:
                yield Listing(say(key, language), notes, few, "--verbose", close=True)
        if indexed.skipped_before:
            yield Note(say("skipped before", language, count=f"{indexed.skipped_before:,}"), "faint")
        if indexed.undated:
            yield Note(say("added undated", language, count=counted(indexed.undated, "article", language)))
        if indexed.without_vectors:
            count = counted(indexed.without_vectors, "article", language)
            yield Note(say("not embedded yet", language, count=count))
        if others := mostly_other(indexed.languages):
            yield Note(mostly_other_text(others, language), "warn")
        count = counted(indexed.total, "article", language)
        yield Note(say("holds", language, index=indexed.folder, count=count), "strong")
