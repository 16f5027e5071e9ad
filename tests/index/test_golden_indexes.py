"""Indexes written by earlier versions: ``tests/golden/index-N`` has format N.

Those of the present format can be opened; older ones are refused with the command that rebuilds them, and
the command works.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.errors import IndexMismatch
from khabar.index.checksums import mark_unfinished, write_checksums
from khabar.index.editions import current_files
from khabar.index.engines import DEFAULT_ENGINE, engine_class
from khabar.index.folder import FORMAT, META, read_meta
from khabar.library import Index, open_index
from khabar.rebuild import rebuild_index
from khabar.upkeep.check import check_index

GOLDEN = Path(__file__).parents[1] / "golden"


def copied(number: int, tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    shutil.copytree(GOLDEN / f"index-{number}", folder)
    return folder


def look_through(index: Index) -> None:
    assert [article.id for article in index.articles()] == ["harvest", "truce", "library"]
    assert index.article("gone") is None
    harvest = index.article("harvest")
    assert harvest is not None and harvest.author == "سلمى نادر" and len(harvest.paragraphs) == 2
    assert [hit.article.id for hit in index.search("القمح")] == ["harvest"]
    assert [hit.article.id for hit in index.search('"إطلاق النار"')] == ["truce"]
    assert [hit.article.id for hit in index.search("كتاب", source="صحيفة الوادي")] == ["library"]
    assert [hit.article.id for hit in index.search("date:2023-10-07")] == ["truce"]
    assert index.info().statistics.articles == 3


def test_there_is_one_of_the_present_format() -> None:
    assert read_meta(GOLDEN / f"index-{FORMAT}").format == FORMAT


def test_an_index_of_the_present_format_is_opened(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    folder = copied(FORMAT, tmp_path)
    if read_meta(folder).analyzer != quick_analyzer.fingerprint:
        # Its words were made by other rules, which do not belong to the format.
        rebuild_index(folder, analyzer=quick_analyzer)
    assert check_index(folder, analyzer=quick_analyzer).damages == ()
    with open_index(folder, analyzer=quick_analyzer) as index:
        look_through(index)
        assert [hit.article.id for hit in index.search("", section="اقتصاد")] == ["harvest"]
        assert index["library"].tags == ("كتب",)
        assert {value.name: value.count for value in index.facets("", "tag")[0]} == {
            "القمح": 1,
            "الزراعة": 1,
            "كتب": 1,
            "": 1,
        }
        index.remove(["truce"])
        assert len(index) == 2
    assert check_index(folder, analyzer=quick_analyzer).damages == ()


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [("analyzer", "0" * 16, "another analyzer"), ("engine", "other", "engine"), ("format", 99, "format 99")],
)
def test_an_index_of_another_version_is_not_called_damaged(
    tmp_path: Path, quick_analyzer: Analyzer, key: str, value: object, said: str
) -> None:
    folder = copied(FORMAT, tmp_path)
    rebuild_index(folder, analyzer=quick_analyzer)
    files = current_files(folder)
    generation = engine_class(DEFAULT_ENGINE).open(files).latest_generation()
    content = json.loads((files / META).read_text(encoding="utf-8")) | {key: value}
    (files / META).write_text(json.dumps(content), encoding="utf-8")
    # Here the file was changed after it was written, so it is damaged, whatever it contains.
    assert {damage.file for damage in check_index(folder, analyzer=quick_analyzer).damages} == {
        f"{files.name}/{META}" if files != folder else META
    }
    for write in (lambda: write_checksums(files, generation), lambda: mark_unfinished(files)):
        write()
        with pytest.raises(IndexMismatch, match=said):
            check_index(folder, analyzer=quick_analyzer)


@pytest.mark.parametrize("number", range(3, FORMAT))
def test_an_older_index_is_mended_by_rebuild(tmp_path: Path, quick_analyzer: Analyzer, number: int) -> None:
    folder = copied(number, tmp_path)
    for look in (open_index, check_index):
        with pytest.raises(IndexMismatch, match=rf"format {number}.*khabar rebuild --index"):
            look(folder, analyzer=quick_analyzer)
    report = rebuild_index(folder, analyzer=quick_analyzer)
    assert (report.articles, report.losses, report.lost) == (3, [], 0)
    with open_index(folder, analyzer=quick_analyzer) as index:
        look_through(index)
    assert check_index(folder, analyzer=quick_analyzer).damages == ()


def test_what_an_index_of_0_2_has_beside_words(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    """Kept fields, languages, places and vectors, as ``tests/golden/make_index.py`` wrote them."""
    from encoders import HashedWords

    folder = tmp_path / "index"
    shutil.copytree(GOLDEN / "index-6-meaning", folder)
    if read_meta(folder).analyzer != quick_analyzer.fingerprint:
        rebuild_index(folder, analyzer=quick_analyzer)
    assert check_index(folder, analyzer=quick_analyzer).damages == ()
    encoder = HashedWords(same={"الهدنة": "إطلاق"})
    with open_index(folder, analyzer=quick_analyzer, encoder=encoder) as index:
        assert [article.id for article in index.articles()] == ["harvest", "truce", "library", "persian"]
        assert index["harvest"].fields == {"desk": ("الاقتصاد",), "edition": ("صباحية", "مسائية")}
        assert [hit.article.id for hit in index.search("", language="fa")] == ["persian"]
        assert [hit.article.id for hit in index.search("", place="جدة")] == ["truce"]
        assert [hit.article.id for hit in index.search("", where={"desk": "المنوعات"})] == ["persian"]
        found = index.search("حصاد القمح", meaning=True)
        assert [hit.article.id for hit in found] == ["harvest"]
        assert not found.problems
        assert not encoder.failing
        assert [kind for kind, _ in encoder.asked] == ["query"]
