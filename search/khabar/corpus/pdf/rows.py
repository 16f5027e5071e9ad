"""Glyphs into rows: marks onto their letters, spaces between words.

A row is a stretch of glyphs on one baseline without a wide gap. Where a wide gap is, a column may end;
:mod:`khabar.corpus.pdf.layout` decides that.

**Marks.** A harakah is a glyph of its own with no width, near its letter in the file. Where Arabic is written
from left to right, as shapers give it, marks stand before their letter, otherwise behind it, unless the mark
is far from that.

**Clusters.** Some producers say the letters of a cluster of all its glyphs, with marks and all, others of
the first, and nothing of the rest. So glyphs without a width count only if they are the only ones to say
something.

**Spaces.** Files have glyphs for spaces, or only gaps, or both. A gap of `GAP` of the font's height is a
space. A glyph for a space in a gap too narrow to be seen is none: some producers put one behind each letter
that joins no other, and move back. Where the widths of a font are wrong, as overlaps show, the glyphs are
believed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from khabar.corpus.pdf.glyphs import Glyph
from khabar.corpus.pdf.letters import ALEFS, TATWEEL, UNKNOWN, is_mark, meaning, meant_order
from khabar.corpus.pdf.order import Cell

__all__ = ["Row", "rows_of"]

GAP = 0.14
"""The narrowest gap between words, in heights of the font. Spaces are a quarter wide, and justified lines
narrow them by a third."""
_NO_GAP = 0.03
_NARROW = 0.01
_WIDE = 0.4
"""A gap that parts two rows."""
_FAR = 0.6
"""How far from its letter a mark stands at most; the ink of a glyph without a width may lie beside it."""
_LEVEL = 0.2
"""How far from a baseline a glyph on it may stand."""
_NON_JOINER = "\u200c"
_SHADDA = "\u0651"
_TANWIN = "\u064b"


class Row(msgspec.Struct):
    """A stretch of glyphs on one baseline.

    Attributes:
        cells: from left to right, with a cell for each space.
        left, right, base: where it is, in points.
        size: height of its font: that of most of its glyphs.
    """

    cells: list[Cell]
    left: float
    right: float
    base: float
    size: float

    @property
    def top(self) -> float:
        """y of its upper edge."""
        return self.base + 0.75 * self.size

    @property
    def bottom(self) -> float:
        """y of its lower edge."""
        return self.base - 0.2 * self.size


class _Letter(msgspec.Struct):
    """A glyph that is no mark, with the marks that stand on it."""

    text: str
    glyph: Glyph
    marks: list[tuple[float, str]]
    """the place of each in the letters of the glyph, from 0 at its right to 1 at its left"""


def rows_of(glyphs: Sequence[Glyph]) -> tuple[list[Row], Counter[str]]:
    """The rows of a page.

    Args:
        glyphs: in the order of the file.

    Returns:
        The rows, from the top down, and what was repaired and what is missing: the number of letters in
        presentation ``forms``, of ``ligatures`` turned round, of ``spaces`` left out, of ``unknown`` glyphs.
    """
    tally: Counter[str] = Counter()
    letters: list[_Letter | None] = []
    marks: list[tuple[int, str]] = []
    named: set[int] = set()
    narrow_ones = sum(_is_narrow(glyph) for glyph in glyphs)
    # In a font without widths none says anything.
    widths = narrow_ones < 0.5 * len(glyphs)
    for number, glyph in enumerate(glyphs):
        text, folded = meaning(glyph.text)
        narrow = widths and _is_narrow(glyph)
        letters.append(None)
        if number in named:
            continue
        if narrow and text not in ("", " ", UNKNOWN) and not is_mark(text):
            what, at = _of_cluster(glyphs, number)
            if what == "repeats":
                continue
            if what == "speaks":
                named.add(at)
                glyph = _over(glyph, glyphs[at])
            elif what == "mark":
                # The font says letters for a mark: it was the first of a cluster once.
                text = "".join(filter(is_mark, text))
            elif what == "letter":
                marks.append((number, text))
                continue
        if not text and glyph.text:
            # Only programs see it; but that a letter does not join the next is spelling in Persian.
            if _NON_JOINER in glyph.text:
                marks.append((number, _NON_JOINER))
            continue
        if is_mark(text):
            tally["forms"] += folded
            marks.append((number, text))
            continue
        if not text or text == UNKNOWN:
            if narrow:
                continue
            text = UNKNOWN
        tally["forms"] += folded
        if len(text) > 1 and not glyph.actual:
            turned = meant_order(text)
            tally["ligatures"] += turned != text
            text = turned
        letters[-1] = _Letter(text, glyph, [])
    _attach(glyphs, letters, marks)
    rows: list[Row] = []
    lines = _lines(letter for letter in letters if letter is not None)
    drawn = any(map(_is_drawn_out, lines))
    for line in lines:
        for row in _split(line, tally):
            if drawn:
                _without_kashidas(row.cells)
            rows.append(row)
    tally["unknown"] = sum(cell.text.count(UNKNOWN) for row in rows for cell in row.cells)
    return rows, tally


def _is_narrow(glyph: Glyph) -> bool:
    return glyph.right - glyph.left < _NARROW * glyph.size


def _of_cluster(glyphs: Sequence[Glyph], number: int) -> tuple[str, int]:
    """What a glyph without a width that stands for letters is, and another glyph's number.

    Returns:
        ``repeats``: another glyph in its place says the same. ``speaks``: it says what stands in the place of
        the other, of which nothing is said. ``mark``: it says letters and marks, but another glyph says the
        letter there. ``letter``: a letter without a width, such as the alef of «لا» in some fonts.
    """
    glyph = glyphs[number]
    beside = False
    for at in (*range(number + 1, min(number + 4, len(glyphs))), number - 1, number - 2):
        if at < 0:
            continue
        other = glyphs[at]
        if abs(other.base - glyph.base) > glyph.size:
            continue
        wide = other.right - other.left >= _NARROW * other.size
        if not other.left - 0.2 * glyph.size <= glyph.left <= other.right + 0.05 * glyph.size:
            continue
        if other.text == glyph.text:
            if wide or at > number:
                return "repeats", at
            continue
        if at > number and meaning(other.text)[0] in ("", UNKNOWN):
            return "speaks", at
        beside = beside or (wide and at > number)
    return ("mark" if beside and any(map(is_mark, glyph.text)) else "letter"), number


def _over(glyph: Glyph, place: Glyph) -> Glyph:
    """A glyph in the place of another."""
    return msgspec.structs.replace(
        glyph, left=min(glyph.left, place.left), right=max(glyph.right, place.right), base=place.base
    )


def _attach(glyphs: Sequence[Glyph], letters: Sequence[_Letter | None], marks: list[tuple[int, str]]) -> None:
    """Put each mark on its letter."""
    found: list[tuple[Glyph, str, _Letter | None, _Letter | None, bool]] = []
    for number, text in marks:
        mark = glyphs[number]
        previous = _neighbour(letters, number, -1, mark)
        following = _neighbour(letters, number, 1, mark)
        if previous is None or following is None:
            found.append((mark, text, previous or following, None, following is not None))
            continue
        arabic = not (previous.text[-1:].isascii() and following.text[:1].isascii())
        before = arabic and following.glyph.left >= previous.glyph.left
        if text[0] in ALEFS and (previous.text[-1:] == "ل") != (following.text[-1:] == "ل"):
            before = following.text[-1:] == "ل"
        near, far = (following, previous) if before else (previous, following)
        found.append((mark, text, near, far, before))
    for mark, text, letter, second, before in found:
        if letter is None:
            continue
        if second is not None and _distance(second, mark) < _distance(letter, mark) - _FAR * mark.size:
            letter, before = second, not before
        width = letter.glyph.right - letter.glyph.left
        place = (letter.glyph.right - _middle(mark)) / width if width > 0 else 0.0
        # Before the letter, its marks come from last to first.
        if before:
            letter.marks.insert(0, (place, text))
        else:
            letter.marks.append((place, text))


def _neighbour(letters: Sequence[_Letter | None], number: int, step: int, mark: Glyph) -> _Letter | None:
    """The letter before or behind a mark in the file, if it is near."""
    at = number + step
    while 0 <= at < len(letters) and abs(at - number) < 8:
        letter = letters[at]
        if letter is not None:
            near = (
                abs(letter.glyph.base - mark.base) < 1.2 * mark.size and _distance(letter, mark) < mark.size
            )
            return letter if near and letter.text != " " else None
        at += step
    return None


def _middle(mark: Glyph) -> float:
    return 0.5 * (mark.left + mark.right)


def _distance(letter: _Letter, mark: Glyph) -> float:
    """How far a mark stands beside a letter."""
    return max(letter.glyph.left - _middle(mark), _middle(mark) - letter.glyph.right, 0.0)


def _lines(letters: Iterable[_Letter]) -> list[list[_Letter]]:
    """The letters on each baseline, from left to right."""
    lines: list[list[_Letter]] = []
    anchor: Glyph | None = None
    for letter in sorted(letters, key=lambda each: -each.glyph.base):
        glyph = letter.glyph
        if anchor is None or anchor.base - glyph.base > _LEVEL * min(anchor.size, glyph.size):
            lines.append([])
            anchor = glyph
        lines[-1].append(letter)
    for line in lines:
        line.sort(key=lambda each: (each.glyph.left, each.glyph.place))
    return lines


def _is_drawn_out(line: Sequence[_Letter]) -> bool:
    """Whether a program lengthened words to justify a line: its tatweels lie over one another."""
    return any(
        first.text == TATWEEL == second.text
        and second.glyph.left - first.glyph.left > 0
        and second.glyph.left < first.glyph.right - 0.04 * first.glyph.size
        for first, second in pairwise(line)
    )


def _without_kashidas(cells: Sequence[Cell]) -> None:
    """Take the tatweels between two letters of a word out of a row."""
    at = 0
    while at < len(cells):
        end = at
        while end < len(cells) and cells[end].text == TATWEEL:
            end += 1
        if end > at:
            if (
                at > 0
                and end < len(cells)
                and cells[at - 1].text[-1:].isalpha()
                and cells[end].text[:1].isalpha()
            ):
                for cell in cells[at:end]:
                    cell.text = ""
            at = end
        at += 1


def _split(line: list[_Letter], tally: Counter[str]) -> list[Row]:
    """The rows of a line."""
    line = _without_shadows(line)
    seen = [letter for letter in line if letter.text != " "]
    if not seen:
        return []
    spaces = [0.5 * (letter.glyph.left + letter.glyph.right) for letter in line if letter.text == " "]
    gaps = [
        (right.glyph.left - left.glyph.right) / max(left.glyph.size, right.glyph.size, 0.1)
        for left, right in pairwise(seen)
    ]
    # Widths that make most letters overlap say nothing.
    trusted = sum(gap > -0.25 for gap in gaps) >= 0.7 * len(gaps)
    # A line with letters set apart: its gaps are no spaces.
    apart = sorted(gaps)[len(gaps) // 2] if len(gaps) > 4 else 0.0
    threshold = GAP + max(0.0, apart)
    rows: list[Row] = []
    cells = [_cell(seen[0])]
    start = 0
    for number, gap in enumerate(gaps, 1):
        letter, previous = seen[number], seen[number - 1]
        spaced = _space_between(spaces, previous.glyph, letter.glyph)
        largest, smallest = sorted((letter.glyph.size, previous.glyph.size), reverse=True)
        wide = gap * largest > _WIDE * smallest
        if trusted and spaced and gap < _NO_GAP:
            tally["spaces"] += 1
            spaced = False
        if wide:
            rows.append(_row(cells, seen[start:number]))
            cells, start = [], number
        elif spaced or (gap > threshold if trusted else gap > 3 * GAP):
            cells.append(Cell(" ", previous.glyph.right, letter.glyph.left))
        cells.append(_cell(letter))
    rows.append(_row(cells, seen[start:]))
    return rows


def _space_between(spaces: Sequence[float], left: Glyph, right: Glyph) -> bool:
    """Whether a glyph for a space stands between two letters."""
    at = bisect_left(spaces, left.left)
    return at < len(spaces) and spaces[at] <= right.right and spaces[at] < right.left + 0.5 * right.size


def _without_shadows(line: list[_Letter]) -> list[_Letter]:
    """The letters without those that are drawn twice, to look bold or to throw a shadow."""
    kept: list[_Letter] = []
    for letter in line:
        glyph = letter.glyph
        if letter.text != " " and any(
            each.text == letter.text
            and abs(each.glyph.left - glyph.left) < 0.08 * glyph.size
            and abs(each.glyph.right - glyph.right) < 0.08 * glyph.size
            for each in kept[-3:]
        ):
            continue
        kept.append(letter)
    return kept


def _cell(letter: _Letter) -> Cell:
    glyph = letter.glyph
    return Cell(_with_marks(letter.text, letter.marks), glyph.left, glyph.right)


def _with_marks(text: str, marks: Sequence[tuple[float, str]]) -> str:
    """A glyph's letters, each with its marks behind it; a shadda is the first of them."""
    if not marks:
        return text
    count = len(text)
    on: dict[int, str] = {}
    lam_alef = count == 2 and text[0] == "ل" and text[1] in ALEFS
    for place, mark in marks:
        at = min(max(int(place * count), 0), count - 1)
        if lam_alef and len(marks) < 3:
            # Where a mark is drawn over them says little: it is the one that is usual there.
            at = 1 if text[1] != "ا" or mark == _TANWIN else 0
        before = on.get(at, "")
        if mark.startswith(_SHADDA) or (is_mark(mark) and before and not is_mark(before)):
            on[at] = mark + before
        else:
            on[at] = before + mark
    return "".join(char + on.get(at, "") for at, char in enumerate(text))


def _row(cells: list[Cell], letters: Sequence[_Letter]) -> Row:
    sizes = Counter(round(letter.glyph.size, 1) for letter in letters)
    bases = Counter(round(letter.glyph.base, 1) for letter in letters)
    return Row(
        cells,
        min(letter.glyph.left for letter in letters),
        max(letter.glyph.right for letter in letters),
        bases.most_common(1)[0][0],
        max(sizes.most_common(1)[0][0], 0.5),
    )
