"""A search as an address: its conditions, in a fixed order, without defaults.

An address is what people keep, send and print. So one search has one address: conditions in a fixed order,
values in the order in which they were added, and nothing that says no more than the default.
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

#: Number of hits on a page.
PER_PAGE = 10
#: Conditions that may be given several times: any of the values is enough.
LISTS = (*NAMED, "where")
#: Conditions of a fixed set of words, with the words.
_CHOICES: dict[str, tuple[str, ...]] = {
    "match": MATCHES,
    "sort": SORTS,
    "group": GROUPS,
    "meaning": ("1",),
    "lang": ("ar", "en"),
}
#: No index has so many hits on pages that are turned by hand.
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
    """What is searched for, as an address says it.

    Attributes:
        q: the query.
        since, until: the period, as typed; "" for no bound.
        source, author, section, tag, language, place: names; any of them is enough, none means all.
        where: conditions on kept fields, each as ``NAME=VALUE``; of one field any is enough.
        sort, group: as for :meth:`khabar.Index.search`.
        match: ``any``, ``all``, or "" for what the order asks for.
        meaning: ``1`` to rank by meaning as well, else "".
        page: of the results, from 1.
        lang: the language that the address asks for, "" for none.
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
        """The search that an address or a form asks for.

        Args:
            items: names and values, as they came. Empty values say nothing.
            also: names that mean something else on this page.

        Raises:
            InvalidArgument: if a name is unknown (its code is ``unknown-parameter``), given twice, or has a
                value that is not accepted.
        """
        known = {*cls.__struct_fields__}
        passed = set(also)
        given: dict[str, Any] = {}
        for name, value in items:
            value = value.strip() if name != "q" else value
            if name in passed or not value:
                continue
            if name not in known:
                raise unknown_parameter(name, known | passed)
            if name in LISTS:
                if value not in given.setdefault(name, ()):
                    given[name] += (value,)
            elif name in given:
                raise InvalidArgument(name, value, "it is given twice")
            else:
                given[name] = _value(name, value)
        return cls(**given)

    def items(self) -> Iterator[tuple[str, str]]:
        """Names and values in the order of an address, without defaults."""
        default = asdict(Search())
        for name, value in asdict(self).items():
            if isinstance(value, tuple):
                yield from ((name, each) for each in value)
            elif value != default[name]:
                yield name, str(value)

    def address(self, path: str = "/", **more: object) -> str:
        """The address of a page about this search.

        Args:
            path: of the page.
            more: further parameters, which come last; None and "" are left out.
        """
        extra = [(name, str(value)) for name, value in more.items() if value not in (None, "")]
        asked = urlencode([*self.items(), *extra], encoding="utf-8", errors="replace")
        return f"{path}{'&' if '?' in path else '?'}{asked}" if asked else path

    def changed(self, **values: Any) -> Search:
        """The same search with other conditions, on its first page unless one is given."""
        return replace(self, **{"page": 1, **values})

    def values(self, field: str) -> tuple[str, ...]:
        """The values that are asked for in a field, also one that was kept."""
        if field in LISTS:
            given: tuple[str, ...] = getattr(self, field)
            return given
        return where_in(self.where).get(field, ())

    def toggled(self, name: str, value: str) -> Search:
        """The same search with a value of a field more, or without it if it has it."""
        if name not in LISTS:
            name, value = "where", f"{name}={value}"
        now: tuple[str, ...] = getattr(self, name)
        return self.changed(
            **{name: tuple(each for each in now if each != value) if value in now else (*now, value)}
        )

    @property
    def conditions(self) -> tuple[str, ...]:
        """The names of the conditions beside the query that are set."""
        return tuple(name for name in (*LISTS, "since", "until") if getattr(self, name))

    @property
    def bare(self) -> Search:
        """The query alone, in the same language."""
        return Search(q=self.q, lang=self.lang)

    def asked(self) -> dict[str, Any]:
        """The conditions, as arguments of calls of :class:`khabar.Index`."""
        given: dict[str, Any] = {name: getattr(self, name) for name in LISTS if getattr(self, name)}
        if self.where:
            given["where"] = where_in(self.where)
        given |= {name: getattr(self, name) for name in ("since", "until") if getattr(self, name)}
        if self.match:
            given["match"] = self.match
        return given

    def as_query(self, language: str = "en") -> str:
        """The query with its conditions written in the query language, for a saved search.

        >>> Search(q="النفط", source=("الخليج اليومي",), since="2024").as_query("ar")
        'النفط مصدر:"الخليج اليومي" بعد:2024'
        """
        parts = [self.q.strip()]
        named = {
            FIELD_NAMES[name][language == "ar"]: getattr(self, name) for name in (*NAMED, "since", "until")
        }
        for name, values in {**named, **where_in(self.where)}.items():
            values = values if isinstance(values, tuple) else (values,) if values else ()
            written = [_quoted(each) for each in values]
            if written:
                value = written[0] if len(written) == 1 else f"({' OR '.join(written)})"
                parts.append(f"{name}:{value}")
        return " ".join(part for part in parts if part)


def _value(name: str, value: str) -> str | int:
    if name in _CHOICES and value not in _CHOICES[name]:
        choices = _CHOICES[name]
        raise InvalidArgument(name, value, f"it is one of: {', '.join(choices)}", "choice", choices)
    if name != "page":
        return value
    if not (value.isascii() and value.isdigit() and 0 < int(value[:7]) <= _LAST_PAGE):
        raise InvalidArgument(name, value, f"a number from 1 to {_LAST_PAGE} is required")
    return int(value)


def unknown_parameter(name: str, known: Iterable[str]) -> InvalidArgument:
    """The error for a parameter that a page does not know; it names the nearest."""
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(known), 1)
    return InvalidArgument(name, name, "there is no such parameter", "unknown-parameter", near)


def _quoted(name: str) -> str:
    """A name as the value of a field."""
    bare = name.replace('"', " ").strip()
    return bare if bare and all(each.isalnum() or each in "-_." for each in bare) else f'"{bare}"'
