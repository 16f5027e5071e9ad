"""Read the tables of a Word document of 1997 to 2003 (DOC; MS-DOC): the order of its pieces, and the
formatting of its runs of characters and its paragraphs.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from khabar.corpus.report import Unreadable

__all__ = ["STYLES_END", "Look", "Piece", "Ranges", "merged", "paragraphs_in", "pieces_in", "runs_in"]

STYLES_END = 9
"""The styles with the numbers from 1 to this one are headings in every document."""
_COMPRESSED = 0x4000_0000
_PAGE = 512
_MOST_PAGES = 20_000
"""Maximum number of pages of properties, each for up to a hundred runs; Word writes a thousand for the
longest texts."""
_DELETED, _HIDDEN, _IN_TABLE, _ROW_ENDS, _OUTLINE = 0x0800, 0x083C, 0x2416, 0x2417, 0x2640
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
"""Bytes of a property's operand, by the three highest bits of its number; 0 if the operand itself has its
length."""
_DEFINE_TABLE, _TABS = 0xD608, 0xC615


class Look(NamedTuple):
    """The formatting of a paragraph: the number of its style, and whether it is in a cell, ends a row, or has
    an outline level."""

    style: int = 0
    in_table: bool = False
    row_ends: bool = False
    outlined: bool = False


class Piece(NamedTuple):
    """A piece of the text: ``letters`` characters of ``width`` bytes each, from ``start`` in the file."""

    start: int
    letters: int
    width: int


class Ranges:
    """Values by position in the file."""

    def __init__(self, runs: list[tuple[int, int, Any]]) -> None:
        self._runs = sorted(runs, key=lambda run: run[0])
        self._starts = [start for start, _, _ in self._runs]

    def at(self, position: int) -> Any:
        """The value of the run around a position; None if there is none."""
        index = bisect_right(self._starts, position) - 1
        return self._runs[index][2] if index >= 0 and position < self._runs[index][1] else None

    def between(self, start: int, end: int) -> Iterator[tuple[int, int, Any]]:
        """The runs that overlap a stretch of the file."""
        first = max(0, bisect_right(self._starts, start) - 1)
        last = bisect_left(self._starts, end)
        return (run for run in self._runs[first:last] if run[1] > start)


def pieces_in(clx: bytes) -> Iterator[Piece]:
    """The pieces of the text in order (2.9.38, 2.8.35)."""
    position = 0
    while clx[position : position + 1] == b"\1":
        position += 3 + struct.unpack_from("<H", clx, position + 1)[0]
    if clx[position : position + 1] != b"\2" or len(clx) < position + 5:
        raise Unreadable("broken-document", error="the table of pieces")
    plc = clx[position + 5 : position + 5 + struct.unpack_from("<I", clx, position + 1)[0]]
    count = (len(plc) - 4) // 12
    for number in range(count):
        first, last = struct.unpack_from("<ii", plc, 4 * number)
        start = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
        if last < first:
            raise Unreadable("broken-document", error="the table of pieces")
        if start & _COMPRESSED:
            yield Piece((start & ~_COMPRESSED) // 2, last - first, 1)
        else:
            yield Piece(start, last - first, 2)


def _pages(main: bytes, plc: bytes) -> Iterator[bytes]:
    """The pages of properties in a table of positions (2.8.4, 2.8.5)."""
    count = (len(plc) - 4) // 8
    seen: set[int] = set()
    for number in range(max(0, count)):
        page = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * number)[0] & 0x3FFFFF
        data = main[page * _PAGE : (page + 1) * _PAGE]
        if len(data) == _PAGE and page not in seen:
            seen.add(page)
            yield data
        if len(seen) > _MOST_PAGES:
            raise Unreadable("broken-document", error="tables of properties")


def runs_in(main: bytes, plc: bytes) -> Iterator[tuple[int, int, bool]]:
    """The runs of characters, and whether each is hidden or deleted (2.9.33)."""
    for page in _pages(main, plc):
        count = min(page[511], 101)
        positions = struct.unpack_from(f"<{count + 1}I", page)
        for number in range(count):
            offset = 2 * page[4 * (count + 1) + number]
            properties = page[offset + 1 : offset + 1 + page[offset]] if offset else b""
            is_hidden = any(
                value in (1, 0x81) for code, value in _sprms(properties) if code in (_DELETED, _HIDDEN)
            )
            yield positions[number], positions[number + 1], is_hidden


def merged(runs: Iterable[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """The stretches of a file that runs cover, in order and without overlaps."""
    merged: list[tuple[int, int, bool]] = []
    for start, end, _ in sorted(runs):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1]), True
        elif end > start:
            merged.append((start, end, True))
    return merged


def paragraphs_in(main: bytes, plc: bytes) -> Iterator[tuple[int, int, Look]]:
    """The paragraphs, and their formatting (2.9.174)."""
    for page in _pages(main, plc):
        count = min(page[511], 29)
        positions = struct.unpack_from(f"<{count + 1}I", page)
        for number in range(count):
            offset = 2 * page[4 * (count + 1) + 13 * number]
            size = page[offset] * 2 - 1
            if offset and not page[offset]:
                offset += 1
                size = page[offset] * 2
            data = page[offset + 1 : offset + 1 + size] if offset else b""
            style = struct.unpack_from("<H", data)[0] if len(data) >= 2 else 0
            properties = dict(_sprms(data[2:]))
            look = Look(
                style,
                properties.get(_IN_TABLE) == 1,
                properties.get(_ROW_ENDS) == 1,
                properties.get(_OUTLINE, 9) < STYLES_END,
            )
            yield positions[number], positions[number + 1], look


def _sprms(data: bytes) -> Iterator[tuple[int, int]]:
    """The properties in a list, each with the first byte of its value (2.6)."""
    position = 0
    while position + 2 < len(data):
        code = data[position] | data[position + 1] << 8
        position += 2
        size = _SIZES[code >> 13]
        if not size:
            if code == _DEFINE_TABLE and position + 2 <= len(data):
                size = struct.unpack_from("<H", data, position)[0] + 1
            elif code == _TABS and data[position] == 255:
                return  # its length is that of two lists; the properties after it are not needed
            else:
                size = data[position] + 1
        yield code, data[position]
        position += size
