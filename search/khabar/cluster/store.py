"""The store of an index on a cluster."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from khabar.analysis.analyzer import Analyzer
from khabar.cluster.client import Cluster
from khabar.cluster.create import create
from khabar.cluster.frequencies import Shards
from khabar.cluster.inventory import damaged, inventory, parted
from khabar.cluster.lexicon import ClusterLexicon
from khabar.cluster.mapping import RECORDS, write_alias
from khabar.cluster.marks import Mark, marks
from khabar.cluster.records import ClosingsShelf, FilesLog
from khabar.cluster.searcher import ClusterSearcher
from khabar.cluster.state import Kept, check_usable, host, lost_words, read_state
from khabar.cluster.transaction import ClusterTransaction
from khabar.cluster.vocabulary import ClusterVocabulary
from khabar.errors import IndexDamaged, mend
from khabar.index.folder import Meta
from khabar.places import Address, Place
from khabar.upkeep.closings import Closings
from khabar.upkeep.manifest import Manifest
from khabar.upkeep.open_index import Opened, State
from khabar.upkeep.reports import Info

if TYPE_CHECKING:
    from khabar.meaning.vectors import Vectors
    from khabar.upkeep.honesty import LeftOut
    from khabar.upkeep.store import Store

__all__ = ["ENGINE", "ClusterStore"]

#: Used instead of an engine's name.
ENGINE = "opensearch"


class ClusterStore:
    """See :class:`khabar.upkeep.store.Store`.

    Args:
        cluster: the cluster.
        analyzer: the analyzer of the index.
        edition: the number of a new edition that is not current yet; 0 for the current one.
    """

    def __init__(self, cluster: Cluster, analyzer: Analyzer, edition: int = 0) -> None:
        self.cluster = cluster
        self._analyzer = analyzer
        self._edition = edition
        self._opened: Opened | None = None
        self._opened_of: tuple[int, int] = 0, 0
        self._shards: Shards | None = None
        self._lock = threading.Lock()

    @classmethod
    def create(cls, place: Place, analyzer: Analyzer) -> Self:
        """Create an empty index under a new name.

        Raises:
            IndexFolderError: if the name is in use.
            ClusterUnavailable: if the cluster does not answer.
        """
        cluster = _cluster(place)
        create(cluster, analyzer.fingerprint)
        return cls(cluster, analyzer)

    @classmethod
    def open(cls, place: Place, analyzer: Analyzer) -> Self:
        """Open the index at an address.

        Raises:
            IndexNotFound, IndexMismatch, IndexDamaged: see :func:`khabar.open_index`.
            ClusterUnavailable: if the cluster does not answer.
        """
        store = cls(_cluster(place), analyzer)
        _check_whole(store.cluster, store.kept())
        return store

    @property
    def place(self) -> Address:
        return self.cluster.address

    @property
    def analyzer(self) -> Analyzer:
        return self._analyzer

    def kept(self) -> Kept:
        """The state of the index."""
        kept = read_state(self.cluster, self._written(self._edition) if self._edition else "")
        check_usable(self.cluster, kept.state, self._analyzer.fingerprint)
        return kept

    def _written(self, edition: int) -> str:
        """The alias for writing to the records of an edition."""
        return write_alias(self.cluster.address.name, edition, RECORDS)

    @property
    def members(self) -> Mapping[str, Store]:
        """None: it is a single index."""
        return {}

    def newest(self) -> Opened:
        kept = self.kept()
        identity = kept.state.edition, kept.state.generation
        with self._lock:
            if self._opened is None or self._opened_of != identity:
                if self._shards is None or self._shards.index != kept.articles:
                    self._shards = Shards(self.cluster, kept.articles)
                before = None
                if self._opened is not None and self._opened_of[0] == identity[0]:
                    before = self._opened.lexicon
                assert before is None or isinstance(before, ClusterLexicon)
                self._opened = Opened(
                    ClusterSearcher(self._shards, kept.state.generation),
                    ClusterLexicon(self.cluster, kept.words, before),
                    ClusterVocabulary(self.cluster, kept.words),
                    str(kept.state.edition),
                )
                self._opened_of = identity
            return self._opened

    def vectors(self) -> Mapping[str, Vectors | None]:
        """None: only folders have vectors."""
        return {"": None}

    def close(self) -> None:
        with self._lock:
            self._opened = None

    def transaction(self, timeout: float, workers: int) -> ClusterTransaction:
        edition = self.kept().state.edition
        return ClusterTransaction(self.cluster, edition, self._analyzer, timeout, workers)

    def committed(self) -> None:
        """Do nothing: a commit updates the state itself."""

    def manifest(self) -> Manifest:
        records = self._written(self.kept().state.edition)
        return Manifest.open(FilesLog(self.cluster, records, host()))

    def closings(self) -> Closings:
        records = self._written(self.kept().state.edition)
        return Closings(ClosingsShelf(self.cluster, records, host()))

    def left_out(self) -> LeftOut:
        from khabar.upkeep.honesty import left_out_of

        return left_out_of(self.manifest(), tuple(self.closings()))

    def is_settled(self, manifest: Manifest) -> bool:
        return not manifest.removing and not any(mark.is_left for mark in self._marks(self.kept()))

    def _marks(self, kept: Kept) -> list[Mark]:
        return marks(self.cluster, self._written(kept.state.edition))

    def state(self) -> State:
        kept = self.kept()
        if any(commit.added for commit in kept.state.log):
            return "whole"
        there = self._marks(kept)
        if not there:
            return "whole"
        return "half built" if all(mark.is_left for mark in there) else "being built"

    def info(self) -> Info:
        kept = self.kept()
        statistics = self.newest().answers.statistics()
        names = f"{kept.articles},{kept.words},{kept.records}"
        path = f"/{names}/_stats/store"
        found = self.cluster.request("GET", path, filter_path="_all.total.store.size_in_bytes")
        meta = Meta(
            engine=ENGINE,
            analyzer=kept.state.analyzer,
            format=kept.state.format,
            articles=statistics.articles,
            paragraphs=statistics.paragraphs,
            created=kept.state.created,
            updated=kept.state.updated,
            khabar=kept.state.khabar,
        )
        size = found["_all"]["total"]["store"]["size_in_bytes"]
        return Info(self.place, meta, statistics, size, commits=kept.state.log)


def _check_whole(cluster: Cluster, kept: Kept) -> None:
    """Refuse an index with lost parts before it is used, as an update without changes would not notice them.
    (The aliases ``NAME`` and ``NAME.words`` are only for people.)"""
    edition = kept.state.edition
    there = inventory(cluster)
    # If a rebuild has just replaced the edition, nothing is lost.
    lost = [each for each in there.lost(edition) if parted(there.name, each)[0]]
    if lost and there.counting == edition:
        raise damaged(cluster.address, lost)
    if there.counting == edition and (count := lost_words(cluster, kept)):
        address = str(cluster.address)
        raise IndexDamaged(address, f"words that are gone: {count:,}", mend(address))


def _cluster(place: Place) -> Cluster:
    """The cluster of an address."""
    assert isinstance(place, Address)
    return Cluster(place)
