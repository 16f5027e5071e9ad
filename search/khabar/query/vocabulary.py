"""Finds words of an index by their letters: by a pattern, within a small edit distance, or by how they
sound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from khabar.index.columns import Ints

__all__ = ["LetterIndex", "Matching", "Vocabulary", "fuzziness", "near_ones"]


def fuzziness(term: str) -> int:
    """Default edit distance of a word: 0 up to two letters, 1 up to five, 2 from six.

    The lengths are those of Elasticsearch's ``AUTO``. The article «ال» does not count, because nobody
    mistypes it.
    """
    length = len(term) - 2 * (term.startswith("ال") and len(term) > 4)
    return 0 if length < 3 else 1 if length < 6 else 2


class Listed(Protocol):
    """Lists the words of an index, as a lexicon does."""

    def terms(self) -> list[str]:
        """All terms in the order of their UTF-8 bytes."""
        ...

    def beginning(self, prefix: str) -> list[str]:
        """The terms that begin with some letters, in order."""
        ...


class Matching(NamedTuple):
    """The words that match a pattern, in no order.

    Attributes:
        words: all of them, or the shortest if a maximum was given.
        total: their total number.
    """

    words: list[str]
    total: int


class LetterIndex(Protocol):
    """Finds words of an index by their letters, as :class:`Vocabulary` does."""

    def matching(self, pieces: Sequence[str], most: int | None = None) -> Matching:
        """The words that match a pattern.

        Args:
            pieces: the folded letters between the stars: ``["مدر", ""]`` for «مدر*».
            most: the number of words that is enough: the shortest, and of equally long ones the first in the
                order of their letters. None for all.
        """
        ...

    def near(self, term: str, distance: int) -> list[tuple[str, int]]:
        """The words within an edit distance of a word, at most 2, with their distances, in no order.

        A change inserts, deletes or replaces a letter, or swaps two adjacent ones (optimal string alignment
        distance).
        """
        ...

    def sounding(self, word: str, before: str = "") -> dict[str, float]:
        """The words that a word in Latin letters can stand for; see :func:`khabar.query.latin.matches`."""
        ...


class Vocabulary:
    """The words of a lexicon, for searching by letters. Nothing is read before the first search."""

    def __init__(self, lexicon: Listed) -> None:
        self._lexicon = lexicon

    def matching(self, pieces: Sequence[str], most: int | None = None) -> Matching:
        """All words that match a pattern, whatever ``most`` is; see :meth:`LetterIndex.matching`."""
        words = self._matching(pieces)
        return Matching(words, len(words))

    def _matching(self, pieces: Sequence[str]) -> list[str]:
        first, *middle, last = pieces
        if not any(pieces):
            return []
        if first and not last and not any(middle):
            return self._lexicon.beginning(first)
        # Atomic groups: the leftmost match of each piece is as good as any other, so no backtracking is
        # needed.
        inner = "".join(rf"(?>[^\n]*?{re.escape(piece)})" for piece in middle if piece)
        pattern = re.compile(rf"\n({re.escape(first)}{inner}[^\n]*+)")
        return [term for term in pattern.findall(self._text) if term.endswith(last) and _fits(term, pieces)]

    def near(self, term: str, distance: int) -> list[tuple[str, int]]:
        """The words within an edit distance of a word; see :meth:`LetterIndex.near`."""
        return [(self._terms[number], changes) for number, changes in _within(term, self._letters, distance)]

    def sounding(self, word: str, before: str = "") -> dict[str, float]:
        """The words that a word in Latin letters can stand for; see :func:`khabar.query.latin.matches`."""
        from khabar.query import latin

        return latin.matches(word, self._terms, before)

    @cached_property
    def _terms(self) -> list[str]:
        return self._lexicon.terms()

    @cached_property
    def _text(self) -> str:
        return "\n" + "\n".join(self._terms)

    @cached_property
    def _letters(self) -> _Letters:
        return _letters(self._text)


class _Letters(NamedTuple):
    """The letters of words, the position of each word among them, and its length."""

    letters: Ints
    starts: Ints
    lengths: Ints


def _letters(text: str) -> _Letters:
    """The letters of words, each of which follows a line break."""
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    breaks = np.flatnonzero(letters == ord("\n"))
    starts = breaks + 1
    return _Letters(letters, starts, np.append(breaks[1:], len(letters)) - starts)


def near_ones(term: str, words: Sequence[str], distance: int) -> list[tuple[str, int]]:
    """The words that are within an edit distance of a term, with their distances."""
    letters = _letters("\n" + "\n".join(words))
    return [(words[number], changes) for number, changes in _within(term, letters, distance)]


def _within(term: str, words: _Letters, distance: int) -> Iterator[tuple[int, int]]:
    """The numbers of the words within an edit distance of a term, with their distances."""
    target = np.frombuffer(term.encode("utf-32-le", "surrogatepass"), np.uint32)
    letters, starts, lengths = words
    for length in range(max(1, len(target) - distance), len(target) + distance + 1):
        numbers = np.flatnonzero(lengths == length)
        if not len(numbers):
            continue
        columns = letters[starts[numbers][:, None] + np.arange(length)].T
        distances = _distances(target, columns, distance)
        for at in np.flatnonzero(distances <= distance).tolist():
            yield int(numbers[at]), int(distances[at])


def _fits(term: str, pieces: Sequence[str]) -> bool:
    """Whether a word contains all pieces in order, the first at its beginning and the last at its end."""
    first, *middle, last = pieces
    place, end = len(first), len(term) - len(last)
    for piece in middle:
        place = term.find(piece, place, end)
        if place < 0:
            return False
        place += len(piece)
    return place <= end


def _distances(target: Ints, words: Ints, most: int) -> Ints:
    """The distance of each word (a column of letters) from the target; distances above ``most`` are only
    known to be above it."""
    length, count = words.shape
    far = np.full(count, most + 1, np.int16)
    before: list[Ints] = []
    row = [np.full(count, min(place, most + 1), np.int16) for place in range(length + 1)]
    for i in range(1, len(target) + 1):
        earlier, before = before, row
        row = [np.full(count, min(i, most + 1), np.int16)]
        for j in range(1, length + 1):
            if abs(i - j) > most:
                row.append(far)
                continue
            value = before[j - 1] + (words[j - 1] != target[i - 1])
            np.minimum(value, before[j] + 1, out=value)
            np.minimum(value, row[j - 1] + 1, out=value)
            if i > 1 and j > 1:
                swapped = (words[j - 1] == target[i - 2]) & (words[j - 2] == target[i - 1])
                np.minimum(value, earlier[j - 2] + 1, out=value, where=swapped)
            row.append(value)
    return row[length]
