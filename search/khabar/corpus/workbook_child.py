"""Reads a workbook in a separate process; run as a script by :mod:`khabar.corpus.workbooks`.

python-calamine makes the whole rectangle that the cells of a sheet span, so two cells in far corners ask for
512 GiB; when memory fails, its process ends without an exception. So it runs here, with limits.

Standard input is the workbook, standard output a JSON object: ``names`` of the sheets, ``others`` that hold
something, and ``rows``, each a number and its cells; or ``refused``, with a ``detail``. Imports nothing of
khabar, so that it starts fast. `answers` gives all sheets row by row, in a process of
`khabar.corpus.confined`.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any
from xml.parsers import expat

__all__ = ["answer", "answers"]

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


def answer(data: bytes, sheet: str, most_unpacked: int, most_cells: int) -> dict[str, Any]:
    """What is in a workbook; see the module.

    Args:
        data: the workbook.
        sheet: the name of the sheet that is read; "" for the first.
        most_unpacked: bytes of its unpacked parts.
        most_cells: cells that its sheets span.
    """
    from python_calamine import CalamineWorkbook

    try:
        _check(data, most_unpacked, most_cells)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names
        read = sheet or (names[0] if names else "")
        if read not in names:
            return {"names": names, "others": [], "rows": []}
        cells = workbook.get_sheet_by_name(read).to_python(skip_empty_area=False)
        # Of what is no .xlsx they are known only now: a row of an .ods may say that it stands many times.
        if sum(map(len, cells)) > most_cells:
            raise _TooMany("cells")
        rows = [
            (number, [_written(cell) for cell in row])
            for number, row in enumerate(cells, 1)
            if any(cell != "" for cell in row)
        ]
        others = [each for each in names if each != read and workbook.get_sheet_by_name(each).height]
    except _TooMany as error:
        return {"refused": str(error), "detail": ""}
    except MemoryError:
        return {"refused": "memory", "detail": ""}
    except BaseException as error:
        # The package has no common class of errors that all of its versions export, and panics are no
        # Exception.
        return {"refused": "unreadable", "detail": " ".join(str(error).split())[:200]}
    return {"names": names, "others": others, "rows": rows}


def answers(source: IO[bytes], asked: Sequence[int]) -> Iterator[Any]:
    """The names of the sheets, and then the rows of all, for `khabar.corpus.confined`: each as the name of
    its sheet, its number and its cells; at last what is refused, as of `answer`, if anything is.

    Args:
        source: the workbook.
        asked: bytes that its parts may unpack to, and cells that its sheets may span.
    """
    from python_calamine import CalamineWorkbook

    data = source.read()
    most_unpacked, most_cells = asked
    try:
        _check(data, most_unpacked, most_cells)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        yield {"sheets": workbook.sheet_names}
        for name in workbook.sheet_names:
            cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            most_cells -= sum(map(len, cells))
            if most_cells < 0:
                raise _TooMany("cells")
            for number, row in enumerate(cells, 1):
                if any(cell != "" for cell in row):
                    yield [name, number, [_written(cell) for cell in row]]
    except _TooMany as error:
        yield {"refused": str(error)}


def _limit(memory: int) -> None:
    """Let no more memory be had. Windows has no such limit: there only the time ends the process."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, memory)):
        try:
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
        except (OSError, ValueError):
            # A stricter limit is set already, or the system knows none.
            continue


def _main() -> None:
    sheet, memory, most_unpacked, most_cells = json.loads(sys.argv[1])
    _limit(memory)
    found = answer(sys.stdin.buffer.read(), sheet, most_unpacked, most_cells)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _main()
