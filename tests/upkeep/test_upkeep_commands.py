"""``khabar remove``, ``rebuild``, ``check``, ``info --texts``, ``index --prune`` and ``--watch`` on the
command line."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from khabar.cli.group import khabar
from khabar.errors import IndexUnavailable
from khabar.library import Index
from khabar.upkeep import watch

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return lambda *args: CliRunner().invoke(khabar, [str(arg) for arg in args])


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    (folder / "2015").mkdir(parents=True)
    for name, source in (("a", "وكالة الساحل"), ("b", "صحيفة الوادي")):
        record = {"id": name, "title": f"خبر {name}", "text": "نص عن القمح.", "source": source}
        (folder / f"{name}.json").write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    (folder / "2015" / "old.txt").write_text("خبر قَدِيمٌ جدا\n\nنص عن المينـــاء.\n", "utf-8")
    (folder / "2015" / "empty.txt").write_bytes(b"")
    return folder


@pytest.fixture
def index(run: Run, news: Path) -> str:
    assert run("index", news, "--index", "ix").exit_code == 1
    return "ix"


def articles(run: Run) -> int:
    return int(json.loads(run("info", "--index", "ix", "--format", "json").stdout)["articles"])


def test_remove_by_id_needs_no_asking(run: Run, index: str) -> None:
    result = run("remove", "a", "nosuch", "--index", index)
    assert result.exit_code == 0
    assert "removed: a\t" in result.stdout and "no article «nosuch»" in result.stderr
    assert articles(run) == 2
    assert run("remove", "a", "--index", index).exit_code == 1


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (["--path", "news/2015"], 2),
        (["--path", "news/a.json", "--path", "news/b.json"], 1),
        (["--source", "وكالة الساحل"], 2),
        (["--query", "القمح"], 1),
        (["--query", "-القمح الميناء"], 2),
        (["a", "--source", "صحيفة الوادي"], 1),
    ],
)
def test_what_is_found_is_listed_first(run: Run, index: str, options: list[str], left: int) -> None:
    listed = run("remove", *options, "--dry-run", "--index", index)
    assert listed.exit_code == 0 and articles(run) == 3
    assert f"articles: {3 - left}" in listed.stdout and "would go: " in listed.stdout
    refused = run("remove", *options, "--index", index)
    assert refused.exit_code == 1 and "--yes" in refused.stderr and articles(run) == 3
    done = run("remove", *options, "--yes", "--index", index)
    assert done.exit_code == 0 and articles(run) == left
    assert done.stdout == listed.stdout.replace("would go: ", "removed: ")
    assert run("check", "--index", index).exit_code == 0


def test_remove_says_what_it_does_not_know(run: Run, index: str) -> None:
    result = run("remove", "--source", "وكالة الساحلي", "--yes", "--index", index)
    assert result.exit_code == 2 and "«وكالة الساحل»" in result.stderr
    assert run("remove", "--path", "nowhere", "--yes", "--index", index).exit_code == 1
    assert run("remove", "--index", index).exit_code == 2
    assert articles(run) == 3


def test_remove_the_articles_of_a_folder_that_is_gone(run: Run, index: str, news: Path) -> None:
    for path in (news / "2015").iterdir():
        path.unlink()
    (news / "2015").rmdir()
    assert run("remove", "--path", "news/2015", "--yes", "--index", index).exit_code == 0
    assert articles(run) == 2


def test_prune(run: Run, index: str, news: Path) -> None:
    (news / "a.json").unlink()
    result = run("index", news, "--index", index)
    assert "vanished: 1" in result.stdout and articles(run) == 3
    result = run("index", news, "--index", index, "--prune")
    assert "removed: 1" in result.stdout and articles(run) == 2


def test_check_and_rebuild(run: Run, index: str) -> None:
    sound = run("check", "--index", index)
    assert sound.exit_code == 0 and "whole: yes" in sound.stdout
    path = Path(index, "lexicon-1.bin")
    data = bytearray(path.read_bytes())
    data[-9] ^= 1
    path.write_bytes(data)
    damaged = run("check", "--index", index)
    assert damaged.exit_code == 1
    assert (
        "damage: lexicon-1.bin: " in damaged.stdout
        and "remedy: repair with: khabar rebuild" in damaged.stdout
    )
    assert run("check", "--index", index, "--format", "rich").exit_code == 1
    record = json.loads(run("check", "--index", index, "--format", "json").stdout)
    assert (record["whole"], record["damages"][0]["remedy"]) == (False, "rebuild")
    rebuilt = run("rebuild", "--index", index)
    assert rebuilt.exit_code == 0 and "articles: 3" in rebuilt.stdout
    assert run("check", "--index", index).exit_code == 0
    for command in ("check", "rebuild"):
        missing = run(command, "--index", "nosuch")
        assert missing.exit_code == 3 and "khabar index SOURCE" in missing.stderr


def test_rebuild_tells_what_is_lost(run: Run, index: str) -> None:
    [path] = Path(index).glob("MAIN_*.articles")
    data = bytearray(path.read_bytes())
    data[20] ^= 255
    path.write_bytes(data)
    result = run("rebuild", "--index", index, "--format", "json")
    record = json.loads(result.stdout)
    assert (result.exit_code, record["articles"], record["lost"]) == (1, 2, 1)
    [lost] = record["files"]
    assert run("rebuild", "--index", index, "--format", "rich").exit_code == 0
    assert run("index", lost, "--index", index).exit_code in (0, 1)
    assert articles(run) == 3


def test_the_honesty_report(run: Run, index: str) -> None:
    plain = run("info", "--index", index).stdout
    assert "left out: 1: the file is empty" in plain and "skip: " in plain and "with harakat" not in plain
    record = json.loads(run("info", "--texts", "--index", index, "--format", "json").stdout)
    assert record["texts"]["signs"]["harakat"] == 1 and record["texts"]["signs"]["tatweel"] == 1
    assert record["texts"]["without"] == {
        "title": 0,
        "date": 3,
        "source": 1,
        "author": 3,
        "section": 3,
        "tags": 3,
        "address": 3,
    }
    assert record["left_out"]["files"] == 4 and record["left_out"]["skipped"] == [
        {"kind": "empty", "count": 1, "reason": "the file is empty"}
    ]
    assert run("info", "--texts", "--index", index, "--format", "rich").exit_code == 0


def test_signs() -> None:
    from khabar.upkeep.honesty import signs_of

    def found(text: str) -> set[str]:
        return set(signs_of(text))

    assert found("قالت الوزارة إن المدارس تفتح أبوابها غدا 2024 (وام)") == set()
    assert found("قالَ") == {"harakat"} and found("قــال") == {"tatweel"}
    assert found("\ufee3\ufedc\ufe98\ufe92\ufe94") == {"presentation forms"} and found("ﷺ") == set()
    assert found("پاکستان") == {"Persian letters"}
    assert found("قال\u200f نعم") == {"direction controls"}
    for text in (
        "القمح".encode().decode("latin-1"),
        "القمح في الوادي".encode("cp1256").decode("latin-1"),
        "الق\ufffdح",
    ):
        assert "mojibake" in found(text), text
    assert "mojibake" in found("السلام عليكم".encode().decode("cp1252", "replace"))
    assert found("Château, Über, naïve, São Tomé") == set()


def follow(folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "khabar", "index", str(folder), "--index", "ix", "--watch", *options],
        cwd=folder.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Tests that run in the background may ignore Ctrl-C, and child processes inherit this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.2)


@pytest.mark.parametrize(("options", "ending"), [(["--every", "0.2"], signal.SIGINT), ([], signal.SIGTERM)])
def test_watching(run: Run, index: str, news: Path, options: list[str], ending: signal.Signals) -> None:
    process = follow(news, "--prune", *options)
    try:
        assert process.stdout is not None
        while "watching" not in (line := process.stdout.readline()):
            assert line, "it ended too early"
        time.sleep(1)
        (news / "c.txt").write_text("خبر جديد\n\nوصل حالا.\n", "utf-8")
        wait_for(lambda: articles(run) == 4)
        (news / "a.json").unlink()
        wait_for(lambda: articles(run) == 3)
        process.send_signal(ending)
        said = process.communicate(timeout=60)[0]
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
    assert process.returncode == 128 + ending
    assert "stopped: ix holds 3 articles" in said and "Traceback" not in said
    assert run("check", "--index", "ix").exit_code == 0


def test_watching_without_the_package(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    monkeypatch.setitem(sys.modules, "watchfiles", None)
    monkeypatch.setattr(watch, "EVERY", 0.01)
    stop = threading.Event()
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == 3:
            stop.set()

    watch.follow(step, [news], stop)
    assert steps == 3


# obstacles to writing


LIMITED = """
import resource, sys
from khabar.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
sys.argv[1:] = sys.argv[2:]
main()
"""


def test_no_room(run: Run, tmp_path: Path) -> None:
    """No file can exceed a size, as if the disk were full at that point."""
    news = tmp_path / "news"
    news.mkdir()
    (news / "first.txt").write_text("خبر أول\n\nنص أول.\n", "utf-8")
    assert run("index", news, "--index", "ix").exit_code == 0
    lines = (
        json.dumps(
            {"id": f"n{number}", "title": f"خبر {number}", "text": f"كلمة{number} " * 40}, ensure_ascii=False
        )
        for number in range(1500)
    )
    (news / "wire.jsonl").write_text("\n".join(lines), "utf-8")
    outcomes = set()
    for limit in (100, 2_000, 20_000, 100_000, 200_000, 400_000):
        done = subprocess.run(
            [sys.executable, "-c", LIMITED, str(limit), "index", str(news), "--index", "ix"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        outcomes.add(done.returncode)
        assert "Traceback" not in done.stderr, done.stderr
        if done.returncode == 3:
            assert "cannot be written" in done.stderr and "run the same command again" in done.stderr
        checked = run("check", "--index", "ix")
        assert checked.exit_code == 0, (limit, checked.output)
        assert articles(run) == (1501 if done.returncode == 0 else 1)
        if done.returncode == 0:
            break
    assert 3 in outcomes
    assert run("index", news, "--index", "ix").exit_code == 0
    assert articles(run) == 1501


def test_a_folder_that_may_not_be_written(run: Run, index: str, news: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (news / "c.txt").write_text("خبر جديد\n\nوصل حالا.\n", "utf-8")
    Path(index).chmod(0o500)
    try:
        for command in (["index", news], ["remove", "a"], ["rebuild"]):
            result = run(*command, "--index", index)
            assert result.exit_code == 3 and "Traceback" not in result.output
        assert run("check", "--index", index).exit_code == 0
    finally:
        Path(index).chmod(0o700)


def test_equal_skips_are_one_line_with_a_count(run: Run, tmp_path: Path) -> None:
    records = [{"title": f"خبر {number}", "text": "نص."} for number in range(3)] + [{"key": 1}] * 150
    (tmp_path / "many.json").write_text(json.dumps(records), "utf-8")
    result = run("index", "many.json", "--index", "many", "--format", "plain")
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("skip: ")]
    assert result.exit_code == 1 and "150 records of " in line and "(4–153): " in line
    assert "skipped: 150\n" in result.stdout
    record = json.loads(run("index", "many.json", "--index", "many", "--new", "--format", "json").stdout)
    assert len(record["skipped"]) == 150
    (line,) = [line for line in run("read", "many.json").stderr.splitlines() if "record" in line]
    assert "150 records of " in line
    # The index stores the numbers of a hundred of them, and counts all.
    (line,) = [
        line for line in run("info", "--index", "many").stdout.splitlines() if line.startswith("skip: ")
    ]
    assert "150 records of " in line and "(4–103, …): " in line
    (group,) = json.loads(run("info", "--index", "many", "--format", "json").stdout)["left_out"]["named"]
    assert group["count"] == 150 and group["numbers"] == list(range(4, 104))


def test_watching_on_a_full_disk(run: Run, index: str, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is reported once, and khabar tries again until there is room."""
    real = Index.update
    tried = 0

    def update(self: Index, *args: Any, **named: Any) -> Any:
        nonlocal tried
        tried += 1
        if 1 < tried < 5:
            raise IndexUnavailable(index, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "written")
        if tried == 6:
            os.kill(os.getpid(), signal.SIGTERM)
        return real(self, *args, **named)

    monkeypatch.setattr(Index, "update", update)
    (news / "c.txt").write_text("خبر جديد\n\nوصل حالا.\n", "utf-8")
    result = run("index", str(news), "--index", "ix", "--watch", "--every", "0.1", "--lang", "en")
    assert result.exit_code == 128 + signal.SIGTERM
    assert result.output.count("No space left on device") == 1
    assert result.output.count("this is tried again") == 1
    assert "stopped: ix holds" in result.output and tried >= 6
