"""The configuration of a server, a value that is made once before it starts."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from khabar._version import __version__
from khabar.digests import blake2b

if TYPE_CHECKING:
    from khabar.alerts import Alerts
    from khabar.library import Index
    from khabar.web.problems import Problem
    from khabar.web.serving import Serving

__all__ = ["Bounds", "Config", "hosts_of"]

#: The names by which this machine addresses itself.
_OWN = ("localhost", "127.0.0.1", "::1")


class Bounds(msgspec.Struct, frozen=True):
    """The limits of a server on its clients.

    Attributes:
        url: bytes of an address, including the query string. An Arabic letter takes six.
        parameters: parameters of an address.
        body: bytes of the body of a request.
        header: bytes of the head of a request, including the address.
        calls: concurrent calls of the library.
        queue: requests that wait for such a call; any others are told to try again later.
        seconds: the time until an answer begins. A call of the library that still runs then is not stopped.
        head_seconds: the time to receive the head of a request.
        body_seconds: the time to receive a body.
        idle_seconds: the time that a connection stays open without a request.
        write_seconds: the time that a client may leave an answer unread before the connection is closed.
        connections: concurrent connections.
    """

    url: int = 16_384
    parameters: int = 100
    body: int = 1 << 20
    header: int = 32_768
    calls: int = 4
    queue: int = 64
    seconds: float = 30.0
    head_seconds: float = 10.0
    body_seconds: float = 20.0
    idle_seconds: float = 15.0
    write_seconds: float = 20.0
    connections: int = 500


class Config(msgspec.Struct, frozen=True):
    """The configuration of a server.

    Attributes:
        index: the open index. Whoever made the configuration closes it.
        alerts: the saved searches of the user who runs the server.
        serving: runs calls of the library.
        language: ``en`` or ``ar`` for all clients; "" for the language that each prefers.
        write: whether clients may change the user's own data, such as stars and what counts as seen. The
            index is never changed.
        token: the token that clients must send; "" for a server that only this machine can reach.
        hosts: the names by which the server may be addressed.
        any_address: whether it may also be addressed by any IP address.
        port: the port on which it listens; it distinguishes the cookies of two servers.
        bounds: the limits on clients.
        problem_page: makes the page of a problem from the problem, a language and the configuration; None
            for a plain one.
    """

    index: Index
    alerts: Alerts
    serving: Serving
    language: str = ""
    write: bool = True
    token: str = ""
    hosts: frozenset[str] = frozenset(_OWN)
    any_address: bool = False
    port: int = 0
    bounds: Bounds = Bounds()
    problem_page: Callable[[Problem, str, Config], str] | None = None

    @property
    def cookie(self) -> str:
        """The name of the cookie with the token."""
        return f"khabar-{self.port}"

    def etag(self, version: str, *parts: str) -> str:
        """The entity tag of an answer. It is weak, because an answer also contains the time that it took.

        Args:
            version: the version of the index (:attr:`khabar.Index.version`), read before the answer is made.
            parts: everything else on which the answer depends, such as the address and the language.
        """
        # Relative dates such as «أمس» depend on the current day.
        identity = "\x1f".join((__version__, version, date.today().isoformat(), *parts))
        return f'W/"{blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()}"'


def hosts_of(host: str, names: Iterable[str] = (), *, outside: bool = False) -> frozenset[str]:
    """The names by which a server may be addressed, in lower case.

    Args:
        host: the host on which it listens.
        names: further names as given by the user, perhaps with ports, which are removed.
        outside: whether other machines can reach it; then the name of this machine is added.
    """
    all_names = (host, *((socket.gethostname(),) if outside else ()), *names)
    return frozenset((*_OWN, *(name.lower().rstrip(".") for name in map(_without_port, all_names) if name)))


def _without_port(name: str) -> str:
    """The host of a name or address, without its scheme and port."""
    name = name.strip().removeprefix("http://").removeprefix("https://").rstrip("/")
    bare, _, port = name.rpartition(":")
    if bare and port.isdecimal() and (":" not in bare or bare.endswith("]")):
        name = bare
    return name.removeprefix("[").removesuffix("]")
