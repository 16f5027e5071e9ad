"""The similarity of two words by their letters: the cosine of their letter pairs, each weighted by its rarity
among the words of an index (the vector space model; Salton, Wong and Yang 1975)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from khabar.index.columns import distinct, firsts

__all__ = [
    "Pairs",
    "Sought",
    "best",
    "codes_among",
    "codes_of",
    "cosines",
    "has_pairs",
    "pair_of",
    "pairs_of",
    "sought",
    "vector_lengths",
    "weights_of",
]

#: Shorter words have no similar forms: one wrong letter makes them another word.
_SHORTEST = 4
#: Bits for the number of a word in a sort key: the rest is enough for any two Unicode letters.
_OWNER = np.uint64(28)
#: Bits of a letter in a pair's code.
_LETTER = 21

#: Letter pairs whose words are counted at a time.
_AT_ONCE = 64

Array = NDArray[Any]
_Pair = TypeVar("_Pair")


class Pairs(NamedTuple):
    """The letter pairs of some words.

    Attributes:
        codes: the pairs, as sorted numbers.
        starts: the start of each pair's words in :attr:`owners`, and the end of the last.
        owners: the words that have each pair, as sorted places.
    """

    codes: Array
    starts: Array
    owners: Array


class Sought(NamedTuple, Generic[_Pair]):
    """The letter pairs of a query word by which similar words are found.

    The commonest pairs (those of «ال» and of endings) are in a third of all words. A word cannot reach the
    threshold if it shares only pairs that together weigh less than ``threshold²`` of the query word's weight.
    So the commonest pairs, up to that weight, only add to words that share another one.

    Attributes:
        squares: the sum of the weights of all its pairs, each the square of a rarity.
        telling: the pairs in the index of which a similar word has at least one, each with its weight, the
            lightest first.
        common: the other pairs in the index, likewise.
    """

    squares: float
    telling: list[tuple[float, _Pair]]
    common: list[tuple[float, _Pair]]

    @property
    def spared(self) -> float:
        """The weight of the common pairs together."""
        return sum(weight for weight, _ in self.common)


def sought(total: int, pairs: Iterable[tuple[int, _Pair]], threshold: float) -> Sought[_Pair]:
    """Split the letter pairs of a query word into telling and common ones.

    Args:
        total: the number of words in the index.
        pairs: the number of words that have each pair, and the pair; in the order of their codes.
        threshold: the minimum similarity, from 0 to 1.
    """
    squares = 0.0
    found: list[tuple[float, _Pair]] = []
    for count, pair in pairs:
        # A pair that no word has counts as one of a single word.
        square = math.log(1 + total / max(1, count)) ** 2
        squares += square
        if count:
            found.append((square, pair))
    found.sort(key=lambda weighted: weighted[0])
    common = 0
    spared = 0.0
    while common < len(found) and spared + found[common][0] < threshold**2 * squares:
        spared += found[common][0]
        common += 1
    return Sought(squares, found[common:], found[:common])


def weights_of(total: int, counts: Any) -> Array:
    """The square of the rarity of each of some letter pairs: ``counts`` of ``total`` words have it."""
    weights: Array = np.log(1 + total / np.asarray(counts)) ** 2
    return weights


def vector_lengths(total: int, counts: Any, pairs: Pairs, size: int) -> Array:
    """The lengths of some words' vectors as 32-bit numbers; 0 for a word without letter pairs.

    Args:
        total: the number of words in the index.
        counts: the number of these that have each of the pairs, in their order.
        pairs: the pairs of the words, as :func:`pairs_of` gives them.
        size: the number of words.
    """
    weights, sizes, squares = weights_of(total, counts), np.diff(pairs.starts), np.zeros(size)
    for first in range(0, len(weights), _AT_ONCE):
        last = min(first + _AT_ONCE, len(weights))
        owners = pairs.owners[pairs.starts[first] : pairs.starts[last]]
        # In order, as a merge of a lexicon adds them, so that the sums are rounded alike.
        np.add.at(squares, owners, np.repeat(weights[first:last], sizes[first:last]))
    return np.sqrt(squares).astype(np.float32)


def cosines(sought_pairs: Sought[int], lengths: Array, pairs: Pairs) -> Array:
    """The similarity of some words to a query word.

    Args:
        sought_pairs: the pairs of the query word, by their codes.
        lengths: the lengths of the words' vectors, none of them 0.
        pairs: the pairs of the words.
    """
    codes, starts, owners = pairs
    places = {code: place for place, code in enumerate(codes.tolist())}
    sums = np.zeros(len(lengths))
    # Added in the order of a lexicon, so that rounding is the same.
    for weight, code in [*sought_pairs.telling, *reversed(sought_pairs.common)]:
        if (place := places.get(code)) is not None:
            sums[owners[starts[place] : starts[place + 1]]] += weight
    result: Array = sums / (lengths * math.sqrt(sought_pairs.squares))
    return result


def best(cosines: Array, most: int, texts: Callable[[Array], Sequence[str]]) -> Array:
    """The places of the most similar words; of equal ones the first in alphabetical order, so that every run
    takes the same.

    Args:
        cosines: the similarities of the words.
        most: the maximum number of places.
        texts: gives the words at some places.
    """
    if len(cosines) <= most:
        return np.arange(len(cosines))
    least = np.sort(cosines)[-most]
    above, tied = np.flatnonzero(cosines > least), np.flatnonzero(cosines == least)
    if len(above) + len(tied) > most:
        words = texts(tied)
        tied = tied[sorted(range(len(tied)), key=words.__getitem__)[: most - len(above)]]
    return np.append(above, tied)


def has_pairs(word: str) -> bool:
    """Whether a word is compared by its letter pairs: it is long enough and has only letters."""
    return len(word) >= _SHORTEST and word.isalpha()


def codes_of(word: str) -> list[int]:
    """The letter pairs of a word with its edges marked («^واد$» → ^و وا اد د$), as sorted numbers; empty for
    a word that is not compared by them. (:func:`pairs_of` takes twenty times as long for a single word.)"""
    if not has_pairs(word):
        return []
    return sorted({ord(one) << _LETTER | ord(following) for one, following in pairwise(f"^{word}$")})


def codes_among(letters: str) -> list[int]:
    """Every letter pair that a word of the given letters can have, as sorted numbers.

    >>> [pair_of(code) for code in codes_among("و")]
    ['^و', 'و$', 'وو']
    """
    pairs = [(one, following) for one in f"^{letters}" for following in f"{letters}$"]
    return sorted(ord(one) << _LETTER | ord(following) for one, following in pairs if one + following != "^$")


def pair_of(code: int) -> str:
    """The letters of a pair.

    >>> [pair_of(code) for code in codes_of("وادي")]
    ['^و', 'اد', 'دي', 'وا', 'ي$']
    """
    return chr(code >> _LETTER) + chr(code & (1 << _LETTER) - 1)


def pairs_of(words: Sequence[str]) -> Pairs:
    """The letter pairs of some words."""
    text = "\n".join([f"^{word}$" if has_pairs(word) else "" for word in words])
    text += "\n"
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    # Letters are numbered, so that a pair and its word fit into one number, by which to sort.
    alphabet = distinct(letters)
    letters = np.searchsorted(alphabet, letters).astype(np.uint32)
    breaks = letters == np.searchsorted(alphabet, 10)
    inside = ~(breaks[:-1] | breaks[1:])
    keys = letters[:-1][inside].astype(np.uint64)
    keys *= np.uint64(len(alphabet))
    keys += letters[1:][inside]
    keys <<= _OWNER
    keys |= np.cumsum(breaks, dtype=np.uint32)[:-1][inside]
    keys = distinct(keys)
    owners = (keys & ((np.uint64(1) << _OWNER) - np.uint64(1))).astype(np.int32)
    keys >>= _OWNER
    starts = np.flatnonzero(firsts(keys))
    one, following = np.divmod(keys[starts], np.uint64(len(alphabet)))
    codes = alphabet[one].astype(np.uint64) << np.uint64(_LETTER) | alphabet[following]
    return Pairs(codes, np.append(starts, len(keys)), owners)
