"""The lemma table of this installation: built once from simplemma's word list, then read from the user's
cache folder.

The table is made on the user's machine, because the word list has a licence of its own (share-alike). Loading
simplemma takes about a second and 45 MB, which a search must not spend; so it is not imported if there is a
cached table.
"""

from __future__ import annotations

import os
import zlib
from functools import lru_cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from khabar.notices import LEMMAS, LEMMAS_NOT_KEPT, notify
from khabar.user_folders import user_folder

if TYPE_CHECKING:
    from khabar.analysis.lemma.rules import Table

__all__ = ["RULES", "cache_folder", "load", "table", "version"]

#: Version of the rules. Raise it whenever the rules or lists of this package change a lemma or the table.
RULES = 4

_WORD_LIST = Path("strategies", "dictionaries", "data", "ar.plzma")


@lru_cache(maxsize=1)
def version() -> str:
    """A name for these rules and the content of simplemma's word list. Does not import simplemma."""
    return f"lemma rules {RULES}, words {_word_list()}"


def _word_list() -> str:
    spec = PathFinder.find_spec("simplemma")
    for folder in (spec and spec.submodule_search_locations) or ():
        try:
            return f"{zlib.crc32(Path(folder, _WORD_LIST).read_bytes()):08x}"
        except OSError:
            continue
    # This simplemma keeps its lists elsewhere, so its release number is used.
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as release

    try:
        return release("simplemma")
    except PackageNotFoundError:
        return "none"


def cache_folder() -> Path:
    """The folder of the table: ``$KHABAR_CACHE``, or the user's cache folder."""
    folder = os.environ.get("KHABAR_CACHE")
    return Path(folder) if folder else user_folder("cache")


@lru_cache(maxsize=1)
def table() -> Table:
    """The lemma table of this installation, opened once per process."""
    return load(cache_folder())


def load(folder: Path) -> Table:
    """The table cached in a folder. It is built, which takes seconds, if it is missing or damaged.

    If the folder cannot be written, every process builds the table; this is not an error.
    :mod:`khabar.notices` reports both.
    """
    from khabar.analysis.lemma import tablefile

    path = folder / f"lemmas-{version().replace(',', '').replace(' ', '-')}.bin"
    try:
        return tablefile.TableFile(path)
    except (OSError, ValueError):
        from khabar.analysis.lemma.build import build_table

        notify(LEMMAS)
        built = build_table()
        try:
            tablefile.write(path, built)
        except OSError:
            notify(LEMMAS_NOT_KEPT, str(folder))
        return built
