"""The manifest: which files an index was made from, how each looked when it was read, and which articles came
from it.

``sources.jsonl`` in the index folder is a log: a line of JSON behind its checksum for each file that was read
or forgotten, the last line of a file counting; now and then it is written anew. Before the engine's commit it
is noted which new articles of which files may be in the index from then on, and after it which files were
read, with all their articles. So it never claims to have read a file whose articles are not in the index, and
no article gets into the index without a file that it goes with. A process that is killed between the two
leaves files that are read once more, and found to be the same. A line that is cut or damaged counts as not
there; but for articles that nobody knows the origin of, nothing is lost with it but the time to read files
again.

Before a commit that removes articles it is noted which these are, and which files are forgotten with them;
after it, that this is done. If a process is killed between the two, the engine knows whether it committed,
and the next writer brings the manifest in line with it (:meth:`Manifest.settle`).

Lines that are written together stand behind a line with their number. If the power was cut while they were
written, any of them may be missing or damaged. As long as the writer's mark is there
(:func:`khabar.index.checksums.is_unfinished`), that counts as not written, and is no damage.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from khabar.corpus.reasons import Reason
from khabar.index.checksums import is_unfinished
from khabar.index.recovery import gone, unreadable
from khabar.replacing import open_file, read_file, replace_file

__all__ = ["MANIFEST", "LeftOut", "Manifest", "Noted", "Source", "lies_in"]

MANIFEST = "sources.jsonl"

_HEADER = {"khabar sources": 2}
#: Reasons were texts then.
_HEADER_1 = {"khabar sources": 1}
#: The log is rewritten when its lines exceed twice the number of files by this many.
_SLACK = 1000


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


class Manifest:
    """The manifest of an index folder, as it was read; changes are kept until :meth:`write`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / MANIFEST
        #: path → the file as noted
        self.sources: dict[str, Source] = {}
        #: path → why there was nothing to read, for folders without files, links to nothing and the like
        self.places: dict[str, Reason] = {}
        #: lines that could not be parsed
        self.damaged: list[int] = []
        #: articles that are being removed, and files that are forgotten with them; None if none are
        self.removing: tuple[tuple[str, ...], tuple[str, ...]] | None = None
        self._lines = 0
        #: whether what is in the file was written by an earlier version
        self._earlier = False
        #: whether there are lines of which the writer did not come to the end
        self._torn = False
        #: whether lines may be appended to the file
        self._whole = False
        self._pending: list[bytes] = []

    @classmethod
    def open(cls, folder: Path) -> Manifest:
        """The manifest of an index; empty if there is none. It never raises for what is in the file.

        Raises:
            IndexUnavailable: if the system does not let it be read.
            IndexDamaged: if a folder is in its place.
        """
        manifest = cls(folder)
        try:
            content = read_file(manifest._path)
        except FileNotFoundError:
            if not folder.exists():
                raise gone(folder) from None
            return manifest
        except (OSError, MemoryError) as error:
            raise unreadable(manifest._path, error) from error
        *lines, tail = content.split(b"\n")
        manifest._lines = len(lines)
        # Where the last lines that were written together begin, as far as that can be read, and how many they
        # are.
        begin = together = 0
        for number, line in enumerate(lines, 1):
            try:
                record = _decoded(line)
                if "together" in record:
                    begin, together = number, int(record["together"])
                elif number > 1:
                    manifest._take(record)
                elif record == _HEADER_1:
                    manifest._earlier = True
                elif record != _HEADER:
                    raise ValueError("not a list of sources")
            except (ValueError, TypeError, KeyError, RecursionError):
                manifest.damaged.append(number)
        # An unfinished line comes from a writer that was killed: nothing may be appended to it.
        manifest._whole = not tail and not manifest.damaged and bool(lines) and not manifest._earlier
        if begin and manifest.damaged and is_unfinished(folder):
            # If more lines follow, they were written together after these, and their number is not to be
            # read.
            written = begin if len(lines) <= begin + together else begin + together
            manifest._torn = True
            manifest.damaged = [number for number in manifest.damaged if number <= written]
        return manifest

    @property
    def damage(self) -> str:
        """The numbers of the damaged lines, for a message."""
        return ", ".join(map(str, self.damaged[:5])) + (", …" if len(self.damaged) > 5 else "")

    def _take(self, record: dict[str, Any]) -> None:
        if "gone" in record:
            self.sources.pop(record["gone"], None)
            return
        if "place" in record:
            self._note_place(record["place"], msgspec.convert(record["reason"], Reason | None))
            return
        if "removing" in record:
            self.removing = (tuple(record["removing"]), tuple(record["forgotten"]))
            return
        if "settled" in record:
            self.removing = None
            return
        if "more" in record:
            self._note_more(record["more"], record["origin"], record["ids"])
            return
        source = msgspec.convert(self._current(record), Source)
        self.sources[source.path] = source

    def _current(self, record: dict[str, Any]) -> dict[str, Any]:
        """A file as it is noted now. What an earlier version knew of what was left out is found anew: the
        file is read again."""
        if not self._earlier:
            return record
        kept = {
            name: value for name, value in record.items() if name not in ("skipped", "left_out", "failed")
        }
        return {**kept, "how": ""}

    def put(self, source: Source) -> None:
        """Note a file, replacing what was known of it."""
        self.sources[source.path] = source
        self._pending.append(_line(msgspec.to_builtins(source)))

    def put_place(self, path: str, reason: Reason | None) -> None:
        """Note that a path has nothing to read, and why; None if that no longer holds."""
        self._note_place(path, reason)
        self._pending.append(_place_line(path, reason))

    def _note_place(self, path: str, reason: Reason | None) -> None:
        if reason is None:
            self.places.pop(path, None)
        else:
            self.places[path] = reason

    def put_more(self, path: str, origin: str, ids: Sequence[str]) -> None:
        """Note that articles of a file will be indexed before the file is read to the end, so that it is read
        again."""
        self._note_more(path, origin, ids)
        self._pending.append(_line({"more": path, "origin": origin, "ids": ids}))

    def _note_more(self, path: str, origin: str, ids: Sequence[str]) -> None:
        source = self.sources.get(path) or Source(path, -1, -1, "", "", origin)
        former = tuple(dict.fromkeys((*source.former, *ids)))
        self.sources[path] = replace(source, size=-1, mtime=-1, hash="", former=former)

    def forget(self, path: str) -> None:
        """Forget a file."""
        if self.sources.pop(path, None) is not None:
            self._pending.append(_line({"gone": path}))

    def begin_removal(self, ids: Iterable[str], forgotten: Iterable[str] = ()) -> None:
        """Note that the next commit removes articles, and that files are forgotten with it."""
        known = {each for source in self.sources.values() for each in (*source.ids, *source.former)}
        removed = tuple(each for each in ids if each in known)
        forgotten = tuple(forgotten)
        if removed or forgotten:
            self.removing = removed, forgotten
            self._pending.append(_removing_line(removed, forgotten))

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
            is_there: whether an article is in the index. A commit removes all or none.
        """
        if self.removing is not None:
            if any(map(is_there, self.removing[0])):
                self._cancel_removal()
            else:
                self.end_removal()

    def _cancel_removal(self) -> None:
        self.removing = None
        self._pending.append(_line({"settled": True}))

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

    def below(self, path: str) -> Iterator[Source]:
        """The file with a path, and those in the folder with it."""
        return (source for source in list(self.sources.values()) if lies_in(source.path, path))

    def write(self) -> None:
        """Write the changes durably.

        Raises:
            OSError: if it cannot be written.
        """
        if not self._pending and not self.damaged and not self._torn:
            return
        if (
            self._whole
            and self._lines + len(self._pending) <= 2 * (len(self.sources) + len(self.places)) + _SLACK
        ):
            with open_file(self._path, os.O_RDWR | os.O_APPEND) as file:
                file.writelines([_line({"together": len(self._pending)}), *self._pending])
                file.flush()
                os.fsync(file.fileno())
            self._lines += len(self._pending) + 1
        else:
            lines = (_line(msgspec.to_builtins(source)) for source in self.sources.values())
            places = (_place_line(path, reason) for path, reason in self.places.items())
            removing = [_removing_line(*self.removing)] if self.removing is not None else []
            together = len(self.sources) + len(self.places) + len(removing)
            begin = [_line(_HEADER), _line({"together": together})]
            replace_file(self._path, chain(begin, lines, places, removing))
            self._lines = together + len(begin)
            self._whole, self._torn = True, False
            self.damaged.clear()
        self._pending.clear()


def lies_in(path: str, folder: str) -> bool:
    """Whether a path is that of a folder or file, or lies below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _line(record: dict[str, Any]) -> bytes:
    # ASCII, because paths may contain invalid characters.
    content = json.dumps(record, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(content), content)


def _removing_line(ids: Sequence[str], forgotten: Sequence[str]) -> bytes:
    return _line({"removing": ids, "forgotten": forgotten})


def _place_line(path: str, reason: Reason | None) -> bytes:
    return _line({"place": path, "reason": msgspec.to_builtins(reason)})


def _decoded(line: bytes) -> dict[str, Any]:
    checksum, _, content = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(content):
        raise ValueError("it is not as it was written")
    record = json.loads(content)
    if not isinstance(record, dict):
        raise ValueError("it is no record")
    return record
