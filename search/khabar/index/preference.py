"""Preferences: what only the text of an article shows, and what changes the order of the best matches.

Articles are read from a store, a tenth of a millisecond each, so only those are that can come into the page: the others'
scores are too low even with the highest factor.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from khabar.index.columns import Floats, Ints, found_at
from khabar.index.accumulators import Accumulators
from khabar.index.plan import Plan

__all__ = ["Preference", "preferred", "reordered"]


class Preference(NamedTuple):
    """By what the scores of the best matches are multiplied.

    Attributes:
        reach: so many of the best matches are looked at.
        leaves: the leaves of the plan whose words the factor is about; of an article with none of them it is 1.
        most: what one leaf can add to the factor at most, 1 or more; the factor is at most their product.
        factor: the factor of an article, by its number.
    """

    reach: int
    leaves: Sequence[int]
    most: float
    factor: Callable[[int], float]


def reordered(
    preference: Preference, plan: Plan, accumulators: Accumulators, articles: Ints, scores: Floats, wanted: int
) -> tuple[Ints, Floats]:
    """The first so many matches as is preferred: their places among those given, and their scores.

    Args:
        preference: what is preferred.
        plan: the query.
        accumulators: of the same.
        articles: of each match its article, the best match first.
        scores: of each match.
        wanted: how many.
    """
    reach = preference.reach
    near = articles[:reach]
    most = np.ones(len(near))
    for leaf in preference.leaves:
        part = accumulators.parts[leaf]
        if plan.leaves[leaf].title:
            # Where the word stands beside titles is not known.
            most *= preference.most
        elif part is not None:
            most[found_at(near, part.term.articles)[1]] *= preference.most
    places, best = preferred(scores[:reach], most, lambda place: preference.factor(int(near[place])), wanted)
    rest = np.arange(reach, max(reach, min(wanted, len(articles))))
    return np.append(places, rest), np.append(best, scores[rest])


def preferred(
    scores: Floats, most: Floats, factor: Callable[[int], float], wanted: int
) -> tuple[Ints, Floats]:
    """The best matches by their scores times their factors: the places of so many, and what their scores become.

    Args:
        scores: of each match.
        most: of each the greatest factor that it can have; where that is 1, it is 1.
        factor: gives the factor of a place; asked for no more than can be among the best.
        wanted: how many. Equal ones stay as they stood.

    >>> places, scores = preferred(np.array([9.0, 8.0, 1.0]), np.full(3, 1.5), [0.5, 1.0, 1.5].__getitem__, 2)
    >>> places.tolist(), scores.tolist()
    ([1, 0], [8.0, 4.5])
    """
    if not wanted:
        return np.empty(0, np.int64), np.empty(0)
    limits = scores * most
    known = [(-score, place) for place, score in enumerate(scores.tolist()) if most[place] == 1]
    known.sort()
    for place in np.argsort(-limits, kind="stable").tolist():
        if most[place] == 1:
            continue
        if len(known) >= wanted and -known[wanted - 1][0] > limits[place]:
            break
        insort(known, (-float(scores[place]) * factor(place), place))
    best = known[:wanted]
    return np.array([place for _, place in best], np.int64), np.array([-score for score, _ in best])
