"""What can be tested of Windows on Linux: an open or mapped file can be neither replaced nor removed there.

The tests make Linux refuse what Windows refuses, by the files that the process has open (``/proc``), while
an index is used. They do not replace a run on Windows.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import khabar
from khabar import replacing
from khabar.index import arrayfile
from khabar.locking import changing

pytestmark = pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="it takes Linux's /proc")


def is_in_use(path: str) -> bool:
    """Whether this process has a file open or mapped."""
    real = os.path.realpath(path)
    if not Path(real).is_file():
        return False
    maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    if any(line.endswith(f" {real}") for line in maps.splitlines()):
        return True
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            if str(descriptor.readlink()) == real:
                return True
        except OSError:
            continue
    return False


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Refuse what Windows refuses, and list what was refused."""
    refused: list[str] = []

    def watched(name: str, *, both: bool) -> None:
        before = getattr(os, name)

        def asked(path: str, *others: object, **named: object) -> object:
            for each in (path, *(others if both else ())):
                if isinstance(each, str | os.PathLike) and is_in_use(os.fspath(each)):
                    refused.append(f"{name} {Path(os.fspath(each)).name}")
                    raise PermissionError(13, "Access is denied", os.fspath(each))
            return before(path, *others, **named)

        monkeypatch.setattr(os, name, asked)

    for name in ("replace", "rename"):
        watched(name, both=True)
    for name in ("unlink", "remove"):
        watched(name, both=False)
    monkeypatch.setattr(replacing, "OPEN_FILES_STAY", True)
    yield refused


def article(number: int, text: str = "افتتح الوزير السد") -> khabar.Article:
    return khabar.Article(id=f"a{number}", title=f"السد {number}", paragraphs=(f"{text} {number}.",))


def test_the_simulation_refuses(windows: list[str], tmp_path: Path) -> None:
    file, other = tmp_path / "a", tmp_path / "b"
    file.write_text("a")
    other.write_text("b")
    with file.open(), pytest.raises(PermissionError):
        other.replace(file)
    with file.open(), pytest.raises(PermissionError):
        file.unlink()
    mapped = arrayfile.mapped(file)
    with pytest.raises(PermissionError):
        other.replace(file)
    del mapped
    other.replace(file)
    assert windows == ["replace a", "unlink a", "replace a"]


def test_an_index_lives_while_others_search_it(windows: list[str], tmp_path: Path) -> None:
    """Commits, removals, merges and a rebuild, while an older commit is being searched."""
    folder = tmp_path / "index"
    with khabar.create_index(folder) as index:
        index.add(article(number) for number in range(20))
    with khabar.open_index(folder) as reader, khabar.open_index(folder) as writer:
        assert reader.search("السدود").total == 20
        held = reader.search("السدود").hits
        for round in range(8):
            writer.add([article(100 + round, "فيضان في القرية")])
            assert writer.search("فيضان").total == round + 1
            assert reader.search("فيضان").total == round + 1
        assert writer.remove(["a1", "a2"]) == 2
        assert reader.search("السدود").total == 26
        assert khabar.check_index(folder).damages == ()
        report = khabar.rebuild_index(folder)
        assert report.articles == 26
        assert reader.search("السدود").total == 26
        assert held[0].article.title
    with khabar.open_index(folder) as index:
        assert index.search("فيضان").total == 8
        index.add([article(200)])
    # The next writer removes what could not be removed meanwhile.
    assert not list(folder.glob("_MAIN_*")) or not (folder / "edition.json").exists()
    assert {each.split()[0] for each in windows} <= {"unlink", "remove"}


def test_files_are_followed(windows: list[str], tmp_path: Path) -> None:
    news = tmp_path / "news"
    news.mkdir()
    (news / "a.txt").write_text("السد\n\nافتتح الوزير السد أمس.", encoding="utf-8")
    with khabar.create_index(tmp_path / "index") as index:
        assert index.update([news]).added == 1
        (news / "a.txt").write_text("السد الجديد\n\nافتتح الوزير السد أمس في القرية.", encoding="utf-8")
        (news / "b.txt").write_text("فيضان\n\nغمرت المياه القرية.", encoding="utf-8")
        report = index.update([news])
        assert (report.added, report.updated) == (1, 1)
        (news / "b.txt").unlink()
        assert index.update([news], options=khabar.UpdateOptions(prune=True)).removed == 1


def test_a_file_that_is_being_read_is_replaced_a_moment_later(windows: list[str], tmp_path: Path) -> None:
    file = tmp_path / "meta.json"
    file.write_text("old")
    handle = os.open(file, os.O_RDONLY)
    timer = threading.Timer(0.1, os.close, [handle])
    timer.start()
    replacing.replace_file(file, [b"new"])
    timer.join()
    assert file.read_text() == "new"
    assert not (tmp_path / "meta.json.new").exists()


def test_it_gives_up_when_that_does_not_pass(
    windows: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "meta.json"
    file.write_text("old")
    monkeypatch.setattr(replacing, "_PATIENCE", 0.1)
    begun = time.monotonic()
    with file.open(), pytest.raises(PermissionError):
        replacing.replace_file(file, [b"new"])
    assert time.monotonic() - begun >= 0.1
    assert file.read_text() == "old"


def test_a_users_file_is_changed_and_its_lock_goes(windows: list[str], tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    with changing(file, "the file of words"):
        assert (tmp_path / "words.txt.lock").exists()
    assert not (tmp_path / "words.txt.lock").exists()
    assert windows == []


def test_reading_in_a_process_of_its_own_without_the_limits_of_unix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows has no module ``resource`` and no prctl; the child can still read."""
    from khabar.corpus import confined

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "resource", None)
    assert confined.limit(1 << 30, 60) is None
