"""A file of named numpy arrays that is mapped into memory, not read: opening one costs the same whatever its size.

Layout: magic, a checksum, the length of a JSON header as 8 bytes, the header, then the arrays on 8-byte boundaries. The first
checksum is of length and header. The header has that of all that follows, which is compared when the file is small or when
that is asked for.
"""

from __future__ import annotations

import math
import mmap
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.json_text import read_json
from khabar.replacing import replace_file

__all__ = ["CHECKED_WHOLE", "open_arrays", "write_arrays"]

#: Files up to this size are compared with their checksum whenever they are opened; of greater ones what frames them.
CHECKED_WHOLE = 1 << 18

Array = NDArray[Any]


def write_arrays(
    path: Path, magic: bytes, arrays: Mapping[str, Array], header: Mapping[str, Any] | None = None
) -> None:
    """Write a file in one step: until it is whole and on the disk, what stood under its name before stands there.

    Args:
        path: the file.
        magic: what it begins with, to tell its kind and version.
        arrays: what it holds.
        header: more to keep, as JSON has it.

    Raises:
        OSError: if it cannot be written.
    """
    import json

    placed: dict[str, Any] = {}
    parts: list[Any] = []
    size = crc = 0
    for name, array in arrays.items():
        whole = np.ascontiguousarray(array)
        placed[name] = [whole.dtype.str, list(whole.shape), size]
        for part in (whole.reshape(-1).view(np.uint8).data, b"\0" * (-whole.nbytes % 8)):
            parts.append(part)
            crc = zlib.crc32(part, crc)
            size += len(part)
    described = json.dumps(
        {"size": size, "crc": crc, "arrays": placed, "header": dict(header or {})}
    ).encode()
    described += b" " * (-(len(magic) + 12 + len(described)) % 8)
    framed = len(described).to_bytes(8, "big") + described
    replace_file(path, [magic, zlib.crc32(framed).to_bytes(4, "big"), framed, *parts])


def open_arrays(path: Path, magic: bytes, *, whole: bool = False) -> tuple[dict[str, Any], dict[str, Array]]:
    """The header and the arrays of a file that :func:`write_arrays` wrote.

    Args:
        path: the file.
        magic: what it must begin with.
        whole: compare it with its checksum, however large it is.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is not as it was written; a name that is missing among the arrays is for the caller to find.
    """
    with path.open("rb") as file:
        data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    if data[: len(magic)] != magic:
        raise ValueError("it is of another kind")
    length = len(magic) + 4
    begin = length + 8
    end = begin + int.from_bytes(data[length:begin], "big")
    if zlib.crc32(data[length:end]) != int.from_bytes(data[len(magic) : length], "big"):
        raise ValueError("its header is not as it was written")
    try:
        described = read_json(bytes(data[begin:end]))
        body = data[end:]
        if len(body) != described["size"]:
            raise ValueError("it is cut short")
        if (whole or len(body) <= CHECKED_WHOLE) and zlib.crc32(body) != described["crc"]:
            raise ValueError("it is not as it was written")
        arrays = {
            name: np.frombuffer(body, np.dtype(kind), math.prod(shape), offset).reshape(shape)
            for name, (kind, shape, offset) in described["arrays"].items()
        }
        return described["header"], arrays
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("its header is damaged") from error
