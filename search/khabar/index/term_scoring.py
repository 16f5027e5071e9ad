"""Scoring terms: a query word's postings as scores, passage by passage, before its rarity and its weight in the query.

They are kept, since queries share words: a word that was asked before costs a search nothing but an addition.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import msgspec
import numpy as np

from khabar.index import bm25
from khabar.index.columns import Bools, Floats, Ints, distinct, firsts
from khabar.index.engine import Reader
from khabar.index.phrases import count_phrases
from khabar.index.plan import Leaf, PhraseClause, WordClause
from khabar.index.ranking import Ranking

__all__ = ["ScoredTerm", "TermScorer"]


#: Bytes of weighed words that are kept, 27 for each posting: enough for the words of some 400 headlines on 30,000 articles. To
#: weigh a word anew takes 2 ms.
KEPT_BYTES = 192_000_000
#: Words are read together while there are fewer than so many, times the index's passages: a word stands in some 2 % of them.
_AT_ONCE = 8_000_000
#: Bytes of words that were only counted and are kept, 4 for each article that has one.
_COUNTED_BYTES = 32_000_000
#: So few forms are compared by value.
_FEW = 3


class ScoredTerm(msgspec.Struct, frozen=True):
    """A query word or phrase on this index.

    Attributes:
        forms: what it was made of; held so that its identity stands for it.
        passages: the passages where it stands, in order.
        passage_scores: the BM25 score of each, before the word's weight and rarity.
        matching: the passages where it makes a match; None if those are all.
        articles: the articles where it stands, in order.
        article_scores: the score of each as a whole, likewise; occurrences in the title count several times there.
        most: of each article what its passages can add to its score at most: the score of the best, and the title's share.
        matching_articles: the articles where it makes a match, in order.
        frequency: in how many passages its forms stand, each by its weight up to 1. Passages that hold two forms count twice; an
            exact count ranks no better.
    """

    forms: object
    passages: Ints
    passage_scores: Floats
    matching: Ints | None
    articles: Ints
    article_scores: Floats
    most: Floats
    matching_articles: Ints
    frequency: float

    @property
    def size(self) -> int:
        """The bytes of its arrays."""
        arrays = (self.passages, self.passage_scores, self.articles, self.article_scores, self.most)
        size = sum(array.nbytes for array in arrays)
        if self.matching is not None:
            size += self.matching.nbytes
        return size if self.matching_articles is self.articles else size + self.matching_articles.nbytes

    @property
    def matching_passages(self) -> Ints:
        return self.passages if self.matching is None else self.matching


class CountedTerm(msgspec.Struct, frozen=True):
    """A query word that was only counted.

    Attributes:
        forms, matching_articles: as of :class:`ScoredTerm`.
    """

    forms: object
    matching_articles: Ints


class TermScorer:
    """Scores the words of queries on a reader's index. Safe to share between threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._words: OrderedDict[object, ScoredTerm] = OrderedDict()
        self._counted: OrderedDict[object, CountedTerm] = OrderedDict()
        self._counted_size = 0
        self._words_size = 0
        self._kept_norms: dict[tuple[float, ...], tuple[Floats, Floats]] = {}
        self._lock = threading.Lock()

    def live(self, passages: Ints, counts: Ints, terms: Ints) -> tuple[Ints, Ints, Ints]:
        """Postings without those of removed articles."""
        if self._reader.columns.all_alive or not len(passages):
            return passages, counts, terms
        alive = self._reader.columns.alive_passages[passages]
        return passages[alive], counts[alive], terms[alive]

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

    def words(self, leaves: Sequence[Leaf], ranking: Ranking) -> list[ScoredTerm]:
        """Where each of some leaves stands; kept, since queries share words. Those that are not kept are read together: at
        the size of most indexes a word costs less than the calls that read it."""
        keys = [_key(leaf, ranking) for leaf in leaves]
        found: dict[object, ScoredTerm] = {}
        missing: dict[object, WordClause] = {}
        with self._lock:
            for key in keys:
                kept = self._words.get(key)
                if kept is not None:
                    self._words.move_to_end(key)
                    found[key] = kept
        for key, leaf in zip(keys, leaves, strict=True):
            if key in found or key in missing:
                continue
            if isinstance(leaf, WordClause):
                missing[key] = leaf
            else:
                found[key] = self._keep(key, self._phrase(leaf, ranking))
        left = list(missing.items())
        size = max(1, _AT_ONCE // max(1, self._reader.columns.passages))
        for begin in range(0, len(left), size):
            some = left[begin : begin + size]
            clauses = [clause for _, clause in some]
            for (key, _), word in zip(some, self._read_words(clauses, ranking), strict=True):
                found[key] = self._keep(key, word)
        return [found[key] for key in keys]

    def articles(self, leaves: Sequence[Leaf], ranking: Ranking) -> list[Ints]:
        """The articles where each of some leaves makes a match, in order. Nothing is weighed for it."""
        result: list[Ints] = [np.empty(0, np.int32)] * len(leaves)
        missing: list[tuple[int, WordClause]] = []
        for place, leaf in enumerate(leaves):
            if not isinstance(leaf, WordClause):
                result[place] = self.words([leaf], ranking)[0].matching_articles
                continue
            with self._lock:
                kept = self._words.get(_key(leaf, ranking)) or self._counted.get((id(leaf.forms), leaf.title))
            if kept is None:
                missing.append((place, leaf))
            else:
                result[place] = kept.matching_articles
        if missing:
            clauses = [clause for _, clause in missing]
            for (place, clause), articles in zip(missing, self._read_articles(clauses), strict=True):
                result[place] = articles
                key = (id(clause.forms), clause.title)
                with self._lock:
                    if key in self._counted:
                        continue
                    self._counted[key] = CountedTerm(clause.forms, articles)
                    self._counted_size += articles.nbytes
                    while self._counted_size > _COUNTED_BYTES and len(self._counted) > 1:
                        _, oldest = self._counted.popitem(last=False)
                        self._counted_size -= oldest.matching_articles.nbytes
        return result

    def _read_articles(self, clauses: Sequence[WordClause]) -> list[Ints]:
        """The articles where some words make a match, all read at once."""
        columns = self._reader.columns
        forms = [[form.term for form in clause.forms if form.matches] for clause in clauses]
        owners = np.repeat(np.arange(len(clauses)), [len(each) for each in forms])
        passages, _, terms = self.live(*self._reader.postings([name for names in forms for name in names]))
        owners = owners[terms]
        title = np.array([clause.title for clause in clauses], bool)
        if title.any():
            asked = columns.in_title[passages] | ~title[owners]
            passages, owners = passages[asked], owners[asked]
        bits = len(columns.alive).bit_length()
        keys = distinct((owners << bits) | columns.article_of[passages])
        bounds = np.searchsorted(keys, np.arange(1, len(clauses)) << bits)
        # Copies: a word that is kept must not hold the others of its query.
        return [part.astype(np.int32) for part in np.split(keys & ((1 << bits) - 1), bounds)]

    def _keep(self, key: object, word: ScoredTerm) -> ScoredTerm:
        with self._lock:
            if key not in self._words:
                self._words[key] = word
                self._words_size += word.size
                while self._words_size > KEPT_BYTES and len(self._words) > 1:
                    _, oldest = self._words.popitem(last=False)
                    self._words_size -= oldest.size
        return word

    def _read_words(self, clauses: Sequence[WordClause], ranking: Ranking) -> list[ScoredTerm]:
        """Some words at once: all their postings are rows, put in order of the word and the passage by one sort."""
        forms = [form for clause in clauses for form in clause.forms]
        names = [form.term for form in forms]
        weights = np.array([form.weight for form in forms])
        ignored = np.array([not form.matches for form in forms], np.int64)
        owners = np.repeat(np.arange(len(clauses)), [len(clause.forms) for clause in clauses])
        full = np.array([clause.full for clause in clauses])

        passages, counts, terms = self.live(*self._reader.postings(names))
        title = np.array([clause.title for clause in clauses], bool)
        if title.any():
            asked = self._reader.columns.in_title[passages] | ~title[owners[terms]]
            passages, counts, terms = passages[asked], counts[asked], terms[asked]
        held = self._reader.frequencies(names, np.bincount(terms, minlength=len(forms)))
        worth = np.minimum(1.0, weights / full[owners])
        frequencies = np.bincount(owners, held * worth, minlength=len(clauses))

        # Word, passage, whether the form makes no match, and the row, in one number: of a passage's rows the first tells whether
        # any of them makes a match.
        row_bits, passage_bits = len(passages).bit_length() + 1, self._reader.columns.passages.bit_length()
        keys = ((owners << (passage_bits + row_bits)) + (ignored << (row_bits - 1)))[terms]
        keys += passages.astype(np.int64) << row_bits
        keys += np.arange(len(keys))
        keys.sort()
        order = keys & ((1 << (row_bits - 1)) - 1)
        there = keys >> row_bits
        starts = np.flatnonzero(firsts(there))
        there = there[starts]
        matching = keys[starts] >> (row_bits - 1) & 1 == 0
        weighed = (counts * weights[terms])[order]
        if len(starts) < len(order):
            weighed = np.add.reduceat(weighed, starts)
        bounds = np.searchsorted(there, np.arange(len(clauses) + 1) << passage_bits)
        there &= (1 << passage_bits) - 1
        parts = [clause.forms for clause in clauses]
        return self._made(parts, bounds, there, weighed, matching, frequencies.tolist(), ranking)

    def _phrase(self, clause: PhraseClause, ranking: Ranking) -> ScoredTerm:
        """The passages where the words of a phrase stand as they should, as if it were a word."""
        passages, counts = self.phrase(clause)
        bounds, matching = np.array([0, len(passages)]), np.ones(len(passages), bool)
        weighed = counts * clause.full
        return self._made([clause], bounds, passages, weighed, matching, [float(len(passages))], ranking)[0]

    def phrase(self, clause: PhraseClause) -> tuple[Ints, Floats]:
        """The passages in which a phrase stands, in order, and how often in each."""
        found: Ints | None = None
        for terms in clause.words:
            passages, _, _ = self.live(*self._reader.postings(terms))
            passages = self._distinct(passages)
            found = passages if found is None else np.intersect1d(found, passages, assume_unique=True)
        assert found is not None
        if clause.title:
            found = found[self._reader.columns.in_title[found]]
        passages, counts = count_phrases(self._reader, clause, found)
        if clause.joined:
            more, times, _ = self.live(*self._reader.postings(clause.joined))
            if clause.title:
                in_title = self._reader.columns.in_title[more]
                more, times = more[in_title], times[in_title]
            passages, counts = self._summed(np.concatenate([passages, more]), np.concatenate([counts, times]))
        return passages, counts

    def _distinct(self, passages: Ints) -> Ints:
        """The passages in order, each once."""
        if len(passages) * 20 < self._reader.columns.passages:
            return distinct(passages)
        there = np.zeros(self._reader.columns.passages, bool)
        there[passages] = True
        return np.flatnonzero(there)

    def _summed(self, passages: Ints, counts: Floats) -> tuple[Ints, Floats]:
        """The sum of the counts of each passage, the passages in order."""
        total = self._reader.columns.passages
        if len(passages) * 20 > total:
            found = self._distinct(passages)
            return found, np.bincount(passages, counts, minlength=total)[found]
        order = np.argsort(passages, kind="stable")
        passages = passages[order]
        starts = np.flatnonzero(firsts(passages))
        return passages[starts], np.add.reduceat(counts[order], starts) if len(starts) else counts

    def _made(
        self,
        forms: Sequence[object],
        bounds: Ints,
        passages: Ints,
        counts: Floats,
        matching: Bools,
        frequencies: Sequence[float],
        ranking: Ranking,
    ) -> list[ScoredTerm]:
        """Words' scores from their weighted occurrences in each passage; ``bounds`` are where each word's passages begin, and the
        last one's end."""
        columns = self._reader.columns
        passage_norms, article_norms = self._norms(ranking)
        owners = columns.article_of[passages]
        starts, article_bounds = _starts(owners, bounds)
        articles = owners[starts]
        titles = np.flatnonzero(columns.in_title[passages])
        passage_scores = bm25.scores(counts, passage_norms[columns.length_codes[passages]], ranking.k1)
        weighed = counts.astype(np.float64)
        weighed[titles] *= ranking.title_occurrence
        summed = most = np.empty(0)
        if len(starts):
            summed = np.add.reduceat(weighed, starts)
            most = np.maximum.reduceat(passage_scores, starts)
            # A title is the first passage of its article.
            most[np.searchsorted(starts, titles)] += ranking.title * passage_scores[titles]
        article_scores = bm25.scores(summed, article_norms[articles], ranking.article_k1)
        passages = passages.astype(np.int32)
        matched = np.flatnonzero(matching)
        matched_bounds = np.searchsorted(matched, bounds)
        matched_passages, matched_owners = passages[matched], owners[matched]
        starts, matched_article_bounds = _starts(matched_owners, matched_bounds)
        matched_articles = matched_owners[starts]
        result = []
        for place, (form, frequency) in enumerate(zip(forms, frequencies, strict=True)):
            here = slice(*bounds[place : place + 2].tolist())
            of_article = slice(*article_bounds[place : place + 2].tolist())
            matches = slice(*matched_bounds[place : place + 2].tolist())
            own = articles[of_article].copy()
            every = matches.stop - matches.start == here.stop - here.start
            result.append(
                # Copies: a word that is kept must not hold the others of its query.
                ScoredTerm(
                    form,
                    passages[here].copy(),
                    passage_scores[here].copy(),
                    None if every else matched_passages[matches].copy(),
                    own,
                    article_scores[of_article].copy(),
                    most[of_article].copy(),
                    own
                    if every
                    else matched_articles[slice(*matched_article_bounds[place : place + 2].tolist())].copy(),
                    frequency,
                )
            )
        return result


def _starts(owners: Ints, bounds: Ints) -> tuple[Ints, Ints]:
    """Where each article begins among those of some words, of which ``bounds`` tell where they begin and the last one ends; and
    the words' bounds among the articles."""
    first = firsts(owners)
    # Two words that follow one another may end and begin with the same article.
    first[bounds[:-1][bounds[:-1] < len(owners)]] = True
    starts = np.flatnonzero(first)
    return starts, np.searchsorted(starts, bounds)


def _key(leaf: Leaf, ranking: Ranking) -> object:
    """By what a word is kept: what it is made of, and the constants that its scores depend on."""
    constants = (
        ranking.k1,
        ranking.b,
        ranking.article_k1,
        ranking.article_b,
        ranking.title,
        ranking.title_occurrence,
    )
    if isinstance(leaf, WordClause):
        # Many by identity: a planner gives the same tuple for the same word, and to compare a hundred takes longer.
        forms = leaf.forms if len(leaf.forms) < _FEW else id(leaf.forms)
        return (forms, leaf.full, leaf.title, constants)
    return (leaf.words, leaf.joined, leaf.full, leaf.title, leaf.slop, leaf.ordered, constants)
