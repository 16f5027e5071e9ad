"""Finds what changed in the files of an index: which are new, changed, moved or deleted.

A file is unchanged if it has the size and modification time recorded in the manifest, or the recorded content
hash. A new file with the content of one that disappeared is that file, moved.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path

import msgspec
from msgspec.structs import force_setattr, replace

from khabar._version import __version__
from khabar.arguments import among, check_fields, flag, instance, mapping, positive, text
from khabar.corpus.dates import ORDERS
from khabar.corpus.limits import ReadLimits
from khabar.corpus.pieces.streams import GIBIBYTE
from khabar.corpus.plugged import wants
from khabar.corpus.reading.files import STDIN, PathLike, starting_points, walk
from khabar.corpus.reasons import OF_NO_READER
from khabar.corpus.records.keeping import checked_keep
from khabar.corpus.report import ReadReport, Skipped
from khabar.corpus.suffixes import suffix_of
from khabar.serialize import Serializable
from khabar.upkeep.manifest import Manifest, Source, lies_in

__all__ = ["Changes", "UpdateOptions", "content_hash", "find_changes", "settled"]

_CHUNK = 1 << 20
#: A file modified this recently (in nanoseconds) may change again without a new modification time.
_TICK = 2_000_000_000


class UpdateOptions(Serializable, msgspec.Struct, frozen=True):
    """How files are read, and what happens to articles that are no longer in them.

    Attributes:
        fields, max_bytes, set, keep, id_with_source, tz, dates: as for :func:`khabar.read`.
        limits: as for :func:`khabar.read`.
        prune: remove the articles of deleted files, and articles that are no longer in their file.
        again: read every file, even if unchanged.
        keep_closings: keep the lines that end every article of a source in the texts
            (`khabar.upkeep.closings`).
        retry: try unchanged files again that could not be read, if the reason may be gone.
    """

    fields: Mapping[str, str] = msgspec.field(default_factory=dict)
    max_bytes: int = GIBIBYTE
    prune: bool = False
    again: bool = False
    retry: bool = True
    set: Mapping[str, str] = msgspec.field(default_factory=dict)
    id_with_source: bool = False
    keep_closings: bool = False
    tz: str = ""
    dates: str = ""
    limits: ReadLimits = msgspec.field(default_factory=ReadLimits)
    keep: str | Iterable[str] | Mapping[str, str] = ()

    def __post_init__(self) -> None:
        check_fields(
            self,
            fields=mapping,
            max_bytes=positive,
            prune=flag,
            again=flag,
            retry=flag,
            set=mapping,
            id_with_source=flag,
            keep_closings=flag,
            tz=text,
            dates=among("", *ORDERS),
            limits=instance(ReadLimits),
        )
        force_setattr(self, "keep", checked_keep("keep", self.keep))

    @property
    def how(self) -> str:
        """A digest of all settings that affect the articles of a file."""
        options = (
            sorted(self.fields.items()),
            self.max_bytes,
            sorted(self.set.items()),
            self.id_with_source,
            self.keep_closings,
            self.tz,
            self.dates,
            msgspec.structs.astuple(self.limits),
            # Only if it is set, so that files of earlier versions are not read again.
            *([sorted(self.keep.items())] if isinstance(self.keep, Mapping) and self.keep else ()),
        )
        settings = repr(options).encode("utf-8", "surrogatepass")
        return f"{__version__}/{hashlib.blake2b(settings, digest_size=4).hexdigest()}"


class Changes(msgspec.Struct):
    """The changes since the last update.

    Attributes:
        read: the files to read, in order.
        moved: the records of moved files, with their new paths.
        touched: the records of unchanged files with a new modification time.
        unchanged: the paths of files that need not be read.
        vanished: the records of deleted files below the starting points.
        skipped: places with nothing to read, where that is new.
        skipped_before: places with nothing to read, as before.
        filled: places with nothing to read before, where that is no longer so.
        files: the number of files.
        barren: starting points without any file, below which nothing counts as vanished.
        has_former: whether an unchanged file has articles that may no longer be in it.
    """

    read: list[Path] = msgspec.field(default_factory=list)
    moved: list[tuple[Source, Path]] = msgspec.field(default_factory=list)
    touched: list[Source] = msgspec.field(default_factory=list)
    unchanged: list[str] = msgspec.field(default_factory=list)
    vanished: list[Source] = msgspec.field(default_factory=list)
    skipped: list[Skipped] = msgspec.field(default_factory=list)
    skipped_before: list[Skipped] = msgspec.field(default_factory=list)
    filled: list[str] = msgspec.field(default_factory=list)
    files: int = 0
    barren: list[Path] = msgspec.field(default_factory=list)
    has_former: bool = False

    def keep(self, source: Source) -> None:
        """Note a file that need not be read."""
        self.unchanged.append(source.path)
        self.has_former |= bool(source.former)

    def known(self, manifest: Manifest) -> Iterator[Source]:
        """The records of the files that need not be read."""
        return chain(map(manifest.sources.__getitem__, self.unchanged), self.touched)

    def idle(self, prune: bool) -> bool:
        """Whether there is nothing to do; ``prune``: see :class:`UpdateOptions`."""
        if self.read or self.moved or self.touched or self.skipped or self.filled:
            return False
        return not prune or not (self.vanished or self.has_former)


def find_changes(
    manifest: Manifest, sources: PathLike | Iterable[PathLike], options: UpdateOptions
) -> Changes:
    """Compare files with the manifest, reading as little as possible.

    Raises:
        SourceError: if a source does not exist.
    """
    changes = Changes()
    known = manifest.sources
    starts = starting_points(sources)
    #: the number of each file in the order of walking
    seen: dict[str, int] = {}
    places: dict[str, Skipped] = {}
    new: list[Path] = []
    folders: list[Path] = []
    for start in starts:
        before = changes.files
        report = ReadReport()
        for path in walk([start], report):
            name = str(path)
            if name in seen:
                continue
            seen[name] = changes.files
            changes.files += 1
            source = known.get(name)
            if path == STDIN or source is None:
                new.append(path)
            elif options.again or source.how != options.how or (options.retry and _worth_a_try(source)):
                changes.read.append(path)
            else:
                _compare(path, source, changes)
        for skipped in report.skipped:
            if skipped.path in places:
                continue
            places[skipped.path] = skipped
            is_old = manifest.places.get(skipped.path) == skipped.reason and not options.again
            (changes.skipped_before if is_old else changes.skipped).append(skipped)
        if str(start) in seen:
            continue
        (folders if changes.files > before else changes.barren).append(start)
    reached = [str(start) for start in starts]
    changes.filled = [
        place
        for place in manifest.places
        if place not in places and any(lies_in(place, start) for start in reached)
    ]
    changes.vanished = [
        source
        for start in folders
        for source in manifest.below(str(start))
        if source.path not in seen and _gone(source.path)
    ]
    _recognise_moved(new, known, seen, options, changes)
    # In the order of walking, so that the result does not depend on what was read before.
    changes.read.sort(key=lambda path: seen[str(path)])
    return changes


def _compare(path: Path, source: Source, changes: Changes) -> None:
    try:
        status = path.stat()
        if status.st_size == source.size and status.st_mtime_ns == source.mtime:
            changes.keep(source)
        elif status.st_size == source.size and source.hash and content_hash(path) == source.hash:
            mtime = settled(status)
            if mtime == source.mtime:
                changes.keep(source)
            else:
                changes.touched.append(replace(source, mtime=mtime))
        else:
            changes.read.append(path)
    except OSError:
        # Reading it will report the problem.
        changes.read.append(path)


def _recognise_moved(
    new: Sequence[Path],
    known: Mapping[str, Source],
    seen: Mapping[str, int],
    options: UpdateOptions,
    changes: Changes,
) -> None:
    """Separate moved files from new ones."""
    sizes: dict[int, list[str]] = {}
    for source in known.values() if new else ():
        if source.hash and source.path not in seen:
            sizes.setdefault(source.size, []).append(source.path)
    taken: set[str] = set()
    for path in new:
        former = None
        with suppress(OSError):
            names = sizes.get(path.stat().st_size, ()) if path != STDIN else ()
            names = [name for name in names if name not in taken and _gone(name)]
            if names:
                content = content_hash(path)
                # Among several with this content, prefer the one with the same name.
                alike = [source for source in map(known.__getitem__, names) if source.hash == content]
                alike.sort(key=lambda source: Path(source.path).name != path.name)
                former = next(iter(alike), None)
        if former is None:
            changes.read.append(path)
            continue
        taken.add(former.path)
        changes.moved.append((former, path))
        if options.again or former.how != options.how or (options.retry and _worth_a_try(former)):
            changes.read.append(path)
    changes.vanished = [source for source in changes.vanished if source.path not in taken]


def _worth_a_try(source: Source) -> bool:
    """Whether reading an unchanged file again may succeed where something was left out."""
    if source.retry:
        return True
    if source.ids or not (source.left_out or source.notes):
        return False
    kinds = {*source.left_out, *(note.reason.kind for note in source.notes)}
    # A plug-in may have been installed since.
    return not kinds.isdisjoint(OF_NO_READER) and wants(suffix_of(source.path))


def _gone(path: str) -> bool:
    """Whether a path certainly does not exist; an inaccessible one is not gone."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def settled(status: os.stat_result) -> int:
    """The modification time, or −1 if it is so recent that another change would not show."""
    return status.st_mtime_ns if status.st_mtime_ns < time.time_ns() - _TICK else -1


def content_hash(path: Path) -> str:
    """A hash of the content of a file, 32 hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
