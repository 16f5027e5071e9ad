"""Locks of the operating system (``flock``, ``msvcrt.locking``), which end with their process."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from khabar import replacing
from khabar.errors import SettingsError, SettingsUnavailable
from khabar.replacing import make_folder, target_of

__all__ = ["changing", "is_still", "try_lock"]


@contextmanager
def changing(path: Path, what: str, timeout: float = 10.0) -> Iterator[None]:
    """Lock a small file of the user's while it is read, changed and replaced, so that no other process's
    change is lost. The lock is a file beside it, which is removed afterwards.

    Args:
        path: the file; its folder is created if necessary.
        what: the name of the file in messages.
        timeout: seconds to wait for another process.

    Raises:
        SettingsError: on entering, if it cannot be written, or another process held the lock all that time.
    """
    path = target_of(path)
    lock = path.with_name(f"{path.name}.lock")
    deadline = time.monotonic() + timeout
    while True:
        try:
            make_folder(path.parent)
            handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise SettingsUnavailable(path, error, "written") from error
        if try_lock(handle) and is_still(handle, lock):
            break
        os.close(handle)
        if time.monotonic() >= deadline:
            raise SettingsError(
                f"{what} is being changed by another process; waited {timeout:g} s. Try again"
            )
        time.sleep(0.01)
    try:
        yield
    finally:
        # A process that waits for this file finds that it is gone and makes another. Windows removes no open
        # file: so this one is closed first, and stays if another process waits for it.
        if replacing.OPEN_FILES_STAY:
            os.close(handle)
        with suppress(OSError):
            lock.unlink()
        if not replacing.OPEN_FILES_STAY:
            os.close(handle)


def is_still(handle: int, path: Path) -> bool:
    """Whether the locked file is still at its path, and was not removed or replaced meanwhile."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


if os.name == "nt":  # pragma: no cover - run on Windows only
    import msvcrt

    def try_lock(handle: int) -> bool:
        """Lock an open file; False if another process has."""
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(handle: int) -> bool:
        """Lock an open file; False if another process has."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
