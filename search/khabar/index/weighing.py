"""Weighing words: a query word's postings as scores, unit by unit, before its rarity and its weight in the query.

They are kept, since queries share words: a word that was asked before costs a search nothing but an addition.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

import msgspec
import numpy as np

from khabar.index import bm25
from khabar.index.columns import Floats, Ints, distinct, firsts
from khabar.index.engine import Reader
from khabar.index.phrases import count_phrases
from khabar.index.plan import Leaf, PhraseClause, WordClause
from khabar.index.ranking import Ranking

__all__ = ["Weigher", "Word"]


#: Bytes of weighed words that are kept, 27 for each posting: enough for the words of some 400 headlines on 30,000 articles. To
#: weigh a word anew takes 2 ms.
KEPT_BYTES = 192_000_000
#: So few forms are compared by value.
_FEW = 3


class Word(msgspec.Struct, frozen=True):
    """A query word or phrase on this index.

    Attributes:
        forms: what it was made of; held so that its identity stands for it.
        units: the units where it stands, in order.
        of_units: the BM25 score of each, before the word's weight and rarity.
        matching: the units where it makes a match; None if those are all.
        articles: the articles where it stands, in order.
        of_articles: the score of each as a whole, likewise; occurrences in the title count several times there.
        most: of each article what its units can add to its score at most: the score of the best, and the title's share.
        matching_articles: the articles where it makes a match, in order.
        frequency: in how many units its forms stand, each by its weight up to 1. Units that hold two forms count twice; an
            exact count ranks no better.
    """

    forms: object
    units: Ints
    of_units: Floats
    matching: Ints | None
    articles: Ints
    of_articles: Floats
    most: Floats
    matching_articles: Ints
    frequency: float

    @property
    def size(self) -> int:
        """The bytes of its arrays."""
        arrays = (self.units, self.of_units, self.articles, self.of_articles, self.most)
        size = sum(array.nbytes for array in arrays)
        if self.matching is not None:
            size += self.matching.nbytes
        return size if self.matching_articles is self.articles else size + self.matching_articles.nbytes

    @property
    def matching_units(self) -> Ints:
        return self.units if self.matching is None else self.matching


class Weigher:
    """Weighs the words of a reader's index. Safe to share between threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._words: OrderedDict[object, Word] = OrderedDict()
        self._words_size = 0
        self._kept_norms: dict[tuple[float, ...], tuple[Floats, Floats]] = {}
        self._lock = threading.Lock()

    def live(self, units: Ints, counts: Ints, terms: Ints) -> tuple[Ints, Ints, Ints]:
        """Postings without those of removed articles."""
        if self._reader.columns.all_alive or not len(units):
            return units, counts, terms
        alive = self._reader.columns.alive_units[units]
        return units[alive], counts[alive], terms[alive]

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

    def word(self, leaf: Leaf, ranking: Ranking) -> Word:
        """Where a leaf stands; kept, since queries share words."""
        constants = (
            ranking.k1,
            ranking.b,
            ranking.article_k1,
            ranking.article_b,
            ranking.title,
            ranking.title_occurrence,
        )
        key: object
        if isinstance(leaf, WordClause):
            # Many by identity: a planner gives the same tuple for the same word, and to compare a hundred takes longer.
            forms = leaf.forms if len(leaf.forms) < _FEW else id(leaf.forms)
            key = (forms, leaf.full, leaf.title, constants)
        else:
            key = (leaf.words, leaf.joined, leaf.full, leaf.title, leaf.slop, leaf.ordered, constants)
        with self._lock:
            kept = self._words.get(key)
            if kept is not None:
                self._words.move_to_end(key)
                return kept
        word = self._read_word(leaf, ranking) if isinstance(leaf, WordClause) else self._phrase(leaf, ranking)
        with self._lock:
            if key not in self._words:
                self._words[key] = word
                self._words_size += word.size
                while self._words_size > KEPT_BYTES and len(self._words) > 1:
                    _, oldest = self._words.popitem(last=False)
                    self._words_size -= oldest.size
        return word

    def _read_word(self, clause: WordClause, ranking: Ranking) -> Word:
        forms = clause.forms
        names = [form.term for form in forms]
        units, counts, terms = self.live(*self._reader.postings(names))
        if clause.title and len(units):
            in_title = self._reader.columns.in_title[units]
            units, counts, terms = units[in_title], counts[in_title], terms[in_title]
        weights = np.array([form.weight for form in forms])
        worth = np.minimum(1.0, weights / clause.full)
        held = self._reader.frequencies(names, np.bincount(terms, minlength=len(forms)))
        frequency = float((held * worth).sum()) if len(forms) else 0.0
        matches = np.array([form.matches for form in forms], bool)
        matching = None if matches.all() else self._distinct(units[matches[terms]])
        weighed = counts * weights[terms]
        if len(forms) > 1:
            units, weighed = self._summed(units, weighed)
        return self._made(forms, units, weighed, matching, frequency, ranking)

    def _phrase(self, clause: PhraseClause, ranking: Ranking) -> Word:
        """The units where the words of a phrase stand as they should, as if it were a word."""
        units, counts = self.phrase(clause)
        return self._made(clause, units, counts * clause.full, None, float(len(units)), ranking)

    def phrase(self, clause: PhraseClause) -> tuple[Ints, Floats]:
        """The units in which a phrase stands, in order, and how often in each."""
        found: Ints | None = None
        for terms in clause.words:
            units, _, _ = self.live(*self._reader.postings(terms))
            units = self._distinct(units)
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
            units, counts = self._summed(np.concatenate([units, more]), np.concatenate([counts, times]))
        return units, counts

    def _distinct(self, units: Ints) -> Ints:
        """The units in order, each once."""
        if len(units) * 20 < self._reader.columns.units:
            return distinct(units)
        there = np.zeros(self._reader.columns.units, bool)
        there[units] = True
        return np.flatnonzero(there)

    def _summed(self, units: Ints, counts: Floats) -> tuple[Ints, Floats]:
        """The sum of the counts of each unit, the units in order."""
        total = self._reader.columns.units
        if len(units) * 20 > total:
            found = self._distinct(units)
            return found, np.bincount(units, counts, minlength=total)[found]
        order = np.argsort(units, kind="stable")
        units = units[order]
        starts = np.flatnonzero(firsts(units))
        return units[starts], np.add.reduceat(counts[order], starts) if len(starts) else counts

    def _made(
        self,
        forms: object,
        units: Ints,
        counts: Floats,
        matching: Ints | None,
        frequency: float,
        ranking: Ranking,
    ) -> Word:
        """A word's scores from its weighted occurrences in each unit."""
        columns = self._reader.columns
        unit_norms, article_norms = self._norms(ranking)
        owners = columns.article_of[units]
        starts = np.flatnonzero(firsts(owners))
        articles = owners[starts]
        in_title = columns.in_title[units]
        of_units = bm25.scores(counts, unit_norms[columns.steps[units]], ranking.k1)
        weighed = np.where(in_title, ranking.title_occurrence, 1.0) * counts
        summed = most = np.empty(0)
        if len(starts):
            summed = np.add.reduceat(weighed, starts)
            # A title is the first unit of its article.
            most = np.maximum.reduceat(of_units, starts)
            most += ranking.title * np.where(in_title[starts], of_units[starts], 0.0)
        matching_articles = articles
        if matching is not None and len(matching) == len(units):
            matching = None
        elif matching is not None:
            owners = columns.article_of[matching]
            matching_articles = owners[firsts(owners)]
        return Word(
            forms,
            units.astype(np.int32),
            of_units,
            None if matching is None else matching.astype(np.int32),
            articles,
            bm25.scores(summed, article_norms[articles], ranking.article_k1),
            most,
            matching_articles,
            frequency,
        )
