"""Read a workbook row by row, in a process of its own: see :mod:`khabar.corpus.confined`.

python-calamine allocates the whole rectangle that the cells of a sheet span, so two cells in opposite corners
take 512 GiB; if memory runs out, its process ends without an exception. So it runs here, with limits.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any
from xml.parsers import expat

__all__ = ["answers"]

_REFERENCE = re.compile(r"([A-Z]{1,7})([0-9]{1,10})")
_CHUNK = 1 << 16


class _TooMany(Exception):
    """The cells of the sheets, or the unpacked parts, exceed a limit."""


class _Span:
    """The last row and column of a sheet that are not empty, found while its XML is read."""

    def __init__(self) -> None:
        self.row = self.column = 0
        self._cell = ""
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.StartElementHandler = self._start

    @property
    def cells(self) -> int:
        return self.row * self.column

    def feed(self, data: bytes, last: bool) -> None:
        self._parser.Parse(data, last)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self._cell = attributes.get("r", "")
        elif local in ("v", "is", "f") and self._cell:
            # An empty cell has only a colour or a border, often up to the end of the sheet.
            reference = _REFERENCE.fullmatch(self._cell)
            self._cell = ""
            if reference:
                column = 0
                for letter in reference[1]:
                    column = 26 * column + ord(letter) - 64
                self.row, self.column = max(self.row, int(reference[2])), max(self.column, column)


def _check(data: bytes, most_unpacked: int, most_cells: int) -> None:
    """Check the limits in the zip file of a workbook, before its sheets are built.

    Raises:
        _TooMany: a limit is exceeded; the exception names it.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        # Older spreadsheets are not zip files; calamine reports damage.
        return
    with archive:
        if sum(member.file_size for member in archive.infolist()) > most_unpacked:
            raise _TooMany("unpacked")
        cells = 0
        for member in archive.infolist():
            if "worksheets/" not in member.filename or not member.filename.endswith(".xml"):
                continue
            span = _Span()
            with archive.open(member) as part:
                while chunk := part.read(_CHUNK):
                    span.feed(chunk, False)
                    if cells + span.cells > most_cells:
                        raise _TooMany("cells")
            cells += span.cells


def _text(cell: object) -> str:
    """The text of a cell: a whole number without «.0», a day without midnight."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def answers(source: IO[bytes], asked: tuple[int, int, str | None]) -> Iterator[Any]:
    """Read a workbook.

    Args:
        source: the workbook.
        asked: the maximum number of unpacked bytes, the maximum number of cells that the sheets span, and the
            name of the sheet to read: "" for the first, None for all.

    Yields:
        First ``{"sheets": names of all sheets}``; then the rows that are not empty, each as the name of its
        sheet, its number and its cells; then, if one sheet was requested, ``{"others": names of the other
        sheets that are not empty}``. If a limit is exceeded, at last ``{"refused": the limit}``.
    """
    from python_calamine import CalamineWorkbook

    data = source.read()
    most_unpacked, most_cells, only = asked
    try:
        _check(data, most_unpacked, most_cells)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names
        yield {"sheets": names}
        chosen = names[:1] if only == "" else [name for name in names if only in (name, None)]
        for name in chosen:
            cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            # Other formats than .xlsx are only checked now: in an .ods, a row may be repeated many times.
            most_cells -= sum(map(len, cells))
            if most_cells < 0:
                raise _TooMany("cells")
            for number, row in enumerate(cells, 1):
                if any(cell != "" for cell in row):
                    yield [name, number, [_text(cell) for cell in row]]
        if only is not None:
            others = (name for name in names if name not in chosen)
            yield {"others": [name for name in others if workbook.get_sheet_by_name(name).height]}
    except _TooMany as error:
        yield {"refused": str(error)}
