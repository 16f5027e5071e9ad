"""The API below ``/api/v1``: each address makes one call of the library, and answers with the JSON that the
command prints with ``--format json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from khabar.errors import InvalidArgument
from khabar.web.answers import in_language, is_known, json_bytes, json_response, language_of
from khabar.web.calls import Part
from khabar.web.changes import CHANGES, Change
from khabar.web.cursor import Cursor, question_of, read_cursor, written
from khabar.web.endpoints import ENDPOINTS, Endpoint
from khabar.web.openapi import BASE, CURSOR, description_json
from khabar.web.parameters import pairs_of, read
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

    from khabar.web.config import Config

__all__ = ["routes"]


def routes(config: Config) -> list[Route]:
    """The addresses of the API."""
    description = Route(f"{BASE}openapi.json", _describe, methods=["GET"])
    changes = [_changing_route(change, config) for change in CHANGES]
    return [description, *changes, *(_route(endpoint, config) for endpoint in ENDPOINTS)]


async def _describe(request: Request) -> Response:
    read(request.scope["query_string"], ())
    return json_response(description_json())


def _route(endpoint: Endpoint, config: Config) -> Route:
    """The route of an endpoint."""
    path = BASE + endpoint.path.replace("}", ":path}")
    in_path = [parameter for parameter in endpoint.parameters if f"{{{parameter.name}}}" in endpoint.path]
    parameters = [parameter for parameter in endpoint.parameters if parameter not in in_path]
    if endpoint.paged:
        parameters.append(CURSOR)

    def answer(scope: Scope, given: Mapping[str, Any]) -> Response:
        index = config.index
        asked = read(scope["query_string"], parameters)
        asked |= {parameter.key: given[parameter.name] for parameter in in_path}
        # Read before the answer, so that the next request notices a commit made in between.
        version = index.version
        language = language_of(scope, config)
        address = scope["path"], scope["query_string"].decode("latin-1")
        etag = config.etag(version, *address, language, str(asked.get("today", "")), endpoint.stamp(config))
        headers = {"ETag": etag, "Content-Language": language}
        if asked.get("meaning"):
            # A model that fails now may work the next time.
            headers = {"Content-Language": language, "Cache-Control": "no-store"}
        elif is_known(scope, etag):
            return Response(status_code=304, headers=headers)
        question = question_of({**asked, "path": scope["path"]})
        if text := asked.pop("cursor", None):
            asked["offset"] = read_cursor(text, question, version)
        try:
            part = endpoint.call(config, asked)
        except InvalidArgument as error:
            # Name the parameter of the address, which may differ from the argument of the library.
            names = {parameter.key: parameter.name for parameter in reversed(parameters)}
            error.name = names.get(error.name, error.name)
            raise
        if endpoint.paged and (link := _link(scope, part, question, version)):
            headers["Link"] = link
        return json_response(json_bytes(in_language(part.record, language)), headers)

    async def handle(request: Request) -> Response:
        # Everything runs in a thread, because checking the parameters can also be slow (time zones).
        return await config.serving.call(answer, request.scope, request.path_params)

    return Route(path, handle, methods=["GET"], name=endpoint.name)


def _link(scope: Scope, part: Part, question: str, version: str) -> str:
    """The ``Link`` header with the address of the next page (RFC 8288); "" if there is none."""
    if not part.more:
        return ""
    pairs = [pair for pair in pairs_of(scope["query_string"]) if pair[0] not in ("cursor", "offset")]
    cursor = written(Cursor(part.more, question, version))
    return f'<{quote(scope["path"])}?{urlencode([*pairs, ("cursor", cursor)])}>; rel="next"'


def _changing_route(change: Change, config: Config) -> Route:
    """The route of an address that gets JSON."""

    def answer(scope: Scope, asked: dict[str, Any], body: Any) -> Response:
        record = in_language(change.call(config, asked, body), language_of(scope, config))
        return json_response(json_bytes(record))

    async def handle(request: Request) -> Response:
        read(request.scope["query_string"], ())
        if change.changes and not config.write:
            raise Refused("read-only")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Refused("unsupported-media-type", type="application/json")
        try:
            body = msgspec.json.decode(await request.body(), type=change.body)
        except (msgspec.MsgspecError, UnicodeError):
            keys = ", ".join(change.body.__struct_fields__)
            raise Refused("malformed-body", keys=keys) from None
        return await config.serving.call(answer, request.scope, dict(request.path_params), body)

    path = BASE + change.path.replace("}", ":path}")
    return Route(path, handle, methods=["POST"], name=change.name)
