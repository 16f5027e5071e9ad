"""Look up the keys of a record among the names of `khabar.corpus.formats.field_names`.

Names are compared without regard to case, harakat, direction marks, letter variants, separators and the
Arabic article: ``datePublished`` and ``date_published`` are one name, as are «العُنوان» and «عنوان». A name
with dots is a path: ``headlines.0.value`` is the value of the first headline. In a list, a path without a
number means all elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from khabar.corpus.formats.field_names import NAMES, OTHERS, SHAPES, Shape
from khabar.spelling import comparable

__all__ = [
    "Place",
    "at_path",
    "is_date_name",
    "is_header",
    "is_known",
    "is_other",
    "name_of",
    "places_of",
    "shape_of",
]

_SEPARATORS = re.compile(r"[\W_]+")
_ARABIC_OF = re.compile(r"(?:[_\s.-](?:ar|arabic|عربي)|(?<=[a-z])(?:Ar|AR|Arabic))$|^(?:ar|arabic)[_\s.-]")
"""What a site in several languages adds to the names of the Arabic fields."""
_ARTICLE = re.compile(r"^ال(?=\w\w)")


class Place(NamedTuple):
    """A key that names a field; ``rest`` is the path to the field in the key's value."""

    key: str
    field: str
    rest: tuple[str, ...]


@lru_cache(maxsize=4096)  # the same few keys in every record
def name_of(key: str) -> str:
    """Normalise a key for comparison."""
    words = _SEPARATORS.split(comparable(key))
    return "".join([_ARTICLE.sub("", word) for word in words])


def _spellings(name: str) -> set[str]:
    """The normal form of a name, and of the name with its words written together («تاريخالنشر»)."""
    return {name_of(name), name_of(name.replace("_", ""))}


class _Table:
    """Names of fields, indexed by the first part of their path."""

    def __init__(self, shape: Shape | None) -> None:
        #: first part of a name → (field, rank, rest of the path)
        self.heads: dict[str, list[tuple[str, int, tuple[str, ...]]]] = {}
        special = {field: tuple(names.split()) for field, names in (shape.fields if shape else {}).items()}
        taken = {_head_of(name) for names in special.values() for name in names}
        taken |= {(name_of(name), False) for name in (shape.others.split() if shape else ())}
        for field, names in NAMES.items():
            usual = [name for name in names if _head_of(name) not in taken]
            for rank, name in enumerate((*special.get(field, ()), *usual)):
                head, *rest = name.split(".")
                for spelling in _spellings(head):
                    self.heads.setdefault(spelling, []).append((field, rank, tuple(rest)))


def _head_of(name: str) -> tuple[str, bool]:
    """The first part of a name, and whether there are more."""
    return name_of(name.partition(".")[0]), "." in name


_USUAL = _Table(None)
_TABLES: dict[str, _Table] = {}
_KNOWN = frozenset(
    spelling
    for field in ("title", "text", "summary")
    for name in NAMES[field]
    if "." not in name
    for spelling in _spellings(name)
)
_OTHERS = frozenset(spelling for name in OTHERS.split() for spelling in _spellings(name))
_DATE_NAME = re.compile(r"date|تاريخ")
_DATE_LIKE = re.compile(r"date|time|publish|posted|created|issued|تاريخ|نشر|وقت|زمن")


def is_known(key: str) -> bool:
    """Whether a key is one of the usual names for a title or a text."""
    return name_of(key) in _KNOWN


def is_header(cells: Sequence[str]) -> bool:
    """Whether cells are a header: one names a title or text, and one another field of an article."""
    fields = {place.field for place in places_of(tuple(cells), None)}
    return len(fields) > 1 and not fields.isdisjoint(("title", "text"))


def is_other(key: str) -> bool:
    """Whether a key is known to be neither the text nor the date of an article."""
    return name_of(key) in _OTHERS


def is_date_name(key: str, *, surely: bool = False) -> bool:
    """Whether a key may name a date; with ``surely``, whether it can name nothing else."""
    return (_DATE_NAME if surely else _DATE_LIKE).search(name_of(key)) is not None


def shape_of(record: Mapping[str, object]) -> Shape | None:
    """The format of a record, if it is one of `SHAPES`."""
    candidates = _candidates(tuple(record))
    # Most records are flat: no path can lead into them.
    flat = not any(isinstance(value, dict | list) or "." in key for key, value in record.items())
    for shape, sign in candidates:
        if flat and any("." in path for path in sign):
            continue
        if all(at_path(record, path) is not None for path in sign if "." in path):
            return shape
    return None


@lru_cache(maxsize=512)
def _candidates(keys: tuple[str, ...]) -> tuple[tuple[Shape, tuple[str, ...]], ...]:
    """The shapes that the keys may have, each with its identifying names."""
    names = {name_of(key) for key in keys}
    return tuple(
        (shape, tuple(sign.split()))
        for shape in SHAPES
        for sign in shape.signs
        if all(name_of(path.partition(".")[0]) in names for path in sign.split())
    )


@lru_cache(maxsize=512)
def places_of(keys: tuple[str, ...], shape: Shape | None) -> tuple[Place, ...]:
    """The keys that name a field, best name first."""
    table = (
        _USUAL if shape is None else _TABLES.get(shape.name) or _TABLES.setdefault(shape.name, _Table(shape))
    )
    ranked = [
        (rank, order, Place(key, field, rest))
        for order, key in enumerate(keys)
        for field, rank, rest in table.heads.get(name_of(key), ())
    ]
    # Of «title_ar» and «title_en» the Arabic one counts, also before «title».
    ranked += [
        (-1, rank, Place(key, field, rest))
        for key in keys
        if (bare := _ARABIC_OF.sub("", key)) != key and not table.heads.get(name_of(key))
        for field, rank, rest in table.heads.get(name_of(bare), ())
    ]
    return tuple(place for _, _, place in sorted(ranked))


def at_path(value: object, path: str) -> object:
    """The value at a dotted path, or None. A key that contains the dots has precedence. In a list, a number
    means an element, and any other name is looked up in all elements."""
    if isinstance(value, list):
        return _in_list(value, path)
    if not isinstance(value, dict):
        return None
    for head, rest in _splits(path):
        result = value.get(head)
        if result is None:
            name = name_of(head)
            result = next(
                (item for key, item in value.items() if item is not None and name_of(key) == name), None
            )
        if result is not None and (result := at_path(result, rest) if rest else result) is not None:
            return result
    return None


def _in_list(value: list[object], path: str) -> object:
    head, _, rest = path.partition(".")
    if head.isdecimal() and head.isascii():
        element = value[int(head)] if len(head) < 7 and int(head) < len(value) else None
        return at_path(element, rest) if rest else element
    results = [at_path(element, path) for element in value]
    return [result for result in results if result is not None] or None


def _splits(path: str) -> Iterator[tuple[str, str]]:
    """All splits of a path into a key and the rest, the longest key first."""
    yield path, ""
    dot = path.rfind(".")
    while dot > 0:
        yield path[:dot], path[dot + 1 :]
        dot = path.rfind(".", 0, dot)
