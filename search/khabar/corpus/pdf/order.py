"""From the order on the page to the order of speech: the bidirectional algorithm, backwards.

A line arrives as cells from left to right, each a glyph with its text. Numbers and Latin words run from left
to right inside an Arabic line, everything else from right to left. Which signs belong to a number depends on
what is said before it, as in Unicode's annex 9 (UAX #9), whose rules the producers of PDF files follow:

* behind an Arabic letter, European digits count as Arabic ones (W2). ``/ : . ,`` join two numbers to one
  that runs from left to right, but ``-`` and ``%`` do not: «2023-10-07» stands on the page as 07-10-2023,
  with 2023 at the right.
* at the start of a paragraph and behind a Latin letter, ``-``, ``+``, ``%`` and currency signs belong to the
  number (W4, W5).
* behind a Latin letter, a number belongs to the Latin run (W7): GPT-4.

Brackets are mirrored glyphs. Files say of them either what they look like or what they mean, so neither is
believed: a bracket opens if its text follows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from unicodedata import bidirectional

import msgspec

__all__ = ["Cell", "is_right_to_left", "logical"]


class Cell(msgspec.Struct):
    """What one glyph stands for.

    Attributes:
        text: its characters in logical order; a space for a gap between words.
        left, right: where it begins and ends on the line, in points.
    """

    text: str
    left: float = 0.0
    right: float = 0.0


_OPENING = dict(zip("([{<«‹﴿", ")]}>»›﴾", strict=True))
_CLOSING = {closing: opening for opening, closing in _OPENING.items()}
_BRACKETS = frozenset((*_OPENING, *_CLOSING))
_PERCENT = frozenset("%٪‰")
_AFTER_CLOSING = frozenset(".,:;!?،؛؟…-–—/")


@lru_cache(4096)
def _kind(text: str) -> str:
    """The class of a cell: ``R`` and ``L`` for letters, ``E`` and ``A`` for European and Arabic digits,
    ``C``, ``S`` and ``T`` for separators and terminators of numbers, ``W`` for a space, ``N`` for what is
    neutral."""
    for char in text:
        found = bidirectional(char)
        if found in ("AL", "R"):
            return "R"
        if found == "L":
            return "L"
        if found in ("EN", "AN"):
            return found[0]
        if found in ("CS", "ES", "ET"):
            return found[0] if found != "ES" and found != "ET" else found[1]
        if found in ("WS", "B", "S"):
            return "W"
        if found != "NSM":
            return "N"
    return "N"


def is_right_to_left(cells: Sequence[Cell]) -> bool | None:
    """Whether more of these are letters of Arabic (or Hebrew) than of scripts from left to right; None if
    there are no letters."""
    right = left = 0
    for cell in cells:
        kind = _kind(cell.text)
        right += kind == "R"
        left += kind == "L"
    if not right and not left:
        return None
    # A Latin word takes as much room as an Arabic one, but quotations of code and addresses are long.
    return 2 * right >= left


def logical(cells: Sequence[Cell], rightward: bool, strong: str = "") -> tuple[str, str]:
    """The text of a line.

    Args:
        cells: from left to right.
        rightward: whether the paragraph runs from left to right.
        strong: the class of the last letter before this line in the paragraph, ``R`` or ``L``; "" at its
            start.

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
    """The end of the Arabic run that begins here in a line from left to right: up to its last letter or
    Arabic number."""
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
    """Add the cells of an Arabic stretch to the pieces of a text, and say which class of letter was the
    last."""
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
            # Whoever writes a percent sign at the right of a number means it behind that.
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
    """Latin runs, as the place of their last cell and that of their first."""
    runs: dict[int, int] = {}
    place = start
    while place < end:
        if kinds[place] != "L":
            place += 1
            continue
        first = place
        # 5G, 3D: with nothing between them, the number is on the same level.
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
    """Where the number begins whose last cell this is; behind ``last`` if there is none."""
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
    """The pieces of a text joined, with each bracket opening or closing as the spaces around it say."""
    if not any(text in _BRACKETS for text, _ in pieces):
        return "".join(text for text, _ in pieces)
    texts = [text for text, _ in pieces]
    open_ones: list[str] = []
    for place, text in enumerate(texts):
        if text not in _BRACKETS:
            continue
        opening = text if text in _OPENING else _CLOSING[text]
        before = texts[place - 1][-1:] if place else " "
        after = texts[place + 1][:1] if place + 1 < len(texts) else " "
        starts = (before.isspace() or before in _OPENING) - (after.isspace() or after in _AFTER_CLOSING)
        if opening in "<":
            # More often «less than» than a bracket.
            is_open = (text in _OPENING) != pieces[place][1] if not starts else starts > 0
        elif starts:
            is_open = starts > 0
        else:
            is_open = opening not in open_ones
        if is_open:
            open_ones.append(opening)
        elif opening in open_ones:
            open_ones.remove(opening)
        texts[place] = opening if is_open else _OPENING[opening]
    return "".join(texts)
