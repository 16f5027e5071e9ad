"""The postings of a segment: one file of mapped arrays.

The terms of all fields are numbered in the order of field and bytes. Whoosh finds them by bisection; khabar,
which looks up dozens of forms for a word, by a table of hashes, and then compares the bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.index.arrayfile import Checked, Spool, read_arrays, write_arrays
from khabar.index.columns import Bools, Ints, lookup, ranges
from khabar.index.embedded.fields import AUTHOR, ID, SECTION, SOURCE, TAG, TEXT, VALUE
from khabar.index.lists import Lists, ListsWriter
from khabar.index.word_list import WordList, WordListWriter

__all__ = ["EXTENSION", "FIELDS", "Postings", "PostingsWriter", "TermKeys"]

#: The extension of the file.
EXTENSION = ".words"
#: The fields that have terms, in order.
FIELDS = tuple(sorted((AUTHOR, ID, SECTION, SOURCE, TAG, TEXT, VALUE)))

_MAGIC = b"khabarP2"
#: A number of this size or more is stored in an array of its own.
_GREAT = 255
#: The positions of a term with more postings than this are searched separately; those of the others together,
#: up to this many postings at a time.
_LARGE = 2_000
_AT_ONCE = 500_000
#: With fewer postings than one for this many passages, passages are looked up; otherwise they are marked.
_SPARSE = 64
_KINDS: Mapping[str, Any] = {
    # hashes in order, and the term of each
    "hashes": np.uint32,
    "hashed": np.uint32,
    # the start of each term's postings and of its positions, and the end of the last
    "starts": np.uint32,
    "begins": np.uint32,
    # the number of occurrences in each posting
    "counts": np.uint8,
    "great_counts_at": np.uint32,
    "great_counts": np.uint32,
    # the positions of all postings, concatenated
    "positions": np.uint8,
    "great_positions_at": np.uint32,
    "great_positions": np.uint32,
}
#: The arrays that are stored in the narrowest type.
_NARROW = ("great_counts", "great_positions")
#: The name of the lists of passages.
_PASSAGES = "passages"


def hashes_of(field: str, terms: Sequence[bytes]) -> NDArray[np.uint32]:
    """The hash of each of some terms of a field."""
    seed = FIELDS.index(field)
    return np.array([zlib.crc32(term, seed) for term in terms], np.uint32)


def hash_of(field: str, term: bytes) -> np.uint32:
    """The hash of one term."""
    return np.uint32(zlib.crc32(term, FIELDS.index(field)))


class TermKeys:
    """Terms of a field, prepared for looking them up in several segments.

    Attributes:
        field, terms: the field and the terms.
        hashes: their hashes, as :func:`hashes_of` gives them.
        bytes, begins, sizes: the bytes of the terms, concatenated; where each term begins, and its size.
    """

    def __init__(self, field: str, terms: Sequence[bytes]) -> None:
        self.field = field
        self.terms = terms
        self.hashes = hashes_of(field, terms)
        self.bytes = np.frombuffer(b"".join(terms), np.uint8)
        self.sizes = np.array([len(term) for term in terms], np.int64)
        self.begins = np.cumsum(self.sizes) - self.sizes


class Postings:
    """The postings of a segment, open for reading; safe to share between threads.

    Args:
        data: the file's bytes.
        passages: the number of passages in the segment.
        whole: compare all of it with its checksums now.

    Raises:
        ValueError: if it is damaged. All methods raise it too, or an IndexError, if what they read is
            damaged.
    """

    def __init__(self, data: memoryview, passages: int, *, whole: bool = False) -> None:
        header, arrays = read_arrays(data, _MAGIC, whole=whole)
        self.lists = Lists(arrays, _PASSAGES)
        if {
            name: array.raw.dtype for name, array in arrays.items() if name in _KINDS and name not in _NARROW
        } != {name: np.dtype(kind) for name, kind in _KINDS.items() if name not in _NARROW}:
            raise ValueError("its arrays are not those of postings")
        self.arrays: Mapping[str, Checked] = arrays
        self.passages = passages
        self._words = WordList(arrays)
        self.size = len(self._words)
        self._fields: Mapping[str, list[int]] = header["fields"]
        sizes = [len(arrays[name]) for name in ("hashes", "hashed")]
        if sizes != [self.size] * 2:
            raise ValueError("it belongs to other terms")
        for name, of in (("starts", (self.lists, arrays["counts"])), ("begins", (arrays["positions"],))):
            if len(arrays[name]) != self.size + 1:
                raise ValueError("it belongs to other terms")
            if any(int(arrays[name][self.size]) != len(each) for each in of):
                raise ValueError("its postings are cut short")

    # terms

    def terms_of(self, field: str) -> range:
        """The numbers of a field's terms."""
        return range(*self._fields.get(field, (0, 0)))

    def term(self, number: int) -> bytes:
        """The bytes of a term."""
        return self._words[number]

    def terms(self, numbers: range) -> list[bytes]:
        """The bytes of some terms."""
        return self._words.part(numbers)

    def from_term(self, field: str, term: bytes) -> range:
        """The numbers of a field's terms that are not before a given one."""
        numbers = self.terms_of(field)
        return range(self._words.place(term, numbers), numbers.stop)

    def beginning(self, field: str, start: bytes) -> range:
        """The numbers of a field's terms with a prefix."""
        numbers = self.terms_of(field)
        if not start or not numbers:
            return numbers
        first = self._words.place(start, numbers)
        # The end sorts after all of them: in UTF-8 the last byte is never 255.
        return range(first, self._words.place(start[:-1] + bytes([start[-1] + 1]), numbers))

    def until(self, numbers: range, most: int) -> int:
        """The last of some terms, at least one, up to which they have at most ``most`` postings together; the
        first term if it alone has more."""
        starts = self.arrays["starts"][numbers.start : numbers.stop + 1]
        end = int(np.searchsorted(starts, int(starts[0]) + most, "right")) - 1
        return numbers.start + max(0, min(end, len(numbers)) - 1)

    def after_term(self, numbers: range, term: bytes) -> int:
        """The first number in a range whose term is after another."""
        return self._words.after(term, numbers)

    def may_have(self, hashed: np.uint32) -> bool:
        """Whether there is a term with a hash."""
        hashes = self.arrays["hashes"]
        at = int(hashes.places(hashed)) if self.size else 0
        return at < self.size and bool(hashes.raw[at] == hashed)

    def find(self, term_keys: TermKeys) -> Ints:
        """The number of each term; -1 for a missing one."""
        result = np.full(len(term_keys.terms), -1, np.int64)
        if not self.size or not len(result):
            return result
        hashes = self.arrays["hashes"]
        at = np.minimum(hashes.places(term_keys.hashes), self.size - 1)
        there = hashes.raw[at] == term_keys.hashes
        places = np.flatnonzero(there)
        numbers = self.arrays["hashed"][at[places]].astype(np.int64)
        field = self.terms_of(term_keys.field)
        same = self._equal(numbers, term_keys, places) & (numbers >= field.start) & (numbers < field.stop)
        result[places[same]] = numbers[same]
        for place in places[~same].tolist():
            result[place] = self._find_colliding(int(at[place]), term_keys, place)
        return result

    def _equal(self, numbers: Ints, term_keys: TermKeys, places: Ints) -> Bools:
        """Whether each of some terms has the bytes of the key at a place, all compared at once."""
        begins, ends = self._words.spans(numbers)
        sizes = ends - begins
        same: Bools = sizes == term_keys.sizes[places]
        some = np.flatnonzero(same & (sizes > 0))
        if len(some):
            self.arrays["bytes"].check_ranges(begins[some], begins[some] + sizes[some])
            equal = (
                self.arrays["bytes"].raw[ranges(begins[some], sizes[some])]
                == term_keys.bytes[ranges(term_keys.begins[places[some]], sizes[some])]
            )
            same[some] = np.logical_and.reduceat(equal, np.cumsum(sizes[some]) - sizes[some])
        return same

    def _find_colliding(self, slot: int, term_keys: TermKeys, place: int) -> int:
        """The number of a term, searched among all those with its hash from a slot on; -1 if it is none."""
        hashes, hashed = self.arrays["hashes"], self.arrays["hashed"]
        while slot < self.size and hashes[slot] == term_keys.hashes[place]:
            number = int(hashed[slot])
            if number in self.terms_of(term_keys.field) and self.term(number) == term_keys.terms[place]:
                return number
            slot += 1
        return -1

    # postings

    def sizes(self, numbers: Ints) -> Ints:
        """The number of postings of each of some terms."""
        starts = self.arrays["starts"]
        result: Ints = starts[numbers + 1].astype(np.int64) - starts[numbers]
        return result

    def of_terms(self, numbers: Ints) -> tuple[Ints, Ints, Ints]:
        """The postings of some terms, concatenated.

        Returns:
            The passage and the count of each posting, and the number of postings of each term.
        """
        self.arrays["starts"].check_ranges(numbers, numbers + 2)
        starts, counts = self.arrays["starts"].raw, self.arrays["counts"]
        begins, ends = starts[numbers].astype(np.int64), starts[numbers + 1].astype(np.int64)
        if len(numbers) == 1:
            span = slice(int(begins[0]), int(ends[0]))
            passages = self.lists.part(span.start, span.stop)
            return self._checked(passages), self._numbers("counts", span), ends - begins
        places = ranges(begins, ends - begins)
        counts.check_ranges(begins, ends)
        passages = self.lists.parts(begins, ends, places)
        return self._checked(passages), self._with_great("counts", counts.raw[places], places), ends - begins

    def _checked(self, passages: Ints) -> Ints:
        if len(passages) and int(passages.max()) >= self.passages:
            raise ValueError("it names passages that are not there")
        return passages

    def positions_of(self, begin: int, end: int) -> Ints:
        """The positions from one place up to another."""
        return self._numbers("positions", slice(begin, end))

    def _numbers(self, name: str, places: Any) -> Ints:
        return self._with_great(name, self.arrays[name][places], places)

    def _with_great(self, name: str, numbers: Ints, places: Any) -> Ints:
        great_at = self.arrays[f"great_{name}_at"]
        if len(great_at):
            great = np.flatnonzero(numbers == _GREAT)
            if len(great):
                if isinstance(places, slice):
                    places = np.arange(places.start, places.stop)
                term_keys = places[great].astype(np.uint32)
                at = np.minimum(great_at.places(term_keys), len(great_at) - 1)
                if not (great_at.raw[at] == term_keys).all():
                    raise ValueError("some of its large numbers are missing")
                numbers = numbers.astype(np.uint32)
                numbers[great] = self.arrays[f"great_{name}"][at]
        return numbers

    def entries(self, first: int, last: int) -> tuple[Ints, Ints, Ints, Ints]:
        """All postings of the terms from one up to another.

        Returns:
            The term, the passage and the count of each posting, and all positions.
        """
        starts, begins = self.arrays["starts"], self.arrays["begins"]
        begin, end = int(starts[first]), int(starts[last])
        sizes: Ints = np.diff(starts[first : last + 1].astype(np.int64))
        if len(sizes) and sizes.min() < 0:
            raise ValueError("its terms are not in order")
        positions = self.positions_of(int(begins[first]), int(begins[last]))
        passages = self._checked(self.lists.part(begin, end))
        return (
            np.repeat(np.arange(first, last), sizes),
            passages,
            self._numbers("counts", slice(begin, end)),
            positions,
        )

    def positions(self, numbers: Ints, selection: Ints) -> tuple[Ints, Ints, Ints]:
        """The occurrences of some terms in some passages, which are sorted.

        Returns:
            The passage and the position of each occurrence, and the place of its term in ``numbers``.
        """
        nothing = np.empty(0, np.int64)
        found: list[tuple[Ints, Ints, Ints]] = [(nothing, nothing, nothing)]
        places = np.flatnonzero(numbers >= 0)
        sizes = self.sizes(numbers[places])
        # Many small terms together cost hardly more than one. A large one is read without copying it.
        large = sizes > _LARGE
        found += [
            self._positions_of(int(numbers[place]), place, selection) for place in places[large].tolist()
        ]
        places, bounds = places[~large], np.cumsum(sizes[~large])
        first = 0
        while first < len(places):
            before = int(bounds[first - 1]) if first else 0
            last = max(first + 1, int(np.searchsorted(bounds, before + _AT_ONCE, side="right")))
            found.append(self._positions(numbers, places[first:last], selection))
            first = last
        passages, positions, terms = (np.concatenate(each) for each in zip(*found, strict=True))
        return passages, positions, terms

    def _positions_of(self, number: int, place: int, selection: Ints) -> tuple[Ints, Ints, Ints]:
        """As :meth:`positions`, for one term."""
        begin, end = self.arrays["starts"][number : number + 2].tolist()
        passages = self._checked(self.lists.part(begin, end))
        at, there = lookup(selection, passages)
        entries = at[there]
        if not len(entries):
            return entries, entries, entries
        counts = self._numbers("counts", slice(begin, begin + int(entries[-1]) + 1))
        # The occurrences before each entry: sums of parts, without an array as long as the list.
        between = np.add.reduceat(counts, entries, dtype=np.int64)
        begins: Ints = np.cumsum(between) - between
        begins += int(self.arrays["begins"][number]) + int(counts[: int(entries[0])].sum(dtype=np.int64))
        occurrences = counts[entries].astype(np.int64)
        found = self._numbers("positions", ranges(begins, occurrences))
        return np.repeat(passages[entries], occurrences), found, np.full(len(found), place)

    def _positions(self, numbers: Ints, places: Ints, selection: Ints) -> tuple[Ints, Ints, Ints]:
        """As :meth:`positions`, for some terms, by their places in ``numbers``."""
        passages, counts, sizes = self.of_terms(numbers[places])
        if self.passages < len(passages) * _SPARSE:
            selected = np.zeros(self.passages, bool)
            selected[selection] = True
            entries = np.flatnonzero(selected[passages])
        else:
            entries = np.flatnonzero(lookup(passages, selection)[1])
        ends = np.cumsum(counts, dtype=np.int64)
        starts = np.cumsum(sizes) - sizes
        owners = np.searchsorted(starts, entries, side="right") - 1
        # The start of each term's positions, minus the occurrences of the terms before it in ``counts``.
        offsets = self.arrays["begins"][numbers[places]].astype(np.int64)
        offsets[1:] -= ends[starts[1:] - 1]
        occurrences = counts[entries].astype(np.int64)
        begins = offsets[owners] + ends[entries] - occurrences
        return (
            np.repeat(passages[entries], occurrences),
            self._numbers("positions", ranges(begins, occurrences)),
            np.repeat(places[owners], occurrences),
        )


class PostingsWriter:
    """Writes a file of postings. Terms are added in order, some at a time, so that memory does not grow with
    them.

    Args:
        path: the file that :meth:`finish` writes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spools = {
            name: Spool(path.parent, kind, narrow=name in _NARROW) for name, kind in _KINDS.items()
        }
        self._words = WordListWriter(path.parent)
        self._passages = ListsWriter(path.parent)
        self._hashes: list[NDArray[np.uint32]] = []
        self._fields: dict[str, list[int]] = {}
        self._terms = self._postings = self._positions = 0

    def add(
        self, field: str, terms: Sequence[bytes], sizes: Ints, passages: Ints, counts: Ints, positions: Ints
    ) -> None:
        """Append terms.

        Args:
            field: one of :data:`FIELDS`, not before the last one.
            terms: the terms, in order.
            sizes: the number of postings of each term.
            passages: the passage of each posting, in order within a term.
            counts: the number of occurrences in each posting.
            positions: the position of each occurrence; empty in a field without positions.
        """
        spools = self._spools
        self._words.append(terms)
        self._hashes.append(hashes_of(field, terms))
        spools["starts"].append(self._postings + np.cumsum(sizes, dtype=np.int64) - sizes)
        occurrences = sizes * 0
        if len(positions):
            ends = np.append(0, np.cumsum(counts, dtype=np.int64))
            occurrences = np.diff(ends[np.append(0, np.cumsum(sizes, dtype=np.int64))])
        spools["begins"].append(self._positions + np.cumsum(occurrences) - occurrences)
        self._passages.append(passages)
        self._split("counts", counts, self._postings)
        self._split("positions", positions, self._positions)
        self._postings += len(passages)
        self._positions += len(positions)
        bounds = self._fields.setdefault(field, [self._terms, self._terms])
        self._terms += len(terms)
        bounds[1] = self._terms
        if max(self._postings, self._positions) >= 1 << 32:
            raise OverflowError("a segment of more than four thousand million words")

    def _split(self, name: str, numbers: Ints, before: int) -> None:
        great = np.flatnonzero(numbers >= _GREAT)
        self._spools[name].append(np.minimum(numbers, _GREAT))
        self._spools[f"great_{name}_at"].append(before + great)
        self._spools[f"great_{name}"].append(numbers[great])

    def finish(self) -> None:
        """Write the file.

        Raises:
            OSError: if it cannot be written.
        """
        hashes = np.concatenate([np.empty(0, np.uint32), *self._hashes])
        order = np.argsort(hashes, kind="stable")
        self._spools["hashes"].append(hashes[order])
        self._spools["hashed"].append(order)
        self._spools["starts"].append(np.array([self._postings]))
        self._spools["begins"].append(np.array([self._positions]))
        arrays = {**self._words.arrays, **self._spools, **dict(self._passages.arrays(_PASSAGES))}
        write_arrays(self._path, _MAGIC, arrays, {"fields": self._fields})
        self.close()

    def close(self) -> None:
        """Discard what was not written."""
        self._passages.close()
        self._words.close()
        for spool in self._spools.values():
            spool.close()
