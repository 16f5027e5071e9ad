"""Damages files of an index at random, and asks a search, ``check`` and ``rebuild`` what they make of it.

``python tests/campaign/damages.py 2000 --seed 7`` prints how many damages ended how, and every one that ended
wrong with its seed, file and place. ``test_damages.py`` runs a few in the suite.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "conformance"))

from adder import numbered
from running import run

from khabar.analysis.analyzer import Analyzer
from khabar.errors import IndexDamaged, IndexFolderError, IndexMismatch, IndexNotFound
from khabar.library import create_index, open_index
from khabar.rebuild import rebuild_index
from khabar.upkeep.check import check_index

__all__ = ["KINDS", "PLACES", "Damage", "Ground", "campaign"]

#: What may stand in the place of a file: an empty folder, one with a user's file in it, a pipe, a link to
#: itself.
PLACES = ("folder", "filled folder", "pipe", "link")
KINDS = ("flip", "zero", "overwrite", "cut", "append", "lost", *PLACES)
QUERIES = (
    "القمح مشترك",
    '"القمح الوادي"',
    "مدينة -رئيس",
    "+البحر سفينة",
    "الق*",
    "source:القمح",
    "مشترك رقم7",
    "القمخ",
)
REMOVED = ("n1", "n5", "n12", "n66", "n70")


class Damage(NamedTuple):
    """One damage, and what came of it.

    Attributes:
        kind: one of KINDS.
        file, place, size: what was damaged, where, and how large it was.
        search: "right", "damaged" (told), or what was wrong.
        check: "found", "whole", or what was wrong.
        rebuild: "right", or what was wrong.
        changed: whether the file is other than it was.
    """

    kind: str
    file: str
    place: int
    size: int
    search: str
    check: str
    rebuild: str
    changed: bool

    @property
    def wrong(self) -> list[str]:
        """What must not be."""
        faults = [self.search] if self.search not in ("right", "damaged") else []
        if self.check != ("found" if self.changed else "whole"):
            faults.append(f"check: {self.check}")
        if self.rebuild != "right":
            faults.append(f"rebuild: {self.rebuild}")
        return faults


class Ground:
    """A sound index of several commits with removed articles, articles of files and a merged lexicon.

    Args:
        folder: an empty folder to work in.
        edition: whether it was rebuilt before, so that its files are those of an edition.
    """

    def __init__(self, folder: Path, *, edition: bool = False) -> None:
        self.analyzer = Analyzer(table={})
        self.folder = folder
        self.news = folder / "news"
        self.news.mkdir()
        for number in range(4):
            text = f"خبر من ملف {number}\n\nنص الخبر رقم {number} هنا عن القمح.\n"
            (self.news / f"{number}.txt").write_text(text, "utf-8")
        with create_index(folder / "sound", analyzer=self.analyzer) as index:
            index.add(numbered(60))
            index.update(self.news)
            if edition:
                rebuild_index(index.path, analyzer=self.analyzer)
            index.add(numbered(90))
            index.remove(REMOVED)
        files = [path for path in (folder / "sound").rglob("*") if path.is_file() and path.stat().st_size]
        self.names = sorted(path.relative_to(folder / "sound").as_posix() for path in files)
        self.expected = self._everything(folder / "sound")
        with open_index(folder / "sound", analyzer=self.analyzer) as index:
            self.alive = {article.id: article for article in index.articles()}

    def _everything(self, folder: Path) -> list[Any]:
        """All that can be asked of an index."""
        found: list[Any] = []
        with open_index(folder, analyzer=self.analyzer) as index:
            for query in QUERIES:
                results = index.search(query, limit=30, suggest=True)
                found.append((results.total, [each.query for each in results.suggestions]))
                found += [(hit.article, round(hit.score, 6), hit.snippet.text) for hit in results]
            found.append([hit.article.id for hit in index.search("القمح", group="story", limit=50)])
            found += [list(index.articles()), repr(index.facets("القمح").facets), index.info().statistics]
            found.append([each.id for each in index.choose(paths=[self.news / "1.txt"])])
            found.append(repr(index.why("القمح")))
            found.append(repr(index.complete("ال")))
            found.append(repr(index.terms("القمح").terms))
        return found

    def damage(self, choose: random.Random, *, rebuilding: bool = True) -> Damage:
        """Damage one place, and see."""
        return self.damage_of(choose.choice(KINDS), choose.choice(self.names), choose, rebuilding=rebuilding)

    def damage_of(self, kind: str, name: str, choose: random.Random, *, rebuilding: bool = True) -> Damage:
        """Damage a file, and see."""
        folder = self.folder / "damaged"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder / "sound", folder)
        path = folder / name
        before = path.read_bytes()
        place = choose.randrange(len(before))
        after = _damaged(before, kind, place, choose)
        if after is not None:
            path.write_bytes(after)
        else:
            path.unlink()
            _put_in_place(path, kind)
        with _in_time():
            search = self._searched(folder)
            check = self._checked(folder, name)
            rebuild = "right"
            if rebuilding:
                again = self._rebuilt if kind != "filled folder" else self._not_rebuilt
                rebuild = again(folder, name)
        return Damage(kind, name, place, len(before), search, check, rebuild, after != before)

    def _searched(self, folder: Path) -> str:
        try:
            found = self._everything(folder)
        except (IndexDamaged, IndexMismatch, IndexNotFound):
            return "damaged"
        except Exception as error:
            return f"raised {error!r}"
        return "right" if found == self.expected else "SILENTLY WRONG"

    def _checked(self, folder: Path, name: str) -> str:
        try:
            report = check_index(folder, analyzer=self.analyzer)
        except Exception as error:
            return f"raised {error!r}"
        if report.whole:
            return "whole"
        about = {each.file for each in report.damages}
        vital = name.endswith(".toc") and any(Path(each).name.startswith("_MAIN_") for each in about)
        return "found" if name in about or vital else f"found in {sorted(about)} instead"

    def _not_rebuilt(self, folder: Path, name: str) -> str:
        """A folder that may be the user's own is named and not touched; once it is moved away, a file is
        lost, no more."""
        inside = f"{name}/notes.txt"
        try:
            rebuild_index(folder, analyzer=self.analyzer)
        except IndexFolderError as error:
            if inside not in str(error):
                return f"raised {error!r}"
        except Exception as error:
            return f"raised {error!r}"
        else:
            return "rebuilt over a folder"
        if (folder / inside).read_text("utf-8") != "mine":
            return "TOUCHED a folder that is not khabar's"
        (folder / name).rename(self.folder / "moved")
        shutil.rmtree(self.folder / "moved")
        return self._rebuilt(folder, name)

    def _rebuilt(self, folder: Path, name: str) -> str:
        try:
            report = rebuild_index(folder, analyzer=self.analyzer)
            with open_index(folder, analyzer=self.analyzer) as index:
                now = {article.id: article for article in index.articles()}
        except Exception as error:
            return f"raised {error!r}"
        lost = self.alive.keys() - now.keys()
        if now.keys() - self.alive.keys():
            return f"RESURRECTED {sorted(now.keys() - self.alive.keys())}"
        if any(now[each] != self.alive[each] for each in now):
            return "ANOTHER TEXT"
        if report.lost != len(lost):
            return f"told {report.lost} lost, {len(lost)} are"
        if lost and not name.endswith(".articles"):
            return f"lost {len(lost)} without need"
        return "right" if check_index(folder, analyzer=self.analyzer).whole else "left damage"


def _damaged(data: bytes, kind: str, place: int, choose: random.Random) -> bytes | None:
    """A file's content after a damage; None if the file is gone."""
    if kind == "lost" or kind in PLACES:
        return None
    if kind == "cut":
        return data[:place]
    if kind == "append":
        return data + choose.randbytes(choose.choice((1, 1, 100)))
    if kind == "flip":
        return data[:place] + bytes([data[place] ^ 1 << choose.randrange(8)]) + data[place + 1 :]
    end = min(len(data), place + choose.choice((1, 16, 512, 4096)))
    return (
        data[:place] + (bytes(end - place) if kind == "zero" else choose.randbytes(end - place)) + data[end:]
    )


def _put_in_place(path: Path, kind: str) -> None:
    if kind in ("folder", "filled folder"):
        path.mkdir()
    if kind == "filled folder":
        (path / "notes.txt").write_text("mine", "utf-8")
    if kind == "pipe":
        os.mkfifo(path)
    if kind == "link":
        path.symlink_to(path.name)


@contextmanager
def _in_time() -> Iterator[None]:
    """Whoever waits for the other end of a pipe is woken with an error that nobody takes for one of the
    system's."""

    def wake(*_: object) -> None:
        raise KeyboardInterrupt("it still waits")

    before = signal.signal(signal.SIGALRM, wake)
    signal.alarm(30)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def campaign(
    folder: Path, count: int, seed: int, *, rebuilding: int = 1, edition: bool = False
) -> Iterator[Damage]:
    """So many damages, one after the other; every ``rebuilding``-th is rebuilt as well."""
    ground = Ground(folder, edition=edition)
    choose = random.Random(seed)
    for number in range(count):
        yield ground.damage(choose, rebuilding=number % rebuilding == 0)


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rebuilding", type=int, default=1, help="rebuild after every so many damages")
    parser.add_argument("--edition", action="store_true", help="damage an index that was rebuilt before")
    return run(
        parser,
        "damages",
        campaign,
        ended="{0.kind:10} search: {0.search:15} check: {0.check}",
        wrong="{0.kind} at {0.place} of {0.size} of {0.file}: {0.wrong}",
    )


if __name__ == "__main__":
    sys.exit(_main())
