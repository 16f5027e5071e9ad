"""CSV and TSV: a row is a record, and the first row names the columns.

Columns are known under the names that JSON fields are, and mapped by ``fields`` alike; a column can also be
mapped by its number from 1. With such a number the first row may be an article as well: whether it names the
columns is told from its cells, and noted where it is not sure. What parts the
columns is told by a line ``sep=;`` in front, as Excel writes it, or from the first row: a comma, semicolon,
tab or bar. In a file parted by tabs a quotation mark
is an ordinary character unless its field cannot be read otherwise, since headlines begin with one.

A quotation mark that is never closed would take the rest of the file into one field. Such a row is reported,
and the reading goes on with the line behind its first.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from khabar.corpus.formats.shapes import at_path, is_header, places_of
from khabar.corpus.reasons import Reason
from khabar.corpus.records.drafts import Records
from khabar.corpus.records.fields import short_text
from khabar.corpus.report import Unreadable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_table", "rows"]

_DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(r'"?sep=(.)"?[,;\s]*', re.I)
_RETURN = re.compile(r"(?<=\r)(?!\n|\Z)")
_LONGEST_FIELD = 1 << 24
"""characters"""
_MOST_CELLS = 100_000
"""of a line; news has a comma in a hundred characters, and an article at most two million characters"""
_HIGHEST_HEADER = 20
"""rows above the names of the columns"""
_TOO_MANY = 1000
"""After this many unreadable rows in a row the rest is not tried: the file is no table."""
_LONGEST_NAME = 40
"""characters of the name of a column"""
_IS_NO_NAME = re.compile(r"\W*\d|.*://|.*[.؟?!…]\s*$", re.S)
"""What the name of a column is not: a number or date, an address, a sentence."""

Row = tuple[int, list[str] | Unreadable]


def read_table(content: Content) -> Iterator[Found]:
    """The articles of a table, numbered by the first lines of their rows."""
    found = rows(content.lines(), tabs=content.name.lower().endswith((".tsv", ".tab")))
    first, header = next(found, (0, Unreadable("no-row")))
    if isinstance(header, Unreadable):
        raise header
    numbers = _numbers(header, content.fields)
    notes: tuple[Reason, ...] = ()
    if numbers:
        names = _names(header)
        if _names_columns(names):
            notes = (Reason.of("first-row-names", columns=short_text(", ".join(names))),)
        else:
            found = chain([(first, header)], found)
            names = []
        columns = [
            str(place) if place in numbers or not names else names[place - 1]
            for place in range(1, len(header) + 1)
        ]
    else:
        names = columns = _header(header, found, content.fields)
    records = Records(content.fields, content.mapped, content.dates)
    in_a_row = 0
    for number, row in found:
        if isinstance(row, list) and names and _names(row[:1]) == names[:1] and _names(row) == names:
            continue  # tables that were joined: the names of their columns come again
        in_a_row = in_a_row + 1 if isinstance(row, Unreadable) else 0
        try:
            if isinstance(row, Unreadable):
                raise row
            draft = records.draft(_record(columns, row))
            if notes:
                draft, notes = replace(draft, notes=(*draft.notes, *notes)), ()
            yield number, draft
        except Unreadable as error:
            yield number, error
        if in_a_row == _TOO_MANY:
            raise Unreadable("too-many-broken-rows", count=_TOO_MANY)


def _numbers(first: list[str], fields: Mapping[str, str]) -> frozenset[int]:
    """The columns that fields are mapped to by their numbers; none that are names of columns.

    Raises:
        Unreadable: the table has fewer columns.
    """
    names = frozenset(_names(first))
    typed = [key for key in fields.values() if key.isascii() and key.isdecimal() and key not in names]
    numbers = frozenset(map(int, typed))
    if numbers and not all(0 < number <= len(first) for number in numbers):
        raise Unreadable("no-such-column", number=max(numbers, key=abs), columns=len(first))
    return numbers


def _names_columns(cells: list[str]) -> bool:
    """Whether a first row names columns: by usual names, or by short ones that say nothing else."""
    if is_header(cells):
        return True
    return len(set(cells)) == len(cells) and all(
        0 < len(cell) <= _LONGEST_NAME and not _IS_NO_NAME.match(cell) for cell in cells
    )


def _header(first: list[str], found: Iterator[Row], fields: Mapping[str, str]) -> list[str]:
    """The names of the columns: in the first row, or below a title and empty rows, as tables for people have
    them.

    Raises:
        Unreadable: no row names the columns of an article.
    """
    columns = _names(first)
    try:
        _check(columns, fields)
    except Unreadable:
        for _, row in islice(found, _HIGHEST_HEADER):
            if isinstance(row, list) and is_header(names := _names(row)):
                return names
        raise
    return columns


def _names(row: list[str]) -> list[str]:
    return [name.strip().strip("\ufeff") for name in row]


def _check(columns: list[str], fields: Mapping[str, str]) -> None:
    """Check that the first row names a title, a text, or another field beside which a text can be guessed.

    Raises:
        Unreadable: it does not.
    """
    named = dict.fromkeys(columns, "")
    if any(name in fields and at_path(named, fields[name]) == "" for name in ("title", "text", "paragraphs")):
        return
    if not places_of(tuple(columns), None):
        names = ", ".join(columns[:10])[:200]
        raise Unreadable("no-column", columns=names)


def _record(columns: list[str], row: list[str]) -> dict[str, object]:
    if len(row) > len(columns) and any(row[len(columns) :]):
        raise Unreadable("too-many-cells", cells=len(row), columns=len(columns))
    record: dict[str, object] = {}
    for place, (name, cell) in enumerate(zip(columns, row, strict=False), start=1):
        if not record.get(name):
            record[name] = cell
        elif cell and cell != record[name]:
            # A second column of this name: no field, and told like others that are none.
            record[f"{name} ({place})"] = cell
    return record


def rows(lines: Iterator[str | Unreadable], tabs: bool = False) -> Iterator[Row]:
    """Each row that is not empty, with the number of its first line."""
    source = _Lines(_at_returns(lines))
    first = source.look().lstrip("\ufeff")
    if declared := _SEPARATOR.fullmatch(first.rstrip("\r\n")):
        delimiter = declared[1]
        source.take()
    else:
        tabs = tabs or is_header(first.split("\t"))
        delimiter = "\t" if tabs else max(_DELIMITERS, key=lambda each: (first.count(each), each == ","))
    width = 0
    while True:
        number, line = source.take()
        if line is None:
            return
        if isinstance(line, Unreadable):
            yield number, line
            continue
        if not line.strip():
            continue
        if len(line) > _MOST_CELLS and line.count(delimiter) > _MOST_CELLS:
            yield number, Unreadable("too-many-columns", limit=_MOST_CELLS)
            continue
        row = _quoteless(line, width) if delimiter == "\t" else None
        result = row or _row(number, line, source, delimiter)
        if isinstance(result, list):
            width = width or len(result)
        yield number, result


def _at_returns(lines: Iterator[str | Unreadable]) -> Iterator[str | Unreadable]:
    """The lines, parted also where only a carriage return ends one, as in tables of old Macs."""
    for line in lines:
        if isinstance(line, str) and "\r" in line[:-2]:
            yield from _RETURN.split(line)
        else:
            yield line


class _Lines:
    """Lines with look-ahead."""

    def __init__(self, lines: Iterator[str | Unreadable]) -> None:
        self._lines = lines
        self._back: deque[str | Unreadable] = deque()
        self._number = 0

    def look(self) -> str:
        """The next line, without consuming it; "" at the end."""
        _, line = self.take()
        if line is not None:
            self.give_back([line])
        return line if isinstance(line, str) else ""

    def take(self) -> tuple[int, str | Unreadable | None]:
        """The next line and its number from 1."""
        line = self._back.popleft() if self._back else next(self._lines, None)
        self._number += line is not None
        return self._number, line

    def give_back(self, lines: list[str | Unreadable]) -> None:
        """Put lines back."""
        self._back.extendleft(reversed(lines))
        self._number -= len(lines)


def _quoteless(line: str, width: int) -> list[str] | None:
    """The cells of a line separated by tabs if it is a whole row, else None."""
    cells = line.rstrip("\r\n").split("\t")
    if width and len(cells) != width:
        return None
    if any(cell.startswith('"') and cell.count('"') % 2 for cell in cells):
        return None
    return [
        cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell
        for cell in cells
    ]


def _row(number: int, line: str, source: _Lines, delimiter: str) -> list[str] | Unreadable:
    """The row that begins with ``line`` and may take further lines."""
    taken: list[str | Unreadable] = []
    size = len(line)

    def more() -> Iterator[str]:
        nonlocal size
        yield line.replace("\0", "\ufffd")
        while size <= _LONGEST_FIELD:
            _, following = source.take()
            if following is None:
                return
            taken.append(following)
            if isinstance(following, Unreadable):
                return
            size += len(following)
            yield following.replace("\0", "\ufffd")

    usual = csv.field_size_limit(2 * _LONGEST_FIELD + size)
    try:
        row = next(csv.reader(more(), delimiter=delimiter), [])
    except csv.Error as error:
        source.give_back(taken)
        return Unreadable("broken-row", error=str(error))
    finally:
        csv.field_size_limit(usual)
    quotes = line.count('"') + sum(each.count('"') for each in taken if isinstance(each, str))
    if taken and quotes % 2:
        source.give_back(taken)
        return Unreadable("open-quotation")
    return row
