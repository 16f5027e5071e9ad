"""Scores terms: computes the BM25 scores of passages and articles for a query word, without its idf and
weight.

Whole articles are scored word by word, all of them or those that can still be among the best; passages are
scored in the candidates only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from khabar.caching import Kept
from khabar.index import bm25
from khabar.index.columns import Bools, Floats, Ints, distinct, firsts
from khabar.index.engine import Reader
from khabar.index.ranking import Ranking
from khabar.ranking.occurrences import ENTRY, Occurrences

__all__ = ["ScoredTerm", "TermScorer"]


#: The bytes of cached scores of words, 16 for each article.
KEPT_SCORES = 64_000_000
#: With fewer postings of a word than one for this many articles of the index, its articles are sorted;
#: otherwise they are marked in an array as long as the index.
_SPARSE = 64
#: Postings that are scored together; their arrays take some 100 bytes for each.
_AT_ONCE = 1_000_000


class ScoredTerm(msgspec.Struct, frozen=True):
    """The scores of a query word or phrase, in all articles or some, without its idf and weight.

    Attributes:
        passages: the passages that contain it, in order.
        passage_scores: the BM25 score of each.
        matching_passages: the passages that it makes match, in order.
        articles: the articles that contain it, in order.
        article_scores: the BM25 score of each as a whole, with a higher weight for occurrences in the title.
    """

    passages: Ints
    passage_scores: Floats
    matching_passages: Ints
    articles: Ints
    article_scores: Floats


class _WholeScores(NamedTuple):
    """The scores of a word in whole articles, without its idf and weight.

    Attributes:
        articles: the articles that contain it, in order.
        scores: the score of each.
    """

    articles: Ints
    scores: Floats


class TermScorer:
    """Scores the words of a reader's index. Safe to share between threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._scores: Kept[_WholeScores] = Kept(KEPT_SCORES)
        self._kept_norms: dict[tuple[float, ...], tuple[Floats, Floats]] = {}

    def article_scores(
        self, occurrences: Occurrences, ranking: Ranking, among: Ints | None = None
    ) -> _WholeScores:
        """Score a word in whole articles; ``among``: the articles to score, sorted. Default: all."""
        key = _score_key(occurrences, ranking)
        # Cached scores are those of all articles, and serve for some too.
        kept = self._scores.get(key)
        if kept is None:
            kept = self._of_articles(occurrences if among is None else occurrences.among(among), ranking)
            if among is None:
                size = ENTRY + kept.articles.nbytes + kept.scores.nbytes
                self._scores.put(key, kept, size, occurrences.source)
        return kept

    def _of_articles(self, occurrences: Occurrences, ranking: Ranking) -> _WholeScores:
        columns = self._reader.columns
        weighed: Floats = occurrences.counts * occurrences.weights[occurrences.forms]
        weighed[columns.in_title[occurrences.passages]] *= ranking.title_occurrence
        total = len(columns.alive)
        # Both branches add up the occurrences of an article in the same order: the sums are equal to the last
        # bit, however many articles are scored.
        if len(weighed) * _SPARSE > total:
            summed = np.bincount(occurrences.articles, weighed, minlength=total)
            there = np.zeros(total, bool)
            there[occurrences.articles] = True
            articles = np.flatnonzero(there)
            summed = summed[articles]
        else:
            articles = distinct(occurrences.articles)
            summed = np.bincount(np.searchsorted(articles, occurrences.articles), weighed, len(articles))
        norms = self._norms(ranking)[1][articles]
        scores = bm25.scores(np.asarray(summed, np.float64), norms, ranking.article_k1)
        return _WholeScores(articles.astype(np.int32), scores)

    def scores(self, occurrences: Sequence[Occurrences], ranking: Ranking) -> list[ScoredTerm]:
        """Score some words in the passages and articles that contain them."""
        result: list[ScoredTerm] = []
        together: list[Occurrences] = []
        rows = 0
        for each in occurrences:
            if together and rows + len(each.passages) > _AT_ONCE:
                result += self._score(together, ranking)
                together, rows = [], 0
            together.append(each)
            rows += len(each.passages)
        return result + self._score(together, ranking) if together else result

    def _score(self, occurrences: Sequence[Occurrences], ranking: Ranking) -> list[ScoredTerm]:
        """Score several words together: one sort puts all rows in order of word and passage."""
        owners = np.repeat(np.arange(len(occurrences)), [len(each.passages) for each in occurrences])
        passages = np.concatenate([each.passages for each in occurrences])
        weighed = np.concatenate([each.counts * each.weights[each.forms] for each in occurrences])
        # Word, passage, whether the form makes no match, and row in one number: the first row of a passage
        # then shows whether any form makes a match.
        row_bits, passage_bits = len(passages).bit_length() + 1, self._reader.columns.passages.bit_length()
        keys = (owners << (passage_bits + row_bits)) + (passages.astype(np.int64) << row_bits)
        keys += np.arange(len(keys))
        begin = 0
        for each in occurrences:
            end = begin + len(each.passages)
            if not each.matches.all():
                keys[begin:end] += (~each.matches).astype(np.int64)[each.forms] << (row_bits - 1)
            begin = end
        # The rows of each form are sorted already, which makes this sort fast.
        keys.sort(kind="stable")
        order = keys & ((1 << (row_bits - 1)) - 1)
        there = keys >> row_bits
        starts = np.flatnonzero(firsts(there))
        there = there[starts]
        matching = keys[starts] >> (row_bits - 1) & 1 == 0
        weighed = weighed[order]
        if len(starts) < len(order):
            weighed = np.add.reduceat(weighed, starts)
        bounds = np.searchsorted(there, np.arange(len(occurrences) + 1) << passage_bits)
        there &= (1 << passage_bits) - 1
        return self._scored(bounds, there, weighed, matching, ranking)

    def _scored(
        self, bounds: Ints, passages: Ints, counts: Floats, matching: Bools, ranking: Ranking
    ) -> list[ScoredTerm]:
        """The scores of words from their weighted occurrences in each passage; ``bounds``: the start of each
        word's passages, and the end of the last."""
        columns = self._reader.columns
        passage_norms, article_norms = self._norms(ranking)
        owners = columns.article_of[passages]
        first = firsts(owners)
        # The last article of one word may be the first of the next.
        first[bounds[:-1][bounds[:-1] < len(owners)]] = True
        starts = np.flatnonzero(first)
        article_bounds = np.searchsorted(starts, bounds)
        articles = owners[starts]
        titles = np.flatnonzero(columns.in_title[passages])
        passage_scores = bm25.scores(counts, passage_norms[columns.length_codes[passages]], ranking.k1)
        weighed = counts.astype(np.float64)
        weighed[titles] *= ranking.title_occurrence
        summed: Floats = np.add.reduceat(weighed, starts) if len(starts) else np.empty(0)
        article_scores = bm25.scores(summed, article_norms[articles], ranking.article_k1)
        passages = passages.astype(np.int32)
        result = []
        for place in range(len(bounds) - 1):
            of_passage = slice(*bounds[place : place + 2].tolist())
            of_article = slice(*article_bounds[place : place + 2].tolist())
            matches = matching[of_passage]
            result.append(
                ScoredTerm(
                    passages[of_passage],
                    passage_scores[of_passage],
                    passages[of_passage] if matches.all() else passages[of_passage][matches],
                    articles[of_article],
                    article_scores[of_article],
                )
            )
        return result

    def _norms(self, ranking: Ranking) -> tuple[Floats, Floats]:
        """The length norms of passages, by their length codes, and of all articles."""
        key = (ranking.k1, ranking.b, ranking.article_k1, ranking.article_b)
        norms = self._kept_norms.get(key)
        if norms is None:
            norms = self._make_norms(ranking)
            # Only the last few: they are as large as the index.
            self._kept_norms = {**dict(list(self._kept_norms.items())[-3:]), key: norms}
        return norms

    def _make_norms(self, ranking: Ranking) -> tuple[Floats, Floats]:
        totals = self._reader.totals
        passages = bm25.length_norms(bm25.LENGTHS, ranking.k1, ranking.b, totals.words / totals.passages)
        articles = bm25.length_norms(
            self._reader.columns.lengths,
            ranking.article_k1,
            ranking.article_b,
            totals.words / totals.articles,
        )
        return passages, articles


def _score_key(occurrences: Occurrences, ranking: Ranking) -> object:
    """The cache key of a word's scores in whole articles: all that they depend on."""
    constants = (ranking.article_k1, ranking.article_b, ranking.title_occurrence)
    # By identity: a planner gives the same tuple for the same word, and comparing a hundred forms takes
    # longer.
    return id(occurrences.source), occurrences.title, constants
