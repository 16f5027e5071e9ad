"""The two files of stories in an index folder. They are the same for every engine.

``stories.bin`` is the catalogue, with 56 bytes for each article. Each commit replaces it in one step.
``sketches-N.bin`` has the sketches, 256 bytes each, and only grows. A commit appends new sketches and makes
them durable before the catalogue counts them. So whatever a killed writer left at the end does not count, and
is overwritten. When most sketches belong to removed articles, the others are written to ``sketches-N+1.bin``,
which the next catalogue names. Readers use only the catalogue. Everything has a checksum.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from msgspec.structs import astuple
from numpy.typing import NDArray

from khabar.index.arrayfile import let_go, mapped, open_arrays, write_arrays
from khabar.index.columns import lookup
from khabar.index.recovery import unreadable
from khabar.replacing import clear_place, open_file, sync_file, sync_folder
from khabar.stories.sketch import KEYS, SKETCH

__all__ = ["CATALOGUE", "Catalogue", "Log", "Stories", "check"]

CATALOGUE = "stories.bin"

_MAGIC = b"khabarT2"
#: The arrays of a catalogue in the order of its attributes. In the file the fingerprints are called names.
_KINDS: dict[str, tuple[str, tuple[int, ...]]] = {
    "names": ("<u8", ()),
    "rows": ("<i4", ()),
    "leaders": ("<i4", ()),
    "checksums": ("<u4", ()),
    "keys": ("<u4", (KEYS,)),
    "order": ("<i4", ()),
}
#: Number of sketches read before the pages of the log are released.
_READ = 20_000
#: Sketches that are read or copied together.
_AT_ONCE = 4096
_SHAPES = {name: (np.dtype(kind), wide) for name, (kind, wide) in _KINDS.items()}


class Catalogue(msgspec.Struct, frozen=True, eq=False):
    """The catalogue: every article that has a sketch, in indexing order.

    Attributes:
        log: the number of the file with the sketches.
        size: number of valid sketches in that file.
        fingerprints: the first 64 bits of each article's fingerprint, without repetition.
        rows: the row of each sketch in the file, ascending.
        leaders: the row of the leader of each article's story. If no article here has that row, the leader
            was removed.
        checksums: CRC-32 of each sketch.
        keys: the keys of each sketch.
        order: the positions of the articles, sorted by fingerprint.
    """

    log: int
    size: int
    fingerprints: NDArray[np.uint64]
    rows: NDArray[np.int32]
    leaders: NDArray[np.int32]
    checksums: NDArray[np.uint32]
    keys: NDArray[np.uint32]
    order: NDArray[np.int32]

    @classmethod
    def empty(cls) -> Self:
        """The catalogue of an index without articles."""
        return cls(1, 0, *(np.empty((0, *wide), kind) for kind, wide in _KINDS.values()))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The catalogue in an index folder.

        Raises:
            IndexDamaged: if it is missing or was changed.
        """
        with reading(folder / CATALOGUE) as path:
            header, checked = open_arrays(path, _MAGIC, whole=True, replaced=True)
            arrays = {name: array.raw for name, array in checked.items()}
            if {name: (array.dtype, array.shape[1:]) for name, array in arrays.items()} != _SHAPES:
                raise ValueError("it has other arrays than a list of stories")
            return cls(header["log"], header["size"], *(arrays[name] for name in _KINDS))

    def write(self, folder: Path) -> None:
        """Replace the catalogue in the folder atomically."""
        values = astuple(self)[-len(_KINDS) :]
        arrays = {
            name: np.asarray(value, kind)
            for (name, (kind, _)), value in zip(_KINDS.items(), values, strict=True)
        }
        write_arrays(folder / CATALOGUE, _MAGIC, arrays, {"log": self.log, "size": self.size})

    def taken(self, which: NDArray[Any]) -> Catalogue:
        """The catalogue of some of its articles, selected by a boolean array."""
        fingerprints = self.fingerprints[which]
        return Catalogue(
            self.log,
            self.size,
            fingerprints,
            self.rows[which],
            self.leaders[which],
            self.checksums[which],
            self.keys[which],
            np.argsort(fingerprints).astype(np.int32),
        )

    def extended(self, other: Catalogue) -> Catalogue:
        """This catalogue followed by the articles of another with the same log."""
        fingerprints = np.concatenate([self.fingerprints, other.fingerprints])
        return Catalogue(
            other.log,
            other.size,
            fingerprints,
            np.concatenate([self.rows, other.rows]),
            np.concatenate([self.leaders, other.leaders]),
            np.concatenate([self.checksums, other.checksums]),
            np.concatenate([self.keys, other.keys]),
            np.argsort(fingerprints).astype(np.int32),
        )

    def places(self, fingerprints: NDArray[np.uint64]) -> NDArray[np.intp]:
        """The positions of articles; −1 for those that are absent."""
        if not len(self.fingerprints):
            return np.full(len(fingerprints), -1, np.intp)
        # A lookup in sorted order accesses memory in order: more than twice as fast for many articles.
        ascending = np.argsort(fingerprints)
        at, present = lookup(fingerprints[ascending], self.fingerprints[self.order])
        places = np.empty(len(fingerprints), np.intp)
        places[ascending] = np.where(present, self.order[at], -1)
        return places


class Log:
    """The file with the sketches, for the writer that holds the lock of the index."""

    def __init__(self, folder: Path, number: int, size: int) -> None:
        self.number = number
        self.size = size
        self._folder = folder
        self._path = folder / f"sketches-{number}.bin"
        self._map: NDArray[np.uint8] = np.empty((0, SKETCH), np.uint8)
        self._read = 0
        self._remap()

    def _remap(self) -> None:
        if self.size:
            with reading(self._path) as path:
                data = mapped(path)
                self._map = np.frombuffer(data, np.uint8, self.size * SKETCH).reshape(-1, SKETCH)

    def rows(self, rows: NDArray[Any], checksums: NDArray[np.uint32]) -> NDArray[np.uint8]:
        """Sketches by their rows.

        Raises:
            IndexDamaged: if one was changed.
        """
        result: NDArray[np.uint8] = np.asarray(self._map[rows])
        self._read += len(rows)
        if self._read > _READ:
            let_go()
            self._read = 0
        for sketch, checksum in zip(result, checksums.tolist(), strict=True):
            if zlib.crc32(sketch.tobytes()) != checksum:
                with reading(self._path):
                    raise ValueError("a sketch is damaged")
        return result

    def append(self, sketches: NDArray[np.uint8]) -> None:
        """Append sketches durably."""
        self._map = np.empty((0, SKETCH), np.uint8)
        # A killed writer may have left data after the valid part.
        try:
            if not self.size:
                clear_place(self._path)
                self._path.touch()
                sync_folder(self._folder)
            with open_file(self._path, os.O_RDWR) as file:
                file.truncate(self.size * SKETCH)
                file.seek(self.size * SKETCH)
                file.write(sketches.tobytes())
                file.flush()
                sync_file(file.fileno())
            self.size += len(sketches)
        finally:
            self._remap()

    def compacted(self, rows: NDArray[Any], checksums: NDArray[np.uint32]) -> Log:
        """Another file with some of the sketches, in the order of ``rows``."""
        other = Log(self._folder, self.number + 1, 0)
        for begin in range(0, len(rows), _AT_ONCE):
            part = slice(begin, begin + _AT_ONCE)
            other.append(self.rows(rows[part], checksums[part]))
        return other

    def sweep(self) -> None:
        """Remove the other files with sketches. A file that cannot be removed, because it is open on some
        systems, is left to the next sweep."""
        for path in self._folder.glob("sketches-*.bin"):
            if path != self._path:
                with suppress(OSError):
                    path.unlink(missing_ok=True)


def check(folder: Path) -> None:
    """Read all files of stories completely.

    Raises:
        IndexDamaged: if one is missing or was changed.
    """
    catalogue = Catalogue.open(folder)
    log = Log(folder, catalogue.log, catalogue.size)
    for begin in range(0, len(catalogue.rows), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        log.rows(catalogue.rows[part], catalogue.checksums[part])


@contextmanager
def reading(path: Path) -> Iterator[Path]:
    """A context for reading a file, in which errors become :class:`IndexDamaged`, or
    :class:`IndexUnavailable` if the system caused them."""
    try:
        yield path
    except (OSError, ValueError, MemoryError) as error:
        raise unreadable(path, error) from error


class Stories:
    """The stories of one commit of an index. Safe to share between threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The stories of an index folder.

        Raises:
            IndexDamaged: if the file is missing or was changed.
        """
        return cls(Catalogue.open(folder))

    def groups(self, fingerprints: NDArray[np.uint64]) -> NDArray[np.int32]:
        """For each article, the position of the first given article of the same story, which may be its own.

        Two articles belong to one story exactly if their results are equal. An article without a sketch is a
        story of its own.

        Args:
            fingerprints: the first 64 bits of the fingerprints of a commit's articles, in the order of their
                numbers.
        """
        numbers = np.arange(len(fingerprints), dtype=np.int32)
        places = self._catalogue.places(fingerprints)
        known = np.flatnonzero(places >= 0)
        if not len(known):
            return numbers
        leaders = self._catalogue.leaders[places[known]]
        first = np.empty(int(leaders.max()) + 1, np.int32)
        # In reverse order, so that the first of each story remains.
        first[leaders[::-1]] = known[::-1]
        numbers[known] = first[leaders]
        return numbers
