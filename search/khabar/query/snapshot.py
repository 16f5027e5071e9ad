"""One commit of an index as it is searched and explored: its searcher, its planner, and what is made once for a commit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, TypeVar, Unpack, cast

from msgspec.structs import replace

from khabar.analysis.fold import fold
from khabar.arguments import Check, among, condition, day, flag, instance, moment, optional, texts
from khabar.errors import check_choice
from khabar.index.columns import Ints
from khabar.index.plan import FilterClause, Plan
from khabar.index.ranking import Ranking
from khabar.index.searcher import Searcher, Sort
from khabar.query.fields import asked_fields, check_asked, local_today
from khabar.query.plain import plain
from khabar.query.planner import Planned, Planner
from khabar.query.tree import MATCHES, Limits, Match

__all__ = ["ASKED", "Asked", "Snapshot", "Tally", "which"]

_T = TypeVar("_T")
#: Which articles match is the same for all constants but those that say what a word stands for.
_RANKING = Ranking()


class Asked(TypedDict, total=False):
    """Arguments that accompany a query; see :meth:`khabar.Index.search` for each."""

    syntax: bool
    without: Collection[str]
    since: str | date | None
    until: str | date | None
    source: str | Sequence[str]
    author: str | Sequence[str]
    today: date | None
    limits: Limits | None
    match: Match | None


class Tally(NamedTuple):
    """Counts of the articles with all, and with any, of the words of a query.

    Attributes:
        match: whether ``any`` of the words was enough, or ``all`` had to be there.
        with_all: number of articles with all words; None for a single word, or if signs say what is required.
        with_any: how many have any, if all had to be there and no article has them all; else None.
    """

    match: Match
    with_all: int | None = None
    with_any: int | None = None


def which(match: Match | None, rule: Match) -> Match:
    """The rule, or what was asked for in its place.

    Words are alternatives where articles are ranked: those with most of them come first, and nobody reads to the end. Where
    articles are counted, or listed to the end, all words have to be there.

    Raises:
        InvalidArgument: for what is neither.
    """
    if match is None:
        return rule
    check_choice("match", match, MATCHES)
    return match


#: Checks of these arguments.
ASKED: dict[str, Check] = {
    "syntax": flag,
    "without": texts,
    "since": optional(moment),
    "until": optional(moment),
    "source": condition,
    "author": condition,
    "today": optional(day),
    "limits": optional(instance(Limits)),
    "match": optional(among(*MATCHES)),
}


class Snapshot:
    """One commit of an index. Safe to share between threads: what it keeps only ever gains equal values.

    Args:
        folder: the index.
        searcher, planner: of the commit.
    """

    def __init__(self, folder: Path, searcher: Searcher, planner: Planner) -> None:
        self.folder = folder
        self.searcher = searcher
        self.planner = planner
        self._kept: dict[Callable[[Snapshot], Any], Any] = {}

    @cached_property
    def stories(self) -> Ints:
        """A number for each article, equal for articles that report the same story."""
        from khabar.stories.files import Stories

        return Stories.open(self.folder).groups(self.searcher.columns.fingerprints)

    @cached_property
    def words(self) -> list[str]:
        """Every word of the index, folded, in order."""
        return self.planner.forms.lexicon.terms()

    def kept(self, make: Callable[[Snapshot], _T]) -> _T:
        """What a function makes of this commit, made once."""
        if make not in self._kept:
            self._kept[make] = make(self)
        return cast(_T, self._kept[make])

    def plan(
        self,
        query: str,
        ranking: Ranking = _RANKING,
        *,
        syntax: bool = True,
        without: Collection[str] = (),
        since: str | date | None = None,
        until: str | date | None = None,
        source: str | Sequence[str] = (),
        author: str | Sequence[str] = (),
        today: date | None = None,
        limits: Limits | None = None,
        match: Match | None = None,
    ) -> Planned:
        """The plan of a query and of the arguments beside it; see :meth:`khabar.Index.search`."""
        read = plain
        if syntax:
            from khabar.query.parser import parse as read
        fields = asked_fields(since, until, source, author)
        if fields:
            check_asked(fields, self.searcher, today or local_today(), self.planner.aliases)
        planned = self.planner.plan(
            read(query, limits, which(match, "any")),
            ranking,
            self.searcher,
            without=frozenset(map(fold, without)),
            fields=fields,
            today=today,
            limits=limits,
        )
        if not query.strip() and not planned.plan.clauses:
            # Nothing is asked: everything is the answer.
            return replace(planned, plan=Plan((FilterClause("index"),)))
        return planned

    def select(self, query: str, **asked: Unpack[Asked]) -> tuple[Ints, Planned]:
        """All articles that answer a query, the best first; the newest where nothing makes one better."""
        planned = self.plan(query, **asked)
        sort: Sort = "relevance" if planned.plan.leaves else "newest"
        return self.searcher.select(planned.plan, _RANKING, sort=sort).articles, planned

    def counted(self, query: str, **asked: Unpack[Asked]) -> tuple[Ints, Planned, Tally]:
        """All articles that answer a query, to be counted: with all its words, if not asked otherwise."""
        asked["match"] = which(asked.get("match"), "all")
        articles, planned = self.select(query, **asked)
        return articles, planned, self.tally(query, planned, len(articles), **asked)

    def tally(
        self, query: str, planned: Planned, total: int, *, stories: Ints | None = None, **asked: Unpack[Asked]
    ) -> Tally:
        """Count the matches with all, and with any, of the words.

        Args:
            query, planned: the query and its plan.
            total: number of matching articles.
            stories: story number of each article, if stories are counted.
            asked: the arguments beside the query.
        """
        match = which(asked.get("match"), "any")
        several = planned.bare > 1 and not planned.signed

        def otherwise(other: Match) -> tuple[Planned, int]:
            asked["match"] = other
            plan = self.plan(query, **asked)
            return plan, self.searcher.count(plan.plan, _RANKING, stories)

        if match == "all":
            with_any = otherwise("any")[1] if not total and planned.bare else 0
            return Tally("all", total if several else None, with_any or None)
        if not several or not total:
            return Tally("any")
        plan, with_all = otherwise("all")
        # Alternatives that OR joins are one thing where all are asked for.
        return Tally("any", with_all if plan.bare > 1 else None)
