"""However a command is ended, it says so in one line, and nothing is left behind; and wherever its output
goes, it shows no traceback."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from khabar.cli.group import COMMANDS
from khabar.index.lock import is_locked

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")

SIGNALS = [signal.SIGINT, signal.SIGTERM]
#: Imports after the beginning of `main`, one of which is interrupted: «{place}».
AT_IMPORT = """
import builtins, os, signal, sys
from khabar.cli import main
left = {place}
real = builtins.__import__
def counted(*args, **rest):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), {number})
    return real(*args, **rest)
def begun():
    builtins.__import__ = counted
    main()
sys.argv = ["khabar", *sys.argv[1:]]
begun()
"""
#: The same from the first line of the file through which the command is started, «{first}»: what is imported,
#: opened or run after it.
AT_THE_START = """
import os, runpy, sys
left, begun = {place}, False
def hook(event, args):
    global left, begun
    if event == "exec" and args[0].co_filename.endswith("{first}"):
        begun = True
    elif begun and event in ("import", "open", "exec"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), {number})
sys.argv = ["khabar", "--version"]
sys.addaudithook(hook)
{start}
"""
STARTS = {
    "khabar/__main__.py": "runpy.run_module('khabar', run_name='__main__', alter_sys=True)",
    "khabar/cli/__init__.py": "from khabar.cli import main; main()",
}


def heard() -> None:
    """As at a terminal: a test run in the background may itself ignore Ctrl-C."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def started(*args: object, folder: Path, **streams: object) -> subprocess.Popen[str]:
    """Khabar as a process with its own temporary folder."""
    (folder / "tmp").mkdir(exist_ok=True)
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    environment = {**os.environ, "TMPDIR": str(folder / "tmp"), "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-m", "khabar", *map(str, args)],
        encoding="utf-8",
        env=environment,
        cwd=folder,
        preexec_fn=heard,
        start_new_session=True,
        **streams,  # type: ignore[call-overload]
    )


def in_its_session(number: int) -> list[int]:
    """The processes that a process started and that are still there."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == number and fields[0] != "Z":
            found.append(int(each.parent.name))
    return found


def nothing_left(folder: Path, job: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 10
    while in_its_session(job.pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not in_its_session(job.pid)
    assert not [*(folder / "tmp").iterdir()]
    left = [each.name for each in folder.rglob("*") if each.name.endswith((".new", ".building", ".before"))]
    assert not left
    assert not [*folder.rglob("write.holder")] and not is_locked(folder / "ix")


@pytest.mark.parametrize("ending", SIGNALS)
@pytest.mark.parametrize(
    "args",
    [
        ["index", "-", "--index", "ix"],
        ["index", "-", "--index", "ix", "--new"],
        ["read", "-", "-o", "out.jsonl"],
        ["shell", "--index", "old"],
    ],
    ids=lambda args: "-".join(args[:2]),
)
def test_a_signal_ends_a_command_that_waits(tmp_path, args, ending):
    line = json.dumps({"id": "one", "title": "لافروف", "text": "وصل لافروف إلى بيروت."}) + "\n"
    with started("index", "-", "--index", "old", folder=tmp_path) as made:
        made.communicate(line)
    job = started(*args, folder=tmp_path)
    if args[0] != "shell":
        job.stdin.write(line)
    job.stdin.flush()
    # It waits for more once it has nothing else to do: when its processor time stands still.
    before = -1
    while (used := sum(map(int, Path(f"/proc/{job.pid}/stat").read_text().split()[13:15]))) != before:
        before = used
        time.sleep(0.4)
    job.send_signal(ending)
    # (Closing stdin would be another end.)
    job.wait(60)
    err = job.communicate()[1]
    assert job.returncode == 128 + ending
    assert "Traceback" not in err and len(err.splitlines()) == 1, err
    assert "interrupted" in err and not (tmp_path / "out.jsonl").exists()
    nothing_left(tmp_path, job)


@pytest.mark.parametrize("ending", SIGNALS)
@pytest.mark.parametrize("place", [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 200])
def test_a_signal_amid_the_imports(tmp_path, built, place, ending):
    script = AT_IMPORT.format(place=place, number=int(ending))
    done = subprocess.run(
        [sys.executable, "-c", script, "search", "لافروف", "--index", str(built)],
        capture_output=True,
        encoding="utf-8",
        preexec_fn=heard,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (128 + ending, "khabar: interrupted\n")


@pytest.mark.parametrize("first", STARTS)
@pytest.mark.parametrize("place", range(1, 13))
def test_ctrl_c_in_the_first_lines(place, first):
    script = AT_THE_START.format(place=place, first=first, start=STARTS[first], number=int(signal.SIGINT))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", preexec_fn=heard, timeout=60
    )
    assert (done.returncode, done.stderr) == (130, "khabar: interrupted\n")


@pytest.mark.parametrize(("options", "ending"), list(zip(([], ["--new"]), SIGNALS, strict=True)))
def test_a_signal_at_any_moment_of_indexing(tmp_path, options, ending):
    lines = (
        json.dumps({"id": str(n), "title": f"خبر {n}", "text": f"نص الخبر رقم {n} عن ميناء {n * 7}."})
        for n in range(3000)
    )
    (tmp_path / "news.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    dice = random.Random(int(ending))
    began = time.monotonic()
    with started("index", "news.jsonl", "--index", "ix", folder=tmp_path) as whole:
        whole.communicate()
    took = time.monotonic() - began
    ended = 0
    for _ in range(3):
        job = started("index", "news.jsonl", "--index", "ix", "--reread", *options, folder=tmp_path)
        time.sleep(dice.uniform(0.1, 1) * took)
        # To the other processes, too, as a terminal does with Ctrl-C and a service manager with SIGTERM.
        os.killpg(job.pid, ending)
        out, err = job.communicate(timeout=60)
        # Before the first line of khabar's, and after its last, Python and the system answer.
        assert job.returncode in (0, 128 + ending, -ending), err
        assert "Traceback" not in err and "Exception ignored" not in err, err
        ended += job.returncode == 128 + ending
        nothing_left(tmp_path, job)
    assert ended
    with started("check", "--index", "ix", folder=tmp_path) as checked:
        out, err = checked.communicate()
    assert checked.returncode == 0, out + err


def test_a_signal_that_the_parent_ignored_stays_ignored(tmp_path):
    def deaf() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    job = subprocess.Popen(
        [sys.executable, "-m", "khabar", "index", "-", "--index", "ix"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=tmp_path,
        preexec_fn=deaf,
    )
    time.sleep(1)
    job.send_signal(signal.SIGINT)
    job.communicate(json.dumps({"title": "خبر", "text": "نص الخبر."}), timeout=60)
    assert job.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(
    "args",
    [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS), ["search", "لافروف"], ["info"]]
    + [["search", "لافروف", "--format", each] for each in ("rich", "json", "html")]
    + [["export", "لافروف"], ["completion", "bash"], ["config", "path"], ["analyze", "خبر"]],
    ids=" ".join,
)
def test_a_full_disk_behind_stdout(built, args, language):
    environment = {**os.environ, "KHABAR_INDEX": str(built), "KHABAR_LANG": language}
    command = [sys.executable, "-m", "khabar", *args]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", env=environment)
        assert done.returncode == 3
        assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("khabar: ")
        assert ("No space left on device" if language == "en" else "لا مساحة كافية") in done.stderr
        # Nor where nothing at all can be said.
        assert subprocess.run(command, stdout=full, stderr=full, env=environment).returncode == 3


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    "args", ["--help", "search لافروف", "info", "nonsense", "index news --index ix", "read -"]
)
def test_closed_streams(built, news, tmp_path, args, closed):
    (tmp_path / "news").symlink_to(news)
    line = f'"$0" -m khabar {args} {closed}'
    done = subprocess.run(
        ["sh", "-c", line, sys.executable],
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "KHABAR_INDEX": str(built)},
    )
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr
    usual = {"nonsense": 2, "read -": 3}.get(args, 0)
    if ">&-" in closed.split() and usual == 0:
        # What was to be said could not be.
        assert done.returncode == 3
        assert "2>&-" in closed or "Bad file descriptor" in done.stderr
    else:
        assert done.returncode == usual, done.stderr
    if args.startswith("index"):
        checked = subprocess.run(
            [sys.executable, "-m", "khabar", "check", "--index", "ix"], cwd=tmp_path, capture_output=True
        )
        assert checked.returncode == 0
