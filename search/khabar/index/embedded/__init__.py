"""The embedded engine: the only package that imports whoosh.

Whoosh manages the schema, tables of contents, segments and deletions. Postings and articles are mapped
arrays, which khabar's searcher reads directly and Whoosh's through a codec (:mod:`.codec`). The files of an
index:

==================  ========================================================================================
``_MAIN_N.toc``     commit N: its segments, and which of their documents were deleted
``MAIN_….words``    a segment's postings (:mod:`.postings`)
``MAIN_….articles`` its articles (:mod:`.articles`)
==================  ========================================================================================

``whoosh3`` is the maintained fork. It has the same import name as the abandoned ``Whoosh`` of 2016, which
overwrites its files if both are installed; so the version is checked before anything is written. Reading does
not import Whoosh (:mod:`.toc`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from khabar.corpus.article import Article
from khabar.errors import IndexDamaged, MissingDependency
from khabar.index.embedded.reader import EmbeddedReader
from khabar.index.embedded.toc import latest_generation, read_toc
from khabar.index.engine_files import EngineFiles
from khabar.index.lexicon import Lexicon
from khabar.index.recovery import Doubtful, Loss
from khabar.patterns import lazy_pattern

if TYPE_CHECKING:
    from khabar.index.embedded.writer import EmbeddedWriter

__all__ = ["EmbeddedEngine"]

#: Only this release is known to read and write as this package expects.
WHOOSH3 = "3.54.0"


class EmbeddedEngine:
    """See :class:`khabar.index.engine.Engine`."""

    name = "embedded"
    files = EngineFiles(
        ours=("MAIN_*", "_MAIN_*.toc*"),
        fixed=lazy_pattern(r"MAIN_.*|_MAIN_\d+\.toc"),
        vital=lazy_pattern(r"_MAIN_\d+\.toc"),
        texts=lazy_pattern(r"MAIN_.*\.articles"),
    )

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def create(cls, folder: Path) -> Self:
        _check_version()
        from khabar.index.embedded.storage import write_toc

        write_toc(folder, [], 0)
        return cls(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        engine = cls(folder)
        # Raises if there is no commit. The files are opened later, when they are read.
        engine.latest_generation()
        return engine

    def latest_generation(self) -> int:
        return latest_generation(self._folder)

    def reader(self) -> EmbeddedReader:
        while True:
            generation = self.latest_generation()
            try:
                return EmbeddedReader(self._folder, read_toc(self._folder, generation), generation)
            except IndexDamaged as error:
                # A writer may have removed the files of this commit before they were opened: then there is a
                # newer one.
                is_lost = isinstance(error.__cause__, FileNotFoundError)
                if not is_lost or self.latest_generation() == generation:
                    raise

    def writer(self) -> EmbeddedWriter:
        _check_version()
        # Imported here: a search needs neither the writer nor Whoosh.
        from khabar.index.embedded.writer import EmbeddedWriter

        return EmbeddedWriter(self._folder)

    @classmethod
    def verify(cls, folder: Path, lexicon: Lexicon | None) -> Iterator[Loss]:
        from khabar.index.embedded.recovery import verify

        return verify(folder, lexicon)

    @classmethod
    def recover(cls, folder: Path) -> Iterator[Article | Doubtful | Loss]:
        from khabar.index.embedded.recovery import recover

        return recover(folder)


@cache
def _check_version() -> None:
    import whoosh

    found = ".".join(map(str, whoosh.__version__[:3]))
    # importlib.metadata would take longer than a search: it imports Python's whole email package.
    beside = any(
        path.name.lower().startswith("whoosh-") and path.suffix in (".dist-info", ".egg-info")
        for path in Path(whoosh.__file__).parents[1].iterdir()
    )
    if found != WHOOSH3 or beside:
        raise MissingDependency(
            f"khabar needs whoosh3 {WHOOSH3}, but the package «whoosh» here is {found}"
            + (", and the old Whoosh is installed beside it and overwrites its files" if beside else "")
            + f". Repair it with: pip uninstall Whoosh whoosh3; pip install whoosh3=={WHOOSH3}"
        )
