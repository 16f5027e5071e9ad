"""Cuts the power while an index, saved searches and settings are written, and looks at what may be left.

``python tests/campaign/cuts.py 1000 --seed 7`` prints how many cuts ended how, and every one that ended wrong
with the seed of its history, its moment and what was left. ``test_cuts.py`` makes a few in the suite.

A history is a run of commands on an index, seen by :class:`power.Disk`. After a cut the index must open, be
whole by ``check``, and hold what its last acknowledged commit held, or what the one being made was to hold;
then the next runs must make of it what they would have made without the cut. A commit is acknowledged when
the call that makes it returns.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "conformance"))

from adder import numbered
from keeper import keep
from power import POLICIES, Disk
from running import run
from test_churn import News

from khabar.alerts import Alerts
from khabar.analysis.analyzer import Analyzer
from khabar.cli.settings import changed_text, read_settings, write_settings
from khabar.errors import IndexNotFound
from khabar.folders import rebuilt
from khabar.index.editions import current_files
from khabar.library import Index, create_index, open_index
from khabar.rebuild import rebuild_index
from khabar.upkeep.check import check_index
from khabar.upkeep.manifest import Manifest
from khabar.upkeep.transaction import Transaction

__all__ = ["Cut", "History", "campaign"]

Held = frozenset[tuple[str, str]]


class Cut(NamedTuple):
    """One cut, and what came of it.

    Attributes:
        moment: how many events were before it.
        policy: one of power.POLICIES.
        during: the command that ran.
        wrong: what must not be; empty if there is nothing.
    """

    moment: int
    policy: str
    during: str
    wrong: list[str]


class _Commit:
    """What an index is to hold after a commit; known when it is acknowledged."""

    def __init__(self) -> None:
        self.held: Held = frozenset()
        self.removed: frozenset[str] = frozenset()


class History:
    """Commands on an index, recorded.

    Args:
        folder: an empty folder to work in.
        seed: what decides which.
        steps: how many.
    """

    def __init__(self, folder: Path, seed: int, steps: int = 12) -> None:
        self.analyzer = Analyzer(table={})
        self.folder = folder
        self._choose = random.Random(seed)
        self._removed: set[str] = set()
        (folder / "disk").mkdir()
        self.index = folder / "disk" / "ix"
        self.news = News(folder / "news", self._choose)
        self.disk = Disk(folder / "disk")
        with self.disk.recorded(), mock.patch.object(Transaction, "commit", self._told(Transaction.commit)):
            self._step("create", self._create)
            for _ in range(steps):
                name = self._choose.choices(
                    ("update", "add", "remove", "rebuild", "new", "check"), (8, 3, 4, 2, 1, 1)
                )[0]
                self._step(name, getattr(self, f"_{name}"))
        self._cuts = 0

    def _step(self, name: str, step: Callable[[], None]) -> None:
        self.disk.note(("begun", name))
        step()
        self.disk.note(("ended", name))

    def _told(self, commit: Callable[[Transaction], None]) -> Callable[[Transaction], None]:
        def told(transaction: Transaction) -> None:
            if self._replacing:
                commit(transaction)
                return
            with self._commit():
                commit(transaction)

        return told

    _replacing = False

    @contextmanager
    def _commit(self) -> Iterator[None]:
        made = _Commit()
        self.disk.note(("commit", made))
        yield
        made.held = held(self.index, self.analyzer)
        made.removed = frozenset(self._removed)
        self.disk.note(("done", made))

    def _create(self) -> None:
        create_index(self.index, analyzer=self.analyzer).close()
        self.disk.note(("done", _Commit()))

    def _open(self) -> Index:
        return open_index(self.index, analyzer=self.analyzer)

    def _update(self) -> None:
        self.news.happen()
        with self._open() as index:
            keep(index, self.news.folder)

    def _add(self) -> None:
        with self._open() as index:
            index.add(list(numbered(self._choose.randrange(1, 40))), batch=self._choose.choice((7, None)))

    def _remove(self) -> None:
        with self._open() as index:
            articles = list(index.articles())
            gone = self._choose.sample(articles, min(len(articles), self._choose.randrange(1, 9)))
            # What is in no file may come again; what is in a file not before that changes.
            self._removed |= {article.title for article in gone if article.path}
            index.remove(gone)

    def _rebuild(self) -> None:
        with self._open() as index:
            if not len(index):
                return
        self._replaced(lambda: rebuild_index(self.index, analyzer=self.analyzer))

    def _new(self) -> None:
        self._removed.clear()

        def new() -> None:
            with rebuilt(self.index, self.analyzer) as index:
                keep(index, self.news.folder)

        self._replaced(new)

    def _replaced(self, replace: Callable[[], object]) -> None:
        self._replacing = True
        with self._commit():
            replace()
        self._replacing = False

    def _check(self) -> None:
        check_index(self.index, analyzer=self.analyzer)

    def cut(self, choose: random.Random) -> Cut:
        """Cut the power at a moment, and see."""
        moment, policy = choose.randrange(self.disk.cuts), choose.choice(POLICIES)
        return self.cut_at(moment, policy, choose)

    def cut_at(self, moment: int, policy: str, choose: random.Random) -> Cut:
        left = self.folder / "left"
        shutil.rmtree(left, ignore_errors=True)
        self.disk.after(moment, policy, choose, left)
        during, allowed, removed = "", [], []
        for what, value in self.disk.noted(moment):
            if what == "begun":
                during = value
            elif what == "commit":
                allowed.append(value.held)
                removed.append(value.removed)
            elif what == "done":
                allowed, removed = [value.held], [value.removed]
        try:
            wrong = list(self._faults(left / "ix", allowed, removed))
        except Exception as error:
            wrong = [f"raised {error!r}"]
        return Cut(moment, policy, during, wrong)

    def _faults(self, index: Path, allowed: list[Held], removed: list[frozenset[str]]) -> Iterator[str]:
        try:
            damages = check_index(index, analyzer=self.analyzer).damages
            now = held(index, self.analyzer)
        except IndexNotFound:
            if allowed:
                yield "LOST: there is no index"
                return
            damages, now = (), frozenset()
            with create_index(index, analyzer=self.analyzer):
                pass
        if damages:
            yield f"told of damage: {damages}"
        if allowed and now not in allowed:
            lost = min(len(each - now) for each in allowed)
            more = min(len(now - each) for each in allowed)
            yield f"NO COMMIT: {lost} articles lost, {more} that were not there"
        with open_index(index, analyzer=self.analyzer) as opened:
            articles = list(opened.articles())
            if {hit.article.id for hit in opened.search("مشترك", limit=1000)} != {
                each.id for each in articles
            }:
                yield "SILENT: a search does not find them all"
            manifest = Manifest.open(current_files(index))
            if manifest.damaged:
                yield f"damaged lines in the manifest: {manifest.damage}"
            keep(opened, self.news.folder)
            titles = {article.title for article in opened.articles() if article.path}
            texts = set(self.news.texts())
            if titles - texts:
                yield f"RESURRECTED: {sorted(titles - texts)} are in no file"
            gone = [texts - titles - each for each in removed] or [texts - titles]
            if all(gone):
                yield f"LOST: {min(map(len, gone))} files are not read again"
            back = [titles & each for each in removed]
            if back and all(back):
                yield f"RESURRECTED: {min(map(len, back))} articles that were removed came back"
            if keep(opened, self.news.folder).read:
                yield "files are read again and again"
            again = list(opened.articles())
            if len({each.id for each in again}) != len(again):
                yield "an article is there twice"
        report = check_index(index, analyzer=self.analyzer)
        if report.damages or report.unverified:
            yield f"not whole after the next run: {report.damages} {report.unverified}"


def held(index: Path, analyzer: Analyzer) -> Held:
    with open_index(index, analyzer=analyzer) as opened:
        return frozenset((article.id, article.fingerprint()) for article in opened.articles())


class Home:
    """Saved searches and settings that are changed, recorded.

    Args:
        folder: an empty folder to work in.
        seed: what decides about the changes.
        steps: how many.
    """

    def __init__(self, folder: Path, seed: int, steps: int = 20) -> None:
        choose = random.Random(seed)
        self.folder = folder
        (folder / "disk").mkdir()
        self.disk = Disk(folder / "disk")
        home = folder / "disk" / "home"
        alerts, settings = Alerts(home / "alerts.json"), home / "config.toml"
        self.disk.note(("done", self._state(home)))
        with self.disk.recorded():
            for number in range(steps):
                names = [each.name for each in alerts]
                what = choose.choice(("add", "seen", "remove", "set"))
                # What is to be is not known yet: the list is filled when it is.
                state: list[object] = []
                self.disk.note(("begun", what))
                self.disk.note(("commit", state))
                if what == "set":
                    text = settings.read_text("utf-8") if settings.exists() else ""
                    key = ("search", choose.choice(("limit", "width")))
                    value = choose.choice((None, number))
                    write_settings(settings, changed_text(text, key, value, settings))
                elif what == "add" or not names:
                    alerts.add(f"ن{number}", "القمح", folder, seen=["a", "b"])
                elif what == "seen":
                    alerts.mark_seen(choose.choice(names), [f"s{number}"])
                else:
                    alerts.remove(choose.choice(names))
                state += self._state(home)
                self.disk.note(("done", state))

    @staticmethod
    def _state(home: Path) -> list[object]:
        """The settings, the saved searches, and what each has reported."""
        seen = home / "alerts.seen.json"
        reported = json.loads(seen.read_text("utf-8")) if seen.exists() else {}
        names = [each.name for each in Alerts(home / "alerts.json")]
        return [read_settings(home / "config.toml"), names, {name: reported.get(name) for name in names}]

    def cut(self, choose: random.Random) -> Cut:
        """Cut the power at a moment, and see."""
        moment, policy = choose.randrange(self.disk.cuts), choose.choice(POLICIES)
        left = self.folder / "left"
        shutil.rmtree(left, ignore_errors=True)
        self.disk.after(moment, policy, choose, left)
        during, allowed = "", []
        for what, value in self.disk.noted(moment):
            if what == "begun":
                during = value
            elif what == "commit":
                allowed.append(value)
            else:
                allowed = [value]
        try:
            wrong = (
                []
                if self._is_one(self._state(left / "home"), allowed)
                else ["LOST: it is neither before nor after"]
            )
        except Exception as error:
            wrong = [f"raised {error!r}"]
        return Cut(moment, policy, during, wrong)

    @staticmethod
    def _is_one(state: list[Any], allowed: list[list[Any]]) -> bool:
        """What was reported may be known before its search was run: it is not reported again."""
        return not allowed or any(
            state[:2] == each[:2]
            and all(state[2][name] in [one[2].get(name) for one in allowed] for name in state[1])
            for each in allowed
        )


def campaign(folder: Path, count: int, seed: int, *, history: int = 100) -> Iterator[Cut]:
    """So many cuts; of each history so many."""
    choose = random.Random(seed)
    made = 0
    while made < count:
        # The disk need not be waited for: nothing cuts the power but this.
        with (
            tempfile.TemporaryDirectory(dir=folder) as place,
            mock.patch("os.fsync", lambda descriptor: None),
        ):
            kind = choose.choice((Home, History, History, History, History))
            told = kind(Path(place), choose.randrange(10**9))
            for _ in range(min(history, count - made)):
                made += 1
                yield told.cut(choose)


def _main() -> int:
    return run(
        argparse.ArgumentParser(description=__doc__),
        "cuts",
        campaign,
        ended="during {0.during:8} left: {0.policy}",
        wrong="cut at {0.moment} during {0.during}, {0.policy} left: {0.wrong}",
    )


if __name__ == "__main__":
    sys.exit(_main())
