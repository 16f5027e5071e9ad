"""Folders that are no index, indexes of others, and damaged files give an error that says what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from adder import numbered

from khabar.analysis.analyzer import Analyzer
from khabar.errors import IndexDamaged, IndexFolderError, IndexMismatch, IndexNotFound
from khabar.index.folder import FORMAT
from khabar.library import Index, create_index, open_index

pytestmark = pytest.mark.folder


def meta(folder: Path, **changes: object) -> None:
    path = folder / "meta.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match=r"does not exist.*khabar index SOURCE\.\.\. --index"):
        open_index(tmp_path / "missing")


def test_not_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match=r"is an empty folder.*khabar index"):
        open_index(tmp_path)
    (tmp_path / "file.txt").write_text("text")
    for folder in (tmp_path, tmp_path / "file.txt"):
        with pytest.raises(IndexNotFound, match=r"is not an index.*khabar index"):
            open_index(folder)


def test_the_command_can_be_pasted(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match=r"--index '.*my news'"):
        open_index(tmp_path / "my news")


def test_a_folder_that_holds_anything_is_not_built_over(tmp_path: Path, index: Index) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("mine")
    (tmp_path / "plain.txt").write_text("mine")
    for folder in (tmp_path / "full", tmp_path / "plain.txt", index.path):
        with pytest.raises(IndexFolderError, match="not empty"):
            create_index(folder)
    assert (tmp_path / "full/notes.txt").read_text() == "mine"
    assert index.search("القمح").total == 2


def test_an_unknown_engine(index: Index) -> None:
    meta(index.path, engine="sphinx")
    with pytest.raises(IndexMismatch, match=r"«sphinx».*khabar index SOURCE.*--new"):
        open_index(index.path)


@pytest.mark.parametrize("number", [0, FORMAT + 1, -1])
def test_other_formats(index: Index, number: int) -> None:
    meta(index.path, format=number)
    with pytest.raises(IndexMismatch, match=rf"format {number}.*khabar index SOURCE.*--new"):
        open_index(index.path)


def test_another_analyzer(index: Index) -> None:
    meta(index.path, analyzer="0123456789abcdef")
    with pytest.raises(
        IndexMismatch, match=r"another analyzer.*0123456789abcdef.*khabar index SOURCE.*--new"
    ):
        open_index(index.path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b"{}",
        b'{"format": "1"}',
        b'{"format": 6}',
        b'{"format": 6, "engine": [], "analyzer": "x"}',
        b'{"format": 6, "engine": "embedded", "analyzer": null}',
        b'{"format": 6, "engine": "embedded", "analyzer": "x", "articles": "many"}',
        b'{"format": 6, "engine": "embedded", "analyzer": "x", "colour": "red"}',
    ],
    ids=repr,
)
def test_broken_meta(index: Index, content: bytes) -> None:
    (index.path / "meta.json").write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"meta\.json.*khabar index SOURCE.*--new"):
        open_index(index.path)


def test_meta_that_is_a_folder(index: Index) -> None:
    (index.path / "meta.json").unlink()
    (index.path / "meta.json").mkdir()
    with pytest.raises(IndexDamaged, match=r"meta\.json"):
        open_index(index.path)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "lost": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "cut by one byte": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "cut to half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "cut to four bytes": lambda path: path.write_bytes(path.read_bytes()[:4]),
    "overwritten": lambda path: path.write_bytes(b"\xab" * path.stat().st_size),
    "begins with rubbish": lambda path: path.write_bytes(b"\xff" * 16 + path.read_bytes()[16:]),
}


@pytest.fixture
def sound(new_index: Callable[..., Index], articles: list, quick_analyzer: Analyzer) -> Path:
    """A closed index of two commits, with something deleted."""
    index = new_index("sound", analyzer=quick_analyzer)
    index.add(articles)
    index.add(numbered(6))
    index.remove(["n1"])
    index.close()
    return index.path


def everything(folder: Path, analyzer: Analyzer) -> object:
    """All that can be read of an index."""
    with open_index(folder, analyzer=analyzer) as index:
        return (
            [
                index.search(query, limit=50).hits
                for query in ("القمح مشترك", '"وقف إطلاق النار"', "+رئيس -مدينة")
            ],
            list(index.articles()),
            index.article("visit"),
            index.info().statistics,
        )


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_files(sound: Path, tmp_path: Path, quick_analyzer: Analyzer, damage: str) -> None:
    expected = everything(sound, quick_analyzer)
    silent = []
    for name in sorted(path.relative_to(sound) for path in sound.rglob("*") if path.is_file()):
        folder = tmp_path / "damaged"
        shutil.copytree(sound, folder)
        DAMAGES[damage](folder / name)
        try:
            found = everything(folder, quick_analyzer)
        except IndexFolderError as error:
            assert "khabar index SOURCE... --index" in str(error)
            if not isinstance(error, IndexNotFound):
                assert str(folder) in str(error)
        else:
            if found != expected:
                silent.append(str(name))
        # Writing tells it as well, or works; it never leaves the lock behind.
        try:
            with open_index(folder, analyzer=quick_analyzer) as index:
                index.add(numbered(7), timeout=0)
        except IndexFolderError:
            pass
        shutil.rmtree(folder)
    assert silent == []


def test_a_folder_removed_under_an_open_index(index: Index) -> None:
    assert index.search("القمح").total == 2
    shutil.rmtree(index.path)
    with pytest.raises(IndexFolderError):
        index.search("القمح")
    with pytest.raises(IndexFolderError):
        index.add(numbered(1), timeout=0)


def test_a_folder_that_cannot_be_written(index: Index) -> None:
    import os

    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (index.path / "write.lock").unlink(missing_ok=True)
    index.path.chmod(0o500)
    try:
        assert index.search("القمح").total == 2
        with pytest.raises(IndexFolderError, match="cannot be written"):
            index.add(numbered(1))
    finally:
        index.path.chmod(0o700)
