"""The size of several archives together and the frequencies of words in all of them. Every archive ranks by
these numbers, so that scores are comparable."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from khabar.corpus.article import Article
from khabar.index.columns import Bools, Columns, Ints, Labels, Marks, Positions, Postings
from khabar.index.engine import Numbers, Reader, Totals
from khabar.index.plan import Occur, PhraseClause
from khabar.ranking.searcher import Searcher

__all__ = ["FolderNumbers", "JoinedNumbers", "WeighedReader"]

#: How many terms and phrases are kept with their numbers.
_KEPT, _KEPT_PHRASES = 100_000, 1_000


class FolderNumbers:
    """The numbers of archives in folders.

    Args:
        searcher: the searcher of these archives.
    """

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    @property
    def totals(self) -> Totals:
        return self._searcher.totals

    @property
    def newest(self) -> int:
        return self._searcher.reader.newest

    def frequencies(self, terms: Sequence[str], titles: Bools) -> Ints:
        columns = self._searcher.columns
        found = self._searcher.reader.postings(terms)
        in_place = columns.in_title[found.passages] | ~titles[found.terms]
        return found.chosen(columns.alive_passages[found.passages] & in_place).sizes

    def phrase_frequency(self, phrase: PhraseClause) -> int:
        return self._searcher.phrase_occurrences(phrase)[0]


class JoinedNumbers:
    """The sums over all archives, for one state of each. Safe to share between threads.

    Args:
        parts: the numbers of each archive.
    """

    def __init__(self, parts: Sequence[Numbers]) -> None:
        self._parts = tuple(parts)
        self._frequencies: dict[tuple[str, bool], int] = {}
        self._phrases: dict[PhraseClause, int] = {}

    @cached_property
    def totals(self) -> Totals:
        """The size of all archives together."""
        return Totals(*map(sum, zip(*(part.totals for part in self._parts), strict=True)))

    @cached_property
    def newest(self) -> int:
        """The time at which the newest article was published."""
        return max(part.newest for part in self._parts)

    def frequencies(self, terms: Sequence[str], titles: Bools) -> Ints:
        """The number of passages, or of titles, that contain each term."""
        kept = self._frequencies
        keys = list(zip(terms, titles.tolist(), strict=True))
        counts = {key: kept[key] for key in keys if key in kept}
        missing = list(dict.fromkeys(key for key in keys if key not in counts))
        if missing:
            missing_terms = [term for term, _ in missing]
            in_titles = np.array([in_title for _, in_title in missing], bool)
            sums = np.sum([part.frequencies(missing_terms, in_titles) for part in self._parts], axis=0)
            new = dict(zip(missing, sums.tolist(), strict=True))
            self._frequencies = new if len(kept) + len(new) > _KEPT else {**kept, **new}
            counts |= new
        return np.array([counts[key] for key in keys], np.int64)

    def phrase_frequency(self, phrase: PhraseClause) -> int:
        """The number of passages that contain a phrase."""
        key = replace(phrase, occur=Occur.MUST, weight=1.0, full=1.0, depths=())
        if key not in self._phrases:
            count = sum(part.phrase_frequency(key) for part in self._parts)
            kept = self._phrases if len(self._phrases) < _KEPT_PHRASES else {}
            self._phrases = {**kept, key: count}
        return self._phrases[key]


class WeighedReader:
    """A reader that weighs words by the numbers of several archives; see :class:`khabar.index.engine.Reader`.

    Args:
        reader: the reader of its articles.
        numbers: the numbers of all archives.
    """

    def __init__(self, reader: Reader, numbers: Numbers) -> None:
        self._reader = reader
        self._numbers = numbers

    @property
    def generation(self) -> int:
        return self._reader.generation

    @property
    def columns(self) -> Columns:
        return self._reader.columns

    @property
    def totals(self) -> Totals:
        return self._numbers.totals

    @property
    def newest(self) -> int:
        return self._numbers.newest

    def frequencies(self, terms: Sequence[str], titles: Bools, here: Ints) -> Ints:
        return self._numbers.frequencies(terms, titles)

    def phrase_frequency(self, phrase: PhraseClause, here: int) -> int:
        return self._numbers.phrase_frequency(phrase)

    def postings(self, terms: Sequence[str]) -> Postings:
        return self._reader.postings(terms)

    def positions(self, terms: Sequence[str], passages: Ints) -> Positions:
        return self._reader.positions(terms, passages)

    def labels(self, field: str) -> Labels:
        return self._reader.labels(field)

    def marks(self, field: str) -> Marks:
        return self._reader.marks(field)

    def kept(self) -> Sequence[str]:
        return self._reader.kept()

    def fetch(self, articles: Ints) -> None:
        self._reader.fetch(articles)

    def stored(self, article: int) -> Article:
        return self._reader.stored(article)

    def number_of(self, article_id: str) -> int | None:
        return self._reader.number_of(article_id)

    def close(self) -> None:
        self._reader.close()
