"""The stories of articles on a cluster, by the rule of :mod:`khabar.stories.grouping`.

A document names the leader of its story, and stores its sketch and the keys of the sketch. So one search for
documents that share a key finds the articles that may be similar to new ones, for many at once; their
sketches are compared here. If a leader is removed, the other articles of its story are grouped again.

Two clients that write at the same time do not see each other's articles before these are refreshed. If both
bring the same report, it may begin two stories, which later articles join by similarity.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.analysis.analyzer import Analyzer
from khabar.cluster.client import Cluster
from khabar.cluster.documents import document
from khabar.cluster.texts import article_of
from khabar.cluster.writing import Version, Write, several
from khabar.index.encoder import Encoder
from khabar.stories.grouping import COMMON, join_stories
from khabar.stories.sketch import KEYS, SKETCH, Sketch, likeness
from khabar.upkeep.workers import encode_articles

__all__ = ["Grouped", "Telling", "grouped", "kin", "leaders", "members", "moves", "stories"]

#: The number of keys in one search, and of documents that it may find; if there are more, the keys are
#: halved.
_KEYS_AT_ONCE, _MOST = 2_000, 1_000
#: The number of searches in one request, and of leaders in one search.
_SEARCHES, _LEADERS = 8, 1_000
_FIELDS = "id,order,story,keys,sketch"


class Telling(msgspec.Struct, frozen=True, eq=False):
    """An article of the index with its story.

    Attributes:
        id: the id of its document.
        order: its place in the order of indexing.
        story: the id of the leader of its story.
        sketch: its sketch and keys; None if it has too few words.
        version: the version of its document.
    """

    id: str
    order: int
    story: str
    sketch: Sketch | None
    version: Version

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Telling:
        """Read it from a document with :data:`_FIELDS` in its source."""
        source = found["_source"]
        sketch = None
        if "sketch" in source:
            bins = np.frombuffer(b64decode(source["sketch"]), np.uint8)
            sketch = bins, np.array(source["keys"], np.uint32)
        version = Version(found["_seq_no"], found["_primary_term"])
        return cls(source["id"], source["order"], source["story"], sketch, version)


def kin(cluster: Cluster, index: str, keys: Iterable[int]) -> dict[str, Telling]:
    """The articles that have one of some keys, by their ids. For each key, at least the newest
    :data:`~khabar.stories.grouping.COMMON` are included.

    Args:
        cluster: the cluster.
        index: the index of articles, refreshed.
        keys: keys of sketches.
    """
    found: dict[str, Telling] = {}
    rest = iter(sorted(set(keys) - {0}))
    waiting: list[list[int]] = []
    while lot := list(islice(rest, _KEYS_AT_ONCE)):
        waiting.append(lot)
    while waiting:
        lots, waiting = waiting[:_SEARCHES], waiting[_SEARCHES:]
        answers = cluster.msearch([(index, _sharing(lot)) for lot in lots])
        for lot, answer in zip(lots, answers, strict=True):
            hits = answer["hits"]
            if hits["total"]["value"] > _MOST and len(lot) > 1:
                middle = len(lot) // 2
                waiting += [lot[:middle], lot[middle:]]
                continue
            records = map(Telling.of, hits["hits"])
            found.update((each.id, each) for each in records)
    return found


def _sharing(keys: Sequence[int]) -> dict[str, Any]:
    """The search for articles with one of some keys, the newest first."""
    return {
        "query": {"bool": {"filter": {"terms": {"keys": keys}}}},
        "sort": [{"order": "desc"}],
        "size": _MOST if len(keys) > 1 else COMMON,
        "track_total_hits": _MOST + 1,
        "seq_no_primary_term": True,
        "_source": _FIELDS.split(","),
    }


def leaders(cluster: Cluster, index: str, ids: Collection[str]) -> dict[str, Telling]:
    """The articles with some ids, as far as they exist."""
    found = several(cluster, index, list(ids), _FIELDS)
    return {record.id: record for record in (Telling.of(each) for each in found if each["found"])}


def members(cluster: Cluster, index: str, gone: Collection[str]) -> dict[str, Telling]:
    """The articles in the stories of some leaders, without the leaders.

    Args:
        cluster: the cluster.
        index: the index of articles, refreshed.
        gone: the ids of the leaders.
    """
    found: dict[str, Telling] = {}
    rest = iter(gone)
    while lot := list(islice(rest, _LEADERS)):
        query = {"bool": {"filter": {"terms": {"story": lot}}, "must_not": {"terms": {"id": lot}}}}
        for hit in _all(cluster, index, query):
            record = Telling.of(hit)
            if record.id not in gone:
                found[record.id] = record
    return found


def _all(cluster: Cluster, index: str, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """All hits of a query, in the order of indexing."""
    after: list[Any] | None = None
    while True:
        body: dict[str, Any] = {
            "query": query,
            "sort": [{"order": "asc"}, {"id": "asc"}],
            "size": _MOST,
            "track_total_hits": False,
            "seq_no_primary_term": True,
            "_source": _FIELDS.split(","),
        }
        if after is not None:
            body["search_after"] = after
        hits = cluster.search(index, body)["hits"]["hits"]
        yield from hits
        if len(hits) < _MOST:
            return
        after = hits[-1]["sort"]


def stories(
    new: Sequence[tuple[str, Sketch | None]], known: Collection[Telling], orphans: Collection[Telling]
) -> dict[str, str]:
    """Find the leaders of new articles and of those whose leader is removed.

    Args:
        new: ids and sketches of new articles, in the order of indexing.
        known: the articles of the index that share a key with them, and the leaders of these; without the new
            articles and the orphans.
        orphans: articles whose leader is removed.

    Returns:
        The id of each article's leader, by the id of the article.
    """
    before = sorted([*known, *orphans], key=lambda record: (record.order, record.id))
    names = [record.id for record in before] + [each for each, _ in new]
    sketches = [record.sketch for record in before] + [sketch for _, sketch in new]
    places = {each: number for number, each in enumerate(names)}
    grouped = {record.id for record in orphans} | {each for each, _ in new}
    bins = np.zeros((len(names), SKETCH), np.uint8)
    keys = np.zeros((len(names), KEYS), np.uint32)
    for number, sketch in enumerate(sketches):
        if sketch is not None:
            bins[number], keys[number] = sketch
    settled = [number for number, record in enumerate(before) if record.id not in grouped]

    def alike(number: int, others: list[int]) -> NDArray[np.float64]:
        return likeness(bins[number], bins[others])

    joined = join_stories(
        [(number, keys[number]) for number, each in enumerate(names) if each in grouped and keys[number, 0]],
        np.array(settled, np.int64),
        np.array([places[before[number].story] for number in settled], np.int64),
        keys[settled],
        alike,
    )
    led = {each: each for each in grouped}
    led.update((names[number], names[leader]) for number, leader in joined.items())
    return led


class Grouped(NamedTuple):
    """The stories of articles. All ids are those of documents.

    Attributes:
        leaders: the id of each article's leader, by the id of the article.
        moved: articles of the index that move to another story.
    """

    leaders: dict[str, str]
    moved: list[Telling]


def grouped(
    cluster: Cluster, index: str, new: Sequence[tuple[str, Sketch | None]], gone: Collection[str]
) -> Grouped:
    """Group new articles, and those whose leader is removed or replaced.

    Args:
        cluster: the cluster.
        index: the index of articles, refreshed.
        new: ids and sketches of new articles, in the order of indexing.
        gone: the ids of articles in the index that will be removed or replaced.
    """
    sketch_keys = {key for _, sketch in new if sketch is not None for key in sketch[1].tolist()}
    passed = {each for each, _ in new}.union(gone)
    orphans = members(cluster, index, gone) if gone else {}
    found = kin(cluster, index, sketch_keys)
    while True:
        more = {
            key for record in orphans.values() if record.sketch for key in record.sketch[1].tolist()
        } - sketch_keys
        if more:
            sketch_keys |= more
            found |= kin(cluster, index, more)
        known = {each: record for each, record in found.items() if each not in passed and each not in orphans}
        missing = {record.story for record in known.values()} - known.keys() - passed - orphans.keys()
        known |= leaders(cluster, index, missing)
        # Their leader was removed, or never written because a client was killed.
        stray = {
            each: record
            for each, record in known.items()
            if record.story not in known or known[record.story].story != record.story
        }
        if not stray:
            break
        orphans |= stray
    led = stories(new, known.values(), orphans.values())
    return Grouped(led, [record for each, record in orphans.items() if led[each] != record.story])


def moves(cluster: Cluster, index: str, analyzer: Analyzer, found: Grouped) -> Iterator[Write]:
    """The writes that move articles to another story. A document does not store its words, so they are
    encoded again.

    Args:
        cluster: the cluster.
        index: the index of articles.
        analyzer: the analyzer of the index.
        found: the stories.
    """
    if not found.moved:
        return
    encoder = Encoder(analyzer)
    keys = [record.id for record in found.moved]
    documents = several(cluster, index, keys, "article,fingerprint")
    for record, there in zip(found.moved, documents, strict=True):
        if not there["found"] or there["_seq_no"] != record.version.seq_no:
            # Another writer has just replaced it and found its story.
            continue
        article = article_of(cluster.address, there["_source"])
        words, _ = encode_articles(encoder, [article])
        changed = document(
            article,
            words,
            there["_source"]["fingerprint"],
            record.order,
            story=found.leaders[record.id],
            sketch=record.sketch,
        )
        yield Write(record.id, changed, record.version, 40 * len(words.tokens))
