"""A new index takes the place of an old one in one step: there is always the one or the other, whole,
whoever is killed, and whoever reads meanwhile."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from kills import killed_at

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import IndexDamaged, IndexFolderError
from khabar.folders import existing_or_new, rebuilt
from khabar.index.editions import current_files
from khabar.index.lock import WriteLock
from khabar.library import Index, create_index, open_index
from khabar.rebuild import rebuild_index
from khabar.upkeep.check import check_index

pytestmark = pytest.mark.folder

OLD = [Article(f"old{number}", "خبر قديم", (f"نص القمح رقم {number}.",)) for number in range(3)]
NEW = [Article(f"new{number}", "خبر جديد", (f"نص القمح رقم {number}.",)) for number in range(4)]
LATER = Article("later", "خبر لاحق", ("نص القمح.",))


def ids(articles: list[Article]) -> list[str]:
    return [each.id for each in articles]


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.fixture
def old(tmp_path: Path, quick_analyzer: Analyzer) -> Path:
    """An index of the old articles, whose files are in the folder itself."""
    return made(tmp_path / "old" / "ix", OLD, quick_analyzer)


def made(folder: Path, articles: list[Article], analyzer: Analyzer) -> Path:
    with create_index(folder, analyzer=analyzer) as index:
        index.add(articles)
    return folder


def replaced(folder: Path, analyzer: Analyzer, articles: list[Article] = NEW) -> None:
    with rebuilt(folder, analyzer) as index:
        index.add(articles)


def held(folder: Path, analyzer: Analyzer) -> list[str]:
    """The ids of the articles of an index, which is whole, and is searched."""
    assert check_index(folder, analyzer=analyzer).damages == ()
    with open_index(folder, analyzer=analyzer) as index:
        found = [article.id for article in index.articles()]
        assert {hit.article.id for hit in index.search("القمح", limit=9).hits} == set(found)
        assert index.search("القمح", group="story").total
    return found


@pytest.mark.parametrize("before", ["a new index", "one that was replaced before"])
def test_killed_at_every_step(old: Path, tmp_path: Path, quick_analyzer: Analyzer, before: str) -> None:
    if before != "a new index":
        replaced(old, quick_analyzer, OLD)
        assert names(old) == ["edition-1", "edition.json", "write.lock"]
    seen = []
    for moment in count(1):
        folder = shutil.copytree(old, tmp_path / str(moment))
        with killed_at(moment) as asked:
            replaced(folder, quick_analyzer)
        found = held(folder, quick_analyzer)
        assert found in (ids(OLD), ids(NEW))
        seen.append(found == ids(NEW))
        # Whoever writes next removes what was left, and only that.
        with open_index(folder, analyzer=quick_analyzer) as index:
            index.add(LATER)
        assert held(folder, quick_analyzer) == [*found, "later"]
        assert not current_files(folder).joinpath("building").exists()
        if current_files(folder) != folder:
            assert names(folder) == [current_files(folder).name, "edition.json", "write.lock"]
        else:
            assert not list(folder.glob("edition*"))
        # And an index can be built anew whatever was left.
        replaced(folder, quick_analyzer, OLD)
        assert held(folder, quick_analyzer) == ids(OLD)
        if len(asked) < moment:
            break
    assert seen == sorted(seen), "the old index until one step, and the new one from there on"
    assert seen.count(False) > 20 and seen.count(True) > 10


def test_killed_at_every_step_of_the_cleaning(old: Path, tmp_path: Path, quick_analyzer: Analyzer) -> None:
    """A writer that removes what a killed one left may be killed, too."""
    with killed_at(10_000) as asked:
        replaced(shutil.copytree(old, tmp_path / "measured"), quick_analyzer)
    for first in range(len(asked) - 5, len(asked)):
        for second in range(1, 12):
            folder = shutil.copytree(old, tmp_path / f"{first}-{second}")
            with killed_at(first):
                replaced(folder, quick_analyzer)
            with open_index(folder, analyzer=quick_analyzer) as index, killed_at(second):
                index.add(LATER)
            assert held(folder, quick_analyzer)[:4] == ids(NEW)


@pytest.mark.parametrize(
    "step",
    [
        "khabar.index.engines.read_meta",
        "khabar.index.embedded.EmbeddedEngine.open",
        "khabar.index.embedded.EmbeddedEngine.reader",
        "khabar.index.embedded.read_toc",
        "khabar.index.lexicon.open_parts",
        "khabar.stories.files.Stories.open",
        "khabar.upkeep.folder_store.read_meta",
    ],
)
def test_a_reader_opens_the_next_edition(
    old: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The index is replaced, and the old files removed, at any moment while it is opened."""
    import importlib

    place, _, name = step.rpartition(".")
    try:
        owner = importlib.import_module(place)
    except ModuleNotFoundError:
        owner = getattr(importlib.import_module(place.rpartition(".")[0]), place.rpartition(".")[2])
    function = getattr(owner, name)
    times = []

    def late(*args: object, **kwargs: object) -> object:
        if not times:
            monkeypatch.undo()
            times.append(1)
            replaced(old, quick_analyzer)
        return function(*args, **kwargs)

    monkeypatch.setattr(owner, name, late)
    with open_index(old, analyzer=quick_analyzer) as index:
        index.search("القمح", group="story")
        assert index.info().meta.articles in (3, 4)
        assert ids(list(index.articles())) == ids(NEW)
    assert times


def test_readers_beside_a_writer_are_told_of_no_damage(old: Path, quick_analyzer: Analyzer) -> None:
    """In threads that open it again and again, and in one that keeps it open."""
    failures: list[Exception] = []
    opened = 0
    stop = threading.Event()

    def reading(index: Index) -> None:
        assert index.search("القمح", limit=1, group="story").total

    def keep() -> None:
        with open_index(old, analyzer=quick_analyzer) as index:
            while not stop.is_set():
                reading(index)

    def open_again() -> None:
        nonlocal opened
        while not stop.is_set():
            with open_index(old, analyzer=quick_analyzer) as index:
                reading(index)
                index.left_out()
                index.info()
            opened += 1

    def told(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=told, args=(work,)) for work in (keep, open_again, open_again)]
    for thread in threads:
        thread.start()
    for number in range(12):
        replaced(old, quick_analyzer, OLD if number % 2 else NEW)
        with open_index(old, analyzer=quick_analyzer) as index:
            index.add(LATER)
            index.remove("later")
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == [] and opened


@pytest.mark.parametrize("content", [None, b"", b"00000000\n{}", b"\xff"])
def test_a_lost_or_damaged_pointer(old: Path, quick_analyzer: Analyzer, content: bytes | None) -> None:
    replaced(old, quick_analyzer)
    # What may be left of the old index, and of one that was never finished.
    (old / "lexicon.json").write_bytes(b"old")
    made(old / "edition-2", OLD, quick_analyzer)
    (old / "edition-2" / "building").touch()
    (old / "edition.json").unlink()
    if content is not None:
        (old / "edition.json").write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"edition\.json .*khabar rebuild --index [^ ]*/old/ix;"):
        open_index(old, analyzer=quick_analyzer)
    [damage] = check_index(old, analyzer=quick_analyzer).damages
    assert (damage.file, damage.remedy) == ("edition.json", "rebuild")
    assert rebuild_index(old, analyzer=quick_analyzer).losses == []
    assert held(old, quick_analyzer) == ids(NEW)
    assert names(old) == ["edition-2", "edition.json", "write.lock"]


def test_damage_in_an_edition_is_told_of_the_index(old: Path, quick_analyzer: Analyzer) -> None:
    replaced(old, quick_analyzer)
    (old / "edition-1" / "stories.bin").write_bytes(b"damaged")
    [first, *_] = check_index(old, analyzer=quick_analyzer).damages
    assert first.file == "edition-1/stories.bin"
    with (
        open_index(old, analyzer=quick_analyzer) as index,
        pytest.raises(IndexDamaged, match=r"khabar rebuild --index [^ ]*/old/ix;"),
    ):
        index.search("القمح", group="story")


def test_an_update_without_changes_removes_what_a_killed_rebuild_left(
    old: Path, quick_analyzer: Analyzer
) -> None:
    (old.parent / "news").mkdir()
    with open_index(old, analyzer=quick_analyzer) as index:
        index.update(old.parent / "news")
        made(old / "edition-1", NEW, quick_analyzer)
        index.update(old.parent / "news")
    assert not (old / "edition-1").exists()
    assert held(old, quick_analyzer) == ids(OLD)


def test_a_strangers_files_stay(old: Path, quick_analyzer: Analyzer) -> None:
    (old / "edition-7").mkdir()
    (old / "edition-7" / "letters.txt").write_text("precious")
    with pytest.raises(IndexFolderError, match=r"edition-7/letters\.txt"):
        replaced(old, quick_analyzer)
    assert (old / "edition-7" / "letters.txt").exists() and held(old, quick_analyzer) == ids(OLD)


def test_an_empty_new_index_that_somebody_else_writes_to_stays(tmp_path: Path) -> None:
    """Whoever made it and had nothing to put there removes it only under the lock."""
    folder = tmp_path / "ix"
    with pytest.raises(ValueError), existing_or_new(folder):
        other = WriteLock(folder)
        other.__enter__()
        raise ValueError
    other.__exit__(None, None, None)
    with open_index(folder) as index:
        assert len(index) == 0
    with existing_or_new(tmp_path / "empty"):
        pass
    assert not (tmp_path / "empty").exists()
