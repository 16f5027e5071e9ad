"""A transaction on a Tantivy index: segments and catalogue are made durable first, then Tantivy's commit makes them count."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import numpy as np
from msgspec.structs import replace
from tantivy import Document, Index, IndexWriter, Searcher

from khabar.corpus.article import Article
from khabar.errors import KhabarError
from khabar.index.records import dated, print_of
from khabar.index.tantivy_engine.catalogue import Catalogue, Listed, catalogue_name
from khabar.index.tantivy_engine.keys import key
from khabar.index.tantivy_engine.schema import COMMIT, FILLER, KEY, ROW, SCHEMA, STORED, sealed
from khabar.index.tantivy_engine.segment import Rows, Segment, merge_segments, segment_name, write_segment
from khabar.index.tantivy_engine.snapshot import Snapshot
from khabar.index.tantivy_engine.storage import TANTIVY, is_panic, small_segments
from khabar.index.words import Words
from khabar.index.writing import unwritable

__all__ = ["TantivyWriter", "create"]

#: Memory for Tantivy before it writes what it has.
HEAP = 20_000_000
#: A segment is written when this many words are gathered.
FULL = 3_500_000
#: Above this many segments a run of small ones becomes one,
MOST_SEGMENTS = 8
#: if it has no more words than this: about 40 bytes of memory each.
MOST_WORDS = 6_000_000
#: No article has this row.
_NO_ROW = -1
#: So many small segments are merged by Tantivy of itself.
MERGED = 8


class _Pending(msgspec.Struct):
    """An article that is in no segment yet."""

    row: int
    fingerprint: int
    published: int
    source: str
    author: str
    words: Words


def create(folder: Path) -> None:
    """Make an empty index, over what is left of one that was killed while it was being made."""
    for pattern in (catalogue_name("*"), segment_name("*")):
        for left in folder.glob(pattern):
            left.unlink()
    path = folder / TANTIVY
    shutil.rmtree(path, ignore_errors=True)
    with _writing(folder):
        path.mkdir()
        Catalogue().write(folder)
        writer = Index(SCHEMA, os.fspath(path)).writer(HEAP, 1)
        writer.add_document(_marker(0))
        writer.commit()
        writer.wait_merging_threads()


class TantivyWriter:
    """See :class:`khabar.index.engine.Writer`. The caller holds the write lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        snapshot = Snapshot(folder)
        self._index: Index = snapshot.index
        self._searcher: Searcher = snapshot.searcher
        self._committed = self._catalogue = snapshot.catalogue
        #: the rows of each segment, by its name
        self._rows = {segment.name: segment.rows for segment in snapshot.segments}
        #: id → fingerprint and row
        self._known = {found.id: (found.fingerprint, found.row) for found in snapshot.listed()}
        self._tantivy: IndexWriter | None = None
        self._pending: dict[int, _Pending] = {}
        self._gathered = 0
        self._changed = False
        self._added = 0

    def known(self) -> Mapping[str, str]:
        return {article: fingerprint for article, (fingerprint, _) in self._known.items()}

    def add(self, article: Article, fingerprint: str, words: Words) -> None:
        self.delete(article.id)
        tantivy = self._begin()
        with _writing(self._folder):
            row = self._catalogue.next_row
            self._catalogue = replace(self._catalogue, next_row=row + 1)
            self._pending[row] = _Pending(
                row,
                print_of(fingerprint),
                dated(article.published),
                article.source,
                article.author,
                words,
            )
            self._known[article.id] = (fingerprint, row)
            document = Document()
            document.add_text(KEY, key(article.id, fingerprint, row))
            document.add_integer(ROW, row)
            document.add_bytes(STORED, sealed(article, row))
            tantivy.add_document(document)
            self._changed = True
            self._added += 1
            self._gathered += len(words.tokens)
            if self._gathered >= FULL:
                self.flush()

    def delete(self, article_id: str) -> bool:
        found = self._known.pop(article_id, None)
        if found is None:
            return False
        tantivy = self._begin()
        with _writing(self._folder):
            row = found[1]
            if row in self._pending:
                del self._pending[row]
            else:
                self._remove(row)
            tantivy.delete_documents_by_term(ROW, row)
            self._changed = True
        return True

    def flush(self) -> None:
        pending = list(self._pending.values())
        self._gathered = 0
        self._pending.clear()
        if not pending:
            return
        with _writing(self._folder):
            rows = Rows(
                [each.row for each in pending],
                [each.fingerprint for each in pending],
                [each.published for each in pending],
                [each.source for each in pending],
                [each.author for each in pending],
                [len(each.words.sizes) for each in pending],
            )
            words = Words.joined([each.words for each in pending])
            del pending
            name = self._named()
            write_segment(self._folder, name, rows, words)
            self._list(name, len(self._catalogue.segments), 0)

    def commit(self) -> None:
        if not self._changed:
            return
        tantivy = self._begin()
        with _writing(self._folder):
            self.flush()
            self._merge()
            self._catalogue = replace(self._catalogue, commit=self._catalogue.commit + 1)
            self._catalogue.write(self._folder)
            tantivy.delete_documents_by_term(COMMIT, self._catalogue.commit - 1)
            tantivy.delete_documents_by_term(COMMIT, FILLER)
            tantivy.add_document(_marker(self._catalogue.commit))
            tantivy.commit()
            self._committed = self._catalogue
            self._changed = False
            self._sweep()

    def close(self) -> None:
        if self._tantivy is not None:
            tantivy, self._tantivy = self._tantivy, None
            # What is not committed goes. Of a writer whose thread has died there is nothing to wait for.
            with suppress(Exception):
                if self._changed:
                    tantivy.rollback()
                else:
                    self._settle(tantivy)
                tantivy.wait_merging_threads()
        self._pending.clear()
        self._known.clear()

    def _begin(self) -> IndexWriter:
        """Tantivy's writer, opened at the first change."""
        if self._tantivy is None:
            self._sweep()
            with _writing(self._folder):
                self._tantivy = self._index.writer(HEAP, 1)
                # Names of files tell of the commit: those that a killed run left would be in the way.
                self._tantivy.garbage_collect_files()
                # The first operation has the number of the last commit, and a merge of that commit's segments, such as a
                # killed run left to be done, may lose a deletion with it: so this one deletes nothing.
                self._tantivy.delete_documents_by_term(ROW, _NO_ROW)
        return self._tantivy

    def _remove(self, row: int) -> None:
        """Note in the catalogue that an article of a segment is gone."""
        segments = list(self._catalogue.segments)
        for place, listed in enumerate(segments):
            rows = self._rows[listed.name]
            at = int(np.searchsorted(rows, row))
            if at < len(rows) and rows[at] == row:
                segments[place] = replace(listed, removed=tuple(sorted({*listed.removed, at})))
        self._catalogue = replace(self._catalogue, segments=tuple(segments))

    def _named(self) -> str:
        number = self._catalogue.next_segment
        self._catalogue = replace(self._catalogue, next_segment=number + 1)
        return segment_name(number)

    def _list(self, name: str, place: int, instead: int) -> None:
        """Put a new segment into the catalogue, in the place of so many."""
        made = Segment(self._folder, name)
        self._rows[name] = made.rows
        listed = Listed(name, (self._folder / name).stat().st_size, len(made.arrays["tokens"]))
        segments = list(self._catalogue.segments)
        segments[place : place + instead] = [listed]
        self._catalogue = replace(self._catalogue, segments=tuple(segments))

    def _merge(self) -> None:
        """Rewrite segments that are mostly of removed articles, and many small ones as one.

        Only neighbours become one: the order of the articles is that of indexing.
        """
        kept = tuple(
            each for each in self._catalogue.segments if len(each.removed) < len(self._rows[each.name])
        )
        self._catalogue = replace(self._catalogue, segments=kept)
        for listed in kept:
            if 2 * len(listed.removed) > len(self._rows[listed.name]):
                self._become_one([listed])
        segments = self._catalogue.segments
        if len(segments) > MOST_SEGMENTS:
            width = len(segments) - MOST_SEGMENTS // 2
            runs = [segments[begin : begin + width] for begin in range(len(segments) - width + 1)]
            best = min(runs, key=_words)
            while len(best) > 1 and _words(best) > MOST_WORDS:
                best = min(best[1:], best[:-1], key=_words)
            if len(best) > 1:
                self._become_one(best)

    def _become_one(self, run: Sequence[Listed]) -> None:
        name = self._named()
        alive = [
            np.setdiff1d(np.arange(len(self._rows[each.name])), np.array(each.removed, np.int64))
            for each in run
        ]
        merge_segments(self._folder, name, [Segment(self._folder, each.name) for each in run], alive)
        self._list(name, self._catalogue.segments.index(run[0]), len(run))

    def _settle(self, tantivy: IndexWriter) -> None:
        """Make few of many small segments of Tantivy's after adding much: each costs a look-up as much as all would as one.

        Tantivy gives no other way to ask for it than to commit until there are so many small ones that it merges them.
        """
        sizes = small_segments(self._folder)
        if 2 < len(sizes) < MERGED and self._added * 4 >= sum(sizes):
            for _ in range(MERGED - len(sizes)):
                tantivy.add_document(_marker(FILLER))
                tantivy.commit()

    def _sweep(self) -> None:
        """Remove what belongs to no commit, also that of a run that was killed, and what belongs to commits before the last."""
        current = {catalogue_name(self._committed.commit), *(each.name for each in self._committed.segments)}
        for pattern in (
            catalogue_name("*"),
            segment_name("*"),
            "*.bin.new",
            "*.json.new",
            f"{TANTIVY}/.tmp*",
        ):
            for left in self._folder.glob(pattern):
                if left.name not in current:
                    # Where a file cannot be removed while it is read, the next writer does it.
                    with suppress(OSError):
                        left.unlink()


def _words(segments: Sequence[Listed]) -> int:
    return sum(each.words for each in segments)


def _marker(commit: int) -> Document:
    document = Document()
    document.add_integer(COMMIT, commit)
    return document


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Whatever keeps the index from being written is told with its cause: a full disk, a thread of Tantivy's that died."""
    try:
        yield
    except KhabarError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        raise unwritable(folder, error) from error
    except BaseException as error:
        if is_panic(error):
            raise unwritable(folder, error) from error
        raise
