"""What a server serves, and how: a value that is made once, before it starts."""

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

#: The names of the own machine for itself.
_OWN = ("localhost", "127.0.0.1", "::1")


class Bounds(msgspec.Struct, frozen=True):
    """Limits on what a client may ask of a server.

    Attributes:
        url: bytes of an address, the query string included. A letter of Arabic takes six.
        parameters: parameters of an address.
        body: bytes of a request's body.
        header: bytes of a request's head, the address included.
        calls: calls of the library at the same time.
        queue: requests that may wait for one of these; a further one is told to come back.
        seconds: how long an answer may take to begin. A call of the library that runs then ends by itself.
        head_seconds: how long a client may take to send the head of a request.
        body_seconds: how long it may take to send a body.
        idle_seconds: how long a connection is kept without a request.
        write_seconds: how long a client may leave an answer unread before it loses the connection.
        connections: connections at the same time.
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
    """What a server serves, and how.

    Attributes:
        index: the open index. Whoever made the configuration closes it.
        alerts: the saved searches of the user who runs the server.
        serving: runs calls of the library.
        language: ``en`` or ``ar`` for everybody; "" for what each client asks for.
        write: whether clients may change what belongs to the user, such as what counts as seen. The index is
            never changed.
        token: what a client must know; "" for a server that only this machine can reach.
        hosts: the names under which the server may be addressed.
        any_address: whether it may also be addressed by any IP address.
        port: the port that it listens at; it tells the cookies of two servers apart.
        bounds: limits on what a client may ask.
        problem_page: makes the page of a problem, given the problem, a language and the configuration; None
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
        """The weak entity tag of an answer. Weak, since an answer also says how long it took.

        Args:
            version: of the index (:attr:`khabar.Index.version`), read before the answer is made.
            parts: what else the answer depends on: the address, the language.
        """
        # Relative dates such as «أمس» count from the day.
        identity = "\x1f".join((__version__, version, date.today().isoformat(), *parts))
        return f'W/"{blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()}"'


def hosts_of(host: str, names: Iterable[str] = (), *, outside: bool = False) -> frozenset[str]:
    """The names under which a server may be addressed, in small letters.

    Args:
        host: what it listens at.
        names: further names, as the user gave them; a port behind one is left out.
        outside: whether other machines can reach it; then the name of this machine counts.
    """
    given = (host, *((socket.gethostname(),) if outside else ()), *names)
    return frozenset((*_OWN, *(name.lower().rstrip(".") for name in map(_without_port, given) if name)))


def _without_port(name: str) -> str:
    name = name.strip().removeprefix("http://").removeprefix("https://").rstrip("/")
    bare, _, port = name.rpartition(":")
    if bare and port.isdecimal() and (":" not in bare or bare.endswith("]")):
        name = bare
    return name.removeprefix("[").removesuffix("]")
