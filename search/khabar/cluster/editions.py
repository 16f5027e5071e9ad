"""Opens or creates an index on a cluster, or replaces it by another edition.

A rebuild fills a new edition, which no alias names, and then moves the aliases to it in one step. Meanwhile
the old edition refuses writes, which would be lost; searches use it until that step. A mark says that a
rebuild is under way. If its process is killed, the next writer makes the old edition writable again, and the
next rebuild deletes what was left.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from khabar.analysis.analyzer import Analyzer
from khabar.cluster.client import Cluster
from khabar.cluster.create import (
    closed_to_writers,
    create_edition,
    delete_edition,
    opened_to_writers,
    switch_to,
    with_records,
)
from khabar.cluster.inventory import inventory
from khabar.cluster.mapping import ARTICLES, RECORDS, edition_index, write_alias
from khabar.cluster.marks import REBUILD, Mark, marks, new_mark, put_mark, renewed, take_mark, the_mark
from khabar.cluster.refusals import Missing
from khabar.cluster.state import edition_and_generation
from khabar.cluster.store import ClusterStore
from khabar.errors import IndexFolderError, IndexLocked, IndexNotFound
from khabar.places import Address

__all__ = ["existing_or_new", "rebuilt"]


@contextmanager
def existing_or_new(place: Address, analyzer: Analyzer) -> Iterator[ClusterStore]:
    """Open the index at an address, or create it. A newly created index that stays empty is removed again."""
    try:
        store, is_new = ClusterStore.open(place, analyzer), False
    except IndexNotFound:
        store, is_new = ClusterStore.create(place, analyzer), True
    try:
        yield store
    finally:
        if is_new:
            _remove_empty(store)


def _remove_empty(store: ClusterStore) -> None:
    """Remove an index without commits, unless a commit is under way."""
    with suppress(IndexNotFound):
        state = store.kept().state
        records = write_alias(store.cluster.address.name, state.edition, RECORDS)
        if not state.log and not marks(store.cluster, records):
            delete_edition(store.cluster, state.edition)


@contextmanager
def rebuilt(place: Address, analyzer: Analyzer, timeout: float = 5.0) -> Iterator[ClusterStore]:
    """An empty index that replaces the one at an address if the context ends without an error and the new
    index has articles.

    Args:
        place: the address of the index; a new one is created if there is none.
        analyzer: the analyzer of the new index.
        timeout: seconds to wait for another rebuild.

    Raises:
        IndexLocked: if another process rebuilds the index.
        ClusterUnavailable: if the cluster does not answer.
    """
    cluster = Cluster(place)
    try:
        old, generation = edition_and_generation(cluster)
    except IndexNotFound:
        with existing_or_new(place, analyzer) as store:
            yield store
        return
    records = write_alias(place.name, old, RECORDS)
    with_records(cluster, old, analyzer.fingerprint)
    mark = _begun(cluster, records, timeout)
    new = old + 1
    switched, ours = False, True
    try:
        closed_to_writers(cluster, old)
        for each in inventory(cluster).editions:
            if each != old:
                # A killed rebuild left it.
                delete_edition(cluster, each)
        shards = place.shards if place.shards > 0 else _shards(cluster, place.name, old)
        if not create_edition(cluster, new, analyzer.fingerprint, generation=generation + 1, shards=shards):
            raise IndexFolderError(f"{place} cannot be rebuilt: something made its indices of edition {new}")

        with renewed(cluster, records, mark):
            yield ClusterStore(cluster, analyzer, new)
            articles = edition_index(place.name, new, ARTICLES)
            if cluster.request("GET", f"/{articles}/_count")["count"]:
                there = the_mark(cluster, records, REBUILD)
                ours = there is not None and (there.host, there.process) == (mark.host, mark.process)
                if not ours:
                    # This process was offline for so long that another writer took the mark away.
                    raise IndexLocked(f"{place} was written to while it was rebuilt. Try again")
                switch_to(cluster, new)
                switched = True
    finally:
        if switched:
            delete_edition(cluster, old)
        elif ours:
            delete_edition(cluster, new)
            opened_to_writers(cluster, old)
            take_mark(cluster, records, mark)


def _shards(cluster: Cluster, name: str, edition: int) -> int:
    """The number of shards for the articles of an edition."""
    index = edition_index(name, edition, ARTICLES)
    with suppress(Missing):
        found = cluster.request("GET", f"/{index}/_settings", flat_settings="true")
        return int(found[index]["settings"]["index.number_of_shards"])
    return 1


def _begun(cluster: Cluster, records: str, timeout: float) -> Mark:
    """Put the mark of a rebuild, if there is none or only one of an ended process."""
    mark = new_mark(REBUILD)
    deadline = time.monotonic() + timeout
    while not put_mark(cluster, records, mark, new=True):
        there = the_mark(cluster, records, REBUILD)
        if there is None:
            continue
        if there.is_left:
            take_mark(cluster, records, there)
            continue
        if time.monotonic() >= deadline:
            raise IndexLocked(
                f"the index {cluster.address} is being rebuilt by process {there.process} on {there.host}; "
                f"waited {timeout:g} s. Try again when it has finished; searching works meanwhile."
            )
        time.sleep(0.2)
    return mark
