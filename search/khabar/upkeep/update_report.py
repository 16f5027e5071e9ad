"""The report of an update: what became of articles and files."""

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
    """What :meth:`khabar.Index.update` did.

    Attributes:
        added, updated: articles that were new, or were there and differed.
        undated: those among the added that have no date of publication.
        replaced: those among the updated that were there from another file: the same outlet and address, in a
            file that was changed later.
        superseded: articles that were left as they are in the index, from another file that was changed
            later.
        unchanged: articles that were there and did not differ, those of files that were not read among them.
        removed: articles that were removed because their file, or they in it, were gone.
        files: files that were looked at.
        read: those that were read.
        moved: files that were moved, and recognised.
        vanished: files that are gone and whose articles are in the index still.
        dropped: articles that their file no longer contains, and that are in the index still.
        kept: articles that are in the index as they were read before, and not in what could be read of their
            file now.
        skipped: what could not be read or indexed in this run.
        skipped_before: how much could not be read or indexed in an earlier run, and has not changed since.
            :meth:`khabar.Index.left_out` tells what.
        clutter: lines of page clutter left out of the files that were read, by kind.
        closings: articles of which a line was left out that ends every article of their source, by source.
        guessed: the files among them whose encoding is a guess, with the encoding.
        notes: what was guessed of the articles in them, what of these may be lost, and what was left out on
            purpose.
        mapped: for each of the ``fields`` of the options, as ``NAME=KEY``, whether any record that was read
            had the key.
        stopped: whether it was stopped before it was finished.
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
    """The report of a plan with nothing to do."""
    report = begun_report(changes)
    report.vanished = len(changes.vanished)
    # A file that was too new to be sure of may have become old enough since.
    known = changes.unchanged + changes.touched
    report.dropped = len(manifest.dropped(known))
    report.kept = len(manifest.kept(known))
    for source in known:
        report.unchanged += len(source.ids)
        report.skipped_before += left_out_of(source)
    return report


def begun_report(changes: Changes) -> UpdateReport:
    """The report of a plan that is not carried out yet."""
    return UpdateReport(
        files=changes.files, skipped=list(changes.skipped), skipped_before=len(changes.skipped_before)
    )


def left_out_of(source: Source) -> int:
    """How much was left out of a file that is not read again."""
    return sum(source.left_out.values())
