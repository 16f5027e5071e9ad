"""Protects the server and its users from foreign requests: middleware around the whole application.

Even a server that only this machine can reach gets requests from outside: every page in the user's browser
can send them. So each request must be addressed to a name of the server (against DNS rebinding), pages of
other sites get no answer and can change nothing, and a server that other machines can reach requires a token.
No answer may load or run anything from outside the server, whatever an article contains.
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

#: The headers of every answer.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "
    "data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Other sites must not learn the queries. With "no-referrer", browsers would send the server's own forms
    # with "Origin: null", which it refuses.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}

#: Methods that change nothing.
_READING = ("GET", "HEAD", "OPTIONS")
#: The number of seconds for which a browser keeps the token.
_KEPT = 30 * 24 * 3600


class Guard:
    """Refuses forbidden requests, and adds headers that protect users of browsers.

    Args:
        app: the application.
        config: the configuration of the server.
    """

    def __init__(self, app: ASGIApp, config: Config) -> None:
        self._app = app
        self._config = config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # The server has no WebSockets.
            await send({"type": "websocket.close", "code": 1008})
            return
        scope = _in_origin_form(scope)
        head = scope["method"] == "HEAD"

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.add_vary_header("Accept-Language, Cookie")
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            response = self._check(scope)
        except Refused as refusal:
            response = problem_response(refusal, scope, self._config)
        await (response or self._app)(scope, receive, send_protected)

    def _check(self, scope: Scope) -> Response | None:
        """None if the request may pass; or a redirect that removes a token from the address.

        Raises:
            Refused: if the request is not allowed.
        """
        headers = Headers(scope=scope)
        self._check_size(scope)
        self._check_host(headers)
        self._check_site(scope, headers)
        if self._config.token:
            return self._check_token(scope, headers)
        # Old addresses with a token still work on a server that has none now.
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
        """Refuse requests from pages of other sites. Old browsers do not send ``Sec-Fetch-Site``, but all
        browsers send ``Origin`` with requests that may change something; programs send neither."""
        site = headers.get("sec-fetch-site")
        reading = scope["method"] in _READING
        # Links from other pages are allowed.
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
        """Redirect a browser to the address without the token, which keeps the token out of the history and
        bookmarks. Feed readers, which keep no cookies, are answered at the address with the token."""
        query = _query_without_token(scope)
        if scope["path"].startswith("/feed."):
            scope["query_string"] = query
            return None
        rest = query.decode("latin-1")
        # Exactly one slash at the beginning: two would lead to another host.
        path = "/" + (scope.get("raw_path") or b"/").decode("latin-1").lstrip("/\\")
        return RedirectResponse(path + (f"?{rest}" if rest else ""), 303)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._config.token.encode())


def _in_origin_form(scope: Scope) -> Scope:
    """The request with only a path as its target. If a client sends the whole address (RFC 9112, 3.2.2), its
    host replaces that of the header."""
    if not scope["path"].startswith(("http://", "https://")):
        return scope
    parts = urlsplit(scope["path"])
    raw = (scope.get("raw_path") or scope["path"].encode()).split(b"/", 3)
    headers = [header for header in scope["headers"] if header[0] != b"host"]
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
    pairs = [pair for pair in scope["query_string"].split(b"&") if _is_named_token(pair)]
    return unquote_to_bytes(pairs[0].partition(b"=")[2]).decode(errors="replace") if pairs else ""


def _query_without_token(scope: Scope) -> bytes:
    """The query string without the token."""
    pairs = scope["query_string"].split(b"&")
    return b"&".join(pair for pair in pairs if pair and not _is_named_token(pair))


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
    """The name in a ``Host`` header, in lower case and without the port; "" if the header is not valid.

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
    """Whether a name is an IP address, which is safe from DNS rebinding."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
