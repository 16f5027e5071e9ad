"""Ranked answers: first the candidates in the order of the searcher, then the other articles in that of the
cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from khabar.caching import Kept
from khabar.cluster.candidates import CandidateReader
from khabar.cluster.conditions import Query
from khabar.cluster.pages import Pages
from khabar.cluster.requests import Fields, Page
from khabar.cluster.weights import Question, Weighing
from khabar.index.engine import Found, Inexact, Match
from khabar.index.plan import Plan
from khabar.index.ranking import Ranking
from khabar.ranking.answers import Sort
from khabar.ranking.rerank import Rerank
from khabar.ranking.searcher import Searcher

__all__ = ["CandidateSearcher", "Ranked"]

#: The number of articles whose paragraphs are ranked and counted, and the number read at a time.
_PARAGRAPHS, _AT_ONCE = 10_000, 1_000
#: The bytes of cached rankings; and the approximate bytes that one takes, besides its own arrays, for each
#: passage, article and text of a hit.
_KEPT, _PASSAGE, _ARTICLE, _TEXT = 64_000_000, 40, 100, 12_000


class CandidateSearcher(Searcher):
    """Ranks candidates, all of which match according to the cluster."""

    def __init__(self, reader: CandidateReader) -> None:
        super().__init__(reader, lambda: reader.stories, everything=True)
        #: the number of each hit, in the order of the cluster
        self.numbers = reader.numbers
        self._candidates = reader

    def ranked_already(self) -> CandidateSearcher:
        """A searcher with the rankings of this one, which cannot rank anything else."""
        other = CandidateSearcher(self._candidates.without_words())
        other._best = self._best
        return other

    def has_ranked(self, plan: Plan, ranking: Ranking, sort: Sort, last: int) -> bool:
        """Whether the ranking includes the matches up to a place."""
        best = self._best.get((id(plan), ranking, sort, False))
        return best is not None and best.reaches(last)

    @property
    def size(self) -> int:
        """Its approximate size in bytes after ranking, with the texts of ten hits."""
        columns = self.columns
        return self._best.size + _PASSAGE * columns.passages + _ARTICLE * len(columns.alive) + 10 * _TEXT


class _Answered(NamedTuple):
    """A cached answer.

    Attributes:
        searcher: a searcher that has ranked the candidates.
        question: the question.
        total: the number of matching articles.
        beside, counted: the second query, and the number of its articles.
    """

    searcher: CandidateSearcher
    question: Question
    total: int
    beside: Query | None
    counted: int | None


class Ranked:
    """Answers plans, article by article or paragraph by paragraph.

    Args:
        pages: the pages of the index.
        weighing: the weights of words in the index.
    """

    def __init__(self, pages: Pages, weighing: Weighing) -> None:
        self.pages = pages
        self.weighing = weighing
        self._answered: Kept[_Answered] = Kept(_KEPT)

    def again(
        self, plan: Plan, ranking: Ranking, limit: int, offset: int, sort: Sort, beside: Query | None
    ) -> Found | None:
        """The answer to an earlier question, or its next page, from the cache; None if it is not there.

        Raises:
            Moved: if articles were replaced meanwhile.
        """
        kept = self._answered.get((id(plan), ranking, sort))
        if kept is None or kept.beside != beside:
            return None
        last = min(offset + limit, kept.total)
        if last > kept.question.depth or not kept.searcher.has_ranked(plan, ranking, sort, last):
            return None
        found = kept.searcher.search(plan, ranking, limit=limit, offset=offset, sort=sort)
        return Found(kept.total, found.matches, kept.question.idf, beside=kept.counted)

    def forget(self) -> None:
        """Clear the cache, after articles have changed."""
        self._answered = Kept(_KEPT)

    def searcher(self, hits: Sequence[Fields]) -> CandidateSearcher:
        """A searcher of some articles."""
        return CandidateSearcher(CandidateReader(self.weighing.standard, hits))

    def search(
        self,
        plan: Plan,
        ranking: Ranking,
        question: Question,
        limit: int,
        offset: int,
        sort: Sort,
        rerank: Rerank | None,
        beside: Query | None = None,
        first: Page | None = None,
    ) -> Found:
        """See :meth:`khabar.ranking.answers.Answers.search`.

        Args:
            beside: a second query, whose articles are counted.
            first: the page of :attr:`Question.candidates`, if it was fetched already.

        Raises:
            Moved: if articles were replaced meanwhile.
        """
        last, depth, reach = offset + limit, question.depth, question.reach
        matches: tuple[Match, ...] = ()
        total = -1
        counted: int | None = None
        if question.scored and offset < min(last, reach):
            page = first or self.pages.page(
                question.query, question.sort, reach, question.fields, beside=beside
            )
            total, counted, asked, beside = page.total, page.beside, beside, None
            if page.hits:
                searcher = self.searcher(page.hits)
                if offset < depth:
                    most = min(last, depth) - offset
                    matches = searcher.search(
                        plan, ranking, limit=most, offset=offset, sort=sort, rerank=rerank
                    ).matches
                    if rerank is None:
                        kept = _Answered(searcher.ranked_already(), question, total, asked, counted)
                        self._answered.put((id(plan), ranking, sort), kept, searcher.size, plan)
                if min(last, total) > depth:
                    # More were fetched, to choose the candidates from. The others follow these.
                    chosen = frozenset(searcher.select(plan, ranking, sort=sort).articles[:depth].tolist())
                    numbered = zip(page.hits, searcher.numbers.tolist(), strict=True)
                    others = [hit for hit, number in numbered if number not in chosen]
                    begin = max(0, offset - depth)
                    matches += self.listed(plan, ranking, others[begin : last - depth], sort)
            offset = reach
        if total < 0 or offset < min(last, total):
            page = self.pages.page_from(
                question.query, question.sort, offset, max(0, last - offset), question.fields, beside
            )
            total = page.total
            counted = page.beside if counted is None else counted
            matches += self.listed(plan, ranking, page.hits, sort)
        return Found(total, matches, question.idf, beside=counted)

    def listed(self, plan: Plan, ranking: Ranking, hits: Sequence[Fields], sort: Sort) -> tuple[Match, ...]:
        """Articles as matches, in the order of the cluster."""
        if not hits:
            return ()
        searcher = self.searcher(hits)
        scores = None
        if sort == "relevance" and hits[0]["score"] is not None:
            # The cluster's scores, which decrease from page to page.
            factor = ranking.article * self.pages.shards.score_factor()
            scores = factor * np.array([hit["score"] for hit in hits])
        return searcher.listed(plan, ranking, searcher.numbers, sort, scores)

    def paragraphs(
        self,
        plan: Plan,
        ranking: Ranking,
        question: Question,
        limit: int,
        offset: int,
        sort: Sort,
        rerank: Rerank | None,
    ) -> Found:
        """See :meth:`khabar.ranking.answers.Answers.paragraphs`. Only the first ten thousand articles are
        ranked and counted.

        Raises:
            Moved: if articles were replaced meanwhile.
        """
        hits: list[Fields] = []
        total = 0
        after: Sequence[object] | None = None
        while True:
            page = self.pages.page(
                question.query, question.sort, _AT_ONCE, question.fields, total=not hits, after=after
            )
            total = max(total, page.total)
            hits += page.hits
            after = page.after
            if len(page.hits) < _AT_ONCE or len(hits) >= _PARAGRAPHS:
                break
        if not hits:
            return Found(0, (), question.idf)
        found = self.searcher(hits).paragraphs(
            plan, ranking, limit=limit, offset=offset, sort=sort, rerank=rerank
        )
        cut: tuple[Inexact, ...] = ("paragraphs-cut",) if total > len(hits) else ()
        return Found(found.total, found.matches, question.idf, cut)
