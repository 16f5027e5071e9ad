"""Many ascending lists of numbers, one behind the other, in two bytes a number.

Of each number the low 16 bits are kept, and of each run of numbers in one range of 65,536 its high bits:
where the run begins and how high it is. A segment of fewer passages has one run.
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
    """Lists in the arrays of a file; safe to share between threads.

    Args:
        arrays: of the file.
        name: under which :class:`ListsWriter` put them there.

    Raises:
        ValueError: if they do not fit together. All methods raise it too, for what is damaged.
    """

    def __init__(self, arrays: Mapping[str, Checked], name: str) -> None:
        self._low, self._runs, self._high = (arrays[f"{name}_{part}"] for part in ("low", "runs", "high"))
        if len(self._runs) != len(self._high) or bool(len(self._low)) != bool(len(self._runs)):
            raise ValueError("its lists are cut short")
        self._first = int(self._high[0]) << _BITS if len(self._high) else 0

    def __len__(self) -> int:
        return len(self._low)

    def part(self, begin: int, end: int) -> Numbers:
        """The numbers from one place up to another."""
        numbers: Numbers = self._low[begin:end].astype(np.int64)
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
        """The runs between two places, each cut to them, and how high it is."""
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
        """The numbers of several lists, none of them empty, one behind the other: of each where it begins and
        ends, and the places in between."""
        self._low.check_ranges(begins, ends)
        numbers: Numbers = self._low.raw[places].astype(np.int64)
        if len(self._runs) == 1:
            numbers += self._first
            return numbers
        kind = self._runs.raw.dtype
        # What is between two ends is in the run that the first of it is in, or in one that begins there.
        first = self._runs.places((begins + 1).astype(kind)) - 1
        counts = self._runs.places(ends.astype(kind)) - first
        runs = ranges(first, counts)
        owners = np.repeat(np.arange(len(begins)), counts)
        starts = np.maximum(self._runs[runs].astype(np.int64), begins[owners])
        stops = np.append(starts[1:], 0)
        # The last run of each list ends with it.
        stops[np.cumsum(counts) - 1] = ends
        numbers += np.repeat(self._high[runs].astype(np.int64) << _BITS, stops - starts)
        return numbers


class ListsWriter:
    """Writes lists to some of the arrays of a file.

    Args:
        folder: where what is written lies meanwhile.
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
        """Put numbers behind the others."""
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
        """The arrays by their names."""
        return ((f"{name}_{part}", spool) for part, spool in self._spools.items())

    def close(self) -> None:
        for spool in self._spools.values():
            spool.close()
