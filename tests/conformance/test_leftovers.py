"""What a killed writer left is removed by the next one: it takes room, and may not come back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.editions import EDITION
from khabar.library import Index, open_index
from khabar.rebuild import rebuild_index
from khabar.upkeep.check import check_index

pytestmark = pytest.mark.folder

#: Names as writers give them to files that no commit names.
LEFT = (
    "meta.json.new",
    "closings.json.new",
    "sources.jsonl.new",
    "checksums.json.new",
    "lexicon.json.new",
    "_MAIN_77.toc.1234567",
    "_MAIN_0.toc",
    "MAIN_0123456789abcdef.words",
    "MAIN_0123456789abcdef.articles",
    "lexicon-77.bin",
    "lexicon-77.bin.new",
    "sketches-77.bin",
    "stories.bin.new",
)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def ids(index: Index) -> list[str]:
    return [hit.article.id for hit in index.search("القمح")]


@pytest.mark.parametrize("edition", [False, True])
def test_the_next_commit_removes_them(index: Index, analyzer: Analyzer, edition: bool) -> None:
    folder = index.path
    if edition:
        index.close()
        rebuild_index(folder, analyzer=analyzer)
        index = open_index(folder, analyzer=analyzer)
    (within,) = {path.parent for path in folder.rglob("meta.json")}
    found = ids(index)
    for name in LEFT:
        (within / name).write_bytes(b"left by a killed process")
    # Beside the index in its first edition, and beside the edition that counts.
    shutil.copytree(within, folder / "edition-7", ignore=shutil.ignore_patterns("edition*"))
    assert ids(index) == found
    (folder / "edition.json.new").write_bytes(b"left by a killed process")
    index.add([Article("new", "سفينة في الميناء", ("وصلت السفينة.",))])
    prefix = "edition-1/" if edition else ""
    assert not {f"{prefix}{name}" for name in LEFT} & files(folder)
    assert not (folder / "edition-7").exists() and not (folder / "edition.json.new").exists()
    assert ids(index) == found
    assert check_index(folder, analyzer=analyzer).whole


def test_no_file_is_left_of_what_was_replaced(index: Index, analyzer: Analyzer) -> None:
    """Of commits, merges and rebuilds, the files of the last one alone."""
    for number in range(12):
        index.add([Article(f"n{number}", f"خبر رقم {number}", (f"نص الخبر {number} كلمة{number}.",))])
        assert len(list(index.path.glob("_MAIN_*.toc"))) == 1
    index.remove([f"n{number}" for number in range(12)])
    before = len(files(index.path))
    for number in range(12):
        index.add([Article("n", f"خبر رقم {number}", (f"نص الخبر {number} كلمة{number}.",))])
        index.remove(["n"])
    # Each of these 24 commits left no more than the few files that segments and parts wait in for a merge.
    assert len(files(index.path)) < before + 24
    index.close()
    rebuild_index(index.path, analyzer=analyzer)
    rebuild_index(index.path, analyzer=analyzer)
    assert {path.name for path in index.path.iterdir()} - {"write.lock"} == {EDITION, "edition-2"}


def test_what_is_mostly_removed_is_written_anew(empty: Index) -> None:
    """Articles that were removed take no room for ever."""

    def size() -> int:
        return sum(path.stat().st_size for path in empty.path.glob("MAIN_*"))

    articles = [
        Article(
            f"n{number}", f"خبر {number}", tuple(f"نص {number} كلمة{number}{place}." for place in range(20))
        )
        for number in range(120)
    ]
    empty.add(articles)
    full = size()
    empty.remove([article.id for article in articles[:40]])
    assert size() > full / 2
    empty.remove([article.id for article in articles[40:110]])
    assert size() < full / 4
    assert list(empty.articles()) == articles[110:]
    assert {hit.article.id for hit in empty.search("خبر", limit=50)} == {f"n{n}" for n in range(110, 120)}
