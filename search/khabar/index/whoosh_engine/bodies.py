"""Bodies of postings read together: a query word has dozens of forms, most of them in a handful of documents, and to read an
array for each costs more than they do.

The bytes of all are put one behind the other, those of numbers of one width together, and read as one array. What a body is made
of is told in :mod:`khabar.index.whoosh_engine.packing`; postings that stand in the term index itself have the same layout, with
documents in the place of the steps between them.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.index.whoosh_engine.packing import ROWS, beginning

__all__ = ["Bodies", "Unreadable"]

Ints = NDArray[Any]

_BYTE, _NOTHING = ord("K"), ord("N")
_FIRST = ROWS[ord("J")]
_SIZES = {opcode: row.itemsize for opcode, row in ROWS.items()}
#: A count of one, written as a byte.
_ONCE = b"K\x01"


class Unreadable(ValueError):
    """A body is not what was written.

    Attributes:
        owner: the one that was given with it.
    """

    def __init__(self, owner: Any) -> None:
        super().__init__("the documents of a block are not those that it should have")
        self.owner = owner


class _Group:
    """Bodies whose numbers are of one width: their pieces, one for each or for its postings."""

    def __init__(self) -> None:
        self.owners: list[Any] = []
        self.tags: list[int] = []
        self.sizes: list[int] = []
        self.bases: list[int] = []
        self.firsts: list[bytes] = []
        self.lasts: list[int] = []
        self.numbers: list[bytes] = []
        self.counts: list[bytes] = []
        #: by the place of a body its counts, if they take more than a byte
        self.great: dict[int, Ints] = {}


class Bodies:
    """Postings to be read, and then all of them at once."""

    def __init__(self) -> None:
        self._groups: dict[tuple[int, bool], _Group] = {}

    def add(
        self, body: bytes, level: int, size: int, last: int, *, steps: bool, tag: int, base: int, owner: Any
    ) -> None:
        """Take in a body.

        Args:
            body, level: as it is kept, compressed unless the level is 0.
            size: how many postings it has.
            last: the last of its documents.
            steps: whether it has the steps between documents, or the documents themselves.
            tag: given back with each of its postings.
            base: added to its documents.
            owner: told if it turns out to be unreadable.

        Raises:
            Exception: any, if it cannot be one.
        """
        if size < 1:
            raise ValueError("a term without postings")
        whole = beginning(body, level, size)
        opcode = whole[6] if size > 1 else _BYTE
        width = _SIZES[opcode]
        place = 7 + (size - 1) * width
        if level and len(whole) < place + 2 + 2 * size and (len(whole) <= place or whole[place] != _NOTHING):
            whole = zlib.decompress(body)
        group = self._groups.get((opcode, steps))
        if group is None:
            group = self._groups[opcode, steps] = _Group()
        if whole[place] == _NOTHING:
            counts = _ONCE * size
        elif whole[place + 1] == _BYTE:
            counts = whole[place + 1 : place + 1 + 2 * size]
            if len(counts) < 2 * size:
                raise ValueError("a body is cut short")
        else:
            row = ROWS[whole[place + 1]]
            if level and len(whole) < place + 1 + size * row.itemsize:
                whole = zlib.decompress(body)
            group.great[len(group.sizes)] = np.frombuffer(whole, row, size, place + 1)["number"]
            counts = _ONCE * size
        group.owners.append(owner)
        group.tags.append(tag)
        group.sizes.append(size)
        group.bases.append(base)
        group.firsts.append(whole[1:6])
        group.lasts.append(last)
        # In the place of the first document, which has a width of its own.
        group.numbers.append(bytes(width))
        group.numbers.append(whole[6 : place - 1])
        group.counts.append(counts)

    def read(self) -> tuple[Ints, Ints, Ints]:
        """Documents, counts and tags of all postings; those of one body in order.

        Raises:
            Unreadable: if a body has not the documents that it should have.
        """
        parts = [_read(group, opcode, steps) for (opcode, steps), group in self._groups.items()]
        if len(parts) == 1:
            return parts[0]
        documents, counts, tags = zip(*parts, strict=True) if parts else ((), (), ())
        nothing = np.empty(0, np.int64)
        return (
            np.concatenate([nothing, *documents]),
            np.concatenate([nothing, *counts]),
            np.concatenate([nothing, *tags]),
        )


def _read(group: _Group, opcode: int, steps: bool) -> tuple[Ints, Ints, Ints]:
    sizes = np.array(group.sizes)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    firsts = np.frombuffer(b"".join(group.firsts), _FIRST)["number"]
    documents = np.frombuffer(b"".join(group.numbers), ROWS[opcode])["number"].astype(np.int64)
    # Steps are not negative, so with the first and the last all are right enough to be counted through.
    if steps:
        np.cumsum(documents, out=documents)
        documents += np.repeat(firsts - documents[starts], sizes)
    else:
        documents[starts] = firsts
    wrong = (firsts < 0) | (documents[ends - 1] != group.lasts)
    if not steps:
        wrong |= np.minimum.reduceat(documents, starts) < 0
        wrong |= np.maximum.reduceat(documents, starts) > group.lasts
    if wrong.any():
        raise Unreadable(group.owners[int(wrong.argmax())])
    documents += np.repeat(group.bases, sizes)
    counts = np.frombuffer(b"".join(group.counts), ROWS[_BYTE])["number"]
    if group.great:
        counts = counts.astype(np.int64)
        for place, great in group.great.items():
            counts[starts[place] : ends[place]] = great
    return documents, counts, np.repeat(group.tags, sizes)
