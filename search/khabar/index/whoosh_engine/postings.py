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
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3TermInfo
from whoosh.formats import Positions
from whoosh.util.numeric import byte_to_length

from khabar.index.records import UNDATED
from khabar.index.whoosh_engine.schema import (
    CODEC,
    NUMBER,
    POSITIONS,
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
                for name, kind in ((NUMBER, ">i4"), (PUBLISHED, ">i8"), (_LENGTH, "u1"))
            }
            with self._reading("._stored.col"):
                self._documents = CODEC.per_document_reader(storage, segment)
                self._documents.stored_fields(0)
            with self._reading(".trm"):
                self._terms = CODEC.terms_reader(storage, segment)
                self._fields = frozenset(self._terms.indexed_field_names())
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

    def postings(self, field: str, term: bytes) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The documents that hold a term, in order, deleted ones among them, and how often each does."""
        [(ids, weights)] = self.all_postings(field, [term])
        return np.asarray(ids, dtype=np.int64), np.asarray(weights, dtype=np.float64)

    def all_postings(self, field: str, terms: Sequence[bytes]) -> list[tuple[Sequence[int], Sequence[float]]]:
        """The same for many terms at once: a query word has dozens of forms, most of them in a handful of documents.

        Short posting lists come as tuples, long ones as arrays.
        """
        found: list[tuple[Sequence[int], Sequence[float]]] = []
        with self._reading(".pst"):
            for term in terms:
                parts: list[Any] = []
                weighed: list[Any] = []
                for ids, weights, _ in self._blocks(field, term):
                    parts.append(ids)
                    weighed.append(
                        weights
                        if isinstance(weights, tuple)
                        else np.full(len(ids), 1.0 if weights is None else weights)
                    )
                if len(parts) == 1:
                    found.append((parts[0], weighed[0]))
                elif parts:
                    found.append((np.concatenate(parts), np.concatenate(weighed)))  # type: ignore[arg-type]
                else:
                    found.append(((), ()))
        return found

    def positions(self, term: bytes, wanted: NDArray[np.int64]) -> dict[int, list[int]]:
        """Where a term stands in each of the ``wanted`` documents (sorted) that hold it."""
        found: dict[int, list[int]] = {}
        with self._reading(".pst"):
            for ids, _, values in self._blocks(TEXT, term):
                for index in np.flatnonzero(np.isin(np.asarray(ids), wanted, assume_unique=True)):
                    found[int(ids[index])] = POSITIONS.decode_positions(values[index])
        return found

    def raw_postings(self, field: str, term: bytes) -> tuple[list[int], list[float], list[bytes]]:
        """A term's documents, frequencies and encoded positions, as they are kept."""
        ids, weights = self.postings(field, term)
        encoded: list[bytes] = []
        if isinstance(SCHEMA[field].format, Positions):
            with self._reading(".pst"):
                for _, _, values in self._blocks(field, term):
                    encoded.extend(values)
        return ids.tolist(), weights.tolist(), encoded

    def _blocks(self, field: str, term: bytes) -> Iterator[tuple[Any, Any, Any]]:
        """The blocks of a term's postings, as Whoosh's codec packs them: documents, weights, values."""
        if field not in self._fields:
            return
        with self._lock:
            described = self._terms._tindex.get(self._terms._keycoder(field, term))
            if described is None:
                return
            if described[0]:
                ids, weights, values = pickle.loads(described[_INFORMATION.size :])
                data = b""
            else:
                offset, length = _EXTENT.unpack(described[_INFORMATION.size :])
                data = self._terms._postfile.get(offset, length)
        if not data:
            self._check(ids, len(weights), term)
            yield ids, weights, values
            return
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

    def _check(self, ids: Any, count: int, term: bytes) -> None:
        if len(ids) != count or ids[0] < 0 or ids[-1] >= self.count:
            raise ValueError(f"the postings of {term!r} are of no document here")
