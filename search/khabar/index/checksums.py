"""The size and checksum of every file of an index, to detect any change.

``checksums.json`` is written when a transaction ends, after everything else; until then a marker file says
that it is out of date. A killed process leaves the checksums of an earlier state: then only the files that
never change can be compared, until the next transaction ends. A search never reads it. It holds a copy of the
engine's table of contents, which is small, and without which nothing can be read.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from khabar.errors import SystemFailure
from khabar.index.engines import engine_files
from khabar.index.recovery import unreadable
from khabar.patterns import lazy_pattern
from khabar.replacing import (
    clear_place,
    json_with_checksum,
    open_file,
    read_file,
    read_json_with_checksum,
    replace_file,
    sync_folder,
)

__all__ = [
    "CHECKSUMS",
    "Checksums",
    "are_current",
    "checksum",
    "files_of",
    "is_unfinished",
    "mark_unfinished",
    "put_back",
    "read_checksums",
    "write_checksums",
]

CHECKSUMS = "checksums.json"
#: The marker: it exists while a writer is at work, and after one was killed.
_BROKEN = "checksums.json.open"

#: Files without a checksum: they come and go, or have checksums in themselves.
_LOOSE = lazy_pattern(
    r"(write|embedding|vectors)\.lock|(writer|embedder|vectors)\.json|checksums\.json(\.open)?"
    # Vectors are written at other times than the rest.
    r"|vectors(-\d+)?\.bin|edition-\d+/.*|edition\.json|building|.*\.new"
)
#: Files that never change: the parts of the lexicon.
_FIXED = lazy_pattern(r"lexicon-\d+\.bin")
_MOST_COPIED = 1 << 22
_CHUNK = 1 << 20


class Checksums(msgspec.Struct, frozen=True, omit_defaults=True):
    """The contents of ``checksums.json``.

    Attributes:
        generation: the number of the commit in the engine.
        files: the size and the CRC-32 of each file, by name.
        copies: the contents of the files without which nothing can be read.
        broken: whether a writer has begun since and not finished.
    """

    generation: int
    files: Mapping[str, tuple[int, int]]
    copies: Mapping[str, bytes]
    broken: bool = False

    def is_of(self, generation: int) -> bool:
        """Whether nothing was written since, if the engine is at this commit."""
        return generation == self.generation and not self.broken

    def holds(self, generation: int) -> Mapping[str, tuple[int, int]]:
        """The entries of the files that must be unchanged if the engine is at this commit."""
        if self.is_of(generation):
            return self.files
        return {name: entry for name, entry in self.files.items() if _is_fixed(name)}


def _is_fixed(name: str) -> bool:
    """Whether a file never changes once it is part of a commit."""
    return _FIXED.fullmatch(name) is not None or any(
        files.fixed.fullmatch(name) for files in engine_files().values()
    )


def _is_vital(name: str) -> bool:
    """Whether a file is an engine's table of contents."""
    return any(files.vital.fullmatch(name) for files in engine_files().values())


def files_of(folder: Path) -> Iterator[str]:
    """The relative paths of an index's files, in order, with slashes."""
    paths = (Path(base, name) for base, _, names in os.walk(folder) for name in names)
    names = sorted(path.relative_to(folder).as_posix() for path in paths)
    return (name for name in names if not _LOOSE.fullmatch(name))


def checksum(path: Path) -> int:
    """The CRC-32 of a file."""
    crc = 0
    with open_file(path) as file:
        while chunk := file.read(_CHUNK):
            crc = zlib.crc32(chunk, crc)
    return crc


def read_checksums(folder: Path) -> Checksums | None:
    """The checksums of an index; None if there are none.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is damaged.
    """
    try:
        checksums = msgspec.convert(read_json_with_checksum(folder / CHECKSUMS), Checksums)
    except FileNotFoundError:
        return None
    # Earlier versions noted files that have no checksum now.
    files = {name: entry for name, entry in checksums.files.items() if not _LOOSE.fullmatch(name)}
    return replace(checksums, files=files, broken=(folder / _BROKEN).exists())


def _sound_checksums(folder: Path) -> Checksums | None:
    """The checksums of an index; None if there are none or they are damaged.

    Raises:
        IndexUnavailable: if the system refuses to read them.
    """
    try:
        return read_checksums(folder)
    except (OSError, ValueError, MemoryError) as error:
        failure = unreadable(folder / CHECKSUMS, error)
        if isinstance(failure, SystemFailure):
            raise failure from error
        return None


def is_unfinished(folder: Path) -> bool:
    """Whether a writer has begun to write to an index and not finished. Reads no file."""
    return (folder / _BROKEN).exists()


def are_current(folder: Path, generation: int) -> bool:
    """Whether the checksums of an index are of its newest commit."""
    try:
        checksums = read_checksums(folder)
    except (OSError, ValueError):
        return False
    return checksums is not None and checksums.is_of(generation)


def mark_unfinished(folder: Path) -> None:
    """Mark that files may change from now on, until the checksums are written. The caller holds the write
    lock.

    Raises:
        OSError: if the mark cannot be written.
    """
    clear_place(folder / _BROKEN)
    if not (folder / _BROKEN).exists():
        (folder / _BROKEN).touch()
        # Otherwise a power cut might keep a later change and lose the mark.
        sync_folder(folder)


def write_checksums(folder: Path, generation: int) -> None:
    """Write the checksums of all files of an index. The caller holds its write lock.

    Args:
        folder: the index.
        generation: the number of the current commit in the engine.

    Raises:
        OSError: if it cannot be written.
    """
    before = _sound_checksums(folder)
    noted = before.files if before is not None else {}
    files: dict[str, tuple[int, int]] = {}
    for name in files_of(folder):
        path = folder / name
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            continue
        size = status.st_size
        entry = noted.get(name)
        # The entry of a file that never changes stays: later damage must not be taken for its content.
        if entry is not None and entry[0] == size and _is_fixed(name):
            files[name] = entry
        else:
            files[name] = (size, checksum(path))
    copies = {
        name: read_file(folder / name)
        for name, (size, _) in files.items()
        if _is_vital(name) and size <= _MOST_COPIED
    }
    checksums = Checksums(generation, files, copies)
    replace_file(folder / CHECKSUMS, [json_with_checksum(msgspec.to_builtins(checksums))])
    (folder / _BROKEN).unlink(missing_ok=True)


def put_back(folder: Path, generation: int) -> list[str]:
    """Restore lost or damaged files from their copies, unless there was a commit since. The caller holds the
    write lock.

    Args:
        folder: the index.
        generation: the number of the newest commit in the engine, -1 if no table of contents is left.

    Returns:
        The names of the restored files.

    Raises:
        IndexUnavailable: if the system refuses to read them.
        OSError: if they cannot be written.
    """
    checksums = _sound_checksums(folder)
    names = []
    if checksums is None or generation > checksums.generation:
        return []
    for name, copy in checksums.copies.items():
        path = folder / name
        try:
            if read_file(path) == copy:
                continue
        except (OSError, MemoryError) as error:
            failure = unreadable(path, error)
            if isinstance(failure, SystemFailure):
                raise failure from error
        replace_file(path, [copy])
        names.append(name)
    return names
