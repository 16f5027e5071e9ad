"""An index on a cluster of one node, beside one in a folder, and beside OpenSearch's own ``arabic`` analyzer
(``arabic.py``): indexing, size, queries of one client and of sixteen at once, and relevance.

``python benchmarks/cluster.py [--articles 1000] [--queries 200] [--index-cache DIR]``

A short run is ``--rounds 1 --queries 100``: relevance is left out of a single round, and what is asked before
a clock starts goes with the number of queries.

The node is started by ``tests/cluster/nodes.py``, which says what is missing if it cannot be.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Any

from ask import asker
from common import Setting, Table, main, median, percentile
from processes import Cost, Failed, run
from relevance import COLLECTIONS, ask
from relevance import KHABAR as KHABAR_RANKING
from systems import KHABAR, System, answers, folder_mb, khabar_command, usual_phases
from texts import ROOT, Texts

from khabar.evaluation import read_collection
from khabar.library import create_index
from khabar.places import place_of

sys.path.append(str(ROOT / "tests" / "cluster"))
from nodes import Nodes, Unavailable, started

#: Megabytes of heap of the node.
HEAP = 1024
#: So many clients ask at once, for so many seconds.
CLIENTS, SECONDS = 16, 20.0
#: So many queries at least for each that is measured are asked before a clock starts: Java compiles what it
#: runs often.
WARMING = 5


@dataclass(frozen=True)
class Place:
    """An index that is measured.

    Attributes:
        name: as the tables name it.
        kind: who asks (``ask.py``).
        place: the folder or the address.
        shards: of an index on the node.
    """

    name: str
    kind: str
    place: str
    shards: int = 0


def places(nodes: Nodes, folder: Path, number: int) -> list[Place]:
    """What is compared; ``number`` tells the rounds apart."""

    def address(name: str) -> str:
        return f"opensearch://{nodes.hosts}/{name}-{number}"

    return [
        Place("khabar, folder", "khabar", str(folder / f"cluster-bench-{number}")),
        Place("khabar, cluster, 1 shard", "khabar", address("khabar1"), 1),
        Place("khabar, cluster, 3 shards", "khabar", f"{address('khabar3')}?shards=3", 3),
        Place("`arabic`, 1 shard", "arabic", address("arabic1"), 1),
        Place("`arabic`, 3 shards", "arabic", address("arabic3"), 3),
    ]


BASE = "`arabic`, 1 shard"


def measure(setting: Setting) -> Iterator[Table]:
    """All that is asked of an index on a cluster."""
    with ExitStack() as stack:
        try:
            nodes = stack.enter_context(started(1, heap=HEAP, measured=True))
        except Unavailable as error:
            raise Failed(f"no node: {error}") from error
        if nodes.folder is None:
            raise Failed("a node that was started for the benchmark is needed: unset KHABAR_TEST_CLUSTER")
        made = places(nodes, setting.texts.folder, 0)
        yield from indexing(setting, nodes)
        yield from queries(setting, made)
        yield crowd(setting, made)
        if setting.rounds > 1:
            yield from relevance(setting, nodes)


# Indexing


def fill(place: Place, texts: Texts) -> Cost:
    """Make an index, with the texts read from their source."""
    if place.kind == "arabic":
        arguments = [str(texts.articles_file), place.place, str(place.shards)]
        return run([sys.executable, str(ROOT / "benchmarks" / "arabic.py"), *arguments])
    command = [*khabar_command(), "index", str(texts.sources), "--index", place.place]
    return run(command, allowed=KHABAR.allowed)


def processor(nodes: Nodes) -> float:
    """The seconds of processor time that the node has used."""
    (node,) = nodes.request("GET", "/_nodes/stats/process")["nodes"].values()
    return float(node["process"]["cpu"]["total_in_millis"]) / 1000


def size_mb(nodes: Nodes, place: Place) -> float:
    """The bytes on the node's disk of all indices of an index."""
    if not place.shards:
        return folder_mb(Path(place.place))
    assert nodes.folder is not None
    name = place.place.rpartition("/")[2].partition("?")[0]
    # What is told of sizes is up to ten seconds old: the files are looked at.
    nodes.request("POST", f"/{name}*/_flush?force=true&wait_if_ongoing=true")
    kept = nodes.request("GET", f"/{name}*/_settings")
    nodes.request("POST", f"/{name}*/_refresh")
    uuids = [each["settings"]["index"]["uuid"] for each in kept.values()]
    return sum(folder_mb(folder) for uuid in uuids for folder in nodes.folder.glob(f"*/**/indices/{uuid}"))


def merged_mb(nodes: Nodes, place: Place) -> float | None:
    """The same with one segment in each shard. The cluster merges by and by; until then it keeps what it was
    sent beside what it made of it."""
    if not place.shards:
        return None
    name = place.place.rpartition("/")[2].partition("?")[0]
    nodes.request("POST", f"/{name}*/_forcemerge?max_num_segments=1", seconds=600)
    return size_mb(nodes, place)


def indexing(setting: Setting, nodes: Nodes) -> list[Table]:
    """How long it takes, and how large the index is."""
    texts = setting.texts
    _ = texts.count, texts.articles_file
    # The node compiles what it does often: the first one that it is asked for would pay for all.
    few = Texts(setting.cache, 1000, sample=setting.sample)
    for place in places(nodes, few.folder, -1):
        fill(place, few)
    costs: dict[str, list[tuple[Cost, float]]] = {}
    sizes: dict[str, float] = {}
    for number in setting.alternating():
        for place in places(nodes, texts.folder, number):
            print(f"indexing: {place.name}", file=sys.stderr, flush=True)
            before = processor(nodes)
            cost = fill(place, texts)
            costs.setdefault(place.name, []).append((cost, processor(nodes) - before))
            sizes[place.name] = size_mb(nodes, place)
    merged = {place.name: merged_mb(nodes, place) for place in places(nodes, texts.folder, 0)}
    rows = []
    for name, found in costs.items():
        wall = median([cost.wall for cost, _ in found])
        rows.append(
            (
                name,
                (
                    wall,
                    f"{texts.count / wall:,.0f}",
                    median([cost.cpu for cost, _ in found]),
                    median([node for _, node in found]) if "folder" not in name else None,
                    median([cost.peak_mb for cost, _ in found]),
                    sizes[name],
                    merged[name],
                ),
            )
        )
    return [
        Table(
            "Indexing, whole processes, one node without replicas.",
            (
                "",
                "wall, s",
                "articles/s",
                "client's processor, s",
                "node's processor, s",
                "client's memory, MB",
                "index, MB",
                "merged, MB",
            ),
            tuple(rows),
            BASE,
            "khabar reads its source, cleans, analyses and groups stories; `arabic` gets JSON Lines of clean "
            "articles by `parallel_bulk` of opensearch-py in two threads, without a refresh before the end.",
        )
    ]


# Queries


def asked_of(place: Place, setting: Setting) -> dict[str, list[float]]:
    """The milliseconds of each query, in a process of its own."""
    queries = setting.asked()
    phases = [("warm-up", queries.warm_up * WARMING), *usual_phases(queries)[1:]]
    found, _ = answers(asker_of(place), setting.texts.folder / place.name.replace(" ", "-"), phases)
    return dict(found)


def asker_of(place: Place) -> System:
    """The system whose ``ask`` asks of a place."""
    script = str(ROOT / "benchmarks" / "ask.py")
    return replace(
        KHABAR,
        name=place.name,
        ask=lambda folder, queries, warm: [sys.executable, script, place.kind, place.place, str(queries)],
    )


def queries(setting: Setting, made: Sequence[Place]) -> list[Table]:
    """p50 and p95 of one client."""
    made = [*made, *(_marked(place) for place in made if place.kind == "arabic")]
    times: dict[str, dict[str, list[list[float]]]] = {place.name: {} for place in made}
    for _ in setting.alternating():
        for place in made:
            print(f"asking: {place.name}", file=sys.stderr, flush=True)
            for phase, values in asked_of(place, setting).items():
                times[place.name].setdefault(phase, []).append(values)
    titles = {"first": "Queries never asked before", "again": "The same queries once more"}
    return [
        Table(
            f"{title}, one client, milliseconds.",
            ("", "2–3 words p50", "p95", "headline p50", "p95"),
            tuple(
                (
                    name,
                    tuple(
                        median([percentile(each, share) for each in rounds[f"{kind}, {when}"]])
                        for kind in ("short", "headline")
                        for share in (0.5, 0.95)
                    ),
                )
                for name, rounds in times.items()
            ),
            BASE,
            "khabar: `Index.search` with marked snippets. `arabic`: ten hits of a plain `match`."
            if when == "first"
            else "",
        )
        for when, title in titles.items()
    ]


def _marked(place: Place) -> Place:
    return Place(f"{place.name}, highlights", "arabic-marked", place.place, place.shards)


# Many at once


def _client(kind: str, place: str, asked: Sequence[str], begin: Any, results: Any) -> None:
    """One of many clients: it is ready, waits for the others, asks, and gives its times."""
    ask_one = asker(kind, place_of(place))
    for query in asked[:5]:
        ask_one(query)
    begin.wait()
    times: list[float] = []
    began = time.time()
    for query in cycle(asked):
        if time.time() > began + SECONDS:
            break
        before = time.perf_counter()
        ask_one(query)
        times.append((time.perf_counter() - before) * 1000)
    results.put((began, time.time(), times))


def crowd(setting: Setting, made: Sequence[Place]) -> Table:
    """Sixteen clients, each a process, that ask headlines and short queries as fast as they are answered, for
    some seconds."""
    asked = setting.asked()
    mixed = [query for pair in zip(asked.short, asked.headlines, strict=False) for query in pair]
    context = multiprocessing.get_context("spawn")
    rows = []
    for place in made:
        print(f"{CLIENTS} clients: {place.name}", file=sys.stderr, flush=True)
        begin, results = context.Barrier(CLIENTS), context.Queue()
        clients = [
            context.Process(
                target=_client,
                args=(place.kind, place.place, mixed[shift:] + mixed[:shift], begin, results),
            )
            for shift in (number * len(mixed) // CLIENTS for number in range(CLIENTS))
        ]
        for client in clients:
            client.start()
        told = [results.get(timeout=600) for _ in clients]
        for client in clients:
            client.join()
        took = max(end for _, end, _ in told) - min(began for began, _, _ in told)
        times = [each for _, _, found in told for each in found]
        figures = (len(times) / took, percentile(times, 0.5), percentile(times, 0.95))
        rows.append((place.name, figures))
    return Table(
        f"{CLIENTS} clients at once, each a process on the node's own machine.",
        ("", "answers a second", "p50, ms", "p95, ms"),
        tuple(rows),
        BASE,
        f"For {SECONDS:g} s: half short queries, half headlines. Client and node share the processors.",
    )


# Relevance


def relevance(setting: Setting, nodes: Nodes) -> list[Table]:
    """nDCG@10 of the cluster beside that of a folder, on the collections that are there."""
    rows = []
    folders = sorted(COLLECTIONS.glob("*/qrels.txt")) if not setting.sample else []
    for number, folder in enumerate(path.parent for path in folders):
        print(f"relevance: {folder.name}", file=sys.stderr, flush=True)
        collection = read_collection(folder)
        names = list(collection.queries)[:: max(1, len(collection.queries) // setting.queries)]
        asked = {name: collection.queries[name] for name in names[: setting.queries]}
        judged = {name: collection.judgements[name] for name in asked if name in collection.judgements}
        scores: list[float] = []
        for place in (setting.texts.folder / f"ir-{folder.name}", f"opensearch://{nodes.hosts}/ir{number}"):
            with create_index(place) as index:
                index.add(collection.documents(), batch=None)
                found = ask(index, asked, judged, KHABAR_RANKING)
                scores.append(found.metrics["nDCG@10"])
        rows.append((folder.name, (f"{scores[0]:.4f}", f"{scores[1]:.4f}", f"{scores[1] - scores[0]:+.4f}")))
    if not rows:
        return []
    columns = ("nDCG@10", "folder", "cluster", "difference")
    title = (
        f"Relevance of the same articles in a folder and on the cluster, at most {setting.queries} queries."
    )
    return [Table(title, columns, tuple(rows))]


if __name__ == "__main__":
    main(__doc__, measure)
