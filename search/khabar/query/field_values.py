"""Parses the value of a field beyond a single name or date: alternatives, excluded names, and the bounds of a
period. Also tells a date from other text."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from khabar.index.plan import Occur
from khabar.patterns import lazy_pattern
from khabar.query.quotes import QUOTES

__all__ = ["SIGNS", "Bound", "alternatives", "bounds", "is_date", "without_quotes"]

_ALTERNATIVES = lazy_pattern(r"\s+(?:OR|أو|او)\s+|\|\||[,،;؛]")
#: The signs before a word, a field or a name.
SIGNS = {
    "+": Occur.MUST,
    "-": Occur.MUST_NOT,
    "−": Occur.MUST_NOT,
    "–": Occur.MUST_NOT,
    "‐": Occur.MUST_NOT,
    "‑": Occur.MUST_NOT,
    "!": Occur.MUST_NOT,
    # full width and small, as keyboards of other scripts make them
    "＋": Occur.MUST,
    "﹢": Occur.MUST,
    "－": Occur.MUST_NOT,
    "﹣": Occur.MUST_NOT,
    "！": Occur.MUST_NOT,
}
#: The signs that exclude, for a class of characters, in which a hyphen comes last.
_MINUS = "".join(sorted((sign for sign in SIGNS if SIGNS[sign] is Occur.MUST_NOT), key="-".__eq__))
#: An excluded name: «source:(الوادي -أونلاين)», «source:(الوادي NOT أونلاين)».
_EXCLUDED = lazy_pattern(
    rf"(?:^|(?<=\s))(?:NOT\s+|[{_MINUS}])(?P<name>[^\s{_MINUS}]\S*(?:\s+(?!NOT\s|[{_MINUS}]\S)\S+)*)"
)
_COMPARED = lazy_pattern(r"(>=|=>|≥|<=|=<|≤|>|<)\s*(?=[^\s<>=])(.+)", re.S)
_OPEN = lazy_pattern(r"(?P<first>.*?[^\s*])(?:\.{2,3}|…)\*?|\*?(?:\.{2,3}|…)(?P<last>[^\s*].*)", re.S)
#: The field with the same meaning, by a field and the sign before its date.
_SAME_MEANING = {
    ("date", ">"): "after",
    ("date", ">="): "after",
    ("date", "<="): "until",
    ("date", "<"): "before",
    ("after", ">"): "after",
    ("after", ">="): "after",
    ("until", "<="): "until",
    ("before", "<"): "before",
}
_SPELLED = {"=>": ">=", "≥": ">=", "=<": "<=", "≤": "<="}
#: An arbitrary reference, to test only whether a text is a date.
_SOME_DAY = date(2000, 1, 1)


class Bound(NamedTuple):
    """A condition on days.

    Attributes:
        field: ``date``, ``after``, ``until`` or ``before``.
        value: the date.
        excluded: whether articles of these days are excluded.
    """

    field: str
    value: str
    excluded: bool = False


def alternatives(inside: str) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """The names in the parentheses of a field, any of which is enough, and the ranges of the excluded ones.

    >>> alternatives("الخليج، الوادي -أونلاين")
    (('الخليج', 'الوادي'), ((16, 23),))
    """
    included: list[str] = []
    excluded: list[tuple[int, int]] = []
    start = 0
    for separator in [*_ALTERNATIVES.finditer(inside), None]:
        end = separator.start() if separator else len(inside)
        piece = inside[start:end]
        if piece.strip()[:1] not in QUOTES or not piece.strip():
            for match in reversed(list(_EXCLUDED.finditer(piece))):
                excluded.append((start + match.start("name"), start + match.end("name")))
                piece = piece[: match.start()] + piece[match.end() :]
        included.append(piece)
        start = separator.end() if separator else end
    return without_quotes(included), tuple(sorted(excluded))


def without_quotes(pieces: list[str]) -> tuple[str, ...]:
    """The pieces with a letter or digit, without the quotation marks and spaces around them."""
    return tuple(
        value for piece in pieces if any(map(str.isalnum, value := piece.strip(f"{QUOTES} \t\n\u00a0")))
    )


def bounds(field: str, value: str) -> tuple[Bound, ...]:
    """The conditions of a comparison or of a range with one end; () for any other value.

    >>> bounds("date", "..2024")
    (Bound(field='until', value='2024', excluded=False),)
    >>> [(bound.field, bound.excluded) for bound in bounds("date", ">2024-05")]
    [('after', False), ('date', True)]
    """
    if compared := _COMPARED.fullmatch(value):
        sign = _SPELLED.get(compared[1], compared[1])
        same_field = _SAME_MEANING.get((field, sign))
        if same_field is None:
            return ()
        later = (Bound("date", compared[2], True),) if (field, sign) == ("date", ">") else ()
        return (Bound(same_field, compared[2]), *later)
    if field == "date" and (open_ := _OPEN.fullmatch(value)):
        first, last = open_["first"], open_["last"]
        return (Bound("after", first),) if first else (Bound("until", last),)
    return ()


def is_date(text: str) -> bool:
    """Whether a text is a date or period, on any day."""
    # The grammar of dates takes a while to import.
    from khabar.dates import DateSpan, parse_period

    return isinstance(parse_period(text, _SOME_DAY), DateSpan)
