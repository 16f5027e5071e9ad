"""A transaction on a Tantivy index: words and catalogue are made durable first, then Tantivy's commit makes all of it count."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tantivy import Document, Index, IndexWriter, Searcher

from khabar.corpus.article import Article
from khabar.errors import IndexFolderError, KhabarError
from khabar.index.engine import UnitWords
from khabar.index.records import article_to_json, seconds_of
from khabar.index.tantivy_engine.catalogue import Catalogue, catalogue_name
from khabar.index.tantivy_engine.counting import Encoder, Vocabulary
from khabar.index.tantivy_engine.keys import key
from khabar.index.tantivy_engine.schema import COMMIT, FILLER, KEY, ROW, SCHEMA, STORED, TEXT, TITLE
from khabar.index.tantivy_engine.snapshot import Snapshot
from khabar.index.tantivy_engine.storage import TANTIVY, is_panic, small_segments
from khabar.index.tantivy_engine.words import Texts, WordsFile, words_name

__all__ = ["TantivyWriter", "create"]

#: Memory for postings before Tantivy writes them as a segment.
HEAP = 60_000_000
#: The file of words is written anew when more than half of it, and more than so many words, are of removed articles.
WORN = 1_000_000
#: So many small segments are merged by Tantivy of itself.
MERGED = 8


@dataclass(frozen=True, slots=True)
class _Row:
    """An article of this transaction, as the catalogue will have it."""

    offset: int
    units: int
    length: int
    published: int
    source: str


def create(folder: Path) -> None:
    """Make an empty index, over what is left of one that was killed while it was being made."""
    for pattern in (catalogue_name("*"), words_name("*")):
        for left in folder.glob(pattern):
            left.unlink()
    path = folder / TANTIVY
    shutil.rmtree(path, ignore_errors=True)
    with _writing(folder):
        path.mkdir()
        WordsFile(folder, words_name(0)).close()
        Catalogue.empty(words_name(0)).write(folder)
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
        self._catalogue = snapshot.catalogue
        #: id → fingerprint and row
        self._known = {found.id: (found.fingerprint, found.row) for found in snapshot.listed()}
        self._tantivy: IndexWriter | None = None
        self._words: WordsFile | None = None
        self._rows: dict[int, _Row] = {}
        self._dropped: set[int] = set()
        self._next_row = self._catalogue.next_row
        self._changed = False
        self._added = 0

    def known(self) -> Mapping[str, str]:
        return {article: fingerprint for article, (fingerprint, _) in self._known.items()}

    def add(self, article: Article, units: Sequence[UnitWords]) -> None:
        self.delete(article.id)
        tantivy, words = self._begin()
        with _writing(self._folder):
            tokens, lengths, title, text = self._encoder.encode(units)
            row = self._next_row
            self._next_row += 1
            fingerprint = article.fingerprint()
            unit_lengths = np.array(lengths, np.uint32)
            offset = words.append(unit_lengths.tobytes() + tokens)
            count = len(tokens) // 4
            self._rows[row] = _Row(offset, len(lengths), count, seconds_of(article.published), article.source)
            self._vocabulary.count(
                Texts(
                    np.frombuffer(tokens, np.uint32),
                    unit_lengths.astype(np.int64),
                    np.array([len(lengths)]),
                )
            )
            self._known[article.id] = (fingerprint, row)
            document = Document()
            document.add_text(TEXT, text)
            document.add_text(TITLE, title)
            document.add_text(KEY, key(article.id, fingerprint, row))
            document.add_integer(ROW, row)
            document.add_bytes(STORED, article_to_json(article).encode())
            tantivy.add_document(document)
            self._changed = True

    def delete(self, article_id: str) -> bool:
        found = self._known.get(article_id)
        if found is None:
            return False
        tantivy, words = self._begin()
        with _writing(self._folder):
            row = found[1]
            if row in self._rows:
                dropped = self._rows.pop(row)
                place = (dropped.offset, dropped.units, dropped.length)
            else:
                old = self._catalogue
                at = int(np.searchsorted(old.row, row))
                place = (int(old.offset[at]), int(old.units[at]), int(old.length[at]))
                self._dropped.add(row)
            self._vocabulary.count(words.record(*place), removed=True)
            tantivy.delete_documents_by_term(ROW, row)
            del self._known[article_id]
            self._changed = True
        return True

    def commit(self) -> None:
        if not self._changed:
            return
        tantivy, words = self._begin()
        with _writing(self._folder):
            arrays, sources = self._article_arrays()
            words = self._words = self._without_waste(words, arrays)
            words.sync()
            old = self._catalogue
            catalogue = Catalogue(
                old.commit + 1,
                self._next_row,
                words.name,
                words.size,
                words.crc,
                sources,
                **arrays,
                **self._vocabulary.arrays(),
            )
            catalogue.write(self._folder)
            tantivy.delete_documents_by_term(COMMIT, old.commit)
            tantivy.delete_documents_by_term(COMMIT, FILLER)
            tantivy.add_document(_marker(catalogue.commit))
            tantivy.commit()
            self._catalogue = catalogue
            self._added += len(self._rows)
            self._rows.clear()
            self._dropped.clear()
            self._changed = False
            self._sweep()

    def close(self) -> None:
        if self._words is not None:
            # On a full disk the last buffer cannot be written; the file is closed all the same.
            with suppress(OSError):
                self._words.close()
            self._words = None
        if self._tantivy is not None:
            tantivy, self._tantivy = self._tantivy, None
            # What is not committed goes. Of a writer whose thread has died there is nothing to wait for.
            with suppress(Exception):
                if self._changed:
                    tantivy.rollback()
                else:
                    self._settle(tantivy)
                tantivy.wait_merging_threads()
        self._rows.clear()
        self._known.clear()

    def _begin(self) -> tuple[IndexWriter, WordsFile]:
        """Tantivy's writer and the file of words, opened at the first change."""
        if self._tantivy is None or self._words is None:
            self._sweep()
            with _writing(self._folder):
                old = self._catalogue
                self._words = WordsFile(self._folder, old.words_file, old.words_size, old.words_crc)
                self._vocabulary = Vocabulary(old)
                self._encoder = Encoder(self._vocabulary)
                self._tantivy = self._index.writer(HEAP, 1)
                # Names of files tell of the commit: those that a killed run left would be in the way.
                self._tantivy.garbage_collect_files()
        return self._tantivy, self._words

    def _article_arrays(self) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The arrays of the new catalogue that are by article, and the sources."""
        old = self._catalogue
        left = ~np.isin(old.row, np.fromiter(self._dropped, np.int64, len(self._dropped)))
        sources = {source: place for place, source in enumerate(old.sources)}
        rows = list(self._rows.values())
        new: dict[str, list[int]] = {
            "row": list(self._rows),
            "offset": [row.offset for row in rows],
            "units": [row.units for row in rows],
            "length": [row.length for row in rows],
            "published": [row.published for row in rows],
            "source": [sources.setdefault(row.source, len(sources)) for row in rows],
        }
        arrays = {}
        for name, values in new.items():
            before = getattr(old, name)
            arrays[name] = np.concatenate([before[left], np.array(values, before.dtype)])
        return arrays, tuple(sources)

    def _without_waste(self, words: WordsFile, arrays: dict[str, Any]) -> WordsFile:
        """The file of words, or a new one without those of removed articles if they are most of it."""
        sizes = arrays["units"].astype(np.int64) + arrays["length"]
        waste = words.size - int(sizes.sum())
        if waste <= max(WORN, words.size // 2):
            return words
        fresh = WordsFile(self._folder, words_name(self._catalogue.commit + 1))
        try:
            offsets = []
            for offset, units, length in zip(
                *(arrays[name].tolist() for name in ("offset", "units", "length")), strict=True
            ):
                text = words.record(offset, units, length)
                offsets.append(fresh.append(text.lengths.astype(np.uint32).tobytes() + text.tokens.tobytes()))
            arrays["offset"] = np.array(offsets, np.int64)
        except BaseException:
            fresh.close()
            raise
        words.close()
        return fresh

    def _settle(self, tantivy: IndexWriter) -> None:
        """Make few segments of many small ones after adding much: each costs a query as much as all would as one.

        Tantivy gives no other way to ask for it than to commit until there are so many small ones that it merges them.
        """
        sizes = small_segments(self._folder)
        if 2 < len(sizes) < MERGED and self._added * 4 >= sum(sizes):
            for _ in range(MERGED - len(sizes)):
                tantivy.add_document(_marker(FILLER))
                tantivy.commit()

    def _sweep(self) -> None:
        """Remove what belongs to no commit, also that of a run that was killed, and what belongs to commits before the last."""
        current = {catalogue_name(self._catalogue.commit), self._catalogue.words_file}
        for pattern in (catalogue_name("*"), words_name("*"), f"{TANTIVY}/.tmp*"):
            for left in self._folder.glob(pattern):
                if left.name not in current:
                    # Where a file cannot be removed while it is read, the next writer does it.
                    with suppress(OSError):
                        left.unlink()


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
        raise _unwritable(folder, error) from error
    except BaseException as error:
        if is_panic(error):
            raise _unwritable(folder, error) from error
        raise


def _unwritable(folder: Path, error: BaseException) -> IndexFolderError:
    return IndexFolderError(
        f"the index {folder} cannot be written ({error}). What was committed before is whole: "
        "make room or mend what is named, then run the same command again"
    )
