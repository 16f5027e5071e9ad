"""Summaries of many plans, such as those of a list, in a few requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from msgspec.structs import replace

from khabar.cluster.counting import Counting
from khabar.cluster.ranked import Ranked
from khabar.cluster.requests import Page
from khabar.cluster.weights import Question
from khabar.index.engine import Found
from khabar.index.plan import Plan
from khabar.index.ranking import Ranking
from khabar.ranking.answers import Summary

__all__ = ["SummingUp"]

#: The number of plans that are counted in one request, and whose candidates, up to two megabytes each, are
#: fetched in one.
_SUMMED_UP, _TOGETHER = 50, 10


class SummingUp:
    """Summarizes plans.

    Args:
        ranked: finds the best matches.
        counting: counts articles.
    """

    def __init__(self, ranked: Ranked, counting: Counting) -> None:
        self._ranked = ranked
        self._counting = counting

    def summaries(self, plans: Sequence[Plan], ranking: Ranking, limit: int | None) -> Iterator[Summary]:
        """See :meth:`khabar.ranking.answers.Answers.summaries`."""
        weighing = self._ranked.weighing
        for begin in range(0, len(plans), _SUMMED_UP):
            some = plans[begin : begin + _SUMMED_UP]
            counted = self._counting.summaries([weighing.matching(plan) for plan in some])
            for place in range(0, len(some), _TOGETHER):
                each = zip(some[place : place + _TOGETHER], counted[place : place + _TOGETHER], strict=True)
                yield from self._with_matches(list(each), ranking, limit)

    def _with_matches(
        self, counted: Sequence[tuple[Plan, Summary]], ranking: Ranking, limit: int | None
    ) -> Iterator[Summary]:
        """Add the best matches to the counts of some plans, whose candidates are fetched in one request."""
        pages, weighing = self._ranked.pages, self._ranked.weighing
        limits = [each.total if limit is None else min(limit, each.total) for _, each in counted]
        weighing.prepare([plan for (plan, _), most in zip(counted, limits, strict=True) if most])
        questions = {
            place: weighing.question(plan, ranking, "relevance")
            for place, (plan, _) in enumerate(counted)
            if limits[place]
        }
        scored = [place for place, question in questions.items() if question.scored]
        given = pages.pages([questions[place].candidates for place in scored])
        candidates = dict(zip(scored, given, strict=True))
        for place, (plan, summary) in enumerate(counted):
            if not limits[place]:
                yield summary
                continue
            first = [candidates[place]] if place in candidates else []
            found = pages.steady(partial(self._best, plan, ranking, questions[place], limits[place], first))
            yield replace(summary, matches=found.matches, idf=found.idf)

    def _best(
        self, plan: Plan, ranking: Ranking, question: Question, most: int, candidates: list[Page]
    ) -> Found:
        """The best matches of a plan. The given candidates are used once: they are fetched again if articles
        have changed."""
        first = candidates.pop() if candidates else None
        return self._ranked.search(plan, ranking, question, most, 0, "relevance", None, first=first)
