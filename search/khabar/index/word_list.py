"""Words in order of their UTF-8 bytes, in two arrays of a file: their bytes, concatenated, and the end of
each word."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.index.arrayfile import Checked, Spool

__all__ = ["KINDS", "Probes", "WordList", "WordListWriter", "in_step"]

#: The arrays and their types.
KINDS: Mapping[str, Any] = {"bytes": np.uint8, "ends": np.uint32}

Numbers = NDArray[Any]

#: The maximum number of cached values of bisections.
_PROBES = 4096


class Probes(dict[int, Any]):
    """A cache of the values at the places that bisections visit: they all begin with the same few.

    Args:
        read: reads the value at a place.
    """

    def __init__(self, read: Callable[[int], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, place: int) -> Any:
        value = self._read(place)
        if len(self) < _PROBES:
            self[place] = value
        return value


class WordList:
    """Words by their numbers. Safe to share between threads.

    Args:
        arrays: the arrays of a file, including those of :data:`KINDS`.

    Raises:
        ValueError: from all methods, if what they read is damaged.
    """

    def __init__(self, arrays: Mapping[str, Checked]) -> None:
        self._bytes, self._ends = arrays["bytes"], arrays["ends"]
        # Read word by word, for which a memoryview is ten times as fast as an array.
        self._raw_bytes, self._raw_ends = self._bytes.raw.data, self._ends.raw.data
        self._probes = Probes(partial(_word, self._raw_bytes, self._raw_ends))

    def __len__(self) -> int:
        return len(self._raw_ends)

    def __getitem__(self, number: int) -> bytes:
        begin = int(self._ends[number - 1]) if number else 0
        return bytes(self._bytes[begin : int(self._ends[number])])

    def part(self, numbers: range) -> list[bytes]:
        """The words of a range."""
        if not numbers:
            return []
        begin = int(self._ends[numbers.start - 1]) if numbers.start else 0
        ends = self._ends[numbers.start : numbers.stop].tolist()
        text = bytes(self._bytes[begin : ends[-1]])
        return [text[one - begin : end - begin] for one, end in pairwise([begin, *ends])]

    def some(self, numbers: Numbers) -> list[bytes]:
        """The words with any numbers."""
        begins, ends = self.spans(numbers)
        self._bytes.check_ranges(begins, np.maximum(ends, begins + 1))
        text = self._raw_bytes
        return [bytes(text[begin:end]) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]

    def spans(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """The start and the end of each word in the array of bytes."""
        self._ends.check_ranges(np.maximum(numbers - 1, 0), numbers + 1)
        ends = self._ends.raw
        return np.where(numbers > 0, ends[numbers - 1], 0).astype(np.int64), ends[numbers].astype(np.int64)

    def place(self, word: bytes, numbers: range) -> int:
        """The first number in a range whose word is not before a word; the end if there is none."""
        return self._checked(numbers, bisect_left(numbers, word, key=self._probes.__getitem__))

    def after(self, word: bytes, numbers: range) -> int:
        """The first number in a range whose word is after a word; the end if there is none."""
        return self._checked(numbers, bisect_right(numbers, word, key=self._probes.__getitem__))

    def _checked(self, numbers: range, place: int) -> int:
        # If the words on both sides are intact, so is the result.
        self.part(numbers[max(0, place - 1) : place + 1])
        return numbers.start + place

    def find(self, word: bytes, numbers: range) -> int:
        """The number of a word in a range; -1 if it is not there."""
        place = self.place(word, numbers)
        return place if place < numbers.stop and self._probes[place] == word else -1


def in_step(
    lists: Sequence[range],
    last: Callable[[int, range], bytes],
    after: Callable[[int, range, bytes], int],
) -> Iterator[list[range]]:
    """Go through several lists of words side by side, some words at a time: each time the same words of all
    lists, up to the first at which one of them has delivered its share.

    Args:
        lists: the numbers of the words in each list.
        last: gives the last word of the share of a list, by its place and the numbers that are left.
        after: gives the first of these numbers whose word is after a word.
    """
    left = list(lists)
    while any(left):
        word = min(last(place, numbers) for place, numbers in enumerate(left) if numbers)
        ends = [after(place, numbers, word) for place, numbers in enumerate(left)]
        yield [range(numbers.start, end) for numbers, end in zip(left, ends, strict=True)]
        left = [range(end, numbers.stop) for numbers, end in zip(left, ends, strict=True)]


def _word(text: memoryview, ends: memoryview, number: int) -> bytes:
    return bytes(text[ends[number - 1] if number else 0 : ends[number]])


class WordListWriter:
    """Collects the arrays of a word list.

    Args:
        folder: a folder for temporary files.
    """

    def __init__(self, folder: Path) -> None:
        self.arrays = {name: Spool(folder, kind) for name, kind in KINDS.items()}

    def append(self, words: Sequence[bytes]) -> None:
        """Append words, which are in order.

        Raises:
            OverflowError: if the list has more than 2³² bytes.
        """
        size = self.arrays["bytes"].size
        self.arrays["bytes"].append(np.frombuffer(b"".join(words), np.uint8))
        if self.arrays["bytes"].size >= 1 << 32:
            raise OverflowError("words of more than four thousand million bytes")
        self.arrays["ends"].append(size + np.cumsum([len(word) for word in words], dtype=np.int64))

    def close(self) -> None:
        for spool in self.arrays.values():
            spool.close()
