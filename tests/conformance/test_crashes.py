"""A writer that is killed at any moment loses nothing that was committed.

KHABAR_KILLS sets how many times a process is killed (10 by default); KHABAR_SEED the moments.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from adder import numbered

from khabar.analysis.analyzer import Analyzer
from khabar.errors import IndexNotFound
from khabar.library import open_index
from seeds import SEED

KILLS = int(os.environ.get("KHABAR_KILLS", "10"))

COUNT, BATCH = 150, 5

ADDER = Path(__file__).with_name("adder.py")


def start(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, str(ADDER), str(folder), str(COUNT), str(BATCH)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.readline()
    if said != "ready\n":
        process.kill()
        finish(process)
        pytest.fail("the process that should add articles did not start: its message is above")
    return process


def finish(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    with process.stdout as output:
        said = output.read()
    process.wait()
    return said


def check_prefix(folder: Path, analyzer: Analyzer) -> int:
    """The index holds exactly the first so many batches, each article whole and once; gives how many
    articles."""
    with open_index(folder, analyzer=analyzer) as index:
        kept = list(index.articles())
        assert kept == list(numbered(COUNT))[: len(kept)]
        assert len(kept) % BATCH == 0
        results = index.search("مشترك", limit=10 * COUNT)
        assert results.total == len(kept)
        assert sorted(hit.article.id for hit in results) == sorted(article.id for article in kept)
        statistics = index.info().statistics
        assert statistics.articles == len(kept)
        assert statistics.paragraphs == sum(len(article.paragraphs) for article in kept)
        if kept:
            last = kept[-1]
            assert [hit.article.id for hit in index.search(f"+فقرة{last.id[1:]}")] == [last.id]
    return len(kept)


def test_killed_at_random_moments(tmp_path: Path, engine: str, quick_analyzer: Analyzer) -> None:
    print(f"KHABAR_SEED={SEED}")
    choose = random.Random(SEED)
    number, folder, kills, before = 0, tmp_path / "index-0", 0, 0
    for _ in range(20 * KILLS):
        if kills == KILLS:
            break
        process = start(folder)
        time.sleep(choose.random() ** 2 * 0.8)
        process.kill()
        kills += process.wait() == -9
        finish(process)
        try:
            kept = check_prefix(folder, quick_analyzer)
        except IndexNotFound:
            # Killed while the index was being made: nothing was committed yet.
            kept = 0
            assert before == 0
        assert kept >= before
        before = kept
        if kept == COUNT:
            number += 1
            folder, before = tmp_path / f"index-{number}", 0
    assert kills == KILLS
    assert finish(start(folder)) == f"{COUNT - before} {before}\n"
    assert check_prefix(folder, quick_analyzer) == COUNT
    for folder in tmp_path.iterdir():
        with open_index(folder, analyzer=quick_analyzer) as index:
            index.remove(["n0"])
        left = [
            path.name for path in folder.rglob("*") if path.suffix in (".new", ".tmp") or ".toc." in path.name
        ]
        assert left == []


@pytest.mark.parametrize("half", ["nothing", "lock", "mark", "engine", "lexicon"])
def test_killed_while_the_index_was_being_made(
    tmp_path: Path, engine: str, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch, half: str
) -> None:
    from khabar import library
    from khabar.index import folder as index_folder
    from khabar.index.engines import engine_class
    from khabar.upkeep import folder_store

    folder = tmp_path / "index"

    class Killed(BaseException):
        pass

    def killed(*args: object, **kwargs: object) -> None:
        raise Killed

    where, step = {
        "nothing": (index_folder, "make_folder"),
        "lock": (index_folder, "sync_folder"),
        "mark": (engine_class(engine), "create"),
        "engine": (folder_store, "create_lexicon"),
        "lexicon": (folder_store, "write_meta"),
    }[half]
    monkeypatch.setattr(where, step, killed)
    with pytest.raises(Killed):
        library.create_index(folder, analyzer=quick_analyzer)
    monkeypatch.undo()
    with pytest.raises(IndexNotFound, match="khabar index"):
        library.open_index(folder, analyzer=quick_analyzer)
    with library.create_index(folder, analyzer=quick_analyzer) as index:
        index.add(numbered(3))
        assert len(index) == 3
