"""Ranking the articles that match a plan, in two stages (see :mod:`khabar.ranking.searcher`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from khabar.caching import remembered
from khabar.index import bm25
from khabar.index.columns import Bools, Floats, Ints
from khabar.index.engine import Reader
from khabar.index.plan import Leaf, PhraseClause, Plan
from khabar.index.ranking import Ranking
from khabar.index.records import UNDATED
from khabar.ranking.accumulators import Accumulators
from khabar.ranking.answers import Sort
from khabar.ranking.matching import Matching
from khabar.ranking.nearness import Nearness, find_nearness
from khabar.ranking.occurrences import OccurrenceReader, Occurrences
from khabar.ranking.term_scoring import TermScorer

__all__ = ["Asked", "Ranked", "Ranker", "candidates_of", "weight_of"]


_DAY = 86_400
#: Number of half-lives of which the factors of all articles are kept.
_KEPT_RECENCY = 4
#: How many articles the second stage ranks: so many for each query by the number of its words, as a query of
#: many words has few articles with most of them, while those with two common names are many.
_CANDIDATES = 1000
_FEWEST, _MOST = 100, 500


def candidates_of(weights: Sequence[float]) -> int:
    """How many articles the second stage ranks for a plan; ``weights``: of its leaves."""
    words = sum(weight > 0 for weight in weights)
    return min(_MOST, max(_FEWEST, _CANDIDATES // max(1, words)))


def weight_of(leaf: Leaf, idf: float) -> float:
    """By what the scores of a leaf are multiplied."""
    return leaf.weight * idf * (len(leaf.words) if isinstance(leaf, PhraseClause) else 1)


class Asked(NamedTuple):
    """A plan and what is known of it before anything is scored.

    Attributes:
        plan, ranking: what is asked, and how it is weighed.
        occurrences: for each leaf where it stands.
        weights: for each leaf by what its scores are multiplied.
        idf: for each leaf its idf.
        matching: for each article of the index whether it matches.
        accumulators: of the plan.
        recency: for each article of the index by what its score is multiplied; None without regard to age.
    """

    plan: Plan
    ranking: Ranking
    occurrences: list[Occurrences]
    weights: list[float]
    idf: tuple[float, ...]
    matching: Bools
    accumulators: Accumulators
    recency: Floats | None

    def among(self, articles: Ints) -> list[Occurrences]:
        """For each leaf its occurrences in some articles, which are in order; nothing of one that adds
        nothing."""
        return [
            each.among(articles if weight else articles[:0])
            for each, weight in zip(self.occurrences, self.weights, strict=True)
        ]

    @property
    def candidates(self) -> int:
        """How many articles the second stage ranks."""
        return candidates_of(self.weights)


class Ranked(NamedTuple):
    """Articles in order.

    Attributes:
        articles, scores: their numbers and scores.
        near: what stands together in them, with the articles as owners; None for nothing.
        candidates: the articles that the second stage ranked, in order of indexing.
    """

    articles: Ints
    scores: Floats
    near: Nearness | None
    candidates: Ints


class Ranker:
    """Puts articles in order. Safe to share between threads.

    Args:
        reader: one committed state of an index.
        occurrences: reads where words stand in it.
        matching: finds the articles that match.
    """

    def __init__(self, reader: Reader, occurrences: OccurrenceReader, matching: Matching) -> None:
        self._reader = reader
        self._occurrences = occurrences
        self._matching = matching
        self.scorer = TermScorer(reader)
        self._recency_of = remembered(self._recency_factors, _KEPT_RECENCY)

    def asked(self, plan: Plan, ranking: Ranking) -> Asked:
        """A plan with what is known of it before anything is scored."""
        columns = self._reader.columns
        occurrences = self._occurrences.of_leaves(plan.leaves)
        idf, weights = [], []
        for leaf, shown, each in zip(plan.leaves, plan.shown, occurrences, strict=True):
            # In the whole index: among candidates it may be nowhere.
            known = shown and (each.frequency > 0 or len(each.passages) > 0)
            idf.append(bm25.idf(each.frequency, self._reader.totals.passages) if known else 0.0)
            weights.append(weight_of(leaf, idf[-1]))
        return Asked(
            plan,
            ranking,
            occurrences,
            weights,
            tuple(idf),
            self._matching.of(plan, occurrences),
            Accumulators(columns, ranking, len(occurrences)),
            self._recency_of(ranking.half_life) if ranking.half_life else None,
        )

    def ranked(self, asked: Asked, sort: Sort, number: int | None) -> Ranked:
        """The matching articles in order; with ``number``, at least that many of the first."""
        if sort != "relevance":
            return self._by_moment(asked, sort, number)
        depth = asked.candidates
        # With regard to age, the words alone do not say which articles can be among the best.
        reach = None if number is None or asked.recency is not None else max(number, depth)
        accumulators, factor = asked.accumulators, asked.ranking.article
        articles = accumulators.best(self.scorer, asked.occurrences, asked.weights, asked.matching, reach)
        scores = accumulators.article_scores[articles]
        if asked.recency is not None:
            scores *= asked.recency[articles]
        order = self.order(articles, scores, sort, len(articles) if number is None else max(number, depth))
        articles, scores = articles[order], factor * scores[order]
        candidates = np.sort(articles[:depth])
        occurrences = asked.among(candidates)
        near = find_nearness(self._reader, asked.ranking, asked.plan, occurrences, asked.weights)
        best = accumulators.score(self.scorer, occurrences, asked.weights, candidates)
        if near is not None:
            best += near.added(candidates)
        if asked.recency is not None:
            best *= asked.recency[candidates]
        order = self.order(candidates, best, sort, depth)
        articles = np.append(candidates[order], articles[depth:])
        scores = np.append(best[order], scores[depth:])
        return Ranked(articles, scores, near, candidates)

    def _by_moment(self, asked: Asked, sort: Sort, number: int | None) -> Ranked:
        """The matching articles by date. Scores only decide between those of the same moment: what stands
        together is not looked at."""
        articles = np.flatnonzero(asked.matching)
        if number and number < len(articles):
            values = self.by_date(articles, sort)
            articles = articles[values <= np.partition(values, number - 1)[number - 1]]
        scores = asked.accumulators.score(self.scorer, asked.among(articles), asked.weights, articles)
        if asked.recency is not None:
            scores *= asked.recency[articles]
        order = self.order(articles, scores, sort, len(articles) if number is None else number)
        return Ranked(articles[order], scores[order], None, articles)

    def order(self, articles: Ints, scores: Floats, sort: Sort, number: int) -> Ints:
        """The places of the first few articles in an order; equal ones in order of indexing."""
        values = -scores if sort == "relevance" else self.by_date(articles, sort)
        number = min(number, len(articles))
        near = np.arange(len(articles))
        if 0 < number < len(articles):
            # All that tie with the last one take part.
            near = np.flatnonzero(values <= np.partition(values, number - 1)[number - 1])
        # With dates, scores decide between articles of the same moment.
        keys = (values[near],) if sort == "relevance" else (-scores[near], values[near])
        return near[np.lexsort((articles[near], *keys))][:number]

    def by_date(self, articles: Ints, sort: Sort) -> Ints:
        """What puts articles into an order of date; those without one come last, either way."""
        published = self._reader.columns.published[articles]
        values = published if sort == "oldest" else -published
        return np.where(published == UNDATED, np.iinfo(np.int64).max, values)

    def _recency_factors(self, half_life: float) -> Floats:
        """What each article's score is multiplied by: half for each half-life that it is older than the
        newest one."""
        published = self._reader.columns.published
        dated = (published != UNDATED) & self._reader.columns.alive
        factors = np.full(len(published), 0.5)
        factors[dated] = 0.5 ** ((self._reader.newest - published[dated]) / (half_life * _DAY))
        return factors
