"""Replaces a file in one step: at any moment it has its complete old or its complete new content.

That is also true after a power cut: the content is on the disk before the name, and the name before the call
ends, so that it is there before anything is written next.

In the place of a file there may be something else: a folder, a pipe, a device, a link to somewhere else.
Reading does not wait for a pipe, writing does not follow a link, and a folder is removed only if it is empty.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from khabar.serialize import read_json

__all__ = [
    "NO_LINK",
    "OPEN_FILES_STAY",
    "clear_place",
    "json_with_checksum",
    "make_folder",
    "open_file",
    "read_file",
    "read_json_with_checksum",
    "replace_file",
    "sync_file",
    "sync_folder",
    "target_of",
]

#: Open without waiting for the other end of a pipe. (Windows has no pipes among its files.)
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)

#: Do not follow links: a link in an index that somebody else made must not lead to another file.
NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def open_file(path: Path, flags: int = os.O_RDONLY) -> BinaryIO:
    """Open an existing file, for reading in blocks or, with other flags of :func:`os.open`, for writing.

    Raises:
        OSError: if it cannot be opened; without an error number if it is not a file.
    """
    descriptor = os.open(path, flags | _AT_ONCE | (NO_LINK if flags != os.O_RDONLY else 0))
    try:
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(kind):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(kind):
            raise OSError("a pipe or a device is in its place")
        return os.fdopen(descriptor, "rb" if flags == os.O_RDONLY else "r+b")
    except BaseException:
        with suppress(OSError):
            os.close(descriptor)
        raise


def read_file(path: Path) -> bytes:
    """Read a whole file.

    Raises:
        OSError: see :func:`open_file`.
    """
    with open_file(path) as file:
        return file.read()


def clear_place(path: Path) -> None:
    """Remove an empty folder, a pipe, a device or a link from the place of a file.

    Raises:
        OSError: if it cannot be removed, such as a folder that is not empty.
    """
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(kind):
        path.rmdir()
    elif not stat.S_ISREG(kind):
        path.unlink(missing_ok=True)


def replace_file(path: Path, parts: Iterable[Any]) -> None:
    """Write a new file beside the old one, and rename it over the old one when it is on the disk.

    Args:
        path: the file. The new file has the suffix ``.new``, which a killed process may leave behind, and the
            permissions of the old one.
        parts: its content, as bytes or objects with the buffer protocol.

    Raises:
        OSError: if it cannot be written, or a folder that is not empty is in its place.
    """
    beside = path.with_name(f"{path.name}.new")
    clear_place(beside)
    with beside.open("wb") as file:
        with suppress(FileNotFoundError):
            before = path.lstat().st_mode
            if stat.S_ISREG(before):
                beside.chmod(stat.S_IMODE(before))
        file.writelines(parts)
        file.flush()
        sync_file(file.fileno())
    clear_place(path)
    _take_place(beside, path)
    sync_folder(path.parent)


#: Whether an open or mapped file can be neither replaced nor removed: on Windows.
OPEN_FILES_STAY = os.name == "nt"

#: The seconds to wait on Windows while other processes read a file that is to be replaced.
_PATIENCE = 5.0


def _take_place(beside: Path, path: Path) -> None:
    """Rename a file over another. Windows refuses that while the other one is open, which is never long, as
    khabar reads such files at once."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            beside.replace(path)
            return
        except PermissionError:
            if not OPEN_FILES_STAY or time.monotonic() >= deadline:
                raise
            time.sleep(0.01)


def target_of(path: Path) -> Path:
    """The file to replace for a user's file: if that is a link, its target, so that the link stays."""
    return Path(os.path.realpath(path))


def sync_file(descriptor: int) -> None:
    """Flush an open file to the disk.

    Raises:
        OSError: if the disk fails.
    """
    os.fsync(descriptor)
    if sys.platform == "darwin":  # pragma: no cover - run on macOS only
        import fcntl

        # fsync leaves the data in the memory of the drive there (fsync(2)). Some file systems lack this call.
        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)


def sync_folder(folder: Path) -> None:
    """Flush the entries of a folder to the disk.

    Raises:
        OSError: if there is no such folder, or the disk fails.
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems do not support it.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create a folder and its parents if necessary, and flush them to the disk.

    Raises:
        OSError: if they cannot be created.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        sync_folder(path.parent)


def json_with_checksum(record: object) -> bytes:
    """A record as JSON after its checksum, so that a flipped bit is detected."""
    import json

    content = json.dumps(record, separators=(",", ":")).encode()
    return b"%08x\n" % zlib.crc32(content) + content


def read_json_with_checksum(path: Path) -> Any:
    """Read the record in a file of :func:`json_with_checksum`.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it was changed.
    """
    crc, _, content = read_file(path).partition(b"\n")
    if crc != b"%08x" % zlib.crc32(content):
        raise ValueError("it is damaged")
    return read_json(content)
