"""Removing articles, and counting them, when the process is killed or the disk is full at any step: never an
article without a file, never one that no prune takes, and no count that stays wrong."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from kills import killed_at

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import IndexFolderError
from khabar.index.folder import read_meta
from khabar.library import Index, create_index, open_index
from khabar.rebuild import rebuild_index
from khabar.upkeep.changes import UpdateOptions
from khabar.upkeep.check import check_index
from khabar.upkeep.folder_store import FolderStore
from khabar.upkeep.manifest import Manifest
from khabar.upkeep.transaction import Transaction

pytestmark = pytest.mark.folder

PRUNE = UpdateOptions(prune=True)
ALL = [f"{file}{number}" for file in "abc" for number in range(3)]


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Three files of three articles each."""
    folder = tmp_path / "news"
    folder.mkdir()
    for file in "abc":
        records = [
            {"id": f"{file}{number}", "title": f"خبر {file}{number}", "text": f"نص الخبر رقم {number} هنا."}
            for number in range(3)
        ]
        (folder / f"{file}.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    return folder


@pytest.fixture
def sound(tmp_path: Path, news: Path, quick_analyzer: Analyzer) -> Path:
    with create_index(tmp_path / "sound", analyzer=quick_analyzer) as index:
        index.update(news)
        assert held(index) == ALL
    return index.path


def held(index: Index) -> list[str]:
    return sorted(article.id for article in index.articles())


def no_space() -> OSError:
    return OSError(errno.ENOSPC, "No space left on device")


def killed(
    sound: Path, analyzer: Analyzer, work: Callable[[Index], object], full: bool = False
) -> Iterator[Path]:
    """Copies of an index in which ``work`` was broken off at each of its steps, and one in which it was
    not."""
    for moment in count(1):
        folder = shutil.copytree(sound, sound.with_name(f"{sound.name}-{moment}"))
        with open_index(folder, analyzer=analyzer) as index:
            stopped = killed_at(moment, ("replace", "fsync"), no_space) if full else killed_at(moment)
            with stopped as asked, suppress(IndexFolderError):
                work(index)
        assert check_index(folder, analyzer=analyzer).damages == ()
        yield folder
        if len(asked) < moment:
            assert moment > 4
            return


def belong(folder: Path, ids: list[str]) -> None:
    """Each article is of one file, and the files name no other article."""
    sources = Manifest.open(folder).sources.values()
    assert sorted(each for source in sources for each in source.ids) == ids
    assert [each for source in sources for each in source.former] == []


@pytest.mark.parametrize("full", [False, True], ids=["killed", "full disk"])
def test_remove(sound: Path, news: Path, quick_analyzer: Analyzer, full: bool) -> None:
    left = [each for each in ALL if each not in ("a1", "c0")]
    seen = []
    for folder in killed(sound, quick_analyzer, lambda index: index.remove(["a1", "c0"]), full):
        with open_index(folder, analyzer=quick_analyzer) as index:
            found = held(index)
            assert found in (ALL, left)
            seen.append(found == left)
            report = index.update(news)
            assert (report.read, report.dropped, report.vanished, report.removed) == (0, 0, 0, 0)
            assert report.unchanged == len(found)
            assert held(index) == found
            belong(folder, found)
            index.update(news, options=PRUNE)
            assert held(index) == found
        assert read_meta(folder).articles == len(found)
    assert seen == sorted(seen) and {*seen} == {False, True}


@pytest.mark.parametrize("full", [False, True], ids=["killed", "full disk"])
def test_remove_then_prune_takes_everything(
    sound: Path, news: Path, quick_analyzer: Analyzer, full: bool
) -> None:
    """The next run is one that prunes, and the files are gone."""
    folders = list(killed(sound, quick_analyzer, lambda index: index.remove(["a1", "c0"]), full))
    for name in "ab":
        (news / f"{name}.jsonl").unlink()
    for folder in folders:
        with open_index(folder, analyzer=quick_analyzer) as index:
            index.update(news, options=PRUNE)
            assert held(index) in (["c0", "c1", "c2"], ["c1", "c2"])
            belong(folder, held(index))


def test_remove_and_forget(sound: Path, news: Path, quick_analyzer: Analyzer) -> None:
    """Either all of it happened, or nothing."""
    file = news / "b.jsonl"
    for folder in killed(sound, quick_analyzer, lambda index: index.remove(["b0", "b1", "b2"], forget=file)):
        with open_index(folder, analyzer=quick_analyzer) as index:
            removed = held(index) != ALL
            report = index.update(news)
            assert (report.read, report.added) == ((1, 3) if removed else (0, 0))
            assert held(index) == ALL
        belong(folder, ALL)


def test_a_file_that_was_forgotten_is_read_by_the_next_run(
    sound: Path, news: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if the process was killed before it could note that the removal is done: not by the run after
    the next."""

    def killed_here(manifest: Manifest) -> None:
        raise KeyboardInterrupt

    with open_index(sound, analyzer=quick_analyzer) as index:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(Manifest, "end_removal", killed_here)
            index.remove(["b0", "b1", "b2"], forget=news / "b.jsonl")
        assert len(index) == len(ALL) - 3
        report = index.update(news)
        assert (report.read, report.added) == (1, 3)
        assert held(index) == ALL
    belong(sound, ALL)


@pytest.mark.parametrize("full", [False, True], ids=["killed", "full disk"])
def test_prune(sound: Path, news: Path, quick_analyzer: Analyzer, full: bool) -> None:
    (news / "b.jsonl").unlink()
    records = (news / "a.jsonl").read_text("utf-8").splitlines()
    (news / "a.jsonl").write_text("\n".join(records[1:]), "utf-8")
    left = ["a1", "a2", "c0", "c1", "c2"]
    seen = set()
    work = lambda index: index.update(news, options=PRUNE)  # noqa: E731
    for folder in killed(sound, quick_analyzer, work, full):
        again = shutil.copytree(folder, folder.with_name("again"), dirs_exist_ok=True)
        with open_index(folder, analyzer=quick_analyzer) as index:
            done = held(index) == left
            seen.add(done)
            assert done or held(index) == ALL
            report = index.update(news)
            assert (report.vanished, report.dropped) == ((0, 0) if done else (1, 1))
            assert index.left_out().dropped == report.dropped
            index.update(news, options=PRUNE)
            assert held(index) == left
        belong(folder, left)
        rebuilt = rebuild_index(again, analyzer=quick_analyzer)
        assert (rebuilt.lost, rebuilt.files) == (0, []), "what was removed is not lost"
        with open_index(again, analyzer=quick_analyzer) as index:
            index.update(news, options=PRUNE)
            assert held(index) == left
        shutil.rmtree(again)
    assert seen == {False, True}


@pytest.mark.parametrize("finish", ["the same run again", "another writer", "rebuild"])
def test_the_counts_follow(sound: Path, news: Path, quick_analyzer: Analyzer, finish: str) -> None:
    """``meta.json`` is written after the commit. Counts that lag behind are no damage, and do not stay."""
    (news / "d.txt").write_text("خبر رابع\n\nنص هذا الخبر هنا.\n", "utf-8")
    lagged = 0
    for folder in killed(sound, quick_analyzer, lambda index: index.update(news)):
        with open_index(folder, analyzer=quick_analyzer) as index:
            lagged += read_meta(folder).articles != len(index)
            assert check_index(folder, analyzer=quick_analyzer).articles == len(index)
            if finish == "the same run again":
                index.update(news)
            elif finish == "another writer":
                index.add(Article("later", "خبر", ("نص.",)))
            else:
                assert rebuild_index(folder, analyzer=quick_analyzer).lost == 0
            assert index.info().meta.articles == len(index)
        assert check_index(folder, analyzer=quick_analyzer).whole
    assert lagged


def test_an_interrupt_behind_the_commit(
    sound: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = FolderStore.committed
    times: list[Index] = []

    def interrupted(index: Index) -> None:
        times.append(index)
        if len(times) == 1:
            raise KeyboardInterrupt
        written(index)

    monkeypatch.setattr(FolderStore, "committed", interrupted)
    with open_index(sound, analyzer=quick_analyzer) as index:
        with pytest.raises(KeyboardInterrupt):
            index.remove("a0")
        assert len(index) == read_meta(sound).articles == 8
    assert check_index(sound, analyzer=quick_analyzer).unverified == 0


def test_counts_of_an_earlier_version_that_lag_are_no_damage(sound: Path, quick_analyzer: Analyzer) -> None:
    from khabar.index.checksums import write_checksums
    from khabar.index.engines import engine_class

    meta = sound / "meta.json"
    meta.write_text(meta.read_text("utf-8").replace('"articles": 9', '"articles": 7'), "utf-8")
    assert read_meta(sound).articles == 7
    write_checksums(sound, engine_class("embedded").open(sound).latest_generation())
    report = check_index(sound, analyzer=quick_analyzer)
    assert report.whole and report.articles == 9


@pytest.mark.parametrize("full", [False, True], ids=["killed", "full disk"])
def test_an_article_that_is_added_again_after_that(sound: Path, quick_analyzer: Analyzer, full: bool) -> None:
    """A removal that was done is not taken for undone because one of its articles is there again."""
    for folder in killed(sound, quick_analyzer, lambda index: index.remove(["a0", "a1"]), full):
        with open_index(folder, analyzer=quick_analyzer) as index:
            removed = "a1" not in index
            index.add([Article("a0", "خبر جديد", ("وصل القمح إلى الميناء.",))])
            assert ("a1" not in index) == removed
        manifest = Manifest.open(folder)
        assert manifest.removing is None
        named = {each for source in manifest.sources.values() for each in source.ids}
        assert ("a1" in named) == (not removed)


def test_a_removal_that_is_interrupted(
    sound: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends in order, and no writer after it learns that it broke off."""

    def interrupted(transaction: Transaction) -> None:
        raise KeyboardInterrupt

    with open_index(sound, analyzer=quick_analyzer) as index:
        with monkeypatch.context() as patch:
            patch.setattr(Transaction, "commit", interrupted)
            with pytest.raises(KeyboardInterrupt):
                index.remove(["a0"])
        assert Manifest.open(sound).removing is None
        belong(sound, ALL)
