"""Writes a result to a file that the user names: in full or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from khabar.replacing import sync_file, sync_folder

__all__ = ["write_bytes", "write_file"]


def write_file(path: Path, lines: Iterable[str], *, mark: bool = False) -> None:
    """Write lines to a file in full or not at all, but otherwise as a shell's ``>`` does: follow links, write
    to an existing pipe or device, and keep the mode and owner of an existing file.

    The lines go to a new file in the same folder, which then takes the name. An existing file with hard
    links, another owner or extended attributes would lose them, and is overwritten with the finished content
    instead.

    Args:
        path: the file; an existing one is replaced.
        lines: the lines, without line ends.
        mark: whether a regular file begins with a byte order mark.

    Raises:
        OSError: if the file cannot be written; it names the path as given.
    """
    write_bytes(path, (f"{line}\n".encode("utf-8", "replace") for line in lines), mark=mark)


def write_bytes(path: Path, pieces: Iterable[bytes], *, mark: bool = False) -> None:
    """Write bytes to a file: see :func:`write_file`."""
    with _ErrorsNaming(path) as errors:
        before = _status(path)
        if before is not None and not stat.S_ISREG(before.st_mode):
            with path.open("wb") as device:
                errors.copy(pieces, device)
            return
        if before is not None and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        target = Path(os.path.realpath(path))
        new_path, file = _new_file(target.parent, needed=before is None)
        try:
            with file:
                file.write(b"\xef\xbb\xbf" if mark else b"")
                errors.copy(pieces, file)
                file.flush()
                after = _status(path)
                if new_path is None or (after and not _replaceable(after, target, os.fstat(file.fileno()))):
                    import shutil

                    file.seek(0)
                    with path.open("wb") as existing:
                        shutil.copyfileobj(file, existing)
                    return
                sync_file(file.fileno())
                if after is not None:
                    new_path.chmod(after.st_mode & 0o777)
            new_path.replace(target)
            sync_folder(target.parent)
        finally:
            if new_path is not None:
                new_path.unlink(missing_ok=True)


def _new_file(folder: Path, *, needed: bool) -> tuple[Path | None, BinaryIO]:
    """A new file with an unpredictable name, and its path. The system applies the umask.

    Args:
        folder: the folder of the file.
        needed: whether the file must be in the folder; else a temporary file without a path is returned if
            the folder is not writable.
    """
    path = folder / f".khabar-{os.urandom(8).hex()}.new"
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        return path, os.fdopen(os.open(path, flags, 0o666), "w+b")
    except OSError as error:
        if needed or error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
    import tempfile

    return None, tempfile.TemporaryFile()


class _ErrorsNaming:
    """A context in which errors of the system name the path that the user gave. Errors in producing the
    content are raised unchanged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._of_content: OSError | None = None

    def copy(self, pieces: Iterable[bytes], file: BinaryIO) -> None:
        """Write the content to a file."""
        content = iter(pieces)
        while True:
            try:
                piece = next(content, None)
            except OSError as error:
                self._of_content = error
                raise
            if piece is None:
                return
            file.write(piece)

    def __enter__(self) -> _ErrorsNaming:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError) and error is not self._of_content:
            raise OSError(error.errno, error.strerror, str(self._path)) from error


def _status(path: Path) -> os.stat_result | None:
    """The status of a path, following links; None if it does not exist."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _replaceable(existing: os.stat_result, target: Path, new: os.stat_result) -> bool:
    """Whether replacing an existing file by a new one changes only its content."""
    current = _status(target)
    same = current is not None and os.path.samestat(existing, current)
    owned = (existing.st_uid, existing.st_gid) == (new.st_uid, new.st_gid)
    plain = stat.S_ISREG(existing.st_mode) and existing.st_nlink == 1
    return same and owned and plain and not (hasattr(os, "listxattr") and os.listxattr(target))
