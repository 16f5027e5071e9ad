"""The catalogue of a commit: one file with what must be known of all articles and all words at once.

An article is one row, in the order of indexing; rows of removed articles are left out. A word has a number, which it keeps for
the life of the index, and is found by a 64-bit hash of its term (two of a million words share one with a chance of one in
thirty million). The counts are exact at every commit, whatever was replaced or removed.

The file: magic, the length of a JSON header, the header, then the arrays on 8-byte boundaries.
"""

from __future__ import annotations

import json
import mmap
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.index.tantivy_engine.storage import CHECKED_WHOLE, reading

__all__ = ["Catalogue", "catalogue_name", "term_hash"]


_MAGIC = b"khabarC1"
_PREFIX = "catalogue-"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a commit's catalogue says. The first six arrays are by article, the others by word.

    Attributes:
        commit: its number.
        next_row: the row that the next article gets.
        words_file: name of the file with the articles' words.
        words_size, words_crc: how much of it belongs to this commit, in 32-bit numbers, and the checksum of that.
        sources: the names that ``source`` counts through.
        row: the article's row; in order.
        offset: where its words begin, in 32-bit numbers.
        units, length: how many units it has, and how many words.
        published: seconds since 1970 UTC, or :data:`UNDATED`.
        source: the place of its source in ``sources``.
        hashes: of each word, by number.
        order: the words' numbers in order of their hashes.
        in_units: in how many units each word stands.
        occurrences: how often in all.
    """

    commit: int
    next_row: int
    words_file: str
    words_size: int
    words_crc: int
    sources: Sequence[str]
    row: NDArray[np.int64]
    offset: NDArray[np.int64]
    units: NDArray[np.uint32]
    length: NDArray[np.uint32]
    published: NDArray[np.int64]
    source: NDArray[np.uint32]
    hashes: NDArray[np.uint64]
    order: NDArray[np.uint32]
    in_units: NDArray[np.int64]
    occurrences: NDArray[np.int64]

    @classmethod
    def empty(cls, words_file: str) -> Catalogue:
        """That of an index without articles."""
        arrays: dict[str, Any] = {name: np.empty(0, kind) for name, kind in _KINDS.items()}
        return cls(0, 0, words_file, 0, 0, (), **arrays)

    @classmethod
    def open(cls, folder: Path, commit: int) -> Catalogue:
        """The catalogue of a commit.

        Raises:
            IndexDamaged: if it cannot be read.
        """
        name = catalogue_name(commit)
        with reading(folder, name):
            with (folder / name).open("rb") as file:
                data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            header, arrays = _unpack(data)
            if header["commit"] != commit:
                raise ValueError("it is of another commit")
            return cls(**{**header, **arrays})

    def write(self, folder: Path) -> None:
        """Write it beside those of earlier commits."""
        header = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in _KINDS}
        data = _pack(header, {name: getattr(self, name) for name in _KINDS})
        path = folder / catalogue_name(self.commit)
        beside = path.with_name(path.name + ".new")
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    def numbers(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """The numbers of some words; −1 for one that no article ever had."""
        wanted = np.array([term_hash(term) for term in terms], np.uint64)
        if not len(self.hashes):
            return np.full(len(terms), -1, np.int64)
        places = np.searchsorted(self.hashes, wanted, sorter=self.order)
        numbers = self.order[np.minimum(places, len(self.order) - 1)].astype(np.int64)
        return np.where(self.hashes[numbers] == wanted, numbers, -1)

    @property
    def total_units(self) -> int:
        """How many units there are."""
        return int(self.units.sum(dtype=np.int64))

    @property
    def total_words(self) -> int:
        """How many words all units have together."""
        return int(self.length.sum(dtype=np.int64))


_KINDS: dict[str, Any] = {
    "row": np.int64,
    "offset": np.int64,
    "units": np.uint32,
    "length": np.uint32,
    "published": np.int64,
    "source": np.uint32,
    "hashes": np.uint64,
    "order": np.uint32,
    "in_units": np.int64,
    "occurrences": np.int64,
}


def catalogue_name(commit: int | str) -> str:
    """The file of a commit's catalogue; of ``"*"`` the pattern for all."""
    return f"{_PREFIX}{commit}.bin"


@lru_cache(maxsize=1 << 16)
def term_hash(term: str) -> int:
    """A term's 64-bit name."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _pack(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    body = bytearray()
    placed = {}
    for name, array in arrays.items():
        body.extend(b"\0" * (-len(body) % 8))
        placed[name] = [len(array), len(body)]
        body.extend(np.ascontiguousarray(array, _KINDS[name]).tobytes())
    described = {**header, "arrays": placed, "size": len(body), "crc": zlib.crc32(body)}
    encoded = json.dumps(described, separators=(",", ":")).encode()
    encoded += b" " * (-(len(_MAGIC) + 8 + len(encoded)) % 8)
    return b"".join((_MAGIC, len(encoded).to_bytes(8, "big"), encoded, body))


def _unpack(data: memoryview) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    if data[: len(_MAGIC)] != _MAGIC:
        raise ValueError("it is no catalogue")
    begin = len(_MAGIC) + 8
    end = begin + int.from_bytes(data[len(_MAGIC) : begin], "big")
    header: dict[str, Any] = json.loads(bytes(data[begin:end]))
    body = data[end:]
    if len(body) != header.pop("size"):
        raise ValueError("it is cut short")
    crc = header.pop("crc")
    if len(body) <= CHECKED_WHOLE and zlib.crc32(body) != crc:
        raise ValueError("it is not as it was written")
    placed = header.pop("arrays")
    return header, {
        name: np.frombuffer(body, kind, placed[name][0], placed[name][1]) for name, kind in _KINDS.items()
    }
