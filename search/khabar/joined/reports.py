"""The information about several archives together."""

from __future__ import annotations

from collections.abc import Mapping

from khabar.index.engine import Statistics
from khabar.index.folder import Meta
from khabar.places import Archives
from khabar.upkeep.reports import Info

__all__ = ["ENGINE", "info_together"]

#: The engine that several archives report.
ENGINE = "joined"


def info_together(archives: Archives, infos: Mapping[str, Info], statistics: Statistics) -> Info:
    """The information that :meth:`khabar.Index.info` returns for several archives.

    Args:
        archives: the archives.
        infos: the information about each, by its name.
        statistics: the statistics of all together.
    """
    metas = [info.meta for info in infos.values()]
    meta = Meta(
        engine=ENGINE,
        analyzer=metas[0].analyzer,
        format=metas[0].format,
        articles=statistics.articles,
        paragraphs=statistics.paragraphs,
        # The oldest index, and the last change to any. The texts can be compared: all are ISO 8601 in UTC.
        created=min(meta.created for meta in metas),
        updated=max(meta.updated for meta in metas),
        khabar=max(metas, key=lambda meta: meta.updated).khabar,
    )
    return Info(archives, meta, statistics, sum(info.size for info in infos.values()), archives=infos)
