"""Several processes create the same index at the same moment: one creates it, the others wait and use it or
get an error that it exists; no article is lost, and none reports damage."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import khabar
from khabar.analysis.analyzer import Analyzer
from khabar.folders import existing_or_new, rebuilt
from khabar.index.folder import begun, is_free
from seeds import SEED

#: Reads commands: what to do, when, with which index, and which article.
MAKER = """
import json, sys, time
import khabar, khabar.folders, khabar.stories.writer, khabar.upkeep.transaction, khabar.upkeep.update
import khabar.library
analyzer = khabar.Analyzer(table={})
khabar.library.Analyzer = lambda: analyzer
ways = {
    "create": lambda path: khabar.create_index(path, analyzer=analyzer),
    "open": lambda path: khabar.open_index(path, create=True, analyzer=analyzer),
    "index": khabar.folders.existing_or_new,
    "new": khabar.folders.rebuilt,
}
print("ready", flush=True)
for line in sys.stdin:
    way, moment, path, name = json.loads(line)
    while time.time() < moment:
        pass
    try:
        with ways[way](path if way in ("create", "open") else khabar.folders.Path(path)) as index:
            index.add([khabar.Article(name, "خبر", ("وصل الوفد إلى بيروت",))], timeout=60)
        told = ""
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
    print(json.dumps(told), flush=True)
"""


@contextmanager
def makers(count: int) -> Iterator[list[subprocess.Popen[str]]]:
    with ExitStack() as stack:
        jobs = []
        for _ in range(count):
            job = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", MAKER],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    encoding="utf-8",
                )
            )
            stack.callback(job.kill)
            jobs.append(job)
        for job in jobs:
            assert job.stdout is not None and job.stdout.readline() == "ready\n"
        yield jobs


def test_at_random_moments(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    dice = random.Random(SEED)
    with makers(3) as jobs:
        for number in range(12):
            path = tmp_path / str(number)
            ways = [dice.choice(["create", "open", "index", "new"]) for _ in jobs]
            begin = time.time() + 0.1
            for way, job, name in zip(ways, jobs, "abc", strict=True):
                order = [way, begin + dice.choice([0, 0, dice.uniform(0, 0.02)]), str(path), name]
                assert job.stdin is not None
                job.stdin.write(json.dumps(order) + "\n")
                job.stdin.flush()
            told = [json.loads(job.stdout.readline()) for job in jobs if job.stdout is not None]
            for way, said in zip(ways, told, strict=True):
                assert not said or (way == "create" and "is not empty" in said), (ways, told)
            with khabar.open_index(path, analyzer=quick_analyzer) as index:
                there = {each.id for each in index}
            if "new" not in ways:
                # A process that builds the index anew may be the last, and then its article is the only one.
                assert there == {name for name, said in zip("abc", told, strict=True) if not said}, (
                    ways,
                    told,
                )
            assert there and not khabar.check_index(path).damages


def test_an_empty_folder_that_comes_and_goes_is_free(tmp_path: Path) -> None:
    path, done = tmp_path / "index", threading.Event()

    def come_and_go() -> None:
        while not done.is_set():
            path.mkdir()
            path.rmdir()

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        assert all(is_free(path) for _ in range(5000))
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("way", ["open", "index", "new"])
def test_who_comes_second_waits(tmp_path: Path, way: str, quick_analyzer: Analyzer) -> None:
    path = tmp_path / "index"
    made = khabar.create_index(tmp_path / "made", analyzer=Analyzer())
    made.add([khabar.Article("first", "خبر", ("وصل الوفد إلى بيروت",))])
    made.close()
    inside = threading.Event()

    def first() -> None:
        with begun(path):
            inside.set()
            time.sleep(0.3)
            for each in sorted((tmp_path / "made").iterdir(), key=lambda each: each.name == "meta.json"):
                if each.name != "write.lock":
                    each.rename(path / each.name)

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    opened = {
        "open": lambda: khabar.open_index(path, create=True),
        "index": lambda: existing_or_new(path),
        "new": lambda: rebuilt(path),
    }[way]()
    with opened as index:
        assert [each.id for each in index] == ["first"]
    thread.join()
