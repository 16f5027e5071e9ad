"""Lists: the lines of a text, or a column of a table or spreadsheet, to be looked for one by one.

Encoding and delimiter are found as for articles (:mod:`khabar.corpus.pieces.encoding`,
:mod:`khabar.corpus.tables.delimited`). Spreadsheets (.xlsx, .xls, .xlsb, .ods) need the extra ``xlsx``
(:mod:`khabar.corpus.tables.workbooks`).

Which column is meant is said by its name or number. Without that it is the first with a usual word in its
name (``name``, «الاسم الكامل» …), else the first whose cells are words. A row counts as the one of the names
if the column is asked for by a name that stands there, or if it has such a usual word; rows above it, such as
a title, are left out.
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
#: Bytes of a list.
_MOST = 64 << 20
#: Rows among which the names of the columns may stand, and by which a column of words is told.
_ABOVE, _LOOKED_AT = 10, 50
#: Usual words in names of a column that is looked for, folded.
_USUAL = frozenset(
    fold(word)
    for word in (
        *("name", "names", "fullname", "person", "keyword", "keywords", "query", "term", "phrase"),
        *("الاسم", "اسم", "الأسماء", "أسماء", "الكلمة", "كلمة", "الكلمات", "الشخص", "العبارة", "الاستعلام"),
    )
)

Cells = tuple[int, Sequence[str]]


class LineList(Sequenced[str], Serializable, msgspec.Struct, frozen=True):
    """The lines of a list.

    Attributes:
        lines: each as in the file, without its line end; blank ones too.
        numbers: of each the number of its line or row in the file, from 1.
        column: the name of the column, or its number if it has no name; "" for a text.
        columns: the names of all columns, if the first row names them; else empty.
        encoding: of a text or table; "" for a spreadsheet.
        guessed: whether the encoding is a guess.
        skipped: rows that could not be read, each with its number and the reason.
        above: number of rows above the one that names the columns, such as a title; they are left out.
        sheets: the other sheets of a spreadsheet that hold something; they were not read.
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
    """A path, or the content of a file."""
    return value if isinstance(value, bytes) else folder(name, value)


def _column_named(name: str, value: object) -> object:
    """The name or the number of a column."""
    return value if isinstance(value, str) else positive(name, value)


@takes(source=_source, column=optional(_column_named), name=text, sheet=text)
def read_list(
    source: str | PathLike[str] | bytes, *, column: str | int | None = None, name: str = "", sheet: str = ""
) -> LineList:
    """Read a list: the lines of a text, or a column of a CSV or TSV table or of a spreadsheet.

    Args:
        source: a file, by whose suffix its kind is known; ``-`` for standard input; or the content itself.
        column: the name of the column, or its number from 1; see the module.
        name: the file name that gives the format if the data are not from a file, such as ``names.csv``.
        sheet: the sheet of a spreadsheet, by its name. Default: the first.

    Raises:
        SourceError: if it cannot be read.
        InvalidArgument: if there is no such column or sheet.
        MissingDependency: if it is a spreadsheet, and python-calamine is not installed.
    """
    data, name = _data(source, name)
    return _listed(data, name, column, sheet, FILE)


def read_upload(data: bytes, name: str) -> LineList:
    """Read a list that somebody sent to a server: as :func:`read_list`, with lower limits for spreadsheets.

    Args:
        data: the content.
        name: the file name, which tells the kind.

    Raises:
        SourceError, MissingDependency: as :func:`read_list`.
    """
    return _listed(data, name, None, "", UPLOAD)


def _listed(data: bytes, name: str, column: str | int | None, sheet: str, limits: WorkbookLimits) -> LineList:
    """The lines of what was read."""
    suffix = Path(name).suffix.lower()
    if suffix in _SHEETS:
        read = read_sheet(data, name, sheet, limits)
        return replace(_column(read.rows, column, "", False, ()), sheets=read.others)
    if sheet:
        raise InvalidArgument("sheet", sheet, "only a spreadsheet has sheets")
    try:
        decoded = decode(data)
    except Unreadable as error:
        raise SourceError(f"{name or '-'}: {error.reason}") from None
    content = decoded.text.removeprefix("\ufeff")
    if suffix in _TABLES or (column is not None and not suffix):
        found: list[Cells] = []
        skipped: list[tuple[int, Reason]] = []
        for number, row in rows(iter(content.splitlines(keepends=True)), tabs=suffix in (".tsv", ".tab")):
            if isinstance(row, Unreadable):
                skipped.append((number, row.reason))
            else:
                found.append((number, row))
        return _column(found, column, decoded.encoding, decoded.guessed, tuple(skipped))
    if column is not None:
        raise InvalidArgument("column", column, "a text has no columns; only a table (.csv, .tsv, .xlsx) has")
    lines = (
        tuple(line.removesuffix("\r") for line in content.removesuffix("\n").split("\n")) if content else ()
    )
    return LineList(
        lines, tuple(range(1, len(lines) + 1)), encoding=decoded.encoding, guessed=decoded.guessed
    )


def _data(source: str | PathLike[str] | bytes, name: str) -> tuple[bytes, str]:
    """The content, and the name that tells its kind."""
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


def _column(
    found: Sequence[Cells],
    column: str | int | None,
    encoding: str,
    guessed: bool,
    skipped: tuple[tuple[int, Reason], ...],
) -> LineList:
    """A column of a table."""
    above, place, headed = _place([[cell.strip() for cell in row] for _, row in found[:_ABOVE]], column)
    head = [cell.strip() for cell in found[above][1]] if found else []
    if column is None and not headed:
        place = _worded([row for _, row in found[:_LOOKED_AT]])
    body = found[above + headed :]
    return LineList(
        tuple(row[place] if place < len(row) else "" for _, row in body),
        tuple(number for number, _ in body),
        head[place] if headed else str(place + 1),
        tuple(head) if headed else (),
        encoding,
        guessed,
        skipped,
        above,
    )


def _place(rows: Sequence[Sequence[str]], column: str | int | None) -> tuple[int, int, bool]:
    """How many rows stand above the one that names the columns, where the column is, from 0, and whether a
    row names it."""
    choice = "" if column is None else str(column).strip()
    widest = max(map(len, rows), default=1)
    for above, row in enumerate(rows):
        folded = [_folded(cell) for cell in row]
        named = [place for place, cell in enumerate(folded) if cell and cell == _folded(choice)]
        usual = [place for place, cell in enumerate(folded) if _USUAL.intersection(cell.split())]
        if named:
            return above, named[0], True
        # A title above a table fills one cell of it.
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
    """A heading without regard to its spelling and signs."""
    return " ".join(filter(None, map(fold, tokenizer.words(cell.replace("_", " ")))))


def _worded(rows: Sequence[Sequence[str]]) -> int:
    """The first column most of whose cells have letters; 0 if there is none."""
    for place in range(max(map(len, rows), default=0)):
        cells = [row[place] for row in rows if place < len(row) and row[place].strip()]
        if cells and 2 * sum(any(map(str.isalpha, cell)) for cell in cells) > len(cells):
            return place
    return 0
