"""The lexicon: an index's vocabulary, and on each depth the class of words that a query word matches.

An index holds texts on the exact depth alone. The light, lemma and similar depths are properties of word
types, not of their occurrences, so they are kept once per type, here: a text is indexed once, and a query
word becomes the list of forms in *this* index that it can mean, each with its depth. That is also why
``khabar why`` can show the list.

It only ever grows with the index: words of removed articles stay until a rebuild and match nothing. It is
written before the engine's commit, so that a process killed between the two leaves a lexicon with some words
too many, never one too few. :mod:`khabar.index.lexicon_files` has its files.
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
    create_parts,
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

#: Number of letter pairs of which it is kept where their words are; and bytes of what is kept of these words.
_PAIRS = 4096
KEPT_PAIRS = 24_000_000
#: Of so many letter pairs it is noted which of the words have each; the others of a very long word are looked
#: up.
_NOTED = 16
#: Behind every string that begins with a prefix, in the order of code points, which is that of UTF-8.
_LAST = "\U0010ffff"


class _Pair(NamedTuple):
    """A letter pair.

    Attributes:
        code: its number (:func:`khabar.index.letter_pairs.codes_of`).
        size: number of terms that have it.
        spans: for each part of the lexicon where the list of these terms begins and ends.
    """

    code: int
    size: int
    spans: Sequence[tuple[int, int]]


class Lexicon:
    """A lexicon, open for reading; safe to share between threads. Its terms are numbered in no order that
    means anything.

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
        """The lexicon of an index folder; ``whole`` compares all of it with its checksums.

        Raises:
            IndexDamaged: if it is lost or is not a lexicon.
        """
        return cls(folder, open_parts(folder, whole=whole))

    def __len__(self) -> int:
        return self._bases[-1]

    def __contains__(self, term: str) -> bool:
        return self._find(term) is not None

    def known(self, terms: Iterable[str]) -> set[str]:
        """Those of some terms that are here."""
        return {term for term in terms if term in self}

    @contextmanager
    def _reading(self, place: int) -> Iterator[Part]:
        """A part; what goes wrong with it is the index's damage, but for what the system refuses."""
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
        found = []
        for place in range(len(self._parts)):
            with self._reading(place) as part:
                found.append(
                    [word.decode("utf-8", "surrogatepass") for word in part.words.part(range(len(part)))]
                )
        return found[0] if len(found) == 1 else list(merge(*found))

    def beginning(self, prefix: str) -> list[str]:
        """The terms that begin with some letters, in order."""
        first, last = (
            prefix.encode("utf-8", "surrogatepass"),
            (prefix + _LAST).encode("utf-8", "surrogatepass"),
        )
        found: list[str] = []
        for place in range(len(self._parts)):
            with self._reading(place) as part:
                every = range(len(part))
                words = part.words.part(range(part.words.place(first, every), part.words.place(last, every)))
            found += [word.decode("utf-8", "surrogatepass") for word in words]
        return sorted(found)

    def prepare(
        self,
        terms: Iterable[str],
        analyzer: Analyzer,
        *,
        similar: int,
        threshold: float,
        known: Iterable[str] = (),
    ) -> None:
        """Nothing: all words are at hand."""

    def forms(
        self, term: str, analyzer: Analyzer, *, similar: int = 0, threshold: float = 1.0
    ) -> tuple[Form, ...]:
        """The forms in this index that a folded query word stands for, the strictest matches first.

        Args:
            term: a folded word.
            analyzer: asked for the stems of a word that is not in the index.
            similar: at most so many forms that are alike only in their letters.
            threshold: how alike they must be, from 0 to 1: the cosine of the words' letter pairs, weighted by
                rarity.
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
        """The terms that are a word with a particle written onto it, or without its own."""
        longer, rest = clinging(term, read)
        found = {self._find(each) for each in longer} - {None}
        numbers = {number for number in found if number is not None and not self._classes(number).read}
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
        """Numbers of terms, in order, by the place of the part that they are in, as they are numbered
        there."""
        bounds = np.searchsorted(numbers, self._bases).tolist()
        for place, (begin, end) in enumerate(pairwise(bounds)):
            if begin < end:
                yield place, numbers[begin:end] - self._bases[place]

    def _words(self, numbers: Array) -> tuple[list[str], list[int]]:
        """Of terms by their numbers, in order, the text, and what the dictionary says of them."""
        texts: list[str] = []
        reads: list[int] = []
        for place, own in self._of_parts(numbers):
            with self._reading(place) as part:
                texts += [word.decode("utf-8", "surrogatepass") for word in part.words.some(own)]
                reads += part.arrays["read"][own].tolist()
        return texts, reads

    @cached_property
    def _norms(self) -> Array:
        """The length of the vector of letter pairs of each term."""
        found = [np.empty(0, np.float32)]
        for place in range(len(self._parts)):
            with self._reading(place) as part:
                found.append(part.norms)
        return found[1] if len(found) == 2 else np.concatenate(found)

    def _read_pair(self, code: int) -> _Pair:
        """The lists of the terms of a letter pair."""
        spans = []
        for place in range(len(self._parts)):
            with self._reading(place) as part:
                spans += part.spans_of(np.array([code], np.uint64))
        return _Pair(code, sum(end - begin for begin, end in spans), spans)

    def _owners(self, pair: _Pair) -> Array:
        """The terms that have a letter pair, by their numbers, in order."""
        found = []
        for place, span in enumerate(pair.spans):
            with self._reading(place) as part:
                numbers = part.arrays["pairs"][slice(*span)]
            found.append(numbers + np.int32(self._bases[place]) if place else numbers)
        return found[0] if len(found) == 1 else np.concatenate(found)

    def _telling(self, pair: _Pair) -> tuple[Array, Array]:
        """The same as numpy indexes with them, and of each the length of its vector; kept, since words share
        letter pairs."""
        kept = self._pair_owners.get(pair.code)
        if kept is None:
            owners = self._owners(pair).astype(np.intp)
            kept = owners, self._norms.take(owners)
            self._pair_owners.put(pair.code, kept, sum(each.nbytes for each in kept))
        return kept

    def _bits(self, lists: Sequence[Array], owners: Array) -> Array:
        """Of some terms in which of a few lists of terms each is, a bit for each list. (In an array as long
        as the lexicon, which is kept: to sort the terms takes several times as long.)"""
        kind: Any = np.uint8 if len(lists) <= 8 else np.uint16
        try:
            spare = self._spare.pop()
        except IndexError:
            spare = np.zeros(len(self), np.uint16)
        having: Array = spare.view(kind)[: len(self)]
        for place, each in enumerate(lists):
            having[each] += kind(1 << place)
        bits = having.take(owners)
        having.fill(0)
        self._spare.append(spare)
        return bits

    def _similar(self, term: str, number: int | None, most: int, threshold: float) -> dict[int, float]:
        """The terms with the highest cosine of letter pairs (:mod:`khabar.index.letter_pairs`)."""
        codes = codes_of(term)
        if not codes or not self._parts:
            return {}
        total = len(self)
        pairs = [self._pair(code) for code in codes]
        query_pairs = sought(total, [(pair.size, pair) for pair in pairs], threshold)
        if not query_pairs.telling:
            return {}
        squares, spared = query_pairs.squares, query_pairs.spared
        # Summed up in an array as long as the lexicon, which is kept: to sort the owners takes three times as
        # long. The owners are made what numpy indexes with, since they are used four times.
        weights = [weight for weight, _ in query_pairs.telling]
        lists, lengths = zip(*(self._telling(pair) for _, pair in query_pairs.telling), strict=True)
        owners = np.concatenate(lists)
        bits = self._bits(lists[:_NOTED], owners)
        # What each needs at least, a little less for rounding; words that the other pairs cannot bring there
        # are let go.
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
        kept = best(cosines, most, lambda places: self._words(terms[places])[0])
        return dict(zip(terms[kept].tolist(), np.minimum(1.0, cosines[kept]).tolist(), strict=True))


def write_lexicon(
    folder: Path, old: Lexicon, terms: Iterable[str], classes: Callable[[str], bytes]
) -> Lexicon:
    """Put terms into a folder's lexicon, and give it. It is changed in one step.

    Args:
        folder: the index folder.
        old: its lexicon.
        terms: any terms; those that it has are left as they are.
        classes: of a term that it lacks what :func:`class_keys` gives.
    """
    words = {term.encode("utf-8", "surrogatepass") for term in terms}
    parts = write_parts(folder, old.parts, words, lambda word: classes(word.decode("utf-8", "surrogatepass")))
    return Lexicon(folder, parts)


def create_lexicon(folder: Path) -> None:
    """Put a lexicon without words into the folder of a new index."""
    create_parts(folder)
