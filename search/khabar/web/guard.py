"""Who may ask the server, and how much at once: middleware around the whole application.

A server on the own machine is not out of reach: every page that the user's browser opens can send requests to
it. So each request must be addressed to a name of the server (against DNS rebinding), a page of another site
gets no answer and changes nothing, and where others can reach the server, a token is asked for. No answer may
load or run anything that is not the server's own, whatever an article holds.
"""

from __future__ import annotations

import hmac
import ipaddress
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response

from khabar.web.answers import problem_response
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from khabar.web.config import Config

__all__ = ["HEADERS", "Guard", "host_name"]

#: What every answer says to the browser that shows it.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "
    "data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Other sites learn nothing of what was searched. With "no-referrer" a form of the own page would be sent
    # with "Origin: null", as if it came from nowhere.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}

#: Methods that change nothing.
_READING = ("GET", "HEAD", "OPTIONS")
#: How long a browser keeps the token, in seconds.
_KEPT = 30 * 24 * 3600


class Guard:
    """Refuses what is not allowed, and adds the headers that protect the user of a browser.

    Args:
        app: the application.
        config: of the server.
    """

    def __init__(self, app: ASGIApp, config: Config) -> None:
        self._app = app
        self._config = config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # There is nothing behind a WebSocket.
            await send({"type": "websocket.close", "code": 1008})
            return
        scope = _in_origin_form(scope)
        head = scope["method"] == "HEAD"

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.add_vary_header("Accept-Language, Cookie")
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            admitted = self._admitted(scope)
        except Refused as refusal:
            admitted = problem_response(refusal, scope, self._config)
        await (admitted or self._app)(scope, receive, protected)

    def _admitted(self, scope: Scope) -> Response | None:
        """None if the request may pass, or the answer that opens the way to the next one.

        Raises:
            Refused: if it may not.
        """
        headers = Headers(scope=scope)
        self._check_size(scope)
        self._check_host(headers)
        self._check_site(scope, headers)
        if self._config.token:
            return self._check_token(scope, headers)
        # An address from when the server had a token still leads where it led.
        return self._without_token(scope) if _given_token(scope) and scope["method"] in _READING else None

    def _check_size(self, scope: Scope) -> None:
        bounds = self._config.bounds
        query: bytes = scope["query_string"]
        if len(scope.get("raw_path") or scope["path"].encode()) + len(query) > bounds.url:
            raise Refused("address-too-long", most=bounds.url)
        if query.count(b"&") >= bounds.parameters:
            raise Refused("too-many-parameters", most=bounds.parameters)

    def _check_host(self, headers: Headers) -> None:
        named = headers.getlist("host")
        name = host_name(named[0]) if len(named) == 1 else ""
        config = self._config
        if name not in config.hosts and not (config.any_address and _is_address(name)):
            raise Refused("host-refused", "Host", name or ", ".join(named))

    def _check_site(self, scope: Scope, headers: Headers) -> None:
        """Refuse what a page of another site sends. Old browsers send no ``Sec-Fetch-Site``, but all send
        ``Origin`` with what may change something; programs send neither."""
        site = headers.get("sec-fetch-site")
        reading = scope["method"] in _READING
        # A link in another page may lead here.
        followed = (
            headers.get("sec-fetch-mode") == "navigate"
            and headers.get("sec-fetch-dest", "document") == "document"
        )
        if site not in (None, "same-origin") and not (reading and (site == "none" or followed)):
            raise Refused("cross-site", "Sec-Fetch-Site", str(site))
        origin = headers.get("origin")
        if origin is not None and not reading:
            parts = urlsplit(origin)
            if parts.scheme not in ("http", "https") or parts.netloc.lower() != headers["host"].lower():
                raise Refused("cross-site", "Origin", origin)

    def _check_token(self, scope: Scope, headers: Headers) -> Response | None:
        config = self._config
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(bearer.strip()):
            return None
        if self._is_token(_cookie(headers, config.cookie)):
            return None
        if scope["method"] in ("GET", "HEAD") and self._is_token(_given_token(scope)):
            response = self._without_token(scope)
            if response is not None:
                response.set_cookie(
                    config.cookie,
                    config.token,
                    max_age=_KEPT,
                    path="/",
                    secure=scope["scheme"] == "https",
                    httponly=True,
                    samesite="strict",
                )
            return response
        raise Refused("token-required")

    def _without_token(self, scope: Scope) -> Response | None:
        """Send a browser on to the address without the token, so that it stays in no history and no bookmark.
        A feed reader keeps no cookies: the address that it is given has the token, and is answered."""
        query = _query_without_token(scope)
        if scope["path"].startswith("/feed."):
            scope["query_string"] = query
            return None
        rest = query.decode("latin-1")
        # One slash at its beginning: two would lead to another host.
        path = "/" + (scope.get("raw_path") or b"/").decode("latin-1").lstrip("/\\")
        return RedirectResponse(path + (f"?{rest}" if rest else ""), 303)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._config.token.encode())


def _in_origin_form(scope: Scope) -> Scope:
    """A request with the path alone. A client may send the whole address (RFC 9112, 3.2.2); the host in it
    then counts, not that of the header."""
    if not scope["path"].startswith(("http://", "https://")):
        return scope
    parts = urlsplit(scope["path"])
    raw = (scope.get("raw_path") or scope["path"].encode()).split(b"/", 3)
    headers = [each for each in scope["headers"] if each[0] != b"host"]
    return {
        **scope,
        "path": parts.path or "/",
        "raw_path": b"/" + (raw[3] if len(raw) > 3 else b""),
        "headers": [*headers, (b"host", parts.netloc.encode("latin-1", "replace"))],
    }


def _is_named_token(pair: bytes) -> bool:
    return unquote_to_bytes(pair.partition(b"=")[0]) == b"token"


def _given_token(scope: Scope) -> str:
    """The token in an address; "" for none."""
    pairs = [each for each in scope["query_string"].split(b"&") if _is_named_token(each)]
    return unquote_to_bytes(pairs[0].partition(b"=")[2]).decode(errors="replace") if pairs else ""


def _query_without_token(scope: Scope) -> bytes:
    """The query string without the token."""
    pairs = scope["query_string"].split(b"&")
    return b"&".join(each for each in pairs if each and not _is_named_token(each))


def _cookie(headers: Headers, name: str) -> str:
    for line in headers.getlist("cookie"):
        try:
            cookie = SimpleCookie(line)
        except CookieError:
            continue
        if name in cookie:
            return cookie[name].value
    return ""


def host_name(host: str) -> str:
    """The name in a ``Host`` header, without the port and in small letters; "" if it is none.

    >>> host_name("LocalHost:8765"), host_name("[::1]:80"), host_name("a b"), host_name("x:y")
    ('localhost', '::1', '', '')
    """
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return ""
    if parts.netloc != host or "@" in host or any(char.isspace() for char in host):
        return ""
    return (parts.hostname or "").lower().rstrip(".")


def _is_address(name: str) -> bool:
    """Whether a name is an IP address. No name of a stranger's can be made to mean another machine by it."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
