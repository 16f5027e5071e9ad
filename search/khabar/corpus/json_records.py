"""The records of JSON and JSON Lines, one at a time.

Both functions yield ``(number, record)``; where something cannot be read the record is an `Unreadable` that
says why, and the reading goes on behind it as far as it can: behind a broken line always, behind a broken
element of an array never (nobody can tell where it ends).

`document` reads a whole text: an array of records, an object, an object with the list of records in it, or
several of these one after the other. Elements of an array are decoded one by one, so those in front of a
break are read and only one is in memory at a time. `lines` reads one record a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING

from khabar.corpus.records import Records, records_in
from khabar.corpus.report import Aside, Unreadable

if TYPE_CHECKING:
    from khabar.corpus.content import Content, Found

__all__ = ["Numbered", "document", "lines", "read_document", "read_lines"]

Numbered = tuple[int | None, object]
"""A record, or an `Unreadable` in its place, and its number; None for the only object of a document."""

_DECODER = json.JSONDecoder()
_WHITE = re.compile(r"[\s\ufeff]*")
_TOO_MANY = 1000
"""After this many values in a row that are no objects the rest is not tried: it is no list of articles."""
MOST_VALUES = 8_000_000
"""Values that a text may have. One takes seventy bytes of memory, and can be made of three bytes of text;
news has one in a hundred."""


def read_document(content: Content) -> Iterator[Found]:
    """The articles of a JSON text."""
    return Records(content.fields, content.mapped, content.dates).drafts(document(content.text()))


def read_lines(content: Content) -> Iterator[Found]:
    """The articles of JSON Lines."""
    return Records(content.fields, content.mapped, content.dates).drafts(lines(content.lines()))


def document(text: str) -> Iterator[Numbered]:
    """The records of a JSON text; their numbers count from 1 through all of it."""
    return _until_hopeless(_document(text))


def lines(source: Iterable[str | Unreadable]) -> Iterator[Numbered]:
    """The records of a text with one a line, numbered by their lines; blank lines are passed over."""
    return _until_hopeless(_lines(source))


def _document(text: str) -> Iterator[Numbered]:
    _check_values(text)
    number = 0
    position = _behind_white(text, 0)
    while position < len(text):
        if text[position] == "[":
            end = yield from _array(text, position + 1, number)
            if end is None:
                return
            position, number = end
        else:
            try:
                value, position = _DECODER.raw_decode(text, position)
            except (ValueError, RecursionError) as error:
                number += 1
                yield number, _broken(error)
                # The next one probably begins a line; a deep nest is not tried again from every depth.
                position = -1 if isinstance(error, RecursionError) else text.find("\n{", position)
                if position < 0:
                    return
            else:
                records = records_in(value)
                if records is None and number == 0 and _behind_white(text, position) == len(text):
                    yield None, value
                    return
                for record in [value] if records is None else records:
                    number += 1
                    yield number, record
        position = _behind_white(text, position)


def _array(text: str, position: int, number: int) -> Generator[Numbered, None, tuple[int, int] | None]:
    """The elements of an array from behind its bracket; returns its end and the last number, or None."""
    while True:
        position = _behind_white(text, position)
        if text[position : position + 1] == "]":
            return position + 1, number
        number += 1
        try:
            value, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            yield number, _broken(error, "-array")
            return None
        for record in _unwrapped(value):
            yield number, record
        position = _behind_white(text, position)
        if text[position : position + 1] == ",":
            position += 1
        elif text[position : position + 1] != "]":
            yield number + 1, Unreadable("broken-array")
            return None


def _lines(source: Iterable[str | Unreadable]) -> Iterator[Numbered]:
    for number, line in enumerate(source, start=1):
        if isinstance(line, Unreadable):
            yield number, line
            continue
        line = line.strip().strip("\ufeff")
        if not line:
            continue
        try:
            _check_values(line)
            value = json.loads(line)
        except Unreadable as error:
            yield number, error
            continue
        except (ValueError, RecursionError) as error:
            yield number, _broken(error)
            continue
        for record in _unwrapped(value):
            yield number, record


def _unwrapped(value: object) -> list[object]:
    records = records_in(value)
    return [value] if records is None else records


def _until_hopeless(records: Iterator[Numbered]) -> Iterator[Numbered]:
    in_a_row = 0
    for number, record in records:
        yield number, record
        in_a_row = 0 if isinstance(record, dict | Aside) else in_a_row + 1
        if in_a_row == _TOO_MANY:
            yield None, Unreadable("too-many-non-objects", count=_TOO_MANY)
            return


def _check_values(text: str) -> None:
    """Check that a text has no more values than can be in memory; counted from above, for speed.

    Raises:
        Unreadable: it may have.
    """
    if len(text) > 2 * MOST_VALUES and sum(map(text.count, "[{,")) > MOST_VALUES:
        raise Unreadable("too-many-values", limit=MOST_VALUES)


def _behind_white(text: str, position: int) -> int:
    found = _WHITE.match(text, position)
    return found.end() if found else position


def _broken(error: ValueError | RecursionError, more: str = "") -> Unreadable:
    if isinstance(error, RecursionError):
        return Unreadable(f"nested-json{more}")
    if isinstance(error, json.JSONDecodeError):
        return Unreadable(
            f"broken-json{more}", error=f"{error.msg} at line {error.lineno}, column {error.colno}"
        )
    return Unreadable(f"broken-json{more}", error=str(error))  # a number of thousands of digits
