"""Editions: complete sets of an index's files, and the step from one to the next.

The files of a new index lie in the index folder itself. An index that replaces it (``khabar rebuild``,
``khabar index --new``) is written to ``edition-N`` in the folder, and ``edition.json`` names the current
edition. That file is replaced in one step, so at any moment there is the old index or the new one, whole. The
old files are removed after that. A killed process leaves files that belong to no current edition; the next
writer removes them.

A writer holds the lock of the index folder, whatever its edition. A reader takes no lock: if the files that
it opens are gone, it opens those of the next edition (:func:`steady`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from khabar.errors import (
    BUILDING,
    EDITION,
    IndexDamaged,
    IndexFolderError,
    IndexMismatch,
)
from khabar.index.engines import engine_files
from khabar.index.folder import META, read_meta, writing
from khabar.index.lock import EMBEDDING, INDEX, VECTORS
from khabar.index.recovery import unreadable
from khabar.patterns import lazy_pattern
from khabar.replacing import json_with_checksum, read_json_with_checksum, replace_file, sync_folder

__all__ = [
    "begin_edition",
    "current_files",
    "is_swept",
    "readable_files",
    "remove_ours",
    "steady",
    "sweep_editions",
    "switch_to",
    "what_is_not_ours",
]

_FOLDER = "edition-{}"
_FOLDERS = lazy_pattern(r"edition-([1-9]\d{0,8})")

#: The files of an index's locks.
_LOCKS = tuple(name for each in (INDEX, EMBEDDING, VECTORS) for name in (each.lock, each.holder))

#: Names of khabar's own files in an index folder, besides the engine's files. Nothing else is ever deleted.
OURS = (
    "meta.json",
    "meta.json.new",
    "lexicon.json*",
    "lexicon-*.bin*",
    # Up to format 4.
    "lexicon.bin*",
    "stories.bin*",
    "sketches-*.bin*",
    "closings.json*",
    "sources.jsonl*",
    "checksums.json*",
    "vectors.bin*",
    "vectors-*.bin*",
    *_LOCKS,
    f"{EDITION}*",
    BUILDING,
)
#: Files that belong to the folder whatever its edition.
_OF_ALL = (*_LOCKS, EDITION)

_T = TypeVar("_T")


def current_files(folder: Path) -> Path:
    """The folder with the files of an index: the index folder itself, or that of its edition. Does not check
    whether there is an index.

    Raises:
        IndexDamaged: if ``edition.json`` is damaged.
        IndexUnavailable: if the system refuses to read it.
    """
    path = folder / EDITION
    try:
        number = read_json_with_checksum(path)["edition"]
        if not isinstance(number, int) or number < 1:
            raise ValueError("it names no edition")
    except (FileNotFoundError, NotADirectoryError):
        return folder
    except (OSError, ValueError, KeyError, TypeError, MemoryError) as error:
        raise unreadable(path, error) from error
    return folder / _FOLDER.format(number)


def steady(folder: Path, read: Callable[[Path], _T]) -> _T:
    """Call ``read`` with the folder of an index's files, and again if it fails and there is another edition
    by then.

    Raises:
        IndexDamaged: as :func:`current_files`.
        Exception: what ``read`` raises.
    """
    files = current_files(folder)
    while True:
        try:
            return read(files)
        except (IndexFolderError, OSError):
            before, files = files, current_files(folder)
            if files == before:
                raise


def readable_files(folder: Path) -> Path:
    """As :func:`current_files`, but the newest complete edition if ``edition.json`` is lost or damaged."""
    with suppress(IndexDamaged):
        files = current_files(folder)
        if files.is_dir() and (files != folder or (folder / META).exists()):
            return files
    complete = [files for files in _editions(folder) if not (files / BUILDING).exists()]
    return max(complete, key=_number, default=folder)


def begin_edition(folder: Path) -> Path:
    """Make the folder of the next edition. The caller holds the write lock."""
    files = folder / _FOLDER.format(max(map(_number, _editions(folder)), default=0) + 1)
    files.mkdir()
    # Until the switch it must not be read, even if edition.json is lost.
    (files / BUILDING).touch()
    return files


def switch_to(folder: Path, files: Path) -> None:
    """Make an edition the index, in one step. The caller holds the write lock.

    Raises:
        OSError: if it cannot be written; the old edition stays.
    """
    for name in (*_LOCKS, BUILDING):
        (files / name).unlink(missing_ok=True)
    sync_folder(files)
    sync_folder(folder)
    replace_file(folder / EDITION, [json_with_checksum({"edition": _number(files)})])


def sweep_editions(folder: Path, keep: Path) -> None:
    """Remove the files of all editions but one. The caller holds the write lock. The next writer removes what
    cannot be removed now."""
    # The description first, so that nobody takes the remains for an index.
    for entry in sorted(_left(folder.resolve(), keep.resolve()), key=lambda entry: entry.name != META):
        remove_ours(entry)


def is_swept(folder: Path) -> bool:
    """Whether there is nothing that :func:`sweep_editions` would remove."""
    return next(_left(folder.resolve(), current_files(folder).resolve()), None) is None


def _left(folder: Path, keep: Path) -> Iterator[Path]:
    """The files and folders that do not belong to the edition to keep."""
    if keep != folder:
        for entry in folder.iterdir():
            if _is_ours(entry.name) and entry != keep and entry.name not in _OF_ALL:
                yield entry
    else:
        yield from _editions(folder)


def what_is_not_ours(folder: Path) -> str:
    """Some names of files in a folder that are not khabar's, for a message; "" if there are none."""
    if not folder.is_dir():
        return "it is a file"
    with writing(folder):
        names = sorted(entry.name for entry in folder.iterdir())
        foreign = [name for name in names if not _is_ours(name)]
        for each in (folder, *_editions(folder)):
            foreign += _foreign_below(each, folder)
    if foreign:
        return ", ".join(foreign[:3]) + (", …" if len(foreign) > 3 else "")
    # A lone meta.json may belong to another program, unless its content is ours or Whoosh's files are beside
    # it.
    if names == [META]:
        try:
            read_meta(folder)
        except IndexMismatch:
            return ""
        except IndexFolderError:
            return META
    return ""


def _foreign_below(files: Path, folder: Path) -> Iterator[str]:
    """The entries of an edition, and of folders in the place of its files, that are not khabar's."""
    for entry in files.iterdir():
        if files != folder and not _is_ours(entry.name):
            yield entry.relative_to(folder).as_posix()
        elif _is_folder(entry) and not _is_edition(entry):
            yield from (each.relative_to(folder).as_posix() for each in entry.iterdir())


def remove_ours(entry: Path) -> None:
    """Remove a file or folder of khabar's if possible; a folder in the place of a file only if it is
    empty."""
    with suppress(OSError):
        if not _is_folder(entry):
            entry.unlink()
        elif _is_edition(entry):
            import shutil

            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.rmdir()


def _is_folder(entry: Path) -> bool:
    return entry.is_dir() and not entry.is_symlink()


def _is_edition(entry: Path) -> bool:
    return _FOLDERS.fullmatch(entry.name) is not None and _is_folder(entry)


def _is_ours(name: str) -> bool:
    ours = (*OURS, *(pattern for files in engine_files().values() for pattern in files.ours))
    return _FOLDERS.fullmatch(name) is not None or any(fnmatchcase(name, pattern) for pattern in ours)


def _editions(folder: Path) -> Iterator[Path]:
    return filter(_is_edition, folder.glob(_FOLDER.format("*")))


def _number(files: Path) -> int:
    match = _FOLDERS.fullmatch(files.name)
    return int(match[1]) if match else 0
