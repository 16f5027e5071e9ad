"""How an argument of the command line is read: as an option, as a word, or as a mistake.

``khabar search لافروف -موسكو -n 5``: options stand wherever they like, and ``-موسكو`` is a word of the query,
which leaves out the articles that have it. A dash before a Latin letter always means an option, so that a
slip in its name, or an option of another tool, is never taken for a word. Behind a lone ``--`` all is words.

Options are read as they were meant, too: with a dash of a word processor before them (``–n``, ``—limit``),
with invisible direction marks that were copied along, or in full-width letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

__all__ = ["DASHES", "Kind", "Read", "numeral", "read_argument", "visible"]

#: What keyboards and word processors make of a dash.
DASHES = "-‐‑‒–—―−⁃﹘﹣－"

#: Those that word processors make of two dashes.
_LONG = "—―"

_FULL_WIDTH = {code + 0xFEE0: code for code in range(0x21, 0x7F)}
_OPTION = re.compile(rf"([{DASHES}]+)(?=[A-Za-zÀ-ɏ])(.*)", re.DOTALL)
_LETTERS = re.compile(r"[A-Za-z-]*")
_FIELD = re.compile(r"([A-Za-z]{1,12}):")


class Kind(Enum):
    """What an argument is."""

    OPTION = "option"
    WORD = "word"
    #: a dash and Latin letters that name no option
    WRONG = "wrong"


class Read(NamedTuple):
    """An argument that was read.

    Attributes:
        kind: its kind.
        names: of an option its name; several for flags in one piece (``-ny``). Of a mistake what was typed,
            with plain dashes.
        value: the value of the (last) option in the same argument; None if there is none.
    """

    kind: Kind
    names: tuple[str, ...] = ()
    value: str | None = None


def read_argument(argument: str, known: Mapping[str, bool]) -> Read:
    """Read an argument that is not the value of the option before it.

    Args:
        argument: as typed.
        known: the names of the options, and whether each takes a value.
    """
    head, equals, value = argument.partition("=")
    found = _OPTION.match(visible(head))
    if found is None:
        return Read(Kind.WORD)
    dashes, name = found.groups()
    typed = _as_meant(dashes, name, known)
    if len(name.split()) > 1:
        # A whole query between quotation marks, unless it begins with an option.
        first = read_argument(typed.split()[0], known)
        return (
            first._replace(kind=Kind.WRONG, names=(typed,)) if _is_option(first, typed) else Read(Kind.WORD)
        )
    if len(dashes) == 1 and _is_field(name):
        return Read(Kind.WORD)
    if typed in known:
        return Read(Kind.OPTION, (typed,), value if equals else None)
    if typed[1] != "-" and (together := _together(name, known)):
        names, attached = together
        rest = f"{attached or ''}{equals}{value}" if equals else attached
        return Read(Kind.OPTION, names, rest)
    return Read(Kind.WRONG, (typed,))


def numeral(text: str) -> str:
    """A number in ASCII digits, whatever digits were typed: ``٢٫٥`` becomes ``2.5``."""
    if text.isascii():
        return text
    plain = visible(text).strip().replace("٫", ".").replace("٬", "")
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else "-" if char in DASHES else char
        for char in plain
    )


def visible(text: str) -> str:
    """A text without its invisible characters, and with full-width letters as plain ones."""
    if text.isascii():
        return text
    return "".join(char for char in text if unicodedata.category(char) != "Cf").translate(_FULL_WIDTH)


def _as_meant(dashes: str, name: str, known: Mapping[str, bool]) -> str:
    """An option's name after plain dashes. A word processor's dash can mean one or two."""
    if dashes.strip("-"):
        if f"--{name}" in known and len(name) > 1:
            return f"--{name}"
        one = len(dashes) == 1 and (dashes not in _LONG or _together(name, known) is not None)
        return f"{'-' if one else '--'}{name}"
    return f"{dashes}{name}"


def _is_option(first: Read, typed: str) -> bool:
    return first.kind is Kind.OPTION or typed.startswith("--")


def _is_field(name: str) -> bool:
    """Whether ``-name`` leaves out a field of the query language, as ``-source:الخليج`` does."""
    found = _FIELD.match(name)
    if found is None:
        return False
    from khabar.query.lexer import FIELDS

    return found[1].lower() in FIELDS


def _together(letters: str, known: Mapping[str, bool]) -> tuple[tuple[str, ...], str | None] | None:
    """Short options in one piece, the last with its value: ``-n5``, ``-vy``; None for anything else.

    A value in the same piece must not look like a name: ``-output`` is no ``-o`` with the value «utput».
    """
    names: list[str] = []
    for place, letter in enumerate(letters):
        name = f"-{letter}"
        if name not in known:
            return None
        names.append(name)
        if known[name]:
            value = letters[place + 1 :]
            if value and _LETTERS.fullmatch(value):
                return None
            return tuple(names), value or None
    return tuple(names), None
