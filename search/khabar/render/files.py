"""Writing a result to a file that a user names: in full or not at all."""

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
    """Write lines to a file as a shell's ``>`` does, but in full or not at all: through links to what they
    lead to, into a pipe or device that is there, and with the mode and owner of the file that was there.

    The lines go to a new file beside it, which then takes its name. A file that has other names (hard links),
    another owner or attributes would lose them, and is overwritten with the finished content instead.

    Args:
        path: the file; one that is there is replaced.
        lines: without their ends.
        mark: whether a file on a disk begins with a byte order mark.

    Raises:
        OSError: if it cannot be written, with the path as it was given.
    """
    write_bytes(path, (f"{line}\n".encode("utf-8", "replace") for line in lines), mark=mark)


def write_bytes(path: Path, pieces: Iterable[bytes], *, mark: bool = False) -> None:
    """Write bytes to a file: see :func:`write_file`."""
    with _Blamed(path) as blamed:
        before = _status(path)
        if before is not None and not stat.S_ISREG(before.st_mode):
            with path.open("wb") as there:
                blamed.copy(pieces, there)
            return
        if before is not None and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        place = Path(os.path.realpath(path))
        beside, file = _new_file(place.parent, needed=before is None)
        try:
            with file:
                file.write(b"\xef\xbb\xbf" if mark else b"")
                blamed.copy(pieces, file)
                file.flush()
                after = _status(path)
                if beside is None or (after and not _replaceable(after, place, os.fstat(file.fileno()))):
                    import shutil

                    file.seek(0)
                    with path.open("wb") as there:
                        shutil.copyfileobj(file, there)
                    return
                sync_file(file.fileno())
                if after is not None:
                    beside.chmod(after.st_mode & 0o777)
            beside.replace(place)
            sync_folder(place.parent)
        finally:
            if beside is not None:
                beside.unlink(missing_ok=True)


def _new_file(folder: Path, *, needed: bool) -> tuple[Path | None, BinaryIO]:
    """A new file in a folder with a name that nobody can foresee; if it may not be made there and is not
    ``needed``, a temporary one without a name. The system applies the umask."""
    beside = folder / f".khabar-{os.urandom(8).hex()}.new"
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        return beside, os.fdopen(os.open(beside, flags, 0o666), "w+b")
    except OSError as error:
        if needed or error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
    import tempfile

    return None, tempfile.TemporaryFile()


class _Blamed:
    """Errors of the system inside it name the file that somebody gave; errors of the lines are their own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._others: OSError | None = None

    def copy(self, lines: Iterable[bytes], file: BinaryIO) -> None:
        """Write lines to a file."""
        each = iter(lines)
        while True:
            try:
                line = next(each, None)
            except OSError as error:
                self._others = error
                raise
            if line is None:
                return
            file.write(line)

    def __enter__(self) -> _Blamed:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError) and error is not self._others:
            raise OSError(error.errno, error.strerror, str(self._path)) from error


def _status(path: Path) -> os.stat_result | None:
    """What is at a path or where its links lead to; None for nothing."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _replaceable(there: os.stat_result, place: Path, new: os.stat_result) -> bool:
    """Whether nothing but content is lost if the new file takes the place of the one that is there."""
    found = _status(place)
    same = found is not None and os.path.samestat(there, found)
    owned = (there.st_uid, there.st_gid) == (new.st_uid, new.st_gid)
    plain = stat.S_ISREG(there.st_mode) and there.st_nlink == 1
    return same and owned and plain and not (hasattr(os, "listxattr") and os.listxattr(place))
