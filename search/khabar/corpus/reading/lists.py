"""Lists of names or queries: the lines of a text, or a column of a table or spreadsheet.

Encoding and delimiter are detected as for articles (:mod:`khabar.corpus.pieces.encoding`,
:mod:`khabar.corpus.tables.delimited`). Spreadsheets (.xlsx, .xls, .xlsb, .ods) need the extra ``xlsx``
(:mod:`khabar.corpus.tables.workbooks`).

A column is chosen by its name or number. By default it is the first whose name has a usual word (``name``,
«الاسم الكامل» …), else the first whose cells are mostly words. A row is the header if it has the requested
name, or such a usual word; rows above it, such as a title, are left out.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from os import PathLike, fspath
from pathlib import Path

import msgspec
from msgspec.structs import replace

from khabar.analysis import tokenizer
from khabar.analysis.fold import fold
from khabar.arguments import folder, optional, positive, takes, text
from khabar.corpus.pieces.encoding import decode
from khabar.corpus.reasons import Reason
from khabar.corpus.report import Unreadable
from khabar.corpus.tables.delimited import rows
from khabar.corpus.tables.workbooks import FILE, UPLOAD, WorkbookLimits, read_sheet
from khabar.errors import InvalidArgument, SourceError
from khabar.serialize import Sequenced, Serializable

__all__ = ["LineList", "read_list", "read_upload"]

_TABLES = (".csv", ".tsv", ".tab")
_SHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
#: Maximum size of a list, in bytes.
_MOST = 64 << 20
#: Number of rows among which the header is searched.
_HEADER_ROWS = 10
#: Number of rows by which a column of words is recognised.
_SAMPLE_ROWS = 50
#: Usual words in the name of a column of names or queries, folded.
_USUAL = frozenset(
    fold(word)
    for word in (
        *("name", "names", "fullname", "person", "keyword", "keywords", "query", "term", "phrase"),
        *("الاسم", "اسم", "الأسماء", "أسماء", "الكلمة", "كلمة", "الكلمات", "الشخص", "العبارة", "الاستعلام"),
    )
)

#: The number of a row, and its cells.
Cells = tuple[int, Sequence[str]]


class LineList(Sequenced[str], Serializable, msgspec.Struct, frozen=True):
    """The lines of a list.

    Attributes:
        lines: the lines as in the file, blank ones too, without line ends.
        numbers: the number of each line or row in the file, from 1.
        column: the name of the column, or its number if it has no name; "" for a text.
        columns: the names of all columns, if a row names them; else empty.
        encoding: encoding of a text or table; "" for a spreadsheet.
        guessed: whether the encoding is a guess.
        skipped: rows that could not be read, each with its number and the reason.
        above: number of rows above the header, such as a title; they are left out.
        sheets: the other sheets of a spreadsheet that are not empty; they were not read.
    """

    lines: tuple[str, ...]
    numbers: tuple[int, ...]
    column: str = ""
    columns: tuple[str, ...] = ()
    encoding: str = ""
    guessed: bool = False
    skipped: tuple[tuple[int, Reason], ...] = ()
    above: int = 0
    sheets: tuple[str, ...] = ()

    def _listed(self) -> tuple[str, ...]:
        return self.lines


def _source(name: str, value: object) -> object:
    """Check an argument that is a path, or the content of a file."""
    return value if isinstance(value, bytes) else folder(name, value)


def _column_named(name: str, value: object) -> object:
    """Check an argument that is the name or the number of a column."""
    return value if isinstance(value, str) else positive(name, value)


@takes(source=_source, column=optional(_column_named), name=text, sheet=text)
def read_list(
    source: str | PathLike[str] | bytes, *, column: str | int | None = None, name: str = "", sheet: str = ""
) -> LineList:
    """Read a list: the lines of a text, or a column of a CSV or TSV table or of a spreadsheet.

    Args:
        source: a file, whose suffix tells its format; ``-`` for standard input; or the content itself.
        column: the name of the column, or its number from 1. Default: the first with a usual name, such as
            ``name``, else the first column of words.
        name: a file name that tells the format of standard input or content, such as ``names.csv``.
        sheet: the name of the sheet of a spreadsheet. Default: the first.

    Raises:
        SourceError: the list cannot be read.
        InvalidArgument: there is no such column or sheet.
        MissingDependency: the list is a spreadsheet, and python-calamine is not installed.
    """
    data, name = _data(source, name)
    return _listed(data, name, column, sheet, FILE)


def read_upload(data: bytes, name: str) -> LineList:
    """Read a list that was uploaded to a server: as :func:`read_list`, with lower limits for spreadsheets.

    Args:
        data: the content.
        name: the file name, which tells the format.

    Raises:
        SourceError, MissingDependency: as :func:`read_list`.
    """
    return _listed(data, name, None, "", UPLOAD)


def _listed(data: bytes, name: str, column: str | int | None, sheet: str, limits: WorkbookLimits) -> LineList:
    """The list in the content of a file."""
    suffix = Path(name).suffix.lower()
    if suffix in _SHEETS:
        read = read_sheet(data, name, sheet, limits)
        return replace(_column(read.rows, column), sheets=read.others)
    if sheet:
        raise InvalidArgument("sheet", sheet, "only a spreadsheet has sheets")
    try:
        decoded = decode(data)
    except Unreadable as error:
        raise SourceError(f"{name or '-'}: {error.reason}") from None
    content = decoded.text.removeprefix("\ufeff")
    if suffix in _TABLES or (column is not None and not suffix):
        table: list[Cells] = []
        skipped: list[tuple[int, Reason]] = []
        for number, row in rows(iter(content.splitlines(keepends=True)), tabs=suffix in (".tsv", ".tab")):
            if isinstance(row, Unreadable):
                skipped.append((number, row.reason))
            else:
                table.append((number, row))
        return replace(
            _column(table, column),
            encoding=decoded.encoding,
            guessed=decoded.guessed,
            skipped=tuple(skipped),
        )
    if column is not None:
        raise InvalidArgument("column", column, "a text has no columns; only a table (.csv, .tsv, .xlsx) has")
    lines = (
        tuple(line.removesuffix("\r") for line in content.removesuffix("\n").split("\n")) if content else ()
    )
    return LineList(
        lines, tuple(range(1, len(lines) + 1)), encoding=decoded.encoding, guessed=decoded.guessed
    )


def _data(source: str | PathLike[str] | bytes, name: str) -> tuple[bytes, str]:
    """The content, and the name that tells its format."""
    if isinstance(source, bytes):
        data = source
    elif fspath(source) == "-":
        data = sys.stdin.buffer.read(_MOST + 1)
    else:
        path = Path(source)
        name = name or path.name
        try:
            with path.open("rb") as file:
                data = file.read(_MOST + 1)
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror}") from error
    if len(data) > _MOST:
        raise SourceError(f"{name or '-'}: it has more than {_MOST >> 20} MiB")
    return data, name


def _column(table: Sequence[Cells], column: str | int | None) -> LineList:
    """A column of a table, as a list."""
    first_rows = [[cell.strip() for cell in row] for _, row in table[:_HEADER_ROWS]]
    above, index, has_header = _place(first_rows, column)
    if column is None and not has_header:
        index = _words_column([row for _, row in table[:_SAMPLE_ROWS]])
    header = first_rows[above] if has_header else []
    body = table[above + has_header :]
    return LineList(
        tuple(row[index] if index < len(row) else "" for _, row in body),
        tuple(number for number, _ in body),
        header[index] if has_header else str(index + 1),
        tuple(header),
        above=above,
    )


def _place(rows: Sequence[Sequence[str]], column: str | int | None) -> tuple[int, int, bool]:
    """The number of rows above the header, the index of the column, and whether there is a header."""
    choice = "" if column is None else str(column).strip()
    widest = max(map(len, rows), default=1)
    for above, row in enumerate(rows):
        folded = [_folded(cell) for cell in row]
        named = [index for index, cell in enumerate(folded) if cell and cell == _folded(choice)]
        usual = [index for index, cell in enumerate(folded) if _USUAL.intersection(cell.split())]
        if named:
            return above, named[0], True
        # A title above a table fills only one cell.
        if usual and (widest == 1 or sum(map(bool, row)) > 1):
            if column is None:
                return above, usual[0], True
            if choice.isdecimal() and 0 < int(choice) <= len(row):
                return above, int(choice) - 1, True
    if column is None:
        return 0, 0, False
    if not choice.isdecimal():
        names = ", ".join(cell for row in rows[:3] for cell in row if cell)[:200]
        raise InvalidArgument("column", column, f"there is no column of this name; there are: {names}")
    if not 0 < int(choice) <= widest:
        raise InvalidArgument("column", column, f"the table has {widest} columns")
    return 0, int(choice) - 1, False


def _folded(cell: str) -> str:
    """The words of a heading, folded, without punctuation."""
    return " ".join(filter(None, map(fold, tokenizer.words(cell.replace("_", " ")))))


def _words_column(rows: Sequence[Sequence[str]]) -> int:
    """The index of the first column most of whose cells have letters; 0 if there is none."""
    for index in range(max(map(len, rows), default=0)):
        cells = [row[index] for row in rows if index < len(row) and row[index].strip()]
        if cells and 2 * sum(any(map(str.isalpha, cell)) for cell in cells) > len(cells):
            return index
    return 0
