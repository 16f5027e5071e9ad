"""Phrases that the cluster cannot search, because too many words are possible at their places: the client
reads the articles that may contain one, and finds those that do.

Lucene refuses a proximity query of more than 1,024 words, counted for each order of them
(``indices.query.bool.max_clause_count``). A single pattern can match up to a thousand
(:attr:`khabar.query.tree.Limits.forms`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from khabar.cluster.candidates import FIELDS, CandidateReader, Whole
from khabar.cluster.conditions import (
    Query,
    ReadPhrase,
    clauses_of,
    field_of,
    in_places,
    shares_terms,
    terms_in,
)
from khabar.cluster.pages import Pages
from khabar.cluster.translate import order
from khabar.errors import InvalidArgument
from khabar.index.columns import Ints
from khabar.index.plan import Clause, GroupClause, Occur, PhraseClause, Plan
from khabar.index.ranking import Ranking
from khabar.ranking.occurrences import OccurrenceReader
from khabar.ranking.term_scoring import TermScorer

__all__ = ["Reading", "Readings"]

_log = logging.getLogger("khabar.cluster")

#: The maximum number of clauses of a plan's phrases together. A query may contain each of them twice: for
#: matching and for scoring.
_CLAUSES = 480
#: The maximum number of articles read for a phrase, and the number read at a time, whose words are in memory.
_MOST, _AT_ONCE = 1_000_000, 500
#: The number of articles in cached readings.
_KEPT = 2_000_000
#: The number of score levels, which is enough to choose candidates.
_STEPS = 16
_RANKING = Ranking()


class Reading(NamedTuple):
    """The articles that contain a phrase.

    Attributes:
        passages, times: the number of passages that contain it, and of its occurrences.
        orders: the order of each article.
        steps: the score level of each article, up to :data:`_STEPS`.
    """

    passages: int
    times: int
    orders: Ints
    steps: Ints

    def of(self, clause: PhraseClause) -> ReadPhrase:
        """The phrase with its articles."""
        levels = tuple(
            (step / _STEPS, tuple(self.orders[self.steps == step].tolist()))
            for step in np.unique(self.steps).tolist()
        )
        return ReadPhrase(**{name: getattr(clause, name) for name in clause.__struct_fields__}, levels=levels)


class Readings:
    """Reads articles to find phrases. Its cache is valid for one generation. Safe to share between threads.

    Args:
        pages: the pages of the index.
        whole: gives the statistics of the whole index.
    """

    def __init__(self, pages: Pages, whole: Callable[[], Whole]) -> None:
        self._pages = pages
        self._whole = whole
        self._kept: dict[PhraseClause, Reading] = {}

    def plan(self, plan: Plan) -> Plan:
        """Replace the phrases of a plan that are too large for the cluster by their articles.

        Raises:
            InvalidArgument: if too many articles would have to be read.
        """
        phrases = {_key(leaf): clauses_of(leaf) for leaf in plan.leaves if isinstance(leaf, PhraseClause)}
        each = [(clauses_of(leaf), _key(leaf)) for leaf in plan.leaves if isinstance(leaf, PhraseClause)]
        left = sum(count for count, _ in each) - max(0, _CLAUSES - len(plan.leaves))
        if left <= 0:
            return plan
        found: dict[PhraseClause, Reading] = {}
        for key in sorted(phrases, key=phrases.__getitem__, reverse=True):
            if left <= 0:
                break
            found[key] = self.of(key)
            left -= sum(count for count, other in each if other == key)
        return Plan(_with_readings(plan.clauses, found))

    def too_much(self, phrase: PhraseClause) -> bool:
        """Whether a phrase alone is too large for the cluster."""
        return clauses_of(phrase) > _CLAUSES

    def of(self, phrase: PhraseClause) -> Reading:
        """Find the articles that contain a phrase.

        Raises:
            InvalidArgument: if too many articles would have to be read.
        """
        key = _key(phrase)
        reading = self._kept.get(key)
        if reading is None:
            reading = self._read(key)
            kept = {**self._kept, key: reading}
            while len(kept) > 1 and sum(len(each.orders) for each in kept.values()) > _KEPT:
                del kept[next(iter(kept))]
            self._kept = kept
        return reading

    def _read(self, phrase: PhraseClause) -> Reading:
        query = _perhaps(phrase)
        count = self._pages.count(query)
        if count > _MOST:
            reason = (
                f"{count} articles may have what a NEAR of patterns asks for, more than are read for it "
                f"({_MOST}): write more letters before «*», or the words themselves"
            )
            raise InvalidArgument("query", "…", reason, "too-large")
        _log.info("%d articles are read for a phrase of %d words", count, sum(map(len, phrase.words)))
        # Without the frequencies of phrases, which are computed from readings.
        whole = self._whole().without_phrases()
        passages = times = 0
        orders: list[Ints] = []
        scores = []
        in_order = order("relevance", scored=False)
        with self._pages.kept() as state:
            for hits in self._pages.walk(query, in_order, FIELDS, within=state, size=_AT_ONCE):
                reader = CandidateReader(whole, hits)
                [found] = OccurrenceReader(reader).of_leaves([phrase])
                articles, worth = TermScorer(reader).article_scores(found, _RANKING)
                passages, times = passages + len(found.passages), times + int(found.counts.sum())
                orders.append(np.array([hit["order"] for hit in hits], np.int64)[articles])
                scores.append(worth)
        none = np.empty(0, np.int64)
        parts = np.concatenate([np.empty(0), *scores]) / (_RANKING.article_k1 + 1)
        steps = np.maximum(1, np.rint(parts * _STEPS)).astype(np.int64)
        return Reading(passages, times, np.concatenate([none, *orders]), steps)


def _perhaps(phrase: PhraseClause) -> Query:
    """The query for the articles that may contain a phrase: all that do, and few others."""
    field = field_of(phrase)
    places = len(phrase.words)
    if shares_terms(phrase):
        # Lucene can miss phrases in which two places have a word in common.
        query: Query = {"bool": {"filter": [terms_in(field, terms) for terms in phrase.words]}}
    else:
        # For Lucene, the distance of a word on the wrong side of another includes the move over that word.
        # All words of a place are one clause of such a phrase.
        moved = 0 if phrase.ordered else 2 * (places - 1)
        query = {"match_phrase": {field: {"query": in_places(phrase), "slop": phrase.slop + moved}}}
    if not phrase.joined:
        return {"bool": {"filter": [query]}}
    either = [query, terms_in(field, phrase.joined)]
    return {"bool": {"filter": [{"bool": {"should": either, "minimum_should_match": 1}}]}}


def _key(phrase: PhraseClause) -> PhraseClause:
    """A phrase without attributes that do not affect its occurrences."""
    return replace(phrase, occur=Occur.MUST, weight=1.0, full=1.0, depths=(), compound=False)


def _with_readings(clauses: Sequence[Clause], found: dict[PhraseClause, Reading]) -> tuple[Clause, ...]:
    """Replace phrases in clauses by their articles."""
    result: list[Clause] = []
    for clause in clauses:
        if isinstance(clause, GroupClause):
            result.append(replace(clause, clauses=_with_readings(clause.clauses, found)))
        elif isinstance(clause, PhraseClause) and (reading := found.get(_key(clause))):
            result.append(reading.of(clause))
        else:
            result.append(clause)
    return tuple(result)
