"""``khabar words``: the reader's own dictionary from the command line."""

from __future__ import annotations

import json


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
    assert "unknown setting" not in run("config", "show").stderr
