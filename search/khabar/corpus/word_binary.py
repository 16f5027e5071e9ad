"""Word documents of the years 1997 to 2003 (DOC; MS-DOC), in an opened compound file.

The text lies in pieces all over the file, and a table tells their order (MS-DOC 2.4.1). Two further tables
tell by positions in the file how runs of characters and paragraphs look (2.4.6): from these it is known what
is hidden or deleted, what is a heading, and where a row of a table ends. The text of the document comes
first, then those of footnotes, headers, comments, endnotes and text boxes; headers and comments are left out.

Documents of Word 6 and 95 have other tables, and are not read.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from khabar.corpus.documents import Line, Properties, Role, Row, rows_of_cells
from khabar.corpus.mail_headers import decoded_text
from khabar.corpus.report import Unreadable

__all__ = ["lines_of", "properties_of"]

_IDENT = 0xA5EC
_FLAGS, _COUNTS, _STYLES_END = 0x0A, 0x4C, 9
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_CLX, _CHARACTERS, _PARAGRAPHS = 0x01A2, 0x00FA, 0x0102
"""Where the file's header names the tables of pieces, of runs and of paragraphs: offset and length of
each."""
_COMPRESSED = 0x4000_0000
_PAGE = 512
_MOST_PAGES = 20_000
"""Pages of properties, each of a hundred runs or less: Word writes a thousand for the longest texts."""
_DELETED, _HIDDEN, _IN_TABLE, _ROW_ENDS, _OUTLINE = 0x0800, 0x083C, 0x2416, 0x2417, 0x2640
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
"""Bytes of the operand of a property, by the three highest bits of its number; 0 where the operand tells."""
_DEFINE_TABLE, _TABS = 0xD608, 0xC615
_BREAKS = {"\x0b": "\n", "\x0c": "\n", "\x0e": "\n", "\t": " ", "\x1e": "-", "\x1f": ""}


class _Look(NamedTuple):
    """How a paragraph looks: the number of its style, and whether it is a cell, the end of a row, a
    heading."""

    style: int = 0
    in_table: bool = False
    row_ends: bool = False
    outlined: bool = False


class _Piece(NamedTuple):
    """A piece of the text: its bytes from ``start`` in the file, each character ``width`` of them."""

    start: int
    letters: int
    width: int


class _Ranges:
    """Values by position in the file."""

    def __init__(self, runs: list[tuple[int, int, Any]]) -> None:
        self._runs = sorted(runs, key=lambda run: run[0])
        self._starts = [start for start, _, _ in self._runs]

    def at(self, position: int) -> Any:
        """The value of the run around a position; None if there is none."""
        place = bisect_right(self._starts, position) - 1
        return self._runs[place][2] if place >= 0 and position < self._runs[place][1] else None

    def between(self, start: int, end: int) -> Iterator[tuple[int, int, Any]]:
        """The runs that overlap a stretch of the file."""
        place = max(0, bisect_right(self._starts, start) - 1)
        while place < len(self._runs) and self._runs[place][0] < end:
            if self._runs[place][1] > start:
                yield self._runs[place]
            place += 1


def lines_of(file: Any, most: int) -> list[Line]:
    """The paragraphs of a document, its notes and text boxes at the end.

    Args:
        file: an ``olefile.OleFileIO``.
        most: the most letters that it may have.

    Raises:
        Unreadable: it has a password, is of an older Word, is broken or has too many letters.
    """
    main = _stream(file, "WordDocument")
    if len(main) < 0x1AA or struct.unpack_from("<H", main)[0] != _IDENT:
        raise Unreadable("unread-format", name="Word 6/95", instead="DOCX")
    flags = struct.unpack_from("<H", main, _FLAGS)[0]
    if flags & _ENCRYPTED:
        raise Unreadable("password", name="Word 97–2003")
    table = _stream(file, "1Table" if flags & _TABLE_1 else "0Table")
    counts = struct.unpack_from("<8i", main, _COUNTS)
    if any(count < 0 for count in counts) or sum(counts) > len(main):
        raise Unreadable("broken-document", error="counts of characters")
    if counts[0] > most or sum(counts) > 2 * most:
        raise Unreadable("too-many-letters", limit=most)
    pieces = list(_pieces(_named(main, table, _CLX)))
    hidden = _Ranges(_merged(run for run in _runs(main, _named(main, table, _CHARACTERS)) if run[2]))
    looks = _Ranges(list(_paragraphs(main, _named(main, table, _PARAGRAPHS))))
    text, positions = _text(main, pieces, hidden, sum(counts))
    starts = [sum(counts[:number]) for number in range(len(counts) + 1)]
    lines: list[Line] = []
    for number in (0, 1, 5, 6):  # the text, footnotes, endnotes, text boxes
        lines += _lines(text[starts[number] : starts[number + 1]], positions[starts[number] :], looks)
    return lines


def properties_of(file: Any) -> Properties:
    """What a document says about itself."""
    try:
        meta = file.get_metadata()
    except MemoryError:
        raise
    except Exception:  # what olefile makes of broken properties is its own to know
        return Properties()
    page = getattr(meta, "codepage", None)
    charset = "utf-8" if page in (65001, -535) else f"cp{page % 65536}" if isinstance(page, int) else ""

    def text(name: str) -> str:
        value = getattr(meta, name, None)
        return decoded_text(value.rstrip(b"\0"), charset) if isinstance(value, bytes) else ""

    def moment(name: str) -> str:
        value = getattr(meta, name, None)
        return value.isoformat() if value is not None and hasattr(value, "isoformat") else ""

    return Properties(
        title=text("title"),
        author=text("author"),
        keywords=text("keywords"),
        created=moment("create_time"),
        modified=moment("last_saved_time"),
    )


def _stream(file: Any, name: str) -> bytes:
    if not file.exists(name):
        raise Unreadable("part-missing", part=name)
    with file.openstream(name) as stream:
        data: bytes = stream.read()
        return data


def _named(main: bytes, table: bytes, place: int) -> bytes:
    """The table that the header names at a place."""
    start, size = struct.unpack_from("<II", main, place)
    return table[start : start + size]


def _pieces(clx: bytes) -> Iterator[_Piece]:
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
        place = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
        if last < first:
            raise Unreadable("broken-document", error="the table of pieces")
        if place & _COMPRESSED:
            yield _Piece((place & ~_COMPRESSED) // 2, last - first, 1)
        else:
            yield _Piece(place, last - first, 2)


def _pages(main: bytes, plc: bytes) -> Iterator[bytes]:
    """The pages of properties that a table of positions names (2.8.4, 2.8.5)."""
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


def _runs(main: bytes, plc: bytes) -> Iterator[tuple[int, int, bool]]:
    """Runs of characters, and whether their text is not shown (2.9.33)."""
    for page in _pages(main, plc):
        count = min(page[511], 101)
        places = struct.unpack_from(f"<{count + 1}I", page)
        for number in range(count):
            at = 2 * page[4 * (count + 1) + number]
            properties = page[at + 1 : at + 1 + page[at]] if at else b""
            out = any(value in (1, 0x81) for code, value in _sprms(properties) if code in (_DELETED, _HIDDEN))
            yield places[number], places[number + 1], out


def _merged(runs: Iterable[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """The same stretches of a file, in order and without overlaps."""
    merged: list[tuple[int, int, bool]] = []
    for start, end, _ in sorted(runs):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1]), True
        elif end > start:
            merged.append((start, end, True))
    return merged


def _paragraphs(main: bytes, plc: bytes) -> Iterator[tuple[int, int, _Look]]:
    """Paragraphs, and how they look (2.9.174)."""
    for page in _pages(main, plc):
        count = min(page[511], 29)
        places = struct.unpack_from(f"<{count + 1}I", page)
        for number in range(count):
            at = 2 * page[4 * (count + 1) + 13 * number]
            size = page[at] * 2 - 1
            if at and not page[at]:
                at += 1
                size = page[at] * 2
            data = page[at + 1 : at + 1 + size] if at else b""
            style = struct.unpack_from("<H", data)[0] if len(data) >= 2 else 0
            known = dict(_sprms(data[2:]))
            yield (
                places[number],
                places[number + 1],
                _Look(
                    style,
                    known.get(_IN_TABLE) == 1,
                    known.get(_ROW_ENDS) == 1,
                    known.get(_OUTLINE, 9) < _STYLES_END,
                ),
            )


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
                return  # its length is that of two lists; what follows is of no use here
            else:
                size = data[position] + 1
        yield code, data[position]
        position += size


def _text(main: bytes, pieces: list[_Piece], hidden: _Ranges, most: int) -> tuple[str, Sequence[int]]:
    """The characters in order, those that are not shown as NUL, and the place in the file of each."""
    parts: list[str] = []
    positions = array("Q")
    left = most
    for piece in pieces:
        count = min(piece.letters, left)
        left -= count
        data = main[piece.start : piece.start + count * piece.width]
        part = data.decode("utf-16-le" if piece.width == 2 else "cp1252", "replace")
        if piece.width == 2 and len(part) != count:
            # Characters of two halves count as two in all tables.
            part = "".join(
                chr(unit) for unit in struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])
            )
        part = part[:count].ljust(count, "\0")
        end = piece.start + count * piece.width
        characters = list(part)
        for first, last, _ in hidden.between(piece.start, end):
            begin = max(0, first - piece.start) // piece.width
            stop = min(count, (last - piece.start) // piece.width)
            # Marks stay, so that the structure does.
            characters[begin:stop] = [
                each if each in "\r\x07\x13\x14\x15" else "\0" for each in characters[begin:stop]
            ]
        parts += characters
        positions.extend(range(piece.start, end, piece.width))
    return "".join(parts), positions


def _lines(text: str, positions: Sequence[int], looks: _Ranges) -> list[Line]:
    """The paragraphs of a text."""
    lines: list[Line] = []
    cell: list[Line] = []
    row: Row = []
    pieces: list[str] = []
    fields: list[list[Any]] = []  # code, and whether the result has begun

    def ended(role: Role) -> list[Line]:
        written = "".join(pieces)
        pieces.clear()
        if any("\ud800" <= each <= "\udfff" for each in written):
            written = written.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return [Line(written, role)] if written.strip() else []

    for place, character in enumerate(text):
        if character in "\r\x07\x0c":
            look = looks.at(positions[place]) if place < len(positions) else None
            look = look or _Look()
            role: Role = "heading" if 1 <= look.style <= _STYLES_END or look.outlined else "text"
            if character == "\x07" and look.row_ends:
                lines += rows_of_cells(row)
                row, cell = [], []
                pieces.clear()
            elif character == "\x07":
                row.append(cell + ended(role))
                cell = []
            elif look.in_table:
                cell += ended(role)
            else:
                lines += ended(role)
        elif character == "\x13":
            fields.append(["", False])
        elif character == "\x14":
            if fields:
                fields[-1][1] = True
        elif character == "\x15":
            if fields:
                fields.pop()
        elif fields and not fields[-1][1]:
            fields[-1][0] = (fields[-1][0] + character)[:50]
        elif any(code.lstrip().upper().startswith("TOC") for code, _ in fields):
            continue
        elif character in _BREAKS:
            pieces.append(_BREAKS[character])
        elif character >= " ":
            pieces.append(character)
    lines += cell + ended("text")
    return lines + rows_of_cells(row)
