"""Splits many texts at once into words, as arrays of letters.

Nearly all words of a newspaper consist of plain Arabic letters. For them a few passes of numpy over the text
give the same result as the tokenizer and :func:`~khabar.analysis.fold.fold`, in a fiftieth of the time per
word: each letter becomes a byte, folded, and eight bytes are a number. Anything less simple (digits, marks,
other scripts) is left as written, from one space to the next, for the tokenizer: no word contains a space.
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

#: Number of letters in a key.
LONGEST_KEY = 8
#: Classes of characters: white space, other separators of words, the first of the plain letters, and
#: characters that are not simple.
_SPACE, _SEPARATOR, _FIRST, _ODD = 0, 1, 2, 255
#: The alphabet, and the further letters that :mod:`khabar.dates.prefilter` knows.
_PLAIN = "".join(map(chr, (*range(0x621, 0x63B), *range(0x641, 0x64B)))) + "ٱکی"
#: The replacement for characters beyond the first plane: any character that is not simple.
_BEYOND = ord("0")


def _classes() -> NDArray[np.uint8]:
    """The class of each character of the first plane."""
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
    """Texts split into runs: plain words, and pieces that contain a character that is not simple.

    Attributes:
        text: all texts, each between two line breaks.
        starts, ends: the range of each run in ``text``.
        keys: for each plain word a number for its first eight letters, folded; meaningless for pieces.
        pieces: the numbers of the runs that are pieces, in order.
        bounds: the number of the first run of each text; finally the number of all runs.
        classes: the class of each character of ``text``.
    """

    text: str
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    keys: NDArray[np.uint64]
    pieces: NDArray[np.int64]
    bounds: NDArray[np.int64]
    classes: bytes

    def texts(self, runs: NDArray[np.int64]) -> list[str]:
        """Runs as they are written."""
        text = self.text
        return [
            text[start:end]
            for start, end in zip(self.starts[runs].tolist(), self.ends[runs].tolist(), strict=True)
        ]

    def around(self, run: int) -> tuple[int, int, int, int]:
        """The text between the spaces around a run: its range of runs, and its range in ``text``."""
        place = int(self.starts[run])
        start, end = self.classes.rfind(_SPACE, 0, place) + 1, self.classes.find(_SPACE, place)
        first, stop = np.searchsorted(self.starts, [start, end]).tolist()
        return first, stop, start, end


def scan(texts: Sequence[str]) -> Scan:
    """Split texts into runs."""
    text = "\n".join(["", *texts, ""])
    characters = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    if len(characters) > len(text):
        wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        characters = np.where(wide > 0xFFFF, _BEYOND, wide).astype(np.uint16)
    # Padded, so that a key can be read at any position.
    classes = np.zeros(len(text) + LONGEST_KEY, np.uint8)
    # All indices are in range: without the check, and without a copy, this takes half the time.
    _CLASSES.take(characters, out=classes[: len(text)], mode="wrap")
    inside = classes > _SEPARATOR
    as_bytes = classes.tobytes()
    begins = np.empty(0, np.int64)
    odd = np.flatnonzero(classes == _ODD)
    if len(odd):
        # A character that is not simple makes a piece of everything between the spaces around it. The text
        # begins and ends with a space.
        spaces = np.flatnonzero(classes == _SPACE)
        after = np.searchsorted(spaces, odd)
        after = after[np.append(True, after[1:] != after[:-1])]
        begins = spaces[after - 1] + 1
        sizes = spaces[after] - begins
        inside[np.repeat(begins - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())] = True
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    # The eight bytes from each position on, without a copy.
    windows = np.ndarray((len(text),), "<u8", classes, 0, (1,))
    keys = windows[starts] & _MASKS[np.minimum(ends - starts, LONGEST_KEY)]
    bounds = np.cumsum([1, *(len(text) + 1 for text in texts)])
    return Scan(
        text,
        starts,
        ends,
        keys,
        np.searchsorted(starts, begins),
        np.searchsorted(starts, bounds),
        as_bytes,
    )
