"""Reports of what an index holds, and of what was done to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from khabar._version import __version__
from khabar.corpus.reasons import Reason
from khabar.index.address import Address, Archives
from khabar.index.engine import Statistics
from khabar.index.folder import Meta
from khabar.serialize import Serializable, plain

__all__ = ["AddReport", "Commit", "Info"]


class AddReport(Serializable, msgspec.Struct):
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

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        skipped = [{"id": article_id, **reason.description()} for article_id, reason in self.skipped]
        return {**super().to_dict(), "skipped": skipped}

    @property
    def total(self) -> int:
        """How many articles were looked at."""
        return self.added + self.updated + self.unchanged + len(self.skipped)


class Commit(Serializable, msgspec.Struct, frozen=True):
    """One commit to an index that several machines may write to.

    Attributes:
        id: names it.
        generation: the number that the index had after it.
        host: the machine of the writer.
        process: the number of the writer's process there.
        at: when, in ISO form, UTC.
        added, replaced, removed: articles.
    """

    id: str
    generation: int
    host: str
    process: int
    at: str
    added: int = 0
    replaced: int = 0
    removed: int = 0


class Info(Serializable, msgspec.Struct, frozen=True):
    """What :meth:`khabar.Index.info` tells.

    Attributes:
        path: the index folder, or its address; of several archives that are searched as one, all of these.
        meta: what its ``meta.json`` says.
        statistics: counts, sources and date span, from the index itself.
        size: bytes on disk.
        version: of this khabar.
        commits: of an index on a cluster, the newest commits and who made them, the last one at the end.
        archives: of several archives that are searched as one, each by its name. An article that several of
            them have word for word counts once in :attr:`statistics`, unless one of them is on a cluster.
    """

    path: Path | Address | Archives
    meta: Meta
    statistics: Statistics
    size: int
    version: str = __version__
    commits: tuple[Commit, ...] = ()
    archives: Mapping[str, Info] = msgspec.field(default_factory=dict)

    @property
    def sources(self) -> tuple[tuple[str, int], ...]:
        """The sources, "" for unknown, and how many articles each has; those with most first."""
        counted = self.statistics.sources.items()
        return tuple(sorted(counted, key=lambda item: (-item[1], item[0])))

    def to_dict(self) -> dict[str, Any]:
        """The contents of the index as plain data, not nested except for the sources."""
        statistics, meta = self.statistics, self.meta
        return {
            "index": str(self.path),
            "format": meta.format,
            "analyzer": meta.analyzer,
            "articles": statistics.articles,
            "paragraphs": statistics.paragraphs,
            "sources": dict(self.sources),
            "first": plain(statistics.first),
            "last": plain(statistics.last),
            "undated": statistics.undated,
            "size": self.size,
            "created": meta.created,
            "updated": meta.updated,
            "written_by": meta.khabar,
            "version": self.version,
        } | {
            name: plain(value)
            for name, value in (("commits", self.commits), ("archives", self.archives))
            if value
        }
