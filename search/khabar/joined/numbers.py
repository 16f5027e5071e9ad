"""The size of several archives together and the frequencies of words in all of them: each archive ranks by
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

#: Terms and phrases of which the numbers are kept.
_KEPT, _KEPT_PHRASES = 100_000, 1_000


class FolderNumbers:
    """The numbers of archives in folders.

    Args:
        searcher: of them.
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
        passages, _, which = self._searcher.reader.postings(terms)
        counted = columns.alive_passages[passages] & (columns.in_title[passages] | ~titles[which])
        return np.bincount(which[counted], minlength=len(terms))

    def phrase_frequency(self, phrase: PhraseClause) -> int:
        return self._searcher.phrase_occurrences(phrase)[0]


class JoinedNumbers:
    """The sums over all archives, kept for one state of them. Safe to share between threads.

    Args:
        parts: the numbers of each.
    """

    def __init__(self, parts: Sequence[Numbers]) -> None:
        self._parts = tuple(parts)
        self._frequencies: dict[tuple[str, bool], int] = {}
        self._phrases: dict[PhraseClause, int] = {}

    @cached_property
    def totals(self) -> Totals:
        """How much there is."""
        return Totals(*map(sum, zip(*(part.totals for part in self._parts), strict=True)))

    @cached_property
    def newest(self) -> int:
        """When the newest article was published."""
        return max(part.newest for part in self._parts)

    def frequencies(self, terms: Sequence[str], titles: Bools) -> Ints:
        """In how many passages, or titles, each of some terms stands."""
        kept = self._frequencies
        asked = list(zip(terms, titles.tolist(), strict=True))
        found = {each: kept.get(each) for each in asked}
        missing = [each for each, count in found.items() if count is None]
        new: dict[tuple[str, bool], int] = {}
        if missing:
            some = [term for term, _ in missing]
            marked = np.array([title for _, title in missing], bool)
            counts = np.sum([part.frequencies(some, marked) for part in self._parts], axis=0)
            new = dict(zip(missing, counts.tolist(), strict=True))
            self._frequencies = new if len(kept) + len(new) > _KEPT else {**kept, **new}
        return np.array([new[each] if each in new else found[each] for each in asked], np.int64)

    def phrase_frequency(self, phrase: PhraseClause) -> int:
        """In how many passages a phrase stands."""
        key = replace(phrase, occur=Occur.MUST, weight=1.0, full=1.0, depths=())
        if key not in self._phrases:
            count = sum(part.phrase_frequency(key) for part in self._parts)
            kept = self._phrases if len(self._phrases) < _KEPT_PHRASES else {}
            self._phrases = {**kept, key: count}
        return self._phrases[key]


class WeighedReader:
    """A reader whose words are weighed by the numbers of several archives; see
    :class:`khabar.index.engine.Reader`.

    Args:
        reader: it.
        numbers: of all archives.
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
