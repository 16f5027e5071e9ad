"""The index folder: how it is claimed, and its description."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from pathlib import Path

import pytest

from khabar.errors import IndexFolderError, IndexLocked, IndexNotFound, mend
from khabar.index.editions import what_is_not_ours
from khabar.index.folder import Meta, begun, read_meta, sweep, write_meta
from khabar.index.lock import WriteLock, is_locked
from khabar.index.records import article_from_json, article_to_json


def test_meta_is_written_and_read_in_one_step(tmp_path: Path) -> None:
    meta = Meta(
        engine="embedded", analyzer="0123", articles=3, paragraphs=9, created="2023-10-07T00:00:00+00:00"
    )
    write_meta(tmp_path, meta)
    assert read_meta(tmp_path) == meta
    assert [path.name for path in tmp_path.iterdir()] == ["meta.json"]
    assert json.loads((tmp_path / "meta.json").read_text("utf-8"))["format"] == meta.format


def test_an_index_is_begun_once(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    with suppress(KeyboardInterrupt), begun(folder):
        # A process that ends here leaves a folder that can be claimed again, whatever the engine wrote to it.
        (folder / "half.bin").write_bytes(b"x")
        raise KeyboardInterrupt
    with begun(folder):
        with pytest.raises(IndexLocked, match="is being written by process"), begun(folder, 0.1):
            pass
        write_meta(folder, Meta("whoosh", "0123"))
    with pytest.raises(IndexFolderError, match="is not empty"), begun(folder):
        pass
    # Killed in a later write of meta.json: it is still an index.
    (folder / "meta.json.new").touch()
    with pytest.raises(IndexFolderError, match="is not empty"), begun(folder):
        pass
    sweep(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["half.bin", "meta.json", "write.lock"]


def test_nothing_is_put_beside_what_is_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("خبر", encoding="utf-8")
    with pytest.raises(IndexFolderError, match="is not empty"), begun(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(IndexFolderError, match="is not empty"), begun(tmp_path / "letter.txt"):
        pass


def test_what_is_not_khabars_is_named(tmp_path: Path) -> None:
    write_meta(tmp_path, Meta("embedded", "0123"))
    assert what_is_not_ours(tmp_path) == ""
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).touch()
    assert what_is_not_ours(tmp_path) == "a.txt, b.txt, c.txt"
    (tmp_path / "d.txt").touch()
    assert what_is_not_ours(tmp_path) == "a.txt, b.txt, c.txt, …"
    assert what_is_not_ours(tmp_path / "a.txt") == "it is a file"


def test_advice_is_quoted_for_the_shell() -> None:
    assert mend("my news").endswith("--index 'my news' --new")
    assert mend(Path("indexes/news")).endswith("--index indexes/news --new")


def test_the_lock_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="is gone"), WriteLock(tmp_path / "missing"):
        pass


def test_the_lock_holds_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note with the holder of the lock cannot be written, or not completely."""
    opened, refused = Path.open, []

    class Full(io.StringIO):
        def write(self, text: str) -> int:
            refused.append(text)
            raise OSError(28, "No space left on device")

    def full(path: Path, mode: str = "r", **options: object) -> object:
        if path.name != "writer.json":
            return opened(path, mode, **options)
        opened(path, mode, **options).close()
        return Full()

    monkeypatch.setattr(Path, "open", full)
    for _ in range(2):
        with WriteLock(tmp_path, timeout=0):
            assert is_locked(tmp_path)
            with pytest.raises(IndexLocked, match="another process"), WriteLock(tmp_path, timeout=0):
                pass
            assert is_locked(tmp_path)
        assert not is_locked(tmp_path) and not (tmp_path / "writer.json").exists()
    assert len(refused) == 2


def test_an_article_as_json_and_back(articles: list) -> None:
    for article in articles:
        line = article_to_json(article)
        assert "\n" not in line
        assert article_from_json(line) == article
