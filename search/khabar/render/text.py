"""Formats text and values: JSON that is safe on a terminal, CSV that is safe in a spreadsheet, isolated text,
dates and shares.

Titles and paragraphs come from outside: they are data, and must never control a terminal. On a screen,
:func:`khabar.spelling.printable` makes them harmless; in JSON, :func:`escaped_json` does, and keeps every
character.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from khabar.patterns import lazy_pattern
from khabar.spelling import UNSAFE, controls_shown, visible

__all__ = [
    "csv_lines",
    "date",
    "date_here",
    "escaped",
    "escaped_json",
    "fenced",
    "flat",
    "isolated",
    "json_array",
    "moment",
    "near",
    "percent",
    "size",
    "wrapped",
]

#: The signs at the beginning of a cell that make it a formula; some spreadsheets accept the full-width forms.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_COMMAND = lazy_pattern(r"(?<=: )(?:khabar|pip|curl) .*$")


def escaped_json(value: Any, *, indent: int | None = None) -> str:
    """JSON with Arabic unescaped, and with every character escaped that `printable` would replace.

    The standard library escapes neither C1 controls nor bidi overrides, and a lone surrogate cannot be
    written at all.

    >>> escaped_json({"title": "\\x9b31m عاجل"})
    '{"title": "\\\\u009b31m عاجل"}'
    """
    import json

    return escaped(json.dumps(value, ensure_ascii=False, indent=indent))


def escaped(text: str) -> str:
    """JSON text with the same characters escaped as by :func:`escaped_json`."""
    # In JSON, such characters occur only inside strings, except for the line ends of the layout.
    return UNSAFE.sub(lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", text)


def json_array(records: Iterable[str]) -> Iterator[str]:
    """The lines of a JSON array, one per record.

    >>> list(json_array(["1", "2"])), list(json_array([]))
    (['[1', ',2', ']'], ['[]'])
    """
    prefix = "["
    for record in records:
        yield f"{prefix}{record}"
        prefix = ","
    yield "[]" if prefix == "[" else "]"


def fenced(text: str) -> str:
    """The text between left-to-right marks, so that on a terminal that reorders text it does not affect the
    order of its neighbours. Isolates would work better, but mlterm shows boxes for them.
    """
    return f"\u200e{text}\u200e"


def isolated(text: str) -> str:
    """The text between FSI and PDI, for lines that khabar puts into visual order."""
    return f"\u2068{text}\u2069"


def date(moment: datetime | None) -> str:
    """A moment for people: the day, and the time unless it is a naive midnight, which stands for a whole day.

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


def date_here(written: str) -> str:
    """A moment in ISO 8601, for people, in the time zone of this machine."""
    try:
        return date(datetime.fromisoformat(written).astimezone())
    except ValueError:
        return written


def moment(written: str) -> str:
    """A moment in ISO 8601, for people. Other text, as in an edited file, is returned unchanged.

    >>> moment("2024-10-09T14:30:00+00:00"), moment("soon"), moment("")
    ('2024-10-09 14:30 +00:00', 'soon', '')
    """
    try:
        return date(datetime.fromisoformat(written)) if written else ""
    except ValueError:
        return written


def wrapped(text: str, width: int) -> str:
    """A message wrapped between words. A command at its end stays on one line, so that it can be copied.

    Args:
        text: the message.
        width: the number of columns.

    >>> wrapped("khabar: nothing found for «riyadh»: khabar search 'a b'", 30).splitlines()
    ['khabar: nothing found for', "«riyadh»: khabar search 'a b'"]
    """
    command = _COMMAND.search(text)
    words = [*text[: command.start() - 1].split(" "), command[0]] if command else text.split(" ")
    lines = [""]
    used = 0
    for word in words:
        # Combining marks take no column; letters that take two are not considered.
        columns = sum(not unicodedata.combining(letter) for letter in word)
        if used and used + 1 + columns > width:
            lines.append(word)
            used = columns
        else:
            lines[-1] += f" {word}" if used else word
            used += columns + bool(used)
    return "\n".join(lines)


def percent(share: float) -> str:
    """A share, from 0 to 1, in percent. Only 0 is shown as 0.

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
    """A path relative to the current folder if it is inside it, else the whole path."""
    return path.removeprefix(f"{Path.cwd()}{os.sep}") if path else ""


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without nesting: ``{"a": {"b": 1}}`` becomes ``{"a.b": 1}``; lists become JSON.

    >>> flat({"a": {"b": 1}, "c": [1, {"d": 2}], "e": None})
    {'a.b': 1, 'c': '[1, {"d": 2}]', 'e': None}
    """
    row: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, Mapping):
            row |= {f"{key}.{name}": inner for name, inner in flat(value).items()}
        elif isinstance(value, list):
            import json

            row[key] = json.dumps(value, ensure_ascii=False)
        else:
            row[key] = value
    return row


def even(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows that all have the same columns, in the order of first occurrence; "" where a row lacks one.

    >>> even([{"a": 1}, {"a": 2, "b": 3}])
    [{'a': 1, 'b': ''}, {'a': 2, 'b': 3}]
    """
    all_rows = list(rows)
    columns = dict.fromkeys(name for row in all_rows for name in row)
    return [{name: row.get(name, "") for name in columns} for row in all_rows]


def csv_lines(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = ()) -> Iterator[str]:
    """Rows as lines of CSV, without line ends. The first line has the names of the columns.

    Control characters are made visible. A text that a spreadsheet would take for a formula is prefixed with
    an apostrophe, because titles, and some names of columns, come from outside.

    Args:
        rows: the rows.
        columns: the names of the columns; without any, those of the first row, and no line if there is none.
    """
    names = list(columns)
    if names:
        yield _line([_cell(name) for name in names])
    for row in rows:
        if not names:
            names = list(row)
            yield _line([_cell(name) for name in names])
        yield _line([_cell(row.get(name)) for name in names])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    shown = controls_shown(value)
    # Invisible characters before a sign do not hide it from every spreadsheet.
    return f"'{shown}" if visible(shown).lstrip().startswith(_FORMULA) else shown


def _line(cells: Iterable[str]) -> str:
    import csv
    import io

    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(list(cells))
    return buffer.getvalue().removesuffix("\n")
