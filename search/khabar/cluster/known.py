"""Facts about articles on a cluster that need no text: fingerprints, and the versions of their documents;
fetched in batches, and cached for a while."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from khabar.cluster.client import Cluster
from khabar.cluster.mapping import identity
from khabar.cluster.writing import Version, several
from khabar.index.records import short_fingerprint

__all__ = ["Known", "KnownArticles"]

#: Articles of which something is kept: 400 bytes each. Of more, those asked for first are forgotten.
_MOST = 200_000


class Known(NamedTuple):
    """What is known of an article.

    Attributes:
        fingerprint: its first 64 bits.
        version: of its document.
    """

    fingerprint: int
    version: Version


class KnownArticles:
    """The articles of an index as they were when they were first asked for. What another writer changes
    meanwhile is not seen here: the version that a write is conditioned on tells.

    Args:
        cluster: where they are.
        index: the index of articles.
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._kept: dict[str, Known | None] = {}

    def look_up(self, ids: Iterable[str]) -> None:
        """Ask for articles together."""
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
        """What is known of an article; None if there is none with this id."""
        if article_id not in self._kept:
            self.look_up([article_id])
        return self._kept[article_id]

    def put(self, article_id: str, known: Known | None) -> None:
        """Keep what was written of an article; None if it was removed."""
        self._kept[article_id] = known

    def forget_the_first(self) -> None:
        """Give memory free."""
        if len(self._kept) > _MOST:
            self._kept = dict(list(self._kept.items())[-_MOST // 2 :])
