"""Writing Whoosh's term index: terms in order with what is said of each, and a hash table that finds them.

The format is that of ``whoosh.filedb.filetables.OrderedHashWriter``, which writes pointer by pointer; here tables are filled as
arrays.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Mapping, Sequence
from hashlib import md5
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DIRECTORY", "POINTER", "SIZES", "TermFile", "hashed"]

_MAGIC = b"HSH3"
_MD5 = 0
_HEAD = _MAGIC + struct.pack(">bii", _MD5, 0, 0)
#: What stands before a term and what is said of it: how long both are.
SIZES = struct.Struct(">ii")
#: A slot of a table: hash and place, which is 0 for an empty one.
POINTER = np.dtype([("hash", ">u4"), ("place", ">i8")])
#: Of each of the 256 tables its place and its slots.
DIRECTORY = np.dtype([("place", ">i8"), ("slots", ">i4")])
_TABLES = 256


def hashed(key: bytes) -> int:
    """Whoosh's hash of a key: the last four bytes of its MD5."""
    return int.from_bytes(md5(key, usedforsecurity=False).digest()[-4:], "big")


class TermFile:
    """A term index as it is written.

    Args:
        file: where to.
    """

    def __init__(self, file: Any) -> None:
        self._file = file
        self._file.write(_HEAD)
        self._end = len(_HEAD)
        self._places: list[NDArray[np.int64]] = []
        self._hashes: list[NDArray[np.uint32]] = []

    def add(self, keys: Sequence[bytes], values: Sequence[bytes]) -> None:
        """Write terms, which must come in order, and what is said of each."""
        pieces: list[bytes] = []
        for key, value in zip(keys, values, strict=True):
            pieces += (SIZES.pack(len(key), len(value)), key, value)
        written = b"".join(pieces)
        sizes = SIZES.size + np.fromiter(map(len, keys), np.int64) + np.fromiter(map(len, values), np.int64)
        self._places.append(self._end + np.cumsum(sizes) - sizes)
        self._hashes.append(np.fromiter(map(hashed, keys), np.uint32))
        self._file.write(written)
        self._end += len(written)

    def close(self, fields: Mapping[str, int]) -> None:
        """Write the tables and what numbers the fields have in the keys."""
        places = np.concatenate([np.empty(0, np.int64), *self._places])
        hashes = np.concatenate([np.empty(0, np.uint32), *self._hashes])
        tables, slots = _tables(hashes, places)
        directory = np.empty(_TABLES, DIRECTORY)
        directory["place"] = self._end + POINTER.itemsize * (np.cumsum(slots) - slots)
        directory["slots"] = slots
        kind = "I" if self._end < 1 << 32 else "q"
        extras = pickle.dumps({"fieldmap": dict(fields), "indextype": kind, "indexlen": len(places)})
        order = places.astype(f">{kind}").tobytes()
        self._file.write(tables.tobytes() + directory.tobytes() + extras + order)
        self._file.write(struct.pack(">i", len(extras) + len(order)))
        self._file.close()


def _tables(hashes: NDArray[np.uint32], places: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """All tables, one behind the other, and how many slots each has: twice as many as terms."""
    table = (hashes & 255).astype(np.int64)
    slots = 2 * np.bincount(table, minlength=_TABLES)
    begins = np.cumsum(slots) - slots
    wanted = begins[table] + (hashes >> 8) % slots[table]
    # In order of the slot that each would have, each gets that or the next after the one before it.
    order = np.argsort(wanted, kind="stable")
    wanted, table = wanted[order], table[order]
    rank = np.arange(len(order))
    # So far apart that what overflows from one table pushes nothing in the next.
    apart = table * (int(slots.sum()) + 1)
    slot = np.maximum.accumulate(wanted - rank + apart) + rank - apart
    filled = np.zeros(int(slots.sum()), POINTER)
    inside = slot < (begins + slots)[table]
    filled["hash"][slot[inside]] = hashes[order[inside]]
    filled["place"][slot[inside]] = places[order[inside]]
    for entry, first in zip(order[~inside].tolist(), begins[table[~inside]].tolist(), strict=True):
        # From the end of a table the search goes on at its beginning.
        free = first
        while filled["place"][free]:
            free += 1
        filled[free] = hashes[entry], places[entry]
    return filled, slots
