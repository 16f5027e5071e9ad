"""How results are shown: formats, themes, languages, pagers; and where options come from besides the command
line."""

import csv
import io
import json
import os
import re
from pathlib import Path

import pytest

from khabar.cli.group import COMMANDS, khabar
from khabar.cli.settings import changed_text, options_of, variables_of
from khabar.errors import SettingsError
from khabar.render import output
from khabar.render.look import THEMES
from khabar.render.pager import pager_command


@pytest.mark.parametrize(
    "args",
    [["search", "لافروف"], ["show", "lavrov"], ["why", "لافروف"], ["info"], ["analyze", "لافروف في بيروت"]],
)
def test_every_command_has_every_format(run, built, args):
    index = [] if args[0] == "analyze" else ["--index", built]
    outputs = {style: run(*args, *index, "--format", style) for style in output.FORMATS}
    for style, result in outputs.items():
        assert (result.exit_code, result.stderr) == (0, ""), style
        # What an index holds says nothing of its words.
        assert ("لافروف" if args[0] != "info" else Path(built).name) in result.stdout, style
        assert "\x1b" not in result.stdout
    assert isinstance(json.loads(outputs["json"].stdout), dict)
    assert all(isinstance(json.loads(line), dict) for line in outputs["jsonl"].stdout.splitlines())
    rows = list(csv.DictReader(io.StringIO(outputs["csv"].stdout)))
    assert rows and None not in rows[0]
    assert outputs["html"].stdout.startswith("<!DOCTYPE html>")


def test_a_page_is_opened_in_the_browser(run, built, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    result = run("search", "لافروف", "--index", built, "--open")
    assert (result.exit_code, result.stdout) == (0, "")
    (address,) = opened
    assert address.startswith("file:///")
    path = Path(address.removeprefix("file://"))
    assert '<mark class="exact">لافروف</mark>' in path.read_text(encoding="utf-8")
    path.unlink()


def test_only_a_page_can_be_opened(run, built):
    result = run("search", "لافروف", "--index", built, "--open", "--format", "json")
    assert result.exit_code == 2 and "--open" in result.stderr


def test_where_no_browser_is_the_file_is_named(run, built, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    result = run("search", "لافروف", "--index", built, "--open")
    path = Path(result.stderr.split()[-1])
    assert result.exit_code == 0 and path.suffix == ".html"
    path.unlink()


def test_arabic_by_option_and_by_locale(run, built, monkeypatch):
    asked = run("search", "لافروف", "--index", built, "--format", "rich", "--lang", "ar")
    assert "مقالان" in asked.stdout
    monkeypatch.setenv("LC_ALL", "ar_EG.UTF-8")
    assert "مقالان" in run("search", "لافروف", "--index", built, "--format", "rich").stdout
    assert (
        "2 articles" in run("search", "لافروف", "--index", built, "--format", "rich", "--lang", "en").stdout
    )
    # What scripts read is the same everywhere.
    assert "articles: 2" in run("search", "لافروف", "--index", built).stdout


def test_errors_in_arabic(run, built, monkeypatch):
    assert "لا نتائج لـ«بطاريق»" in run("search", "بطاريق", "--index", built, "--lang", "ar").stderr
    assert "لا فهرس في " in run("search", "غزة", "--index", "nowhere", "--lang", "ar").stderr
    monkeypatch.setenv("KHABAR_LANG", "ar")
    assert "لا فهرس في " in run("export", "غزة", "--index", "nowhere").stderr
    assert "لا نتائج لـ«بطاريق»" in run("export", "بطاريق", "--index", built).stderr


def test_a_page_of_results_counts_all_that_matches(run, built):
    page = run("search", "لافروف النفط", "--index", built, "-n", "1", "--format", "html").stdout
    assert "By source" in page and "Over time" in page and "2024-10-09" in page
    assert page.count("<li ") == 1 and page.count('class="bars"') == 2 and page.count("<svg viewBox") == 1
    # What is spread over sources and months is read after the hits.
    assert page.index('<ol class="hits">') < page.index('class="bars"') < page.index("<svg viewBox")


def test_filters_beside_the_query(run, built):
    def found(*args):
        shown = run("search", "لافروف النفط", "--index", built, *args).stdout
        return sorted(line.removeprefix("id: ") for line in shown.splitlines() if line.startswith("id: "))

    assert found() == ["lavrov", "oil", "visit"]
    assert found("--source", "الخليج") == ["oil"]
    assert found("--since", "2024-10") == found("--until", "2024-10-09") == ["oil"]
    assert found("--since", "2025") == []


def test_the_legend(run, built):
    plain = run("search", "وزير", "--index", built, "--format", "rich").stdout
    legend = run("search", "وزير", "--index", built, "--format", "rich", "--legend").stdout
    assert "the same dictionary word" in legend and "the same dictionary word" not in plain


def test_visual_order(run, built):
    pytest.importorskip("bidi")
    pytest.importorskip("arabic_reshaper")
    for style in ("rich", "plain"):
        shown = run("search", "لافروف", "--index", built, "--format", style, "--bidi", "always").stdout
        assert "ﻑﻭﺮﻓﻻ" in shown and "لافروف" not in shown
        assert "لافروف" in run("search", "لافروف", "--index", built, "--format", style).stdout
    record = run("search", "لافروف", "--index", built, "--format", "json", "--bidi", "always").stdout
    assert "لافروف" in record


def test_visual_order_without_its_packages(run, built, monkeypatch):
    monkeypatch.setattr("khabar.render.bidi.find_spec", lambda name: None)
    result = run("search", "لافروف", "--index", built, "--bidi", "always")
    assert result.exit_code == 3 and "khabar[bidi]" in result.stderr


@pytest.fixture
def pager(tmp_path):
    """A pager that says that it was one."""
    script = tmp_path / "pager"
    script.write_text("#!/bin/sh\necho '<pager>'; cat; echo '</pager>'\n", encoding="utf-8")
    script.chmod(0o755)
    return str(script)


@pytest.mark.skipif(os.name == "nt", reason="needs pseudo-terminals")
class TestTerminal:
    def test_colours_of_the_theme(self, built, on_terminal):
        shown = on_terminal("search", "لافروف", "--index", built)
        assert "\x1b[1;32mلافروف\x1b[0m" in shown
        args = ["search", "لافروف", "--index", built, "--theme", "mono"]
        mono = on_terminal(*args)
        assert "\x1b[1;4mلافروف\x1b[0m" in mono and not re.search(r"\x1b\[[\d;]*3\dm", mono)

    def test_no_colour_where_none_is_wanted(self, built, on_terminal):
        args = ["search", "لافروف", "--index", built]
        shown = on_terminal(*args, NO_COLOR="1")
        assert not re.search(r"\x1b\[[\d;]*3\dm", shown) and "لافروف" in shown
        assert "\x1b" not in on_terminal(*args, TERM="dumb")

    def test_depths_are_told_without_colours(self, built, on_terminal):
        def footer(**environment):
            shown = on_terminal("search", "وزير", "--index", built, **environment).replace("\u200e", "")
            return " ".join(re.sub(r"\x1b\[[\d;]*m", "", shown).split())

        assert footer().endswith("exact lemma")
        assert footer(NO_COLOR="1").endswith("exact · lemma: وزراء")
        assert footer(TERM="dumb").endswith("exact · lemma: وزراء")

    def test_long_output_goes_through_the_pager(self, built, on_terminal, pager):
        environment = {"TERM": "xterm", "PAGER": pager}
        shown = on_terminal("search", "لافروف", "--index", built, rows=5, **environment)
        assert shown.startswith("<pager>") and shown.endswith("</pager>\n") and "لافروف" in shown

    def test_no_pager_where_it_is_not_wanted(self, built, on_terminal, pager):
        args = ["search", "لافروف", "--index", built]
        environment = {"TERM": "xterm", "PAGER": pager}
        assert "<pager>" not in on_terminal(*args, rows=50, **environment)
        assert "<pager>" not in on_terminal(*args, "--no-pager", rows=5, **environment)
        assert "<pager>" not in on_terminal(*args, rows=5, **{**environment, "KHABAR_NO_PAGER": "1"})
        assert "<pager>" not in on_terminal(*args, rows=5, **{**environment, "TERM": "dumb"})
        assert "<pager>" not in on_terminal(*args, rows=5, **{**environment, "KHABAR_PAGER": ""})

    def test_visual_order_where_the_terminal_is_known_not_to_do_it(self, built, on_terminal):
        pytest.importorskip("bidi")
        pytest.importorskip("arabic_reshaper")
        args = ["search", "لافروف", "--index", built]
        assert "ﻑﻭﺮﻓﻻ" in on_terminal(*args, TERM="xterm", XTERM_VERSION="XTerm(379)")
        assert "لافروف" in on_terminal(*args, TERM="xterm", VTE_VERSION="7000")
        never = on_terminal(*args, "--bidi", "never", TERM="xterm", XTERM_VERSION="XTerm(379)")
        assert "لافروف" in never


def test_the_pager_of_choice():
    assert pager_command({"PAGER": "sh -c cat"})[1:] == ["-c", "cat"]
    assert pager_command({"PAGER": "no-such-pager"}) == []
    assert pager_command({"PAGER": "'"}) == []
    assert pager_command({"PAGER": "cat"}) == []
    assert pager_command({"KHABAR_PAGER": "", "PAGER": "sh"}) == []


def test_every_theme_tells_the_depths_apart():
    from rich.style import Style

    for name, theme in THEMES.items():
        styles = [theme.depth(depth) for depth in ("exact", "light", "lemma", "similar")]
        assert len({str(Style.parse(each)) for each in styles}) == 4, name


# where options come from


def test_the_nearer_goes_before_the_farther(run, built, tmp_path, monkeypatch):
    def limit(*args):
        return run("search", "لافروف", "--index", built, *args).stdout.count("rank: ")

    assert limit() == 2
    file = tmp_path / "config" / "khabar" / "config.toml"
    assert run("config", "set", "search.limit", "0").exit_code == 0
    assert file.read_text(encoding="utf-8") == "[search]\nlimit = 0\n"
    assert limit() == 0
    monkeypatch.setenv("KHABAR_SEARCH_LIMIT", "1")
    assert limit() == 1
    assert limit("-n", "2") == 2


def test_shared_options_hold_for_every_command(run, built, monkeypatch):
    run("config", "set", "format", "json")
    assert json.loads(run("info", "--index", built).stdout)["articles"] == 4
    run("config", "set", "info.format", "plain")
    assert run("info", "--index", built).stdout.startswith("index: ")
    assert json.loads(run("search", "لافروف", "--index", built).stdout)["total"] == 2
    monkeypatch.setenv("KHABAR_FORMAT", "jsonl")
    assert len(run("search", "لافروف", "--index", built).stdout.splitlines()) == 2


def test_the_index_by_setting_and_by_environment(run, built, monkeypatch):
    run("config", "set", "index", built)
    assert run("search", "لافروف").exit_code == 0
    monkeypatch.setenv("KHABAR_INDEX", "elsewhere")
    assert "elsewhere does not exist" in run("search", "لافروف").stderr


def test_config_show_says_where_a_value_is_from(run, monkeypatch):
    run("config", "set", "theme", "light")
    run("config", "set", "search.words", "true")
    monkeypatch.setenv("KHABAR_THEME", "dark")
    rows = [line.split("\t") for line in run("config", "show").stdout.splitlines()]
    assert ["theme", "dark", "$KHABAR_THEME"] in rows
    assert [row[:2] for row in rows if row[0] == "search.words"] == [["search.words", "true"]]
    assert len(rows) == 2
    run("config", "unset", "search.words")
    assert "search.words" not in run("config", "show").stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["set", "serch.limit", "3"], "did you mean search.limit?"),
        (["set", "search.limit", "many"], "the setting 'search.limit': 'many' is not a valid integer"),
        (["set", "theme", "pink"], "the setting 'theme': 'pink' is not one of"),
        (["set", "search.explain", "perhaps"], "'perhaps' is not a valid boolean"),
        (["set", "limit", "3"], "there is no setting «limit»; did you mean search.limit?"),
        (["set", "dry-run", "true"], "did you mean meaning.build.dry-run?"),
    ],
)
def test_settings_that_nobody_knows_are_refused(run, tmp_path, args, said):
    result = run("config", *args)
    assert result.exit_code == 2 and said in result.stderr
    assert not (tmp_path / "config").exists()


def test_a_broken_settings_file_is_named_and_can_be_found(run, tmp_path):
    file = tmp_path / "config" / "khabar" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("theme = \n", encoding="utf-8")
    result = run("info")
    assert result.exit_code == 3 and str(file) in result.stderr and "line 1" in result.stderr
    assert run("config", "path").stdout.strip() == str(file)
    assert run("config", "set", "theme", "dark").exit_code == 3
    assert file.read_text(encoding="utf-8") == "theme = \n"


@pytest.mark.parametrize(
    "text", ["search = 3\n", "theme = [1]\n", "[search]\nlimit = 'x'\n", "[[search]]\nlimit = 1\n"]
)
def test_settings_of_a_wrong_kind_are_no_fault_of_khabar(run, built, tmp_path, text):
    file = tmp_path / "config" / "khabar" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    assert run("search", "لافروف", "--index", built).exit_code in (0, 2)


@pytest.mark.parametrize(
    ("before", "key", "value", "after"),
    [
        ("", "theme", "light", 'theme = "light"\n'),
        ("# mine\ntheme = 'x' # why\n", "theme", "light", '# mine\ntheme = "light"\n'),
        ("[search]\nlimit = 3\n", "theme", "dark", 'theme = "dark"\n\n[search]\nlimit = 3\n'),
        (
            "[search]\nlimit = 3\n\n[why]\nall = true\n",
            "search.words",
            True,
            "[search]\nlimit = 3\nwords = true\n\n[why]\nall = true\n",
        ),
        ("[search]\nlimit = 3\n", "search.limit", None, "[search]\n"),
        ("a = 1\n", "theme", None, "a = 1\n"),
        ("", "alert.run.keep", True, "[alert.run]\nkeep = true\n"),
        ("", "search.without", ["وزراء", 'x"y'], '[search]\nwithout = ["وزراء", "x\\"y"]\n'),
    ],
)
def test_changing_a_file_leaves_the_rest_as_it_was(before, key, value, after, tmp_path):
    assert changed_text(before, key.split("."), value, tmp_path / "config.toml") == after


def test_a_file_written_in_an_unusual_way_is_not_spoilt(tmp_path):
    for text in ("search = {limit = 3}\n", "search.limit = 3\n", 'x = """\n[search]\n"""\n'):
        with pytest.raises(SettingsError, match="in a text editor"):
            changed_text(text, ["search", "limit"], 4, tmp_path / "config.toml")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_a_variable(name):
    command = khabar.get_command(None, name)
    seen = set()
    for setting, option in options_of(command, (name,)):
        first, *more = variables_of(option)
        assert first == "KHABAR_" + setting.upper().replace(".", "_").replace("-", "_")
        assert first not in seen
        seen.add(first)
        assert len(more) <= 1
