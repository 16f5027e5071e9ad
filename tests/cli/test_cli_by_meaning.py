"""``khabar search --meaning``: in every format, what meaning did is told, and what it could not do."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from embedded import embed
from encoders import HashedWords
from khabar import Article, open_index
from khabar.errors import EncoderMissing
from khabar.query import by_meaning

SAME = {"الخام": "النفط", "كلفة": "أسعار"}
QUERY = ("أسعار", "النفط")


@pytest.fixture
def embedded(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index with vectors, and an encoder that is found as the installed one."""
    place = tmp_path / "embedded"
    shutil.copytree(built, place)
    with open_index(place) as index:
        index.add(Article("beside", "كلفة الخام", ("كلفة الخام كلفة الخام كلفة الخام كلفة الخام",)))
    encoder = HashedWords(SAME, dimension=64)
    embed(place, encoder)
    monkeypatch.setattr("khabar.meaning.models.open_encoder", lambda model=None: encoder)
    monkeypatch.setattr(by_meaning, "CLOSE", 1.0)
    return place


Run = Callable[..., Result]


def test_json_has_the_parts_of_each_score(run: Run, embedded: Path) -> None:
    found = run("search", *QUERY, "--meaning", "--index", embedded, "--format", "json")
    assert found.exit_code == 0
    record = json.loads(found.stdout)
    assert record["meaning"]["used"] is True
    assert record["meaning"]["ranked"] == record["total"] == len(record["hits"])
    for hit in record["hits"]:
        close = hit["meaning"]
        assert close["words"] + close["added"] == pytest.approx(hit["score"], abs=0.001)
    assert record["also"]
    ids = {hit["article"]["id"] for hit in record["hits"]}
    assert not ids & {hit["article"]["id"] for hit in record["also"]}


def test_people_see_what_is_close_apart(run: Run, embedded: Path) -> None:
    english = run("search", *QUERY, "--meaning", "--index", embedded, "--format", "rich", "--explain").output
    assert "Close in meaning, with none of your words" in english
    assert "meaning closest is" in english
    arabic = run(
        "search", *QUERY, "--meaning", "--index", embedded, "--format", "rich", "--lang", "ar"
    ).output
    assert "مقالات قريبة في المعنى تخلو من كلماتك" in arabic


def test_pipes_tell_hits_from_what_is_close(run: Run, embedded: Path) -> None:
    lines = run("search", *QUERY, "--meaning", "--index", embedded, "--explain").stdout.splitlines()
    total = next(int(line.partition(": ")[2]) for line in lines if line.startswith("articles: "))
    assert sum(line.startswith("title: ") for line in lines) == total
    assert sum(line.startswith("meaning: ") for line in lines) == total
    also = [line.removeprefix("also: ").split("\t") for line in lines if line.startswith("also: ")]
    assert 0 < len(also) <= 5
    assert all(len(columns) == 7 and float(columns[1]) > 0 for columns in also)
    rows = list(
        csv.DictReader(
            io.StringIO(run("search", *QUERY, "--meaning", "--index", embedded, "--format", "csv").stdout)
        )
    )
    assert len(rows) == total
    assert all(float(row["meaning"]) >= 0 and row["z"] for row in rows)


def test_a_page_has_it_in_a_part_of_its_own(run: Run, embedded: Path) -> None:
    page = run("search", *QUERY, "--meaning", "--index", embedded, "--format", "html").stdout
    assert '<section class="also">' in page
    assert "A model found them." in page


def test_where_only_the_meaning_finds_the_status_is_that_of_the_words(run: Run, embedded: Path) -> None:
    found = run("search", "كلفة", "-الأسعار", "--meaning", "--index", embedded, "--format", "rich")
    words = run("search", "كلفة", "-الأسعار", "--index", embedded)
    assert found.exit_code == words.exit_code
    nothing = run("search", "نفط", "-النفط", "-الخام", "--meaning", "--index", embedded, "--format", "rich")
    assert nothing.exit_code == 1
    assert "nothing found" in nothing.stderr


def test_all_that_is_missing_is_said_at_once(run: Run, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The packages, the model and the vectors, in the order in which they are to be had."""
    build = f"khabar meaning build --index {built}"
    install = f"khabar meaning install multilingual-e5-small && {build}"
    commands = [("search", *QUERY, "--meaning"), ("meaning", "build")]
    for command in commands:
        done = run(*command, "--index", built)
        assert done.stderr.endswith(f": {install}\n"), done.stderr
    monkeypatch.setattr("khabar.meaning.onnx_encoder.packages_are_there", lambda: False)
    for command in commands:
        done = run(*command, "--index", built)
        assert done.stderr.endswith(f": pip install 'khabar[meaning]' && {install}\n"), done.stderr
        assert install in run(*command, "--index", built, "--lang", "ar").stderr
    served = run(*commands[0], "--index", built, "--model", "http://127.0.0.1:9/v1")
    assert served.stderr.endswith(f": {build}\n")


def test_what_is_missing_is_said_and_the_words_answer(
    run: Run, embedded: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = run("search", *QUERY, "--index", embedded).stdout
    without = run("search", *QUERY, "--meaning", "--index", built)
    assert without.exit_code == 0
    assert "khabar meaning build" in without.stderr

    def missing(model: str | None = None) -> HashedWords:
        raise EncoderMissing("none")

    monkeypatch.setattr("khabar.meaning.models.open_encoder", missing)
    none = run("search", *QUERY, "--meaning", "--index", embedded)
    assert none.stdout == words
    assert none.exit_code == 0
    assert "khabar meaning install" in none.stderr
    arabic = run("search", *QUERY, "--meaning", "--index", embedded, "--lang", "ar").stderr
    assert "الترتيب بالكلمات وحدها" in arabic
    assert "لا نموذج مثبتًا" in arabic
    codes = json.loads(run("search", *QUERY, "--meaning", "--index", embedded, "--format", "json").stdout)
    assert [each["code"] for each in codes["problems"]] == ["meaning-missing"]


def test_a_setting_asks_for_it_always_and_an_option_not_this_time(
    run: Run, embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHABAR_SEARCH_MEANING", "1")
    always = json.loads(run("search", *QUERY, "--index", embedded, "--format", "json").stdout)
    assert always["meaning"]["used"]
    once = json.loads(run("search", *QUERY, "--no-meaning", "--index", embedded, "--format", "json").stdout)
    assert "meaning" not in once


def test_the_model_that_is_named_is_opened(run: Run, embedded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def opened(model: str | None = None) -> HashedWords:
        asked.append(model)
        return HashedWords(SAME, dimension=64)

    monkeypatch.setattr("khabar.meaning.models.open_encoder", opened)
    run("search", *QUERY, "--meaning", "--model", "mine", "--index", embedded)
    monkeypatch.setenv("KHABAR_MODEL", "theirs")
    run("search", *QUERY, "--meaning", "--index", embedded)
    run("search", *QUERY, "--index", embedded)
    assert asked == ["mine", "theirs"]
