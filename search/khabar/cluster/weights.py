"""Computes the weights of a plan's words in a whole index, before its articles are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace

from khabar.cluster.candidates import FIELDS, WITH_DATES, CandidateReader, Whole
from khabar.cluster.conditions import Query, matching, words_of
from khabar.cluster.frequencies import PASSAGES, Frequencies, Frequency
from khabar.cluster.pages import Pages
from khabar.cluster.readings import Readings
from khabar.cluster.requests import Ask, Page
from khabar.cluster.translate import Worth, asked_for, idf_of, order
from khabar.index import bm25
from khabar.index.columns import Bools, Ints
from khabar.index.engine import Numbers, Totals
from khabar.index.plan import Leaf, Occur, PhraseClause, Plan, WordClause
from khabar.index.ranking import Ranking
from khabar.index.records import UNDATED
from khabar.ranking.answers import Sort
from khabar.ranking.occurrences import OccurrenceReader
from khabar.ranking.ranker import candidates_of, weight_of

__all__ = ["Question", "Weighing"]

#: The candidates are chosen from this many times their number.
_MARGIN = 1.4
#: The number of articles in which a phrase is counted, and the number read at a time; the rest is
#: extrapolated.
_COUNTED, _AT_ONCE = 1000, 250
#: The number of phrases counted in one request, and of cached counts.
_TOGETHER, _PHRASES = 10, 1000


class Question(NamedTuple):
    """The request for a plan.

    Attributes:
        idf: the idf of each leaf, as in :class:`khabar.index.engine.Found`.
        query, sort: the query and its order.
        scored: whether any leaf adds to a score.
        depth: the number of articles that the client ranks again.
        reach: the number of first articles from which it chooses these, as the order of the cluster is only
            approximately that of the first stage.
        fields: the fields needed for ranking.
    """

    idf: tuple[float, ...]
    query: Query
    sort: Sequence[Mapping[str, Any]]
    scored: bool
    depth: int
    reach: int
    fields: Sequence[str]

    @property
    def candidates(self) -> Ask:
        """The request for the candidates."""
        return Ask(self.query, self.sort, self.reach, self.fields)


class Weighing:
    """The statistics of an index, and the weights of words and phrases. Valid for one generation. Safe to
    share between threads.

    Args:
        pages: the pages of the index.
        frequencies: the frequencies of terms in the index.
        generation: the number of the commit.
        numbers: the statistics for the ranking, if not those of the index.
    """

    def __init__(
        self, pages: Pages, frequencies: Frequencies, generation: int, numbers: Numbers | None = None
    ) -> None:
        self._numbers = numbers
        self._pages = pages
        self._frequencies = frequencies
        self._generation = generation
        self._whole: Whole | None = None
        self._readings = Readings(pages, lambda: self.whole)
        self._phrases: dict[PhraseClause, tuple[int, int]] = {}

    @property
    def totals(self) -> Totals:
        """The totals of the index."""
        return self.whole.totals

    @property
    def newest(self) -> int:
        """When its newest article was published."""
        return self.whole.newest

    def frequencies(self, terms: Sequence[str], titles: Bools) -> Ints:
        """The number of its passages, or titles, that contain each term."""
        return self._passages(terms, titles)

    def phrase_frequency(self, phrase: PhraseClause) -> int:
        """The number of its passages that contain a phrase."""
        return self.phrase(phrase)[0]

    @property
    def standard(self) -> Whole:
        """The statistics for the ranking of candidates."""
        numbers = self._numbers
        if numbers is None:
            return self.whole
        return Whole(
            self._generation,
            numbers.totals,
            numbers.newest,
            numbers.frequencies,
            numbers.phrase_frequency,
            self._pages.read,
        )

    @property
    def whole(self) -> Whole:
        """The statistics of the index itself."""
        if self._whole is None:
            sums = {
                "passages": {"sum": {"field": "count"}},
                "words": {"sum": {"field": "length"}},
                "newest": {"max": {"field": "published"}},
            }
            page = self._pages.page({"match_all": {}}, [], 0, (), aggregations=sums)
            known = {name: page.aggregations[name]["value"] for name in sums}
            self._whole = Whole(
                self._generation,
                Totals(page.total, int(known["passages"]), int(known["words"])),
                UNDATED if known["newest"] is None else int(known["newest"]),
                self._passages,
                lambda clause: self.phrase(clause)[0],
                self._pages.read,
            )
        return self._whole

    def matching(self, plan: Plan) -> Query:
        """The query for the articles that match a plan.

        Raises:
            InvalidArgument: if a phrase is too large; see :mod:`khabar.cluster.readings`.
        """
        return matching(self._readings.plan(plan).clauses)

    def _passages(self, terms: Sequence[str], titles: Bools) -> Ints:
        terms_by_field: dict[str, list[str]] = {}
        for term, title in zip(terms, titles.tolist(), strict=True):
            terms_by_field.setdefault(_counted_in(title), []).append(term)
        found = self._frequencies.of(terms_by_field)
        each = zip(terms, titles.tolist(), strict=True)
        return np.array(
            [_passages_of(found[_counted_in(title)][term], title) for term, title in each], np.int64
        )

    def phrase(self, clause: PhraseClause) -> tuple[int, int]:
        """The number of passages that contain a phrase, and of its occurrences: counted in up to a thousand
        articles, and extrapolated if more contain it."""
        key = _counted_as(clause)
        if key not in self._phrases:
            self._keep({key: self._counted(key)})
        return self._phrases[key]

    def prepare(self, plans: Sequence[Plan]) -> None:
        """Fetch the data for :meth:`question` of some plans together."""
        leaves = [leaf for plan in plans for leaf in plan.leaves]
        self._frequencies.of(_terms_by_field(leaves))
        phrases = [_counted_as(leaf) for leaf in leaves if isinstance(leaf, PhraseClause)]
        new = [
            each
            for each in dict.fromkeys(phrases)
            if each not in self._phrases and not self._readings.too_much(each)
        ]
        for begin in range(0, len(new), _TOGETHER):
            some = new[begin : begin + _TOGETHER]
            pages = self._pages.pages([_holding(each) for each in some])
            self._keep({each: self._counted(each, page) for each, page in zip(some, pages, strict=True)})

    def _keep(self, phrases: Mapping[PhraseClause, tuple[int, int]]) -> None:
        kept = dict(list(self._phrases.items())[-_PHRASES:])
        self._phrases = {**kept, **phrases}

    def _counted(self, clause: PhraseClause, first: Page | None = None) -> tuple[int, int]:
        """See :meth:`phrase`; ``first``: the page of :func:`_holding`, if it was fetched already."""
        if self._readings.too_much(clause):
            reading = self._readings.of(clause)
            return reading.passages, reading.times
        asked = _holding(clause)
        page = first or self._pages.page(asked.query, asked.sort, asked.size, asked.fields)
        total = page.total
        passages = times = seen = 0
        while page.hits:
            found, counts = OccurrenceReader(CandidateReader(self.whole, page.hits)).phrase(clause)
            passages, times, seen = passages + len(found), times + int(counts.sum()), seen + len(page.hits)
            if len(page.hits) < _AT_ONCE or seen >= _COUNTED:
                break
            page = self._pages.page(
                asked.query, asked.sort, asked.size, asked.fields, total=False, after=page.after
            )
        if seen < total:
            return round(passages * total / seen), round(times * total / seen)
        return passages, times

    def question(self, plan: Plan, ranking: Ranking, sort: Sort) -> Question:
        """Make the request for a plan."""
        leaves = plan.leaves
        found = self._frequencies.of(_terms_by_field(leaves))
        totals, standard = self.whole.totals, self.standard
        idf: list[float] = []
        worths: list[Worth] = []
        for leaf, shown in zip(leaves, plan.shown, strict=True):
            frequencies = found[_counted_in(leaf.title)]
            frequency = self._frequency(leaf, frequencies) if shown else 0.0
            idf.append(bm25.idf(frequency, standard.totals.passages) if frequency > 0 else 0.0)
            worths.append(Worth(weight_of(leaf, idf[-1]), _own_idf(leaf, frequencies, totals)))
        newest = None if standard.newest == UNDATED else standard.newest
        query, scored = asked_for(self._readings.plan(plan), worths, ranking, newest)
        depth = candidates_of([each.weight for each in worths])
        fields = WITH_DATES if sort != "relevance" or ranking.half_life else FIELDS
        reach = int(depth * _MARGIN) if sort == "relevance" else depth
        return Question(tuple(idf), query, order(sort, scored=scored), scored, depth, reach, fields)

    def _frequency(self, leaf: Leaf, frequencies: Mapping[str, Frequency]) -> float:
        """The number of passages that contain a leaf; each form counts by its weight, up to 1."""
        if isinstance(leaf, PhraseClause):
            return self.standard.phrase_frequency(leaf)
        if self._numbers is not None:
            titles = np.full(len(leaf.forms), leaf.title)
            counts = self._numbers.frequencies([form.term for form in leaf.forms], titles)
            return float(counts @ [min(1.0, form.weight / leaf.full) for form in leaf.forms])
        total = 0.0
        for form in leaf.forms:
            total += _passages_of(frequencies[form.term], leaf.title) * min(1.0, form.weight / leaf.full)
        return total


def _counted_as(clause: PhraseClause) -> PhraseClause:
    """A phrase without attributes that do not affect its frequency."""
    return replace(clause, occur=Occur.MUST, weight=1.0, full=1.0, depths=())


def _holding(clause: PhraseClause) -> Ask:
    """The request for the first articles that contain a phrase."""
    query = {"bool": {"filter": [matching((clause,))]}}
    return Ask(query, order("relevance", scored=False), _AT_ONCE, FIELDS)


def _terms_by_field(leaves: Sequence[Leaf]) -> dict[str, list[str]]:
    """The terms of some leaves by the fields that give their frequencies."""
    terms_by_field: dict[str, list[str]] = {}
    for leaf in leaves:
        terms_by_field.setdefault(_counted_in(leaf.title), []).extend(words_of(leaf))
    return terms_by_field


def _counted_in(title: bool) -> str:
    """The field that gives the number of titles, or passages, that contain a term."""
    return "head" if title else PASSAGES


def _passages_of(frequency: Frequency, title: bool) -> int:
    """The number of titles, or passages, that contain a term."""
    return frequency.articles if title else frequency.times


def _own_idf(leaf: Leaf, frequencies: Mapping[str, Frequency], totals: Totals) -> float:
    """The idf by which the cluster multiplies the score of a leaf."""

    def idf(terms: Sequence[str]) -> list[float]:
        found = [frequencies[term] for term in terms]
        return [idf_of(each.articles, totals.articles) for each in found if each.articles]

    if isinstance(leaf, WordClause):
        return min(idf(words_of(leaf)), default=0.0)
    return sum(sum(idf(tuple(dict.fromkeys(terms)))) for terms in leaf.words)
