"""The searcher: answers plans with a reader's postings, term at a time with numpy, the same way for every engine.

The formula is that of :class:`~khabar.index.ranking.Ranking`. The weighted occurrences of a clause's forms are added up in each
passage and each article, both are scored with BM25, and an article's score is its best passage's, plus a share of the whole
article's and of its title's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache, partial, reduce
from typing import Any, Literal, get_args

import msgspec
import numpy as np

from khabar.corpus.article import Article
from khabar.index import bm25
from khabar.index.accumulators import Accumulators, Part
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
from khabar.index.term_scoring import TermScorer

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


class Searcher:
    """Answers plans on one committed state of an index. Safe to share between threads."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._term_scorer = TermScorer(reader)
        #: ``derived(of, article)``: what a function makes of an article, by its number; kept for the last few thousand.
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
        """The searcher of what is enough to rank the answers to a plan: see :meth:`khabar.index.engine.Reader.recall`."""
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
        """In how many passages a term stands, and how often in all; ``(0, 0)`` for one that no article has."""
        passages, counts, _ = self._term_scorer.live(*self.reader.postings([term]))
        return len(passages), int(counts.sum())

    def phrase_occurrences(self, phrase: PhraseClause) -> tuple[int, int]:
        """In how many passages a phrase stands, and how often in all."""
        passages, counts = self._term_scorer.phrase(phrase)
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
        best = reach if stories is None and sort == "relevance" else None
        accumulators, candidates, total = self._accumulate(plan, ranking, best)
        if stories is not None:
            ordered = self._ordered(candidates, accumulators.scores, "relevance", len(candidates))
            _, first = np.unique(stories[ordered], return_index=True)
            candidates = np.sort(ordered[first])
            total = len(candidates)
        chosen = self._ordered(candidates, accumulators.scores, sort, reach)
        if rerank is not None:
            scores = accumulators.scores[chosen]
            places, scores = reranked(rerank, plan, accumulators, chosen, scores, last)
            chosen = chosen[places]
            accumulators.scores[chosen] = scores
        matches = self._matches(chosen[offset:last], accumulators, ranking)
        return Found(total, tuple(matches), tuple(accumulators.idf))

    def select(
        self, plan: Plan, ranking: Ranking, *, sort: Sort = "relevance", limit: int | None = None
    ) -> Selection:
        """The articles that match, all or so many of the first, without their texts."""
        if not self.columns.total_articles:
            return Selection(np.empty(0, np.int64), np.empty(0))
        best = limit if sort == "relevance" else None
        accumulators, candidates, _ = self._accumulate(plan, ranking, best)
        count = len(candidates) if limit is None else limit
        articles = self._ordered(candidates, accumulators.scores, sort, count)
        return Selection(articles, accumulators.scores[articles])

    def count(self, plan: Plan, ranking: Ranking, stories: Ints | None = None) -> int:
        """How many articles match, or how many stories they tell; nothing is scored for it."""
        if not self.columns.total_articles:
            return 0
        articles = self._term_scorer.articles(plan.leaves, ranking)
        matching = self._matching(plan.clauses, iter(articles)) & self.columns.alive
        return len(np.unique(stories[matching])) if stories is not None else int(matching.sum())

    def _accumulate(self, plan: Plan, ranking: Ranking, count: int | None) -> tuple[Accumulators, Ints, int]:
        """The scores of the matching articles, their numbers, and how many there are; where only so many of the best are wanted,
        without some that cannot be among them."""
        columns = self.columns
        accumulators = Accumulators(columns, ranking)
        words = self._term_scorer.words(plan.leaves, ranking)
        for leaf, shown, word in zip(plan.leaves, plan.shown, words, strict=True):
            part = None
            idf = 0.0
            if shown and len(word.passages):
                idf = bm25.idf(word.frequency, self.reader.totals.passages)
                weight = leaf.weight * idf * (len(leaf.words) if isinstance(leaf, PhraseClause) else 1)
                part = Part(word, weight)
            accumulators.add(part, idf)
        matching = self._matching(plan.clauses, iter([word.matching_articles for word in words]))
        matching &= columns.alive
        candidates = np.flatnonzero(matching)
        total = len(candidates)
        if count and not ranking.half_life:
            candidates, scores = accumulators.best(candidates, count)
        else:
            scores = accumulators.score(candidates)
        if ranking.half_life:
            accumulators.recency = self._recency(ranking.half_life)
            scores *= accumulators.recency[candidates]
        accumulators.scores = np.zeros(len(columns.alive))
        accumulators.scores[candidates] = scores
        return accumulators, candidates, total

    def _matching(self, clauses: Sequence[Clause], articles: Iterator[Ints]) -> Bools:
        """Which articles match some clauses together; ``articles`` are those where each of their leaves makes a match."""
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
                has = self._matching(clause.clauses, articles)
            else:
                has = np.zeros(len(columns.alive), bool)
                has[next(articles)] = True
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

    def _ordered(self, candidates: Ints, scores: Floats, sort: Sort, count: int) -> Ints:
        """The first so many articles in an order; equal ones in order of indexing."""
        values = -scores[candidates] if sort == "relevance" else self._by_date(candidates, sort)
        count = min(count, len(candidates))
        if 0 < count < len(candidates):
            # All that tie with the last wanted one take part.
            last = np.partition(values, count - 1)[count - 1]
            near = values <= last
            candidates, values = candidates[near], values[near]
        if sort != "relevance":
            return candidates[np.lexsort((candidates, -scores[candidates], values))][:count]
        return candidates[np.lexsort((candidates, values))][:count]

    def _by_date(self, articles: Ints, sort: Sort) -> Ints:
        """What puts articles into an order of date; those without one come last, either way."""
        published = self.columns.published[articles]
        values = published if sort == "oldest" else -published
        return np.where(published == UNDATED, np.iinfo(np.int64).max, values)

    def _recency(self, half_life: float) -> Floats:
        """What each article's score is multiplied by: half for each half-life that it is older than the newest one."""
        published = self.columns.published
        dated = (published != UNDATED) & self.columns.alive
        factors = np.full(len(published), 0.5)
        if dated.any():
            newest = int(published[dated].max())
            factors[dated] = 0.5 ** ((newest - published[dated]) / (half_life * _DAY))
        return factors

    def _matches(self, chosen: Ints, accumulators: Accumulators, ranking: Ranking) -> Iterator[Match]:
        """The chosen articles, each with its best passage and what every leaf adds to its score."""
        firsts = self.columns.heads[chosen].tolist()
        lasts = self.columns.ends[chosen].tolist()
        matching = accumulators.matching_passages(chosen)
        best = [
            first + int(accumulators.passage_scores[first:last].argmax())
            for first, last in zip(firsts, lasts, strict=True)
        ]
        shares = self._shares(np.array(best, np.int64), chosen, accumulators, ranking)
        for article, first, last, share in zip(chosen.tolist(), firsts, lasts, shares, strict=True):
            matches = matching[first + 1 : last]
            matched = int(matches.sum())
            # A reader sees the title anyway: a paragraph is shown whenever one matches.
            number = (
                int(np.where(matches, accumulators.passage_scores[first + 1 : last], -1.0).argmax()) + 1
                if matched
                else 0
            )
            yield Match(
                self.reader.stored(article),
                number,
                float(accumulators.scores[article]),
                max(0, matched - 1),
                tuple(share),
                1.0 if accumulators.recency is None else float(accumulators.recency[article]),
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
                word = part.word
                passage_scores, of_titles = values_at(word.passages, word.passage_scores, places).reshape(
                    2, -1
                )
                article_scores = values_at(word.articles, word.article_scores, articles)
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
        """As :meth:`search`, but every paragraph that matches is a match of its own, scored as if its article had no better
        one. The title is one where no paragraph of its article matches, and where nothing but conditions is asked for."""
        if not self.columns.total_articles:
            return Found(0, (), (0.0,) * len(plan.leaves))
        accumulators, candidates, _ = self._accumulate(plan, ranking, None)
        columns = self.columns
        matching = np.zeros(len(columns.alive), bool)
        matching[candidates] = True
        matched = accumulators.matching_passages(candidates) if any(plan.shown) else columns.in_title
        inside = np.add.reduceat(matched & ~columns.in_title, columns.heads, dtype=np.int64)
        alone = ~columns.in_title | (inside == 0)[columns.article_of]
        passages = np.flatnonzero(matched & alone & matching[columns.article_of])
        owners = columns.article_of[passages]
        scores = (
            accumulators.passage_scores[passages]
            + ranking.article * accumulators.article_scores[owners]
            + ranking.title * accumulators.passage_scores[columns.heads[owners]]
        )
        if accumulators.recency is not None:
            scores *= accumulators.recency[owners]
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
                    int(columns.numbers[passage]),
                    float(scores[place]),
                    0,
                    tuple(share),
                    1.0 if accumulators.recency is None else float(accumulators.recency[owner]),
                    owner,
                )
                for place, passage, owner, share in zip(
                    chosen.tolist(), passages[chosen].tolist(), owners[chosen].tolist(), shares, strict=True
                )
            ),
            tuple(accumulators.idf),
        )


def _derived(reader: Reader, of: Callable[[Article], Any], article: int) -> Any:
    return of(reader.stored(article))
