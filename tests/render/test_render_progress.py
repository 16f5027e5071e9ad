"""Progress: lines where nobody watches, a bar where somebody does."""

import io

import pytest

from khabar.render import output
from khabar.render import progress as room
from khabar.render.progress import busy, progress


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

    monkeypatch.setattr(room.time, "monotonic", lambda: Clock.now)
    return Clock


def test_a_line_every_few_seconds(capsys, clock):
    with progress("Indexing", "articles", terminal=False) as bar:
        for second in range(1, 13):
            clock.now = 100.0 + second
            bar.update(second * 1000, second / 20)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "khabar: Indexing: 5,000 articles, 1,000/s, about 25%",
        "khabar: Indexing: 10,000 articles, 1,000/s, about 50%",
    ]


def test_a_new_stage_is_counted_afresh(capsys, clock):
    with progress("Indexing", "documents", terminal=False) as bar:
        clock.now = 104.0
        bar.stage("Searching", "queries")
        bar.update(1, 0.1)
        clock.now = 110.0
        bar.update(60, None)
    assert capsys.readouterr().err.splitlines() == ["khabar: Searching: 60 queries, 10/s"]


def test_a_bar_leaves_nothing_behind_and_nothing_on_stdout(monkeypatch, capsys, clock):
    class Screen(io.StringIO):
        def isatty(self):
            return True

    screen = Screen()
    monkeypatch.setattr(room.sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress("Indexing", "articles") as bar:
        assert type(bar).__name__ == "_Bar"
        clock.now += 1
        bar.update(512, 0.5)
        bar.stage("Writing")
        bar.stage("Writing")
    assert "512 articles, 512/s" in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[2K")
    assert capsys.readouterr().out == ""


def test_a_dumb_terminal_gets_lines(monkeypatch):
    monkeypatch.setattr(room, "is_terminal", lambda stream: True)
    monkeypatch.setenv("TERM", "dumb")
    with progress("Indexing", "articles") as bar:
        assert type(bar).__name__ == "_Lines"


def test_complaints_are_one_harmless_line(capsys):
    output.complain("no file «\x1b[31mأ\nب»")
    assert capsys.readouterr().err == "khabar: no file «␛[31mأ ب»\n"


def test_what_takes_seconds_is_told_on_a_terminal_and_nothing_stays(monkeypatch, capsys):
    class Screen(io.StringIO):
        def isatty(self):
            return True

    with busy("looking for names in the articles"):
        pass
    assert capsys.readouterr().err == ""
    screen = Screen()
    monkeypatch.setattr(room.sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with busy("looking for names in the articles"):
        assert "looking for names in the articles" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[2K")
