"""The numbers of words, and how often each occurs, kept exact while articles come and go."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.index.engine import UnitWords
from khabar.index.tantivy_engine.catalogue import Catalogue, term_hash
from khabar.index.tantivy_engine.words import BESIDE, Texts

__all__ = ["Encoder", "Vocabulary", "term_text"]

#: Counted when this many words are gathered.
_FULL = 500_000


def term_text(number: int) -> str:
    """How a word's number stands in Tantivy's text field."""
    return f"{number:x}"


class Vocabulary(dict[str, int]):
    """Term → number, with new numbers for new terms, and the counts of all."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._order = catalogue.order
        self._sorted = catalogue.hashes[catalogue.order]
        self._hashes = catalogue.hashes
        self._new: list[int] = []
        self._counts = (catalogue.in_units.copy(), catalogue.occurrences.copy())
        self._added: list[Texts] = []
        self._removed: list[Texts] = []
        self._gathered = 0

    def __missing__(self, term: str) -> int:
        wanted = term_hash(term)
        place = int(np.searchsorted(self._sorted, np.uint64(wanted))) if len(self._sorted) else 0
        if place < len(self._sorted) and int(self._sorted[place]) == wanted:
            number = int(self._order[place])
        else:
            number = len(self._hashes) + len(self._new)
            self._new.append(wanted)
        self[term] = number
        return number

    def count(self, text: Texts, *, removed: bool = False) -> None:
        """Count the words of an article that was added or removed."""
        (self._removed if removed else self._added).append(text)
        self._gathered += len(text.tokens)
        if self._gathered >= _FULL:
            self._sum_up()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays of a :class:`Catalogue` that are by word."""
        self._sum_up()
        hashes = np.concatenate([self._hashes, np.array(self._new, np.uint64)])
        order = np.argsort(hashes, kind="stable").astype(np.uint32)
        in_units, occurrences = self._counts
        return {"hashes": hashes, "order": order, "in_units": in_units, "occurrences": occurrences}

    def _sum_up(self) -> None:
        total = len(self._hashes) + len(self._new)
        in_units, occurrences = (np.pad(each, (0, total - len(each))) for each in self._counts)
        for sign, texts in ((1, self._added), (-1, self._removed)):
            if texts:
                whole = Texts.joined(texts)
                numbers = whole.numbers
                occurrences += sign * np.bincount(numbers, minlength=total)
                # One of each word of a unit: sorted as one number, and told from the one before.
                pairs = (whole.unit_of.astype(np.uint64) << np.uint64(32)) | numbers
                pairs.sort()
                first = np.ones(len(pairs), bool)
                first[1:] = pairs[1:] != pairs[:-1]
                words = (pairs[first] & np.uint64(0xFFFFFFFF)).astype(np.int64)
                in_units += sign * np.bincount(words, minlength=total)
                texts.clear()
        self._counts = (in_units, occurrences)
        self._gathered = 0


class Encoder:
    """Turns the words of units into records of numbers, and into the text that Tantivy is given."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._own = _Pieces(vocabulary, beside=False)
        self._beside = _Pieces(vocabulary, beside=True)

    def encode(self, units: Sequence[UnitWords]) -> tuple[bytes, list[int], str, str]:
        """The numbers of an article's words, the lengths of its units, and its title and all its text for Tantivy.

        Positions rise by 0 or 1, as :meth:`khabar.analysis.analyzer.Analyzer.words` gives them.
        """
        own = self._own
        tokens: list[bytes] = []
        lengths: list[int] = []
        texts: list[str] = []
        title = ""
        for words in units:
            here = [own[word.exact] for _, word in words]
            if words and words[-1][0] != len(words) - 1:
                for place, ((before, _), (position, word)) in enumerate(pairwise(words), 1):
                    if position == before:
                        here[place] = self._beside[word.exact]
            joined = b"".join([piece[0] for piece in here])
            tokens.append(joined)
            lengths.append(len(joined) // 4)
            texts += [piece[1] for piece in here]
            if len(lengths) == 1:
                title = " ".join(texts)
        return b"".join(tokens), lengths, title, " ".join(texts)


class _Pieces(dict[tuple[str, ...], tuple[bytes, str]]):
    """The terms of a word type → its numbers as they are kept, and as text."""

    def __init__(self, vocabulary: Vocabulary, *, beside: bool) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self._first_beside = 0 if beside else 1

    def __missing__(self, terms: tuple[str, ...]) -> tuple[bytes, str]:
        numbers = [self._vocabulary[term] for term in terms]
        kept = array("I", numbers)
        for place in range(self._first_beside, len(kept)):
            kept[place] |= BESIDE
        piece = self[terms] = (kept.tobytes(), " ".join(map(term_text, numbers)))
        return piece
