"""Read CSV and TSV: a row is a record, and the first row names the columns.

Columns have the same names as JSON fields, and are mapped by ``fields`` alike. A column can also be mapped by
its number, counted from 1. Then the first row may be an article too: its cells show whether it names the
columns, and a note says if it was taken for names. The delimiter is given by a first line ``sep=;``, as Excel
writes it, or detected in the first row: a comma, semicolon, tab or bar. In a file with tabs, a quotation mark
is an ordinary character unless the row makes sense only otherwise, because headlines begin with one.

A quotation mark that is never closed would turn the rest of the file into one field. Such a row is reported,
and the reading continues with its second line.
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
_ESCAPED = re.compile(r'(?<!\\)((?:\\\\)*)\\"')
_GUARDED = re.compile(r"'[=+\-@\t\r]")
"""An apostrophe before a cell that a spreadsheet would read as a formula."""
_RETURN = re.compile(r"(?<=\r)(?!\n|\Z)")
_LONGEST_FIELD = 1 << 24
"""Maximum number of characters of a field."""
_MOST_CELLS = 100_000
"""Maximum number of cells of a line: news has a comma in a hundred characters, and an article at most two
million characters."""
_MOST_ABOVE = 20
"""Maximum number of rows above the header."""
_TOO_MANY = 1000
"""After this many consecutive unreadable rows the rest is not read: the file is no table."""
_FITS = 2
"""The best result of :func:`_fit`."""
_LONGEST_NAME = 40
"""Maximum number of characters of the name of a column."""
_NUMBER = re.compile("0|[1-9][0-9]{0,8}")
"""The number of a column."""
_IS_NO_NAME = re.compile(r"\W*\d|.*://|.*[.؟?!…]\s*$", re.S)
"""A cell that is not the name of a column: a number or date, an address, a sentence."""

Row = tuple[int, list[str] | Unreadable]
"""The number of the first line of a row, and its cells or the reason why it cannot be read."""


def read_table(content: Content) -> Iterator[Found]:
    """Read the articles in a table, numbered by the first lines of their rows."""
    table = rows(content.lines(), tabs=content.name.lower().endswith((".tsv", ".tab")))
    line, first = next(table, (0, Unreadable("no-row")))
    if isinstance(first, Unreadable):
        raise first
    numbers = _numbers(first, content.fields)
    notes: tuple[Reason, ...] = ()
    if numbers:
        names = _names(first)
        if _names_columns(names):
            notes = (Reason.of("first-row-names", columns=short_text(", ".join(names))),)
        else:
            table = chain([(line, first)], table)
            names = []
        columns = [
            str(number) if number in numbers or not names else names[number - 1]
            for number in range(1, len(first) + 1)
        ]
    else:
        names = columns = _header(first, table, content.fields)
    records = Records(content.fields, content.mapped, content.dates)
    in_a_row = 0
    for number, row in table:
        if isinstance(row, list) and names and _names(row[:1]) == names[:1] and _names(row) == names:
            continue  # the header of another table that was appended
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
    """The numbers of columns that fields are mapped to. A number that is the name of a column is not one.

    Args:
        first: the cells of the first row.
        fields: the column of each field, as named by the user.

    Raises:
        Unreadable: the table has fewer columns.
    """
    names = frozenset(_names(first))
    numbers = [key for key in fields.values() if _NUMBER.fullmatch(key) and key not in names]
    for number in numbers:
        if not 0 < int(number) <= len(first):
            raise Unreadable("no-such-column", number=number, columns=len(first))
    return frozenset(map(int, numbers))


def _names_columns(cells: list[str]) -> bool:
    """Whether a first row names the columns: its cells are usual names, or short, distinct, and neither
    numbers nor sentences."""
    if is_header(cells):
        return True
    return len(set(cells)) == len(cells) and all(
        0 < len(cell) <= _LONGEST_NAME and not _IS_NO_NAME.match(cell) for cell in cells
    )


def _header(first: list[str], table: Iterator[Row], fields: Mapping[str, str]) -> list[str]:
    """The names of the columns: in the first row, or in a later one below a title.

    Raises:
        Unreadable: no row names the columns of an article.
    """
    columns = _names(first)
    try:
        _check(columns, fields)
    except Unreadable:
        for _, row in islice(table, _MOST_ABOVE):
            if isinstance(row, list) and is_header(names := _names(row)):
                return names
        raise
    return columns


def _names(row: list[str]) -> list[str]:
    return [name.strip().strip("\ufeff") for name in row]


def _check(columns: list[str], fields: Mapping[str, str]) -> None:
    """Check that the first row names a title, a text, or another field of an article: then the text can be
    guessed.

    Raises:
        Unreadable: it does not.
    """
    empty = dict.fromkeys(columns, "")
    if any(name in fields and at_path(empty, fields[name]) == "" for name in ("title", "text", "paragraphs")):
        return
    if not places_of(tuple(columns), None):
        names = ", ".join(columns[:10])[:200]
        raise Unreadable("no-column", columns=names)


def _record(columns: list[str], row: list[str]) -> dict[str, object]:
    if len(row) > len(columns) and any(row[len(columns) :]):
        raise Unreadable("too-many-cells", cells=len(row), columns=len(columns))
    record: dict[str, object] = {}
    for number, (name, cell) in enumerate(zip(columns, row, strict=False), start=1):
        if _GUARDED.match(cell):
            cell = cell[1:]
        if not record.get(name):
            record[name] = cell
        elif cell and cell != record[name]:
            # A second column of the same name is an unknown field.
            record[f"{name} ({number})"] = cell
    return record


def rows(lines: Iterator[str | Unreadable], tabs: bool = False) -> Iterator[Row]:
    """The rows that are not empty, each with the number of its first line.

    Args:
        lines: the lines of the table.
        tabs: whether its cells are separated by tabs. Default: detected.
    """
    source = _Lines(_split_at_returns(lines))
    first = source.look().lstrip("\ufeff")
    if declared := _SEPARATOR.fullmatch(first.rstrip("\r\n")):
        delimiter = declared[1]
        source.take()
    else:
        tabs = tabs or is_header(first.split("\t"))
        delimiter = "\t" if tabs else max(_DELIMITERS, key=lambda sign: (first.count(sign), sign == ","))
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
        result = row or _row(line, source, delimiter, width)
        if isinstance(result, list):
            width = width or len(result)
        yield number, result


def _split_at_returns(lines: Iterator[str | Unreadable]) -> Iterator[str | Unreadable]:
    """The lines, also split at single carriage returns, as in tables of old Macs."""
    for line in lines:
        if isinstance(line, str) and "\r" in line[:-2]:
            yield from _RETURN.split(line)
        else:
            yield line


class _Lines:
    """Lines with look-ahead."""

    def __init__(self, lines: Iterator[str | Unreadable]) -> None:
        self._lines = lines
        self._returned: deque[str | Unreadable] = deque()
        self._number = 0

    def look(self) -> str:
        """The next line, without consuming it; "" at the end."""
        _, line = self.take()
        if line is not None:
            self.give_back([line])
        return line if isinstance(line, str) else ""

    def take(self) -> tuple[int, str | Unreadable | None]:
        """The next line and its number from 1."""
        line = self._returned.popleft() if self._returned else next(self._lines, None)
        self._number += line is not None
        return self._number, line

    def give_back(self, lines: list[str | Unreadable]) -> None:
        """Put lines back."""
        self._returned.extendleft(reversed(lines))
        self._number -= len(lines)


def _quoteless(line: str, width: int) -> list[str] | None:
    """The cells of a line with tabs, if it is a whole row; else None."""
    cells = line.rstrip("\r\n").split("\t")
    if width and len(cells) != width:
        return None
    if any(cell.startswith('"') and cell.count('"') % 2 for cell in cells):
        return None
    return [
        cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell
        for cell in cells
    ]


def _row(line: str, source: _Lines, delimiter: str, width: int) -> list[str] | Unreadable:
    """The row that begins with ``line`` and may continue on further lines.

    Args:
        line: its first line.
        source: the further lines.
        delimiter: what separates the cells.
        width: the number of cells of the first row; 0 for the first row itself.
    """
    row, taken = _cells(line, source, delimiter)
    if any(isinstance(part, str) and '\\"' in part for part in (line, *taken)):
        # By the standard a backslash is an ordinary character, and the quotation mark ends the field. Where
        # both readings are possible, the number of cells decides.
        source.give_back(taken)
        readings = []
        for strict, escaped in ((True, False), (False, True), (False, False)):
            row, taken = _cells(line, source, delimiter, strict=strict, escaped=escaped)
            source.give_back(taken)
            readings.append((row, taken))
            if _fit(row, width) == _FITS:
                break
        row, taken = max(readings, key=lambda reading: _fit(reading[0], width))
        for _ in taken:
            source.take()
    if isinstance(row, Unreadable):
        source.give_back(taken)
    return row


def _fit(row: list[str] | Unreadable, width: int) -> int:
    """How well a reading of a row fits: ``_FITS`` with as many cells as the first row, 0 if it failed."""
    if isinstance(row, Unreadable):
        return 0
    return _FITS if width in (0, len(row)) else 1


def _cells(
    line: str, source: _Lines, delimiter: str, *, strict: bool = False, escaped: bool = False
) -> tuple[list[str] | Unreadable, list[str | Unreadable]]:
    """The row that begins with ``line``, and the further lines that belong to it.

    Args:
        line, source, delimiter: as for :func:`_row`.
        strict: whether a quotation mark inside a field is an error.
        escaped: whether quotation marks in a field have a backslash before them, as MySQL and Spark write.
    """
    taken: list[str | Unreadable] = []
    size = len(line)

    def plain(text: str) -> str:
        text = text.replace("\0", "\ufffd")
        return _ESCAPED.sub(r'\1""', text) if escaped else text

    def more() -> Iterator[str]:
        nonlocal size
        yield plain(line)
        while size <= _LONGEST_FIELD:
            _, following = source.take()
            if following is None:
                return
            taken.append(following)
            if isinstance(following, Unreadable):
                return
            size += len(following)
            yield plain(following)

    previous_limit = csv.field_size_limit(2 * _LONGEST_FIELD + size)
    try:
        row = next(csv.reader(more(), delimiter=delimiter, strict=strict), [])
    except csv.Error as error:
        return Unreadable("broken-row", error=str(error)), taken
    finally:
        csv.field_size_limit(previous_limit)
    quotes = sum(plain(part).count('"') for part in (line, *taken) if isinstance(part, str))
    if taken and quotes % 2:
        return Unreadable("open-quotation"), taken
    return row, taken
