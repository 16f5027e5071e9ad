"""A read-only table of Arabic words in one small file: no parsing at start, a few microseconds per lookup.

Layout, little endian::

    magic           b"khabar lemmas 1\\n"
    u32             CRC-32 of everything after it
    u32 × (2¹⁵+1)   the start of each bucket, relative to the first record
    records         "\\n" key "\\t" value, the buckets in order; a closing "\\n"

The low 15 bits of a key's CRC-32 are its bucket, so that a lookup is one slice and one ``bytes.find``. The
text is in ISO 8859-6, one byte per letter. Equal tables give equal bytes.
"""

from __future__ import annotations

import os
import sys
import zlib
from array import array
from codecs import charmap_encode
from collections.abc import Iterator, Mapping
from encodings.iso8859_6 import encoding_table
from pathlib import Path

__all__ = ["TableFile", "write"]

_MAGIC = b"khabar lemmas 1\n"
_BUCKETS = 1 << 15
_BODY = len(_MAGIC) + 4
_RECORDS = _BODY + 4 * (_BUCKETS + 1)
_CODEC = "iso8859-6"
#: After this many misses the table gets a filter of this many hashes, each with a flag for whether a key has
#: it. Indexing looks up millions of words, and with the filter only one miss in ten needs a full lookup.
#: Making it takes as long as five thousand lookups.
_MANY_MISSES = 20_000
_HASHES = 1 << 20


def write(path: Path, table: Mapping[str, str]) -> None:
    """Replace a table file in one step: other processes see the old file or the complete new one.

    Raises:
        OSError: if the folder cannot be written.
    """
    import tempfile

    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_pack(table))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
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
        data = path.read_bytes()
        sound = len(data) > _RECORDS and data[: len(_MAGIC)] == _MAGIC
        if not sound or zlib.crc32(memoryview(data)[_BODY:]) != int.from_bytes(
            data[len(_MAGIC) : _BODY], "little"
        ):
            raise ValueError(f"{path} is not a lemma table, or it is damaged")
        self._data = data
        self._starts = _little_endian(array("I", data[_BODY:_RECORDS]))
        self._misses = 0
        self._filter: bytearray | None = None

    def get(self, key: str) -> str | None:
        """The lemma of a key, or None. A dict of all keys would be faster, but take 30 MB in each process."""
        key_filter = self._filter
        if key_filter is not None and not key_filter[hash(key) % _HASHES]:
            return None
        try:
            # Does what str.encode does, in a sixth of the time.
            encoded, _ = charmap_encode(key, "strict", encoding_table)
        except UnicodeEncodeError:
            return None
        bucket = _bucket(encoded)
        record = b"\n%b\t" % encoded
        starts, data = self._starts, self._data
        place = data.find(record, _RECORDS + starts[bucket], _RECORDS + starts[bucket + 1] + 1)
        if place < 0:
            self._misses += 1
            if self._misses >= _MANY_MISSES and key_filter is None:
                self._filter = self._make_filter()
            return None
        start = place + len(record)
        return data[start : data.find(b"\n", start)].decode(_CODEC)

    def _make_filter(self) -> bytearray:
        """For each hash, 1 if a key has it, else 0."""
        key_filter = bytearray(_HASHES)
        for key, _ in self.items():
            key_filter[hash(key) % _HASHES] = 1
        return key_filter

    def items(self) -> Iterator[tuple[str, str]]:
        """All keys with their lemmas."""
        parts = self._data[_RECORDS + 1 : -1].replace(b"\t", b"\n").decode(_CODEC).split("\n")
        return zip(parts[::2], parts[1::2], strict=False)


def _bucket(key: bytes) -> int:
    return zlib.crc32(key) % _BUCKETS


def _little_endian(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
