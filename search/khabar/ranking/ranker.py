"""Ranks the articles that match a plan in two stages (see :mod:`khabar.ranking.searcher`)."""

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
#: The number of half-lives for which the factors of all articles are cached.
_KEPT_RECENCY = 4
#: The second stage ranks this many articles, divided by the number of words: for a query of many words, few
#: articles have most of them, while many articles have two common names.
_CANDIDATES = 1000
_FEWEST, _MOST = 100, 500


def candidates_of(weights: Sequence[float]) -> int:
    """The number of articles that the second stage ranks for a plan; ``weights``: those of its leaves."""
    words = sum(weight > 0 for weight in weights)
    return min(_MOST, max(_FEWEST, _CANDIDATES // max(1, words)))


def weight_of(leaf: Leaf, idf: float) -> float:
    """The factor for the scores of a leaf."""
    return leaf.weight * idf * (len(leaf.words) if isinstance(leaf, PhraseClause) else 1)


class Asked(NamedTuple):
    """A plan prepared for scoring.

    Attributes:
        plan, ranking: the query and the constants of the ranking.
        occurrences: the occurrences of each leaf.
        weights: the factor for the scores of each leaf.
        idf: the idf of each leaf.
        matching: whether each article of the index matches.
        accumulators: the scores of the plan.
        recency: the factor for each article of the index by its age; None if age does not count.
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
        """The occurrences of each leaf in some sorted articles; none for a leaf that adds nothing."""
        return [
            each.among(articles if weight else articles[:0])
            for each, weight in zip(self.occurrences, self.weights, strict=True)
        ]

    @property
    def candidates(self) -> int:
        """The number of articles that the second stage ranks."""
        return candidates_of(self.weights)


class Ranked(NamedTuple):
    """Ranked articles.

    Attributes:
        articles, scores: their numbers and scores.
        near: the words near each other in them, with articles as owners; None if there are none.
        candidates: the articles that the second stage ranked, in order of indexing.
    """

    articles: Ints
    scores: Floats
    near: Nearness | None
    candidates: Ints


class Ranker:
    """Ranks articles. Safe to share between threads.

    Args:
        reader: one committed state of an index.
        occurrences: reads the occurrences of words.
        matching: finds the matching articles.
    """

    def __init__(self, reader: Reader, occurrences: OccurrenceReader, matching: Matching) -> None:
        self._reader = reader
        self._occurrences = occurrences
        self._matching = matching
        self.scorer = TermScorer(reader)
        self._recency_of = remembered(self._recency_factors, _KEPT_RECENCY)

    def asked(self, plan: Plan, ranking: Ranking) -> Asked:
        """Prepare a plan for scoring."""
        columns = self._reader.columns
        occurrences = self._occurrences.of_leaves(plan.leaves)
        idf, weights = [], []
        for leaf, shown, each in zip(plan.leaves, plan.shown, occurrences, strict=True):
            # The frequency is that of the whole index: the candidates of a cluster may all lack the word.
            occurs = shown and (each.frequency > 0 or len(each.passages) > 0)
            idf.append(bm25.idf(each.frequency, self._reader.totals.passages) if occurs else 0.0)
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
        """Rank the matching articles; with ``number``, at least that many of the first."""
        if sort != "relevance":
            return self._by_moment(asked, sort, number)
        depth = asked.candidates
        # If age counts, the words alone do not show which articles can be among the best.
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
        """Sort the matching articles by date. Scores decide only between those of the same moment, so
        nearness is not computed."""
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
        """The places of the first few articles in a sort order; equal ones in order of indexing."""
        values = -scores if sort == "relevance" else self.by_date(articles, sort)
        number = min(number, len(articles))
        near = np.arange(len(articles))
        if 0 < number < len(articles):
            # Include all that tie with the last one.
            near = np.flatnonzero(values <= np.partition(values, number - 1)[number - 1])
        # By date, scores decide between articles of the same moment.
        keys = (values[near],) if sort == "relevance" else (-scores[near], values[near])
        return near[np.lexsort((articles[near], *keys))][:number]

    def by_date(self, articles: Ints, sort: Sort) -> Ints:
        """The sort keys of articles by date; those without one come last in either order."""
        published = self._reader.columns.published[articles]
        values = published if sort == "oldest" else -published
        return np.where(published == UNDATED, np.iinfo(np.int64).max, values)

    def _recency_factors(self, half_life: float) -> Floats:
        """The factor for each article: one half for each half-life that it is older than the newest."""
        published = self._reader.columns.published
        dated = (published != UNDATED) & self._reader.columns.alive
        factors = np.full(len(published), 0.5)
        factors[dated] = 0.5 ** ((self._reader.newest - published[dated]) / (half_life * _DAY))
        return factors
