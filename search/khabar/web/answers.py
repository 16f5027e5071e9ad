"""Answers over HTTP: data as JSON, problems, and "not modified"."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response

from khabar.query.tree import Problem as QueryProblem
from khabar.render.faults import problem
from khabar.render.look import right_to_left
from khabar.render.text import escaped, escaped_json
from khabar.web.parameters import language_asked
from khabar.web.problems import Problem, problem_of

if TYPE_CHECKING:
    from starlette.types import Scope

    from khabar.web.config import Config

__all__ = [
    "in_language",
    "is_for_programs",
    "is_known",
    "json_bytes",
    "json_response",
    "language_of",
    "problem_response",
]

_JSON, _PROBLEM = "application/json", "application/problem+json"
#: The beginnings of the paths for programs; all other paths are for people.
_PROGRAMS = ("/api/", "/feed.")


def language_of(scope: Scope, config: Config) -> str:
    """The language for the messages of an answer."""
    return language_asked(scope["query_string"], scope["headers"], config.language)


def is_for_programs(scope: Scope) -> bool:
    """Whether the request is for an address for programs."""
    return str(scope["path"]).startswith(_PROGRAMS)


def json_bytes(record: Mapping[str, Any]) -> bytes:
    """Plain data as JSON in UTF-8, as ``--format json`` prints it, without its layout."""
    try:
        text = msgspec.json.encode(record).decode()
    except UnicodeEncodeError:
        # For example, the name of a file that is not valid text.
        return escaped_json(record).encode()
    return escaped(text).encode()


def in_language(record: dict[str, Any], language: str) -> dict[str, Any]:
    """An answer with its texts for people, the problems of queries, in a language. Everything else is for
    programs, and the same in every language."""
    return _translated(record, language, "") if language != "en" else record


def _translated(value: Any, language: str, query: str) -> Any:
    """Plain data with translated problems; ``query`` is the query around it."""
    if isinstance(value, list):
        return [_translated(item, language, query) for item in value]
    if not isinstance(value, dict):
        return value
    query = next((value[key] for key in ("query", "text") if isinstance(value.get(key), str)), query)
    return {
        key: [_with_message(record, language, query) for record in inner]
        if key == "problems" and isinstance(inner, list)
        else _translated(inner, language, query)
        for key, inner in value.items()
    }


def _with_message(record: dict[str, Any], language: str, query: str) -> dict[str, Any]:
    """The record of a problem with its message in a language."""
    found = QueryProblem(**{**record, "choices": tuple(record["choices"])})
    return {**record, "message": problem(found, query, language)}


def json_response(body: bytes, headers: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """An answer whose body is JSON."""
    return Response(body, status, headers, _JSON)


def is_known(scope: Scope, etag: str) -> bool:
    """Whether the client already has the answer with an entity tag, as it says in ``If-None-Match``."""
    header = Headers(scope=scope).get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def problem_response(
    error: Exception, scope: Scope, config: Config, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a request that failed: JSON for programs, a page for people."""
    language = language_of(scope, config)
    problem = problem_of(error, language)
    all_headers = {**(headers or {}), "Content-Language": language, "Cache-Control": "no-store"}
    if problem.retry_after:
        all_headers["Retry-After"] = str(problem.retry_after)
    if problem.kind == "token-required":
        all_headers["WWW-Authenticate"] = 'Bearer realm="khabar"'
    if is_for_programs(scope):
        return Response(json_bytes(problem.to_dict()), problem.status, all_headers, _PROBLEM)
    page = _plain_page(problem, language)
    if config.problem_page is not None:
        # If the template fails, the plain page still reports the problem.
        with suppress(Exception):
            page = config.problem_page(problem, language, config)
    return HTMLResponse(page, problem.status, all_headers)


def _plain_page(problem: Problem, language: str) -> str:
    """The page of a problem, without a template or style."""
    direction = "rtl" if language == "ar" else "ltr"
    inner = "rtl" if right_to_left(problem.detail) else "ltr"
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(problem.title)}</title>'
        f'<h1>{escape(problem.title)}</h1><p dir="{inner}">{escape(problem.detail)}</p>'
    )
