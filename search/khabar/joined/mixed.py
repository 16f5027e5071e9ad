"""The answers of several archives of which some are on a cluster: each ranks its own articles by the numbers
of all (:mod:`khabar.joined.numbers`), and the ranked lists are merged.

Where that is not what one index of all would give: the second stage ranks candidates of each part, so more
articles than in one index; stories are those of each part; and an article that a folder and a cluster both
have counts in both. docs/howto/archives.md says so.
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

#: The order of what is listed to the end, and how much of it is asked for together.
_RANKING, _AT_ONCE = Ranking(), 200
#: Places in ranked lists of which it is known what stands before them.
_KEPT = 64

#: Asks a part for so many matches from a place on.
_Ask = Callable[[Answers, int, int], Found]


class _Part(NamedTuple):
    """What ranks together: all archives in folders, or one on a cluster.

    Attributes:
        names: of its archives.
        answers: it.
    """

    names: Sequence[str]
    answers: JoinedSearcher | ClusterSearcher


class MixedAnswers:
    """See :class:`khabar.ranking.answers.Answers`.

    Args:
        names: of the archives.
        parts: of each its own answers.
    """

    def __init__(self, names: Sequence[str], parts: Sequence[Answers]) -> None:
        self._names = tuple(names)
        folders = {name: part for name, part in zip(names, parts, strict=True) if isinstance(part, Searcher)}
        clusters = {
            name: cast("ClusterSearcher", part)
            for name, part in zip(names, parts, strict=True)
            if name not in folders
        }
        own: list[Numbers] = [cluster.numbers for cluster in clusters.values()]
        if folders:
            own.append(FolderNumbers(JoinedSearcher(list(folders), list(folders.values()))))
        numbers = JoinedNumbers(own)
        self._parts: list[_Part] = []
        if folders:
            searcher = JoinedSearcher(list(folders), list(folders.values()), numbers)
            self._parts.append(_Part(list(folders), searcher))
        self._parts += [_Part([name], part.weighed_by(numbers)) for name, part in clusters.items()]
        self._numbers = numbers
        #: how many matches of each part stand before a place in a ranked list
        self._before: dict[object, tuple[int, ...]] = {}

    @property
    def generation(self) -> int:
        """The sum of those of the archives: it grows with every commit to one of them."""
        return sum(part.answers.generation for part in self._parts)

    @property
    def totals(self) -> Totals:
        """How much there is in all archives."""
        return self._numbers.totals

    # what there is

    @property
    def archives(self) -> Sequence[str]:
        """The names of the archives."""
        return self._names

    def archive_of(self, match: Match) -> str:
        """The archive that a match is of."""
        part, own = self._own(match)
        return part.answers.archive_of(own) or part.names[0]

    def having(self, articles: Sequence[Article]) -> Sequence[Sequence[str]]:
        """The archives that have each of some articles word for word."""
        found: list[set[str]] = [set() for _ in articles]
        for part in self._parts:
            if isinstance(part.answers, JoinedSearcher):
                for names, own in zip(found, part.answers.having(articles), strict=True):
                    names.update(own)
            else:
                for names, there in zip(found, part.answers.holds(articles), strict=True):
                    names.update(part.names if there else ())
        return [[name for name in self._names if name in names] for names in found]

    def statistics(self) -> Statistics:
        """Counts, sources and date span."""
        several = [part.answers.statistics() for part in self._parts]
        sources: Counter[str] = Counter()
        for each in several:
            sources.update(each.sources)
        return Statistics(
            articles=sum(each.articles for each in several),
            paragraphs=sum(each.paragraphs for each in several),
            sources=dict(sorted(sources.items())),
            first=min((each.first for each in several if each.first), default=None),
            last=max((each.last for each in several if each.last), default=None),
            undated=sum(each.undated for each in several),
        )

    def article(self, article_id: str, archive: str = "") -> Article | None:
        """An article by its id, of an archive or the first that has it."""
        for name in [archive] if archive else self._names:
            part = next(part for part in self._parts if name in part.names)
            article = part.answers.article(article_id, name)
            if article is not None:
                return article
        return None

    def articles(self, sources: Collection[str] | None = None) -> Iterator[Article]:
        """Every article, or those of some sources, part by part."""
        return chain.from_iterable(part.answers.articles(sources) for part in self._parts)

    def names(self, field: str) -> Sequence[str]:
        """Every source or author that an article has, each once."""
        return list(dict.fromkeys(name for part in self._parts for name in part.answers.names(field)))

    def kept(self) -> Sequence[str]:
        """The names of the fields that were kept of records."""
        return sorted({name for part in self._parts for name in part.answers.kept()})

    # words

    def occurrences(self, term: str) -> tuple[int, int]:
        """In how many passages a term stands, and how often in all."""
        return _added(part.answers.occurrences(term) for part in self._parts)

    def phrase_occurrences(self, phrase: PhraseClause) -> tuple[int, int]:
        """In how many passages a phrase stands, and how often in all."""
        return _added(part.answers.phrase_occurrences(phrase) for part in self._parts)

    def frequencies(self, terms: Sequence[str]) -> Sequence[int]:
        """In how many passages each of some terms stands."""
        return _summed([part.answers.frequencies(terms) for part in self._parts])

    def article_frequencies(self, groups: Sequence[Sequence[str]]) -> Sequence[int]:
        """In how many articles any term of each of some groups stands."""
        return _summed([part.answers.article_frequencies(groups) for part in self._parts])

    def phrase_articles(self, phrase: PhraseClause) -> int:
        """In how many articles a phrase stands."""
        return sum(part.answers.phrase_articles(phrase) for part in self._parts)

    def passages_with(self, terms: Sequence[str], number: int) -> Sequence[Sequence[str]]:
        """For each of some terms the texts of the first few passages in which it stands, part by part."""
        found: dict[str, list[str]] = {term: [] for term in terms}
        for part in self._parts:
            lacking = [term for term, texts in found.items() if len(texts) < number]
            for term, texts in zip(lacking, part.answers.passages_with(lacking, number), strict=True):
                found[term] += texts[: number - len(found[term])]
        return [found[term] for term in terms]

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
        """A page of all parts.

        Args:
            ask: asks one of them.
            key: what is asked, so that a page is found again where the one before it ended; None to begin at
                the first match.
            limit, offset, sort: as of :meth:`search`.
            plan: what is asked.
        """
        begins = (0,) * len(self._parts)
        skipped = offset
        if key is not None and (known := self._before.get((*key, offset))) is not None:
            begins, skipped = known, 0
        found = [
            ask(part.answers, begin, skipped + limit) for part, begin in zip(self._parts, begins, strict=True)
        ]
        order = merged([each.matches for each in found], sort)[: skipped + limit]
        matches = [
            replace(match, place=match.place * len(self._parts) + part) for part, match in order[skipped:]
        ]
        if key is not None:
            taken = Counter(part for part, _ in order)
            ends = tuple(begin + taken[part] for part, begin in enumerate(begins))
            kept = dict(list(self._before.items())[1 - _KEPT :])
            self._before = {**kept, (*key, offset + len(matches)): ends}
        return Found(
            sum(each.total for each in found),
            tuple(matches),
            # By the numbers of all, the same in each; of a part without articles all are 0.
            tuple(max(each.idf[leaf] for each in found) for leaf in range(len(plan.leaves))),
            tuple(dict.fromkeys(reason for each in found for reason in each.inexact)),
        )

    def matching(
        self, plan: Plan, *, sort: Sort = "relevance", limit: int | None = None, by_story: bool = False
    ) -> Iterator[Article]:
        """The articles that match, all or so many of the first; of each story of a part the best one, if
        asked."""

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
        """How many articles match, or how many stories of the parts they tell."""
        return sum(part.answers.count(plan, by_story=by_story) for part in self._parts)

    def fingerprints(self, plan: Plan) -> Ints:
        """Of each matching article the first 64 bits of its fingerprint; of the archives in folders."""
        return np.unique(np.concatenate([part.answers.fingerprints(plan) for part in self._parts]))

    def counts(self, plan: Plan, field: str) -> Mapping[str, int]:
        """How many of the matching articles have each source or author, "" for unknown."""
        found: Counter[str] = Counter()
        for part in self._parts:
            found.update(part.answers.counts(plan, field))
        return found

    def days(self, plan: Plan) -> tuple[Mapping[int, int], int]:
        """How many of the matching articles are of each day, and how many have no date."""
        days: Counter[int] = Counter()
        undated = 0
        for part in self._parts:
            own, without = part.answers.days(plan)
            days.update(own)
            undated += without
        return days, undated

    def summaries(self, plans: Sequence[Plan], ranking: Ranking, *, limit: int | None) -> Iterator[Summary]:
        """What there is of each of some plans, counted together in each part."""
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
        part, own = self._own(match)
        return part.answers.story(own)

    def is_same_story(self, match: Match, article_id: str) -> bool:
        """Whether a match and an article report the same story; never of two parts."""
        part, own = self._own(match)
        return part.answers.is_same_story(own, article_id)

    def _own(self, match: Match) -> tuple[_Part, Match]:
        """The part that a match is of, and the match as it came from there."""
        place, part = divmod(match.place, len(self._parts))
        return self._parts[part], replace(match, place=place)


def merged(lists: Sequence[Sequence[Match]], sort: Sort) -> list[tuple[int, Match]]:
    """Ranked lists as one, each match with the place of its list; of equal matches that of the first list
    comes first. Each list keeps its order, whatever its scores are."""

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
    """Pairs of counts added up."""
    first, second = zip(*pairs, strict=True)
    return sum(first), sum(second)


def _summed(counts: Sequence[Sequence[int]]) -> list[int]:
    """Lists of counts added up, place by place."""
    return [sum(each) for each in zip(*counts, strict=True)]


def _summed_up(parts: Sequence[Summary]) -> Summary:
    """What there is of a plan in all parts, without the matches."""
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
