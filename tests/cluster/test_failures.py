"""Failures of a cluster: a node, a client, a disk, the queue of writes, a shard. What was acknowledged is
kept, nothing is duplicated, and what cannot be done is reported.

KHABAR_KILLS sets how many times a client is killed (8 by default), and KHABAR_SEED the random moments.
"""

from __future__ import annotations

import logging
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import replace
from nodes import Nodes, started

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import ClusterUnavailable, IndexNotFound
from khabar.library import Index, create_index, open_index
from seeds import SEED

pytestmark = pytest.mark.cluster

KILLS = int(os.environ.get("KHABAR_KILLS", "8"))
CONFORMANCE = Path(__file__).parents[1] / "conformance"
WORDS = ("القمح", "الوادي", "مدينة", "رئيس", "الجسر", "المكتبة", "البحر")


def numbered(first: int, count: int) -> list[Article]:
    """Articles with a common word."""
    return [
        Article(f"n{number}", f"مشترك رقم{number}", (f"وصل {WORDS[number % 7]} إلى {WORDS[number % 5]}.",))
        for number in range(first, first + count)
    ]


def held(index: Index) -> list[str]:
    return [article.id for article in index.articles()]


def whole(index: Index, count: int) -> None:
    """Check that the index has and finds the given number of articles, each once."""
    assert sorted(held(index)) == sorted(article.id for article in numbered(0, count))
    assert index.search("مشترك", limit=0).total == count
    assert index.info().statistics.articles == count


# A node


def manager(nodes: Nodes) -> int:
    """The number of the elected manager node."""
    [found] = nodes.request("GET", "/_cat/cluster_manager?format=json&h=node")
    return int(found["node"].removeprefix("node"))


@pytest.fixture
def mended(three_nodes: Nodes) -> Iterator[Nodes]:
    """The three nodes; a node that a test kills is started again."""
    yield three_nodes
    for number, process in three_nodes.processes.items():
        if process.poll() is not None:
            three_nodes.start(number)
    three_nodes.await_green()


@pytest.mark.parametrize("which", ["the manager", "another"])
def test_a_node_dies_while_two_write_and_search(
    mended: Nodes, quick_analyzer: Analyzer, caplog: pytest.LogCaptureFixture, which: str
) -> None:
    """Nothing acknowledged is lost, searches continue, and the log reports what the client did."""
    with mended.fresh() as address:
        place = f"{address}?shards=3&replicas=1"
        with create_index(place, analyzer=quick_analyzer) as index:
            index.add(numbered(0, 30))
            acknowledged: list[int] = [30]
            answers: list[tuple[float, int]] = []
            failures: list[BaseException] = []
            over = threading.Event()

            def write() -> None:
                try:
                    while not over.is_set():
                        index.add(numbered(acknowledged[-1], 10))
                        acknowledged.append(acknowledged[-1] + 10)
                except BaseException as error:
                    failures.append(error)

            def search() -> None:
                try:
                    with open_index(place, analyzer=quick_analyzer) as other:
                        while not over.is_set():
                            known = acknowledged[-1]
                            total = other.search("مشترك").total
                            assert total >= known
                            answers.append((time.monotonic(), total))
                except BaseException as error:
                    failures.append(error)

            threads = [threading.Thread(target=write), threading.Thread(target=search)]
            with caplog.at_level(logging.WARNING, logger="khabar.cluster"):
                for thread in threads:
                    thread.start()
                time.sleep(1)
                elected = manager(mended)
                victim = elected if which == "the manager" else (elected + 1) % 3
                mended.kill(victim)
                killed, before = time.monotonic(), acknowledged[-1]
                # Until both have continued for a while.
                end = killed + 60
                while time.monotonic() < end and not failures:
                    time.sleep(0.2)
                    if acknowledged[-1] >= before + 50 and answers[-1][0] > killed + 3:
                        break
                over.set()
                for thread in threads:
                    thread.join(120)
            assert failures == []
            assert acknowledged[-1] >= before + 50
            whole(index, acknowledged[-1])
            told = [record.getMessage() for record in caplog.records if record.name == "khabar.cluster"]
            assert any("tried again" in each or "another node" in each for each in told), told


def test_a_missing_shard_is_told(mended: Nodes, quick_analyzer: Analyzer) -> None:
    """Without copies, a part of the index is missing with a dead node, and the rest gives no answer."""
    with mended.fresh() as address:
        name = address.rpartition("/")[2]
        with create_index(f"{address}?shards=3&replicas=0", analyzer=quick_analyzer) as index:
            index.add(numbered(0, 60))
            shards = mended.request("GET", f"/_cat/shards/{name}.1.articles?format=json&h=node")
            others = mended.request("GET", f"/_cat/shards/{name}.1.*?format=json&h=node,index")
            kept = {each["node"] for each in others if not each["index"].endswith("articles")}
            alone = [each["node"] for each in shards if each["node"] not in kept] or [shards[0]["node"]]
            victim = int(alone[0].removeprefix("node"))
            mended.kill(victim)
            index._store.cluster.patience = 2.0  # type: ignore[attr-defined]
            with pytest.raises(ClusterUnavailable) as caught:
                index.search("مشترك وصل")
            assert caught.value.code in ("partial", "busy")
            mended.start(victim)
            mended.await_green()
            index._store.cluster.patience = 60.0  # type: ignore[attr-defined]
            whole(index, 60)


# A client

COUNT, BATCH = 60, 5


def adding(address: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(CONFORMANCE / "adder.py"), address, str(COUNT), str(BATCH)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_client_is_killed_at_random_moments(cluster: Nodes, address: str, quick_analyzer: Analyzer) -> None:
    """What it had committed stays, the next run completes its work, and nothing is duplicated."""
    print(f"KHABAR_SEED={SEED}")
    choose = random.Random(SEED)
    kept = kills = 0
    for _ in range(20 * KILLS):
        if kills == KILLS:
            break
        process = adding(address)
        assert process.stdout is not None
        with process.stdout as output:
            assert output.readline() == "ready\n"
            time.sleep(choose.random() ** 2 * 2)
            process.kill()
            kills += process.wait() == -9
        now = 0
        with suppress(IndexNotFound), open_index(address, analyzer=quick_analyzer) as index:
            ids = held(index)
            assert len(set(ids)) == len(ids)
            now = len(ids)
            assert now >= kept
            if now == COUNT:
                # All are there: start again, from a part of them.
                index.remove(choose.sample(ids, COUNT - BATCH))
                now = BATCH
        # An index that cannot be opened yet has no articles.
        assert now or not kept
        kept = now
    assert kills == KILLS
    last = adding(address)
    assert last.stdout is not None
    with last.stdout as output:
        assert output.readline() == "ready\n"
        added, unchanged = map(int, output.read().split())
    assert last.wait() == 0
    assert added + unchanged == COUNT and unchanged >= kept
    with open_index(address, analyzer=quick_analyzer) as index:
        assert sorted(held(index)) == sorted(f"n{number}" for number in range(COUNT))
        assert index.search("مشترك", limit=0).total == COUNT


def test_two_clients_write_at_once(address: str, quick_analyzer: Analyzer) -> None:
    """Neither loses the work of the other; an article of both is there once."""
    with create_index(address, analyzer=quick_analyzer):
        pass
    processes = [adding(address) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        with process.stdout as output:
            assert output.read().startswith("ready")
        assert process.wait() == 0
    with open_index(address, analyzer=quick_analyzer) as index:
        assert sorted(held(index)) == sorted(f"n{number}" for number in range(COUNT))


# A disk, and the queue of writes


def test_a_full_disk(cluster: Nodes, address: str, quick_analyzer: Analyzer) -> None:
    """A cluster with full disks refuses writes. This is reported, searches continue, and later all is
    added."""
    name = address.rpartition("/")[2]
    with create_index(address, analyzer=quick_analyzer) as index:
        index.add(numbered(0, 20))
        blocked = {"index.blocks.read_only_allow_delete": True}
        cluster.request("PUT", f"/{name}.*/_settings", blocked)
        index._store.cluster.patience = 1.0  # type: ignore[attr-defined]
        with pytest.raises(ClusterUnavailable) as caught:
            index.add(numbered(0, 40))
        assert caught.value.code == "full"
        whole(index, 20)
        cluster.request("PUT", f"/{name}.*/_settings", dict.fromkeys(blocked))
        report = index.add([*numbered(0, 39), replace(numbered(39, 1)[0], title="مشترك آخر")])
        assert report.total == 40 and not report.skipped
        assert len(index) == len(set(held(index))) == 40


def test_no_room_for_writes(quick_analyzer: Analyzer, caplog: pytest.LogCaptureFixture) -> None:
    """A node that accepts one write at a time refuses the others (429); they are sent again, and logged."""
    few = ["thread_pool.write.queue_size=1", "thread_pool.write.size=1", "node.processors=1"]
    caplog.set_level(logging.WARNING, "khabar.cluster")
    with started(1, settings=few) as nodes, nodes.fresh() as address:
        create_index(f"{address}?shards=3", analyzer=quick_analyzer).close()
        failures: list[BaseException] = []

        def add(part: int) -> None:
            try:
                with open_index(address, analyzer=quick_analyzer) as index:
                    index.add(numbered(100 * part, 100), batch=20)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=add, args=(part,)) for part in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert failures == []
        with open_index(address, analyzer=quick_analyzer) as index:
            whole(index, 600)
    assert any("no room" in record.getMessage() or "429" in record.getMessage() for record in caplog.records)
