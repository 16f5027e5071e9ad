"""The tables of an SQLite database, opened so that nothing in it runs and nothing is written.

A database from a stranger is untrusted input: its schema may hold triggers, views and functions, and its
pages may be damaged. So it is opened read-only and immutable (no lock, no journal and no other file is
touched), the schema is not trusted, and an authorizer lets only reading through; no extension can be loaded.
Each step of a query has a greatest time, each value a greatest length. (https://www.sqlite.org/security.html)

Views run a query that the file brings along, virtual tables code that is compiled into SQLite: both are read
only where somebody names them. Columns that are computed (``GENERATED ALWAYS AS``) are never read.
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
"""Instructions of SQLite's machine between two looks at the clock; a millisecond or less."""
_CACHE = 8192
"""KiB of pages in memory."""
_MOST_TABLES = 2000
_MOST_COLUMNS = 2000
_LONGEST_SQL = 1 << 20
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_ALLOWED_IN_VIEWS = _ALLOWED | {sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_COLUMNS = "table_xinfo"
"""the pragma that lists columns, also those that are computed"""
_SHADOWS = frozenset(
    {
        *("data", "idx", "content", "docsize", "config", "segments", "segdir", "stat"),
        *("node", "parent", "rowid"),
    }
)
"""What FTS and R*Tree append to a virtual table's name for the tables that they keep its content in."""

Value = str | int | float | None


class Table(NamedTuple):
    """A table.

    Attributes:
        name: of the table.
        kind: whether it holds its rows itself.
        columns: their names.
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
        # A row is at most so long; a list of ten columns may be ten values of that length.
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(1 << 20, longest))

    def tables(self) -> list[Table]:
        """Its tables, in the order in which they were made; a table that cannot be looked at is left out.

        Raises:
            Unreadable: it is no database, or its schema is damaged.
        """
        statement = "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') LIMIT ?"
        with _translated(self._seconds, self._longest):
            found = [
                (name, kind, sql if isinstance(sql, str) else "")
                for name, kind, sql in self._rows(statement, (_MOST_TABLES,))
                if isinstance(name, str) and not name.casefold().startswith("sqlite_")
            ]
        virtual = {name for name, _, sql in found if sql[:40].upper().split()[:2] == ["CREATE", "VIRTUAL"]}
        tables = []
        for name, kind, _ in found:
            base, _, end = name.rpartition("_")
            try:
                columns = self._columns_of_view(name) if kind == "view" else self._columns(name)
            except sqlite3.Error:
                continue
            kind_of_table: Literal["table", "view", "virtual", "shadow"] = (
                "view"
                if kind == "view"
                else "virtual"
                if name in virtual
                else "shadow"
                if base in virtual and end in _SHADOWS
                else "table"
            )
            tables.append(Table(name, kind_of_table, columns))
        return tables

    def rows(self, table: Table) -> Iterator[tuple[Value, ...]]:
        """The rows of a table, in its own order. Bytes are text if they are UTF-8, else None.

        Raises:
            Unreadable: the database is damaged there, or a row takes too long, or is too large.
        """
        selected = ", ".join(map(_quoted, table.columns))
        with _translated(self._seconds, self._longest), self._reading(table.kind):
            for row in self._rows(f"SELECT {selected} FROM {_quoted(table.name)}"):
                yield tuple(_value(each) for each in row)

    def _authorized(self, action: int, first: str | None, *_: str | None) -> int:
        fine = action in self._allowed or (action == sqlite3.SQLITE_PRAGMA and first == _COLUMNS)
        return sqlite3.SQLITE_OK if fine else sqlite3.SQLITE_DENY

    @contextmanager
    def _reading(self, kind: str) -> Iterator[None]:
        """Let functions be called where a view is read, which somebody has asked for by its name."""
        self._allowed = _ALLOWED_IN_VIEWS if kind == "view" else _ALLOWED
        try:
            yield
        finally:
            self._allowed = _ALLOWED

    def _columns(self, name: str) -> tuple[str, ...]:
        """The columns of a table. Computed ones are none: their expressions come from the file, and one
        function call of theirs could take for ever, or all memory."""
        self._until = time.monotonic() + self._seconds
        with closing(self._connection.execute(f"PRAGMA {_COLUMNS}({_quoted(name)})")) as cursor:
            return tuple(str(column) for _, column, *_, hidden in cursor if not hidden)

    def _columns_of_view(self, name: str) -> tuple[str, ...]:
        self._until = time.monotonic() + self._seconds
        with (
            self._reading("view"),
            closing(self._connection.execute(f"SELECT * FROM {_quoted(name)} LIMIT 0")) as cursor,
        ):
            return tuple(str(each[0]) for each in cursor.description)

    def _rows(self, sql: str, values: tuple[int, ...] = ()) -> Iterator[tuple[object, ...]]:
        """The rows of a query; each may take so many seconds, without the time in which it is used."""
        self._until = time.monotonic() + self._seconds
        with closing(self._connection.execute(sql, values)) as cursor:
            while (row := cursor.fetchone()) is not None:
                yield row
                self._until = time.monotonic() + self._seconds


@contextmanager
def opened(path: Path, longest: int, seconds: int) -> Iterator[Database]:
    """Open a database.

    Args:
        path: of its file.
        longest: bytes of a value, at most.
        seconds: that getting a row may take.

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
    """SQLite's errors as reasons."""
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
    """A name as SQL writes it."""
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
