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
from functools import cached_property, lru_cache, partial, reduce
from typing import Any, NamedTuple

import msgspec
import numpy as np

from khabar.corpus.article import Article
from khabar.index import bm25
from khabar.index.columns import Bools, Columns, Floats, Ints, distinct, firsts, values_at
from khabar.index.engine import Found, Match, Reader, Statistics, Together, Totals
from khabar.index.phrases import count_phrases
from khabar.index.plan import (
    Clause,
    FilterClause,
    GroupClause,
    Leaf,
    Occur,
    PhraseClause,
    Plan,
    may_have_several,
)
from khabar.index.ranking import Ranking
from khabar.index.records import UNDATED, moment_of
from khabar.ranking.accumulators import Accumulators
from khabar.ranking.answers import SORTS, Sort, Summary, summary_of
from khabar.ranking.nearness import Nearness, find_nearness, pairs_of
from khabar.ranking.preferences import Rerank, reranked
from khabar.ranking.term_scoring import Occurrences, TermScorer

__all__ = ["SORTS", "Searcher", "Selection", "Sort", "candidates_of", "weight_of"]


_DAY = 86_400
#: Only the constants that decide the forms of a word affect which articles match; the defaults serve for the
#: order of those that are listed to the end.
_RANKING = Ranking()
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


#: How many articles the second stage ranks: so many for each query by the number of its words, as a query of
#: many words has few articles with most of them, while those with two common names are many.
_CANDIDATES = 1000
_FEWEST, _MOST = 100, 500


def candidates_of(weights: Sequence[float]) -> int:
    """How many articles the second stage ranks for a plan; ``weights``: of its leaves."""
    words = sum(weight > 0 for weight in weights)
    return min(_MOST, max(_FEWEST, _CANDIDATES // max(1, words)))


def weight_of(leaf: Leaf, idf: float) -> float:
    """By what the scores of a leaf are multiplied."""
    return leaf.weight * idf * (len(leaf.words) if isinstance(leaf, PhraseClause) else 1)


class _Asked(NamedTuple):
    """A plan and what is known of it before anything is scored.

    Attributes:
        plan, ranking: what is asked, and how it is weighed.
        occurrences: for each leaf where it stands.
        weights: for each leaf by what its scores are multiplied.
        idf: for each leaf its idf.
        matching: for each article of the index whether it matches.
        accumulators: of the plan.
        recency: for each article of the index by what its score is multiplied; None without regard to age.
    """

    plan: Plan
    ranking: Ranking
    occurrences: list[Occurrences]
    weights: list[float]
    idf: tuple[float, ...]
    matching: Bools
    accumulators: Accumulators
    recency: Floats | None

    def among(self, articles: Ints) -> list[Occurrences]:
        """For each leaf where it stands in some articles, which are in order; nothing of one that adds
        nothing."""
        return [
            each.among(articles if weight else articles[:0])
            for each, weight in zip(self.occurrences, self.weights, strict=True)
        ]

    @property
    def candidates(self) -> int:
        """How many articles the second stage ranks."""
        return candidates_of(self.weights)


class _Ranked(NamedTuple):
    """Articles in order.

    Attributes:
        articles, scores: their numbers and scores.
        near: what stands together in them, with the articles as owners; None for nothing.
        candidates: the articles that the second stage ranked, in order of indexing.
    """

    articles: Ints
    scores: Floats
    near: Nearness | None
    candidates: Ints


class Searcher:
    """The :class:`~khabar.ranking.answers.Answers` of an index whose postings are at hand.

    Args:
        reader: one committed state of the index.
        stories: gives, for each article, a number that is equal for articles that report the same story.
            Called once, when stories are asked for; None for an index that knows of none.
    """

    def __init__(self, reader: Reader, stories: Callable[[], Ints] | None = None) -> None:
        self.reader = reader
        self._scorer = TermScorer(reader)
        self._read_stories = stories
        self._last_matching: tuple[Plan | None, Ints] = None, np.empty(0, np.int64)
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
        wanted = self.columns.alive
        if sources is not None:
            codes, names = self.reader.labels("source")
            wanted = wanted & np.array([name in sources for name in names], bool)[codes]
        for number in np.flatnonzero(wanted).tolist():
            yield self.reader.stored(number)

    def names(self, field: str) -> Sequence[str]:
        """Every name that an article has in a field."""
        return list(self._counted(self.columns.alive, field))

    def kept(self) -> Sequence[str]:
        """The names of the fields that were kept of records."""
        return sorted(self.reader.kept())

    # words

    def occurrences(self, term: str) -> tuple[int, int]:
        """In how many passages a term stands, and how often in all; ``(0, 0)`` for one that no article
        has."""
        passages, counts, _ = self._scorer.live(*self.reader.postings([term]))
        return len(passages), int(counts.sum())

    def phrase_occurrences(self, phrase: PhraseClause) -> tuple[int, int]:
        """In how many passages a phrase stands, and how often in all."""
        passages, counts = self._scorer.phrase(phrase)
        return len(passages), int(counts.sum())

    def frequencies(self, terms: Sequence[str]) -> Sequence[int]:
        """In how many passages each of some terms stands."""
        _, _, which = self._scorer.live(*self.reader.postings(terms))
        counts: list[int] = np.bincount(which, minlength=len(terms)).tolist()
        return counts

    def article_frequencies(self, groups: Sequence[Sequence[str]]) -> Sequence[int]:
        """In how many articles any term of each of some groups stands."""
        owners = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        passages, _, which = self._scorer.live(
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
        """In how many articles a phrase stands."""
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
        """For each of some terms the texts of the first few passages in which it stands, in the order of
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
        reach = last if rerank is None else max(last, rerank.reach)
        asked = self._asked(plan, ranking)
        # Of each story the best match counts, whatever the order.
        ranked = self._ranked(asked, *(("relevance", None) if by_story else (sort, reach)))
        articles, scores, total = ranked.articles, ranked.scores, int(asked.matching.sum())
        if by_story:
            first = self._first_of_stories(articles)
            total = len(first)
            articles, scores = articles[first], scores[first]
            if sort != "relevance":
                order = self._order(articles, scores, sort, reach)
                articles, scores = articles[order], scores[order]
        if rerank is not None:
            self.reader.fetch(articles[: rerank.reach])
            order, scores = reranked(
                rerank, plan, asked.accumulators, articles, scores, last, self._factor(rerank)
            )
            articles = articles[order]
        matches = self._matches(articles[offset:last], scores[offset:last], asked, ranked)
        return Found(total, tuple(matches), asked.idf)

    def listed(
        self, plan: Plan, ranking: Ranking, articles: Ints, sort: Sort, scores: Floats | None = None
    ) -> tuple[Match, ...]:
        """Some matching articles as they stand behind the candidates.

        Args:
            plan, ranking, sort: what was asked.
            articles: their numbers, in an order that is known.
            scores: of each its score, if that is known too.
        """
        asked = self._asked(plan, ranking)
        if sort == "relevance":
            asked.accumulators.best(self._scorer, asked.occurrences, asked.weights, asked.matching, None)
            own = ranking.article * asked.accumulators.article_scores[articles]
            known = articles[:0]
        else:
            known = np.sort(articles)
            places = np.searchsorted(known, articles)
            own = asked.accumulators.score(self._scorer, asked.among(known), asked.weights, known)[places]
        if asked.recency is not None:
            own *= asked.recency[articles]
        matches = self._matches(articles, own, asked, _Ranked(articles, own, None, known))
        if scores is None:
            return tuple(matches)
        return tuple(_scored_as(match, score) for match, score in zip(matches, scores.tolist(), strict=True))

    def select(
        self, plan: Plan, ranking: Ranking, *, sort: Sort = "relevance", limit: int | None = None
    ) -> Selection:
        """The articles that match, all or so many of the first, without their texts."""
        if not self.columns.total_articles:
            return Selection(np.empty(0, np.int64), np.empty(0))
        ranked = self._ranked(self._asked(plan, ranking), sort, limit)
        return Selection(ranked.articles[:limit], ranked.scores[:limit])

    def matching(
        self, plan: Plan, *, sort: Sort = "relevance", limit: int | None = None, by_story: bool = False
    ) -> Iterator[Article]:
        """The articles that match, all or so many of the first; of each story the best one, if asked."""
        articles = self.select(plan, _RANKING, sort=sort, limit=None if by_story else limit).articles
        if by_story:
            articles = articles[self._first_of_stories(articles)][:limit]
        for number in articles.tolist():
            yield self.reader.stored(number)

    def count(self, plan: Plan, *, by_story: bool = False) -> int:
        """How many articles match, or how many stories they tell; nothing is scored for it."""
        matching = self._matching_articles(plan)
        return len(np.unique(self.stories[matching])) if by_story else len(matching)

    def fingerprints(self, plan: Plan) -> Ints:
        """Of each matching article the first 64 bits of its fingerprint."""
        if not self.columns.total_articles:
            return np.empty(0, np.uint64)
        occurrences = self._scorer.occurrences(plan.leaves)
        matching = self._matching(plan.clauses, iter(occurrences)) & self.columns.alive
        return distinct(self.columns.fingerprints[matching])

    def counts(self, plan: Plan, field: str) -> Mapping[str, int]:
        """How many of the matching articles have each name in a field, "" for none."""
        among = np.zeros(len(self.columns.alive), bool)
        among[self._matching_articles(plan)] = True
        return self._counted(among, field)

    def _counted(self, among: Bools, field: str) -> dict[str, int]:
        """How many of some articles have each name in a field, "" for none."""
        if not may_have_several(field):
            codes, names = self.reader.labels(field)
            counts = np.bincount(codes[among], minlength=len(names))
            return {names[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
        marks = self.reader.marks(field)
        counts = np.bincount(marks.codes[among[marks.articles]], minlength=len(marks.names))
        found = {marks.names[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
        without = int((among & ~_marked(marks.articles, len(among))).sum())
        return {"": without, **found} if without else found

    def days(self, plan: Plan) -> tuple[Mapping[int, int], int]:
        """How many of the matching articles are of each day, and how many have no date."""
        days = self.columns.days[self._matching_articles(plan)]
        dated = days[days != UNDATED]
        found, counts = np.unique(dated, return_counts=True)
        return dict(zip(found.tolist(), counts.tolist(), strict=True)), len(days) - len(dated)

    def summaries(self, plans: Sequence[Plan], ranking: Ranking, *, limit: int | None) -> Iterator[Summary]:
        """What there is of each of some plans, looked up together."""
        self._scorer.prepare(
            [leaf for plan in plans for leaf in plan.leaves if isinstance(leaf, PhraseClause)]
        )
        for plan in plans:
            yield summary_of(self, plan, ranking, limit)

    def _matching_articles(self, plan: Plan) -> Ints:
        """The articles that match, in the order of indexing; nothing is scored for it."""
        if not self.columns.total_articles:
            return np.empty(0, np.int64)
        # Counts by source, author and month are of one plan.
        last, articles = self._last_matching
        if last is not plan:
            occurrences = self._scorer.occurrences(plan.leaves)
            articles = np.flatnonzero(self._matching(plan.clauses, iter(occurrences)) & self.columns.alive)
            self._last_matching = plan, articles
        return articles

    def _first_of_stories(self, articles: Ints) -> Ints:
        """The places of the articles that are the first of their story, in order."""
        _, first = np.unique(self.stories[articles], return_index=True)
        first.sort()
        return first

    def _factor(self, rerank: Rerank) -> Callable[[int], float]:
        """The factor of an article, by its number."""
        return lambda article: rerank.factor(self._derived(rerank.of, article))

    def _asked(self, plan: Plan, ranking: Ranking) -> _Asked:
        columns = self.columns
        occurrences = self._scorer.occurrences(plan.leaves)
        idf, weights = [], []
        for leaf, shown, each in zip(plan.leaves, plan.shown, occurrences, strict=True):
            # In the whole index: among candidates it may be nowhere.
            known = shown and (each.frequency > 0 or len(each.passages) > 0)
            idf.append(bm25.idf(each.frequency, self.reader.totals.passages) if known else 0.0)
            weights.append(weight_of(leaf, idf[-1]))
        matching = self._matching(plan.clauses, iter(occurrences))
        matching &= columns.alive
        return _Asked(
            plan,
            ranking,
            occurrences,
            weights,
            tuple(idf),
            matching,
            Accumulators(columns, ranking, len(occurrences)),
            self._recency(ranking.half_life) if ranking.half_life else None,
        )

    def _ranked(self, asked: _Asked, sort: Sort, number: int | None) -> _Ranked:
        """The matching articles in order; with ``number``, so many of the first."""
        if sort != "relevance":
            return self._by_moment(asked, sort, number)
        depth = asked.candidates
        # With regard to age, the words alone do not say which articles can be among the best.
        reach = None if number is None or asked.recency is not None else max(number, depth)
        accumulators, factor = asked.accumulators, asked.ranking.article
        articles = accumulators.best(self._scorer, asked.occurrences, asked.weights, asked.matching, reach)
        scores = accumulators.article_scores[articles]
        if asked.recency is not None:
            scores *= asked.recency[articles]
        order = self._order(articles, scores, sort, len(articles) if number is None else max(number, depth))
        articles, scores = articles[order], factor * scores[order]
        candidates = np.sort(articles[:depth])
        occurrences = asked.among(candidates)
        near = find_nearness(self.reader, asked.ranking, asked.plan, occurrences, asked.weights)
        best = accumulators.score(self._scorer, occurrences, asked.weights, candidates)
        if near is not None:
            best += near.added(candidates)
        if asked.recency is not None:
            best *= asked.recency[candidates]
        order = self._order(candidates, best, sort, depth)
        articles = np.append(candidates[order], articles[depth:])
        scores = np.append(best[order], scores[depth:])
        return _Ranked(articles[:number], scores[:number], near, candidates)

    def _by_moment(self, asked: _Asked, sort: Sort, number: int | None) -> _Ranked:
        """The matching articles by date. Scores only decide between those of the same moment: what stands
        together is not looked at."""
        articles = np.flatnonzero(asked.matching)
        if number and number < len(articles):
            values = self._by_date(articles, sort)
            articles = articles[values <= np.partition(values, number - 1)[number - 1]]
        scores = asked.accumulators.score(self._scorer, asked.among(articles), asked.weights, articles)
        if asked.recency is not None:
            scores *= asked.recency[articles]
        order = self._order(articles, scores, sort, len(articles) if number is None else number)
        return _Ranked(articles[order], scores[order], None, articles)

    def _matching(self, clauses: Sequence[Clause], occurrences: Iterator[Occurrences]) -> Bools:
        """Which articles match some clauses together; ``occurrences`` are those of their leaves, in order."""
        columns = self.columns
        matching = np.ones(len(columns.alive), bool)
        optional: list[Bools] = []
        needed = limited = False
        # Addresses are not kept as a column: the articles that are left by then are read.
        for clause in sorted(
            clauses, key=lambda each: isinstance(each, FilterClause) and each.field == "url"
        ):
            if isinstance(clause, FilterClause):
                has = self._filter(clause, matching)
            elif isinstance(clause, GroupClause):
                has = self._matching(clause.clauses, occurrences)
            else:
                has = np.zeros(len(columns.alive), bool)
                has[next(occurrences).matching_articles] = True
            if clause.occur is Occur.SHOULD:
                optional.append(has)
            elif clause.occur is Occur.MUST_NOT:
                matching &= ~has
            else:
                matching &= has
                limited = True
                needed |= not isinstance(clause, FilterClause)
        if optional and not needed:
            matching &= reduce(np.logical_or, optional)
        elif not limited:
            # Nothing was looked for, only ruled out.
            matching[:] = False
        return matching

    def _filter(self, clause: FilterClause, among: Bools) -> Bools:
        """The articles that a filter lets through."""
        columns = self.columns
        if clause.field == "index":
            return columns.alive
        if clause.field == "published":
            days = columns.days
            has: Bools = days != UNDATED
            if clause.first is not None:
                has &= days >= clause.first
            if clause.last is not None:
                has &= days <= clause.last
            return has
        if clause.field == "url":
            has = np.zeros(len(among), bool)
            for article in np.flatnonzero(among & columns.alive).tolist():
                url = self.reader.stored(article).url.casefold()
                has[article] = any(value.casefold() in url for value in clause.values)
            return has
        values = frozenset(clause.values)
        if may_have_several(clause.field):
            marks = self.reader.marks(clause.field)
            chosen = np.array([name in values for name in marks.names], bool)
            has = _marked(marks.articles[chosen[marks.codes]], len(among))
            return has | ~_marked(marks.articles, len(among)) if "" in values else has
        codes, names = self.reader.labels(clause.field)
        chosen = np.array([name in values for name in names], bool)
        return chosen[codes] if len(names) else np.zeros(len(among), bool)

    def _order(self, articles: Ints, scores: Floats, sort: Sort, number: int) -> Ints:
        """The places of the first few articles in an order; equal ones in order of indexing."""
        values = -scores if sort == "relevance" else self._by_date(articles, sort)
        number = min(number, len(articles))
        near = np.arange(len(articles))
        if 0 < number < len(articles):
            # All that tie with the last one take part.
            near = np.flatnonzero(values <= np.partition(values, number - 1)[number - 1])
        # With dates, scores decide between articles of the same moment.
        keys = (values[near],) if sort == "relevance" else (-scores[near], values[near])
        return near[np.lexsort((articles[near], *keys))][:number]

    def _by_date(self, articles: Ints, sort: Sort) -> Ints:
        """What puts articles into an order of date; those without one come last, either way."""
        published = self.columns.published[articles]
        values = published if sort == "oldest" else -published
        return np.where(published == UNDATED, np.iinfo(np.int64).max, values)

    def _recency(self, half_life: float) -> Floats:
        """What each article's score is multiplied by: half for each half-life that it is older than the
        newest one."""
        published = self.columns.published
        dated = (published != UNDATED) & self.columns.alive
        factors = np.full(len(published), 0.5)
        factors[dated] = 0.5 ** ((self.reader.newest - published[dated]) / (half_life * _DAY))
        return factors

    def _matches(self, articles: Ints, scores: Floats, asked: _Asked, ranked: _Ranked) -> Iterator[Match]:
        """The chosen articles, each with its best passage and what made its score."""
        accumulators, recency = asked.accumulators, asked.recency
        behind = ~np.isin(articles, ranked.candidates)
        if behind.any():
            page = np.sort(articles)
            accumulators.score(self._scorer, asked.among(page), asked.weights, page)
        heads = self.columns.heads[articles].tolist()
        passage_scores = [accumulators.passage_scores(article) for article in articles.tolist()]
        matching = accumulators.matching_passages(articles)
        bounds = np.searchsorted(matching, np.stack([heads, self.columns.ends[articles]], axis=-1)).tolist()
        best = [head + int(each.argmax()) for head, each in zip(heads, passage_scores, strict=True)]
        shares = self._shares(np.array(best, np.int64), articles, asked, ~behind)
        together = _together(articles, asked.plan, ranked.near)
        self.reader.fetch(articles)
        for place, article in enumerate(articles.tolist()):
            numbers = matching[slice(*bounds[place])] - heads[place]
            # A reader sees the title anyway: a paragraph is shown whenever one matches.
            numbers = numbers[numbers > 0]
            number = int(numbers[passage_scores[place][numbers].argmax()]) if len(numbers) else 0
            yield Match(
                self.reader.stored(article),
                number,
                float(scores[place]),
                max(0, len(numbers) - 1),
                tuple(shares[place]),
                1.0 if recency is None else float(recency[article]),
                article,
                together[place],
            )

    def _shares(
        self, passages: Ints, articles: Ints, asked: _Asked, inside: Bools | None = None
    ) -> list[list[float]]:
        """For each passage, and the article that it is of, what every leaf adds to the score; ``inside``: of
        each whether passages count."""
        columns, ranking, accumulators = self.columns, asked.ranking, asked.accumulators
        shares = np.zeros((len(passages), len(accumulators.parts)))
        heads = columns.heads[articles]
        # An article without paragraphs has no beginning.
        places = np.concatenate([passages, heads, np.where(columns.sizes[articles] > 1, heads + 1, -1)])
        for place, part in enumerate(accumulators.parts):
            if part is not None:
                term = part.term
                own, titles, leads = values_at(term.passages, term.passage_scores, places).reshape(3, -1)
                beside = own + ranking.title * titles + ranking.lead * leads
                if inside is not None:
                    beside *= inside
                shares[:, place] = part.weight * (
                    beside + ranking.article * values_at(term.articles, term.article_scores, articles)
                )
        result: list[list[float]] = shares.tolist()
        return result

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
        asked = self._asked(plan, ranking)
        accumulators, columns, recency = asked.accumulators, self.columns, asked.recency
        matching = np.flatnonzero(asked.matching)
        whole = accumulators.score(self._scorer, asked.among(matching), asked.weights, matching)
        passages, own, titles = accumulators.passages()
        in_title = np.zeros(len(passages), bool)
        in_title[titles] = True
        matched = in_title
        if any(plan.shown):
            matched = np.zeros(len(passages), bool)
            matched[np.searchsorted(passages, accumulators.matching_passages(matching))] = True
            inside = np.zeros(len(titles), np.int64)
            if len(titles):
                inside = np.add.reduceat(matched & ~in_title, titles, dtype=np.int64)
            # A title that matches beside a paragraph is no match of its own.
            matched[titles[inside > 0]] = False
        if len(titles):
            # The article's score, with the score of this passage in the place of its best one's.
            own = own + np.repeat(whole - np.maximum.reduceat(own, titles), columns.sizes[matching])
        passages, scores = passages[matched], own[matched]
        owners = columns.article_of[passages]
        if recency is not None:
            scores *= recency[owners]
        near = None
        if sort == "relevance":
            # As with articles, what stands together is looked for in the best.
            depth = asked.candidates
            first = self._order(passages, scores, sort, depth)
            first.sort()
            near = find_nearness(
                self.reader,
                ranking,
                plan,
                asked.among(distinct(owners[first])),
                asked.weights,
                by_passage=True,
            )
            if near is not None:
                near = near.of(passages[first])
                added = near.added(passages[first])
                scores[first] += added if recency is None else added * recency[owners[first]]
        keys = -scores if sort == "relevance" else self._by_date(owners, sort)
        last = offset + limit
        chosen = np.lexsort((passages, -scores, keys))
        if rerank is not None:
            self.reader.fetch(distinct(owners[chosen[: rerank.reach]]))
            places, best = reranked(
                rerank, plan, accumulators, owners[chosen], scores[chosen], last, self._factor(rerank)
            )
            chosen = chosen[places]
            scores[chosen] = best
        chosen = chosen[offset:last]
        shares = self._shares(passages[chosen], owners[chosen], asked)
        together = _together(passages[chosen], plan, near)
        self.reader.fetch(owners[chosen])
        return Found(
            len(passages),
            tuple(
                Match(
                    self.reader.stored(owner),
                    int(passage - columns.heads[owner]),
                    float(scores[place]),
                    0,
                    tuple(share),
                    1.0 if recency is None else float(recency[owner]),
                    owner,
                    standing,
                )
                for place, passage, owner, share, standing in zip(
                    chosen.tolist(),
                    passages[chosen].tolist(),
                    owners[chosen].tolist(),
                    shares,
                    together,
                    strict=True,
                )
            ),
            asked.idf,
        )


def _scored_as(match: Match, score: float) -> Match:
    """A match with another score, to which its words have added in the same proportion."""
    if not match.score:
        return match
    shares = tuple(share * score / match.score for share in match.shares)
    return msgspec.structs.replace(match, score=score, shares=shares)


def _together(owners: Ints, plan: Plan, near: Nearness | None) -> list[tuple[Together, ...]]:
    """What stands together in each of some articles or passages."""
    if near is None:
        return [()] * len(owners)
    pairs = pairs_of(plan)
    found: list[tuple[Together, ...]] = []
    for owner in owners.tolist():
        rows = range(*np.searchsorted(near.owners, [owner, owner + 1]).tolist())
        found.append(
            tuple(
                Together(
                    (pairs[near.pairs[row]].first, pairs[near.pairs[row]].second),
                    bool(near.adjacent[row]),
                    bool(near.whole[row]),
                    float(near.scores[row] + near.whole[row]),
                )
                for row in rows
            )
        )
    return found


def _marked(articles: Ints, size: int) -> Bools:
    """Of each of so many articles whether it is among some."""
    among = np.zeros(size, bool)
    among[articles] = True
    return among


def _derived(reader: Reader, of: Callable[[Article], Any], article: int) -> Any:
    return of(reader.stored(article))
