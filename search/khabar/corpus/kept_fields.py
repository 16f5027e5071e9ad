"""Kept fields of an article: values of its record that khabar has no attribute for, kept on request.

Their names are written in queries, as in ``desk:سياسة``. So a name consists of letters, digits, «_», «-» and
«.», and is none that queries, filters or counts already use.
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
"""Maximum length of a name, in characters."""

_RESERVED = """
id title text paragraphs source author published url path section tag tags language lang place pages fields
field where index archive date after since before until about month year limit sort query names
عنوان نص مصدر كاتب رابط قسم وسم لغة مكان تاريخ بعد منذ قبل حتى عن حقل يذكر
"""
RESERVED = frozenset(map(comparable, _RESERVED.split()))
"""Names that already have a meaning, as `khabar.spelling.comparable` gives them."""


class KeptFields(dict[str, tuple[str, ...]]):
    """The kept fields of an article: name → values. Immutable and hashable; equal to a dict with the same
    content."""

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
"""No fields, as nearly all articles have."""


def same_name(name: str) -> str:
    """The form that all spellings of a name share: case, harakat, letter variants and the Arabic article do
    not count.

    >>> same_name("Desk") == same_name("desk"), same_name("المحرّر") == same_name("محرر")
    (True, True)
    """
    folded = comparable(name)
    return folded[2:] if folded.startswith("ال") and len(folded) > 4 else folded


def usable_name(name: str) -> str:
    """Turn a key into the name of a field: «_» replaces spaces and punctuation. Return "" if nothing is left,
    or only digits, or if the name is too long.

    >>> usable_name("desk name"), usable_name("!"), usable_name("Title")
    ('desk_name', '', 'Title')
    """
    usable = _BETWEEN.sub("_", name).strip("_.-")
    return "" if len(usable) > _LONGEST or usable.isdecimal() else usable


def field_name(name: str) -> str:
    """The name under which the values of a key are kept: as :func:`usable_name`, but "" also for a reserved
    name.

    >>> field_name("desk name"), field_name("مكتب التحرير"), field_name("Title")
    ('desk_name', 'مكتب_التحرير', '')
    """
    usable = usable_name(name)
    return "" if comparable(usable) in RESERVED or same_name(usable) in RESERVED else usable


def kept_fields(name: str, value: object) -> KeptFields:
    """Check an argument that maps names to a text or several, and convert it. Texts are stripped; empty ones
    are dropped, and so are fields without any. Reserved names are accepted: an index may be older than the
    reservation.

    Raises:
        InvalidType: the value is not a mapping from names to texts.
        InvalidArgument: a name cannot be the name of a field.
    """
    if type(value) is KeptFields:
        return value
    if not isinstance(value, Mapping):
        raise InvalidType(
            name, value, f"a dict from names to texts is required, not {arguments.kind_of(value)}"
        )
    fields: dict[str, tuple[str, ...]] = {}
    for key, values in value.items():
        field = usable_name(arguments.text(f"a key of {name}", key))
        if not field:
            reason = (
                f"«{key}» cannot be the name of a field: a name of letters, digits and «_» is required, at "
                f"most {_LONGEST}"
            )
            raise InvalidArgument(name, value, reason)
        texts = _texts(f"{name}[{key!r}]", values)
        if texts:
            fields[field] = tuple(dict.fromkeys((*fields.get(field, ()), *texts)))
    return KeptFields(fields) if fields else NO_FIELDS


def _texts(name: str, value: object) -> Iterable[str]:
    if value is None:
        return ()
    if isinstance(value, AbstractSet):
        raise InvalidType(name, value, "a set has no order: a str or several in their order are required")
    return [stripped for text in arguments.texts(name, value) if (stripped := text.strip())]
