"""What a reading came to: every input ends as an article or here, and what was removed is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from .names import readable_path
from .reasons import Reason

__all__ = ["ReadReport", "Skipped", "SkippedTogether", "Unreadable", "together"]


class Skipped(msgspec.Struct, frozen=True):
    """Something that did not become an article.

    Attributes:
        path: the file, with ``!member`` behind it for a file inside an archive.
        number: the line (JSON Lines) or record (JSON array) from 1, or None when the whole file is meant.
        reason: why; ``str(reason)`` says it in plain English.
    """

    path: str
    number: int | None
    reason: Reason

    def __str__(self) -> str:
        from khabar.render.reasons import skipped_text

        return skipped_text(self)


class SkippedTogether(msgspec.Struct, frozen=True):
    """What was left out for the same reason: records of one file, or whole files.

    Attributes:
        reason: why.
        paths: of records their file alone; else the files, in the order of reading.
        numbers: of records which, in the order of reading; else empty.
        count: how many records or files; an index remembers not all of them by number.
    """

    reason: Reason
    paths: tuple[str, ...]
    numbers: tuple[int, ...]
    count: int


def together(skipped: Iterable[Skipped]) -> list[SkippedTogether]:
    """What was left out, put together where the reason is the same, in the order in which each first came."""
    found: dict[tuple[str, Reason], list[Skipped]] = {}
    for each in skipped:
        found.setdefault((each.path if each.number is not None else "", each.reason), []).append(each)
    return [
        SkippedTogether(
            reason,
            (path,) if path else tuple(each.path for each in members),
            tuple(each.number for each in members if each.number is not None),
            len(members),
        )
        for (path, reason), members in found.items()
    ]


class ReadReport(msgspec.Struct):
    """Filled while the articles are read, so it is complete once the iterator is exhausted.

    Attributes:
        files: how many files were looked at (an archive counts once).
        articles: how many articles were read.
        skipped: what was left out, in the order of reading.
        clutter: how many lines of page clutter were taken out of texts, by category (see
            ``khabar.corpus.clutter``).
        guessed: the files whose character encoding is a guess, with the encoding.
    """

    files: int = 0
    articles: int = 0
    skipped: list[Skipped] = msgspec.field(default_factory=list)
    clutter: Counter[str] = msgspec.field(default_factory=Counter)
    guessed: list[tuple[str, str]] = msgspec.field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing was left out."""
        return not self.skipped

    def skip(self, path: str, number: int | None, reason: Reason) -> None:
        """Note that something was left out.

        Args:
            path, number, reason: see :class:`khabar.Skipped`.
        """
        self.skipped.append(Skipped(readable_path(path), number, reason))

    def guess(self, path: str, encoding: str) -> None:
        """Note that the encoding of a file is a guess (once for each encoding).

        Args:
            path: the file.
            encoding: the guess.
        """
        entry = readable_path(path), encoding
        if entry not in self.guessed[-1:]:
            self.guessed.append(entry)


class Unreadable(Exception):
    """Raised inside this room for content that makes no article; the reader turns it into a `Skipped`."""

    def __init__(self, reason: str | Reason, **values: str | int) -> None:
        """
        Args:
            reason: the kind of a reason, with its parameters in ``values``, or a reason.
        """
        self.reason = Reason.of(reason, **values) if isinstance(reason, str) else reason
        super().__init__(self.reason)
