"""Streams that never raise: a broken archive, or too much of it, becomes an early end and a reason."""

from __future__ import annotations

import io
from typing import Protocol

__all__ = ["GIBIBYTE", "Guard", "Readable", "buffered", "said", "too_large"]

GIBIBYTE = 1 << 30
_BUFFER = 1 << 16


class Readable(Protocol):
    """What `Guard` reads from: at most so many bytes, so that an error takes none with it."""

    def read1(self, size: int, /) -> bytes: ...


class Guard(io.RawIOBase):
    """A stream that ends where ``source`` fails or ``limit`` bytes have been read; ``trouble`` then says why,
    and ``overflowed`` is true in the second case.

    Fills every buffer as far as it can, so a caller may look at the beginning of a stream with one ``peek``.
    """

    def __init__(self, source: Readable, limit: int | None = None) -> None:
        super().__init__()
        self._source = source
        self._left = limit
        self._limit = limit
        self.trouble = ""
        self.overflowed = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        filled = 0
        while filled < len(buffer) and not self.trouble:
            try:
                data = self._source.read1(len(buffer) - filled)
            # Decoders of strangers' archives raise a dozen kinds of errors, some of them documented.
            except Exception as error:
                self.trouble = f"it cannot be read to its end: {said(error)}"
                break
            if not data:
                break
            if self._left is not None:
                if len(data) > self._left:
                    data = data[: self._left]
                    self.trouble = too_large(self._limit)
                    self.overflowed = True
                self._left -= len(data)
            buffer[filled : filled + len(data)] = data
            filled += len(data)
        return filled


def buffered(guard: Guard) -> io.BufferedReader:
    """A buffered reader of a guarded stream."""
    return io.BufferedReader(guard, _BUFFER)


def too_large(limit: int | None) -> str:
    """The reason for not reading past ``limit`` bytes."""
    return f"it is larger than {limit:,} bytes, the most that is read (max_bytes)"


def said(error: BaseException) -> str:
    """What an error says, in one line."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split()) or type(error).__name__
