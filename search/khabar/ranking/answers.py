""":class:`Answers`, the interface by which queries, explorations and commands use an index, whether it is in
a folder or on a cluster."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, Protocol, get_args

import msgspec

from khabar.corpus.article import Article
from khabar.index.columns import Ints
from khabar.index.engine import Found, Match, Statistics, Totals
from khabar.index.plan import PhraseClause, Plan
from khabar.index.ranking import Ranking
from khabar.ranking.rerank import Rerank

__all__ = ["SORTS", "Answers", "Sort", "Summary", "summary_of"]

#: The order of hits: the best first, or by date of publication, those without one last.
Sort = Literal["relevance", "newest", "oldest"]
SORTS: tuple[Sort, ...] = get_args(Sort)


class Summary(msgspec.Struct, frozen=True):
    """A summary of the articles that match a plan.

    Attributes:
        total: the number of matching articles.
        first, last: their earliest and latest day, in days since 1970-01-01 as printed on them; None if none
            has a date.
        undated: the number of those without a date.
        sources: the number of those from each source, "" for unknown; in no order.
        matches, idf: as in :class:`~khabar.index.engine.Found`.
    """

    total: int
    first: int | None = None
    last: int | None = None
    undated: int = 0
    sources: Mapping[str, int] = {}
    matches: tuple[Match, ...] = ()
    idf: tuple[float, ...] = ()


def summary_of(answers: Answers, plan: Plan, ranking: Ranking, limit: int | None) -> Summary:
    """Make the summary of a plan by the other methods of :class:`Answers`."""
    number = answers.count(plan) if limit is None else limit
    found = answers.search(plan, ranking, limit=number)
    if not found.total:
        return Summary(0, idf=found.idf)
    days, undated = answers.days(plan)
    return Summary(
        found.total,
        min(days, default=None),
        max(days, default=None),
        undated,
        answers.counts(plan, "source"),
        found.matches,
        found.idf,
    )


class Answers(Protocol):
    """Answers questions about one committed state of an index. Safe to share between threads."""

    @property
    def generation(self) -> int:
        """The number of the commit."""
        ...

    @property
    def totals(self) -> Totals:
        """The totals of the index."""
        ...

    @property
    def archives(self) -> Sequence[str]:
        """The names of the archives that are searched as one; empty for a single index."""
        ...

    def archive_of(self, match: Match) -> str:
        """The archive that a match is from; "" for a single index."""
        ...

    def having(self, articles: Sequence[Article]) -> Sequence[Sequence[str]]:
        """The archives that have each article word for word, in their order; none for a single index."""
        ...

    def statistics(self) -> Statistics:
        """Counts, sources and date span."""
        ...

    def article(self, article_id: str, archive: str = "") -> Article | None:
        """An article by its id; ``archive``: one of :attr:`archives`, or "" for the first that has it."""
        ...

    def articles(self, sources: Collection[str] | None = None) -> Iterator[Article]:
        """Every article, or those of some sources, in the order of indexing."""
        ...

    def names(self, field: str) -> Sequence[str]:
        """The distinct names in a field with names (:func:`khabar.index.plan.has_names`), in no order; "" for
        unknown may be included."""
        ...

    def kept(self) -> Sequence[str]:
        """The distinct names of the fields kept of records (:attr:`khabar.Article.fields`), in order."""
        ...

    # words

    def occurrences(self, term: str) -> tuple[int, int]:
        """The number of passages that contain a term, and of its occurrences."""
        ...

    def phrase_occurrences(self, phrase: PhraseClause) -> tuple[int, int]:
        """The number of passages that contain a phrase, and of its occurrences; on a cluster an estimate if
        more than a thousand articles contain it."""
        ...

    def frequencies(self, terms: Sequence[str]) -> Sequence[int]:
        """The number of passages that contain each term."""
        ...

    def article_frequencies(self, groups: Sequence[Sequence[str]]) -> Sequence[int]:
        """The number of articles that contain any term of each group."""
        ...

    def phrase_articles(self, phrase: PhraseClause) -> int:
        """The number of articles that contain a phrase."""
        ...

    def passages_with(self, terms: Sequence[str], number: int) -> Sequence[Sequence[str]]:
        """The texts of the first few passages that contain each term, in the order of indexing."""
        ...

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
        """Search for the best matches.

        Args:
            plan: the query.
            ranking: the constants of the ranking.
            limit, offset: the maximum number of matches, and the number of better ones to skip.
            sort: one of :data:`SORTS`.
            by_story: whether only the best match of each story counts.
            rerank: by what to rank the best matches again; only in the order of relevance.
            beside: a second plan whose matches will be counted. An index that can count them at less cost
                together with this search does so: :attr:`khabar.index.engine.Found.beside`.

        Returns:
            The matches; :attr:`khabar.index.engine.Found.inexact` says what is not exact.
        """
        ...

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
        """As :meth:`search`, but every matching paragraph is a match of its own, scored as if its article had
        no better one. The title counts if no paragraph of its article matches, and if the plan has only
        conditions."""
        ...

    def matching(
        self, plan: Plan, *, sort: Sort = "relevance", limit: int | None = None, by_story: bool = False
    ) -> Iterator[Article]:
        """The matching articles, all or the first few; with ``by_story``, the best of each story."""
        ...

    def count(self, plan: Plan, *, by_story: bool = False) -> int:
        """The number of matching articles, or of their stories; on a cluster an estimate if more than 50,000
        articles match."""
        ...

    def fingerprints(self, plan: Plan) -> Ints:
        """The distinct fingerprints of the matching articles (their first 64 bits), sorted. Empty for a
        cluster, which has no list of them."""
        ...

    def counts(self, plan: Plan, field: str) -> Mapping[str, int]:
        """The number of matching articles for each name in a field with names, "" for unknown; in no order.
        An article counts once for each of its tags, or values of a field."""
        ...

    def days(self, plan: Plan) -> tuple[Mapping[int, int], int]:
        """The number of matching articles for each day, in days since 1970-01-01 as printed on them, and of
        those without a date."""
        ...

    def summaries(self, plans: Sequence[Plan], ranking: Ranking, *, limit: int | None) -> Iterator[Summary]:
        """The summary of each of several plans, computed together.

        Args:
            plans: the queries.
            ranking: the constants of the ranking.
            limit: the number of best matches in each summary; None for all.
        """
        ...

    # stories

    def story(self, match: Match) -> Sequence[Article]:
        """The articles of the story of a match, itself included, in the order of indexing."""
        ...

    def is_same_story(self, match: Match, article_id: str) -> bool:
        """Whether a match and an article of the index report the same story."""
        ...
