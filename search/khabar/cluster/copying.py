"""What a rebuild takes from an edition: its articles, and the records that no article has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from khabar.cluster.client import Cluster, Missing
from khabar.cluster.mapping import ARTICLES, edition_index
from khabar.cluster.records import COPIED
from khabar.corpus.article import Article
from khabar.index.records import article_from_json

__all__ = ["copied_records", "kept_articles"]

#: Articles, and records of up to a megabyte, that are read at a time.
_ARTICLES, _RECORDS = 500, 10
#: How long the cluster keeps a state of the index between two readings.
_KEPT = "10m"


def kept_articles(cluster: Cluster, edition: int) -> Iterator[Article]:
    """All articles of an edition in the order of indexing, as they are when the first is taken."""
    index = edition_index(cluster.address.name, edition, ARTICLES)
    body = {"sort": [{"order": "asc"}], "size": _ARTICLES, "_source": ["article"]}
    for hit in _all(cluster, index, body):
        yield article_from_json(hit["_source"]["article"])


def copied_records(cluster: Cluster, old: str, new: str) -> int:
    """Copy the lists of files and the closing lines of all machines; gives how many documents they are.

    Args:
        cluster: where both are.
        old: an index of records.
        new: the alias for writing to another.
    """
    cluster.request("POST", f"/{old}/_refresh")
    body = {
        "query": {"terms": {"kind": list(COPIED)}},
        "sort": [{"_doc": "asc"}],
        "size": _RECORDS,
    }
    count = 0
    for hit in _all(cluster, old, body):
        path = f"/{new}/_doc/{hit['_id']}"
        cluster.request("PUT", path, hit["_source"], require_alias="true")
        count += 1
    cluster.request("POST", f"/{new}/_refresh")
    return count


def _all(cluster: Cluster, index: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All that a search finds, of one state of an index."""
    point = cluster.request("POST", f"/{index}/_search/point_in_time", keep_alive=_KEPT)["pit_id"]
    body = {**body, "track_total_hits": False}
    try:
        while True:
            body["pit"] = {"id": point, "keep_alive": _KEPT}
            hits = cluster.search("", body)["hits"]["hits"]
            yield from hits
            if len(hits) < body["size"]:
                return
            body["search_after"] = hits[-1]["sort"]
    finally:
        with suppress(Missing):
            cluster.request("DELETE", "/_search/point_in_time", {"pit_id": [point]})
