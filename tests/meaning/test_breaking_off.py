"""A build of vectors is interrupted: the process is killed, the disk is full, the power is cut. What was
committed stays, and nothing of a removed text."""

from __future__ import annotations

import errno
import random
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import khabar
from encoders import HashedWords
from khabar import Index, IndexDamaged, IndexUnavailable, create_index, open_index
from khabar.analysis.analyzer import Analyzer
from khabar.meaning import building
from khabar.meaning.recovery import damages
from khabar.meaning.vector_files import VectorFiles
from khabar.meaning.vectors import Vectors, digest_of

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "conformance")]
sys.path[:0] = [str(Path(__file__).parents[1] / "campaign")]

from kills import killed_at  # noqa: E402
from power import POLICIES, Disk  # noqa: E402
from test_building import article, assert_fresh, bytes_of, stands_in  # noqa: E402
from test_vectors import commit  # noqa: E402

ARTICLES = [article(number) for number in range(9)]
TEXTS = [*ARTICLES, article(20)]


@pytest.fixture
def prepared(tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index in which some articles have vectors; from here on each article is a separate commit."""
    with create_index(tmp_path / "first", analyzer=quick_analyzer) as index:
        index.add(ARTICLES[:6])
        index.embed(HashedWords(), limit=3)
        index.add(ARTICLES[6:])
    monkeypatch.setattr(building, "_EVERY", 0.0)
    monkeypatch.setattr(building, "_FIRST", 1)
    monkeypatch.setattr(building, "_MOST", 1)
    return tmp_path / "first"


def steps_of(action: object, folder: Path, analyzer: Analyzer) -> int:
    copy = folder.with_name("count")
    shutil.copytree(folder, copy)
    with open_index(copy, analyzer=analyzer) as index, killed_at(10**9) as asked:
        action(index)  # type: ignore[operator]
    return len(asked)


def embed(index: Index) -> None:
    index.embed(HashedWords())


def remove(index: Index) -> None:
    index.remove([each.id for each in ARTICLES[3:5]])


@pytest.mark.parametrize("action", [embed, remove])
def test_a_killed_process_leaves_a_commit(prepared: Path, action: object, quick_analyzer: Analyzer) -> None:
    steps = steps_of(action, prepared, quick_analyzer)
    assert steps > 15
    moments = range(1, steps + 1) if action is remove else random.Random(1).sample(range(1, steps + 1), 25)
    for moment in moments:
        folder = prepared.with_name(f"killed-{moment}")
        shutil.copytree(prepared, folder)
        with open_index(folder, analyzer=quick_analyzer) as index, killed_at(moment):
            action(index)  # type: ignore[operator]
        assert list(damages(folder)) == []
        with open_index(folder, analyzer=quick_analyzer) as index:
            vectors = index._store.vectors()[""]
            assert vectors is not None
            # No removed article has vectors, and no vectors were lost except those to be removed.
            there = {each.id for each in index}
            for each in ARTICLES[3:5]:
                if each.id not in there:
                    assert vectors.of(each) is None
            assert index.vectors().with_vectors >= (1 if action is remove else 3)
            index.embed(HashedWords())
            assert_fresh(index)
            # Incomplete files are removed as well.
            for each in ARTICLES[3:5]:
                assert each.id in there or not stands_in(folder, bytes_of(each))
        shutil.rmtree(folder)


def test_a_full_disk_is_told_and_leaves_a_commit(prepared: Path, quick_analyzer: Analyzer) -> None:
    steps = steps_of(embed, prepared, quick_analyzer)
    for moment in random.Random(2).sample(range(1, steps), 12):
        folder = prepared.with_name(f"full-{moment}")
        shutil.copytree(prepared, folder)

        def full() -> OSError:
            return OSError(errno.ENOSPC, "No space left on device")

        with open_index(folder, analyzer=quick_analyzer) as index:
            # In this test a full disk does not allow removing files either; that alone does no harm.
            with killed_at(moment, ("replace", "fsync"), full):
                try:
                    index.embed(HashedWords())
                except IndexUnavailable as error:
                    assert error.code == "ENOSPC"
            assert list(damages(folder)) == []
            assert index.vectors().with_vectors >= 3
            index.embed(HashedWords())
            assert_fresh(index)
        shutil.rmtree(folder)


def test_a_killed_rebuild_keeps_the_vectors(prepared: Path, quick_analyzer: Analyzer) -> None:
    def rebuild(index: Index) -> None:
        assert isinstance(index.path, Path)
        khabar.rebuild_index(index.path, analyzer=quick_analyzer)

    steps = steps_of(rebuild, prepared, quick_analyzer)
    for moment in (*random.Random(3).sample(range(1, steps), 12), *range(steps - 12, steps)):
        folder = prepared.with_name(f"rebuilt-{moment}")
        shutil.copytree(prepared, folder)
        with open_index(folder, analyzer=quick_analyzer) as index, killed_at(moment):
            rebuild(index)
        with open_index(folder, analyzer=quick_analyzer) as index:
            assert index.vectors().with_vectors == 3
            index.embed(HashedWords())
            assert_fresh(index)
        shutil.rmtree(folder)


def wrong_cuts(tmp_path: Path) -> list[tuple[int, str]]:
    """The moments of a history, and the parts that the disk keeps, after which the state is not that of a
    commit."""
    root = tmp_path / "disk"
    root.mkdir()
    states: list[tuple[Sequence[int], Sequence[int]]] = []
    disk = Disk(root)
    with disk.recorded():
        files = VectorFiles(root)
        files.begin(HashedWords())
        for number in range(10):
            commit(files, HashedWords(), [TEXTS[number]])
            states.append(([*range(number + 1)], []))
            disk.note(number)
        files.drop({TEXTS[2].id: None, TEXTS[7].id: None})
        states.append(([0, 1, 3, 4, 5, 6, 8, 9], [2, 7]))
        disk.note(10)
    choose = random.Random(1)
    wrong = []
    for cut in choose.sample(range(disk.cuts), 60):
        # The last state reported must be there, or the one after it.
        last = max(disk.noted(cut), default=-1)
        for policy in POLICIES:
            left = tmp_path / "left"
            disk.after(cut, policy, choose, left)
            try:
                vectors = Vectors.open(left)
                fitting = [state for state in states[max(0, last) : last + 2] if is_of(vectors, *state)]
                if list(damages(left)) or not (fitting or (last < 0 and is_of(vectors, [], []))):
                    wrong.append((cut, policy))
            except IndexDamaged:
                wrong.append((cut, policy))
            shutil.rmtree(left, ignore_errors=True)
    return wrong


def is_of(vectors: Vectors | None, there: Sequence[int], gone: Sequence[int]) -> bool:
    if vectors is None:
        return not there
    has = [vectors.has(digest_of(each)) for each in TEXTS]
    return all(has[each] for each in there) and not any(has[each] for each in gone) and sum(has) == len(there)


def test_a_power_cut_leaves_a_commit(tmp_path: Path) -> None:
    assert wrong_cuts(tmp_path) == []


@pytest.mark.parametrize("left_out", ["file", "folder"])
def test_a_sync_that_is_left_out_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    monkeypatch.setattr(Disk, "deaf_to", left_out)
    assert wrong_cuts(tmp_path)
