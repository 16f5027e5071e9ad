"""stdin and stdout for the server of the SDK. The SDK's own transport leaves some requests unanswered.

- JSON allows an escape for half of a surrogate pair (``"\\ud800"``), which the SDK cannot read, so that the
  request gets no answer. Here it is passed on with U+FFFD instead.
- When stdin ends, the SDK abandons the calls that still run. Here the end is passed on after their answers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pydantic
from mcp import types
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage

from khabar.spelling import storable

__all__ = ["opened", "read_again"]

Item = SessionMessage | Exception


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Any, Any]]:
    """The two streams for the server of the SDK."""
    async with stdio_server() as (reading, writing):
        waiting = _Waiting()
        yield _Reading(reading, waiting), _Writing(writing, waiting)


def read_again(item: Item) -> Item:
    """An item read from stdin; a line that the SDK refused for half of a surrogate pair becomes a message."""
    if not isinstance(item, pydantic.ValidationError):
        return item
    line = item.errors()[0]["input"]
    if not isinstance(line, str) or "\\u" not in line:
        return item
    try:
        repaired = storable(json.dumps(json.loads(line), ensure_ascii=False))
        return SessionMessage(types.jsonrpc_message_adapter.validate_json(repaired, by_name=False))
    except (ValueError, RecursionError):
        return item


class _Waiting:
    """The requests that have no answer yet, counted by id."""

    def __init__(self) -> None:
        self._ids: Counter[str] = Counter()
        self._done = anyio.Event()

    def asked(self, message: Any) -> None:
        if isinstance(message, types.JSONRPCRequest):
            self._ids[str(message.id)] += 1
        elif isinstance(message, types.JSONRPCNotification) and message.method == "notifications/cancelled":
            # A call that the client cancelled is never answered.
            self._settled(str((message.params or {}).get("requestId")))

    def answered(self, message: Any) -> None:
        if isinstance(message, types.JSONRPCResponse | types.JSONRPCError):
            self._settled(str(message.id))

    def _settled(self, identity: str) -> None:
        self._ids[identity] -= 1
        self._ids += Counter()  # keeps what is above 0
        self._done.set()

    async def done(self) -> None:
        while self._ids:
            self._done = anyio.Event()
            await self._done.wait()


class _Reading:
    """The incoming stream, which ends only when all requests are answered."""

    def __init__(self, stream: Any, waiting: _Waiting) -> None:
        self._stream = stream
        self._waiting = waiting

    @property
    def last_context(self) -> Any:
        return getattr(self._stream, "last_context", None)

    async def receive(self) -> Item:
        try:
            item = read_again(await self._stream.receive())
        except anyio.EndOfStream:
            await self._waiting.done()
            raise
        if isinstance(item, SessionMessage):
            self._waiting.asked(item.message)
        return item

    async def aclose(self) -> None:
        await self._stream.aclose()

    def __aiter__(self) -> _Reading:
        return self

    async def __anext__(self) -> Item:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> _Reading:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()


class _Writing:
    """The outgoing stream, which notes what is answered."""

    def __init__(self, stream: Any, waiting: _Waiting) -> None:
        self._stream = stream
        self._waiting = waiting

    async def send(self, item: SessionMessage) -> None:
        try:
            await self._stream.send(item)
        finally:
            self._waiting.answered(item.message)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def __aenter__(self) -> _Writing:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()
