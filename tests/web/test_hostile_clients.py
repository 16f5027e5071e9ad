"""Slow and hostile clients hold nobody up: real connections to a server with little patience."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

import khabar
from khabar.alerts import Alerts
from khabar.web.app import make_app
from khabar.web.config import Bounds, Config
from khabar.web.server import listen, server_of
from khabar.web.serving import Serving

BOUNDS = Bounds(
    head_seconds=1.0, body_seconds=1.0, idle_seconds=1, write_seconds=1.0, seconds=30, connections=60
)

#: Seconds within which a server that is not held up answers, on a machine that is busy with other tests.
PROMPT = 10


@pytest.fixture
def port(sample_index: khabar.Index, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    listening = listen("127.0.0.1", 0)
    serving = Serving(2, 16)
    alerts = Alerts(tmp_path_factory.mktemp("hostile") / "alerts.json")
    ready = threading.Event()
    app = make_app(Config(sample_index, alerts, serving, bounds=BOUNDS))
    server = server_of(app, BOUNDS, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    assert ready.wait(10)
    yield int(listening.getsockname()[1])
    server.should_exit = True
    thread.join(10)
    serving.close()
    listening.close()
    assert not thread.is_alive()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def is_closed(connection: socket.socket, seconds: float) -> bool:
    """Whether the server closes a connection in so many seconds."""
    connection.settimeout(seconds)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def seconds_of_an_answer(port: int) -> float:
    began = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/api/v1/search?q=%D8%A7%D9%84%D9%86%D9%81%D8%B7")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 200
    return time.monotonic() - began


def test_who_says_nothing_is_sent_away(port: int) -> None:
    silent = [connected(port) for _ in range(20)]
    assert seconds_of_an_answer(port) < PROMPT
    assert all(is_closed(each, PROMPT) for each in silent)
    for each in silent:
        each.close()


def test_a_byte_at_a_time(port: int) -> None:
    slow = connected(port)
    began = time.monotonic()
    with pytest.raises(ConnectionError):
        for byte in b"GET /api/v1/info HTTP/1.1\r\nHost: localhost\r\n" + b"X: " + b"y" * 10_000:
            slow.send(bytes([byte]))
            time.sleep(0.05)
    assert time.monotonic() - began < PROMPT
    slow.close()


def test_a_byte_at_a_time_after_an_answer(port: int) -> None:
    slow = connected(port)
    slow.send(b"GET /api/v1/info HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert slow.recv(65536).startswith(b"HTTP/1.1 200")
    slow.send(b"G")
    assert is_closed(slow, PROMPT)
    slow.close()


def test_a_body_that_never_comes(port: int) -> None:
    slow = connected(port)
    slow.send(
        b"POST /api/v1/alerts/a/seen HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100\r\n\r\n{"
    )
    assert b"408" in slow.recv(65536)
    assert seconds_of_an_answer(port) < PROMPT
    slow.close()


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 100_000,
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 4,
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"\r\n" * 1000,
    ],
)
def test_heads_that_are_none(port: int, head: bytes) -> None:
    connection = connected(port)
    got = b""
    try:
        connection.sendall(head)
        got = connection.recv(65536)
    except ConnectionError:
        pass
    assert not got or got.split()[1][:1] == b"4", got[:200]
    assert seconds_of_an_answer(port) < PROMPT
    assert is_closed(connection, PROMPT)
    connection.close()


def test_who_reads_nothing_loses_the_connection(port: int) -> None:
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", port))
    slow.settimeout(10)
    # Asked for often enough, the answers are larger than what the system keeps for a connection.
    request = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with pytest.raises(OSError):
        began = time.monotonic()
        while time.monotonic() - began < 3 * PROMPT:
            slow.sendall(request * 20)
            time.sleep(0.05)
    assert seconds_of_an_answer(port) < PROMPT
    slow.close()


def test_who_leaves_early_is_no_error(port: int, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(12):
        early = connected(port)
        early.send(b"GET /api/v1/terms?q=%D8%A7%D9%84%D9%86%D9%81%D8%B7 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        early.close()
    time.sleep(0.2)
    assert seconds_of_an_answer(port) < PROMPT
    assert not [each for each in caplog.records if each.name == "khabar.web"]


def test_more_connections_than_there_may_be(port: int) -> None:
    many = [connected(port) for _ in range(80)]
    late = connected(port)
    late.send(b"GET /api/v1/info HTTP/1.1\r\nHost: localhost\r\n\r\n")
    # Told to come back; unless this machine is so slow that some of the others are gone already.
    assert late.recv(65536).split()[1] in (b"503", b"200")
    late.close()
    # Those that say nothing are sent away.
    assert all(is_closed(each, PROMPT) for each in many)
    assert seconds_of_an_answer(port) < PROMPT
    for each in many:
        each.close()
