"""The test bed: it reports what is missing, and leaves nothing that it started."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import opensearch_jars
import pytest
from nodes import GIVEN, Nodes, Unavailable, started


@pytest.fixture
def no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without Java, Maven and packages; the folder is the path for commands."""
    for name in ("JAVA_HOME", GIVEN):
        monkeypatch.delenv(name, raising=False)
    commands = tmp_path / "bin"
    commands.mkdir()
    monkeypatch.setenv("PATH", str(commands))
    monkeypatch.setenv("KHABAR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(opensearch_jars, "INSTALLED", tmp_path / "jvm")
    return commands


def give(commands: Path, name: str, script: str) -> None:
    (commands / name).write_text(f"#!/bin/sh\n{script}\n")
    (commands / name).chmod(0o755)


def missing() -> str:
    with pytest.raises(Unavailable) as caught, started():
        pass
    return str(caught.value)


def test_what_is_missing_is_named(no_java: Path) -> None:
    assert missing().startswith("Java 17 or newer is missing")
    give(no_java, "java", "echo 'openjdk version \"11.0.2\"' >&2")
    assert missing().startswith("Java 17 or newer is missing")
    give(no_java, "java", "echo 'openjdk version \"21.0.2\" 2024-01-16' >&2")
    assert missing().startswith("javac, the compiler of Java, is missing")
    give(no_java, "javac", "true")
    assert missing().startswith("Maven is missing")
    give(no_java, "mvn", "echo '[ERROR] Unknown host repo.maven.apache.org'; exit 1")
    assert missing() == "OpenSearch 2.19.6 cannot be had: mvn: [ERROR] Unknown host repo.maven.apache.org"


def test_a_server_that_was_fetched_by_half_is_none(no_java: Path, tmp_path: Path) -> None:
    give(no_java, "java", "echo 'openjdk version \"17.0.1\"' >&2")
    give(no_java, "javac", "exit 1")
    give(no_java, "mvn", "true")
    assert missing() == "a node cannot be had: javac: 1"
    assert not list((tmp_path / "cache").iterdir())
    give(no_java, "javac", "true")
    assert opensearch_jars.server(opensearch_jars.java()).name == "opensearch-2.19.6"
    assert [each.name for each in (tmp_path / "cache").iterdir()] == ["opensearch-2.19.6"]


def test_a_server_of_another_recipe_is_made_anew(no_java: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give(no_java, "java", "echo 'openjdk version \"17.0.1\"' >&2")
    give(no_java, "javac", "true")
    give(no_java, "mvn", "true")
    java = opensearch_jars.java()
    server = opensearch_jars.server(java)
    give(no_java, "mvn", "exit 1")
    assert opensearch_jars.server(java) == server
    (server / "pom.xml").write_text("another")
    with pytest.raises(Unavailable):
        opensearch_jars.server(java)


@pytest.mark.cluster
def test_a_node_answers(cluster: Nodes, address: str) -> None:
    assert cluster.request("GET", "/_cluster/health")["status"] == "green"
    assert address.startswith("opensearch://127.0.0.1:")


@pytest.mark.cluster
def test_what_a_test_made_is_removed(cluster: Nodes) -> None:
    with cluster.fresh() as address:
        name = address.rpartition("/")[2]
        cluster.request("PUT", f"/{name}.1.articles", {"aliases": {name: {}}})
    assert name not in cluster.request("GET", "/_cat/indices")
    assert name not in cluster.request("GET", "/_cat/aliases")


@pytest.mark.cluster
def test_three_nodes_are_one_cluster(three_nodes: Nodes) -> None:
    assert three_nodes.request("GET", "/_cluster/health")["number_of_nodes"] == 3
    assert len(three_nodes.hosts.split(",")) == 3


STARTER = """
import time
from nodes import started
with started() as nodes:
    print(nodes.folder, nodes.processes[0].pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.cluster
def test_nothing_stays_of_a_process_that_is_killed(cluster: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(GIVEN, raising=False)
    here = Path(__file__).parent
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER], cwd=here, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert starter.stdout is not None
    with starter.stdout as output:
        folder, process = output.readline().split()
    starter.kill()
    starter.wait()
    end = time.monotonic() + 20
    while time.monotonic() < end and (Path(folder).exists() or runs(int(process))):
        time.sleep(0.1)
    assert not Path(folder).exists()
    assert not runs(int(process))


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # A process that has ended but is still a zombie does not count as running.
    state = Path(f"/proc/{process}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")
