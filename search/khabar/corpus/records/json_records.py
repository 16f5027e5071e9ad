"""Read the records of JSON and JSON Lines, one at a time.

Both functions yield ``(number, record)``. An `Unreadable` in place of a record says why it cannot be read;
then the reading continues if it can: always after a broken line, never after a broken element of an array,
because nothing tells where that ends.

`document` reads a text with an array of records, an object, an object with a list of records in it, or
several of these in a row. Elements of an array are decoded one by one, so those before a broken one are read,
and only one is in memory at a time. An object that is too large for memory is read member by member, and the
lists in it element by element. `lines` reads one record per line.
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
"""A number (None for the only object of a document), and a record or an `Unreadable` in its place."""

Reading = Generator[Numbered, None, tuple[int, bool]]
"""Yields records; returns the last number, and whether the reading can continue after them."""

_TOO_MANY = 1000
"""After this many values in a row that are not objects, the rest is not read: it is no list of articles."""
_ACTIONS = frozenset({"index", "create", "update", "delete"})
_OF_ACTIONS = frozenset(
    {
        *("_index", "_id", "_type", "_routing", "routing", "_version", "version", "version_type", "pipeline"),
        *("retry_on_conflict", "require_alias", "dynamic_templates", "if_seq_no", "if_primary_term"),
    }
)
"""Keys in the lines between the records of an Elasticsearch ``_bulk`` request."""
_HEAD = 100
"""How many members of a large object are remembered: a Telegram chat has its name before its messages."""


def read_document(content: Content) -> Iterator[Found]:
    """Read the articles in a JSON text."""
    records = document(content.chunks(), content.max_bytes)
    return Records(content.fields, content.mapped, content.dates).drafts(records)


def read_lines(content: Content) -> Iterator[Found]:
    """Read the articles in JSON Lines."""
    return Records(content.fields, content.mapped, content.dates).drafts(lines(content.lines()))


def document(chunks: Iterable[str], longest: int) -> Iterator[Numbered]:
    """The records of a JSON text, numbered from 1.

    Args:
        chunks: the text in chunks.
        longest: the maximum number of bytes of a record, and of an object that is decoded as a whole.
    """
    return _until_hopeless(_document(JsonText(chunks, longest)))


def lines(source: Iterable[str | Unreadable]) -> Iterator[Numbered]:
    """The records of a text with one per line, numbered by their lines; blank lines are skipped."""
    return _until_hopeless(_lines(source))


def _document(text: JsonText) -> Iterator[Numbered]:
    number = 0
    readable = True
    while readable and (char := text.char()):
        if char == "[":
            number, readable = yield from _array(text, number, _unwrapped)
            continue
        if char == "," and number:  # between records, as if they were an array
            text.skip()
            continue
        try:
            value = text.value()
        except Unreadable as error:
            if char != "{":
                yield from _end_at(number + 1, error)
                return
            number, readable = yield from _large_object(text, number, error)
        except (ValueError, RecursionError) as error:
            number += 1
            yield number, _broken(error)
            # The next record probably begins a line. After deep nesting, do not try again at every level.
            readable = not isinstance(error, RecursionError) and text.skip_to("\n{")
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
                yield from _end_at(number + 1, error)
                return number, False
            number, readable = yield from _large_object(text, number, error, depth + 1)
            if not readable:
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
    a small one. If there are none, the object itself is a record that is too large, as ``why`` says."""
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
                    number, readable = yield from _array(text, number, records, depth)
                elif char == "{" and may_wrap(key) and depth < DEEPEST_LIST:
                    number, readable = yield from _large_object(text, number, error, depth + 1)
                else:
                    raise
                if not readable:
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
        yield from _end_at(number + 1, error)
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
    """The function that returns the records in an element of the list under ``key``; ``head`` has the members
    of the object before the list."""
    if is_chat({**head, key: []}):
        return lambda message: [record_of(message, head)]
    return _unwrapped


def _end_at(number: int, why: Unreadable) -> Iterator[Numbered]:
    """Yield the reason why the reading ends at a record; at the first one, it is that of the whole text."""
    if number == 1:
        yield None, why
        return
    yield number, why
    yield None, Unreadable("rest-unread")


def _lines(source: Iterable[str | Unreadable]) -> Iterator[Numbered]:
    bulk_id: dict[str, object] = {}
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
            # The record's number is that of its line.
            yield number, _broken(error, of_line=True)
            continue
        if (next_id := _action(value)) is not None:
            bulk_id = next_id
            continue
        for record in _unwrapped(value):
            # The id comes last, because the record's own one has precedence, whatever its key.
            yield number, {**record, **bulk_id, **record} if bulk_id and isinstance(record, dict) else record
        bulk_id = {}


def _action(value: object) -> dict[str, object] | None:
    """The id that an action line of an Elasticsearch ``_bulk`` request gives the record in the next line.

    None for any other value. No record follows the action ``delete``.
    """
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((action, settings),) = value.items()
    if action not in _ACTIONS or not isinstance(settings, dict) or not _OF_ACTIONS.issuperset(settings):
        return None
    return {"_id": settings["_id"]} if "_id" in settings and action != "delete" else {}


def _unwrapped(value: object) -> list[object]:
    """The records in a value: it may be one, a list of them, or wrap such a list."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return value
    records = records_in(value)
    return [value] if records is None else records


def _until_hopeless(records: Iterator[Numbered]) -> Iterator[Numbered]:
    """The records up to the first `_TOO_MANY` in a row that are not objects."""
    in_a_row = 0
    for number, record in records:
        yield number, record
        in_a_row = 0 if isinstance(record, dict | Aside) else in_a_row + 1
        if in_a_row == _TOO_MANY:
            yield None, Unreadable("too-many-non-objects", count=_TOO_MANY)
            return


def _broken(error: ValueError | RecursionError, more: str = "", *, of_line: bool = False) -> Unreadable:
    if isinstance(error, RecursionError):
        return Unreadable(f"nested-json{more}")
    if isinstance(error, json.JSONDecodeError):
        what = error.msg.removesuffix(" at")  # as in «Unterminated string starting at»
        line = "" if of_line else f"line {error.lineno}, "
        return Unreadable(f"broken-json{more}", error=f"{what} at {line}column {error.colno}")
    return Unreadable(f"broken-json{more}", error=str(error))  # such as a number of thousands of digits
