"""Files of named numpy arrays that are mapped into memory, so that opening one costs the same whatever its
size.

Layout: magic; the arrays, each on an 8-byte boundary; the CRC-32 of each block of :data:`BLOCK` bytes of all
that; a JSON description; its length and CRC-32 in 16 bytes. The description comes last, so that arrays can be
written as they are made, and none is ever whole in memory.

A block is compared with its checksum when something in it is first read, once for each opening: a flipped bit
is an error and never a wrong answer. A binary search may pass over damaged blocks, but its result is checked
where it ends: if the numbers on both sides are intact, so is the place.
"""

from __future__ import annotations

import math
import mmap
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from khabar import replacing
from khabar.replacing import open_file, read_file, replace_file
from khabar.serialize import read_json

__all__ = [
    "BLOCK",
    "Checked",
    "Pieces",
    "Spool",
    "let_go",
    "mapped",
    "open_arrays",
    "read_arrays",
    "write_arrays",
]

#: The bytes that share one checksum.
BLOCK = 1 << 12

_ENDING = 16
_CHUNK = 1 << 20
#: An array of at most :data:`_FEW` blocks is compared as a whole after :data:`_TIMES` comparisons of single
#: blocks: that takes less time than to ask each time.
_FEW = 512
_TIMES = 16
#: The bytes up to which a spooled array stays in memory.
_SMALL = 1 << 18

Array = NDArray[Any]


class Checked:
    """An array in a mapped file, or one in memory. Reading by index compares with the checksum first. Safe to
    share between threads.

    Attributes:
        raw: the array itself, unchecked.
    """

    def __init__(self, raw: Array, begin: int = 0, blocks: _Blocks | None = None) -> None:
        self.raw = raw
        self._blocks = blocks or _Blocks(memoryview(b""), np.empty(0, np.uint32))
        self._sound = blocks is None or not raw.nbytes
        self._times = 0
        # (place + offset) >> shift is the number of a block: an array begins at a multiple of the size of its
        # elements, which is a power of two.
        self._offset = begin // raw.itemsize
        self._shift = (BLOCK // raw.itemsize).bit_length() - 1

    def __len__(self) -> int:
        return len(self.raw)

    def __getitem__(self, at: Any) -> Any:
        """The number at a place, or the array at a slice (without negative ends) or an array of places."""
        if not self._sound:
            if isinstance(at, slice):
                self.check(at.start or 0, len(self.raw) if at.stop is None else at.stop)
            elif isinstance(at, np.ndarray):
                self._check_each(at)
            else:
                self.check(at, at + 1)
        return self.raw[at]

    def check(self, begin: int, end: int) -> None:
        """Compare the elements from one place up to another with their checksums.

        Raises:
            ValueError: if it is damaged.
        """
        if not self._sound and begin < end:
            first, last = begin + self._offset >> self._shift, end - 1 + self._offset >> self._shift
            if self._blocks.seen.find(0, first, last + 1) >= 0:
                self._compare(range(first, last + 1))

    def check_ranges(self, begins: Array, ends: Array) -> None:
        """The same for several ranges, none of them empty."""
        if self._sound or not len(begins):
            return
        flags = self._blocks.flags
        first, last = begins + self._offset >> self._shift, ends + (self._offset - 1) >> self._shift
        # A range of more than two blocks is looked at by itself.
        doubtful = np.flatnonzero((flags[first] & flags[last] == 0) | (last - first > 1))
        if len(doubtful):
            seen = self._blocks.seen
            unseen: list[int] = []
            for one, other in zip(first[doubtful].tolist(), last[doubtful].tolist(), strict=True):
                if seen.find(0, one, other + 1) >= 0:
                    unseen += range(one, other + 1)
            if unseen:
                self._compare(unseen)

    def _check_each(self, places: Array) -> None:
        blocks = places + self._offset >> self._shift
        seen = self._blocks.flags[blocks]
        if not seen.all():
            self._compare(set(blocks[seen == 0].tolist()))

    def _compare(self, blocks: Iterable[int]) -> None:
        every = range(self._offset >> self._shift, (len(self.raw) - 1 + self._offset >> self._shift) + 1)
        self._times += 1
        self._blocks.compare(every if self._times > _TIMES and len(every) <= _FEW else blocks)
        self._sound = self._blocks.seen.find(0, every.start, every.stop) < 0

    def places(self, numbers: Any) -> Any:
        """Where each number, of the same type as the array, would be inserted (on the left)."""
        at = self.raw.searchsorted(numbers)
        if not self._sound:
            every = np.atleast_1d(at)
            self._check_each(np.maximum(every - 1, 0))
            self._check_each(np.minimum(every, len(self.raw) - 1))
        return at


class _Blocks:
    """The blocks of a mapped file.

    Attributes:
        seen: for each block, 1 if it was compared with its checksum, else 0.
        flags: the same, as an array.
    """

    def __init__(self, data: memoryview, checksums: Array) -> None:
        self._data = data
        self._checksums = checksums
        self.seen = bytearray(len(checksums))
        self.flags = np.frombuffer(self.seen, np.uint8)

    def compare(self, blocks: Iterable[int]) -> None:
        """Compare those of some blocks that were not compared before."""
        # Local names: a search compares thousands of blocks.
        data, seen, checksum_of, checksum = self._data, self.seen, self._checksums.item, zlib.crc32
        for number in blocks:
            if not seen[number]:
                begin = number * BLOCK
                if checksum(data[begin : begin + BLOCK]) != checksum_of(number):
                    raise ValueError("it is damaged")
                seen[number] = 1


class Pieces(Protocol):
    """An array that is written piece by piece."""

    @property
    def dtype(self) -> np.dtype[Any]: ...
    @property
    def size(self) -> int: ...
    def pieces(self) -> Iterator[Any]: ...


class Spool:
    """An array that is made piece by piece and lies in an unnamed file until it is written to its place.

    Args:
        folder: where the file is; the file disappears with the spool, or with the process.
        kind: the type of the array's elements.
        narrow: whether to write the narrowest unsigned type that holds the greatest number.
    """

    def __init__(self, folder: Path, kind: Any, *, narrow: bool = False) -> None:
        self.size = 0
        self._kind = np.dtype(kind)
        self._narrow = narrow
        self._greatest = 0
        import tempfile

        self._file = tempfile.SpooledTemporaryFile(_SMALL, dir=str(folder), prefix="spool-", suffix=".new")  # noqa: SIM115

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the elements as they are written."""
        return np.min_scalar_type(self._greatest) if self._narrow else self._kind

    def append(self, piece: Array) -> None:
        """Append a piece."""
        if not len(piece):
            return
        self._file.write(np.ascontiguousarray(piece, self._kind).data)
        self.size += len(piece)
        if self._narrow:
            self._greatest = max(self._greatest, int(piece.max()))

    def pieces(self) -> Iterator[Any]:
        """The bytes of the whole array, in chunks."""
        self._file.seek(0)
        while piece := self._file.read(_CHUNK):
            yield np.frombuffer(piece, self._kind).astype(self.dtype).tobytes() if self._narrow else piece

    def close(self) -> None:
        self._file.close()


def write_arrays(
    path: Path,
    magic: bytes,
    arrays: Mapping[str, Array | Pieces],
    header: Mapping[str, Any] | None = None,
) -> None:
    """Write a file in one step: until it is whole and on the disk, the former file stays in its place.

    Args:
        path: the file.
        magic: 8 bytes that say the kind and version of the file.
        arrays: the arrays by name.
        header: other JSON data to keep.

    Raises:
        OSError: if it cannot be written.
    """
    replace_file(path, _parts(magic, arrays, dict(header or {})))


def _parts(magic: bytes, arrays: Mapping[str, Array | Pieces], header: Mapping[str, Any]) -> Iterator[Any]:
    import json

    placed: dict[str, Any] = {}
    checksums = _Checksums()
    yield from checksums.of([magic])
    for name, array in arrays.items():
        if isinstance(array, np.ndarray):
            whole = np.ascontiguousarray(array)
            placed[name] = [whole.dtype.str, list(whole.shape), checksums.size]
            yield from checksums.of([whole.reshape(-1).view(np.uint8).data])
        else:
            placed[name] = [array.dtype.str, [array.size], checksums.size]
            yield from checksums.of(array.pieces())
        yield from checksums.of([b"\0" * (-checksums.size % 8)])
    blocks = np.array(checksums.ended(), "<u4").tobytes()
    described = json.dumps(
        {"size": checksums.size, "blocks": zlib.crc32(blocks), "arrays": placed, "header": header}
    ).encode()
    yield blocks
    yield described
    yield _ending(described)


def _ending(described: bytes) -> bytes:
    length = len(described).to_bytes(8, "big")
    return length + bytes(4) + zlib.crc32(length + described).to_bytes(4, "big")


class _Checksums:
    """Computes the CRC-32 of each block of the bytes that pass through it."""

    def __init__(self) -> None:
        self.size = 0
        self._ended: list[int] = []
        self._crc = 0

    def of(self, parts: Iterable[Any]) -> Iterator[Any]:
        for part in parts:
            view = memoryview(part)
            begin = 0
            while begin < len(view):
                end = min(len(view), begin + BLOCK - self.size % BLOCK)
                self._crc = zlib.crc32(view[begin:end], self._crc)
                self.size += end - begin
                begin = end
                if self.size % BLOCK == 0:
                    self._ended.append(self._crc)
                    self._crc = 0
            if len(view):
                yield part

    def ended(self) -> list[int]:
        return [*self._ended, self._crc] if self.size % BLOCK else self._ended


def open_arrays(
    path: Path, magic: bytes, *, whole: bool = False, replaced: bool = False
) -> tuple[dict[str, Any], dict[str, Checked]]:
    """Open a file that :func:`write_arrays` wrote. It stays open while one of the arrays is held.

    Args:
        path: the file.
        magic: the bytes that it must begin with.
        whole: compare all of it with its checksums now.
        replaced: as for :func:`mapped`.

    Returns:
        The header and the arrays.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is damaged. Whether an array is missing is for the caller to check.
    """
    return read_arrays(mapped(path, replaced=replaced), magic, whole=whole)


#: The mapped files by their identity: a mapping keeps its file open, and the readers of successive commits
#: share most files with each other and with a writer.
_mapped: WeakValueDictionary[tuple[int, int, int, int], mmap.mmap] = WeakValueDictionary()


def let_go() -> None:
    """Release the pages of mapped files that were read, where the system can. They stay in the system's
    cache; but a process that goes through large files, as a merge does, takes no more memory than for what
    it reads between two calls."""
    with suppress(AttributeError, OSError):
        for whole in list(_mapped.values()):
            whole.madvise(mmap.MADV_DONTNEED)


def mapped(path: Path, *, replaced: bool = False) -> memoryview:
    """Map a file into memory. All callers share one mapping while it is held.

    Args:
        path: the file.
        replaced: whether a writer replaces the file while others have it open. Windows does not allow that
            for a mapped file, so there it is read instead.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is empty.
    """
    if replaced and replacing.OPEN_FILES_STAY:
        return memoryview(read_file(path))
    with open_file(path) as file:
        status = os.fstat(file.fileno())
        # A mapped file keeps its inode, even after it was removed.
        key = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        whole = _mapped.get(key)
        if whole is None:
            _mapped[key] = whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return memoryview(whole)


def read_arrays(
    data: memoryview, magic: bytes, *, whole: bool = False
) -> tuple[dict[str, Any], dict[str, Checked]]:
    """Read arrays as :func:`open_arrays` does, from the bytes of a file."""
    if data[: len(magic)] != magic:
        raise ValueError("it is of another kind")
    begin = len(data) - _ENDING - int.from_bytes(data[-_ENDING : 8 - _ENDING], "big")
    if begin < len(magic):
        raise ValueError("it is cut short")
    described = bytes(data[begin:-_ENDING])
    if data[-_ENDING:] != _ending(described):
        raise ValueError("its description is damaged")
    try:
        contents = read_json(described)
        size = contents["size"]
        table = data[size:begin]
        if len(table) != -(-size // BLOCK) * 4 or zlib.crc32(table) != contents["blocks"]:
            raise ValueError("its checksums are damaged")
        blocks = _Blocks(data[:size], np.frombuffer(table, "<u4"))
        if whole:
            blocks.compare(range(len(blocks.seen)))
        arrays = {
            name: Checked(
                np.frombuffer(data, np.dtype(kind), math.prod(shape), offset).reshape(shape), offset, blocks
            )
            for name, (kind, shape, offset) in contents["arrays"].items()
        }
        return contents["header"], arrays
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("its description is damaged") from error
