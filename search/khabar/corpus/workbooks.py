"""Spreadsheets (.xlsx, .xls, .xlsb, .ods), read by python-calamine in a separate process.

A small workbook may ask for any amount of memory, and then ends the process that reads it
(:mod:`khabar.corpus.workbook_child`). That process is not this one, and has limits.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import msgspec

from khabar.corpus import workbook_child
from khabar.corpus.limits import ReadLimits
from khabar.errors import InvalidArgument, MissingDependency, SourceError

__all__ = ["FILE", "UPLOAD", "Sheet", "WorkbookLimits", "read_sheet"]

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
    most = min(limits.unpacked, max(_SMALL, ReadLimits().ratio * len(data)))
    asked = json.dumps((sheet, limits.memory, most, limits.cells))
    # -P: the modules beside the script are no modules of the standard library.
    command = [sys.executable, "-P", "-X", "utf8", workbook_child.__file__, asked]
    try:
        done = subprocess.run(
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SourceError(
            f"{name}: reading it takes more than {limits.seconds} seconds; save the column as CSV"
        ) from None
    try:
        found = json.loads(done.stdout)
    except ValueError:
        # It ended where it stood: that is what becomes of calamine without memory.
        found = {"refused": "memory"}
    refused = found.get("refused")
    if refused == "cells":
        raise SourceError(
            f"{name}: its cells span more than {limits.cells} cells; save the column as CSV, or remove "
            "cells far from the table"
        )
    if refused == "unpacked":
        raise SourceError(
            f"{name}: it unpacks to more than {most >> 20} MiB, the limit for its size; "
            "save the column as CSV"
        )
    if refused == "memory":
        raise SourceError(
            f"{name}: reading it takes more than {limits.memory >> 20} MiB of memory; save the column as CSV"
        )
    if refused:
        raise SourceError(f"{name}: it is not a readable spreadsheet ({found['detail']})")
    names = found["names"]
    if sheet and sheet not in names:
        raise InvalidArgument("sheet", sheet, f"there is no such sheet; there are: {', '.join(names)}")
    return Sheet([(number, cells) for number, cells in found["rows"]], tuple(found["others"]))
