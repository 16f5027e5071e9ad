"""A reader of the candidates of a query, with their words in memory and the statistics of the whole index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from khabar.cluster.documents import keys_of, unpacked_tokens
from khabar.corpus.article import Article
from khabar.index.columns import (
    Bools,
    Columns,
    Ints,
    Labels,
    Marks,
    Positions,
    Postings,
    firsts,
    lookup,
    ranges,
)
from khabar.index.engine import Totals
from khabar.index.plan import PhraseClause
from khabar.index.records import UNDATED

__all__ = ["FIELDS", "WITH_DATES", "WITH_STORIES", "CandidateReader", "Whole"]

#: The fields fetched for each candidate, besides its order; those for articles by date or age; and those for
#: stories. (Reading the names of five hundred candidates takes as long as the rest of a search.)
FIELDS = ("tokens",)
WITH_DATES = (*FIELDS, "published")
WITH_STORIES = (*WITH_DATES, "story")
#: The lowest bits of a key, which tell most words apart at once.
_LOW = (1 << 16) - 1


class Whole:
    """The statistics of the whole index, by which candidates are ranked.

    Args:
        generation, totals, newest: as in :class:`khabar.index.engine.Reader`.
        frequencies: gives the number of passages that contain each term, or of titles.
        phrase_frequency: gives the number of passages that contain a phrase.
        read: reads articles by their orders.
    """

    def __init__(
        self,
        generation: int,
        totals: Totals,
        newest: int,
        frequencies: Callable[[Sequence[str], Bools], Ints],
        phrase_frequency: Callable[[PhraseClause], int],
        read: Callable[[Sequence[int]], Sequence[Article]],
    ) -> None:
        self.generation = generation
        self.totals = totals
        self.newest = newest
        self.frequencies = frequencies
        self.phrase_frequency = phrase_frequency
        self.read = read

    def without_phrases(self) -> Whole:
        """The same with a frequency of 0 for all phrases."""
        return Whole(self.generation, self.totals, self.newest, self.frequencies, lambda phrase: 0, self.read)


class CandidateReader:
    """See :class:`khabar.index.engine.Reader`. Articles are numbered in the order of indexing.

    Args:
        whole: the statistics of the whole index.
        hits: the fields of each article, including :data:`FIELDS`.
    """

    def __init__(self, whole: Whole, hits: Sequence[Mapping[str, Any]]) -> None:
        orders = [hit["order"] for hit in hits]
        #: the number of each hit, in the given order
        self.numbers: Ints = np.argsort(np.argsort(orders, kind="stable"), kind="stable")
        places = np.argsort(orders, kind="stable").tolist()
        self._whole = whole
        self._hits = [hits[place] for place in places]
        self._orders: Ints = np.array([hit["order"] for hit in self._hits], np.int64)
        self._tokens = unpacked_tokens([hit["tokens"][0] for hit in self._hits])
        self._articles: dict[int, Article] = {}
        published = np.array([hit.get("published", (UNDATED,))[0] for hit in self._hits], np.int64)
        self.columns = Columns(
            self._tokens.passages,
            self._tokens.length_codes,
            np.ones(len(hits), bool),
            lambda: published,
            lambda: np.zeros(len(hits), np.int32),
            lambda: np.zeros(len(hits), np.uint64),
        )

    def without_words(self) -> CandidateReader:
        """A reader of the same articles without words, names and stories, for a ranking that is already
        known; it takes a tenth of the memory."""
        other = object.__new__(CandidateReader)
        other.numbers, other.columns = self.numbers, self.columns
        other._whole, other._orders, other._articles = self._whole, self._orders, self._articles
        return other

    @property
    def generation(self) -> int:
        return self._whole.generation

    @property
    def totals(self) -> Totals:
        return self._whole.totals

    @property
    def newest(self) -> int:
        return self._whole.newest

    def close(self) -> None:
        """Do nothing: there are no files."""

    # words

    @cached_property
    def _passages(self) -> Ints:
        """The passage of each token."""
        return np.repeat(np.arange(len(self._tokens.sizes), dtype=np.int32), self._tokens.sizes)

    @cached_property
    def _begins(self) -> Ints:
        """The first token of each passage."""
        begins: Ints = np.cumsum(self._tokens.sizes) - self._tokens.sizes
        return begins

    @cached_property
    def _beside(self) -> Ints:
        """The few tokens that have the position of the one before them."""
        return np.flatnonzero(self._tokens.beside)

    def _positions(self, rows: Ints, passages: Ints) -> Ints:
        """The positions of some tokens in their passages."""
        begins = self._begins[passages]
        beside = np.searchsorted(self._beside, rows, "right") - np.searchsorted(self._beside, begins)
        positions: Ints = rows - begins - beside
        return positions

    def _rows(self, terms: Sequence[str]) -> tuple[Ints, Ints]:
        """The tokens of some terms, concatenated by term and each in order; and the place of each one's
        term."""
        keys, which = np.unique(keys_of(terms), return_inverse=True)
        marked = np.zeros(_LOW + 1, bool)
        marked[(keys & np.uint64(_LOW)).astype(np.intp)] = True
        rows = np.flatnonzero(marked[self._tokens.low])
        if not len(rows) or not len(keys):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        at, there = lookup(self._tokens.keys(rows), keys)
        rows, at = rows[there], at[there]
        rows = rows[np.argsort(at, kind="stable")]
        # A term may be given several times.
        sizes = np.bincount(at, minlength=len(keys))
        begins = np.cumsum(sizes) - sizes
        return rows[ranges(begins[which], sizes[which])], np.repeat(np.arange(len(terms)), sizes[which])

    def postings(self, terms: Sequence[str]) -> Postings:
        rows, which = self._rows(terms)
        passages = self._passages[rows]
        starts = np.flatnonzero(firsts(which) | firsts(passages)) if len(rows) else rows
        counts = np.diff(np.append(starts, len(rows)))
        sizes = np.bincount(which[starts], minlength=len(terms))
        return Postings(passages[starts].astype(np.int64), counts, sizes)

    def positions(self, terms: Sequence[str], passages: Ints) -> Positions:
        rows, which = self._rows(terms)
        wanted = np.zeros(self.columns.passages, bool)
        wanted[passages] = True
        of_rows = self._passages[rows].astype(np.int64)
        chosen = np.flatnonzero(wanted[of_rows])
        rows, which, of_rows = rows[chosen], which[chosen], of_rows[chosen]
        return Positions(of_rows, self._positions(rows, of_rows), which)

    def frequencies(self, terms: Sequence[str], titles: Bools, here: Ints) -> Ints:
        return self._whole.frequencies(terms, titles)

    def phrase_frequency(self, phrase: PhraseClause, here: int) -> int:
        return self._whole.phrase_frequency(phrase)

    # articles

    def labels(self, field: str) -> Labels:
        # The cluster filters by names.
        raise NotImplementedError

    def marks(self, field: str) -> Marks:
        raise NotImplementedError

    def kept(self) -> Sequence[str]:
        raise NotImplementedError

    @cached_property
    def stories(self) -> Ints:
        """For each article, a number that is equal for articles of the same story."""
        numbers: dict[str, int] = {}
        return np.array([numbers.setdefault(hit["story"][0], len(numbers)) for hit in self._hits], np.int64)

    def fetch(self, articles: Ints) -> None:
        missing = [number for number in articles.tolist() if number not in self._articles]
        if not missing:
            return
        found = self._whole.read(self._orders[missing].tolist())
        self._articles.update(zip(missing, found, strict=True))

    def stored(self, article: int) -> Article:
        if article not in self._articles:
            self.fetch(np.array([article]))
        return self._articles[article]

    def number_of(self, article_id: str) -> int | None:
        # The cluster finds articles by their ids.
        raise NotImplementedError
