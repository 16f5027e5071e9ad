"""Reading a segment's files: a term's postings whole, as numpy arrays, instead of one matcher step at a time."""

from __future__ import annotations

import os
import pickle
import struct
import weakref
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.system import pack_ushort

from khabar.index.columns import Ints
from khabar.index.whoosh_engine.bodies import Bodies
from khabar.index.whoosh_engine.packing import (
    EXTENT,
    INFORMATION,
    Block,
    pieces,
    positions_in,
    unpack_blocks,
)
from khabar.index.whoosh_engine.schema import CODEC, NUMBER, POSITIONS, PRINT, PUBLISHED, STORED, TEXT
from khabar.index.whoosh_engine.storage import Storage, close_files, reading
from khabar.index.whoosh_engine.termfile import DIRECTORY, POINTER, SIZES, hashed

__all__ = ["LENGTH", "Information", "SegmentFiles", "describe"]

#: Whoosh's name for the column of a text's lengths.
LENGTH = f"_{TEXT}_len"
_CHANGED = "it is not as it was written"
_ELSEWHERE = "the postings of {!r} are of no document here"
_HEADS = b"HSH3\x00"
_SLOT = struct.Struct(">Iq")
_TABLE = struct.Struct(">qi")
_TABLES = DIRECTORY.itemsize * 256
_TOLD = struct.Struct(">BfIBBfII")

_hash = lru_cache(maxsize=1 << 16)(hashed)


class Information(NamedTuple):
    """What the term index says of a term.

    Attributes:
        weight: how often it stands in the segment.
        frequency: in how many documents.
        first: the first of them.
    """

    weight: float
    frequency: int
    first: int


def describe(storage: Storage, name: str) -> tuple[int, int]:
    """A file's size, and the checksum of a column of numbers, which is small and read whole."""
    if not _is_column(name):
        return storage.file_length(name), 0
    return _described(Path(storage.folder, name).read_bytes())


def _described(column: bytes) -> tuple[int, int]:
    return len(column), zlib.crc32(column)


def _is_column(name: str) -> bool:
    return name.endswith(".col") and not name.endswith("._stored.col")


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
        try:
            self._columns: dict[str, bytes] = {}
            # Sizes are checked now, for much of it is read only by some later search.
            for name, (size, _) in segment.khabar_files.items():
                with reading(folder, name):
                    if _is_column(name):
                        self._columns[name] = Path(folder, name).read_bytes()
                        found = len(self._columns[name])
                    else:
                        found = storage.file_length(name)
                    if found != size:
                        raise ValueError(_CHANGED)
            self._stored = self._mapped(storage, "._stored.col")
            self._blocks = self._mapped(storage, ".pst")
            self._index = self._mapped(storage, ".trm")
            with self._reading(".trm"):
                self._read_directory()
        except BaseException:
            self._close()
            raise

    def close(self) -> None:
        self._close()

    def _mapped(self, storage: Storage, suffix: str) -> bytes:
        """A file as memory, which can be sliced."""
        with self._reading(suffix):
            file = storage.open_file(self.segment.make_filename(suffix))
            found: bytes = file.map if hasattr(file, "map") else b""
            return found

    def _reading(self, suffix: str) -> AbstractContextManager[None]:
        """Tells whatever goes wrong as damage to the segment's file with this suffix."""
        return reading(self._folder, self.segment.make_filename(suffix))

    # documents

    def is_deleted(self, document: int) -> bool:
        return bool(self.segment.is_deleted(document))

    def deleted(self) -> list[int]:
        """The documents that are deleted, in order."""
        return sorted(self.segment.deleted_docs())

    def numbers(self) -> Ints:
        """Of each document its unit's number in its article."""
        return self._column(NUMBER, ">i4", np.int32)

    def published(self) -> Ints:
        """Of each document its article's publication in seconds since 1970, if it is a title."""
        return self._column(PUBLISHED, ">i8", np.int64)

    def prints(self) -> Ints:
        """Of each document the beginning of its article's fingerprint, if it is a title."""
        return self._column(PRINT, ">u8", np.uint64)

    def steps(self) -> NDArray[np.uint8]:
        """Of each document its length in words, as Whoosh keeps it: a place in :data:`khabar.index.bm25.LENGTHS`."""
        return self._column(LENGTH, "u1", np.uint8)

    def _column(self, name: str, kind: str, native: Any) -> Ints:
        filename = CODEC.column_filename(self.segment, name)
        with reading(self._folder, filename):
            column = self._columns[filename]
            if _described(column) != self.segment.khabar_files[filename]:
                raise ValueError(_CHANGED)
            return np.frombuffer(column, kind, self.count).astype(native, copy=False)

    @cached_property
    def _offsets(self) -> Ints:
        """Where each document's stored fields begin, and the last one's end, as Whoosh's class for columns of bytes has it."""
        data = self._stored
        if data[-1:] == b"X":
            end = len(data) - 3 - 4 * self.count
            offsets = np.frombuffer(data[end : len(data) - 3], ">u4").astype(np.int64)
            return np.append(offsets, end - 4 * self.count)
        end = len(data) - 1 - 4 * self.count
        return np.append(0, np.cumsum(np.frombuffer(data[end : len(data) - 1], ">i4"), dtype=np.int64))

    def packed(self, document: int) -> bytes:
        """The stored fields of a title's document, as they are kept."""
        with self._reading("._stored.col"):
            begin, end = self._offsets[document : document + 2].tolist()
            return self._stored[begin:end]

    def stored(self, document: int) -> str:
        """The article's JSON that a title's document holds."""
        with self._reading("._stored.col"):
            text: str = pickle.loads(zlib.decompress(self.packed(document)))[STORED]
        return text

    # terms

    def _read_directory(self) -> None:
        """Read where the term index has what: its end tells where the extras begin, before which the directory of tables is."""
        data = self._index
        size = int.from_bytes(data[-4:], "big")
        extras = len(data) - 4 - size
        if data[: len(_HEADS)] != _HEADS or extras < _TABLES:
            raise ValueError("it is not written as khabar writes it")
        said = pickle.loads(data[extras : len(data) - 4])
        self._fields = {name: pack_ushort(number) for name, number in said["fieldmap"].items()}
        self._tables: list[tuple[int, int]] = list(_TABLE.iter_unpack(data[extras - _TABLES : extras]))
        self._terms_end = self._tables[0][0]
        self._order_size = struct.calcsize(">" + said["indextype"])
        self._order = len(data) - 4 - self._order_size * said["indexlen"]
        self._terms_count: int = said["indexlen"]

    def _key_at(self, number: int) -> bytes:
        """The how-manieth key."""
        at = self._order + number * self._order_size
        place = int.from_bytes(self._index[at : at + self._order_size], "big")
        size, _ = SIZES.unpack_from(self._index, place)
        return self._index[place + SIZES.size : place + SIZES.size + size]

    def terms(self, field: str, prefix: bytes = b"") -> Iterator[tuple[bytes, Information]]:
        """The terms of a field that begin with ``prefix``, in order."""
        if field not in self._fields:
            return
        number = self._fields[field]
        key = number + prefix
        data = self._index
        with self._reading(".trm"):
            first = bisect_left(range(self._terms_count), key, key=self._key_at)
            if first == self._terms_count:
                return
            at = self._order + first * self._order_size
            place = int.from_bytes(data[at : at + self._order_size], "big")
        while place < self._terms_end:
            with self._reading(".trm"):
                size, told = SIZES.unpack_from(data, place)
                start = place + SIZES.size
                found = data[start : start + size]
                if not found.startswith(key):
                    return
                _, weight, frequency, _, _, _, first, _ = _TOLD.unpack_from(data, start + size)
                place = start + size + told
            yield found[len(number) :], Information(weight, frequency, first)

    def postings(self, field: str, terms: Sequence[bytes], bodies: Bodies, base: int) -> None:
        """Put the postings of the terms that are here, deleted documents' ones among them, to others that are to be read: tagged
        with the term's place in ``terms``, documents counted from ``base``."""
        with self.reading_postings():
            for place, term in enumerate(terms):
                described = self._described(field, term)
                if described is None:
                    continue
                if described[0]:
                    _, _, size, _, _, _, _, last = _TOLD.unpack_from(described)
                    found: Iterable[tuple[int, int, bytes, int]] = ((size, last, described[INFORMATION:], 0),)
                else:
                    found = pieces(self._extent(described))
                for size, last, body, level in found:
                    if last >= self.count:
                        raise ValueError(_ELSEWHERE.format(term))
                    bodies.add(
                        body,
                        level,
                        size,
                        last,
                        steps=not described[0],
                        tag=place,
                        base=base,
                        owner=self,
                    )

    def documents(self, field: str, term: bytes) -> tuple[Ints, Ints]:
        """The documents that hold a term, in order, deleted ones among them, and how often each does."""
        with self._reading(".pst"):
            described = self._described(field, term)
            if described is None:
                return np.empty(0, np.int64), np.empty(0, np.int64)
            if described[0]:
                ids, counts, _ = self._inlined(described, term)
                return np.array(ids, np.int64), np.array(counts or [1] * len(ids), np.int64)
            blocks = self._read_blocks(described, term)
            return np.concatenate([block.documents for block in blocks]), _counts(blocks)

    def reading_postings(self) -> AbstractContextManager[None]:
        """Tells whatever goes wrong as damage to the file of postings."""
        return self._reading(".pst")

    def positions(self, term: bytes, wanted: Ints) -> tuple[Ints, Ints]:
        """Where a term stands in those of the ``wanted`` documents (sorted) that hold it: for each place the document, and its
        position."""
        documents: list[Ints] = []
        positions: list[Ints] = []
        with self._reading(".pst"):
            described = self._described(TEXT, term)
            if described is not None and described[0]:
                ids, _, values = self._inlined(described, term)
                here = set(wanted.tolist()).intersection(ids)
                for document, value in zip(ids, values, strict=True):
                    if document in here:
                        found = np.array(POSITIONS.decode_positions(value), np.int64)
                        positions.append(found)
                        documents.append(np.full(len(found), document))
            elif described is not None:
                for block in self._read_blocks(described, term):
                    entries = np.flatnonzero(np.isin(block.documents, wanted, assume_unique=True))
                    if len(entries):
                        found, which = positions_in(block, entries)
                        positions.append(found)
                        documents.append(block.documents[entries[which]])
        nothing = np.empty(0, np.int64)
        return np.concatenate([nothing, *documents]), np.concatenate([nothing, *positions])

    def entries(self, field: str, term: bytes) -> tuple[Ints, Ints, Ints | None]:
        """A term's documents, how often each has it, and all positions, one document's behind the other's; None in a field that
        has none."""
        with self._reading(".pst"):
            described = self._described(field, term)
            if described is None:
                raise ValueError(f"{term!r} is not found")
            if described[0]:
                ids, counts, values = self._inlined(described, term)
                return (
                    np.array(ids, np.int64),
                    np.array(counts or [1] * len(ids), np.int64),
                    None
                    if values is None
                    else np.array(
                        [each for value in values for each in POSITIONS.decode_positions(value)], np.int64
                    ),
                )
            blocks = self._read_blocks(described, term)
            positions = None
            if field == TEXT:
                positions = np.concatenate(
                    [positions_in(block, np.arange(len(block.documents)))[0] for block in blocks]
                )
            return np.concatenate([block.documents for block in blocks]), _counts(blocks), positions

    def _inlined(self, described: bytes, term: bytes) -> tuple[Any, Any, Any]:
        """The documents, counts (None for once) and positions that stand in the term index itself."""
        ids, counts, values = pickle.loads(described[INFORMATION:])
        self._check(ids, term)
        return ids, counts, values

    def _read_blocks(self, described: bytes, term: bytes) -> list[Block]:
        blocks = unpack_blocks(self._extent(described))
        for block in blocks:
            self._check(block.documents, term)
        return blocks

    def _extent(self, described: bytes) -> bytes:
        """The blocks of a term."""
        offset, length = EXTENT.unpack_from(described, INFORMATION)
        return self._blocks[offset : offset + length]

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
            found, place = _SLOT.unpack_from(data, begin + slot * POINTER.itemsize)
            if not place:
                return None
            if found == hashed:
                length, size = SIZES.unpack_from(data, place)
                start = place + SIZES.size
                if data[start : start + length] == key:
                    return data[start + length : start + length + size]
            slot = (slot + 1) % slots
        return None

    def _check(self, ids: Any, term: bytes) -> None:
        if ids[0] < 0 or ids[-1] >= self.count:
            raise ValueError(_ELSEWHERE.format(term))


def _counts(blocks: Sequence[Block]) -> Ints:
    return np.concatenate(
        [
            np.ones(len(block.documents), np.int64) if block.counts is None else block.counts.astype(np.int64)
            for block in blocks
        ]
    )
