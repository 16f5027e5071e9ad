"""Lists all matching articles, to the end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from khabar.cluster.candidates import WITH_STORIES
from khabar.cluster.ranked import Ranked
from khabar.cluster.weights import Question
from khabar.corpus.article import Article
from khabar.index.plan import Plan
from khabar.index.ranking import Ranking
from khabar.ranking.answers import Sort

__all__ = ["Listing"]

#: The number of articles read together.
_AT_ONCE = 100


class Listing:
    """Lists matching articles.

    Args:
        ranked: ranks the first ones.
    """

    def __init__(self, ranked: Ranked) -> None:
        self._ranked = ranked
        self._pages = ranked.pages

    def articles(
        self, plan: Plan, ranking: Ranking, question: Question, sort: Sort, by_story: bool
    ) -> Iterator[Article]:
        """The matching articles in order, from one snapshot; with ``by_story``, the first of each story."""
        seen: set[str] = set()

        def is_first(story: str) -> bool:
            known = by_story and story in seen
            seen.add(story)
            return not known

        with self._pages.kept() as state:
            after = None
            if question.scored:
                page = self._pages.page(
                    question.query, question.sort, question.depth, WITH_STORIES, texts=True, within=state
                )
                after = page.after
                if page.hits:
                    searcher = self._ranked.searcher(page.hits)
                    places = np.argsort(searcher.numbers)
                    for number in searcher.select(plan, ranking, sort=sort).articles.tolist():
                        hit = page.hits[places[number]]
                        if is_first(hit["story"][0]):
                            yield self._pages.article(hit)
                if len(page.hits) < question.depth:
                    return
            for hits in self._pages.walk(
                question.query,
                question.sort,
                ("story",),
                texts=True,
                within=state,
                after=after,
                size=_AT_ONCE,
            ):
                for hit in hits:
                    if is_first(hit["story"][0]):
                        yield self._pages.article(hit)
