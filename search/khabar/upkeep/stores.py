"""The kinds of places an index can be in, by how the place is written. The store of a cluster is imported
only when an address asks for it."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from types import ModuleType

from khabar.upkeep.store import Store

__all__ = ["is_address", "place_of", "room_of", "store_class"]

#: scheme of an address → room of its store, and the store
_ADDRESSES = {"opensearch": ("khabar.cluster", "ClusterStore")}


def is_address(place: object) -> bool:
    """Whether a place is an address, such as ``opensearch://host:9200/news``; else it is a folder."""
    return isinstance(place, str) and place.partition("://")[0] in _ADDRESSES and "://" in place


def place_of(place: str | os.PathLike[str]) -> Path | str:
    """A place as it is handed on: an address as it stands, a folder as a path."""
    return str(place) if is_address(place) else Path(place)


def store_class(place: str | os.PathLike[str]) -> type[Store]:
    """The class of the store for a place.

    Raises:
        MissingDependency: if a package that it needs is not installed.
    """
    if isinstance(place, str) and is_address(place):
        room, name = _ADDRESSES[place.partition("://")[0]]
        found: type[Store] = getattr(importlib.import_module(f"{room}.store"), name)
        return found
    from khabar.upkeep.folder_store import FolderStore

    return FolderStore


def room_of(place: str | os.PathLike[str], module: str) -> ModuleType | None:
    """A module of the room that an address belongs to, such as ``check``; None for a folder."""
    if not (isinstance(place, str) and is_address(place)):
        return None
    return importlib.import_module(f"{_ADDRESSES[place.partition('://')[0]][0]}.{module}")
