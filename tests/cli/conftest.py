"""A few news files, an index of them, and ways to run the command line: in this process, and in its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from khabar.cli.group import khabar

RECORDS = [
    {
        "id": "oil",
        "title": "أسعار النفط ترتفع",
        "text": "ارتفعت أسعارُ النفط اليوم.\nوقال وزراء الطاقة إن السوق متوازنة.\nويتوقع الخبراء الاستقرار.",
        "source": "الخليج اليومي",
        "date": "2024-10-09",
    },
    {
        "id": "lavrov",
        "title": "لافروف يصل إلى موسكو",
        "text": "عاد وزير الخارجية لافروف إلى موسكو بعد جولة طويلة.",
        "source": "وكالة المغارب",
        "url": "https://news.example/2",
    },
    {"id": "visit", "title": "لافروف في بيروت", "text": "زار لافروف بيروت والتقى عبد الله النائب."},
    {
        "id": "hostile",
        "title": "\x1b[31mعاجل\x1b[0m [bold]غزة[/bold] \u202eمقلوب",
        "text": "نص عن الميناء \x9b2J القديم.",
    },
]


def surroundings(folder: Path) -> dict[str, str]:
    """An environment in which nothing of the tester's own counts: folders, language."""
    homes = {f"XDG_{each}_HOME": str(folder / each.lower()) for each in ("DATA", "CONFIG", "STATE")}
    return {**homes, "LC_ALL": "C.UTF-8", "BROWSER": "true"}


@pytest.fixture(scope="session")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one JSON Lines file of four articles."""
    folder = tmp_path_factory.mktemp("news")
    lines = (json.dumps(record, ensure_ascii=False) for record in RECORDS)
    (folder / "wire.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def built(news: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of them; not to be written to."""
    folder = tmp_path_factory.mktemp("indexes") / "news"
    done = CliRunner().invoke(khabar, ["index", str(news), "--index", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Run khabar in this process, in an empty folder, and without settings of any kind."""
    for name in [*os.environ]:
        # These two are of the tests, not of the program's settings.
        if name.startswith("KHABAR_") and name not in ("KHABAR_CACHE", "KHABAR_GOLDEN"):
            monkeypatch.delenv(name)
    for name, value in surroundings(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def call(*args: object, stdin: str | None = None) -> Result:
        return CliRunner().invoke(khabar, [str(arg) for arg in args], input=stdin)

    return call


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run khabar as a process."""

    def call(*args: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "khabar", *map(str, args)],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **surroundings(tmp_path), **environment},
            cwd=tmp_path,
            timeout=120,
        )

    return call


@pytest.fixture
def on_terminal(tmp_path: Path) -> Callable[..., str]:
    """Run khabar with a terminal of 80 columns as its stdout and stderr; gives what the terminal gets."""
    import fcntl
    import pty
    import struct
    import termios

    unset = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "PAGER", "KHABAR_PAGER", "TMUX", "VTE_VERSION")
    base = {name: value for name, value in os.environ.items() if name not in unset}
    base |= {**surroundings(tmp_path), "PYTHONWARNINGS": "ignore", "TERM": "xterm-256color"}

    def call(*args: object, rows: int = 24, status: int = 0, **environment: str) -> str:
        here, there = pty.openpty()
        fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
        job = subprocess.Popen(
            [sys.executable, "-m", "khabar", *map(str, args)],
            stdin=subprocess.DEVNULL,
            stdout=there,
            stderr=there,
            env={**base, **environment},
        )
        os.close(there)
        got = b""
        # At the end Linux raises, other systems give nothing.
        with suppress(OSError):
            while piece := os.read(here, 65536):
                got += piece
        assert job.wait(60) == status
        os.close(here)
        return got.decode().replace("\r\n", "\n")

    return call
