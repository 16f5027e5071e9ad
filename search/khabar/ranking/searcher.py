"""The searcher: answers plans with a reader's postings, term at a time with numpy, the same way for every
engine.

The formula is that of :class:`~khabar.index.ranking.Ranking`. The weighted occurrences of a clause's forms
are added up in each passage and each article, both are scored with BM25, and an article's score is its best
passage's, plus shares of the whole article's, of its title's and of its beginning's, plus what the words that
stand together add (:mod:`khabar.ranking.nearness`).

In order of relevance this is done in two stages. By the whole article's score alone the first finds so many
candidates that none is missed that could be among the first few pages. The second knows everything, of the
candidates; they come first. Behind them the others follow in the order of the first stage, with the score of
the whole article, which is never above that of a candidate: so each page begins where the one before it ends.
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
from khabar.index.columns import Bools, Columns, Floats, Ints, distinct, firsts
from khabar.index.engine import Found, Match, Reader, Statistics, Totals
from khabar.index.phrases import count_phrases
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
#: Only the constants that decide the forms of a word affect which articles match; the defaults serve for the
#: order of those that are listed to the end.
_RANKING = Ranking()
#: Bytes of rankings that are kept, with their plans: those of a thousand queries on 30,000 articles.
KEPT_RANKINGS = 128_000_000
#: Articles of which what was made of their texts is kept.
_KEPT = 8192


class Selection(msgspec.Struct, frozen=True):
    """All articles that match a plan.

    Attributes:
        articles: their numbers in the reader, in the order asked for.
        scores: of each its score.
    """

    articles: Ints
    scores: Floats


class Searcher:
    """The :class:`~khabar.ranking.answers.Answers` of an index whose postings are at hand.

    Args:
        reader: one committed state of the index.
        stories: gives, for each article, a number that is equal for articles that report the same story.
            Called once, when stories are asked for; None for an index that knows of none.
        everything: whether every article is known to match every plan that is asked.
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
        """The number of the commit that it shows."""
        return self.reader.generation

    @property
    def columns(self) -> Columns:
        """What is known of every passage and article."""
        return self.reader.columns

    @property
    def totals(self) -> Totals:
        """How much there is in the whole index."""
        return self.reader.totals

    def close(self) -> None:
        """Release the reader's files."""
        self.reader.close()

    # what there is

    @property
    def archives(self) -> Sequence[str]:
        """None: it is a single index."""
        return ()

    def archive_of(self, match: Match) -> str:
        """The archive that a match is of: none."""
        return ""

    def having(self, articles: Sequence[Article]) -> Sequence[Sequence[str]]:
        """The archives that have each of some articles: see :attr:`archives`."""
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
        """Every name that an article has in a field."""
        return list(self._counted(self.columns.alive, field))

    def kept(self) -> Sequence[str]:
        """The names of the fields that were kept of records."""
        return sorted(self.reader.kept())

    # words

    def occurrences(self, term: str) -> tuple[int, int]:
        """In how many passages a term occurs, and how often in all; ``(0, 0)`` for one that no article
        has."""
        passages, counts, _ = self._occurrences.live(*self.reader.postings([term]))
        return len(passages), int(counts.sum())

    def phrase_occurrences(self, phrase: PhraseClause) -> tuple[int, int]:
        """In how many passages a phrase occurs, and how often in all."""
        passages, counts = self._occurrences.phrase(phrase)
        return len(passages), int(counts.sum())

    def frequencies(self, terms: Sequence[str]) -> Sequence[int]:
        """The number of passages that contain each of some terms."""
        _, _, which = self._occurrences.live(*self.reader.postings(terms))
        counts: list[int] = np.bincount(which, minlength=len(terms)).tolist()
        return counts

    def article_frequencies(self, groups: Sequence[Sequence[str]]) -> Sequence[int]:
        """The number of articles that contain any term of each group."""
        owners = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        passages, _, which = self._occurrences.live(
            *self.reader.postings([term for group in groups for term in group])
        )
        articles = self.columns.article_of[np.asarray(passages, np.int64)].astype(np.int64)
        size = max(1, len(self.columns.alive))
        pairs = owners[np.asarray(which, np.int64)] * size + articles
        # Sorting is several times as fast as numpy's unique here.
        pairs.sort()
        counts: list[int] = np.bincount(pairs[firsts(pairs)] // size, minlength=len(groups)).tolist()
        return counts

    def phrase_articles(self, phrase: PhraseClause) -> int:
        """The number of articles that contain a phrase."""
        columns = self.columns
        found = columns.in_title.copy() if phrase.title else np.ones(columns.passages, bool)
        # Beginning with the rarest word would be faster still, but two or three lookups are fast enough.
        for terms in phrase.words:
            there = np.zeros(len(found), bool)
            there[np.asarray(self.reader.postings(terms).passages, np.int64)] = True
            found &= there
        passages, _ = count_phrases(self.reader, phrase, np.flatnonzero(found))
        holds = np.zeros(len(columns.alive), bool)
        holds[columns.article_of[np.asarray(passages, np.int64)]] = True
        return int((holds & columns.alive).sum())

    def passages_with(self, terms: Sequence[str], number: int) -> Sequence[Sequence[str]]:
        """For each of some terms the texts of the first few passages that contain it, in the order of
        indexing."""
        return [self._passages_with(term, number) for term in terms]

    def _passages_with(self, term: str, number: int) -> list[str]:
        columns = self.columns
        passages = np.asarray(self.reader.postings([term]).passages, np.int64)
        owners = columns.article_of[passages]
        some = np.flatnonzero(columns.alive[owners])[:number]
        found = []
        for passage, owner in zip(passages[some].tolist(), owners[some].tolist(), strict=True):
            article = self.reader.stored(owner)
            place = passage - int(columns.heads[owner])
            found.append(article.paragraphs[place - 1] if place else article.title)
        return found

    # stories

    @cached_property
    def stories(self) -> Ints:
        """For each article a number that is equal for articles that report the same story."""
        if self._read_stories is None:
            return np.arange(len(self.columns.alive))
        return self._read_stories()

    def story(self, match: Match) -> Sequence[Article]:
        """The articles of the story that a match belongs to, itself included, in the order of indexing."""
        same = np.flatnonzero((self.stories == self.stories[match.place]) & self.columns.alive).tolist()
        # Most matches are alone in their story, and stored articles take time to read.
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
        # By identity: to compare the forms of all words takes longer.
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
        """The best articles of a plan, at least up to a place."""
        asked = self._ranker.asked(plan, ranking)
        if not by_story:
            ranked = self._ranker.ranked(asked, sort, reach)
            return Best(int(asked.matching.sum()), asked, ranked)
        # Of each story the best match counts, whatever the order.
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
        """Some matching articles as they stand behind the candidates.

        Args:
            plan, ranking, sort: what was asked.
            articles: their numbers, in an order that is known.
            scores: of each its score, if that is known too.
        """
        asked = self._ranker.asked(plan, ranking)
        if sort == "relevance":
            asked.accumulators.best(
                self._ranker.scorer, asked.occurrences, asked.weights, asked.matching, None
            )
            own = ranking.article * asked.accumulators.article_scores[articles]
            known = articles[:0]
        else:
            known = np.sort(articles)
            places = np.searchsorted(known, articles)
            own = asked.accumulators.score(self._ranker.scorer, asked.among(known), asked.weights, known)[
                places
            ]
        if asked.recency is not None:
            own *= asked.recency[articles]
        matches = matches_of(
            self.reader, self._ranker.scorer, asked, Ranked(articles, own, None, known), articles, own
        )
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
        """How many articles match, or how many stories they tell; nothing is scored for it."""
        matching = self._matching.of(plan)
        return len(distinct(self.stories[matching])) if by_story else int(matching.sum())

    def fingerprints(self, plan: Plan) -> Ints:
        """Of each matching article the first 64 bits of its fingerprint."""
        if not self.columns.total_articles:
            return np.empty(0, np.uint64)
        return distinct(self.columns.fingerprints[self._matching.of(plan)])

    def counts(self, plan: Plan, field: str) -> Mapping[str, int]:
        """How many of the matching articles have each name in a field, "" for none."""
        return self._counted(self._matching.of(plan), field)

    def _counted(self, among: Bools, field: str) -> dict[str, int]:
        """How many of some articles have each name in a field, "" for none."""
        if not may_have_several(field):
            codes, names = self.reader.labels(field)
            counts = np.bincount(codes[among], minlength=len(names))
            return {names[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
        marks = self.reader.marks(field)
        counts = np.bincount(marks.codes[among[marks.articles]], minlength=len(marks.names))
        found = {marks.names[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
        without = int((among & ~marked(marks.articles, len(among))).sum())
        return {"": without, **found} if without else found

    def days(self, plan: Plan) -> tuple[Mapping[int, int], int]:
        """The number of matching articles per day, and of those without a date."""
        days = self.columns.days[self._matching.of(plan)]
        dated = days[days != UNDATED]
        found, counts = np.unique(dated, return_counts=True)
        return dict(zip(found.tolist(), counts.tolist(), strict=True)), len(days) - len(dated)

    def summaries(self, plans: Sequence[Plan], ranking: Ranking, *, limit: int | None) -> Iterator[Summary]:
        """The results of several plans, looked up together."""
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
