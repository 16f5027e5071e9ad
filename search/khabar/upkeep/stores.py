"""The store class for each kind of place. Those for clusters and for several archives are imported only when
they are needed."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from khabar.places import Address, Archives, Place

if TYPE_CHECKING:
    from khabar.upkeep.store import Store

__all__ = ["cluster_room", "store_class"]

#: The package for indexes on a cluster.
_CLUSTER = "khabar.cluster"
#: The package for several archives that are searched as one.
_JOINED = "khabar.joined"


def store_class(place: Place) -> type[Store]:
    """The class of the store for a place.

    Raises:
        MissingDependency: if a package that it needs is not installed.
    """
    if isinstance(place, Address):
        cluster: type[Store] = cluster_room("store").ClusterStore
        return cluster
    if isinstance(place, Archives):
        joined: type[Store] = importlib.import_module(f"{_JOINED}.store").JoinedStore
        return joined
    from khabar.upkeep.folder_store import FolderStore

    return FolderStore


def cluster_room(module: str) -> Any:
    """Import a module of the package for clusters, such as ``check``. (That package is above this one in the
    order of packages in ARCHITECTURE.md.)"""
    return importlib.import_module(f"{_CLUSTER}.{module}")
