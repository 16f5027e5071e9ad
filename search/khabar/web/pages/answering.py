"""How every page handles a request: it reads the address, chooses the language, and answers with markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khabar.desk.desk import Desk
from khabar.errors import InvalidArgument, KhabarError
from khabar.web.answers import language_of
from khabar.web.asked import LANG_COOKIE, pairs_of
from khabar.web.pages.page import Page, other_language
from khabar.web.pages.searching import Search, unknown_parameter

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from khabar.web.config import Config

__all__ = ["choice", "desk_of", "given", "html", "language_in", "page_for", "sent_to", "whole"]

#: How long a language that was chosen is kept, in seconds.
_KEPT = 365 * 24 * 3600


def desk_of(config: Config) -> Desk | None:
    """The desk of the index; None if it has no place."""
    try:
        return Desk(config.index)
    except KhabarError:
        return None


def page_for(config: Config, request: Request, here: str, lang: str, *, index: bool = False) -> Page:
    """What is around the content of a page.

    Args:
        config: of the server.
        request: for the language and the address.
        here: the page of the menu.
        lang: the language that the address asks for, "" for none.
        index: whether to say how many articles are searched, which asks the index.
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
            path, (each for each in pairs_of(request.url.query) if each[0] != "part"), language
        ),
    )


def given(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    """The parameters of an address that takes each once.

    Raises:
        InvalidArgument: if it has others, or one twice.
    """
    found: dict[str, str] = {}
    for name, value in pairs_of(request.url.query):
        if name not in known:
            raise unknown_parameter(name, known)
        if name in found:
            raise InvalidArgument(name, value, "it is given more than once", "repeated")
        found[name] = value
    return found


def language_in(found: dict[str, str]) -> str:
    """The language that an address asks for, "" for none."""
    return Search.of([("lang", found.get("lang", ""))]).lang


def choice(value: str, name: str, choices: tuple[str, ...]) -> str:
    """One of a few words; the first for none."""
    if value and value not in choices:
        raise InvalidArgument(name, value, f"it is one of: {', '.join(choices)}", "choice", choices)
    return value or choices[0]


def whole(text: str, name: str, most: int) -> int:
    """A whole number from 0.

    Raises:
        InvalidArgument: if it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise InvalidArgument(name, text, f"a whole number from 0 to {most} is required", "number")
    return int(text)


def html(markup: str, lang: str = "", status: int = 200) -> Response:
    """A page as an answer. A language that its address asked for is kept."""
    from starlette.responses import HTMLResponse

    response = HTMLResponse(markup, status)
    return _kept(response, lang)


def sent_to(address: str, lang: str = "") -> Response:
    """The answer that sends a browser to another address."""
    from starlette.responses import RedirectResponse

    return _kept(RedirectResponse(address, 303), lang)


def _kept(response: Response, lang: str) -> Response:
    """Keep a language that was asked for, for the next pages."""
    if lang:
        response.set_cookie(LANG_COOKIE, lang, max_age=_KEPT, path="/", samesite="lax", httponly=True)
    return response
