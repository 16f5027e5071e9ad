"""A file of named numpy arrays that is mapped into memory, not read: opening one costs the same whatever its size.

Layout: magic; the arrays, each on an 8-byte boundary; the CRC-32 of each block of :data:`BLOCK` bytes of all that; a JSON
description; its length and CRC-32 in 16 bytes. The description comes last, so that arrays can be written as they are made,
without any of them ever being whole in memory.
"""

from __future__ import annotations

import math
import mmap
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.replacing import replace_file
from khabar.serialize import read_json

__all__ = ["BLOCK", "CHECKED_WHOLE", "Spool", "open_arrays", "read_arrays", "write_arrays"]

#: Files up to this size are compared with their checksums whenever they are opened; of greater ones what describes them.
CHECKED_WHOLE = 1 << 18
#: Bytes of which there is one checksum.
BLOCK = 1 << 12

_ENDING = 16
_CHUNK = 1 << 20

Array = NDArray[Any]


class Spool:
    """An array that is made piece by piece, and lies in an unnamed file until it is written to its place.

    Args:
        folder: where the file is; it goes with the spool, or with the process.
        kind: the type of the array's elements.
    """

    def __init__(self, folder: Path, kind: Any) -> None:
        self.dtype = np.dtype(kind)
        self.size = 0
        self._file = tempfile.TemporaryFile(dir=folder, prefix="spool-", suffix=".new")  # noqa: SIM115

    def append(self, piece: Array) -> None:
        """Put a piece behind the others."""
        self._file.write(np.ascontiguousarray(piece, self.dtype).data)
        self.size += len(piece)

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the whole array, some at a time."""
        self._file.seek(0)
        while piece := self._file.read(_CHUNK):
            yield piece

    def close(self) -> None:
        self._file.close()


def write_arrays(
    path: Path,
    magic: bytes,
    arrays: Mapping[str, Array | Spool],
    header: Mapping[str, Any] | None = None,
) -> None:
    """Write a file in one step: until it is whole and on the disk, what stood under its name before stands there.

    Args:
        path: the file.
        magic: what it begins with, to tell its kind and version; 8 bytes.
        arrays: what it holds.
        header: more to keep, as JSON has it.

    Raises:
        OSError: if it cannot be written.
    """
    replace_file(path, _parts(magic, arrays, dict(header or {})))


def _parts(magic: bytes, arrays: Mapping[str, Array | Spool], header: Mapping[str, Any]) -> Iterator[Any]:
    import json

    placed: dict[str, Any] = {}
    checksums = _Checksums()
    yield from checksums.of([magic])
    for name, array in arrays.items():
        if isinstance(array, Spool):
            placed[name] = [array.dtype.str, [array.size], checksums.size]
            yield from checksums.of(array.pieces())
        else:
            whole = np.ascontiguousarray(array)
            placed[name] = [whole.dtype.str, list(whole.shape), checksums.size]
            yield from checksums.of([whole.reshape(-1).view(np.uint8).data])
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
    """Of bytes that go by the CRC-32 of each block."""

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


def open_arrays(path: Path, magic: bytes, *, whole: bool = False) -> tuple[dict[str, Any], dict[str, Array]]:
    """The header and the arrays of a file that :func:`write_arrays` wrote. The file stays open while one of the arrays is held.

    Args:
        path: the file.
        magic: what it must begin with.
        whole: compare it with its checksums, however large it is.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is not as it was written; a name that is missing among the arrays is for the caller to find.
    """
    with path.open("rb") as file:
        data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return read_arrays(data, magic, whole=whole)


def read_arrays(
    data: memoryview, magic: bytes, *, whole: bool = False
) -> tuple[dict[str, Any], dict[str, Array]]:
    """As :func:`open_arrays`, of a file's bytes."""
    if data[: len(magic)] != magic:
        raise ValueError("it is of another kind")
    begin = len(data) - _ENDING - int.from_bytes(data[-_ENDING : 8 - _ENDING], "big")
    if begin < len(magic):
        raise ValueError("it is cut short")
    described = bytes(data[begin:-_ENDING])
    if data[-_ENDING:] != _ending(described):
        raise ValueError("its description is not as it was written")
    try:
        contents = read_json(described)
        size = contents["size"]
        blocks = data[size:begin]
        if len(blocks) != -(-size // BLOCK) * 4 or zlib.crc32(blocks) != contents["blocks"]:
            raise ValueError("its checksums are not as they were written")
        if whole or size <= CHECKED_WHOLE:
            _compare(data[:size], blocks)
        arrays = {
            name: np.frombuffer(data, np.dtype(kind), math.prod(shape), offset).reshape(shape)
            for name, (kind, shape, offset) in contents["arrays"].items()
        }
        return contents["header"], arrays
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("its description is damaged") from error


def _compare(data: memoryview, blocks: memoryview) -> None:
    for number, crc in enumerate(np.frombuffer(blocks, "<u4").tolist()):
        if zlib.crc32(data[number * BLOCK : (number + 1) * BLOCK]) != crc:
            raise ValueError("it is not as it was written")
