"""BM25 over whole posting lists as numpy arrays. Pure functions.

Robertson, S., Zaragoza, H.: "The Probabilistic Relevance Framework: BM25 and Beyond", *Foundations and Trends
in Information Retrieval* 3 (2009), with the inverse document frequency that Lucene uses, which is never
negative.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["LENGTHS", "encode_lengths", "idf", "length_norms", "scores"]

Floats = NDArray[np.float64]


def idf(frequency: float, total: int) -> float:
    """The inverse document frequency of a word in ``frequency`` of ``total`` texts: ``ln(1 + (N − n +
    ½) / (n + ½))``.

    The frequency may be a fraction. It may exceed the total when several forms of a word occur in the same
    text; then it counts as the total.

    >>> round(idf(1, 100), 3), round(idf(100, 100), 3)
    (4.21, 0.005)
    """
    frequency = min(frequency, total)
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def length_norms(lengths: NDArray[np.floating], k1: float, b: float, average: float) -> Floats:
    """The part of BM25's denominator that depends on a text's length: ``k1 · (1 − b + b · length / average
    length)``."""
    if average == 0:
        return np.full(len(lengths), k1)
    return np.asarray(k1 * (1 - b + (b / average) * lengths), np.float64)


def scores(frequencies: NDArray[np.floating], norms: Floats, k1: float) -> Floats:
    """The scores of the texts that contain a word, before its idf: ``tf · (k1 + 1) / (tf + norm)``."""
    result: Floats = (k1 + 1) * frequencies / (frequencies + norms)
    return result


#: The text length, in words, that each byte stands for in Whoosh's format: exact up to 10, then in steps of
#: 3.3 %.
LENGTHS = np.array([round((1.033**step - 1) * 27) for step in range(256)], np.float64)


def encode_lengths(lengths: NDArray[np.integer]) -> NDArray[np.uint8]:
    """Round text lengths up to those of :data:`LENGTHS` and return their places there. Every engine ranks by
    these.

    >>> LENGTHS[encode_lengths(np.array([9, 11, 100, 200_000]))].tolist()
    [9.0, 12.0, 101.0, 106374.0]
    """
    longest = int(lengths.max(initial=0))
    if longest < len(lengths):
        # One search for each possible length: there are many texts and few lengths.
        codes: NDArray[np.uint8] = _codes_of(np.arange(longest + 1))[lengths]
        return codes
    return _codes_of(lengths)


def _codes_of(lengths: NDArray[np.integer]) -> NDArray[np.uint8]:
    return np.minimum(np.searchsorted(LENGTHS, lengths), len(LENGTHS) - 1).astype(np.uint8)
