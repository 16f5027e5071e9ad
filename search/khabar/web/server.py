"""The server process: a socket, uvicorn, and time limits for slow clients."""

from __future__ import annotations

import errno
import ipaddress
import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from khabar.errors import InvalidArgument, KhabarError

if TYPE_CHECKING:
    import asyncio
    from types import FrameType

    from starlette.types import ASGIApp

    from khabar.web.config import Bounds

__all__ = ["address_of", "is_loopback", "listen", "server_of"]

#: Seconds that running requests may still take when the server is asked to stop.
_LAST = 3
#: The answer to a request that h11 rejects, in most cases because of Arabic that is not percent-encoded.
_NO_REQUEST = (
    "This is no HTTP request, or its head is too large. In an address, letters that are not ASCII are "
    "percent-encoded: curl -sG ADDRESS --data-urlencode 'q=...'\n"
)
#: Maximum number of connections that wait to be accepted.
_BACKLOG = 512


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on a host.

    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "desk.example")]
    [True, True, True, False, False]
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on a host and a port; 0 is any free port.

    Raises:
        InvalidArgument: if there is no such host.
        KhabarError: if the port is in use, or may not be used.
    """
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise InvalidArgument("host", host, "it is not a name or an address of this machine") from error
    family, _, _, _, address = addresses[0]
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise KhabarError(
                f"port {port} of {host} is in use by another program: choose another one with --port, or "
                f"--port 0 for a free one"
            ) from error
        if error.errno == errno.EACCES:
            raise KhabarError(
                f"port {port} is reserved for the system: choose one from 1024 on with --port"
            ) from error
        if error.errno == errno.EADDRNOTAVAIL:
            raise InvalidArgument("host", host, "it is not a name or an address of this machine") from error
        raise
    listening.setblocking(False)
    return listening


def address_of(listening: socket.socket, host: str) -> str:
    """The address, for a browser, of a server that listens on a socket, without a slash at its end."""
    port = listening.getsockname()[1]
    if host in ("", "0.0.0.0", "::"):
        host = socket.gethostname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def server_of(app: ASGIApp, bounds: Bounds, started: Callable[[], None]) -> uvicorn.Server:
    """A server that is not running yet; ``run(sockets=[…])`` serves until the process is asked to stop.

    Args:
        app: the application.
        bounds: the limits on clients.
        started: called when the server is ready.
    """

    class BoundedConnection(_Connection):
        pass

    BoundedConnection.bounds = bounds
    config = uvicorn.Config(
        app,
        # Unlike other implementations, h11 limits the size of the head.
        http=BoundedConnection,
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        # khabar.web.bounded logs internal errors; mistakes of clients are not logged.
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=bounds.header,
        limit_concurrency=bounds.connections,
        timeout_keep_alive=int(bounds.idle_seconds),
        timeout_graceful_shutdown=_LAST,
    )
    return _Server(config, started)


class _Server(uvicorn.Server):
    """A server that reports when it is ready, and that ignores signals which were ignored at its start."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = started
        signals = (signal.SIGINT, signal.SIGTERM)
        self._ignored = [number for number in signals if signal.getsignal(number) is signal.SIG_IGN]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # A shell, for example, makes background processes ignore SIGINT.
        if sig not in self._ignored:
            super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_started()


class _Connection(H11Protocol):
    """A connection that is closed if its client takes too long to send the head of a request, for which
    uvicorn has no limit, or to read an answer."""

    bounds: Bounds

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._waiting: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        else:
            self._wait()

    def send_400_response(self, msg: str) -> None:
        super().send_400_response(_NO_REQUEST)
        self._abort_later()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # If uvicorn closes the connection now, it stays open until the client has read everything.
        if self.transport.is_closing():
            self._abort_later()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._abort_later()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._abort_later()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_waiting()
        if self._stuck is not None:
            self._stuck.cancel()

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(self.bounds.head_seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _abort_later(self) -> None:
        if self._stuck is None:
            self._stuck = self.loop.call_later(self.bounds.write_seconds, self.transport.abort)
