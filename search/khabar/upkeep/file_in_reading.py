"""A file while it is read for an update, and its record for the manifest."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec

from khabar.corpus.names import readable_path
from khabar.corpus.report import Note, ReadReport, Skipped
from khabar.upkeep.changes import content_hash, settled
from khabar.upkeep.source_records import NAMED, LeftOut, Noted, Source

__all__ = ["FileInReading", "looked_at"]


class FileInReading(msgspec.Struct):
    """A file while it is read.

    Attributes:
        path: the file, or ``-``.
        before: its former record.
        origin: the path from which its ids are made.
        status, content: its status and the hash of its content before it was read.
        reading: the readers' report.
        ids: the ids of its articles, in order.
        waiting: the number of its articles that are not in the index yet.
        met: the number of words that first occurred in it.
        read: whether it was read to the end.
        moved: whether it is not read, and its articles only get its new path.
        named: its name in the paths of its articles; "" before the first article.
        had: the ids of the articles that it had before.
        older: the ids and fingerprints of articles that are in the index from another file.
    """

    path: Path
    before: Source | None = None
    origin: str = ""
    status: os.stat_result | None = None
    content: str = ""
    reading: ReadReport = msgspec.field(default_factory=ReadReport)
    ids: dict[str, None] = msgspec.field(default_factory=dict)
    waiting: int = 0
    met: int = 0
    read: bool = False
    moved: bool = False
    named: str = ""
    had: frozenset[str] = frozenset()
    older: dict[str, str] = msgspec.field(default_factory=dict)

    def noted(self, how: str, fingerprint: Callable[[str], int | None]) -> Source:
        """The record of the file after all its articles were added.

        Args:
            how: the options that it was read with (:attr:`khabar.UpdateOptions.how`).
            fingerprint: gives the fingerprint of an article in the index by its id, or None.
        """
        before, status, content, skipped = self.before, self.status, self.content, self.reading.skipped
        if status is None or looked_at(self.path, status)[0] != status:
            content = ""
        lost = (*before.ids, *before.former) if before else ()
        return Source(
            path=str(self.path),
            size=status.st_size if status else -1,
            mtime=settled(status) if status and content else -1,
            hash=content,
            how=how,
            origin=self.origin,
            ids=tuple(self.ids),
            older=self.older,
            former=tuple(
                each for each in dict.fromkeys(lost) if each not in self.ids and fingerprint(each) is not None
            ),
            skipped=tuple(self.left_out(each) for each in skipped[:NAMED]),
            left_out=dict(Counter(each.reason.kind for each in skipped)),
            guessed=tuple(dict.fromkeys(encoding for _, encoding in self.reading.guessed)),
            clutter=dict(self.reading.clutter),
            notes=tuple(self.note(each) for each in self.reading.notes[:NAMED]),
            partial=any(each.reason.unread for each in skipped),
            retry=any(each.reason.mendable for each in skipped),
        )

    def left_out(self, skipped: Skipped) -> LeftOut:
        """A skipped part of the file, as the manifest records it."""
        return LeftOut(skipped.reason, skipped.number, self._inside(skipped.path))

    def note(self, note: Note) -> Noted:
        """A note on its articles, as the manifest records it."""
        return Noted(note.reason, note.number, self._inside(note.path), note.count)

    def _inside(self, path: str) -> str:
        return path.removeprefix(readable_path(str(self.path)))


def looked_at(path: Path, only: os.stat_result | None = None) -> tuple[os.stat_result | None, str]:
    """The status of a file and the hash of its content; with ``only``, whether the status is still the same,
    without the hash."""
    try:
        status = path.stat()
        if only is not None:
            same = (status.st_size, status.st_mtime_ns) == (only.st_size, only.st_mtime_ns)
            return only if same else status, ""
        return status, content_hash(path)
    except OSError:
        return None, ""
