"""Real nodes of OpenSearch on the loopback, for the tests and benchmarks of an index on a cluster.

The server is downloaded once from Maven Central into a cache (:mod:`opensearch_jars`) and started by
``node/TestNode.java``. Nothing of a run remains: nodes and their files are removed when the process that
started them ends, even if it is killed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import opensearch_jars
from opensearch_jars import Unavailable

__all__ = ["Nodes", "Unavailable", "started"]

#: The environment variables: HOST:PORT of a cluster that already runs; with 1, tests fail without a cluster
#: instead of being skipped.
GIVEN, REQUIRED = "KHABAR_TEST_CLUSTER", "KHABAR_REQUIRE_CLUSTER"
#: Seconds until a cluster must be green.
_STARTING = 120
#: Megabytes of heap of a node.
_HEAP = 512
#: Linux's folder in memory, and the bytes that must be free there.
_MEMORY, _ROOM = Path("/dev/shm"), 1 << 30
#: Options of Java.
_MACHINE = (
    "-XX:+UseSerialGC",
    "-Dlog4j2.disable.jmx=true",
    "-Dio.netty.noUnsafe=true",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
)


class Nodes:
    """Nodes that form one cluster.

    Args:
        folder: for their data and logs; None for a cluster that is not ours.
        ports: the HTTP port of each node.
    """

    def __init__(self, folder: Path | None, ports: Sequence[int]) -> None:
        self.folder = folder
        self.ports = tuple(ports)
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        self._commands: dict[int, list[str]] = {}
        self._group = 0
        self._named = 0

    @property
    def hosts(self) -> str:
        """All nodes, as in an address: ``127.0.0.1:9200,127.0.0.1:9201``."""
        return ",".join(f"127.0.0.1:{port}" for port in self.ports)

    def request(
        self, method: str, path: str, body: object = None, port: int | None = None, seconds: float = 60
    ) -> Any:
        """The answer of a node to a plain HTTP request, so that khabar's own client is not needed to
        judge it.

        Raises:
            urllib.error.HTTPError, OSError: if the node refuses or is not there.
        """
        text = body if isinstance(body, str) else None if body is None else json.dumps(body)
        for place, each in enumerate(ports := [port] if port else list(self.ports)):
            request = urllib.request.Request(
                f"http://127.0.0.1:{each}{path}",
                None if text is None else text.encode(),
                {"Content-Type": "application/json"},
                method=method,
            )
            try:
                with urllib.request.urlopen(request, timeout=seconds) as answer:
                    content = answer.read()
            except urllib.error.HTTPError as error:
                error.close()
                raise
            except OSError:
                if place + 1 == len(ports):
                    raise
                continue
            return json.loads(content) if content[:1] in (b"{", b"[") else content.decode()

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The address of an index that does not exist yet; everything created there is removed at the end."""
        self._named += 1
        name = f"t{os.getpid()}-{self._named}"
        try:
            yield f"opensearch://{self.hosts}/{name}"
        finally:
            with suppress(OSError):
                self.request("PUT", "/_all/_settings", {"index.blocks.read_only_allow_delete": None})
                self.request("DELETE", f"/{name}.*?expand_wildcards=all")

    def await_green(self, seconds: float = _STARTING) -> None:
        """Wait until all nodes are there and all shards have their copies.

        Raises:
            TimeoutError: if that takes longer.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(OSError):
                health = self.request("GET", "/_cluster/health")
                if health["status"] == "green" and health["number_of_nodes"] == len(self.ports):
                    return
            if ended := [number for number, process in self.processes.items() if process.poll() is not None]:
                raise ChildProcessError(f"node {ended[0]} ended at once: {self.log(ended[0])[-2000:]}")
            time.sleep(0.1)
        raise TimeoutError(f"the cluster is not green after {seconds} s")

    def start(self, number: int) -> None:
        """Start a node for the first time, or again."""
        assert self.folder is not None, "these nodes are not ours"
        with (self.folder / f"node{number}.log").open("ab") as log:
            self.processes[number] = subprocess.Popen(
                self._commands[number],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=self._group,
            )

    def kill(self, number: int) -> None:
        """Kill a node, as a power cut does."""
        self.processes[number].kill()
        self.processes[number].wait()

    def log(self, number: int) -> str:
        """What a node has written."""
        assert self.folder is not None, "these nodes are not ours"
        return (self.folder / f"node{number}.log").read_text(errors="replace")


@contextmanager
def started(
    count: int = 1, *, heap: int = _HEAP, measured: bool = False, settings: Sequence[str] = ()
) -> Iterator[Nodes]:
    """Nodes that form a cluster; they and their files are removed at the end.

    Args:
        count: the number of nodes. A single node may be that of :data:`GIVEN`, which is not removed.
        heap: megabytes for each.
        measured: for benchmarks: with Java's second compiler, which makes a node faster after a while, and
            files on the disk.
            settings: further settings, ``name=value``; with them the cluster is never that of :data:`GIVEN`.

    Raises:
        Unavailable: if Java, Maven or the packages are not available.
    """
    if count == 1 and not settings and (given := os.environ.get(GIVEN)):
        yield Nodes(None, [int(given.rpartition(":")[2])])
        return
    if os.name != "posix":
        raise Unavailable("process groups are missing: nodes can be started on Linux and macOS")
    java = opensearch_jars.java()
    server = opensearch_jars.server(java)
    machine = [f"-Xms{heap}m", f"-Xmx{heap}m", *_MACHINE]
    if not measured:
        machine.append("-XX:TieredStopAtLevel=1")
    classes = f"{server / 'classes'}:{server / 'lib'}/*"
    for attempt in range(3):
        with _kept_folder(not measured) as (folder, group):
            nodes = _prepared(folder, group, [str(java), *machine, "-cp", classes], count, settings)
            try:
                for number in range(count):
                    nodes.start(number)
                try:
                    nodes.await_green()
                except ChildProcessError as error:
                    # Another process may have taken a port since it was found to be free.
                    if attempt < 2 and "Address already in use" in str(error):
                        continue
                    raise
                yield nodes
                return
            finally:
                for number in nodes.processes:
                    nodes.kill(number)


def _prepared(folder: Path, group: int, java: Sequence[str], count: int, settings: Sequence[str]) -> Nodes:
    """Nodes that have not been started."""
    ports = _free_ports(2 * count)
    nodes = Nodes(folder, ports[:count])
    nodes._group = group
    if count == 1:
        discovery = ["discovery.type=single-node"]
    else:
        discovery = [
            "discovery.seed_hosts=" + ",".join(f"127.0.0.1:{port}" for port in ports[count:]),
            "cluster.initial_cluster_manager_nodes=" + ",".join(f"node{number}" for number in range(count)),
        ]
    for number in range(count):
        nodes._commands[number] = [
            *java,
            "TestNode",
            f"node.name=node{number}",
            f"cluster.name={folder.name}",
            f"path.home={folder / f'node{number}'}",
            # The folder for snapshots.
            f"path.repo={folder / 'snapshots'}",
            "network.host=127.0.0.1",
            f"http.port={ports[number]}",
            f"transport.port={ports[count + number]}",
            *discovery,
            # The circuit breaker counts garbage too, so with a small heap it refuses requests.
            "indices.breaker.total.use_real_memory=false",
            # The tests also run on a machine whose disk is nearly full.
            "cluster.routing.allocation.disk.threshold_enabled=false",
            *settings,
        ]
    return nodes


def _free_ports(count: int) -> list[int]:
    """Different free ports of the loopback interface."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _is_roomy(folder: Path) -> bool:
    """Whether a folder exists and has room for what the tests index."""
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _ROOM


@contextmanager
def _kept_folder(in_memory: bool) -> Iterator[tuple[Path, int]]:
    """A new folder and a process group. At the end, or when this process has died, all processes of the
    group are killed and the folder is removed.

    Args:
        in_memory: whether the folder may be in memory. A node syncs its disk for every new index.
    """
    place = str(_MEMORY) if in_memory and _is_roomy(_MEMORY) else None
    folder = Path(tempfile.mkdtemp(prefix="khabar-nodes-", dir=place))
    keeper = subprocess.Popen([sys.executable, __file__, str(folder)], stdin=subprocess.PIPE, process_group=0)
    try:
        yield folder, keeper.pid
    finally:
        assert keeper.stdin is not None
        keeper.stdin.close()
        keeper.wait()
        for _ in range(100):
            if not folder.exists():
                break
            time.sleep(0.1)


def _keep(folder: str) -> None:
    """The keeper of a folder and a process group: it waits for the end of its input, which is the end of the
    process that started it, however that ends."""
    sys.stdin.buffer.read()
    group = os.getpgrp()
    if os.fork():
        signal.pause()
    os.setsid()
    os.killpg(group, signal.SIGKILL)
    # A killed process may still have files open for a moment.
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not Path(folder).exists():
            break
        time.sleep(0.1)


if __name__ == "__main__":
    _keep(sys.argv[1])
