"""The answers of an index on a cluster. The cluster finds candidates by approximately the score of the whole
article, and khabar's searcher (:mod:`khabar.ranking.searcher`) ranks them with the statistics of the whole
index.

The candidates come first, in the order of the searcher; the other articles follow in the order of the
cluster, which is approximately that of the first stage. So each page begins where the one before it ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
from msgspec.structs import replace

from khabar.cluster.candidates import FIELDS, CandidateReader
from khabar.cluster.conditions import matching
from khabar.cluster.counting import Counting
from khabar.cluster.frequencies import PASSAGES, Frequencies, Shards
from khabar.cluster.grouped import Grouped
from khabar.cluster.listing import Listing
from khabar.cluster.mapping import TITLE_TIMES, identity, sent
from khabar.cluster.pages import Moved, Pages
from khabar.cluster.ranked import Ranked
from khabar.cluster.requests import Ask, Page
from khabar.cluster.stories import StoryTexts
from khabar.cluster.summaries import SummingUp
from khabar.cluster.translate import order
from khabar.cluster.weights import Weighing
from khabar.corpus.article import Article
from khabar.index.columns import Ints
from khabar.index.engine import Found, Match, Numbers, Statistics, Totals
from khabar.index.plan import FilterClause, Occur, PhraseClause, Plan
from khabar.index.ranking import Ranking
from khabar.ranking.answers import Sort, Summary
from khabar.ranking.rerank import Rerank

__all__ = ["ClusterSearcher"]

#: The ranking of listings.
_RANKING = Ranking()


class ClusterSearcher:
    """See :class:`khabar.ranking.answers.Answers`. It answers from the newest state that searches see, and
    caches counts; so each commit needs a new searcher.

    Args:
        shards: the shards of the index of articles, shared by the searchers of an edition.
        generation: the number of the commit.
        numbers: the statistics for the ranking, if not those of this index, because several are searched as
            one.
    """

    def __init__(self, shards: Shards, generation: int, numbers: Numbers | None = None) -> None:
        self._generation = generation
        self._shards = shards
        self._pages = Pages(shards)
        self._frequencies = Frequencies(shards)
        self._weighing = Weighing(self._pages, self._frequencies, generation, numbers)
        self._counting = Counting(self._pages)
        self._stories = StoryTexts(self._pages)
        self._ranked = Ranked(self._pages, self._weighing)
        self._grouped = Grouped(self._ranked, self._counting, self._stories)
        self._listing = Listing(self._ranked)
        self._summing_up = SummingUp(self._ranked, self._counting)

    @property
    def generation(self) -> int:
        """The number of the commit."""
        return self._generation

    @property
    def totals(self) -> Totals:
        """The totals of the index."""
        return self._weighing.whole.totals

    @property
    def numbers(self) -> Numbers:
        """The statistics of this index, for the ranking of several together."""
        return self._weighing

    def weighed_by(self, numbers: Numbers) -> ClusterSearcher:
        """A searcher that ranks by other statistics, such as those of several indexes together."""
        return ClusterSearcher(self._shards, self._generation, numbers)

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

    def holds(self, articles: Sequence[Article]) -> Sequence[bool]:
        """Whether the index has each article word for word."""
        keys = [identity(article.id) for article in articles]
        if not keys:
            return []
        query = {"bool": {"filter": [{"terms": {"id": list(dict.fromkeys(keys))}}]}}
        page = self._pages.page(query, [], len(keys), ("id", "fingerprint"), total=False)
        fingerprints = {hit["id"][0]: hit["fingerprint"][0] for hit in page.hits}
        pairs = zip(articles, keys, strict=True)
        return [fingerprints.get(key) == article.fingerprint() for article, key in pairs]

    def statistics(self) -> Statistics:
        """Counts, sources and date span."""
        return self._counting.statistics(self.totals)

    def article(self, article_id: str, archive: str = "") -> Article | None:
        """An article by its id."""
        query = {"bool": {"filter": [{"term": {"id": identity(article_id)}}]}}
        page = self._pages.page(query, [], 1, (), texts=True, total=False)
        return self._pages.article(page.hits[0]) if page.hits else None

    def articles(self, sources: Collection[str] | None = None) -> Iterator[Article]:
        """Every article, or those of some sources, in the order of indexing."""
        clause = FilterClause("index") if sources is None else FilterClause("source", tuple(sources))
        query = matching((clause,))
        with self._pages.kept() as state:
            for hits in self._pages.walk(
                query, order("relevance", scored=False), (), texts=True, within=state
            ):
                for hit in hits:
                    yield self._pages.article(hit)

    def names(self, field: str) -> Sequence[str]:
        """The distinct names in a field."""
        return list(self._counting.names(field))

    def kept(self) -> Sequence[str]:
        """The names of the fields kept of records."""
        return self._counting.kept()

    # words

    def occurrences(self, term: str) -> tuple[int, int]:
        """The number of passages that contain a term, and of its occurrences."""
        found = self._frequencies.of({field: [term] for field in (PASSAGES, "all", "head")})
        passages, everywhere, title = (found[field][term].times for field in (PASSAGES, "all", "head"))
        return passages, everywhere - (TITLE_TIMES - 1) * title

    def phrase_occurrences(self, phrase: PhraseClause) -> tuple[int, int]:
        """The number of passages that contain a phrase, and of its occurrences; extrapolated if more than a
        thousand articles contain it."""
        return self._weighing.phrase(phrase)

    def frequencies(self, terms: Sequence[str]) -> Sequence[int]:
        """The number of passages that contain each term."""
        found = self._frequencies.of({PASSAGES: terms})[PASSAGES]
        return [found[term].times for term in terms]

    def article_frequencies(self, groups: Sequence[Sequence[str]]) -> Sequence[int]:
        """The number of articles that contain any term of each group."""
        return self._counting.articles_with(groups)

    def phrase_articles(self, phrase: PhraseClause) -> int:
        """The number of articles that contain a phrase."""
        return self.count(Plan((replace(phrase, occur=Occur.MUST),)))

    def passages_with(self, terms: Sequence[str], number: int) -> Sequence[Sequence[str]]:
        """The texts of the first few passages that contain each term, in the order of indexing."""
        in_order = order("relevance", scored=False)
        pages = self._pages.pages(
            [
                Ask(
                    {"bool": {"filter": [{"term": {"all": sent(term)}}]}},
                    in_order,
                    number,
                    FIELDS,
                    texts=True,
                    total=False,
                )
                for term in terms
            ]
        )
        return [self._passages(term, page, number) for term, page in zip(terms, pages, strict=True)]

    def _passages(self, term: str, page: Page, number: int) -> list[str]:
        """The texts of the first few passages with a term in some articles."""
        if not page.hits:
            return []
        reader = CandidateReader(self._weighing.whole, page.hits)
        columns = reader.columns
        passages = reader.postings([term]).passages[:number]
        texts = []
        for passage in passages.tolist():
            article = self._pages.article(page.hits[int(columns.article_of[passage])])
            paragraph = int(columns.numbers[passage])
            texts.append(article.paragraphs[paragraph - 1] if paragraph else article.title)
        return texts

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
        if not self.totals.articles:
            return Found(0, (), (0.0,) * len(plan.leaves))
        counted = None if beside is None else self._weighing.matching(beside)
        if not by_story and rerank is None:
            try:
                found = self._ranked.again(plan, ranking, limit, offset, sort, counted)
            except Moved:
                self._ranked.forget()
                found = None
            if found is not None:
                return found
        question = self._weighing.question(plan, ranking, sort)
        if by_story:
            grouped = self._grouped.search
            return self._pages.steady(lambda: grouped(plan, ranking, question, limit, offset, sort, rerank))
        ranked = self._ranked.search
        return self._pages.steady(
            lambda: ranked(plan, ranking, question, limit, offset, sort, rerank, counted)
        )

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
        """See :meth:`khabar.ranking.answers.Answers.paragraphs`. Only the first ten thousand articles are
        ranked and counted."""
        if not self.totals.articles:
            return Found(0, (), (0.0,) * len(plan.leaves))
        question = self._weighing.question(plan, ranking, sort)
        answer = self._ranked.paragraphs
        return self._pages.steady(lambda: answer(plan, ranking, question, limit, offset, sort, rerank))

    def matching(
        self, plan: Plan, *, sort: Sort = "relevance", limit: int | None = None, by_story: bool = False
    ) -> Iterator[Article]:
        """The matching articles, all or the first few; with ``by_story``, the best of each story."""
        if not self.totals.articles or limit == 0:
            return
        question = self._weighing.question(plan, _RANKING, sort)
        yield from islice(self._listing.articles(plan, _RANKING, question, sort, by_story), limit)

    def count(self, plan: Plan, *, by_story: bool = False) -> int:
        """The number of matching articles, or of their stories."""
        query = self._weighing.matching(plan)
        count = self._pages.count(query)
        return self._counting.stories(query, count) if by_story else count

    def fingerprints(self, plan: Plan) -> Ints:
        """Empty: the cluster has no list of fingerprints."""
        return np.empty(0, np.uint64)

    def counts(self, plan: Plan, field: str) -> Mapping[str, int]:
        """The number of matching articles for each name in a field, "" for unknown."""
        return self._counting.by_name(self._weighing.matching(plan), field)

    def days(self, plan: Plan) -> tuple[Mapping[int, int], int]:
        """The number of matching articles for each day, in days since 1970-01-01 as printed on them, and of
        those without a date."""
        return self._counting.by_day(self._weighing.matching(plan))

    def summaries(self, plans: Sequence[Plan], ranking: Ranking, *, limit: int | None) -> Iterator[Summary]:
        """The summary of each of several plans, computed together."""
        if not self.totals.articles:
            return iter([Summary(0, idf=(0.0,) * len(plan.leaves)) for plan in plans])
        return self._summing_up.summaries(plans, ranking, limit)

    # stories

    def story(self, match: Match) -> Sequence[Article]:
        """The articles of the story of a match, itself included, in the order of indexing."""
        story = self._stories.story_of(match.article.id)
        return (self._stories.articles(story) if story else ()) or (match.article,)

    def is_same_story(self, match: Match, article_id: str) -> bool:
        """Whether a match and an article of the index report the same story."""
        story = self._stories.story_of(article_id)
        return story is not None and story == self._stories.story_of(match.article.id)
