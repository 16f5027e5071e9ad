"""``khabar serve`` from the outside: how it begins, what it says, how it ends."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from servers import served

import khabar
from khabar.cli.group import khabar as cli
from khabar.web.server import is_loopback


def refused(*args: object) -> tuple[int, str]:
    """The status and stderr of a server that does not start."""
    done = CliRunner().invoke(cli, ["serve", *map(str, args)])
    assert done.stdout == "" and done.stderr.count("\n") == 1, done.output
    return done.exit_code, done.stderr


@pytest.fixture
def index_path(sample_index: khabar.Index) -> Path:
    path = sample_index.path
    assert isinstance(path, Path)
    return path


@pytest.mark.parametrize(
    ("number", "status", "said"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "interrupted")]
)
def test_it_says_where_and_ends_when_asked(
    index_path: Path, tmp_path: Path, number: int, status: int, said: str
) -> None:
    with served(index_path, tmp_path) as server:
        assert (
            server.line == f"khabar: serving {index_path} until Ctrl-C, at http://127.0.0.1:{server.port}\n"
        )
        found, body = server.get("/api/v1/search?q=%D8%A7%D9%84%D9%86%D9%81%D8%B7")
        assert found == 200 and json.loads(body)["total"] >= 2
        assert server.get("/")[0] == 200
        server.process.send_signal(number)
        assert server.process.wait(15) == status
    assert server.said == [f"khabar: {said}\n"]


def test_what_its_parent_had_it_ignore_stays_ignored(index_path: Path, tmp_path: Path) -> None:
    with served(index_path, tmp_path, interrupt=signal.SIG_IGN) as server:
        server.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert server.get("/api/v1/info")[0] == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(15) == 143


def test_in_arabic(index_path: Path, tmp_path: Path) -> None:
    with served(index_path, tmp_path, ["--lang", "ar"]) as server:
        assert "متاح حتى" in server.line and server.line.endswith(f" http://127.0.0.1:{server.port}\n")
        assert re.search("[\u0600-\u06ff]", json.loads(server.get("/api/v1/search?no=1")[1])["title"])


def test_where_others_can_reach_it_a_token_is_made(index_path: Path, tmp_path: Path) -> None:
    with served(index_path, tmp_path, ["--host", "0.0.0.0"]) as server:
        found = re.search(r"/\?token=([\w-]{32})", server.line)
        assert found
        assert server.get("/api/v1/info")[0] == 401
        assert server.get("/api/v1/info", Authorization=f"Bearer {found[1]}")[0] == 200
        assert server.get(f"/?token={found[1]}")[0] == 303
        assert server.get("/", Host="evil.example")[0] == 421
    assert not server.said or found[1] not in "".join(server.said)


def test_a_token_from_the_environment(index_path: Path, tmp_path: Path) -> None:
    with served(index_path, tmp_path, KHABAR_TOKEN="long-enough-a-token") as server:
        assert server.get("/api/v1/info")[0] == 401
        assert server.get("/api/v1/info", Authorization="Bearer long-enough-a-token")[0] == 200
    assert refused("--index", index_path, "--token", "short")[0] == 2


def test_a_taken_port(index_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, said = refused("--index", index_path, "--port", port)
    assert status == 3 and f"port {port} of 127.0.0.1 is in use" in said and "--port 0" in said


def test_what_it_cannot_serve(tmp_path: Path, index_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, said = refused("--index", tmp_path / "nowhere")
    assert status == 3 and "khabar index SOURCE" in said
    khabar.create_index(tmp_path / "empty").close()
    status, said = refused("--index", tmp_path / "empty")
    assert status == 3 and "holds no article" in said
    assert refused("--index", index_path, "--host", "no such host")[0] == 2
    assert refused("--index", index_path, "--host", "203.0.113.7")[0] == 2


def test_without_the_extra(index_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "khabar.web.server", None)
    status, said = refused("--index", index_path)
    assert status == 3 and 'pip install "khabar[web]"' in said


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("127.9.9.9", True),
        ("0.0.0.0", False),
        ("", False),
    ],
)
def test_what_only_this_machine_reaches(host: str, own: bool) -> None:
    assert is_loopback(host) is own
