"""The report of a reading: every input becomes an article or is listed here, and removed lines are
counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from khabar.corpus.names import readable_path
from khabar.corpus.reasons import LOSSES, Reason
from khabar.serialize import Serializable

__all__ = [
    "Aside",
    "Note",
    "ReadReport",
    "Skipped",
    "SkippedTogether",
    "Unreadable",
    "joined",
    "together",
    "typical_reason",
]


_FEW_FILES = 20
"""Up to this many notes about dates stay separate."""


class Skipped(Serializable, msgspec.Struct, frozen=True):
    """Something that did not become an article.

    Attributes:
        path: the file, followed by ``!member`` for a file inside an archive.
        number: the line (JSON Lines) or record (JSON array) from 1, or None for the whole file.
        reason: the reason; ``str(reason)`` is plain English.
    """

    path: str
    number: int | None
    reason: Reason

    def to_dict(self) -> dict[str, Any]:
        """The record as plain data, with the reason's ``kind`` and text."""
        return {"path": self.path, "number": self.number, **self.reason.description()}

    def text(self, language: str = "en", path: str = "") -> str:
        """What was left out, and why.

        Args:
            language: ``en`` or ``ar``.
            path: the path to show. Default: `path`.
        """
        from khabar.corpus.reason_texts import where_text

        return f"{where_text(path or self.path, self.number, language)}: {self.reason.text(language)}"

    def __str__(self) -> str:
        return self.text()


class SkippedTogether(Serializable, msgspec.Struct, frozen=True):
    """Inputs left out for the same reason: records of one file, or whole files.

    Attributes:
        reason: the reason.
        paths: the file of the records, or the files, in reading order.
        numbers: numbers of the records, in reading order; empty for files.
        count: number of records or files; an index does not keep all their numbers.
    """

    reason: Reason
    paths: tuple[str, ...]
    numbers: tuple[int, ...]
    count: int

    def to_dict(self) -> dict[str, Any]:
        """The record as plain data, with the reason's ``kind`` and text."""
        return {
            "paths": list(self.paths),
            "numbers": list(self.numbers),
            "count": self.count,
            **self.reason.description(),
        }


def together(skipped: Iterable[Skipped]) -> list[SkippedTogether]:
    """Group what was left out by reason, in order of first occurrence."""
    groups: dict[tuple[str, Reason], list[Skipped]] = {}
    for entry in skipped:
        path = entry.path if entry.number is not None else ""
        groups.setdefault((path, entry.reason), []).append(entry)
    return [
        SkippedTogether(
            reason,
            (path,) if path else tuple(entry.path for entry in group),
            tuple(entry.number for entry in group if entry.number is not None),
            len(group),
        )
        for (path, reason), group in groups.items()
    ]


def typical_reason(kind: str, groups: Iterable[SkippedTogether]) -> Reason:
    """The reason of a kind that the groups share; without parameters if they differ."""
    reasons = {group.reason for group in groups if group.reason.kind == kind}
    return reasons.pop() if len(reasons) == 1 else Reason(kind)


class Note(Serializable, msgspec.Struct):
    """A note on articles that were read, or on what was left out on purpose; one per file and reason.

    Attributes:
        path: the file, as in :class:`khabar.Skipped`.
        number: the first line or record concerned.
        reason: the reason, with the values of the first one.
        count: number of lines or records concerned.
    """

    path: str
    number: int | None
    reason: Reason
    count: int = 1

    @property
    def about(self) -> tuple[str, str | int]:
        """The key for grouping notes: the kind of the reason, and the key, type or status that it names, if
        any."""
        named = (value for name, value in self.reason.values if name in ("key", "type", "status"))
        return self.reason.kind, next(named, "")

    @property
    def lost(self) -> bool:
        """Whether part of the articles may be lost."""
        return self.reason.kind in LOSSES

    def to_dict(self) -> dict[str, Any]:
        """The note as plain data, with the reason's ``kind`` and text."""
        return {
            "path": self.path,
            "number": self.number,
            "count": self.count,
            "lost": self.lost,
            **self.reason.description(),
        }

    def text(self, language: str = "en", path: str = "") -> str:
        """The note in words, with the number of further lines or records.

        Args:
            language: ``en`` or ``ar``.
            path: the path to show. Default: `path`.
        """
        from khabar.corpus.reason_texts import where_text

        others = self.count - 1
        more = (f" و{others:,} غيره" if language == "ar" else f" and {others:,} more") if others else ""
        return f"{where_text(path or self.path, self.number, language)}{more}: {self.reason.text(language)}"

    def __str__(self) -> str:
        return self.text()


def joined(notes: Iterable[Note]) -> list[Note]:
    """Merge equal notes of many files into the first, with the total count. A few notes about unread dates
    stay separate, because the reason may differ from file to file."""
    groups: dict[tuple[str, str | int], list[Note]] = {}
    for note in notes:
        groups.setdefault(note.about, []).append(note)
    return [note for (kind, _), group in groups.items() for note in _merged(kind, group)]


def _merged(kind: str, group: list[Note]) -> list[Note]:
    if kind.startswith("date-") and len(group) <= _FEW_FILES:
        return group
    return [replace(group[0], count=sum(note.count for note in group))]


class ReadReport(Serializable, msgspec.Struct):
    """What became of the inputs of a reading. It is filled while the articles are read, and complete once the
    iterator is exhausted.

    Attributes:
        files: number of files examined (an archive counts once).
        articles: number of articles read.
        skipped: inputs left out, in reading order.
        clutter: number of clutter lines removed from texts, by category (see ``khabar.corpus.text.clutter``).
        guessed: files whose character encoding is a guess, with the encoding.
        notes: guesses about articles, parts of them that may be lost, and inputs left out on purpose.
        mapped: whether any record had the key, for each of the given ``fields``, as ``NAME=KEY``.
    """

    files: int = 0
    articles: int = 0
    skipped: list[Skipped] = msgspec.field(default_factory=list)
    clutter: Counter[str] = msgspec.field(default_factory=Counter)
    guessed: list[tuple[str, str]] = msgspec.field(default_factory=list)

    notes: list[Note] = msgspec.field(default_factory=list)
    mapped: dict[str, bool] = msgspec.field(default_factory=dict)
    # By file, kind and key.
    _noted: dict[tuple[str, str, str | int], Note] = msgspec.field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing was left out and nothing may be lost."""
        return not self.skipped and not any(note.lost for note in self.notes) and all(self.mapped.values())

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        return {**super().to_dict(), "guessed": guesses(self.guessed), "ok": self.ok}

    def note(self, path: str, number: int | None, reason: Reason) -> None:
        """Note something about an article; notes with the same reason in one file are counted as one.

        Args:
            path, number, reason: see :class:`khabar.Note`.
        """
        note = Note(readable_path(path), number, reason)
        first = self._noted.setdefault((path, *note.about), note)
        if first is note:
            self.notes.append(note)
        else:
            first.count += 1

    def skip(self, path: str, number: int | None, reason: Reason) -> None:
        """Note that something was left out.

        Args:
            path, number, reason: see :class:`khabar.Skipped`.
        """
        self.skipped.append(Skipped(readable_path(path), number, reason))

    def guess(self, path: str, encoding: str) -> None:
        """Note that the encoding of a file is a guess; repeated calls for a file count once.

        Args:
            path: the file.
            encoding: the guess.
        """
        entry = readable_path(path), encoding
        if entry not in self.guessed[-1:]:
            self.guessed.append(entry)


def guesses(guessed: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Files whose encoding is a guess as plain data."""
    return [{"path": path, "encoding": encoding} for path, encoding in guessed]


class Unreadable(Exception):
    """Raised inside this package for content that cannot become an article; the reader records a
    `Skipped`."""

    def __init__(self, reason: str | Reason, **values: str | int) -> None:
        """
        Args:
            reason: a reason, or its kind.
            values: the parameters of the kind.
        """
        self.reason = Reason.of(reason, **values) if isinstance(reason, str) else reason
        super().__init__(self.reason)


class Aside(Unreadable):
    """Raised for content that is left out on purpose because it is not a published article; the reader counts
    it."""
