"""The Whoosh engine: the only room that imports whoosh.

``whoosh3`` is the maintained fork and shares its import name with the dead ``Whoosh`` of 2016, which overwrites its files when
both are installed; the version is checked before anything is opened.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import whoosh
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from khabar.errors import IndexDamaged, MissingDependency
from khabar.index.whoosh_engine.reader import WhooshReader
from khabar.index.whoosh_engine.schema import INDEX_NAME, SCHEMA
from khabar.index.whoosh_engine.storage import latest_generation, read_toc

if TYPE_CHECKING:
    from khabar.index.whoosh_engine.writer import WhooshWriter

__all__ = ["WhooshEngine"]

#: Only this release is known to read and write as this room expects.
WHOOSH3 = "3.54.0"


class WhooshEngine:
    """See :class:`khabar.index.engine.Engine`."""

    name = "whoosh"

    def __init__(self, folder: Path) -> None:
        _check_version()
        self._folder = folder

    @classmethod
    def create(cls, folder: Path) -> Self:
        engine = cls(folder)
        TOC.create(FileStorage(str(folder)), SCHEMA, INDEX_NAME)
        return engine

    @classmethod
    def open(cls, folder: Path) -> Self:
        engine = cls(folder)
        # That there is a commit, not what is in it: a search of a built index opens its files once, when it reads them.
        engine.latest_generation()
        return engine

    def latest_generation(self) -> int:
        return latest_generation(self._folder)

    def reader(self) -> WhooshReader:
        while True:
            generation = self.latest_generation()
            try:
                return WhooshReader(self._folder, read_toc(self._folder, generation).segments, generation)
            except IndexDamaged as error:
                # A writer may have removed the files of this commit before they were opened: then there is a newer one.
                lost = isinstance(error.__cause__, FileNotFoundError)
                if not lost or self.latest_generation() == generation:
                    raise

    def writer(self) -> WhooshWriter:
        # A search needs none of it.
        from khabar.index.whoosh_engine.writer import WhooshWriter

        return WhooshWriter(self._folder)


@cache
def _check_version() -> None:
    found = ".".join(map(str, whoosh.__version__[:3]))
    # Asking importlib.metadata would take longer than the whole search: it imports all of Python's email.
    beside = any(
        each.name.lower().startswith("whoosh-") and each.suffix in (".dist-info", ".egg-info")
        for each in Path(whoosh.__file__).parents[1].iterdir()
    )
    if found != WHOOSH3 or beside:
        raise MissingDependency(
            f"khabar needs whoosh3 {WHOOSH3}, but the package «whoosh» here is {found}"
            + (", and the old Whoosh is installed beside it and overwrites its files" if beside else "")
            + f". Mend it with: pip uninstall Whoosh whoosh3; pip install whoosh3=={WHOOSH3}"
        )
