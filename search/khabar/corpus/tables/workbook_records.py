"""Read articles from spreadsheets (``.xlsx``, ``.xlsm``, ``.xls``, ``.xlsb``, ``.ods``): a row is a record.

The header of a sheet is the first of its first twenty rows that names columns of an article; rows above it
are left out. Sheets with articles are selected like the tables of a database
(`khabar.corpus.tables.named_tables`). The id of a row is unique only in its sheet: from the second sheet of
articles on, the id of an article is ``sheet/id``. (While the first sheet is read, the others are not yet
known.) Formulas have the values that were computed last; none is run. python-calamine reads the workbook in a
process of its own, with limits, and passes it on row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from khabar.corpus.confined import Confines, Ended, answers
from khabar.corpus.pieces.content import needs
from khabar.corpus.records.drafts import Records
from khabar.corpus.report import Aside, Unreadable
from khabar.corpus.tables.named_tables import (
    fields_of,
    in_table,
    is_table_of_articles,
    listed_tables,
    named_in,
    without_table,
)
from khabar.corpus.tables.workbooks import CHILD, FILE, most_unpacked

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_workbook"]

_HEADER_WITHIN = 20
"""Number of rows of a sheet among which the header is searched."""

Row = tuple[str, int, list[str]]
"""The name of a sheet, the number of a row in it, and its cells."""


def read_workbook(content: Content) -> Iterator[Found]:
    """Read the articles in a workbook, numbered in the order of its sheets and rows."""
    needs("python_calamine", what="workbooks", extra="xlsx")
    number = chosen = 0
    others: list[tuple[str, list[str]]] = []
    sheets: list[str] = []
    for sheet, rows in groupby(_rows(content, sheets), key=lambda row: row[0]):
        above: list[list[str]] = []
        columns: list[str] = []
        records: Records | None = None
        for _, _, cells in rows:
            if records is not None:
                number += 1
                try:
                    draft = records.draft(_record(columns, cells))
                    yield number, in_table(draft, sheet) if chosen > 1 else draft
                except Unreadable as error:
                    yield number, error
            elif len(above) < _HEADER_WITHIN:
                columns = _columns(cells)
                above.append(columns)
                if _is_chosen(sheet, columns, content.fields, sheets):
                    chosen += 1
                    records = Records(fields_of(content, sheet, columns), {}, content.dates)
        if records is None and above:
            others.append((sheet, max(above, key=len)))
    if not number and not others:
        raise Unreadable("no-row")
    if not number:
        raise Unreadable("no-sheet", sheets=listed_tables(others))
    if others and not named_in(content.fields, [name for name, _ in others]):
        yield None, Aside("sheets-left", sheets=listed_tables(others))


def _is_chosen(sheet: str, columns: list[str], fields: Mapping[str, str], sheets: list[str]) -> bool:
    """Whether a row is the header of a sheet of articles that must be read."""
    if not is_table_of_articles(columns, without_table(fields, sheet)):
        return False
    # With «text=news.body» only the named sheets are read. («meta.desk» may be meant for other files.)
    named = named_in(fields, sheets)
    return not named or sheet in named


def _columns(cells: list[str]) -> list[str]:
    columns = [" ".join(cell.split()) for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    return columns


def _record(columns: list[str], cells: list[str]) -> dict[str, object]:
    record: dict[str, object] = {}
    for name, cell in zip(columns, cells, strict=False):
        if name and (cell or name not in record):
            record[name] = record.get(name) or cell
    return record


def _rows(content: Content, sheets: list[str]) -> Iterator[Row]:
    """The rows of all sheets; before the first one, the names of the sheets are added to ``sheets``.

    Raises:
        Unreadable: the file is not a workbook, or exceeds a limit.
    """
    with content.file() as file:
        size = file.seek(0, 2)
        if size > content.max_bytes:
            raise Unreadable("too-large", limit=content.max_bytes)
        file.seek(0)
        most = most_unpacked(size, FILE, content.limits.ratio)
        request = (most, FILE.cells, None)
        try:
            for answer in answers(CHILD, request, file, Confines(FILE.memory, FILE.seconds)):
                match answer:
                    case [sheet, number, cells]:
                        yield sheet, number, cells
                    case {"sheets": names}:
                        sheets += names
                    case {"refused": "cells"}:
                        raise Unreadable("too-many-workbook-cells", limit=FILE.cells)
                    case {"refused": _}:
                        raise Unreadable("too-much-unpacked", limit=most)
        except Ended as end:
            if end.kind == "error":
                raise Unreadable("broken-workbook", error=end.detail) from None
            if end.kind == "start":
                raise Unreadable("no-process", error=end.detail) from None
            if end.kind == "time":
                raise Unreadable("too-slow", limit=FILE.seconds) from None
            # Without memory, calamine ends its process without an exception.
            raise Unreadable("workbook-memory", limit=FILE.memory >> 20) from None
