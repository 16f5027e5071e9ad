"""``khabar serve`` with many clients at once, beside the library called from as many threads: answers a
second, how long each takes, memory, and what slow and hostile clients do to the others.

``python benchmarks/serve.py [--articles 1000] [--clients 50] [--seconds 60] [--index DIR]``

The clients are one process that speaks plain HTTP over kept connections, as fast as it is answered; it shares
the processors with the server.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import quote

from common import Setting, Table, options, percentile, run_questions
from processes import Failed
from systems import khabar_command

import khabar

CLIENTS, SECONDS = 50, 60.0
#: Requests before a clock starts.
WARMING = 200
#: Hostile clients of each kind.
HOSTILE = 50


@dataclass
class Answers:
    """What clients saw.

    Attributes:
        times: milliseconds of each answer.
        refused: how many answers were not 200 or 304.
        seconds: how long they asked.
    """

    times: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0

    def figures(self) -> tuple[float, ...]:
        """Answers a second, p50, p95, p99, and how many were refused."""
        shares = (percentile(self.times, share) for share in (0.5, 0.95, 0.99))
        return (len(self.times) / self.seconds, *shares)


# The server


@contextmanager
def server(index: Path, folder: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A server of an index: its port and its process."""
    homes = {f"XDG_{each}_HOME": str(folder / each) for each in ("DATA", "CONFIG", "STATE")}
    process = subprocess.Popen(
        [*khabar_command(), "serve", "--index", str(index), "--port", "0"],
        env={**os.environ, **homes, "KHABAR_LANG": "en"},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        found = re.search(r"http://\S+:(\d+)", line)
        if found is None:
            raise Failed(line + process.stderr.read())
        said: list[str] = []
        threading.Thread(target=said.extend, args=(process.stderr,), daemon=True).start()
        try:
            yield int(found[1]), process
        except Exception as error:
            ended = process.poll()
            raise Failed(f"{error!r}; the server ended with {ended}: {' '.join(said[-5:])}") from error
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def memory_mb(pid: int) -> float:
    """Memory of a process that is its own, mapped files left out."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"RssAnon:\s+(\d+) kB", status)
    return int(found[1]) / 1000 if found else 0.0


# Clients


async def _answered(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, etag: str = ""
) -> tuple[int, str]:
    """The status of an answer, which is read to its end, and its entity tag."""
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{known}\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"(?i)content-length: (\d+)", head)
    if length:
        await reader.readexactly(int(length[1]))
    tag = re.search(r"(?i)etag: (.+?)\r", head)
    return int(head.split(" ", 2)[1]), tag[1] if tag else ""


async def _asking(
    port: int, paths: Sequence[str], clients: int, seconds: float, *, known: bool = False
) -> Answers:
    answers = Answers()
    end = time.perf_counter() + seconds

    tags: dict[str, str] = {}
    if known:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for path in paths:
            tags[path] = (await _answered(reader, writer, path))[1]
        writer.close()
        end = time.perf_counter() + seconds

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        start = number * len(paths) // clients
        for path in cycle((*paths[start:], *paths[:start])):
            before = time.perf_counter()
            if before >= end:
                break
            status, _ = await _answered(reader, writer, path, tags.get(path, ""))
            answers.times.append((time.perf_counter() - before) * 1000)
            answers.refused += status not in (200, 304)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*map(client, range(clients)))
    answers.seconds = time.perf_counter() - began
    return answers


def _ask_alone(results: Any, given: tuple[Any, ...], known: bool) -> None:
    results.put(asyncio.run(_asking(*given, known=known)))


def asked(port: int, paths: Sequence[str], clients: int, seconds: float, *, known: bool = False) -> Answers:
    """What clients in a process of their own saw."""
    context = get_context("spawn")
    results = context.Queue()
    process = context.Process(target=_ask_alone, args=(results, (port, paths, clients, seconds), known))
    process.start()
    while results.empty() and process.is_alive():
        time.sleep(0.1)
    process.join(1)
    if results.empty():
        raise Failed("the clients came to no end")
    found: Answers = results.get()
    return found


def called(index: Path, queries: Sequence[str], threads: int, seconds: float) -> Answers:
    """The library called from threads of this process."""
    answers = Answers()
    with khabar.open_index(index) as opened:
        for query in queries[:WARMING]:
            opened.search(query)
        end = time.perf_counter() + seconds

        def caller(number: int) -> None:
            start = number * len(queries) // threads
            for query in cycle((*queries[start:], *queries[:start])):
                before = time.perf_counter()
                if before >= end:
                    break
                opened.search(query).to_dict()
                answers.times.append((time.perf_counter() - before) * 1000)

        callers = [threading.Thread(target=caller, args=(number,)) for number in range(threads)]
        began = time.perf_counter()
        for each in callers:
            each.start()
        for each in callers:
            each.join()
        answers.seconds = time.perf_counter() - began
    return answers


# Hostile clients


async def _byte_a_second(port: int) -> None:
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            for byte in b"GET /api/v1/info HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 1000:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(1)


async def _huge_head(port: int) -> None:
    while True:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 1_000_000)
            await reader.read()
            writer.close()
        await asyncio.sleep(1)


async def _half_open(port: int) -> None:
    while True:
        with suppress(OSError):
            reader, _ = await asyncio.open_connection("127.0.0.1", port)
            await reader.read()


async def _reads_nothing(port: int) -> None:
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            for _ in range(100):
                writer.write(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(30)


KINDS: dict[str, Callable[[int], Any]] = {
    "a byte a second": _byte_a_second,
    "heads of 1 MB": _huge_head,
    "half-open connections": _half_open,
    "answers unread": _reads_nothing,
}


def _be_hostile(kind: str, port: int) -> None:
    async def all_of_them() -> None:
        await asyncio.gather(*(KINDS[kind](port) for _ in range(HOSTILE)))

    asyncio.run(all_of_them())


@contextmanager
def hostile(kind: str, port: int) -> Iterator[None]:
    """Hostile clients of a kind, in a process of their own."""
    process = get_context("spawn").Process(target=_be_hostile, args=(kind, port), daemon=True)
    process.start()
    time.sleep(1)
    try:
        yield
    finally:
        process.kill()
        process.join()


# The question


def seconds_until_seen(port: int, index: Path) -> float:
    """How long a commit that another process makes takes to be seen."""
    article = khabar.Article("bench-new", "قظلمنش", "قظلمنش طثغضذ")
    path = f"/api/v1/search?q={quote('قظلمنش')}&limit=0"

    async def seen() -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        body = await reader.read()
        writer.close()
        return b'"total":1' in body

    with khabar.open_index(index) as opened:
        opened.add(article)
    began = time.perf_counter()
    while not asyncio.run(seen()):
        if time.perf_counter() - began > 30:
            raise Failed("a commit was not seen")
        time.sleep(0.01)
    return time.perf_counter() - began


def measure(
    setting: Setting, *, clients: int = CLIENTS, seconds: float = SECONDS, index: Path | None = None
) -> list[Table]:
    """All that is asked of a server."""
    queries = setting.asked()
    mixed = [query for pair in zip(queries.short, queries.headlines, strict=False) for query in pair]
    paths = [f"/api/v1/search?q={quote(query)}" for query in mixed]
    own = setting.texts.folder / "served"
    shutil.rmtree(own, ignore_errors=True)
    if index is not None:
        shutil.copytree(index, own)
    else:
        with khabar.create_index(own) as made:
            made.add(setting.texts.articles(), workers=os.cpu_count() or 1)
    rows: list[tuple[str, tuple[float | str | None, ...]]] = []
    short = min(seconds, 20.0)
    names = f"the library, {clients} threads", "khabar serve", "khabar serve, nothing new (304)"
    _tell(names[0])
    rows.append((names[0], (*called(own, mixed, clients, seconds).figures(), None)))
    with server(own, setting.texts.folder) as (port, process):
        # What the index keeps of words and queries fills up first, up to its bounds.
        asked(port, paths, clients, short)
        memory = [memory_mb(process.pid)]
        _tell(names[1])
        found = asked(port, paths, clients, seconds)
        memory.append(memory_mb(process.pid))
        rows.append((names[1], (*found.figures(), f"{found.refused}")))
        _tell(names[2])
        again = asked(port, paths[:100], clients, short, known=True)
        rows.append((names[2], (*again.figures(), f"{again.refused}")))
        for kind in KINDS:
            _tell(kind)
            with hostile(kind, port):
                beside = asked(port, paths, clients, short)
            rows.append((f"beside {HOSTILE} clients: {kind}", (*beside.figures(), f"{beside.refused}")))
        memory.append(memory_mb(process.pid))
        seen = seconds_until_seen(port, own)
    names_of_memory = ("warm", f"after {seconds:.0f} s of {clients} clients", "after the hostile ones")
    return [
        Table(
            f"{clients} clients at once on the loopback, for {seconds:.0f} s.",
            ("", "answers a second", "p50, ms", "p95, ms", "p99, ms", "refused"),
            tuple(rows),
            None,
            "Half short queries, half headlines. Server and clients share the processors. The rows from the "
            f"third on are of {short:.0f} s. What another process committed was seen {seen:.2f} s later.",
        ),
        Table(
            "Memory of the server, MB, without mapped files.",
            ("", *names_of_memory),
            (("khabar serve", tuple(memory)),),
        ),
    ]


def _tell(what: str) -> None:
    print(f"asking: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    parser = options(__doc__ or "")
    parser.add_argument("--clients", type=int, default=CLIENTS, metavar="N", help="at once (default: 50)")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, metavar="S", help="how long they ask (default: 60)"
    )
    parser.add_argument(
        "--index", type=Path, metavar="DIR", help="a copy of this index, instead of a new one"
    )
    chosen = parser.parse_args()
    raise SystemExit(
        run_questions(
            {
                "serve": lambda setting: measure(
                    setting, clients=chosen.clients, seconds=chosen.seconds, index=chosen.index
                )
            },
            chosen,
        )
    )
