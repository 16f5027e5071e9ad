"""What adding many articles holds in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.library import create_index
from khabar.upkeep import adding


def test_sources_are_not_remembered_for_ever(
    tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index knows them after a commit. An article of another source with the id of one is refused all the
    same, and a new version of one is not."""
    remembered: list[int] = []
    asked = adding._other_source

    def other_source(article, added, stored):
        remembered.append(len(added))
        return asked(article, added, stored)

    monkeypatch.setattr(adding, "_other_source", other_source)
    monkeypatch.setattr(adding, "_MOST_KNOWN", 10)
    first = [Article(f"n{number}", f"خبر {number}", (), source="صحيفة الوادي") for number in range(40)]
    again = Article("n0", "خبر آخر", (), source="صحيفة الوادي")
    other = Article("n1", "خبر غيره", (), source="وكالة الساحل")
    with create_index(tmp_path / "index", analyzer=quick_analyzer) as index:
        report = index.add([*first, again, other], batch=4)
        assert (report.added, report.updated) == (40, 1)
        [(refused, reason)] = report.skipped
        assert refused == "n1" and reason.kind == "id-of-another"
    assert remembered and max(remembered) <= 10 + 4
