"""How alike the letters of two words are: the cosine of their letter pairs, each weighted by its rarity among
the words of an index (as documents are compared in the vector space model; Salton, Wong and Yang 1975)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
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
]

#: Words shorter than this have no similar forms: a slip of one letter makes them another word.
_SHORTEST = 4
#: Bits of a number for a word's own: the rest is enough for two letters of any that Unicode has.
_OWNER = np.uint64(28)
#: Bits of a letter in a pair's code.
_LETTER = 21

Array = NDArray[Any]
_Pair = TypeVar("_Pair")


class Pairs(NamedTuple):
    """The letter pairs of some words.

    Attributes:
        codes: the pairs, as numbers in order.
        starts: where the words of each begin, and those of the last end.
        owners: the words that have each, by their places, in order.
    """

    codes: Array
    starts: Array
    owners: Array


class Sought(NamedTuple, Generic[_Pair]):
    """The letter pairs of a query word, by which similar words are found.

    The commonest pairs (those of «ال» and of endings) are in a third of all words. A word that shares with
    the query word only pairs whose weights stay below ``threshold²`` of the query word's cannot reach the
    threshold, so the commonest pairs, up to that weight, only add to words that share another.

    Attributes:
        squares: the sum of the weights of all its pairs, each the square of a rarity.
        telling: of the pairs that are in the index, of which a similar word has at least one, the weight and
            the pair, the lightest first.
        common: the others, likewise.
    """

    squares: float
    telling: list[tuple[float, _Pair]]
    common: list[tuple[float, _Pair]]

    @property
    def spared(self) -> float:
        """What the common pairs weigh."""
        return sum(weight for weight, _ in self.common)


def sought(total: int, pairs: Iterable[tuple[int, _Pair]], threshold: float) -> Sought[_Pair]:
    """How the letter pairs of a query word are to be looked for.

    Args:
        total: number of words in the index.
        pairs: for each pair in how many of them it is, and what stands for it; in the order of their codes.
        threshold: how alike a word must be, from 0 to 1.
    """
    squares = 0.0
    found: list[tuple[float, _Pair]] = []
    for count, pair in pairs:
        # A pair that no word here has is as rare as can be.
        square = math.log(1 + total / max(1, count)) ** 2
        squares += square
        if count:
            found.append((square, pair))
    found.sort(key=lambda each: each[0])
    common = 0
    spared = 0.0
    while common < len(found) and spared + found[common][0] < threshold**2 * squares:
        spared += found[common][0]
        common += 1
    return Sought(squares, found[common:], found[:common])


def vector_lengths(total: int, counts: Mapping[int, int], pairs: Pairs, size: int) -> Array:
    """The lengths of the vectors of some words, as 32-bit numbers; 0 for one without letter pairs.

    Args:
        total: number of words in the index.
        counts: in how many of them each letter pair is, by its code.
        pairs: the pairs of the words, as :func:`pairs_of` gives them.
        size: number of words.
    """
    codes, starts, owners = pairs
    rarities = np.log(1 + total / np.array([counts[code] for code in codes.tolist()], np.int64))
    squares = np.bincount(owners, np.repeat(rarities**2, np.diff(starts)), size)
    return np.sqrt(squares).astype(np.float32)


def cosines(sought_pairs: Sought[int], lengths: Array, pairs: Pairs) -> Array:
    """How alike some words are to a query word.

    Args:
        sought_pairs: the pairs of the query word, by their codes.
        lengths: of the words' vectors, none of them 0.
        pairs: the pairs of the words.
    """
    codes, starts, owners = pairs
    places = {code: place for place, code in enumerate(codes.tolist())}
    sums = np.zeros(len(lengths))
    # In the order in which a lexicon adds them, so that equal words stay equal.
    for weight, code in [*sought_pairs.telling, *reversed(sought_pairs.common)]:
        if (place := places.get(code)) is not None:
            sums[owners[starts[place] : starts[place + 1]]] += weight
    found: Array = sums / (lengths * math.sqrt(sought_pairs.squares))
    return found


def best(cosines: Array, most: int, texts: Callable[[Array], Sequence[str]]) -> Array:
    """The places of the most alike of some words; of equal ones those that come first by their letters: every
    run takes the same.

    Args:
        cosines: of the words.
        most: maximum number of places.
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
    """Whether a word is compared by its letter pairs: it is long enough, and has nothing but letters."""
    return len(word) >= _SHORTEST and word.isalpha()


def codes_of(word: str) -> list[int]:
    """The letter pairs of a word, edges marked («^واد$» → ^و وا اد د$), as numbers in order; none of one that
    is not compared by them. (For a single word :func:`pairs_of` takes twenty times as long.)"""
    if not has_pairs(word):
        return []
    return sorted({ord(one) << _LETTER | ord(following) for one, following in pairwise(f"^{word}$")})


def codes_among(letters: str) -> list[int]:
    """Every letter pair that a word of some letters can have, as numbers in order.

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
    """The letter pairs of all words that have some."""
    text = "\n".join([f"^{word}$" if has_pairs(word) else "" for word in words])
    text += "\n"
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    # Letters are counted through, so that a pair and its word go into one number, by which to sort.
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
