"""The fields of a record that are kept on request (``keep=``, ``--keep``).

Readers are told of them among the keys of an article's own fields: ``field:desk`` → the key of the record.
With ``field:*`` every key is kept that an article has no use for. A value is a short text, a number, true or
false, an object with a name, or a list of these; a long text is no field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from khabar import arguments
from khabar.corpus.formats.shapes import at_path
from khabar.corpus.kept_fields import NO_FIELDS, KeptFields, field_name
from khabar.corpus.reasons import Reason
from khabar.corpus.records.sections import NAMES_OF_OBJECTS
from khabar.corpus.records.values import is_nothing, one_line
from khabar.corpus.text.markup import plain
from khabar.errors import InvalidArgument
from khabar.spelling import storable

__all__ = ["ALL", "KEPT", "checked_keep", "kept_keys", "kept_of", "mapping_of", "typed"]

KEPT = "field:"
"""Before the name of a field that is kept, among those of an article."""
ALL = "*"
LONGEST = 500
"""characters of a value"""
MOST_VALUES = 100
MOST_FIELDS = 100
_DEEPEST = 4


def checked_keep(name: str, value: object) -> dict[str, str]:
    """Which fields to keep: the key of a record by the name of the field.

    Args:
        name: of the argument.
        value: a name, which is the key too, or several; or keys by name; ``"*"`` for every key.

    Raises:
        InvalidArgument: a name cannot be one of a field.
    """
    if value is None:
        return {}
    given = value if isinstance(value, Mapping) else {each: each for each in arguments.texts(name, value)}
    found = {}
    for each, key in arguments.mapping(name, given).items():
        field = ALL if each == ALL else field_name(each)
        if not field or not key.strip():
            reason = (
                f"«{each}» cannot be the name of a field that is kept: it is empty, too long, or means "
                "something else, such as title or date; give another one, as in desk=title"
            )
            raise InvalidArgument(name, value, reason)
        found[field] = key
    return found


def mapping_of(fields: Mapping[str, str] | None, keep: Mapping[str, str]) -> dict[str, str]:
    """The keys of an article's own fields and of those that are kept, as readers get them."""
    return {**(fields or {}), **{KEPT + name: key for name, key in keep.items()}}


def kept_keys(fields: Mapping[str, str]) -> dict[str, str]:
    """Of the keys that readers get, those of fields that are kept: for formats whose own fields are fixed."""
    return {name: key for name, key in fields.items() if name.startswith(KEPT)}


def typed(name: str, key: str) -> str:
    """The mapping of a field as it was typed, ``NAME=KEY``; "" for :data:`ALL`, which names no key.

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
    """The fields of a record that are kept, and notes on what could not be.

    Args:
        records: the record, and objects in it that hold fields too.
        chosen: keys of the record by field, as :func:`mapping_of` gives them.
        unknown: gives the keys that an article has no use for, and their values; asked for :data:`ALL`.
        literal: whether texts are plain, without markup and entities.
    """
    key_of = {name.removeprefix(KEPT): key for name, key in chosen.items() if name.startswith(KEPT)}
    if not key_of:
        return NO_FIELDS, []
    records = list(records)
    found: dict[str, tuple[str, ...]] = {}
    notes: list[Reason] = []
    for name, key in key_of.items():
        if name == ALL:
            continue
        value = next((each for record in records if (each := at_path(record, key)) is not None), None)
        if not is_nothing(value):
            _put(found, name, key, value, literal, notes)
    if ALL in key_of:
        taken = set(key_of.values())
        for key, value in unknown():
            for path, each in _leaves(key, value, 0):
                name = field_name(path) or field_name(f"record.{path}")
                if path not in taken and name and name not in found:
                    if len(found) >= MOST_FIELDS:
                        notes.append(Reason.of("fields-many", limit=MOST_FIELDS))
                        return KeptFields(found), notes
                    _put(found, name, path, each, literal, notes)
    return (KeptFields(found) if found else NO_FIELDS), notes


def _put(
    found: dict[str, tuple[str, ...]], name: str, key: str, value: object, literal: bool, notes: list[Reason]
) -> None:
    """Keep a value, or note why not."""
    texts = dict.fromkeys(filter(None, (_line(each, literal) for each in _texts(value, 0))))
    short = [text for text in texts if len(text) <= LONGEST]
    if len(short) < len(texts) or len(short) > MOST_VALUES:
        notes.append(Reason.of("field-long", key=_shown(key), limit=LONGEST, most=MOST_VALUES))
    elif not texts and isinstance(value, dict | list):
        notes.append(Reason.of("field-unread", key=_shown(key)))
    if short:
        found[name] = tuple(short[:MOST_VALUES])


def _line(text: str, literal: bool) -> str:
    if len(text) > 4 * LONGEST:
        # It would be too long, whatever markup it has.
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
        for each in value[: MOST_VALUES + 1]:
            yield from _texts(each, depth + 1)


def _leaves(path: str, value: object, depth: int) -> Iterator[tuple[str, object]]:
    """The values of a key by path: an object without a name is taken apart."""
    if isinstance(value, dict) and depth < _DEEPEST and not any(_texts(value, 0)):
        for key, each in value.items():
            if not is_nothing(each):
                yield from _leaves(f"{path}.{key}", each, depth + 1)
    else:
        yield path, value


def _shown(key: str) -> str:
    return " ".join(storable(key).split())[:40]
