"""Checks that an index on a cluster is complete, matches this khabar, and is consistent.

The cluster compares its files with its own checksums. This checks the index from outside: missing shards,
mappings, articles without words, articles of files, stories without a leader. A sample of the articles is
analysed again and compared.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from khabar.analysis.analyzer import Analyzer
from khabar.cluster.client import Cluster
from khabar.cluster.copying import UNREADABLE, everything
from khabar.cluster.documents import packed_tokens
from khabar.cluster.inventory import KINDS, inventory
from khabar.cluster.mapping import ARTICLES, RECORDS, STATE, WORDS, bodies, edition_index, identity
from khabar.cluster.records import FilesLog
from khabar.cluster.state import (
    Kept,
    check_usable,
    edition_and_generation,
    host,
    lost_of,
    lost_words,
    read_state,
)
from khabar.cluster.story_groups import leaders
from khabar.cluster.texts import article_of
from khabar.cluster.words import kept_term
from khabar.corpus.article import Article
from khabar.dates.mentions import PREFIX
from khabar.errors import IndexDamaged
from khabar.index.encoder import Encoder
from khabar.places import Address
from khabar.upkeep.check import CheckReport, Damage
from khabar.upkeep.manifest import Manifest
from khabar.upkeep.workers import encode_articles

__all__ = ["check"]

#: The number of articles analysed again, and of ids counted in one search.
_SAMPLE, _IDS = 200, 10_000
#: The remedy for damage that the cluster must repair.
_CLUSTER = "cluster"
#: The remedy if the articles are lost.
_ANEW = "anew"
_CLOSED = "closed"


def check(place: Address, analyzer: Analyzer) -> CheckReport:
    """Check a whole index.

    Args:
        place: its address.
        analyzer: the analyzer it must have been made with.

    Raises:
        IndexNotFound: if there is no index.
        IndexMismatch: if it has another format version or analyzer.
        ClusterUnavailable: if the cluster does not answer.
    """
    cluster = Cluster(place)
    try:
        kept = read_state(cluster)
    except IndexDamaged as error:
        return _without_state(cluster, error)
    check_usable(cluster, kept.state, analyzer.fingerprint)
    names = (kept.articles, kept.words, kept.records)
    there = _shown(cluster)
    # If one of the indices cannot be read, nothing else is certain.
    damages = list(_lost(cluster, kept.state.edition))
    damages += [Damage(name, "it is closed", _CLUSTER) for name in names if there.get(name) == _CLOSED]
    damages += [
        Damage(name, "shards of it are missing", _CLUSTER) for name in names if there.get(name) == "red"
    ]
    if any(each.file in names for each in damages):
        return CheckReport(place, tuple(damages), len(names), 0, 0)
    cluster.request("POST", f"/{','.join(names)}/_refresh")
    damages += [
        Damage(name, "copies of its shards are missing", _CLUSTER)
        for name in names
        if there[name] == "yellow"
    ]
    articles = cluster.request("GET", f"/{kept.articles}/_count")["count"]
    for look in (_words, _mappings, _fields, _stories, _files, _left):
        damages += look(cluster, kept)
    damages += _sampled(cluster, kept, analyzer)
    return CheckReport(place, tuple(damages), len(names), 0, articles)


def _without_state(cluster: Cluster, error: IndexDamaged) -> CheckReport:
    """The report on an index whose state is lost or damaged."""
    edition, _ = edition_and_generation(cluster)
    damages = list(_lost(cluster, edition))
    if not damages:
        state = f"{edition_index(cluster.address.name, edition, RECORDS)}/_doc/{STATE}"
        damages.append(Damage(state, error.cause))
    return CheckReport(cluster.address, tuple(damages), len(KINDS), 0, 0)


def _lost(cluster: Cluster, edition: int) -> Iterator[Damage]:
    """The lost parts of an edition: indices, aliases, the state."""
    articles = edition_index(cluster.address.name, edition, ARTICLES)
    for name in lost_of(cluster, edition):
        yield Damage(name, "it is not there", _ANEW if name == articles else "rebuild")


def _shown(cluster: Cluster) -> dict[str, str]:
    """The state of each index: ``closed``; ``red`` if a shard is missing, ``yellow`` if a copy of a shard is
    missing, otherwise ``green``."""
    path = f"/_cluster/health/{cluster.address.name}.*"
    found = cluster.request("GET", path, level="indices", expand_wildcards="open")["indices"]
    return {name: found[name]["status"] if name in found else _CLOSED for name in inventory(cluster).indices}


def _words(cluster: Cluster, kept: Kept) -> Iterator[Damage]:
    """Words that are lost."""
    if count := lost_words(cluster, kept):
        yield Damage(kept.words, f"words that are gone: {count:,}", "rebuild")


def _mappings(cluster: Cluster, kept: Kept) -> Iterator[Damage]:
    """Mappings that were changed."""
    templates = bodies(kept.state.analyzer, shards=1, replicas=0)
    for which, name in ((ARTICLES, kept.articles), (WORDS, kept.words), (RECORDS, kept.records)):
        there = cluster.request("GET", f"/{name}/_mapping")[name]["mappings"]
        expected = templates[which]["mappings"]
        if there.get("_meta") != expected["_meta"] or there.get("dynamic") != "strict":
            yield Damage(name, "its mapping does not say what made it", "rebuild")
        for field in sorted(_changed(expected["properties"], there.get("properties", {}))):
            yield Damage(name, f"the field {field} is not mapped as it was", "rebuild")


def _changed(expected: Mapping[str, Any], there: Mapping[str, Any]) -> set[str]:
    """The fields that differ. The cluster omits defaults in a mapping."""
    return (expected.keys() ^ there.keys()) | {
        field
        for field in expected.keys() & there.keys()
        if any(there[field].get(option, value) != value for option, value in expected[field].items())
        or any(value for option, value in there[field].items() if option not in expected[field])
    }


def _fields(cluster: Cluster, kept: Kept) -> Iterator[Damage]:
    """Articles without a required field."""
    for field in ("all", "tokens", "order", "story", "count", "length"):
        query = {"bool": {"must_not": {"exists": {"field": field}}}}
        count = cluster.request("POST", f"/{kept.articles}/_count", {"query": query})["count"]
        if count:
            yield Damage(kept.articles, f"articles without the field {field}: {count:,}", "rebuild")


def _stories(cluster: Cluster, kept: Kept) -> Iterator[Damage]:
    """Articles whose story has no leader."""
    body = {
        "sort": [{"_doc": "asc"}],
        "size": _IDS,
        "_source": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["id", "story"],
    }
    led: Counter[str] = Counter()
    for hit in everything(cluster, kept.articles, body):
        fields = hit.get("fields", {})
        # Articles without a story are reported already.
        if fields.keys() >= {"id", "story"} and fields["id"] != fields["story"]:
            led[fields["story"][0]] += 1
    there = leaders(cluster, kept.articles, led)
    lost = sum(count for each, count in led.items() if each not in there or there[each].story != each)
    if lost:
        what = f"{lost:,} articles are of a story whose first article is gone"
        yield Damage(kept.articles, what, "rebuild")


def _files(cluster: Cluster, kept: Kept) -> Iterator[Damage]:
    """Articles of this machine's files that are missing."""
    manifest = Manifest.open(FilesLog(cluster, kept.records, host()))
    ids = {identity(each) for source in manifest.sources.values() for each in source.ids}
    if lost := len(ids) - _count(cluster, kept.articles, "id", ids):
        yield Damage(kept.articles, f"articles of files that are not in it: {lost:,}", "sources", lost)


def _count(cluster: Cluster, index: str, field: str, values: Iterable[str]) -> int:
    """The number of documents that have one of some values in a field."""
    rest = iter(values)
    count = 0
    while lot := list(islice(rest, _IDS)):
        query = {"terms": {field: lot}}
        count += cluster.request("POST", f"/{index}/_count", {"query": query})["count"]
    return count


def _left(cluster: Cluster, kept: Kept) -> Iterator[Damage]:
    """Editions left by a rebuild."""
    for each in inventory(cluster).editions:
        if each != kept.state.edition:
            name = edition_index(cluster.address.name, each, ARTICLES)
            yield Damage(name, "an interrupted rebuild left it, or a rebuild is under way", "rebuild")


def _sampled(cluster: Cluster, kept: Kept, analyzer: Analyzer) -> Iterator[Damage]:
    """Articles from a random sample whose words are not those that the analyzer gives, or are not among the
    words of the index."""
    draw = {"function_score": {"query": {"match_all": {}}, "random_score": {}, "boost_mode": "replace"}}
    body = {"query": draw, "size": _SAMPLE, "_source": ["article"], "docvalue_fields": ["tokens"]}
    hits = cluster.search(kept.articles, body)["hits"]["hits"]
    encoder = Encoder(analyzer)
    articles: list[Article] = []
    tokens: list[str] = []
    for hit in hits:
        with suppress(IndexDamaged):
            articles.append(article_of(cluster.address, hit["_source"]))
            tokens += hit.get("fields", {}).get("tokens", [""])
    if unread := len(hits) - len(articles):
        yield Damage(kept.articles, UNREADABLE, "sources", unread)
    words, passages = encode_articles(encoder, articles)
    other = sum(
        # The cluster omits the padding of base64.
        b64encode(packed_tokens(each)).decode().rstrip("=") != there.rstrip("=")
        for each, there in zip(words.parted(passages), tokens, strict=True)
    )
    if other:
        what = f"{other:,} of {len(hits):,} articles have other words than their texts"
        yield Damage(kept.articles, what, "rebuild")
    words_of = {kept_term(term) for term in encoder.terms if term and not term.startswith(PREFIX)}
    # Counted by searches, which do not see deleted words.
    if lost := len(words_of) - _count(cluster, kept.words, "term", words_of):
        yield Damage(kept.words, f"{lost:,} words of {len(hits):,} articles are not in it", "rebuild")
