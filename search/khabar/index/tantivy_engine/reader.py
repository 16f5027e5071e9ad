"""A committed state of a Tantivy index: Tantivy finds, numpy scores."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tantivy import DocAddress, Query

from khabar.corpus.article import Article
from khabar.index.engine import Found, Match, Statistics
from khabar.index.plan import Clause, Plan, WordClause
from khabar.index.ranking import Ranking
from khabar.index.records import UNDATED, moment_of
from khabar.index.tantivy_engine.candidates import all_of, candidate_query
from khabar.index.tantivy_engine.phrases import Phrase, phrase_counts
from khabar.index.tantivy_engine.resolved import resolve
from khabar.index.tantivy_engine.scoring import Averages, Scored, Scorer
from khabar.index.tantivy_engine.snapshot import Snapshot
from khabar.index.tantivy_engine.storage import TANTIVY, reading

__all__ = ["TantivyReader"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: So many of the best by Tantivy's score are scored exactly, and more where more are asked for: this many for each.
CANDIDATES = 800
CANDIDATES_PER_HIT = 10
#: Articles whose words are in memory at a time.
AT_ONCE = 2000
#: Phrases whose places are kept.
KEPT_PHRASES = 100


class TantivyReader:
    """See :class:`khabar.index.engine.Reader`.

    The scores are exact, but where more than :data:`CANDIDATES` articles match, an article that Tantivy puts behind all of those
    is not looked at; docs/performance.md says how seldom that changes what is found.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._snapshot = Snapshot(folder)
        catalogue = self._catalogue = self._snapshot.catalogue
        self._total_units = catalogue.total_units
        words = catalogue.total_words
        self._averages = Averages(
            words / self._total_units if self._total_units else 0.0,
            words / len(catalogue.row) if len(catalogue.row) else 0.0,
        )
        self._numbers: dict[str, int] = {}
        self._phrases: OrderedDict[tuple[tuple[int, ...], ...], Phrase] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def generation(self) -> int:
        return self._snapshot.generation

    def close(self) -> None:
        # Tantivy and the memory maps release their files when nothing refers to them any more.
        self.__dict__.pop("_snapshot", None)
        self.__dict__.pop("_catalogue", None)

    # search

    def search(self, plan: Plan, ranking: Ranking, *, limit: int, offset: int = 0) -> Found:
        catalogue = self._catalogue
        if not len(catalogue.row):
            return Found(0, (), (0.0,) * len(plan.clauses))
        self._look_up(plan)
        clauses = resolve(
            plan, self._numbers.__getitem__, catalogue.in_units, self._total_units, self._phrase
        )
        importance = tuple(clause.importance for clause in clauses)
        query = candidate_query(clauses, catalogue)
        if query is None:
            return Found(0, (), importance)
        total, addresses = self._candidates(query, offset + limit)
        if offset >= min(total, offset + limit):
            return Found(total, (), importance)
        articles = self._snapshot.rows_at(addresses)
        scorer = Scorer(clauses, ranking, self._averages, len(catalogue.hashes))
        scores, kept = self._scores(scorer, articles)
        # The best, equal ones in order of indexing.
        chosen = np.lexsort((articles, -scores))[offset : offset + limit]
        matches = []
        for begin in range(0, len(chosen), AT_ONCE):
            part = chosen[begin : begin + AT_ONCE]
            scored, places = (
                (kept, part) if kept else (self._scored(scorer, articles[part]), range(len(part)))
            )
            for which, place in zip(part.tolist(), map(int, places), strict=True):
                number, more = scored.best(place)
                article = self._snapshot.article_at(addresses[which])
                score = float(scored.articles[place])
                matches.append(Match(article, number, score, more, scored.shares(place, ranking)))
        return Found(total, tuple(matches), importance)

    def _candidates(self, query: Query, wanted: int) -> tuple[int, list[DocAddress]]:
        """How many articles match, and where those are that may be among the best so many."""
        articles = len(self._catalogue.row)
        # The same for neighbouring pages, so that together they hold each article once.
        pages = 1 << max(0, min(wanted, articles) - 1).bit_length()
        limit = min(articles, max(CANDIDATES, CANDIDATES_PER_HIT * pages))
        with reading(self._folder, TANTIVY):
            found = self._snapshot.searcher.search(query, limit=limit)
            return int(found.count), [place for _, place in found.hits]  # type: ignore[attr-defined]

    def _scores(self, scorer: Scorer, articles: Ints) -> tuple[Floats, Scored | None]:
        """The scores of some articles, and all that was worked out if they are few."""
        if len(articles) <= AT_ONCE:
            scored = self._scored(scorer, articles)
            return scored.articles, scored
        parts = (articles[begin : begin + AT_ONCE] for begin in range(0, len(articles), AT_ONCE))
        return np.concatenate([self._scored(scorer, part).articles for part in parts]), None

    def _scored(self, scorer: Scorer, articles: Ints) -> Scored:
        with reading(self._folder, self._catalogue.words_file):
            return scorer.score(self._snapshot.words.texts(articles))

    def _look_up(self, plan: Plan) -> None:
        """Learn the numbers of a plan's terms."""
        terms = {term for clause in plan.clauses for term in _terms(clause)}
        unknown = [term for term in terms if term not in self._numbers]
        if unknown:
            self._numbers.update(zip(unknown, self._catalogue.numbers(unknown).tolist(), strict=True))

    def _phrase(self, places: tuple[tuple[int, ...], ...]) -> Phrase:
        """Where a phrase stands in the index."""
        with self._lock:
            kept = self._phrases.get(places)
            if kept is not None:
                self._phrases.move_to_end(places)
                return kept
        found = self._find_phrase(places)
        with self._lock:
            self._phrases[places] = found
            while len(self._phrases) > KEPT_PHRASES:
                self._phrases.popitem(last=False)
        return found

    def _find_phrase(self, places: tuple[tuple[int, ...], ...]) -> Phrase:
        if not all(places):
            return Phrase(places, np.empty(0, np.int64), 0)
        with reading(self._folder, TANTIVY):
            hits = self._snapshot.searcher.search(
                all_of(places), limit=len(self._catalogue.row), count=False
            ).hits
        candidates = np.sort(self._snapshot.rows_at([place for _, place in hits]))
        articles = [np.empty(0, np.int64)]
        in_units = 0
        for begin in range(0, len(candidates), AT_ONCE):
            part = candidates[begin : begin + AT_ONCE]
            texts = self._snapshot.words.texts(part)
            units, _ = phrase_counts(texts, places)
            in_units += len(units)
            articles.append(part[np.unique(texts.article_of[units])])
        return Phrase(places, np.concatenate(articles), in_units)

    def occurrences(self, term: str) -> tuple[int, int]:
        (number,) = self._catalogue.numbers([term]).tolist()
        if number < 0:
            return 0, 0
        return int(self._catalogue.in_units[number]), int(self._catalogue.occurrences[number])

    # articles

    def article(self, article_id: str) -> Article | None:
        row = self._snapshot.row_of(article_id)
        return None if row is None else self._snapshot.article_in_row(row)

    def articles(self) -> Iterator[Article]:
        return self._snapshot.articles()

    def statistics(self) -> Statistics:
        catalogue = self._catalogue
        articles = len(catalogue.row)
        counts = np.bincount(catalogue.source, minlength=len(catalogue.sources)).tolist()
        dated = catalogue.published[catalogue.published != UNDATED]
        return Statistics(
            articles=articles,
            paragraphs=self._total_units - articles,
            sources={
                source: count
                for source, count in sorted(zip(catalogue.sources, counts, strict=True))
                if count
            },
            first=moment_of(int(dated.min())) if len(dated) else None,
            last=moment_of(int(dated.max())) if len(dated) else None,
            undated=articles - len(dated),
        )


def _terms(clause: Clause) -> Iterator[str]:
    if isinstance(clause, WordClause):
        return (form.term for form in clause.forms)
    return (term for terms in clause.words for term in terms)
