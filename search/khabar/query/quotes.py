"""Pairs the quotation marks of a query.

Keyboards, word processors and newsrooms produce many: "…" “…” „…“ «…» »…« ‹…› ″…″ ＂…＂ <<…>> ''…'' 「…」,
and mix them («…"). The position of a mark decides first: after a space and before a letter it opens,
after a letter and before a space it closes. Only if the position does not decide, its shape does. A
closing mark closes the last open mark of its kind; without one, the last open mark of any kind.

Single marks (‘…’, '…') are more often apostrophes. They count only in pairs, one at the beginning of a word
and the other at the end of one; between letters («l'Aube», «3'aza») they never count.
"""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from khabar.patterns import lazy_pattern

__all__ = ["QUOTES", "Quote", "quotes"]

#: The kinds of marks: the shapes that open, those that close, and those that can do both.
_KINDS = (
    ("“„‟❝⹂", "”❞", ()),
    ("«⟪", "»⟫", ()),
    ("‹", "›", ()),
    ("「", "」", ()),
    ("『", "』", ()),
    ("《", "》", ()),
    ("〈", "〉", ()),
    ("〝", "〞〟", ()),
    ((), (), ('"', "＂", "″", "‶", "ʺ", "˝", "״", "''", "´´", "′′")),
    (("``", "‘‘"), ("’’",), ()),
    (("<<",), (">>",), ()),
    ("‘‚‛`", "’", "'＇´"),
)
_SINGLE = len(_KINDS) - 1
#: For each mark its kind, and whether it opens (1), closes (-1) or can do both (0).
_SHAPES = {
    mark: (kind, turn)
    for kind, shapes in enumerate(_KINDS)
    for turn, marks in zip((1, -1, 0), shapes, strict=True)
    for mark in marks
}
#: All characters of marks.
QUOTES = "".join(sorted(set("".join(_SHAPES))))
_CHARACTERS = frozenset(QUOTES)
_MARK = lazy_pattern("|".join(map(re.escape, sorted(_SHAPES, key=len, reverse=True))))
#: The kinds whose marks open and close.
_BOTH = frozenset(kind for kind, turn in _SHAPES.values() if turn == 0 and kind != _SINGLE)
_ARABIC = lazy_pattern("[\u0600-\u06ff\ufb50-\ufefc]")
#: Characters besides a space that can precede an opening mark or follow a closing one.
_BEFORE = frozenset("([{:+-−–!=/|&،,؛;")
_AFTER = frozenset(")]}،,.؛;:؟?!…~/|&")


class Quote(msgspec.Struct, frozen=True):
    """A quotation mark.

    Attributes:
        end: its end position.
        closing: for an opening mark, the position of its closing mark; None without one.
        opens: whether it opens, or could by its shape.
    """

    end: int
    closing: int | None
    opens: bool


def quotes(text: str) -> dict[int, Quote]:
    """Find the quotation marks of a text by position, in linear time. Apostrophes do not count.

    >>> quotes('«وقف إطلاق" النار')
    {0: Quote(end=1, closing=10, opens=True), 10: Quote(end=11, closing=None, opens=False)}
    >>> quotes("l'Aube")
    {}
    """
    if _CHARACTERS.isdisjoint(text):
        return {}
    marks = list(_MARK.finditer(text))
    if not marks:
        return {}
    ends = {match.start(): match.end() for match in marks}
    #: the open marks by position and kind, and their number by kind
    opened: list[tuple[int, int]] = []
    kinds: Counter[int] = Counter()
    closings: dict[int, int] = {}
    strays: list[tuple[int, bool]] = []
    for match, (before, after) in zip(marks, _neighbours(text, marks), strict=True):
        kind, shape = _SHAPES[match[0]]
        begins = not before or before.isspace() or before in _BEFORE
        closes = not after or after.isspace() or after in _AFTER
        if begins != closes:
            turn = 1 if begins else -1
        elif kind == _SINGLE:
            turn = -1 if closes else 0
        else:
            turn = shape or (-1 if kinds[kind] else 1)
        if kind == _SINGLE and (turn == 0 or (turn < 0 and not kinds[kind])):
            continue
        place = match.start()
        if turn > 0:
            opened.append((place, kind))
            kinds[kind] += 1
        elif opened:
            partner = kind if kinds[kind] else opened[-1][1]
            while True:
                opening, its_kind = opened.pop()
                kinds[its_kind] -= 1
                if its_kind == partner:
                    break
            closings[opening] = place
        else:
            strays.append((place, shape == 0))
    pairs = {place: Quote(ends[place], None, opens) for place, opens in strays}
    for place, kind in _unclosed(opened, closings):
        if kind != _SINGLE or _ARABIC.match(text, ends[place]):
            pairs[place] = Quote(ends[place], None, True)
    for opening, closing in closings.items():
        pairs[opening] = Quote(ends[opening], closing, True)
        pairs[closing] = Quote(ends[closing], None, False)
    return dict(sorted(pairs.items()))


def _neighbours(text: str, marks: list[re.Match[str]]) -> list[tuple[str, str]]:
    """For each mark the characters before and after it, apart from other marks; "" at an end of the text."""
    before: list[str] = []
    for number, match in enumerate(marks):
        start = match.start()
        glued = number > 0 and marks[number - 1].end() == start
        before.append(before[-1] if glued else text[start - 1 : start])
    after = [""] * len(marks)
    for number in reversed(range(len(marks))):
        end = marks[number].end()
        glued = number + 1 < len(marks) and marks[number + 1].start() == end
        after[number] = after[number + 1] if glued else text[end : end + 1]
    return list(zip(before, after, strict=True))


def _unclosed(opened: list[tuple[int, int]], closings: dict[int, int]) -> list[tuple[int, int]]:
    """The marks that stay open, after marks that can do both have closed the mark before them («"غزة
    "رفح»)."""
    left: list[tuple[int, int]] = []
    for place, kind in opened:
        if left and left[-1][1] == kind and kind in _BOTH:
            closings[left.pop()[0]] = place
        else:
            left.append((place, kind))
    return left
