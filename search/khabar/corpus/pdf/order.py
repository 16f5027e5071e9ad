"""Convert the visual order of a line to logical order: the bidirectional algorithm in reverse.

A line is a sequence of cells from left to right, each a glyph with its text. Inside an Arabic line, numbers
and Latin words run from left to right, everything else from right to left. Which signs belong to a number
depends on the text before it, by the rules of UAX #9, which the producers of PDF files follow:

* after an Arabic letter, European digits count as Arabic ones (W2). ``/ : . ,`` join two numbers to one that
  runs from left to right, but ``-`` and ``%`` do not: «2023-10-07» is on the page as 07-10-2023, with 2023 at
  the right.
* at the start of a paragraph and after a Latin letter, ``-``, ``+``, ``%`` and currency signs belong to the
  number (W4, W5).
* after a Latin letter, a number belongs to the Latin run (W7): GPT-4.

Brackets are mirrored glyphs. Some files store their appearance and some their meaning, so neither counts: a
bracket opens if the text inside follows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from unicodedata import bidirectional

import msgspec

__all__ = ["Cell", "is_right_to_left", "logical"]


class Cell(msgspec.Struct):
    """A glyph in a line.

    Attributes:
        text: the characters that it stands for, in logical order; a space for a gap between words.
        left, right: x of its ends on the line, in points.
    """

    text: str
    left: float = 0.0
    right: float = 0.0


_OPENING = dict(zip("([{<«‹﴿", ")]}>»›﴾", strict=True))
_CLOSING = {closing: opening for opening, closing in _OPENING.items()}
_BRACKETS = frozenset((*_OPENING, *_CLOSING))
_KINDS = {
    **{"AL": "R", "R": "R", "L": "L", "EN": "E", "AN": "A", "CS": "C", "ES": "S", "ET": "T"},
    **dict.fromkeys(("WS", "B", "S"), "W"),
}
"""The classes of cells by the bidirectional classes of Unicode."""
_PERCENT = frozenset("%٪‰")
_AFTER_CLOSING = frozenset(".,:;!?،؛؟…-–—/")


@lru_cache(4096)
def _kind(text: str) -> str:
    """The class of a cell: ``R`` and ``L`` for letters, ``E`` and ``A`` for European and Arabic digits,
    ``C``, ``S`` and ``T`` for separators and terminators of numbers, ``W`` for a space, ``N`` for neutral
    characters."""
    for char in text:
        # A mark has the class of its letter.
        if (class_ := bidirectional(char)) != "NSM":
            return _KINDS.get(class_, "N")
    return "N"


def is_right_to_left(cells: Sequence[Cell]) -> bool | None:
    """Whether the cells are mainly Arabic (or Hebrew) rather than in scripts from left to right; None if
    there are no letters."""
    right = left = 0
    for cell in cells:
        kind = _kind(cell.text)
        right += kind == "R"
        left += kind == "L"
    if not right and not left:
        return None
    # Latin letters count half, because quoted code and addresses are long.
    return 2 * right >= left


def logical(cells: Sequence[Cell], rightward: bool, strong: str = "") -> tuple[str, str]:
    """The text of a line in logical order.

    Args:
        cells: its cells, from left to right.
        rightward: whether the paragraph runs from left to right.
        strong: the class of the last letter before this line in the paragraph, ``R`` or ``L``; "" at the
            start of the paragraph.

    Returns:
        The text, and the class of its last letter, for the next line.
    """
    kinds = [_kind(cell.text) for cell in cells]
    pieces: list[tuple[str, bool]] = []
    if rightward:
        place = 0
        while place < len(cells):
            end = _arabic_run(kinds, place)
            if end > place:
                _from_right(cells, kinds, place, end, "L", pieces)
                place = end
            else:
                pieces.append((cells[place].text, False))
                place += 1
        strong = next((kind for kind in reversed(kinds) if kind in "RL"), strong)
    else:
        strong = _from_right(cells, kinds, 0, len(cells), strong, pieces)
    return _with_brackets(pieces), strong


def _arabic_run(kinds: Sequence[str], start: int) -> int:
    """The end of the Arabic run that begins at ``start`` in a line from left to right: after its last letter
    or Arabic number."""
    if kinds[start] not in "RA":
        return start
    end = place = start
    while place < len(kinds) and kinds[place] != "L":
        if kinds[place] in "RA":
            end = place + 1
        place += 1
    return end


def _from_right(
    cells: Sequence[Cell],
    kinds: Sequence[str],
    start: int,
    end: int,
    strong: str,
    pieces: list[tuple[str, bool]],
) -> str:
    """Append the cells of an Arabic stretch to the pieces of a text, and return the class of the last
    letter."""
    runs = _latin_runs(kinds, start, end)
    place = end - 1
    while place >= start:
        first = runs.get(place)
        if first is not None:
            pieces.extend((cells[at].text, False) for at in range(first, place + 1))
            strong = "L"
            place = first - 1
            continue
        if kinds[place] in "EAT":
            # A percent sign to the right of a number was put there to be read after it.
            percent = cells[place].text in _PERCENT and place > start and kinds[place - 1] in "EA"
            first = _number(kinds, start, place - percent, strong)
            if first <= place:
                pieces.extend((cells[at].text, False) for at in range(first, place + 1))
                place = first - 1
                continue
        if kinds[place] == "R":
            strong = "R"
        pieces.append((cells[place].text, True))
        place -= 1
    return strong


def _latin_runs(kinds: Sequence[str], start: int, end: int) -> dict[int, int]:
    """The Latin runs: the index of the last cell of each, with that of the first."""
    runs: dict[int, int] = {}
    place = start
    while place < end:
        if kinds[place] != "L":
            place += 1
            continue
        first = place
        # 5G, 3D: a number directly before Latin letters belongs to them.
        while first > start and (
            kinds[first - 1] == "E"
            or (kinds[first - 1] in "CS" and first - 1 > start and kinds[first] == kinds[first - 2] == "E")
        ):
            first -= 1
        last = at = place
        while at < end and kinds[at] not in "RA":
            if kinds[at] in "LE":
                last = at
            at += 1
        # C++, 5%
        while last + 1 < end and kinds[last + 1] == "T" and kinds[last] == "E":
            last += 1
        runs[last] = first
        place = last + 1
    return runs


def _number(kinds: Sequence[str], start: int, last: int, strong: str) -> int:
    """The index of the first cell of the number that ends with cell ``last``; ``last + 1`` if there is
    none."""
    european = strong != "R"
    place = last
    while european and place >= start and kinds[place] == "T":
        place -= 1
    if place < start or kinds[place] not in "EA":
        return last + 1
    digits = kinds[place]
    european = european and digits == "E"
    if not european and place != last:
        return last + 1
    while True:
        while place >= start and kinds[place] in "EA":
            place -= 1
        joins = place > start and kinds[place - 1] in "EA"
        if not joins or not (kinds[place] == "C" or (european and kinds[place] == "S")):
            break
        place -= 1
    first = place + 1
    while european and first > start and kinds[first - 1] == "T":
        first -= 1
    return first


def _with_brackets(pieces: Sequence[tuple[str, bool]]) -> str:
    """Join the pieces of a text; the spaces around a bracket tell whether it opens or closes."""
    if not any(text in _BRACKETS for text, _ in pieces):
        return "".join(text for text, _ in pieces)
    texts = [text for text, _ in pieces]
    open_brackets: list[str] = []
    for place, text in enumerate(texts):
        if text not in _BRACKETS:
            continue
        opening = text if text in _OPENING else _CLOSING[text]
        before = texts[place - 1][-1:] if place else " "
        after = texts[place + 1][:1] if place + 1 < len(texts) else " "
        starts = (before.isspace() or before in _OPENING) - (after.isspace() or after in _AFTER_CLOSING)
        if opening in "<":
            # It is more often «less than» than a bracket.
            is_open = (text in _OPENING) != pieces[place][1] if not starts else starts > 0
        elif starts:
            is_open = starts > 0
        else:
            is_open = opening not in open_brackets
        if is_open:
            open_brackets.append(opening)
        elif opening in open_brackets:
            open_brackets.remove(opening)
        texts[place] = opening if is_open else _OPENING[opening]
    return "".join(texts)
