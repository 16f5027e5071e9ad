"""Fetches all hits of searches, page by page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from khabar.cluster.client import Cluster

__all__ = ["PAGE", "Hits", "all_hits"]

#: The maximum number of documents in an answer: the cluster's own limit.
PAGE = 10_000

Hits = list[dict[str, Any]]
_Key = TypeVar("_Key")


def all_hits(
    cluster: Cluster,
    index: str,
    searches: Mapping[_Key, Mapping[str, Any]],
    settled: Callable[[Mapping[_Key, Hits]], Collection[_Key]] = lambda found: (),
) -> dict[_Key, Hits]:
    """Fetch the hits of several searches.

    Args:
        cluster, index: where to search.
        searches: the searches, each with the size of its first page and a total order; or without an order,
            by score, which takes the cluster three quarters of the time.
        settled: returns the searches that need no further page, given the hits of each so far.
    """
    found: dict[_Key, Hits] = {key: [] for key in searches}
    left: dict[_Key, Mapping[str, Any]] = dict(searches)
    while left:
        answers = cluster.msearch([(index, body) for body in left.values()])
        full: dict[_Key, Hits] = {}
        for (key, body), answer in zip(left.items(), answers, strict=True):
            hits = answer["hits"]["hits"]
            found[key] = found[key] + hits if "search_after" in body else hits
            if len(hits) == body["size"]:
                full[key] = found[key]
        done = settled(full) if full else ()
        left = {key: _continued(left[key], hits) for key, hits in full.items() if key not in done}
    return found


def _continued(body: Mapping[str, Any], hits: Hits) -> Mapping[str, Any]:
    """The search for further hits."""
    size = min(PAGE, 10 * body["size"])
    if "sort" in body:
        return {**body, "size": size, "search_after": hits[-1]["sort"]}
    if size > body["size"]:
        # The order of equal scores is unknown: begin with the first hit again.
        return {**body, "size": size}
    return {**body, "sort": [{"_score": "desc"}, {"term": "asc"}]}
