"""The report of an update on articles and files."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from khabar.corpus.report import Note, Skipped, guesses
from khabar.serialize import Serializable
from khabar.upkeep.changes import Changes
from khabar.upkeep.manifest import Manifest, Source

__all__ = ["UpdateReport", "begun_report", "left_out_of", "nothing_done"]


class UpdateReport(Serializable, msgspec.Struct):
    """The result of :meth:`khabar.Index.update`. The numbers are of articles or of files.

    Attributes:
        added: new articles.
        updated: articles that replaced a different version.
        undated: added articles without a date of publication.
        replaced: updated articles whose former version is from another file, which was changed earlier.
        superseded: articles left out because the index has a version from another file that was changed
            later.
        unchanged: articles that the index already had, including those of files that were not read.
        removed: articles removed because their file is gone or no longer contains them.
        files: files examined.
        read: files read.
        moved: files that were recognised as moved.
        vanished: deleted files whose articles are still in the index.
        dropped: articles still in the index that their file no longer contains.
        kept: articles in the index that were not in the readable part of their file now.
        skipped: what could not be read or indexed in this run.
        skipped_before: how many files and records could not be read or indexed in an earlier run and have not
            changed since; :meth:`khabar.Index.left_out` lists them.
        clutter: lines of page clutter left out of the files that were read, by kind.
        closings: articles from which a closing line was removed, by source.
        guessed: the files read whose encoding is a guess, with the encoding.
        notes: notes on the articles read: guesses, possible losses, deliberate omissions.
        mapped: for each of the ``fields`` of the options, as ``NAME=KEY``, whether any record read had the
            key.
        stopped: whether the update was stopped before it was finished.
    """

    added: int = 0
    updated: int = 0
    replaced: int = 0
    superseded: int = 0
    unchanged: int = 0
    removed: int = 0
    files: int = 0
    read: int = 0
    moved: int = 0
    vanished: int = 0
    dropped: int = 0
    kept: int = 0
    skipped: list[Skipped] = msgspec.field(default_factory=list)
    skipped_before: int = 0
    clutter: Counter[str] = msgspec.field(default_factory=Counter)
    closings: Counter[str] = msgspec.field(default_factory=Counter)
    guessed: list[tuple[str, str]] = msgspec.field(default_factory=list)
    notes: list[Note] = msgspec.field(default_factory=list)
    mapped: dict[str, bool] = msgspec.field(default_factory=dict)
    stopped: bool = False
    undated: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        return {**super().to_dict(), "guessed": guesses(self.guessed)}

    @property
    def ok(self) -> bool:
        """Whether nothing was left out in this run, and nothing may be lost."""
        return not self.skipped and not any(note.lost for note in self.notes) and all(self.mapped.values())


def nothing_done(changes: Changes, manifest: Manifest) -> UpdateReport:
    """The report of an update with nothing to do."""
    report = begun_report(changes)
    report.vanished = len(changes.vanished)
    # A touched file needs no work: its modification time may only have been too recent before.
    report.dropped = len(manifest.dropped(changes.known(manifest)))
    report.kept = len(manifest.kept(changes.known(manifest)))
    count_known(report, changes, manifest)
    return report


def count_known(report: UpdateReport, changes: Changes, manifest: Manifest) -> None:
    """Count what is in the files that are not read."""
    for source in changes.known(manifest):
        report.unchanged += len(source.ids)
        report.skipped_before += left_out_of(source)


def begun_report(changes: Changes) -> UpdateReport:
    """The initial report of an update."""
    return UpdateReport(
        files=changes.files, skipped=list(changes.skipped), skipped_before=len(changes.skipped_before)
    )


def left_out_of(source: Source) -> int:
    """The number of parts left out of a file that is not read again."""
    return sum(source.left_out.values())
