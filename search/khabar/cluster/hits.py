"""The hits of searches that need all of them, page by page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from khabar.cluster.client import Cluster

__all__ = ["PAGE", "Hits", "all_hits"]

#: Documents in an answer at most: the cluster's own limit.
PAGE = 10_000

Hits = list[dict[str, Any]]
_Key = TypeVar("_Key")


def all_hits(
    cluster: Cluster,
    index: str,
    searches: Mapping[_Key, Mapping[str, Any]],
    settled: Callable[[Mapping[_Key, Hits]], Collection[_Key]] = lambda found: (),
) -> dict[_Key, Hits]:
    """The hits of each of some searches.

    Args:
        cluster, index: where to search.
        searches: each with the size of its first page, and an order in which no two documents are equal; or
            by score alone, without an order, which takes the cluster three quarters of the time.
        settled: gives those of the searches that need no further page, by the hits that they have so far.
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
    """The search for more than was found so far."""
    size = min(PAGE, 10 * body["size"])
    if "sort" in body:
        return {**body, "size": size, "search_after": hits[-1]["sort"]}
    if size > body["size"]:
        # Of equal scores nobody knows which came: from the first one again.
        return {**body, "size": size}
    return {**body, "sort": [{"_score": "desc"}, {"term": "asc"}]}
