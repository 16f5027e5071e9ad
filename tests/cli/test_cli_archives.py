"""Several archives on the command line: ``--index`` several times, their names in the settings, and
``khabar indexes``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import khabar
from khabar import Article


def story(number: int, words: str, **known) -> Article:
    return Article(f"s{number}", f"خبر {words}", (f"قالت مصادر إن {words} أمس.",), **known)


@pytest.fixture
def archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two archives with one article in both, and one in two versions."""
    monkeypatch.delenv("KHABAR_INDEX", raising=False)
    monkeypatch.setenv("KHABAR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    both, early, late = story(1, "المحصول وفير"), story(2, "المحصول قليل"), story(2, "المحصول كثير")
    for name, articles in (("news", [both, early]), ("agency", [story(3, "الميناء خال"), both, late])):
        with khabar.create_index(tmp_path / name) as index:
            index.add(articles)
    return str(tmp_path / "news"), str(tmp_path / "agency")


def both(archives: tuple[str, str]) -> list[str]:
    return [each for path in archives for each in ("--index", path)]


def test_hits_of_every_format_say_their_archive(run, archives):
    plain = run("search", "المحصول", "--format", "plain", *both(archives)).output
    assert "archive: news\nalso in: agency\n" in plain and plain.endswith("articles: 3\n\n"[:-1])
    hits = json.loads(run("search", "المحصول", "--format", "json", *both(archives)).output)["hits"]
    told = {(hit["article"]["id"], hit["archive"], tuple(hit["also_in"])) for hit in hits}
    assert told == {("s1", "news", ("agency",)), ("s2", "news", ()), ("s2", "agency", ())}
    rows = run("search", "المحصول", "--format", "csv", *both(archives)).output.splitlines()
    assert rows[0].endswith("more,archive,also_in") and sum(row.endswith(",agency,") for row in rows) == 1
    assert "s1 · news, agency" in run("search", "المحصول", "--format", "rich", *both(archives)).output
    assert (
        "s1</bdi> · <bdi>news</bdi>" in run("search", "المحصول", "--format", "html", *both(archives)).output
    )
    # With one archive nothing is said.
    assert "archive" not in run("search", "المحصول", "--format", "json", "--index", archives[0]).output


def test_reading_commands_read_several(run, archives):
    for command in (
        ("facets", "المحصول"),
        ("timeline", "المحصول"),
        ("terms", "المحصول"),
        ("names", "المحصول"),
        ("complete", "مح"),
        ("why", "المحصول"),
        ("info",),
        ("check",),
        ("export", "المحصول"),
        ("related", "s1"),
        ("show", "s3"),
        ("search", "المحصول", "--count"),
        ("search", "المحصول", "--group", "story", "--explain"),
    ):
        result = run(*command, *both(archives))
        assert result.exit_code == 0, (command, result.stderr)
    assert run("search", "المحصول", "--count", *both(archives)).output == "3\n"
    assert len(run("export", "خبر", *both(archives)).output.splitlines()) == 4


def test_info_and_check_tell_each(run, archives):
    info = json.loads(run("info", "--format", "json", *both(archives)).output)
    assert info["articles"] == 4
    assert {name: each["articles"] for name, each in info["archives"].items()} == {"news": 2, "agency": 3}
    assert "archive: agency\t3\t" in run("info", "--format", "plain", *both(archives)).output
    check = json.loads(run("check", "--format", "json", *both(archives)).output)
    assert check["whole"] and set(check["archives"]) == {"news", "agency"}
    Path(archives[1], "lexicon.json").write_text("{}")
    result = run("check", "--format", "plain", *both(archives))
    assert result.exit_code == 1
    assert "whole: yes" in result.output and "whole: no" in result.output


def test_an_archive_that_cannot_be_read_ends_the_command_and_is_named(run, archives):
    result = run("search", "المحصول", "--index", archives[0], "--index", "gone")
    assert result.exit_code == 3 and not result.stdout and "gone does not exist" in result.stderr
    result = run("search", "المحصول", "--index", archives[0], "--index", archives[0])
    assert result.exit_code == 2 and "twice" in result.stderr
    result = run("search", "المحصول", "--lang", "ar", "--index", archives[0], "--index", archives[0])
    assert "مرتين" in result.stderr


def test_an_archive_shows_its_own_version(run, archives):
    assert "قليل" in run("show", "s2", *both(archives)).output
    assert "كثير" in run("show", "s2", "--archive", "agency", *both(archives)).output
    result = run("show", "s2", "--archive", "press", *both(archives))
    assert result.exit_code == 2 and "news, agency" in result.stderr


def test_an_id_that_two_archives_have_is_told_of(run, archives):
    for command in ("show", "related"):
        done = run(command, "s2", *both(archives))
        assert "«s2» of the archive news; another article of this id is in: agency" in done.stderr
        assert "من الأرشيف \u200enews" in run(command, "s2", "--lang", "ar", *both(archives)).stderr
        # Chosen, the same in both, or in one only.
        for line in (("s2", "--archive", "agency"), ("s1",), ("s3",)):
            assert "another article" not in run(command, *line, *both(archives)).stderr
        done = run(command, "s3", "--archive", "news", *both(archives))
        assert (
            done.exit_code == 1 and "news has no article «s3»" in done.stderr and "in: agency" in done.stderr
        )
        assert "Search shows the ids" in run(command, "s9", "--archive", "news", *both(archives)).stderr


def test_commands_that_write_want_one(run, archives, monkeypatch):
    for command in (("index", "news"), ("remove", "s1"), ("rebuild",)):
        result = run(*command, *both(archives))
        assert result.exit_code == 2 and "a single index" in result.stderr, command
    for path in archives:
        with khabar.open_index(path) as index:
            assert "s1" in index
    monkeypatch.setenv("KHABAR_INDEX", ";".join(archives))
    for command in (("index", "news"), ("remove", "s1"), ("rebuild",)):
        result = run(*command)
        assert result.exit_code == 2 and "news, agency" in result.stderr, command
    result = run("remove", "s1", "--lang", "ar")
    assert "فهرس واحد" in result.stderr


def test_the_variable_and_the_settings_name_several(run, archives, monkeypatch):
    monkeypatch.setenv("KHABAR_INDEX", f"صحف={archives[0]}; {archives[1]}")
    hits = json.loads(run("search", "المحصول", "--format", "json").output)["hits"]
    assert {hit["archive"] for hit in hits} == {"صحف", "agency"}
    monkeypatch.delenv("KHABAR_INDEX")
    assert run("config", "set", "archives.صحف", "news").exit_code == 0
    assert run("config", "set", "archives.وكالة", archives[1]).exit_code == 0
    assert run("config", "set", "archives.الكل", "صحف; وكالة").exit_code == 0
    assert run("search", "المحصول", "--count", "--index", "صحف").output == "2\n"
    assert run("search", "المحصول", "--count", "--index", "الكل").output == "3\n"
    named = run("search", "المحصول", "--format", "json", "--index", "صحف", "--index", "وكالة").output
    assert {hit["archive"] for hit in json.loads(named)["hits"]} == {"صحف", "وكالة"}
    assert run("config", "set", "index", "الكل").exit_code == 0
    assert run("search", "المحصول", "--count").output == "3\n"
    assert "there is no setting" not in run("config", "show").stderr
    result = run("index", "news")
    assert result.exit_code == 2 and "the setting 'index'" in result.stderr


def test_a_set_in_a_circle_is_refused(run, archives, tmp_path):
    (tmp_path / "config.toml").write_text('[archives]\na = ["b"]\nb = ["a", "news"]\n', encoding="utf-8")
    result = run("search", "المحصول", "--index", "a")
    assert result.exit_code == 3 and "part of itself" in result.stderr
    (tmp_path / "config.toml").write_text("[archives]\na = 3\n", encoding="utf-8")
    assert run("search", "المحصول", "--index", "news").exit_code == 3


def test_the_indexes_are_listed_and_one_is_chosen(run, archives, tmp_path):
    assert "no index is known" in run("indexes").stderr
    (tmp_path / "indexes").mkdir()
    (tmp_path / "news").rename(tmp_path / "indexes" / "news")
    run("config", "set", "archives.agency", "agency")
    run("config", "set", "archives.all", "agency; indexes/news")
    run("config", "set", "archives.gone", "gone")
    listed = json.loads(run("indexes", "--format", "json").output)["indexes"]
    known = {each["name"]: each for each in listed}
    assert set(known) == {"agency", "all", "gone", "news"}
    assert known["news"]["default"] and known["news"]["articles"] == 2 and known["news"]["size"] > 0
    assert known["all"]["members"] == ["agency", "news"] and known["all"]["articles"] == 4
    assert known["gone"]["articles"] is None and "does not exist" in known["gone"]["problem"]
    result = run("indexes", "use", "all")
    assert result.exit_code == 0 and "all" in result.stderr
    assert run("search", "المحصول", "--count").output == "3\n"
    assert "*\tall\t4\t" in run("indexes", "--format", "plain").output
    assert run("indexes", "use", "gone").exit_code == 3
    assert run("indexes", "use", "news").exit_code == 0
    assert run("search", "المحصول", "--count").output == "2\n"
    assert "الافتراضي" in run("indexes", "--lang", "ar", "--format", "html").output


def test_a_name_that_is_listed_is_a_place_wherever_nothing_else_has_it(run, archives, tmp_path):
    (tmp_path / "data" / "khabar").mkdir(parents=True)
    (tmp_path / "news").rename(tmp_path / "data" / "khabar" / "press")
    (tmp_path / "indexes").mkdir()
    (tmp_path / "agency").rename(tmp_path / "indexes" / "wire")
    listed = json.loads(run("indexes", "--format", "json").output)["indexes"]
    assert [each["name"] for each in listed] == ["wire", "press"]
    for name, count in (("press", "2\n"), ("wire", "2\n"), ("بلدي=press", "2\n"), ("press; wire", "3\n")):
        assert run("search", "المحصول", "--count", "--index", name).output == count, name
    assert run("remove", "s2", "--index", "press").exit_code == 0
    assert run("search", "المحصول", "--count", "--index", "press").output == "1\n"
    # In the settings a name becomes the path of its folder.
    run("config", "set", "archives.both", "press; wire")
    assert run("search", "المحصول", "--count", "--index", "both").output == "2\n"
    # The folder of the name comes first, and then the other index is listed with its path.
    with khabar.create_index(tmp_path / "press"):
        pass
    assert "holds no article" in run("search", "المحصول", "--index", "press").stderr
    names = {each["name"] for each in json.loads(run("indexes", "--format", "json").output)["indexes"]}
    assert names == {"both", "wire", str(tmp_path / "data" / "khabar" / "press")}


def test_a_folder_that_cannot_be_read_is_not_in_the_way(run, archives, monkeypatch):
    def refused(self):
        raise PermissionError(13, "Permission denied", str(self))

    Path("indexes").mkdir()
    monkeypatch.setattr(Path, "iterdir", refused)
    assert run("search", "المحصول", "--count", "--index", archives[0]).output == "2\n"
    result = run("search", "المحصول", "--index", "gone")
    assert result.exit_code == 3 and "gone does not exist" in result.stderr


def test_two_indexes_of_one_name_are_listed_apart(run, archives, tmp_path):
    for folder in (tmp_path / "indexes", tmp_path / "data" / "khabar"):
        folder.mkdir(parents=True)
    (tmp_path / "news").rename(tmp_path / "indexes" / "press")
    (tmp_path / "agency").rename(tmp_path / "data" / "khabar" / "press")
    listed = json.loads(run("indexes", "--format", "json").output)["indexes"]
    assert [each["name"] for each in listed] == ["press", str(tmp_path / "data" / "khabar" / "press")]
    for each in listed:
        result = run("info", "--format", "json", "--index", each["name"])
        assert json.loads(result.output)["articles"] == each["articles"]


def test_a_new_index_takes_no_listed_name_silently(run, archives, tmp_path):
    (tmp_path / "indexes").mkdir()
    (tmp_path / "agency").rename(tmp_path / "indexes" / "wire")
    (tmp_path / "خبر.txt").write_text("عنوان الخبر\n\nنص الخبر عن الميناء.", encoding="utf-8")
    result = run("index", "خبر.txt", "--index", "wire")
    assert result.exit_code == 0 and (tmp_path / "wire").is_dir()
    assert "wire is a new index" in result.stderr and "--index indexes/wire" in result.stderr
    assert "new index" not in run("index", "خبر.txt", "--index", "wire").stderr


def test_a_missing_index_is_answered_with_the_known_ones(run, archives, tmp_path):
    (tmp_path / "data" / "khabar").mkdir(parents=True)
    assert "known indexes" not in run("search", "المحصول").stderr
    (tmp_path / "news").rename(tmp_path / "data" / "khabar" / "news")
    assert run("search", "المحصول", "--count").output == "2\n"
    # A folder of this name moves the default.
    (tmp_path / "indexes").mkdir()
    result = run("search", "المحصول")
    assert result.exit_code == 3 and "known indexes: news." in result.stderr
    assert "الفهارس المعروفة: " in run("search", "المحصول", "--lang", "ar").stderr
    run("config", "set", "archives.gone", "gone")
    assert "known indexes: news." in run("search", "المحصول", "--index", "gone").stderr


def test_an_alert_is_of_several(run, archives, monkeypatch, tmp_path):
    monkeypatch.setenv("KHABAR_ALERTS", str(tmp_path / "alerts.json"))
    assert run("alert", "add", "محصول", "المحصول", "--current", *both(archives)).exit_code == 0
    monkeypatch.chdir("/")
    output = run("alert", "run", "--format", "plain").output
    assert output.count("archive: ") == 3


def test_an_empty_archive_is_told_of(run, archives, tmp_path):
    khabar.create_index(tmp_path / "empty").close()
    result = run("search", "المحصول", *both(archives), "--index", "empty")
    assert result.exit_code == 0 and "the archive empty holds no article" in result.stderr


def test_a_name_that_no_archive_can_have_is_refused(run, archives):
    for name in ("a=b", "a/b", "a:b", "a;b"):
        result = run("config", "set", f"archives.{name}", archives[0])
        assert result.exit_code == 2 and "has no : ; = or slash" in result.stderr
    assert run("config", "set", "archives.", archives[0]).exit_code == 2


def test_a_new_index_may_have_any_sign_in_its_folder(run, archives, tmp_path):
    (tmp_path / "خبر.txt").write_text("عنوان الخبر\n\nنص الخبر عن الميناء.", encoding="utf-8")
    folder = str(tmp_path / "a;b=c")
    assert run("index", str(tmp_path / "خبر.txt"), "--index", folder).exit_code == 0
    assert run("search", "الميناء", "--count", "--index", folder).output == "1\n"
