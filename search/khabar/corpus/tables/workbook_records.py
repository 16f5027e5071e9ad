"""Spreadsheets as articles (``.xlsx``, ``.xlsm``, ``.xls``, ``.xlsb``, ``.ods``): a row is a record.

The first row of a sheet that names columns of an article, among its first twenty, is its header; what stands
above is a heading of the sheet. Which sheets hold articles is told as of tables in a database
(`khabar.corpus.tables.named_tables`). The id of a row is unique in its sheet only: from the second sheet of
articles on, the id of an article is ``sheet/id``. (Which sheets come, nobody knows when the first one is
read.) Formulas count by the values that were last computed; none is run. The workbook is read by
python-calamine in a process of its own, with limits, which hands over row by row.
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
"""rows"""

Row = tuple[str, int, list[str]]


def read_workbook(content: Content) -> Iterator[Found]:
    """The articles of a workbook, numbered in the order of its sheets and rows."""
    needs("python_calamine", what="workbooks", extra="xlsx")
    number = chosen = 0
    others: list[tuple[str, list[str]]] = []
    found = False
    sheets: list[str] = []
    for sheet, rows in groupby(_rows(content, sheets), key=lambda row: row[0]):
        above: list[list[str]] = []
        columns: list[str] = []
        records: Records | None = None
        for _, _, cells in rows:
            if records is not None:
                number += 1
                found = True
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
    if not found and not others:
        raise Unreadable("no-row")
    if not found:
        raise Unreadable("no-sheet", sheets=listed_tables(others))
    if others and not named_in(content.fields, [name for name, _ in others]):
        yield None, Aside("sheets-left", sheets=listed_tables(others))


def _is_chosen(sheet: str, columns: list[str], fields: Mapping[str, str], sheets: list[str]) -> bool:
    """Whether a row is the header of a sheet of articles that is to be read."""
    if not is_table_of_articles(columns, without_table(fields, sheet)):
        return False
    # With «text=news.body» only sheets that are named are read. («meta.desk» may be meant for other files.)
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
    """The rows of all sheets, whose names are added to ``sheets`` before the first.

    Raises:
        Unreadable: it is no workbook, or is more than the limits.
    """
    with content.file() as file:
        size = file.seek(0, 2)
        if size > content.max_bytes:
            raise Unreadable("too-large", limit=content.max_bytes)
        file.seek(0)
        most = most_unpacked(size, FILE, content.limits.ratio)
        asked = (most, FILE.cells, None)
        try:
            for said in answers(CHILD, asked, file, Confines(FILE.memory, FILE.seconds)):
                if isinstance(said, dict) and "sheets" in said:
                    sheets += said["sheets"]
                    continue
                if isinstance(said, dict):
                    if said["refused"] == "cells":
                        raise Unreadable("too-many-workbook-cells", limit=FILE.cells)
                    raise Unreadable("too-much-unpacked", limit=most)
                yield said[0], said[1], said[2]
        except Ended as end:
            if end.kind == "error":
                raise Unreadable("broken-workbook", error=end.detail) from None
            if end.kind == "start":
                raise Unreadable("no-process", error=end.detail) from None
            if end.kind == "time":
                raise Unreadable("too-slow", limit=FILE.seconds) from None
            # It ended where it stood: that is what becomes of calamine without memory.
            raise Unreadable("workbook-memory", limit=FILE.memory >> 20) from None
