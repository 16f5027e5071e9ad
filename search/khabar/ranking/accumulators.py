"""The scores of a plan, which grow word by word: of whole articles first, of passages only for candidates.

If only the best articles are needed, rare words are scored first and everywhere. As soon as the remaining
words cannot bring an article without a rare word among the best (MaxScore: Turtle and Flood, "Query
Evaluation: Strategies and Optimizations", *Information Processing & Management* 31, 1995), they are scored
only for the articles that can still be among them. So the longest posting lists are read but not scored, with
the same result.
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

#: The maximum rounding error of a sum, relative to it.
_ROUNDING = 1e-9
#: If fewer than one of this number of articles is scored, its passages are looked up among those of a word.
_FEW = 8
#: The number of postings to score before it pays to determine which articles can still be among the best.
_BATCH = 24_000


class Part(msgspec.Struct, frozen=True):
    """The contribution of a leaf: the scores of its term, times a weight."""

    term: ScoredTerm
    weight: float


class Accumulators:
    """The scores of a plan.

    Attributes:
        parts: the contribution of each leaf to the articles whose passages were scored; None for nothing.
        article_scores: the score of each article of the index as a whole.
    """

    def __init__(self, columns: Columns, ranking: Ranking, leaves: int) -> None:
        self._columns = columns
        self._ranking = ranking
        self.parts: list[Part | None] = [None] * leaves
        self.article_scores: Floats = np.zeros(len(columns.alive))
        #: the articles whose passages were scored last, in order; the start of each one's scores; the scores
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
        """Score whole articles.

        Args:
            scorer: scores the words.
            occurrences: the occurrences of each leaf.
            weights: the factor for the scores of each leaf; 0 for one that adds nothing.
            matching: whether each article of the index matches.
            number: the number of best articles needed; None for all.

        Returns:
            The articles that can be among the best, in order of indexing, including all that tie with the
            last of them and perhaps some more.
        """
        left = sorted(
            (leaf for leaf, weight in enumerate(weights) if weight),
            key=lambda leaf: (len(occurrences[leaf].passages), leaf),
        )
        #: the articles that can be among the best; None while any matching one can
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
                # No article occurs twice: the same as indexing and adding, in half the time.
                np.add.at(self.article_scores, articles, weights[leaf] * scores)
            if left and number is not None:
                rest = (self._ranking.article_k1 + 1) * sum(weights[leaf] for leaf in left)
                hopeful = self._hopeful(hopeful, matching, number, rest)
        return np.flatnonzero(matching) if hopeful is None else hopeful

    def _hopeful(self, hopeful: Ints | None, matching: Bools, number: int, rest: float) -> Ints | None:
        """The articles that can still be among the best if the other words add less than ``rest`` to each (no
        BM25 score reaches ``k1 + 1``); None if any matching article can."""
        if hopeful is None and rest >= self.article_scores.max(initial=0.0):
            return None
        candidates = np.flatnonzero(matching & (self.article_scores > 0)) if hopeful is None else hopeful
        if len(candidates) < number:
            return hopeful
        scores = self.article_scores[candidates]
        # Other words only add to a score, so the last of the best will have at least this score.
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
        """Score some articles with their passages, for the other methods.

        Args:
            scorer, weights: as for :meth:`best`.
            occurrences: the occurrences of each leaf in these articles.
            articles: the articles, sorted. Default: every article of the index.

        Returns:
            The score of each article.
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
                # Convert the passage numbers of the index to places in ``passage_scores``.
                at = part.term.passages[places] + (self._begins - heads)[owners]
                passage_scores[at] += part.weight * part.term.passage_scores[places]
        self._passage_scores = passage_scores
        scores: Floats = self._ranking.article * self.article_scores[articles]
        if len(articles):
            scores += self.beside()
            scores += np.maximum.reduceat(passage_scores, self._begins)
        return scores

    def settle(self) -> None:
        """Release what is needed only for scoring; the articles that were scored last stay."""
        self.article_scores = self.article_scores[:0].copy()

    @property
    def arrays(self) -> list[Ints]:
        """The arrays that take memory."""
        terms = [part.term for part in self.parts if part is not None]
        of_terms = [getattr(term, name) for term in terms for name in term.__struct_fields__]
        return [self.article_scores, self._scored, self._begins, self._passage_scores, *of_terms]

    def beside(self) -> Floats:
        """The contributions of title and first paragraph to the articles that were scored last."""
        scores: Floats = self._ranking.title * self._passage_scores[self._begins]
        several = np.flatnonzero(self._columns.sizes[self._scored] > 1)
        scores[several] += self._ranking.lead * self._passage_scores[self._begins[several] + 1]
        return scores

    def passage_scores(self, article: int) -> Floats:
        """The score of each passage of one of the articles that were scored last."""
        at = int(np.searchsorted(self._scored, article))
        end = len(self._passage_scores) if at + 1 == len(self._begins) else int(self._begins[at + 1])
        return self._passage_scores[int(self._begins[at]) : end]

    def passages(self) -> tuple[Ints, Floats, Ints]:
        """The passages of the articles that were scored last, their scores, and the places of the titles."""
        columns = self._columns
        numbers = ranges(columns.heads[self._scored], columns.sizes[self._scored])
        return numbers, self._passage_scores, self._begins

    def matching_passages(self, articles: Ints) -> Ints:
        """The passages of some articles that make them a match, in order."""
        matching = [np.empty(0, np.int32)]
        order = np.sort(articles)
        for part in self.parts:
            if part is not None:
                passages = part.term.matching_passages
                matching.append(passages[self._places(passages, order)[0]])
        return distinct(np.concatenate(matching))

    def _places(self, passages: Ints, articles: Ints) -> tuple[Ints, Ints]:
        """The places in some sorted passages of those of some sorted articles, and for each the place of its
        article."""
        if len(articles) * _FEW > len(self._columns.alive):
            place_of = np.full(len(self._columns.alive), -1)
            place_of[articles] = np.arange(len(articles))
            owners = place_of[self._columns.article_of[passages]]
            places = np.flatnonzero(owners >= 0)
            return places, owners[places]
        # With another type, numpy would convert a copy of all passages.
        begins = np.searchsorted(passages, self._columns.heads[articles].astype(passages.dtype))
        ends = np.searchsorted(passages, self._columns.ends[articles].astype(passages.dtype))
        return ranges(begins, ends - begins), np.repeat(np.arange(len(articles)), ends - begins)
