"""What several archives hold together."""

from __future__ import annotations

from collections.abc import Mapping

from khabar.index.address import Archives
from khabar.index.engine import Statistics
from khabar.index.folder import Meta
from khabar.index.reports import Info

__all__ = ["ENGINE", "info_together"]

#: What stands in the place of an engine's name.
ENGINE = "joined"


def info_together(archives: Archives, infos: Mapping[str, Info], statistics: Statistics) -> Info:
    """What :meth:`khabar.Index.info` tells of several archives.

    Args:
        archives: where they are.
        infos: of each, by its name.
        statistics: of all together.
    """
    metas = [info.meta for info in infos.values()]
    meta = Meta(
        engine=ENGINE,
        analyzer=metas[0].analyzer,
        format=metas[0].format,
        articles=statistics.articles,
        paragraphs=statistics.paragraphs,
        # The oldest of them, and the last change to any: they are in one form, in UTC.
        created=min(meta.created for meta in metas),
        updated=max(meta.updated for meta in metas),
        khabar=max(metas, key=lambda meta: meta.updated).khabar,
    )
    return Info(archives, meta, statistics, sum(info.size for info in infos.values()), archives=infos)
