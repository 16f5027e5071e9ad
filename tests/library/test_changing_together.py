"""Several processes change the same saved searches and settings at once: no change is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from khabar.alerts import Alerts
from khabar.cli.settings import changed_text, write_settings
from khabar.errors import SettingsError
from khabar.index import lock
from khabar.locking import changing

PROCESSES, TIMES = 4, 8

ALERTS = """
import sys
from khabar import Alerts

path, process, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
alerts = Alerts(path)
print("ready", flush=True)
sys.stdin.readline()
for time in range(times):
    alerts.add(f"{process}-{time}", "القمح", "ix")
    alerts.mark_seen("all", [f"{process}-{time}"])
    if time % 2:
        alerts.remove(f"{process}-{time}")
"""

SETTINGS = """
import os, sys
from contextlib import suppress
from khabar.cli.group import khabar

path, process, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.environ["KHABAR_CONFIG"] = path
print("ready", flush=True)
sys.stdin.readline()
for time in range(times):
    with suppress(SystemExit):
        khabar.main(["config", "set", f"aliases.{process}-{time}", "okaz"], standalone_mode=False)
    if time % 2:
        with suppress(SystemExit):
            khabar.main(["config", "unset", f"aliases.{process}-{time}"], standalone_mode=False)
"""


def together(script: str, path: Path) -> set[str]:
    """Run a script in several processes that start together. Returns the names that they leave."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path), str(number), str(TIMES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    return {f"{number}-{time}" for number in range(PROCESSES) for time in range(TIMES) if not time % 2}


def test_alerts(tmp_path: Path) -> None:
    path = tmp_path / "alerts.json"
    alerts = Alerts(path)
    alerts.add("all", "القمح", tmp_path / "ix")
    left = together(ALERTS, path)
    assert {alert.name for alert in alerts} == {"all", *left}
    seen = {f"{number}-{time}" for number in range(PROCESSES) for time in range(TIMES)}
    assert set(alerts._read_seen()["all"]) == seen
    assert alerts._read_seen().keys() == {"all", *left}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alerts.json", "alerts.seen.json"]


def test_settings(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    write_settings(path, "# mine\ntheme = 'light'\n")
    left = together(SETTINGS, path)
    text = path.read_text("utf-8")
    assert text.startswith("# mine\n")
    assert tomllib.loads(text) == {"theme": "light", "aliases": dict.fromkeys(left, "okaz")}
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_a_process_that_holds_it_for_long_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "alerts.json"
    alerts = Alerts(path)
    alerts.add("port", "الميناء", tmp_path)
    now = [0.0]
    monkeypatch.setattr(lock.time, "monotonic", lambda: now.__setitem__(0, now[0] + 4) or now[0])
    with changing(path, "the file"):
        with pytest.raises(SettingsError, match=r"alerts\.json is being changed by another process"):
            alerts.remove("port")
        assert [alert.name for alert in alerts] == ["port"], "reading takes no lock"
    alerts.remove("port")
    assert list(alerts) == []


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="not for root")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(SettingsError, match="cannot be written"):
            Alerts(tmp_path / "alerts.json").add("port", "الميناء", tmp_path)
    finally:
        tmp_path.chmod(0o700)


def test_a_lock_that_a_killed_process_left_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    (tmp_path / "config.toml.lock").touch()
    with changing(path, "the file", 0):
        write_settings(path, changed_text("", ["theme"], "light", path))
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]
