"""Counts the words and word sequences of some articles, and their spellings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise

from khabar.analysis import tokenizer
from khabar.analysis.fold import fold, strip_marks
from khabar.analysis.stopwords import is_stop_word
from khabar.explore.classes import most_common

__all__ = ["Reading", "Row", "content_term"]

#: Adjacent words, folded.
Row = tuple[str, ...]

#: Minimum length of a word; shorter ones are mostly initials and clutter.
_SHORTEST = 2


class Reading:
    """The words of some articles. Read all articles first, then query it. Stop words, numbers and single
    letters are skipped.

    Attributes:
        words_of: the folded words of each article.
        word_counts: number of articles that contain each word.
    """

    def __init__(self) -> None:
        self.words_of: list[set[str]] = []
        self.word_counts: Counter[str] = Counter()
        self._types: dict[str, str] = {}
        self._spelled: Counter[str] = Counter()
        self._rows_of: list[set[Row]] = []
        self._passages: list[list[str]] = []

    def read(self, texts: Iterable[str]) -> None:
        """Read an article."""
        types = self._types
        words: set[str] = set()
        rows: set[Row] = set()
        for text in texts:
            written = tokenizer.words(text)
            for word in set(written):
                if word not in types:
                    types[word] = content_term(word)
            self._spelled.update(written)
            self._passages.append(written)
            terms = [types[word] for word in written]
            words.update(terms)
            rows.update(pairwise(terms))
            rows.update(zip(terms, terms[1:], terms[2:], strict=False))
        words.discard("")
        self.words_of.append(words)
        self._rows_of.append(rows)
        self.word_counts.update(words)

    @cached_property
    def row_counts(self) -> dict[Row, int]:
        """Number of articles that contain each pair or triple of adjacent words, without stop words."""
        counts: Counter[Row] = Counter()
        for rows in self._rows_of:
            counts.update(rows)
        return {row: count for row, count in counts.items() if "" not in row}

    def articles_with(self, word: str) -> Sequence[int]:
        """The positions of the articles that contain a word."""
        return self._places[word]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, words in enumerate(self.words_of):
            for word in words:
                places[word].append(place)
        return places

    def articles_with_rows(self, selection: Iterable[Row]) -> dict[Row, frozenset[int]]:
        """For each row, the articles that contain it."""
        articles: dict[Row, set[int]] = {row: set() for row in selection}
        for place, rows in enumerate(self._rows_of):
            for row in articles.keys() & rows:
                articles[row].add(place)
        return {row: frozenset(places) for row, places in articles.items()}

    def written(self, terms: Sequence[str]) -> str:
        """The usual spelling of words that count as one."""
        spellings: Counter[str] = Counter()
        for term in terms:
            for word in self._spellings[term]:
                spellings[strip_marks(word)] += self._spelled[word]
        return most_common(spellings)

    def written_rows(self, selection: Iterable[Row]) -> dict[Row, Counter[str]]:
        """For each row, how often each of its spellings occurs."""
        result: dict[Row, Counter[str]] = {row: Counter() for row in selection}
        for written in self._passages:
            terms = [self._types[word] for word in written]
            for length in (2, 3):
                rows = zip(*(terms[start:] for start in range(length)), strict=False)
                for place, row in enumerate(rows):
                    if row in result:
                        result[row][" ".join(map(strip_marks, written[place : place + length]))] += 1
        return result

    @cached_property
    def _spellings(self) -> dict[str, list[str]]:
        spellings: defaultdict[str, list[str]] = defaultdict(list)
        for word, term in self._types.items():
            spellings[term].append(word)
        return spellings


def content_term(word: str) -> str:
    """A written word folded; "" for stop words, numbers and single letters."""
    term = fold(word)
    return term if len(term) >= _SHORTEST and term.isalpha() and not is_stop_word(term) else ""
