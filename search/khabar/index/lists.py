"""Ascending lists of numbers, concatenated and stored in two bytes for each number.

The low 16 bits of each number are stored. Numbers with the same high bits form a run, for which its start and
the high bits are stored once. A segment of up to 65,536 passages has one run.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.index.arrayfile import Checked, Spool
from khabar.index.columns import firsts, ranges

__all__ = ["Lists", "ListsWriter"]

_BITS = 16
_LOW = (1 << _BITS) - 1

Numbers = NDArray[Any]


class Lists:
    """Lists, open for reading; safe to share between threads.

    Args:
        arrays: the arrays of a file.
        name: the name that :class:`ListsWriter` gave the lists.

    Raises:
        ValueError: if the arrays do not fit together. All methods raise it too, if what they read is damaged.
    """

    def __init__(self, arrays: Mapping[str, Checked], name: str) -> None:
        self._low, self._runs, self._high = (arrays[f"{name}_{part}"] for part in ("low", "runs", "high"))
        if len(self._runs) != len(self._high) or bool(len(self._low)) != bool(len(self._runs)):
            raise ValueError("its lists are cut short")
        self._first = int(self._high[0]) << _BITS if len(self._high) else 0
        #: Four bytes, which take less time than eight, are enough for high bits of one byte.
        self._kind = np.int32 if self._high.raw.itemsize == 1 else np.int64

    def __len__(self) -> int:
        return len(self._low)

    def part(self, begin: int, end: int) -> Numbers:
        """The numbers from one place up to another."""
        numbers: Numbers = self._low[begin:end].astype(self._kind)
        if begin >= end:
            return numbers
        if len(self._runs) == 1:
            if self._first:
                numbers += self._first
            return numbers
        for start, stop, high in self._spans(begin, end):
            numbers[start - begin : stop - begin] += high << _BITS
        return numbers

    def _spans(self, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The start, end and high bits of each run between two places, cut at these."""
        starts = self._runs.raw.data
        first = bisect_right(starts, begin) - 1
        last = bisect_left(starts, end, first)
        for start, stop, high in zip(
            self._runs[first:last].tolist(),
            [*self._runs[first + 1 : last + 1].tolist(), end],
            self._high[first:last].tolist(),
            strict=False,
        ):
            if max(start, begin) < min(stop, end):
                yield max(start, begin), min(stop, end), high

    def parts(self, begins: Numbers, ends: Numbers, places: Numbers) -> Numbers:
        """The numbers of several lists, none of them empty, concatenated.

        Args:
            begins, ends: the start and the end of each list.
            places: all places in these ranges.
        """
        self._low.check_ranges(begins, ends)
        numbers: Numbers = self._low.raw[places].astype(self._kind)
        if len(self._runs) == 1:
            numbers += self._first
            return numbers
        kind = self._runs.raw.dtype
        # A list is in the run that contains its first number and in those that begin inside the list.
        first = self._runs.places((begins + 1).astype(kind)) - 1
        counts = self._runs.places(ends.astype(kind)) - first
        runs = ranges(first, counts)
        owners = np.repeat(np.arange(len(begins)), counts)
        starts = np.maximum(self._runs[runs].astype(np.int64), begins[owners])
        stops = np.append(starts[1:], 0)
        # The last run of each list ends with it.
        stops[np.cumsum(counts) - 1] = ends
        numbers += np.repeat(self._high[runs].astype(self._kind) << _BITS, stops - starts)
        return numbers


class ListsWriter:
    """Collects the arrays of lists.

    Args:
        folder: a folder for temporary files.
    """

    def __init__(self, folder: Path) -> None:
        self._spools = {
            "low": Spool(folder, np.uint16),
            "runs": Spool(folder, np.uint32),
            "high": Spool(folder, np.uint16, narrow=True),
        }
        self._last = -1

    def __len__(self) -> int:
        return self._spools["low"].size

    def append(self, numbers: Numbers) -> None:
        """Append numbers."""
        if not len(numbers):
            return
        high = numbers >> _BITS
        begins = firsts(high)
        begins[0] = int(high[0]) != self._last
        self._last = int(high[-1])
        runs = np.flatnonzero(begins)
        self._spools["runs"].append(len(self) + runs)
        self._spools["high"].append(high[runs])
        self._spools["low"].append(numbers & _LOW)

    def arrays(self, name: str) -> Iterator[tuple[str, Spool]]:
        """The arrays with their names."""
        return ((f"{name}_{part}", spool) for part, spool in self._spools.items())

    def close(self) -> None:
        for spool in self._spools.values():
            spool.close()
