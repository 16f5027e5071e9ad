"""Folders of indexes are removed wholly, or nothing is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from khabar.upkeep.folders import remove_tree


def test_a_tree_is_removed_although_a_thread_still_puts_a_file_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = tmp_path / "index"
    (tree / "tantivy").mkdir(parents=True)
    late = [tree / "tantivy" / ".tantivy-meta.lock"]
    rmdir = os.rmdir

    def slow(path: str, **options: int) -> None:
        if late:
            late.pop().touch()
        rmdir(path, **options)

    monkeypatch.setattr(os, "rmdir", slow)
    remove_tree(tree)
    assert not tree.exists() and not late
    with pytest.raises(FileNotFoundError):
        remove_tree(tree)
