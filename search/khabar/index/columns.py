"""The data of a reader: postings, positions and columns as numpy arrays, the same for every engine; and a few
functions on such arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.index.bm25 import LENGTHS
from khabar.index.records import UNDATED

__all__ = [
    "Bools",
    "Columns",
    "Floats",
    "Ints",
    "Labels",
    "Marks",
    "Positions",
    "Postings",
    "among",
    "distinct",
    "firsts",
    "lookup",
    "ranges",
    "together",
    "values_at",
]

Ints = NDArray[Any]
Floats = NDArray[Any]
Bools = NDArray[np.bool_]


class Postings(NamedTuple):
    """The postings of some terms, in order of term and passage.

    Attributes:
        passages: the passage of each posting; those of removed articles may be included.
        counts: how often the term occurs in it.
        sizes: the number of postings of each term.
    """

    passages: Ints
    counts: Ints
    sizes: Ints

    @property
    def terms(self) -> Ints:
        """The term of each posting, as its place among the given terms."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def chosen(self, which: Bools) -> Postings:
        """Those of the postings for which ``which`` is True."""
        bounds = np.append(0, np.cumsum(which))[np.append(0, np.cumsum(self.sizes))]
        return Postings(self.passages[which], self.counts[which], np.diff(bounds))


class Positions(NamedTuple):
    """The positions of some terms in some passages, one row for each occurrence, in no order.

    Attributes:
        passages: the passages.
        positions: the number of the word in the passage, from 0.
        terms: the term, as its place among the given terms.
    """

    passages: Ints
    positions: Ints
    terms: Ints


class Labels(NamedTuple):
    """One name for each article.

    Attributes:
        codes: the place in :attr:`names` of each article's name.
        names: the names; one may be "".
    """

    codes: Ints
    names: Sequence[str]


class Marks(NamedTuple):
    """Any number of names for each article, one row for each entry, none twice.

    Attributes:
        articles: the articles.
        codes: the places of their names in :attr:`names`.
        names: the names; none is "".
    """

    articles: Ints
    codes: Ints
    names: Sequence[str]


class Columns(msgspec.Struct, frozen=True, dict=True):
    """The columns of all passages and articles of an index.

    Attributes:
        sizes: the number of passages of each article: its title and its paragraphs.
        length_codes: the rounded length of each passage, as a place in :data:`khabar.index.bm25.LENGTHS`.
        alive: whether each article is in the index; False if it was removed.
        read_published, read_offsets, read_fingerprints: read :attr:`published`, :attr:`offsets` and
            :attr:`fingerprints`, which many searches do not need.
    """

    sizes: Ints
    length_codes: NDArray[np.uint8]
    alive: Bools
    read_published: Callable[[], NDArray[np.int64]]
    read_offsets: Callable[[], NDArray[np.int32]]
    read_fingerprints: Callable[[], NDArray[np.uint64]]

    @cached_property
    def published(self) -> NDArray[np.int64]:
        """When each article was published, in seconds since 1970 UTC, or
        :data:`~khabar.index.records.UNDATED`."""
        return self.read_published()

    @cached_property
    def offsets(self) -> NDArray[np.int32]:
        """The offset from UTC, in seconds, in which each article's moment of publication is written."""
        return self.read_offsets()

    @cached_property
    def days(self) -> NDArray[np.int64]:
        """The day printed on each article, in its own offset from UTC, in days since 1970-01-01; or
        :data:`~khabar.index.records.UNDATED`."""
        seconds = self.published
        return np.where(seconds == UNDATED, UNDATED, (seconds + self.offsets) // 86_400)

    @cached_property
    def fingerprints(self) -> NDArray[np.uint64]:
        """The first 64 bits of each article's fingerprint
        (:func:`khabar.index.records.short_fingerprint`)."""
        return self.read_fingerprints()

    @property
    def passages(self) -> int:
        """The number of passages, including those of removed articles."""
        return len(self.length_codes)

    @cached_property
    def heads(self) -> Ints:
        """The passage of each article's title."""
        return self.ends - self.sizes

    @cached_property
    def ends(self) -> Ints:
        """The end of each article: the passage after its last."""
        return np.cumsum(self.sizes, dtype=np.int64)

    @cached_property
    def numbers(self) -> Ints:
        """The number of each passage in its article; 0 is the title."""
        result: Ints = np.arange(self.passages) - np.repeat(self.heads, self.sizes)
        return result

    @cached_property
    def in_title(self) -> Bools:
        """Whether each passage is a title."""
        result = np.zeros(self.passages, bool)
        result[self.heads] = True
        return result

    @cached_property
    def article_of(self) -> Ints:
        """The article of each passage."""
        return np.repeat(np.arange(len(self.sizes), dtype=np.int32), self.sizes)

    @cached_property
    def lengths(self) -> Ints:
        """The length of each article in words: the sum of its passages' rounded lengths."""
        result: Ints = np.add.reduceat(
            LENGTHS.astype(np.int32)[self.length_codes], self.heads, dtype=np.int64
        )
        return result

    @cached_property
    def all_alive(self) -> bool:
        """Whether no article was removed."""
        return bool(self.alive.all())

    @cached_property
    def alive_passages(self) -> Bools:
        """Whether each passage's article is in the index."""
        alive: Bools = self.alive[self.article_of]
        return alive

    @cached_property
    def total_passages(self) -> int:
        """The number of passages of the articles in the index."""
        return self.passages if self.all_alive else int(self.sizes[self.alive].sum())

    @cached_property
    def total_articles(self) -> int:
        """The number of articles in the index."""
        return int(self.alive.sum())


def together(parts: Sequence[Postings]) -> Postings:
    """The postings of the same terms in several parts of an index, whose passages follow one another. Sorting
    them would take twice as long.

    >>> one = Postings(np.array([3, 4]), np.array([1, 1]), np.array([1, 1]))
    >>> other = Postings(np.array([7]), np.array([2]), np.array([1, 0]))
    >>> [each.tolist() for each in together([one, other])]
    [[3, 7, 4], [1, 2, 1], [2, 1]]
    """
    if len(parts) == 1:
        return parts[0]
    passages, counts = (np.concatenate([part[place] for part in parts]) for place in (0, 1))
    sizes = np.stack([part.sizes for part in parts])
    begins = (np.cumsum(sizes) - sizes.ravel()).reshape(sizes.shape)
    rows = ranges(begins.T.ravel(), sizes.T.ravel())
    return Postings(passages[rows], counts[rows], sizes.sum(axis=0))


def firsts(ordered: NDArray[Any]) -> Bools:
    """Whether each of some sorted values is the first of its run.

    >>> firsts(np.array([1, 3, 3, 5])).tolist()
    [True, True, False, True]
    """
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """Sort values and drop duplicates. (numpy's ``unique`` hashes them, which takes ten times as long.)"""
    ordered = np.sort(values)
    return ordered[firsts(ordered)]


def among(values: NDArray[Any], others: NDArray[Any]) -> Bools:
    """Whether each value is one of some others of the same type. (numpy's ``isin`` imports its masked arrays,
    which takes longer than all the calls of a search.)

    >>> among(np.array([4, 7, 4]), np.array([9, 4])).tolist()
    [True, False, True]
    """
    if not len(others):
        return np.zeros(len(values), bool)
    return lookup(values, np.sort(others))[1]


def ranges(begins: Ints, sizes: Ints) -> Ints:
    """Concatenate ranges of numbers.

    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(sizes)
    numbers: Ints = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begins - ends + sizes, sizes)
    return numbers


def lookup(targets: Ints, numbers: Ints) -> tuple[Ints, Bools]:
    """Look up numbers among others, which are sorted and at least one.

    Returns:
        The place of each target, and whether it is there.

    >>> at, there = lookup(np.array([7, 3]), np.array([1, 3, 5]))
    >>> int(at[1]), there.tolist()
    (1, [False, True])
    """
    # With another type, numpy would convert a copy of all numbers.
    targets = targets.astype(numbers.dtype, copy=False)
    at = np.minimum(np.searchsorted(numbers, targets), len(numbers) - 1)
    return at, numbers[at] == targets


def values_at(numbers: Ints, values: NDArray[Any], targets: Ints) -> NDArray[Any]:
    """The values at some targets, 0 for a target without a value; ``numbers`` are sorted.

    >>> values_at(np.array([1, 3, 5]), np.array([0.1, 0.3, 0.5]), np.array([3, 4])).tolist()
    [0.3, 0.0]
    """
    if not len(numbers):
        return np.zeros(len(targets))
    at, there = lookup(targets, numbers)
    return np.where(there, values[at], 0.0)
