"""The folders of indexes that ``khabar indexes`` lists without any settings, and their names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from khabar.user_folders import user_folder

__all__ = ["holds_index", "listed_folder", "listed_folders"]

#: The folder of indexes in the current folder.
_HERE = "indexes"


def listed_folders() -> Iterator[Path]:
    """The folders with an index in ``indexes/`` of the current folder, and in the user's data folder."""
    for folder in (Path(_HERE), user_folder("data")):
        if folder.is_dir():
            yield from filter(holds_index, sorted(folder.iterdir()))


def listed_folder(name: str) -> Path | None:
    """The first of :func:`listed_folders` with a name; None if there is none, or if the current folder has a
    file or folder of this name."""
    if Path(name).name != name:
        return None
    # A folder that may not be read is not in the way of a path that was typed.
    with suppress(OSError):
        found = next((path for path in listed_folders() if path.name == name), None)
        return found if found is not None and not Path(name).exists() else None
    return None


def holds_index(folder: Path) -> bool:
    """Whether an index was made in a folder, also if it has lost the file that names its edition."""
    from khabar.index import folder as index_folder

    return index_folder.holds_index(folder) or any(folder.glob(f"edition-*/{index_folder.META}"))
