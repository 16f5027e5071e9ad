"""Read the tables of an SQLite database without running or writing anything.

A database from a stranger is untrusted input: its schema may contain triggers, views and functions, and its
pages may be damaged. So it is opened read-only and immutable (no lock, journal or other file is touched), the
schema is not trusted, and an authorizer allows only reading; no extension can be loaded. The time of each
step and the length of each value are limited. (https://www.sqlite.org/security.html)

Views run a query from the file, and virtual tables run code of SQLite: both are read only if the user names
them. Generated columns (``GENERATED ALWAYS AS``) are never read.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import quote

from khabar.corpus.pieces.streams import said
from khabar.corpus.report import Unreadable

__all__ = ["MAGIC", "Database", "Table", "opened"]

MAGIC = b"SQLite format 3\0"
_STEPS = 50_000
"""Instructions of SQLite's virtual machine between two checks of the time; a millisecond or less."""
_CACHE = 8192
"""Size of the page cache, in KiB."""
_MOST_TABLES = 2000
_MOST_COLUMNS = 2000
_LONGEST_SQL = 1 << 20
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_ALLOWED_IN_VIEWS = _ALLOWED | {sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_COLUMNS = "table_xinfo"
"""The pragma that lists columns, including generated ones."""
_SHADOWS = frozenset(
    {
        *("data", "idx", "content", "docsize", "config", "segments", "segdir", "stat"),
        *("node", "parent", "rowid"),
    }
)
"""Suffixes of the shadow tables in which FTS and R*Tree store the content of a virtual table."""

Value = str | int | float | None


class Table(NamedTuple):
    """A table.

    Attributes:
        name: name of the table.
        kind: ``shadow`` for a table in which a virtual one stores its content.
        columns: names of its columns.
    """

    name: str
    kind: Literal["table", "view", "virtual", "shadow"]
    columns: tuple[str, ...]


class Database:
    """An open database; see `opened`."""

    def __init__(self, connection: sqlite3.Connection, longest: int, seconds: int) -> None:
        self._connection = connection
        self._longest = longest
        self._seconds = seconds
        self._until = 0.0
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _LONGEST_SQL)
        connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, _MOST_COLUMNS)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.setlimit(sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0)
        for setting in (
            "trusted_schema=OFF",
            "cell_size_check=ON",
            "mmap_size=0",
            "query_only=ON",
            f"cache_size=-{_CACHE}",
        ):
            connection.execute(f"PRAGMA {setting}")
        self._allowed = _ALLOWED
        connection.set_authorizer(self._authorized)
        connection.set_progress_handler(lambda: time.monotonic() > self._until, _STEPS)
        # It limits each value, and each row as a whole.
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(1 << 20, longest))

    def tables(self) -> list[Table]:
        """Its tables, in the order of their creation; tables whose columns cannot be read are left out.

        Raises:
            Unreadable: the file is not a database, or its schema is damaged.
        """
        statement = "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') LIMIT ?"
        with _translated(self._seconds, self._longest):
            schema = [
                (name, kind, sql if isinstance(sql, str) else "")
                for name, kind, sql in self._rows(statement, (_MOST_TABLES,))
                if isinstance(name, str) and not name.casefold().startswith("sqlite_")
            ]
        virtual = {name for name, _, sql in schema if sql[:40].upper().split()[:2] == ["CREATE", "VIRTUAL"]}
        tables = []
        for name, schema_type, _ in schema:
            base, _, suffix = name.rpartition("_")
            try:
                columns = self._columns_of_view(name) if schema_type == "view" else self._columns(name)
            except sqlite3.Error:
                continue
            kind: Literal["table", "view", "virtual", "shadow"] = "table"
            if schema_type == "view":
                kind = "view"
            elif name in virtual:
                kind = "virtual"
            elif base in virtual and suffix in _SHADOWS:
                kind = "shadow"
            tables.append(Table(name, kind, columns))
        return tables

    def rows(self, table: Table) -> Iterator[tuple[Value, ...]]:
        """The rows of a table, in its own order. Bytes become text if they are UTF-8, else None.

        Raises:
            Unreadable: the database is damaged there, or a row takes too long or is too large.
        """
        columns = ", ".join(map(_quoted, table.columns))
        with _translated(self._seconds, self._longest), self._reading(table.kind):
            for row in self._rows(f"SELECT {columns} FROM {_quoted(table.name)}"):
                yield tuple(map(_value, row))

    def _authorized(self, action: int, first: str | None, *_: str | None) -> int:
        allowed = action in self._allowed or (action == sqlite3.SQLITE_PRAGMA and first == _COLUMNS)
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    @contextmanager
    def _reading(self, kind: str) -> Iterator[None]:
        """Allow function calls while a view is read, which the user has named."""
        self._allowed = _ALLOWED_IN_VIEWS if kind == "view" else _ALLOWED
        try:
            yield
        finally:
            self._allowed = _ALLOWED

    def _columns(self, name: str) -> tuple[str, ...]:
        """The columns of a table, except generated ones: their expressions come from the file, and a single
        function call could take forever, or all memory."""
        self._until = time.monotonic() + self._seconds
        with closing(self._connection.execute(f"PRAGMA {_COLUMNS}({_quoted(name)})")) as cursor:
            return tuple(str(column) for _, column, *_, hidden in cursor if not hidden)

    def _columns_of_view(self, name: str) -> tuple[str, ...]:
        self._until = time.monotonic() + self._seconds
        with (
            self._reading("view"),
            closing(self._connection.execute(f"SELECT * FROM {_quoted(name)} LIMIT 0")) as cursor,
        ):
            return tuple(str(column) for column, *_ in cursor.description)

    def _rows(self, sql: str, values: tuple[int, ...] = ()) -> Iterator[tuple[object, ...]]:
        """The rows of a query. The time limit applies to each row, without the time that its consumer
        takes."""
        self._until = time.monotonic() + self._seconds
        with closing(self._connection.execute(sql, values)) as cursor:
            while (row := cursor.fetchone()) is not None:
                yield row
                self._until = time.monotonic() + self._seconds


@contextmanager
def opened(path: Path, longest: int, seconds: int) -> Iterator[Database]:
    """Open a database.

    Args:
        path: the path of its file.
        longest: maximum number of bytes of a value.
        seconds: maximum number of seconds to get a row.

    Raises:
        Unreadable: it cannot be opened.
    """
    with _translated(seconds, longest):
        address = f"file:{quote(str(path))}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    with closing(connection):
        with _translated(seconds, longest):
            database = Database(connection, longest, seconds)
        yield database


@contextmanager
def _translated(seconds: int, longest: int) -> Iterator[None]:
    """Translate the errors of SQLite to reasons."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise Unreadable("too-slow", limit=seconds) from None
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_TOOBIG:
            raise Unreadable("too-large", limit=longest) from None
        raise Unreadable("broken-database", error=said(error)[:200]) from None
    except (sqlite3.Warning, UnicodeError, OverflowError, ValueError) as error:
        raise Unreadable("broken-database", error=said(error)[:200]) from None


def _quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _value(value: object) -> Value:
    if isinstance(value, bytes):
        if b"\0" in value:
            return None
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    return value if isinstance(value, str | int | float) else None
