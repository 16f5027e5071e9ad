"""Calls in threads: bounded, given up in time, and not made for a client that has left."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from asgi import Client

import khabar
from khabar.web.bounded import Bounded
from khabar.web.config import Bounds
from khabar.web.problems import Busy
from khabar.web.serving import Serving


def test_more_calls_than_can_wait_are_refused() -> None:
    serving = Serving(1, 1)
    end = threading.Event()

    async def ask() -> list[Any]:
        first = asyncio.ensure_future(serving.call(end.wait, 10))
        second = asyncio.ensure_future(serving.call(lambda: "second"))
        await asyncio.sleep(0.05)
        with pytest.raises(Busy):
            await serving.call(lambda: "third")
        end.set()
        done = await asyncio.gather(first, second)
        return [*done, await serving.call(lambda: "fourth")]

    assert asyncio.run(ask()) == [True, "second", "fourth"]
    assert serving.now == 0
    serving.close()


def test_an_error_passes_through_and_frees_its_place() -> None:
    serving = Serving(1, 0)

    async def ask() -> None:
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await serving.call(lambda: 1 // 0)

    asyncio.run(ask())
    assert serving.now == 0
    serving.close()


def test_a_call_that_waits_is_not_made_for_who_has_left() -> None:
    serving = Serving(1, 5)
    end, made = threading.Event(), []

    async def ask() -> None:
        first = asyncio.ensure_future(serving.call(end.wait, 10))
        second = asyncio.ensure_future(serving.call(made.append, 1))
        await asyncio.sleep(0.05)
        second.cancel()
        await asyncio.sleep(0.05)
        assert serving.now == 1
        end.set()
        await first

    asyncio.run(ask())
    assert not made
    serving.close()


class Slow:
    """An index whose searches take a while."""

    version = "1"

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.path = None

    def search(self, **asked: object) -> khabar.Results:
        time.sleep(self.seconds)
        return khabar.Results("", 0, 0.0, ())


def test_an_answer_that_takes_too_long_is_given_up(make_client: Callable[..., Client]) -> None:
    client = make_client(index=Slow(2), bounds=Bounds(seconds=0.1))
    began = time.monotonic()
    answer = client.get("/api/v1/search")
    assert answer.status == 503 and answer.json["code"] == "out-of-time" and "retry-after" in answer.headers
    assert time.monotonic() - began < 2


def test_a_busy_server_says_when_to_come_back(make_client: Callable[..., Client]) -> None:
    class Waiting(Slow):
        end = threading.Event()

        def search(self, **asked: object) -> khabar.Results:
            self.end.wait(30)
            return khabar.Results("", 0, 0.0, ())

    serving = Serving(1, 0)
    client = make_client(index=Waiting(0), serving=serving)
    answers: list[Any] = []
    first = threading.Thread(target=lambda: answers.append(client.get("/api/v1/search")))
    first.start()
    while not serving.now:
        time.sleep(0.01)
    busy = client.get("/api/v1/search")
    Waiting.end.set()
    first.join()
    assert [each.status for each in answers] == [200]
    assert (busy.status, busy.json["code"]) == (503, "busy") and int(busy.headers["retry-after"]) > 0
    serving.close()


def test_a_body_that_comes_slowly_is_given_up(make_client: Callable[..., Client]) -> None:
    client = make_client(bounds=Bounds(body_seconds=0.1))
    got: list[Any] = []

    async def ask() -> None:
        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0.03)
            return {"type": "http.request", "body": b"x", "more_body": True}

        async def send(message: Any) -> None:
            got.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/api/v1/alerts/a/seen",
            "raw_path": b"/",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
            "scheme": "http",
        }
        await client.app(scope, receive, send)

    asyncio.run(ask())
    assert got[0]["status"] == 408


def test_an_answer_nobody_waits_for_is_given_up(make_client: Callable[..., Client]) -> None:
    config = make_client().app._config
    cancelled: list[bool] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    messages = [{"type": "http.disconnect"}, {"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        await asyncio.sleep(0.01)
        return messages.pop()

    async def send(message: Any) -> None:
        raise AssertionError(message)

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    asyncio.run(Bounded(app, config)(scope, receive, send))
    assert cancelled == [True]
