"""Refusals of the system are reported as such, with the path, the system's reason and a remedy; never as
damage, and never with the advice to rebuild."""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from khabar.alerts import Alerts
from khabar.analysis.analyzer import Analyzer
from khabar.cli.group import khabar
from khabar.cli.settings import read_settings, write_settings
from khabar.corpus.article import Article
from khabar.errors import (
    IndexDamaged,
    IndexNotFound,
    IndexUnavailable,
    KhabarError,
    SettingsUnavailable,
    SystemFailure,
)
from khabar.library import Index, open_index
from khabar.rebuild import rebuild_index
from khabar.render.arabic import explained
from khabar.upkeep.check import check_index

CODES = ["EMFILE", "ENFILE", "EACCES", "EPERM", "EIO", "ENOMEM"]
NEW = [Article("new", "خبر جديد", ("وصل القمح إلى الميناء.",))]


@pytest.fixture
def sound(
    new_index: Callable[..., Index], articles: list[Article], quick_analyzer: Analyzer, tmp_path: Path
) -> Path:
    """A closed index of two commits with a manifest."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news/a.txt").write_text("خبر من ملف\n\nوصل القمح أمس.\n", "utf-8")
    index = new_index("sound", analyzer=quick_analyzer)
    index.add(articles)
    index.update(tmp_path / "news")
    index.close()
    return index.path


def operations(folder: Path, analyzer: Analyzer) -> dict[str, Callable[[], object]]:
    """All operations that read files of an index."""

    def opened(call: Callable[[Index], object]) -> Callable[[], object]:
        def done() -> object:
            with open_index(folder, analyzer=analyzer) as index:
                return call(index)

        return done

    return {
        "search": opened(lambda index: index.search("القمح").total),
        "stories": opened(lambda index: index.search("القمح", group="story").total),
        "articles": opened(lambda index: len(list(index.articles()))),
        "left out": opened(lambda index: index.left_out()),
        "related": opened(lambda index: index.related("harvest")),
        "add": opened(lambda index: index.add(NEW, timeout=0).added),
        "update": opened(lambda index: index.update(folder.parent / "news").removed),
        "check": lambda: check_index(folder, analyzer=analyzer).damages,
        "rebuild": lambda: rebuild_index(folder, analyzer=analyzer).losses,
    }


class Refusing:
    """A system that refuses to open a file."""

    def __init__(self, patch: pytest.MonkeyPatch, path: Path, error: BaseException) -> None:
        self.asked = 0

        def refusing(real: Callable[..., Any]) -> Callable[..., Any]:
            def opened(file: Any, *arguments: Any, **more: Any) -> Any:
                if isinstance(file, str | os.PathLike) and Path(file) == path:
                    self.asked += 1
                    raise error
                return real(file, *arguments, **more)

            return opened

        patch.setattr(builtins, "open", refusing(io.open))
        patch.setattr(io, "open", refusing(io.open))
        patch.setattr(os, "open", refusing(os.open))


@pytest.mark.parametrize("code", [*CODES, "memory"])
def test_every_file_of_an_index(
    sound: Path, tmp_path: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    names = sorted(path.name for path in sound.iterdir() if path.stat().st_size)
    assert len(names) > 8
    told = set()
    for name in names:
        for what in operations(sound, quick_analyzer):
            folder = tmp_path / "copy" / "ix"
            shutil.copytree(sound, folder)
            shutil.copytree(tmp_path / "news", folder.parent / "news")
            number = getattr(errno, code, errno.ENOMEM)
            error = MemoryError() if code == "memory" else OSError(number, os.strerror(number))
            with monkeypatch.context() as patch:
                refusing = Refusing(patch, folder / name, error)
                try:
                    result = operations(folder, quick_analyzer)[what]()
                except SystemFailure as failure:
                    told.add((name, what))
                    assert isinstance(failure, IndexUnavailable)
                    assert failure.path == folder / name or (failure.path, failure.action) == (
                        folder,
                        "written",
                    ), (name, what)
                    assert (failure.code, failure.reason) == (errno.errorcode[number], os.strerror(number))
                    assert failure.remedy in str(failure) and failure.reason in str(failure)
                    assert "rebuild" not in str(failure) and "--new" not in str(failure)
                else:
                    # The file is not needed, or was read in another way; intact files are never reported as
                    # damaged.
                    assert not (what in ("check", "rebuild") and result), (name, what, result)
                    # A transaction succeeds without the checksums.
                    if refusing.asked and what not in ("add", "update"):
                        assert name in ("write.lock", "writer.json"), (name, what)
            # When the system no longer refuses, everything is there, whatever the operation was.
            assert check_index(folder, analyzer=quick_analyzer).whole, (name, what)
            with open_index(folder, analyzer=quick_analyzer) as index:
                assert index.search("القمح").total in (3, 4), (name, what)
            shutil.rmtree(folder.parent)
    for each in names:
        if each.startswith(("MAIN", "_MAIN", "lexicon", "meta", "stories", "sources")):
            assert any(name == each for name, _ in told), each


def test_a_folder_that_may_not_be_listed(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    assert index.search("القمح").total == 2
    real = os.scandir

    def refused(path: Any = ".") -> Any:
        if Path(path) == index.path:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refused)
        with pytest.raises(IndexUnavailable, match="Too many open files") as caught:
            index.search("القمح")
    assert caught.value.path == index.path and "ulimit -n" in caught.value.remedy
    assert index.search("القمح").total == 2


def test_an_index_that_is_gone_says_so_everywhere(sound: Path, quick_analyzer: Analyzer) -> None:
    with open_index(sound, analyzer=quick_analyzer) as index:
        assert index.search("القمح").total == 3
        shutil.rmtree(sound)
        calls: list[Callable[[], object]] = [
            lambda: index.search("القمح"),
            lambda: index.search("القمح", group="story"),
            lambda: list(index.articles()),
            lambda: index.related("harvest"),
            lambda: index.left_out(),
            lambda: index.info(),
            lambda: index.facets("القمح"),
            lambda: index.suggest("القمخ"),
            lambda: index.why("القمح"),
            lambda: index.complete("الق"),
            lambda: index.choose(sources="صحيفة الوادي"),
            lambda: index.add(NEW, timeout=0),
            lambda: index.update(sound.parent / "news", timeout=0),
            lambda: index.remove("harvest", timeout=0),
            lambda: len(index),
            lambda: index["harvest"],
            lambda: open_index(sound, analyzer=quick_analyzer),
            lambda: check_index(sound, analyzer=quick_analyzer),
            lambda: rebuild_index(sound, analyzer=quick_analyzer),
        ]
        for call in calls:
            with pytest.raises(IndexNotFound) as caught:
                call()
            assert (
                "gone" in str(caught.value)
                or "does not exist" in str(caught.value)
                or ("there is nothing in" in str(caught.value))
            )
    assert not sound.exists()


@pytest.mark.parametrize("code", CODES)
def test_settings_and_saved_searches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    number = getattr(errno, code)
    saved = Alerts(tmp_path / "alerts.json")
    saved.add("one", "القمح", tmp_path)
    write_settings(tmp_path / "config.toml", 'theme = "light"\n')
    before = {name: (tmp_path / name).read_bytes() for name in ("alerts.json", "config.toml")}
    calls: dict[str, Callable[[], object]] = {
        "alerts.json": lambda: Alerts(tmp_path / "alerts.json").add("two", "الوادي", tmp_path),
        "alerts.json.new": lambda: saved.add("two", "الوادي", tmp_path),
        "config.toml": lambda: read_settings(tmp_path / "config.toml"),
        "config.toml.new": lambda: write_settings(tmp_path / "config.toml", "\n"),
    }
    for name, call in calls.items():
        with monkeypatch.context() as patch:
            Refusing(patch, tmp_path / name, OSError(number, os.strerror(number)))
            with pytest.raises(SettingsUnavailable) as caught:
                call()
        failure = caught.value
        assert (failure.code, failure.reason) == (code, os.strerror(number))
        assert failure.path == tmp_path / name.removesuffix(".new")
        assert failure.action == ("written" if name.endswith(".new") else "read")
        assert {name: (tmp_path / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("action", ["read", "written"])
@pytest.mark.parametrize("kind", [SystemFailure, IndexUnavailable, SettingsUnavailable])
def test_all_of_it_is_told_in_arabic_too(kind: type[SystemFailure], action: Any) -> None:
    for code in (*CODES, "ENOSPC", "EDQUOT", "EROFS", "EFBIG"):
        number = getattr(errno, code)
        said = explained(kind("/ix", OSError(number, os.strerror(number)), action), "ar")
        assert os.strerror(number) not in said and "cannot" not in said and " the " not in said, said


# the same with real refusals of the system


@pytest.fixture
def open_folder(sound: Path) -> Iterator[Path]:
    """A folder that every user may enter, with an index and a file in it."""
    folder = Path(tempfile.mkdtemp(prefix="khabar-"))
    shutil.copytree(sound, folder / "ix")
    shutil.copytree(sound.parent / "news", folder / "news")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    yield folder
    shutil.rmtree(folder)


READING = ("search", "stories", "articles", "left out", "related", "check")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_too_many_open_files(open_folder: Path, quick_analyzer: Analyzer) -> None:
    import resource

    calls = operations(open_folder / "ix", quick_analyzer)
    for call in calls.values():
        call()  # imports all modules
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    for what, call in operations(open_folder / "ix", quick_analyzer).items():
        outcomes = []
        # Other tests leave gaps in the numbers of open files: try limits from no free number to some above
        # all.
        taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(64)]
        for each in taken:
            os.close(each)
        for more in range(max(taken) - min(taken)):
            taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(2)]
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(taken) + more, before[1]))
            for each in taken:
                os.close(each)
            try:
                result = call()
            except IndexUnavailable as error:
                assert error.reason == "Too many open files" and "ulimit -n" in str(error)
                outcomes.append(False)
            else:
                assert not (what in ("check", "rebuild") and result), (what, more, result)
                outcomes.append(True)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, before)
        assert not outcomes[0] and outcomes[-1], (what, outcomes)
    assert check_index(open_folder / "ix", analyzer=quick_analyzer).whole


@pytest.fixture
def as_another() -> Iterator[Callable[[], object]]:
    """A function after whose call this process runs as another user, until the test ends."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can become another user")
    yield lambda: os.seteuid(65534)
    os.seteuid(0)


def test_an_index_of_another_user(
    open_folder: Path, quick_analyzer: Analyzer, as_another: Callable[[], object]
) -> None:
    ix = open_folder / "ix"
    with open_index(ix, analyzer=quick_analyzer) as index:
        index.remove("visit")
    shutil.copytree(ix, open_folder / "warm")
    for call in operations(open_folder / "warm", quick_analyzer).values():
        call()  # imports all modules
    for path in ix.iterdir():
        path.chmod(0o644)
    calls = operations(ix, quick_analyzer)
    refused = set()
    for path in [ix, *sorted(ix.iterdir())]:
        path.chmod(0o644 if path == ix else 0o600)
        as_another()
        for what, call in calls.items():
            try:
                result = call()
            except IndexUnavailable as error:
                assert error.code == "EACCES" and error.reason in str(error)
                if error.action == "read":
                    assert path in (error.path, error.path.parent) and "permission to read it" in error.remedy
                    refused.add(path.name)
                else:
                    assert what in ("add", "update", "rebuild") and error.path == ix
                    assert "permission to write there" in error.remedy
            else:
                # An update without changes writes nothing.
                assert what in (*READING, "update") and not (what == "check" and result), (
                    path.name,
                    what,
                    result,
                )
        os.seteuid(0)
        path.chmod(0o755 if path == ix else 0o644)
    assert {"ix", "meta.json", "lexicon.json", "stories.bin", "sources.jsonl", "checksums.json"} <= refused
    assert {path.name for path in ix.glob("*MAIN_*")} <= refused
    assert check_index(ix, analyzer=quick_analyzer).whole


def test_the_command_says_it_in_one_line(
    monkeypatch: pytest.MonkeyPatch, open_folder: Path, as_another: Callable[[], object]
) -> None:
    ix = open_folder / "ix"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("KHABAR_CONFIG", str(open_folder / "config.toml"))

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(khabar, [*map(str, arguments)])

    assert run("search", "القمح", "--index", ix).exit_code == 0
    assert run("check", "--index", ix).exit_code == 0
    (ix / "meta.json").chmod(0o600)
    as_another()
    for command in (["search", "القمح"], ["check"], ["info"]):
        done = run(*command, "--index", ix)
        assert done.exit_code == 3
        assert (
            "meta.json cannot be read (Permission denied). Give your user permission to read it"
            in done.stderr
        )
        assert "rebuild" not in done.output and "Traceback" not in done.output


def test_a_lack_of_memory_is_no_damage(
    sound: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a search runs out of memory, only that is reported."""
    import mmap

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    monkeypatch.setattr(mmap, "mmap", refused)
    for what in ("search", "articles", "check", "add", "rebuild"):
        with pytest.raises(IndexUnavailable, match="Cannot allocate memory"):
            operations(sound, quick_analyzer)[what]()
    monkeypatch.undo()
    assert check_index(sound, analyzer=quick_analyzer).whole


def test_what_is_damage_stays_damage(sound: Path, quick_analyzer: Analyzer) -> None:
    """A lost file, or a folder in its place, is not a refusal of the system."""
    for name in ("meta.json", "lexicon.json", "stories.bin"):
        for folder_instead in (False, True):
            kept = (sound / name).read_bytes()
            (sound / name).unlink()
            if folder_instead:
                (sound / name).mkdir()
            with pytest.raises(KhabarError) as caught:
                operations(sound, quick_analyzer)["stories"]()
            assert isinstance(caught.value, IndexDamaged | IndexNotFound)
            if folder_instead:
                assert "a folder is in its place" in str(caught.value)
                (sound / name).rmdir()
            (sound / name).write_bytes(kept)
