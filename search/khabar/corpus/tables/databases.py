"""Read SQLite databases (``.sqlite``, ``.sqlite3``, ``.db``): a row of a table of articles is a record.

The columns, or a mapping, tell which tables contain articles (`khabar.corpus.tables.named_tables`);
`khabar.corpus.tables.sqlite_tables` opens the database. Rows are read one at a time. The id of a row is
unique only in its table: if several tables contain articles, the id of an article is ``table/id``. Only
published WordPress posts are articles (`khabar.corpus.records.wordpress`). Changes that are still in the
write-ahead log, a file beside the database, are not read; a note says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING

from khabar.corpus.records.drafts import Records
from khabar.corpus.records.wordpress import has_posts, post_of_row
from khabar.corpus.report import Aside, Unreadable
from khabar.corpus.tables.named_tables import (
    fields_of,
    in_table,
    is_table_of_articles,
    listed_tables,
    named_in,
    without_table,
)
from khabar.corpus.tables.sqlite_tables import Database, opened

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_sqlite"]

_DESK = b"khbr"
"""The application id of khabar's own desk files (`khabar.desk.file`)."""


def read_sqlite(content: Content) -> Iterator[Found]:
    """Read the articles in a database, numbered in the order of its tables and their rows."""
    with content.file() as file, _path_of(file) as path:
        if _application(file) == _DESK:
            yield None, Aside("own-desk")
            return
        if _has_log(path):
            yield None, Aside("unmerged-log", file=f"{path.name}-wal")
        with opened(path, content.max_bytes, content.limits.seconds) as database:
            yield from _articles(database, content)


def _articles(database: Database, content: Content) -> Iterator[Found]:
    tables = database.tables()
    named = named_in(content.fields, [table.name for table in tables])
    chosen = [
        table
        for table in tables
        if (table.name in named if named else table.kind == "table")
        and is_table_of_articles(table.columns, without_table(content.fields, table.name))
    ]
    others = [table for table in tables if table not in chosen and table.kind != "shadow"]
    if not tables:
        raise Unreadable("no-row")
    if not chosen:
        raise Unreadable("no-table", tables=listed_tables((table.name, table.columns) for table in others))
    if others and not named:
        yield (
            None,
            Aside("tables-left", tables=listed_tables((table.name, table.columns) for table in others)),
        )
    numbers = count(1)
    number = 0
    for table in chosen:
        fields = fields_of(content, table.name, table.columns)
        records = Records(fields, {}, content.dates)
        posts = has_posts(table.columns)
        try:
            for row in database.rows(table):
                number = next(numbers)
                try:
                    record: dict[str, object] = dict(zip(table.columns, row, strict=False))
                    draft = records.draft(post_of_row(record) if posts else record)
                    yield number, in_table(draft, table.name) if len(chosen) > 1 else draft
                except Unreadable as error:
                    yield number, error
        except Unreadable as error:
            yield number + 1, error
    if not number:
        raise Unreadable("no-row")


def _application(file: IO[bytes]) -> bytes:
    """The application id in the header of a database (https://www.sqlite.org/fileformat.html, 1.3)."""
    file.seek(68)
    return file.read(4)


@contextmanager
def _path_of(file: IO[bytes]) -> Iterator[Path]:
    """The path of a file, or of a copy if it has none: SQLite opens files by their paths."""
    name = file.name if isinstance(getattr(file, "name", None), str) else ""
    try:
        if name and os.path.samestat(Path(name).stat(), os.fstat(file.fileno())):
            yield Path(name)
            return
    except (OSError, ValueError):
        pass
    with TemporaryDirectory(prefix="khabar-") as folder:
        path = Path(folder) / "copy.sqlite"
        with path.open("wb") as copy:
            file.seek(0)
            copyfileobj(file, copy)
        yield path


def _has_log(path: Path) -> bool:
    """Whether there is a non-empty write-ahead log beside a database."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except OSError:
        return False
