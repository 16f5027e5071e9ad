"""Keep further fields of a record on request (``keep=``, ``--keep``).

Readers get them among the keys of an article's own fields: ``field:desk`` → the key of the record.
``field:*`` keeps every key that has no other use. A value is a short text, a number, true or false, an object
with a name, or a list of these; long texts are not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from khabar import arguments
from khabar.corpus.formats.shapes import at_path
from khabar.corpus.kept_fields import NO_FIELDS, KeptFields, field_name
from khabar.corpus.reasons import Reason
from khabar.corpus.records.fields import short_text
from khabar.corpus.records.sections import NAMES_OF_OBJECTS
from khabar.corpus.records.values import is_nothing, one_line
from khabar.corpus.text.markup import plain
from khabar.errors import InvalidArgument
from khabar.spelling import storable

__all__ = ["ALL", "KEPT", "checked_keep", "kept_keys", "kept_of", "mapping_of", "typed"]

KEPT = "field:"
"""Prefix of the name of a kept field, among the names of an article's own fields."""
ALL = "*"
LONGEST = 500
"""Maximum length of a value, in characters."""
MOST_VALUES = 100
MOST_FIELDS = 100
_DEEPEST = 4


def checked_keep(name: str, value: object) -> dict[str, str]:
    """Check an argument that says which fields to keep, and return the key of each.

    Args:
        name: the name of the argument.
        value: a key, under which its value is kept too, or several; or keys by name; ``"*"`` for every key.

    Raises:
        InvalidArgument: a name cannot be the name of a field.
    """
    if value is None:
        return {}
    key_of = value if isinstance(value, Mapping) else {key: key for key in arguments.texts(name, value)}
    fields = {}
    for field, key in arguments.mapping(name, key_of).items():
        usable = ALL if field == ALL else field_name(field)
        if not usable or not key.strip():
            reason = (
                f"«{field}» cannot be the name of a kept field: it is empty, too long, or means "
                "something else, such as title or date; give another one, as in desk=title"
            )
            raise InvalidArgument(name, value, reason)
        fields[usable] = key
    return fields


def mapping_of(fields: Mapping[str, str] | None, keep: Mapping[str, str]) -> dict[str, str]:
    """The keys of an article's own fields and of the kept ones, as readers get them."""
    return {**(fields or {}), **{KEPT + name: key for name, key in keep.items()}}


def kept_keys(fields: Mapping[str, str]) -> dict[str, str]:
    """The keys of kept fields only, for formats whose own fields are fixed."""
    return {name: key for name, key in fields.items() if name.startswith(KEPT)}


def typed(name: str, key: str) -> str:
    """The mapping of a field as the user typed it, ``NAME=KEY``; "" for :data:`ALL`, which names no key.

    >>> typed("title", "hed"), typed("field:desk", "desk_name"), typed("field:*", "*")
    ('title=hed', 'desk=desk_name', '')
    """
    return "" if name == KEPT + ALL else f"{name.removeprefix(KEPT)}={key}"


def kept_of(
    records: Iterable[Mapping[str, Any]],
    chosen: Mapping[str, str],
    unknown: Callable[[], Iterable[tuple[str, object]]],
    literal: bool = False,
) -> tuple[Mapping[str, tuple[str, ...]], list[Reason]]:
    """The kept fields of a record, and notes on values that could not be kept.

    Args:
        records: the record, and objects in it that have fields too.
        chosen: keys of the record by field, as :func:`mapping_of` returns them.
        unknown: returns the keys that have no other use, and their values; called for :data:`ALL`.
        literal: whether texts are plain, without markup and entities.
    """
    key_of = {name.removeprefix(KEPT): key for name, key in chosen.items() if name.startswith(KEPT)}
    if not key_of:
        return NO_FIELDS, []
    records = list(records)
    fields: dict[str, tuple[str, ...]] = {}
    notes: list[Reason] = []
    for name, key in key_of.items():
        if name == ALL:
            continue
        values = (at_path(record, key) for record in records)
        value = next((value for value in values if value is not None), None)
        if not is_nothing(value):
            _keep(fields, name, key, value, literal, notes)
    if ALL in key_of:
        taken = set(key_of.values())
        for key, value in unknown():
            for path, leaf in _leaves(key, value, 0):
                name = field_name(path) or field_name(f"record.{path}")
                if path not in taken and name and name not in fields:
                    if len(fields) >= MOST_FIELDS:
                        notes.append(Reason.of("fields-many", limit=MOST_FIELDS))
                        return KeptFields(fields), notes
                    _keep(fields, name, path, leaf, literal, notes)
    return (KeptFields(fields) if fields else NO_FIELDS), notes


def _keep(
    fields: dict[str, tuple[str, ...]], name: str, key: str, value: object, literal: bool, notes: list[Reason]
) -> None:
    """Add a value to the fields, or note why it is not kept."""
    texts = dict.fromkeys(filter(None, (_line(text, literal) for text in _texts(value, 0))))
    short = [text for text in texts if len(text) <= LONGEST]
    if len(short) < len(texts) or len(short) > MOST_VALUES:
        notes.append(Reason.of("field-long", key=short_text(key), limit=LONGEST, most=MOST_VALUES))
    elif not texts and isinstance(value, dict | list):
        notes.append(Reason.of("field-unread", key=short_text(key)))
    if short:
        fields[name] = tuple(short[:MOST_VALUES])


def _line(text: str, literal: bool) -> str:
    if len(text) > 4 * LONGEST:
        # Even without its markup it would be too long.
        return text
    if not literal and ("&" in text or "<" in text):
        text = plain(storable(text))
    return "" if is_nothing(text) else one_line(storable(text))


def _texts(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool):
        yield str(value).lower()
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, dict):
        yield from next(
            ([name] for key in NAMES_OF_OBJECTS if isinstance(name := value.get(key), str) and name), ()
        )
    elif isinstance(value, list) and depth < _DEEPEST:
        for item in value[: MOST_VALUES + 1]:
            yield from _texts(item, depth + 1)


def _leaves(path: str, value: object, depth: int) -> Iterator[tuple[str, object]]:
    """The values under a key, with their paths: those in an object that has no name count separately."""
    if isinstance(value, dict) and depth < _DEEPEST and not any(_texts(value, 0)):
        for key, item in value.items():
            if not is_nothing(item):
                yield from _leaves(f"{path}.{key}", item, depth + 1)
    else:
        yield path, value
