"""The scores of one plan as they grow, word by word: of articles for every word, of passages only where they
can matter.

Where only the best articles are looked for, rare words are scored first and everywhere. As soon as the words
that are left cannot bring an article without a rare word among the best (MaxScore: Turtle and Flood, "Query
Evaluation: Strategies and Optimizations", *Information Processing & Management* 31, 1995), they are scored
only for the articles that can still be there. The longest posting lists are then read but not scored, and the
result is the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from khabar.index.columns import Bools, Columns, Floats, Ints, distinct, ranges
from khabar.index.ranking import Ranking
from khabar.index.term_scoring import Occurrences, ScoredTerm, TermScorer

__all__ = ["Accumulators", "Part"]

#: How many times as many articles as are wanted have their passages scored first, to see which score is among
#: the best.
_FIRST = 3
#: What rounding can do to a sum, as a share of it.
_ROUNDING = 1e-9
#: Where fewer than one of this number of articles is scored, its passages are looked up among a word's.
_FEW = 8
#: Postings that are scored before it pays to look at which articles can still be among the best.
_BATCH = 24_000


class Part(msgspec.Struct, frozen=True):
    """What a leaf adds to the scores: those of its term, times a weight."""

    term: ScoredTerm
    weight: float


class Accumulators:
    """The scores of one plan.

    Attributes:
        parts: for each leaf what it adds; None for nothing.
        article_scores: for each article of the index the score of the whole article.
    """

    def __init__(self, columns: Columns, ranking: Ranking, leaves: int) -> None:
        self._columns = columns
        self._ranking = ranking
        self.parts: list[Part | None] = [None] * leaves
        self.article_scores: Floats = np.zeros(len(columns.alive))
        #: for each article what its passages can add to its score at most
        self._most: Floats = np.zeros(len(columns.alive))
        #: the articles whose passages were scored last, in order; where their scores begin; and the scores
        self._scored: Ints = np.empty(0, np.int64)
        self._begins: Ints = np.empty(0, np.int64)
        self._passage_scores: Floats = np.empty(0)

    def add(self, leaf: int, term: ScoredTerm, weight: float) -> None:
        """Take in what a leaf adds."""
        self.parts[leaf] = Part(term, weight)
        # No article twice: the same as indexing and adding, in half the time.
        np.add.at(self.article_scores, term.articles, weight * term.article_scores)
        np.add.at(self._most, term.articles, weight * term.most)

    def add_all(
        self,
        scorer: TermScorer,
        occurrences: Sequence[Occurrences],
        weights: Sequence[float],
        among: Ints | None = None,
    ) -> None:
        """Take in what every leaf adds to every article, or to those ``among`` them; arguments as of
        :meth:`best`."""
        leaves = [leaf for leaf, weight in enumerate(weights) if weight]
        terms = scorer.scores([occurrences[leaf] for leaf in leaves], self._ranking, among)
        for leaf, term in zip(leaves, terms, strict=True):
            self.add(leaf, term, weights[leaf])

    def best(
        self,
        scorer: TermScorer,
        occurrences: Sequence[Occurrences],
        weights: Sequence[float],
        matching: Bools,
        number: int,
    ) -> tuple[Ints, Floats]:
        """The best matching articles, perhaps with some more, and the score of each.

        Args:
            scorer: scores the words.
            occurrences: for each leaf where it stands.
            weights: for each leaf by what its scores are multiplied; 0 for one that adds nothing.
            matching: for each article of the index whether it matches.
            number: number of articles that are looked for. All that tie with the last of them are given too.
        """
        left = sorted(
            (leaf for leaf, weight in enumerate(weights) if weight),
            key=lambda leaf: (len(occurrences[leaf].passages), leaf),
        )
        #: the articles that can be among the best; None while any that matches can
        hopeful: Ints | None = None
        done = 0
        while left:
            remaining = sum(len(occurrences[leaf].passages) for leaf in left)
            most = max(_BATCH, done) if remaining > _BATCH else remaining
            batch: list[int] = []
            size = 0
            while left and (not batch or size + len(occurrences[left[0]].passages) <= most):
                size += len(occurrences[left[0]].passages)
                batch.append(left.pop(0))
            done += size
            terms = scorer.scores([occurrences[leaf] for leaf in batch], self._ranking, hopeful)
            for leaf, term in zip(batch, terms, strict=True):
                self.add(leaf, term, weights[leaf])
            if left:
                rest = _limit(self._ranking) * sum(weights[leaf] for leaf in left)
                hopeful = self._hopeful(hopeful, matching, number, rest)
        return self._best(np.flatnonzero(matching) if hopeful is None else hopeful, number)

    def _hopeful(self, hopeful: Ints | None, matching: Bools, number: int, rest: float) -> Ints | None:
        """The articles that can still be among the best if other words add up to ``rest`` to each; None if it
        can be any."""
        candidates = np.flatnonzero(matching & (self._most > 0)) if hopeful is None else hopeful
        if len(candidates) < number:
            return hopeful
        limits = self._limits(candidates)
        # Other words only add to a score, so that the last of the best is at least this good.
        least = self._least(candidates, limits, number)[0]
        if hopeful is None and rest >= least:
            return None
        return candidates[limits + rest >= least]

    def _best(self, candidates: Ints, number: int) -> tuple[Ints, Floats]:
        """Those of the candidates that can be among the best, at least ``number`` if there are as many, and
        their scores."""
        if number * _FIRST * _FEW > len(candidates):
            return candidates, self.score(candidates)
        limits = self._limits(candidates)
        least, chosen, scores = self._least(candidates, limits, number)
        hopeful = candidates[limits >= least]
        return (chosen, scores) if len(hopeful) <= len(chosen) else (hopeful, self.score(hopeful))

    def _limits(self, articles: Ints) -> Floats:
        """What the scores of some articles are at most, as far as words were added."""
        limits: Floats = self._ranking.article * self.article_scores[articles] + self._most[articles]
        return limits

    def _least(self, candidates: Ints, limits: Floats, number: int) -> tuple[float, Ints, Floats]:
        """A score that as many of the candidates as are looked for reach; and the most promising of them with
        their scores."""
        first = min(number * _FIRST, len(candidates))
        order = np.argpartition(limits, len(limits) - first)
        chosen = candidates[np.sort(order[-first:])]
        scores = self.score(chosen)
        least = float(np.partition(scores, first - number)[first - number])
        return least - abs(least) * _ROUNDING, chosen, scores

    def score(self, articles: Ints) -> Floats:
        """The scores of some articles, which are in order; from here on the passages of these are known."""
        columns = self._columns
        heads = columns.heads[articles]
        sizes = columns.ends[articles] - heads
        ends = np.cumsum(sizes)
        self._scored, self._begins = articles, ends - sizes
        passage_scores = np.zeros(int(ends[-1]) if len(ends) else 0)
        for part in self.parts:
            if part is not None:
                places, owners = self._places(part.term.passages, articles)
                # Passages by their number in the index become places among those of these articles.
                at = part.term.passages[places] + (self._begins - heads)[owners]
                passage_scores[at] += part.weight * part.term.passage_scores[places]
        self._passage_scores = passage_scores
        scores: Floats = self._ranking.article * self.article_scores[articles]
        if len(articles):
            scores += self._ranking.title * passage_scores[self._begins]
            scores += np.maximum.reduceat(passage_scores, self._begins)
        return scores

    def passage_scores(self, article: int) -> Floats:
        """The score of each passage of an article that was scored last."""
        at = int(np.searchsorted(self._scored, article))
        end = len(self._passage_scores) if at + 1 == len(self._begins) else int(self._begins[at + 1])
        return self._passage_scores[int(self._begins[at]) : end]

    def passages(self) -> tuple[Ints, Floats, Ints]:
        """The passages of the articles that were scored last, the score of each, and the places of the titles
        among them."""
        columns = self._columns
        numbers = ranges(columns.heads[self._scored], columns.sizes[self._scored])
        return numbers, self._passage_scores, self._begins

    def matching_passages(self, articles: Ints) -> Ints:
        """The passages of some articles that make them a match, in order."""
        found = [np.empty(0, np.int32)]
        order = np.sort(articles)
        for part in self.parts:
            if part is not None:
                passages = part.term.matching_passages
                found.append(passages[self._places(passages, order)[0]])
        return distinct(np.concatenate(found))

    def _places(self, passages: Ints, articles: Ints) -> tuple[Ints, Ints]:
        """Where the passages of some articles are among others, both in order; and of each the place of its
        article."""
        if len(articles) * _FEW > len(self._columns.alive):
            place_of = np.full(len(self._columns.alive), -1)
            place_of[articles] = np.arange(len(articles))
            owners = place_of[self._columns.article_of[passages]]
            places = np.flatnonzero(owners >= 0)
            return places, owners[places]
        # Of another type they would have all passages copied to theirs.
        begins = np.searchsorted(passages, self._columns.heads[articles].astype(passages.dtype))
        ends = np.searchsorted(passages, self._columns.ends[articles].astype(passages.dtype))
        return ranges(begins, ends - begins), np.repeat(np.arange(len(articles)), ends - begins)


def _limit(ranking: Ranking) -> float:
    """What a term scores in an article at most, before weight and idf: no BM25 score reaches ``k1 + 1``."""
    return ranking.article * (ranking.article_k1 + 1) + (1 + ranking.title) * (ranking.k1 + 1)
