"""Streams that never raise: a broken or too large archive becomes an early end and a reason."""

from __future__ import annotations

import io
from typing import Protocol

from khabar.corpus.limits import Clock
from khabar.corpus.reasons import Reason

__all__ = ["GIBIBYTE", "Budget", "Guard", "Readable", "buffered", "said"]

GIBIBYTE = 1 << 30
_SMALL = 1 << 25
"""So many bytes every file may give when it is unpacked. Beyond that the ratio counts: news in gzip gives
four times the file's size, in xz eight; what gives a thousand times was made to fill a disk."""
_BUFFER = 1 << 16


class Readable(Protocol):
    """What `Guard` reads from. It reads at most ``size`` bytes, so that an error loses none."""

    def read1(self, size: int, /) -> bytes: ...


class Budget:
    """The number of bytes that all members of one file on the disk may still give together.

    Archives whose members share their bytes, or lie in one another, give more than any limit of a single
    member shows.

    Args:
        max_bytes: the limit of a single member.
        size: of the file.
        ratio: how many bytes it may give for each of its own.
        clock: how long it may take.
    """

    def __init__(self, max_bytes: int, size: int, ratio: int, clock: Clock) -> None:
        self.limit = max(min(max_bytes, _SMALL), ratio * size)
        self.left = self.limit
        self.clock = clock


class Guard(io.RawIOBase):
    """A stream that ends where ``source`` fails, ``limit`` bytes have been read, or the budget or the
    time is used up; ``trouble`` then says why, and ``overflowed`` is true unless the source failed.

    Fills every buffer as far as it can, so a caller may look at the beginning of a stream with one ``peek``.
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
            # Decoders of strangers' archives raise a dozen kinds of errors, some of them documented.
            except Exception as error:
                # An error of the system has a number; one of a decoder is about the content.
                failed = isinstance(error, OSError) and error.errno is not None
                self.trouble = Reason.of("read-error" if failed else "cut-short", error=said(error))
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
                self._stop(self._limit)
            self._left -= len(data)
        if self._budget is not None:
            if len(data) > self._budget.left:
                data = data[: self._budget.left]
                self.trouble = Reason.of("too-much-unpacked", limit=self._budget.limit)
                self.overflowed = True
            self._budget.left -= len(data)
        return data

    def _stop(self, limit: int) -> None:
        self.trouble = Reason.of("too-large", limit=limit)
        self.overflowed = True


def buffered(guard: Guard) -> io.BufferedReader:
    """A buffered reader of a guarded stream."""
    return io.BufferedReader(guard, _BUFFER)


def said(error: BaseException) -> str:
    """The text of an error in one line."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split()) or type(error).__name__
