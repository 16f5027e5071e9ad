"""What a whole process costs: wall time, processor time, peak memory.

The command is started by a small process of its own (this file, run as a script), for two reasons: Linux
counts the memory of the process that forks into the peak of the one it starts, and a benchmark that holds a
corpus would be counted. And the memory of worker processes must be added up, which the kernel's figure does
not do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: Between two looks at the memory of a process's children, in seconds.
PACE = 0.2


class Failed(RuntimeError):
    """A command ended with another status than 0 and those allowed."""


@dataclass(frozen=True)
class Cost:
    """What a process cost.

    Attributes:
        wall, cpu: seconds; processor time is of the process and its children.
        peak_mb: the most memory at once, of the process and its children together.
        output: what it printed.
    """

    wall: float
    cpu: float
    peak_mb: float
    output: str


def run(command: Sequence[str], *, allowed: Sequence[int] = (0,)) -> Cost:
    """Run a command to its end and measure it."""
    with tempfile.TemporaryDirectory(prefix="khabar-bench-") as folder:
        measured, printed = Path(folder, "measured"), Path(folder, "printed")
        with printed.open("wb") as out:
            starter = [sys.executable, "-S", "-E", __file__, str(measured), *command]
            ended = subprocess.run(starter, stdout=out, stderr=subprocess.PIPE, check=False)
        if ended.returncode not in allowed or not measured.exists():
            said = ended.stderr.decode("utf-8", "replace")[-2000:]
            raise Failed(f"{' '.join(command)} ended with status {ended.returncode}: {said}")
        figures = json.loads(measured.read_text("utf-8"))
        return Cost(**figures, output=printed.read_text("utf-8"))


def children(pid: int) -> list[int]:
    """The processes that a process started, and theirs; none where the system has no /proc."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(each) for each in task.read_text().split()]
        except OSError:
            continue
    return found + [below for each in found for below in children(each)]


def share_of_memory(pid: int) -> int:
    """A process's memory in kB, what it shares with others divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


class _Watch(threading.Thread):
    """Looks at a process while it runs; only where there are children does its memory need to be added up."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak_kb = 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(PACE):
            below = children(self.pid)
            if below:
                self.peak_kb = max(self.peak_kb, sum(map(share_of_memory, [self.pid, *below])))


def _measure(target: Path, command: list[str]) -> int:
    began = time.perf_counter()
    process = subprocess.Popen(command)
    watch = _Watch(process.pid)
    watch.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.over.set()
    watch.join()
    # Linux tells kilobytes, macOS bytes.
    peak_kb = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    figures = {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": max(peak_kb, watch.peak_kb) * 1024 / 1e6,
    }
    target.write_text(json.dumps(figures), encoding="utf-8")
    return process.returncode


if __name__ == "__main__":
    raise SystemExit(_measure(Path(sys.argv[1]), sys.argv[2:]))
