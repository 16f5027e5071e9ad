"""Writes the vectors of an index. Each change is one commit: first new files are written, then the list that
names them (:mod:`khabar.meaning.listing`), and then files that the list no longer names are removed. A killed
process leaves the state before or after, and files that the next writer removes.

The caller holds the lock of the vectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from msgspec.structs import replace

from khabar.index.columns import Bools, Ints
from khabar.index.vector_names import VECTOR_LIST, is_of_vectors, number_of_vectors
from khabar.meaning.damage import reading
from khabar.meaning.digest import halves
from khabar.meaning.encoder import MadeBy
from khabar.meaning.listing import Listing, Sums, empty_listing, read_listing, write_listing
from khabar.meaning.segment_writing import write_segment
from khabar.meaning.segments import Entry, Owner, Segment, file_of_segment, id_keys
from khabar.replacing import clear_place, sync_folder

__all__ = ["Part", "VectorFiles", "among", "pairs"]

#: The number of files of similar size that are merged, and the ratio that separates sizes.
_MOST, _TIMES = 8, 8
#: Files with more vectors are not merged, so that removing a text never takes more than some seconds.
MOST_ROWS = 1 << 18


class Part(NamedTuple):
    """An open file, and which of its texts and owners stay."""

    number: int
    segment: Segment
    texts: Bools
    owners: Bools

    @property
    def is_whole(self) -> bool:
        return bool(self.texts.all() and self.owners.all())

    @property
    def is_empty(self) -> bool:
        return not (self.texts.any() or self.owners.any())


class VectorFiles:
    """The files of vectors in the folder with an index's files, for a writer.

    Args:
        folder: their folder.

    Raises:
        IndexDamaged: if the list, or a file that it names, is damaged. All methods raise it too.
        IndexUnavailable: if the system refuses to read one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with reading(folder / VECTOR_LIST):
            self.listing = read_listing(folder)
        self._segments: dict[int, Segment] = {}
        self._center = np.zeros(0)
        for number in self.listing.segments if self.listing else ():
            self._segments[number] = self._opened(number)

    @classmethod
    def without_list(cls, folder: Path) -> Self:
        """Ignore the list, even a damaged one: for :meth:`restart` and :meth:`clear`."""
        files = cls.__new__(cls)
        files._folder, files.listing, files._segments = folder, None, {}
        files._center = np.zeros(0)
        return files

    def begin(self, encoder: MadeBy) -> None:
        """Replace all vectors by none.

        Raises:
            OSError: if the list cannot be written.
        """
        number = self.listing.next if self.listing else 1 + max(self._numbers(), default=0)
        generation = self.listing.generation + 1 if self.listing else 1
        made_by = {
            "encoder_fingerprint": encoder.fingerprint,
            "encoder_name": encoder.name,
            "encoder_version": encoder.version,
            "address": encoder.address,
            "dimension": encoder.dimension,
        }
        self._put(empty_listing(made_by, generation, number), {})

    def commit(self, entries: Sequence[Entry], owners: Sequence[Owner]) -> None:
        """Add texts and owners, except those that exist already.

        Raises:
            OSError: if they cannot be written; earlier commits stay.
        """
        listing = self._listing
        new = {entry.digest: entry for entry in entries if not self.has(entry.digest)}
        owned = {owner.fingerprint: owner for owner in owners}
        are_new = np.isin(np.array(list(owned), np.uint64), self.owners(), invert=True).tolist()
        new_owners = [owner for owner, is_new in zip(owned.values(), are_new, strict=True) if is_new]
        if not new and not new_owners:
            return
        added = Segment.of(new.values(), new_owners, listing.dimension)
        sums = listing.sums.plus(Sums.of_segments([added], listing.dimension))
        self._center = sums.mean
        whole = Part(0, added, np.ones(added.articles, bool), np.ones(added.owners, bool))
        number = listing.next
        self._write(number, [whole])
        segments = {**self._segments, number: self._opened(number)}
        listing = replace(
            listing,
            generation=listing.generation + 1,
            next=number + 1,
            sums=sums,
        )
        listing, segments = self._merged(listing, segments)
        self._put(listing, segments)

    def drop(self, changed: Mapping[str, bytes | None]) -> int:
        """Drop the former texts of some articles, unless other articles have them; returns their number.

        Args:
            changed: the new digests of articles' texts by their ids; None for a removed article.

        Raises:
            OSError: if the change cannot be written; earlier commits stay.
        """
        if self.listing is None or not changed:
            return 0
        changed_keys = id_keys(changed)
        staying: dict[int, Bools] = {}
        lost: set[bytes] = set()
        for number, segment in self._segments.items():
            with self._reading(number):
                staying[number] = np.ones(segment.owners, bool)
                places = np.flatnonzero(np.isin(segment.id_keys[:], changed_keys))
                for place, (article_id, digest) in zip(places, segment.owners_at(places), strict=True):
                    if article_id in changed and changed[article_id] != digest:
                        staying[number][place] = False
                        lost.add(digest)
        keys, _ = halves(lost)
        for number, segment in self._segments.items():
            with self._reading(number):
                others = staying[number] & np.isin(segment.owner_keys[:], keys)
                lost.difference_update(digest for _, digest in segment.owners_at(np.flatnonzero(others)))
        gone = set(pairs(*halves(lost)))
        parts = []
        for number, segment in self._segments.items():
            with self._reading(number):
                texts = ~among(segment.keys[:], segment.rests[:], gone)
                parts.append(Part(number, segment, texts, staying[number]))
        return self._kept(parts)

    def keep_only(self, alive: Ints) -> int:
        """Drop owners that are no longer in the index, and texts that no article has; returns the number of
        these texts.

        Args:
            alive: the first 64 bits of the fingerprints of all articles in the index.

        Raises:
            OSError: if the change cannot be written; earlier commits stay.
        """
        if self.listing is None:
            return 0
        staying = {
            number: np.isin(segment.owner_fingerprints[:], alive)
            for number, segment in self._segments.items()
        }
        owned = [
            np.stack([segment.owner_keys[:][staying[number]], segment.owner_rests[:][staying[number]]])
            for number, segment in self._segments.items()
        ]
        keys, rests = np.concatenate([np.empty((2, 0), np.uint64), *owned], axis=1)
        having = set(pairs(keys, rests))
        parts = []
        for number, segment in self._segments.items():
            with self._reading(number):
                texts = among(segment.keys[:], segment.rests[:], having)
                parts.append(Part(number, segment, texts, staying[number]))
        return self._kept(parts)

    def clear(self) -> None:
        """Remove all vectors.

        Raises:
            OSError: if they cannot be removed.
        """
        self.listing, self._segments = None, {}
        clear_place(self._folder / VECTOR_LIST)
        # The list first: without it, files are ignored.
        (self._folder / VECTOR_LIST).unlink(missing_ok=True)
        sync_folder(self._folder)
        self.sweep()

    def has(self, digest: bytes) -> bool:
        """Whether a text was embedded."""
        keys, rests = halves([digest])
        for number, segment in self._segments.items():
            with self._reading(number):
                if segment.find(keys[0], rests[0]) >= 0:
                    return True
        return False

    def owners(self) -> Ints:
        """The fingerprints of all articles whose text was embedded."""
        fingerprints = [np.empty(0, np.uint64)]
        for number, segment in self._segments.items():
            with self._reading(number):
                fingerprints.append(segment.owner_fingerprints[:])
        return np.concatenate(fingerprints)

    def sweep(self) -> None:
        """Remove files that the list does not name: those of a killed writer, and replaced ones. Where an
        open file cannot be removed, a later sweep does it."""
        counted = self.listing.segments if self.listing else ()
        for path in self._folder.glob("vectors*"):
            stays = path.name == VECTOR_LIST if self.listing else False
            stays = stays or number_of_vectors(path.name) in counted
            if is_of_vectors(path.name) and not stays:
                with suppress(OSError):
                    clear_place(path)
                    path.unlink(missing_ok=True)

    @property
    def _listing(self) -> Listing:
        assert self.listing is not None, "begin() comes first"
        return self.listing

    def _numbers(self) -> list[int]:
        """The numbers of all existing files, even if the list does not name them."""
        return [number_of_vectors(path.name) for path in self._folder.glob("vectors-*")]

    def _opened(self, number: int) -> Segment:
        with self._reading(number):
            return Segment.open(file_of_segment(self._folder, number))

    def _reading(self, number: int) -> AbstractContextManager[None]:
        return reading(file_of_segment(self._folder, number))

    def _write(self, number: int, parts: Sequence[Part]) -> None:
        segments = [(part.segment, part.texts, part.owners) for part in parts]
        try:
            write_segment(self._folder, number, segments, self._listing.made_by, self._center)
        except OSError:
            self.sweep()
            raise
        except ValueError:
            # One of the files read meanwhile is damaged: find out which.
            for part in parts:
                with self._reading(part.number):
                    Segment.open(file_of_segment(self._folder, part.number), whole=True)
            raise

    def restart(self, made_by: Mapping[str, Any], parts: Sequence[Part]) -> None:
        """Make a new list from the remaining parts of some files, whatever the current list says.

        Args:
            made_by: the description of the encoder.
            parts: the files; no text or owner may stay in two of them.

        Raises:
            OSError: if the list cannot be written.
        """
        number = 1 + max(self._numbers(), default=0)
        self.listing = empty_listing(made_by, number, number)
        self._segments = {part.number: part.segment for part in parts}
        self._center = Sums.of_segments(self._segments.values(), self.listing.dimension).mean
        segments, number = self._rewritten(parts)
        sums = Sums.of_segments(segments.values(), self.listing.dimension)
        self._put(replace(self.listing, next=number, sums=sums), segments)

    def _kept(self, parts: Sequence[Part]) -> int:
        """Rewrite files that have lost something; returns the number of dropped texts."""
        listing = self._listing
        if all(part.is_whole for part in parts):
            return 0
        sums = listing.sums
        dropped = 0
        for part in parts:
            dropped += int((~part.texts).sum())
            with self._reading(part.number):
                for place in np.flatnonzero(~part.texts).tolist():
                    sums = sums.plus(Sums.of(part.segment.rows_of(place).vectors), -1)
        self._center = sums.mean
        segments, number = self._rewritten(parts)
        if not sums.rows:
            # Clear the remaining rounding errors.
            sums = Sums.none(listing.dimension)
        self._put(replace(listing, generation=listing.generation + 1, next=number, sums=sums), segments)
        return dropped

    def _rewritten(self, parts: Sequence[Part]) -> tuple[dict[int, Segment], int]:
        """Rewrite the files that have lost something; returns all files, and the next number."""
        segments = dict(self._segments)
        number = self._listing.next
        for part in parts:
            if part.is_whole:
                continue
            del segments[part.number]
            if not part.is_empty:
                self._write(number, [part])
                segments[number] = self._opened(number)
                number += 1
        return segments, number

    def _merged(self, listing: Listing, segments: dict[int, Segment]) -> tuple[Listing, dict[int, Segment]]:
        """Merge files of similar size if there are many."""
        segments = dict(segments)
        number = listing.next
        while True:
            run = _run(segments)
            if not run:
                return replace(listing, next=number), segments
            taken = [segments.pop(each) for each in run]
            parts = [
                Part(each, segment, np.ones(segment.articles, bool), np.ones(segment.owners, bool))
                for each, segment in zip(run, taken, strict=True)
            ]
            self._write(number, parts)
            segments[number] = self._opened(number)
            number += 1

    def _put(self, listing: Listing, segments: dict[int, Segment]) -> None:
        """Make a list the current one."""
        listing = replace(
            listing,
            segments=tuple(sorted(segments)),
            articles=sum(segment.articles for segment in segments.values()),
            rows=sum(segment.rows for segment in segments.values()),
            owners=sum(segment.owners for segment in segments.values()),
        )
        # If this fails, nothing may be swept: the new list may exist already, with only its folder not
        # synced.
        write_listing(self._folder, listing)
        self.listing, self._segments = listing, {number: segments[number] for number in listing.segments}
        self.sweep()


def _run(segments: dict[int, Segment]) -> list[int]:
    """The numbers of the files to merge; empty if there are few of each size."""
    sizes: dict[int, list[int]] = {}
    for number, segment in segments.items():
        # Owners count a little too.
        rows = segment.rows + segment.owners // 16 + 1
        if rows < MOST_ROWS:
            sizes.setdefault(int(np.log(rows) / np.log(_TIMES)), []).append(number)
    for _, numbers in sorted(sizes.items()):
        if len(numbers) >= _MOST:
            return sorted(numbers)
    return []


def pairs(keys: Ints, rests: Ints) -> list[tuple[int, int]]:
    """The halves of digests as pairs of numbers."""
    return list(zip(keys.tolist(), rests.tolist(), strict=True))


def among(keys: Ints, rests: Ints, others: set[tuple[int, int]]) -> Bools:
    """Whether each of some digests is among others."""
    result = np.isin(keys, np.array([key for key, _ in others], np.uint64))
    for place in np.flatnonzero(result).tolist():
        result[place] = (int(keys[place]), int(rests[place])) in others
    return result
