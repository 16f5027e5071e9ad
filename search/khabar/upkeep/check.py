"""Checks that an index is intact: every file, every posting, every article.

The files are compared with their checksums, and then everything is read, so that an index whose writer was
killed, and that has no checksums, is checked as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.arguments import amount, instance, optional, takes
from khabar.errors import EDITION, IndexDamaged, IndexFolderError, IndexMismatch, IndexNotFound
from khabar.index.checksums import (
    CHECKSUMS,
    Checksums,
    checksum,
    files_of,
    is_unfinished,
    read_checksums,
)
from khabar.index.editions import current_files, readable_files
from khabar.index.engines import check_usable, engine_class, engine_files, engine_in, is_known
from khabar.index.folder import META, Meta, read_meta
from khabar.index.lexicon import LEXICON, Lexicon
from khabar.index.lock import WriteLock
from khabar.index.recovery import Loss, cause_of, file_of, unreadable
from khabar.index.vector_names import is_of_vectors
from khabar.places import Address, place, place_of
from khabar.serialize import Serializable, plain
from khabar.stories.files import CATALOGUE
from khabar.stories.files import check as check_stories
from khabar.upkeep.manifest import MANIFEST, Manifest
from khabar.upkeep.stores import cluster_room

__all__ = ["CheckReport", "Damage", "check_index"]

_CHANGED = "it is damaged"


class Damage(Serializable, msgspec.Struct, frozen=True):
    """Damage found in an index.

    Attributes:
        file: the name of the file in the index folder.
        what: a description of the damage, without a full stop.
        remedy: "rebuild" (``khabar rebuild`` repairs it), "sources" (the same, except for articles that must
            be indexed again), "index" (the next ``khabar index`` repairs it), "anew" (nothing is left: all
            must be indexed again), "meaning" (``khabar meaning build`` repairs it, and nothing else depends
            on it), "cluster" (whoever runs the cluster must repair it).
        articles: the number of articles that are certainly lost.
    """

    file: str
    what: str
    remedy: str = "rebuild"
    articles: int = 0


class CheckReport(Serializable, msgspec.Struct, frozen=True):
    """The result of :func:`check_index`.

    Attributes:
        path: the index.
        damages: the damages in the order found; empty if the index is intact.
        files: the number of files compared with their checksums.
        unverified: the number of files without a checksum, because their writer was killed. They were read
            nevertheless.
        articles: the number of articles according to the index.
    """

    path: Path | Address
    damages: tuple[Damage, ...]
    files: int
    unverified: int
    articles: int

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "index": str(self.path),
            "whole": self.whole,
            "articles": self.articles,
            "files": self.files,
            "unverified": self.unverified,
            "damages": plain(self.damages),
        }

    @property
    def whole(self) -> bool:
        """Whether no damage was found."""
        return not self.damages


@takes(path=place, analyzer=optional(instance(Analyzer)), timeout=amount)
def check_index(
    path: str | Path | Address, *, analyzer: Analyzer | None = None, timeout: float = 5.0
) -> CheckReport:
    """Read a whole index and check it. Takes the write lock if possible, so that nothing changes meanwhile.

    Args:
        path: the index folder, or the address of an index on a cluster.
        analyzer: the analyzer it must have been made with. Default: that of this installation.
        timeout: seconds to wait for a writer.

    Raises:
        IndexNotFound: if there is no index.
        IndexMismatch: if it has another format version, analyzer, or an unknown engine.
        IndexLocked: if another process writes to it.
        IndexUnavailable: if the system refuses to read one of its files.
        MissingDependency: if the installed release of Whoosh is not the one that khabar needs.
    """
    folder = place_of(path)
    if isinstance(folder, Address):
        report: CheckReport = cluster_room("check").check(folder, analyzer or Analyzer())
        return report
    with ExitStack() as stack:
        if folder.is_dir() and engine_in(readable_files(folder)):
            with suppress(IndexFolderError):
                stack.enter_context(WriteLock(folder, timeout))
        return _Check(folder, analyzer or Analyzer()).report()


class _Check:
    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self._path = folder
        self._folder = readable_files(folder)
        self._analyzer = analyzer
        self._files = 0
        self._articles = 0
        self._unverified = 0
        self._meta: Meta | None = None

    def report(self) -> CheckReport:
        damages: dict[tuple[str, str], Damage] = {}
        for damage in self._damages():
            if self._folder != self._path and damage.file != EDITION:
                damage = replace(damage, file=f"{self._folder.name}/{damage.file}")
            damages.setdefault((damage.file, damage.what), damage)
        return CheckReport(self._path, tuple(damages.values()), self._files, self._unverified, self._articles)

    def _damages(self) -> Iterator[Damage]:
        engine = engine_in(self._folder)
        try:
            current_files(self._path)
            if self._folder != self._path and not (self._path / EDITION).exists():
                yield Damage(EDITION, "it is not there")
        except IndexDamaged as error:
            yield Damage(EDITION, cause_of(error))
        try:
            self._meta = read_meta(self._folder)
            # Replaced below if they can be counted.
            self._articles = self._meta.articles
            check_usable(self._folder, self._meta, self._analyzer.fingerprint)
        except IndexNotFound:
            if not engine:
                raise
            yield Damage(META, "it is not there")
        except IndexDamaged as error:
            yield Damage(META, cause_of(error))
        except IndexMismatch:
            # Another version is no damage, unless only this file was changed.
            if not self._has_changed(META):
                raise
            yield Damage(META, _CHANGED)
        if self._meta is not None and is_known(self._meta.engine):
            engine = self._meta.engine
        if not is_known(engine):
            return
        checksums, broken = self._checksums()
        yield from broken
        try:
            generation = engine_class(engine).open(self._folder).latest_generation()
        except IndexDamaged as error:
            generation = -1
            yield Damage(file_of(error, self._folder, engine), cause_of(error), "sources")
        if checksums is not None:
            yield from self._compared(checksums, generation)
        else:
            self._unverified = len(list(files_of(self._folder)))
            # A new index has none yet, and a killed writer leaves a mark.
            if not broken and generation > 0 and not is_unfinished(self._folder):
                yield Damage(CHECKSUMS, "it is not there", "index")
        lexicon, broken = self._lexicon()
        yield from broken
        for loss in engine_class(engine).verify(self._folder, lexicon):
            yield _damage(loss)
        try:
            check_stories(self._folder)
        except IndexDamaged as error:
            yield Damage(file_of(error, self._folder, CATALOGUE), cause_of(error))
        yield from self._manifest()
        yield from self._vectors()
        if generation >= 0:
            yield from self._counts(engine)

    def _has_changed(self, name: str) -> bool:
        """Whether a file certainly differs from what the last writer wrote."""
        try:
            checksums = read_checksums(self._folder)
            if checksums is None or checksums.broken or name not in checksums.files:
                return False
            path = self._folder / name
            return (path.stat().st_size, checksum(path)) != checksums.files[name]
        except (OSError, ValueError, MemoryError):
            return False

    def _checksums(self) -> tuple[Checksums | None, list[Damage]]:
        try:
            return read_checksums(self._folder), []
        except (OSError, ValueError, MemoryError) as error:
            failure = unreadable(self._folder / CHECKSUMS, error)
            if not isinstance(failure, IndexDamaged):
                raise failure from error
            return None, [Damage(CHECKSUMS, cause_of(failure), "index")]

    def _compared(self, checksums: Checksums, generation: int) -> Iterator[Damage]:
        """Compare files with their checksums."""
        present = set(files_of(self._folder))
        expected = checksums.holds(generation)
        for name, (size, crc) in expected.items():
            path = self._folder / name
            if name not in present:
                # A file of an earlier commit may be gone because it is no longer needed.
                if checksums.is_of(generation):
                    yield Damage(name, "it is not there", _remedy(name))
                continue
            self._files += 1
            try:
                actual = path.stat().st_size
                if actual != size:
                    yield Damage(name, f"it has {actual:,} bytes instead of {size:,}", _remedy(name))
                elif checksum(path) != crc:
                    yield Damage(name, _CHANGED, _remedy(name))
            except (OSError, MemoryError) as error:
                failure = unreadable(path, error)
                if not isinstance(failure, IndexDamaged):
                    raise failure from error
                yield Damage(name, cause_of(failure), _remedy(name))
        self._unverified = len(present - expected.keys())

    def _lexicon(self) -> tuple[Lexicon | None, list[Damage]]:
        try:
            lexicon = Lexicon.open(self._folder, whole=True)
            terms = lexicon.terms()
        except (IndexDamaged, ValueError, IndexError) as error:
            return None, [Damage(file_of(error, self._folder, LEXICON), cause_of(error))]
        encoded = [term.encode("utf-8", "surrogatepass") for term in terms]
        if any(second <= first for first, second in pairwise(encoded)):
            return lexicon, [Damage(LEXICON, "its words are not in order")]
        return lexicon, []

    def _manifest(self) -> Iterator[Damage]:
        try:
            manifest = Manifest.open(self._folder)
        except IndexDamaged as error:
            yield Damage(MANIFEST, cause_of(error))
            return
        if manifest.damaged:
            yield Damage(MANIFEST, f"it is damaged in lines {manifest.damage}", "index")

    def _vectors(self) -> Iterator[Damage]:
        """Read the vectors, if there are any, and compare them with their checksums."""
        files = [entry.name for entry in self._folder.iterdir() if is_of_vectors(entry.name)]
        if not files:
            return
        from khabar.meaning.recovery import damages

        self._files += len(files)
        for loss in damages(self._folder):
            yield Damage(loss.file, loss.what, "meaning")

    def _counts(self, engine: str) -> Iterator[Damage]:
        """Check that all parts of the index describe the same articles. (The counts in ``meta.json`` are not
        compared: those of the commit before, after a writer was killed, are no damage.)"""
        try:
            reader = engine_class(engine).open(self._folder).reader()
        except IndexDamaged:
            # Already reported.
            return
        try:
            columns = reader.columns
            articles = int(columns.alive.sum())
            fingerprints = columns.fingerprints
        except (IndexDamaged, ValueError, IndexError) as error:
            yield Damage(file_of(error, self._folder, engine), cause_of(error))
            return
        finally:
            reader.close()
        if len(columns.heads) != len(columns.alive) or len(fingerprints) != len(columns.alive):
            yield Damage(engine, "its columns are not of the same articles")
        self._articles = articles
        if len(np.unique(fingerprints[columns.alive])) != articles:
            yield Damage(engine, "two articles have the same name")


def _damage(loss: Loss) -> Damage:
    return Damage(loss.file, loss.what, "sources" if loss.articles else _remedy(loss.file), loss.articles)


def _remedy(name: str) -> str:
    """The remedy for a damaged or lost file."""
    if name in (MANIFEST, CHECKSUMS):
        return "index"
    if any(files.texts.fullmatch(name) for files in engine_files().values()):
        return "sources"
    return "rebuild"
