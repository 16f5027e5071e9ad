"""Find the list of records in a JSON object."""

from __future__ import annotations

from collections.abc import Mapping

from khabar.corpus.formats.field_names import LISTS
from khabar.corpus.formats.shapes import is_known, name_of, places_of
from khabar.corpus.records import telegram
from khabar.corpus.report import Aside

__all__ = ["DEEPEST_LIST", "MOST_KEYS", "is_record", "may_wrap", "records_in"]

_LISTS = frozenset(map(name_of, LISTS.split()))
DEEPEST_LIST = 4
"""Maximum number of objects around the list of records."""
MOST_KEYS = 10_000
"""Maximum number of keys of a record; looking one up costs more than reading it."""


def records_in(value: object) -> list[object] | None:
    """The list of records in an object; None if the object is itself a record."""
    if not isinstance(value, dict) or not any(isinstance(item, list | dict) for item in value.values()):
        return None
    if (messages := telegram.messages(value)) is not None:
        return messages
    if (post := _of_facebook(value)) is not None:
        return [post]
    value = _of_ghost(value)
    if (entries := _of_feed(value)) is not None:
        return entries
    if (rows := _of_columns(value)) is not None:
        return rows
    return _wrapped(value, 0)


def _of_columns(value: dict[str, object]) -> list[object] | None:
    """The rows of a table that has a list for each of its columns, as pandas can write it; None for anything
    else. Lists of other lengths, and a list of one title, are the parts of one record."""
    columns = {key: item for key, item in value.items() if isinstance(item, list)}
    lengths = set(map(len, columns.values()))
    if len(columns) < len(value) or len(lengths) != 1 or lengths == {1} or len(value) > MOST_KEYS:
        return None
    fields = {place.field: place.key for place in places_of(tuple(columns), None)}
    if not {"title", "text"} <= fields.keys() or any(
        isinstance(cell, list | dict) for column in columns.values() for cell in column
    ):
        return None
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _of_facebook(value: dict[str, object]) -> object:
    """The record of a post in an export of Facebook, or an `Aside` if it has no text; None for anything
    else. (The ``title`` of a post says who posted it, and is not used.)"""
    moment, data = value.get("timestamp"), value.get("data")
    if (
        not isinstance(moment, int)
        or not isinstance(data, list)
        or not all(isinstance(item, dict) for item in data)
    ):
        return None
    texts = [item["post"] for item in data if isinstance(item.get("post"), str)]
    if not texts:
        return Aside("message-without-text") if "attachments" in value else None
    return {"published": moment, "text": texts}


def _of_ghost(value: dict[str, object]) -> dict[str, object]:
    """The posts among the tables of an export of Ghost; any other object unchanged."""
    database = value.get("db")
    inner = database[0] if isinstance(database, list) and len(database) == 1 else value
    tables = inner.get("data") if isinstance(inner, dict) else None
    if not isinstance(tables, dict) or not {"posts", "users"} <= tables.keys():
        return value
    return {"posts": tables["posts"]}


def _of_feed(value: dict[str, object]) -> list[object] | None:
    """The entries of a JSON feed, each with the feed as its source; None for anything else."""
    version, entries = value.get("version"), value.get("items")
    if not isinstance(version, str) or "jsonfeed.org/" not in version or not isinstance(entries, list):
        return None
    source = {"source": value["title"]} if isinstance(value.get("title"), str) else {}
    return [{**source, **entry} if isinstance(entry, dict) else entry for entry in entries]


def _wrapped(value: dict[str, object], depth: int) -> list[object] | None:
    if depth == DEEPEST_LIST or _has_text(value):
        return None
    records: list[object] | None = None
    for key, item in value.items():
        if name_of(key) not in _LISTS:
            continue
        if isinstance(item, list) and (not item or any(isinstance(element, dict) for element in item)):
            records = [*(records or ()), *item]
        elif isinstance(item, dict) and (inner := _wrapped(item, depth + 1)) is not None:
            records = [*(records or ()), *inner]
    return records if records is not None else _unnamed(value)


def _unnamed(value: dict[str, object]) -> list[object] | None:
    """The records of an object that contains only records, or lists of them, under any names."""
    items = [item for item in value.values() if item]
    if items and all(isinstance(item, list) and all(map(is_record, item)) for item in items):
        records = [record for item in items if isinstance(item, list) for record in item]
    elif len(items) > 1 and all(map(is_record, items)):
        records = items
    else:
        return None
    return None if any(map(is_known, value)) else records


def may_wrap(key: str) -> bool:
    """Whether an object under this key may contain the list of records."""
    return name_of(key) in _LISTS or key in telegram.FOLDERS


def _has_text(value: Mapping[str, object]) -> bool:
    return len(value) <= MOST_KEYS and any(
        place.field == "text" and not place.rest and isinstance(value[place.key], str)
        for place in places_of(tuple(value), None)
    )


def is_record(value: object) -> bool:
    """Whether a value is an object with a title and a text."""
    return (
        isinstance(value, dict)
        and len(value) <= MOST_KEYS
        and {"title", "text"} <= {place.field for place in places_of(tuple(value), None) if value[place.key]}
    )
