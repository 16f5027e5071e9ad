"""Ranked stories, each with its best match."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from khabar.cluster.candidates import WITH_STORIES
from khabar.cluster.counting import Counting
from khabar.cluster.pages import LARGEST, Moved
from khabar.cluster.ranked import Ranked
from khabar.cluster.requests import Fields
from khabar.cluster.stories import StoryTexts
from khabar.cluster.translate import order
from khabar.cluster.weights import Question
from khabar.index.engine import Found, Inexact, Match
from khabar.index.plan import Plan
from khabar.index.ranking import Ranking
from khabar.index.records import UNDATED
from khabar.ranking.answers import Sort
from khabar.ranking.rerank import Rerank

__all__ = ["Grouped"]

#: For stories by date, the best match of each story is determined among up to this many articles; among more,
#: the newest or oldest article represents its story.
_BY_DATE = 50_000
#: The fields of articles that are sorted here.
_KNOWN = ("story", "published")


class Grouped:
    """Answers plans, story by story.

    Args:
        ranked: answers plans article by article.
        counting: counts stories.
        stories: is told the story of each match.
    """

    def __init__(self, ranked: Ranked, counting: Counting, stories: StoryTexts) -> None:
        self._ranked = ranked
        self._pages = ranked.pages
        self._counting = counting
        self._stories = stories

    def search(
        self,
        plan: Plan,
        ranking: Ranking,
        question: Question,
        limit: int,
        offset: int,
        sort: Sort,
        rerank: Rerank | None,
    ) -> Found:
        """See :meth:`khabar.ranking.answers.Answers.search`.

        Raises:
            Moved: if articles were replaced meanwhile.
        """
        if sort != "relevance":
            total = self._pages.count(question.query)
            if total <= _BY_DATE:
                return self._by_date(plan, ranking, question, limit, offset, sort)
            hits = self._collapsed(question, offset, limit)
            found = self._listed(plan, ranking, hits, sort)
            return self._found(found, question, total, ("stories-by-date",))
        # The candidates are articles; the searcher chooses the best of each story.
        page = self._pages.page(question.query, question.sort, question.depth, WITH_STORIES)
        if not page.hits:
            return Found(0, (), question.idf)
        searcher = self._ranked.searcher(page.hits)
        first = searcher.search(
            plan, ranking, limit=limit, offset=offset, sort=sort, by_story=True, rerank=rerank
        )
        names = [hit["story"][0] for hit in sorted(page.hits, key=lambda hit: hit["order"])]
        self._stories.note_page(first.matches, [names[match.place] for match in first.matches])
        if len(page.hits) == page.total:
            return Found(first.total, first.matches, question.idf)
        matches = first.matches
        if offset + limit > first.total:
            # The stories of the candidates are the first in the order of the cluster, too.
            begin = max(offset, first.total)
            hits = self._collapsed(question, begin, offset + limit - begin)
            matches += self._listed(plan, ranking, hits, sort)
        return self._found(matches, question, page.total)

    def _found(
        self,
        matches: tuple[Match, ...],
        question: Question,
        articles: int,
        inexact: tuple[Inexact, ...] = (),
    ) -> Found:
        """An answer with some of the stories of a number of articles."""
        if self._counting.estimates(articles):
            inexact += ("stories-estimated",)
        total = self._counting.stories(question.query, articles)
        return Found(total, matches, question.idf, inexact)

    def _listed(self, plan: Plan, ranking: Ranking, hits: Sequence[Fields], sort: Sort) -> tuple[Match, ...]:
        """The best articles of some stories as matches, in the order of the cluster."""
        matches = self._ranked.listed(plan, ranking, hits, sort)
        self._stories.note_page(matches, [hit["story"][0] for hit in hits])
        return matches

    def _collapsed(self, question: Question, begin: int, size: int) -> list[Fields]:
        """The first article of each story, in the order of the cluster, from a place on."""
        if begin + size <= LARGEST:
            page = self._pages.page(
                question.query, question.sort, size, WITH_STORIES, begin=begin, total=False, collapse="story"
            )
            return page.hits
        return self._whole(list(islice(_firsts(self._everything(question)), begin, begin + size)))

    def _everything(self, question: Question) -> Iterator[Fields]:
        """All articles found, in the order of the cluster, without their words."""
        with self._pages.kept() as state:
            for hits in self._pages.walk(question.query, question.sort, _KNOWN, within=state):
                yield from hits

    def _whole(self, hits: Sequence[Fields]) -> list[Fields]:
        """Fetch the same articles with their words."""
        if not hits:
            return []
        orders = [hit["order"] for hit in hits]
        query = {"bool": {"filter": [{"terms": {"order": orders}}]}}
        page = self._pages.page(
            query, order("relevance", scored=False), len(orders), WITH_STORIES, total=False
        )
        found = {hit["order"]: hit for hit in page.hits}
        try:
            return [found[number] for number in orders]
        except KeyError as error:
            raise Moved from error

    def _by_date(
        self, plan: Plan, ranking: Ranking, question: Question, limit: int, offset: int, sort: Sort
    ) -> Found:
        """Sort stories by the date of their best match."""
        firsts = self._by_relevance(plan, ranking, question)

        def key(place: int) -> tuple[int, int]:
            published = firsts[place].get("published", (UNDATED,))[0]
            if published == UNDATED:
                return sys.maxsize, place
            return (published if sort == "oldest" else -published), place

        chosen = sorted(range(len(firsts)), key=key)[offset : offset + limit]
        hits = self._whole([firsts[place] for place in chosen])
        return Found(len(firsts), self._listed(plan, ranking, hits, sort), question.idf)

    def _by_relevance(self, plan: Plan, ranking: Ranking, question: Question) -> list[Fields]:
        """The best match of each story, the best first."""
        best = question._replace(sort=order("relevance", scored=question.scored))
        everything = list(self._everything(best))
        if question.scored and everything:
            candidates = self._whole(everything[: question.depth])
            searcher = self._ranked.searcher(candidates)
            numbers = searcher.select(plan, ranking).articles
            places = np.argsort(searcher.numbers)[numbers]
            everything[: len(candidates)] = [candidates[place] for place in places.tolist()]
        return list(_firsts(everything))


def _firsts(hits: Iterable[Fields]) -> Iterator[Fields]:
    """The first article of each story."""
    seen: set[str] = set()
    for hit in hits:
        story = hit["story"][0]
        if story not in seen:
            seen.add(story)
            yield hit
