"""Several archives as the store of one read-only index."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, NoReturn, Self

from khabar.analysis.analyzer import Analyzer
from khabar.errors import IndexReadOnly
from khabar.joined.folders import JoinedSearcher
from khabar.joined.words import JoinedLexicon, JoinedVocabulary
from khabar.places import Archives, Place
from khabar.ranking.answers import Answers
from khabar.ranking.searcher import Searcher
from khabar.upkeep.open_index import Opened, State
from khabar.upkeep.reports import Info
from khabar.upkeep.stores import store_class

if TYPE_CHECKING:
    # Not imported at run time, since a search needs none of them.
    from khabar.meaning.vectors import Vectors
    from khabar.upkeep.closings import Closings
    from khabar.upkeep.honesty import LeftOut
    from khabar.upkeep.manifest import Manifest
    from khabar.upkeep.store import Store, Transacting

__all__ = ["JoinedStore"]


class JoinedStore:
    """See :class:`khabar.upkeep.store.Store`. Every method that writes raises :class:`khabar.IndexReadOnly`.

    Args:
        archives: the archives.
        stores: the store of each, in order.
        analyzer: the analyzer of all of them.
    """

    def __init__(self, archives: Archives, stores: Sequence[Store], analyzer: Analyzer) -> None:
        self._archives = archives
        self._stores = tuple(stores)
        self._analyzer = analyzer
        self._parts: tuple[Opened, ...] = ()
        self._opened: Opened | None = None
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def create(cls, place: Place, analyzer: Analyzer) -> Self:
        """Refused: an index is created in one place."""
        raise IndexReadOnly(_archives(place).names)

    @classmethod
    def open(cls, place: Place, analyzer: Analyzer) -> Self:
        """Open the archives, all of them or none.

        Raises:
            IndexNotFound, IndexMismatch, IndexDamaged, IndexUnavailable, ClusterUnavailable: if an archive
                cannot be opened; the error names its place.
        """
        archives = _archives(place)
        with ExitStack() as opened:
            stores = []
            for _, member in archives.members:
                store = store_class(member).open(member, analyzer)
                opened.callback(store.close)
                stores.append(store)
            opened.pop_all()
        return cls(archives, stores, analyzer)

    @property
    def place(self) -> Archives:
        return self._archives

    @property
    def analyzer(self) -> Analyzer:
        return self._analyzer

    @property
    def members(self) -> Mapping[str, Store]:
        """The archives by their names."""
        return dict(zip(self._archives.names, self._stores, strict=True))

    def newest(self) -> Opened:
        parts = tuple(store.newest() for store in self._stores)
        with self._lock:
            same = len(parts) == len(self._parts) and all(map(_is, parts, self._parts))
            if self._opened is None or not same:
                opened = Opened(
                    self._answers([part.answers for part in parts]),
                    JoinedLexicon([part.lexicon for part in parts]),
                    JoinedVocabulary([part.vocabulary for part in parts]),
                    " ".join(f"{part.edition}@{part.answers.generation}" for part in parts),
                )
                if self._closed:
                    return opened
                self._opened, self._parts = opened, parts
            return self._opened

    def _answers(self, parts: Sequence[Answers]) -> Answers:
        names = self._archives.names
        searchers = [part for part in parts if isinstance(part, Searcher)]
        if len(searchers) == len(parts):
            return JoinedSearcher(names, searchers)
        from khabar.joined.mixed import MixedAnswers

        return MixedAnswers(names, parts)

    def vectors(self) -> Mapping[str, Vectors | None]:
        return {name: store.vectors()[""] for name, store in self.members.items()}

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._opened, self._parts = None, ()
        for store in self._stores:
            store.close()

    def transaction(self, timeout: float, workers: int) -> Transacting:
        self._refuse()

    def committed(self) -> None:
        self._refuse()

    def manifest(self) -> Manifest:
        self._refuse()

    def closings(self) -> Closings:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise IndexReadOnly(self._archives.names)

    def left_out(self) -> LeftOut:
        from khabar.upkeep.honesty import left_out_together

        return left_out_together([store.left_out() for store in self._stores])

    def is_settled(self, manifest: Manifest) -> bool:
        return True

    def state(self) -> State:
        """The state of the first archive that is not whole, or ``whole``."""
        states = [store.state() for store in self._stores]
        return next((state for state in states if state != "whole"), "whole")

    def info(self) -> Info:
        from khabar.joined.reports import info_together

        infos = {name: store.info() for name, store in self.members.items()}
        return info_together(self._archives, infos, self.newest().answers.statistics())


def _archives(place: Place) -> Archives:
    assert isinstance(place, Archives), f"{place} is not several archives"
    return place


def _is(one: object, other: object) -> bool:
    return one is other
