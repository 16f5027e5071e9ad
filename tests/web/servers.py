"""``khabar serve`` as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple


class Server(NamedTuple):
    """A server that runs.

    Attributes:
        process: it.
        host, port: where it listens.
        line: what it said when it was ready.
        said: what it says on stderr after that, line by line.
    """

    process: subprocess.Popen[str]
    host: str
    port: int
    line: str
    said: list[str]

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and body."""
        connection = HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@contextmanager
def served(
    index: Path,
    folder: Path,
    options: Sequence[str] = (),
    *,
    interrupt: Any = signal.SIG_DFL,
    **environment: str,
) -> Iterator[Server]:
    """A server of an index at a free port; ended at the end, if it has not ended by itself."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("KHABAR_")}
    homes = {f"XDG_{each}_HOME": str(folder / each.lower()) for each in ("DATA", "CONFIG", "STATE")}
    kept = {"KHABAR_CACHE": os.environ["KHABAR_CACHE"]} if "KHABAR_CACHE" in os.environ else {}
    process = subprocess.Popen(
        [sys.executable, "-m", "khabar", "serve", "--index", str(index), "--port", "0", *options],
        env={**surroundings, **homes, **kept, "LC_ALL": "C.UTF-8", "BROWSER": "true", **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # A test that runs in the background may itself ignore Ctrl-C, and hand that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, interrupt),
    )
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        found = re.search(r"http://(\S+?):(\d+)", line)
        if found is None:
            process.kill()
            raise AssertionError(line + process.stderr.read())
        said: list[str] = []
        reading = threading.Thread(target=said.extend, args=(process.stderr,), daemon=True)
        reading.start()
        yield Server(process, "127.0.0.1", int(found[2]), line, said)
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stderr.close()
