"""Checking that an index is intact: every file, every posting, every article.

First the files are compared with their checksums, then everything is read, so that an index without
checksums, because its writer was killed, is examined as well.
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
from khabar.index.address import Address, place, place_of
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
from khabar.serialize import Serializable, plain
from khabar.stories.files import CATALOGUE
from khabar.stories.files import check as check_stories
from khabar.upkeep.manifest import MANIFEST, Manifest
from khabar.upkeep.stores import cluster_room

__all__ = ["CheckReport", "Damage", "check_index"]

_CHANGED = "it is damaged"


class Damage(Serializable, msgspec.Struct, frozen=True):
    """A damage found in an index.

    Attributes:
        file: its name in the index folder.
        what: description of the damage, without a full stop.
        remedy: "rebuild" (``khabar rebuild`` mends it), "sources" (it does, but for articles that must be
            indexed again), "index" (the next ``khabar index`` mends it), "anew" (nothing is left: all must be
            indexed again), "meaning" (``khabar meaning build`` mends it, and nothing else needs it),
            "cluster" (whoever runs the cluster must mend it).
        articles: number of articles certainly lost with it.
    """

    file: str
    what: str
    remedy: str = "rebuild"
    articles: int = 0


class CheckReport(Serializable, msgspec.Struct, frozen=True):
    """What :func:`check_index` found.

    Attributes:
        path: the index.
        damages: the damages, in the order found; empty if the index is intact.
        files: number of files compared with their checksums.
        unverified: number of files without a checksum because their writer was killed. They were read all the
            same.
        articles: number of articles according to the index.
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
    """Read all of an index and verify it. Takes the write lock if possible, so that nothing changes
    meanwhile.

    Args:
        path: the index folder, or the address of an index on a cluster.
        analyzer: the analyzer it must have been made with. Default: that of this installation.
        timeout: seconds to wait for a writer.

    Raises:
        IndexNotFound: if there is no index.
        IndexMismatch: if it has another format version, analyzer, or an unknown engine.
        IndexLocked: if another process writes to it.
        IndexUnavailable: if the system does not let a file of it be read.
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
            # Unless they can be counted.
            self._articles = self._meta.articles
            check_usable(self._folder, self._meta, self._analyzer.fingerprint)
        except IndexNotFound:
            if not engine:
                raise
            yield Damage(META, "it is not there")
        except IndexDamaged as error:
            yield Damage(META, cause_of(error))
        except IndexMismatch:
            # Of another version, which is no damage; unless it is only the file that says so.
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
            # An index that was only made has none; a writer that was killed leaves a mark.
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
        """Whether a file is certainly not as the last writer left it."""
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
        there = set(files_of(self._folder))
        held = checksums.holds(generation)
        for name, (size, crc) in held.items():
            path = self._folder / name
            if name not in there:
                # A file of an earlier commit may be gone because it is no longer needed.
                if checksums.is_of(generation):
                    yield Damage(name, "it is not there", _remedy(name))
                continue
            self._files += 1
            try:
                found = path.stat().st_size
                if found != size:
                    yield Damage(name, f"it has {found:,} bytes instead of {size:,}", _remedy(name))
                elif checksum(path) != crc:
                    yield Damage(name, _CHANGED, _remedy(name))
            except (OSError, MemoryError) as error:
                failure = unreadable(path, error)
                if not isinstance(failure, IndexDamaged):
                    raise failure from error
                yield Damage(name, cause_of(failure), _remedy(name))
        self._unverified = len(there - held.keys())

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
        from khabar.meaning.mending import damages

        self._files += len(files)
        for loss in damages(self._folder):
            yield Damage(loss.file, loss.what, "meaning")

    def _counts(self, engine: str) -> Iterator[Damage]:
        """Check that all parts of the index describe the same articles. (The counts in ``meta.json`` are
        taken from it, and those of the commit before if a writer was killed: that is no damage.)"""
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
