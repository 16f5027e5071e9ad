"""The manifest: which files an index was made from, how each looked when it was read, and which articles came
from it.

It is kept as a log of records: one for each file that was read or forgotten, the last one of a file counting.
Before the engine's commit it is noted which new articles of which files may be in the index from then on, and
after it which files were read, with all their articles. So it never claims to have read a file whose articles
are not in the index, and no article gets into the index without a file that it goes with. A process that is
killed between the two leaves files that are read once more, and found to be the same.

Before a commit that removes articles it is noted which these are, and which files are forgotten with them;
after it, that this is done. If a process is killed between the two, the index knows what was removed, and the
next writer brings the manifest in line with it (:meth:`Manifest.settle`).

The log of an index folder is a file (:mod:`khabar.upkeep.manifest_file`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from khabar.corpus.reasons import Reason
from khabar.upkeep.manifest_file import MANIFEST, FileLog

__all__ = ["MANIFEST", "NAMED", "LeftOut", "Log", "Manifest", "Noted", "Record", "Source", "lies_in"]

#: A record of the log: of a file, a place, or what :class:`Manifest` says with it.
Record = dict[str, Any]


class LeftOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a file that could not be read or indexed.

    Attributes:
        reason: the reason.
        number: of the line or record; None for all of it.
        member: in which part of an archive, as it stands behind the file's path.
    """

    reason: Reason
    number: int | None = None
    member: str = ""


class Noted(LeftOut, frozen=True, omit_defaults=True):
    """What is to be said of articles of a file.

    Attributes:
        count: how many are meant; ``number`` and ``member`` say where the first is.
    """

    count: int = 1


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that was read.

    Attributes:
        path: absolute.
        size: in bytes.
        mtime: when it was last changed, in nanoseconds; −1 if it may have changed within the tick of the
            clock in which it was read, so that only its content can tell.
        hash: of its content, 32 hexadecimal digits; "" if it changed while it was read.
        how: names the readers and their options: read otherwise, it may give other articles.
        origin: the path from which ids were made: where the file was when it was first read. A file keeps it
            when it is moved.
        ids: of the articles that are in it.
        older: id and fingerprint of those of them that are in the index from another file, since it was
            changed later.
        former: of those that may be in the index with it, but are not known to be in it: they were, or a
            writer was killed.
        skipped: what could not be read or indexed; at most :data:`NAMED`.
        left_out: how many in all, by the kind of the reason.
        guessed: encodings that were guessed.
        clutter: lines of page clutter left out, by kind.
        notes: what was guessed of its articles, what of them may be lost, what was left out on purpose; at
            most :data:`NAMED`.
        partial: whether there is something in it that could not be read: articles that it had may be there
            still.
        retry: whether trying again may help although the file is the same.
    """

    path: str
    size: int
    mtime: int
    hash: str
    how: str
    origin: str
    ids: tuple[str, ...] = ()
    older: dict[str, str] = msgspec.field(default_factory=dict)
    former: tuple[str, ...] = ()
    skipped: tuple[LeftOut, ...] = ()
    left_out: dict[str, int] = msgspec.field(default_factory=dict)
    guessed: tuple[str, ...] = ()
    clutter: dict[str, int] = msgspec.field(default_factory=dict)
    notes: tuple[Noted, ...] = ()
    partial: bool = False
    retry: bool = False


#: Number of left-out records of a file kept by number; all are counted.
NAMED = 100


class Log(Protocol):
    """Where the records of a manifest are kept, in order."""

    @property
    def damaged(self) -> list[int]:
        """The numbers of the lines that could not be understood."""
        ...

    def read(self, take: Callable[[Record], None]) -> None:
        """Hand over each record, in order. What ``take`` raises as ValueError, TypeError or KeyError is
        damage."""
        ...

    def held_elsewhere(self, ids: Collection[str]) -> set[str]:
        """Those of some articles that are also in files of other machines, which have logs of their own."""
        ...

    def write(self, new: Sequence[Record], everything: Callable[[], Iterator[Record]], size: int) -> None:
        """Make records durable.

        Args:
            new: the records since the last write.
            everything: gives records that say all that the manifest knows, to be kept instead of the others.
            size: how many these are.
        """
        ...


class Manifest:
    """The manifest of an index as read; changes are held until :meth:`write`.

    Args:
        place: the index folder, or another log. Nothing is read from it.

    Attributes:
        sources: path → the file as noted.
        places: path → why there was nothing to read, for folders without files, links to nothing and the
            like.
        removing: articles that are being removed, and files that are forgotten with them; None if none are.
    """

    def __init__(self, place: Path | Log) -> None:
        self._log: Log = FileLog(place) if isinstance(place, Path) else place
        self.sources: dict[str, Source] = {}
        self.places: dict[str, Reason] = {}
        self.removing: tuple[tuple[str, ...], tuple[str, ...]] | None = None
        self._pending: list[Record] = []

    @classmethod
    def open(cls, place: Path | Log) -> Manifest:
        """The manifest of an index; empty if there is none. It never raises for what is in the log.

        Raises:
            IndexUnavailable: if the system does not let it be read.
            IndexDamaged: if a folder is in the place of the file.
            ClusterUnavailable: if it is on a cluster that does not answer.
        """
        manifest = cls(place)
        manifest._log.read(manifest._take)
        return manifest

    @property
    def damaged(self) -> list[int]:
        """The numbers of the lines of the log that could not be understood."""
        return self._log.damaged

    @property
    def damage(self) -> str:
        """The numbers of the damaged lines, for a message."""
        return ", ".join(map(str, self.damaged[:5])) + (", …" if len(self.damaged) > 5 else "")

    def _take(self, record: Record) -> None:
        if "gone" in record:
            self.sources.pop(record["gone"], None)
        elif "place" in record:
            self._note_place(record["place"], msgspec.convert(record["reason"], Reason | None))
        elif "removing" in record:
            self.removing = (tuple(record["removing"]), tuple(record["forgotten"]))
        elif "settled" in record:
            self.removing = None
        elif "more" in record:
            self._note_more(record["more"], record["origin"], record["ids"])
        else:
            source = msgspec.convert(record, Source)
            self.sources[source.path] = source

    def _everything(self) -> Iterator[Record]:
        """Records that say all that is known."""
        return chain(
            map(msgspec.to_builtins, self.sources.values()),
            (_place_record(path, reason) for path, reason in self.places.items()),
            [_removing_record(*self.removing)] if self.removing is not None else [],
        )

    def put(self, source: Source) -> None:
        """Note a file, replacing what was known of it."""
        self.sources[source.path] = source
        self._pending.append(msgspec.to_builtins(source))

    def put_place(self, path: str, reason: Reason | None) -> None:
        """Note that a path has nothing to read, and why; None if that no longer holds."""
        self._note_place(path, reason)
        self._pending.append(_place_record(path, reason))

    def _note_place(self, path: str, reason: Reason | None) -> None:
        if reason is None:
            self.places.pop(path, None)
        else:
            self.places[path] = reason

    def adopt(self, other: Manifest) -> None:
        """Note all files and places that another one knows."""
        for source in other.sources.values():
            self.put(source)
        for path, reason in other.places.items():
            self.put_place(path, reason)

    def put_more(self, path: str, origin: str, ids: Sequence[str]) -> None:
        """Note that articles of a file will be indexed before the file is read to the end, so that it is read
        again."""
        self._note_more(path, origin, ids)
        self._pending.append({"more": path, "origin": origin, "ids": ids})

    def _note_more(self, path: str, origin: str, ids: Sequence[str]) -> None:
        source = self.sources.get(path) or Source(path, -1, -1, "", "", origin)
        # Not looked through for what is there already: a large file has a hundred commits.
        former = (*source.former, *ids)
        self.sources[path] = replace(source, size=-1, mtime=-1, hash="", former=former)

    def forget(self, path: str) -> None:
        """Forget a file."""
        if self.sources.pop(path, None) is not None:
            self._pending.append({"gone": path})

    def begin_removal(self, ids: Iterable[str], forgotten: Iterable[str] = ()) -> None:
        """Note that the next commit removes articles, and that files are forgotten with it."""
        known = {each for source in self.sources.values() for each in (*source.ids, *source.former)}
        removed = tuple(each for each in ids if each in known)
        forgotten = tuple(forgotten)
        if removed or forgotten:
            self.removing = removed, forgotten
            self._pending.append(_removing_record(removed, forgotten))

    def end_removal(self) -> None:
        """Note that it did."""
        if self.removing is None:
            return
        ids, forgotten = self.removing
        self._without(ids)
        for path in forgotten:
            self.forget(path)
        self._cancel_removal()

    def settle(self, is_there: Callable[[str], bool]) -> None:
        """Note how a removal ended whose process was killed.

        Args:
            is_there: whether an article is in the index. A commit in a folder removes all or none, one on a
                cluster may have removed some.
        """
        if self.removing is None:
            return
        gone = [each for each in self.removing[0] if not is_there(each)]
        if len(gone) == len(self.removing[0]):
            self.end_removal()
        else:
            self._without(gone)
            self._cancel_removal()

    def _cancel_removal(self) -> None:
        self.removing = None
        self._pending.append({"settled": True})

    def _without(self, ids: Iterable[str]) -> None:
        """Note that articles were removed from the index; their files are not read again because of that."""
        removed = set(ids)
        for source in list(self.sources.values()):
            if not removed.isdisjoint(source.ids) or not removed.isdisjoint(source.former):
                left = tuple(each for each in source.ids if each not in removed)
                former = tuple(each for each in source.former if each not in removed)
                self.put(replace(source, ids=left, former=former))

    def dropped(self, sources: Iterable[Source]) -> set[str]:
        """The ids of articles that were in one of these files, are in no file any more, and are in the index
        still. What a file lost while it could not be read whole may be there still, and does not count."""
        former = {each for source in sources if not source.partial for each in source.former}
        return former.difference(*(source.ids for source in self.sources.values())) if former else former

    def kept(self, sources: Iterable[Source]) -> set[str]:
        """The ids of articles that were in one of these files, are in the index still, and in no file as far
        as it could be read: something of theirs was left out."""
        former = {each for source in sources if source.partial for each in source.former}
        return former.difference(*(source.ids for source in self.sources.values())) if former else former

    def held_elsewhere(self, ids: Collection[str]) -> set[str]:
        """Those of some articles that are also in files of other machines that index into the same index."""
        return self._log.held_elsewhere(ids)

    def below(self, path: str) -> Iterator[Source]:
        """The file with a path, and those in the folder with it."""
        return (source for source in list(self.sources.values()) if lies_in(source.path, path))

    def write(self) -> None:
        """Write the changes durably.

        Raises:
            OSError: if the file of a folder cannot be written.
            ClusterUnavailable: if it is on a cluster that does not answer.
        """
        size = len(self.sources) + len(self.places) + (self.removing is not None)
        self._log.write(self._pending, self._everything, size)
        self._pending.clear()


def lies_in(path: str, folder: str) -> bool:
    """Whether a path is that of a folder or file, or lies below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _removing_record(ids: Sequence[str], forgotten: Sequence[str]) -> Record:
    return {"removing": ids, "forgotten": forgotten}


def _place_record(path: str, reason: Reason | None) -> Record:
    return {"place": path, "reason": msgspec.to_builtins(reason)}
