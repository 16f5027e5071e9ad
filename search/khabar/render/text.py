"""Text from outside made harmless. Titles and paragraphs come from strangers: they are data, never
instructions to a terminal.

Two ways, by where the text goes: :func:`printable` for a screen, :func:`escaped_json` for JSON, which keeps
every character.
"""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

__all__ = [
    "controls_shown",
    "date",
    "escaped",
    "escaped_json",
    "fenced",
    "isolated",
    "near",
    "percent",
    "printable",
    "size",
]

#: C0 and C1 controls, DEL, line separators, bidi embeddings, overrides and isolates, and what no encoding
#: can hold.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")


def printable(text: str) -> str:
    """The text as one line that a terminal can only show, not obey.

    Tabs and line ends become spaces; other control characters their visible pictures (␛ for ESC); bidi
    embeddings, overrides and isolates go, for one that is left open would turn the rest of the screen
    around. Marks that only sit between letters (LRM, RLM, joiners) stay.

    >>> printable("\\x1b[31mأحمر\\u202e عاجل\\n")
    '␛[31mأحمر عاجل '
    """
    return _UNSAFE.sub(_harmless, text)


def controls_shown(text: str) -> str:
    """The same for a text of several lines: line ends stay."""
    return "\n".join(printable(line) for line in text.replace("\r\n", "\n").split("\n"))


def _harmless(match: re.Match[str]) -> str:
    char = match[0]
    if char in _SPACES:
        return " "
    if char in _BIDI:
        return ""
    if char < " ":
        return chr(0x2400 + ord(char))
    return "\u2421" if char == "\x7f" else "\ufffd"


def escaped_json(value: Any, *, indent: int | None = None) -> str:
    """JSON with Arabic as it is, and with every character that :func:`printable` would touch escaped.

    The standard library leaves C1 controls and bidi overrides as they are, and a lone surrogate cannot be
    written at all.

    >>> escaped_json({"title": "\\x9b31m عاجل"})
    '{"title": "\\\\u009b31m عاجل"}'
    """
    import json

    return escaped(json.dumps(value, ensure_ascii=False, indent=indent))


def escaped(text: str) -> str:
    """The same for JSON that is text already."""
    # In JSON such characters stand inside strings alone, but for the line ends of its own layout.
    return _UNSAFE.sub(lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", text)


def fenced(text: str) -> str:
    """The text between left-to-right marks, so that on a terminal that reorders it does not draw its neighbours
    into its own order. Isolates would do it better; mlterm shows boxes for them.
    """
    return f"\u200e{text}\u200e"


def isolated(text: str) -> str:
    """The text between FSI and PDI: the same for lines that are put into visual order here."""
    return f"\u2068{text}\u2069"


def date(moment: datetime | None) -> str:
    """A moment for people: the day, and the time of day unless it is a naive midnight, which stands for a
    day alone.

    >>> date(datetime(2024, 10, 9)), date(datetime(2024, 10, 9, 14, 30)), date(None)
    ('2024-10-09', '2024-10-09 14:30', '')
    """
    if moment is None:
        return ""
    day = moment.date().isoformat()
    if moment.tzinfo is None and not (moment.hour or moment.minute or moment.second):
        return day
    zone = moment.strftime("%z")
    return f"{day} {moment:%H:%M}" + (f" {zone[:3]}:{zone[3:5]}" if zone else "")


def percent(share: float) -> str:
    """A share of 1 in percent; one that is not 0 is not shown as 0.

    >>> percent(0.394), percent(0.004), percent(0), percent(1)
    ('39 %', '<1 %', '0 %', '100 %')
    """
    return "<1 %" if 0 < share < 0.005 else f"{share * 100:.0f} %"


_UNITS = {"en": ("B", "kB", "MB", "GB"), "ar": ("بايت", "كيلوبايت", "ميغابايت", "غيغابايت")}


def size(count: int, language: str = "en") -> str:
    """A number of bytes for people.

    >>> size(900), size(15_400), size(2_345_678), size(2_345_678, "ar")
    ('900 B', '15.4 kB', '2.3 MB', '2.3 ميغابايت')
    """
    value = float(count)
    units = _UNITS[language]
    place = 0
    while value >= 1000 and place < len(units) - 1:
        value /= 1000
        place += 1
    return f"{value:.{min(place, 1)}f} {units[place]}"


def near(path: str) -> str:
    """A path as short as it can be from here."""
    return path.removeprefix(f"{Path.cwd()}{os.sep}") if path else ""
