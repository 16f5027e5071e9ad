"""Decides whether an argument of the command line is an option, a word or a mistake.

In ``khabar search لافروف -موسكو -n 5``, options may appear anywhere, and ``-موسكو`` is a word of the query
that excludes articles. A dash before a Latin letter always begins an option, so that a misspelt option, or
one of another tool, is never taken for a word. After a lone ``--``, everything is a word.

Options may also be typed with the dashes of word processors (``–n``, ``—limit``), with invisible direction
marks, and in full-width letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from khabar.patterns import lazy_pattern

__all__ = ["DASHES", "Kind", "Read", "numeral", "read_argument", "visible"]

#: The dashes of keyboards and word processors.
DASHES = "-‐‑‒–—―−⁃﹘﹣－"

#: Dashes that word processors put in place of two hyphens.
_LONG = "—―"

_FULL_WIDTH = {code + 0xFEE0: code for code in range(0x21, 0x7F)}
_LETTERS = lazy_pattern(r"[A-Za-z-]*")
_FIELD = lazy_pattern(r"([A-Za-z]{1,12}):")


class Kind(Enum):
    """The kind of an argument."""

    OPTION = "option"
    WORD = "word"
    #: a dash with Latin letters that are not the name of an option
    WRONG = "wrong"


class Read(NamedTuple):
    """An argument that was read.

    Attributes:
        kind: its kind.
        names: the name of an option, or the names of joined flags (``-ny``); for a mistake, the typed text
            with plain dashes.
        value: the value of the last option, if it is in the same argument; else None.
    """

    kind: Kind
    names: tuple[str, ...] = ()
    value: str | None = None


def read_argument(argument: str, known: Mapping[str, bool]) -> Read:
    """Read an argument that is not the value of the option before it.

    Args:
        argument: as typed.
        known: the names of all options, and whether each takes a value.
    """
    head, equals, value = argument.partition("=")
    shown = visible(head)
    name = shown.lstrip(DASHES)
    dashes = shown.removesuffix(name)
    if not dashes or not _is_latin(name[:1]):
        return Read(Kind.WORD)
    typed = _as_meant(dashes, name, known)
    if len(name.split()) > 1:
        # The argument is a whole query in quotation marks, unless it begins with an option.
        first = read_argument(typed.split()[0], known)
        return (
            first._replace(kind=Kind.WRONG, names=(typed,)) if _is_option(first, typed) else Read(Kind.WORD)
        )
    if len(dashes) == 1 and _is_field(name):
        return Read(Kind.WORD)
    if typed in known:
        return Read(Kind.OPTION, (typed,), value if equals else None)
    if typed[1] != "-" and (joined := _joined_options(name, known)):
        names, attached = joined
        rest = f"{attached or ''}{equals}{value}" if equals else attached
        return Read(Kind.OPTION, names, rest)
    return Read(Kind.WRONG, (typed,))


def numeral(text: str) -> str:
    """A number in ASCII digits: ``٢٫٥`` becomes ``2.5``."""
    if text.isascii():
        return text
    plain = visible(text).strip().replace("٫", ".").replace("٬", "")
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else "-" if char in DASHES else char
        for char in plain
    )


def visible(text: str) -> str:
    """A text without invisible characters, with plain instead of full-width letters."""
    if text.isascii():
        return text
    return "".join(char for char in text if unicodedata.category(char) != "Cf").translate(_FULL_WIDTH)


def _as_meant(dashes: str, name: str, known: Mapping[str, bool]) -> str:
    """The name of an option with plain dashes. A dash of a word processor stands for one or two of them."""
    if dashes.strip("-"):
        if f"--{name}" in known and len(name) > 1:
            return f"--{name}"
        one = len(dashes) == 1 and (dashes not in _LONG or _joined_options(name, known) is not None)
        return f"{'-' if one else '--'}{name}"
    return f"{dashes}{name}"


def _is_latin(letter: str) -> bool:
    return (letter.isascii() and letter.isalpha()) or "À" <= letter <= "ɏ"


def _is_option(first: Read, typed: str) -> bool:
    return first.kind is Kind.OPTION or typed.startswith("--")


def _is_field(name: str) -> bool:
    """Whether ``-name`` excludes by a field of the query language, as ``-source:الخليج`` does."""
    field = _FIELD.match(name)
    if field is None:
        return False
    from khabar.query.field_names import FIELDS

    return field[1].lower() in FIELDS


def _joined_options(letters: str, known: Mapping[str, bool]) -> tuple[tuple[str, ...], str | None] | None:
    """Joined short options, of which the last may have a value (``-n5``, ``-vy``); None if they are none.

    A value in the same argument must not look like a name: ``-output`` is not ``-o`` with the value «utput».
    """
    names: list[str] = []
    for position, letter in enumerate(letters):
        name = f"-{letter}"
        if name not in known:
            return None
        names.append(name)
        if known[name]:
            value = letters[position + 1 :]
            if value and _LETTERS.fullmatch(value):
                return None
            return tuple(names), value or None
    return tuple(names), None
