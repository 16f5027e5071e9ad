"""Articles as numbers: the words of a text in order, each the number of a term, which is what engines are handed.

A news archive has thirty times more words than word types. So a word type is analysed once, and from then on is a number;
postings are made of the numbers of thousands of articles at once, by sorting them.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.analysis import tokenizer
from khabar.analysis.analyzer import Analyzer, make_word
from khabar.analysis.fold import fold
from khabar.digests import blake2b
from khabar.index.columns import firsts

__all__ = [
    "BESIDE",
    "Encoder",
    "Inverted",
    "TermHashes",
    "Words",
    "grouped",
    "located",
    "term_hashes",
]

#: Set in a word's number: it stands at the position of the one before it, as a compound name does beside its parts.
BESIDE = 1 << 31
_NUMBER = np.uint32(BESIDE - 1)
#: Set in the number of a word type that is not just one term: it has several, or may open a compound name.
_SPECIAL = 1 << 31
_BITS = 40
#: The byte of a number with its highest bit.
_HIGH = 3 if sys.byteorder == "little" else 0
#: Pieces of text that are kept as numbers; the memory for them is then made free.
KEPT_PIECES = 200_000


class Words(msgspec.Struct, frozen=True, eq=False):
    """The words of some passages, one behind the other.

    Attributes:
        terms: what the numbers stand for; may have more than these words need, and grow.
        tokens: the words' numbers, those that stand beside another marked by :data:`BESIDE`.
        sizes: of each passage how many tokens it has.
        lengths: of each passage its length in words for the ranking.
    """

    terms: TermHashes
    tokens: NDArray[np.uint32]
    sizes: NDArray[Any]
    lengths: NDArray[Any]

    @property
    def numbers(self) -> NDArray[np.uint32]:
        """The words' numbers without marks."""
        return self.tokens & _NUMBER

    @classmethod
    def joined(cls, words: Sequence[Words]) -> Words:
        """Several in one."""
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


class TermHashes:
    """Terms that are known by numbers, and their 64-bit hashes; the list of terms may grow."""

    def __init__(self, terms: Sequence[str] = ()) -> None:
        self.terms = terms
        self._hashes: NDArray[np.uint64] = np.empty(0, np.uint64)
        self._made = 0

    def of(self, numbers: NDArray[Any]) -> NDArray[np.uint64]:
        """The hashes of the terms with these numbers, in the same order."""
        size = len(self.terms)
        if size > self._made:
            if size > len(self._hashes):
                self._hashes = np.concatenate([self._hashes[: self._made], np.empty(size, np.uint64)])
            self._hashes[self._made : size] = term_hashes(self.terms[self._made : size])
            self._made = size
        result: NDArray[np.uint64] = self._hashes[numbers]
        return result


def _numbered_alike(words: Sequence[Words]) -> tuple[TermHashes, list[NDArray[np.uint32]]]:
    """One list of terms for words that have several, and their tokens by it."""
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
    """The 64-bit hashes of some terms: two of a million words share one with a chance of one in thirty million."""
    digests = b"".join(
        [blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest() for term in terms]
    )
    return np.frombuffer(digests, "<u8").astype(np.uint64, copy=False)


class Encoder:
    """Turns articles' texts into numbers. The numbers hold for one encoder.

    Args:
        analyzer: says what the terms of a word are.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        #: the term of each number
        self.terms: list[str] = []
        self.hashes = TermHashes(self.terms)
        self._numbers: dict[str, int] = {}
        self._pieces = _Pieces(self._piece)
        self._special_pieces: set[str] = set()

    def encode(self, texts: Iterable[str], extra: Iterable[Sequence[str]] = ()) -> Words:
        """The words of an article's passages.

        Args:
            texts: the passages.
            extra: for each passage terms that it shall be found by and that are not words of it, such as the dates that it
                mentions; they count for nothing in its length.
        """
        if len(self._pieces) > KEPT_PIECES:
            self._pieces.clear()
            self._special_pieces.clear()
        pieces = self._pieces
        passages: list[bytes] = []
        lengths: list[int] = []
        more = iter(extra)
        for text in texts:
            # No word goes over a space.
            passage = b"".join([pieces[piece] for piece in text.split()])
            if _special(passage):
                passage = self._with_names(text.split())
            lengths.append(len(passage) // 4)
            beside = next(more, ())
            if beside:
                passage += array("I", [self._number(term) | BESIDE for term in beside]).tobytes()
            passages.append(passage)
        return Words(
            self.hashes,
            np.frombuffer(b"".join(passages), np.uint32),
            np.array([len(passage) // 4 for passage in passages], np.int64),
            np.array(lengths, np.int64),
        )

    def _with_names(self, split: Sequence[str]) -> bytes:
        """The tokens of a passage, some of whose words are more than one term, or one with the word behind them."""
        pieces, special = self._pieces, self._special_pieces
        found: list[bytes] = []
        end = 0
        for start, piece in enumerate(split):
            if start < end or piece not in special:
                continue
            found += [pieces[each] for each in split[end:start]]
            end = start + 1
            while end < len(split) and (split[end] in special or not pieces[split[end]]):
                end += 1
            # With the piece behind them, which may end a name and is nothing else.
            end += 1
            found.append(array("I", self._in_full(" ".join(split[start:end]))).tobytes())
        found += [pieces[each] for each in split[end:]]
        return b"".join(found)

    def _in_full(self, text: str) -> Iterator[int]:
        """The tokens of a text that has more to it than one term a word."""
        last = -1
        for position, word in self._analyzer.words(text):
            for term in word.exact:
                yield self._number(term) | (BESIDE if position == last else 0)
                last = position

    def _number(self, term: str) -> int:
        number = self._numbers.get(term)
        if number is None:
            number = self._numbers[term] = len(self.terms)
            self.terms.append(term)
        return number

    def _piece(self, piece: str) -> bytes:
        """The tokens of what stands between two spaces: a word with its punctuation, several glued by it, or none."""
        tokens = array("I", map(self._type, tokenizer.words(piece))).tobytes()
        if _special(tokens):
            self._special_pieces.add(piece)
        return tokens

    def _type(self, surface: str) -> int:
        folded = fold(surface)
        if folded.isalpha() and "عبد" not in folded and ("اب" not in folded or len(folded) > 4):
            # Only names and numbers can be more than one term.
            return self._number(folded)
        word = make_word(surface)
        special = len(word.exact) > 1 or word.head is not None
        return self._number(word.exact[0]) | (_SPECIAL if special else 0)

    def adopted(self, new: Sequence[str]) -> NDArray[np.uint32]:
        """The numbers here of terms that another encoder numbered."""
        return np.array([self._number(term) for term in new], np.uint32)


def _special(passage: bytes) -> bool:
    """Whether one of a passage's tokens is not just one term."""
    return bool(passage) and max(passage[_HIGH::4]) >= 0x80


class _Pieces(dict[str, bytes]):
    """Pieces of text as tokens, made on first sight and kept."""

    def __init__(self, make: Callable[[str], bytes]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, piece: str) -> bytes:
        tokens = self[piece] = self._make(piece)
        return tokens


class Inverted(msgspec.Struct, frozen=True, eq=False, dict=True):
    """Words turned round: for each term the passages that it stands in.

    Attributes:
        numbers: the terms that occur, in order of their numbers.
        starts: where the entries of each begin, and where the last one's end.
        passages: of each entry the passage.
        begins: where the positions of each entry begin, and where the last one's end.
        positions: the positions in the passage, in order.
    """

    numbers: NDArray[np.uint32]
    starts: NDArray[np.int64]
    passages: NDArray[np.int32]
    begins: NDArray[np.int32]
    positions: NDArray[np.int32]

    @cached_property
    def counts(self) -> NDArray[np.int32]:
        """Of each entry how often the term stands there."""
        return np.diff(self.begins)


def located(words: Words) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Of each token the passage, numbered from 0, and the position in it."""
    sizes = words.sizes
    steps = np.append(np.int32(0), np.cumsum(words.tokens < BESIDE, dtype=np.int32))
    # Of each passage how many words stood before it.
    before = steps[np.cumsum(sizes) - sizes]
    steps = steps[1:]
    steps -= 1
    steps -= np.repeat(before, sizes)
    return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes), steps


def grouped(
    numbers: NDArray[np.uint32], passages: NDArray[np.int32], positions: NDArray[np.int32]
) -> Inverted:
    """The postings of tokens that come in order of passages and positions, as :func:`located` gives them."""
    if not len(numbers):
        return Inverted(
            np.empty(0, np.uint32),
            np.zeros(1, np.int64),
            np.empty(0, np.int32),
            np.zeros(1, np.int32),
            np.empty(0, np.int32),
        )
    # Number and place in one: sorting them puts the entries of a term together and keeps their order.
    # In place as far as it goes: these arrays are the most memory that indexing takes.
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
