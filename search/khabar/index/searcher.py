"""The searcher: answers plans with a reader's postings, term at a time with numpy, the same way for every engine.

The formula is that of :class:`~khabar.index.ranking.Ranking`. The weighted occurrences of a clause's forms are added up in each
unit and each article, both are scored with BM25, and an article's score is its best unit's, plus a share of the whole
article's and of its title's.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.corpus.article import Article
from khabar.index import bm25
from khabar.index.columns import Columns, Labels
from khabar.index.engine import Found, Match, Reader, Statistics
from khabar.index.phrases import count_phrases
from khabar.index.plan import (
    Clause,
    FilterClause,
    GroupClause,
    Leaf,
    Occur,
    PhraseClause,
    Plan,
    WordClause,
)
from khabar.index.ranking import Ranking
from khabar.index.records import UNDATED, moment_of
from khabar.index.words import distinct

__all__ = ["Order", "Searcher", "Selection"]

Ints = NDArray[Any]
Floats = NDArray[Any]
Bools = NDArray[np.bool_]

#: In which order hits come: the best first, or by date of publication, those without one last.
Order = str
ORDERS = ("relevance", "newest", "oldest")

#: Postings kept weighed, over all query words: about 20 bytes each with what is kept of their articles.
KEPT_POSTINGS = 8_000_000
#: Articles kept as they were last shown.
KEPT_ARTICLES = 500
#: So few forms are compared by value.
_FEW = 3
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Selection:
    """All articles that match a plan.

    Attributes:
        articles: their numbers in the reader, in the order asked for.
        scores: of each its score.
    """

    articles: Ints
    scores: Floats


@dataclass(frozen=True, slots=True)
class _Word:
    """A query word or phrase on this index.

    Attributes:
        forms: what it was made of; held so that its identity stands for it.
        units: the units where it stands, in order.
        of_units: the BM25 score of each, before the word's weight and rarity.
        matching: the units where it makes a match; None if those are all.
        articles: the articles where it stands, in order.
        of_articles: the score of each as a whole, likewise; occurrences in the title count several times there.
        matching_articles: the articles where it makes a match, in order.
        frequency: in how many units its forms stand, each by its weight up to 1. Units that hold two forms count twice; an
            exact count ranks no better.
    """

    forms: object
    units: Ints
    of_units: Floats
    matching: Ints | None
    articles: Ints
    of_articles: Floats
    matching_articles: Ints
    frequency: float

    @property
    def matching_units(self) -> Ints:
        return self.units if self.matching is None else self.matching


@dataclass(frozen=True, slots=True)
class _Part:
    """What a leaf adds to the scores: so many times those of its word."""

    word: _Word
    weight: float


class _Evaluation:
    """The scores of one plan as they grow, leaf by leaf."""

    def __init__(self, columns: Columns) -> None:
        self.unit_scores = np.zeros(len(columns.numbers))
        self.article_scores = np.zeros(len(columns.alive))
        self.unit_matches = np.zeros(len(columns.numbers), bool)
        self.importance: list[float] = []
        self.parts: list[_Part | None] = []
        #: of each article its score, and what its age made of it, once all leaves are in
        self.scores = self.article_scores
        self.recency: Floats | None = None


class Searcher:
    """Answers plans on one committed state of an index. Safe to share between threads."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._words: OrderedDict[object, _Word] = OrderedDict()
        self._articles: dict[int, Article] = {}
        self._words_size = 0
        self._kept_norms: dict[tuple[float, ...], tuple[Floats, Floats]] = {}
        self._lock = threading.Lock()

    @property
    def generation(self) -> int:
        """The number of the commit that it shows."""
        return self.reader.generation

    @property
    def columns(self) -> Columns:
        """What is known of every unit and article."""
        return self.reader.columns

    def close(self) -> None:
        """Release the reader's files."""
        self.reader.close()

    # what there is

    def article(self, article_id: str) -> Article | None:
        """An article by its id."""
        number = self.reader.number_of(article_id)
        return None if number is None else self.reader.stored(number)

    def articles(self) -> Iterator[Article]:
        """Every article, in the order of indexing."""
        for number in np.flatnonzero(self.columns.alive).tolist():
            yield self.reader.stored(number)

    def labels(self, field: str) -> Labels:
        """The ``source`` or ``author`` of every article."""
        return self.reader.labels(field)

    def occurrences(self, term: str) -> tuple[int, int]:
        """In how many units a term stands, and how often in all; ``(0, 0)`` for one that no article has."""
        units, counts, _ = self._live(*self.reader.postings([term]))
        return len(units), int(counts.sum())

    def statistics(self) -> Statistics:
        """Counts, sources and date span."""
        columns = self.columns
        articles = columns.total_articles
        codes, names = self.reader.labels("source")
        counts = np.bincount(codes[columns.alive], minlength=len(names)).tolist()
        published = columns.published[columns.alive]
        dated = published[published != UNDATED]
        return Statistics(
            articles=articles,
            paragraphs=columns.total_units - articles,
            sources={source: count for source, count in sorted(zip(names, counts, strict=True)) if count},
            first=moment_of(int(dated.min())) if len(dated) else None,
            last=moment_of(int(dated.max())) if len(dated) else None,
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
        order: Order = "relevance",
        stories: Ints | None = None,
    ) -> Found:
        """The matches from place ``offset`` on, at most ``limit`` of them.

        Args:
            plan: what is asked.
            ranking: the constants.
            limit, offset: which part of the matches.
            order: one of :data:`ORDERS`.
            stories: of each article a number; of those with the same number only the best match counts.
        """
        if not self.columns.total_articles:
            return Found(0, (), (0.0,) * len(plan.leaves))
        evaluation, matching = self._evaluate(plan, ranking)
        candidates = np.flatnonzero(matching)
        if stories is not None:
            ordered = self._ordered(candidates, evaluation.scores, "relevance", len(candidates))
            _, first = np.unique(stories[ordered], return_index=True)
            candidates = np.sort(ordered[first])
        chosen = self._ordered(candidates, evaluation.scores, order, offset + limit)[offset:]
        matches = self._matches(chosen, evaluation, ranking)
        return Found(len(candidates), tuple(matches), tuple(evaluation.importance))

    def select(self, plan: Plan, ranking: Ranking, *, order: Order = "relevance") -> Selection:
        """All articles that match, without their texts."""
        if not self.columns.total_articles:
            return Selection(np.empty(0, np.int64), np.empty(0))
        evaluation, matching = self._evaluate(plan, ranking)
        candidates = np.flatnonzero(matching)
        articles = self._ordered(candidates, evaluation.scores, order, len(candidates))
        return Selection(articles, evaluation.scores[articles])

    def _evaluate(self, plan: Plan, ranking: Ranking) -> tuple[_Evaluation, Bools]:
        """The scores of all articles, and which match."""
        columns = self.columns
        evaluation = _Evaluation(columns)
        matching = self._matching(plan.clauses, ranking, evaluation, excluded=False) & columns.alive
        evaluation.scores = (
            np.maximum.reduceat(evaluation.unit_scores, columns.heads)
            + ranking.article * evaluation.article_scores
            + ranking.title * evaluation.unit_scores[columns.heads]
        )
        if ranking.half_life:
            evaluation.recency = self._recency(ranking.half_life)
            evaluation.scores = evaluation.scores * evaluation.recency
        return evaluation, matching

    def _matching(
        self, clauses: Sequence[Clause], ranking: Ranking, evaluation: _Evaluation, *, excluded: bool
    ) -> Bools:
        """Which articles match some clauses together; what they add to the scores is added on the way."""
        columns = self.columns
        matching = np.ones(len(columns.alive), bool)
        wanted: list[Bools] = []
        needed = limited = False
        # Addresses are not kept as a column: the articles that are left by then are read.
        for clause in sorted(
            clauses, key=lambda each: isinstance(each, FilterClause) and each.field == "url"
        ):
            without = excluded or clause.occur is Occur.MUST_NOT
            if isinstance(clause, FilterClause):
                has = self._filter(clause, matching)
            elif isinstance(clause, GroupClause):
                has = self._matching(clause.clauses, ranking, evaluation, excluded=without)
            else:
                has = self._leaf(clause, ranking, evaluation, excluded=without)
            if clause.occur is Occur.SHOULD:
                wanted.append(has)
            elif clause.occur is Occur.MUST_NOT:
                matching &= ~has
            else:
                matching &= has
                limited = True
                needed |= not isinstance(clause, FilterClause)
        if wanted and not needed:
            matching &= reduce(np.logical_or, wanted)
        elif not limited:
            # Nothing was looked for, only ruled out.
            matching[:] = False
        return matching

    def _leaf(self, leaf: Leaf, ranking: Ranking, evaluation: _Evaluation, *, excluded: bool) -> Bools:
        """The articles where a word or phrase makes a match."""
        columns = self.columns
        word = self._word(leaf, ranking)
        has = np.zeros(len(columns.alive), bool)
        has[word.matching_articles] = True
        part = None
        importance = 0.0
        if not excluded and len(word.units):
            evaluation.unit_matches[word.matching_units] = True
            importance = bm25.idf(word.frequency, columns.total_units)
            weight = leaf.weight * importance * (len(leaf.words) if isinstance(leaf, PhraseClause) else 1)
            evaluation.unit_scores[word.units] += weight * word.of_units
            evaluation.article_scores[word.articles] += weight * word.of_articles
            part = _Part(word, weight)
        evaluation.importance.append(importance)
        evaluation.parts.append(part)
        return has

    def _filter(self, clause: FilterClause, among: Bools) -> Bools:
        """The articles that a filter lets through."""
        columns = self.columns
        if clause.field == "published":
            has: Bools = columns.published != UNDATED
            if clause.first is not None:
                has &= columns.published >= clause.first
            if clause.last is not None:
                has &= columns.published <= clause.last
            return has
        if clause.field == "url":
            has = np.zeros(len(among), bool)
            for article in np.flatnonzero(among & columns.alive).tolist():
                url = self.reader.stored(article).url.casefold()
                has[article] = any(value.casefold() in url for value in clause.values)
            return has
        codes, names = self.reader.labels(clause.field)
        chosen = np.array([name in clause.values for name in names], bool)
        return chosen[codes] if len(names) else np.zeros(len(among), bool)

    def _ordered(self, candidates: Ints, scores: Floats, order: Order, wanted: int) -> Ints:
        """The first so many articles in an order; equal ones in order of indexing."""
        if order == "relevance":
            values = -scores[candidates]
        else:
            published = self.columns.published[candidates]
            values = published if order == "oldest" else -published
            # Those without a date come last, either way.
            values = np.where(published == UNDATED, np.iinfo(np.int64).max, values)
        wanted = min(wanted, len(candidates))
        if 0 < wanted < len(candidates):
            # All that tie with the last wanted one take part.
            last = np.partition(values, wanted - 1)[wanted - 1]
            near = values <= last
            candidates, values = candidates[near], values[near]
        if order != "relevance":
            return candidates[np.lexsort((candidates, -scores[candidates], values))][:wanted]
        return candidates[np.lexsort((candidates, values))][:wanted]

    def _recency(self, half_life: float) -> Floats:
        """What each article's score is multiplied by: half for each half-life that it is older than the newest one."""
        published = self.columns.published
        dated = (published != UNDATED) & self.columns.alive
        factors = np.full(len(published), 0.5)
        if dated.any():
            newest = int(published[dated].max())
            factors[dated] = 0.5 ** ((newest - published[dated]) / (half_life * _DAY))
        return factors

    def _matches(self, chosen: Ints, evaluation: _Evaluation, ranking: Ranking) -> Iterator[Match]:
        """The chosen articles, each with its best unit and what every leaf adds to its score."""
        heads = self.columns.heads
        firsts = heads[chosen].tolist()
        lasts = np.append(heads, len(evaluation.unit_scores))[chosen + 1].tolist()
        best = [
            first + int(evaluation.unit_scores[first:last].argmax())
            for first, last in zip(firsts, lasts, strict=True)
        ]
        shares = np.zeros((len(chosen), len(evaluation.parts)))
        for place, part in enumerate(evaluation.parts):
            if part is not None:
                word = part.word
                shares[:, place] = part.weight * (
                    _values_at(word.units, word.of_units, np.array(best, np.int64))
                    + ranking.article * _values_at(word.articles, word.of_articles, chosen)
                    + ranking.title * _values_at(word.units, word.of_units, np.array(firsts, np.int64))
                )
        for article, first, last, share in zip(chosen.tolist(), firsts, lasts, shares.tolist(), strict=True):
            matches = evaluation.unit_matches[first + 1 : last]
            matched = int(matches.sum())
            # A reader sees the title anyway: a paragraph is shown whenever one matches.
            number = (
                int(np.where(matches, evaluation.unit_scores[first + 1 : last], -1.0).argmax()) + 1
                if matched
                else 0
            )
            yield Match(
                self._stored(article),
                number,
                float(evaluation.scores[article]),
                max(0, matched - 1),
                tuple(share),
                1.0 if evaluation.recency is None else float(evaluation.recency[article]),
                article,
            )

    def _stored(self, article: int) -> Article:
        kept = self._articles.get(article)
        if kept is None:
            kept = self.reader.stored(article)
            if len(self._articles) >= KEPT_ARTICLES:
                self._articles.clear()
            self._articles[article] = kept
        return kept

    # words

    def _norms(self, ranking: Ranking) -> tuple[Floats, Floats]:
        """The length norms of all units and of all articles."""
        key = (ranking.k1, ranking.b, ranking.article_k1, ranking.article_b)
        norms = self._kept_norms.get(key)
        if norms is None:
            norms = self._make_norms(ranking)
            # Only the last few: they are as large as the index.
            self._kept_norms = {**dict(list(self._kept_norms.items())[-3:]), key: norms}
        return norms

    def _make_norms(self, ranking: Ranking) -> tuple[Floats, Floats]:
        columns = self.columns
        lengths = columns.lengths
        words = float((lengths if columns.all_alive else lengths[columns.alive_units]).sum())
        units = bm25.length_norms(lengths, ranking.k1, ranking.b, words / columns.total_units)
        articles = bm25.length_norms(
            np.add.reduceat(lengths, columns.heads),
            ranking.article_k1,
            ranking.article_b,
            words / columns.total_articles,
        )
        return units, articles

    def _word(self, leaf: Leaf, ranking: Ranking) -> _Word:
        """Where a leaf stands; kept, since queries share words."""
        constants = (
            ranking.k1,
            ranking.b,
            ranking.article_k1,
            ranking.article_b,
            ranking.title_occurrence,
        )
        key: object
        if isinstance(leaf, WordClause):
            # Many by identity: a planner gives the same tuple for the same word, and to compare a hundred takes longer.
            forms = leaf.forms if len(leaf.forms) < _FEW else id(leaf.forms)
            key = (forms, leaf.full, leaf.title, constants)
        else:
            key = (leaf.words, leaf.full, leaf.title, leaf.slop, leaf.ordered, constants)
        with self._lock:
            kept = self._words.get(key)
            if kept is not None:
                self._words.move_to_end(key)
                return kept
        word = self._read_word(leaf, ranking) if isinstance(leaf, WordClause) else self._phrase(leaf, ranking)
        with self._lock:
            if key not in self._words:
                self._words[key] = word
                self._words_size += len(word.units)
                while self._words_size > KEPT_POSTINGS and len(self._words) > 1:
                    _, oldest = self._words.popitem(last=False)
                    self._words_size -= len(oldest.units)
        return word

    def _read_word(self, clause: WordClause, ranking: Ranking) -> _Word:
        forms = clause.forms
        units, counts, terms = self._live(*self.reader.postings([form.term for form in forms]))
        if clause.title and len(units):
            in_title = self.columns.numbers[units] == 0
            units, counts, terms = units[in_title], counts[in_title], terms[in_title]
        weights = np.array([form.weight for form in forms])
        worth = np.minimum(1.0, weights / clause.full)
        frequency = float((np.bincount(terms, minlength=len(forms)) * worth).sum()) if len(forms) else 0.0
        matches = np.array([form.matches for form in forms], bool)
        matching = None if matches.all() else self._distinct(units[matches[terms]])
        weighed = counts * weights[terms]
        if len(forms) > 1:
            units, weighed = self._summed(units, weighed)
        return self._made(forms, units, weighed, matching, frequency, ranking)

    def _phrase(self, clause: PhraseClause, ranking: Ranking) -> _Word:
        """The units where the words of a phrase stand as they should, as if it were a word."""
        found: Ints | None = None
        for terms in clause.words:
            units, _, _ = self._live(*self.reader.postings(terms))
            units = self._distinct(units)
            found = units if found is None else np.intersect1d(found, units, assume_unique=True)
        assert found is not None
        if clause.title:
            found = found[self.columns.numbers[found] == 0]
        units, counts = count_phrases(self.reader, clause, found)
        return self._made(clause, units, counts * clause.full, None, float(len(units)), ranking)

    def _live(self, units: Ints, counts: Ints, terms: Ints) -> tuple[Ints, Ints, Ints]:
        """Postings without those of removed articles."""
        if self.columns.all_alive or not len(units):
            return units, counts, terms
        alive = self.columns.alive_units[units]
        return units[alive], counts[alive], terms[alive]

    def _distinct(self, units: Ints) -> Ints:
        """The units in order, each once."""
        if len(units) * 20 < len(self.columns.numbers):
            return distinct(units)
        there = np.zeros(len(self.columns.numbers), bool)
        there[units] = True
        return np.flatnonzero(there)

    def _summed(self, units: Ints, counts: Floats) -> tuple[Ints, Floats]:
        """The sum of the counts of each unit, the units in order."""
        total = len(self.columns.numbers)
        if len(units) * 20 > total:
            found = self._distinct(units)
            return found, np.bincount(units, counts, minlength=total)[found]
        order = np.argsort(units, kind="stable")
        units = units[order]
        starts = np.flatnonzero(np.diff(units, prepend=-1))
        return units[starts], np.add.reduceat(counts[order], starts) if len(starts) else counts

    def _made(
        self,
        forms: object,
        units: Ints,
        counts: Floats,
        matching: Ints | None,
        frequency: float,
        ranking: Ranking,
    ) -> _Word:
        """A word's scores from its weighted occurrences in each unit."""
        columns = self.columns
        unit_norms, article_norms = self._norms(ranking)
        owners = columns.article_of[units]
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        articles = owners[starts]
        weighed = np.where(columns.in_title[units], ranking.title_occurrence, 1.0) * counts
        summed = np.add.reduceat(weighed, starts) if len(starts) else np.empty(0)
        everywhere = matching is None or len(matching) == len(units)
        return _Word(
            forms,
            units.astype(np.int32),
            bm25.scores(counts, unit_norms[units], ranking.k1, 1.0),
            None if everywhere or matching is None else matching.astype(np.int32),
            articles,
            bm25.scores(summed, article_norms[articles], ranking.article_k1, 1.0),
            articles if everywhere or matching is None else _without_repeats(columns.article_of[matching]),
            frequency,
        )


def _without_repeats(ordered: Ints) -> Ints:
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]


def _values_at(places: Ints, values: Floats, wanted: Ints) -> Floats:
    """The values at some places, 0 where there is none; places are in order."""
    if not len(places):
        return np.zeros(len(wanted))
    at = np.minimum(np.searchsorted(places, wanted), len(places) - 1)
    return np.where(places[at] == wanted, values[at], 0.0)
