"""The closeness of texts to a query in meaning, and its contribution to a score. Pure arithmetic.

The cosine of a query and a text says little by itself: for one model all are between .75 and .95, and which
value is high differs from query to query. So a cosine is standardised by all vectors of the collection: with
their mean μ and covariance Σ, the cosines of a query q have the mean q·μ and the variance qᵀΣq, for which no
vector needs to be read. The result, z, is the number of standard deviations by which a text is closer to this
query than the average.

``best · w · z / 5`` is added to the score of the words: ``best`` is the highest score of the query, so that
meaning has the same influence whatever the scores are; z is seldom above 5. The weight w is the same for all
collections (:attr:`khabar.Ranking.meaning`), and is reached by queries of five words or more
(:func:`weight_of`): two words are mostly a name, which a model knows little about. docs/meaning.md has the
figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["REACH", "SCALE", "Spread", "added", "pooled", "spread_of", "weight_of"]

#: The number of best matches that are ranked again.
REACH = 50
#: The z that adds the full weight; hardly any text is closer.
SCALE = 5.0

#: The number of words from which a query has the full weight, and the exponent for fewer words.
_WHOLE, _SLOPE = 5, 1.5

_Floats = NDArray[np.floating[Any]]


class Spread(NamedTuple):
    """The distribution of the cosines of a query with some vectors.

    Attributes:
        rows: the number of vectors.
        mean, variance: the mean and variance of their cosines.
    """

    rows: int
    mean: float
    variance: float

    def z(self, cosine: float) -> float:
        """The number of standard deviations by which a cosine is above the mean; 0 if all vectors are
        equal."""
        return (cosine - self.mean) / math.sqrt(self.variance) if self.variance > 0 else 0.0


def spread_of(query: _Floats, rows: int, mean: _Floats, covariance: _Floats) -> Spread:
    """The distribution of the cosines of a query with vectors, from their mean and covariance.

    Args:
        query: a unit vector, (dimension,).
        rows: the number of vectors.
        mean: their mean, (dimension,).
        covariance: their covariance, (dimension, dimension).

    >>> vectors = np.array([[1, 0], [0, 1], [0.6, 0.8]])
    >>> centred = vectors - vectors.mean(0)
    >>> spread = spread_of(np.array([1.0, 0]), 3, vectors.mean(0), centred.T @ centred / 3)
    >>> round(spread.mean, 3), round(spread.z(1.0), 3)
    (0.533, 1.136)
    """
    # In float64: a variance is the small difference of large numbers.
    vector = np.asarray(query, np.float64)
    variance = float(vector @ (np.asarray(covariance, np.float64) @ vector))
    return Spread(rows, float(vector @ np.asarray(mean, np.float64)), max(0.0, variance))


def pooled(spreads: Iterable[Spread]) -> Spread:
    """The joint distribution for the vectors of several archives.

    >>> both = pooled([Spread(1, 0.5, 0.0), Spread(1, 0.7, 0.0)])
    >>> both.rows, round(both.mean, 3), round(both.variance, 3)
    (2, 0.6, 0.01)
    """
    parts = list(spreads)
    rows = sum(each.rows for each in parts)
    if not rows:
        return Spread(0, 0.0, 0.0)
    mean = sum(each.rows * each.mean for each in parts) / rows
    # Each part's own variance, and that of the parts' means.
    inside = sum(each.rows * (each.variance + (each.mean - mean) ** 2) for each in parts) / rows
    return Spread(rows, mean, inside)


def weight_of(weight: float, text: str) -> float:
    """The weight of meaning for a query: 0 for a single word, the full weight from five words on.

    Args:
        weight: the full weight.
        text: the query.

    >>> [round(weight_of(0.5, "كلمة " * words), 2) for words in (1, 2, 3, 4, 5, 9)]
    [0.0, 0.06, 0.18, 0.32, 0.5, 0.5]
    """
    words = min(_WHOLE, max(1, len(text.split())))
    return float(weight * ((words - 1) / (_WHOLE - 1)) ** _SLOPE)


def added(zs: Sequence[float | None], best: float, weight: float) -> list[float]:
    """The amounts that meaning adds to the scores of the best matches.

    The most distant match gets 0, so that none falls below a match that is not among the best. The order is
    that of ``score + best · weight · z / 5``, which a constant added to all does not change.

    Args:
        zs: the z of each match; None if it is unknown, which counts as the mean of the others.
        best: the highest score of the query.
        weight: the weight of meaning.

    >>> added([1.0, None, 3.0], 10.0, 0.5)
    [0.0, 1.0, 2.0]
    """
    known = [z for z in zs if z is not None]
    if not known:
        return [0.0] * len(zs)
    mean, least = sum(known) / len(known), min(known)
    return [best * weight * ((mean if z is None else z) - least) / SCALE for z in zs]
