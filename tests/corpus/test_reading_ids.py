"""Ids: the same article has the same one, and two articles never do."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from reading_helpers import jsonl, record, zipped

from khabar.corpus import Article, make_id, read

TEXT = "افتتاح جسر المرفأ\nافتتح الوزير الجسر أمس."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with each kind of file."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x/a.txt").write_text(TEXT)
    (tmp_path / "a.jsonl").write_text(
        jsonl(record(1), record(2, id="n-2"), record(3, url="https://example.org/3"))
    )
    (tmp_path / "a.zip").write_bytes(zipped({"a.txt": TEXT, "b.json": json.dumps([record(1)])}))
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    return tmp_path


def ids(path: Any, **options: Any) -> list[str]:
    return [article.id for article in read(path, **options)]


def test_where_ids_come_from(folder: Path) -> None:
    found = {Path(article.path).name.replace(str(folder), ""): article.id for article in read(folder)}
    assert found == {
        "a.jsonl#1": make_id("record", str(folder / "a.jsonl"), "خبر 1", "هذا نص الخبر 1."),
        "a.jsonl#2": "n-2",
        "a.jsonl#3": make_id("url", "https://example.org/3"),
        "a.zip!a.txt": make_id("path", f"{folder / 'a.zip'}!a.txt"),
        "a.zip!b.json#1": make_id("record", f"{folder / 'a.zip'}!b.json", "خبر 1", "هذا نص الخبر 1."),
        "b.txt.gz": make_id("path", str(folder / "b.txt.gz")),
        "a.txt": make_id("path", str(folder / "x/a.txt")),
    }
    assert len(set(found.values())) == 7


def test_the_path_given_for_a_file_does_not_matter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = list(read(folder))
    assert list(read(folder)) == first
    monkeypatch.chdir(folder)
    assert list(read(".")) == first
    monkeypatch.chdir(folder / "x")
    assert list(read("..")) == first
    assert list(read(f"../x/../../{folder.name}")) == first
    link = folder.parent / f"{folder.name}-link"
    link.symlink_to(folder)
    assert list(read(link)) == first


def test_a_new_first_line_does_not_shift_the_ids(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(jsonl(record(1), record(2)))
    before = ids(path)
    path.write_text(jsonl(record(0), record(1), record(2)))
    assert ids(path)[1:] == before


def test_a_changed_end_of_a_long_text_does_not_change_the_id(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    long = record(1)["text"] * 50
    path.write_text(jsonl(record(1, text=long)))
    before = ids(path)
    path.write_text(jsonl(record(1, text=long + " وأضاف.")))
    assert ids(path) == before


def test_articles_that_begin_alike_have_different_ids(tmp_path: Path, reading: Any) -> None:
    long = record(1)["text"] * 50
    (tmp_path / "a.jsonl").write_text(jsonl(*(record(1, text=long + end) for end in "أبتأ")))
    result = reading(tmp_path)
    assert result.report.ok
    first, second, third, again = result.articles
    assert len({first.id, second.id, third.id}) == 3
    assert again.id == first.id
    assert ids(tmp_path) == [article.id for article in result.articles]


def test_with_a_root_ids_of_text_files_are_their_names(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "x/07 dam.txt").write_text(TEXT)
    expected = {"x/a", "b", "a.zip!a", "x/07_dam"}
    assert expected < set(ids(folder, root=folder))
    monkeypatch.chdir(folder)
    assert expected < set(ids(".", root="."))
    assert set(ids("x", root="x")) == {"a", "07_dam"}
    assert ids("x/a.txt", root=folder.parent / "elsewhere") == [make_id("path", str(folder / "x/a.txt"))]


def test_a_root_does_not_match_a_longer_name(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab/c.txt").write_text(TEXT)
    assert ids(tmp_path, root=tmp_path / "a") == [make_id("path", str(tmp_path / "ab/c.txt"))]


@pytest.mark.parametrize("field", ["id", "url"])
def test_two_articles_of_one_id_are_not_lost_silently(tmp_path: Path, reading: Any, field: str) -> None:
    one = {field: "https://example.org/1"}
    (tmp_path / "a.jsonl").write_text(jsonl(record(1, **one), record(1, **one), record(2, **one)))
    (tmp_path / "b.json").write_text(json.dumps(record(3, **one)))
    result = reading(tmp_path)
    assert result.titles == ["خبر 1", "خبر 1"]
    assert [skipped.number for skipped in result.report.skipped] == [3, None]
    for reason in result.reasons:
        assert reason.startswith("another article with the id ")
        assert reason.endswith(f"was read before it, from {tmp_path / 'a.jsonl'}, record 1")


def test_names_that_differ_in_their_suffix_only(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "a.md").write_text(TEXT)
    (tmp_path / "a.txt").write_text(TEXT + " وغادر.")
    result = reading(tmp_path, root=tmp_path)
    assert [article.id for article in result.articles] == ["a"]
    assert f"from {tmp_path / 'a.md'}" in result.reasons[0]


def test_equal_articles_differ_only_in_their_places(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(jsonl(record(1, id=1), record(1, id=1)))
    one, two = read(tmp_path)
    assert isinstance(one, Article)
    assert replace(one, path="") == replace(two, path="")
