"""Replaces a file in one step: at any moment it has its complete old or its complete new content.

A power cut leaves one of them too: the content is on the disk before the name, and the name before the call
ends, so that it is there before whatever is written next.

What stands in the place of a file may be none: a folder, a pipe, a device, a link to somewhere else. Reading
does not wait for a pipe, writing does not follow a link, and nothing but an empty folder is removed for it.
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

#: Open without waiting for somebody at the other end of a pipe. (Windows has no pipes among its files.)
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)

#: Do not open what a link leads to: who writes to an index that a stranger made, writes to nothing else.
NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def open_file(path: Path, flags: int = os.O_RDONLY) -> BinaryIO:
    """Open a file that is there, for reading in blocks or, with other flags of :func:`os.open`, for writing.

    Raises:
        OSError: if it cannot be opened; without a number of the system's if it is no file.
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
    """All that is in a file.

    Raises:
        OSError: as :func:`open_file`.
    """
    with open_file(path) as file:
        return file.read()


def clear_place(path: Path) -> None:
    """Remove what stands in the place of a file if it is an empty folder, a pipe, a device or a link.

    Raises:
        OSError: if a folder with something in it is there, or it cannot be removed.
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
        path: the file. The new file has the suffix ``.new``; a killed process may leave it behind. It may be
            read and written by whom the old one may.
        parts: its content, as bytes or objects with the buffer protocol.

    Raises:
        OSError: if it cannot be written, or a folder with something in it is in its place.
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


#: Whether a file that somebody has open or mapped can be neither replaced nor removed: on Windows.
OPEN_FILES_STAY = os.name == "nt"

#: Seconds for which others may read a file that is to be replaced, on Windows.
_PATIENCE = 5.0


def _take_place(beside: Path, path: Path) -> None:
    """Rename a file over another. Windows refuses that while somebody has the other one open; khabar reads
    such files in one go, so that passes."""
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
    """The file that a user's file is, or leads to as a link: that one is replaced, and the link stays."""
    return Path(os.path.realpath(path))


def sync_file(descriptor: int) -> None:
    """Return when what was written to an open file is on the disk.

    Raises:
        OSError: if the disk fails.
    """
    os.fsync(descriptor)
    if sys.platform == "darwin":  # pragma: no cover - run on macOS only
        import fcntl

        # There fsync leaves it in the memory of the drive (fsync(2)). Some file systems know no more.
        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder are on the disk: which there are, and what they stand for.

    Raises:
        OSError: if it is not there, or the disk fails.
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems cannot, and need not or have no remedy.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, if they are not there; return when they are on the disk.

    Raises:
        OSError: if that cannot be done.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        sync_folder(each.parent)


def json_with_checksum(record: object) -> bytes:
    """A record as JSON, preceded by its checksum, so that a flipped bit is detected."""
    import json

    content = json.dumps(record, separators=(",", ":")).encode()
    return b"%08x\n" % zlib.crc32(content) + content


def read_json_with_checksum(path: Path) -> Any:
    """The record in a file of :func:`json_with_checksum`.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it was changed.
    """
    crc, _, content = read_file(path).partition(b"\n")
    if crc != b"%08x" % zlib.crc32(content):
        raise ValueError("it is damaged")
    return read_json(content)
