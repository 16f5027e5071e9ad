"""The records of JSON and JSON Lines, one at a time.

Both functions yield ``(number, record)``; where something cannot be read the record is an `Unreadable` that
says why, and the reading goes on behind it as far as it can: behind a broken line always, behind a broken
element of an array never (nobody can tell where it ends).

`document` reads a text with an array of records, an object, an object with the list of records in it, or
several of these one after the other. Elements of an array are decoded one by one, so those in front of a
break are read and only one is in memory at a time. An object that is too large for memory is read member by
member, and the lists in it element by element. `lines` reads one record a line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING

from khabar.corpus.formats.shapes import is_known
from khabar.corpus.records.drafts import Records
from khabar.corpus.records.json_text import DECODER, JsonText, check_values
from khabar.corpus.records.lists import DEEPEST_LIST, is_record, may_wrap, records_in
from khabar.corpus.records.telegram import is_chat, record_of
from khabar.corpus.report import Aside, Unreadable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["Numbered", "document", "lines", "read_document", "read_lines"]

Numbered = tuple[int | None, object]
"""A record, or an `Unreadable` in its place, and its number; None for the only object of a document."""

Reading = Generator[Numbered, None, tuple[int, bool]]
"""Yields records; returns the last number, and whether the reading can go on behind them."""

_TOO_MANY = 1000
"""After this many values in a row that are no objects the rest is not tried: it is no list of articles."""
_ACTIONS = frozenset({"index", "create", "update", "delete"})
_OF_ACTIONS = frozenset(
    {
        *("_index", "_id", "_type", "_routing", "routing", "_version", "version", "version_type", "pipeline"),
        *("retry_on_conflict", "require_alias", "dynamic_templates", "if_seq_no", "if_primary_term"),
    }
)
"""What the lines between the records of Elasticsearch's ``_bulk`` say."""
_HEAD = 100
"""Members of a large object that are kept in mind: a chat of Telegram has its name before its messages."""


def read_document(content: Content) -> Iterator[Found]:
    """The articles of a JSON text."""
    found = document(content.chunks(), content.max_bytes)
    return Records(content.fields, content.mapped, content.dates).drafts(found)


def read_lines(content: Content) -> Iterator[Found]:
    """The articles of JSON Lines."""
    return Records(content.fields, content.mapped, content.dates).drafts(lines(content.lines()))


def document(chunks: Iterable[str], longest: int) -> Iterator[Numbered]:
    """The records of a JSON text; their numbers count from 1 through all of it.

    Args:
        chunks: the text in pieces.
        longest: the most bytes of a record, and of an object that is decoded as a whole.
    """
    return _until_hopeless(_document(JsonText(chunks, longest)))


def lines(source: Iterable[str | Unreadable]) -> Iterator[Numbered]:
    """The records of a text with one a line, numbered by their lines; blank lines are passed over."""
    return _until_hopeless(_lines(source))


def _document(text: JsonText) -> Iterator[Numbered]:
    number = 0
    goes_on = True
    while goes_on and (char := text.char()):
        if char == "[":
            number, goes_on = yield from _array(text, number, _unwrapped)
            continue
        if char == "," and number:  # between records, as if they were an array
            text.skip()
            continue
        try:
            value = text.value()
        except Unreadable as error:
            if char != "{":
                yield from _no_further(number + 1, error)
                return
            number, goes_on = yield from _large_object(text, number, error)
        except (ValueError, RecursionError) as error:
            number += 1
            yield number, _broken(error)
            # The next one probably begins a line; a deep nest is not tried again from every depth.
            goes_on = not isinstance(error, RecursionError) and text.skip_to("\n{")
        else:
            records = records_in(value)
            if records is None and number == 0 and not text.char():
                yield None, value
                return
            for record in [value] if records is None else records:
                number += 1
                yield number, record


def _array(text: JsonText, number: int, records: Callable[[object], list[object]], depth: int = 0) -> Reading:
    """The records in the elements of an array."""
    text.skip()
    while (char := text.char()) != "]":
        try:
            value = text.value()
        except Unreadable as error:
            if char != "{" or depth == DEEPEST_LIST:
                yield from _no_further(number + 1, error)
                return number, False
            number, goes_on = yield from _large_object(text, number, error, depth + 1)
            if not goes_on:
                return number, False
        except (ValueError, RecursionError) as error:
            yield number + 1, _broken(error, "-array")
            return number, False
        else:
            number += 1
            for record in records(value):
                yield number, record
        char = text.char()
        if char == ",":
            text.skip()
        elif char != "]":
            yield number + 1, Unreadable("broken-array")
            return number, False
    text.skip()
    return number, True


def _large_object(text: JsonText, number: int, why: Unreadable, depth: int = 0) -> Reading:
    """The records in the members of an object that is too large to be decoded, as `records_in` finds them in
    a small one. If there is none, the object itself is one that is too large: that is ``why``."""
    head: dict[str, object] = {}
    before = number
    text.skip()
    try:
        while text.char() != "}":
            key = text.value() if text.char() == '"' else None
            if not isinstance(key, str) or text.char() != ":":
                raise text.expected("property name enclosed in double quotes")
            text.skip()
            char = text.char()
            try:
                value = text.value()
            except Unreadable as error:
                if char == "[" and not is_known(key) and text.begins_list_of_objects():
                    records = _elements_of(head, key)
                    number, goes_on = yield from _array(text, number, records, depth)
                elif char == "{" and may_wrap(key) and depth < DEEPEST_LIST:
                    number, goes_on = yield from _large_object(text, number, error, depth + 1)
                else:
                    raise
                if not goes_on:
                    return number, False
            else:
                if isinstance(value, list | dict):
                    for record in records_in({**head, key: value}) or ([value] if is_record(value) else ()):
                        number += 1
                        yield number, record
                elif len(head) < _HEAD:
                    head[key] = value
            char = text.char()
            if char == ",":
                text.skip()
            elif char != "}":
                raise text.expected("',' delimiter")
    except Unreadable as error:
        yield from _no_further(number + 1, error)
        return number, False
    except (ValueError, RecursionError) as error:
        yield number + 1, _broken(error)
        return number, False
    text.skip()
    if number == before:
        number += 1
        yield number, why
    return number, True


def _elements_of(head: dict[str, object], key: str) -> Callable[[object], list[object]]:
    """What gives the records in an element of a list, from what is before the list in an object."""
    if is_chat({**head, key: []}):
        return lambda message: [record_of(message, head)]
    return _unwrapped


def _no_further(number: int, why: Unreadable) -> Iterator[Numbered]:
    """Why the reading ends at a record: it is why of the whole text, if that is the first one."""
    if number == 1:
        yield None, why
        return
    yield number, why
    yield None, Unreadable("rest-unread")


def _lines(source: Iterable[str | Unreadable]) -> Iterator[Numbered]:
    named: dict[str, object] = {}
    for number, line in enumerate(source, start=1):
        if isinstance(line, Unreadable):
            yield number, line
            continue
        # Lines of an array end with a comma.
        line = line.strip().strip("\ufeff").removesuffix(",")
        if not line:
            continue
        try:
            check_values(line)
            value = DECODER.decode(line)
        except Unreadable as error:
            yield number, error
            continue
        except (ValueError, RecursionError) as error:
            yield number, _broken(error)
            continue
        if (of_next := _action(value)) is not None:
            named = of_next
            continue
        for record in _unwrapped(value):
            # Its own id, if it has one, is the better known.
            yield number, {**record, **named, **record} if named and isinstance(record, dict) else record
        named = {}


def _action(value: object) -> dict[str, object] | None:
    """What a line of a request to Elasticsearch's ``_bulk`` says of the record in the next line: its id.

    None for any other value. What is deleted has no record, and needs none.
    """
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((action, named),) = value.items()
    if action not in _ACTIONS or not isinstance(named, dict) or not _OF_ACTIONS.issuperset(named):
        return None
    return {"_id": named["_id"]} if "_id" in named and action != "delete" else {}


def _unwrapped(value: object) -> list[object]:
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return value
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


def _broken(error: ValueError | RecursionError, more: str = "") -> Unreadable:
    if isinstance(error, RecursionError):
        return Unreadable(f"nested-json{more}")
    if isinstance(error, json.JSONDecodeError):
        what = error.msg.removesuffix(" at")  # as in «Unterminated string starting at»
        return Unreadable(f"broken-json{more}", error=f"{what} at line {error.lineno}, column {error.colno}")
    return Unreadable(f"broken-json{more}", error=str(error))  # a number of thousands of digits
