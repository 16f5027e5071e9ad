"""Segments: the words of some articles and their postings, in one file of arrays that never changes.

tantivy gives Python no posting lists and its BM25 constants are fixed, so postings lie here. A word is known by a 64-bit hash of
its term (:func:`khabar.index.words.term_hashes`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.index.arrayfile import open_arrays, write_arrays
from khabar.index.bm25 import length_steps
from khabar.index.columns import Ints, distinct, firsts, found_at, ranges
from khabar.index.tantivy_engine.storage import reading
from khabar.index.words import BESIDE, Words
from khabar.json_text import read_json

__all__ = ["Rows", "Segment", "merge_segments", "segment_name", "write_segment"]

_MAGIC = b"khabarS1"
_NUMBER = np.uint32(BESIDE - 1)
_HALF = np.uint64(32)
#: As many times or more in one paragraph are counted in an array of their own.
_MANY = 255
_KINDS: dict[str, Any] = {
    # by article
    "rows": np.int64,
    "prints": np.uint64,
    "published": np.int64,
    "source": np.uint32,
    "author": np.uint32,
    "units": np.uint32,
    # by unit
    "sizes": np.uint32,
    "lengths": np.uint32,
    # by word
    "tokens": np.uint32,
    # by term, in order of the hashes
    "hashes": np.uint64,
    "starts": np.uint32,
    # as JSON
    "names": np.uint8,
    # by posting
    "in_unit": np.uint32,
    "times": np.uint8,
    # of those that stand many times in a unit
    "many_at": np.uint32,
    "many": np.uint32,
}


class Rows(msgspec.Struct, frozen=True):
    """What a segment keeps of its articles beside their words.

    Attributes:
        rows: their numbers in the history of the index, in order.
        prints: the beginnings of their fingerprints.
        published: as :func:`khabar.index.records.dated` gives it.
        source, author: the names.
        units: how many units each has.
    """

    rows: Sequence[int]
    prints: Sequence[int]
    published: Sequence[int]
    source: Sequence[str]
    author: Sequence[str]
    units: Sequence[int]


def segment_name(number: int | str) -> str:
    """The file of a segment; of ``"*"`` the pattern for all."""
    return f"words-{number}.bin"


class Segment:
    """A segment, open for reading. Safe to share between threads.

    Raises:
        IndexDamaged: if it cannot be read.
    """

    def __init__(self, folder: Path, name: str, *, whole: bool = False) -> None:
        self.name = name
        self._folder = folder
        with reading(folder, name):
            _, arrays = open_arrays(folder / name, _MAGIC, whole=whole)
            if {key: array.dtype for key, array in arrays.items()} != {
                key: np.dtype(kind) for key, kind in _KINDS.items()
            }:
                raise ValueError("it has other arrays than a segment")
            self.arrays: Mapping[str, Ints] = arrays
            ends = (len(arrays["starts"]) == len(arrays["hashes"]) + 1) and int(arrays["starts"][-1])
            if ends != len(arrays["in_unit"]) or ends != len(arrays["times"]):
                raise ValueError("its postings are cut short")

    @cached_property
    def names(self) -> Mapping[str, Sequence[str]]:
        """The names that ``source`` and ``author`` count through."""
        with reading(self._folder, self.name):
            names: dict[str, list[str]] = read_json(self.arrays["names"].tobytes())
            for field in ("source", "author"):
                codes = self.arrays[field]
                if len(codes) and int(codes.max()) >= len(names[field]):
                    raise ValueError("it has not all its names")
        return names

    @property
    def rows(self) -> Ints:
        """The rows of its articles, in order."""
        return self.arrays["rows"]

    @property
    def count(self) -> int:
        """How many units it has."""
        return len(self.arrays["sizes"])

    @property
    def units(self) -> Ints:
        """Of each article how many units it has."""
        units = self.arrays["units"]
        with reading(self._folder, self.name):
            if int(units.sum()) != self.count:
                raise ValueError("it has not all units of its articles")
        return units

    @property
    def steps(self) -> NDArray[np.uint8]:
        """Of each unit its length, rounded."""
        return length_steps(self.arrays["lengths"])

    @cached_property
    def _begins(self) -> NDArray[np.int64]:
        """Where the words of each unit begin."""
        sizes = self.arrays["sizes"].astype(np.int64)
        begins: NDArray[np.int64] = np.cumsum(sizes) - sizes
        return begins

    def postings(self, hashes: NDArray[np.uint64]) -> tuple[Ints, Ints, Ints]:
        """Units, counts and the place among the hashes, of each occurrence of some terms in a unit; the terms in order."""
        known, starts = self.arrays["hashes"], self.arrays["starts"]
        if not len(known):
            return np.empty(0, np.uint32), np.empty(0, np.uint8), np.empty(0, np.int64)
        at, there = found_at(hashes, known)
        found = np.flatnonzero(there)
        begins = starts[at[found]].astype(np.int64)
        sizes = starts[at[found] + 1] - begins
        # Most forms of a word stand in few units: their places at once, not a piece of the file for each.
        places: Any = (
            ranges(begins, sizes) if len(found) != 1 else slice(int(begins[0]), int(begins[0] + sizes[0]))
        )
        with reading(self._folder, self.name):
            units = self.arrays["in_unit"][places]
            if len(units) and int(units.max()) >= self.count:
                raise ValueError("its postings are of no unit here")
            counts = self.arrays["times"][places]
            if len(self.arrays["many"]) and (counts == _MANY).any():
                counts = self._counted(counts, ranges(begins, sizes))
        return units, counts, np.repeat(found, sizes)

    def _counted(self, counts: Ints, postings: Ints) -> Ints:
        """The counts of some postings, the great ones among them."""
        many = np.flatnonzero(counts == _MANY)
        at = np.searchsorted(self.arrays["many_at"], postings[many])
        counts = counts.astype(np.uint32)
        counts[many] = self.arrays["many"][at]
        return counts

    def places(self, hashes: NDArray[np.uint64], units: Ints) -> tuple[Ints, Ints, Ints]:
        """Units, positions and the place among the hashes, of each occurrence of some terms in some units."""
        known = self.arrays["hashes"]
        slots = np.full(len(known) + 1, -1, np.int32)
        if len(known):
            at, there = found_at(hashes, known)
            slots[at[there]] = np.flatnonzero(there)
        tokens, unit_of = self.words_of(units)
        positions = np.cumsum(tokens < BESIDE) - 1
        with reading(self._folder, self.name):
            # A number that no word has is damage, and raises IndexError.
            which = slots[tokens & _NUMBER]
        hits = np.flatnonzero(which >= 0)
        # The first word of a unit is at 0, whatever stands before it.
        sizes = self.arrays["sizes"][units].astype(np.int64)
        begins = np.cumsum(sizes) - sizes
        base = np.append(positions, 0)[begins]
        return units[unit_of[hits]], positions[hits] - base[unit_of[hits]], which[hits]

    def words_of(self, units: Ints) -> tuple[NDArray[np.uint32], Ints]:
        """The words of some units, one behind the other, and of each the place of its unit."""
        sizes = self.arrays["sizes"][units].astype(np.int64)
        places = ranges(self._begins[units], sizes)
        return self.arrays["tokens"][places], np.repeat(np.arange(len(units)), sizes)


def write_segment(folder: Path, name: str, rows: Rows, words: Words) -> None:
    """Write a segment of articles as an encoder made them.

    Raises:
        OSError: if it cannot be written.
    """
    used = np.flatnonzero(np.bincount(words.numbers))
    hashes = words.terms.of(used)
    order = np.argsort(hashes)
    ranks = np.empty(len(used), np.uint32)
    ranks[order] = np.arange(len(used), dtype=np.uint32)
    renumbered = np.zeros(int(used[-1]) + 1 if len(used) else 0, np.uint32)
    renumbered[used] = ranks
    tokens = renumbered[words.numbers] | (words.tokens & np.uint32(BESIDE))
    _write(folder, name, rows, hashes[order], tokens, words.sizes, words.lengths)


def merge_segments(folder: Path, name: str, segments: Sequence[Segment], alive: Sequence[Ints]) -> None:
    """Write what is left of some segments as one.

    Args:
        folder, name: the new file.
        segments: neighbours, in order.
        alive: of each segment the articles to keep, in order.
    """
    hashes = distinct(np.concatenate([segment.arrays["hashes"] for segment in segments]))
    used = np.zeros(len(hashes), bool)
    tokens, sizes, lengths = [], [], []
    rows: dict[str, list[Any]] = {
        field: [] for field in ("rows", "prints", "published", "source", "author", "units")
    }
    for segment, kept in zip(segments, alive, strict=True):
        arrays = segment.arrays
        wanted = np.zeros(len(segment.rows), bool)
        wanted[kept] = True
        units = np.flatnonzero(np.repeat(wanted, arrays["units"]))
        words, _ = segment.words_of(units)
        numbers = np.searchsorted(hashes, arrays["hashes"]).astype(np.uint32)[words & _NUMBER]
        used[numbers] = True
        tokens.append(numbers | (words & np.uint32(BESIDE)))
        sizes.append(arrays["sizes"][units])
        lengths.append(arrays["lengths"][units])
        for field in ("rows", "prints", "published", "units"):
            rows[field] += arrays[field][kept].tolist()
        for field in ("source", "author"):
            names = segment.names[field]
            rows[field] += [names[code] for code in arrays[field][kept].tolist()]
    ranks = (np.cumsum(used) - 1).astype(np.uint32)
    whole = np.concatenate(tokens)
    del tokens
    if len(whole):
        whole = ranks[whole & _NUMBER] | (whole & np.uint32(BESIDE))
    _write(
        folder,
        name,
        Rows(**rows),
        hashes[used],
        whole,
        np.concatenate(sizes).astype(np.int64),
        np.concatenate(lengths),
    )


def _write(
    folder: Path,
    name: str,
    rows: Rows,
    hashes: NDArray[np.uint64],
    tokens: NDArray[np.uint32],
    sizes: Ints,
    lengths: Ints,
) -> None:
    """Write a segment whose words are numbered in order of their hashes."""
    import json

    starts, in_unit, counts = _postings(tokens, sizes)
    codes: dict[str, list[int]] = {}
    names: dict[str, list[str]] = {}
    for field, given in (("source", rows.source), ("author", rows.author)):
        places: dict[str, int] = {"": 0}
        codes[field] = [places.setdefault(each, len(places)) for each in given]
        names[field] = list(places)
    arrays = {
        "rows": rows.rows,
        "prints": rows.prints,
        "published": rows.published,
        **codes,
        "units": rows.units,
        "sizes": sizes,
        "lengths": lengths,
        "tokens": tokens,
        "hashes": hashes,
        "starts": starts,
        "names": np.frombuffer(json.dumps(names).encode(), np.uint8),
        "in_unit": in_unit,
        "times": np.minimum(counts, _MANY),
        "many_at": np.flatnonzero(counts >= _MANY),
        "many": counts[counts >= _MANY],
    }
    write_arrays(
        folder / name,
        _MAGIC,
        {field: np.asarray(array, _KINDS[field]) for field, array in arrays.items()},
    )


def _postings(tokens: NDArray[np.uint32], sizes: Ints) -> tuple[Ints, Ints, Ints]:
    """Where the postings of each word begin, and of each posting the unit and how often the word stands there.

    In place as far as it goes: this is the most memory that indexing takes.
    """
    # Word and unit in one: sorting puts together what is one posting.
    keys = (tokens & _NUMBER).astype(np.uint64)
    keys <<= _HALF
    keys |= np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)
    keys.sort()
    first = firsts(keys)
    keys = keys[first]
    in_unit = keys.astype(np.uint32)
    keys >>= _HALF
    starts = np.append(np.flatnonzero(firsts(keys)), len(keys))
    del keys
    return starts, in_unit, np.diff(np.flatnonzero(first), append=len(first))
