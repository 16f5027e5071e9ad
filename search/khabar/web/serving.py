"""Runs calls of the library for a server in a few threads, so that one client's search does not block others.

Python runs one thread at a time for most of a search, so more threads than processors would only slow down
every search. Requests wait for a thread in a short queue; when it is full, clients are told to try again
later, so that waiting times stay bounded.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from khabar.web.problems import Busy

__all__ = ["Serving"]

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Serving:
    """Runs blocking calls in a bounded number of threads.

    Args:
        calls: the number of threads.
        queue: the number of calls that may wait for a thread.
    """

    def __init__(self, calls: int, queue: int) -> None:
        self._pool = ThreadPoolExecutor(calls, thread_name_prefix="khabar-web")
        self._most = calls + queue
        self._lock = threading.Lock()
        self._now = 0

    @property
    def now(self) -> int:
        """The number of calls that run or wait."""
        return self._now

    async def call(self, function: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
        """Return the result of a call; its errors pass through.

        If the request is cancelled, a call that still waits is never made. One that runs cannot be stopped,
        and counts until it ends.

        Raises:
            Busy: if too many calls wait already.
        """
        with self._lock:
            if self._now >= self._most:
                raise Busy
            self._now += 1
        try:
            running = self._pool.submit(function, *args, **named)
        except BaseException:
            self._done()
            raise
        running.add_done_callback(self._done)
        return await asyncio.wrap_future(running)

    def close(self) -> None:
        """Make no further calls, without waiting for those that run."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _done(self, _: Future[_T] | None = None) -> None:
        with self._lock:
            self._now -= 1
