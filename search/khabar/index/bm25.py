"""BM25 over whole posting lists, as numpy arrays: pure functions.

Robertson, S., Zaragoza, H.: "The Probabilistic Relevance Framework: BM25 and Beyond", *Foundations and Trends in
Information Retrieval* 3 (2009), with the inverse document frequency that Lucene uses, which is never negative.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["idf", "length_norms", "scores"]

Floats = NDArray[np.float64]


def idf(frequency: float, total: int) -> float:
    """The inverse document frequency of a word that ``frequency`` of ``total`` texts hold: ``ln(1 + (N − n + ½) / (n + ½))``.

    The frequency may be a fraction, and more than the total when a word's forms stand side by side: then it counts as the total.

    >>> round(idf(1, 100), 3), round(idf(100, 100), 3)
    (4.216, 0.005)
    """
    frequency = min(frequency, total)
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def length_norms(lengths: Floats, k1: float, b: float) -> Floats:
    """The part of BM25's denominator that depends on a text's length: ``k1 · (1 − b + b · length / average length)``."""
    average = float(lengths.mean()) if len(lengths) else 0.0
    if average == 0:
        return np.full(len(lengths), k1)
    return k1 * (1 - b + b * (lengths / average))


def scores(frequencies: Floats, norms: Floats, k1: float, weight: float) -> Floats:
    """The scores of the texts that hold a word: ``weight · tf · (k1 + 1) / (tf + norm)``, where the weight has the idf in it."""
    return weight * (k1 + 1) * frequencies / (frequencies + norms)
