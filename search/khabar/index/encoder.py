"""Articles as numbers: the words of a text in order, each the number of a term, which is what engines are handed.

A news archive has thirty times more words than word types. So a word type is analysed once, and from then on is a number;
postings are made of the numbers of thousands of articles at once, by sorting them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.analysis import tokenizer
from khabar.analysis.analyzer import Analyzer, make_word
from khabar.analysis.fold import fold
from khabar.analysis.letters import LONGEST_KEY, Scan, scan
from khabar.dates.prefilter import may_be_dated
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
#: Set in the number of a word type that may be part of a date.
_DATED = 1 << 30
_UNFLAGGED = np.uint32(_DATED - 1)
#: Two to the power of this is how many plain words are found at once; with a few less an encoder is given up for a new one.
_SLOTS = 20
#: Pieces of text that are kept as numbers; the memory for them is then made free.
KEPT = 200_000


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

    def hashes(self) -> NDArray[np.uint64]:
        """The hashes of the words in order, without those beside them: by which :mod:`khabar.stories` knows them."""
        return self.terms.of(self.tokens[self.tokens < BESIDE])

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

    def parted(self, passages: Sequence[int]) -> Iterator[Words]:
        """Those of articles that have so many passages each."""
        begin = start = 0
        ends = np.cumsum(self.sizes).tolist()
        for count in passages:
            end = begin + count
            stop = ends[end - 1] if end else 0
            yield Words(self.terms, self.tokens[start:stop], self.sizes[begin:end], self.lengths[begin:end])
            begin, start = end, stop


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


class _Piece(NamedTuple):
    """What stands between two spaces: a word with its punctuation, several glued by it, or none.

    Attributes:
        tokens: the numbers of its words, as bytes.
        flags: :data:`_SPECIAL` if one of them is, :data:`_DATED` if it may be part of a date.
    """

    tokens: bytes
    flags: int


class Encoder:
    """Turns articles' texts into numbers. The numbers hold for one encoder.

    Plain words are looked up all at once, by the keys that :func:`~khabar.analysis.letters.scan` makes of their letters. What
    is not plain is taken apart by the tokenizer, and kept. Where a compound name may begin, the analyzer is asked.

    Args:
        analyzer: says what the terms of a word are.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        #: the term of each number
        self.terms: list[str] = []
        self.hashes = TermHashes(self.terms)
        self._numbers: dict[str, int] = {}
        # Plain words by their keys: each at the place that its key's hash says, or, if that is taken, among the crowded.
        self._keys = np.zeros(1 << _SLOTS, np.uint64)
        self._values = np.zeros(1 << _SLOTS, np.uint32)
        self._crowded: dict[int, int] = {}
        self._long: dict[str, int] = {}
        self._pieces: dict[str, _Piece] = {}
        self._names: dict[str, bytes] = {}

    def encode(self, texts: Iterable[str], dates: Callable[[int], Sequence[str]] = lambda _: ()) -> Words:
        """The words of some passages.

        Args:
            texts: the passages.
            dates: gives, of the passage with a number, terms that it shall be found by and that are not words of it: the days
                that it mentions. Asked only where there may be one. They count for nothing in its length.
        """
        for kept in (self._long, self._pieces, self._names):
            if len(kept) > KEPT:
                kept.clear()
        runs = scan(list(texts))
        values = self._plain(runs)
        pieces = self._taken_apart(runs)
        values[runs.pieces] = [piece.flags for piece in pieces]
        sizes = np.ones(len(values), np.int64)
        sizes[runs.pieces] = [len(piece.tokens) // 4 for piece in pieces]
        several = dict(zip(runs.pieces.tolist(), (piece.tokens for piece in pieces), strict=True))
        self._put_names(runs, values >= _SPECIAL, sizes, several)
        tokens = np.repeat(values & _UNFLAGGED, sizes)
        places = sorted(several)
        inside = np.zeros(len(values), bool)
        inside[places] = True
        tokens[np.repeat(inside, sizes)] = np.frombuffer(
            b"".join(map(several.__getitem__, places)), np.uint32
        )
        dated = np.diff(_sums(values & np.uint32(_DATED) != 0)[runs.bounds])
        return self._with_dates(tokens, np.diff(_sums(sizes)[runs.bounds]), np.flatnonzero(dated), dates)

    def _plain(self, runs: Scan) -> NDArray[np.uint32]:
        """Of each run that is a plain word its number, with its flags."""
        slots = _slots(runs.keys)
        values = self._values[slots]
        unknown = self._keys[slots] != runs.keys
        long = runs.ends - runs.starts > LONGEST_KEY
        unknown[runs.pieces] = long[runs.pieces] = False
        unknown &= ~long
        if unknown.any():
            places = np.flatnonzero(unknown)
            keys, first, which = np.unique(runs.keys[places], return_index=True, return_inverse=True)
            values[places] = self._of_keys(keys, runs.texts(places[first]))[which]
        if long.any():
            places = np.flatnonzero(long)
            values[places] = np.fromiter(map(self._of_long, runs.texts(places)), np.uint32, len(places))
        return values

    def _of_keys(self, keys: NDArray[np.uint64], words: Sequence[str]) -> NDArray[np.uint32]:
        """The values of keys, each once, that do not stand where their hashes point; ``words``: one of each."""
        crowded = self._crowded
        new: list[int] = []
        found: list[int] = []
        for place, (key, word) in enumerate(zip(keys.tolist(), words, strict=True)):
            value = crowded.get(key)
            if value is None:
                value = self._of_plain(word)
                new.append(place)
            found.append(value)
        values = np.array(found, np.uint32)
        keys, made = keys[new], values[new]
        slots = _slots(keys)
        free = self._keys[slots] == 0
        self._keys[slots[free]] = keys[free]
        # Of several that want one place the last has got it.
        there = self._keys[slots] == keys
        self._values[slots[there]] = made[there]
        crowded.update(zip(keys[~there].tolist(), made[~there].tolist(), strict=True))
        return values

    def _of_long(self, word: str) -> int:
        value = self._long.get(word)
        if value is None:
            value = self._long[word] = self._of_plain(word)
        return value

    def _of_plain(self, word: str) -> int:
        return self._type(word) | (_DATED if may_be_dated(word) else 0)

    def _taken_apart(self, runs: Scan) -> list[_Piece]:
        """The runs that are pieces."""
        known, found = self._pieces, []
        for text in runs.texts(runs.pieces):
            piece = known.get(text)
            if piece is None:
                tokens = array("I", map(self._type, tokenizer.words(text)))
                flags = max(tokens, default=0) & _SPECIAL | (_DATED if may_be_dated(text) else 0)
                piece = known[text] = _Piece(tokens.tobytes(), flags)
            found.append(piece)
        return found

    def _put_names(
        self, runs: Scan, special: NDArray[np.bool_], sizes: NDArray[np.int64], several: dict[int, bytes]
    ) -> None:
        """Put what the analyzer says where words have more than one term, or one with the word behind them.

        Args:
            runs: the passages.
            special: of each run whether there is such a word in it.
            sizes: of each run how many tokens it has; changed.
            several: the tokens of each run that does not have just one; changed.
        """
        end = 0
        for run in np.flatnonzero(special).tolist():
            if run < end:
                continue
            # The whole piece, and those behind it up to the first that has a word and is not special: it may end a name.
            limit = runs.bounds[np.searchsorted(runs.bounds, run, "right")]
            first, end, begins, ends = runs.around(run)
            ending = False
            while not ending:
                behind = end + np.flatnonzero(sizes[end:limit])[:1]
                ending = not len(behind)
                if not ending:
                    first_behind, end, _, ends = runs.around(int(behind[0]))
                    ending = not special[first_behind:end].any()
            text = runs.text[begins:ends]
            tokens = self._names.get(text)
            if tokens is None:
                tokens = self._names[text] = array("I", self._in_full(text)).tobytes()
            for each in range(first, end):
                several.pop(each, None)
            several[first] = tokens
            sizes[first:end] = 0
            sizes[first] = len(tokens) // 4

    def _in_full(self, text: str) -> Iterator[int]:
        """The tokens of a text that has more to it than one term a word."""
        last = -1
        for position, word in self._analyzer.words(text):
            for term in word.exact:
                yield self._number(term) | (BESIDE if position == last else 0)
                last = position

    def _with_dates(
        self,
        tokens: NDArray[np.uint32],
        lengths: NDArray[np.int64],
        dated: NDArray[np.int64],
        dates: Callable[[int], Sequence[str]],
    ) -> Words:
        """The words of passages, with the dates of some of them behind their last words."""
        sizes = lengths.copy()
        ends = np.cumsum(lengths)
        where: list[int] = []
        numbers: list[int] = []
        for passage in dated.tolist():
            terms = dates(passage)
            sizes[passage] += len(terms)
            where += [ends[passage]] * len(terms)
            numbers += [self._number(term) | BESIDE for term in terms]
        if numbers:
            tokens = np.insert(tokens, where, np.array(numbers, np.uint32))
        return Words(self.hashes, tokens, sizes, lengths)

    def _number(self, term: str) -> int:
        number = self._numbers.get(term)
        if number is None:
            number = self._numbers[term] = len(self.terms)
            self.terms.append(term)
        return number

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
        return np.fromiter(map(self._number, new), np.uint32, len(new))


def _slots(keys: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Where keys are looked for: Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4)."""
    return ((keys * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - _SLOTS)).astype(np.intp)


def _sums(counts: NDArray[Any]) -> NDArray[np.int64]:
    """Of each place the sum of what is before it; at the end that of all."""
    return np.append(0, np.cumsum(counts))


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
    steps = np.cumsum(words.tokens < BESIDE, dtype=np.int32)
    # Of each passage how many words stood before it.
    begins = np.cumsum(sizes) - sizes
    before = np.zeros(len(sizes), np.int32)
    before[begins > 0] = steps[begins[begins > 0] - 1]
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
