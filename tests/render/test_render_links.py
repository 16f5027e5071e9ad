"""Links to articles on a terminal: where they lead, and that nothing from outside gets out of the escape
sequence."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console

from khabar.corpus.article import Article, Paragraph
from khabar.highlight.snippet import Snippet
from khabar.query.results import Hit
from khabar.render.hit import hits_view
from khabar.render.links import shows_links, target_of, without_links
from khabar.render.look import Look
from khabar.render.pager import knows_links

ESCAPE = re.compile("\x1b\\[[0-9;]*m|\x1b\\]8;(?:id=[0-9-]+)?;([!-~]*)\x1b\\\\")


def shown(article: Article, look: Look) -> str:
    hit = Hit(
        1, 1.0, article, Paragraph(article.id, 0, article.title), Snippet("", (), 0, 0, False, False), (), 0
    )
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, color_system="standard", width=100, highlight=False)
    console.print(hits_view([hit], look))
    return file.getvalue()


def targets(text: str) -> set[str]:
    return {target for target in ESCAPE.findall(text) if target}


def test_a_title_and_an_address_are_a_link_only_if_asked_for() -> None:
    article = Article("a", "خبر عاجل", "نص", url="https://example.org/a?b=1&c=خبر")
    assert targets(shown(article, Look(links=True))) == {"https://example.org/a?b=1&c=%D8%AE%D8%A8%D8%B1"}
    assert "\x1b]8" not in shown(article, Look())
    plain = without_links(shown(article, Look(links=True)))
    assert "\x1b]8" not in plain and ESCAPE.sub("", plain) == ESCAPE.sub("", shown(article, Look()))


def test_without_an_address_of_the_web_the_file_is_linked(tmp_path: Path) -> None:
    file = tmp_path / "خبر 1.txt"
    file.write_text("نص")
    for path in (str(file), f"{file}#3", f"{file}!folder/member.txt#2", f"{file}!inner.zip!member"):
        found = target_of(Article("a", "خبر", "نص", url="javascript:alert(1)", path=path))
        assert re.fullmatch(r"file://[\w.-]*/\S+/%D8%AE%D8%A8%D8%B1%201\.txt", found), path
    assert target_of(Article("a", "خبر", "نص", path=str(tmp_path / "gone.txt"))) == ""
    assert target_of(Article("a", "خبر", "نص", path=str(tmp_path))) == ""
    assert target_of(Article("a", "خبر", "نص", path="news.txt")) == ""


@pytest.mark.skipif(os.name == "nt", reason="needs modes")
def test_what_can_be_executed_is_not_linked(tmp_path: Path) -> None:
    program = tmp_path / "run.sh"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert target_of(Article("a", "خبر", "نص", path=str(program))) == ""


HOSTILE = st.text(st.characters(), max_size=40)


@given(url=HOSTILE, path=HOSTILE, title=HOSTILE, visual=st.booleans())
@example("https://e.org/\x1b\\\x1b]0;owned\x07", "", "خبر", False)
@example("https://e.org/\x9c\x9d8;;http://evil\x9c", "", "خبر", False)
@example("https://e.org/\x07\n\x1b[2J", "", "خبر", True)
@example("https://e.org;id=1;\u202e\u2066", "", "خبر", False)
@example("https://[", "/x\x1b\\y", "\x1b]8;;http://evil\x1b\\", False)
@example("https://e.org/%1b%5c", "", "خبر", False)
def test_nothing_from_outside_gets_out_of_a_link(url: str, path: str, title: str, visual: bool) -> None:
    for prefix in ("", "https://e.org/"):
        article = Article("a", title, (), url=prefix + url, path=f"/{path}")
        target = target_of(article)
        assert re.fullmatch("[!-~]*", target)
        text = ESCAPE.sub("", shown(article, Look(links=True, visual=visual)))
        # No other escape, and no control character but the ends of lines.
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


def test_an_address_that_is_too_long_is_no_link() -> None:
    assert target_of(Article("a", "خبر", "نص", url=f"https://e.org/{'خ' * 2000}")) == ""


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "tmux-256color", "TMUX": "x"}, True),
        ({"TERM": "screen", "STY": "1"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm", "INSIDE_EMACS": "29"}, False),
        ({"WT_SESSION": "1"}, True),
        ({}, False),
    ],
)
def test_which_terminals_are_sent_links(environment: dict[str, str], expected: bool) -> None:
    assert shows_links(environment) is expected


def test_which_pagers_show_links(tmp_path: Path) -> None:
    for version, expected in (("590", True), ("566", True), ("551", False), ("x", False)):
        less = tmp_path / version / "less"
        less.parent.mkdir()
        less.write_text(f"#!/bin/sh\necho 'less {version} (GNU regular expressions)'\n")
        less.chmod(0o755)
        assert knows_links([str(less)]) is expected
    assert not knows_links(["/usr/bin/more"]) and not knows_links([str(tmp_path / "less")])


@pytest.mark.skipif(os.name == "nt", reason="needs pseudo-terminals")
def test_links_are_on_a_terminal_and_not_in_a_pipe(tmp_path: Path) -> None:
    import contextlib
    import pty

    import khabar

    with khabar.create_index(tmp_path / "index") as index:
        index.add(Article("a", "المحصول", "نص عن المحصول", url="https://example.org/a"))
    line = [sys.executable, "-m", "khabar", "search", "المحصول", "--index", str(tmp_path / "index")]
    base = {key: value for key, value in os.environ.items() if key not in ("STY", "INSIDE_EMACS", "NO_COLOR")}
    environment = {**base, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}

    def at_a_terminal(*options: str, **more: str) -> str:
        here, there = pty.openpty()
        job = subprocess.Popen([*line, *options], stdin=there, stdout=there, env={**environment, **more})
        os.close(there)
        text = b""
        with contextlib.suppress(OSError):
            while piece := os.read(here, 65536):
                text += piece
        job.wait(timeout=60)
        os.close(here)
        return text.decode()

    assert "\x1b]8;" in at_a_terminal() and "https://example.org/a\x1b\\" in at_a_terminal()
    assert "\x1b]8;" not in at_a_terminal("--links", "never")
    assert "\x1b]8;" not in at_a_terminal(KHABAR_LINKS="never")
    # An option of its own: without colours there are links.
    assert "\x1b]8;" in at_a_terminal(NO_COLOR="1")
    assert "\x1b]8;" not in at_a_terminal(TERM="linux")
    assert "\x1b]8;" in at_a_terminal("--links", "always", TERM="linux")
    piped = subprocess.run(
        [*line, "--links", "always", "--format", "rich"],
        capture_output=True,
        encoding="utf-8",
        env=environment,
    ).stdout
    assert "المحصول" in piped and "\x1b" not in piped
