"""Scoring terms: the postings of a query word as BM25 scores of passages and articles, before its idf and its weight in the query.

Postings are read for all words of a query together, and kept: queries share words. Which articles are scored is up to the caller:
all, or those that can still be among the best.
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

__all__ = ["Occurrences", "ScoredTerm", "TermScorer"]


#: Bytes of occurrences that are kept, 17 for each posting.
KEPT_BYTES = 192_000_000
#: Postings that are scored in one go; their arrays take some 100 bytes each.
_AT_ONCE = 1_000_000
#: Up to this number of forms, leaves are compared by the forms' values.
_FEW = 3


class Occurrences(msgspec.Struct, frozen=True):
    """Where a query word or phrase stands: a row for each passage and form, those of one form in order.

    Attributes:
        source: the forms or the phrase; held so that its identity stands for it.
        passages: the passage of each row.
        articles: its article.
        counts: the occurrences there, times the weight of the form.
        unmatched: the rows that make no match; None if there are none.
        frequency: number of passages that hold a form, each form counting by its weight, up to 1. A passage with two forms
            counts twice; an exact count ranks no better.
    """

    source: object
    passages: Ints
    articles: Ints
    counts: Floats
    unmatched: Bools | None
    frequency: float

    @property
    def size(self) -> int:
        """Bytes of the arrays."""
        size = self.passages.nbytes + self.articles.nbytes + self.counts.nbytes
        return size if self.unmatched is None else size + self.unmatched.nbytes

    @property
    def matching_articles(self) -> Ints:
        """The articles where it makes a match; some several times."""
        return self.articles if self.unmatched is None else self.articles[~self.unmatched]


class ScoredTerm(msgspec.Struct, frozen=True):
    """The scores of a query word or phrase, in all articles or some.

    Attributes:
        units: the units where it stands, in order.
        of_units: the BM25 score of each, before the word's weight and idf.
        matching: the units where it makes a match; None if those are all.
        articles: the articles where it stands, in order.
        of_articles: the score of each as a whole, likewise; occurrences in the title count several times there.
        most: of each article what its units can add to its score at most: the score of the best, and the title's share.
    """

    units: Ints
    of_units: Floats
    matching: Ints | None
    articles: Ints
    of_articles: Floats
    most: Floats

    @property
    def matching_units(self) -> Ints:
        return self.units if self.matching is None else self.matching


class TermScorer:
    """Reads and scores the words of a reader's index. Safe to share between threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._kept: OrderedDict[object, Occurrences] = OrderedDict()
        self._kept_size = 0
        self._lock = threading.Lock()
        self._kept_norms: dict[tuple[float, ...], tuple[Floats, Floats]] = {}

    # occurrences

    def live(self, units: Ints, counts: Ints, terms: Ints) -> tuple[Ints, Ints, Ints]:
        """Postings without those of removed articles."""
        if self._reader.columns.all_alive or not len(units):
            return units, counts, terms
        alive = self._reader.columns.alive_units[units]
        return units[alive], counts[alive], terms[alive]

    def occurrences(self, leaves: Sequence[Leaf]) -> list[Occurrences]:
        """Where each of some leaves stands. What is not kept is read together: a single word costs less than the calls that
        read it."""
        keys = [_key(leaf) for leaf in leaves]
        with self._lock:
            known = {key: self._kept[key] for key in keys if key in self._kept}
            for key in known:
                self._kept.move_to_end(key)
        words: dict[object, WordClause] = {}
        for key, leaf in zip(keys, leaves, strict=True):
            if key in known:
                continue
            if isinstance(leaf, WordClause):
                words[key] = leaf
            else:
                known[key] = self._keep(key, self._of_phrase(leaf))
        if words:
            for key, made in zip(words, self._of_words(list(words.values())), strict=True):
                known[key] = self._keep(key, made)
        return [known[key] for key in keys]

    def _keep(self, key: object, made: Occurrences) -> Occurrences:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._kept_size += made.size
                while self._kept_size > KEPT_BYTES and len(self._kept) > 1:
                    _, oldest = self._kept.popitem(last=False)
                    self._kept_size -= oldest.size
        return made

    def _of_words(self, clauses: Sequence[WordClause]) -> list[Occurrences]:
        columns = self._reader.columns
        forms = [form for clause in clauses for form in clause.forms]
        names = [form.term for form in forms]
        weights = np.array([form.weight for form in forms])
        unmatched = np.array([not form.matches for form in forms], bool)
        owner_of = np.repeat(np.arange(len(clauses)), [len(clause.forms) for clause in clauses])
        units, counts, terms = self.live(*self._reader.postings(names))
        title = np.array([clause.title for clause in clauses], bool)
        if title.any():
            asked = columns.in_title[units] | ~title[owner_of[terms]]
            units, counts, terms = units[asked], counts[asked], terms[asked]
        held = self._reader.frequencies(names, np.bincount(terms, minlength=len(forms)))
        full = np.array([clause.full for clause in clauses])
        worth = np.minimum(1.0, weights / full[owner_of])
        frequencies = np.bincount(owner_of, held * worth, minlength=len(clauses)).tolist()

        owners = owner_of[terms]
        if len(owners) and (owners[1:] < owners[:-1]).any():
            # One segment's rows follow another's.
            order = np.argsort(owners, kind="stable")
            owners, units, counts, terms = owners[order], units[order], counts[order], terms[order]
        bounds = np.searchsorted(owners, np.arange(len(clauses) + 1)).tolist()
        some_unmatched = np.bincount(owner_of, unmatched, minlength=len(clauses)) > 0
        found = []
        for place, clause in enumerate(clauses):
            here = slice(bounds[place], bounds[place + 1])
            own, own_terms = units[here].astype(np.int32), terms[here]
            found.append(
                Occurrences(
                    clause.forms,
                    own,
                    columns.article_of[own],
                    counts[here] * weights[own_terms],
                    unmatched[own_terms] if some_unmatched[place] else None,
                    frequencies[place],
                )
            )
        return found

    def _of_phrase(self, clause: PhraseClause) -> Occurrences:
        """Where the words of a phrase stand as they should, as if it were a word."""
        units, counts = self.phrase(clause)
        own = units.astype(np.int32)
        articles = self._reader.columns.article_of[own]
        return Occurrences(clause, own, articles, counts * clause.full, None, float(len(own)))

    def phrase(self, clause: PhraseClause) -> tuple[Ints, Floats]:
        """The units in which a phrase stands, in order, and how often in each."""
        found: Ints | None = None
        for terms in clause.words:
            units, _, _ = self.live(*self._reader.postings(terms))
            units = distinct(units)
            found = units if found is None else np.intersect1d(found, units, assume_unique=True)
        assert found is not None
        if clause.title:
            found = found[self._reader.columns.in_title[found]]
        units, counts = count_phrases(self._reader, clause, found)
        if clause.joined:
            more, times, _ = self.live(*self._reader.postings(clause.joined))
            if clause.title:
                in_title = self._reader.columns.in_title[more]
                more, times = more[in_title], times[in_title]
            units, counts = _summed(np.concatenate([units, more]), np.concatenate([counts, times]))
        return units, counts

    # scores

    def scores(
        self, occurrences: Sequence[Occurrences], ranking: Ranking, among: Bools | None = None
    ) -> list[ScoredTerm]:
        """The scores of some words.

        Args:
            occurrences: where they stand.
            ranking: the constants.
            among: for each article of the index whether it is scored. Default: all are.
        """
        found: list[ScoredTerm] = []
        together: list[Occurrences] = []
        rows = 0
        for each in occurrences:
            if among is not None:
                each = _only(each, among)
            if together and rows + len(each.passages) > _AT_ONCE:
                found += self._score(together, ranking)
                together, rows = [], 0
            together.append(each)
            rows += len(each.passages)
        return found + self._score(together, ranking) if together else found

    def _score(self, occurrences: Sequence[Occurrences], ranking: Ranking) -> list[ScoredTerm]:
        """Scores of several words in one go: all rows are put in order of the word and the passage by one sort."""
        owners = np.repeat(np.arange(len(occurrences)), [len(each.passages) for each in occurrences])
        units = np.concatenate([each.passages for each in occurrences])
        weighed = np.concatenate([each.counts for each in occurrences])
        # Word, unit, whether the form makes no match, and the row, in one number: of a unit's rows the first tells whether
        # any of them makes a match.
        row_bits, unit_bits = len(units).bit_length() + 1, self._reader.columns.units.bit_length()
        keys = (owners << (unit_bits + row_bits)) + (units.astype(np.int64) << row_bits)
        keys += np.arange(len(keys))
        begin = 0
        for each in occurrences:
            end = begin + len(each.passages)
            if each.unmatched is not None:
                keys[begin:end] += each.unmatched.astype(np.int64) << (row_bits - 1)
            begin = end
        keys.sort()
        order = keys & ((1 << (row_bits - 1)) - 1)
        there = keys >> row_bits
        starts = np.flatnonzero(firsts(there))
        there = there[starts]
        matching = keys[starts] >> (row_bits - 1) & 1 == 0
        weighed = weighed[order]
        if len(starts) < len(order):
            weighed = np.add.reduceat(weighed, starts)
        bounds = np.searchsorted(there, np.arange(len(occurrences) + 1) << unit_bits)
        there &= (1 << unit_bits) - 1
        return self._scored(bounds, there, weighed, matching, ranking)

    def _scored(
        self, bounds: Ints, units: Ints, counts: Floats, matching: Bools, ranking: Ranking
    ) -> list[ScoredTerm]:
        """Words' scores from their weighted occurrences in each unit; ``bounds`` are where each word's units begin, and the
        last one's end."""
        columns = self._reader.columns
        unit_norms, article_norms = self._norms(ranking)
        owners = columns.article_of[units]
        first = firsts(owners)
        # Two words that follow one another may end and begin with the same article.
        first[bounds[:-1][bounds[:-1] < len(owners)]] = True
        starts = np.flatnonzero(first)
        article_bounds = np.searchsorted(starts, bounds)
        articles = owners[starts]
        titles = np.flatnonzero(columns.in_title[units])
        of_units = bm25.scores(counts, unit_norms[columns.steps[units]], ranking.k1)
        weighed = counts.astype(np.float64)
        weighed[titles] *= ranking.title_occurrence
        summed = most = np.empty(0)
        if len(starts):
            summed = np.add.reduceat(weighed, starts)
            most = np.maximum.reduceat(of_units, starts)
            # A title is the first unit of its article.
            most[np.searchsorted(starts, titles)] += ranking.title * of_units[titles]
        of_articles = bm25.scores(summed, article_norms[articles], ranking.article_k1)
        units = units.astype(np.int32)
        found = []
        for place in range(len(bounds) - 1):
            here = slice(*bounds[place : place + 2].tolist())
            of_article = slice(*article_bounds[place : place + 2].tolist())
            own = matching[here]
            found.append(
                ScoredTerm(
                    units[here],
                    of_units[here],
                    None if own.all() else units[here][own],
                    articles[of_article],
                    of_articles[of_article],
                    most[of_article],
                )
            )
        return found

    def _norms(self, ranking: Ranking) -> tuple[Floats, Floats]:
        """The length norms of units, by their lengths' steps, and of all articles."""
        key = (ranking.k1, ranking.b, ranking.article_k1, ranking.article_b)
        norms = self._kept_norms.get(key)
        if norms is None:
            norms = self._make_norms(ranking)
            # Only the last few: they are as large as the index.
            self._kept_norms = {**dict(list(self._kept_norms.items())[-3:]), key: norms}
        return norms

    def _make_norms(self, ranking: Ranking) -> tuple[Floats, Floats]:
        totals = self._reader.totals
        units = bm25.length_norms(bm25.LENGTHS, ranking.k1, ranking.b, totals.words / totals.units)
        articles = bm25.length_norms(
            self._reader.columns.lengths,
            ranking.article_k1,
            ranking.article_b,
            totals.words / totals.articles,
        )
        return units, articles


def _only(occurrences: Occurrences, articles: Bools) -> Occurrences:
    """Those in some articles."""
    rows = np.flatnonzero(articles[occurrences.articles])
    unmatched = occurrences.unmatched
    return Occurrences(
        occurrences.source,
        occurrences.passages[rows],
        occurrences.articles[rows],
        occurrences.counts[rows],
        None if unmatched is None else unmatched[rows],
        occurrences.frequency,
    )


def _summed(units: Ints, counts: Floats) -> tuple[Ints, Floats]:
    """The sum of the counts of each unit, the units in order."""
    order = np.argsort(units, kind="stable")
    units = units[order]
    starts = np.flatnonzero(firsts(units))
    return units[starts], np.add.reduceat(counts[order], starts) if len(starts) else counts


def _key(leaf: Leaf) -> object:
    """By what the occurrences of a leaf are kept: all that they depend on."""
    if isinstance(leaf, WordClause):
        # Many by identity: a planner gives the same tuple for the same word, and to compare a hundred takes longer.
        forms = leaf.forms if len(leaf.forms) < _FEW else id(leaf.forms)
        return (forms, leaf.full, leaf.title)
    return (leaf.words, leaf.joined, leaf.full, leaf.title, leaf.slop, leaf.ordered)

