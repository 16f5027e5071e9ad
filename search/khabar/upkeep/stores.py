"""The kinds of places an index can be in. The store of a cluster is imported only when an address asks for
it, and that of several archives only when several are named."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from khabar.index.address import Address, Archives, Place

if TYPE_CHECKING:
    from khabar.upkeep.store import Store

__all__ = ["cluster_room", "store_class"]

#: The room of indices on a cluster.
_CLUSTER = "khabar.cluster"
#: The room of several archives that are searched as one.
_JOINED = "khabar.joined"


def store_class(place: Place) -> type[Store]:
    """The class of the store for a place.

    Raises:
        MissingDependency: if a package that it needs is not installed.
    """
    if isinstance(place, Address):
        found: type[Store] = cluster_room("store").ClusterStore
        return found
    if isinstance(place, Archives):
        joined: type[Store] = importlib.import_module(f"{_JOINED}.store").JoinedStore
        return joined
    from khabar.upkeep.folder_store import FolderStore

    return FolderStore


def cluster_room(module: str) -> Any:
    """A module of the room of clusters, such as ``check``. (It is above those that ask: see the order of the
    rooms in ARCHITECTURE.md.)"""
    return importlib.import_module(f"{_CLUSTER}.{module}")
