"""``khabar words``: the reader's own dictionary from the command line."""

from __future__ import annotations

import json
import os

import pytest


def test_statements_are_added_shown_and_removed(run, built, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("KHABAR_CONFIG", str(tmp_path / "config.toml"))
    file = tmp_path / "words.txt"
    assert run("words", "path").stdout.strip() == str(file)
    before = int(run("search", "+بيروت", "--count", "--index", built).stdout)
    file.write_text("# mine\n", encoding="utf-8")
    assert run("words", "add", "بيروت = قظلمنش").exit_code == 0
    assert run("words", "add", "بيروت", "~", "دمشق").exit_code == 0
    assert file.read_text(encoding="utf-8") == "# mine\nبيروت = قظلمنش\nبيروت ~ دمشق\n"
    assert int(run("search", "+قظلمنش", "--count", "--index", built).stdout) == before > 0
    record = json.loads(run("words", "show", "لبيروت", "--format", "json").stdout)
    assert [(row["kind"], row["line"]) for row in record["words"]] == [("join", 2), ("synonyms", 3)]
    why = json.loads(run("why", "بيروت", "--index", built, "--format", "json").stdout)
    assert [rule["kind"] for rule in why["own_words"]] == ["join", "synonyms"]
    assert run("words", "remove", "دمشق ~ بيروت").exit_code == 0
    assert file.read_text(encoding="utf-8") == "# mine\nبيروت = قظلمنش\n"
    assert run("words", "remove", "دمشق ~ بيروت").exit_code == 2


def test_a_mistake_is_wrong_usage_and_changes_nothing(run, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("KHABAR_CONFIG", str(tmp_path / "config.toml"))
    for wrong in ("بيروت", "بيروت = لبنان ~ دمشق", "مدينة بيروت = لبنان", "# nothing"):
        assert run("words", "add", wrong).exit_code == 2
    assert not (tmp_path / "words.txt").exists()


def test_check_lists_every_mistake(run, built, tmp_path, monkeypatch) -> None:
    file = tmp_path / "desk.txt"
    file.write_text("بيروت = لبنان\nكلمة\nأ ب = ج\n", encoding="utf-8")
    found = run("words", "check", str(file), "--format", "json")
    assert found.exit_code == 1
    assert [row["line"] for row in json.loads(found.stdout)["mistakes"]] == [2, 3]
    # A search with it says so, and finds nothing quietly.
    monkeypatch.setenv("KHABAR_WORDS_FILE", str(file))
    result = run("search", "بيروت", "--index", built)
    assert result.exit_code == 3 and "desk.txt, line 2" in result.stderr
    file.write_text("بيروت = لبنان\n", encoding="utf-8")
    assert run("words", "check").exit_code == 0
    assert run("search", "بيروت", "--index", built).exit_code == 0


def test_the_setting_names_the_files(run, built, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("KHABAR_CONFIG", str(tmp_path / "config.toml"))
    assert run("config", "set", "words", "desk.txt").exit_code == 0
    assert run("words", "path").stdout.strip() == str(tmp_path / "desk.txt")
    # It is named, so it must be there.
    assert run("search", "بيروت", "--index", built).exit_code == 3
    (tmp_path / "desk.txt").write_text("بيروت = قظلمنش\n", encoding="utf-8")
    assert run("search", "قظلمنش", "--index", built).exit_code == 0
    assert "there is no setting" not in run("config", "show").stderr


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Files of the setting, made from their texts."""

    def made(*texts):
        paths = [tmp_path / f"{number}.txt" for number in range(1, len(texts) + 1)]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("KHABAR_WORDS_FILE", os.pathsep.join(map(str, paths)))
        return paths

    return made


def test_check_tells_contradictions_over_all_files(run, built, files):
    one, two = files("قطر = الدوحة\n", "# mine\nكلمة\nقطر ≠ الدوحة\n")
    found = run("words", "check", "--format", "json")
    assert found.exit_code == 1
    rows = json.loads(found.stdout)["mistakes"]
    assert [(row["file"], row["line"]) for row in rows] == [(str(two), 2), (str(two), 3)]
    assert rows[1]["mistake"] == f"{one}, line 1 contradicts this"
    assert run("words", "check", str(one)).exit_code == 0
    two.write_text("قطر ≠ الدوحة\n", encoding="utf-8")
    result = run("search", "قطر", "--index", built)
    assert result.exit_code == 3 and "contradicts this" in result.stderr


@pytest.mark.parametrize("command", ["check", "show"])
def test_a_file_that_is_named_must_be_there(run, tmp_path, monkeypatch, command):
    monkeypatch.setenv("KHABAR_CONFIG", str(tmp_path / "config.toml"))
    assert run("words", command).exit_code == 0, "the file beside the settings need not be"
    monkeypatch.setenv("KHABAR_WORDS_FILE", str(tmp_path / "missing.txt"))
    result = run("words", command)
    assert result.exit_code == 3 and "missing.txt" in result.stderr
    monkeypatch.setenv("KHABAR_WORDS_FILE", os.pathsep)
    assert run("words", command).exit_code == 3, "it names no file"


def test_a_word_that_no_statement_names_is_told(run, files):
    files("قطر = الدوحة\n")
    result = run("words", "show", "فيل")
    assert result.exit_code == 0 and result.stdout == ""
    assert "no statement names «فيل»" in result.stderr
    files("")
    assert "your dictionary is empty" in run("words", "show", "فيل").stderr


def test_what_is_there_is_not_added_again(run, files):
    one, two = files("غوغل = جوجل # a firm\n", "حرب ~ قتال\n")
    for double in ("غوغل = جوجل", "جوجل = غوغل", "غُوغِل=جوجل", "قتال ~ حرب"):
        result = run("words", "add", double)
        assert result.exit_code == 0 and "is there already" in result.stderr
    assert one.read_text(encoding="utf-8") == "غوغل = جوجل # a firm\n"
    # Of several lines only those that are new.
    assert run("words", "add", "جوجل = غوغل\nغوغل ~ جوجل").exit_code == 0
    assert one.read_text(encoding="utf-8") == "غوغل = جوجل # a firm\nغوغل ~ جوجل\n"
    assert two.read_text(encoding="utf-8") == "حرب ~ قتال\n"


def test_a_contradiction_is_wrong_usage_and_changes_nothing(run, files):
    one, two = files("# mine\nغوغل = جوجل\n", "قطر ~ الدوحة\n")
    for wrong, place in (("جوجل ≠ غوغل", f"{one}, line 2"), ("الدوحة ≠ قطر", f"{two}, line 1")):
        result = run("words", "add", wrong)
        assert result.exit_code == 2 and f"{place} contradicts this" in result.stderr
    assert one.read_text(encoding="utf-8") == "# mine\nغوغل = جوجل\n"


def test_a_file_with_a_bad_line_can_be_mended(run, built, files):
    [file] = files("قطر = الدوحة\nكلمة  # unfinished\nستوب:\nstop:\n")
    # What is understood is shown, and the rest reported.
    result = run("words", "show", "--format", "json")
    assert result.exit_code == 1 and f"{file}, line 2: " in result.stderr and "2 more" in result.stderr
    assert [row["line"] for row in json.loads(result.stdout)["words"]] == [1]
    assert run("words", "add", "حرب ~ قتال").exit_code == 0
    for line in ("كلمة", "ستوب:", "stop:"):
        assert run("words", "remove", line).exit_code == 0
    assert file.read_text(encoding="utf-8") == "قطر = الدوحة\nحرب ~ قتال\n"
    assert run("words", "check").exit_code == 0
    # A bad line that is in no file is a mistake of who typed it.
    assert run("words", "remove", "كلمة").exit_code == 2


def test_a_file_in_another_encoding_is_told_as_a_whole(run, files):
    [file] = files("")
    file.write_text("قطر = الدوحة\n", encoding="utf-16")
    found = run("words", "check", "--format", "json")
    assert found.exit_code == 1
    assert json.loads(found.stdout)["mistakes"] == [
        {"file": str(file), "line": None, "mistake": "it is not UTF-8"}
    ]
    assert "line 0" not in run("words", "check", "--format", "plain").stdout
    assert run("words", "show").exit_code == 3


def test_mistakes_are_arabic_for_people_and_english_for_programs(run, files):
    files("كلمة\nأ ب = ج\n")
    record = json.loads(run("words", "check", "--format", "json", "--lang", "ar").stdout)
    assert record == json.loads(run("words", "check", "--format", "json").stdout)
    assert [row["mistake"][:2] for row in record["mistakes"]] == ["th", "«أ"]
    for shape in ("rich", "plain"):
        people = run("words", "check", "--format", shape, "--lang", "ar").stdout
        assert "كلمتان" in people and "2 كلمات" not in people
        assert "WORD" not in people and "كلمة ≠ كلمة" in people
    headings = run("words", "check", "--format", "rich", "--lang", "ar").stdout.splitlines()[0]
    assert "الملف" in headings and "السطر" in headings and "file" not in headings and "line" not in headings
    shown = run("words", "show", "--format", "rich", "--lang", "ar").stdout
    assert "line" not in shown


def test_a_setting_that_names_no_file_is_refused(run, tmp_path, monkeypatch):
    monkeypatch.setenv("KHABAR_CONFIG", str(tmp_path / "config.toml"))
    for nothing in ("", "  "):
        result = run("config", "set", "words", nothing)
        assert result.exit_code == 2 and "names no file" in result.stderr
    assert not (tmp_path / "config.toml").exists()


@pytest.mark.parametrize(
    ("command", "english", "arabic"),
    [
        ("show", "Your own dictionary", "معجمك الخاص"),
        ("check", "Mistakes in your own dictionary", "أخطاء في معجمك الخاص"),
    ],
)
def test_a_page_says_what_it_lists(run, files, command, english, arabic):
    files("قطر = الدوحة\nكلمة\n")
    for language, title in (("en", english), ("ar", arabic)):
        result = run("words", command, "--format", "html", "--lang", language)
        assert result.exit_code == 1 and f"<title>{title}" in result.stdout
    files("قطر = الدوحة\n")
    assert run("words", command, "--format", "html").exit_code == 0
