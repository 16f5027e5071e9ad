"""Key terms: the words and names that the articles of a query use more often than the rest of the index.

The measure is the log-likelihood ratio of Dunning, "Accurate Methods for the Statistics of Surprise and
Coincidence", *Computational Linguistics* 19 (1993), pp. 61–74. It uses a 2 × 2 table: articles with and
without the word, among the analysed articles and among the rest. Unlike measures that divide by an expected
count, it does not put words that occur twice at the top. An article counts once for a word, however often the
word occurs in it, and a wire story counts once, however many papers print it.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal, Unpack

import msgspec
import numpy as np

from khabar.corpus.article import Article
from khabar.explore.classes import Classes, classes_of, most_common
from khabar.explore.word_counts import Reading
from khabar.index.columns import Floats, Ints
from khabar.index.plan import PhraseClause, WordClause
from khabar.query.planner import Planned
from khabar.query.snapshot import Asked, Snapshot
from khabar.query.tree import Problem
from khabar.ranking.answers import Sort
from khabar.serialize import Sequenced, Serializable

__all__ = ["KeyTerm", "KeyTerms", "key_terms", "log_likelihood"]


#: Number of words compared with the index, those in the most articles.
_WEIGHED = 800
#: Number of pairs and triples of words compared with the index.
_NAMES = 40
#: A name of several words replaces one of its words if it is in this share of the word's articles.
_REPLACES = 0.6
#: Words are adjacent by more than chance if they are in this share of the articles of the rarer one.
_TOGETHER = 0.4
#: Parts of names with which no name begins or ends, folded.
_JOINTS = frozenset({"بن", "ابن", "بنت", "ال", "ابو", "ابا", "ابي", "ام", "عبد"})


class KeyTerm(Serializable, msgspec.Struct, frozen=True):
    """A word in all its inflections, or a name of several words.

    Attributes:
        text: its most common spelling in the articles analysed.
        articles: number of these that contain it.
        all: number of articles in the index that contain it.
        score: the log-likelihood ratio; higher is more significant, comparable only within one result.
    """

    text: str
    articles: int
    all: int
    score: float


class KeyTerms(Sequenced[KeyTerm], Serializable, msgspec.Struct, frozen=True):
    """The key terms of a query.

    Attributes:
        query: as typed.
        total: number of matching articles.
        looked_at: number of these analysed, the best, each story once.
        terms: the key terms, most significant first.
        took_ms: duration in milliseconds.
        problems: parts of the query that were not understood.
        match: ``any`` or ``all``: how many of the query's words an article had to contain.
        with_all, with_any: number of articles with all the words, and with any, as in :class:`Results`.
    """

    query: str
    total: int
    looked_at: int
    terms: tuple[KeyTerm, ...]
    took_ms: float
    problems: tuple[Problem, ...] = ()
    match: Literal["any", "all"] = "any"
    with_all: int | None = None
    with_any: int | None = None

    def _listed(self) -> tuple[KeyTerm, ...]:
        return self.terms

    def rows(self) -> list[dict[str, Any]]:
        """One row per term: ``text``, ``articles``, ``all``, ``score``."""
        return [term.to_dict() for term in self.terms]


def log_likelihood(inside: Floats, size: float, everywhere: Floats, total: float) -> Floats:
    """Dunning's ratio −2 log λ for words that are more frequent in a set of articles than outside it; 0 for
    other words.

    Args:
        inside: number of articles of the set that contain each word.
        size: number of articles in the set.
        everywhere: number of articles of the index that contain each word, including those of the set.
        total: number of articles in the index.
    """
    outside = np.maximum(0, everywhere - inside)
    rest = total - size
    common = (inside + outside) / total

    def part(seen: Floats, expected: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where((seen > 0) & (expected > 0), seen * np.log(seen / expected), 0.0)

    ratio = 2 * (
        part(inside, size * common)
        + part(outside, rest * common)
        + part(size - inside, size * (1 - common))
        + part(rest - outside, rest * (1 - common))
    )
    return np.where(inside * rest > outside * size, np.maximum(0.0, ratio), 0.0)


def key_terms(snapshot: Snapshot, query: str, limit: int, best: int, **asked: Unpack[Asked]) -> KeyTerms:
    """The key terms of the articles that match; see :meth:`khabar.Index.terms`."""
    began = time.perf_counter()
    total, planned_query, tally = snapshot.counted(query, **asked)
    # The best of each story, in order; the newest first if the query has no words.
    sort: Sort = "relevance" if planned_query.plan.leaves else "newest"
    chosen = list(snapshot.answers.matching(planned_query.plan, sort=sort, limit=max(0, best), by_story=True))
    terms = _key_terms(snapshot, chosen, planned_query, max(0, limit)) if chosen else ()
    took = (time.perf_counter() - began) * 1000
    return KeyTerms(query, total, len(chosen), terms, round(took, 2), planned_query.problems, *tally)


def _key_terms(
    snapshot: Snapshot, chosen: Sequence[Article], planned_query: Planned, limit: int
) -> tuple[KeyTerm, ...]:
    reading = Reading()
    for article in chosen:
        reading.read(passage.text for passage in article.passages())
    size = len(chosen)
    weighing = _Weighing(
        snapshot,
        reading,
        query_classes(planned_query, classes_of(snapshot)),
        1 if size < 3 else 2 if size < 10 else 3,
    )
    return _ranked(weighing.words(limit), weighing.names(), limit)


def query_classes(planned_query: Planned, classes: Classes) -> frozenset[str]:
    """The classes of the words of a query, which are not key terms of it."""
    terms: set[str] = set()
    for leaf, shown in zip(planned_query.plan.leaves, planned_query.plan.shown, strict=True):
        if shown and isinstance(leaf, WordClause):
            terms.update(form.term for form in leaf.forms if form.matches)
        elif shown and isinstance(leaf, PhraseClause):
            terms.update(term for place in leaf.words for term in place)
    return frozenset(map(classes.of_term, terms))


class _Weighed(msgspec.Struct, frozen=True):
    """A candidate for a key term: its words, and the positions of the articles that contain it."""

    term: KeyTerm
    words: tuple[str, ...]
    articles: frozenset[int]


class _Weighing:
    """Compares the words of some articles with the index.

    Args:
        snapshot: the commit.
        reading: the articles.
        excluded: classes that are not key terms.
        least: minimum number of articles with a key term.
    """

    def __init__(self, snapshot: Snapshot, reading: Reading, excluded: frozenset[str], least: int) -> None:
        self._snapshot = snapshot
        self._reading = reading
        self._excluded = excluded
        self._least = least
        self._size = len(reading.words_of)
        self._total = snapshot.answers.totals.articles

    def words(self, limit: int) -> list[_Weighed]:
        """Single words, with their inflections together."""
        classes, reading = classes_of(self._snapshot), self._reading
        of_class: defaultdict[str, list[str]] = defaultdict(list)
        # A word in a single article is not worth a lookup in the dictionary.
        for term, count in reading.word_counts.items():
            if count >= min(2, self._least) and term not in _JOINTS:
                of_class[classes.of_term(term)].append(term)
        holding = {
            name: frozenset(place for term in terms for place in reading.articles_with(term))
            for name, terms in of_class.items()
            if name
            and name not in self._excluded
            and sum(map(reading.word_counts.__getitem__, terms)) >= self._least
        }
        frequent = sorted(holding, key=lambda name: (-len(holding[name]), name))[:_WEIGHED]
        frequent = [name for name in frequent if len(holding[name]) >= self._least]
        if not frequent:
            return []
        # First an approximation by the most common form; then the best of them exactly, by all forms.
        heads = [max(of_class[name], key=lambda term: (reading.word_counts[term], term)) for name in frequent]
        inside = np.array([reading.word_counts[head] for head in heads])
        rough = log_likelihood(
            inside, self._size, np.minimum(classes.frequencies(heads), self._total), self._total
        )
        best = np.argsort(-rough, kind="stable")[: 3 * limit + 20].tolist()
        everywhere = classes.class_frequencies([heads[place] for place in best])
        candidates = []
        for place in best:
            # Including forms that only one article has.
            others = [form for form in classes.members(heads[place]) if form in reading.word_counts]
            forms = tuple(dict.fromkeys([*of_class[frequent[place]], *others]))
            articles = frozenset(article for form in forms for article in reading.articles_with(form))
            candidates.append((reading.written(forms), forms, articles))
        return self._scored(candidates, everywhere)

    def names(self) -> list[_Weighed]:
        """Words that are adjacent by more than chance, with their inflections together."""
        classes, reading = classes_of(self._snapshot), self._reading
        joined: defaultdict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
        for row, count in reading.row_counts.items():
            if (
                count >= max(2, self._least)
                and count >= _TOGETHER * min(map(reading.word_counts.__getitem__, row))
                and row[0] not in _JOINTS
                and row[-1] not in _JOINTS
            ):
                joined[tuple(map(classes.of_term, row))].append(row)
        groups = [group for names, group in joined.items() if not set(names) <= self._excluded]
        holding = reading.articles_with_rows(row for group in groups for row in group)
        frequent = [(group, frozenset().union(*(holding[row] for row in group))) for group in groups]
        frequent.sort(key=lambda pair: (-len(pair[1]), pair[0]))
        frequent = frequent[:_NAMES]
        written = reading.written_rows(row for group, _ in frequent for row in group)
        everywhere = [_articles_with(self._snapshot, group) for group, _ in frequent]
        candidates = [
            (
                most_common(sum((written[row] for row in group), Counter())),
                max(group, key=lambda row: (reading.row_counts[row], row)),
                articles,
            )
            for group, articles in frequent
        ]
        return self._scored(candidates, np.array(everywhere, np.int64))

    def _scored(
        self, candidates: Sequence[tuple[str, tuple[str, ...], frozenset[int]]], everywhere: Ints
    ) -> list[_Weighed]:
        """Score candidates: each has its spelling, its words, and the positions of the articles with it."""
        inside = np.array([len(articles) for _, _, articles in candidates], np.int64)
        everywhere = np.maximum(inside, everywhere)
        scores = log_likelihood(inside, self._size, everywhere, self._total)
        return [
            _Weighed(KeyTerm(text, len(articles), count, round(score, 2)), words, articles)
            for (text, words, articles), count, score in zip(
                candidates, everywhere.tolist(), scores.tolist(), strict=True
            )
        ]


def _articles_with(snapshot: Snapshot, rows: Sequence[tuple[str, ...]]) -> int:
    """The number of articles in which the words of these rows are adjacent."""
    places = tuple(tuple(sorted(set(terms))) for terms in zip(*rows, strict=True))
    return snapshot.answers.phrase_articles(PhraseClause(places))


def _ranked(words: Sequence[_Weighed], names: Sequence[_Weighed], limit: int) -> tuple[KeyTerm, ...]:
    """The most significant terms, without words that a name replaces and names that are part of another."""
    kept: list[_Weighed] = []
    # Of «وزير الخارجية الروسي» and «الخارجية الروسي سيرغي», keep the one that does not continue another.
    endings = {name.words[1:] for name in names}
    for name in sorted(
        names,
        key=lambda name: (-len(name.words), -len(name.articles), name.words[:-1] in endings, name.words),
    ):
        if not any(_overlap(name.words, other.words) and _replaces(other, name) for other in kept):
            kept.append(name)
    terms = [name.term for name in kept]
    for word in words:
        forms = set(word.words)
        if not any(forms & set(name.words) and _replaces(name, word) for name in kept):
            terms.append(word.term)
    terms.sort(key=lambda term: (-term.score, term.text))
    return tuple(term for term in terms if term.score > 0)[:limit]


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names share two words in a row."""
    return bool(set(pairwise(one)) & set(pairwise(other)))


def _replaces(name: _Weighed, word: _Weighed) -> bool:
    """Whether a name replaces a word or a shorter name in it."""
    return len(name.articles & word.articles) >= _REPLACES * len(word.articles)
