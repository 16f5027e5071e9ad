"""A committed state of a Whoosh index: its postings as arrays, scored term at a time with numpy.

Whoosh's own matchers walk one posting a step in Python; a headline query takes them 75 ms on 150,000 paragraphs. Here each
term's postings are decoded once, kept while the reader lives (up to a bound), and scored as whole arrays.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.corpus.article import Article
from khabar.index import bm25
from khabar.index.engine import Found, Match, Statistics
from khabar.index.plan import Occur, PhraseClause, Plan, WeightedForm, WordClause
from khabar.index.ranking import Ranking
from khabar.index.records import UNDATED, article_from_json, moment_of
from khabar.index.whoosh_engine.arrays import best_articles, count_phrase, value_at
from khabar.index.whoosh_engine.postings import SegmentFiles
from khabar.index.whoosh_engine.schema import KEY, SOURCE, TEXT
from khabar.index.whoosh_engine.writer import KEY_SEPARATOR

__all__ = ["WhooshReader"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Postings kept decoded, over all query words: about 17 bytes each.
KEPT_POSTINGS = 4_000_000


@dataclass(frozen=True, slots=True)
class _Postings:
    """Units over all segments, in order, deleted ones left out, and how often a term stands in each."""

    units: Ints
    counts: Floats


@dataclass(frozen=True, slots=True)
class _Part:
    """What a clause adds to the scores of units and of articles."""

    units: Ints
    of_units: Floats
    articles: Ints
    of_articles: Floats


@dataclass(frozen=True, slots=True)
class _Word:
    """A query word or phrase: the units where it stands, its weighted occurrences, and where they make a match.

    Its frequency is the sum of its forms', each by its weight up to 1. Units that hold two forms count twice there; an exact
    count ranks no better.
    """

    units: Ints
    counts: Floats
    matches: NDArray[np.bool_]
    frequency: float


_NOTHING = _Word(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0, dtype=bool), 0.0)


class WhooshReader:
    """See :class:`khabar.index.engine.Reader`."""

    def __init__(self, folder: Path, segments: Sequence[Any], generation: int) -> None:
        self._generation = generation
        self._files = [SegmentFiles(folder, segment) for segment in segments]
        #: the first unit of each segment
        self._bases = np.cumsum([0, *(files.count for files in self._files)])
        self._kept_norms: dict[tuple[float, ...], tuple[Floats, Floats]] = {}
        self._words: OrderedDict[tuple[tuple[WeightedForm, ...], float], _Word] = OrderedDict()
        self._words_size = 0
        self._lock = threading.Lock()

    @property
    def generation(self) -> int:
        return self._generation

    def close(self) -> None:
        for files in self._files:
            files.close()

    # what there is

    @cached_property
    def _numbers(self) -> Ints:
        numbers: Ints = self._gathered([files.numbers() for files in self._files], np.int64)
        return numbers

    @cached_property
    def _alive(self) -> NDArray[np.bool_]:
        alive = np.ones(int(self._bases[-1]), dtype=bool)
        for base, files in zip(self._bases, self._files, strict=False):
            deleted = files.deleted()
            if deleted:
                alive[base + np.array(deleted)] = False
        return alive

    @cached_property
    def _all_alive(self) -> bool:
        return bool(self._alive.all())

    @cached_property
    def _heads(self) -> Ints:
        """The title's unit of each article, deleted ones among them."""
        return np.flatnonzero(self._numbers == 0)

    @cached_property
    def _article_of(self) -> Ints:
        """The ordinal of each unit's article."""
        ordinals: Ints = np.cumsum(self._numbers == 0) - 1
        return ordinals

    @cached_property
    def _live_articles(self) -> NDArray[np.bool_]:
        return self._alive[self._heads]

    @cached_property
    def _lengths(self) -> Floats:
        lengths: Floats = self._gathered([files.lengths() for files in self._files], np.float64) * self._alive
        return lengths

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
        lengths = self._lengths
        units = np.zeros(len(lengths))
        units[self._alive] = bm25.length_norms(lengths[self._alive], ranking.k1, ranking.b)
        summed = np.add.reduceat(lengths, self._heads)
        live = self._live_articles
        articles = np.zeros(len(summed))
        articles[live] = bm25.length_norms(summed[live], ranking.article_k1, ranking.article_b)
        return units, articles

    @staticmethod
    def _gathered(parts: list[Any], kind: Any) -> Any:
        return np.concatenate(parts) if parts else np.empty(0, dtype=kind)

    # terms

    def _postings(self, term: str) -> _Postings:
        return _Postings(*self._read_postings(TEXT, term))

    def _read_postings(self, field: str, term: str) -> tuple[Ints, Floats]:
        encoded = term.encode("utf-8", "surrogatepass")
        parts = [
            (base + ids, weights)
            for base, files in zip(self._bases, self._files, strict=False)
            for ids, weights in [files.postings(field, encoded)]
            if len(ids)
        ]
        if not parts:
            return np.empty(0, dtype=np.int64), np.empty(0)
        if len(parts) == 1:
            units, counts = parts[0]
        else:
            units = np.concatenate([ids for ids, _ in parts])
            counts = np.concatenate([weights for _, weights in parts])
        if self._all_alive:
            return units, counts
        alive = self._alive[units]
        return units[alive], counts[alive]

    def _word(self, clause: WordClause) -> _Word:
        """The units where any form of a word stands, with its weighted occurrences summed."""
        key = (clause.forms, clause.full)
        with self._lock:
            kept = self._words.get(key)
            if kept is not None:
                self._words.move_to_end(key)
                return kept
        word = self._read_word(clause)
        with self._lock:
            if key not in self._words:
                self._words[key] = word
                self._words_size += len(word.units) + len(clause.forms)
                while self._words_size > KEPT_POSTINGS and len(self._words) > 1:
                    (forms, _), oldest = self._words.popitem(last=False)
                    self._words_size -= len(oldest.units) + len(forms)
        return word

    def _read_word(self, clause: WordClause) -> _Word:
        terms = [form.term.encode("utf-8", "surrogatepass") for form in clause.forms]
        units: list[int] = []
        counts: list[float] = []
        matching: list[bool] = []
        long: list[tuple[Ints, Floats, bool]] = []
        found = 0.0
        for base, files in zip(self._bases.tolist(), self._files, strict=False):
            for form, (ids, weights) in zip(clause.forms, files.all_postings(TEXT, terms), strict=True):
                if isinstance(ids, tuple):
                    for place, unit in enumerate(ids):
                        if self._all_alive or self._alive[base + unit]:
                            units.append(base + unit)
                            counts.append(weights[place] * form.weight)
                            matching.append(form.matches)
                            found += min(1.0, form.weight / clause.full)
                else:
                    here, often = base + np.asarray(ids), np.asarray(weights, dtype=np.float64)
                    if not self._all_alive:
                        alive = self._alive[here]
                        here, often = here[alive], often[alive]
                    long.append((here, often * form.weight, form.matches))
                    found += min(1.0, form.weight / clause.full) * len(here)
        together = np.concatenate([np.array(units, dtype=np.int64), *(each[0] for each in long)])
        if not len(together):
            return _NOTHING
        weighed = np.concatenate([np.array(counts), *(each[1] for each in long)])
        matches = np.concatenate(
            [np.array(matching, dtype=bool), *(np.full(len(each[0]), each[2]) for each in long)]
        )
        order = np.argsort(together, kind="stable")
        together = together[order]
        starts = np.flatnonzero(np.diff(together, prepend=-1))
        return _Word(
            together[starts],
            np.add.reduceat(weighed[order], starts),
            np.logical_or.reduceat(matches[order], starts),
            found,
        )

    def _phrase(self, clause: PhraseClause) -> _Word:
        """The units where the words of a phrase stand in order, as if it were a word."""
        at_place = [
            np.unique(np.concatenate([self._postings(term).units for term in terms]))
            for terms in clause.words
        ]
        wanted = reduce(lambda left, right: np.intersect1d(left, right, assume_unique=True), at_place)
        found: dict[int, int] = {}
        for base, files in zip(self._bases, self._files, strict=False):
            inside = wanted[(wanted >= base) & (wanted < base + files.count)] - base
            if len(inside):
                for unit, count in count_phrase(files, clause.words, inside).items():
                    found[int(base) + unit] = count
        units = np.array(sorted(found), dtype=np.int64)
        counts = np.array([found[unit] for unit in units.tolist()], dtype=np.float64)
        return _Word(units, counts * clause.full, np.ones(len(units), dtype=bool), len(units))

    # search

    def search(self, plan: Plan, ranking: Ranking, *, limit: int, offset: int = 0) -> Found:
        if not self._live_articles.any():
            return Found(0, (), (0.0,) * len(plan.clauses))
        total_units = int(self._alive.sum())
        unit_norms, article_norms = self._norms(ranking)
        unit_scores = np.zeros(len(self._numbers))
        article_scores = np.zeros(len(self._heads))
        unit_matches = np.zeros(len(self._numbers), dtype=bool)
        required: list[NDArray[np.bool_]] = []
        excluded = np.zeros(len(self._heads), dtype=bool)
        importance = []
        parts: list[_Part | None] = []
        for clause in plan.clauses:
            parts.append(None)
            word = self._word(clause) if isinstance(clause, WordClause) else self._phrase(clause)
            owners = self._article_of[word.units]
            if clause.occur is Occur.MUST_NOT:
                excluded[owners[word.matches]] = True
                importance.append(0.0)
                continue
            if clause.occur is Occur.MUST:
                has = np.zeros(len(self._heads), dtype=bool)
                has[owners[word.matches]] = True
                required.append(has)
            if not len(word.units):
                importance.append(0.0)
                continue
            unit_matches[word.units[word.matches]] = True
            starts = np.flatnonzero(np.diff(owners, prepend=-1))
            articles = owners[starts]
            in_title = np.where(self._numbers[word.units] == 0, ranking.title_occurrence, 1.0)
            summed = np.add.reduceat(word.counts * in_title, starts)
            rarity = bm25.idf(word.frequency, total_units)
            importance.append(rarity)
            weight = clause.weight * rarity * (len(clause.words) if isinstance(clause, PhraseClause) else 1)
            of_units = bm25.scores(word.counts, unit_norms[word.units], ranking.k1, weight)
            of_articles = bm25.scores(summed, article_norms[articles], ranking.article_k1, weight)
            unit_scores[word.units] += of_units
            article_scores[articles] += of_articles
            parts[-1] = _Part(word.units, of_units, articles, of_articles)
        allowed = reduce(np.logical_and, required, ~excluded)
        matching = np.logical_or.reduceat(unit_matches, self._heads) & allowed
        scores = (
            np.maximum.reduceat(unit_scores, self._heads)
            + ranking.article * article_scores
            + ranking.title * unit_scores[self._heads]
        )
        ordered = best_articles(scores, matching, limit, offset)
        return Found(
            int(matching.sum()),
            tuple(
                self._match(article, float(scores[article]), unit_scores, unit_matches, parts, ranking)
                for article in ordered
            ),
            tuple(importance),
        )

    def _match(
        self,
        ordinal: int,
        score: float,
        unit_scores: Floats,
        unit_matches: NDArray[np.bool_],
        parts: Sequence[_Part | None],
        ranking: Ranking,
    ) -> Match:
        head = int(self._heads[ordinal])
        end = int(self._heads[ordinal + 1]) if ordinal + 1 < len(self._heads) else len(unit_scores)
        matches = unit_matches[head + 1 : end]
        matched = int(matches.sum())
        # A reader sees the title anyway: a paragraph is shown whenever one matches.
        number = int(np.where(matches, unit_scores[head + 1 : end], -1.0).argmax()) + 1 if matched else 0
        best = head + int(unit_scores[head:end].argmax())
        shares = tuple(
            0.0
            if part is None
            else value_at(part.units, part.of_units, best)
            + ranking.article * value_at(part.articles, part.of_articles, ordinal)
            + ranking.title * value_at(part.units, part.of_units, head)
            for part in parts
        )
        return Match(self._article(head), number, score, max(0, matched - 1), shares)

    def occurrences(self, term: str) -> tuple[int, int]:
        postings = self._postings(term)
        return len(postings.units), int(postings.counts.sum())

    def _article(self, unit: int) -> Article:
        place = int(np.searchsorted(self._bases, unit, side="right")) - 1
        return article_from_json(self._files[place].stored(unit - int(self._bases[place])))

    # articles

    def article(self, article_id: str) -> Article | None:
        prefix = (article_id + KEY_SEPARATOR).encode("utf-8", "surrogatepass")
        for files in self._files:
            for term, information in files.terms(KEY, prefix):
                document = information.min_id()
                # A longer id may begin with this one and a separator.
                if KEY_SEPARATOR.encode() not in term[len(prefix) :] and not files.is_deleted(document):
                    return article_from_json(files.stored(document))
        return None

    def articles(self) -> Iterator[Article]:
        for head in self._heads[self._live_articles].tolist():
            yield self._article(head)

    def statistics(self) -> Statistics:
        live = self._live_articles
        articles = int(live.sum())
        sources = {}
        for term in sorted({term for files in self._files for term, _ in files.terms(SOURCE)}):
            count = len(self._read_postings(SOURCE, term.decode())[0])
            if count:
                sources[term.decode()] = count
        unknown = articles - sum(sources.values())
        if unknown:
            sources[""] = unknown
        published = self._gathered([files.published() for files in self._files], np.int64)[self._heads][live]
        dated = published[published != UNDATED]
        return Statistics(
            articles=articles,
            paragraphs=int(self._alive.sum()) - articles,
            sources=sources,
            first=moment_of(int(dated.min())) if len(dated) else None,
            last=moment_of(int(dated.max())) if len(dated) else None,
            undated=articles - len(dated),
        )
