"""The page that describes the API: the description that programs read (:mod:`khabar.web.openapi`), for
people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from khabar.web.asked import Parameter
from khabar.web.changes import CHANGES
from khabar.web.described import about, ordered, words
from khabar.web.endpoints import ENDPOINTS
from khabar.web.following import PARAMETERS
from khabar.web.openapi import BASE, CURSOR
from khabar.web.sayings import KINDS, title_of
from khabar.web.schemas import schemas

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from khabar.web.config import Config

__all__ = ["Line", "Part", "reference", "reference_context"]

#: An example of each address, as what follows its path.
_TRY = {
    "search": "?q=النفط",
    "facets": "?q=النفط&by=source",
    "timeline": "?q=النفط&by=month",
    "terms": "?q=النفط",
    "names": "?q=النفط&kind=person",
    "complete": "?prefix=نف",
    "suggest": "?q=riyadh",
    "why": "?word=رئيس",
    "interpret": "?q=أسعار النفط",
    "alerts": "",
    "desk": "",
    "desk-lists": "",
    "info": "",
}


class Line(msgspec.Struct, frozen=True):
    """A line of a table: a parameter, or a key of an answer.

    Attributes:
        name: of it.
        kind: what values it has, in words of JSON Schema.
        about: its meaning.
        refers: the part of the page about a type that its kind names; "" for none.
        notes: ``required``, ``repeatable``.
    """

    name: str
    kind: str
    about: str
    refers: str = ""
    notes: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """A part of the page: an address, or a type.

    Attributes:
        name: of it, and of its place in the page.
        head: its heading: method and path, or the name of the type.
        about: what it is for.
        lines: its parameters or keys.
        refers: the type of its answer; "" for none.
        body: the type of what is sent; "" for none.
        example: an address to try it; "" for none.
    """

    name: str
    head: str
    about: str
    lines: tuple[Line, ...] = ()
    refers: str = ""
    body: str = ""
    example: str = ""


def reference_context(language: str) -> dict[str, Any]:
    """The values of the page's template, except ``page``."""
    from markupsafe import Markup

    found = schemas()
    addresses = [
        Part(
            each.name,
            f"GET {BASE}{each.path}",
            about(each.about, language),
            tuple(
                _parameter(one, language) for one in (*each.parameters, *((CURSOR,) if each.paged else ()))
            ),
            each.answer,
            example=_encoded(BASE + each.path + _TRY[each.name]) if each.name in _TRY else "",
        )
        for each in ENDPOINTS
    ]
    changes = [
        Part(
            each.name,
            f"POST {BASE}{each.path}",
            about(each.about, language),
            (),
            each.answer,
            each.body.__name__,
        )
        for each in CHANGES
    ]
    feeds = [
        Part(
            name,
            f"GET /{name}",
            about("The articles of a query or a saved search as a feed, newest first.", language),
            tuple(_parameter(one, language) for one in PARAMETERS),
            example=_encoded(f"/{name}?q=النفط"),
        )
        for name in ("feed.atom", "feed.rss")
    ]
    return {
        "ordered": lambda text: Markup(ordered(text, language)),
        "words": words(language),
        "addresses": addresses,
        "changes": changes,
        "feeds": feeds,
        "values": [_value(name, schema) for name, schema in found.items()],
        "problems": [(kind, each.status, title_of(kind, language)) for kind, each in KINDS.items()],
    }


def _encoded(address: str) -> str:
    return quote(address, safe="/?&=")


def _parameter(parameter: Parameter, language: str) -> Line:
    notes = (("required",) if parameter.required else ()) + (("repeatable",) if parameter.many else ())
    kind = _kind(parameter.schema()["items"] if parameter.many else parameter.schema())
    if parameter.default not in (None, ""):
        default = parameter.default
        kind = f"{kind} = {str(default).lower() if isinstance(default, bool) else default}"
    return Line(parameter.name, kind, about(parameter.about, language), notes=notes)


def _value(name: str, schema: Mapping[str, Any]) -> Part:
    required = schema["required"]
    lines = tuple(
        Line(
            key, f"{_kind(each)}{'' if key in required else '?'}", each.get("description", ""), _refers(each)
        )
        for key, each in schema["properties"].items()
    )
    return Part(name, name, schema.get("description", ""), lines)


def _kind(schema: Mapping[str, Any]) -> str:
    """The values of a schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(schema["enum"])
    kind = schema["type"]
    if isinstance(kind, list):
        return " | ".join(kind)
    if kind == "array":
        return f"[{_kind(schema['items'])}]"
    if "minimum" in schema:
        return f"{kind} {schema['minimum']}–{schema['maximum']}"
    return str(kind)


def _refers(schema: Mapping[str, Any]) -> str:
    """The type that a schema names somewhere."""
    return next(_names(schema), "")


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "$ref" in value:
            yield str(value["$ref"]).rpartition("/")[2]
        for each in value.values():
            yield from _names(each)
    elif isinstance(value, list):
        for each in value:
            yield from _names(each)


async def reference(request: Request, config: Config) -> Response:
    """The page that describes the API."""
    from starlette.responses import HTMLResponse

    from khabar.web.asked import pairs_of, read
    from khabar.web.dress import rendered
    from khabar.web.pages.answering import page_for

    query = request.scope["query_string"]
    read(query, ())
    page = page_for(config, request, "", dict(pairs_of(query)).get("lang", ""))
    return HTMLResponse(rendered("api.html", page.language, page=page, **reference_context(page.language)))
