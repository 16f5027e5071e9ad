"""Copies an index to another place: from a folder into a cluster, or back, without the sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from khabar.arguments import amount, count, function, optional, positive, takes
from khabar.corpus.article import Article
from khabar.errors import InvalidArgument
from khabar.folders import existing_or_new, vectors_carried
from khabar.index.editions import current_files, readable_files
from khabar.index.folder import writing
from khabar.index.lock import WriteLock
from khabar.library import Index
from khabar.places import Address, OnePlace, place, place_of
from khabar.rebuild import RebuildReport, counted, engine_of, kept_manifest, recovered, surviving
from khabar.replacing import read_file, replace_file
from khabar.upkeep.closings import CLOSINGS
from khabar.upkeep.manifest import MANIFEST, Manifest
from khabar.upkeep.stores import cluster_room

__all__ = ["copy_index"]


@takes(
    path=place,
    to=place,
    batch=optional(positive),
    timeout=amount,
    progress=optional(function),
    workers=count,
)
def copy_index(
    path: str | Path | Address,
    to: str | Path | Address,
    *,
    batch: int | None = 20_000,
    timeout: float = 5.0,
    progress: Callable[[int], None] | None = None,
    workers: int = 0,
) -> RebuildReport:
    """Copy an index to another place, with the records of its files; the old one stays.

    An interrupted copy continues where it stopped, because articles that are already there are skipped. If
    there is an index in the other place, the articles are added to it. An index on a cluster may have files
    of several machines, of which a folder gets those of this machine.

    Args:
        path: the folder or address of the index.
        to: the folder or address of the copy.
        batch, timeout, workers: as for :meth:`khabar.Index.add`.
        progress: called with the number of articles read so far.

    Raises:
        InvalidArgument: if both are the same place.
        IndexNotFound: if there is no index.
        IndexFolderError: if the copy cannot be made.
        IndexLocked: if another process writes to one of them.
    """
    source, target = place_of(path), place_of(to)
    if _is_same(source, target):
        raise InvalidArgument("to", str(target), "it is the place of the index itself")
    report = RebuildReport(target)
    if isinstance(source, Address):
        original = cluster_room("copying").Original(source)
        expected = len(original)
        with existing_or_new(target) as index:
            added = index.add(
                counted(original.articles(), progress), batch=batch, timeout=timeout, workers=workers
            )
            report.articles = len(index)
            report.lost = max(0, expected - added.total)
            report.losses += original.losses
            if isinstance(target, Address):
                original.copy_records(index._store)
            else:
                _keep(index, original.manifest(), original.closings())
        return report
    engine = engine_of(readable_files(source))
    with WriteLock(source, timeout), existing_or_new(target) as index:
        files = readable_files(source)
        manifest, damage = kept_manifest(files)
        read: set[str] = set()

        def articles() -> Iterator[Article]:
            for article in recovered(files, engine, manifest, report):
                read.add(article.id)
                yield article

        index.add(counted(articles(), progress), batch=batch, timeout=timeout, workers=workers)
        report.articles = len(index)
        broken = bool(report.losses)
        _keep(index, surviving(manifest, read, report, broken=broken), _closings(files))
        if damage:
            report.losses.append((MANIFEST, damage))
        if not isinstance(target, Address):
            with WriteLock(target, timeout), vectors_carried(source, files, index):
                pass
    return report


def _is_same(source: OnePlace, target: OnePlace) -> bool:
    if isinstance(source, Address) or isinstance(target, Address):
        return source == target
    return source.resolve() == target.resolve()


def _closings(files: Path) -> bytes:
    try:
        return read_file(files / CLOSINGS)
    except OSError:
        return b""


def _keep(index: Index, manifest: Manifest, closings: bytes) -> None:
    """Write the manifest and the closing lines of the index to a copy."""
    place = index.path
    if isinstance(place, Address):
        cluster_room("copying").keep_records(index._store, manifest, closings)
        return
    assert isinstance(place, Path)
    with WriteLock(place), writing(place):
        files = current_files(place)
        new = Manifest.open(files)
        new.adopt(manifest)
        new.write()
        if closings:
            replace_file(files / CLOSINGS, [closings])
