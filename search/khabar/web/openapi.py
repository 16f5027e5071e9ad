"""The description of the API in OpenAPI 3.1, made from the values that define the addresses."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from khabar._version import __version__
from khabar.web.changes import CHANGES, Change
from khabar.web.endpoints import ENDPOINTS, Endpoint
from khabar.web.parameters import LANG, Parameter
from khabar.web.problem_texts import KINDS
from khabar.web.schemas import schemas

__all__ = ["BASE", "CURSOR", "description", "description_json", "problems_of"]

BASE = "/api/v1/"
CURSOR = Parameter("cursor", about="The beginning of the page, from the Link header of the page before it.")

#: The problems of every address.
_ANYWHERE = (
    "too-many-parameters",
    "token-required",
    "cross-site",
    "too-slow",
    "body-too-large",
    "address-too-long",
    "host-refused",
    "internal",
    "busy",
    "out-of-time",
)
#: The problems of calls of the library.
_OF_CALLS = (
    "invalid-argument",
    "unknown-parameter",
    "index-damaged",
    "index-unavailable",
    "settings-unusable",
)
#: The problems of changes.
_OF_CHANGES = (
    "malformed-body",
    "read-only",
    "alert-not-found",
    "article-not-found",
    "alert-of-another-index",
    "unsupported-media-type",
)


def problems_of(endpoint: Endpoint) -> tuple[str, ...]:
    """The kinds of problems of an address."""
    more: tuple[str, ...] = ()
    if "{id}" in endpoint.path:
        more = ("article-not-found",)
    elif "{name}" in endpoint.path:
        more = ("alert-not-found", "alert-of-another-index")
    return (*_OF_CALLS, *more, *(("index-changed",) if endpoint.paged else ()), *_ANYWHERE)


def description() -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, Any] = {f"/{endpoint.path}": {"get": _operation(endpoint)} for endpoint in ENDPOINTS}
    for change in CHANGES:
        paths.setdefault(f"/{change.path}", {})["post"] = _change(change)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "khabar",
            "version": __version__,
            "summary": "Search of Arabic news.",
            "description": "The body of an answer is what the command of the same name prints with --format "
            "json. Parameters are checked strictly: an unknown one, or a value of another type, is answered "
            "with status 400.",
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "servers": [{"url": BASE.rstrip("/")}],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        # A server that only its own machine can reach requires no token.
        "security": [{}, {"token": []}],
    }


@cache
def description_json() -> bytes:
    """The whole description as JSON."""
    return msgspec.json.encode(description())


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    parameters = (*endpoint.parameters, *((CURSOR,) if endpoint.paged else ()), LANG)
    headers: dict[str, Any] = {
        "ETag": {"schema": {"type": "string"}, "description": "For If-None-Match: changes with each commit."}
    }
    if endpoint.paged:
        headers["Link"] = {"schema": {"type": "string"}, "description": "The next page, as rel=next."}
    return {
        "operationId": endpoint.name,
        "summary": endpoint.about,
        "parameters": [_parameter(parameter, endpoint) for parameter in parameters],
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": headers,
                "content": {"application/json": {"schema": _ref(endpoint.answer)}},
            },
            "304": {"description": "The client has the answer already."},
            **_responses(problems_of(endpoint)),
        },
    }


def _parameter(parameter: Parameter, endpoint: Endpoint) -> dict[str, Any]:
    in_path = f"{{{parameter.name}}}" in endpoint.path
    record = {
        "name": parameter.name,
        "in": "path" if in_path else "query",
        "required": parameter.required,
        "description": parameter.about,
        "schema": {**parameter.schema(), **({"minLength": 1} if in_path else {})},
    }
    return record if in_path else {**record, "style": "form", "explode": True}


def _change(change: Change) -> dict[str, Any]:
    name = {
        "name": "name",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1},
        "description": "The name of the saved search or list.",
    }
    return {
        "operationId": change.name,
        "summary": change.about + (" Not with khabar serve --read-only." if change.changes else ""),
        "parameters": [name] if "{name}" in change.path else [],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref(change.body.__name__)}},
        },
        "responses": {
            "200": {
                "description": "What was changed." if change.changes else "The answer.",
                "content": {"application/json": {"schema": _ref(change.answer)}},
            },
            **_responses((*_OF_CALLS, *_OF_CHANGES, *_ANYWHERE)),
        },
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _responses(kinds: tuple[str, ...]) -> dict[str, Any]:
    """The answers with problems of some kinds, by status."""
    by_status: dict[int, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(KINDS[kind].status, []).append(kind)
    return {
        str(status): {
            "description": "; ".join(f"{KINDS[kind].title[0]} ({kind})" for kind in kinds_of_status),
            "content": {"application/problem+json": {"schema": _ref("HttpProblem")}},
        }
        for status, kinds_of_status in sorted(by_status.items())
    }
