"""Reading a segment's files: a term's postings whole, as numpy arrays, instead of one matcher step at a time."""

from __future__ import annotations

import io
import os
import pickle
import struct
import threading
import weakref
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from hashlib import md5
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3TermInfo
from whoosh.formats import Positions
from whoosh.system import pack_ushort
from whoosh.util.numeric import byte_to_length

from khabar.index.records import UNDATED
from khabar.index.whoosh_engine.schema import (
    CODEC,
    NUMBER,
    POSITIONS,
    PRINT,
    PUBLISHED,
    SCHEMA,
    STORED,
    TEXT,
)
from khabar.index.whoosh_engine.storage import Storage, close_files, reading

__all__ = ["SegmentFiles", "describe"]

_MAGIC = b"W3Bl"
#: Whoosh's name for the column of a text's lengths.
#: How Whoosh's codec packs what it knows of a term, and where the postings are.
_INFORMATION = W3TermInfo._struct
_EXTENT = struct.Struct("!qi")
#: How its hash table points to a term, and what stands before the term there.
_POINTER = struct.Struct("!Iq")
_LENGTHS_OF = struct.Struct("!ii")


@lru_cache(maxsize=1 << 16)
def _hash(key: bytes) -> int:
    """Whoosh's hash of a key. The same word is looked up in every segment."""
    return int.from_bytes(md5(key, usedforsecurity=False).digest()[-4:], "big")


_LENGTH = f"_{TEXT}_len"
_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float64)


def describe(storage: Storage, name: str) -> tuple[int, int]:
    """A file's size, and the checksum of a column of numbers, which is small and read whole."""
    if not name.endswith(".col") or name.endswith("._stored.col"):
        return storage.file_length(name), 0
    with storage.open_file(name) as file:
        data = file.read()
    return len(data), zlib.crc32(data)


class SegmentFiles:
    """One segment, open for reading. Safe to share between threads.

    All its files are opened and the small ones read at once: a writer may remove them while they are in use here.
    """

    def __init__(self, folder: str | os.PathLike[str], segment: Any) -> None:
        self.segment = segment
        self.count: int = segment.doc_count_all()
        self._folder = folder
        storage = Storage(folder)
        # Whoever drops a reader without closing it leaves no file open either.
        self._close = weakref.finalize(self, close_files, storage.opened)
        # Whoosh's files share one read position.
        self._lock = threading.Lock()
        try:
            # Checked now, for much of it is read only by some later search, and a lost column would pass for one of
            # defaults.
            for name, described in getattr(segment, "khabar_files", {}).items():
                with reading(folder, name):
                    if describe(storage, name) != described:
                        raise ValueError("it is not as it was written")
            self._columns = {
                name: self._read_column(storage, name, kind)
                for name, kind in ((NUMBER, ">i4"), (PUBLISHED, ">i8"), (PRINT, ">u8"), (_LENGTH, "u1"))
            }
            with self._reading("._stored.col"):
                self._documents = CODEC.per_document_reader(storage, segment)
                self._documents.stored_fields(0)
            with self._reading(".trm"):
                self._terms = CODEC.terms_reader(storage, segment)
                index = self._terms._tindex
                if index.hashtype != 0 or index.startoffset != 0:
                    raise ValueError("it is not written as khabar writes it")
                self._index: bytes = index.dbfile.map
                self._tables: list[tuple[int, int]] = index.tables
                self._fields = {field: pack_ushort(number) for field, number in self._terms._fieldmap.items()}
        except BaseException:
            self._close()
            raise

    def close(self) -> None:
        self._close()

    def _reading(self, suffix: str) -> AbstractContextManager[None]:
        """Tells whatever goes wrong as damage to the segment's file with this suffix."""
        return reading(self._folder, self.segment.make_filename(suffix))

    # documents

    def is_deleted(self, document: int) -> bool:
        return bool(self.segment.is_deleted(document))

    def deleted(self) -> list[int]:
        """The documents that are deleted, in order."""
        return sorted(self.segment.deleted_docs())

    def numbers(self) -> NDArray[np.int64]:
        """Of each document its unit's number in its article."""
        return self._column(NUMBER, 0)

    def published(self) -> NDArray[np.int64]:
        """Of each document its article's publication in seconds since 1970, if it is a title; else :data:`UNDATED`."""
        return self._column(PUBLISHED, UNDATED)

    def prints(self) -> NDArray[np.uint64]:
        """Of each document the beginning of its article's fingerprint, if it is a title."""
        prints = np.zeros(self.count, np.uint64)
        values = self._columns[PRINT]
        prints[: len(values)] = values
        return prints

    def lengths(self) -> NDArray[np.float64]:
        """Of each document its length in words, as precisely as Whoosh keeps it (one byte)."""
        return _LENGTHS[self._column(_LENGTH, 0)]

    def stored(self, document: int) -> str:
        """The article's JSON that a title's document holds."""
        with self._reading("._stored.col"), self._lock:
            text: str = self._documents.stored_fields(document)[STORED]
        return text

    def _column(self, name: str, default: int) -> NDArray[np.int64]:
        column = np.full(self.count, default, dtype=np.int64)
        values = self._columns[name]
        column[: len(values)] = values
        return column

    def _read_column(self, storage: Storage, name: str, kind: str) -> NDArray[Any]:
        """A column of numbers; Whoosh leaves out defaults at its end, and columns of nothing else."""
        filename = CODEC.column_filename(self.segment, name)
        if not storage.file_exists(filename):
            return np.empty(0, dtype=kind)
        with reading(self._folder, filename), storage.open_file(filename) as file:
            values = np.frombuffer(file.read(), dtype=kind)
            if len(values) > self.count:
                raise ValueError("it is too long")
        return values

    # terms

    def terms(self, field: str, prefix: bytes = b"") -> Iterator[tuple[bytes, Any]]:
        """The terms of a field that begin with ``prefix``, in order, each with Whoosh's term information."""
        if field not in self._fields:
            return
        items = self._terms.items_from(field, prefix)
        while True:
            with self._reading(".trm"), self._lock:
                item = next(items, None)
            if item is None:
                return
            (name, term), information = item
            if name != field or not term.startswith(prefix):
                return
            yield term, information

    def postings(self, field: str, terms: Sequence[bytes]) -> Iterator[tuple[int, tuple[Any, Any]]]:
        """Of each term that is here, by its place in ``terms``, the documents that hold it, in order, deleted ones among them,
        and how often each does. Short posting lists come as tuples, long ones as arrays."""
        with self._reading(".pst"):
            for place, term in enumerate(terms):
                blocks = list(self._blocks(field, term))
                if len(blocks) == 1 and isinstance(blocks[0][1], tuple):
                    yield place, (blocks[0][0], blocks[0][1])
                elif blocks:
                    yield (
                        place,
                        (
                            np.concatenate([np.asarray(ids, np.int64) for ids, _, _ in blocks]),
                            np.concatenate(
                                [
                                    np.full(len(ids), 1.0 if weights is None else weights, np.float64)
                                    for ids, weights, _ in blocks
                                ]
                            ),
                        ),
                    )

    def positions(self, term: bytes, wanted: NDArray[np.int64]) -> Iterator[tuple[int, list[int]]]:
        """Where a term stands in each of the ``wanted`` documents (sorted) that hold it."""
        with self._reading(".pst"):
            for ids, _, values in self._blocks(TEXT, term):
                for index in np.flatnonzero(np.isin(np.asarray(ids), wanted, assume_unique=True)).tolist():
                    yield int(ids[index]), POSITIONS.decode_positions(values[index])

    def raw_postings(self, field: str, term: bytes) -> tuple[list[int], list[float], list[bytes]]:
        """A term's documents, frequencies and encoded positions, as they are kept."""
        documents: list[int] = []
        counts: list[float] = []
        encoded: list[bytes] = []
        with self._reading(".pst"):
            for ids, weights, values in self._blocks(field, term):
                documents.extend(ids if isinstance(ids, tuple) else ids.tolist())
                counts.extend(weights if isinstance(weights, tuple) else [weights or 1.0] * len(ids))
                if isinstance(SCHEMA[field].format, Positions):
                    encoded.extend(values)
        return documents, counts, encoded

    def _blocks(self, field: str, term: bytes) -> Iterator[tuple[Any, Any, Any]]:
        """The blocks of a term's postings, as Whoosh's codec packs them: documents, weights, values."""
        described = self._described(field, term)
        if described is None:
            return
        if described[0]:
            ids, weights, values = pickle.loads(described[_INFORMATION.size :])
            self._check(ids, len(weights), term)
            yield ids, weights, values
            return
        offset, length = _EXTENT.unpack(described[_INFORMATION.size :])
        data = self._terms._postfile.get(offset, length)
        if data[:4] != _MAGIC:
            raise ValueError(f"no postings where those of {term!r} should be")
        place = 4
        more = True
        while more:
            size = int.from_bytes(data[place : place + 4], "big", signed=True)
            more = size >= 0
            place += 4
            stream = io.BytesIO(data[place : place + abs(size)])
            count, _, _, compressed, _, _ = pickle.load(stream)
            packed = stream.read()
            deltas, weights, values = pickle.loads(zlib.decompress(packed) if compressed else packed)
            ids = np.cumsum(np.array(deltas, dtype=np.int64))
            self._check(ids, count, term)
            yield ids, weights, values
            place += abs(size)

    def _described(self, field: str, term: bytes) -> bytes | None:
        """What the term index says of a term. Whoosh's own look-up takes ten times as long, and a word has dozens of forms."""
        number = self._fields.get(field)
        if number is None:
            return None
        key = number + term
        hashed = _hash(key)
        data = self._index
        begin, slots = self._tables[hashed & 255]
        slot = (hashed >> 8) % slots if slots else 0
        for _ in range(slots):
            found, place = _POINTER.unpack_from(data, begin + slot * _POINTER.size)
            if not place:
                return None
            if found == hashed:
                length, size = _LENGTHS_OF.unpack_from(data, place)
                start = place + _LENGTHS_OF.size
                if data[start : start + length] == key:
                    return data[start + length : start + length + size]
            slot = (slot + 1) % slots
        return None

    def _check(self, ids: Any, count: int, term: bytes) -> None:
        if len(ids) != count or ids[0] < 0 or ids[-1] >= self.count:
            raise ValueError(f"the postings of {term!r} are of no document here")
