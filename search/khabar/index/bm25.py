"""BM25 over whole posting lists, as numpy arrays: pure functions.

Robertson, S., Zaragoza, H.: "The Probabilistic Relevance Framework: BM25 and Beyond", *Foundations and Trends in
Information Retrieval* 3 (2009), with the inverse document frequency that Lucene uses, which is never negative.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["idf", "length_norms", "term_scores"]

Floats = NDArray[np.float64]


def idf(frequency: int, total: int) -> float:
    """The inverse document frequency of a term that ``frequency`` of ``total`` texts hold: ``ln(1 + (N − n + ½) / (n + ½))``.

    >>> idf(0, 0), round(idf(1, 100), 3)
    (0.6931471805599453, 4.216)
    """
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def length_norms(lengths: Floats, k1: float, b: float) -> Floats:
    """The denominator's part that depends on a text's length: ``k1 · (1 − b + b · length / average length)``."""
    average = float(lengths.mean()) if len(lengths) else 0.0
    if average == 0:
        return np.full(len(lengths), k1)
    return k1 * (1 - b + b * (lengths / average))


def term_scores(frequencies: Floats, norms: Floats, weight: float) -> Floats:
    """The scores of the texts that hold a term: ``weight · tf / (tf + norm)``, where the weight has the idf in it.

    The constant factor ``k1 + 1`` of older formulas is left out, as in Lucene since version 8: it changes no order.
    """
    return weight * frequencies / (frequencies + norms)
