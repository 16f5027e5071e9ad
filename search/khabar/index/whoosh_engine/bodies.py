"""Bodies of postings read together: a query word has dozens of forms, most of them in a handful of documents, and to read an
array for each costs more than they do.

The bytes of all are put one behind the other, those of numbers of one width together, and read as one array. What a body is made
of is told in :mod:`khabar.index.whoosh_engine.packing`; postings that stand in the term index itself have the same layout, with
documents in the place of the steps between them.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from khabar.index.columns import Ints, ranges
from khabar.index.whoosh_engine.packing import ROWS, beginning

__all__ = ["Bodies", "Unreadable"]

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
    """Bodies whose numbers are of one width, in pieces.

    Attributes:
        owners: of each body.
        told: of each body the how-manieth it is, its size, its last document, its base and its tag, one behind the other.
        firsts: of each body the first document.
        documents: of each body the other documents, or the steps to them, behind room for the first.
        counts: of each body.
        great: by the place of a body its counts, if they take more than a byte.
    """

    def __init__(self) -> None:
        self.owners: list[Any] = []
        self.told: list[int] = []
        self.firsts: list[bytes] = []
        self.documents: list[bytes] = []
        self.counts: list[bytes] = []
        self.great: dict[int, Ints] = {}


class Bodies:
    """Postings to be read, and then all of them at once."""

    def __init__(self) -> None:
        self._groups: dict[tuple[int, bool], _Group] = {}
        self._taken = 0

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
            group.great[len(group.owners)] = np.frombuffer(whole, row, size, place + 1)["number"]
            counts = _ONCE * size
        group.owners.append(owner)
        group.told += (self._taken, size, last, base, tag)
        self._taken += 1
        group.firsts.append(whole[1:6])
        group.documents += (bytes(width), whole[6 : place - 1])
        group.counts.append(counts)

    def read(self) -> tuple[Ints, Ints, Ints]:
        """Documents, counts and tags of all postings, in the order in which the bodies were put in.

        Raises:
            Unreadable: if a body has not the documents that it should have.
        """
        if not self._groups:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
        # Those with steps first.
        kinds = sorted(self._groups, key=lambda kind: not kind[1])
        groups = [self._groups[kind] for kind in kinds]
        told = np.array([each for group in groups for each in group.told], np.int64)
        taken, sizes, lasts, bases, tags = told.reshape(-1, 5).T
        ends = np.cumsum(sizes)
        starts = ends - sizes
        firsts = b"".join([first for group in groups for first in group.firsts])
        documents = np.concatenate(
            [
                np.frombuffer(b"".join(group.documents), ROWS[opcode])["number"]
                for group, (opcode, _) in zip(groups, kinds, strict=True)
            ],
            dtype=np.int64,
        )
        documents[starts] = np.frombuffer(firsts, _FIRST)["number"]
        stepping = sum(len(self._groups[kind].owners) for kind in kinds if kind[1])
        if stepping:
            # From the last document of a body to the first of the next is a step like any other.
            documents[starts[1:stepping]] -= lasts[: stepping - 1]
            steps = documents[: ends[stepping - 1]]
            np.cumsum(steps, out=steps)
        wrong = documents[ends - 1] != lasts
        wrong |= np.minimum.reduceat(documents, starts) < 0
        wrong |= np.maximum.reduceat(documents, starts) > lasts
        if wrong.any():
            owners = [owner for group in groups for owner in group.owners]
            raise Unreadable(owners[int(wrong.argmax())])
        documents += np.repeat(bases, sizes)
        # As they were put in, since whoever adds up what stands in one document gets another sum in another order.
        order = np.argsort(taken)
        sizes = sizes[order]
        places = ranges(starts[order], sizes)
        return documents[places], _counts(groups, starts)[places], np.repeat(tags[order], sizes)


def _counts(groups: Sequence[_Group], starts: Ints) -> Ints:
    written = b"".join([counts for group in groups for counts in group.counts])
    counts: Ints = np.frombuffer(written, ROWS[_BYTE])["number"]
    if not any(group.great for group in groups):
        return counts
    counts = counts.astype(np.int64)
    before = 0
    for group in groups:
        for place, great in group.great.items():
            start = starts[before + place]
            counts[start : start + len(great)] = great
        before += len(group.owners)
    return counts
