"""Files come, change, move and go, and the process that keeps the index in step is killed at any moment.

After each kill the index opens and is whole: it holds exactly what its last commit held, in its texts, in
what a search finds, in its lexicon, its stories and its manifest. The next run completes it.

KHABAR_KILLS sets how many times a process is killed (8 by default); KHABAR_SEED the moments.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from adder import WORDS
from keeper import digest, keep

from khabar.analysis.analyzer import Analyzer
from khabar.library import create_index, open_index
from khabar.upkeep.check import check_index
from khabar.upkeep.manifest import Manifest
from seeds import SEED

KILLS = int(os.environ.get("KHABAR_KILLS", "8"))
KEEPER = Path(__file__).with_name("keeper.py")
MOST_FILES = 60


class News:
    """A folder of texts in which something happens now and then."""

    def __init__(self, folder: Path, choose: random.Random) -> None:
        self.folder = folder
        self._choose = choose
        self._made = 0
        folder.mkdir()
        for _ in range(12):
            self._write(self._new())

    def _new(self) -> Path:
        self._made += 1
        return self.folder / f"{self._choose.randrange(3)}-{self._made:04}.txt"

    def _write(self, path: Path) -> None:
        self._made += 1
        words = self._choose.choices(WORDS, k=12)
        body = "\n\n".join(
            f"{' '.join(words[place:])} فقرة{self._made}س{place}" for place in range(self._made % 3 + 1)
        )
        path.write_text(f"مشترك نسخة{self._made}\n\n{body}\n", encoding="utf-8")

    def happen(self) -> None:
        for _ in range(self._choose.randrange(4, 20)):
            files = sorted(self.folder.iterdir())
            what = self._choose.random()
            if (what < 0.4 and len(files) < MOST_FILES) or len(files) < 8:
                self._write(self._new())
            elif what < 0.65:
                self._write(self._choose.choice(files))
            elif what < 0.8:
                self._choose.choice(files).rename(self._new())
            else:
                self._choose.choice(files).unlink()

    def texts(self) -> list[str]:
        return sorted(path.read_text("utf-8").partition("\n")[0] for path in self.folder.iterdir())


def run(folder: Path, news: News, seconds: float) -> tuple[list[str], bool]:
    """Keep the index in step for so long, then kill; gives what was said, and whether the process was
    killed."""
    process = subprocess.Popen(
        [sys.executable, str(KEEPER), str(folder), str(news.folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as output:
        if output.readline() != "ready\n":
            process.kill()
            process.wait()
            pytest.fail("the process that keeps the index did not start: its message is above")
        time.sleep(seconds)
        process.kill()
        said = output.read()
    status = process.wait()
    assert status in (0, -9), said
    # The last line may be cut.
    return said.split("\n")[:-1], status == -9


def check(folder: Path, analyzer: Analyzer, allowed: set[str]) -> str:
    report = check_index(folder, analyzer=analyzer)
    assert report.damages == ()
    with open_index(folder, analyzer=analyzer) as index:
        articles = list(index.articles())
        held = digest(article.fingerprint() for article in articles)
        assert held in allowed
        results = index.search("مشترك", limit=1000)
        assert {hit.article.id for hit in results} == {article.id for article in articles}
        assert results.total == len(articles)
        for article in articles[:: max(1, len(articles) // 5)]:
            last = article.paragraphs[-1].split()[-1]
            # A file that was moved after a killed run may be there twice, until the next run is through.
            expected = {each.id for each in articles if each.paragraphs == article.paragraphs}
            assert sorted(hit.article.id for hit in index.search(f'"{last}"')) == sorted(expected)
        statistics = index.info().statistics
        assert statistics.articles == len(articles)
        assert statistics.paragraphs == sum(len(article.paragraphs) for article in articles)
        ids = {article.id for article in articles}
    manifest = Manifest.open(folder)
    assert manifest.damaged == []
    for source in manifest.sources.values():
        assert set(source.ids) <= ids or not Path(source.path).exists(), source
    return held


def test_killed_while_files_come_change_move_and_go(
    tmp_path: Path, engine: str, quick_analyzer: Analyzer
) -> None:
    print(f"KHABAR_SEED={SEED}")
    choose = random.Random(SEED)
    news = News(tmp_path / "news", choose)
    folder = tmp_path / "index"
    create_index(folder, analyzer=quick_analyzer).close()
    held = digest([])
    kills = finished = 0
    slowest = 0.3
    for _ in range(20 * KILLS):
        if kills == KILLS:
            break
        news.happen()
        said, killed = run(folder, news, choose.random() ** 1.5 * slowest)
        kills += killed
        finished += not killed
        # As many runs are to be killed as can be, but at all moments up to the last.
        slowest = max(0.05, slowest * (1.1 if killed else 0.8))
        allowed = {held}
        for line in said:
            what, _, named = line.partition(" ")
            if what == "begin":
                allowed |= {named}
            elif what == "done":
                allowed = {named}
        held = check(folder, quick_analyzer, allowed)
        if choose.random() < 0.3:
            with open_index(folder, analyzer=quick_analyzer) as index:
                keep(index, news.folder)
                assert sorted(article.title for article in index.articles()) == news.texts()
                held = digest(article.fingerprint() for article in index.articles())
                assert keep(index, news.folder).read == 0
            assert check_index(folder, analyzer=quick_analyzer).unverified == 0
    assert kills == KILLS
    print(f"{kills} killed, {finished} finished before")
