"""Kept fields of an article: values that its record has under other names, kept under the requested names.

A name is written in queries, as in ``desk:سياسة``. So it has letters, digits, «_», «-» and «.» alone, and is
no name that queries, filters or counts have for something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import NoReturn

from khabar import arguments
from khabar.errors import InvalidArgument, InvalidType
from khabar.patterns import lazy_pattern
from khabar.spelling import comparable

__all__ = ["NO_FIELDS", "RESERVED", "KeptFields", "field_name", "kept_fields", "same_name", "usable_name"]

_BETWEEN = lazy_pattern(r"[^\w.-]+")
_LONGEST = 40
"""characters of a name"""

_RESERVED = """
id title text paragraphs source author published url path section tag tags language lang place pages fields
field where index archive date after since before until about month year limit sort query names
عنوان نص مصدر كاتب رابط قسم وسم لغة مكان تاريخ بعد منذ قبل حتى عن حقل يذكر
"""
RESERVED = frozenset(map(comparable, _RESERVED.split()))
"""Names that mean something else, as `khabar.spelling.comparable` gives them."""


class KeptFields(dict[str, tuple[str, ...]]):
    """The free fields of an article: name → values. It cannot be changed, and can be hashed; it equals a dict
    with the same content."""

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[KeptFields], tuple[dict[str, tuple[str, ...]]]]:
        return KeptFields, (dict(self),)

    def _refused(self, *given: object, **named: object) -> NoReturn:
        raise TypeError("the fields of an article cannot be changed; msgspec.structs.replace makes another")

    __setitem__ = __delitem__ = __ior__ = _refused
    clear = pop = popitem = setdefault = update = _refused


NO_FIELDS = KeptFields()
"""Those of nearly all articles."""


def same_name(name: str) -> str:
    """What the spellings of a name have in common: case, harakat and forms of letters do not count, nor the
    Arabic article.

    >>> same_name("Desk") == same_name("desk"), same_name("المحرّر") == same_name("محرر")
    (True, True)
    """
    folded = comparable(name)
    return folded[2:] if folded.startswith("ال") and len(folded) > 4 else folded


def usable_name(name: str) -> str:
    """A name as free fields have it: with «_» for spaces and signs; "" for one of which nothing is left, or
    that is too long.

    >>> usable_name("desk name"), usable_name("!"), usable_name("Title")
    ('desk_name', '', 'Title')
    """
    usable = _BETWEEN.sub("_", name).strip("_.-")
    return "" if len(usable) > _LONGEST or usable.isdecimal() else usable


def field_name(name: str) -> str:
    """The name under which something is kept: the same, but "" also for one that means something else.

    >>> field_name("desk name"), field_name("مكتب التحرير"), field_name("Title")
    ('desk_name', 'مكتب_التحرير', '')
    """
    usable = usable_name(name)
    return "" if comparable(usable) in RESERVED or same_name(usable) in RESERVED else usable


def kept_fields(name: str, value: object) -> KeptFields:
    """The free fields that a value means: a text or several by name. White space at the ends is left out, and
    so are empty texts, and fields without any. A name that means something else is taken as it is: an index
    may have been made before it did.

    Raises:
        InvalidType: it is no mapping of texts.
        InvalidArgument: a name cannot be one of a field.
    """
    if type(value) is KeptFields:
        return value
    if not isinstance(value, Mapping):
        raise InvalidType(name, value, f"texts by name are wanted (a dict), not {arguments.kind_of(value)}")
    found: dict[str, tuple[str, ...]] = {}
    for key, given in value.items():
        field = usable_name(arguments.text(f"a key of {name}", key))
        if not field:
            reason = (
                f"«{key}» cannot be the name of a field: a name of letters, digits and «_» is required, at "
                f"most {_LONGEST}"
            )
            raise InvalidArgument(name, value, reason)
        texts = _texts(f"{name}[{key!r}]", given)
        if texts:
            found[field] = tuple(dict.fromkeys((*found.get(field, ()), *texts)))
    return KeptFields(found) if found else NO_FIELDS


def _texts(name: str, value: object) -> Iterable[str]:
    if value is None:
        return ()
    if isinstance(value, AbstractSet):
        raise InvalidType(name, value, "a set has no order: a str or several in their order are required")
    return [text for each in arguments.texts(name, value) if (text := each.strip())]
