"""Articles as numbers for the engines: the words of a text in order, each as the number of a term.

A news archive has thirty times as many words as word types. So each word type is analysed once and then
represented by a number, and postings are made by sorting the numbers of thousands of articles at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.digests import blake2b
from khabar.index.columns import firsts

__all__ = ["BESIDE", "Inverted", "TermHashes", "Words", "grouped", "located", "term_hashes"]

#: Set in the number of a token that has the position of the token before it, as a compound name has that of
#: its parts.
BESIDE = 1 << 31
_NUMBER = np.uint32(BESIDE - 1)
_BITS = 40


class Words(msgspec.Struct, frozen=True, eq=False):
    """The words of some passages, concatenated.

    Attributes:
        terms: the terms of the numbers; it may have more than these words need, and grow.
        tokens: the numbers of the words; those with the position of the one before are marked by
            :data:`BESIDE`.
        sizes: the number of tokens of each passage.
        lengths: the length of each passage in words, for the ranking.
    """

    terms: TermHashes
    tokens: NDArray[np.uint32]
    sizes: NDArray[Any]
    lengths: NDArray[Any]

    @property
    def numbers(self) -> NDArray[np.uint32]:
        """The numbers without marks."""
        return self.tokens & _NUMBER

    def hashes(self) -> NDArray[np.uint64]:
        """The hashes of the words in order, without those marked :data:`BESIDE`; for
        :mod:`khabar.stories`."""
        return self.terms.of(self.tokens[self.tokens < BESIDE])

    @classmethod
    def joined(cls, words: Sequence[Words]) -> Words:
        """Concatenate words."""
        terms = words[0].terms
        tokens = [each.tokens for each in words]
        if any(each.terms is not terms for each in words):
            terms, tokens = _numbered_alike(words)
        return cls(
            terms,
            np.concatenate(tokens),
            np.concatenate([each.sizes for each in words]),
            np.concatenate([each.lengths for each in words]),
        )

    def parted(self, passages: Sequence[int]) -> Iterator[Words]:
        """Split the words into consecutive articles with the given numbers of passages."""
        begin = start = 0
        ends = np.cumsum(self.sizes).tolist()
        for count in passages:
            end = begin + count
            stop = ends[end - 1] if end else 0
            yield Words(self.terms, self.tokens[start:stop], self.sizes[begin:end], self.lengths[begin:end])
            begin, start = end, stop


class TermHashes:
    """A list of numbered terms, which may grow, and their 64-bit hashes."""

    def __init__(self, terms: Sequence[str] = ()) -> None:
        self.terms = terms
        self._hashes: NDArray[np.uint64] = np.empty(0, np.uint64)
        self._hashed = 0

    def of(self, numbers: NDArray[Any]) -> NDArray[np.uint64]:
        """The hashes of the terms with the given numbers, in the same order."""
        size = len(self.terms)
        if size > self._hashed:
            if size > len(self._hashes):
                self._hashes = np.concatenate([self._hashes[: self._hashed], np.empty(size, np.uint64)])
            self._hashes[self._hashed : size] = term_hashes(self.terms[self._hashed : size])
            self._hashed = size
        result: NDArray[np.uint64] = self._hashes[numbers]
        return result


def _numbered_alike(words: Sequence[Words]) -> tuple[TermHashes, list[NDArray[np.uint32]]]:
    """Join the lists of terms of several words; returns the joined list and the renumbered tokens."""
    places: dict[str, int] = {}
    of_terms: dict[int, NDArray[np.uint32]] = {}
    for each in words:
        if id(each.terms) not in of_terms:
            numbers = [places.setdefault(term, len(places)) for term in each.terms.terms]
            of_terms[id(each.terms)] = np.array(numbers, np.uint32)
    return TermHashes(list(places)), [
        of_terms[id(each.terms)][each.numbers] | (each.tokens & np.uint32(BESIDE)) for each in words
    ]


def term_hashes(terms: Sequence[str]) -> NDArray[np.uint64]:
    """The 64-bit hashes of some terms: among a million words, the chance of a collision is one in thirty
    million."""
    digests = b"".join(
        [blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest() for term in terms]
    )
    return np.frombuffer(digests, "<u8").astype(np.uint64, copy=False)


class Inverted(msgspec.Struct, frozen=True, eq=False, dict=True):
    """Inverted words: the passages that contain each term.

    Attributes:
        numbers: the terms that occur, in order of their numbers.
        starts: the start of each term's entries, and the end of the last.
        passages: the passage of each entry.
        begins: the start of each entry's positions, and the end of the last.
        positions: the positions in the passage, in order.
    """

    numbers: NDArray[np.uint32]
    starts: NDArray[np.int64]
    passages: NDArray[np.int32]
    begins: NDArray[np.int32]
    positions: NDArray[np.int32]

    @cached_property
    def counts(self) -> NDArray[np.int32]:
        """The number of occurrences in each entry."""
        return np.diff(self.begins)


def located(words: Words) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The passage of each token, numbered from 0, and its position there."""
    sizes = words.sizes
    steps = np.cumsum(words.tokens < BESIDE, dtype=np.int32)
    # The number of positions before each passage.
    begins = np.cumsum(sizes) - sizes
    before = np.zeros(len(sizes), np.int32)
    before[begins > 0] = steps[begins[begins > 0] - 1]
    steps -= 1
    steps -= np.repeat(before, sizes)
    return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes), steps


def grouped(
    numbers: NDArray[np.uint32], passages: NDArray[np.int32], positions: NDArray[np.int32]
) -> Inverted:
    """Invert tokens that are in order of passages and positions, as :func:`located` gives them."""
    # Number and place in one key: sorting puts the entries of a term together and keeps their order. Done in
    # place where possible: these arrays take most of the memory of indexing.
    keys = numbers.astype(np.uint64)
    keys <<= np.uint64(_BITS)
    keys |= np.arange(len(numbers), dtype=np.uint64)
    keys.sort()
    numbers = (keys >> np.uint64(_BITS)).astype(np.uint32)
    keys &= np.uint64((1 << _BITS) - 1)
    places = keys.view(np.int64)
    positions = positions[places]
    passages = passages[places]
    del keys, places
    new_term = firsts(numbers)
    new_entry = new_term.copy()
    new_entry[1:] |= passages[1:] != passages[:-1]
    begins = np.flatnonzero(new_entry).astype(np.int32)
    starts = np.flatnonzero(new_term[begins])
    return Inverted(
        numbers[begins[starts]],
        np.append(starts, len(begins)),
        passages[begins],
        np.append(begins, np.int32(len(numbers))),
        positions,
    )
