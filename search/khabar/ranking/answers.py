""":class:`Answers`: the questions that every index answers, wherever it is kept. Whatever is asked of an
index by a query, an exploration or a command is asked through it, so that none of them knows whether the
index is in a folder or on a cluster."""

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

#: In which order hits come: the best first, or by date of publication, those without one last.
Sort = Literal["relevance", "newest", "oldest"]
SORTS: tuple[Sort, ...] = get_args(Sort)


class Summary(msgspec.Struct, frozen=True):
    """What there is of a plan.

    Attributes:
        total: how many articles match.
        first, last: the earliest and the latest day of these, in days since 1970-01-01 as printed on them;
            None if none has a date.
        undated: how many have none.
        sources: how many of them each source has, "" for unknown; in no order.
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
    """What there is of a plan, by the other questions."""
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
    """Answers about one committed state of an index. Safe to share between threads."""

    @property
    def generation(self) -> int:
        """The number of the commit that it shows."""
        ...

    @property
    def totals(self) -> Totals:
        """How much there is."""
        ...

    @property
    def archives(self) -> Sequence[str]:
        """Of several archives that are searched as one their names; empty for a single index."""
        ...

    def archive_of(self, match: Match) -> str:
        """The archive that a match is of; "" for a single index."""
        ...

    def having(self, articles: Sequence[Article]) -> Sequence[Sequence[str]]:
        """The archives that have each of some articles word for word, in their order; none for a single
        index."""
        ...

    def statistics(self) -> Statistics:
        """Counts, sources and date span."""
        ...

    def article(self, article_id: str, archive: str = "") -> Article | None:
        """An article by its id; ``archive``: the one of :attr:`archives` that it is from, "" for the first
        that has it."""
        ...

    def articles(self, sources: Collection[str] | None = None) -> Iterator[Article]:
        """Every article, or those of some sources, in the order of indexing."""
        ...

    def names(self, field: str) -> Sequence[str]:
        """Every name that an article has in a field with names (:func:`khabar.index.plan.has_names`), each
        once, in no order; "" for unknown may be among them."""
        ...

    def kept(self) -> Sequence[str]:
        """The names of the fields that were kept of records (:attr:`khabar.Article.fields`), each once, in
        order."""
        ...

    # words

    def occurrences(self, term: str) -> tuple[int, int]:
        """In how many passages a term stands, and how often in all."""
        ...

    def phrase_occurrences(self, phrase: PhraseClause) -> tuple[int, int]:
        """In how many passages a phrase stands, and how often in all; on a cluster about, where more than a
        thousand articles have it."""
        ...

    def frequencies(self, terms: Sequence[str]) -> Sequence[int]:
        """In how many passages each of some terms stands."""
        ...

    def article_frequencies(self, groups: Sequence[Sequence[str]]) -> Sequence[int]:
        """In how many articles any term of each of some groups stands."""
        ...

    def phrase_articles(self, phrase: PhraseClause) -> int:
        """In how many articles a phrase stands."""
        ...

    def passages_with(self, terms: Sequence[str], number: int) -> Sequence[Sequence[str]]:
        """For each of some terms the texts of the first few passages in which it stands, in the order of
        indexing."""
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
        """The matches from place ``offset`` on, at most ``limit`` of them.

        Args:
            plan: what is asked.
            ranking: the constants.
            limit, offset: which part of the matches.
            sort: one of :data:`SORTS`.
            by_story: whether of each story only the best match counts.
            rerank: what else the best matches are put in order by; with the order of relevance alone.
            beside: another plan, of which the number of articles will be asked. An index that counts it at
                less cost together with this one does so: :attr:`khabar.index.engine.Found.beside`.

        What is not exact in the answer, it says: :attr:`khabar.index.engine.Found.inexact`.
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
        """As :meth:`search`, but every paragraph that matches is a match of its own, scored as if its article
        had no better one. The title is one where no paragraph of its article matches, and where nothing but
        conditions is asked for."""
        ...

    def matching(
        self, plan: Plan, *, sort: Sort = "relevance", limit: int | None = None, by_story: bool = False
    ) -> Iterator[Article]:
        """The articles that match, all or so many of the first; of each story the best one, if asked."""
        ...

    def count(self, plan: Plan, *, by_story: bool = False) -> int:
        """How many articles match, or how many stories they tell; on a cluster about how many, where more
        than 50,000 articles match."""
        ...

    def fingerprints(self, plan: Plan) -> Ints:
        """Of each matching article the first 64 bits of its fingerprint, in order, each once. Of a cluster
        none: it has no list of them."""
        ...

    def counts(self, plan: Plan, field: str) -> Mapping[str, int]:
        """How many of the matching articles have each name in a field with names, "" for unknown; in no
        order. An article counts once for each of its tags, or values of a field."""
        ...

    def days(self, plan: Plan) -> tuple[Mapping[int, int], int]:
        """How many of the matching articles are of each day, in days since 1970-01-01 as printed on them; and
        how many have no date."""
        ...

    def summaries(self, plans: Sequence[Plan], ranking: Ranking, *, limit: int | None) -> Iterator[Summary]:
        """What there is of each of some plans, looked up together.

        Args:
            plans: what is asked, each apart from the others.
            ranking: the constants.
            limit: how many of the matches are given of each, the best; None for all.
        """
        ...

    # stories

    def story(self, match: Match) -> Sequence[Article]:
        """The articles of the story that a match belongs to, itself included, in the order of indexing."""
        ...

    def is_same_story(self, match: Match, article_id: str) -> bool:
        """Whether a match and an article of the index report the same story."""
        ...
