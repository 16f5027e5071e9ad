"""The cached ranking of a plan, from which the next page, or the same again, is taken."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from khabar.index.columns import Ints, among
from khabar.ranking.ranker import Asked, Ranked

__all__ = ["Best"]

#: The bytes for each word, besides the contents of its arrays.
_LEAF = 1000


class Best(NamedTuple):
    """The best articles of a plan.

    Attributes:
        total: the number of all matching articles, or of their stories.
        asked: the plan.
        ranked: the best articles in order.
    """

    total: int
    asked: Asked
    ranked: Ranked

    def reaches(self, last: int) -> bool:
        """Whether the best articles include the matches up to a place."""
        return len(self.ranked.articles) >= min(last, self.total)

    def scored(self) -> Best:
        """The first articles, up to one whose passages were not scored, without the data for ranking."""
        ranked = self.ranked
        articles = ranked.articles[: len(ranked.candidates)]
        others = np.flatnonzero(~among(articles, ranked.candidates))
        count = int(others[0]) if len(others) else len(articles)
        asked = self.asked._replace(occurrences=[], matching=np.empty(0, bool))
        first = ranked._replace(articles=articles[:count].copy(), scores=ranked.scores[:count].copy())
        return Best(self.total, asked, first)

    @property
    def size(self) -> int:
        """The size in bytes, including the plan."""
        ranked = self.ranked
        near: tuple[Ints, ...] = () if ranked.near is None else ranked.near.arrays
        arrays = (*self.asked.accumulators.arrays, ranked.articles, ranked.scores, ranked.candidates, *near)
        size = sum(array.nbytes for array in arrays)
        return size + _LEAF * (1 + len(self.asked.weights)) + self.asked.plan.size
