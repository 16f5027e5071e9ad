"""The scores of one plan: of articles as the words come in, of paragraphs only where they can matter.

What a word can add to an article at most is known (:attr:`khabar.index.term_scoring.ScoredTerm.most`). Where only the best
articles are asked for, the paragraphs of those that cannot be among them are never looked at.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from khabar.index.columns import Bools, Columns, Floats, Ints, ranges
from khabar.index.ranking import Ranking
from khabar.index.term_scoring import ScoredTerm

__all__ = ["Accumulators", "Part"]

#: So many times as many articles as are wanted are scored to see from what score on another can be among the best.
_FIRST = 3
#: What rounding can do to a sum, as a share of it.
_ROUNDING = 1e-9
#: Where fewer than one of so many articles is wanted, its passages are looked up among all.
_FEW = 8


class Part(msgspec.Struct, frozen=True):
    """What a leaf adds to the scores: so many times those of its word."""

    word: ScoredTerm
    weight: float


class Accumulators:
    """The scores of one plan as they grow, leaf by leaf.

    Attributes:
        parts: for each leaf what it adds; None for nothing.
        idf: for each leaf how rare it is.
        passage_scores: of each passage its score; of those alone that :meth:`score` was asked for last.
        article_scores: of each article the score as a whole.
        scores: of each article its score in all, where it was wanted, and what its age made of it.
        recency: what the scores were multiplied by, if that was asked for.
    """

    def __init__(self, columns: Columns, ranking: Ranking) -> None:
        self._columns = columns
        self._ranking = ranking
        self.parts: list[Part | None] = []
        self.idf: list[float] = []
        self.passage_scores: Floats = np.empty(0)
        self.article_scores: Floats = np.zeros(len(columns.alive))
        #: of each article what its passages can add to its score at most
        self._most: Floats = np.zeros(len(columns.alive))
        self.scores: Floats = self.article_scores
        self.recency: Floats | None = None

    def add(self, part: Part | None, idf: float) -> None:
        """Take in the next leaf."""
        self.parts.append(part)
        self.idf.append(idf)
        if part is not None:
            word = part.word
            # No article twice: the same as indexing and adding, in half the time.
            np.add.at(self.article_scores, word.articles, part.weight * word.article_scores)
            np.add.at(self._most, word.articles, part.weight * word.most)

    def best(self, candidates: Ints, count: int) -> tuple[Ints, Floats]:
        """Those of the candidates that can be among the best so many, at least these, and the scores of each."""
        first = count * _FIRST
        if first * _FEW > len(candidates):
            return candidates, self.score(candidates)
        limits = self._ranking.article * self.article_scores[candidates] + self._most[candidates]
        order = np.argpartition(limits, len(limits) - first)
        chosen = candidates[np.sort(order[-first:])]
        scores = self.score(chosen)
        least = np.partition(scores, first - count)[first - count]
        hopeful = candidates[limits >= least - abs(least) * _ROUNDING]
        return (chosen, scores) if len(hopeful) <= first else (hopeful, self.score(hopeful))

    def score(self, articles: Ints) -> Floats:
        """The scores of some articles; from here on only those of their passages are known."""
        self.passage_scores = np.zeros(self._columns.passages)
        for part in self.parts:
            if part is not None:
                places = self._places(part.word.passages, articles)
                passages = part.word.passages[places]
                np.add.at(self.passage_scores, passages, part.weight * part.word.passage_scores[places])
        ranking, heads = self._ranking, self._columns.heads[articles]
        scores: Floats = (
            ranking.article * self.article_scores[articles] + ranking.title * self.passage_scores[heads]
        )
        scores += self._best_passages(articles)
        return scores

    def _best_passages(self, articles: Ints) -> Floats:
        """Of some articles the score of the best passage."""
        heads = self._columns.heads
        result: Floats
        if len(articles) * 3 > len(heads):
            result = np.maximum.reduceat(self.passage_scores, heads)[articles]
            return result
        if not len(articles):
            return np.empty(0)
        begins = heads[articles]
        sizes = self._columns.ends[articles] - begins
        result = np.maximum.reduceat(self.passage_scores[ranges(begins, sizes)], np.cumsum(sizes) - sizes)
        return result

    def matching_passages(self, articles: Ints) -> Bools:
        """Which passages make their article a match; known of these articles alone."""
        matching = np.zeros(self._columns.passages, bool)
        for part in self.parts:
            if part is not None:
                passages = part.word.matching_passages
                matching[passages[self._places(passages, articles)]] = True
        return matching

    def _places(self, passages: Ints, articles: Ints) -> Any:
        """Where the passages of some articles are among others, in order; all places where that takes no longer."""
        if len(articles) * _FEW > len(self._columns.alive):
            return slice(None)
        # Of another type they would have all passages copied to theirs.
        begins = np.searchsorted(passages, self._columns.heads[articles].astype(passages.dtype))
        ends = np.searchsorted(passages, self._columns.ends[articles].astype(passages.dtype))
        return ranges(begins, ends - begins)
