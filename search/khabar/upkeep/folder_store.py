"""The store of an index in a folder. Another process's rebuild may replace its files at any moment: see
:mod:`khabar.index.editions`."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self
from weakref import finalize

from msgspec.structs import replace

from khabar._version import __version__
from khabar.analysis.analyzer import Analyzer
from khabar.errors import IndexUnavailable
from khabar.index.arrayfile import let_go
from khabar.index.checksums import CHECKSUMS, are_current, is_unfinished
from khabar.index.columns import Ints
from khabar.index.editions import current_files, is_swept, steady
from khabar.index.engine import Engine, Reader
from khabar.index.engines import DEFAULT_ENGINE, engine_class, open_engine
from khabar.index.folder import Meta, begun, now, read_meta, write_meta, writing
from khabar.index.lexicon import Lexicon, create_lexicon
from khabar.index.lock import is_locked
from khabar.index.recovery import gone
from khabar.index.vector_names import VECTOR_LIST
from khabar.places import Place
from khabar.query.vocabulary import Vocabulary
from khabar.ranking.searcher import Searcher
from khabar.upkeep.open_index import Opened, State
from khabar.upkeep.reports import Info

if TYPE_CHECKING:
    # A search needs none of these.
    from khabar.meaning.vectors import Vectors
    from khabar.upkeep.closings import Closings
    from khabar.upkeep.honesty import LeftOut
    from khabar.upkeep.manifest import Manifest
    from khabar.upkeep.store import Store
    from khabar.upkeep.transaction import Transaction

__all__ = ["FolderStore"]


class FolderStore:
    """See :class:`khabar.upkeep.store.Store`.

    Args:
        place: the index folder.
        files: the folder of its current files.
        engine: its engine.
        analyzer: the analyzer that made its terms.
    """

    def __init__(self, place: Path, files: Path, engine: Engine, analyzer: Analyzer) -> None:
        self._place = place
        self._analyzer = analyzer
        self._files = files
        self._engine = engine
        self._opened: Opened | None = None
        self._opened_in: object = None
        self._vectors: Vectors | None = None
        self._vectors_of: object = None
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def create(cls, place: Place, analyzer: Analyzer, engine: str = DEFAULT_ENGINE) -> Self:
        """Create an empty index in a new or empty folder.

        Args:
            place: the folder.
            analyzer: the analyzer.
            engine: the name of the engine.

        Raises:
            IndexFolderError: if the folder is not empty.
            IndexLocked: if another process is making an index there.
            IndexMismatch, MissingDependency: see :func:`khabar.index.engines.engine_class`.
        """
        folder = _folder(place)
        kind = engine_class(engine)
        with begun(folder):
            created = kind.create(folder)
            create_lexicon(folder)
            from khabar.stories.writer import create_stories

            create_stories(folder)
            moment = now()
            meta = Meta(engine=engine, analyzer=analyzer.fingerprint, created=moment, updated=moment)
            # Written last, so that a folder with a meta.json is always a complete index.
            write_meta(folder, meta)
        return cls(folder, folder, created, analyzer)

    @classmethod
    def open(cls, place: Place, analyzer: Analyzer) -> Self:
        """Open the index in a folder.

        Raises:
            IndexNotFound, IndexMismatch, IndexDamaged, IndexUnavailable: see :func:`khabar.open_index`.
        """
        folder = _folder(place)
        return steady(
            folder, lambda files: cls(folder, files, open_engine(files, analyzer.fingerprint), analyzer)
        )

    @property
    def place(self) -> Path:
        return self._place

    @property
    def analyzer(self) -> Analyzer:
        return self._analyzer

    @property
    def members(self) -> Mapping[str, Store]:
        """None: it is a single index."""
        return {}

    def newest(self) -> Opened:
        with self._lock:
            return steady(self.place, self._newest_in)

    def vectors(self) -> Mapping[str, Vectors | None]:
        with self._lock:
            return {"": steady(self.place, self._vectors_in)}

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._opened = self._vectors = None
            self._vectors_of = None

    def _vectors_in(self, files: Path) -> Vectors | None:
        identity = _state_of(files / VECTOR_LIST)
        if identity is None:
            self._vectors = None
        elif self._vectors is None or identity != self._vectors_of:
            # Imported here: a search by words does not need it.
            from khabar.meaning.vectors import Vectors

            vectors = Vectors.open(files)
            if self._closed:
                return vectors
            self._vectors = vectors
        self._vectors_of = identity
        return self._vectors

    def _newest_in(self, files: Path) -> Opened:
        # A rebuilt index may have the same generation, but is in another folder.
        identity = self._identity(files)
        if files != self._files:
            self._engine, self._files = open_engine(files, self.analyzer.fingerprint), files
        if (
            self._opened is None
            or identity != self._opened_in
            or self._opened.answers.generation != self._engine.latest_generation()
        ):
            # Neither this nor close() closes the old reader, as another thread may still be searching with
            # it: its files are closed when the last search releases its searcher. The lexicon is opened
            # second: it may have more words than the commit, never fewer.
            reader = self._engine.reader()
            searcher = Searcher(reader, partial(_stories, self.place, reader))
            finalize(searcher, reader.close).atexit = False
            lexicon = Lexicon.open(files)
            opened = Opened(searcher, lexicon, Vocabulary(lexicon), "-".join(map(str, identity)))
            if self._closed:
                return opened
            self._opened, self._opened_in = opened, identity
        return self._opened

    def _identity(self, files: Path) -> tuple[int, int]:
        try:
            status = files.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise gone(self.place) from error
        except OSError as error:
            raise IndexUnavailable(self.place, error) from error
        return status.st_dev, status.st_ino

    def transaction(self, timeout: float, workers: int) -> Transaction:
        from khabar.upkeep.transaction import Transaction

        return Transaction(self.place, self.analyzer, timeout, workers, mend=self._mend)

    def _mend(self) -> None:
        """Bring ``meta.json`` and the manifest in line with the index after a writer failed."""
        from khabar.upkeep.manifest import Manifest

        self.committed()
        with writing(self.place):
            manifest = Manifest.open(current_files(self.place))
            manifest.settle(lambda article_id: self.newest().answers.article(article_id) is not None)
            manifest.write()

    def committed(self) -> None:
        statistics = self.newest().answers.statistics()
        files = current_files(self.place)
        meta = replace(
            read_meta(files),
            articles=statistics.articles,
            paragraphs=statistics.paragraphs,
            updated=now(),
            khabar=__version__,
        )
        with writing(self.place):
            write_meta(files, meta)
        let_go()

    def manifest(self) -> Manifest:
        from khabar.upkeep.manifest import Manifest

        return steady(self.place, Manifest.open)

    def closings(self) -> Closings:
        from khabar.upkeep.closings import Closings

        return steady(self.place, Closings)

    def left_out(self) -> LeftOut:
        from khabar.upkeep.honesty import left_out_of

        return left_out_of(self.manifest(), tuple(self.closings()))

    def is_settled(self, manifest: Manifest) -> bool:
        return not manifest.removing and steady(self.place, _is_finished) and is_swept(self.place)

    def state(self) -> State:
        files = current_files(self.place)
        if not is_unfinished(files):
            return "whole"
        if is_locked(self.place):
            # Additions to a complete index need no warning.
            return "whole" if (files / CHECKSUMS).exists() else "being built"
        return "half built"

    def info(self) -> Info:
        statistics = self.newest().answers.statistics()
        size = 0
        for base, _, names in os.walk(self.place):
            for name in names:
                # A writer may remove files meanwhile.
                with suppress(FileNotFoundError):
                    size += Path(base, name).lstat().st_size
        return Info(self.place, steady(self.place, read_meta), statistics, size)


def _stories(place: Path, reader: Reader) -> Ints:
    """The story of each article of a reader."""
    from khabar.stories.files import Stories

    return steady(place, Stories.open).groups(reader.columns.fingerprints)


def _state_of(path: Path) -> tuple[int, int, int, int] | None:
    """The identity of a file, which changes when it is replaced; None if there is no file."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _folder(place: Place) -> Path:
    assert isinstance(place, Path), f"{place} is no folder"
    return place


def _is_finished(files: Path) -> bool:
    """Whether the last writer of an index finished."""
    engine = engine_class(read_meta(files).engine)
    return are_current(files, engine.open(files).latest_generation())
