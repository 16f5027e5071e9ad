"""A glyph on a page: what passes from the library that reads the file to the modules that understand it."""

from __future__ import annotations

import msgspec

__all__ = ["Glyph", "Sheet"]


class Glyph(msgspec.Struct):
    """A glyph, in the frame of its line: x runs to the right, y up, in points.

    Attributes:
        text: what the file says it stands for; "" if it says nothing.
        left, right: from its origin to that of the next one.
        base: y of its baseline.
        size: height of the font.
        place: number in the order of the file.
        code: which glyph it is, if the file does not say what it stands for; else 0.
        slope: how much its baseline rises.
        actual: whether the text is not the font's, but said of this stretch of the page (ActualText).
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
    """What a page holds.

    Attributes:
        directions: the glyphs by the direction in which they run, those of most first.
        aslant: number of glyphs that stand aslant (a stamp, a watermark).
        pictures: whether there are pictures, or so many lines that letters may be drawn.
    """

    directions: list[list[Glyph]]
    aslant: int = 0
    pictures: bool = False
