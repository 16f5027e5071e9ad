"""Reads the articles and the other records of an edition, which a rebuild copies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from khabar.cluster.client import Cluster
from khabar.cluster.inventory import damaged
from khabar.cluster.mapping import ARTICLES, RECORDS, edition_index, write_alias
from khabar.cluster.records import COPIED, ClosingsShelf, FilesLog, hosts
from khabar.cluster.refusals import Missing
from khabar.cluster.state import edition_and_generation, host, lost_of
from khabar.cluster.store import ClusterStore
from khabar.cluster.texts import article_of
from khabar.cluster.writing import refusals
from khabar.corpus.article import Article
from khabar.errors import IndexDamaged
from khabar.places import Address
from khabar.upkeep.manifest import Manifest

__all__ = ["UNREADABLE", "Original", "everything", "keep_files", "keep_records"]

#: The message for an index with damaged articles.
UNREADABLE = "articles in it cannot be read"

#: The number of articles, and of records of up to a megabyte, that are read at a time.
_ARTICLES, _RECORDS = 500, 10
#: How long the cluster keeps a snapshot of the index between two requests.
_KEPT = "10m"


class Original:
    """The current edition of an index, to be copied. It is read whatever its format and analyzer, as only the
    JSON text of an article is needed.

    Args:
        place: the address of the index.

    Raises:
        IndexNotFound: if there is none.
        IndexDamaged: if its articles are lost.
        ClusterUnavailable: if the cluster does not answer.

    Attributes:
        lost: the names of its lost parts.
        unread: the number of articles so far that could not be read.
    """

    def __init__(self, place: Address) -> None:
        self._cluster = Cluster(place)
        self._edition, _ = edition_and_generation(self._cluster)
        self._articles = edition_index(place.name, self._edition, ARTICLES)
        self._records = edition_index(place.name, self._edition, RECORDS)
        self.unread = 0
        self.lost: tuple[str, ...] = tuple(lost_of(self._cluster, self._edition))
        if self._articles in self.lost:
            raise damaged(place, self.lost)
        with refusals(self._cluster):
            # Make the writes of a killed client visible.
            names = [each for each in (self._articles, self._records) if each not in self.lost]
            self._cluster.request("POST", f"/{','.join(names)}/_refresh")

    def __len__(self) -> int:
        with refusals(self._cluster):
            count: int = self._cluster.request("GET", f"/{self._articles}/_count")["count"]
        return count

    def articles(self) -> Iterator[Article]:
        """All articles that can be read, in the order of indexing, from one snapshot."""
        body = {"sort": [{"order": "asc"}], "size": _ARTICLES, "_source": ["article"]}
        for hit in everything(self._cluster, self._articles, body):
            try:
                yield article_of(self._cluster.address, hit["_source"])
            except IndexDamaged:
                self.unread += 1

    def copy_records(self, store: ClusterStore) -> None:
        """Copy the lists of files and the closing lines of all machines to another edition, or index."""
        cluster = store.cluster
        if self._records in self.lost:
            return
        new = _written(store)
        body = {"query": {"terms": {"kind": list(COPIED)}}, "sort": [{"_doc": "asc"}], "size": _RECORDS}
        with refusals(cluster):
            for hit in everything(self._cluster, self._records, body):
                path = f"/{new}/_doc/{hit['_id']}"
                cluster.request("PUT", path, hit["_source"], require_alias="true")
            cluster.request("POST", f"/{new}/_refresh")

    @property
    def losses(self) -> list[tuple[str, str]]:
        """The parts that could not be read, each with the damage."""
        lost = [(each, "it is not there") for each in self.lost]
        return [*lost, (self._articles, UNREADABLE)] if self.unread else lost

    def machines(self) -> list[str]:
        """The machines that have a list of files."""
        return [] if self._records in self.lost else hosts(self._cluster, self._records)

    def manifest(self, machine: str = "") -> Manifest:
        """The manifest of a machine; by default of this one."""
        if self._records in self.lost:
            return Manifest(FilesLog(self._cluster, self._records, host()))
        return Manifest.open(FilesLog(self._cluster, self._records, machine or host()))

    def closings(self) -> bytes:
        """The closing lines that this machine found."""
        if self._records in self.lost:
            return b""
        return ClosingsShelf(self._cluster, self._records, host()).read()


def keep_files(store: ClusterStore, manifest: Manifest, machine: str) -> None:
    """Write a machine's manifest to an index, replacing the former one."""
    new = Manifest.open(FilesLog(store.cluster, _written(store), machine))
    for path in new.sources.keys() - manifest.sources.keys():
        new.forget(path)
    new.adopt(manifest)
    new.write()


def keep_records(store: ClusterStore, manifest: Manifest, closings: bytes) -> None:
    """Write the manifest and the closing lines of an index in a folder to one on a cluster.

    Args:
        store: the store of the index on the cluster.
        manifest: the manifest.
        closings: the stored closing lines; empty if there are none.
    """
    new = Manifest(FilesLog(store.cluster, _written(store), host()))
    new.adopt(manifest)
    new.write()
    if closings:
        ClosingsShelf(store.cluster, _written(store), host()).write(closings)


def _written(store: ClusterStore) -> str:
    """The alias for writing to the records of a store's edition."""
    return write_alias(store.cluster.address.name, store.kept().state.edition, RECORDS)


def everything(cluster: Cluster, index: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All hits of a search in one snapshot of an index."""
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
