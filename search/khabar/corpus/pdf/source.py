"""Get the glyphs and the metadata of a PDF, with playa-pdf.

The character of a glyph comes from the first of these sources:

1. the ActualText of the marked content around it (ISO 32000-1, 14.9.4), which Chromium, LuaTeX and Word write
   for clusters whose glyphs do not have their letters. The glyphs of such a stretch become one glyph here.
   ActualText of more than a line, or much longer than its glyphs, is a description, and is ignored;
2. the font's ToUnicode, and the library's knowledge of encodings, glyph names and tables.
"""

from __future__ import annotations

import logging
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

from khabar.corpus.pdf.glyphs import Glyph, Sheet
from khabar.corpus.pdf.letters import TATWEEL

if TYPE_CHECKING:
    from playa import Document, Page
    from playa.cmapdb import ToUnicodeMap
    from playa.content import MarkedContent, TextObject

__all__ = ["Locked", "PdfFile"]

_MOST_GLYPHS = 400_000
"""Maximum number of glyphs of a page. A page of a newspaper has ten to twenty thousand."""
_MOST_OBJECTS = 20_000
"""Maximum number of cached objects of a file."""
_MOST_INFO = 50
_LONGEST_INFO = 2000
_ASLANT = 0.1
"""Slope from which on a glyph is slanting. A scan, and its text layer, may be turned by some degrees."""
_LEVEL = 0.003
"""Slope from which on a page is straightened."""
_SMALLEST = 0.5
"""Minimum size of a visible glyph, in points."""
_DRAWN = 300
"""Number of shapes on a page without letters from which on they may be drawn letters."""


class Locked(Exception):
    """The file has a password."""


class TooMany(Exception):
    """A page has more glyphs than are read."""


class PdfFile:
    """An open PDF.

    Args:
        source: the file.

    Raises:
        Locked: it has a password.
        Exception: it is damaged; the library raises any.
    """

    def __init__(self, source: BinaryIO) -> None:
        import playa

        self._drawn: set[int] = set()
        # The library warns of everything that it repairs.
        logging.disable(logging.CRITICAL)
        try:
            self._document: Document = playa.Document(source, space="screen")
            self._count = len(self._document.pages)
        except playa.PDFPasswordIncorrect:
            raise Locked from None

    def __len__(self) -> int:
        """The number of its pages."""
        return self._count

    def info(self) -> dict[str, str]:
        """Its metadata (the document information dictionary), by the names of the format."""
        from playa.pdftypes import dict_value, resolve1
        from playa.utils import decode_text

        info: dict[str, str] = {}
        try:
            dictionary = dict_value(self._document.trailer.get("Info", {}))
        except Exception:
            return info
        for name, value in list(dictionary.items())[:_MOST_INFO]:
            try:
                value = resolve1(value)
            except Exception:
                continue
            if isinstance(value, bytes):
                info[str(name)] = decode_text(value)[:_LONGEST_INFO]
        return info

    def sheet(self, number: int) -> Sheet:
        """The content of a page.

        Args:
            number: the number of the page, from 0.

        Raises:
            Exception: the page is damaged; the library raises any.
        """
        page = self._document.pages[number]
        directions: dict[int, list[Glyph]] = defaultdict(list)
        aslant = total = 0
        for turn, glyph in _glyphs(page):
            total += 1
            if total > _MOST_GLYPHS:
                raise TooMany(f"more than {_MOST_GLYPHS} glyphs")
            if turn is None:
                aslant += 1
            else:
                directions[turn].append(glyph)
        for glyphs in directions.values():
            _level(glyphs)
            self._drawn |= _kashidas(glyphs)
            if self._drawn:
                for glyph in glyphs:
                    if glyph.code in self._drawn:
                        glyph.text = TATWEEL
        pictures = not total and _has_pictures(page)
        if len(self._document._cached_objs) > _MOST_OBJECTS:
            self._document._cached_objs.clear()
            self._document._parsed_objs.clear()
        return Sheet(sorted(directions.values(), key=len, reverse=True), aslant, pictures)


def _has_pictures(page: Page) -> bool:
    try:
        if next(iter(page.images), None) is not None:
            return True
        return sum(1 for _, _ in zip(range(_DRAWN), page.paths, strict=False)) == _DRAWN
    except Exception:
        return True


def _glyphs(page: Page) -> Iterator[tuple[int | None, Glyph]]:
    """The glyphs of a page, each with its direction: a number of quarter turns, or None for a slanting
    one."""
    place = 0
    stretch: list[tuple[int | None, Glyph]] = []
    mark: MarkedContent | None = None
    for text in page.texts:
        text_mark = _actual(text)
        if text_mark is not mark:
            yield from _merged(stretch, mark)
            stretch, mark = [], text_mark
        for turn, glyph in _of_text(text, place):
            place += 1
            if mark is not None:
                stretch.append((turn, glyph))
            else:
                yield turn, glyph
    yield from _merged(stretch, mark)


def _actual(text: TextObject) -> MarkedContent | None:
    """The innermost marked content with an ActualText around a text object; None if there is none."""
    for mark in reversed(text.mcstack):
        if mark.props and "ActualText" in mark.props:
            return mark
    return None


def _merged(
    stretch: list[tuple[int | None, Glyph]], mark: MarkedContent | None
) -> Iterator[tuple[int | None, Glyph]]:
    """The glyphs of a stretch as one with its ActualText; unchanged if that does not fit."""
    if mark is None or not stretch:
        yield from stretch
        return
    from playa.pdftypes import resolve1
    from playa.utils import decode_text

    value = resolve1(mark.props["ActualText"])
    actual_text = decode_text(value) if isinstance(value, bytes) else ""
    turn, first = stretch[0]
    glyphs = [glyph for _, glyph in stretch]
    level = max(glyph.base for glyph in glyphs) - min(glyph.base for glyph in glyphs)
    fits = level < 1.2 * first.size and len(actual_text) <= 6 * len(glyphs) + 2
    if not isinstance(value, bytes) or not fits or any(other != turn for other, _ in stretch):
        yield from stretch
        return
    wide = [glyph for glyph in glyphs if glyph.right - glyph.left > 0.01 * glyph.size] or glyphs
    yield (
        turn,
        Glyph(
            actual_text,
            min(glyph.left for glyph in wide),
            max(glyph.right for glyph in wide),
            max(wide, key=lambda glyph: glyph.right - glyph.left).base,
            first.size,
            first.place,
            slope=first.slope,
            actual=True,
        ),
    )


def _of_text(text: TextObject, place: int) -> Iterator[tuple[int | None, Glyph]]:
    """The glyphs of a text object."""
    to_unicode = getattr(text.gstate.font, "tounicode", None)
    for glyph in text:
        a, b, c, d, x, y = glyph.matrix
        dx, dy = glyph.displacement
        # In this space, y runs downwards.
        b, d, y, dy = -b, -d, -y, -dy
        width = math.hypot(a, b)
        size = abs(a * d - b * c) / width if width else 0.0
        if not (_SMALLEST < size < 1e5 and abs(x) < 1e6 and abs(y) < 1e6):
            continue
        turn = round(math.atan2(b, a) / (0.5 * math.pi)) % 4
        # Mirrored letters that run leftwards are not upside down.
        if turn == 2 and a * d - b * c < 0:
            turn = 0
        along, across = (abs(a), abs(b)) if turn % 2 == 0 else (abs(b), abs(a))
        if across > _ASLANT * along:
            yield None, Glyph("", 0.0, 0.0, 0.0, size)
            continue
        if turn == 1:
            x, y, dx = y, -x, dy
        elif turn == 2:
            x, y, dx = -x, -y, -dx
        elif turn == 3:
            x, y, dx = -y, x, -dy
        characters, code = glyph.text or "", 0
        if to_unicode is not None and characters == chr(glyph.cid) and not _is_mapped(to_unicode, glyph.cid):
            # For an unmapped glyph, the library returns the character with the glyph's number.
            characters, code = "", hash((id(text.gstate.font), glyph.cid)) or 1
        slope = (b / a if turn % 2 == 0 else -a / b) if across else 0.0
        yield turn, Glyph(characters, min(x, x + dx), max(x, x + dx), y, size, place, code, slope)
        place += 1


def _is_mapped(to_unicode: ToUnicodeMap, cid: int) -> bool:
    lengths = (1, 2) if cid < 256 else (2,) if cid < 65536 else ()
    return any(cid.to_bytes(length, "big") in to_unicode.bytes2unicode for length in lengths)


def _level(glyphs: list[Glyph]) -> None:
    """Straighten a page whose lines rise or fall."""
    slope = sorted(glyph.slope for glyph in glyphs)[len(glyphs) // 2]
    if abs(slope) < _LEVEL:
        return
    length = math.hypot(1.0, slope)
    for glyph in glyphs:
        width = glyph.right - glyph.left
        left, base = (glyph.left + slope * glyph.base) / length, (glyph.base - slope * glyph.left) / length
        glyph.left, glyph.right, glyph.base = left, left + width, base


def _kashidas(glyphs: list[Glyph]) -> set[int]:
    """The codes of glyphs that lengthen words in justified lines. They stand for no character, and overlap,
    as letters do not, or are repeated one after another."""
    overlapping = set()
    repeated: Counter[int] = Counter()
    total = Counter(glyph.code for glyph in glyphs if glyph.code)
    for first, second in pairwise(glyphs):
        if first.code and first.code == second.code and abs(first.base - second.base) < 0.01 * first.size:
            step, width = abs(second.left - first.left), first.right - first.left
            if 0 < step < width - 0.04 * first.size:
                overlapping.add(first.code)
            elif step < width + 0.02 * first.size:
                repeated[first.code] += 1
    often = {code for code, count in repeated.items() if count > 2 and 3 * count > total[code]}
    return overlapping | often
