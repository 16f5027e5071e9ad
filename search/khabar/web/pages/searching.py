"""A search as an address: its conditions in a fixed order, without defaults.

People keep, send and print addresses. So each search has exactly one: with the conditions in a fixed order,
the values in the order in which they were added, and no default values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec.structs import asdict, replace

from khabar.errors import InvalidArgument
from khabar.index.plan import NAMED
from khabar.query.fields import where_in
from khabar.query.results import GROUPS
from khabar.query.tree import MATCHES
from khabar.ranking.answers import SORTS

__all__ = ["FIELD_NAMES", "LISTS", "PER_PAGE", "Search"]

#: The number of hits on a page.
PER_PAGE = 10
#: Conditions that may be given several times; articles must have one of the values.
LISTS = (*NAMED, "where")
#: Conditions with a fixed set of values, and these values.
_CHOICES: dict[str, tuple[str, ...]] = {
    "match": MATCHES,
    "sort": SORTS,
    "group": GROUPS,
    "meaning": ("1",),
    "lang": ("ar", "en"),
}
#: Maximum number of a page.
_LAST_PAGE = 100_000
#: How the query language names the conditions, in English and Arabic.
FIELD_NAMES = {
    "source": ("source", "مصدر"),
    "author": ("author", "كاتب"),
    "section": ("section", "قسم"),
    "tag": ("tag", "وسم"),
    "language": ("language", "لغة"),
    "place": ("place", "مكان"),
    "since": ("after", "بعد"),
    "until": ("until", "حتى"),
}


class Search(msgspec.Struct, frozen=True):
    """A search, as an address expresses it.

    Attributes:
        q: the query.
        since, until: the period, as typed; "" for no bound.
        source, author, section, tag, language, place: names, of which articles must have one; empty for no
            condition.
        where: conditions on kept fields, each as ``NAME=VALUE``; articles must have one value per field.
        sort, group: as for :meth:`khabar.Index.search`.
        match: ``any``, ``all``, or "" for the default of the order.
        meaning: ``1`` to rank by meaning as well, else "".
        page: the page of the results, from 1.
        lang: the language in the address; "" for none.
    """

    q: str = ""
    since: str = ""
    until: str = ""
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    sort: str = "relevance"
    group: str = "article"
    match: str = ""
    meaning: str = ""
    page: int = 1
    lang: str = ""

    @classmethod
    def of(cls, items: Iterable[tuple[str, str]], also: Iterable[str] = ()) -> Search:
        """The search of an address or a form.

        Args:
            items: the names and values; empty values are ignored.
            also: the names of further parameters of the page, which are ignored.

        Raises:
            InvalidArgument: if a name is unknown (its code is ``unknown-parameter``), given twice, or has a
                value that is not accepted.
        """
        known = {*cls.__struct_fields__}
        ignored = set(also)
        values: dict[str, Any] = {}
        for name, value in items:
            value = value.strip() if name != "q" else value
            if name in ignored or not value:
                continue
            if name not in known:
                raise unknown_parameter(name, known | ignored)
            if name in LISTS:
                if value not in values.setdefault(name, ()):
                    values[name] += (value,)
            elif name in values:
                raise InvalidArgument(name, value, "it is given twice")
            else:
                values[name] = _value(name, value)
        where_in(values.get("where", ()))  # raises where a condition is no NAME=VALUE
        return cls(**values)

    def items(self) -> Iterator[tuple[str, str]]:
        """The names and values in the order of an address, without defaults."""
        defaults = asdict(Search())
        for name, value in asdict(self).items():
            if isinstance(value, tuple):
                yield from ((name, item) for item in value)
            elif value != defaults[name]:
                yield name, str(value)

    def address(self, path: str = "/", **more: object) -> str:
        """The address of a page about this search.

        Args:
            path: the path of the page.
            more: further parameters, which come last; None and "" are left out.
        """
        extra = [(name, str(value)) for name, value in more.items() if value not in (None, "")]
        query = urlencode([*self.items(), *extra], encoding="utf-8", errors="replace")
        return f"{path}{'&' if '?' in path else '?'}{query}" if query else path

    def changed(self, **values: Any) -> Search:
        """The search with some conditions changed, on its first page unless a page is given."""
        return replace(self, **{"page": 1, **values})

    def values(self, field: str) -> tuple[str, ...]:
        """The values of the conditions on a field, which may be a kept field."""
        if field in LISTS:
            values: tuple[str, ...] = getattr(self, field)
            return values
        return where_in(self.where).get(field, ())

    def toggled(self, name: str, value: str) -> Search:
        """The search with a condition on a field added, or removed if it has this condition."""
        if name not in LISTS:
            name, value = "where", f"{name}={value}"
        current: tuple[str, ...] = getattr(self, name)
        others = tuple(item for item in current if item != value)
        return self.changed(**{name: others if value in current else (*current, value)})

    @property
    def conditions(self) -> tuple[str, ...]:
        """The names of the conditions that are set, apart from the query."""
        return tuple(name for name in (*LISTS, "since", "until") if getattr(self, name))

    @property
    def bare(self) -> Search:
        """The search with the query but without conditions, in the same language."""
        return Search(q=self.q, lang=self.lang)

    def asked(self) -> dict[str, Any]:
        """The conditions as arguments for the methods of :class:`khabar.Index`."""
        arguments: dict[str, Any] = {name: getattr(self, name) for name in LISTS if getattr(self, name)}
        if self.where:
            arguments["where"] = where_in(self.where)
        arguments |= {name: getattr(self, name) for name in ("since", "until") if getattr(self, name)}
        if self.match:
            arguments["match"] = self.match
        return arguments

    def as_query(self, language: str = "en") -> str:
        """The query with its conditions in the query language, for a saved search.

        >>> Search(q="النفط", source=("الخليج اليومي",), since="2024").as_query("ar")
        'النفط مصدر:"الخليج اليومي" بعد:2024'
        """
        parts = [self.q.strip()]
        named = {
            FIELD_NAMES[name][language == "ar"]: getattr(self, name) for name in (*NAMED, "since", "until")
        }
        for name, values in {**named, **where_in(self.where)}.items():
            values = values if isinstance(values, tuple) else (values,) if values else ()
            if quoted := [_quoted(value) for value in values]:
                value = quoted[0] if len(quoted) == 1 else f"({' OR '.join(quoted)})"
                parts.append(f"{name}:{value}")
        return " ".join(part for part in parts if part)


def _value(name: str, value: str) -> str | int:
    """The value of a condition, checked.

    Raises:
        InvalidArgument: if it is not accepted.
    """
    if name in _CHOICES and value not in _CHOICES[name]:
        choices = _CHOICES[name]
        raise InvalidArgument(name, value, f"it is one of: {', '.join(choices)}", "choice", choices)
    if name != "page":
        return value
    if not (value.isascii() and value.isdigit() and 0 < int(value[:7]) <= _LAST_PAGE):
        raise InvalidArgument(name, value, f"a number from 1 to {_LAST_PAGE} is required")
    return int(value)


def unknown_parameter(name: str, known: Iterable[str]) -> InvalidArgument:
    """The error for an unknown parameter of a page, with the nearest known one."""
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(known), 1)
    return InvalidArgument(name, name, "there is no such parameter", "unknown-parameter", near)


def _quoted(name: str) -> str:
    """A name as the value of a field in a query, in quotation marks if necessary."""
    unquoted = name.replace('"', " ").strip()
    plain = unquoted and all(char.isalnum() or char in "-_." for char in unquoted)
    return unquoted if plain else f'"{unquoted}"'
