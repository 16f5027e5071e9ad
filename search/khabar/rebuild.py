"""Rebuilds an index from its stored articles, without their sources.

That is needed for a new analyzer or to repair damage. The new index is built beside the old one, which is
searched until the new one is complete.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.arguments import amount, count, function, instance, optional, positive, takes
from khabar.corpus.article import Article
from khabar.corpus.names import readable_path
from khabar.errors import IndexDamaged, IndexMismatch, IndexNotFound, is_of_the_system
from khabar.folders import rebuilt
from khabar.index.checksums import is_unfinished, put_back, write_checksums
from khabar.index.editions import readable_files
from khabar.index.engines import engine_class, engine_in
from khabar.index.folder import read_meta, writing
from khabar.index.records import short_fingerprint
from khabar.index.recovery import Loss
from khabar.places import Address, place, place_of
from khabar.replacing import read_file, replace_file
from khabar.serialize import Serializable
from khabar.stories.files import Catalogue
from khabar.upkeep.closings import CLOSINGS
from khabar.upkeep.manifest import MANIFEST, Manifest
from khabar.upkeep.stores import cluster_room

__all__ = [
    "RebuildReport",
    "counted",
    "engine_of",
    "kept_manifest",
    "rebuild_index",
    "recovered",
    "surviving",
]

#: Articles with fewer words have no sketch, so the stories do not show whether they were in the index.
_FEW = 5


class RebuildReport(Serializable, msgspec.Struct):
    """The result of :func:`rebuild_index`.

    Attributes:
        path: the new index.
        articles: the number of articles.
        losses: the parts of the old index that could not be read, each with its file and the damage.
        lost: the number of articles that are known to be lost.
        files: the files of lost articles. The next ``khabar index`` of these files restores the articles.
    """

    path: Path | Address
    articles: int = 0
    losses: list[tuple[str, str]] = msgspec.field(default_factory=list)
    lost: int = 0
    files: list[str] = msgspec.field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "index": str(self.path),
            "articles": self.articles,
            "lost": self.lost,
            "losses": [{"file": file, "what": what} for file, what in self.losses],
            "files": list(self.files),
        }


@takes(
    path=place,
    analyzer=optional(instance(Analyzer)),
    batch=optional(positive),
    timeout=amount,
    progress=optional(function),
    workers=count,
)
def rebuild_index(
    path: str | Path | Address,
    *,
    analyzer: Analyzer | None = None,
    batch: int | None = 20_000,
    timeout: float = 5.0,
    progress: Callable[[int], None] | None = None,
    workers: int = 0,
) -> RebuildReport:
    """Rebuild an index from its articles, and replace the old one.

    It needs only the stored articles of the old index, not its lexicon, its postings or its analyzer.
    Articles that cannot be read are left out and reported.

    Args:
        path: the index folder, or the address of an index on a cluster.
        analyzer: the analyzer to use.
        batch, timeout, workers: as for :meth:`khabar.Index.add`.
        progress: called with the number of articles read so far.

    Raises:
        IndexNotFound: if there is no index.
        IndexDamaged: if no article could be read; the old index stays.
        IndexFolderError: if the folder contains other files too.
        IndexUnavailable: if the system refuses to read the old index or to write the new one.
        IndexLocked: if another process writes to the index; on a cluster, if another one rebuilds it.
        ClusterUnavailable: if the cluster does not answer.
        MissingDependency: if the installed release of Whoosh is not the one that khabar needs.
    """
    folder = place_of(path)
    if isinstance(folder, Address):
        return _rebuilt_on_cluster(folder, analyzer, batch, timeout, progress, workers)
    engine_of(readable_files(folder))
    report = RebuildReport(folder)
    read: set[str] = set()

    def articles() -> Iterator[Article]:
        for number, article in enumerate(recovered(files, engine, manifest, report), 1):
            read.add(article.id)
            if progress is not None:
                progress(number)
            yield article

    with rebuilt(folder, analyzer, timeout) as index:
        # Only now that the lock is held: the index may have been replaced before.
        files = readable_files(folder)
        engine = engine_of(files)
        manifest, damage = kept_manifest(files)
        expected = 0
        # After a writer was killed, the count may be that of the commit before.
        if not is_unfinished(files):
            with suppress(IndexDamaged, IndexMismatch, IndexNotFound):
                expected = read_meta(files).articles
        with writing(folder):
            restored = put_back(files, _generation(files, engine))
        report.losses += [(each, "it was put back from a copy") for each in restored]
        index.add(articles(), batch=batch, workers=workers)
        report.articles = len(index)
        new = index.path
        assert isinstance(new, Path)
        if not report.articles and report.losses:
            raise IndexDamaged(
                folder,
                f"no article could be read: {report.losses[0][0]}: {report.losses[0][1]}",
                "Nothing was changed. Build it again from the sources with: khabar index SOURCE... --new",
            )
        # Without a loss, all articles in the table of contents were read: a higher count, or a manifest with
        # more, is out of date or damaged itself.
        broken = len(report.losses) > len(restored)
        if broken:
            report.lost = max(report.lost, expected - report.articles)
        with writing(folder):
            _keep(manifest, files, new, read, report, broken=broken)
            if damage:
                report.losses.append((MANIFEST, damage))
            write_checksums(new, engine_class(read_meta(new).engine).open(new).latest_generation())
    return report


def _rebuilt_on_cluster(
    place: Address,
    analyzer: Analyzer | None,
    batch: int | None,
    timeout: float,
    progress: Callable[[int], None] | None,
    workers: int,
) -> RebuildReport:
    """Rebuild an index on a cluster: make its next edition from the articles of the current one."""
    copying = cluster_room("copying")
    report = RebuildReport(place)
    # Raises if there is no index, and reports its lost parts.
    report.losses += copying.Original(place).losses
    read: set[str] = set()
    with rebuilt(place, analyzer, timeout) as index:
        # Only now that it refuses writes.
        original = copying.Original(place)
        expected = len(original)
        articles = _noted(counted(original.articles(), progress), read)
        index.add(articles, batch=batch, workers=workers)
        report.articles = len(index)
        report.lost = max(0, expected - report.articles)
        if original.unread:
            report.losses.append(original.losses[-1])
        original.copy_records(index._store)
        for machine in original.machines():
            manifest = original.manifest(machine)
            if any(each not in read for source in manifest.sources.values() for each in source.ids):
                copying.keep_files(index._store, surviving(manifest, read, report, broken=True), machine)
    return report


def _noted(articles: Iterable[Article], ids: set[str]) -> Iterator[Article]:
    """Yield articles, and add their ids to a set."""
    for article in articles:
        ids.add(article.id)
        yield article


def counted(articles: Iterable[Article], progress: Callable[[int], None] | None) -> Iterator[Article]:
    """Yield articles, and call ``progress`` with their number so far."""
    for number, article in enumerate(articles, 1):
        if progress is not None:
            progress(number)
        yield article


def engine_of(folder: Path) -> str:
    """The engine of an index, even if ``meta.json`` cannot be read.

    Raises:
        IndexNotFound: if there is none.
    """
    engine = engine_in(folder)
    if engine:
        return engine
    # Its error says what is missing and how to make an index.
    with suppress(IndexMismatch):
        read_meta(folder)
    raise IndexNotFound(
        f"there is nothing in {folder} of which this khabar could rebuild the index. "
        "Build it again from the sources with: khabar index SOURCE... --new"
    )


def _generation(folder: Path, engine: str) -> int:
    try:
        return engine_class(engine).open(folder).latest_generation()
    except IndexDamaged:
        return -1


def kept_manifest(folder: Path) -> tuple[Manifest, str]:
    """The manifest as far as it can be read, and its damage or ""."""
    try:
        manifest = Manifest.open(folder)
    except IndexDamaged as error:
        return Manifest(folder), error.cause
    return manifest, f"it is damaged in lines {manifest.damage}" if manifest.damaged else ""


def recovered(folder: Path, engine: str, manifest: Manifest, report: RebuildReport) -> Iterator[Article]:
    """Yield the articles that can be read and were not removed, and complete the report."""
    evidence: _Evidence | None = None
    file = ""
    kept = left_out = 0
    for found in engine_class(engine).recover(folder):
        if isinstance(found, Loss):
            report.losses.append((found.file, found.what))
            report.lost += found.articles
            file = found.file
        elif isinstance(found, Article):
            yield found
        else:
            evidence = evidence or _Evidence(folder, manifest)
            was_there = evidence.was_there(found.article)
            if was_there is False:
                left_out += 1
                continue
            kept += was_there is None
            yield found.article
    if left_out:
        report.losses.append(
            (file, f"{left_out:,} articles in it seem to have been removed and are left out")
        )
    if kept:
        report.losses.append((file, f"{kept:,} articles are kept that may have been removed"))


class _Evidence:
    """Decides whether an article was removed, if the engine's files do not say it."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._claimed = {
            each for source in manifest.sources.values() for each in (*source.ids, *source.former)
        }
        self._paths = set() if manifest.damaged else {readable_path(path) for path in manifest.sources}
        # The transaction after the removal of an article removes it from here.
        self._names = _names(folder)

    def was_there(self, article: Article) -> bool | None:
        """Whether an article was in the index; None if that is unknown."""
        if article.id in self._claimed:
            return True
        if re.split("[!#]", article.path)[0] in self._paths or article.path in self._paths:
            return False
        if self._names and short_fingerprint(article.fingerprint()) not in self._names:
            return False if _words(article) >= _FEW else None
        return None


def _names(folder: Path) -> set[int]:
    """The fingerprints of the articles that the index had, from the stories; empty if these cannot be
    read."""
    try:
        return set(Catalogue.open(folder).fingerprints.astype(np.uint64).tolist())
    except IndexDamaged:
        return set()


def _words(article: Article) -> int:
    return sum(len(text.split()) for text in (article.title, *article.paragraphs))


def _keep(
    manifest: Manifest, old: Path, folder: Path, read: set[str], report: RebuildReport, *, broken: bool
) -> None:
    """Write the manifest and the closing lines of the old index to the new one.

    Args:
        manifest: the manifest of the old index.
        old: the folder with its files.
        folder: the folder with the files of the new index.
        read, report, broken: as for :func:`surviving`.
    """
    other = Manifest(folder)
    other.adopt(surviving(manifest, read, report, broken=broken))
    other.write()
    # The closing lines are valid for the same articles, from which they are removed already.
    try:
        replace_file(folder / CLOSINGS, [read_file(old / CLOSINGS)])
    except OSError as error:
        if is_of_the_system(error):
            raise


def surviving(manifest: Manifest, read: set[str], report: RebuildReport, *, broken: bool) -> Manifest:
    """Reduce a manifest to the articles that could be read. Files with lost articles are marked to be read
    again.

    Args:
        manifest: the manifest of the old index; changed, but not written.
        read: the ids of the articles that were read.
        report: gets the files with lost articles.
        broken: whether articles may be lost.
    """
    manifest.settle(read.__contains__)
    lost: set[str] = set()
    for source in manifest.sources.values():
        gone = [each for each in source.ids if each not in read]
        if gone and not broken:
            # Nothing of the index is lost, so they were removed.
            source = replace(source, ids=tuple(each for each in source.ids if each in read))
        elif gone:
            lost.update(gone)
            report.files.append(source.path)
            source = replace(
                source,
                size=-1,
                mtime=-1,
                hash="",
                ids=tuple(each for each in source.ids if each in read),
                former=tuple(each for each in source.former if each in read),
            )
        manifest.sources[source.path] = source
    report.lost = max(report.lost, len(lost))
    return manifest
