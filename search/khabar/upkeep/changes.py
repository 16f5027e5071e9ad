"""What to do so that an index agrees with its files: what is new, changed, moved, gone.

A file is unchanged if it has the size and time of change that the manifest notes, or else its content; such a
file is not opened, or not read. A new file with the content of one that is no longer where it was is that
file, moved.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Mapping
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
#: A file changed this recently (in nanoseconds) may change again without a new modification time.
_TICK = 2_000_000_000


class UpdateOptions(Serializable, msgspec.Struct, frozen=True):
    """How files are read, and what happens to articles that are no longer in them.

    Attributes:
        fields, max_bytes, set, keep, id_with_source, tz, dates: as for :func:`khabar.read`.
        limits: as for :func:`khabar.read`.
        prune: remove the articles of deleted files, and articles that are no longer in their file.
        again: read every file, even if unchanged.
        keep_closings: leave the lines in the texts that end every article of a source
            (`khabar.upkeep.closings`).
        retry: try files again that could not be read for a reason that may be gone although they are the
            same.
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
        """Names what decides which articles a file gives."""
        options = (
            sorted(self.fields.items()),
            self.max_bytes,
            sorted(self.set.items()),
            self.id_with_source,
            self.keep_closings,
            self.tz,
            self.dates,
            msgspec.structs.astuple(self.limits),
            # What nobody asks for makes no file be read again.
            *([sorted(self.keep.items())] if isinstance(self.keep, Mapping) and self.keep else ()),
        )
        settings = repr(options).encode("utf-8", "surrogatepass")
        return f"{__version__}/{hashlib.blake2b(settings, digest_size=4).hexdigest()}"


class Changes(msgspec.Struct):
    """What there is to do.

    Attributes:
        read: the files to read, in order.
        moved: those that were moved, with what is known of them.
        touched: unchanged ones whose time of change is another.
        unchanged: those that need not be read.
        vanished: what is known of files below the starting points that are gone.
        skipped: places in which there is nothing to read, and that was not so the last time.
        skipped_before: those in which nothing was to be read the last time either.
        filled: places in which there was nothing to read, and that is not so any more.
        files: how many files there are.
        barren: starting points without any file, below which nothing counts as vanished.
    """

    read: list[Path] = msgspec.field(default_factory=list)
    moved: list[tuple[Source, Path]] = msgspec.field(default_factory=list)
    touched: list[Source] = msgspec.field(default_factory=list)
    unchanged: list[Source] = msgspec.field(default_factory=list)
    vanished: list[Source] = msgspec.field(default_factory=list)
    skipped: list[Skipped] = msgspec.field(default_factory=list)
    skipped_before: list[Skipped] = msgspec.field(default_factory=list)
    filled: list[str] = msgspec.field(default_factory=list)
    files: int = 0
    barren: list[Path] = msgspec.field(default_factory=list)

    def idle(self, prune: bool) -> bool:
        """Whether there is nothing to do."""
        if self.read or self.moved or self.touched or self.skipped or self.filled:
            return False
        return not prune or not (self.vanished or any(source.former for source in self.unchanged))


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
    #: name → place in the order of walking
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
        for each in report.skipped:
            if each.path in places:
                continue
            places[each.path] = each
            known_before = manifest.places.get(each.path) == each.reason and not options.again
            (changes.skipped_before if known_before else changes.skipped).append(each)
        if str(start) in seen:
            continue
        (folders if changes.files > before else changes.barren).append(start)
    reached = [str(start) for start in starts]
    changes.filled = [
        each
        for each in manifest.places
        if each not in places and any(lies_in(each, start) for start in reached)
    ]
    changes.vanished = [
        source
        for start in folders
        for source in manifest.below(str(start))
        if source.path not in seen and _gone(source.path)
    ]
    _recognise(new, known, seen, options, changes)
    # In the order of walking, so that it does not matter which were read before.
    changes.read.sort(key=lambda path: seen[str(path)])
    return changes


def _compare(path: Path, source: Source, changes: Changes) -> None:
    try:
        status = path.stat()
        if status.st_size == source.size and status.st_mtime_ns == source.mtime:
            changes.unchanged.append(source)
        elif status.st_size == source.size and source.hash and content_hash(path) == source.hash:
            mtime = settled(status)
            if mtime == source.mtime:
                changes.unchanged.append(source)
            else:
                changes.touched.append(replace(source, mtime=mtime))
        else:
            changes.read.append(path)
    except OSError:
        # Reading it will report the problem.
        changes.read.append(path)


def _recognise(
    new: Iterable[Path],
    known: Mapping[str, Source],
    seen: Mapping[str, int],
    options: UpdateOptions,
    changes: Changes,
) -> None:
    """Separate moved files from new ones."""
    sizes: dict[int, list[Source]] = {}
    for source in known.values():
        if source.hash and source.path not in seen:
            sizes.setdefault(source.size, []).append(source)
    taken: set[str] = set()
    for path in new:
        found = None
        try:
            alike = sizes.get(path.stat().st_size, ()) if path != STDIN else ()
            alike = [source for source in alike if source.path not in taken and _gone(source.path)]
            if alike:
                content = content_hash(path)
                alike = [source for source in alike if source.hash == content]
                # Among several with this content, prefer the one with the same name.
                found = next((each for each in alike if Path(each.path).name == path.name), None) or next(
                    iter(alike), None
                )
        except OSError:
            pass
        if found is None:
            changes.read.append(path)
            continue
        taken.add(found.path)
        changes.moved.append((found, path))
        if options.again or found.how != options.how or (options.retry and _worth_a_try(found)):
            changes.read.append(path)
    changes.vanished = [source for source in changes.vanished if source.path not in taken]


def _worth_a_try(source: Source) -> bool:
    """Whether a file of which something was left out may be read now although it is the same."""
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
    """The time of change, or −1 if it is so recent that another change would not show."""
    return status.st_mtime_ns if status.st_mtime_ns < time.time_ns() - _TICK else -1


def content_hash(path: Path) -> str:
    """What names the content of a file, 32 hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
