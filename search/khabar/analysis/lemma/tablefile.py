"""A read-only table of Arabic words in one small file: no parsing at start, a few microseconds a lookup.

Layout, little endian::

    magic           b"khabar lemmas 1\\n"
    u32             CRC-32 of all that follows
    u32 × (2¹⁵+1)   the start of each bucket, relative to the first record
    records         "\\n" key "\\t" value, the buckets in order; a closing "\\n"

The low 15 bits of a key's CRC-32 are its bucket, so that a lookup is one slice and one ``bytes.find``. The
text is in ISO 8859-6, one byte per letter. Equal tables give equal bytes.
"""

from __future__ import annotations

import mmap
import os
import sys
import zlib
from array import array
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

__all__ = ["TableFile", "write"]

_MAGIC = b"khabar lemmas 1\n"
_BUCKETS = 1 << 15
_BODY = len(_MAGIC) + 4
_RECORDS = _BODY + 4 * (_BUCKETS + 1)
_CODEC = "iso8859-6"
#: Number of lookups after which building a dict pays off.
_BULK = 30_000


def write(path: Path, table: Mapping[str, str]) -> None:
    """Replace a table file in one step: other processes see the old file or the complete new one.

    Raises:
        OSError: if the folder cannot be written.
    """
    import tempfile

    path.parent.mkdir(parents=True, exist_ok=True)
    number, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(_pack(table))
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _pack(table: Mapping[str, str]) -> bytes:
    buckets: list[list[bytes]] = [[] for _ in range(_BUCKETS)]
    for key, value in table.items():
        encoded = key.encode(_CODEC)
        buckets[_bucket(encoded)].append(b"\n" + encoded + b"\t" + value.encode(_CODEC))
    starts = array("I", [0])
    records = bytearray()
    for bucket in buckets:
        records += b"".join(sorted(bucket))
        starts.append(len(records))
    body = _little_endian(starts).tobytes() + bytes(records) + b"\n"
    return _MAGIC + zlib.crc32(body).to_bytes(4, "little") + body


class TableFile:
    """An open table. Safe to share between threads.

    Raises:
        OSError: if the file does not exist or cannot be read.
        ValueError: if it is not a table or is damaged.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        sound = len(mapped) > _RECORDS and mapped[: len(_MAGIC)] == _MAGIC
        if not sound or zlib.crc32(memoryview(mapped)[_BODY:]) != int.from_bytes(
            mapped[len(_MAGIC) : _BODY], "little"
        ):
            raise ValueError(f"{path} is not a lemma table, or it is damaged")
        self._map = mapped
        self._starts = _little_endian(array("I", mapped[_BODY:_RECORDS]))
        self._lookups = 0
        self._records: dict[str, str] | None = None

    @property
    def get(self) -> Callable[[str], str | None]:
        """A function that returns the lemma of a key, or None. Get it for each word: after many lookups it is
        the method of a dict."""
        return self._find if self._records is None else self._records.get

    def _find(self, key: str) -> str | None:
        self._lookups += 1
        if self._lookups > _BULK:
            self._records = dict(self.items())
        try:
            encoded = key.encode(_CODEC)
        except UnicodeEncodeError:
            return None
        bucket = _bucket(encoded)
        records = self._map[_RECORDS + self._starts[bucket] : _RECORDS + self._starts[bucket + 1] + 1]
        beginning = b"\n" + encoded + b"\t"
        found = records.find(beginning)
        if found < 0:
            return None
        start = found + len(beginning)
        return records[start : records.find(b"\n", start)].decode(_CODEC)

    def items(self) -> Iterator[tuple[str, str]]:
        """All keys with their lemmas."""
        parts = self._map[_RECORDS + 1 : -1].replace(b"\t", b"\n").decode(_CODEC).split("\n")
        return zip(parts[::2], parts[1::2], strict=False)


def _bucket(key: bytes) -> int:
    return zlib.crc32(key) % _BUCKETS


def _little_endian(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
