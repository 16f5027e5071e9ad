"""Chooses articles by file or folder, by source, or by query."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

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
    """See :meth:`khabar.library.Index.choose`; each article once. The manifest is needed only for paths.

    Raises:
        InvalidArgument: if the index lacks one of the sources; the message names similar ones.
    """
    answers = snapshot.answers
    chosen: list[Iterable[Article]] = []
    if query.strip():
        chosen.append(answers.matching(snapshot.plan(query, match=match).plan))
    if sources:
        names = answers.names("source")
        resolved = {_resolve(source, names, snapshot.planner.aliases) for source in sources}
        chosen.append(answers.articles(resolved))
    if paths and manifest is not None:
        claimed = {each for path in paths for source in manifest.below(path) for each in source.ids}
        shown = [readable_path(path) for path in paths]
        chosen.append(
            article
            for article in answers.articles()
            if article.id in claimed or any(_below(article.path, path) for path in shown)
        )
    articles: dict[str, Article] = {}
    for article in chain.from_iterable(chosen):
        articles.setdefault(article.id, article)
    return list(articles.values())


def _below(path: str, start: str) -> bool:
    """Whether an article's path is that of a file, or lies in an archive or a folder."""
    rest = path[len(start) :]
    return path.startswith(start) and (not rest or rest[0] in (os.sep, "!", "#") or start.endswith(os.sep))


def _resolve(source: str, names: Sequence[str], aliases: Mapping[str, str]) -> str:
    """The name of a source in the index."""
    if source in names:
        return source
    name = alias_of(source, aliases)
    candidates = (name,) if name and name in names else names_like(name, names)
    if len(candidates) == 1:
        return candidates[0]
    raise unknown_name("source", source, names)
