"""The encoder turns texts into the numbers of their words (:mod:`khabar.index.words`)."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.analysis import tokenizer
from khabar.analysis.analyzer import Analyzer, make_word
from khabar.analysis.fold import fold
from khabar.analysis.letters import LONGEST_KEY, Scan, scan
from khabar.dates.prefilter import SIGN_WORDS, may_be_dated
from khabar.index.words import BESIDE, TermHashes, Words

__all__ = ["Encoder"]

Dates = Callable[[int, Sequence[str]], Sequence[str]]
"""Gives the terms of the days that a passage mentions: see :meth:`Encoder.encode`."""

#: Set in the number of a word type that has several terms or may open a compound name.
_SPECIAL = 1 << 31
#: Set in the number of a word type that may be part of a date.
_DATED = 1 << 30
_UNFLAGGED = np.uint32(_DATED - 1)
#: The table of plain words has two to the power of this slots; an encoder is replaced before its table is
#: half full.
_SLOTS = 20
#: Pieces of text whose numbers are cached; with more, the cache is cleared.
KEPT = 50_000


class _Piece(NamedTuple):
    """The text between two spaces: a word with its punctuation, several words joined by it, or none.

    Attributes:
        tokens: the numbers of its words, as bytes.
        flags: :data:`_SPECIAL` if one of them is, :data:`_DATED` if it may be part of a date.
    """

    tokens: bytes
    flags: int


class Encoder:
    """Turns the texts of articles into numbers, which are valid for this encoder alone.

    Plain words are looked up all at once, by the keys that :func:`~khabar.analysis.letters.scan` makes of
    their letters. The tokenizer splits the other pieces, and the results are cached. Where a compound name
    may begin, the analyzer decides.

    Args:
        analyzer: gives the terms of a word.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        #: the term of each number
        self.terms: list[str] = []
        self.hashes = TermHashes(self.terms)
        self._numbers: dict[str, int] = {}
        # Plain words by their keys: each in the slot of its key's hash, or in ``_crowded`` if that is taken.
        self._keys = np.zeros(1 << _SLOTS, np.uint64)
        self._values = np.zeros(1 << _SLOTS, np.uint32)
        self._crowded: dict[int, int] = {}
        self._long: dict[str, int] = {}
        self._pieces: dict[str, _Piece] = {}
        self._names: dict[str, bytes] = {}

    def encode(self, texts: Iterable[str], dates: Dates = lambda passage, pieces: ()) -> Words:
        """Encode some passages.

        Args:
            texts: the passages.
            dates: gives the terms of the days that a passage mentions, by which it is found too. Called with
                the number of the passage and the pieces of its text that may be part of a date, only for
                passages that have such pieces. These terms do not count in the passage's length.
        """
        for cache in (self._long, self._pieces, self._names):
            if len(cache) > KEPT:
                cache.clear()
        runs = scan(list(texts))
        values = self._plain(runs)
        pieces = self._split(runs)
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
        signs = np.flatnonzero(values & np.uint32(_DATED))
        dated: dict[int, list[str]] = {}
        owners = np.searchsorted(runs.bounds, signs, "right") - 1
        for passage, piece in zip(owners.tolist(), runs.texts(signs), strict=True):
            dated.setdefault(passage, []).append(piece)
        return self._with_dates(tokens, np.diff(_sums(sizes)[runs.bounds]), dated, dates)

    def _plain(self, runs: Scan) -> NDArray[np.uint32]:
        """The flagged number of each run that is a plain word."""
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
        """The flagged numbers of distinct keys that are not in the slots of their hashes; ``words``: a word
        for each key."""
        crowded = self._crowded
        new: list[int] = []
        numbers: list[int] = []
        for place, (key, word) in enumerate(zip(keys.tolist(), words, strict=True)):
            value = crowded.get(key)
            if value is None:
                value = self._of_plain(word)
                new.append(place)
            numbers.append(value)
        values = np.array(numbers, np.uint32)
        keys, encoded = keys[new], values[new]
        slots = _slots(keys)
        free = self._keys[slots] == 0
        self._keys[slots[free]] = keys[free]
        # Of several keys with one slot, the last has got it.
        placed = self._keys[slots] == keys
        self._values[slots[placed]] = encoded[placed]
        crowded.update(zip(keys[~placed].tolist(), encoded[~placed].tolist(), strict=True))
        return values

    def _of_long(self, word: str) -> int:
        value = self._long.get(word)
        if value is None:
            value = self._long[word] = self._of_plain(word)
        return value

    def _of_plain(self, word: str) -> int:
        folded = fold(word)
        return self._of_folded(folded) | (_DATED if folded in SIGN_WORDS else 0)

    def _split(self, runs: Scan) -> list[_Piece]:
        """Split the runs that are not plain words."""
        cache, pieces = self._pieces, []
        for text in runs.texts(runs.pieces):
            piece = cache.get(text)
            if piece is None:
                tokens = array("I", (self._of_folded(fold(word)) for word in tokenizer.words(text)))
                flags = max(tokens, default=0) & _SPECIAL | (_DATED if may_be_dated(text) else 0)
                piece = cache[text] = _Piece(tokens.tobytes(), flags)
            pieces.append(piece)
        return pieces

    def _put_names(
        self, runs: Scan, special: NDArray[np.bool_], sizes: NDArray[np.int64], several: dict[int, bytes]
    ) -> None:
        """Replace the tokens of words that have several terms, or form one with the next word, by those that
        the analyzer gives.

        Args:
            runs: the passages.
            special: whether each run contains such a word.
            sizes: the number of tokens of each run; changed in place.
            several: the tokens of each run that has more or fewer than one; changed in place.
        """
        end = 0
        for run in np.flatnonzero(special).tolist():
            if run < end:
                continue
            # The whole piece, and the following ones up to the first that has a word and is not special: it
            # may end a name.
            limit = runs.bounds[np.searchsorted(runs.bounds, run, "right")]
            first, end, begins, ends = runs.around(run)
            is_last = False
            while not is_last:
                following = end + np.flatnonzero(sizes[end:limit])[:1]
                is_last = not len(following)
                if not is_last:
                    next_first, end, _, ends = runs.around(int(following[0]))
                    is_last = not special[next_first:end].any()
            text = runs.text[begins:ends]
            tokens = self._names.get(text)
            if tokens is None:
                tokens = self._names[text] = array("I", self._analyzed(text)).tobytes()
            for other in range(first, end):
                several.pop(other, None)
            several[first] = tokens
            sizes[first:end] = 0
            sizes[first] = len(tokens) // 4

    def _analyzed(self, text: str) -> Iterator[int]:
        """The tokens of a text as the analyzer gives them."""
        last = -1
        for position, word in self._analyzer.words(text):
            for term in word.exact:
                yield self._number(term) | (BESIDE if position == last else 0)
                last = position

    def _with_dates(
        self,
        tokens: NDArray[np.uint32],
        lengths: NDArray[np.int64],
        dated: Mapping[int, Sequence[str]],
        dates: Dates,
    ) -> Words:
        """Insert the terms of dates after the last words of their passages."""
        sizes = lengths.copy()
        ends = np.cumsum(lengths)
        where: list[int] = []
        numbers: list[int] = []
        for passage, pieces in dated.items():
            terms = dates(passage, pieces)
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

    def _of_folded(self, folded: str) -> int:
        if folded.isalpha() and "عبد" not in folded and ("اب" not in folded or len(folded) > 4):
            # Only names and numbers can be more than one term.
            return self._number(folded)
        word = make_word(folded)
        special = len(word.exact) > 1 or word.head is not None
        return self._number(word.exact[0]) | (_SPECIAL if special else 0)

    def adopted(self, new: Sequence[str]) -> NDArray[np.uint32]:
        """The numbers in this encoder of another encoder's terms."""
        return np.fromiter(map(self._number, new), np.uint32, len(new))


def _slots(keys: NDArray[np.uint64]) -> NDArray[np.intp]:
    """The slots of keys, by Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4)."""
    return ((keys * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - _SLOTS)).astype(np.intp)


def _sums(counts: NDArray[Any]) -> NDArray[np.int64]:
    """The sum of the counts before each place, and of all counts at the end."""
    return np.append(0, np.cumsum(counts))
