"""The index folder: the engine's files and ``meta.json``, which describes them and says whether this khabar
can use them."""

from __future__ import annotations

import os
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
from khabar.index.address import Place, places_of
from khabar.index.lock import INDEX, WriteLock
from khabar.index.recovery import gone, unreadable
from khabar.index.vector_names import is_of_vectors
from khabar.replacing import clear_place, make_folder, read_file, replace_file, sync_folder
from khabar.serialize import Serializable, read_json
from khabar.user_folders import user_folder

__all__ = [
    "FORMAT",
    "META",
    "Meta",
    "begun",
    "check_meta",
    "default_place",
    "holds_index",
    "is_free",
    "read_meta",
    "sweep",
    "write_meta",
    "writing",
]

#: Raised whenever what khabar itself keeps in an index changes.
FORMAT = 6

META = "meta.json"
_BESIDE = "meta.json.new"


class Meta(Serializable, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``meta.json`` says.

    Attributes:
        format: see :data:`FORMAT`.
        engine: name of the engine whose files these are.
        analyzer: fingerprint of the analyzer that made the terms.
        articles, paragraphs: counts at the last commit.
        created, updated: moments in ISO form, UTC.
        khabar: version of khabar that last wrote here.
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
    """This moment as ``meta.json`` keeps it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def holds_index(folder: Path) -> bool:
    """Whether an index was made in a folder, be it readable or not."""
    return any((folder / name).exists() for name in (META, EDITION))


def is_free(folder: Path) -> bool:
    """Whether a new index may be made in a folder: there is nothing in it, or an index half made."""
    # Looked at once: another process may be making or removing an index just now.
    try:
        names = {each.name for each in folder.iterdir()}
    except FileNotFoundError:
        return True
    except NotADirectoryError:
        return False
    if names & {META, EDITION}:
        return False
    return bool(names & {_BESIDE, BUILDING}) or names <= {INDEX.lock, INDEX.holder}


@contextmanager
def begun(folder: Path, timeout: float = 5.0) -> Iterator[None]:
    """Hold a folder while a new index is made in it.

    Until :func:`write_meta` puts ``meta.json`` there, a mark says that what lies in the folder is an index
    half made: a process that is killed meanwhile leaves a folder in which another can begin anew.

    Args:
        folder: it is made if necessary.
        timeout: seconds to wait for another process that makes an index there.

    Raises:
        IndexFolderError: if there is anything in it.
        IndexLocked: if the other process held it for all that time.
        IndexUnavailable: what the system refuses, also inside.
    """
    with ExitStack() as held:
        while True:
            # Where anything else lies, not even a lock is put.
            _check_free(folder)
            with writing(folder):
                make_folder(folder)
            # Who has just made an index there removes it again, folder and all, if it stays empty.
            with suppress(IndexNotFound):
                held.enter_context(WriteLock(folder, timeout))
                break
        # Whoever was waited for may have made an index.
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
    """Write ``meta.json`` in one step: a reader sees the old one or the new one."""
    import json

    content = json.dumps(asdict(meta), ensure_ascii=False, indent=2)
    replace_file(folder / META, [content.encode(), b"\n"])


def sweep(folder: Path) -> None:
    """Remove files that a killed writer left half written. The caller holds the write lock."""
    for left in folder.glob("*.new"):
        # Vectors have a lock of their own: somebody may be writing them just now.
        if is_of_vectors(left.name):
            continue
        clear_place(left)
        left.unlink(missing_ok=True)


def read_meta(folder: Path) -> Meta:
    """What ``meta.json`` in a folder says.

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
    """What is in the place of an index, for a message."""
    if not folder.exists():
        # What earlier versions left if they were killed between two renames (editions.complete_former).
        if all(folder.with_name(f".{folder.name}.{what}").exists() for what in ("before", "building")):
            return "was being replaced when a run was killed, and the next run completes that"
        return "does not exist"
    if (folder / _BESIDE).exists():
        return "is an index that was begun and never finished"
    return "is not an index" if not folder.is_dir() or any(folder.iterdir()) else "is an empty folder"


def check_meta(folder: Path, meta: Meta, analyzer: str) -> None:
    """Refuse an index whose terms were made by other rules than this khabar's: its words would silently not
    be found."""
    if meta.analyzer != analyzer:
        raise IndexMismatch(
            f"the index {index_of(folder)} was built with another analyzer "
            f"(fingerprint {meta.analyzer}, here {analyzer}; "
            f"khabar {meta.khabar}, here {__version__}). {renew(folder)}"
        )


def default_place() -> Place:
    """Where the index is when nobody says: $KHABAR_INDEX, a folder or an address, or several of these with
    «;» between them; else ``indexes/news`` where the current folder has ``indexes/``; else the user's data
    folder."""
    named = os.environ.get("KHABAR_INDEX")
    if named:
        return places_of(named)
    if Path("indexes").is_dir():
        return Path("indexes/news")
    return user_folder("data") / "news"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """What the system refuses inside becomes an IndexUnavailable of the index in a folder."""
    try:
        yield
    except (OSError, MemoryError) as error:
        if isinstance(error, FileNotFoundError) and not folder.exists():
            raise gone(index_of(folder)) from error
        raise IndexUnavailable(index_of(folder), error, "written") from error
