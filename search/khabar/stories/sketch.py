"""How alike two texts are: the share of five-word runs that they have in common, exactly, and from a sketch of 256 bytes.

A *shingle* is a run of :data:`RUN` words (Broder 1997, "On the resemblance and containment of documents"); a text is the set of
its shingles, and the likeness of two texts is the Jaccard index of their sets: what is in both by what is in either. Texts with
fewer words have no shingle and are like nothing: «كاريكاتير» above forty cartoons is not one story.

A *sketch* tells the likeness of two texts without them. It is one-permutation hashing (Li, Owen & Zhang 2012) with few bits a bin
(Li & König 2010): each shingle falls by its hash into one of :data:`BINS` bins, and of each bin's least hash two bits are kept –
empty, or one of three values. Two texts agree in as many of the bins that are not empty in both as they are alike, plus
the chance of one in three where they differ, which is taken off. At the same size this errs a quarter as much as MinHash of
whole numbers on news, as most articles have fewer shingles than there are bins; docs/stories.md has the trials.
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
#: A text's sketch and keys, as :func:`sketches` gives them.
Sketch = tuple[NDArray[np.uint8], NDArray[np.uint32]]
#: Words in a shingle.
RUN = 5
#: Bins of a sketch: a power of two.
BINS = 1024
#: Bytes of a sketch.
SKETCH = BINS // 4
#: Of how many shingles a text is found by: two texts that are 0.6 alike share none of their least eight in 0.07 % of cases.
KEYS = 8

#: Texts whose sketches are made at once, and words of them.
AT_ONCE, AT_ONCE_WORDS = 256, 1 << 18
#: Of a text no more words count: one of a million paragraphs must not take all memory.
MOST_WORDS = 1 << 16

_PLANE = SKETCH // 2
_VALUES = 3
#: A text's number among those at once stands in the highest bits, below it most of a shingle's hash, the bin on top.
_TEXT = np.uint64(56)
_BIN = np.uint64(56 - (BINS.bit_length() - 1))
_LOW = np.uint64(0xFFFFFFFF)
#: Odd numbers without pattern, one for each place in a run (from the digits of π), so that the order of words counts.
_PLACES = np.array(
    [0x243F6A8885A308D3, 0x13198A2E03707345, 0xA4093822299F31D1, 0x082EFA98EC4E6C89, 0x452821E638D01377],
    np.uint64,
)


def shingles(words: Hashes) -> Hashes:
    """The set of a text's shingles as numbers in order, each once.

    Args:
        words: the hashes of the text's words in order, as :func:`khabar.index.words.term_hashes` gives them.
    """
    if len(words) < RUN:
        return np.empty(0, np.uint64)
    runs = _runs(words)
    runs.sort()
    each_once: Hashes = runs[firsts(runs)]
    return each_once


def _runs(words: Hashes) -> Hashes:
    """The hash of each run, in the order of the text."""
    count = len(words) - RUN + 1
    mixed: Hashes = words[:count] * _PLACES[0]
    for place in range(1, RUN):
        mixed += words[place : place + count] * _PLACES[place]
    # The finaliser of SplitMix64 (Steele, Lea & Flood 2014): each bit of the sum moves every bit.
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def jaccard(first: Hashes, second: Hashes) -> float:
    """How alike two sets of shingles are, from 0 to 1; 0 if one is empty."""
    if not len(first) or not len(second):
        return 0.0
    common = len(np.intersect1d(first, second, assume_unique=True))
    return common / (len(first) + len(second) - common)


def sketches(texts: Sequence[Hashes]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """What is kept of some texts, :data:`AT_ONCE` at most: their sketches, and keys by which texts that may be alike are found.

    Args:
        texts: of each the hashes of its words in order.

    Returns:
        the sketches, one a row of :data:`SKETCH` bytes: a plane of the high bits of all bins, then one of the low bits, 00 for
        an empty bin; and of each text the hashes of :data:`KEYS` of its shingles, 0 where it has no more.
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
    """How alike a text is to each of others, as their sketches tell it: without bias, with an error of about 0.015.

    Args:
        one: a sketch.
        others: several, one a row.
    """
    high, low = one[:_PLANE], one[_PLANE:]
    highs, lows = others[:, :_PLANE], others[:, _PLANE:]
    filled, fills = high | low, highs | lows
    agree = _count(~((high ^ highs) | (low ^ lows)) & filled)
    both = _count(filled & fills)
    either = _count(filled | fills)
    # (agree − both · chance) / (1 − chance) / either, in whole numbers as far as they go.
    estimates: NDArray[np.float64] = (_VALUES * agree - both) / np.maximum((_VALUES - 1) * either, 1)
    return np.clip(estimates, 0.0, 1.0)


def _count(bits: NDArray[np.uint8]) -> NDArray[np.int64]:
    """How many bits are set in each row."""
    counts: NDArray[np.int64] = np.bitwise_count(bits.view(np.uint64)).sum(axis=1, dtype=np.int64)
    return counts
