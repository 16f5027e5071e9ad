"""The answers of several archives of which some are on a cluster: each ranks its own articles by the numbers
of all (:mod:`khabar.joined.numbers`), and the ranked lists are merged.

The answers differ from those of one index in three ways, as docs/howto/archives.md says: the second stage
ranks the candidates of each part, which are more articles than in one index; stories never span two parts;
and an article that is both in a folder and on a cluster is counted twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from msgspec.structs import replace

from khabar.corpus.article import Article
from khabar.index.columns import Ints
from khabar.index.engine import Found, Match, Numbers, Statistics, Totals
from khabar.index.plan import PhraseClause, Plan
from khabar.index.ranking import Ranking
from khabar.index.records import UNDATED, seconds_of
from khabar.joined.folders import JoinedSearcher
from khabar.joined.numbers import FolderNumbers, JoinedNumbers
from khabar.ranking.answers import Answers, Sort, Summary
from khabar.ranking.rerank import Rerank
from khabar.ranking.searcher import Searcher

if TYPE_CHECKING:
    from khabar.cluster.searcher import ClusterSearcher

__all__ = ["MixedAnswers", "merged"]

#: The ranking by which all matches are listed, and how many matches are requested at once for that.
_RANKING, _AT_ONCE = Ranking(), 200
#: How many pages of ranked lists are remembered, with the matches of each part before them.
_KEPT = 64

#: Asks a part for matches; takes the first place and the number.
_Ask = Callable[[Answers, int, int], Found]


class _Part(NamedTuple):
    """Archives that are ranked together: all those in folders, or one on a cluster.

    Attributes:
        names: names of the archives.
        answers: their answers.
    """

    names: Sequence[str]
    answers: JoinedSearcher | ClusterSearcher


class MixedAnswers:
    """See :class:`khabar.ranking.answers.Answers`.

    Args:
        names: names of the archives.
        parts: the answers of each.
    """

    def __init__(self, names: Sequence[str], parts: Sequence[Answers]) -> None:
        self._names = tuple(names)
        folders = {name: part for name, part in zip(names, parts, strict=True) if isinstance(part, Searcher)}
        clusters = {
            name: cast("ClusterSearcher", part)
            for name, part in zip(names, parts, strict=True)
            if name not in folders
        }
        summands: list[Numbers] = [cluster.numbers for cluster in clusters.values()]
        if folders:
            summands.append(FolderNumbers(JoinedSearcher(list(folders), list(folders.values()))))
        numbers = JoinedNumbers(summands)
        self._parts: list[_Part] = []
        if folders:
            searcher = JoinedSearcher(list(folders), list(folders.values()), numbers)
            self._parts.append(_Part(list(folders), searcher))
        self._parts += [_Part([name], part.weighed_by(numbers)) for name, part in clusters.items()]
        self._numbers = numbers
        #: number of matches of each part that come before a place in a ranked list
        self._before: dict[object, tuple[int, ...]] = {}

    @property
    def generation(self) -> int:
        """The sum of the archives' generations: it grows with every commit to one of them."""
        return sum(part.answers.generation for part in self._parts)

    @property
    def totals(self) -> Totals:
        """The size of all archives together."""
        return self._numbers.totals

    # contents

    @property
    def archives(self) -> Sequence[str]:
        """The names of the archives."""
        return self._names

    def archive_of(self, match: Match) -> str:
        """The archive that a match comes from."""
        part, match = self._in_part(match)
        return part.answers.archive_of(match) or part.names[0]

    def having(self, articles: Sequence[Article]) -> Sequence[Sequence[str]]:
        """For each article, the archives that contain it word for word."""
        archives: list[set[str]] = [set() for _ in articles]
        for part in self._parts:
            if isinstance(part.answers, JoinedSearcher):
                for names, part_names in zip(archives, part.answers.having(articles), strict=True):
                    names.update(part_names)
            else:
                for names, held in zip(archives, part.answers.holds(articles), strict=True):
                    names.update(part.names if held else ())
        return [[name for name in self._names if name in names] for names in archives]

    def statistics(self) -> Statistics:
        """Counts, sources, and the first and last date."""
        parts = [part.answers.statistics() for part in self._parts]
        sources: Counter[str] = Counter()
        for part in parts:
            sources.update(part.sources)
        return Statistics(
            articles=sum(part.articles for part in parts),
            paragraphs=sum(part.paragraphs for part in parts),
            sources=dict(sorted(sources.items())),
            first=min((part.first for part in parts if part.first), default=None),
            last=max((part.last for part in parts if part.last), default=None),
            undated=sum(part.undated for part in parts),
        )

    def article(self, article_id: str, archive: str = "") -> Article | None:
        """An article by its id, from an archive or, if none is named, from the first that contains it."""
        for name in [archive] if archive else self._names:
            part = next(part for part in self._parts if name in part.names)
            article = part.answers.article(article_id, name)
            if article is not None:
                return article
        return None

    def articles(self, sources: Collection[str] | None = None) -> Iterator[Article]:
        """All articles, or those of some sources, part by part."""
        return chain.from_iterable(part.answers.articles(sources) for part in self._parts)

    def names(self, field: str) -> Sequence[str]:
        """All sources or authors of articles, each once."""
        return list(dict.fromkeys(name for part in self._parts for name in part.answers.names(field)))

    def kept(self) -> Sequence[str]:
        """The names of the further fields that articles have."""
        return sorted({name for part in self._parts for name in part.answers.kept()})

    # words

    def occurrences(self, term: str) -> tuple[int, int]:
        """The number of passages that contain a term, and the number of its occurrences."""
        return _added(part.answers.occurrences(term) for part in self._parts)

    def phrase_occurrences(self, phrase: PhraseClause) -> tuple[int, int]:
        """The number of passages that contain a phrase, and the number of its occurrences."""
        return _added(part.answers.phrase_occurrences(phrase) for part in self._parts)

    def frequencies(self, terms: Sequence[str]) -> Sequence[int]:
        """The number of passages that contain each term."""
        return _summed([part.answers.frequencies(terms) for part in self._parts])

    def article_frequencies(self, groups: Sequence[Sequence[str]]) -> Sequence[int]:
        """For each group of terms, the number of articles that contain any of them."""
        return _summed([part.answers.article_frequencies(groups) for part in self._parts])

    def phrase_articles(self, phrase: PhraseClause) -> int:
        """The number of articles that contain a phrase."""
        return sum(part.answers.phrase_articles(phrase) for part in self._parts)

    def passages_with(self, terms: Sequence[str], number: int) -> Sequence[Sequence[str]]:
        """For each term, the texts of the first few passages that contain it, part by part."""
        passages: dict[str, list[str]] = {term: [] for term in terms}
        for part in self._parts:
            lacking = [term for term, texts in passages.items() if len(texts) < number]
            for term, texts in zip(lacking, part.answers.passages_with(lacking, number), strict=True):
                passages[term] += texts[: number - len(passages[term])]
        return [passages[term] for term in terms]

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

        def ask(part: Answers, begin: int, count: int) -> Found:
            return part.search(
                plan, ranking, limit=count, offset=begin, sort=sort, by_story=by_story, rerank=rerank
            )

        key = None if rerank else (plan, ranking, sort, by_story)
        return self._merged(ask, key, limit, offset, sort, plan)

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

        def ask(part: Answers, begin: int, count: int) -> Found:
            return part.paragraphs(plan, ranking, limit=count, offset=begin, sort=sort, rerank=rerank)

        key = None if rerank else (plan, ranking, sort, "paragraphs")
        return self._merged(ask, key, limit, offset, sort, plan)

    def _merged(
        self, ask: _Ask, key: tuple[Any, ...] | None, limit: int, offset: int, sort: Sort, plan: Plan
    ) -> Found:
        """A page of the matches of all parts.

        Args:
            ask: asks one part.
            key: identifies the search, so that a page can begin where the one before it ended; None to read
                all lists from their beginning.
            limit, offset, sort: as in :meth:`search`.
            plan: the plan of the search.
        """
        begins = (0,) * len(self._parts)
        skipped = offset
        if key is not None and (before := self._before.get((*key, offset))) is not None:
            begins, skipped = before, 0
        pages = [
            ask(part.answers, begin, skipped + limit) for part, begin in zip(self._parts, begins, strict=True)
        ]
        order = merged([page.matches for page in pages], sort)[: skipped + limit]
        matches = [
            replace(match, place=match.place * len(self._parts) + part) for part, match in order[skipped:]
        ]
        if key is not None:
            taken = Counter(part for part, _ in order)
            ends = tuple(begin + taken[part] for part, begin in enumerate(begins))
            kept = dict(list(self._before.items())[1 - _KEPT :])
            self._before = {**kept, (*key, offset + len(matches)): ends}
        return Found(
            sum(page.total for page in pages),
            tuple(matches),
            # The same in all parts, by the numbers of all; but 0 in a part without articles.
            tuple(max(page.idf[leaf] for page in pages) for leaf in range(len(plan.leaves))),
            tuple(dict.fromkeys(reason for page in pages for reason in page.inexact)),
        )

    def matching(
        self, plan: Plan, *, sort: Sort = "relevance", limit: int | None = None, by_story: bool = False
    ) -> Iterator[Article]:
        """The articles that match, all or at most ``limit``; if ``by_story``, only the best of each story of
        a part."""

        def pages() -> Iterator[Article]:
            offset = 0
            while True:
                size = _AT_ONCE if limit is None else min(_AT_ONCE, limit - offset)
                found = self.search(
                    plan, _RANKING, limit=size, offset=offset, sort=sort, by_story=by_story
                ).matches
                yield from (match.article for match in found)
                offset += len(found)
                if len(found) < size or offset == limit:
                    return

        return islice(pages(), limit) if limit != 0 else iter(())

    def count(self, plan: Plan, *, by_story: bool = False) -> int:
        """The number of articles that match, or of the stories of the parts that they tell."""
        return sum(part.answers.count(plan, by_story=by_story) for part in self._parts)

    def fingerprints(self, plan: Plan) -> Ints:
        """The first 64 bits of the fingerprint of each matching article; only of archives in folders."""
        return np.unique(np.concatenate([part.answers.fingerprints(plan) for part in self._parts]))

    def counts(self, plan: Plan, field: str) -> Mapping[str, int]:
        """The number of matching articles with each source or author; "" if unknown."""
        counts: Counter[str] = Counter()
        for part in self._parts:
            counts.update(part.answers.counts(plan, field))
        return counts

    def days(self, plan: Plan) -> tuple[Mapping[int, int], int]:
        """The number of matching articles of each day, and of those without a date."""
        days: Counter[int] = Counter()
        undated = 0
        for part in self._parts:
            part_days, part_undated = part.answers.days(plan)
            days.update(part_days)
            undated += part_undated
        return days, undated

    def summaries(self, plans: Sequence[Plan], ranking: Ranking, *, limit: int | None) -> Iterator[Summary]:
        """Summaries of the matches of several plans; each part counts them all at once."""
        counted = [part.answers.summaries(plans, ranking, limit=0) for part in self._parts]
        for plan, parts in zip(plans, zip(*counted, strict=True), strict=True):
            summary = _summed_up(parts)
            reach = summary.total if limit is None else min(limit, summary.total)
            if reach:
                found = self.search(plan, ranking, limit=reach)
                summary = replace(summary, matches=found.matches, idf=found.idf)
            yield summary

    # stories

    def story(self, match: Match) -> Sequence[Article]:
        """The articles of the story that a match belongs to in its part."""
        part, match = self._in_part(match)
        return part.answers.story(match)

    def is_same_story(self, match: Match, article_id: str) -> bool:
        """Whether a match and an article report the same story; never true across parts."""
        part, match = self._in_part(match)
        return part.answers.is_same_story(match, article_id)

    def _in_part(self, match: Match) -> tuple[_Part, Match]:
        """The part that a match comes from, and the match as that part returned it."""
        place, part = divmod(match.place, len(self._parts))
        return self._parts[part], replace(match, place=place)


def merged(lists: Sequence[Sequence[Match]], sort: Sort) -> list[tuple[int, Match]]:
    """Merge ranked lists; each match comes with the number of its list. Equal matches are in the order of
    their lists, and each list keeps its order, whatever its scores are."""

    def key(match: Match) -> tuple[float, float]:
        if sort == "relevance":
            return -match.score, 0.0
        moment = seconds_of(match.article.published)
        if moment == UNDATED:
            return float("inf"), -match.score
        return float(moment if sort == "oldest" else -moment), -match.score

    result: list[tuple[int, Match]] = []
    places = [0] * len(lists)
    heads = [(key(matches[0]), at) for at, matches in enumerate(lists) if matches]
    while heads:
        least = min(heads)
        heads.remove(least)
        at = least[1]
        result.append((at, lists[at][places[at]]))
        places[at] += 1
        if places[at] < len(lists[at]):
            heads.append((key(lists[at][places[at]]), at))
    return result


def _added(pairs: Any) -> tuple[int, int]:
    """The sum of pairs of counts."""
    first, second = zip(*pairs, strict=True)
    return sum(first), sum(second)


def _summed(counts: Sequence[Sequence[int]]) -> list[int]:
    """The sum of lists of counts, place by place."""
    return [sum(column) for column in zip(*counts, strict=True)]


def _summed_up(parts: Sequence[Summary]) -> Summary:
    """The summaries of a plan in all parts as one, without the matches."""
    sources: Counter[str] = Counter()
    for part in parts:
        sources.update(part.sources)
    return Summary(
        sum(part.total for part in parts),
        min((part.first for part in parts if part.first is not None), default=None),
        max((part.last for part in parts if part.last is not None), default=None),
        sum(part.undated for part in parts),
        sources,
        (),
        parts[0].idf,
    )
