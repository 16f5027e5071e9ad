"""Streams that never raise: if an archive is broken or exceeds a limit, they end early, with a reason."""

from __future__ import annotations

import io
from typing import Protocol

from khabar.corpus.limits import Clock
from khabar.corpus.reasons import Reason

__all__ = ["GIBIBYTE", "Budget", "Guard", "Readable", "buffered", "said"]

GIBIBYTE = 1 << 30
_SMALL = 1 << 25
"""Bytes that may be unpacked from any file. Beyond that the ratio counts: news unpacks to four times the
file's size from gzip, to eight times from xz; a file that unpacks to a thousand times was made to fill a
disk."""
_BUFFER = 1 << 16


class Readable(Protocol):
    """The source of a `Guard`."""

    def read1(self, size: int, /) -> bytes:
        """Read at most ``size`` bytes; what was read before an error is returned first."""
        ...


class Budget:
    """The number of bytes that may still be unpacked from all members of one file on disk.

    A limit for single members is not enough: the members of an archive may share their bytes, or be archives
    themselves.

    Args:
        max_bytes: the limit of a single member.
        size: the size of the file.
        ratio: how many bytes may be unpacked for each byte of the file.
        clock: measures the time that the file takes.
    """

    def __init__(self, max_bytes: int, size: int, ratio: int, clock: Clock) -> None:
        self.limit = max(min(max_bytes, _SMALL), ratio * size)
        self.left = self.limit
        self.clock = clock


class Guard(io.RawIOBase):
    """A stream that ends when ``source`` fails, ``limit`` bytes have been read, or the budget or the time is
    used up. Then ``trouble`` says why, and ``overflowed`` is true unless the source failed.

    It fills every buffer as far as it can, so one ``peek`` shows the beginning of the stream.
    """

    def __init__(
        self,
        source: Readable,
        limit: int | None = None,
        budget: Budget | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__()
        self._source = source
        self._left = limit
        self._limit = limit
        self._budget = budget
        self._clock = budget.clock if budget is not None else clock
        self.trouble: Reason | None = None
        self.overflowed = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        filled = 0
        while filled < len(buffer) and not self.trouble:
            if self._clock is not None and self._clock.over:
                self.trouble = Reason.of("too-slow", limit=int(self._clock.seconds))
                self.overflowed = True
                break
            try:
                data = self._source.read1(len(buffer) - filled)
            except MemoryError:
                self.trouble = Reason.of("no-memory")
                break
            # Decoders raise a dozen kinds of errors, only some of them documented.
            except Exception as error:
                # Only errors of the system have a number; those of a decoder concern the content.
                of_system = isinstance(error, OSError) and error.errno is not None
                self.trouble = Reason.of("read-error" if of_system else "cut-short", error=said(error))
                break
            if not data:
                break
            data = self._within_limits(data)
            buffer[filled : filled + len(data)] = data
            filled += len(data)
        return filled

    def _within_limits(self, data: bytes) -> bytes:
        if self._left is not None and self._limit is not None:
            if len(data) > self._left:
                data = data[: self._left]
                self.trouble = Reason.of("too-large", limit=self._limit)
                self.overflowed = True
            self._left -= len(data)
        if self._budget is not None:
            if len(data) > self._budget.left:
                data = data[: self._budget.left]
                self.trouble = Reason.of("too-much-unpacked", limit=self._budget.limit)
                self.overflowed = True
            self._budget.left -= len(data)
        return data


def buffered(guard: Guard) -> io.BufferedReader:
    """A buffered reader of a guarded stream."""
    return io.BufferedReader(guard, _BUFFER)


def said(error: BaseException) -> str:
    """The text of an error in one line."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split()) or type(error).__name__
