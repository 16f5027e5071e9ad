"""The files of a lexicon: immutable parts, each with some words in order, and a list of the parts.

A commit merges its new words into one part with the last parts that are less than :data:`_RATIO` times as
large as all that follows them: so there are few parts, and each word is written a few times over the life of
an index. Parts are merged some words at a time; a whole part takes 12 bytes of memory for each word.

==================  ========================================================================================
``lexicon.json``    the numbers of the current parts, replaced in one step
``lexicon-N.bin``   a part
==================  ========================================================================================
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.errors import IndexDamaged
from khabar.index import word_list
from khabar.index.arrayfile import Checked, Spool, let_go, open_arrays, write_arrays
from khabar.index.columns import distinct, values_at
from khabar.index.letter_pairs import Pairs, pairs_of, vector_lengths, weights_of
from khabar.index.recovery import unreadable
from khabar.index.word_list import Probes, WordList, WordListWriter, in_step
from khabar.replacing import json_with_checksum, read_json_with_checksum, replace_file

__all__ = ["CLASSES", "LEXICON", "PART", "Part", "create_lexicon", "open_parts", "write_parts"]

LEXICON = "lexicon.json"
#: The names of the parts.
PART = "lexicon-{}.bin"

#: The classes of a word: its light stem, its lemma and its key as a foreign name; and whether the dictionary
#: has it, and as an entry of its own.
CLASSES = np.dtype([("light", "<u8"), ("lemma", "<u8"), ("loan", "<u8"), ("read", "u1")])
DEPTHS = ("light", "lemma", "loan")

_MAGIC = b"khabarL4"
#: A part is more than this many times as large as all parts after it.
_RATIO = 8
#: Words that are merged at a time.
_AT_ONCE = 1 << 16
#: Words of a class that are read together.
_MEMBERS = 64
#: Letter pairs that are merged, and that are counted, at a time.
_CODES = 64
#: With fewer new words than one for this many words of a part, each is looked up; otherwise the part is read.
_MANY = 16

_KINDS: Mapping[str, Any] = {
    # the classes of each word, 0 for none
    **{name: CLASSES[name] for name in CLASSES.names or ()},
    # the words that have a class, in order of its key and their own
    **{f"{depth}_order": np.uint32 for depth in DEPTHS},
    # the letter pairs; the start of each pair's list of words, and the end of the last
    "codes": np.uint64,
    "starts": np.uint32,
    # the words that have each letter pair, in order: in four bytes, since a query reads thousands of them
    "pairs": np.int32,
    # the length of each word's vector of letter pairs, if the part is the last
    "norms": np.float32,
}
_NAMES = {*_KINDS, *word_list.KINDS}

Array = NDArray[Any]


class Part:
    """Words in order of their UTF-8 bytes, by which they are numbered. Safe to share between threads.

    Raises:
        ValueError: if the arrays are not those of a part. All methods raise it too, or an IndexError, if what
            they read is damaged.
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
        """The number of a word; -1 if the part lacks it."""
        return self.words.find(word, range(len(self)))

    def class_of(self, depth: str, key: int) -> Array:
        """The numbers of the words with a class, in order."""
        first = self.class_end(depth, key, 0)
        # If the data on both sides is intact, so is the result.
        begin = max(0, first - 1)
        end = first
        while True:
            end = min(end + _MEMBERS, len(self.arrays[f"{depth}_order"]))
            members: Array = self.arrays[f"{depth}_order"][begin:end]
            keys = self.arrays[depth][members]
            if end == len(self.arrays[f"{depth}_order"]) or keys[-1] != key:
                result: Array = members[first - begin :][keys[first - begin :] == key]
                return result

    def class_end(self, depth: str, key: int, begin: int) -> int:
        """The place of the first word, in the order of a depth's classes, whose key is not less than a
        key."""
        every = range(len(self.arrays[f"{depth}_order"]))
        return bisect_left(every, key, lo=begin, key=self._classes[depth].__getitem__)

    def counted_pairs(self) -> tuple[Array, Array]:
        """The letter pairs of its words, in order, and the number of words that have each."""
        return self.arrays["codes"][:], np.diff(self.arrays["starts"][:].astype(np.int64))

    def vector_lengths(self, total: int, counted: Sequence[tuple[Array, Array]]) -> Array:
        """The length of each word's vector of letter pairs, by the rarity of these in the whole lexicon, so
        that it does not depend on when each word came. (The array ``norms`` has it for the last part.)

        Args:
            total: the number of words of the lexicon.
            counted: as for :func:`counts_of`.
        """
        pairs = Pairs(*(self.arrays[name][:] for name in ("codes", "starts", "pairs")))
        return vector_lengths(total, counts_of(pairs.codes, counted), pairs, len(self))

    def spans_of(self, codes: Array) -> list[tuple[int, int]]:
        """The start and the end of the list of words of each letter pair; equal for a pair that no word
        has."""
        known, starts = self.arrays["codes"], self.arrays["starts"]
        if not len(known):
            return [(0, 0)] * len(codes)
        places = np.minimum(known.places(codes), len(known) - 1)
        begins = starts[places]
        ends = np.where(known.raw[places] == codes, starts[places + 1], begins)
        return list(zip(begins.tolist(), ends.tolist(), strict=True))


def _key(keys: memoryview, order: memoryview, place: int) -> int:
    return int(keys[order[place]])


def _numbers(folder: Path) -> list[int]:
    """The numbers of the current parts, in order of indexing."""
    path = folder / LEXICON
    try:
        numbers = read_json_with_checksum(path)["parts"]
        if not all(isinstance(number, int) for number in numbers):
            raise ValueError("it names invalid parts")
    except (OSError, ValueError, KeyError, TypeError, MemoryError) as error:
        raise unreadable(path, error) from error
    return list(numbers)


def open_parts(folder: Path, *, whole: bool = False) -> dict[int, Part]:
    """Open the parts of an index folder's lexicon, by their numbers; ``whole`` compares all of them with
    their checksums.

    Raises:
        IndexDamaged: if one is lost or damaged.
    """
    numbers = _numbers(folder)
    while True:
        try:
            return {number: _opened(folder, number, whole=whole) for number in numbers}
        except IndexDamaged as error:
            # A writer may have merged it with others since: then the list has changed.
            before, numbers = numbers, _numbers(folder)
            if not isinstance(error.__cause__, FileNotFoundError) or numbers == before:
                raise


def _opened(folder: Path, number: int, *, whole: bool = False) -> Part:
    path = folder / PART.format(number)
    try:
        return Part(open_arrays(path, _MAGIC, whole=whole)[1])
    except (OSError, ValueError, MemoryError) as error:
        raise unreadable(path, error) from error


def create_lexicon(folder: Path) -> None:
    """Write an empty lexicon into the folder of a new index."""
    _write_list(folder, [])


def _write_list(folder: Path, numbers: Sequence[int]) -> None:
    replace_file(folder / LEXICON, [json_with_checksum({"parts": list(numbers)})])


def write_parts(
    folder: Path, parts: Mapping[int, Part], words: set[bytes], classes: Callable[[bytes], bytes]
) -> dict[int, Part]:
    """Add words to a folder's lexicon in one step, and return its new parts.

    Args:
        folder: the index folder.
        parts: the parts of its lexicon.
        words: any words; those that a part has stay as they are.
        classes: gives the classes of a word, in the layout of :data:`CLASSES`.
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
    # Some at a time: the letter pairs of all words at once would take much memory.
    fresh = [_part_of(new[begin : begin + _AT_ONCE], classes) for begin in range(0, len(new), _AT_ONCE)]
    number = max(parts, default=0) + 1
    unchanged = {each: parts[each] for each in kept}
    _merge(folder / PART.format(number), [*merged, *fresh], list(unchanged.values()))
    _write_list(folder, [*kept, number])
    sweep_parts(folder, [*kept, number])
    return {**unchanged, number: _opened(folder, number)}


def sweep_parts(folder: Path, numbers: Sequence[int]) -> None:
    """Remove the parts that are not current. Where the system cannot remove an open file, a later call
    does."""
    names = {PART.format(number) for number in numbers}
    for path in folder.glob(PART.format("*")):
        if path.name not in names:
            with suppress(OSError):
                path.unlink()


def _missing(parts: Iterable[Part], words: set[bytes]) -> set[bytes]:
    """The words that no part has."""
    left = words
    for part in parts:
        if len(left) * _MANY < len(part):
            left = {word for word in left if part.find(word) < 0}
        else:
            for begin in range(0, len(part), _AT_ONCE):
                left = left.difference(part.words.part(range(begin, min(len(part), begin + _AT_ONCE))))
    return left


def _part_of(words: list[bytes], classes: Callable[[bytes], bytes]) -> Part:
    """Make a part in memory of sorted words, without the norms of their vectors."""
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
    """Merge parts into one file.

    Args:
        path: the file.
        parts: the parts, which have no word in common.
        beside: the other parts of the lexicon, which count in the rarity of letter pairs.
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
    """Merge the words with their classes; returns the new numbers of each part's words."""
    renumbered = [np.empty(len(part), np.uint32) for part in parts]
    total = 0
    share = max(1, _AT_ONCE // len(parts))
    for spans in in_step(
        [range(len(part)) for part in parts],
        lambda place, left: parts[place].words[left[:share][-1]],
        lambda place, left, word: parts[place].words.after(word, left),
    ):
        words = [word for part, span in zip(parts, spans, strict=True) for word in part.words.part(span)]
        order = np.array(sorted(range(len(words)), key=words.__getitem__), np.int64)
        ranks = np.empty(len(words), np.uint32)
        ranks[order] = np.arange(total, total + len(words), dtype=np.uint32)
        place = 0
        for new, span in zip(renumbered, spans, strict=True):
            new[span.start : span.stop] = ranks[place : place + len(span)]
            place += len(span)
        writer.append([words[each] for each in order.tolist()])
        for name in CLASSES.names or ():
            spools[name].append(
                np.concatenate(
                    [
                        part.arrays[name][span.start : span.stop]
                        for part, span in zip(parts, spans, strict=True)
                    ]
                )[order]
            )
        total += len(words)
        let_go()
    return renumbered


def _merge_order(spool: Spool, depth: str, parts: Sequence[Part], renumbered: Sequence[Array]) -> None:
    """Merge the words in the order of a depth's classes, a range of keys at a time. The keys are hashes, so
    the ranges are about equally large."""
    slices = 1 + sum(map(len, parts)) // _AT_ONCE
    done = [0] * len(parts)
    for bound in [number * (1 << 64) // slices for number in range(1, slices + 1)]:
        keys, words = [], []
        for place, (part, new) in enumerate(zip(parts, renumbered, strict=True)):
            order, classes = part.arrays[f"{depth}_order"], part.arrays[depth]
            begin = done[place]
            end = part.class_end(depth, bound, begin)
            members = order[begin:end]
            keys.append(classes[members])
            words.append(new[members])
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
    """Merge the lists of letter pairs; returns the square of the length of each word's vector."""
    squares = np.zeros(sum(map(len, parts)), np.float64)
    total = len(squares) + sum(map(len, beside))
    codes = distinct(np.concatenate([part.arrays["codes"][:] for part in parts]))
    counts = counts_of(codes, [part.counted_pairs() for part in (*parts, *beside)])
    weights = weights_of(total, counts)
    starts = []
    for begin in range(0, len(codes), _CODES):
        chunk = codes[begin : begin + _CODES]
        lists = [[part.arrays["pairs"][first:end] for first, end in part.spans_of(chunk)] for part in parts]
        for place, weight in enumerate(weights[begin : begin + _CODES].tolist()):
            owners = [new[owned[place]] for new, owned in zip(renumbered, lists, strict=True)]
            words = np.sort(np.concatenate(owners))
            starts.append(spools["pairs"].size)
            spools["pairs"].append(words)
            squares[words] += weight
        let_go()
    spools["codes"].append(codes)
    spools["starts"].append(np.array([*starts, spools["pairs"].size], np.int64))
    return squares


def counts_of(codes: Array, counted: Iterable[tuple[Array, Array]]) -> Array:
    """The number of words of a lexicon that have each of some letter pairs, which are in order; ``counted``:
    :meth:`Part.counted_pairs` of each of its parts."""
    counts: Array = sum((values_at(known, counts, codes) for known, counts in counted), np.zeros(len(codes)))
    return counts
