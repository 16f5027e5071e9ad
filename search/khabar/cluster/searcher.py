"""The answers of an index on a cluster. The cluster finds candidates, by about the score of the whole
article; the searcher of every index (:mod:`khabar.ranking.searcher`) ranks them with the statistics of the
whole index.

The first candidates come in the order of the searcher; behind them articles follow in the order of the
cluster, which is about that of the first stage. So each page begins where the one before it ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
from msgspec.structs import replace

from khabar.cluster.asked import Ask, Page
from khabar.cluster.candidates import FIELDS, CandidateReader
from khabar.cluster.conditions import matching
from khabar.cluster.counting import Counting
from khabar.cluster.frequencies import PASSAGES, Frequencies, Shards
from khabar.cluster.grouped import Grouped
from khabar.cluster.listing import Listing
from khabar.cluster.mapping import TITLE_TIMES, identity, sent
from khabar.cluster.pages import Moved, Pages
from khabar.cluster.ranked import Ranked
from khabar.cluster.stories import StoryTexts
from khabar.cluster.summing_up import SummingUp
from khabar.cluster.translate import order
from khabar.cluster.weighing import Weighing
from khabar.corpus.article import Article
from khabar.index.columns import Ints
from khabar.index.engine import Found, Match, Numbers, Statistics, Totals
from khabar.index.plan import FilterClause, Occur, PhraseClause, Plan
from khabar.index.ranking import Ranking
from khabar.ranking.answers import Sort, Summary
from khabar.ranking.rerank import Rerank

__all__ = ["ClusterSearcher"]

#: The order of what is listed to the end.
_RANKING = Ranking()


class ClusterSearcher:
    """See :class:`khabar.ranking.answers.Answers`. What it counts is of the newest state that the cluster
    shows; what it has counted is kept, so make another after each commit.

    Args:
        shards: of the index of articles, by the name of its edition; shared by the searchers of an edition.
        generation: the number of the commit.
        numbers: by which words are weighed, if not by those of this index: it is searched with others as one.
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
        """The number of the commit that it shows."""
        return self._generation

    @property
    def totals(self) -> Totals:
        """How much there is."""
        return self._weighing.whole.totals

    @property
    def numbers(self) -> Numbers:
        """How much there is, and how often words stand in it: what others are weighed by with it."""
        return self._weighing

    def weighed_by(self, numbers: Numbers) -> ClusterSearcher:
        """One that ranks by other numbers, such as those of several indexes together."""
        return ClusterSearcher(self._shards, self._generation, numbers)

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

    def holds(self, articles: Sequence[Article]) -> Sequence[bool]:
        """Whether the index has each of some articles word for word."""
        keys = [identity(article.id) for article in articles]
        if not keys:
            return []
        query = {"bool": {"filter": [{"terms": {"id": list(dict.fromkeys(keys))}}]}}
        page = self._pages.page(query, [], len(keys), ("id", "fingerprint"), total=False)
        there = {hit["id"][0]: hit["fingerprint"][0] for hit in page.hits}
        each = zip(articles, keys, strict=True)
        return [there.get(key) == article.fingerprint() for article, key in each]

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
        """Every source or author that an article has, each once."""
        return list(self._counting.names(field))

    def kept(self) -> Sequence[str]:
        """The names of the fields that were kept of records."""
        return self._counting.kept()

    # words

    def occurrences(self, term: str) -> tuple[int, int]:
        """In how many passages a term stands, and how often in all."""
        found = self._frequencies.of({field: [term] for field in (PASSAGES, "all", "head")})
        passages, everywhere, title = (found[field][term].times for field in (PASSAGES, "all", "head"))
        return passages, everywhere - (TITLE_TIMES - 1) * title

    def phrase_occurrences(self, phrase: PhraseClause) -> tuple[int, int]:
        """In how many passages a phrase stands, and how often in all; where that is in more than a thousand
        articles, in proportion to these."""
        return self._weighing.phrase(phrase)

    def frequencies(self, terms: Sequence[str]) -> Sequence[int]:
        """In how many passages each of some terms stands."""
        found = self._frequencies.of({PASSAGES: terms})[PASSAGES]
        return [found[term].times for term in terms]

    def article_frequencies(self, groups: Sequence[Sequence[str]]) -> Sequence[int]:
        """In how many articles any term of each of some groups stands."""
        return self._counting.articles_with(groups)

    def phrase_articles(self, phrase: PhraseClause) -> int:
        """In how many articles a phrase stands."""
        return self.count(Plan((replace(phrase, occur=Occur.MUST),)))

    def passages_with(self, terms: Sequence[str], number: int) -> Sequence[Sequence[str]]:
        """For each of some terms the texts of the first few passages in which it stands, in the order of
        indexing."""
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
        """The first few passages with a term in some articles."""
        if not page.hits:
            return []
        reader = CandidateReader(self._weighing.whole, page.hits)
        columns = reader.columns
        passages = reader.postings([term]).passages[:number]
        found = []
        for passage in passages.tolist():
            place = int(columns.article_of[passage])
            article = self._pages.article(page.hits[place])
            own = int(columns.numbers[passage])
            found.append(article.paragraphs[own - 1] if own else article.title)
        return found

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
        """See :meth:`khabar.ranking.answers.Answers.paragraphs`. Of more than ten thousand articles those in
        the first ones are ranked and counted."""
        if not self.totals.articles:
            return Found(0, (), (0.0,) * len(plan.leaves))
        question = self._weighing.question(plan, ranking, sort)
        answer = self._ranked.paragraphs
        return self._pages.steady(lambda: answer(plan, ranking, question, limit, offset, sort, rerank))

    def matching(
        self, plan: Plan, *, sort: Sort = "relevance", limit: int | None = None, by_story: bool = False
    ) -> Iterator[Article]:
        """The articles that match, all or so many of the first; of each story the best one, if asked."""
        if not self.totals.articles or limit == 0:
            return
        question = self._weighing.question(plan, _RANKING, sort)
        yield from islice(self._listing.articles(plan, _RANKING, question, sort, by_story), limit)

    def count(self, plan: Plan, *, by_story: bool = False) -> int:
        """How many articles match, or how many stories they tell."""
        query = self._weighing.matching(plan)
        count = self._pages.count(query)
        return self._counting.stories(query, count) if by_story else count

    def fingerprints(self, plan: Plan) -> Ints:
        """Of each matching article the first 64 bits of its fingerprint: none can be looked up."""
        return np.empty(0, np.uint64)

    def counts(self, plan: Plan, field: str) -> Mapping[str, int]:
        """How many of the matching articles have each source or author, "" for unknown."""
        return self._counting.by_name(self._weighing.matching(plan), field)

    def days(self, plan: Plan) -> tuple[Mapping[int, int], int]:
        """How many of the matching articles are of each day, in days since 1970-01-01 as printed on them; and
        how many have no date."""
        return self._counting.by_day(self._weighing.matching(plan))

    def summaries(self, plans: Sequence[Plan], ranking: Ranking, *, limit: int | None) -> Iterator[Summary]:
        """What there is of each of some plans, asked together."""
        if not self.totals.articles:
            return iter([Summary(0, idf=(0.0,) * len(plan.leaves)) for plan in plans])
        return self._summing_up.summaries(plans, ranking, limit)

    # stories

    def story(self, match: Match) -> Sequence[Article]:
        """The articles of the story that a match belongs to, itself included, in the order of indexing."""
        story = self._stories.story_of(match.article.id)
        return (self._stories.articles(story) if story else ()) or (match.article,)

    def is_same_story(self, match: Match, article_id: str) -> bool:
        """Whether a match and an article of the index report the same story."""
        story = self._stories.story_of(article_id)
        return story is not None and story == self._stories.story_of(match.article.id)
