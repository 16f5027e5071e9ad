"""A segment's files, open for reading: postings as mapped arrays, columns read whole, stored documents where they lie."""

from __future__ import annotations

import mmap
import os
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.index.columns import Bools, Ints
from khabar.index.embedded.codec import ArrayCodec
from khabar.index.embedded.postings import EXTENSION, Postings, TermKeys
from khabar.index.embedded.schema import FINGERPRINT, NUMBER, OFFSET, PUBLISHED, STORED, TEXT
from khabar.index.embedded.storage import Storage, reading, stored_text

__all__ = ["LENGTH", "STORED_EXTENSION", "SegmentFiles", "describe", "stored_offsets"]

#: Whoosh's name for the column of a text's lengths.
LENGTH = f"_{TEXT}_len"
#: What the name of the column of stored documents ends with.
STORED_EXTENSION = "._stored.col"
_CHANGED = "it is not as it was written"


def describe(storage: Storage, name: str) -> tuple[int, int]:
    """A file's size, and the checksum of a column of numbers, which is small and read whole."""
    if not _is_column(name):
        return storage.file_length(name), 0
    return _described(Path(storage.folder, name).read_bytes())


def _described(column: bytes) -> tuple[int, int]:
    return len(column), zlib.crc32(column)


def _is_column(name: str) -> bool:
    return name.endswith(".col") and not name.endswith(STORED_EXTENSION)


class SegmentFiles:
    """One segment, open for reading. Safe to share between threads.

    All its files are opened and the small ones read at once: a writer may remove them while they are in use here. Two stay
    open, until the last array of them is let go.

    Raises:
        IndexDamaged: if they cannot be read. All methods raise it too.
    """

    def __init__(self, folder: str | os.PathLike[str], segment: Any, *, whole: bool = False) -> None:
        self.segment = segment
        self.count: int = segment.doc_count_all()
        self._folder = folder
        self._columns: dict[str, bytes] = {}
        self._read: dict[str, Ints] = {}
        # Sizes are checked now, for much of it is read only by some later search.
        for name, (size, _) in segment.khabar_files.items():
            with reading(folder, name):
                path = Path(folder, name)
                if _is_column(name):
                    self._columns[name] = path.read_bytes()
                if path.stat().st_size != size:
                    raise ValueError(_CHANGED)
        with self._reading(STORED_EXTENSION):
            self._stored = _mapped(Path(folder, segment.make_filename(STORED_EXTENSION)))
        with self.reading_postings():
            self.postings = Postings(Path(folder, segment.make_filename(EXTENSION)), self.count, whole=whole)

    def close(self) -> None:
        """Let its files go."""
        self.__dict__.pop("_stored", None)
        self.__dict__.pop("postings", None)

    def _reading(self, suffix: str) -> AbstractContextManager[None]:
        """Tells whatever goes wrong as damage to the segment's file with this suffix."""
        return reading(self._folder, self.segment.make_filename(suffix))

    @contextmanager
    def reading_postings(self) -> Iterator[None]:
        """Tells whatever goes wrong as damage to the file of postings."""
        with self._reading(EXTENSION):
            yield

    # documents

    def alive(self) -> Bools:
        """Of each document whether it is not deleted."""
        alive = np.ones(self.count, bool)
        alive[np.fromiter(self.segment.deleted_docs(), np.int64)] = False
        return alive

    def numbers(self) -> Ints:
        """Of each document its passage's number in its article."""
        return self._column(NUMBER, ">i4", np.int32)

    def published(self) -> Ints:
        """Of each document its article's publication in seconds since 1970 UTC, if it is a title."""
        return self._column(PUBLISHED, ">i8", np.int64)

    def offsets(self) -> Ints:
        """Of each document how many seconds east of UTC its article's moment of publication is written, if it is a title."""
        return self._column(OFFSET, ">i4", np.int32)

    def fingerprints(self) -> Ints:
        """Of each document the beginning of its article's fingerprint, if it is a title."""
        return self._column(FINGERPRINT, ">u8", np.uint64)

    def length_codes(self) -> NDArray[np.uint8]:
        """Of each document its length in words, as Whoosh keeps it: a place in :data:`khabar.index.bm25.LENGTHS`."""
        return self._column(LENGTH, "u1", np.uint8)

    def _column(self, name: str, kind: str, native: Any) -> Ints:
        if name not in self._read:
            filename = ArrayCodec.column_filename(self.segment, name)
            with reading(self._folder, filename):
                column = self._columns[filename]
                if _described(column) != self.segment.khabar_files[filename]:
                    raise ValueError(_CHANGED)
                self._read[name] = np.frombuffer(column, kind, self.count).astype(native, copy=False)
        return self._read[name]

    @cached_property
    def _offsets(self) -> Ints:
        return stored_offsets(self._stored, self.count)

    def title_of(self, term_keys: TermKeys) -> int | None:
        """The document of an article's title, by its id; None if it is not here, or deleted."""
        with self.reading_postings():
            number = int(self.postings.find(term_keys)[0])
            if number < 0:
                return None
            places, _ = self.postings.places(np.array([number]))
            (document,) = self.postings.passages_at(places).tolist()
        return None if self.segment.is_deleted(document) else int(document)

    def packed(self, document: int) -> bytes:
        """The stored fields of a title's document, as they are kept."""
        with self._reading(STORED_EXTENSION):
            begin, end = self._offsets[document : document + 2].tolist()
            return bytes(self._stored[begin:end])

    def packed_sizes(self, documents: Ints) -> Ints:
        """How many bytes that is of each of some documents."""
        with self._reading(STORED_EXTENSION):
            result: Ints = self._offsets[documents + 1] - self._offsets[documents]
            return result

    def stored(self, document: int) -> str:
        """The article's JSON that a title's document holds."""
        with self._reading(STORED_EXTENSION):
            return stored_text(self.packed(document), STORED)


def stored_offsets(data: memoryview, count: int) -> Ints:
    """Where each of so many documents' stored fields begin, and the last one's end, as Whoosh's class for columns of bytes has
    it."""
    if data[-1] == ord("X"):
        end = len(data) - 3 - 4 * count
        offsets = np.frombuffer(data[end : len(data) - 3], ">u4").astype(np.int64)
        return np.append(offsets, end - 4 * count)
    end = len(data) - 1 - 4 * count
    return np.append(0, np.cumsum(np.frombuffer(data[end : len(data) - 1], ">i4"), dtype=np.int64))


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
