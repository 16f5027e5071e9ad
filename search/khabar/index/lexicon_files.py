"""The files of a lexicon: parts, each of which holds some words in order and never changes, and a list of the
parts.

A commit writes its new words as one part, together with the last parts that are less than :data:`_RATIO`
times as large as what comes behind them: so there are few parts, and over the life of an index each word is
written a few times. Parts are merged some words at a time; what is held of a whole part is 12 bytes a word.

==================  ========================================================================================
``lexicon.json``    the numbers of the parts that count, replaced in one step
``lexicon-N.bin``   a part
==================  ========================================================================================
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.errors import IndexDamaged
from khabar.index import word_list
from khabar.index.arrayfile import Checked, Spool, let_go, open_arrays, write_arrays
from khabar.index.columns import distinct
from khabar.index.letter_pairs import pairs_of
from khabar.index.recovery import unreadable
from khabar.index.word_list import Probes, WordList, WordListWriter
from khabar.replacing import json_with_checksum, read_json_with_checksum, replace_file

__all__ = ["CLASSES", "LEXICON", "PART", "Part", "create_parts", "open_parts", "write_parts"]

LEXICON = "lexicon.json"
#: What the parts are called.
PART = "lexicon-{}.bin"

#: What is kept of a word: its light stem, its lemma, the key of a foreign name; and whether the dictionary
#: read it, and as an entry of its own.
CLASSES = np.dtype([("light", "<u8"), ("lemma", "<u8"), ("loan", "<u8"), ("read", "u1")])
DEPTHS = ("light", "lemma", "loan")

_MAGIC = b"khabarL4"
#: A part is more than so many times as large as all behind it.
_RATIO = 8
#: Words that are merged at a time.
_AT_ONCE = 1 << 16
#: Words of a class that are looked at together.
_MEMBERS = 64
#: Letter pairs that are merged at a time.
_CODES = 64
#: A part is read for words instead of each looked up in it from one for so many of its own.
_MANY = 16

_KINDS: Mapping[str, Any] = {
    # of each word its classes, 0 for none
    **{name: CLASSES[name] for name in CLASSES.names or ()},
    # the words that have a class, in order of its key and their own
    **{f"{depth}_order": np.uint32 for depth in DEPTHS},
    # the letter pairs, and where the list of the words of each begins, and the last one's ends
    "codes": np.uint64,
    "starts": np.uint32,
    # the words that have each letter pair, in order: in four bytes, since a query reads thousands of them
    "pairs": np.int32,
    # of each word the length of its vector of letter pairs
    "norms": np.float32,
}
_NAMES = {*_KINDS, *word_list.KINDS}

Array = NDArray[Any]


class Part:
    """Some words in order of their UTF-8 bytes, by which they are numbered. Safe to share between threads.

    Raises:
        ValueError: if the arrays are no part. All methods raise it too, or an IndexError, for what is not as
            it was written.
    """

    def __init__(self, arrays: Mapping[str, Checked]) -> None:
        if arrays.keys() != _NAMES or any(arrays[name].raw.dtype != kind for name, kind in _KINDS.items()):
            raise ValueError("its arrays are not those of a lexicon")
        self.arrays = arrays
        self.words = WordList(arrays)
        self._classes = {
            depth: Probes(partial(_key, arrays[depth].raw.data, arrays[f"{depth}_order"].raw.data))
            for depth in DEPTHS
        }
        sizes = {len(arrays[name]) for name in ("ends", "norms", *(CLASSES.names or ()))}
        if len(sizes) != 1 or len(arrays["starts"]) != len(arrays["codes"]) + 1:
            raise ValueError("its arrays are cut short")

    def __len__(self) -> int:
        return len(self.words)

    def find(self, word: bytes) -> int:
        """The number of a word; -1 if it is not here."""
        return self.words.find(word, range(len(self)))

    def class_of(self, depth: str, key: int) -> Array:
        """The numbers of the words with a class, in order."""
        first = self.class_end(depth, key, 0)
        # If the data on both sides is intact, so are the places.
        begin = max(0, first - 1)
        end = first
        while True:
            end = min(end + _MEMBERS, len(self.arrays[f"{depth}_order"]))
            members: Array = self.arrays[f"{depth}_order"][begin:end]
            keys = self.arrays[depth][members]
            if end == len(self.arrays[f"{depth}_order"]) or keys[-1] != key:
                found: Array = members[first - begin :][keys[first - begin :] == key]
                return found

    def class_end(self, depth: str, key: int, begin: int) -> int:
        """The place among the words of a depth's classes of the first with such a key or a greater one."""
        every = range(len(self.arrays[f"{depth}_order"]))
        return bisect_left(every, key, lo=begin, key=self._classes[depth].__getitem__)

    def spans_of(self, codes: Array) -> list[tuple[int, int]]:
        """Where the list of the words of each of some letter pairs begins and ends; the same for a pair that
        no word has."""
        own, starts = self.arrays["codes"], self.arrays["starts"]
        if not len(own):
            return [(0, 0)] * len(codes)
        places = np.minimum(own.places(codes), len(own) - 1)
        there = own.raw[places] == codes
        begins, ends = starts[places].tolist(), starts[places + 1].tolist()
        return [
            (begin, end if has else begin)
            for begin, end, has in zip(begins, ends, there.tolist(), strict=True)
        ]

    @cached_property
    def norms(self) -> Array:
        """The length of the vector of letter pairs of each word. It is compared with checksums as a whole,
        since a query reads all over it."""
        norms = self.arrays["norms"]
        norms.check(0, len(norms))
        return norms.raw


def _key(keys: memoryview, order: memoryview, place: int) -> int:
    return int(keys[order[place]])


def _numbers(folder: Path) -> list[int]:
    """The numbers of the parts that count, in order of indexing."""
    path = folder / LEXICON
    try:
        numbers = read_json_with_checksum(path)["parts"]
        if not all(isinstance(each, int) for each in numbers):
            raise ValueError("it names parts that are none")
    except (OSError, ValueError, KeyError, TypeError, MemoryError) as error:
        raise unreadable(path, error) from error
    return list(numbers)


def open_parts(folder: Path, *, whole: bool = False) -> dict[int, Part]:
    """The parts of the lexicon of an index folder by their numbers; ``whole`` compares all of them with their
    checksums.

    Raises:
        IndexDamaged: if one is lost or is damaged.
    """
    numbers = _numbers(folder)
    while True:
        try:
            return {number: _opened(folder, number, whole=whole) for number in numbers}
        except IndexDamaged as error:
            # A writer may have merged it with others since: then there is another list.
            before, numbers = numbers, _numbers(folder)
            if not isinstance(error.__cause__, FileNotFoundError) or numbers == before:
                raise


def _opened(folder: Path, number: int, *, whole: bool = False) -> Part:
    path = folder / PART.format(number)
    try:
        return Part(open_arrays(path, _MAGIC, whole=whole)[1])
    except (OSError, ValueError, MemoryError) as error:
        raise unreadable(path, error) from error


def create_parts(folder: Path) -> None:
    """Put a lexicon without words into the folder of a new index."""
    _write_list(folder, [])


def _write_list(folder: Path, numbers: Sequence[int]) -> None:
    replace_file(folder / LEXICON, [json_with_checksum({"parts": list(numbers)})])


def write_parts(
    folder: Path, parts: Mapping[int, Part], words: set[bytes], classes: Callable[[bytes], bytes]
) -> dict[int, Part]:
    """Put words into a folder's lexicon, and give its parts as they are then. It is changed in one step.

    Args:
        folder: the index folder.
        parts: of its lexicon.
        words: any words; those that are there already stay as they are.
        classes: of a word its classes, in the layout of :data:`CLASSES`.
    """
    new = sorted(_missing(parts.values(), words))
    if not new:
        return dict(parts)
    size = len(new)
    kept = list(parts)
    merged: list[Part] = []
    while kept and len(parts[kept[-1]]) <= _RATIO * size:
        merged.insert(0, parts[kept.pop()])
        size += len(merged[0])
    # Some at a time, as all merging: the letter pairs of all words at once would take much memory.
    fresh = [_part_of(new[begin : begin + _AT_ONCE], classes) for begin in range(0, len(new), _AT_ONCE)]
    number = max(parts, default=0) + 1
    beside = [parts[each] for each in kept]
    _merge(folder / PART.format(number), [*merged, *fresh], beside)
    _write_list(folder, [*kept, number])
    sweep_parts(folder, [*kept, number])
    return {**{each: parts[each] for each in kept}, number: _opened(folder, number)}


def sweep_parts(folder: Path, numbers: Sequence[int]) -> None:
    """Remove the parts that do not count. A system that cannot remove an open file does so next time."""
    names = {PART.format(number) for number in numbers}
    for path in folder.glob(PART.format("*")):
        if path.name not in names:
            try:
                path.unlink(missing_ok=True)
            except OSError:
                continue


def _missing(parts: Iterable[Part], words: set[bytes]) -> set[bytes]:
    """The words that are in no part."""
    left = words
    for part in parts:
        if len(left) * _MANY < len(part):
            left = {word for word in left if part.find(word) < 0}
        else:
            for begin in range(0, len(part), _AT_ONCE):
                left = left.difference(part.words.part(range(begin, min(len(part), begin + _AT_ONCE))))
    return left


def _part_of(words: list[bytes], classes: Callable[[bytes], bytes]) -> Part:
    """Words in order as a part in memory, but for the norms of their pairs."""
    rows = np.frombuffer(b"".join([classes(word) for word in words]), CLASSES)
    codes, starts, owners = pairs_of([word.decode("utf-8", "surrogatepass") for word in words])
    arrays: dict[str, Array] = {
        "bytes": np.frombuffer(b"".join(words), np.uint8),
        "ends": np.cumsum([len(word) for word in words], dtype=np.uint32),
        **{name: np.ascontiguousarray(rows[name]) for name in CLASSES.names or ()},
        "codes": codes,
        "starts": starts.astype(np.uint32),
        "norms": np.zeros(len(words), np.float32),
        "pairs": owners.astype(np.int32),
    }
    for depth in DEPTHS:
        order = np.argsort(arrays[depth], kind="stable")
        arrays[f"{depth}_order"] = order[np.count_nonzero(arrays[depth] == 0) :].astype(np.uint32)
    return Part({name: Checked(array) for name, array in arrays.items()})


def _merge(path: Path, parts: Sequence[Part], beside: Sequence[Part]) -> None:
    """Write parts as one.

    Args:
        path: the file.
        parts: they have no word in common.
        beside: the other parts of the lexicon: how rare a letter pair is counts in all.
    """
    spools = {name: Spool(path.parent, kind) for name, kind in _KINDS.items() if name != "norms"}
    words = WordListWriter(path.parent)
    try:
        renumbered = _merge_words(words, spools, parts)
        for depth in DEPTHS:
            _merge_order(spools[f"{depth}_order"], depth, parts, renumbered)
        squares = _merge_pairs(spools, parts, renumbered, beside)
        norms = np.sqrt(squares).astype(np.float32)
        write_arrays(path, _MAGIC, {**words.arrays, **spools, "norms": norms})
    finally:
        words.close()
        for spool in spools.values():
            spool.close()


def _merge_words(writer: WordListWriter, spools: Mapping[str, Spool], parts: Sequence[Part]) -> list[Array]:
    """The words with their classes; gives of each part the new numbers of its words."""
    renumbered = [np.empty(len(part), np.uint32) for part in parts]
    done = [0] * len(parts)
    total = 0
    share = max(1, _AT_ONCE // len(parts))
    while any(at < len(part) for at, part in zip(done, parts, strict=True)):
        # Up to the least of the words before which each of them has enough.
        last = min(
            part.words[min(at + share, len(part)) - 1]
            for at, part in zip(done, parts, strict=True)
            if at < len(part)
        )
        ends = [part.words.after(last, range(len(part))) for part in parts]
        spans = list(zip(done, ends, strict=True))
        words = [
            word for part, span in zip(parts, spans, strict=True) for word in part.words.part(range(*span))
        ]
        order = np.array(sorted(range(len(words)), key=words.__getitem__), np.int64)
        ranks = np.empty(len(words), np.uint32)
        ranks[order] = np.arange(total, total + len(words), dtype=np.uint32)
        place = 0
        for new, (begin, end) in zip(renumbered, spans, strict=True):
            new[begin:end] = ranks[place : place + end - begin]
            place += end - begin
        writer.append([words[each] for each in order.tolist()])
        for name in CLASSES.names or ():
            spools[name].append(
                np.concatenate(
                    [part.arrays[name][begin:end] for part, (begin, end) in zip(parts, spans, strict=True)]
                )[order]
            )
        total += len(words)
        done = ends
        let_go()
    return renumbered


def _merge_order(spool: Spool, depth: str, parts: Sequence[Part], renumbered: Sequence[Array]) -> None:
    """The words of a depth's classes in order, a range of keys at a time: they are hashes, so that all ranges
    are alike."""
    slices = 1 + sum(map(len, parts)) // _AT_ONCE
    done = [0] * len(parts)
    for bound in [number * (1 << 64) // slices for number in range(1, slices + 1)]:
        keys, words = [], []
        for place, (part, new) in enumerate(zip(parts, renumbered, strict=True)):
            order, own = part.arrays[f"{depth}_order"], part.arrays[depth]
            begin = done[place]
            end = part.class_end(depth, bound, begin)
            here = order[begin:end]
            keys.append(own[here])
            words.append(new[here])
            done[place] = end
        joined = np.concatenate(words)
        spool.append(joined[np.lexsort((joined, np.concatenate(keys)))])
    let_go()


def _merge_pairs(
    spools: Mapping[str, Spool],
    parts: Sequence[Part],
    renumbered: Sequence[Array],
    beside: Sequence[Part],
) -> Array:
    """The words of each letter pair; gives of each word the square of its vector's length."""
    squares = np.zeros(sum(map(len, parts)), np.float64)
    total = len(squares) + sum(map(len, beside))
    codes = distinct(np.concatenate([part.arrays["codes"][:] for part in parts]))
    counts = sum((_counts(part, codes) for part in [*parts, *beside]), np.zeros(len(codes), np.int64))
    starts = []
    for begin in range(0, len(codes), _CODES):
        some = codes[begin : begin + _CODES]
        of_parts = [[part.arrays["pairs"][begin:end] for begin, end in part.spans_of(some)] for part in parts]
        for place, count in enumerate(counts[begin : begin + _CODES].tolist()):
            owners = [new[own[place]] for new, own in zip(renumbered, of_parts, strict=True)]
            words = np.sort(np.concatenate(owners))
            starts.append(spools["pairs"].size)
            spools["pairs"].append(words)
            squares[words] += np.log(1 + total / count) ** 2
        let_go()
    spools["codes"].append(codes)
    spools["starts"].append(np.array([*starts, spools["pairs"].size], np.int64))
    return squares


def _counts(part: Part, codes: Array) -> Array:
    """How many words of a part have each of some letter pairs."""
    own = part.arrays["codes"][:]
    counts = np.zeros(len(codes), np.int64)
    if len(own):
        places = np.minimum(np.searchsorted(own, codes), len(own) - 1)
        there = own[places] == codes
        counts[there] = np.diff(part.arrays["starts"][:].astype(np.int64))[places[there]]
    return counts
