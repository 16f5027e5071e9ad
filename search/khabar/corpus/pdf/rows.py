"""Group glyphs into rows: put marks onto their letters, and spaces between words.

A row is a stretch of glyphs on one baseline without a wide gap. At a wide gap a column may end, which
:mod:`khabar.corpus.pdf.layout` decides.

**Marks.** A harakah is a glyph of its own without a width, near its letter in the file. If Arabic is stored
from left to right, as shaping engines output it, marks precede their letter, otherwise they follow it, unless
the mark is far from that letter.

**Clusters.** Some producers give each glyph of a cluster the letters of the whole cluster, including marks;
others give them to the first glyph, and no text to the rest. So the text of a glyph without a width counts
only if no other glyph in its place has one.

**Spaces.** Files have glyphs for spaces, or only gaps, or both. A gap of `GAP` font sizes is a space. A space
glyph in a gap too narrow to be visible is ignored: some producers write one after each letter that joins no
other, and move back. If the widths of a font are wrong, as overlaps show, the space glyphs count.
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
"""Minimum gap between words, in font sizes. A space is a quarter wide, and justified lines narrow it by a
third."""
_NO_GAP = 0.03
"""Gap too narrow for a space, in font sizes."""
_NARROW = 0.01
"""Width below which a glyph counts as one without a width, in font sizes."""
_WIDE = 0.4
"""Minimum gap between rows, in font sizes."""
_FAR = 0.6
"""How much nearer another letter must be to get a mark, in font sizes: a mark may be drawn beside its
letter."""
_LEVEL = 0.2
"""Maximum distance of a glyph from its baseline, in font sizes."""
_NON_JOINER = "\u200c"
_SHADDA = "\u0651"
_TANWIN = "\u064b"


class Row(msgspec.Struct):
    """A stretch of glyphs on one baseline.

    Attributes:
        cells: its cells from left to right, with a cell for each space.
        left, right, base: x of its ends and y of its baseline, in points.
        size: font size of most of its glyphs.
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
    """A glyph that is not a mark, with its marks."""

    text: str
    glyph: Glyph
    marks: list[tuple[float, str]]
    """The position of each mark above the glyph, from 0 at its right to 1 at its left, and its text."""


def rows_of(glyphs: Sequence[Glyph]) -> tuple[list[Row], Counter[str]]:
    """The rows of a page.

    Args:
        glyphs: its glyphs, in the order of the file.

    Returns:
        The rows, from the top down, and counts of repairs: letters in presentation ``forms``, reversed
        ``ligatures``, removed ``spaces``, and ``unknown`` glyphs.
    """
    tally: Counter[str] = Counter()
    letters: list[_Letter | None] = []
    marks: list[tuple[int, str]] = []
    merged: set[int] = set()
    # In a font without widths they tell nothing.
    has_widths = sum(map(_is_narrow, glyphs)) < 0.5 * len(glyphs)
    for number, glyph in enumerate(glyphs):
        text, folded = meaning(glyph.text)
        narrow = has_widths and _is_narrow(glyph)
        letters.append(None)
        if number in merged:
            continue
        if narrow and text not in ("", " ", UNKNOWN) and not is_mark(text):
            role, other = _role_in_cluster(glyphs, number)
            if role == "repeats":
                continue
            if role == "names":
                merged.add(other)
                glyph = _over(glyph, glyphs[other])
            elif role == "mark":
                # The text of the whole cluster, on the glyph of a mark.
                text = "".join(filter(is_mark, text))
            elif role == "letter":
                marks.append((number, text))
                continue
        if not text and glyph.text:
            # Invisible characters are dropped, except the non-joiner, which belongs to Persian spelling.
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
            logical = meant_order(text)
            tally["ligatures"] += logical != text
            text = logical
        letters[-1] = _Letter(text, glyph, [])
    _attach(glyphs, letters, marks)
    rows: list[Row] = []
    lines = _lines(letter for letter in letters if letter is not None)
    has_kashidas = any(map(_is_drawn_out, lines))
    for line in lines:
        for row in _split(line, tally):
            if has_kashidas:
                _without_kashidas(row.cells)
            rows.append(row)
    tally["unknown"] = sum(cell.text.count(UNKNOWN) for row in rows for cell in row.cells)
    return rows, tally


def _is_narrow(glyph: Glyph) -> bool:
    """Whether a glyph has no width."""
    return glyph.right - glyph.left < _NARROW * glyph.size


def _role_in_cluster(glyphs: Sequence[Glyph], number: int) -> tuple[str, int]:
    """The role of a glyph without a width that has letters, and the number of a related glyph.

    Returns:
        ``repeats``: another glyph in its place has the same text. ``names``: its text is that of the other
        glyph, which has none. ``mark``: it has letters and marks, but another glyph is the letter there.
        ``letter``: a letter without a width, such as the alef of «لا» in some fonts.
    """
    glyph = glyphs[number]
    has_base = False
    for index in (*range(number + 1, min(number + 4, len(glyphs))), number - 1, number - 2):
        if index < 0:
            continue
        other = glyphs[index]
        if abs(other.base - glyph.base) > glyph.size:
            continue
        if not other.left - 0.2 * glyph.size <= glyph.left <= other.right + 0.05 * glyph.size:
            continue
        if other.text == glyph.text:
            if not _is_narrow(other) or index > number:
                return "repeats", index
            continue
        if index > number and meaning(other.text)[0] in ("", UNKNOWN):
            return "names", index
        has_base = has_base or (not _is_narrow(other) and index > number)
    return ("mark" if has_base and any(map(is_mark, glyph.text)) else "letter"), number


def _over(glyph: Glyph, other: Glyph) -> Glyph:
    """A glyph that also takes the place of another one."""
    return msgspec.structs.replace(
        glyph, left=min(glyph.left, other.left), right=max(glyph.right, other.right), base=other.base
    )


def _attach(glyphs: Sequence[Glyph], letters: Sequence[_Letter | None], marks: list[tuple[int, str]]) -> None:
    """Put each mark on its letter."""
    attached: list[tuple[Glyph, str, _Letter | None, _Letter | None, bool]] = []
    for number, text in marks:
        mark = glyphs[number]
        previous = _neighbour(letters, number, -1, mark)
        following = _neighbour(letters, number, 1, mark)
        if previous is None or following is None:
            attached.append((mark, text, previous or following, None, following is not None))
            continue
        arabic = not (previous.text[-1:].isascii() and following.text[:1].isascii())
        precedes = arabic and following.glyph.left >= previous.glyph.left
        if text[0] in ALEFS and (previous.text[-1:] == "ل") != (following.text[-1:] == "ل"):
            precedes = following.text[-1:] == "ل"
        likely, other = (following, previous) if precedes else (previous, following)
        attached.append((mark, text, likely, other, precedes))
    for mark, text, letter, other_letter, precedes in attached:
        if letter is None:
            continue
        if (
            other_letter is not None
            and _distance(other_letter, mark) < _distance(letter, mark) - _FAR * mark.size
        ):
            letter, precedes = other_letter, not precedes
        width = letter.glyph.right - letter.glyph.left
        position = (letter.glyph.right - _middle(mark)) / width if width > 0 else 0.0
        # Marks that precede their letter are in reverse order.
        if precedes:
            letter.marks.insert(0, (position, text))
        else:
            letter.marks.append((position, text))


def _neighbour(letters: Sequence[_Letter | None], number: int, step: int, mark: Glyph) -> _Letter | None:
    """The letter before (``step`` -1) or after (1) a mark in the file, if it is near."""
    index = number + step
    while 0 <= index < len(letters) and abs(index - number) < 8:
        letter = letters[index]
        if letter is not None:
            near = (
                abs(letter.glyph.base - mark.base) < 1.2 * mark.size and _distance(letter, mark) < mark.size
            )
            return letter if near and letter.text != " " else None
        index += step
    return None


def _middle(mark: Glyph) -> float:
    return 0.5 * (mark.left + mark.right)


def _distance(letter: _Letter, mark: Glyph) -> float:
    """The horizontal distance of a mark from a letter; 0 if it is above or below."""
    return max(letter.glyph.left - _middle(mark), _middle(mark) - letter.glyph.right, 0.0)


def _lines(letters: Iterable[_Letter]) -> list[list[_Letter]]:
    """The letters on each baseline, from left to right."""
    lines: list[list[_Letter]] = []
    anchor: Glyph | None = None
    for letter in sorted(letters, key=lambda letter: -letter.glyph.base):
        glyph = letter.glyph
        if anchor is None or anchor.base - glyph.base > _LEVEL * min(anchor.size, glyph.size):
            lines.append([])
            anchor = glyph
        lines[-1].append(letter)
    for line in lines:
        line.sort(key=lambda letter: (letter.glyph.left, letter.glyph.place))
    return lines


def _is_drawn_out(line: Sequence[_Letter]) -> bool:
    """Whether a program lengthened words to justify a line: its tatweels overlap."""
    return any(
        first.text == TATWEEL == second.text
        and second.glyph.left - first.glyph.left > 0
        and second.glyph.left < first.glyph.right - 0.04 * first.glyph.size
        for first, second in pairwise(line)
    )


def _without_kashidas(cells: Sequence[Cell]) -> None:
    """Remove the tatweels between two letters of a word from a row."""
    start = 0
    while start < len(cells):
        end = start
        while end < len(cells) and cells[end].text == TATWEEL:
            end += 1
        if end > start:
            if (
                start > 0
                and end < len(cells)
                and cells[start - 1].text[-1:].isalpha()
                and cells[end].text[:1].isalpha()
            ):
                for cell in cells[start:end]:
                    cell.text = ""
            start = end
        start += 1


def _split(line: list[_Letter], tally: Counter[str]) -> list[Row]:
    """Split a line into rows at wide gaps, and put spaces between words."""
    line = _without_shadows(line)
    visible = [letter for letter in line if letter.text != " "]
    if not visible:
        return []
    spaces = [0.5 * (letter.glyph.left + letter.glyph.right) for letter in line if letter.text == " "]
    gaps = [
        (right.glyph.left - left.glyph.right) / max(left.glyph.size, right.glyph.size, 0.1)
        for left, right in pairwise(visible)
    ]
    # Widths that make most letters overlap are wrong.
    trusted = sum(gap > -0.25 for gap in gaps) >= 0.7 * len(gaps)
    # In a letterspaced line, the usual gap is not a space.
    letter_spacing = sorted(gaps)[len(gaps) // 2] if len(gaps) > 4 else 0.0
    threshold = GAP + max(0.0, letter_spacing)
    rows: list[Row] = []
    cells = [_cell(visible[0])]
    start = 0
    for number, gap in enumerate(gaps, 1):
        letter, previous = visible[number], visible[number - 1]
        spaced = _space_between(spaces, previous.glyph, letter.glyph)
        largest, smallest = sorted((letter.glyph.size, previous.glyph.size), reverse=True)
        wide = gap * largest > _WIDE * smallest
        if trusted and spaced and gap < _NO_GAP:
            tally["spaces"] += 1
            spaced = False
        if wide:
            rows.append(_row(cells, visible[start:number]))
            cells, start = [], number
        elif spaced or (gap > threshold if trusted else gap > 3 * GAP):
            cells.append(Cell(" ", previous.glyph.right, letter.glyph.left))
        cells.append(_cell(letter))
    rows.append(_row(cells, visible[start:]))
    return rows


def _space_between(spaces: Sequence[float], left: Glyph, right: Glyph) -> bool:
    """Whether there is a space glyph between two letters."""
    index = bisect_left(spaces, left.left)
    return (
        index < len(spaces) and spaces[index] <= right.right and spaces[index] < right.left + 0.5 * right.size
    )


def _without_shadows(line: list[_Letter]) -> list[_Letter]:
    """The letters of a line, without second copies that make them bold or give them a shadow."""
    letters: list[_Letter] = []
    for letter in line:
        glyph = letter.glyph
        if letter.text != " " and any(
            previous.text == letter.text
            and abs(previous.glyph.left - glyph.left) < 0.08 * glyph.size
            and abs(previous.glyph.right - glyph.right) < 0.08 * glyph.size
            for previous in letters[-3:]
        ):
            continue
        letters.append(letter)
    return letters


def _cell(letter: _Letter) -> Cell:
    glyph = letter.glyph
    return Cell(_with_marks(letter.text, letter.marks), glyph.left, glyph.right)


def _with_marks(text: str, marks: Sequence[tuple[float, str]]) -> str:
    """The letters of a glyph, each followed by its marks, a shadda first."""
    if not marks:
        return text
    count = len(text)
    marks_of: dict[int, str] = {}
    lam_alef = count == 2 and text[0] == "ل" and text[1] in ALEFS
    for position, mark in marks:
        index = min(max(int(position * count), 0), count - 1)
        if lam_alef and len(marks) < 3:
            # Above a lam-alef the position tells little: the letter is the one that usually has such a mark.
            index = 1 if text[1] != "ا" or mark == _TANWIN else 0
        others = marks_of.get(index, "")
        if mark.startswith(_SHADDA) or (is_mark(mark) and others and not is_mark(others)):
            marks_of[index] = mark + others
        else:
            marks_of[index] = others + mark
    return "".join(char + marks_of.get(index, "") for index, char in enumerate(text))


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
