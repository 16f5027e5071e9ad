"""The known indexes: the archives in the settings, the default index, and the listed folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from khabar.cli.listed import holds_index, listed_folder, listed_folders
from khabar.cli.places import named_archives, place_named
from khabar.cli.settings import read_settings, settings_path
from khabar.errors import KhabarError
from khabar.render.messages import joined
from khabar.speaking import spoken

if TYPE_CHECKING:
    from khabar.places import Place

__all__ = ["default_index", "identity", "known_indexes", "usable_indexes"]

#: Maximum number of indexes that a message names.
_MOST_NAMED = 5


def usable_indexes() -> str:
    """The known indexes that exist, for a message about one that does not; "" for none."""
    with suppress(KhabarError, OSError):
        there = [name for name, place in known_indexes() if not isinstance(place, Path) or holds_index(place)]
        names = there[:_MOST_NAMED] + (["…"] if len(there) > _MOST_NAMED else [])
        return joined(names, spoken())
    return ""


def known_indexes() -> Iterator[tuple[str, Place]]:
    """The known indexes, each once, with a text that ``--index`` accepts: its name, or its place."""
    seen: set[object] = set()
    for name, place in _candidates():
        if (key := identity(place)) not in seen:
            seen.add(key)
            yield name, place


def identity(place: Place | None) -> object:
    """A value that is equal for equal places: a folder without links in its path."""
    return place.resolve() if isinstance(place, Path) else place


def _candidates() -> Iterator[tuple[str, Place]]:
    """The known indexes, each with its name or place; perhaps some more than once."""
    archives = named_archives(read_settings(settings_path()))
    yield from archives.items()
    for folder in listed_folders():
        named = folder.name not in archives and listed_folder(folder.name) == folder
        yield (folder.name if named else str(folder)), folder
    default = default_index()
    if default is not None:
        yield str(default), default


def default_index() -> Place | None:
    """The index of a command without ``--index``; None if it does not exist."""
    from khabar.places import default_place

    settings = read_settings(settings_path())
    chosen = os.environ.get("KHABAR_INDEX") or settings.get("index")
    if isinstance(chosen, list):
        chosen = "; ".join(map(str, chosen))
    if chosen:
        return place_named(str(chosen), settings).place
    place = default_place()
    return place if not isinstance(place, Path) or place.exists() else None
