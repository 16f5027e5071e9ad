"""Read sheets of spreadsheets (.xlsx, .xls, .xlsb, .ods), with python-calamine in a separate process.

A small workbook may need any amount of memory, and so end the process that reads it. Therefore a child
process with limits reads it (:mod:`khabar.corpus.tables.workbook_child`).
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
#: Bytes that any workbook may unpack to; beyond that the ratio counts, as for archives of articles.
_SMALL = 16 * _MEBIBYTE


class WorkbookLimits(msgspec.Struct, frozen=True):
    """The most that is read of a workbook.

    Attributes:
        unpacked: bytes of its unpacked parts. (For a small file, ``ReadLimits.ratio`` limits them further.)
        cells: cells that its sheets span, including empty ones between others.
        memory: bytes of memory of the process that reads it, where the system can limit that.
        seconds: time to read it.
    """

    unpacked: int
    cells: int
    memory: int
    seconds: int


#: Limits for a file of the user. Five million cells take about a gigabyte.
FILE = WorkbookLimits(512 * _MEBIBYTE, 5_000_000, 4096 * _MEBIBYTE, 300)
#: Limits for a file that somebody uploads to a server, which has others to answer.
UPLOAD = WorkbookLimits(64 * _MEBIBYTE, 500_000, 768 * _MEBIBYTE, 15)


class Sheet(msgspec.Struct, frozen=True):
    """A sheet of a workbook.

    Attributes:
        rows: the number (from 1) and the cells of each row that is not empty.
        others: names of the other sheets that are not empty.
    """

    rows: list[tuple[int, list[str]]]
    others: tuple[str, ...]


def read_sheet(data: bytes, name: str, sheet: str, limits: WorkbookLimits) -> Sheet:
    """Read a sheet.

    Args:
        data: the workbook.
        name: the name of its file, for messages.
        sheet: the name of the sheet; "" for the first.
        limits: the most that is read.

    Raises:
        SourceError: the file is not a workbook, or exceeds a limit.
        InvalidArgument: there is no such sheet.
        MissingDependency: python-calamine is not installed.
    """
    if find_spec("python_calamine") is None:
        raise MissingDependency("reading spreadsheets needs python-calamine: pip install 'khabar[xlsx]'")
    most = most_unpacked(len(data), limits, ReadLimits().ratio)
    rows: list[tuple[int, list[str]]] = []
    others: list[str] = []
    try:
        with _file_of(data, name) as file:
            for answer in _within(limits, file, (most, limits.cells, sheet)):
                match answer:
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
    """The number of bytes that a workbook of ``size`` bytes may unpack to."""
    return min(limits.unpacked, max(_SMALL, ratio * size))


def _within(limits: WorkbookLimits, file: IO[bytes], request: object) -> Iterator[Any]:
    """The child's answers, within the time limit for all of them together."""
    end = time.monotonic() + limits.seconds
    for answer in answers(CHILD, request, file, Confines(limits.memory, limits.seconds)):
        yield answer
        if time.monotonic() > end:
            raise Ended("time")


@contextmanager
def _file_of(data: bytes, name: str) -> Iterator[IO[bytes]]:
    """The data as a file of the operating system, for the child.

    Raises:
        SourceError: no file can be written.
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
    # Without memory, calamine ends its process without an exception.
    return f"{name}: reading it takes more than {limits.memory >> 20} MiB of memory; save the column as CSV"
