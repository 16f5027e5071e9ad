"""The scores of one plan as they grow, word by word: of whole articles first, of passages only for the
candidates.

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
from khabar.ranking.occurrences import Occurrences
from khabar.ranking.term_scoring import ScoredTerm, TermScorer

__all__ = ["Accumulators", "Part"]

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
        parts: for each leaf what it adds to the articles whose passages were scored; None for nothing.
        article_scores: for each article of the index the score of the whole article.
    """

    def __init__(self, columns: Columns, ranking: Ranking, leaves: int) -> None:
        self._columns = columns
        self._ranking = ranking
        self.parts: list[Part | None] = [None] * leaves
        self.article_scores: Floats = np.zeros(len(columns.alive))
        #: the articles whose passages were scored last, in order; where their scores begin; and the scores
        self._scored: Ints = np.empty(0, np.int64)
        self._begins: Ints = np.empty(0, np.int64)
        self._passage_scores: Floats = np.empty(0)

    def best(
        self,
        scorer: TermScorer,
        occurrences: Sequence[Occurrences],
        weights: Sequence[float],
        matching: Bools,
        number: int | None,
    ) -> Ints:
        """Score whole articles. Gives those that can be among the best, in order of indexing: all that tie
        with the last of them too, perhaps some more.

        Args:
            scorer: scores the words.
            occurrences: for each leaf where it stands.
            weights: for each leaf by what its scores are multiplied; 0 for one that adds nothing.
            matching: for each article of the index whether it matches.
            number: number of articles that are looked for; None for all.
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
            most = max(_BATCH, done) if number is not None and remaining > _BATCH else remaining
            batch: list[int] = []
            size = 0
            while left and (not batch or size + len(occurrences[left[0]].passages) <= most):
                size += len(occurrences[left[0]].passages)
                batch.append(left.pop(0))
            done += size
            for leaf in batch:
                articles, scores = scorer.article_scores(occurrences[leaf], self._ranking, hopeful)
                # No article twice: the same as indexing and adding, in half the time.
                np.add.at(self.article_scores, articles, weights[leaf] * scores)
            if left and number is not None:
                rest = (self._ranking.article_k1 + 1) * sum(weights[leaf] for leaf in left)
                hopeful = self._hopeful(hopeful, matching, number, rest)
        return np.flatnonzero(matching) if hopeful is None else hopeful

    def _hopeful(self, hopeful: Ints | None, matching: Bools, number: int, rest: float) -> Ints | None:
        """The articles that can still be among the best if other words add up to ``rest`` to each (no BM25
        score reaches ``k1 + 1``); None if it can be any."""
        candidates = np.flatnonzero(matching & (self.article_scores > 0)) if hopeful is None else hopeful
        if len(candidates) < number:
            return hopeful
        scores = self.article_scores[candidates]
        # Other words only add to a score, so that the last of the best is at least this good.
        least = float(np.partition(scores, len(scores) - number)[len(scores) - number])
        least -= abs(least) * _ROUNDING
        if hopeful is None and rest >= least:
            return None
        return candidates[scores + rest >= least]

    def score(
        self,
        scorer: TermScorer,
        occurrences: Sequence[Occurrences],
        weights: Sequence[float],
        articles: Ints | None = None,
    ) -> Floats:
        """The scores of some articles, which are in order, or of all; from here on their passages are known.

        Args:
            scorer, weights: as for :meth:`best`.
            occurrences: for each leaf where it stands in these articles.
            articles: which. Default: every article of the index.
        """
        leaves = [leaf for leaf, weight in enumerate(weights) if weight]
        terms = scorer.scores([occurrences[leaf] for leaf in leaves], self._ranking)
        self.article_scores = np.zeros(len(self._columns.alive))
        for leaf, term in zip(leaves, terms, strict=True):
            self.parts[leaf] = Part(term, weights[leaf])
            np.add.at(self.article_scores, term.articles, weights[leaf] * term.article_scores)
        return self._scores(np.arange(len(self._columns.alive)) if articles is None else articles)

    def _scores(self, articles: Ints) -> Floats:
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
            scores += self.beside()
            scores += np.maximum.reduceat(passage_scores, self._begins)
        return scores

    def settle(self) -> None:
        """Let go what only serves to score: what is known of the articles that were scored last stays."""
        self.article_scores = self.article_scores[:0].copy()

    @property
    def arrays(self) -> list[Ints]:
        """What takes memory."""
        terms = [part.term for part in self.parts if part is not None]
        of_terms = [getattr(term, name) for term in terms for name in term.__struct_fields__]
        return [self.article_scores, self._scored, self._begins, self._passage_scores, *of_terms]

    def beside(self) -> Floats:
        """What title and beginning add to the scores of the articles that were scored last."""
        scores: Floats = self._ranking.title * self._passage_scores[self._begins]
        several = np.flatnonzero(self._columns.sizes[self._scored] > 1)
        scores[several] += self._ranking.lead * self._passage_scores[self._begins[several] + 1]
        return scores

    def passage_scores(self, article: int) -> Floats:
        """The score of each passage of an article, one of those scored last."""
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
