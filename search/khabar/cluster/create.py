"""Creates the indices of an edition, and makes an edition the current one.

An edition is complete before an alias names it, so that the aliases always name a whole index. The client
that creates the index of records first creates the edition; other clients wait for it.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import Any

from khabar.cluster.client import Cluster
from khabar.cluster.inventory import KINDS, absent, inventory, meant
from khabar.cluster.mapping import (
    ARTICLES,
    FORMAT,
    RECORDS,
    STATE,
    WORDS,
    alias,
    bodies,
    edition_index,
    write_alias,
)
from khabar.cluster.refusals import Missing, Refused
from khabar.cluster.state import EditionState, lost_of, written_state
from khabar.errors import IndexFolderError
from khabar.index.folder import now

__all__ = [
    "closed_to_writers",
    "create",
    "create_edition",
    "delete_edition",
    "opened_to_writers",
    "switch_to",
    "with_records",
]

log = logging.getLogger("khabar.cluster")

#: Seconds to wait for another client that is creating the index, which takes less than a second.
_WAIT = 30.0


def create(cluster: Cluster, analyzer: str) -> None:
    """Create an empty index with the name in the cluster's address. If another client creates it at the same
    time, that index is used.

    Args:
        cluster: the cluster.
        analyzer: the fingerprint of the analyzer that will make its terms.

    Raises:
        IndexFolderError: if the name is in use.
        IndexDamaged: if there is an index with lost parts.
    """
    name = cluster.address.name
    _check_free(cluster)
    edition = 1
    while not create_edition(cluster, edition, analyzer, generation=1):
        log.warning(
            "%s: another client is making this index, or was killed; waiting %d s for it",
            cluster.address,
            _WAIT,
        )
        end = time.monotonic() + _WAIT
        while time.monotonic() < end:
            if inventory(cluster).counting:
                return
            time.sleep(0.2)
        # The other client was killed, unless there are articles in the index now.
        _check_free(cluster)
        delete_edition(cluster, edition)
    try:
        switch_to(cluster, edition)
    except Refused as error:
        delete_edition(cluster, edition)
        raise IndexFolderError(
            f"{cluster.address}: the name {name} cannot be used ({error.answer})"
        ) from error


def _check_free(cluster: Cluster) -> None:
    """Refuse a name that is in use."""
    there = inventory(cluster)
    edition = meant(cluster, there)
    if edition and not there.foreign and not lost_of(cluster, edition):
        raise IndexFolderError(
            f"there is something already at {cluster.address}: give another name, or open the index with "
            "open_index"
        )
    if edition or there.foreign:
        raise absent(cluster, there, edition)


def create_edition(
    cluster: Cluster, edition: int, analyzer: str, *, generation: int, shards: int | None = None
) -> bool:
    """Create the indices of an edition, which no alias names yet; False if the edition exists.

    Args:
        cluster: the cluster.
        edition: its number.
        analyzer: the fingerprint of its analyzer.
        generation: the number of its first commit, greater than that of the edition before.
        shards: the number of shards for articles. Default: that of the address, else 1.

    Raises:
        IndexFolderError: if the cluster refuses to create them.
    """
    name, address = cluster.address.name, cluster.address
    templates = bodies(analyzer, shards=shards or max(1, address.shards), replicas=_replicas(cluster))
    # The records first: the client that creates them creates the rest.
    for which in (RECORDS, WORDS, ARTICLES):
        body = {**templates[which], "aliases": {write_alias(name, edition, which): {}}}
        try:
            cluster.request("PUT", f"/{edition_index(name, edition, which)}", body)
        except Refused as error:
            if error.kind != "resource_already_exists_exception":
                raise IndexFolderError(f"{address} cannot be made: {error.answer}") from error
            if which == RECORDS:
                return False
            # Created by this request, which was cut off and sent again.
    moment = now()
    state = EditionState(edition, generation, analyzer, FORMAT, created=moment, updated=moment)
    cluster.request("PUT", f"/{edition_index(name, edition, RECORDS)}/_doc/{STATE}", written_state(state))
    # The records are searched before the first commit.
    cluster.request("POST", f"/{edition_index(name, edition, RECORDS)}/_refresh")
    return True


def _replicas(cluster: Cluster) -> int:
    """The number of replicas of each shard: that of the address, else one if there is a second node."""
    if cluster.address.replicas >= 0:
        return cluster.address.replicas
    nodes: int = cluster.request("GET", "/_cluster/health")["number_of_data_nodes"]
    return min(1, max(1, nodes) - 1)


def switch_to(cluster: Cluster, edition: int) -> None:
    """Make the aliases name an edition, in one step.

    Raises:
        Refused: if another index has the name of one.
    """
    name = cluster.address.name
    actions: list[dict[str, Any]] = []
    for which in KINDS:
        index, named = edition_index(name, edition, which), alias(name, which)
        with suppress(Missing):
            # Only this index's own indices, so that no permission for others is needed.
            for old in cluster.request("GET", f"/{name}.*/_alias/{named}"):
                actions.append({"remove": {"index": old, "alias": named}})
        actions.append({"add": {"index": index, "alias": named}})
    cluster.request("POST", "/_aliases", {"actions": actions})


def with_records(cluster: Cluster, edition: int, analyzer: str) -> None:
    """Recreate the index of records of an edition and its alias for writing if they are lost, so that a
    rebuild can put its mark there. It has no state, so the index counts as damaged until it is rebuilt."""
    name = cluster.address.name
    index, written = edition_index(name, edition, RECORDS), write_alias(name, edition, RECORDS)
    lost = inventory(cluster).lost(edition)
    if index in lost:
        template = bodies(analyzer, shards=1, replicas=_replicas(cluster))[RECORDS]
        with suppress(Refused):
            # Another rebuild may have begun.
            cluster.request("PUT", f"/{index}", template)
    if index in lost or written in lost:
        cluster.request("POST", "/_aliases", {"actions": [{"add": {"index": index, "alias": written}}]})


def delete_edition(cluster: Cluster, edition: int) -> None:
    """Delete the indices of an edition, as far as they exist."""
    names = ",".join(edition_index(cluster.address.name, edition, which) for which in KINDS)
    cluster.request("DELETE", f"/{names}", ignore_unavailable="true")


def closed_to_writers(cluster: Cluster, edition: int) -> None:
    """Refuse all writes to the articles and words of an edition, so that none is lost while it is copied."""
    for index in _written(cluster, edition):
        cluster.request("PUT", f"/{index}/_block/write")


def opened_to_writers(cluster: Cluster, edition: int) -> None:
    """Accept writes again."""
    for index in _written(cluster, edition):
        cluster.request("PUT", f"/{index}/_settings", {"index.blocks.write": None})


def _written(cluster: Cluster, edition: int) -> list[str]:
    """The indices of articles and words of an edition, as far as they exist."""
    there = inventory(cluster).indices
    names = (edition_index(cluster.address.name, edition, which) for which in (ARTICLES, WORDS))
    return [name for name in names if name in there]
