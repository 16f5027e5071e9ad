"""The write lock: one writer an index, and a name for who holds it.

The lock is the operating system's (``flock``, ``msvcrt.locking``), so it ends with its process however that
ends; the text in the file only tells the next one who was there.
"""

from __future__ import annotations

import json
import os
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from khabar.errors import IndexLocked, IndexUnavailable
from khabar.index.recovery import gone

__all__ = ["WriteLock", "is_locked"]

_LOCK = "write.lock"
_HOLDER = "writer.json"


class WriteLock:
    """Holds an index folder for writing, as a context manager.

    Args:
        folder: the index folder.
        timeout: seconds to wait for another writer before giving up.

    Raises:
        IndexLocked: on entering, when another writer held the folder for all that time.
        IndexNotFound: on entering, when the folder is gone.
        IndexUnavailable: on entering, when the folder cannot be written.
    """

    def __init__(self, folder: Path, timeout: float = 5.0) -> None:
        self._folder = folder
        self._timeout = timeout
        self._handle: int | None = None

    def __enter__(self) -> Self:
        deadline = time.monotonic() + self._timeout
        while self._handle is None:
            handle = self._opened()
            if _try_lock(handle) and self._still_there(handle):
                self._handle = handle
                break
            os.close(handle)
            if time.monotonic() >= deadline:
                raise IndexLocked(self._message())
            time.sleep(0.05)
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        # Only for the message: a full disk must not keep the lock from being held and given back.
        with suppress(OSError):
            (self._folder / _HOLDER).write_text(json.dumps(holder), encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            with suppress(OSError):
                (self._folder / _HOLDER).unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = None

    def _opened(self) -> int:
        try:
            return os.open(self._folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o644)
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not self._folder.exists():
                raise gone(self._folder) from error
            raise IndexUnavailable(self._folder, error, "written") from error

    def _still_there(self, handle: int) -> bool:
        """Whether the file that was locked is still the folder's: an index built anew takes the place of the
        old one."""
        try:
            return os.path.samestat(os.fstat(handle), (self._folder / _LOCK).stat())
        except FileNotFoundError:
            return False

    def _message(self) -> str:
        try:
            holder = json.loads((self._folder / _HOLDER).read_text(encoding="utf-8"))
            who = f"process {holder['pid']} on {holder['host']}, since {holder['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            who = "another process"
        return (
            f"the index {self._folder} is being written by {who}; waited {self._timeout:g} s. "
            "Try again when it has finished; searching works meanwhile."
        )


def is_locked(folder: Path) -> bool:
    """Whether somebody writes to an index just now; False where that cannot be told."""
    try:
        handle = os.open(folder / _LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _try_lock(handle)
    finally:
        os.close(handle)


if os.name == "nt":  # pragma: no cover - run on Windows only
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
