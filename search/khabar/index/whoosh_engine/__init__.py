"""The Whoosh engine: the only room that imports whoosh.

``whoosh3`` is the maintained fork and shares its import name with the dead ``Whoosh`` of 2016, which overwrites its files when
both are installed; the version is checked before anything is opened.
"""

from __future__ import annotations

import importlib.metadata
import time
from pathlib import Path
from typing import Self

from khabar.errors import IndexDamaged, MissingDependency
from khabar.index.whoosh_engine.reader import WhooshReader
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
        from whoosh.filedb.filestore import FileStorage
        from whoosh.index import TOC

        from khabar.index.whoosh_engine.schema import INDEX_NAME, SCHEMA

        engine = cls(folder)
        TOC.create(FileStorage(str(folder)), SCHEMA, INDEX_NAME)
        return engine

    @classmethod
    def open(cls, folder: Path) -> Self:
        engine = cls(folder)
        if engine.latest_generation() < 0:
            raise IndexDamaged(
                f"the index {folder} has lost its table of contents (_MAIN_….toc). "
                "Build it again from the sources with: khabar index SOURCE... --index DIR --new"
            )
        return engine

    def latest_generation(self) -> int:
        from whoosh.filedb.filestore import FileStorage
        from whoosh.index import TOC

        from khabar.index.whoosh_engine.schema import INDEX_NAME

        generation: int = TOC._latest_generation(FileStorage(str(self._folder)), INDEX_NAME)
        return generation

    def reader(self) -> WhooshReader:
        from whoosh.filedb.filestore import FileStorage
        from whoosh.index import TOC

        from khabar.index.whoosh_engine.schema import INDEX_NAME, SCHEMA

        storage = FileStorage(str(self._folder))
        for attempt in range(10):
            # A writer may remove the files of an older commit between the reading of the table and their opening.
            try:
                toc = TOC.read(storage, INDEX_NAME, schema=SCHEMA)
                return WhooshReader(storage, toc.segments, toc.generation)
            except FileNotFoundError as error:
                if attempt == 9:
                    raise IndexDamaged(
                        f"the index {self._folder} lacks the file {error.filename}. "
                        "Build it again from the sources with: khabar index SOURCE... --index DIR --new"
                    ) from error
                time.sleep(0.05)
        raise AssertionError("unreachable")

    def writer(self) -> WhooshWriter:
        return WhooshWriter(self._folder)


def _check_version() -> None:
    import whoosh

    found = ".".join(map(str, whoosh.__version__[:3]))
    try:
        importlib.metadata.version("Whoosh")
        beside = True
    except importlib.metadata.PackageNotFoundError:
        beside = False
    if found != WHOOSH3 or beside:
        raise MissingDependency(
            f"khabar needs whoosh3 {WHOOSH3}, but the package «whoosh» here is {found}"
            + (", and the old Whoosh is installed beside it and overwrites its files" if beside else "")
            + f". Mend it with: pip uninstall Whoosh whoosh3; pip install whoosh3=={WHOOSH3}"
        )
