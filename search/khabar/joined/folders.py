"""The answers of archives in folders, as if they were one index."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from khabar.corpus.article import Article
from khabar.index.columns import Ints, firsts
from khabar.index.engine import Match, Numbers
from khabar.index.records import short_fingerprint
from khabar.joined.numbers import WeighedReader
from khabar.joined.reader import JoinedReader
from khabar.ranking.searcher import Searcher

__all__ = ["JoinedSearcher"]


class JoinedSearcher(Searcher):
    """See :class:`khabar.ranking.answers.Answers`.

    Args:
        names: names of the archives.
        searchers: the searcher of each. References to them are kept, since their files close with them.
        numbers: the numbers by which words are weighed. Default: those of these archives.
    """

    def __init__(
        self, names: Sequence[str], searchers: Sequence[Searcher], numbers: Numbers | None = None
    ) -> None:
        reader = JoinedReader([searcher.reader for searcher in searchers])
        super().__init__(
            reader if numbers is None else WeighedReader(reader, numbers),
            lambda: _stories(reader, searchers),
        )
        self._joined = reader
        self._names = tuple(names)
        self._parts = tuple(searchers)

    @property
    def archives(self) -> Sequence[str]:
        """The names of the archives."""
        return self._names

    def archive_of(self, match: Match) -> str:
        """The archive that a match comes from."""
        return self._names[self._joined.place_of(match.place)]

    def having(self, articles: Sequence[Article]) -> Sequence[Sequence[str]]:
        """For each article, the archives that contain it word for word."""
        return [
            [
                self._names[place]
                for place in self._joined.places_with(short_fingerprint(article.fingerprint()))
            ]
            for article in articles
        ]

    def article(self, article_id: str, archive: str = "") -> Article | None:
        """An article by its id, from an archive or, if none is named, from the first that contains it."""
        if archive:
            return self._parts[self._names.index(archive)].article(article_id)
        return super().article(article_id)


def _stories(reader: JoinedReader, searchers: Sequence[Searcher]) -> Ints:
    """For each article a number, the same for all articles of a story. The stories are those of each archive;
    where two have an article in common, they are joined."""
    heads = reader.heads
    stories: Ints = np.concatenate(
        [searcher.stories.astype(np.int64) + head for head, searcher in zip(heads, searchers, strict=False)]
    )
    fingerprints = reader.columns.fingerprints
    # Sorted by fingerprint, equal articles are neighbours: the stories of each such pair are joined.
    order = np.argsort(fingerprints, kind="stable")
    repeated = np.flatnonzero(~firsts(fingerprints[order]))
    alive = np.concatenate([searcher.columns.alive for searcher in searchers])
    parents: dict[int, int] = {}

    def root(story: int) -> int:
        while story in parents:
            story = parents[story]
        return story

    for one, other in zip(order[repeated - 1].tolist(), order[repeated].tolist(), strict=True):
        if alive[one] and alive[other]:
            first, second = sorted((root(int(stories[one])), root(int(stories[other]))))
            if first != second:
                parents[second] = first
    if parents:
        joined = np.array(sorted(parents), np.int64)
        roots = np.array([root(story) for story in joined.tolist()])
        at = np.minimum(np.searchsorted(joined, stories), len(joined) - 1)
        stories = np.where(joined[at] == stories, roots[at], stories)
    return stories
