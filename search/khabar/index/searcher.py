"""The searcher: answers plans with a reader's postings, term at a time with numpy, the same way for every
engine.

The formula is that of :class:`~khabar.index.ranking.Ranking`. The weighted occurrences of a clause's forms
are added up in each passage and each article, both are scored with BM25, and an article's score is its best
passage's, plus a share of the whole article's and of its title's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache, partial, reduce
from typing import Any, Literal, NamedTuple, get_args

import msgspec
import numpy as np

from khabar.corpus.article import Article
from khabar.index import bm25
from khabar.index.accumulators import Accumulators
from khabar.index.columns import Bools, Columns, Floats, Ints, Labels, values_at
from khabar.index.engine import Found, Match, Reader, Statistics
from khabar.index.plan import (
    Clause,
    FilterClause,
    GroupClause,
    Occur,
    PhraseClause,
    Plan,
)
from khabar.index.ranking import Ranking
from khabar.index.records import UNDATED, moment_of
from khabar.index.rerank import Rerank, reranked
from khabar.index.term_scoring import Occurrences, TermScorer

__all__ = ["SORTS", "Searcher", "Selection", "Sort"]


#: In which order hits come: the best first, or by date of publication, those without one last.
Sort = Literal["relevance", "newest", "oldest"]
SORTS: tuple[Sort, ...] = get_args(Sort)

_DAY = 86_400
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


class _Scored(NamedTuple):
    """The scored articles of a plan.

    Attributes:
        accumulators: of the plan.
        articles: numbers of articles that match, in order of indexing: all, or all that can be among the
            first.
        scores: the score of each.
        total: number of articles that match.
        idf: for each leaf its idf.
        recency: for each article of the index by what its score was multiplied; None without regard to age.
    """

    accumulators: Accumulators
    articles: Ints
    scores: Floats
    total: int
    idf: tuple[float, ...]
    recency: Floats | None = None


class Searcher:
    """Answers plans on one committed state of an index. Safe to share between threads."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._scorer = TermScorer(reader)
        #: ``derived(of, article)``: what a function makes of an article, by its number; kept for the last few
        #: thousand.
        self.derived = lru_cache(maxsize=_KEPT)(partial(_derived, reader))

    @property
    def generation(self) -> int:
        """The number of the commit that it shows."""
        return self.reader.generation

    @property
    def columns(self) -> Columns:
        """What is known of every passage and article."""
        return self.reader.columns

    def close(self) -> None:
        """Release the reader's files."""
        self.reader.close()

    def recalled(self, plan: Plan) -> Searcher:
        """The searcher of what is enough to rank the answers to a plan: see
        :meth:`khabar.index.engine.Reader.recall`."""
        reader = self.reader.recall(plan)
        return self if reader is self.reader else Searcher(reader)

    # what there is

    def article(self, article_id: str) -> Article | None:
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

    def labels(self, field: str) -> Labels:
        """The ``source`` or ``author`` of every article."""
        return self.reader.labels(field)

    def occurrences(self, term: str) -> tuple[int, int]:
        """In how many passages a term stands, and how often in all; ``(0, 0)`` for one that no article
        has."""
        passages, counts, _ = self._scorer.live(*self.reader.postings([term]))
        return len(passages), int(counts.sum())

    def phrase_occurrences(self, phrase: PhraseClause) -> tuple[int, int]:
        """In how many passages a phrase stands, and how often in all."""
        passages, counts = self._scorer.phrase(phrase)
        return len(passages), int(counts.sum())

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

    # search

    def search(
        self,
        plan: Plan,
        ranking: Ranking,
        *,
        limit: int,
        offset: int = 0,
        sort: Sort = "relevance",
        stories: Ints | None = None,
        rerank: Rerank | None = None,
    ) -> Found:
        """The matches from place ``offset`` on, at most ``limit`` of them.

        Args:
            plan: what is asked.
            ranking: the constants.
            limit, offset: which part of the matches.
            sort: one of :data:`SORTS`.
            stories: of each article a number; of those with the same number only the best match counts.
            rerank: what else the best matches are put in order by; with the order of relevance alone.
        """
        if not self.columns.total_articles:
            return Found(0, (), (0.0,) * len(plan.leaves))
        last = offset + limit
        reach = last if rerank is None else max(last, rerank.reach)
        scored = self._score(plan, ranking, sort, reach if stories is None else None)
        articles, scores, total = scored.articles, scored.scores, scored.total
        if stories is not None:
            order = self._order(articles, scores, "relevance", len(articles))
            _, first = np.unique(stories[articles[order]], return_index=True)
            order = np.sort(order[first])
            articles, scores, total = articles[order], scores[order], len(order)
        order = self._order(articles, scores, sort, reach)
        articles, scores = articles[order], scores[order]
        if rerank is not None:
            order, scores = reranked(rerank, plan, scored.accumulators, articles, scores, last)
            articles = articles[order]
        matches = self._matches(articles[offset:last], scores[offset:last], scored, ranking)
        return Found(total, tuple(matches), scored.idf)

    def select(
        self, plan: Plan, ranking: Ranking, *, sort: Sort = "relevance", limit: int | None = None
    ) -> Selection:
        """The articles that match, all or so many of the first, without their texts."""
        if not self.columns.total_articles:
            return Selection(np.empty(0, np.int64), np.empty(0))
        scored = self._score(plan, ranking, sort, limit)
        articles, scores = scored.articles, scored.scores
        order = self._order(articles, scores, sort, len(articles) if limit is None else limit)
        return Selection(articles[order], scores[order])

    def count(self, plan: Plan, ranking: Ranking, stories: Ints | None = None) -> int:
        """How many articles match, or how many stories they tell; nothing is scored for it."""
        if not self.columns.total_articles:
            return 0
        occurrences = self._scorer.occurrences(plan.leaves)
        matching = self._matching(plan.clauses, iter(occurrences)) & self.columns.alive
        return len(np.unique(stories[matching])) if stories is not None else int(matching.sum())

    def _score(self, plan: Plan, ranking: Ranking, sort: Sort, number: int | None) -> _Scored:
        """The matching articles with their scores; with ``number``, only those that can be among the first of
        this number."""
        columns = self.columns
        occurrences = self._scorer.occurrences(plan.leaves)
        idf, weights = [], []
        for leaf, shown, each in zip(plan.leaves, plan.shown, occurrences, strict=True):
            known = shown and len(each.passages) > 0
            idf.append(bm25.idf(each.frequency, self.reader.totals.passages) if known else 0.0)
            words = len(leaf.words) if isinstance(leaf, PhraseClause) else 1
            weights.append(leaf.weight * idf[-1] * words)
        matching = self._matching(plan.clauses, iter(occurrences))
        matching &= columns.alive
        total = int(matching.sum())
        accumulators = Accumulators(columns, ranking, len(occurrences))
        if number and sort == "relevance" and not ranking.half_life:
            articles, scores = accumulators.best(self._scorer, occurrences, weights, matching, number)
            return _Scored(accumulators, articles, scores, total, tuple(idf))
        articles = np.flatnonzero(matching)
        among = None
        if number and sort != "relevance" and number < len(articles):
            # Scores only decide between articles of the same moment.
            values = self._by_date(articles, sort)
            articles = articles[values <= np.partition(values, number - 1)[number - 1]]
            among = articles
        accumulators.add_all(self._scorer, occurrences, weights, among)
        scores = accumulators.score(articles)
        recency = None
        if ranking.half_life:
            recency = self._recency(ranking.half_life)
            scores *= recency[articles]
        return _Scored(accumulators, articles, scores, total, tuple(idf), recency)

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
        codes, names = self.reader.labels(clause.field)
        values = frozenset(clause.values)
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
        if dated.any():
            newest = int(published[dated].max())
            factors[dated] = 0.5 ** ((newest - published[dated]) / (half_life * _DAY))
        return factors

    def _matches(self, articles: Ints, scores: Floats, scored: _Scored, ranking: Ranking) -> Iterator[Match]:
        """The chosen articles, each with its best passage and what every leaf adds to its score."""
        accumulators = scored.accumulators
        heads = self.columns.heads[articles].tolist()
        passage_scores = [accumulators.passage_scores(article) for article in articles.tolist()]
        matching = accumulators.matching_passages(articles)
        bounds = np.searchsorted(matching, np.stack([heads, self.columns.ends[articles]], axis=-1)).tolist()
        best = [head + int(each.argmax()) for head, each in zip(heads, passage_scores, strict=True)]
        shares = self._shares(np.array(best, np.int64), articles, accumulators, ranking)
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
                1.0 if scored.recency is None else float(scored.recency[article]),
                article,
            )

    def _shares(
        self, passages: Ints, articles: Ints, accumulators: Accumulators, ranking: Ranking
    ) -> list[list[float]]:
        """For each passage, and the article that it is of, what every leaf adds to the score."""
        shares = np.zeros((len(passages), len(accumulators.parts)))
        places = np.concatenate([passages, self.columns.heads[articles]])
        for place, part in enumerate(accumulators.parts):
            if part is not None:
                term = part.term
                passage_scores, of_titles = values_at(term.passages, term.passage_scores, places).reshape(
                    2, -1
                )
                article_scores = values_at(term.articles, term.article_scores, articles)
                shares[:, place] = part.weight * (
                    passage_scores + ranking.article * article_scores + ranking.title * of_titles
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
        """As :meth:`search`, but every paragraph that matches is a match of its own, scored as if its article
        had no better one. The title is one where no paragraph of its article matches, and where nothing but
        conditions is asked for."""
        if not self.columns.total_articles:
            return Found(0, (), (0.0,) * len(plan.leaves))
        scored = self._score(plan, ranking, "relevance", None)
        accumulators, columns = scored.accumulators, self.columns
        passages, scores, titles = accumulators.passages()
        in_title = np.zeros(len(passages), bool)
        in_title[titles] = True
        matched = in_title
        if any(plan.shown):
            matched = np.zeros(len(passages), bool)
            matched[np.searchsorted(passages, accumulators.matching_passages(scored.articles))] = True
            inside = np.zeros(len(titles), np.int64)
            if len(titles):
                inside = np.add.reduceat(matched & ~in_title, titles, dtype=np.int64)
            # A title that matches beside a paragraph is no match of its own.
            matched[titles[inside > 0]] = False
        owners = columns.article_of[passages]
        scores = (
            scores
            + ranking.article * accumulators.article_scores[owners]
            + ranking.title * np.repeat(scores[titles], columns.sizes[scored.articles])
        )[matched]
        passages, owners = passages[matched], owners[matched]
        if scored.recency is not None:
            scores *= scored.recency[owners]
        keys = -scores if sort == "relevance" else self._by_date(owners, sort)
        last = offset + limit
        chosen = np.lexsort((passages, -scores, keys))
        if rerank is not None:
            places, best = reranked(rerank, plan, accumulators, owners[chosen], scores[chosen], last)
            chosen = chosen[places]
            scores[chosen] = best
        chosen = chosen[offset:last]
        shares = self._shares(passages[chosen], owners[chosen], accumulators, ranking)
        return Found(
            len(passages),
            tuple(
                Match(
                    self.reader.stored(owner),
                    int(passage - columns.heads[owner]),
                    float(scores[place]),
                    0,
                    tuple(share),
                    1.0 if scored.recency is None else float(scored.recency[owner]),
                    owner,
                )
                for place, passage, owner, share in zip(
                    chosen.tolist(), passages[chosen].tolist(), owners[chosen].tolist(), shares, strict=True
                )
            ),
            scored.idf,
        )


def _derived(reader: Reader, of: Callable[[Article], Any], article: int) -> Any:
    return of(reader.stored(article))
