"""The lexicon: an index's vocabulary, and the class of words that a query word matches on each depth.

An index stores texts on the exact depth alone. The light, lemma and similar depths are properties of word
types, not of occurrences, so the lexicon stores them once per type: a text is indexed once, and a query word
is expanded to the forms in *this* index that it can mean, each with its depth. ``khabar why`` shows these
forms.

The lexicon only grows: words of removed articles stay until a rebuild and match nothing. It is written before
the engine's commit, so that a process killed between the two leaves a lexicon with some words too many, never
one too few. :mod:`khabar.index.lexicon_files` reads and writes its files.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from heapq import merge
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.analysis.analyzer import Analyzer
from khabar.caching import Kept, remembered
from khabar.index.columns import distinct, lookup
from khabar.index.letter_pairs import best, codes_of, sought
from khabar.index.lexicon_files import (
    CLASSES,
    LEXICON,
    PART,
    Part,
    create_lexicon,
    open_parts,
    write_parts,
)
from khabar.index.recovery import unreadable
from khabar.index.word_forms import (
    Classes,
    Form,
    carries,
    class_keys,
    classes_of,
    clinging,
    ranked,
    unpacked,
)

__all__ = ["LEXICON", "Form", "Lexicon", "class_keys", "create_lexicon", "unpacked", "write_lexicon"]

Array = NDArray[Any]

#: The number of letter pairs whose spans are cached, and the bytes of the cached words of letter pairs.
_PAIRS = 4096
KEPT_PAIRS = 24_000_000
#: The number of letter pairs that have a bit in the bitmap of a word; those of a very long word that exceed
#: it are looked up.
_NOTED = 16
#: Appended to a prefix, it sorts after every string with that prefix; UTF-8 sorts as code points do.
_LAST = "\U0010ffff"


class _Pair(NamedTuple):
    """A letter pair.

    Attributes:
        code: its number (:func:`khabar.index.letter_pairs.codes_of`).
        size: the number of terms that have it.
        spans: the start and the end of the list of these terms in each part of the lexicon.
    """

    code: int
    size: int
    spans: Sequence[tuple[int, int]]


class Lexicon:
    """A lexicon, open for reading; safe to share between threads. The numbers of its terms are in no
    meaningful order.

    Args:
        folder: the index folder.
        parts: its parts by their numbers.

    Raises:
        IndexDamaged: from all methods, if something is damaged.
    """

    def __init__(self, folder: Path, parts: Mapping[int, Part]) -> None:
        self._folder = folder
        self.parts = parts
        self._parts = list(parts.values())
        #: the number of the first term of each part
        self._bases: list[int] = np.cumsum([0, *map(len, self._parts)]).tolist()
        #: arrays of zeros, one number for each term, that no thread is using
        self._spare: list[Array] = []
        self._pair = remembered(self._read_pair, _PAIRS)
        self._pair_owners: Kept[tuple[Array, Array]] = Kept(KEPT_PAIRS)

    @classmethod
    def open(cls, folder: Path, *, whole: bool = False) -> Lexicon:
        """Open the lexicon of an index folder; ``whole`` compares all of it with its checksums.

        Raises:
            IndexDamaged: if it is lost or is not a lexicon.
        """
        return cls(folder, open_parts(folder, whole=whole))

    def __len__(self) -> int:
        return self._bases[-1]

    def __contains__(self, term: str) -> bool:
        return self._find(term) is not None

    def known(self, terms: Iterable[str]) -> set[str]:
        """The subset of some terms that the lexicon has."""
        return {term for term in terms if term in self}

    @contextmanager
    def _reading(self, place: int) -> Iterator[Part]:
        """A part; errors inside are raised as damage to the index, or as refused by the system."""
        try:
            yield self._parts[place]
        except (ValueError, IndexError, OSError, MemoryError) as error:
            path = self._folder / PART.format(list(self.parts)[place])
            raise unreadable(path, error) from error

    def term(self, number: int) -> str:
        """The term with a number."""
        place = bisect_right(self._bases, number) - 1
        with self._reading(place) as part:
            return part.words[number - self._bases[place]].decode("utf-8", "surrogatepass")

    def terms(self) -> list[str]:
        """All terms in the order of their UTF-8 bytes."""
        return self.beginning("")

    def beginning(self, prefix: str) -> list[str]:
        """The terms that begin with a prefix, in order."""
        first, last = (text.encode("utf-8", "surrogatepass") for text in (prefix, prefix + _LAST))
        lists = []
        for place in range(len(self._parts)):
            with self._reading(place) as part:
                every = range(len(part))
                begin, end = part.words.place(first, every), part.words.place(last, every)
                words = part.words.part(range(begin, end) if prefix else every)
            lists.append([word.decode("utf-8", "surrogatepass") for word in words])
        return lists[0] if len(lists) == 1 else list(merge(*lists))

    def prepare(
        self,
        terms: Iterable[str],
        analyzer: Analyzer,
        *,
        similar: int,
        threshold: float,
        known: Iterable[str] = (),
    ) -> None:
        """Do nothing: all words are local."""

    def forms(
        self, term: str, analyzer: Analyzer, *, similar: int = 0, threshold: float = 1.0
    ) -> tuple[Form, ...]:
        """The forms in this index of a folded query word, the strictest matches first.

        Args:
            term: a folded word.
            analyzer: gives the stems of a word that is not in the index.
            similar: the maximum number of forms that are similar in their letters alone.
            threshold: their minimum similarity, from 0 to 1: the cosine of the words' letter pairs, weighted
                by rarity.
        """
        number = self._find(term)
        own = classes_of(term, analyzer.stems(term)) if number is None else self._classes(number)
        by_light, by_lemma = set(self._class("light", own.light)), set(self._class("lemma", own.lemma))
        by_light |= self._clinging(term, own.read)
        alike = self._similar(term, number, similar, threshold) if similar else {}
        by_loan = self._class("loan", own.loan) if similar else []
        members = by_light | by_lemma | alike.keys() | set(by_loan)
        if number is not None:
            members.add(number)
        ordered = sorted(members)
        terms, reads = self._words(np.array(ordered, np.int64))
        words = dict(zip(ordered, zip(terms, reads, strict=True), strict=True))
        return ranked(
            term, own.read, words, own=number, light=by_light, lemma=by_lemma, loan=by_loan, alike=alike
        )

    def _clinging(self, term: str, read: int) -> set[int]:
        """The terms that are a word with an attached particle, or the word without its own particle."""
        longer, rest = clinging(term, read)
        candidates = map(self._find, longer)
        numbers = {number for number in candidates if number is not None and not self._classes(number).read}
        number = self._find(rest) if rest else None
        if number is not None and carries(term[0], rest, self._classes(number).read):
            numbers.add(number)
        return numbers

    def _find(self, term: str) -> int | None:
        target = term.encode("utf-8", "surrogatepass")
        for place, base in enumerate(self._bases[:-1]):
            with self._reading(place) as part:
                number = part.find(target)
            if number >= 0:
                return base + number
        return None

    def _classes(self, number: int) -> Classes:
        """The classes of a term."""
        place = bisect_right(self._bases, number) - 1
        with self._reading(place) as part:
            at = number - self._bases[place]
            return Classes(*(int(part.arrays[name][at]) for name in CLASSES.names or ()))

    def _class(self, depth: str, key: int) -> list[int]:
        """The terms with a class."""
        result: list[int] = []
        for place, base in enumerate(self._bases[:-1] if key else ()):
            with self._reading(place) as part:
                members = part.class_of(depth, key)
            result += (members.astype(np.int64) + base).tolist()
        return result

    def _of_parts(self, numbers: Array) -> Iterator[tuple[int, Array]]:
        """Split sorted numbers of terms by part: the place of each part, and the terms' numbers there."""
        bounds = np.searchsorted(numbers, self._bases).tolist()
        for place, (begin, end) in enumerate(pairwise(bounds)):
            if begin < end:
                yield place, numbers[begin:end] - self._bases[place]

    def _words(self, numbers: Array) -> tuple[list[str], list[int]]:
        """The texts of some terms, by their sorted numbers, and their entries in the dictionary
        (:attr:`Classes.read`)."""
        texts: list[str] = []
        reads: list[int] = []
        for place, local in self._of_parts(numbers):
            with self._reading(place) as part:
                texts += [word.decode("utf-8", "surrogatepass") for word in part.words.some(local)]
                reads += part.arrays["read"][local].tolist()
        return texts, reads

    @cached_property
    def _norms(self) -> Array:
        """The length of each term's vector of letter pairs."""
        counted = []
        for place in range(len(self._parts)):
            with self._reading(place) as part:
                counted.append(part.counted_pairs())
        lengths = [np.empty(0, np.float32)]
        for place in range(len(self._parts)):
            with self._reading(place) as part:
                is_last = place == len(self._parts) - 1
                lengths.append(
                    part.arrays["norms"][:] if is_last else part.vector_lengths(len(self), counted)
                )
        return lengths[1] if len(lengths) == 2 else np.concatenate(lengths)

    def _read_pair(self, code: int) -> _Pair:
        """Look up where the terms of a letter pair are."""
        spans = []
        for place in range(len(self._parts)):
            with self._reading(place) as part:
                spans += part.spans_of(np.array([code], np.uint64))
        return _Pair(code, sum(end - begin for begin, end in spans), spans)

    def _owners(self, pair: _Pair) -> Array:
        """The sorted numbers of the terms that have a letter pair."""
        owners = []
        for place, span in enumerate(pair.spans):
            with self._reading(place) as part:
                numbers = part.arrays["pairs"][slice(*span)]
            owners.append(numbers + np.int32(self._bases[place]) if place else numbers)
        return owners[0] if len(owners) == 1 else np.concatenate(owners)

    def _telling(self, pair: _Pair) -> tuple[Array, Array]:
        """The same numbers, of numpy's index type, and the lengths of these terms' vectors; cached, since
        words share letter pairs."""
        cached = self._pair_owners.get(pair.code)
        if cached is None:
            owners = self._owners(pair).astype(np.intp)
            cached = owners, self._norms.take(owners)
            self._pair_owners.put(pair.code, cached, sum(array.nbytes for array in cached))
        return cached

    def _bits(self, lists: Sequence[Array], owners: Array) -> Array:
        """Which of a few lists contain each of some terms: a bit for each list. (Uses an array as long as the
        lexicon, which is kept: sorting the terms takes several times as long.)"""
        kind: Any = np.uint8 if len(lists) <= 8 else np.uint16
        try:
            spare = self._spare.pop()
        except IndexError:
            spare = np.zeros(len(self), np.uint16)
        bitmap: Array = spare.view(kind)[: len(self)]
        for place, numbers in enumerate(lists):
            bitmap[numbers] += kind(1 << place)
        bits = bitmap.take(owners)
        bitmap.fill(0)
        self._spare.append(spare)
        return bits

    def _similar(self, term: str, number: int | None, most: int, threshold: float) -> dict[int, float]:
        """The most similar terms (:mod:`khabar.index.letter_pairs`), with their cosines."""
        codes = codes_of(term)
        if not codes or not self._parts:
            return {}
        total = len(self)
        pairs = [self._pair(code) for code in codes]
        query_pairs = sought(total, [(pair.size, pair) for pair in pairs], threshold)
        if not query_pairs.telling:
            return {}
        squares, spared = query_pairs.squares, query_pairs.spared
        # Of numpy's index type, since the owners are used four times.
        weights = [weight for weight, _ in query_pairs.telling]
        lists, lengths = zip(*(self._telling(pair) for _, pair in query_pairs.telling), strict=True)
        owners = np.concatenate(lists)
        bits = self._bits(lists[:_NOTED], owners)
        # Drop the words that cannot reach the threshold even with all common pairs; the factor is a little
        # less, for rounding.
        factor = np.float32(threshold * math.sqrt(squares) * (1 - 1e-6))
        spared += sum(weights[_NOTED:])
        reached = np.zeros(1)
        for weight in weights[:_NOTED]:
            reached = np.append(reached, reached + weight)
        limits = ((reached + spared) / factor).astype(np.float32)
        rows = np.flatnonzero(limits.take(bits) >= np.concatenate(lengths))
        keys = distinct(owners[rows] << _NOTED | bits[rows])
        candidates, bits = keys >> _NOTED, keys & (1 << _NOTED) - 1
        sums = np.zeros(len(candidates))
        for place, weight in enumerate(weights[:_NOTED]):
            sums += weight * (bits >> place & 1)
        norms = self._norms[candidates]
        rest = ((weight, self._owners(pair)) for weight, pair in reversed(query_pairs.common))
        for weight, owners in chain(zip(weights[_NOTED:], lists[_NOTED:], strict=True), rest):
            hopeful = np.flatnonzero(sums + spared >= norms * factor)
            candidates, sums, norms = candidates[hopeful], sums[hopeful], norms[hopeful]
            sums += weight * lookup(candidates, owners)[1]
            spared -= weight
        cosines = sums / (norms * math.sqrt(squares))
        enough = cosines >= threshold
        if number is not None:
            enough &= candidates != number
        terms, cosines = candidates[enough], cosines[enough]
        chosen = best(cosines, most, lambda places: self._words(terms[places])[0])
        return dict(zip(terms[chosen].tolist(), np.minimum(1.0, cosines[chosen]).tolist(), strict=True))


def write_lexicon(
    folder: Path, old: Lexicon, terms: Iterable[str], classes: Callable[[str], bytes]
) -> Lexicon:
    """Add terms to a folder's lexicon in one step, and return the new lexicon.

    Args:
        folder: the index folder.
        old: its lexicon.
        terms: any terms; those that the lexicon has stay as they are.
        classes: gives the packed classes (:func:`class_keys`) of a term that it lacks.
    """
    words = {term.encode("utf-8", "surrogatepass") for term in terms}
    parts = write_parts(folder, old.parts, words, lambda word: classes(word.decode("utf-8", "surrogatepass")))
    return Lexicon(folder, parts)
