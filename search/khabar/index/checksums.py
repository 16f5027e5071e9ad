"""Checksums: the size and checksum of every file of an index, to detect any change.

``checksums.json`` is written when a transaction ends, after everything else; until then another file says
that it is broken. A process that is killed before leaves the checksums of an earlier state: then only the
files that never change can be compared, until the next transaction ends. It is never read in a search. It
holds a copy of the engine's list of what is committed, which is small, and without which nothing can be read.
"""

from __future__ import annotations

import os
import stat
import sys
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
    "checksum_until",
    "files_of",
    "is_unfinished",
    "mark_unfinished",
    "put_back",
    "read_checksums",
    "write_checksums",
]

CHECKSUMS = "checksums.json"
#: Is there while a writer is at work, and after one was killed.
_BROKEN = "checksums.json.open"

#: Files of an index folder that come and go, or say nothing.
_LOOSE = lazy_pattern(
    r"(write|embedding|vectors)\.lock|(writer|embedder|vectors)\.json|checksums\.json(\.open)?"
    # Vectors are written at other times than the rest, and have checksums in themselves.
    r"|vectors(-\d+)?\.bin|edition-\d+/.*|edition\.json|building|.*\.new"
)
#: Those that never change: parts of the lexicon.
_FIXED = lazy_pattern(r"lexicon-\d+\.bin")
_MOST_COPIED = 1 << 22
_CHUNK = 1 << 20


class Checksums(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of an index's files.

    Attributes:
        generation: the engine's number of the commit that they are of.
        files: name → size and checksum (CRC-32).
        copies: what stands in those without which nothing can be read.
        broken: whether a writer has begun since, and has not ended.
    """

    generation: int
    files: Mapping[str, tuple[int, int]]
    copies: Mapping[str, bytes]
    broken: bool = False

    def is_of(self, generation: int) -> bool:
        """Whether nothing was written since, when the engine is at a commit."""
        return generation == self.generation and not self.broken

    def holds(self, generation: int) -> Mapping[str, tuple[int, int]]:
        """The files that must be as they were when the engine is at a commit."""
        if self.is_of(generation):
            return self.files
        return {name: entry for name, entry in self.files.items() if _is_fixed(name)}


def _is_fixed(name: str) -> bool:
    """Whether a file never changes once it is part of a commit."""
    return _FIXED.fullmatch(name) is not None or any(
        files.fixed.fullmatch(name) for files in engine_files().values()
    )


def _is_vital(name: str) -> bool:
    """Whether a file is an engine's list of what is committed."""
    return any(files.vital.fullmatch(name) for files in engine_files().values())


def files_of(folder: Path) -> Iterator[str]:
    """The names of an index's files, in order, with a slash for those in a folder."""
    found = (Path(base, name) for base, _, names in os.walk(folder) for name in names)
    names = sorted(path.relative_to(folder).as_posix() for path in found)
    return (name for name in names if not _LOOSE.fullmatch(name))


def checksum(path: Path) -> int:
    """The CRC-32 of a file."""
    return checksum_until(path, sys.maxsize)


def checksum_until(path: Path, end: int) -> int:
    """The CRC-32 of the first bytes of a file."""
    crc = 0
    with open_file(path) as file:
        while chunk := file.read(min(_CHUNK, end)):
            crc = zlib.crc32(chunk, crc)
            end -= len(chunk)
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
    # An earlier version counts files among them that it does not know.
    files = {name: entry for name, entry in checksums.files.items() if not _LOOSE.fullmatch(name)}
    return replace(checksums, files=files, broken=(folder / _BROKEN).exists())


def _sound_checksums(folder: Path) -> Checksums | None:
    """The checksums of an index; None if there are none or they are damaged.

    Raises:
        IndexUnavailable: if the system does not let them be read.
    """
    try:
        return read_checksums(folder)
    except (OSError, ValueError, MemoryError) as error:
        failure = unreadable(folder / CHECKSUMS, error)
        if isinstance(failure, SystemFailure):
            raise failure from error
        return None


def is_unfinished(folder: Path) -> bool:
    """Whether a writer has begun to write to an index, and has not ended. Reads nothing."""
    return (folder / _BROKEN).exists()


def are_current(folder: Path, generation: int) -> bool:
    """Whether the checksums of an index are of its newest commit."""
    try:
        checksums = read_checksums(folder)
    except (OSError, ValueError):
        return False
    return checksums is not None and checksums.is_of(generation)


def mark_unfinished(folder: Path) -> None:
    """Note that files may change from here on, until the checksums are written. The caller holds the write
    lock.

    Raises:
        OSError: if that cannot be noted.
    """
    clear_place(folder / _BROKEN)
    if not (folder / _BROKEN).exists():
        (folder / _BROKEN).touch()
        # Else a power cut might leave what changes from here on, and not the note.
        sync_folder(folder)


def write_checksums(folder: Path, generation: int) -> None:
    """Note how all files of an index are. The caller holds its write lock.

    Args:
        folder: the index.
        generation: the engine's number of the commit that stands there.

    Raises:
        OSError: if it cannot be written.
    """
    before = _sound_checksums(folder)
    known = before.files if before is not None else {}
    files: dict[str, tuple[int, int]] = {}
    for name in files_of(folder):
        path = folder / name
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            continue
        size = status.st_size
        entry = known.get(name)
        # What was noted of a file that does not change stays: damage since then must not be taken for its
        # content.
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
    """Put the copies in the place of files that are lost or damaged, unless there was a
    commit since.

    Gives their names. The caller holds the write lock.

    Args:
        folder: the index.
        generation: the engine's number of the newest commit, -1 if no list of what is committed is left.

    Raises:
        IndexUnavailable: if the system does not let them be read.
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
