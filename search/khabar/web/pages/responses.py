"""Shared by all pages: reading the address, choosing the language, and answering with markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khabar.desk.desk import Desk
from khabar.errors import InvalidArgument, KhabarError
from khabar.web.answers import language_of
from khabar.web.pages.page import Page, other_language
from khabar.web.pages.searching import Search, unknown_parameter
from khabar.web.parameters import LANG_COOKIE, pairs_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from khabar.web.config import Config

__all__ = ["choice", "desk_of", "html", "language_in", "page_for", "parameters_of", "redirect", "whole"]

#: The number of seconds for which a browser keeps the chosen language.
_KEPT = 365 * 24 * 3600


def desk_of(config: Config) -> Desk | None:
    """The desk of the index; None if it has none."""
    try:
        return Desk(config.index)
    except KhabarError:
        return None


def page_for(config: Config, request: Request, here: str, lang: str, *, index: bool = False) -> Page:
    """The frame of a page.

    Args:
        config: the configuration of the server.
        request: the request, for the language and the address.
        here: the name of the page in the menu.
        lang: the language in the address; "" for none.
        index: whether to show the number of articles, which requires the index.
    """
    language = language_of(request.scope, config)
    path = request.scope.get("raw_path", b"").decode("latin-1") or request.url.path
    return Page(
        language,
        here,
        str(config.index.path),
        len(config.index) if index else -1,
        tuple(config.index.archives.items()) if index else (),
        config.write,
        asked_language=lang,
        other_language=other_language(
            path, (pair for pair in pairs_of(request.url.query) if pair[0] != "part"), language
        ),
    )


def parameters_of(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    """The parameters of an address, each of which may be given once.

    Raises:
        InvalidArgument: if there is an unknown one, or one is given twice.
    """
    parameters: dict[str, str] = {}
    for name, value in pairs_of(request.url.query):
        if name not in known:
            raise unknown_parameter(name, known)
        if name in parameters:
            raise InvalidArgument(name, value, "it is given more than once", "repeated")
        parameters[name] = value
    return parameters


def language_in(parameters: dict[str, str]) -> str:
    """The language in the parameters of an address; "" for none."""
    return Search.of([("lang", parameters.get("lang", ""))]).lang


def choice(value: str, name: str, choices: tuple[str, ...]) -> str:
    """The value of a parameter with a fixed set of values; "" stands for the first.

    Raises:
        InvalidArgument: if the value is not one of them.
    """
    if value and value not in choices:
        raise InvalidArgument(name, value, f"it is one of: {', '.join(choices)}", "choice", choices)
    return value or choices[0]


def whole(text: str, name: str, most: int) -> int:
    """The value of a parameter that is a whole number from 0 to ``most``.

    Raises:
        InvalidArgument: if it is not such a number.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise InvalidArgument(name, text, f"a whole number from 0 to {most} is required", "number")
    return int(text)


def html(markup: str, lang: str = "", status: int = 200) -> Response:
    """A page as an answer; the browser keeps the language of the address."""
    from starlette.responses import HTMLResponse

    response = HTMLResponse(markup, status)
    return _kept(response, lang)


def redirect(address: str, lang: str = "") -> Response:
    """A redirect to another address; the browser keeps the language of the address."""
    from starlette.responses import RedirectResponse

    return _kept(RedirectResponse(address, 303), lang)


def _kept(response: Response, lang: str) -> Response:
    """Make the browser keep a language for the next pages."""
    if lang:
        response.set_cookie(LANG_COOKIE, lang, max_age=_KEPT, path="/", samesite="lax", httponly=True)
    return response
