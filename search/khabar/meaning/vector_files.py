"""Writes the vectors of an index. Each change is one commit: new files first, then the list that names them
(:mod:`khabar.meaning.listing`), then what the list no longer names is removed. A process that is killed
meanwhile leaves the state before or after, and files that the next writer removes.

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

#: Files of about equal size above which they become one; and how many times larger is another size.
_MOST, _TIMES = 8, 8
#: Files with more vectors stay as they are, so that taking out one text never costs more than some seconds.
MOST_ROWS = 1 << 18


class Part(NamedTuple):
    """A file, open, and which of its texts and owners stay."""

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
        folder: where they are, or come to be.

    Raises:
        IndexDamaged: if the list of them, or a file that it names, is damaged. All methods
            raise it too.
        IndexUnavailable: if the system does not let one be read.
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
        """The same, whatever there is: for :meth:`restart` and :meth:`clear`."""
        files = cls.__new__(cls)
        files._folder, files.listing, files._segments = folder, None, {}
        files._center = np.zeros(0)
        return files

    def begin(self, encoder: MadeBy) -> None:
        """Begin with no vectors, in the place of those that there are.

        Raises:
            OSError: if that cannot be written.
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
        """Add texts and owners that are not there yet; those that are, are left out.

        Raises:
            OSError: if it cannot be written; what was committed before stays.
        """
        listing = self._listing
        new = {entry.digest: entry for entry in entries if not self.has(entry.digest)}
        known = self.owners()
        owned = {owner.fingerprint: owner for owner in owners}
        fresh = np.isin(np.array(list(owned), np.uint64), known, invert=True).tolist()
        kept = [owner for owner, is_new in zip(owned.values(), fresh, strict=True) if is_new]
        if not new and not kept:
            return
        added = Segment.of(new.values(), kept, listing.dimension)
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
        """Drop the texts that some articles have no more, unless others have them; gives how many that were.

        Args:
            changed: of articles by their ids the digests of their texts from now on; None for those that
                are no more.

        Raises:
            OSError: if it cannot be written; what was committed before stays.
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
                own = staying[number] & np.isin(segment.owner_keys[:], keys)
                lost.difference_update(digest for _, digest in segment.owners_at(np.flatnonzero(own)))
        gone = set(pairs(*halves(lost)))
        parts = []
        for number, segment in self._segments.items():
            with self._reading(number):
                texts = ~among(segment.keys[:], segment.rests[:], gone)
                parts.append(Part(number, segment, texts, staying[number]))
        return self._kept(parts)

    def keep_only(self, alive: Ints) -> int:
        """Drop the owners that are no article of the index any more, and texts that no article has; gives how
        many texts that were.

        Args:
            alive: the first 64 bits of the fingerprints of the articles there are.

        Raises:
            OSError: if it cannot be written; what was committed before stays.
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
            OSError: if that cannot be done.
        """
        self.listing, self._segments = None, {}
        clear_place(self._folder / VECTOR_LIST)
        # The list first: without it nothing counts.
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
        """The fingerprints of all articles that have a text that was embedded."""
        found = [np.empty(0, np.uint64)]
        for number, segment in self._segments.items():
            with self._reading(number):
                found.append(segment.owner_fingerprints[:])
        return np.concatenate(found)

    def sweep(self) -> None:
        """Remove files that are in no list: what a killed writer left, and what was replaced. Where an open
        file cannot be removed, the next sweep does it."""
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
        """The numbers of all files there are, also of those that do not count."""
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
            # What is read of several files meanwhile: which of them it is, is found out now.
            for part in parts:
                with self._reading(part.number):
                    Segment.open(file_of_segment(self._folder, part.number), whole=True)
            raise

    def restart(self, made_by: Mapping[str, Any], parts: Sequence[Part]) -> None:
        """Make a new list, of what stays of some files: whatever the list says that is there.

        Args:
            made_by: what is noted of the model.
            parts: the files; no text and no owner stays in two.

        Raises:
            OSError: if it cannot be written.
        """
        number = 1 + max(self._numbers(), default=0)
        self.listing = empty_listing(made_by, number, number)
        self._segments = {part.number: part.segment for part in parts}
        self._center = Sums.of_segments(self._segments.values(), self.listing.dimension).mean
        segments, number = self._rewritten(parts)
        sums = Sums.of_segments(segments.values(), self.listing.dimension)
        self._put(replace(self.listing, next=number, sums=sums), segments)

    def _kept(self, parts: Sequence[Part]) -> int:
        """Write again what has lost something; gives how many texts are gone."""
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
            # Nothing is left of what rounding left.
            sums = Sums.none(listing.dimension)
        self._put(replace(listing, generation=listing.generation + 1, next=number, sums=sums), segments)
        return dropped

    def _rewritten(self, parts: Sequence[Part]) -> tuple[dict[int, Segment], int]:
        """The files with what stays of them, those that lost something written anew; and the next number."""
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
        """Make one file of many of about equal size."""
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
        """Make a list the one that counts."""
        listing = replace(
            listing,
            segments=tuple(sorted(segments)),
            articles=sum(segment.articles for segment in segments.values()),
            rows=sum(segment.rows for segment in segments.values()),
            owners=sum(segment.owners for segment in segments.values()),
        )
        # Should it fail, nothing is swept: the new list may be there already, its folder only not synced.
        write_listing(self._folder, listing)
        self.listing, self._segments = listing, {number: segments[number] for number in listing.segments}
        self.sweep()


def _run(segments: dict[int, Segment]) -> list[int]:
    """The numbers of the files to make one of; empty if there are few of each size."""
    sizes: dict[int, list[int]] = {}
    for number, segment in segments.items():
        # An owner takes little, but not nothing.
        rows = segment.rows + segment.owners // 16 + 1
        if rows < MOST_ROWS:
            sizes.setdefault(int(np.log(rows) / np.log(_TIMES)), []).append(number)
    for _, numbers in sorted(sizes.items()):
        if len(numbers) >= _MOST:
            return sorted(numbers)
    return []


def pairs(keys: Ints, rests: Ints) -> list[tuple[int, int]]:
    """Halves of digests as pairs of numbers."""
    return list(zip(keys.tolist(), rests.tolist(), strict=True))


def among(keys: Ints, rests: Ints, others: set[tuple[int, int]]) -> Bools:
    """Which of some digests are among others."""
    result = np.isin(keys, np.array([key for key, _ in others], np.uint64))
    for place in np.flatnonzero(result).tolist():
        result[place] = (int(keys[place]), int(rests[place])) in others
    return result
