"""Reading a segment's files: a term's postings whole, as numpy arrays, instead of one matcher step at a time."""

from __future__ import annotations

import io
import pickle
import threading
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Positions
from whoosh.reading import TermNotFound
from whoosh.util.numeric import byte_to_length

from khabar.index.whoosh_engine.schema import CODEC, NUMBER, POSITIONS, PUBLISHED, SCHEMA, STORED, UNDATED

__all__ = ["SegmentFiles"]

_MAGIC = b"W3Bl"
_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float64)


class SegmentFiles:
    """One segment, open for reading. Safe to share between threads."""

    def __init__(self, storage: FileStorage, segment: Any) -> None:
        self.segment = segment
        self.count: int = segment.doc_count_all()
        self._storage = storage
        self._documents = CODEC.per_document_reader(storage, segment)
        self._terms = CODEC.terms_reader(storage, segment)
        self._fields = frozenset(self._terms.indexed_field_names())
        # Whoosh's files share one read position.
        self._lock = threading.Lock()

    def close(self) -> None:
        self._documents.close()
        self._terms.close()

    # documents

    def is_deleted(self, document: int) -> bool:
        return bool(self.segment.is_deleted(document))

    def deleted(self) -> list[int]:
        """The documents that are deleted, in order."""
        return sorted(self.segment.deleted_docs())

    def numbers(self) -> NDArray[np.int64]:
        """Of each document its unit's number in its article."""
        return self._column(NUMBER, ">i4", 0)

    def published(self) -> NDArray[np.int64]:
        """Of each document its article's publication in seconds since 1970, if it is a title; else :data:`UNDATED`."""
        return self._column(PUBLISHED, ">i8", UNDATED)

    def lengths(self, depth: str) -> NDArray[np.float64]:
        """Of each document its length on a depth, as precisely as Whoosh keeps it (one byte)."""
        return _LENGTHS[self._column(f"_{depth}_len", "u1", 0)]

    def stored(self, document: int) -> str:
        """The article's JSON that a title's document holds."""
        with self._lock:
            text: str = self._documents.stored_fields(document)[STORED]
        return text

    def _column(self, name: str, kind: str, default: int) -> NDArray[np.int64]:
        column = np.full(self.count, default, dtype=np.int64)
        if self._documents.has_column(name):
            with self._lock, self._storage.open_file(CODEC.column_filename(self.segment, name)) as file:
                values = np.frombuffer(file.read(), dtype=kind)
            column[: len(values)] = values
        return column

    # terms

    def terms(self, field: str, prefix: bytes = b"") -> Iterator[tuple[bytes, Any]]:
        """The terms of a field that begin with ``prefix``, in order, each with Whoosh's term information."""
        if field not in self._fields:
            return
        items = self._terms.items_from(field, prefix)
        while True:
            with self._lock:
                item = next(items, None)
            if item is None:
                return
            (name, term), information = item
            if name != field or not term.startswith(prefix):
                return
            yield term, information

    def postings(self, field: str, term: bytes) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The documents that hold a term, in order, deleted ones among them, and how often each does."""
        ids: list[NDArray[np.int64]] = []
        weights: list[NDArray[np.float64]] = []
        for count, (deltas, sizes, _) in self._blocks(field, term):
            ids.append(np.cumsum(np.array(deltas, dtype=np.int64)))
            weights.append(
                np.array(sizes, dtype=np.float64)
                if isinstance(sizes, tuple)
                else np.full(count, 1.0 if sizes is None else sizes)
            )
        if not ids:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float64)
        return np.concatenate(ids), np.concatenate(weights)

    def positions(self, field: str, term: bytes, wanted: NDArray[np.int64]) -> dict[int, list[int]]:
        """Where a term stands in each of the ``wanted`` documents (sorted) that hold it."""
        found: dict[int, list[int]] = {}
        for _, (deltas, _, values) in self._blocks(field, term):
            ids = np.cumsum(np.array(deltas, dtype=np.int64))
            for index in np.flatnonzero(np.isin(ids, wanted, assume_unique=True)):
                found[int(ids[index])] = POSITIONS.decode_positions(values[index])
        return found

    def raw_postings(self, field: str, term: bytes) -> tuple[list[int], list[float], list[bytes]]:
        """A term's documents, frequencies and encoded positions, as they are kept."""
        ids, weights = self.postings(field, term)
        encoded: list[bytes] = []
        if isinstance(SCHEMA[field].format, Positions):
            for _, (_, _, values) in self._blocks(field, term):
                encoded.extend(values)
        return ids.tolist(), weights.tolist(), encoded

    def _blocks(self, field: str, term: bytes) -> Iterator[tuple[int, tuple[Any, Any, Any]]]:
        """The blocks of a term's postings, as Whoosh's codec packs them: how many, and (id deltas, weights, values)."""
        if field not in self._fields:
            return
        try:
            with self._lock:
                offset, (length,) = self._terms.term_info(field, term).extent()  # whoosh keeps the length unpacked
                data = self._terms._postfile.get(offset, length)
        except TermNotFound:
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
            yield count, pickle.loads(zlib.decompress(packed) if compressed else packed)
            place += abs(size)
