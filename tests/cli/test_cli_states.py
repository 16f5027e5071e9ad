"""An index without an article or half built, sources that are addresses, and work that takes long: each is
said."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import khabar as package
from khabar.analysis.lemma import cache
from khabar.corpus import Article
from khabar.index.lock import WriteLock

COMMANDS = [
    *("search غزة", "search غزة --count", "search غزة --format json", "show x", "export غزة", "facets غزة"),
    *("timeline غزة", "terms غزة", "related x", "complete غ", "why غزة", "shell", "info", "remove x"),
    *("check", "rebuild", "alert add name غزة"),
]


@pytest.fixture
def empty(tmp_path):
    package.create_index(tmp_path / "empty").close()
    return tmp_path / "empty"


@pytest.mark.parametrize("line", COMMANDS)
def test_an_empty_index_is_one_line_and_status_3(run, empty, line):
    result = run(*line.split(), "--index", empty)
    assert result.exit_code == 3
    assert result.stderr == (
        f"khabar: the index {empty} holds no article. Add some with: khabar index SOURCE... --index {empty}\n"
    )
    # What these two tell is true of an empty index as well.
    assert not result.stdout or line in ("info", "check")


def test_an_empty_index_is_told_of_in_arabic(run, empty):
    assert "لا مقال في الفهرس" in run("search", "غزة", "--index", empty, "--lang", "ar").stderr


def test_an_alert_on_an_index_that_was_emptied(run, empty):
    with package.open_index(empty) as index:
        index.add([Article("a", "خبر غزة", ("نص عن غزة.",))])
        assert run("alert", "add", "gaza", "غزة", "--index", empty).exit_code == 0
        index.remove(["a"])
    result = run("alert", "run")
    assert result.exit_code == 3 and "holds no article" in result.stderr


@pytest.mark.parametrize("line", ["search غزة", "info", "check", "rebuild", "shell"])
def test_what_is_no_index_says_what_it_is(run, tmp_path, line):
    def said(folder):
        result = run(*line.split(), "--index", folder)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (3, "", 1)
        assert "khabar index SOURCE..." in result.stderr
        return result.stderr

    (tmp_path / "folder").mkdir()
    assert "is an empty folder" in said(tmp_path / "folder")
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "meta.json.new").touch()
    assert "is an index that was begun and never finished" in said(tmp_path / "begun")
    assert "does not exist" in said(tmp_path / "nowhere")


@pytest.mark.parametrize("line", ["search غزة", "check"])
def test_an_older_index_is_refused_in_the_same_words(run, tmp_path, line):
    shutil.copytree(Path(__file__).parents[1] / "golden" / "index-3", tmp_path / "old")
    result = run(*line.split(), "--index", tmp_path / "old")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (3, "", 1)
    assert (
        "has format 3" in result.stderr
        and f"Rebuild it with: khabar rebuild --index {tmp_path / 'old'}" in result.stderr
    )
    arabic = run(*line.split(), "--index", tmp_path / "old", "--lang", "ar").stderr
    assert "صيغة الفهرس" in arabic and "لإعادة بنائه: khabar rebuild" in arabic


#: Adds articles one commit each, and is killed after three.
KILLED = """
import os, signal, sys
import khabar

def stop(report):
    if report.added == 3:
        os.kill(os.getpid(), signal.SIGKILL)

articles = (khabar.Article(str(number), "خبر عن غزة", (f"نص {number}.",)) for number in range(9))
khabar.create_index(sys.argv[1]).add(articles, batch=1, progress=stop)
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_a_half_built_index_is_told_of(run, tmp_path):
    folder = tmp_path / "half"
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder)])
    assert done.returncode == -signal.SIGKILL
    for line in ("search غزة", "export غزة", "info", "facets غزة", "check"):
        result = run(*line.split(), "--index", folder)
        assert result.exit_code == 0 and result.stdout
        assert (
            f"the last run that wrote to {folder} was interrupted: the index holds 3 articles"
            in result.stderr
        )
    # While a first run goes on it is being built, and is whole when that has ended.
    with WriteLock(folder):
        assert f"{folder} is being built: it holds 3 articles" in run("info", "--index", folder).stderr
    with package.open_index(folder) as index:
        index.add([Article("new", "خبر", ("نص عن غزة.",))])
    assert run("search", "غزة", "--index", folder).stderr == ""


def test_an_index_that_is_written_to_is_not_told_of(run, built, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(built, folder)
    (folder / "checksums.json.open").touch()
    with WriteLock(folder):
        assert run("search", "لافروف", "--index", folder).stderr == ""
    assert "was interrupted" in run("search", "لافروف", "--index", folder).stderr


@pytest.mark.parametrize("command", ["index", "read"])
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://news.example/feed.xml", "curl -sSL https://news.example/feed.xml | khabar {command} -"),
        ("HTTP://news.example/?a=1&b=2", "curl -sSL 'HTTP://news.example/?a=1&b=2' | khabar {command} -"),
        ("www.news.example", "curl -sSL www.news.example | khabar {command} -"),
        ("file:///home/me/news.json", "give the path of the file: /home/me/news.json"),
    ],
)
def test_nothing_is_fetched(run, tmp_path, command, address, said):
    result = run(command, address, *(["--index", tmp_path / "i"] if command == "index" else []))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said.format(command=command) in result.stderr
    assert not (tmp_path / "i").exists()


def test_the_library_fetches_nothing_either():
    with pytest.raises(package.SourceError, match="khabar fetches nothing"):
        list(package.read("https://news.example/feed.xml"))


@pytest.fixture
def no_table(monkeypatch):
    """As in the first run after an installation."""
    monkeypatch.setattr("khabar.analysis.lemma.build.build_table", lambda: {"وزراء": "وزير"})
    cache.table.cache_clear()
    yield
    cache.table.cache_clear()


def test_the_first_run_says_that_it_makes_the_lemma_table(run, no_table, monkeypatch, tmp_path):
    monkeypatch.setenv("KHABAR_CACHE", str(tmp_path / "cache"))
    said = "khabar: building the table of dictionary forms; this happens once and takes a few seconds\n"
    first = run("analyze", "وزراء", "--format", "json")
    assert first.exit_code == 0 and first.stderr == said
    cache.table.cache_clear()
    assert run("analyze", "وزراء").stderr == ""
    shutil.rmtree(tmp_path / "cache")
    cache.table.cache_clear()
    assert "يجري إعداد جدول صيغ المعجم" in run("analyze", "وزراء", "--lang", "ar").stderr


def test_a_table_that_cannot_be_kept_is_told_of(run, no_table, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("KHABAR_CACHE", str(tmp_path / "file"))
    assert "$KHABAR_CACHE" in run("analyze", "وزراء").stderr
