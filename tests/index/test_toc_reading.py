"""Tables of contents, read without Whoosh: the result is what Whoosh reads, and damage is reported."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import IndexDamaged, IndexNotFound
from khabar.index.embedded.fields import INDEX_NAME
from khabar.index.embedded.toc import SEAL, Segment, file_name, latest_generation, read_toc
from khabar.library import create_index


@pytest.fixture
def folder(tmp_path: Path, quick_analyzer: Analyzer) -> Path:
    """An index of several commits with removed articles."""
    with create_index(tmp_path / "ours", analyzer=quick_analyzer) as index:
        for first in (0, 40, 80):
            index.add(
                [
                    Article(f"n{number}", f"خبر {number} عن القمح", ("نص الخبر", "وصلت السفينة إلى الميناء"))
                    for number in range(first, first + 40)
                ]
            )
        index.remove(["n3", "n50", "n51"])
    return tmp_path / "ours"


def said_by_whoosh(folder: Path) -> list[Segment]:
    found = TOC.read(FileStorage(str(folder)), INDEX_NAME, gen=latest_generation(folder))
    return [
        Segment(each.segid, each.doc_count_all(), each._deleted, each._fieldlengths, each.khabar_files)
        for each in found.segments
    ]


def test_it_says_what_whoosh_reads_in_it(folder: Path) -> None:
    found = read_toc(folder, latest_generation(folder))
    assert found == said_by_whoosh(folder)
    assert sum(segment.doc_count_all() for segment in found) == 120 * 3
    assert sum(segment.doc_count() for segment in found) == 117 * 3
    for segment in found:
        deleted = set(segment.deleted_docs())
        assert [number for number in range(segment.doc_count_all()) if segment.is_deleted(number)] == sorted(
            deleted
        )
        for name, (size, _) in segment.khabar_files.items():
            assert (folder / name).stat().st_size == size


def test_one_of_an_empty_index_names_no_segments(tmp_path: Path) -> None:
    with create_index(tmp_path / "empty"):
        pass
    assert read_toc(tmp_path / "empty", latest_generation(tmp_path / "empty")) == []


def test_a_damaged_head_is_told_without_a_checksum_too(folder: Path) -> None:
    """An early table of contents ends with its pickle, without a checksum."""
    path = folder / file_name(latest_generation(folder))
    sealed = path.read_bytes()
    content = sealed[: -len(SEAL) - 4]
    path.write_bytes(content)
    assert read_toc(folder, latest_generation(folder)) == said_by_whoosh(folder)
    # The sizes of numbers, the byte order, and the version of the format.
    for place in range(11):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(IndexDamaged, match="cannot be read"):
            read_toc(folder, latest_generation(folder))
    for size in (0, 5, 11, 12, 15, 40, len(content) - 40):
        path.write_bytes(content[:size])
        with pytest.raises(IndexDamaged, match="cannot be read"):
            read_toc(folder, latest_generation(folder))


def test_a_number_that_never_ends_is_damage(folder: Path) -> None:
    path = folder / file_name(latest_generation(folder))
    content = path.read_bytes()[: -len(SEAL) - 4]
    path.write_bytes(content[:11] + b"\xff" * 100_000)
    with pytest.raises(IndexDamaged):
        read_toc(folder, latest_generation(folder))


def test_one_of_another_commit_is_damage(folder: Path) -> None:
    newest = latest_generation(folder)
    shutil.copy(folder / file_name(newest), folder / file_name(newest + 1))
    assert latest_generation(folder) == newest + 1
    with pytest.raises(IndexDamaged, match="it is damaged"):
        read_toc(folder, newest + 1)


@pytest.mark.parametrize(
    "name", ["_MAIN_.toc", "_MAIN_x.toc", "_MAIN_٩٩.toc", "_MAIN_99.toc.new", "MAIN_99.toc"]
)
def test_other_files_are_no_commits(folder: Path, name: str) -> None:
    newest = latest_generation(folder)
    (folder / name).touch()
    assert latest_generation(folder) == newest


def test_an_index_without_one_is_damaged_and_one_that_is_gone_is_gone(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="the table of contents is lost"):
        latest_generation(tmp_path)
    with pytest.raises(IndexNotFound, match="is gone"):
        latest_generation(tmp_path / "nowhere")
