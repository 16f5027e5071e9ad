"""The locks of an index, which allow one writer at a time and name their holder. Vectors have locks of their
own, so that making them, which takes hours, keeps nobody from adding articles.

The lock is the operating system's (``flock``, ``msvcrt.locking``), so it ends with its process, however that
ends; the holder's file is only for messages.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from khabar.errors import IndexLocked, IndexUnavailable
from khabar.index.recovery import gone
from khabar.locking import is_still, try_lock
from khabar.replacing import NO_LINK, clear_place, read_file

__all__ = ["EMBEDDING", "INDEX", "VECTORS", "Held", "WriteLock", "is_locked"]

LOCK = "write.lock"


class Held(msgspec.Struct, frozen=True):
    """A kind of lock.

    Attributes:
        lock: the name of the locked file in the index folder.
        holder: the name of the file that says who holds the lock.
        message: the error for a process that waits too long: which index, which holder, how many seconds.
    """

    lock: str
    holder: str
    message: str


#: The index itself.
INDEX = Held(
    LOCK,
    "writer.json",
    "the index {} is being written by {}; waited {:g} s. Try again when it has finished; searching works "
    "meanwhile.",
)
#: The making of its vectors, from the beginning to the end.
EMBEDDING = Held(
    "embedding.lock",
    "embedder.json",
    "vectors of the index {} are being made by {}; waited {:g} s. Try again when it has finished; searching "
    "and indexing work meanwhile.",
)
#: The files of its vectors, while they are changed. A process that needs both locks takes INDEX first.
VECTORS = Held(
    "vectors.lock",
    "vectors.json",
    "the vectors of the index {} are being written by {}; waited {:g} s. Try again.",
)


class WriteLock:
    """A context manager that locks an index folder for writing.

    Args:
        folder: the index folder.
        timeout: seconds to wait for another writer.
        what: the kind of lock.

    Raises:
        IndexLocked: on entering, if another writer held the lock all that time.
        IndexNotFound: on entering, if the folder is gone.
        IndexUnavailable: on entering, if the folder cannot be written.
    """

    def __init__(self, folder: Path, timeout: float = 5.0, *, what: Held = INDEX) -> None:
        self._folder = folder
        self._what = what
        self._timeout = timeout
        self._handle: int | None = None

    def __enter__(self) -> Self:
        deadline = time.monotonic() + self._timeout
        while self._handle is None:
            handle = self._opened()
            if try_lock(handle) and is_still(handle, self._folder / self._what.lock):
                self._handle = handle
                break
            os.close(handle)
            if time.monotonic() >= deadline:
                raise IndexLocked(self._message())
            time.sleep(0.05)
        # Imported here: a search only asks whether a lock is held.
        import json
        import socket

        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        # Only for messages: a full disk must not prevent locking and unlocking.
        with suppress(OSError):
            path = self._folder / self._what.holder
            # Another process may have left the file, or it may be a link to somewhere else.
            path.unlink(missing_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(json.dumps(holder))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            with suppress(OSError):
                (self._folder / self._what.holder).unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = None

    def _opened(self) -> int:
        try:
            path = self._folder / self._what.lock
            clear_place(path)
            return os.open(path, os.O_CREAT | os.O_RDWR | NO_LINK, 0o644)
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not self._folder.exists():
                raise gone(self._folder) from error
            raise IndexUnavailable(self._folder, error, "written") from error

    def _message(self) -> str:
        import json

        try:
            holder = json.loads(read_file(self._folder / self._what.holder))
            who = f"process {holder['pid']} on {holder['host']}, since {holder['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            who = "another process"
        return self._what.message.format(self._folder, who, self._timeout)


def is_locked(folder: Path, what: Held = INDEX) -> bool:
    """Whether a process holds a lock of an index; False if that cannot be determined."""
    try:
        handle = os.open(folder / what.lock, os.O_RDWR | NO_LINK)
    except OSError:
        return False
    try:
        return not try_lock(handle)
    finally:
        os.close(handle)
