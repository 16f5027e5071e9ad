"""A search from the query text to the hits: parses, plans, retrieves, highlights and makes snippets."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypedDict, Unpack

import numpy as np
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.analysis.fold import fold
from khabar.arguments import Check, among, condition, day, flag, instance, moment, optional, texts
from khabar.corpus.article import Paragraph
from khabar.errors import check_choice
from khabar.highlight.matcher import Highlight, Matcher
from khabar.highlight.snippet import make_snippet
from khabar.index.columns import Ints
from khabar.index.engine import Match as Found
from khabar.index.plan import FilterClause, Plan
from khabar.index.ranking import Ranking
from khabar.index.rerank import Rerank
from khabar.index.searcher import Searcher, Sort
from khabar.query.explain import explain
from khabar.query.fields import asked_fields, check_asked, local_today
from khabar.query.plain import plain
from khabar.query.planner import Planned, Planner
from khabar.query.results import Group, Hit, Results
from khabar.query.tree import MATCHES, Limits, Match
from khabar.query.vocalisation import AGREES, REACH, Vocalised, agreement, marked_words, vocalised

if TYPE_CHECKING:
    from khabar.stories.story import Story

#: Only the constants that decide the forms of a word affect which articles match; the defaults serve for all
#: others.
_RANKING = Ranking()

__all__ = ["ASKED", "Asked", "Tally", "planned", "search", "tallied", "which"]


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
        match: whether ``any`` of the words was enough, or ``all`` were required.
        with_all: number of articles with all words; None for a single word, or if signs say what is required.
        with_any: number of articles with any of the words, if all were required and no article has them all;
            else None.
    """

    match: Match
    with_all: int | None = None
    with_any: int | None = None


def which(match: Match | None, rule: Match) -> Match:
    """The given match rule, or the default.

    If articles are ranked, any of the words is enough: those with most of them come first, and nobody reads
    to the end. If articles are counted, or listed to the end, all words are required.

    Raises:
        InvalidArgument: if it is neither ``any`` nor ``all``.
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


def planned(
    query: str,
    searcher: Searcher,
    planner: Planner,
    ranking: Ranking,
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
    """Make the plan of a query and the arguments beside it; see :meth:`khabar.library.Index.search`."""
    read = plain
    if syntax:
        from khabar.query.parser import parse as read
    fields = asked_fields(since, until, source, author)
    if fields:
        check_asked(fields, searcher, today or local_today(), planner.aliases)
    planned_query = planner.plan(
        read(query, limits, which(match, "any")),
        ranking,
        searcher,
        without=frozenset(map(fold, without)),
        fields=fields,
        today=today,
        limits=limits,
    )
    if not query.strip() and not planned_query.plan.clauses:
        # An empty query matches everything.
        return replace(planned_query, plan=Plan((FilterClause("index"),)))
    return planned_query


def tallied(
    query: str,
    searcher: Searcher,
    planner: Planner,
    planned_query: Planned,
    total: int,
    *,
    stories: Ints | None = None,
    **asked: Unpack[Asked],
) -> Tally:
    """Count the matches with all, and with any, of the words.

    Args:
        planned_query: the plan of the query.
        total: number of matching articles.
        stories: story number of each article, if stories are counted.
    """
    match = which(asked.get("match"), "any")
    several = planned_query.bare > 1 and not planned_query.signed

    def otherwise(other: Match) -> tuple[Planned, int]:
        asked["match"] = other
        plan = planned(query, searcher, planner, _RANKING, **asked)
        return plan, searcher.count(plan.plan, _RANKING, stories)

    if match == "all":
        with_any = otherwise("any")[1] if not total and planned_query.bare else 0
        return Tally("all", total if several else None, with_any or None)
    if not several or not total:
        return Tally("any")
    plan, with_all = otherwise("all")
    # The operands of an OR count as one item if all are required.
    return Tally("any", with_all if plan.bare > 1 else None)


def search(
    query: str,
    searcher: Searcher,
    planner: Planner,
    ranking: Ranking,
    *,
    limit: int,
    offset: int = 0,
    width: int = 200,
    explained: bool = False,
    sort: Sort = "relevance",
    stories: Ints | None = None,
    paragraphs: bool = False,
    **asked: Unpack[Asked],
) -> Results:
    """Search with a searcher; see :meth:`khabar.library.Index.search`.

    Args:
        stories: story number of each article; articles with the same number are one hit.
        paragraphs: whether every paragraph is a hit of its own.
    """
    began = time.perf_counter()
    planned_query = planned(query, searcher, planner, ranking, **asked)
    if not planned_query.plan.leaves and sort == "relevance":
        # Without words to find, no article is better than another.
        sort = "newest"
    searcher = searcher.recalled(planned_query.plan)
    marked = (
        vocalised(planned_query.plan, planned_query.words)
        if sort == "relevance" and limit and offset < REACH
        else ()
    )
    rerank = _agreeing(marked, searcher) if marked else None
    if paragraphs:
        found = searcher.paragraphs(
            planned_query.plan, ranking, limit=limit, offset=offset, sort=sort, rerank=rerank
        )
    else:
        found = searcher.search(
            planned_query.plan,
            ranking,
            limit=limit,
            offset=offset,
            sort=sort,
            stories=stories,
            rerank=rerank,
        )
    matcher = Matcher(planned_query.plan, planned_query.words)
    analyzer = planner.analyzer
    hits = []
    for rank, match in enumerate(found.matches, offset + 1):
        hit = _hit(rank, match, matcher, analyzer, found.idf, width)
        if explained:
            shares = explain(planned_query.plan, planned_query.words, match.shares, match.article, analyzer)
            hit = replace(hit, explanation=shares)
        if stories is not None:
            hit = replace(hit, story=_story(match, stories, searcher, analyzer))
        hits.append(hit)
    # The number of paragraphs under the other rule would need another search.
    tally = (
        Tally(which(asked.get("match"), "any"))
        if paragraphs
        else tallied(query, searcher, planner, planned_query, found.total, stories=stories, **asked)
    )
    took = (time.perf_counter() - began) * 1000
    group: Group = "none" if paragraphs else "article" if stories is None else "story"
    return Results(query, found.total, round(took, 2), tuple(hits), planned_query.problems, group, (), *tally)


def _agreeing(marked: Sequence[Vocalised], searcher: Searcher) -> Rerank:
    """Rank the best matches again by their agreement with a typed vocalisation."""
    return Rerank(
        REACH,
        tuple(each.leaf for each in marked),
        AGREES,
        lambda article: agreement(marked, searcher.derived(marked_words, article)),
    )


def _hit(
    rank: int, match: Found, matcher: Matcher, analyzer: Analyzer, idf: tuple[float, ...], width: int
) -> Hit:
    article = match.article

    def marks(text: str, title: bool) -> list[Highlight]:
        tokens = analyzer.tokens(text, matcher.terms)
        return matcher.find(tokens, title=title, text=text, published=article.published)

    title = marks(article.title, True)
    number = match.number
    if not idf and article.paragraphs:
        # Without words to find, no paragraph is better than another: the first says what the article is
        # about.
        number = 1
    text = article.paragraphs[number - 1] if number else article.title
    snippet = make_snippet(text, marks(text, False) if number else title, idf, width)
    paragraph = Paragraph(article.id, number, text)
    return Hit(
        rank, match.score, article, paragraph, snippet, tuple(title), match.more, recency=match.recency
    )


def _story(match: Found, stories: Ints, searcher: Searcher, analyzer: Analyzer) -> Story | None:
    """The story of a hit, if other articles report it too."""
    same = np.flatnonzero((stories == stories[match.place]) & searcher.columns.alive).tolist()
    if len(same) < 2:
        return None
    from khabar.stories.story import make_story

    return make_story(map(searcher.reader.stored, same), analyzer)
