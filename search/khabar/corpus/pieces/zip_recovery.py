"""Recover the members of a zip file without a usable directory, by the local header before each member.

A zip file's directory is at its end, so a truncated download has none. But each member also has a local
header (APPNOTE.TXT 4.3.7) with its name and method, and a deflated stream marks its own end.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import IO

from khabar.corpus.names import zip_name
from khabar.corpus.report import Unreadable

__all__ = ["Member", "members"]

_SIGNATURE = b"PK\x03\x04"
_HEADER = struct.Struct("<4xHHHHHIIIHH")
"""Version, flags, method, time, date, CRC, packed size, size, lengths of the name and of the extra field."""
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 0x1, 0x8, 0x800
_CHUNK = 1 << 16


class Member:
    """The bytes of a member that begins at ``start``: stored if it has a ``size``, else deflated."""

    def __init__(self, file: IO[bytes], start: int, size: int | None) -> None:
        self._file = file
        self._start = self._next_at = start
        self._left = size
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if size is None else None
        self._unconsumed = b""

    @property
    def end(self) -> int:
        """Where to search the next member: after this one, or inside it if it was not read to the end."""
        finished = self._left == 0 if self._inflate is None else self._inflate.eof
        return self._next_at if finished else self._start

    def read1(self, size: int, /) -> bytes:
        """Read at most ``size`` bytes.

        Raises:
            EOFError: the file ends inside the member.
            zlib.error: the bytes are not a deflated stream.
        """
        if self._inflate is None:
            return self._stored(size)
        while not self._inflate.eof:
            data = self._inflate.decompress(self._unconsumed or self._next(_CHUNK), size)
            self._unconsumed = self._inflate.unconsumed_tail
            self._next_at -= len(self._inflate.unused_data)
            if data:
                return data
        return b""

    def _stored(self, size: int) -> bytes:
        if not self._left:
            return b""
        data = self._next(min(size, self._left))
        self._left -= len(data)
        return data

    def _next(self, size: int) -> bytes:
        self._file.seek(self._next_at)
        data = self._file.read(size)
        if not data:
            raise EOFError("the archive ends inside it")
        self._next_at += len(data)
        return data


def members(file: IO[bytes]) -> Iterator[tuple[str, Member | Unreadable]]:
    """Yield each member's name with its stream, or the reason why there is none. Read each stream before
    requesting the next."""
    position = _find(file, 0)
    while position is not None:
        file.seek(position)
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return
        _, flags, method, _, _, _, packed, _, name_length, extra_length = _HEADER.unpack(header)
        name = zip_name(file.read(name_length), bool(flags & _UTF8), file.read(extra_length))
        start = position + _HEADER.size + name_length + extra_length
        if flags & _ENCRYPTED:
            yield name, Unreadable("encrypted")
        elif method == _DEFLATED or (method == _STORED and not flags & _SIZES_FOLLOW):
            if not name.endswith("/"):
                member = Member(file, start, None if method == _DEFLATED else packed)
                yield name, member
                start = member.end
        else:
            yield name, Unreadable("lost-directory")
        position = _find(file, start)


def _find(file: IO[bytes], position: int) -> int | None:
    """The offset of the next header at or after ``position``."""
    overlap = len(_SIGNATURE) - 1
    file.seek(position)
    tail = b""
    while chunk := file.read(_CHUNK):
        window = tail + chunk
        at = window.find(_SIGNATURE)
        if at >= 0:
            return position - len(tail) + at
        position += len(chunk)
        tail = window[-overlap:]
    return None
