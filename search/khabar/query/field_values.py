"""What is typed behind the colon of a field beside a name or a date: alternatives, names that are not meant,
and bounds of a period."""

from __future__ import annotations

import re
from typing import NamedTuple

from khabar.patterns import lazy_pattern
from khabar.query.quotes import QUOTES

__all__ = ["Bound", "bounds", "several"]

_ALTERNATIVES = lazy_pattern(r"\s+(?:OR|أو|او)\s+|\|\||[,،;؛]")
#: For a class of characters, in which a hyphen stands last.
_MINUS = "−–‐‑!－﹣！-"
#: A name that is not meant: «source:(الوادي -أونلاين)», «source:(الوادي NOT أونلاين)».
_REFUSED = lazy_pattern(
    rf"(?:^|(?<=\s))(?:NOT\s+|[{_MINUS}])(?P<name>[^\s{_MINUS}]\S*(?:\s+(?!NOT\s|[{_MINUS}]\S)\S+)*)"
)
_COMPARED = lazy_pattern(r"(>=|=>|≥|<=|=<|≤|>|<)\s*(?=[^\s<>=])(.+)", re.S)
_OPEN = lazy_pattern(r"(?P<first>.*?[^\s*])(?:\.{2,3}|…)\*?|\*?(?:\.{2,3}|…)(?P<last>[^\s*].*)", re.S)
#: By the field and the sign before its date: the field that says the same.
_SAID = {
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


class Bound(NamedTuple):
    """A condition on days.

    Attributes:
        field: ``date``, ``after``, ``until`` or ``before``.
        value: the date.
        refused: whether articles of these days are left out.
    """

    field: str
    value: str
    refused: bool = False


def several(inside: str) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """The names in the parentheses of a field that are meant, any of which is enough, and the ranges of those
    that are not meant.

    >>> several("الخليج، الوادي -أونلاين")
    (('الخليج', 'الوادي'), ((16, 23),))
    """
    meant: list[str] = []
    refused: list[tuple[int, int]] = []
    start = 0
    for separator in [*_ALTERNATIVES.finditer(inside), None]:
        end = separator.start() if separator else len(inside)
        piece = inside[start:end]
        if piece.strip()[:1] not in QUOTES or not piece.strip():
            for found in reversed(list(_REFUSED.finditer(piece))):
                refused.append((start + found.start("name"), start + found.end("name")))
                piece = piece[: found.start()] + piece[found.end() :]
        meant.append(piece)
        start = separator.end() if separator else end
    return named(meant), tuple(sorted(refused))


def named(pieces: list[str]) -> tuple[str, ...]:
    """The pieces with a letter or digit, without the quotation marks and spaces around them."""
    return tuple(
        value for piece in pieces if any(map(str.isalnum, value := piece.strip(f"{QUOTES} \t\n\u00a0")))
    )


def bounds(field: str, value: str) -> tuple[Bound, ...]:
    """The conditions that a comparison or a range with one end means; () for any other value.

    >>> bounds("date", "..2024")
    (Bound(field='until', value='2024', refused=False),)
    >>> [(each.field, each.refused) for each in bounds("date", ">2024-05")]
    [('after', False), ('date', True)]
    """
    if compared := _COMPARED.fullmatch(value):
        sign = _SPELLED.get(compared[1], compared[1])
        said = _SAID.get((field, sign))
        if said is None:
            return ()
        later = (Bound("date", compared[2], True),) if (field, sign) == ("date", ">") else ()
        return (Bound(said, compared[2]), *later)
    if field == "date" and (open_ := _OPEN.fullmatch(value)):
        first, last = open_["first"], open_["last"]
        return (Bound("after", first),) if first else (Bound("until", last),)
    return ()
