"""Values in an unusual form are accepted with their meaning, or refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import khabar
from khabar.errors import InvalidType
from khabar.library import Index


def test_an_id_is_known_as_its_record_has_it(tmp_path: Path, new_index: Callable[..., Index]) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "خبر 17/٢?#", "title": "هدنة", "text": "نص الخبر"}\n', encoding="utf-8")
    with new_index("ix") as index:
        index.add(khabar.read(file))
        (hit,) = index.search("هدنة").hits
        assert hit.article.id == "خبر_17/٢?#"
        for name in (hit.article.id, "خبر 17/٢?#"):
            article = index.article(name)
            assert article is not None and article.title == "هدنة"
        assert index.article("خبر 18") is None


def test_an_open_file_is_no_path(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("هدنة\n\nنص الخبر\n", encoding="utf-8")
    with file.open(encoding="utf-8") as opened, pytest.raises(InvalidType, match="path"):
        khabar.read(opened)  # type: ignore[arg-type]
