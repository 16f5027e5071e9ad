"""Limits on the time and size of requests: middleware around the whole application.

The body is read completely before the request is handled, so a slow client does not block others. An answer
that takes too long to begin is abandoned, and so is one whose client has gone away.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from khabar.spelling import printable
from khabar.web.answers import problem_response
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from khabar.web.config import Config

__all__ = ["Bounded", "log"]

#: Receives the internal errors of the server, with their tracebacks.
log = logging.getLogger("khabar.web")


class Bounded:
    """Reads the body of a request, and abandons answers that take too long.

    Args:
        app: the application.
        config: the configuration of the server.
    """

    def __init__(self, app: ASGIApp, config: Config) -> None:
        self._app = app
        self._config = config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = complete = False
        limit = asyncio.timeout(None)

        async def send_and_note(message: Message) -> None:
            nonlocal started, complete
            if not started:
                # An answer that has begun, such as an export, may take as long as the client reads it.
                with suppress(RuntimeError):
                    limit.reschedule(None)
            started = True
            await send(message)
            complete = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            try:
                await self._answer(scope, receive, send_and_note, limit)
            except _Gone:
                return
            except Refused as refusal:
                if started:
                    raise
                await problem_response(refusal, scope, self._config)(scope, receive, send)
        except Exception as error:
            # Logged for whoever runs the server; the client gets only the name of the error.
            log.error("%s %s", scope["method"], printable(scope["path"]), exc_info=error)
            if complete:
                return
            if started:
                raise
            await problem_response(error, scope, self._config)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, limit: asyncio.Timeout) -> None:
        bounds = self._config.bounds
        try:
            async with asyncio.timeout(bounds.body_seconds):
                body = await _read_body(receive, bounds.body)
        except TimeoutError:
            raise Refused("too-slow") from None
        given = False

        async def receive_again() -> Message:
            nonlocal given
            if given:
                # The client is watched below.
                await asyncio.Event().wait()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        answering = asyncio.ensure_future(self._app(scope, receive_again, send))
        leaving = asyncio.ensure_future(_wait_until_gone(receive))
        try:
            async with limit:
                limit.reschedule(asyncio.get_running_loop().time() + bounds.seconds)
                await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            raise Refused("out-of-time", seconds=f"{bounds.seconds:g}") from None
        finally:
            leaving.cancel()
            if not answering.done():
                answering.cancel()
                await asyncio.wait((answering,))
        if answering.cancelled():
            raise _Gone
        answering.result()


class _Gone(Exception):
    """The client went away."""


async def _read_body(receive: Receive, most: int) -> bytes:
    """The body of a request.

    Raises:
        Refused: if it has more than ``most`` bytes.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise Refused("body-too-large", most=most)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _wait_until_gone(receive: Receive) -> None:
    """Return when the client goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass
