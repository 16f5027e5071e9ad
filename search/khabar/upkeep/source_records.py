"""The records of the files that an index was made from (:mod:`khabar.upkeep.manifest`)."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, MutableMapping

import msgspec

from khabar.corpus.reasons import Reason

__all__ = ["NAMED", "LeftOut", "Noted", "Source", "Sources"]


class LeftOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a file that could not be read or indexed.

    Attributes:
        reason: the reason.
        number: the number of the line or record; None for the whole file.
        member: the part of an archive, as it is appended to the file's path.
    """

    reason: Reason
    number: int | None = None
    member: str = ""


class Noted(LeftOut, frozen=True, omit_defaults=True):
    """A note on articles of a file.

    Attributes:
        count: the number of articles; ``number`` and ``member`` are the place of the first.
    """

    count: int = 1


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that was read.

    Attributes:
        path: its absolute path.
        size: its size in bytes.
        mtime: its modification time in nanoseconds; −1 if it may have changed again within the same tick of
            the clock, so that only its content is decisive.
        hash: the hash of its content, 32 hexadecimal digits; "" if it changed while it was read.
        how: identifies the readers and their options, as other ones may give other articles.
        origin: the path from which ids were made: that of the file when it was first read. It stays when the
            file is moved.
        ids: the ids of the articles in it.
        older: the ids and fingerprints of articles in it of which the index has a version from another file
            that was changed later.
        former: the ids of articles that may be in the index from this file, but are not known to be in it:
            they were before, or a writer was killed.
        skipped: the parts that could not be read or indexed; at most :data:`NAMED`.
        left_out: the number of all these parts by the kind of the reason.
        guessed: the encodings that were guessed.
        clutter: the number of lines of page clutter left out, by kind.
        notes: notes on its articles (guesses, possible losses, deliberate omissions); at most :data:`NAMED`.
        partial: whether a part could not be read, which may contain articles that it had before.
        retry: whether trying again may help although the file is unchanged.
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


#: The number of left-out parts and notes of a file that are recorded one by one; all are counted.
NAMED = 100


class Sources(MutableMapping[str, Source]):
    """Records of files by path. An archive may have millions of files, so each is held as the bytes of what
    is set in it, in a third of the memory, and the record is made when it is read."""

    def __init__(self) -> None:
        self._packed: dict[str, bytes] = {}

    def __getitem__(self, path: str) -> Source:
        record = marshal.loads(self._packed[path])
        return msgspec.convert({"path": path, "origin": path, **record}, Source)

    def __setitem__(self, path: str, source: Source) -> None:
        record = msgspec.to_builtins(source)
        del record["path"]
        if source.origin == path:
            del record["origin"]
        self._packed[path] = marshal.dumps(record)

    def __delitem__(self, path: str) -> None:
        del self._packed[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)
