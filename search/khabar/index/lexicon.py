"""The lexicon: an index's vocabulary, and on each depth the class of its words that a query word stands for.

An index holds texts on the exact depth alone. The light, lemma and similar depths are properties of word types, not of
their occurrences, so they are kept once per type, here: a text is indexed once, and a query word becomes
the list of forms in *this* index that it can mean, each with its depth. That is also why ``khabar why`` can show the list.

One file, ``lexicon.bin``, engine-independent, memory-mapped, replaced in one step. It only ever grows with the index: words of
removed articles stay until a rebuild and match nothing. It is written before the engine's commit, so that a process killed
between the two leaves a lexicon with some words too many, never one too few.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.analysis.analyzer import Analyzer
from khabar.analysis.names import same_loan
from khabar.digests import blake2b
from khabar.errors import IndexDamaged
from khabar.index.arrayfile import open_arrays, write_arrays
from khabar.index.columns import distinct, firsts, lookup

__all__ = ["LEXICON", "Form", "Lexicon", "class_keys", "create_lexicon", "write_lexicon"]

LEXICON = "lexicon.bin"

_MAGIC = b"khabarL2"
#: How alike two spellings of a foreign name are taken to be, whatever letters they share.
LOAN = 0.9
#: Words shorter than this have no similar forms: a slip of one letter makes them another word.
_SHORTEST = 4

Array = NDArray[Any]

#: The classes of a term: its light stem, two lemmas, the key of a foreign name; and whether the dictionary read it.
_ROW = Struct("<4QB")
_CLASSES = np.dtype([("light", "<u8"), ("lemma", "<u8", 2), ("loan", "<u8"), ("read", "u1")])


#: Bits of a number for a word's own: the rest is enough for two letters of any that Unicode has.
_OWNER = np.uint64(28)

#: Of the arrays in a file, as :func:`_arrays` makes them.
_NAMES = {
    *(
        "blob",
        "offsets",
        "light",
        "lemma",
        "loan",
        "read",
        "norms",
        "pair_codes",
        "pair_starts",
        "pair_terms",
    ),
    *(f"{depth}_{kind}" for depth in ("light", "lemma", "loan") for kind in ("keys", "terms")),
}


class Form(NamedTuple):
    """A word form of the index that a query word stands for. (A named tuple, not a struct: made by the hundred.)

    Attributes:
        term: the form, folded.
        exact, light, lemma: on which depths it is in the query word's class.
        similar: how alike its letters are, from 0 to 1; 0 when below the threshold asked for.
        apart: whether it shares but the light stem, while the dictionary knows both words as two (الأسرى, الأسرة).
    """

    term: str
    exact: bool = False
    light: bool = False
    lemma: bool = False
    similar: float = 0.0
    apart: bool = False

    @property
    def depth(self) -> str:
        """The strictest depth on which it matches."""
        return "exact" if self.exact else "light" if self.light else "lemma" if self.lemma else "similar"


class Lexicon:
    """A lexicon file, open for reading; safe to share between threads."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = arrays
        # Looked into letter by letter, where a view is ten times as fast as an array.
        self._blob = np.ascontiguousarray(arrays["blob"]).data.cast("B")
        self._offsets = np.ascontiguousarray(arrays["offsets"]).data
        self._norms = arrays["norms"]
        #: arrays of zeros, one float for each term, that no thread is using
        self._spare: list[Array] = []

    @classmethod
    def empty(cls) -> Lexicon:
        """A lexicon without words."""
        nothing = np.empty(0, np.uint64)
        return cls(_arrays([], nothing, np.empty((0, 2), np.uint64), nothing, np.empty(0, np.uint8)))

    @classmethod
    def open(cls, folder: Path, *, whole: bool = False) -> Lexicon:
        """The lexicon of an index folder; ``whole`` compares all of it with its checksum.

        Raises:
            IndexDamaged: if it is lost or is not a lexicon.
        """
        path = folder / LEXICON
        try:
            _, arrays = open_arrays(path, _MAGIC, whole=whole)
        except (OSError, ValueError) as error:
            raise IndexDamaged(path, str(error)) from error
        if arrays.keys() != _NAMES:
            raise IndexDamaged(path, "it has other arrays than a lexicon")
        return cls(arrays)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __contains__(self, term: str) -> bool:
        return self._find(term) is not None

    def term(self, number: int) -> str:
        """The term with a number; terms are numbered in the order of their UTF-8 bytes."""
        return str(self._blob[self._offsets[number] : self._offsets[number + 1]], "utf-8", "surrogatepass")

    def terms(self) -> list[str]:
        """All terms in order."""
        text = self._blob.tobytes()
        return [
            text[start:end].decode("utf-8", "surrogatepass")
            for start, end in pairwise(self._offsets.tolist())
        ]

    def _encoded(self, number: int) -> bytes:
        return bytes(self._blob[self._offsets[number] : self._offsets[number + 1]])

    def forms(
        self, term: str, analyzer: Analyzer, *, similar: int = 0, threshold: float = 1.0
    ) -> tuple[Form, ...]:
        """The forms in this index that a folded query word stands for, the strictest matches first.

        Args:
            term: a folded word.
            analyzer: asked for the stems of a word that is not in the index.
            similar: at most so many forms that are alike only in their letters.
            threshold: how alike they must be, from 0 to 1: the cosine of the words' letter pairs, weighted by rarity.
        """
        number = self._find(term)
        if number is None:
            stems = analyzer.stems(term)
            light, lemmas = _key(stems.light), [_key(each) for each in stems.lemma]
            loan, read = _key(stems.loan), stems.read
        else:
            light = int(self._arrays["light"][number])
            lemmas = [int(key) for key in self._arrays["lemma"][number]]
            loan, read = int(self._arrays["loan"][number]), bool(self._arrays["read"][number])
        reads = self._arrays["read"]
        by_light = set(self._class("light", light))
        by_lemma = {member for key in lemmas for member in self._class("lemma", key)}
        alike = self._similar(term, number, similar, threshold) if similar else {}
        if similar:
            for member in self._class("loan", loan):
                member_read = bool(reads[member])
                if read and member_read:
                    continue
                if same_loan(term, self.term(member), both_unread=not (read or member_read)):
                    alike[member] = LOAN
        members = by_light | by_lemma | alike.keys()
        if number is not None:
            members.add(number)
        found = [
            Form(
                self.term(member),
                member == number,
                member in by_light,
                member in by_lemma,
                alike.get(member, 0.0),
                read and member not in by_lemma and bool(reads[member]),
            )
            for member in sorted(members)
        ]
        found.sort(key=lambda form: (not form.exact, not form.light, not form.lemma, -form.similar))
        return tuple(found)

    def _find(self, term: str) -> int | None:
        target = term.encode("utf-8", "surrogatepass")
        place = bisect_left(range(len(self)), target, key=self._encoded)
        return place if place < len(self) and self._encoded(place) == target else None

    def _class(self, depth: str, key: int) -> list[int]:
        if not key:
            return []
        keys = self._arrays[f"{depth}_keys"]
        first, last = (
            np.searchsorted(keys, np.uint64(key), "left"),
            np.searchsorted(keys, np.uint64(key), "right"),
        )
        members: list[int] = self._arrays[f"{depth}_terms"][first:last].tolist()
        return members

    def _similar(self, term: str, number: int | None, most: int, threshold: float) -> dict[int, float]:
        """The terms with the highest cosine of letter pairs, each pair weighted by its rarity among the index's words.

        The commonest pairs (those of «ال» and of endings) are in a third of all words. A word that shares with the query
        word only pairs whose weights stay below ``threshold²`` of the query word's cannot reach the threshold, so the
        commonest pairs, up to that weight, only add to words that share another.
        """
        if len(term) < _SHORTEST or not term.isalpha():
            return {}
        codes, starts = self._arrays["pair_codes"], self._arrays["pair_starts"]
        # As _pairs has them, which takes twenty times as long for a single word.
        target = np.array(
            sorted({ord(one) << 21 | ord(next) for one, next in pairwise(f"^{term}$")}), np.uint64
        )
        places = np.searchsorted(codes, target)
        total = len(self)
        squares = 0.0
        lists: list[tuple[float, Array]] = []
        for code, place in zip(target.tolist(), places.tolist(), strict=True):
            if place < len(codes) and int(codes[place]) == code:
                owners = self._arrays["pair_terms"][int(starts[place]) : int(starts[place + 1])]
                lists.append((_rarity(total, len(owners)) ** 2, owners))
                squares += lists[-1][0]
            else:
                # A pair that no word here has is as rare as can be.
                squares += _rarity(total, 1) ** 2
        lists.sort(key=lambda each: each[0])
        common = 0
        spared = 0.0
        while common < len(lists) and spared + lists[common][0] < threshold**2 * squares:
            spared += lists[common][0]
            common += 1
        if common == len(lists):
            return {}
        # Summed up in an array as long as the lexicon, which is kept: to sort the owners takes three times as long.
        # The owners are made what numpy indexes with, since they are used four times.
        telling = [(weight, owners.astype(np.intp)) for weight, owners in lists[common:]]
        try:
            summed = self._spare.pop()
        except IndexError:
            summed = np.zeros(total)
        for weight, owners in telling:
            np.add.at(summed, owners, weight)
        # What each needs at least, a little less for rounding; words that the other pairs cannot bring there are let go.
        share = np.float32(threshold * math.sqrt(squares) * (1 - 1e-6))
        candidates = distinct(
            np.concatenate(
                [owners[summed[owners] + spared >= self._norms[owners] * share] for _, owners in telling]
            )
        )
        sums = summed[candidates]
        for _, owners in telling:
            summed[owners] = 0.0
        self._spare.append(summed)
        needed = self._norms[candidates] * share
        for weight, owners in reversed(lists[:common]):
            hopeful = np.flatnonzero(sums + spared >= needed)
            candidates, sums, needed = candidates[hopeful], sums[hopeful], needed[hopeful]
            sums += weight * lookup(candidates, owners)[1]
            spared -= weight
        cosines = sums / (self._norms[candidates] * math.sqrt(squares))
        enough = cosines >= threshold
        if number is not None:
            enough &= candidates != number
        candidates, cosines = candidates[enough], cosines[enough]
        # The most alike; of equal ones those that come first, so that every run takes the same.
        best = np.lexsort((candidates, -cosines))[:most]
        return {int(candidates[each]): min(1.0, float(cosines[each])) for each in best}


def write_lexicon(
    folder: Path, old: Lexicon, terms: Iterable[str], classes: Callable[[str], bytes]
) -> Lexicon:
    """Put terms into a folder's lexicon, and give it. The file is replaced in one step.

    Args:
        folder: the index folder.
        old: its lexicon.
        terms: any terms; those that it has are left as they are.
        classes: of a term that it lacks what :func:`class_keys` gives.
    """
    known = old.terms()
    new = sorted(set(terms).difference(known))
    if not new:
        return old
    added = np.frombuffer(b"".join([classes(term) for term in new]), _CLASSES)
    merged = np.array([*known, *new], dtype=object)
    order = np.argsort(merged, kind="stable")
    columns = [np.concatenate([old._arrays[name], added[name]])[order] for name in _CLASSES.names or ()]
    _write(folder, _arrays(merged[order].tolist(), *columns))
    return Lexicon.open(folder)


def class_keys(term: str, analyzer: Analyzer) -> bytes:
    """The classes of a term on all depths, for :func:`write_lexicon`, in the layout of :data:`_CLASSES`."""
    stems = analyzer.stems(term)
    lemma, second = ([_key(each) for each in stems.lemma] + [0, 0])[:2]
    return _ROW.pack(_key(stems.light), lemma, second, _key(stems.loan), stems.read)


def create_lexicon(folder: Path) -> None:
    """Put a lexicon without words into the folder of a new index."""
    _write(folder, Lexicon.empty()._arrays)


def _write(folder: Path, arrays: Mapping[str, Array]) -> None:
    write_arrays(folder / LEXICON, _MAGIC, arrays)


def _arrays(terms: list[str], light: Array, lemma: Array, loan: Array, read: Array) -> dict[str, Array]:
    offsets = np.zeros(len(terms) + 1, np.uint32)
    np.cumsum([len(term.encode("utf-8", "surrogatepass")) for term in terms], out=offsets[1:])
    codes, starts, owners = _pairs(terms)
    counts = np.diff(starts)
    rarity = np.log(1 + len(terms) / np.maximum(counts, 1))
    squares = np.bincount(owners, np.repeat(rarity**2, counts), minlength=len(terms))
    arrays: dict[str, Array] = {
        "blob": np.frombuffer("".join(terms).encode("utf-8", "surrogatepass"), np.uint8),
        "offsets": offsets,
        "light": light,
        "lemma": lemma,
        "loan": loan,
        "read": read,
        "pair_codes": codes,
        "pair_starts": starts.astype(np.uint32),
        "pair_terms": owners,
        "norms": np.sqrt(squares).astype(np.float32),
    }
    for depth, keys, members in (
        ("light", light, np.arange(len(terms))),
        ("loan", loan, np.arange(len(terms))),
        ("lemma", lemma.reshape(-1), np.repeat(np.arange(len(terms)), 2)),
    ):
        keys, members = keys[keys != 0], members[keys != 0]
        order = np.argsort(keys, kind="stable")
        arrays[f"{depth}_keys"] = keys[order]
        arrays[f"{depth}_terms"] = members[order].astype(np.int32)
    return arrays


def _pairs(terms: list[str]) -> tuple[Array, Array, Array]:
    """The letter pairs of all words long enough, edges marked («^واد$» → ^و وا اد د$): their codes, where the words of each
    begin, and the words that have it.
    """
    text = "\n".join([f"^{term}$" if len(term) >= _SHORTEST and term.isalpha() else "" for term in terms])
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
    del letters
    keys <<= _OWNER
    keys |= np.cumsum(breaks, dtype=np.uint32)[:-1][inside]
    keys = distinct(keys)
    owners = (keys & ((np.uint64(1) << _OWNER) - np.uint64(1))).astype(np.int32)
    keys >>= _OWNER
    starts = np.flatnonzero(firsts(keys))
    one, following = np.divmod(keys[starts], np.uint64(len(alphabet)))
    codes = alphabet[one].astype(np.uint64) << np.uint64(21) | alphabet[following]
    return codes, np.append(starts, len(keys)), owners


def _rarity(total: int, count: int) -> float:
    return math.log(1 + total / count)


@lru_cache(maxsize=1 << 16)
def _key(stem: str) -> int:
    """A stem's 64-bit name; 0 for none."""
    if not stem:
        return 0
    return int.from_bytes(blake2b(stem.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") or 1
