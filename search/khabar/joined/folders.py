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
        names: of the archives.
        searchers: of each its own. They are held, since their files close with them.
        numbers: by which words are weighed; None for those of these archives.
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
        """The archive that a match is of."""
        return self._names[self._joined.place_of(match.place)]

    def having(self, articles: Sequence[Article]) -> Sequence[Sequence[str]]:
        """The archives that have each of some articles word for word."""
        places = (self._joined.places_with(short_fingerprint(article.fingerprint())) for article in articles)
        return [[self._names[place] for place in each] for each in places]

    def article(self, article_id: str, archive: str = "") -> Article | None:
        """An article by its id, of an archive or the first that has it."""
        if archive:
            return self._parts[self._names.index(archive)].article(article_id)
        return super().article(article_id)


def _stories(reader: JoinedReader, searchers: Sequence[Searcher]) -> Ints:
    """For each article a number that is equal for articles of one story: the stories of each archive. Those
    of two archives are one where they have an article in common."""
    heads = reader.heads
    stories: Ints = np.concatenate(
        [searcher.stories.astype(np.int64) + head for head, searcher in zip(heads, searchers, strict=False)]
    )
    fingerprints = reader.columns.fingerprints
    # Of articles with one fingerprint, each joins its story to that of the one before.
    order = np.argsort(fingerprints, kind="stable")
    again = np.flatnonzero(~firsts(fingerprints[order]))
    there = np.concatenate([each.columns.alive for each in searchers])
    leads: dict[int, int] = {}

    def lead(story: int) -> int:
        while story in leads:
            story = leads[story]
        return story

    for one, other in zip(order[again - 1].tolist(), order[again].tolist(), strict=True):
        if there[one] and there[other]:
            first, second = sorted((lead(int(stories[one])), lead(int(stories[other]))))
            if first != second:
                leads[second] = first
    if leads:
        joined = {story: lead(story) for story in leads}
        known = np.array(sorted(joined), np.int64)
        at = np.minimum(np.searchsorted(known, stories), len(known) - 1)
        stories = np.where(
            known[at] == stories, np.array([joined[story] for story in known.tolist()])[at], stories
        )
    return stories
