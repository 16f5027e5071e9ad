"""Glyphs on a page: what `khabar.corpus.pdf.source` passes to the modules that interpret them."""

from __future__ import annotations

import msgspec

__all__ = ["Glyph", "Sheet"]


class Glyph(msgspec.Struct):
    """A glyph, in the coordinates of its line: x to the right, y upwards, in points.

    Attributes:
        text: the characters that it stands for, according to the file; "" if the file does not say.
        left, right: its origin, and that of the next glyph.
        base: y of its baseline.
        size: size of the font.
        place: its position in the order of the file.
        code: a number that identifies the glyph if the file does not say what it stands for; else 0.
        slope: slope of its baseline.
        actual: whether the text is not from the font, but from the ActualText of this stretch of the page.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    place: int = 0
    code: int = 0
    slope: float = 0.0
    actual: bool = False


class Sheet(msgspec.Struct):
    """The content of a page.

    Attributes:
        directions: the glyphs of each writing direction, that with most glyphs first.
        aslant: number of slanting glyphs (a stamp, a watermark).
        pictures: whether there are pictures, or so many shapes that they may be drawn letters.
    """

    directions: list[list[Glyph]]
    aslant: int = 0
    pictures: bool = False
