"""Reports on the contents of an index and on changes to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from khabar._version import __version__
from khabar.corpus.reasons import Reason
from khabar.index.engine import Statistics
from khabar.index.folder import Meta
from khabar.places import Address, Archives
from khabar.serialize import Serializable, plain

__all__ = ["AddReport", "Commit", "Info"]


class AddReport(Serializable, msgspec.Struct):
    """The result of :meth:`khabar.Index.add`.

    Attributes:
        added: the number of new articles.
        updated: the number of articles that replaced a different version.
        unchanged: the number of articles that the index already had.
        skipped: the id of each article that could not be indexed, and the reason.
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
        """The number of articles given."""
        return self.added + self.updated + self.unchanged + len(self.skipped)


class Commit(Serializable, msgspec.Struct, frozen=True):
    """A commit to an index that several machines may write to.

    Attributes:
        id: its id.
        generation: the number of the commit in the index.
        host: the machine of the writer.
        process: the id of the writer's process.
        at: when, in ISO format, UTC.
        added, replaced, removed: numbers of articles.
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
    """The result of :meth:`khabar.Index.info`.

    Attributes:
        path: the index folder or address; for several archives that are searched as one, all of these.
        meta: the contents of ``meta.json``.
        statistics: counts, sources and date span, from the index itself.
        size: bytes on disk.
        version: the version of this khabar.
        commits: the newest commits to an index on a cluster, the last one at the end.
        archives: for several archives that are searched as one, the report on each by its name. An article
            that is word for word in several of them counts once in :attr:`statistics`, unless one of them is
            on a cluster.
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
        """The sources, "" for unknown, with their numbers of articles; the largest first."""
        counted = self.statistics.sources.items()
        return tuple(sorted(counted, key=lambda item: (-item[1], item[0])))

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, not nested except for the sources."""
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
