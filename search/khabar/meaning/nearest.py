"""Finds the nearest vectors in a file: first approximately, by one bit for each component, then exactly.

A bit says whether a component is above the mean. The query is rounded to four bits for each component. The
contribution of a component to the product is approximately that of the query, times the spread of the
component, with the sign of the bit. So a product takes four counts of bits in each word of 64 (after RaBitQ:
Gao, Long, SIGMOD 2024, without the rotation, which makes no difference here). The time grows with the number
of vectors: 30 ms for 100,000 if 200 texts are needed (benchmarks/vectors.py).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.index.columns import Bools, Floats, Ints
from khabar.meaning.segments import AT_ONCE, Segment, words_of

__all__ = ["NearText", "likely", "nearest_of"]

#: The numbers of vectors that are compared exactly: in all files together, and for each text needed; and the
#: number up to which all vectors of a file are.
_EXACTLY, _FOR_EACH, _FEW = 2000, 20, 4096
_BITS = 4
#: The numbers of texts whose passages are all compared: for each text needed, and the minimum in a file.
_TEXTS, _LEAST = 4, 40


class NearText(NamedTuple):
    """A text of a file.

    Attributes:
        nearness: the mean of its nearest passage's cosine and of the mean cosine of all its passages.
        cosine: the cosine of its nearest passage.
        passage: the number of that passage.
        text: its place in the file.
    """

    nearness: float
    cosine: float
    passage: int
    text: int


def likely(segment: Segment, weights: Floats, share: float, count: int, allowed: Bools | None = None) -> Ints:
    """The rows of a file that are likely to be the nearest, in order.

    Args:
        segment: the file.
        weights: the contribution of each component if it is above the mean.
        share: the share of all vectors that is in the file.
        count: the number of texts needed.
        allowed: whether each text may be among them; None if all may.
    """
    rough_count = max(1, round(max(_EXACTLY, _FOR_EACH * count) * share))
    rows: Ints = np.arange(segment.rows)
    if allowed is not None:
        rows = np.flatnonzero(np.repeat(allowed, np.diff(segment.starts[:].astype(np.int64))))
    if len(rows) <= max(_FEW, rough_count) or not len(segment.signs):
        return rows
    scores = np.concatenate(
        [
            _scores(segment, begin, min(segment.rows, begin + AT_ONCE), weights)
            for begin in range(0, segment.rows, AT_ONCE)
        ]
    )
    scores = scores[rows]
    return np.sort(rows[np.argpartition(scores, len(rows) - rough_count)[len(rows) - rough_count :]])


def _scores(segment: Segment, begin: int, end: int, weights: Floats) -> NDArray[np.float32]:
    """The approximate products of some rows, up to a constant."""
    wide = words_of(segment.dimension)
    bits = segment.signs[begin * wide : end * wide].reshape(-1, wide)
    least, most = float(weights.min()), float(weights.max())
    step = max(most - least, 1e-30) / ((1 << _BITS) - 1)
    levels = np.zeros(wide * 64, np.uint8)
    levels[: len(weights)] = np.rint((weights - least) / step)
    scores = _counts(bits, np.full(wide, ~np.uint64(0))) * np.float32(least)
    for bit in range(_BITS):
        plane = np.packbits(levels >> bit & 1, bitorder="little").view(np.uint64)
        scores += _counts(bits, plane) * np.float32(step * (1 << bit))
    return scores


def _counts(bits: Ints, plane: Ints) -> NDArray[np.float32]:
    """The number of bits that each row has in common with a plane."""
    total = np.zeros(len(bits), np.uint16)
    for word in range(bits.shape[1]):
        total += np.bitwise_count(bits[:, word] & plane[word])
    return total.astype(np.float32)


def nearest_of(
    segment: Segment, query: NDArray[np.float32], rows: Ints, share: float, count: int
) -> list[NearText]:
    """The nearest texts with some rows, the nearest first.

    Args:
        segment: the file.
        query: a vector of length 1.
        rows: the rows, sorted.
        share: the share of all vectors that is in the file.
        count: the number of texts needed from all files together.
    """
    if not len(rows) or not count:
        return []
    starts = segment.starts[:].astype(np.int64)
    # A text without vectors begins where the next one does.
    texts = np.searchsorted(starts, rows, side="right") - 1
    firsts = np.flatnonzero(np.diff(texts, prepend=-1))
    best = np.maximum.reduceat(_cosines(segment, query, rows), firsts)
    enough = min(_TEXTS * count, max(_LEAST, round(_TEXTS * count * share)))
    chosen = np.sort(texts[firsts][np.argsort(-best, kind="stable")[:enough]])
    # All passages of these texts count.
    sizes = starts[chosen + 1] - starts[chosen]
    ends = np.cumsum(sizes)
    whole = np.arange(ends[-1]) + np.repeat(starts[chosen] - (ends - sizes), sizes)
    cosines = _cosines(segment, query, whole)
    tops = np.maximum.reduceat(cosines, ends - sizes)
    nearness = (tops + np.add.reduceat(cosines, ends - sizes) / sizes) / 2
    result = []
    for place in np.argsort(-nearness, kind="stable")[:count].tolist():
        of_text = cosines[ends[place] - sizes[place] : ends[place]]
        row = int(starts[chosen[place]]) + int(of_text.argmax())
        passage = int(segment.passages[row])
        result.append(NearText(float(nearness[place]), float(of_text.max()), passage, int(chosen[place])))
    return result


def _cosines(segment: Segment, query: NDArray[np.float32], rows: Ints) -> NDArray[np.float32]:
    parts = [rows[begin : begin + AT_ONCE] for begin in range(0, len(rows), AT_ONCE)]
    return np.concatenate([segment.vectors_at(part) @ query for part in parts])
