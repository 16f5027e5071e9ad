"""Choosing articles by file or folder, by source, or by query."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np

from khabar.corpus.article import Article
from khabar.corpus.names import readable_path
from khabar.index.ranking import Ranking
from khabar.query.fields import alias_of, names_like, unknown_name
from khabar.query.snapshot import Snapshot
from khabar.query.tree import Match
from khabar.upkeep.manifest import Manifest

__all__ = ["choose"]


def choose(
    snapshot: Snapshot,
    manifest: Manifest,
    paths: Sequence[str],
    sources: Sequence[str],
    query: str,
    match: Match,
) -> list[Article]:
    """See :meth:`khabar.library.Index.choose`; each article once.

    Raises:
        InvalidArgument: if no article is of one of the sources; names those that sound alike.
    """
    searcher = snapshot.searcher
    found: dict[str, Article] = {}
    if query.strip():
        for number in searcher.select(snapshot.plan(query, match=match).plan, Ranking()).articles.tolist():
            _keep(found, searcher.reader.stored(number))
    if sources:
        labels = searcher.labels("source")
        codes = [_code(source, labels.names, snapshot.planner.aliases) for source in sources]
        of_them = np.isin(labels.codes, codes) & searcher.columns.alive
        for number in np.flatnonzero(of_them).tolist():
            _keep(found, searcher.reader.stored(number))
    if paths:
        claimed = {each for path in paths for source in manifest.below(path) for each in source.ids}
        read_there = [readable_path(path) for path in paths]
        for article in searcher.articles():
            if article.id in claimed or any(_below(article.path, path) for path in read_there):
                _keep(found, article)
    return list(found.values())


def _keep(found: dict[str, Article], article: Article) -> None:
    found.setdefault(article.id, article)


def _below(path: str, start: str) -> bool:
    """Whether an article's path is of a file, in an archive, or in a folder."""
    rest = path[len(start) :]
    return path.startswith(start) and (not rest or rest[0] in (os.sep, "!", "#") or start.endswith(os.sep))


def _code(source: str, names: Sequence[str], aliases: Mapping[str, str]) -> int:
    if source in names:
        return list(names).index(source)
    name = alias_of(source, aliases)
    meant = (name,) if name and name in names else names_like(name, names)
    if len(meant) == 1:
        return list(names).index(meant[0])
    raise unknown_name("source", source, names)
