"""One commit of an index as the explorations see it, and what they all ask of a query."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from khabar.index.columns import Ints
from khabar.index.ranking import Ranking
from khabar.index.searcher import Searcher, Sort
from khabar.query.planner import Planned, Planner
from khabar.query.search import Asked, Tally, planned, tallied, which

if TYPE_CHECKING:
    from khabar.explore.classes import Classes

__all__ = ["FEW", "State"]


#: A search with fewer hits than this has found little.
FEW = 3
#: Only the constants that decide the forms of a word affect which articles match; the defaults serve for all
#: others.
_RANKING = Ranking()


class State:
    """The state that explorations of one commit share. Safe to share between threads: what it keeps only ever
    gains equal values.

    Args:
        folder: the index.
        searcher, planner: of the commit.
    """

    def __init__(self, folder: Path, searcher: Searcher, planner: Planner) -> None:
        self.folder = folder
        self.searcher = searcher
        self.planner = planner

    @cached_property
    def stories(self) -> Ints:
        """A number for each article, equal for articles that report the same story."""
        from khabar.stories.files import Stories

        return Stories.open(self.folder).groups(self.searcher.columns.fingerprints)

    @cached_property
    def classes(self) -> Classes:
        """The inflections of this index's words."""
        from khabar.explore.classes import Classes

        return Classes(self)

    @cached_property
    def words(self) -> list[str]:
        """Every word of the index, folded, in order."""
        return self.planner.forms.lexicon.terms()

    def plan(self, query: str, **asked: Unpack[Asked]) -> Planned:
        """A typed query as a plan."""
        return planned(query, self.searcher, self.planner, _RANKING, **asked)

    def select(self, query: str, **asked: Unpack[Asked]) -> tuple[Ints, Planned]:
        """All articles that answer a query, the best first; the newest where nothing makes one better."""
        planned_query = self.plan(query, **asked)
        sort: Sort = "relevance" if planned_query.plan.leaves else "newest"
        return self.searcher.select(planned_query.plan, _RANKING, sort=sort).articles, planned_query

    def counted(self, query: str, **asked: Unpack[Asked]) -> tuple[Ints, Planned, Tally]:
        """All articles that answer a query, to be counted: with all its words, if not asked otherwise."""
        asked["match"] = which(asked.get("match"), "all")
        articles, planned_query = self.select(query, **asked)
        return (
            articles,
            planned_query,
            tallied(query, self.searcher, self.planner, planned_query, len(articles), **asked),
        )
