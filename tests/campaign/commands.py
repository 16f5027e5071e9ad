"""Runs khabar's commands that write, and lets each fail at some step: killed, a full disk, too little memory,
too few open files, a signal. And lets somebody read the index at some step.

``python tests/campaign/commands.py 1000 --seed 7`` prints how many faults ended how, and every one that ended
wrong. ``test_commands.py`` makes a few in the suite.

Each command runs three times, in a process of its own that is forked: on a copy, to see what it does and in
how many steps; with the fault; and again without. A step is a call that changes names on the disk or syncs
(``kills.STEPS``). What was there before and after the undisturbed command must be there after the faulty one,
what was there neither before nor after must not, and status and message must tell what happened. The next run
must end as the undisturbed one.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "conformance"))

from cuts import Held, held
from kills import STEPS
from running import run
from test_churn import News

from khabar.alerts import Alerts
from khabar.analysis.analyzer import Analyzer
from khabar.cli.settings import read_settings
from khabar.errors import KhabarError
from khabar.index.editions import current_files
from khabar.library import open_index
from khabar.upkeep.check import check_index
from khabar.upkeep.manifest import Manifest

__all__ = ["FAULTS", "Fault", "campaign"]

FAULTS = ("kill", "full", "size", "memory", "files", "SIGINT", "SIGTERM", "reader")
#: Words that only damage is told with.
_DAMAGE = ("khabar rebuild", "not as it was written", "damaged", "it is not there")


class State(NamedTuple):
    """What a user has: articles, saved searches with what they have reported, settings."""

    articles: Held
    alerts: frozenset[tuple[str, tuple[str, ...]]]
    settings: str


class Fault(NamedTuple):
    """One fault, and what came of it.

    Attributes:
        kind: one of FAULTS.
        command: what ran.
        step: at which step, or how much was allowed.
        status: how the process ended: its exit status, or a signal as a negative number.
        wrong: what must not be; empty if there is nothing.
    """

    kind: str
    command: str
    step: int
    status: int
    wrong: list[str]


class Ground:
    """A user's folder, with an index, saved searches and settings, and a folder of news."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.choose = random.Random(seed)
        self.analyzer = Analyzer()
        self.news = News(folder / "news", self.choose)
        self.home = folder / "home"
        self.home.mkdir()
        self._steps = 0
        self._names = 0
        # Loaded once, not after each fork.
        status, said, _ = self.run(self.home, ["index", str(self.news.folder)])
        assert status == 0, said

    def state(self, home: Path) -> State:
        alerts = home / "alerts.json"
        seen = home / "alerts.seen.json"
        reported = json.loads(seen.read_text("utf-8")) if seen.exists() else {}
        index = home / "ix"
        return State(
            held(index, self.analyzer) if index.exists() else frozenset(),
            frozenset((each.name, tuple(reported.get(each.name, ()))) for each in Alerts(alerts)),
            repr(read_settings(home / "config.toml")),
        )

    def command(self) -> list[str]:
        """A command that changes something, or may."""
        index = self.home / "ix"
        articles = sorted(each for each, _ in held(index, self.analyzer)) if index.exists() else []
        names = [each.name for each in Alerts(self.home / "alerts.json")]
        news = str(self.news.folder)
        what = self.choose.choice(
            (
                "index",
                "prune",
                "prune",
                "new",
                "remove",
                "rebuild",
                "alert add",
                "alert run",
                "alert remove",
                "config",
            )
        )
        if what in ("index", "prune", "new"):
            self.news.happen()
            return ["index", news, *{"index": [], "prune": ["--prune"], "new": ["--new"]}[what]]
        if what == "remove" and articles:
            return ["remove", *self.choose.sample(articles, min(len(articles), 3)), "--yes"]
        if what == "alert add" or (what.startswith("alert") and not names):
            self._names += 1
            return ["alert", "add", f"ن{self._names}", "مشترك"]
        if what.startswith("alert"):
            return [*what.split(), self.choose.choice(names)]
        if what == "config":
            return ["config", "set", "search.limit", str(self.choose.randrange(1, 99))]
        return ["rebuild"]

    def run(
        self, home: Path, args: list[str], prepare: Callable[[], object] = lambda: None
    ) -> tuple[int, str, int]:
        """The status of a command, what it said to stderr, and its steps, counted unless it was prepared."""
        said, counted = self.folder / "said", self.folder / "counted"
        child = os.fork()
        if child == 0:
            status = 99
            try:
                os.environ.update(
                    KHABAR_INDEX=str(home / "ix"),
                    KHABAR_ALERTS=str(home / "alerts.json"),
                    KHABAR_CONFIG=str(home / "config.toml"),
                    KHABAR_LANG="en",
                    KHABAR_WORKERS="0",
                )
                for number, name in ((0, os.devnull), (1, os.devnull), (2, str(said))):
                    descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
                    os.dup2(descriptor, number)
                    os.close(descriptor)
                # A test run has put others in their place.
                sys.stdin, sys.stdout, sys.stderr = (
                    os.fdopen(each, "w" if each else "r") for each in range(3)
                )
                sys.argv = ["khabar", *args]
                steps = _Steps()
                prepare()
                from khabar.cli import main

                try:
                    main()
                except SystemExit as done:
                    status = int(done.code or 0)
                counted.write_text(str(steps.done))
            except BaseException:
                import traceback

                with suppress(BaseException):
                    os.write(2, traceback.format_exc().encode())
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        steps = int(counted.read_text() or 0) if counted.exists() else 0
        counted.unlink(missing_ok=True)
        return os.waitstatus_to_exitcode(status), said.read_text("utf-8", "replace"), steps

    def fault(self) -> Fault:
        args, kind = self.command(), self.choose.choice(FAULTS)
        before = self.state(self.home)
        clean = self.folder / "clean"
        shutil.rmtree(clean, ignore_errors=True)
        shutil.copytree(self.home, clean)
        status, said, steps = self.run(clean, args)
        after = self.state(clean)
        step = self.choose.randint(1, max(steps, 1))
        allowed = {"size": self.choose.randrange(60_000), "memory": self.choose.randrange(40 << 20)}.get(
            kind, self.choose.randrange(24) if kind == "files" else step
        )
        wrong = [] if status in (0, 1) else [f"undisturbed it ends with {status}: {said}"]
        told = self.folder / "told"
        told.write_text("")
        before_run = self.run(self.home, args, lambda: _prepared(kind, allowed, self, before, after, told))
        status, said, _ = before_run
        try:
            wrong += self._faults(kind, args, status, said, before, after)
        except KhabarError as error:
            wrong.append(f"WRONGLY TOLD: {error!r}")
        if told.read_text():
            wrong.append(told.read_text())
        words = 2 if args[0] == "alert" else 1
        name = " ".join([*args[:words], *(each for each in args if each in ("--new", "--prune"))])
        return Fault(kind, name, allowed, status, wrong)

    def _faults(
        self, kind: str, args: list[str], status: int, said: str, before: State, after: State
    ) -> Iterator[str]:
        report = check_index(self.home / "ix", analyzer=self.analyzer)
        if report.damages:
            yield f"WRONGLY TOLD: damage: {report.damages}"
        now = self.state(self.home)
        for name, was, is_now, will in zip(State._fields, before, now, after, strict=True):
            if isinstance(was, frozenset):
                if name == "alerts":
                    was, is_now, will = (frozenset(each for each, _ in them) for them in (was, is_now, will))
                if (was & will) - is_now:
                    yield f"LOST: {len((was & will) - is_now)} {name}"
                if is_now - was - will:
                    yield f"RESURRECTED: {len(is_now - was - will)} {name}"
            elif is_now not in (was, will):
                yield f"LOST: {name}"
        if status == 0 and now != after:
            yield "SILENT: it ended well and is not done"
        if kind == "kill":
            ends = (-signal.SIGKILL,)
        elif kind in ("SIGINT", "SIGTERM"):
            ends = (0, 128 + getattr(signal, kind))
        else:
            ends = (0, 1, 3)
        if status not in (*ends, *((0, 1) if kind == "reader" else ())):
            yield f"WRONGLY TOLD: status {status}: {said[-300:]}"
        if "Traceback" in said or any(word in said for word in _DAMAGE):
            yield f"WRONGLY TOLD: {said[-600:]}"
        if status == 3 and not said.strip():
            yield "SILENT: nothing was said"
        again, said, _ = self.run(self.home, args)
        taken = args[0] == "alert" and again == 2
        if again not in (0, 1) and not taken:
            yield f"the next run ends with {again}: {said}"
        now = self.state(self.home)
        if (now.articles, now.settings) != (after.articles, after.settings):
            lost, more = len(after.articles - now.articles), len(now.articles - after.articles)
            yield f"LOST: the next run does not complete it: {lost} are missing, {more} too many"
        if {each for each, _ in now.alerts} != {each for each, _ in after.alerts}:
            yield "LOST: saved searches"
        report = check_index(self.home / "ix", analyzer=self.analyzer)
        if report.damages:
            yield f"left damage: {report.damages}"
        with open_index(self.home / "ix") as index:
            ids = {article.id for article in index.articles()}
        for source in Manifest.open(current_files(self.home / "ix")).sources.values():
            if not set(source.ids) <= ids:
                yield f"LOST: {source.path} names articles that are not there"


class _Steps:
    """Counts the steps of this process, and does something at one of them."""

    def __init__(self, at: int = 0, do: Callable[[int], None] = lambda number: None) -> None:
        self.done = 0

        def counted(function: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **named: Any) -> Any:
                if not str(args[0]).startswith("/dev") and not str(args[0]).endswith("writer.json"):
                    self.done += 1
                    if at and self.done >= at:
                        do(self.done - at)
                return function(*args, **named)

            return call

        for name in STEPS:
            setattr(os, name, counted(getattr(os, name)))


def _prepared(kind: str, allowed: int, ground: Ground, before: State, after: State, told: Path) -> None:
    """Make this process fail."""
    if kind == "size":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (allowed, allowed))
    elif kind == "memory":
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + allowed, used + allowed))
    elif kind == "files":
        used = len(list(Path("/proc/self/fd").iterdir()))
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + allowed, used + allowed))
    else:

        def do(later: int) -> None:
            if kind == "full":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if later:
                return
            if kind == "reader":
                _read(ground, before, after, told)
            else:
                os.kill(os.getpid(), signal.SIGKILL if kind == "kill" else getattr(signal, kind))

        _Steps(allowed, do)


def _read(ground: Ground, before: State, after: State, told: Path) -> None:
    """Read the index as somebody else does, amid a step of a writer."""
    try:
        with open_index(ground.home / "ix", analyzer=ground.analyzer) as index:
            found = frozenset((article.id, article.fingerprint()) for article in index.articles())
            hits = {hit.article.id for hit in index.search("مشترك", limit=1000)}
        # A command may commit more than once: what is added first, then what is pruned.
        if not before.articles & after.articles <= found <= before.articles | after.articles:
            told.write_text("LOST: a reader saw what was never committed")
        elif hits != {each for each, _ in found}:
            told.write_text("SILENT: a reader did not find all")
    except Exception as error:
        told.write_text(f"WRONGLY TOLD: a reader: {error!r}")


def campaign(folder: Path, count: int, seed: int, *, history: int = 60) -> Iterator[Fault]:
    """So many faults; on each ground so many, one after the other."""
    choose = random.Random(seed)
    made = 0
    while made < count:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            ground = Ground(Path(place), choose.randrange(10**9))
            for _ in range(min(history, count - made)):
                made += 1
                yield ground.fault()


def _main() -> int:
    return run(
        argparse.ArgumentParser(description=__doc__),
        "faults",
        campaign,
        ended="{0.kind:8} status {0.status:4} {0.command}",
        wrong="{0.kind} at {0.step}, {0.command}, status {0.status}: {0.wrong}",
    )


if __name__ == "__main__":
    sys.exit(_main())
