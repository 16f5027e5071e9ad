"""Exact scores of some articles, from their words: the formula of :class:`~khabar.index.ranking.Ranking`, with numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khabar.index import bm25
from khabar.index.ranking import Ranking
from khabar.index.tantivy_engine.phrases import phrase_counts
from khabar.index.tantivy_engine.resolved import Resolved
from khabar.index.tantivy_engine.words import Texts

__all__ = ["Averages", "Scored", "Scorer"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Averages:
    """Lengths over the whole index, in words."""

    unit: float
    article: float


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of some articles.

    Attributes:
        articles: of each its score.
        units, matches: of each unit its score, and whether it matches.
        heads: of each article its title's place among the units.
        unit_parts, article_parts: of each clause what it adds to the scores of units and of whole articles; None if nothing.
    """

    articles: Floats
    units: Floats
    matches: NDArray[np.bool_]
    heads: NDArray[np.int64]
    unit_parts: list[Floats | None]
    article_parts: list[Floats | None]

    def best(self, place: int) -> tuple[int, int]:
        """Of an article the paragraph that matches best, 0 if only the title matches, and how many others match."""
        head, end = self._span(place)
        matches = self.matches[head + 1 : end]
        count = int(matches.sum())
        if not count:
            return 0, 0
        # A reader sees the title anyway: a paragraph is shown whenever one matches.
        return int(np.where(matches, self.units[head + 1 : end], -1.0).argmax()) + 1, count - 1

    def shares(self, place: int, ranking: Ranking) -> tuple[float, ...]:
        """What each clause adds to an article's score."""
        head, end = self._span(place)
        best = head + int(self.units[head:end].argmax())
        return tuple(
            0.0
            if of_units is None or of_articles is None
            else float(of_units[best] + ranking.article * of_articles[place] + ranking.title * of_units[head])
            for of_units, of_articles in zip(self.unit_parts, self.article_parts, strict=True)
        )

    def _span(self, place: int) -> tuple[int, int]:
        end = int(self.heads[place + 1]) if place + 1 < len(self.heads) else len(self.units)
        return int(self.heads[place]), end


class Scorer:
    """Scores articles for one plan."""

    def __init__(
        self, clauses: Sequence[Resolved], ranking: Ranking, averages: Averages, vocabulary: int
    ) -> None:
        self._clauses = clauses
        self._ranking = ranking
        self._averages = averages
        words = [clause for clause in clauses if clause.scores]
        numbers = (
            np.unique(np.concatenate([clause.numbers for clause in words]))
            if words
            else np.empty(0, np.int64)
        )
        #: of each word of the index its place among those of the plan, from 1
        self._slots = np.zeros(vocabulary, np.int16 if len(numbers) < 2**15 else np.int32)
        self._slots[numbers] = np.arange(1, len(numbers) + 1)
        self._asked = self._slots.astype(bool)
        self._matching = np.zeros(len(numbers) + 1, bool)
        self._weights: list[Floats] = []
        for clause in clauses:
            weights = np.zeros(len(numbers) + 1)
            if clause.scores:
                slots = self._slots[clause.numbers].astype(np.int64)
                # A term may stand among the forms of a clause more than once.
                np.add.at(weights, slots, clause.weights)
                self._matching[slots[clause.matches]] = True
            self._weights.append(weights)

    def score(self, texts: Texts) -> Scored:
        """The scores of some articles, all of which match the plan."""
        ranking = self._ranking
        units = len(texts.lengths)
        # A word that has no number is damage, and raises IndexError.
        hits = np.flatnonzero(self._asked[texts.numbers])
        slots = self._slots[texts.numbers[hits]]
        hit_units = texts.unit_of[hits]
        matches = np.zeros(units, bool)
        matches[hit_units[self._matching[slots]]] = True
        unit_norms = _norms(texts.lengths, self._averages.unit, ranking.k1, ranking.b)
        article_lengths = np.add.reduceat(texts.lengths, texts.heads)
        article_norms = _norms(article_lengths, self._averages.article, ranking.article_k1, ranking.article_b)
        in_article = np.ones(units)
        in_article[texts.heads] = ranking.title_occurrence
        unit_scores = np.zeros(units)
        article_scores = np.zeros(len(texts.heads))
        unit_parts: list[Floats | None] = []
        article_parts: list[Floats | None] = []
        for clause, weights in zip(self._clauses, self._weights, strict=True):
            if not clause.scores:
                unit_parts.append(None)
                article_parts.append(None)
                continue
            if clause.phrase is None:
                occurrences = np.bincount(hit_units, weights[slots], minlength=units).astype(np.float64)
            else:
                occurrences = np.zeros(units)
                found, counts = phrase_counts(texts, clause.phrase.places)
                occurrences[found] = counts * clause.full
                matches[found] = True
            summed = np.bincount(
                texts.article_of, occurrences * in_article, minlength=len(texts.heads)
            ).astype(np.float64)
            of_units = bm25.scores(occurrences, unit_norms, ranking.k1, clause.worth)
            of_articles = bm25.scores(summed, article_norms, ranking.article_k1, clause.worth)
            unit_scores += of_units
            article_scores += of_articles
            unit_parts.append(of_units)
            article_parts.append(of_articles)
        scores = (
            np.maximum.reduceat(unit_scores, texts.heads)
            + ranking.article * article_scores
            + ranking.title * unit_scores[texts.heads]
        )
        return Scored(scores, unit_scores, matches, texts.heads, unit_parts, article_parts)


def _norms(lengths: NDArray[np.int64], average: float, k1: float, b: float) -> Floats:
    """As :func:`khabar.index.bm25.length_norms`, by the average of the whole index."""
    if average == 0:
        return np.full(len(lengths), k1)
    norms: Floats = k1 * (1 - b + b * (lengths / average))
    return norms
