"""The manifest: the files that an index was made from, the state of each when it was read, and its articles.

It is a log of records, one for each file that was read or forgotten; the last record of a file counts. Before
the engine's commit, the new articles that may be in the index from then on are recorded with their files;
after it, the files that were read, with all their articles. So the manifest never claims to have read a file
whose articles are not in the index, and no article gets into the index without its file. A process killed
between the two leaves files that are read once more and found unchanged.

Before a commit that removes articles, these are recorded, with the files to forget; after it, that this is
done. If a process is killed between the two, the next writer checks in the index what was removed
(:meth:`Manifest.settle`).

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
from khabar.upkeep.source_records import Source, Sources

__all__ = ["MANIFEST", "Log", "Manifest", "Record", "Source", "lies_in"]

#: A record of the log.
Record = dict[str, Any]


class Log(Protocol):
    """Stores the records of a manifest in order."""

    @property
    def damaged(self) -> list[int]:
        """The numbers of the lines that could not be understood."""
        ...

    def read(self, take: Callable[[Record], None]) -> None:
        """Call ``take`` with each record, in order. A ValueError, TypeError or KeyError that it raises counts
        as damage to the record."""
        ...

    def held_elsewhere(self, ids: Collection[str]) -> set[str]:
        """The given articles that are also in files of other machines, which have logs of their own."""
        ...

    def write(self, new: Sequence[Record], everything: Callable[[], Iterator[Record]], size: int) -> None:
        """Make records durable.

        Args:
            new: the records since the last write.
            everything: gives the records of the whole manifest, with which the log can be rewritten.
            size: the number of these.
        """
        ...


class Manifest:
    """The manifest of an index in memory; changes are stored by :meth:`write`.

    Args:
        place: the index folder, or another log. Nothing is read from it.

    Attributes:
        sources: the records of files by path.
        places: the reasons why there was nothing to read, by path: for folders without files, broken links
            and the like.
        removing: the articles that are being removed, and the files to forget with them; None if there are
            none.
    """

    def __init__(self, place: Path | Log) -> None:
        self._log: Log = FileLog(place) if isinstance(place, Path) else place
        self.sources = Sources()
        self.places: dict[str, Reason] = {}
        self.removing: tuple[tuple[str, ...], tuple[str, ...]] | None = None
        self._pending: list[Record] = []

    @classmethod
    def open(cls, place: Path | Log) -> Manifest:
        """Read the manifest of an index; empty if there is none. Damage to records is not raised but reported
        by :attr:`damaged`.

        Raises:
            IndexUnavailable: if the system refuses to read it.
            IndexDamaged: if a folder is in the place of the file.
            ClusterUnavailable: if it is on a cluster that does not answer.
        """
        manifest = cls(place)
        manifest._log.read(manifest._take)
        return manifest

    @property
    def damaged(self) -> list[int]:
        """The numbers of the lines of the log that could not be parsed."""
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
        """The records of the whole manifest."""
        return chain(
            map(msgspec.to_builtins, self.sources.values()),
            (_place_record(path, reason) for path, reason in self.places.items()),
            [_removing_record(*self.removing)] if self.removing is not None else [],
        )

    def put(self, source: Source) -> None:
        """Record a file, replacing its former record."""
        self.sources[source.path] = source
        self._pending.append(msgspec.to_builtins(source))

    def put_place(self, path: str, reason: Reason | None) -> None:
        """Record why a path has nothing to read; None if that is no longer so."""
        self._note_place(path, reason)
        self._pending.append(_place_record(path, reason))

    def _note_place(self, path: str, reason: Reason | None) -> None:
        if reason is None:
            self.places.pop(path, None)
        else:
            self.places[path] = reason

    def adopt(self, other: Manifest) -> None:
        """Add the records of another manifest."""
        for source in other.sources.values():
            self.put(source)
        for path, reason in other.places.items():
            self.put_place(path, reason)

    def put_more(self, path: str, origin: str, ids: Sequence[str]) -> None:
        """Record that articles of a file will be in the index before the file is read to the end, so that it
        is read again if that does not happen."""
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
        """Record that the next commit removes articles, and the files to forget with it."""
        known = {each for source in self.sources.values() for each in (*source.ids, *source.former)}
        removed = tuple(each for each in ids if each in known)
        forgotten = tuple(forgotten)
        if removed or forgotten:
            self.removing = removed, forgotten
            self._pending.append(_removing_record(removed, forgotten))

    def end_removal(self) -> None:
        """Record that the commit did so."""
        if self.removing is None:
            return
        ids, forgotten = self.removing
        self._without(ids)
        for path in forgotten:
            self.forget(path)
        self._cancel_removal()

    def settle(self, is_there: Callable[[str], bool]) -> None:
        """Complete the records of a removal after its process was killed.

        Args:
            is_there: whether an article is in the index. A commit in a folder removes all or none; one on a
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
        """Remove articles from the records of files, which are not read again because of that."""
        removed = set(ids)
        for source in self.sources.values():
            if not removed.isdisjoint(source.ids) or not removed.isdisjoint(source.former):
                left = tuple(each for each in source.ids if each not in removed)
                former = tuple(each for each in source.former if each not in removed)
                self.put(replace(source, ids=left, former=former))

    def dropped(self, sources: Iterable[Source]) -> set[str]:
        """The ids of articles that were in one of these files, are no longer in any file, and are still in
        the index. Those of a file that could not be read completely do not count, as they may still be in
        it."""
        former = {each for source in sources if not source.partial for each in source.former}
        return self._in_no_file(former)

    def kept(self, sources: Iterable[Source]) -> set[str]:
        """The ids of articles in the index that were in one of these files, which could not be read
        completely now, and that are in no file as far as it could be read."""
        former = {each for source in sources if source.partial for each in source.former}
        return self._in_no_file(former)

    def _in_no_file(self, ids: set[str]) -> set[str]:
        for source in self.sources.values() if ids else ():
            ids.difference_update(source.ids)
        return ids

    def held_elsewhere(self, ids: Collection[str]) -> set[str]:
        """The given articles that are also in files of other machines that write to the same index."""
        return self._log.held_elsewhere(ids)

    def below(self, path: str) -> Iterator[Source]:
        """The file with a path, or the files in the folder with it."""
        return (self.sources[each] for each in list(self.sources) if lies_in(each, path))

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
    """Whether a path is a given one or lies below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _removing_record(ids: Sequence[str], forgotten: Sequence[str]) -> Record:
    return {"removing": ids, "forgotten": forgotten}


def _place_record(path: str, reason: Reason | None) -> Record:
    return {"place": path, "reason": msgspec.to_builtins(reason)}
