"""The best articles of a plan, kept: for the next page, or the same again, nothing is ranked anew."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from khabar.index.columns import Ints, among
from khabar.ranking.ranker import Asked, Ranked

__all__ = ["Best"]

#: Bytes of what is kept of a word beside its arrays' content.
_LEAF = 1000


class Best(NamedTuple):
    """The best articles of a plan.

    Attributes:
        total: number of all that match, or of their stories.
        asked: the plan.
        ranked: the best articles in order.
    """

    total: int
    asked: Asked
    ranked: Ranked

    def reaches(self, last: int) -> bool:
        """Whether they are enough for the matches up to a place."""
        return len(self.ranked.articles) >= min(last, self.total)

    def scored(self) -> Best:
        """The first ones, as far as their passages were scored, without what only served to rank them."""
        ranked = self.ranked
        articles = ranked.articles[: len(ranked.candidates)]
        behind = np.flatnonzero(~among(articles, ranked.candidates))
        count = int(behind[0]) if len(behind) else len(articles)
        asked = self.asked._replace(occurrences=[], matching=np.empty(0, bool))
        first = ranked._replace(articles=articles[:count].copy(), scores=ranked.scores[:count].copy())
        return Best(self.total, asked, first)

    @property
    def size(self) -> int:
        """How many bytes it takes, with its plan, which it keeps."""
        ranked, arrays = self.ranked, self.asked.accumulators.arrays
        near: tuple[Ints, ...] = () if ranked.near is None else ranked.near.arrays
        known = (ranked.articles, ranked.scores, ranked.candidates)
        held = sum(each.nbytes for each in (*known, *near, *arrays))
        return held + _LEAF * (1 + len(self.asked.weights)) + self.asked.plan.size
