"""What a reader gives: postings, places and columns as numpy arrays. Plain data, the same for every engine;
and the few things that are done with such arrays everywhere."""

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
    "values_at",
]

Ints = NDArray[Any]
Floats = NDArray[Any]
Bools = NDArray[np.bool_]


class Postings(NamedTuple):
    """Where some terms stand, one row an entry; in no order, but the passages of a single term in order.

    Attributes:
        passages: the passage, removed articles' ones among them.
        counts: how often the term stands there.
        terms: the term, by its place among those that were asked for.
    """

    passages: Ints
    counts: NDArray[Any]
    terms: Ints


class Positions(NamedTuple):
    """At which words of a passage some terms stand, one row an entry, in no order.

    Attributes:
        passages: the passage.
        positions: the how-manieth word of it, from 0.
        terms: the term, by its place among those that were asked for.
    """

    passages: Ints
    positions: Ints
    terms: Ints


class Labels(NamedTuple):
    """A name for each article.

    Attributes:
        codes: for each article the place of its name in :attr:`names`.
        names: the names; one may be "".
    """

    codes: Ints
    names: Sequence[str]


class Marks(NamedTuple):
    """Any number of names for each article, one row an entry, none twice.

    Attributes:
        articles: the article.
        codes: the place of the name in :attr:`names`.
        names: the names; none is "".
    """

    articles: Ints
    codes: Ints
    names: Sequence[str]


class Columns(msgspec.Struct, frozen=True, dict=True):
    """What is known of all passages and articles of an index.

    Attributes:
        sizes: of each article how many passages it has, the title and its paragraphs.
        length_codes: of each passage its length, rounded: the place in :data:`khabar.index.bm25.LENGTHS`.
        alive: of each article whether it is in the index; False if it was removed.
        read_published, read_offsets, read_fingerprints: give :attr:`published`, :attr:`offsets` and
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
        """Of each article when, in seconds since 1970 UTC, or :data:`~khabar.index.records.UNDATED`."""
        return self.read_published()

    @cached_property
    def offsets(self) -> NDArray[np.int32]:
        """Of each article how many seconds east of UTC its moment of publication is written."""
        return self.read_offsets()

    @cached_property
    def days(self) -> NDArray[np.int64]:
        """Of each article the day that stands on it, wherever it was published, in days since 1970-01-01; or
        :data:`~khabar.index.records.UNDATED`."""
        seconds = self.published
        return np.where(seconds == UNDATED, UNDATED, (seconds + self.offsets) // 86_400)

    @cached_property
    def fingerprints(self) -> NDArray[np.uint64]:
        """Of each article the first 64 bits of its fingerprint, as
        :func:`khabar.index.records.short_fingerprint` gives them."""
        return self.read_fingerprints()

    @property
    def passages(self) -> int:
        """How many passages there are, those of removed articles among them."""
        return len(self.length_codes)

    @cached_property
    def heads(self) -> Ints:
        """Of each article its title's passage."""
        return self.ends - self.sizes

    @cached_property
    def ends(self) -> Ints:
        """Of each article the passage behind its last."""
        return np.cumsum(self.sizes, dtype=np.int64)

    @cached_property
    def numbers(self) -> Ints:
        """Of each passage its number in its article; 0, the title, begins an article."""
        result: Ints = np.arange(self.passages) - np.repeat(self.heads, self.sizes)
        return result

    @cached_property
    def in_title(self) -> Bools:
        """Of each passage whether it is a title."""
        result = np.zeros(self.passages, bool)
        result[self.heads] = True
        return result

    @cached_property
    def article_of(self) -> Ints:
        """Of each passage its article."""
        return np.repeat(np.arange(len(self.sizes), dtype=np.int32), self.sizes)

    @cached_property
    def lengths(self) -> Ints:
        """Of each article how many words its passages have, by their rounded lengths."""
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
        """Of each passage whether its article is in the index."""
        alive: Bools = self.alive[self.article_of]
        return alive

    @cached_property
    def total_passages(self) -> int:
        """How many passages are in the index."""
        return self.passages if self.all_alive else int(self.sizes[self.alive].sum())

    @cached_property
    def total_articles(self) -> int:
        """How many articles are in the index."""
        return int(self.alive.sum())


def firsts(ordered: NDArray[Any]) -> Bools:
    """Whether each of some values in order is the first of its like.

    >>> firsts(np.array([1, 3, 3, 5])).tolist()
    [True, True, False, True]
    """
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """Values in order, each once. (numpy's own unique hashes them, which takes ten times as long.)"""
    ordered = np.sort(values)
    return ordered[firsts(ordered)]


def among(values: NDArray[Any], others: NDArray[Any]) -> Bools:
    """Of each value whether it is one of some others of the same type. (numpy's own isin imports its masked
    arrays, which takes longer than all that a search asks of it.)

    >>> among(np.array([4, 7, 4]), np.array([9, 4])).tolist()
    [True, False, True]
    """
    if not len(others):
        return np.zeros(len(values), bool)
    return lookup(values, np.sort(others))[1]


def ranges(begins: Ints, sizes: Ints) -> Ints:
    """The numbers of some ranges, one behind the other.

    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(sizes)
    numbers: Ints = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begins - ends + sizes, sizes)
    return numbers


def lookup(targets: Ints, numbers: Ints) -> tuple[Ints, Bools]:
    """Where each of some numbers is among others, one or more in order, and whether it is there at all.

    >>> at, there = lookup(np.array([7, 3]), np.array([1, 3, 5]))
    >>> int(at[1]), there.tolist()
    (1, [False, True])
    """
    # Of another type they would have all numbers copied to theirs.
    targets = targets.astype(numbers.dtype, copy=False)
    at = np.minimum(np.searchsorted(numbers, targets), len(numbers) - 1)
    return at, numbers[at] == targets


def values_at(numbers: Ints, values: NDArray[Any], targets: Ints) -> NDArray[Any]:
    """The values of some numbers, 0 for one that has none; ``numbers`` are in order.

    >>> values_at(np.array([1, 3, 5]), np.array([0.1, 0.3, 0.5]), np.array([3, 4])).tolist()
    [0.3, 0.0]
    """
    if not len(numbers):
        return np.zeros(len(targets))
    at, there = lookup(targets, numbers)
    return np.where(there, values[at], 0.0)
