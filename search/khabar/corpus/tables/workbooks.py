"""Spreadsheets (.xlsx, .xls, .xlsb, .ods), read by python-calamine in a separate process.

A small workbook may ask for any amount of memory, and then ends the process that reads it
(:mod:`khabar.corpus.tables.workbook_child`). That process is not this one, and has limits.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import IO, Any

import msgspec

from khabar.corpus.confined import Confines, Ended, answers
from khabar.corpus.limits import ReadLimits
from khabar.errors import InvalidArgument, MissingDependency, SourceError

__all__ = ["CHILD", "FILE", "UPLOAD", "Sheet", "WorkbookLimits", "most_unpacked", "read_sheet"]

CHILD = "khabar.corpus.tables.workbook_child"

_MEBIBYTE = 1 << 20
#: Every workbook may unpack to so many bytes; beyond that the ratio counts, as for archives of articles.
_SMALL = 16 * _MEBIBYTE


class WorkbookLimits(msgspec.Struct, frozen=True):
    """The most that is read of a workbook.

    Attributes:
        unpacked: bytes of its unpacked parts. (Less if that is more than ``ReadLimits.ratio`` for each of its
            own bytes.)
        cells: cells that its sheets span, empty ones between them too.
        memory: bytes of memory of the process that reads it, where the system can limit that.
        seconds: time that reading takes.
    """

    unpacked: int
    cells: int
    memory: int
    seconds: int


#: A file of the one who calls. Five million cells take about a gigabyte.
FILE = WorkbookLimits(512 * _MEBIBYTE, 5_000_000, 4096 * _MEBIBYTE, 300)
#: A file that somebody sends to a server, which has others to answer.
UPLOAD = WorkbookLimits(64 * _MEBIBYTE, 500_000, 768 * _MEBIBYTE, 15)


class Sheet(msgspec.Struct, frozen=True):
    """A sheet of a workbook.

    Attributes:
        rows: those with something in them: the number of each, from 1, and its cells.
        others: names of the other sheets that hold something.
    """

    rows: list[tuple[int, list[str]]]
    others: tuple[str, ...]


def read_sheet(data: bytes, name: str, sheet: str, limits: WorkbookLimits) -> Sheet:
    """Read a sheet.

    Args:
        data: the workbook.
        name: of its file, for messages.
        sheet: the name of the sheet; "" for the first.
        limits: the most that is read.

    Raises:
        SourceError: if it is not a workbook, or is more than the limits.
        InvalidArgument: if there is no such sheet.
        MissingDependency: if python-calamine is not installed.
    """
    if find_spec("python_calamine") is None:
        raise MissingDependency("reading spreadsheets needs python-calamine: pip install 'khabar[xlsx]'")
    most = most_unpacked(len(data), limits, ReadLimits().ratio)
    rows: list[tuple[int, list[str]]] = []
    others: list[str] = []
    try:
        with _file_of(data, name) as file:
            for said in _within(limits, file, (most, limits.cells, sheet)):
                match said:
                    case [_, number, cells]:
                        rows.append((number, cells))
                    case {"sheets": names}:
                        if sheet and sheet not in names:
                            missing = f"there is no such sheet; there are: {', '.join(names)}"
                            raise InvalidArgument("sheet", sheet, missing)
                    case {"others": others}:
                        pass
                    case {"refused": what}:
                        raise SourceError(_refused(name, what, most, limits))
    except Ended as end:
        raise SourceError(_ended(name, end, limits)) from None
    return Sheet(rows, tuple(others))


def most_unpacked(size: int, limits: WorkbookLimits, ratio: int) -> int:
    """The bytes that the parts of a workbook of so many bytes may unpack to."""
    return min(limits.unpacked, max(_SMALL, ratio * size))


def _within(limits: WorkbookLimits, file: IO[bytes], asked: object) -> Iterator[Any]:
    """What the child answers, in the time that all of it may take."""
    end = time.monotonic() + limits.seconds
    for said in answers(CHILD, asked, file, Confines(limits.memory, limits.seconds)):
        yield said
        if time.monotonic() > end:
            raise Ended("time")


@contextmanager
def _file_of(data: bytes, name: str) -> Iterator[IO[bytes]]:
    """The same as a file of the system, which the child gets.

    Raises:
        SourceError: the system refuses one.
    """
    from tempfile import TemporaryFile

    with ExitStack() as opened:
        try:
            file = opened.enter_context(TemporaryFile())
            file.write(data)
            file.flush()
        except OSError as error:
            raise SourceError(
                f"{name}: it cannot be copied for the process that reads it ({error})"
            ) from error
        yield file


def _refused(name: str, what: str, most: int, limits: WorkbookLimits) -> str:
    if what == "cells":
        return (
            f"{name}: its cells span more than {limits.cells} cells; save the column as CSV, or remove "
            "cells far from the table"
        )
    return f"{name}: it unpacks to more than {most >> 20} MiB, the limit for its size; save the column as CSV"


def _ended(name: str, end: Ended, limits: WorkbookLimits) -> str:
    if end.kind == "error":
        return f"{name}: it is not a readable spreadsheet ({end.detail})"
    if end.kind == "start":
        return f"{name}: the process that reads it could not be started ({end.detail})"
    if end.kind == "time":
        return f"{name}: reading it takes more than {limits.seconds} seconds; save the column as CSV"
    # It ended where it stood: that is what becomes of calamine without memory.
    return f"{name}: reading it takes more than {limits.memory >> 20} MiB of memory; save the column as CSV"
