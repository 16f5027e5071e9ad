"""Choosing articles by file or folder, by source, or by query."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from khabar.corpus.article import Article
from khabar.corpus.names import readable_path
from khabar.query.fields import alias_of, names_like, unknown_name
from khabar.query.snapshot import Snapshot
from khabar.query.tree import Match
from khabar.upkeep.manifest import Manifest

__all__ = ["choose"]


def choose(
    snapshot: Snapshot,
    manifest: Manifest | None,
    paths: Sequence[str],
    sources: Sequence[str],
    query: str,
    match: Match,
) -> list[Article]:
    """See :meth:`khabar.library.Index.choose`; each article once. The manifest is asked for paths alone.

    Raises:
        InvalidArgument: if no article is of one of the sources; names those that sound alike.
    """
    answers = snapshot.answers
    found: dict[str, Article] = {}
    if query.strip():
        for article in answers.matching(snapshot.plan(query, match=match).plan):
            _keep(found, article)
    if sources:
        names = answers.names("source")
        meant = {_meant(source, names, snapshot.planner.aliases) for source in sources}
        for article in answers.articles(meant):
            _keep(found, article)
    if paths and manifest is not None:
        claimed = {each for path in paths for source in manifest.below(path) for each in source.ids}
        read_there = [readable_path(path) for path in paths]
        for article in answers.articles():
            if article.id in claimed or any(_below(article.path, path) for path in read_there):
                _keep(found, article)
    return list(found.values())


def _keep(found: dict[str, Article], article: Article) -> None:
    found.setdefault(article.id, article)


def _below(path: str, start: str) -> bool:
    """Whether an article's path is of a file, in an archive, or in a folder."""
    rest = path[len(start) :]
    return path.startswith(start) and (not rest or rest[0] in (os.sep, "!", "#") or start.endswith(os.sep))


def _meant(source: str, names: Sequence[str], aliases: Mapping[str, str]) -> str:
    """The source of the index that is meant."""
    if source in names:
        return source
    name = alias_of(source, aliases)
    meant = (name,) if name and name in names else names_like(name, names)
    if len(meant) == 1:
        return meant[0]
    raise unknown_name("source", source, names)
