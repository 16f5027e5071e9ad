"""The lexicon: an index's vocabulary, and on each depth the class of its words that a query word stands for.

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
from functools import cached_property, lru_cache
from heapq import merge
from itertools import pairwise
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.analysis.analyzer import Analyzer, Stems
from khabar.analysis.names import PARTICLES, same_loan, with_particles, without_article
from khabar.analysis.stopwords import is_stop_word
from khabar.analysis.variants import same_name, spelled
from khabar.digests import blake2b
from khabar.index.columns import distinct, lookup
from khabar.index.lexicon_files import (
    CLASSES,
    LETTER,
    LEXICON,
    PART,
    SHORTEST,
    Part,
    create_parts,
    open_parts,
    write_parts,
)
from khabar.index.recovery import unreadable

__all__ = ["LEXICON", "Form", "Lexicon", "class_keys", "create_lexicon", "unpacked", "write_lexicon"]

#: How alike two spellings of a foreign name are taken to be, whatever letters they share.
LOAN = 0.9

Array = NDArray[Any]

#: What the dictionary says of a word: that it reads it, and as an entry, but for an article.
_READ, _ENTRY = 1, 2

#: The particles that begin few foreign names. Before one of the others (فرانس, كوستا) a word must be longer.
_COMMON_PARTICLES = "وبل"
#: Minimum length of a word to which a particle may be written, if the dictionary does not know the two
#: together: the longer, the more the dictionary would read otherwise. Of the shortest it reads the word alone
#: («لجو», «بحي»), for it takes no particle off two letters.
_LONG = 4
_SHORTEST_WORD = {0: 3, _READ: _LONG, _READ | _ENTRY: 2}

#: The classes of a word as :data:`khabar.index.lexicon_files.CLASSES` has them.
_ROW = Struct("<3QB")
#: Behind every string that begins with a prefix, in the order of code points, which is that of UTF-8.
_LAST = "\U0010ffff"


class Form(NamedTuple):
    """A word form of the index that a query word stands for. (A named tuple, not a struct: made by the
    hundred.)

    Attributes:
        term: the form, folded.
        exact, light, lemma: on which depths it is in the query word's class.
        spelling: whether it is another spelling of the query word.
        otherwise: whether it is spelled otherwise than the query word, as such a spelling or a form of one.
        similar: how alike its letters are, from 0 to 1; 0 when below the threshold asked for.
        apart: whether it shares but the light stem, while the dictionary knows both words as two (الأسرى,
            الأسرة).
    """

    term: str
    exact: bool = False
    light: bool = False
    lemma: bool = False
    similar: float = 0.0
    apart: bool = False
    spelling: bool = False
    otherwise: bool = False

    @property
    def depth(self) -> str:
        """The strictest depth on which it matches."""
        if self.exact:
            return "exact"
        if self.spelling:
            return "spelling"
        return "light" if self.light else "lemma" if self.lemma else "similar"


class _Pair(NamedTuple):
    """A letter pair.

    Attributes:
        size: number of terms that have it.
        spans: for each part of the lexicon where the list of these terms begins and ends.
    """

    size: int
    spans: Sequence[tuple[int, int]]


class Lexicon:
    """A lexicon, open for reading; safe to share between threads. Its terms are numbered in no order that
    means anything.

    Args:
        folder: the index folder.
        parts: its parts by their numbers.

    Raises:
        IndexDamaged: from all methods, if something is not as it was written.
    """

    def __init__(self, folder: Path, parts: Mapping[int, Part]) -> None:
        self._folder = folder
        self.parts = parts
        self._parts = list(parts.values())
        #: the number of the first term of each part
        self._bases: list[int] = np.cumsum([0, *map(len, self._parts)]).tolist()
        #: arrays of zeros, one float for each term, that no thread is using
        self._spare: list[Array] = []

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

    def prepare(self, terms: Sequence[str], analyzer: Analyzer, *, similar: int, threshold: float) -> None:
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
        if number is None:
            light, lemma, loan, read = _keys(term, analyzer.stems(term))
        else:
            light, lemma, loan, read = self._classes(number)
        by_light, by_lemma = set(self._class("light", light)), set(self._class("lemma", lemma))
        by_light |= self._clinging(term, read)
        alike = self._similar(term, number, similar, threshold) if similar else {}
        by_loan = self._class("loan", loan) if similar else []
        members = by_light | by_lemma | alike.keys() | set(by_loan)
        if number is not None:
            members.add(number)
        ordered = sorted(members)
        terms, reads = self._words(np.array(ordered, np.int64))
        texts = dict(zip(ordered, zip(terms, reads, strict=True), strict=True))
        spellings, otherwise = self._spelled(term, by_light | by_lemma, by_loan, texts, read)
        for member in by_loan:
            text, member_read = texts[member]
            if not (read and member_read) and same_loan(term, text, both_unread=not (read or member_read)):
                alike[member] = LOAN
        rows = []
        for member, (text, member_read) in texts.items():
            likeness = alike.get(member, 0.0)
            exact, in_light, in_lemma = member == number, member in by_light, member in by_lemma
            spelling = member in spellings and not exact
            if exact or spelling or in_light or in_lemma or likeness:
                apart = bool(read and member_read) and not (in_lemma or spelling)
                differs = member in otherwise
                rows.append(
                    (not exact, not spelling, differs, not in_light, not in_lemma, -likeness, text, apart)
                )
        # The strictest first; of equal ones those that come first by their letters.
        rows.sort()
        return tuple(
            Form(
                text, not inexact, not beyond_light, not beyond_lemma, -unlike, apart, not unspelled, differs
            )
            for inexact, unspelled, differs, beyond_light, beyond_lemma, unlike, text, apart in rows
        )

    def _spelled(
        self,
        term: str,
        members: set[int],
        by_loan: Sequence[int],
        texts: Mapping[int, tuple[str, int]],
        read: int,
    ) -> tuple[set[int], set[int]]:
        """The terms that are other spellings of a word, and all that are spelled otherwise, its inflections
        too: by the list of variants; and foreign names in other letters, of which the dictionary knows at
        most one, as an entry."""
        found, otherwise = set(), set()
        own = spelled(term)
        if own is not None:
            for member in members:
                text = texts[member][0]
                other = spelled(text)
                if other is not None and other[1] != own[1]:
                    otherwise.add(member)
                    if other[0] == own[0]:
                        found.add(member)
        bare = without_article(term)
        for member in by_loan:
            text, member_read = texts[member]
            one_read = read or member_read
            if not (read and member_read) and one_read in (0, _READ | _ENTRY):
                name = without_article(text)
                if name != bare and same_name(bare, name, bool(one_read)):
                    found.add(member)
                    otherwise.add(member)
        return found, otherwise

    def _clinging(self, term: str, read: int) -> set[int]:
        """The terms that are a word with a particle written onto it («لأردوغان»), or without the one that it
        begins with, of which the dictionary does not know the longer: a light stem keeps particles of one
        letter, because they may belong to the word. Stop words are left out.
        """
        if is_stop_word(term):
            return set()
        near = [each for each in with_particles(term) if _carries(each[0], term, read)]
        found = {self._find(each) for each in near} - {None}
        numbers = {number for number in found if number is not None and not self._classes(number)[3]}
        if not read and term[:1] in PARTICLES and not is_stop_word(term[1:]):
            rest = self._find(term[1:])
            if rest is not None and _carries(term[0], term[1:], self._classes(rest)[3]):
                numbers.add(rest)
        return numbers

    def _find(self, term: str) -> int | None:
        target = term.encode("utf-8", "surrogatepass")
        for place, base in enumerate(self._bases[:-1]):
            with self._reading(place) as part:
                number = part.find(target)
            if number >= 0:
                return base + number
        return None

    def _classes(self, number: int) -> tuple[int, int, int, int]:
        """The keys of a term on the depths, and what the dictionary says of it."""
        place = bisect_right(self._bases, number) - 1
        with self._reading(place) as part:
            light, lemma, loan, read = (
                int(part.arrays[name][number - self._bases[place]]) for name in CLASSES.names or ()
            )
        return light, lemma, loan, read

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

    def _pairs(self, codes: Array) -> list[_Pair]:
        """The lists of the terms of some letter pairs."""
        spans = []
        for place in range(len(self._parts)):
            with self._reading(place) as part:
                spans.append(part.spans_of(codes))
        return [_Pair(sum(end - begin for begin, end in each), each) for each in zip(*spans, strict=True)]

    def _owners(self, pair: _Pair) -> Array:
        """The terms that have a letter pair, by their numbers, in order."""
        found = []
        for place, span in enumerate(pair.spans):
            with self._reading(place) as part:
                numbers = part.arrays["pairs"][slice(*span)]
            found.append(numbers + np.int32(self._bases[place]) if place else numbers)
        return found[0] if len(found) == 1 else np.concatenate(found)

    def _similar(self, term: str, number: int | None, most: int, threshold: float) -> dict[int, float]:
        """The terms with the highest cosine of letter pairs, each pair weighted by its rarity among the
        index's words.

        The commonest pairs (those of «ال» and of endings) are in a third of all words. A word that shares
        with the query word only pairs whose weights stay below ``threshold²`` of the query word's cannot
        reach the threshold, so the commonest pairs, up to that weight, only add to words that share another.
        """
        if len(term) < SHORTEST or not term.isalpha() or not self._parts:
            return {}
        # As khabar.index.lexicon_files has them, for whom a single word takes twenty times as long.
        pairs = {ord(one) << LETTER | ord(following) for one, following in pairwise(f"^{term}$")}
        total = len(self)
        squares = 0.0
        lists: list[tuple[float, _Pair]] = []
        for pair in self._pairs(np.array(sorted(pairs), np.uint64)):
            # A pair that no word here has is as rare as can be.
            square = _rarity(total, max(1, pair.size)) ** 2
            squares += square
            if pair.size:
                lists.append((square, pair))
        lists.sort(key=lambda each: each[0])
        common = 0
        spared = 0.0
        while common < len(lists) and spared + lists[common][0] < threshold**2 * squares:
            spared += lists[common][0]
            common += 1
        if common == len(lists):
            return {}
        # Summed up in an array as long as the lexicon, which is kept: to sort the owners takes three times as
        # long. The owners are made what numpy indexes with, since they are used four times.
        telling = [(weight, self._owners(pair).astype(np.intp)) for weight, pair in lists[common:]]
        try:
            summed = self._spare.pop()
        except IndexError:
            summed = np.zeros(total)
        for weight, owners in telling:
            np.add.at(summed, owners, weight)
        # What each needs at least, a little less for rounding; words that the other pairs cannot bring there
        # are let go.
        factor = np.float32(threshold * math.sqrt(squares) * (1 - 1e-6))
        all_norms = self._norms
        candidates = distinct(
            np.concatenate(
                [
                    owners[summed.take(owners) + spared >= all_norms.take(owners) * factor]
                    for _, owners in telling
                ]
            )
        )
        sums = summed[candidates]
        for _, owners in telling:
            summed[owners] = 0.0
        self._spare.append(summed)
        norms = all_norms[candidates]
        for weight, pair in reversed(lists[:common]):
            hopeful = np.flatnonzero(sums + spared >= norms * factor)
            candidates, sums, norms = candidates[hopeful], sums[hopeful], norms[hopeful]
            sums += weight * lookup(candidates, self._owners(pair))[1]
            spared -= weight
        cosines = sums / (norms * math.sqrt(squares))
        enough = cosines >= threshold
        if number is not None:
            enough &= candidates != number
        return self._best(candidates[enough], cosines[enough], most)

    def _best(self, terms: Array, cosines: Array, most: int) -> dict[int, float]:
        """The most alike of some terms; of equal ones those that come first by their letters: every run takes
        the same."""
        if len(terms) > most:
            least = np.sort(cosines)[-most]
            above, tied = np.flatnonzero(cosines > least), np.flatnonzero(cosines == least)
            if len(above) + len(tied) > most:
                texts, _ = self._words(terms[tied])
                tied = tied[sorted(range(len(tied)), key=texts.__getitem__)[: most - len(above)]]
            kept = np.append(above, tied)
            terms, cosines = terms[kept], cosines[kept]
        return dict(zip(terms.tolist(), np.minimum(1.0, cosines).tolist(), strict=True))


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


def class_keys(term: str, analyzer: Analyzer) -> bytes:
    """The classes of a term on all depths, for :func:`write_lexicon`."""
    return _ROW.pack(*_keys(term, analyzer.stems(term)))


def unpacked(classes: bytes) -> tuple[int, int, int, int]:
    """The keys of a term on the depths light, lemma and loan, 0 for none, and what the dictionary says of it,
    out of what :func:`class_keys` gives."""
    light, lemma, loan, read = _ROW.unpack(classes)
    return light, lemma, loan, read


def _keys(term: str, stems: Stems) -> tuple[int, int, int, int]:
    # There is one lemma, or none.
    lemma = "".join(stems.lemma)
    read = stems.read and (_READ | _ENTRY if lemma == without_article(term) else _READ)
    return _key(stems.light), _key(lemma), _key(stems.loan), read


def create_lexicon(folder: Path) -> None:
    """Put a lexicon without words into the folder of a new index."""
    create_parts(folder)


def _carries(particle: str, word: str, read: int) -> bool:
    """Whether a particle may be written onto a word, by the word's length and what the dictionary says of it.
    None is written onto «و» with a word: بوزيد and لوكاس are names."""
    if particle in _COMMON_PARTICLES:
        return len(word) >= _SHORTEST_WORD[read] and not (read and word[0] == "و")
    return not read and len(word) >= _LONG


def _rarity(total: int, count: int) -> float:
    return math.log(1 + total / count)


@lru_cache(maxsize=1 << 16)
def _key(stem: str) -> int:
    """A stem's 64-bit name; 0 for none."""
    if not stem:
        return 0
    return int.from_bytes(blake2b(stem.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") or 1
