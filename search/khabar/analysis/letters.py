"""Many texts looked at at once, as arrays of letters: where what may be words begins and ends.

Nearly all words of a newspaper are plain letters of Arabic. For them a few passes of numpy over the text say
what the tokenizer and :func:`~khabar.analysis.fold.fold` say, at a fiftieth of the time a word: each letter
becomes a byte, folded, and eight bytes are a number. What is not as simple – digits, marks, other scripts –
is given as it is written, from one space to the next, for the tokenizer to take apart: no word goes over a
space.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.analysis.fold import fold
from khabar.analysis.tokenizer import ARABIC_LETTER, LETTERLESS

__all__ = ["LONGEST_KEY", "Scan", "scan"]

#: Letters that a key has room for.
LONGEST_KEY = 8
#: Classes of characters: white space, what else separates words, what is not simple; from :data:`_FIRST` on
#: the plain letters.
_SPACE, _SEPARATOR, _FIRST, _ODD = 0, 1, 2, 255
#: The alphabet, and the letters beside it that :mod:`khabar.dates.prefilter` also knows.
_PLAIN = "".join(map(chr, (*range(0x621, 0x63B), *range(0x641, 0x64B)))) + "ٱکی"
#: What is put for characters beyond the first plane: anything that is not simple.
_BEYOND = ord("0")


def _classes() -> NDArray[np.uint8]:
    characters = "".join(map(chr, range(1 << 16)))
    classes = np.full(1 << 16, _ODD, np.uint8)
    separators = re.finditer(rf"[^\w{ARABIC_LETTER}{LETTERLESS}\ud800-\udfff]", characters)
    classes[[match.start() for match in separators]] = _SEPARATOR
    classes[[place for place, character in enumerate(characters) if character.isspace()]] = _SPACE
    folded = list(dict.fromkeys(map(fold, _PLAIN)))
    for letter in _PLAIN:
        classes[ord(letter)] = _FIRST + folded.index(fold(letter))
    return classes


_CLASSES = _classes()
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(LONGEST_KEY + 1)], np.uint64)


class Scan(NamedTuple):
    """Some texts, taken apart into runs: plain words, and pieces with anything that is not simple.

    Attributes:
        text: all of them, each between two line breaks.
        starts, ends: of each run its place in ``text``.
        keys: of each plain word its first eight letters as a number, folded; alike for words that are one
            when folded. Of pieces nothing.
        pieces: which runs are pieces, in order.
        bounds: of each text its first run, and the number of all runs.
        classes: of each character its class.
    """

    text: str
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    keys: NDArray[np.uint64]
    pieces: NDArray[np.int64]
    bounds: NDArray[np.int64]
    classes: bytes

    def texts(self, runs: NDArray[np.int64]) -> list[str]:
        """Some runs as they are written."""
        text = self.text
        return [
            text[start:end]
            for start, end in zip(self.starts[runs].tolist(), self.ends[runs].tolist(), strict=True)
        ]

    def around(self, run: int) -> tuple[int, int, int, int]:
        """From one space to the next, what a run is a part of: its first run and the one behind its last, and
        its place."""
        place = int(self.starts[run])
        start, end = self.classes.rfind(_SPACE, 0, place) + 1, self.classes.find(_SPACE, place)
        first, behind = np.searchsorted(self.starts, [start, end]).tolist()
        return first, behind, start, end


def scan(texts: Sequence[str]) -> Scan:
    """Take texts apart."""
    text = "\n".join(["", *texts, ""])
    characters = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    if len(characters) > len(text):
        wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        characters = np.where(wide > 0xFFFF, _BEYOND, wide).astype(np.uint16)
    # With room behind, so that a key can be read at any place.
    classes = np.zeros(len(text) + LONGEST_KEY, np.uint8)
    # All indices are in range: without asking, and without a copy, it takes half the time.
    _CLASSES.take(characters, out=classes[: len(text)], mode="wrap")
    inside = classes > _SEPARATOR
    as_bytes = classes.tobytes()
    begins = np.empty(0, np.int64)
    odd = np.flatnonzero(classes == _ODD)
    if len(odd):
        # What is not simple belongs to a piece, from one space to the next; one is before and behind all.
        spaces = np.flatnonzero(classes == _SPACE)
        after = np.searchsorted(spaces, odd)
        after = after[np.append(True, after[1:] != after[:-1])]
        begins = spaces[after - 1] + 1
        sizes = spaces[after] - begins
        inside[np.repeat(begins - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())] = True
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    # Eight bytes from any place on, without a copy of all of them.
    windows = np.ndarray((len(text),), "<u8", classes, 0, (1,))
    keys = windows[starts] & _MASKS[np.minimum(ends - starts, LONGEST_KEY)]
    bounds = np.cumsum([1, *(len(each) + 1 for each in texts)])
    return Scan(
        text,
        starts,
        ends,
        keys,
        np.searchsorted(starts, begins),
        np.searchsorted(starts, bounds),
        as_bytes,
    )
