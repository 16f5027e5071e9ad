"""The searcher: answers plans from a reader's postings, term at a time with numpy, the same way for every
engine.

:class:`~khabar.index.ranking.Ranking` has the constants of the formula. The weighted occurrences of a
clause's forms are added up in each passage and each article, and both are scored with BM25. An article's
score is that of its best passage, plus shares of the scores of the whole article, of its title and of its
first paragraph, plus a score for words near each other (:mod:`khabar.ranking.nearness`).

The order of relevance is computed in two stages. The first ranks by the score of the whole article alone, and
finds enough candidates that none is missed that could be on the first few pages. The second computes the full
score of the candidates, which come first. The others follow in the order of the first stage, with the score
of the whole article, which is never above that of a candidate: so each page begins where the one before it
ends.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property, lru_cache, partial
from typing import Any

import msgspec
import numpy as np

from khabar.caching import Kept
from khabar.corpus.article import Article
from khabar.index.columns import Bools, Columns, Floats, Ints, distinct
from khabar.index.engine import Found, Match, Reader, Statistics, Totals
from khabar.index.plan import (
    PhraseClause,
    Plan,
    may_have_several,
)
from khabar.index.ranking import Ranking
from khabar.index.records import UNDATED, moment_of
from khabar.ranking.answers import SORTS, Sort, Summary, summary_of
from khabar.ranking.best import Best
from khabar.ranking.matches import matches_of, scored_as
from khabar.ranking.matching import Matching, marked
from khabar.ranking.occurrences import OccurrenceReader
from khabar.ranking.paragraphs import rank_paragraphs
from khabar.ranking.ranker import Ranked, Ranker
from khabar.ranking.rerank import Rerank, reranked

__all__ = ["SORTS", "Searcher", "Selection", "Sort"]


_DAY = 86_400
#: The ranking of listings. Which articles match depends only on constants that select the forms of a word.
_RANKING = Ranking()
#: The bytes of cached rankings with their plans: those of a thousand queries on 30,000 articles.
KEPT_RANKINGS = 128_000_000
#: The number of articles for which the results of :attr:`Rerank.of` are cached.
_KEPT = 8192


class Selection(msgspec.Struct, frozen=True):
    """All articles that match a plan.

    Attributes:
        articles: their numbers in the reader, in the requested order.
        scores: the score of each.
    """

    articles: Ints
    scores: Floats


class Searcher:
    """The :class:`~khabar.ranking.answers.Answers` of an index whose postings a reader provides.

    Args:
        reader: one committed state of the index.
        stories: gives, for each article, a number that is equal for articles that report the same story.
            Called once, when stories are needed; None for an index without stories.
        everything: whether every article is known to match every plan.
    """

    def __init__(
        self, reader: Reader, stories: Callable[[], Ints] | None = None, *, everything: bool = False
    ) -> None:
        self.reader = reader
        self._occurrences = OccurrenceReader(reader)
        self._matching = Matching(reader, self._occurrences, everything=everything)
        self._ranker = Ranker(reader, self._occurrences, self._matching)
        self._best: Kept[Best] = Kept(KEPT_RANKINGS)
        self._read_stories = stories
        # A cache of a function, not of a method: one that refers to its owner would keep the files open.
        self._derived = lru_cache(maxsize=_KEPT)(partial(_derived, reader))

    @property
    def generation(self) -> int:
        """The number of the commit."""
        return self.reader.generation

    @property
    def columns(self) -> Columns:
        """The columns of all passages and articles."""
        return self.reader.columns

    @property
    def totals(self) -> Totals:
        """The totals of the whole index."""
        return self.reader.totals

    def close(self) -> None:
        """Release the reader's files."""
        self.reader.close()

    # contents

    @property
    def archives(self) -> Sequence[str]:
        """None: it is a single index."""
        return ()

    def archive_of(self, match: Match) -> str:
        """None: it is a single index."""
        return ""

    def having(self, articles: Sequence[Article]) -> Sequence[Sequence[str]]:
        """None for each article: it is a single index."""
        return [()] * len(articles)

    def article(self, article_id: str, archive: str = "") -> Article | None:
        """An article by its id."""
        number = self.reader.number_of(article_id)
        return None if number is None else self.reader.stored(number)

    def articles(self, sources: Collection[str] | None = None) -> Iterator[Article]:
        """Every article, or those of some sources, in the order of indexing."""
        chosen = self.columns.alive
        if sources is not None:
            codes, names = self.reader.labels("source")
            chosen = chosen & np.array([name in sources for name in names], bool)[codes]
        for number in np.flatnonzero(chosen).tolist():
            yield self.reader.stored(number)

    def names(self, field: str) -> Sequence[str]:
        """The distinct names in a field."""
        return list(self._counted(self.columns.alive, field))

    def kept(self) -> Sequence[str]:
        """The names of the fields kept of records."""
        return sorted(self.reader.kept())

    # words

    def occurrences(self, term: str) -> tuple[int, int]:
        """The number of passages that contain a term, and of its occurrences."""
        found = self._occurrences.live(self.reader.postings([term]))
        return len(found.passages), int(found.counts.sum())

    def phrase_occurrences(self, phrase: PhraseClause) -> tuple[int, int]:
        """The number of passages that contain a phrase, and of its occurrences."""
        passages, counts = self._occurrences.phrase(phrase)
        return len(passages), int(counts.sum())

    def frequencies(self, terms: Sequence[str]) -> Sequence[int]:
        """The number of passages that contain each term."""
        counts: list[int] = self._occurrences.live(self.reader.postings(terms)).sizes.tolist()
        return counts

    def article_frequencies(self, groups: Sequence[Sequence[str]]) -> Sequence[int]:
        """The number of articles that contain any term of each group."""
        owners = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        found = self._occurrences.live(self.reader.postings([term for group in groups for term in group]))
        articles = self.columns.article_of[found.passages].astype(np.int64)
        size = max(1, len(self.columns.alive))
        pairs = np.repeat(owners, found.sizes) * size + articles
        counts: list[int] = np.bincount(distinct(pairs) // size, minlength=len(groups)).tolist()
        return counts

    def phrase_articles(self, phrase: PhraseClause) -> int:
        """The number of articles that contain a phrase."""
        passages, _ = self._occurrences.phrase(phrase)
        return len(distinct(self.columns.article_of[passages]))

    def passages_with(self, terms: Sequence[str], number: int) -> Sequence[Sequence[str]]:
        """The texts of the first few passages that contain each term, in the order of indexing."""
        return [self._passages_with(term, number) for term in terms]

    def _passages_with(self, term: str, count: int) -> list[str]:
        columns = self.columns
        passages = self.reader.postings([term]).passages
        owners = columns.article_of[passages]
        some = np.flatnonzero(columns.alive[owners])[:count]
        texts = []
        for passage, owner in zip(passages[some].tolist(), owners[some].tolist(), strict=True):
            article = self.reader.stored(owner)
            number = passage - int(columns.heads[owner])
            texts.append(article.paragraphs[number - 1] if number else article.title)
        return texts

    # stories

    @cached_property
    def stories(self) -> Ints:
        """For each article a number that is equal for articles that report the same story."""
        if self._read_stories is None:
            return np.arange(len(self.columns.alive))
        return self._read_stories()

    def story(self, match: Match) -> Sequence[Article]:
        """The articles of the story of a match, itself included, in the order of indexing."""
        same = np.flatnonzero((self.stories == self.stories[match.place]) & self.columns.alive).tolist()
        # Most matches are alone in their story, and reading stored articles takes time.
        return [self.reader.stored(number) for number in same] if len(same) > 1 else [match.article]

    def is_same_story(self, match: Match, article_id: str) -> bool:
        """Whether a match and an article of the index report the same story."""
        number = self.reader.number_of(article_id)
        return number is not None and bool(self.stories[match.place] == self.stories[number])

    def statistics(self) -> Statistics:
        """Counts, sources and date span."""
        columns = self.columns
        articles = columns.total_articles
        codes, names = self.reader.labels("source")
        counts = np.bincount(codes[columns.alive], minlength=len(names)).tolist()
        dated = np.flatnonzero(columns.alive & (columns.published != UNDATED))
        ordered = dated[np.argsort(columns.published[dated], kind="stable")].tolist()

        def moment(article: int) -> datetime:
            return moment_of(int(columns.published[article]), int(columns.offsets[article]))

        return Statistics(
            articles=articles,
            paragraphs=columns.total_passages - articles,
            sources={source: count for source, count in sorted(zip(names, counts, strict=True)) if count},
            first=moment(ordered[0]) if ordered else None,
            last=moment(ordered[-1]) if ordered else None,
            undated=articles - len(dated),
        )

    # plans

    def search(
        self,
        plan: Plan,
        ranking: Ranking,
        *,
        limit: int,
        offset: int = 0,
        sort: Sort = "relevance",
        by_story: bool = False,
        rerank: Rerank | None = None,
        beside: Plan | None = None,
    ) -> Found:
        """See :meth:`khabar.ranking.answers.Answers.search`."""
        if not self.columns.total_articles:
            return Found(0, (), (0.0,) * len(plan.leaves))
        last = offset + limit
        # By identity: comparing the forms of all words takes longer.
        key = id(plan), ranking, sort, by_story
        best = None if rerank else self._best.get(key)
        if best is None or not best.reaches(last):
            best = self._best_of(plan, ranking, max(last, rerank.reach if rerank else 0), sort, by_story)
            kept = best.scored()
            if rerank is None and kept.reaches(last):
                best.asked.accumulators.settle()
                self._best.put(key, kept, kept.size, plan)
        total, asked, ranked = best
        articles, scores = ranked.articles, ranked.scores
        if rerank is not None:
            self.reader.fetch(articles[: rerank.reach])
            order, scores = reranked(
                rerank, plan, asked.accumulators, articles, scores, last, self._factor(rerank)
            )
            articles = articles[order]
        page = articles[offset:last], scores[offset:last]
        return Found(
            total, tuple(matches_of(self.reader, self._ranker.scorer, asked, ranked, *page)), asked.idf
        )

    def _best_of(self, plan: Plan, ranking: Ranking, reach: int, sort: Sort, by_story: bool) -> Best:
        """Rank the articles of a plan, at least up to a place."""
        asked = self._ranker.asked(plan, ranking)
        if not by_story:
            ranked = self._ranker.ranked(asked, sort, reach)
            return Best(int(asked.matching.sum()), asked, ranked)
        # The best match of each story counts, whatever the sort order.
        ranked = self._ranker.ranked(asked, "relevance", None)
        first = self._first_of_stories(ranked.articles)
        articles, scores = ranked.articles[first], ranked.scores[first]
        if sort != "relevance":
            order = self._ranker.order(articles, scores, sort, reach)
            articles, scores = articles[order], scores[order]
        return Best(len(first), asked, ranked._replace(articles=articles, scores=scores))

    def listed(
        self, plan: Plan, ranking: Ranking, articles: Ints, sort: Sort, scores: Floats | None = None
    ) -> tuple[Match, ...]:
        """Report on some matching articles that are not candidates of the second stage.

        Args:
            plan, ranking, sort: as for :meth:`search`.
            articles: their numbers, in the final order.
            scores: the final score of each, if it is known.
        """
        asked = self._ranker.asked(plan, ranking)
        if sort == "relevance":
            asked.accumulators.best(
                self._ranker.scorer, asked.occurrences, asked.weights, asked.matching, None
            )
            computed = ranking.article * asked.accumulators.article_scores[articles]
            candidates = articles[:0]
        else:
            candidates = np.sort(articles)
            in_order = asked.accumulators.score(
                self._ranker.scorer, asked.among(candidates), asked.weights, candidates
            )
            computed = in_order[np.searchsorted(candidates, articles)]
        if asked.recency is not None:
            computed *= asked.recency[articles]
        ranked = Ranked(articles, computed, None, candidates)
        matches = matches_of(self.reader, self._ranker.scorer, asked, ranked, articles, computed)
        if scores is None:
            return tuple(matches)
        return tuple(scored_as(match, score) for match, score in zip(matches, scores.tolist(), strict=True))

    def paragraphs(
        self,
        plan: Plan,
        ranking: Ranking,
        *,
        limit: int,
        offset: int = 0,
        sort: Sort = "relevance",
        rerank: Rerank | None = None,
    ) -> Found:
        """See :meth:`khabar.ranking.answers.Answers.paragraphs`."""
        if not self.columns.total_articles:
            return Found(0, (), (0.0,) * len(plan.leaves))
        return rank_paragraphs(
            self.reader,
            self._ranker,
            plan,
            ranking,
            limit=limit,
            offset=offset,
            sort=sort,
            rerank=rerank,
            factor=self._factor(rerank) if rerank else lambda article: 1.0,
        )

    def select(
        self, plan: Plan, ranking: Ranking, *, sort: Sort = "relevance", limit: int | None = None
    ) -> Selection:
        """The matching articles, all or the first few, without their texts."""
        if not self.columns.total_articles:
            return Selection(np.empty(0, np.int64), np.empty(0))
        ranked = self._ranker.ranked(self._ranker.asked(plan, ranking), sort, limit)
        return Selection(ranked.articles[:limit], ranked.scores[:limit])

    def matching(
        self, plan: Plan, *, sort: Sort = "relevance", limit: int | None = None, by_story: bool = False
    ) -> Iterator[Article]:
        """The matching articles, all or the first few; only the best of each story, if requested."""
        articles = self.select(plan, _RANKING, sort=sort, limit=None if by_story else limit).articles
        if by_story:
            articles = articles[self._first_of_stories(articles)][:limit]
        for number in articles.tolist():
            yield self.reader.stored(number)

    def count(self, plan: Plan, *, by_story: bool = False) -> int:
        """The number of matching articles, or of their stories. Scores nothing."""
        matching = self._matching.of(plan)
        return len(distinct(self.stories[matching])) if by_story else int(matching.sum())

    def fingerprints(self, plan: Plan) -> Ints:
        """The distinct fingerprints of the matching articles (their first 64 bits), sorted."""
        if not self.columns.total_articles:
            return np.empty(0, np.uint64)
        return distinct(self.columns.fingerprints[self._matching.of(plan)])

    def counts(self, plan: Plan, field: str) -> Mapping[str, int]:
        """The number of matching articles for each name in a field, "" for none."""
        return self._counted(self._matching.of(plan), field)

    def _counted(self, among: Bools, field: str) -> dict[str, int]:
        """The number of some articles for each name in a field, "" for none."""
        if not may_have_several(field):
            codes, names = self.reader.labels(field)
            counts = np.bincount(codes[among], minlength=len(names))
            return {names[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
        marks = self.reader.marks(field)
        counts = np.bincount(marks.codes[among[marks.articles]], minlength=len(marks.names))
        named = {marks.names[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
        unnamed = int((among & ~marked(marks.articles, len(among))).sum())
        return {"": unnamed, **named} if unnamed else named

    def days(self, plan: Plan) -> tuple[Mapping[int, int], int]:
        """The number of matching articles for each day, and of those without a date."""
        days = self.columns.days[self._matching.of(plan)]
        dated = days[days != UNDATED]
        distinct_days, counts = np.unique(dated, return_counts=True)
        return dict(zip(distinct_days.tolist(), counts.tolist(), strict=True)), len(days) - len(dated)

    def summaries(self, plans: Sequence[Plan], ranking: Ranking, *, limit: int | None) -> Iterator[Summary]:
        """The summary of each of several plans, computed together."""
        self._occurrences.prepare(
            [leaf for plan in plans for leaf in plan.leaves if isinstance(leaf, PhraseClause)]
        )
        for plan in plans:
            yield summary_of(self, plan, ranking, limit)

    def _first_of_stories(self, articles: Ints) -> Ints:
        """The places of the articles that are the first of their story, in order."""
        _, first = np.unique(self.stories[articles], return_index=True)
        first.sort()
        return first

    def _factor(self, rerank: Rerank) -> Callable[[int], float]:
        """The factor of an article, by its number."""
        return lambda article: rerank.factor(self._derived(rerank.of, article))


def _derived(reader: Reader, of: Callable[[Article], Any], article: int) -> Any:
    return of(reader.stored(article))
