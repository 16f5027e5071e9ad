"""The SQLite file of a desk: its path, its tables, and the meaning of its errors.

Every call opens the file and closes it again (0.2 ms), so threads share nothing and no file stays open. A
change is one transaction that holds the write lock from its beginning; another process waits for it. The
journal is SQLite's rollback journal: write-ahead logs need shared memory, which network file systems do not
provide, and leave files beside the desk that somebody who copies it would miss.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from khabar.arguments import optional, takes
from khabar.digests import blake2b
from khabar.errors import DeskError, KhabarError, SettingsUnavailable
from khabar.places import Address, Archives, place_of, places
from khabar.replacing import make_folder
from khabar.user_folders import user_folder

__all__ = ["DeskFile", "desk_path"]

#: Seconds that a call waits while another program changes the desk.
WAITED = 5.0
#: ``khbr``: tells a desk from other SQLite files.
_APPLICATION = 0x6B686272
_VERSION = 1
_TABLES = """
CREATE TABLE articles (
    archive TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL,
    author TEXT NOT NULL, published TEXT NOT NULL, url TEXT NOT NULL, section TEXT NOT NULL,
    tags TEXT NOT NULL, PRIMARY KEY (archive, id)
);
CREATE TABLE stars (
    number INTEGER PRIMARY KEY, archive TEXT NOT NULL, id TEXT NOT NULL, added TEXT NOT NULL,
    UNIQUE (archive, id), FOREIGN KEY (archive, id) REFERENCES articles
);
CREATE TABLE notes (
    number INTEGER PRIMARY KEY, archive TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL,
    changed TEXT NOT NULL, UNIQUE (archive, id), FOREIGN KEY (archive, id) REFERENCES articles
);
CREATE TABLE lists (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, added TEXT NOT NULL
);
CREATE TABLE entries (
    list INTEGER NOT NULL REFERENCES lists ON DELETE CASCADE, archive TEXT NOT NULL, id TEXT NOT NULL,
    place INTEGER NOT NULL, added TEXT NOT NULL, PRIMARY KEY (list, archive, id),
    FOREIGN KEY (archive, id) REFERENCES articles
);
CREATE INDEX entries_of_article ON entries (archive, id);
"""
#: Letters that the names of several archives may take in the name of a file.
_LONGEST = 60
_ADVICE = "Move it away, and restore an export with: khabar desk import FILE"


@takes(index=optional(places))
def desk_path(index: str | Path | Address | Archives | None = None) -> Path:
    """Path of the desk of an index: $KHABAR_DESK if it is set; otherwise ``NAME.desk.sqlite`` beside the
    folder NAME of the index. For an address or several archives, and where that file cannot be written, it is
    a file in the user's data folder.

    It is not inside the folder of the index: an index can be built again from its sources, so people delete
    it without a thought, and a rebuild replaces its files; what somebody wrote on the desk is nowhere else.

    Args:
        index: the folder or address of an index, or those of several archives. None for the default one.
    """
    named = os.environ.get("KHABAR_DESK")
    if named:
        return Path(named)
    if index is None:
        from khabar.places import default_place

        index = default_place()
    place = index if isinstance(index, Archives) else place_of(index)
    if isinstance(place, Archives):
        name, whole = "+".join(place.names)[:_LONGEST], str(place.resolve())
    elif isinstance(place, Path):
        folder = Path(os.path.realpath(place))
        beside = folder.with_name(f"{folder.name}.desk.sqlite")
        if _can_be_written(beside):
            return beside
        name, whole = folder.name, str(folder)
    else:
        whole = str(place)
        name = whole.partition("?")[0].rpartition("/")[2]
    digits = blake2b(whole.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    return user_folder("data") / "desks" / f"{name}-{digits}.desk.sqlite"


def _can_be_written(path: Path) -> bool:
    """Whether a file can be created or changed, with a journal beside it."""
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK) and (not path.exists() or os.access(path, os.W_OK))


class DeskFile:
    """The file of a desk.

    Args:
        path: where it is; it may not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees the file as it is at one moment, or an empty desk if there is no file.
        Nothing is written.

        Raises:
            DeskError: if the file is damaged, not a desk or of a later version, or if another program keeps
                changing it for too long.
            SettingsUnavailable: if the system does not allow reading it.
        """
        with self._errors_of_khabar("read"), closing(self._opened_to_read()) as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def changing(self, *, new: bool = True) -> Iterator[sqlite3.Connection]:
        """A connection to change the file: everything done in the block becomes visible in one step, or
        nothing of it if an error leaves the block.

        Args:
            new: whether to create the file if there is none.

        Raises:
            DeskError: as in :meth:`reading`.
            SettingsUnavailable: if the system does not allow writing it.
        """
        with self._errors_of_khabar("written"):
            if new:
                make_folder(self.path.parent)
            elif not self.path.exists():
                with closing(_empty()) as connection:
                    yield connection
                return
            with closing(self._connection("rwc")) as connection:
                connection.execute("BEGIN IMMEDIATE")
                if not self._is_ours(connection):
                    _make_tables(connection)
                yield connection
                connection.execute("COMMIT")

    def _opened_to_read(self) -> sqlite3.Connection:
        if self.path.exists():
            connection = self._connection("rw")
            try:
                if self._is_ours(connection):
                    return connection
            except BaseException:
                connection.close()
                raise
            connection.close()
        return _empty()

    def _connection(self, mode: str) -> sqlite3.Connection:
        from urllib.parse import quote

        quoted = quote(os.fsencode(self.path.absolute()))
        connection = sqlite3.connect(
            f"file:{quoted}?mode={mode}", uri=True, timeout=WAITED, isolation_level=None
        )
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _is_ours(self, connection: sqlite3.Connection) -> bool:
        """Whether the file holds a desk; False if it is still empty.

        Raises:
            DeskError: if it holds something else.
        """
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != _APPLICATION:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if not version and not application and not tables:
                return False
            raise DeskError(self.path, "it is a database of another program", "foreign", _ADVICE)
        if version > _VERSION:
            cause = f"it has version {version}, and this khabar reads version {_VERSION}"
            raise DeskError(self.path, cause, "newer", "Use the khabar that wrote it, or a later one")
        return True

    @contextmanager
    def _errors_of_khabar(self, action: Literal["read", "written"]) -> Iterator[None]:
        """Turn errors of SQLite and of the system in the block into errors of khabar."""
        try:
            yield
        except KhabarError:
            raise
        except sqlite3.Error as error:
            raise self._error_of(error, action) from error
        except (OSError, MemoryError) as error:
            raise SettingsUnavailable(self.path, error, action) from error

    def _error_of(self, error: sqlite3.Error, action: Literal["read", "written"]) -> KhabarError:
        """The error of khabar for an error of SQLite (https://sqlite.org/rescode.html)."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            cause = f"another program has been changing it for {WAITED:g} s"
            return DeskError(self.path, cause, "busy", "Do the same again")
        number = {
            sqlite3.SQLITE_FULL: errno.ENOSPC,
            sqlite3.SQLITE_IOERR: errno.EIO,
            sqlite3.SQLITE_READONLY: errno.EACCES,
            sqlite3.SQLITE_PERM: errno.EACCES,
            sqlite3.SQLITE_CANTOPEN: self._refusal(action),
            sqlite3.SQLITE_NOMEM: errno.ENOMEM,
        }.get(code)
        if number is not None:
            return SettingsUnavailable(self.path, OSError(number, os.strerror(number)), action)
        return DeskError(self.path, str(error), "damaged", _ADVICE)

    def _refusal(self, action: Literal["read", "written"]) -> int:
        """The system's reason for not opening the file, which SQLite does not tell."""
        flags = os.O_RDONLY if action == "read" else os.O_RDWR
        try:
            os.close(os.open(self.path, flags | getattr(os, "O_NONBLOCK", 0)))
        except OSError as error:
            if error.errno and error.errno != errno.ENOENT:
                return error.errno
        return errno.EISDIR if self.path.is_dir() else errno.EACCES


def _empty() -> sqlite3.Connection:
    """A desk with nothing on it, in memory."""
    empty = sqlite3.connect(":memory:", isolation_level=None)
    _make_tables(empty)
    return empty


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")
