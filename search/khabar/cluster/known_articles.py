"""A cache of the fingerprints of articles on a cluster, and of the versions of their documents; fetched in
batches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from khabar.cluster.client import Cluster
from khabar.cluster.mapping import identity
from khabar.cluster.writing import Version, several
from khabar.index.records import short_fingerprint

__all__ = ["Known", "KnownArticles"]

#: The maximum number of cached articles, of 400 bytes each; the oldest entries are dropped.
_MOST = 200_000


class Known(NamedTuple):
    """An article of the index.

    Attributes:
        fingerprint: the first 64 bits of its fingerprint.
        version: the version of its document.
    """

    fingerprint: int
    version: Version


class KnownArticles:
    """The articles of an index as they were when they were first fetched. Later changes by other writers are
    detected by the version that each write is conditioned on.

    Args:
        cluster: the cluster.
        index: the index of articles.
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._kept: dict[str, Known | None] = {}

    def look_up(self, ids: Iterable[str]) -> None:
        """Fetch articles together."""
        unknown = list(dict.fromkeys(each for each in ids if each not in self._kept))
        if not unknown:
            return
        keys = [identity(each) for each in unknown]
        found = several(self._cluster, self._index, keys, "fingerprint")
        for each, answer in zip(unknown, found, strict=True):
            if answer["found"]:
                version = Version(answer["_seq_no"], answer["_primary_term"])
                self._kept[each] = Known(short_fingerprint(answer["_source"]["fingerprint"]), version)
            else:
                self._kept[each] = None

    def get(self, article_id: str) -> Known | None:
        """An article by its id; None if the index has none."""
        if article_id not in self._kept:
            self.look_up([article_id])
        return self._kept[article_id]

    def put(self, article_id: str, known: Known | None) -> None:
        """Record the written version of an article; None if it was removed."""
        self._kept[article_id] = known

    def forget_the_first(self) -> None:
        """Drop the oldest entries if there are too many."""
        if len(self._kept) > _MOST:
            self._kept = dict(list(self._kept.items())[-_MOST // 2 :])
