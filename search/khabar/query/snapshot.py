"""One commit of an index, for searches and explorations: its searcher, its planner, and values computed once
per commit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, TypeVar, Unpack, cast

from msgspec.structs import replace

from khabar.analysis.fold import fold
from khabar.arguments import Check, among, condition, conditions, day, flag, instance, moment, optional, texts
from khabar.caching import Kept
from khabar.errors import check_choice
from khabar.index.plan import FilterClause, Plan
from khabar.index.ranking import Ranking
from khabar.query.fields import asked_fields, check_asked, local_today
from khabar.query.plain import plain
from khabar.query.planner import Planned, Planner
from khabar.query.tree import MATCHES, OUT_OF_TIME, Field, Group, Limits, Match, Problem, Query
from khabar.ranking.answers import Answers

if TYPE_CHECKING:
    from khabar.meaning.vectors import Vectors

__all__ = ["ASKED", "CONDITIONS", "Asked", "Conditions", "Snapshot", "Tally", "which"]

_T = TypeVar("_T")
#: The constants that decide the forms of a word.
_RANKING = Ranking()
#: Maximum size of the cached plans, in bytes.
KEPT_PLANS = 64_000_000


class Conditions(TypedDict, total=False):
    """Conditions on articles that do not depend on the query; see :meth:`khabar.Index.search` for each."""

    since: str | date | None
    until: str | date | None
    source: str | Sequence[str]
    author: str | Sequence[str]
    section: str | Sequence[str]
    tag: str | Sequence[str]
    language: str | Sequence[str]
    place: str | Sequence[str]
    where: Mapping[str, str | Sequence[str]]
    today: date | None


class Asked(Conditions, total=False):
    """Arguments that accompany a query; see :meth:`khabar.Index.search` for each."""

    syntax: bool
    without: Collection[str]
    limits: Limits | None
    match: Match | None


class Tally(NamedTuple):
    """Counts of the articles with all, and with any, of the words of a query.

    Attributes:
        match: whether ``any`` of the words was enough, or ``all`` were required.
        with_all: number of articles with all words; None if the number is the same, as for a single word.
        with_any: number of articles with any of the words, if all were required and no article has them all;
            else None.
    """

    match: Match
    with_all: int | None = None
    with_any: int | None = None


def which(match: Match | None, rule: Match) -> Match:
    """The given match rule, or else the default ``rule``.

    If articles are ranked, any of the words is enough: articles with most of them come first, and nobody
    reads to the end. If articles are counted, or all of them listed, all words are required.

    Raises:
        InvalidArgument: if it is neither ``any`` nor ``all``.
    """
    if match is None:
        return rule
    check_choice("match", match, MATCHES)
    return match


#: Checks of conditions, and of all arguments beside a query.
CONDITIONS: dict[str, Check] = {
    "since": optional(moment),
    "until": optional(moment),
    "source": condition,
    "author": condition,
    "section": condition,
    "tag": condition,
    "language": condition,
    "place": condition,
    "where": conditions,
    "today": optional(day),
}
ASKED: dict[str, Check] = {
    "syntax": flag,
    "without": texts,
    **CONDITIONS,
    "limits": optional(instance(Limits)),
    "match": optional(among(*MATCHES)),
}


class Snapshot:
    """One commit of an index. Safe to share between threads.

    Args:
        answers: the answers of the commit.
        planner: makes plans with the words of the commit.
        vectors: returns the vectors of the index, or of each archive by its name
            (:meth:`khabar.upkeep.store.Store.vectors`). They are looked up by an article's text, so they may
            belong to another commit.
    """

    def __init__(
        self,
        answers: Answers,
        planner: Planner,
        vectors: Callable[[], Mapping[str, Vectors | None]] = lambda: {"": None},
    ) -> None:
        self.answers = answers
        self.planner = planner
        self.vectors = vectors
        self._kept: dict[Callable[[Snapshot], Any], Any] = {}
        #: Answers cache by the identity of a plan, so the same query must get the same plan.
        self._plans: Kept[Planned] = Kept(KEPT_PLANS)

    def kept(self, make: Callable[[Snapshot], _T]) -> _T:
        """The result of a function on this commit, computed once."""
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
        section: str | Sequence[str] = (),
        tag: str | Sequence[str] = (),
        language: str | Sequence[str] = (),
        place: str | Sequence[str] = (),
        where: Mapping[str, str | Sequence[str]] = MappingProxyType({}),
        today: date | None = None,
        limits: Limits | None = None,
        match: Match | None = None,
    ) -> Planned:
        """The plan of a query and of the arguments beside it; see :meth:`khabar.Index.search`."""
        names = {
            "source": source,
            "author": author,
            "section": section,
            "tag": tag,
            "language": language,
            "place": place,
        }
        fields = asked_fields(since, until, names, where, self.answers)
        if fields:
            check_asked(fields, self.answers, today or local_today(), self.planner.aliases)
        key = (
            query,
            ranking,
            syntax,
            frozenset(map(fold, without)),
            fields,
            today or local_today(),
            limits,
            which(match, "any"),
        )
        planned = self._plans.get(key)
        if planned is None:
            planned = self._make_plan(*key)
            if all(problem.code != OUT_OF_TIME for problem in planned.problems):
                self._plans.put(key, planned, planned.plan.size)
        return planned

    def _make_plan(
        self,
        query: str,
        ranking: Ranking,
        syntax: bool,
        without: frozenset[str],
        fields: tuple[Field, ...],
        today: date,
        limits: Limits | None,
        match: Match,
    ) -> Planned:
        planned = self.planner.plan(
            self.parsed(query, syntax, limits, match),
            ranking,
            self.answers,
            without=without,
            fields=fields,
            today=today,
            limits=limits,
        )
        if not query.strip() and not planned.plan.clauses:
            # An empty query matches everything.
            return replace(planned, plan=Plan((FilterClause("index"),)))
        return planned

    def parsed(self, query: str, syntax: bool, limits: Limits | None, match: Match) -> Query:
        """The parse tree of a query."""
        if not syntax:
            return plain(query, limits, match)
        from khabar.query.parser import parse

        return parse(query, limits, match, self.kept_names if ":" in query else ())

    @cached_property
    def kept_names(self) -> Sequence[str]:
        """The names of the fields that were kept from records."""
        return self.answers.kept()

    def count(self, query: str, **asked: Unpack[Asked]) -> int:
        """The number of articles that match a query."""
        return self.answers.count(self.plan(query, **asked).plan)

    def outside(self, query: str, **asked: Unpack[Asked]) -> tuple[Problem, ...]:
        """The problems of conditions on days that no article can meet: why a query may have found nothing."""
        from khabar.query.outside import problems_outside

        syntax = asked.get("syntax", True)
        items = (
            *(self.parsed(query, True, asked.get("limits"), "any").items if syntax else ()),
            *asked_fields(asked.get("since"), asked.get("until")),
        )
        if not any(isinstance(item, Field | Group) for item in items):
            return ()
        statistics = self.answers.statistics()
        if statistics.first is None or statistics.last is None:
            return ()
        first, last = statistics.first.date(), statistics.last.date()
        return tuple(problems_outside(items, first, last, asked.get("today") or local_today()))

    def counted(self, query: str, **asked: Unpack[Asked]) -> tuple[int, Planned, Tally]:
        """The number of articles that match a query, with its plan and tally. Articles must contain all words
        unless ``match`` says otherwise. If no article matches, the plan has the problems of days outside the
        index."""
        asked["match"] = which(asked.get("match"), "all")
        planned = self.plan(query, **asked)
        total = self.answers.count(planned.plan)
        if not total:
            planned = replace(planned, problems=(*planned.problems, *self.outside(query, **asked)))
        return total, planned, self.tally(query, planned, total, **asked)

    def with_all(
        self, query: str, planned: Planned, ranking: Ranking = _RANKING, **asked: Unpack[Asked]
    ) -> Planned | None:
        """The plan for the articles with all words, which :meth:`tally` counts if any word is enough; None if
        it does not count them."""
        if which(asked.get("match"), "any") == "all" or not _several(planned):
            return None
        asked["match"] = "all"
        return self.plan(query, ranking, **asked)

    def tally(
        self,
        query: str,
        planned: Planned,
        total: int,
        ranking: Ranking = _RANKING,
        *,
        by_story: bool = False,
        with_all: Planned | None = None,
        counted: int | None = None,
        **asked: Unpack[Asked],
    ) -> Tally:
        """Count the matches with all, and with any, of the words.

        Args:
            query, planned: the query and its plan.
            total: number of matching articles.
            ranking: the constants of the plan, for which the forms of the words are cached.
            by_story: whether stories are counted.
            with_all: the plan of :meth:`with_all`; made here if it is None.
            counted: number of articles that match that plan, if it was counted already.
            asked: the arguments beside the query.
        """
        several = _several(planned)
        if which(asked.get("match"), "any") == "all":
            with_any = 0
            # As words, «ليس» and «أو» would mean something else.
            operators = any(problem.code == "word-as-operator" for problem in planned.problems)
            if not total and planned.bare and not operators:
                asked["match"] = "any"
                with_any = self.answers.count(self.plan(query, ranking, **asked).plan, by_story=by_story)
            return Tally("all", total if several else None, with_any or None)
        if not several or not total:
            return Tally("any")
        plan = with_all or self.with_all(query, planned, ranking, **asked)
        if plan is None:
            return Tally("any")
        number = self.answers.count(plan.plan, by_story=by_story) if counted is None else counted
        # If all words are required, the operands of an OR count as one item, and so does a name of two words
        # («أبو مازن»). If any word is enough, its second word alone matches more articles.
        differs = plan.bare > 1 or (number < total and not by_story)
        return Tally("any", number if differs else None)


def _several(planned: Planned) -> bool:
    """Whether requiring all words can make a difference: there are several, or one besides words with a
    sign."""
    return planned.bare > 1 or (planned.bare == 1 and planned.signed)
