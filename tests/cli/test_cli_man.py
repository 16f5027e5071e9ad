"""``khabar man``: manual pages made from the same texts as the help."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.cli.group import COMMANDS, khabar
from khabar.cli.manual import pages_of
from khabar.render.roff import Definitions, Example, Page, Paragraph, Section, escaped, roff


def root() -> click.Context:
    return khabar.context_class(khabar, info_name="khabar")


@pytest.fixture(scope="module")
def pages() -> dict[str, dict[str, str]]:
    return {language: dict(pages_of(root(), language)) for language in ("en", "ar")}


def read(source: str) -> str:
    """The text of a source as it is shown, without its layout."""
    text = re.sub(r"^\.(?:TP|PP|nf|fi|RE|nh|sp)$|^\.(?:RS|ad) .*$", "", source, flags=re.MULTILINE)
    for sign, shown in (
        ("\\-", "-"),
        ("\\(aq", "'"),
        ("\\(dq", '"'),
        ("\\(ti", "~"),
        ("\\fB", ""),
        ("\\fR", ""),
    ):
        text = text.replace(sign, shown)
    return text.replace("\\&", "").replace("\\e", "\\")


def command_of(path: str) -> click.Command:
    found: click.Command = khabar
    for name in path.split()[1:]:
        assert isinstance(found, click.Group)
        inner = found.get_command(root(), name)
        assert inner is not None
        found = inner
    return found


def test_there_is_a_page_of_every_command(pages: dict[str, dict[str, str]]) -> None:
    for language in ("en", "ar"):
        assert {f"khabar {name}" for name in COMMANDS} < pages[language].keys()
        assert {"khabar", "khabar alert run", "khabar indexes use"} < pages[language].keys()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_has_the_options_of_its_command(pages: dict[str, dict[str, str]], language: str) -> None:
    for path, source in pages[language].items():
        told = set(
            re.findall(
                r"(?<![\w-])-{1,2}[a-z][a-z-]*",
                "\n".join(re.findall(r"\\fB(.*?)\\fR", source)).replace("\\-", "-"),
            )
        )
        command = command_of(path)
        options = {
            name
            for each in command.get_params(click.Context(command))
            if isinstance(each, click.Option) and not each.hidden
            for name in (*each.opts, *each.secondary_opts)
        }
        assert told - {"-h", "--help"} == options - {"-h", "--help"}, path


def test_pages_have_what_the_help_has(pages: dict[str, dict[str, str]], run) -> None:
    for path in ("khabar search", "khabar alert run", "khabar check"):
        text = " ".join(read(pages["en"][path]).split())
        help = run(*path.split()[1:], "--help").output
        for sentence in re.findall(r"[A-Z][a-z ,]{20,}\.", help):
            assert " ".join(sentence.split()) in text, (path, sentence)
    search = read(pages["en"]["khabar search"])
    assert '.SH "EXAMPLES"' in search and "khabar search 'وزراء" not in search
    assert "  khabar search '+غزة \"وقف إطلاق النار\"'\n" in search
    assert '.SH "EXIT STATUS"' in search and "khabar(1)" in search
    assert "khabar-alert-run(1)" in read(pages["en"]["khabar alert"])


def test_arabic_pages_are_arabic(pages: dict[str, dict[str, str]]) -> None:
    for path, source in pages["ar"].items():
        headings = re.findall(r'^\.SH "(.*)"', source, re.MULTILINE)
        assert headings[0] == "الاسم" and not any(re.search("[A-Za-z]", each) for each in headings), path
        english = pages["en"][path]
        assert len(re.findall("[ء-ي]", source)) > len(re.findall("[ء-ي]", english)) + 50, path


def test_pages_are_the_same_each_time_and_bear_the_date_of_the_build(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert run("man", "--output", str(tmp_path / "a")).exit_code == 0
    run("man", "--output", str(tmp_path / "b"))
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert "khabar-search.1" in files
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in files)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795651200")
    dated = run("man", "search").stdout
    assert '.TH "KHABAR\\-SEARCH" "1" "2026\\-11\\-26" ' in dated
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert run("man", "search").stdout == (tmp_path / "a" / "khabar-search.1").read_text(encoding="utf-8")


def test_installing_writes_both_languages(run, tmp_path: Path) -> None:
    result = run("man", "--install", str(tmp_path))
    assert result.exit_code == 0 and "pages written to" in result.stderr
    written = run("man", "--lang", "ar", "--output", str(tmp_path / "pages")).stderr
    assert "صفحة" in written and "pages:" not in written and not written.rstrip("\u200e\n").endswith("pages")
    english, arabic = tmp_path / "man1", tmp_path / "ar" / "man1"
    assert {path.name for path in english.iterdir()} == {path.name for path in arabic.iterdir()}
    assert "البحث" in (arabic / "khabar-search.1").read_text(encoding="utf-8")
    # The name of the command is not the noun «index» of the catalogue.
    assert "khabar index [خيارات] SOURCE..." in (arabic / "khabar-index.1").read_text(encoding="utf-8")
    assert run("man", "search", "--install", str(tmp_path)).exit_code == 2
    (tmp_path / "file").write_text("")
    assert run("man", "--output", str(tmp_path / "file")).exit_code == 2


def test_what_is_no_command_is_told(run) -> None:
    result = run("man", "serach")
    assert (result.exit_code == 2 and "khabar man search" in result.stderr) or "search" in result.stderr
    assert run("man", "search", "x").exit_code == 2
    assert "عرض" in run("man", "--lang", "ar").stdout


@pytest.mark.skipif(shutil.which("man") is None, reason="there is no man here")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_man_has_no_complaints(pages: dict[str, dict[str, str]], language: str, tmp_path: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"}
    for path in ("khabar", "khabar search", "khabar alert", "khabar config set", "khabar index"):
        file = tmp_path / "page.1"
        file.write_text(pages[language][path], encoding="utf-8")
        done = subprocess.run(
            ["man", "--warnings", "-E", "UTF-8", "-l", str(file)],
            capture_output=True,
            encoding="utf-8",
            env=environment,
            timeout=60,
        )
        if "command exited" in done.stderr or done.returncode:
            pytest.skip(f"man cannot lay out pages here: {done.stderr.strip()[:200]}")
        assert not done.stderr, done.stderr
        assert "--help" in done.stdout


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_no_text_becomes_a_request(name: str, text: str, lines: list[str]) -> None:
    page = Page(
        "khabar-x", "", "1", [Section("X", [Paragraph(text), Definitions([(name, text)]), Example(lines)])]
    )
    for line in roff(page).split("\n")[1:]:
        if re.match(r"[.']", line):
            assert re.fullmatch(r"\.(?:TH .*|SH .*|PP|TP|nf|fi|RS 4|RE|sp)", line), line
        # A backslash begins nothing but what was written here.
        assert re.fullmatch(r"(?:[^\\]|\\[e&-]|\\\((?:aq|ga|ha|ti|dq)|\\f[BR])*", line), line


def test_signs_are_drawn_as_they_are() -> None:
    assert escaped("a-b 'c' \"d\" ~^`\\") == "a\\-b \\(aqc\\(aq \\(dqd\\(dq \\(ti\\(ha\\(ga\\e"
