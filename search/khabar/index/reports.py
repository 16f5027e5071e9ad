"""What an index tells of itself, and of what was done to it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from khabar._version import __version__
from khabar.corpus.reasons import Reason
from khabar.index.engine import Statistics
from khabar.index.folder import Meta

__all__ = ["AddReport", "Info"]


class AddReport(msgspec.Struct):
    """What :meth:`khabar.Index.add` did, by article.

    Attributes:
        added: new ones.
        updated: those that were there and differed.
        unchanged: those that were there and did not.
        skipped: id and reason of those that could not be indexed.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[tuple[str, Reason]] = msgspec.field(default_factory=list)

    @property
    def total(self) -> int:
        """How many articles were looked at."""
        return self.added + self.updated + self.unchanged + len(self.skipped)


class Info(msgspec.Struct, frozen=True):
    """What :meth:`khabar.Index.info` tells.

    Attributes:
        path: the index folder.
        meta: what its ``meta.json`` says.
        statistics: counts, sources and date span, from the index itself.
        size: bytes on disk.
        version: of this khabar.
    """

    path: Path
    meta: Meta
    statistics: Statistics
    size: int
    version: str = __version__
