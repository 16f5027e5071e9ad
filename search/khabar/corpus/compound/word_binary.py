"""Read Word documents of the years 1997 to 2003 (DOC; MS-DOC), in an opened compound file.

The text is in pieces all over the file; a table has their order (MS-DOC 2.4.1). Two further tables have the
properties of runs of characters and of paragraphs by their positions in the file (2.4.6): hidden and deleted
text, headings, and the ends of table rows. The text of the document comes first, then those of footnotes,
headers, comments, endnotes and text boxes; headers and comments are left out.

Documents of Word 6 and 95 have other tables, and are not read.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from typing import Any

from khabar.corpus.compound.word_tables import (
    STYLES_END,
    Look,
    Piece,
    Ranges,
    merged,
    paragraphs_in,
    pieces_in,
    runs_in,
)
from khabar.corpus.mail.headers import decoded_text
from khabar.corpus.office.documents import Line, Properties, Role, Row, rows_of_cells
from khabar.corpus.report import Unreadable

__all__ = ["lines_of", "properties_of"]

_IDENT = 0xA5EC
_FLAGS, _COUNTS = 0x0A, 0x4C
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_CLX, _CHARACTERS, _PARAGRAPHS = 0x01A2, 0x00FA, 0x0102
"""Positions in the file's header of the offsets and lengths of the tables of pieces, runs and paragraphs."""
_BREAKS = {"\x0b": "\n", "\x0c": "\n", "\x0e": "\n", "\t": " ", "\x1e": "-", "\x1f": ""}


def lines_of(file: Any, most: int) -> list[Line]:
    """The paragraphs of a document, with its notes and text boxes at the end.

    Args:
        file: an ``olefile.OleFileIO``.
        most: the maximum number of characters.

    Raises:
        Unreadable: it has a password, is from an older Word, is broken or has too many characters.
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
    pieces = list(pieces_in(_table_at(main, table, _CLX)))
    hidden = Ranges(merged(run for run in runs_in(main, _table_at(main, table, _CHARACTERS)) if run[2]))
    looks = Ranges(list(paragraphs_in(main, _table_at(main, table, _PARAGRAPHS))))
    text, positions = _text(main, pieces, hidden, sum(counts))
    starts = [sum(counts[:number]) for number in range(len(counts) + 1)]
    lines: list[Line] = []
    for number in (0, 1, 5, 6):  # the text, footnotes, endnotes, text boxes
        lines += _lines(text[starts[number] : starts[number + 1]], positions[starts[number] :], looks)
    return lines


def properties_of(file: Any) -> Properties:
    """The properties of a document."""
    try:
        meta = file.get_metadata()
    except MemoryError:
        raise
    except Exception:  # on broken properties, olefile raises errors that it does not document
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


def _table_at(main: bytes, table: bytes, position: int) -> bytes:
    """The table whose offset and length are at a position of the header."""
    start, size = struct.unpack_from("<II", main, position)
    return table[start : start + size]


def _text(main: bytes, pieces: list[Piece], hidden: Ranges, most: int) -> tuple[str, Sequence[int]]:
    """The characters in order, with NUL for hidden ones, and the position in the file of each."""
    parts: list[str] = []
    positions = array("Q")
    left = most
    for piece in pieces:
        count = min(piece.letters, left)
        left -= count
        data = main[piece.start : piece.start + count * piece.width]
        part = data.decode("utf-16-le" if piece.width == 2 else "cp1252", "replace")
        if piece.width == 2 and len(part) != count:
            # Surrogate pairs count as two characters in all tables.
            part = "".join(
                chr(unit) for unit in struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])
            )
        part = part[:count].ljust(count, "\0")
        end = piece.start + count * piece.width
        characters = list(part)
        for first, last, _ in hidden.between(piece.start, end):
            begin = max(0, first - piece.start) // piece.width
            stop = min(count, (last - piece.start) // piece.width)
            # The marks of paragraphs, cells and fields are kept.
            characters[begin:stop] = [
                character if character in "\r\x07\x13\x14\x15" else "\0"
                for character in characters[begin:stop]
            ]
        parts += characters
        positions.extend(range(piece.start, end, piece.width))
    return "".join(parts), positions


def _lines(text: str, positions: Sequence[int], looks: Ranges) -> list[Line]:
    """The paragraphs of a text."""
    lines: list[Line] = []
    cell: list[Line] = []
    row: Row = []
    pieces: list[str] = []
    fields: list[list[Any]] = []  # the code of each open field, and whether its result has begun

    def ended(role: Role) -> list[Line]:
        paragraph = "".join(pieces)
        pieces.clear()
        if any("\ud800" <= character <= "\udfff" for character in paragraph):
            paragraph = paragraph.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return [Line(paragraph, role)] if paragraph.strip() else []

    for index, character in enumerate(text):
        if character in "\r\x07\x0c":
            look = looks.at(positions[index]) if index < len(positions) else None
            look = look or Look()
            role: Role = "heading" if 1 <= look.style <= STYLES_END or look.outlined else "text"
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
