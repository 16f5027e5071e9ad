"""The similarity of two texts: their share of common five-word runs, exactly or estimated from sketches of
256 bytes.

A *shingle* is a run of :data:`RUN` words (Broder 1997, "On the resemblance and containment of documents"). A
text is the set of its shingles, and the similarity of two texts is the Jaccard index of their sets: the size
of the intersection divided by the size of the union. A text with fewer words has no shingle and is similar to
none: forty cartoons called «كاريكاتير» are not one story.

A *sketch* estimates the similarity without the texts. It is one-permutation hashing (Li, Owen & Zhang 2012)
with few bits per bin (Li & König 2010). The hash of each shingle puts it into one of :data:`BINS` bins. For
each bin, two bits say that it is empty or give one of three values of its smallest hash. Of the bins that are
not empty in both texts, the share with equal values is the similarity plus one third of the rest, by chance;
the estimate corrects for that. On news, the error is a quarter of that of MinHash with whole numbers in the
same space, because most articles have fewer shingles than bins; docs/stories.md has the trials.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from khabar.index.columns import firsts

__all__ = [
    "AT_ONCE",
    "AT_ONCE_WORDS",
    "BINS",
    "KEYS",
    "MOST_WORDS",
    "RUN",
    "SKETCH",
    "Sketch",
    "jaccard",
    "likeness",
    "shingles",
    "sketches",
]

Hashes = NDArray[np.uint64]
#: The sketch and the keys of a text (:func:`sketches`).
Sketch = tuple[NDArray[np.uint8], NDArray[np.uint32]]
#: Words in a shingle.
RUN = 5
#: Bins of a sketch: a power of two.
BINS = 1024
#: Bytes of a sketch.
SKETCH = BINS // 4
#: Number of shingles that are kept as keys, the smallest hashes. Two texts with a similarity of 0.6 share no
#: key in 0.07 % of cases.
KEYS = 8

#: Maximum number of texts, and of their words, that are sketched together.
AT_ONCE, AT_ONCE_WORDS = 256, 1 << 18
#: Maximum number of words of a text that count, so that a text of a million paragraphs does not take all
#: memory.
MOST_WORDS = 1 << 16

_PLANE = SKETCH // 2
_VALUES = 3
#: The highest bits are the number of the text in its batch. Below are most bits of the shingle's hash, with
#: the bin on top.
_TEXT = np.uint64(56)
_BIN = np.uint64(56 - (BINS.bit_length() - 1))
_LOW = np.uint64(0xFFFFFFFF)
#: Arbitrary odd numbers, one for each position in a run, so that the order of words counts. (From the digits
#: of π.)
_PLACES = np.array(
    [0x243F6A8885A308D3, 0x13198A2E03707345, 0xA4093822299F31D1, 0x082EFA98EC4E6C89, 0x452821E638D01377],
    np.uint64,
)


def shingles(words: Hashes) -> Hashes:
    """The shingles of a text as sorted hashes without repetition.

    Args:
        words: the hashes of the words of the text in order (:func:`khabar.index.words.term_hashes`).
    """
    if len(words) < RUN:
        return np.empty(0, np.uint64)
    runs = _runs(words)
    runs.sort()
    distinct: Hashes = runs[firsts(runs)]
    return distinct


def _runs(words: Hashes) -> Hashes:
    """The hash of each run, in the order of the text."""
    count = len(words) - RUN + 1
    mixed: Hashes = words[:count] * _PLACES[0]
    for place in range(1, RUN):
        mixed += words[place : place + count] * _PLACES[place]
    # The finaliser of SplitMix64 (Steele, Lea & Flood 2014): each bit of the sum affects every bit.
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def jaccard(first: Hashes, second: Hashes) -> float:
    """The Jaccard index of two sets of shingles, from 0 to 1; 0 if one is empty."""
    if not len(first) or not len(second):
        return 0.0
    common = len(np.intersect1d(first, second, assume_unique=True))
    return common / (len(first) + len(second) - common)


def sketches(texts: Sequence[Hashes]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """The sketches of some texts, and the keys that find texts which may be similar.

    Args:
        texts: for each text the hashes of its words in order; at most :data:`AT_ONCE` texts.

    Returns:
        The sketches, one row of :data:`SKETCH` bytes per text: the high bits of all bins, then the low bits;
        00 is an empty bin. And the keys, one row of :data:`KEYS` hashes per text, padded with 0.
    """
    planes = np.zeros((len(texts), 2, BINS), np.uint8)
    keys = np.zeros((len(texts), KEYS), np.uint32)
    words = np.concatenate([*texts, np.empty(0, np.uint64)])
    if len(words) >= RUN:
        text_of = np.repeat(np.arange(len(texts), dtype=np.uint64), [len(text) for text in texts])
        within = text_of[: 1 - RUN] == text_of[RUN - 1 :]
        runs = (_runs(words)[within] >> np.uint64(64 - int(_TEXT))) | (text_of[: 1 - RUN][within] << _TEXT)
        runs.sort()
        runs = runs[firsts(runs)]
        owners = (runs >> _TEXT).astype(np.intp)
        low = runs & _LOW
        bins = runs >> _BIN
        least = np.flatnonzero(firsts(bins))
        values = (low[least] % np.uint64(_VALUES)).astype(np.uint8) + np.uint8(1)
        at = owners[least], (bins[least] % np.uint64(BINS)).astype(np.intp)
        planes[at[0], 0, at[1]] = values >> 1
        planes[at[0], 1, at[1]] = values & 1
        counts = np.bincount(owners, minlength=len(texts))
        rank = np.arange(len(runs)) - np.repeat(np.cumsum(counts) - counts, counts)
        first = np.flatnonzero(rank < KEYS)
        keys[owners[first], rank[first]] = np.maximum(low[first], np.uint64(1))
    return np.packbits(planes, axis=2).reshape(-1, SKETCH), keys


def likeness(one: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Estimate the similarity of a text to others from their sketches. Unbiased; the standard error is about
    0.015.

    Args:
        one: a sketch.
        others: sketches, one per row.
    """
    high, low = one[:_PLANE], one[_PLANE:]
    highs, lows = others[:, :_PLANE], others[:, _PLANE:]
    filled, fills = high | low, highs | lows
    agree = _count(~((high ^ highs) | (low ^ lows)) & filled)
    both = _count(filled & fills)
    either = _count(filled | fills)
    # (agree − both · chance) / (1 − chance) / either, with integers as far as possible.
    estimates: NDArray[np.float64] = (_VALUES * agree - both) / np.maximum((_VALUES - 1) * either, 1)
    return np.clip(estimates, 0.0, 1.0)


def _count(bits: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The number of bits that are set in each row."""
    counts: NDArray[np.int64] = np.bitwise_count(bits.view(np.uint64)).sum(axis=1, dtype=np.int64)
    return counts
