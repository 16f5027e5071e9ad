"""Ranking the best matches again by what only the text of an article shows.

Articles are read from a store, a tenth of a millisecond each, so only those are that can come into the page:
the others' scores are too low even with the highest factor.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from khabar.corpus.article import Article
from khabar.index.columns import Floats, Ints, lookup
from khabar.index.plan import Plan
from khabar.ranking.accumulators import Accumulators

__all__ = ["Rerank", "reranked", "top_reranked"]


class Rerank(NamedTuple):
    """By what the scores of the best matches are multiplied.

    Attributes:
        reach: so many of the best matches are looked at.
        leaves: the leaves of the plan whose words the factor is about; of an article with none of them it is
            1.
        most: what one leaf can add to the factor at most, 1 or more; the factor is at most their product.
        of: what the factor of an article depends on; it is kept for the last few thousand articles, so give
            the same function each time.
        factor: the factor of an article, by what ``of`` gives.
    """

    reach: int
    leaves: Sequence[int]
    most: float
    of: Callable[[Article], Any]
    factor: Callable[[Any], float]


def reranked(
    rerank: Rerank,
    plan: Plan,
    accumulators: Accumulators,
    articles: Ints,
    scores: Floats,
    count: int,
    factor: Callable[[int], float],
) -> tuple[Ints, Floats]:
    """The first matches by preference: their places among those given, and their scores.

    Args:
        rerank: what is preferred.
        plan: the query.
        accumulators: of the same.
        articles: of each match its article, the best match first.
        scores: of each match.
        count: how many.
        factor: the factor of an article, by its number.
    """
    reach = rerank.reach
    near = articles[:reach]
    most = np.ones(len(near))
    for leaf in rerank.leaves:
        part = accumulators.parts[leaf]
        if plan.leaves[leaf].title:
            # The positions of the word outside titles are not known.
            most *= rerank.most
        elif part is not None and len(part.term.articles):
            most[lookup(near, part.term.articles)[1]] *= rerank.most
    places, best = top_reranked(scores[:reach], most, lambda place: factor(int(near[place])), count)
    rest = np.arange(reach, max(reach, min(count, len(articles))))
    return np.append(places, rest), np.append(best, scores[rest])


def top_reranked(
    scores: Floats, most: Floats, factor: Callable[[int], float], count: int
) -> tuple[Ints, Floats]:
    """The best matches by their scores times their factors: the places of so many, and what their scores
    become.

    Args:
        scores: of each match.
        most: of each the greatest factor that it can have; where that is 1, it is 1.
        factor: gives the factor of a place; asked for no more than can be among the best.
        count: how many. Equal ones stay as they stood.

    >>> factor = [0.5, 1.0, 1.5].__getitem__
    >>> places, scores = top_reranked(np.array([9.0, 8.0, 1.0]), np.full(3, 1.5), factor, 2)
    >>> places.tolist(), scores.tolist()
    ([1, 0], [8.0, 4.5])
    """
    if not count:
        return np.empty(0, np.int64), np.empty(0)
    limits = scores * most
    known = [(-score, place) for place, score in enumerate(scores.tolist()) if most[place] == 1]
    known.sort()
    for place in np.argsort(-limits, kind="stable").tolist():
        if most[place] == 1:
            continue
        if len(known) >= count and -known[count - 1][0] > limits[place]:
            break
        insort(known, (-float(scores[place]) * factor(place), place))
    best = known[:count]
    return np.array([place for _, place in best], np.int64), np.array([-score for score, _ in best])
