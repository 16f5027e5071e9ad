"""The addresses of the feeds of a query or a saved search: ``/feed.atom`` and ``/feed.rss``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route

from khabar.errors import InvalidArgument
from khabar.render.messages import heading
from khabar.web.answers import is_known, language_of
from khabar.web.calls import alert_of, alerts_stamp
from khabar.web.cursor import Cursor, question_of, read_cursor, written
from khabar.web.endpoints import MOST
from khabar.web.feeds import Feed, atom, rss
from khabar.web.openapi import CURSOR
from khabar.web.parameters import ASKED, Parameter, pairs_of, read

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

    from khabar.web.config import Config

__all__ = ["PARAMETERS", "routes"]

PARAMETERS = (
    *ASKED,
    Parameter("alert", about="The name of a saved search, instead of a query."),
    Parameter("limit", "whole", "Maximum number of articles.", 50, least=1, most=MOST),
    CURSOR,
)
_KINDS: dict[str, tuple[Callable[[Feed], bytes], str]] = {
    "/feed.atom": (atom, "application/atom+xml"),
    "/feed.rss": (rss, "application/rss+xml"),
}


def routes(config: Config) -> list[Route]:
    """The addresses of feeds."""
    return [_route(path, config) for path in _KINDS]


def _route(path: str, config: Config) -> Route:
    make, kind = _KINDS[path]

    def answer(scope: Scope) -> Response:
        asked = read(scope["query_string"], PARAMETERS)
        if asked.get("alert") and asked["query"]:
            raise InvalidArgument("alert", asked["alert"], "give a query or a saved search, not both")
        version = config.index.version
        language = language_of(scope, config)
        base = f"{scope['scheme']}://{Headers(scope=scope)['host']}"
        address = base, path, scope["query_string"].decode("latin-1")
        etag = config.etag(version, *address, language, str(asked.get("today", "")), alerts_stamp(config))
        headers = {"ETag": etag, "Content-Language": language}
        if is_known(scope, etag):
            return Response(status_code=304, headers=headers)
        feed = _feed(config, scope, asked, version, base, language)
        return Response(make(feed), 200, headers, f"{kind}; charset=utf-8")

    async def handle(request: Request) -> Response:
        return await config.serving.call(answer, request.scope)

    return Route(path, handle, methods=["GET"], name=path.lstrip("/"))


def _feed(
    config: Config, scope: Scope, asked: dict[str, Any], version: str, base: str, language: str
) -> Feed:
    """The page of a feed that a request asks for."""
    path = str(scope["path"])
    question = question_of({**asked, "path": path})
    text, limit, name = asked.pop("cursor", None), asked.pop("limit"), asked.pop("alert", None)
    offset = read_cursor(text, question, version) if text else 0
    pairs = [pair for pair in pairs_of(scope["query_string"]) if pair[0] != "cursor"]
    home = urlencode([pair for pair in pairs if pair[0] not in ("alert", "limit")])
    if name is not None:
        alert = alert_of(config, name)
        asked |= {"query": alert.query, "match": alert.match}
        home = urlencode({"q": alert.query, "match": alert.match})
    results = config.index.search(sort="newest", limit=limit, offset=offset, **asked)
    end = offset + len(results.hits)
    following = ""
    if results.hits and end < results.total:
        cursor = written(Cursor(end, question, version))
        following = f"{base}{path}?{urlencode([*pairs, ('cursor', cursor)])}"
    here = [*pairs, *((("cursor", text),) if text else ())]
    return Feed(
        title=name or heading(results.query, language),
        name=f"alert/{name}" if name is not None else f"query/{question}",
        language=language,
        home=f"{base}/" + (f"?{home}" if home else ""),
        base=base,
        query=results.query,
        here=f"{base}{path}" + (f"?{urlencode(here)}" if here else ""),
        following=following,
        hits=results.hits,
    )
