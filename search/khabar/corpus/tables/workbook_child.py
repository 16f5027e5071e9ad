"""Reads a workbook row by row, in a process of its own: see :mod:`khabar.corpus.confined`.

python-calamine makes the whole rectangle that the cells of a sheet span, so two cells in far corners ask for
512 GiB; when memory fails, its process ends without an exception. So it runs here, with limits.
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
_PIECE = 1 << 16


class _TooMany(Exception):
    """The cells of a sheet span too much, or its parts unpack to too much."""


class _Span:
    """The last row and column of a sheet that hold something, found while its XML is read."""

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
            # A cell with nothing in it has only a colour or a border, often to the end of the sheet.
            found = _REFERENCE.fullmatch(self._cell)
            self._cell = ""
            if found:
                column = 0
                for letter in found[1]:
                    column = 26 * column + ord(letter) - 64
                self.row, self.column = max(self.row, int(found[2])), max(self.column, column)


def _check(data: bytes, most_unpacked: int, most_cells: int) -> None:
    """Look into the archive that a workbook is, before the sheets are built.

    Raises:
        _TooMany: with what there is too much of.
    """
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        # Older spreadsheets are no archives; what is damaged, calamine says.
        return
    with packed:
        if sum(member.file_size for member in packed.infolist()) > most_unpacked:
            raise _TooMany("unpacked")
        cells = 0
        for member in packed.infolist():
            if "worksheets/" not in member.filename or not member.filename.endswith(".xml"):
                continue
            span = _Span()
            with packed.open(member) as part:
                while piece := part.read(_PIECE):
                    span.feed(piece, False)
                    if cells + span.cells > most_cells:
                        raise _TooMany("cells")
            cells += span.cells


def _written(cell: object) -> str:
    """A cell as it is looked for: a whole number without «.0», a day without its midnight."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def answers(source: IO[bytes], asked: tuple[int, int, str | None]) -> Iterator[Any]:
    """What is in a workbook.

    Args:
        source: the workbook.
        asked: bytes that its parts may unpack to, cells that its sheets may span, and the name of the one
            sheet that is read: "" for the first, None for all.

    Yields:
        ``sheets`` with the names of all; then the rows with something in them, each as the name of its sheet,
        its number and its cells; then, if one sheet was asked for, ``others``: the names of the others that
        hold something. Or at last ``refused``, with what there is too much of.
    """
    from python_calamine import CalamineWorkbook

    data = source.read()
    most_unpacked, most_cells, only = asked
    try:
        _check(data, most_unpacked, most_cells)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names
        yield {"sheets": names}
        read = (
            names if only is None else names[:1] if only == "" else [each for each in names if each == only]
        )
        for name in read:
            cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            # Of what is no .xlsx they are known only now: a row of an .ods may say that it stands many times.
            most_cells -= sum(map(len, cells))
            if most_cells < 0:
                raise _TooMany("cells")
            for number, row in enumerate(cells, 1):
                if any(cell != "" for cell in row):
                    yield [name, number, [_written(cell) for cell in row]]
        if only is not None:
            others = (each for each in names if each not in read)
            yield {"others": [each for each in others if workbook.get_sheet_by_name(each).height]}
    except _TooMany as error:
        yield {"refused": str(error)}
