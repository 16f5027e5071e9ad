"""The page that describes the API to people, as :mod:`khabar.web.openapi` describes it to programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from khabar.web.changes import CHANGES
from khabar.web.described import about, ordered, words
from khabar.web.endpoints import ENDPOINTS
from khabar.web.following import PARAMETERS
from khabar.web.openapi import BASE, CURSOR
from khabar.web.parameters import Parameter
from khabar.web.problem_texts import KINDS, title_of
from khabar.web.schemas import schemas

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from khabar.web.config import Config

__all__ = ["Line", "Part", "reference", "reference_context"]

#: An example of each address: the query string after its path.
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
        name: its name.
        kind: the type of its values, in the words of JSON Schema.
        about: a description.
        refers: the type to which its kind refers, described on the page; "" for none.
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
        name: its name, which is also its anchor on the page.
        head: its heading: method and path, or the name of the type.
        about: a description.
        lines: its parameters or keys.
        refers: the type of its answer; "" for none.
        body: the type of the body of a request; "" for none.
        example: an example address; "" for none.
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

    addresses = [
        Part(
            endpoint.name,
            f"GET {BASE}{endpoint.path}",
            about(endpoint.about, language),
            tuple(
                _parameter(parameter, language)
                for parameter in (*endpoint.parameters, *((CURSOR,) if endpoint.paged else ()))
            ),
            endpoint.answer,
            example=_encoded(BASE + endpoint.path + _TRY[endpoint.name]) if endpoint.name in _TRY else "",
        )
        for endpoint in ENDPOINTS
    ]
    changes = [
        Part(
            change.name,
            f"POST {BASE}{change.path}",
            about(change.about, language),
            (),
            change.answer,
            change.body.__name__,
        )
        for change in CHANGES
    ]
    feeds = [
        Part(
            name,
            f"GET /{name}",
            about("The articles of a query or a saved search as a feed, newest first.", language),
            tuple(_parameter(parameter, language) for parameter in PARAMETERS),
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
        "values": [_value(name, schema) for name, schema in schemas().items()],
        "problems": [(name, kind.status, title_of(name, language)) for name, kind in KINDS.items()],
    }


def _encoded(address: str) -> str:
    return quote(address, safe="/?&=")


def _parameter(parameter: Parameter, language: str) -> Line:
    """The line of a parameter."""
    notes = (("required",) if parameter.required else ()) + (("repeatable",) if parameter.many else ())
    kind = _kind(parameter.schema()["items"] if parameter.many else parameter.schema())
    if parameter.default not in (None, ""):
        default = parameter.default
        kind = f"{kind} = {str(default).lower() if isinstance(default, bool) else default}"
    return Line(parameter.name, kind, about(parameter.about, language), notes=notes)


def _value(name: str, schema: Mapping[str, Any]) -> Part:
    """The part of the page about a type of answers."""
    required = schema["required"]
    lines = tuple(
        Line(
            key,
            f"{_kind(value)}{'' if key in required else '?'}",
            value.get("description", ""),
            next(_references(value), ""),
        )
        for key, value in schema["properties"].items()
    )
    return Part(name, name, schema.get("description", ""), lines)


def _kind(schema: Mapping[str, Any]) -> str:
    """The type of a schema's values, in a few words."""
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


def _references(value: Any) -> Iterator[str]:
    """The names of the types to which a schema refers."""
    if isinstance(value, Mapping):
        if "$ref" in value:
            yield str(value["$ref"]).rpartition("/")[2]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


async def reference(request: Request, config: Config) -> Response:
    """The page that describes the API."""
    from starlette.responses import HTMLResponse

    from khabar.web.layout import rendered
    from khabar.web.pages.responses import page_for
    from khabar.web.parameters import pairs_of, read

    query = request.scope["query_string"]
    read(query, ())
    page = page_for(config, request, "", dict(pairs_of(query)).get("lang", ""))
    return HTMLResponse(rendered("api.html", page.language, page=page, **reference_context(page.language)))
