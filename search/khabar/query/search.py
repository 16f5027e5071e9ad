"""A search from the query text to the hits: parses, plans, retrieves, highlights and makes snippets."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Paragraph
from khabar.highlight.matcher import Highlight, Matcher
from khabar.highlight.snippet import make_snippet
from khabar.index.engine import Inexact
from khabar.index.engine import Match as Found
from khabar.index.ranking import Ranking
from khabar.query.explain import explain, words_together
from khabar.query.planner import Planned
from khabar.query.results import Group, Hit, MeaningUsed, Results
from khabar.query.snapshot import Asked, Snapshot, Tally, which
from khabar.query.tree import Problem
from khabar.query.vocalisation import AGREES, REACH, Vocalised, agreement, marked_words, vocalised
from khabar.ranking.answers import Answers, Sort
from khabar.ranking.rerank import Rerank

if TYPE_CHECKING:
    from khabar.index import engine
    from khabar.index.plan import Plan
    from khabar.query.by_meaning import ByMeaning, Means
    from khabar.query.results import Closeness
    from khabar.stories.story import Story

__all__ = ["hits_of", "search"]

#: The message for each way in which an answer is not exact.
_INEXACT: dict[Inexact, str] = {
    "paragraphs-cut": (
        "too many articles match to look at all their paragraphs: only those of the first articles are "
        "ranked and counted; narrow the query"
    ),
    "stories-estimated": (
        "too many articles match to count their stories one by one: the number of stories is an estimate"
    ),
    "stories-by-date": (
        "too many articles match to find the best one of each story: by date, its first one represents it"
    ),
}


def search(
    snapshot: Snapshot,
    query: str,
    ranking: Ranking,
    *,
    limit: int,
    offset: int = 0,
    width: int = 200,
    explained: bool = False,
    sort: Sort = "relevance",
    by_story: bool = False,
    paragraphs: bool = False,
    means: Means | None = None,
    **asked: Unpack[Asked],
) -> Results:
    """Search a commit; see :meth:`khabar.Index.search`.

    Args:
        by_story: whether the articles of one story are one hit.
        paragraphs: whether every paragraph is a hit of its own.
        means: what is needed to rank by meaning as well; None to rank by the words alone.
    """
    began = time.perf_counter()
    planned = snapshot.plan(query, ranking, **asked)
    problems = list(planned.problems)
    meaning = None
    if means is not None and limit and query.strip():
        from khabar.query.by_meaning import problem_of

        if sort != "relevance":
            problems.append(problem_of("meaning-by-date"))
        elif planned.plan.leaves:
            plan_for_also = None if offset else planned.plan
            meaning = _meaning(snapshot, query, means, ranking.meaning, asked, plan_for_also)
        if meaning is None and sort == "relevance":
            problems.append(problem_of("meaning-no-words"))
    if not planned.plan.leaves and sort == "relevance":
        # Without words to find, no article is better than another.
        sort = "newest"
    answers = snapshot.answers
    marked = (
        vocalised(planned.plan, planned.words) if sort == "relevance" and limit and offset < REACH else ()
    )
    rerank = _agreeing(marked) if marked else None
    with_all = None if by_story or paragraphs else snapshot.with_all(query, planned, ranking, **asked)

    def found_from(offset: int, limit: int) -> engine.Found:
        if paragraphs:
            return answers.paragraphs(
                planned.plan, ranking, limit=limit, offset=offset, sort=sort, rerank=rerank
            )
        return answers.search(
            planned.plan,
            ranking,
            limit=limit,
            offset=offset,
            sort=sort,
            by_story=by_story,
            rerank=rerank,
            beside=with_all.plan if with_all else None,
        )

    closeness: Sequence[Closeness | None] = ()
    if meaning is not None and offset < meaning.reach:
        found = found_from(0, max(meaning.reach, offset + limit))
        matches, closeness = _in_order(meaning, found.matches, offset, limit, paragraphs)
        found = replace(found, matches=matches)
    else:
        found = found_from(offset, limit)
        if meaning is not None:
            # The hits after them are ranked by words alone, whatever is reported about meaning.
            meaning.settle()
    matcher = Matcher(planned.plan, planned.words)
    analyzer = snapshot.planner.analyzer
    hits: list[Hit] = []
    for rank, match in enumerate(found.matches, offset + 1):
        hit = _hit(rank, match, matcher, analyzer, found.idf, width)
        close = closeness[rank - 1 - offset] if closeness else None
        if close is not None:
            hit = replace(hit, meaning=close)
        if explained:
            words = 1 - close.share if close is not None else 1.0
            hit = replace(
                hit,
                explanation=explain(planned.plan, planned.words, match, analyzer, words),
                together=words_together(planned.words, match, words),
            )
        if by_story:
            hit = replace(hit, story=_story(match, answers, analyzer))
        hits.append(hit)
    hits = _of_archives(hits, found.matches, answers)
    # The number of paragraphs under the other rule would need another search.
    tally = (
        Tally(which(asked.get("match"), "any"))
        if paragraphs
        else snapshot.tally(
            query,
            planned,
            found.total,
            ranking,
            by_story=by_story,
            with_all=with_all,
            counted=found.beside,
            **asked,
        )
    )
    problems += (Problem(0, 0, code, _INEXACT[code]) for code in found.inexact)
    if not found.total:
        problems += snapshot.outside(query, **asked)
    also: Sequence[Hit] = ()
    used = None
    if meaning is not None:
        also = _also_in(meaning.also(answers, width), answers)
        problems += meaning.problems
        used = meaning.used
    elif means is not None:
        used = MeaningUsed(False)
    took = (time.perf_counter() - began) * 1000
    group: Group = "none" if paragraphs else "story" if by_story else "article"
    return Results(
        query,
        found.total,
        round(took, 2),
        tuple(hits),
        tuple(problems),
        group,
        (),
        *tally,
        used,
        tuple(also),
    )


def _meaning(
    snapshot: Snapshot, query: str, means: Means, weight: float, asked: Asked, plan_for_also: Plan | None
) -> ByMeaning | None:
    """Start to compute the vector of a query; None if the query has no text to compare.

    Args:
        plan_for_also: the plan, if articles that are close but have none of its words are wanted, too.
    """
    from khabar.meaning.parts import parts_of
    from khabar.query.by_meaning import ByMeaning
    from khabar.query.model_input import text_of

    tree = snapshot.parsed(query, asked.get("syntax", True), asked.get("limits"), "any")
    parts = parts_of(text_of(tree))
    if not parts:
        return None
    for_also = None if plan_for_also is None else (plan_for_also, snapshot.answers)
    return ByMeaning(means, snapshot.vectors, parts[0], weight, for_also)


def _in_order(
    meaning: ByMeaning, matches: Sequence[Found], offset: int, limit: int, paragraphs: bool
) -> tuple[tuple[Found, ...], Sequence[Closeness | None]]:
    """A page of matches ordered by words and meaning, with the closeness of each."""
    closeness: Sequence[Closeness | None] = ()
    if meaning.settle():
        matches, closeness = meaning.ranked(matches, by_passage=paragraphs)
    return tuple(matches[offset : offset + limit]), closeness[offset : offset + limit]


def hits_of(
    snapshot: Snapshot, matches: Sequence[Found], planned: Planned, idf: tuple[float, ...], width: int
) -> list[Hit]:
    """Matches of a plan as hits with their snippets, from rank 1."""
    matcher = Matcher(planned.plan, planned.words)
    analyzer = snapshot.planner.analyzer
    hits = [_hit(rank, match, matcher, analyzer, idf, width) for rank, match in enumerate(matches, 1)]
    return _of_archives(hits, matches, snapshot.answers)


def _agreeing(marked: Sequence[Vocalised]) -> Rerank:
    """Rank the best matches again by their agreement with a typed vocalisation."""
    return Rerank(
        REACH,
        tuple(word.leaf for word in marked),
        AGREES,
        marked_words,
        lambda words: agreement(marked, words),
    )


def _hit(
    rank: int, match: Found, matcher: Matcher, analyzer: Analyzer, idf: tuple[float, ...], width: int
) -> Hit:
    article = match.article

    def marks(text: str, title: bool) -> list[Highlight]:
        tokens = analyzer.tokens(text, matcher.terms)
        return matcher.find(tokens, title=title, text=text, published=article.stated_published)

    title = marks(article.title, True)
    number = match.number
    if not idf and article.paragraphs:
        # Without words to find, no paragraph is better than another; the first says what it is about.
        number = 1
    text = article.paragraphs[number - 1] if number else article.title
    snippet = make_snippet(text, marks(text, False) if number else title, idf, width)
    paragraph = Paragraph(article.id, number, text, article.page(number))
    return Hit(
        rank, match.score, article, paragraph, snippet, tuple(title), match.more, recency=match.recency
    )


def _of_archives(hits: list[Hit], matches: Sequence[Found], answers: Answers) -> list[Hit]:
    """The hits with the archives that have them, if several are open."""
    if not answers.archives:
        return hits
    having = answers.having([hit.article for hit in hits])
    return [
        _of_archive(hit, answers.archive_of(match), names)
        for hit, match, names in zip(hits, matches, having, strict=True)
    ]


def _of_archive(hit: Hit, archive: str, having: Sequence[str]) -> Hit:
    """A hit with its archive, and the others that have the same article."""
    return replace(hit, archive=archive, also_in=tuple(name for name in having if name != archive))


def _also_in(hits: Sequence[Hit], answers: Answers) -> Sequence[Hit]:
    """The hits, each with the other archives that have its article."""
    having = answers.having([hit.article for hit in hits])
    return [_of_archive(hit, hit.archive, names) for hit, names in zip(hits, having, strict=True)]


def _story(match: Found, answers: Answers, analyzer: Analyzer) -> Story | None:
    """The story of a hit, if other articles report it too."""
    same = answers.story(match)
    if len(same) < 2:
        return None
    from khabar.stories.story import Story, make_story, with_archives

    tellings = make_story(same, analyzer).tellings
    return Story(with_archives(tellings, answers, answers.archive_of(match)))
