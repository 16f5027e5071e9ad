"""The index folder and its ``meta.json``, which says whether this khabar can use the engine's files."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec.structs import asdict

from khabar._version import __version__
from khabar.errors import (
    BUILDING,
    EDITION,
    IndexDamaged,
    IndexFolderError,
    IndexMismatch,
    IndexNotFound,
    IndexUnavailable,
    index_of,
    renew,
)
from khabar.index.lock import INDEX, WriteLock
from khabar.index.recovery import gone, unreadable
from khabar.index.vector_names import is_of_vectors
from khabar.replacing import clear_place, make_folder, read_file, replace_file, sync_folder
from khabar.serialize import Serializable, read_json

__all__ = [
    "FORMAT",
    "META",
    "Meta",
    "begun",
    "holds_index",
    "is_free",
    "read_meta",
    "sweep",
    "write_meta",
    "writing",
]

#: The version of khabar's own files in an index; it grows with every change to them.
FORMAT = 6

META = "meta.json"
_BESIDE = "meta.json.new"


class Meta(Serializable, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of ``meta.json``.

    Attributes:
        format: see :data:`FORMAT`.
        engine: the name of the engine.
        analyzer: the fingerprint of the analyzer that made the terms.
        articles, paragraphs: their numbers at the last commit.
        created, updated: moments in ISO format, UTC.
        khabar: the version of khabar that last wrote here.
    """

    engine: str
    analyzer: str
    format: int = FORMAT
    articles: int = 0
    paragraphs: int = 0
    created: str = ""
    updated: str = ""
    khabar: str = __version__


def now() -> str:
    """The current moment, as ``meta.json`` stores it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def holds_index(folder: Path) -> bool:
    """Whether an index was made in a folder, readable or not."""
    return any((folder / name).exists() for name in (META, EDITION))


def is_free(folder: Path) -> bool:
    """Whether a new index may be made in a folder: it is empty or holds an unfinished index."""
    # Listed only once, as another process may be making or removing an index.
    try:
        names = {entry.name for entry in folder.iterdir()}
    except FileNotFoundError:
        return True
    except NotADirectoryError:
        return False
    if names & {META, EDITION}:
        return False
    return bool(names & {_BESIDE, BUILDING}) or names <= {INDEX.lock, INDEX.holder}


@contextmanager
def begun(folder: Path, timeout: float = 5.0) -> Iterator[None]:
    """Lock a folder while a new index is made in it.

    Until :func:`write_meta` writes ``meta.json``, a marker file says that the index is unfinished, so that
    another process can start again after this one was killed.

    Args:
        folder: the folder; created if necessary.
        timeout: seconds to wait for another process that makes an index there.

    Raises:
        IndexFolderError: if the folder is not free (:func:`is_free`).
        IndexLocked: if another process held the lock all that time.
        IndexUnavailable: if the system refuses something, also inside.
    """
    with ExitStack() as held:
        while True:
            # Not even a lock is written into a folder with other files.
            _check_free(folder)
            with writing(folder):
                make_folder(folder)
            # A process that has just made an index there removes the folder again if the index stays empty.
            with suppress(IndexNotFound):
                held.enter_context(WriteLock(folder, timeout))
                break
        # The process that held the lock may have made an index.
        _check_free(folder)
        with writing(folder):
            (folder / _BESIDE).touch()
            sync_folder(folder)
            yield


def _check_free(folder: Path) -> None:
    with writing(folder):
        if is_free(folder):
            return
    raise IndexFolderError(
        f"{folder} is not empty: give an empty or a new folder, or open the index in it with open_index"
    )


def write_meta(folder: Path, meta: Meta) -> None:
    """Write ``meta.json`` in one step: readers see the old one or the new one."""
    import json

    content = json.dumps(asdict(meta), ensure_ascii=False, indent=2)
    replace_file(folder / META, [content.encode(), b"\n"])


def sweep(folder: Path) -> None:
    """Remove half-written files of a killed writer. The caller holds the write lock."""
    for path in folder.glob("*.new"):
        # Vectors have a lock of their own: another process may be writing them.
        if is_of_vectors(path.name):
            continue
        clear_place(path)
        path.unlink(missing_ok=True)


def read_meta(folder: Path) -> Meta:
    """Read ``meta.json`` in a folder.

    Raises:
        IndexNotFound: if there is no such folder or no ``meta.json`` in it.
        IndexMismatch: if it is of another format version.
        IndexDamaged: if it cannot be understood.
    """
    path = folder / META
    try:
        record = read_json(read_file(path).decode())
    except (FileNotFoundError, NotADirectoryError):
        if any(folder.glob("edition-*/" + META)):
            raise IndexDamaged(folder / EDITION, "it is not there") from None
        what = _what_is_there(folder)
        quoted = shlex.quote(str(folder))
        raise IndexNotFound(
            f"{folder} {what}. Make one with: khabar index SOURCE... --index {quoted}"
        ) from None
    except (OSError, ValueError, MemoryError) as error:
        raise unreadable(path, error) from error
    if not isinstance(record, dict) or not isinstance(record.get("format"), int):
        raise IndexDamaged(path, "it names no format")
    if record["format"] != FORMAT:
        raise IndexMismatch(
            f"the index {index_of(folder)} has format {record['format']}, this khabar {__version__} reads "
            f"format {FORMAT}. " + renew(folder)
        )
    try:
        return msgspec.convert(record, Meta)
    except msgspec.ValidationError as error:
        raise IndexDamaged(path, str(error)) from error


def _what_is_there(folder: Path) -> str:
    """Describe a folder that is no index, for a message."""
    if not folder.exists():
        return "does not exist"
    if (folder / _BESIDE).exists():
        return "is an index that was begun and never finished"
    return "is not an index" if not folder.is_dir() or any(folder.iterdir()) else "is an empty folder"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Raise errors of the system inside as an IndexUnavailable for the index in a folder."""
    try:
        yield
    except (OSError, MemoryError) as error:
        if isinstance(error, FileNotFoundError) and not folder.exists():
            raise gone(index_of(folder)) from error
        raise IndexUnavailable(index_of(folder), error, "written") from error
