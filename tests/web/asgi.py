"""A client that asks an ASGI application in this process, with no network between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

HOST = "127.0.0.1:8765"


class Answer(NamedTuple):
    """What was answered. The names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Asks an application; ``headers`` go with every request, a value of None leaves one out."""

    def __init__(self, app: Any, **headers: str | None) -> None:
        self.app = app
        self.headers = headers

    def get(self, path: str, asked: Any = (), method: str = "GET", **headers: str | None) -> Answer:
        """Ask for a path with parameters (a dict, or pairs)."""
        pairs = urlencode(asked, doseq=True)
        return self.ask(method, path + (f"?{pairs}" if pairs else ""), b"", **headers)

    def post(
        self, path: str, record: Any = None, *, body: bytes | None = None, **headers: str | None
    ) -> Answer:
        """Send JSON, or a body."""
        sent = json.dumps(record).encode() if body is None else body
        return self.ask("POST", path, sent, **{"content_type": "application/json", **headers})

    def ask(
        self, method: str, address: str, body: bytes, *, scope: Any = (), **headers: str | None
    ) -> Answer:
        """Any request. In the names of headers ``_`` stands for ``-``; ``scope`` is put over what is sent."""
        parts = urlsplit(address)
        given = {"host": HOST, **self.headers, **headers}
        sent = [
            (name.replace("_", "-").lower().encode(), value.encode())
            for name, value in given.items()
            if value is not None
        ]
        from urllib.parse import unquote

        asked = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(parts.path),
            "raw_path": quote(parts.path, safe="/%").encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": sent,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8765),
        }
        return asyncio.run(_asked(self.app, {**asked, **dict(scope)}, body))


async def _asked(app: Any, scope: dict[str, Any], body: bytes) -> Answer:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]
    got: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        got.append(message)

    await app(scope, receive, send)
    start = got[0]
    headers: dict[str, str] = {}
    for name, value in start["headers"]:
        key = name.decode()
        headers[key] = f"{headers[key]}, {value.decode()}" if key in headers else value.decode()
    return Answer(start["status"], headers, b"".join(each.get("body", b"") for each in got[1:]))
