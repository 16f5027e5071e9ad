"""Ranks the best matches again by what only the text of an article shows.

Reading a stored article takes a tenth of a millisecond, so only those are read that can get onto the page:
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
    """The factors for the scores of the best matches.

    Attributes:
        reach: the number of best matches to examine.
        leaves: the leaves of the plan on which the factor depends; it is 1 for an article with none of them.
        most: the highest factor for one leaf, 1 or more; the factor is at most their product.
        of: computes from an article what its factor depends on. The results for the last few thousand
            articles are cached, so this must be the same function each time.
        factor: computes the factor of an article from the result of ``of``.
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
    """Rank the best matches again.

    Args:
        rerank: the factors.
        plan: the query.
        accumulators: the scores of the query.
        articles: the article of each match, the best match first.
        scores: the score of each match.
        count: the number of matches needed.
        factor: gives the factor of an article, by its number.

    Returns:
        The places of the first matches, and their new scores.
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
    """Find the best matches by their scores times their factors.

    Args:
        scores: the score of each match.
        most: the highest possible factor of each match; where it is 1, the factor is 1.
        factor: gives the factor of the match at a place; called only for those that can be among the best.
        count: the number of matches needed. Equal ones keep their order.

    Returns:
        The places of the best matches, and their new scores.

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
