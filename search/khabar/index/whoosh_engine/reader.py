"""A committed state of a Whoosh index: its postings as arrays, scored term at a time with numpy.

Whoosh's own matchers walk one posting a step in Python; a headline query takes them 75 ms on 150,000 paragraphs. Here each
term's postings are decoded once, kept while the reader lives (up to a bound), and scored as whole arrays.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage

from khabar.corpus.article import Article
from khabar.index import bm25
from khabar.index.engine import Found, Match, Statistics
from khabar.index.plan import Clause, Occur, Plan, WordClause
from khabar.index.ranking import Ranking
from khabar.index.records import article_from_json
from khabar.index.whoosh_engine.postings import SegmentFiles
from khabar.index.whoosh_engine.schema import KEY, SOURCE, UNDATED
from khabar.index.whoosh_engine.writer import KEY_SEPARATOR

__all__ = ["WhooshReader"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Postings kept decoded, over all terms: 32 bytes each.
KEPT_POSTINGS = 4_000_000


@dataclass(frozen=True, slots=True)
class _Postings:
    """A term's postings over all segments, deleted units left out: by unit, and summed by article."""

    units: Ints
    counts: Floats
    articles: Ints
    starts: Ints  # where each article's units begin in ``units``


class WhooshReader:
    """See :class:`khabar.index.engine.Reader`."""

    def __init__(self, storage: FileStorage, segments: Sequence[Any], generation: int) -> None:
        self._generation = generation
        self._files = [SegmentFiles(storage, segment) for segment in segments]
        #: the first unit of each segment
        self._bases = np.cumsum([0, *(files.count for files in self._files)])
        self._kept: OrderedDict[tuple[str, str], _Postings] = OrderedDict()
        self._kept_size = 0
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
        return self._gathered([files.numbers() for files in self._files], np.int64)

    @cached_property
    def _alive(self) -> NDArray[np.bool_]:
        alive = np.ones(int(self._bases[-1]), dtype=bool)
        for base, files in zip(self._bases, self._files, strict=False):
            deleted = files.deleted()
            if deleted:
                alive[base + np.array(deleted)] = False
        return alive

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

    def _lengths(self, depth: str) -> Floats:
        return self._gathered([files.lengths(depth) for files in self._files], np.float64) * self._alive

    def _norms(self, depth: str, ranking: Ranking) -> tuple[Floats, Floats]:
        """The length norms of all units and of all articles on a depth."""
        return self._norms_for(depth, ranking.k1, ranking.b, ranking.article_k1, ranking.article_b, ranking.title)

    @lru_cache(maxsize=16)  # noqa: B019 - a reader lives as long as its arrays
    def _norms_for(
        self, depth: str, k1: float, b: float, article_k1: float, article_b: float, title: float
    ) -> tuple[Floats, Floats]:
        lengths = self._lengths(depth)
        units = np.zeros(len(lengths))
        units[self._alive] = bm25.length_norms(lengths[self._alive], k1, b)
        if len(self._heads):
            summed = np.add.reduceat(lengths, self._heads) + (title - 1) * lengths[self._heads]
        else:
            summed = np.empty(0)
        articles = np.zeros(len(summed))
        articles[self._live_articles] = bm25.length_norms(summed[self._live_articles], article_k1, article_b)
        return units, articles

    @staticmethod
    def _gathered(parts: list[Any], kind: Any) -> Any:
        return np.concatenate(parts) if parts else np.empty(0, dtype=kind)

    # terms

    def _postings(self, depth: str, term: str) -> _Postings:
        name = (depth, term)
        with self._lock:
            kept = self._kept.get(name)
            if kept is not None:
                self._kept.move_to_end(name)
                return kept
        units, counts = self._read_postings(depth, term)
        owners = self._article_of[units]
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        postings = _Postings(units, counts, owners[starts], starts)
        with self._lock:
            self._kept[name] = postings
            self._kept_size += len(units)
            while self._kept_size > KEPT_POSTINGS and len(self._kept) > 1:
                self._kept_size -= len(self._kept.popitem(last=False)[1].units)
        return postings

    def _read_postings(self, depth: str, term: str) -> tuple[Ints, Floats]:
        encoded = term.encode("utf-8", "surrogatepass")
        parts = [files.postings(depth, encoded) for files in self._files]
        if not parts:
            return np.empty(0, dtype=np.int64), np.empty(0)
        units = np.concatenate([base + ids for base, (ids, _) in zip(self._bases, parts, strict=False)])
        counts = np.concatenate([weights for _, weights in parts])
        alive = self._alive[units]
        return (units, counts) if alive.all() else (units[alive], counts[alive])

    def _phrase_postings(self, words: Sequence[Sequence[str]]) -> _Postings:
        """The units where the words stand in order, and how often, as if the phrase were a term."""
        at_place = [np.unique(np.concatenate([self._postings("exact", term).units for term in terms])) for terms in words]
        wanted = at_place[0]
        for units in at_place[1:]:
            wanted = np.intersect1d(wanted, units, assume_unique=True)
        found: dict[int, int] = {}
        for base, files in zip(self._bases, self._files, strict=False):
            inside = wanted[(wanted >= base) & (wanted < base + files.count)] - base
            if not len(inside):
                continue
            begins: dict[int, set[int]] | None = None
            for place, terms in enumerate(words):
                here: dict[int, set[int]] = {}
                for term in terms:
                    for unit, positions in files.positions("exact", term.encode("utf-8", "surrogatepass"), inside).items():
                        here.setdefault(unit, set()).update(position - place for position in positions)
                if begins is None:
                    begins = here
                else:
                    begins = {unit: begins[unit] & here[unit] for unit in begins.keys() & here.keys()}
            found.update((int(base) + unit, len(starts)) for unit, starts in (begins or {}).items() if starts)
        units = np.array(sorted(found), dtype=np.int64)
        counts = np.array([found[unit] for unit in units.tolist()], dtype=np.float64)
        owners = self._article_of[units]
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        return _Postings(units, counts, owners[starts], starts)

    # search

    def search(self, plan: Plan, ranking: Ranking, *, limit: int, offset: int = 0) -> Found:
        total_units = int(self._alive.sum())
        total_articles = int(self._live_articles.sum())
        if not total_articles:
            return Found(0, (), (0.0,) * len(plan.clauses))
        unit_scores = np.zeros(len(self._numbers))
        article_scores = np.zeros(len(self._heads))
        matching = np.zeros(len(self._heads), dtype=bool)
        required: NDArray[np.bool_] | None = None
        excluded = np.zeros(len(self._heads), dtype=bool)
        importance = []
        for clause in plan.clauses:
            matched = np.zeros(len(self._heads), dtype=bool)
            rarity = 0.0
            for depth, postings, share in self._parts(clause, ranking):
                if not len(postings.units):
                    continue
                matched[postings.articles] = True
                rarity = max(rarity, bm25.idf(len(postings.units), total_units))
                if clause.occur is Occur.MUST_NOT:
                    continue
                unit_norms, article_norms = self._norms(depth, ranking)
                unit_scores[postings.units] += bm25.term_scores(
                    postings.counts,
                    unit_norms[postings.units],
                    share * bm25.idf(len(postings.units), total_units),
                )
                counts = postings.counts * np.where(self._numbers[postings.units] == 0, ranking.title, 1.0)
                article_scores[postings.articles] += bm25.term_scores(
                    np.add.reduceat(counts, postings.starts),
                    article_norms[postings.articles],
                    share * bm25.idf(len(postings.articles), total_articles),
                )
            importance.append(rarity)
            if clause.occur is Occur.MUST_NOT:
                excluded |= matched
            else:
                matching |= matched
                if clause.occur is Occur.MUST:
                    required = matched if required is None else required & matched
        matching &= ~excluded
        if required is not None:
            matching &= required
        matches = self._best(unit_scores, article_scores * ranking.article, matching, limit, offset)
        return Found(int(matching.sum()), matches, tuple(importance))

    def _parts(self, clause: Clause, ranking: Ranking) -> Iterator[tuple[str, _Postings, float]]:
        """The posting lists of a clause, each with its depth and weight."""
        if isinstance(clause, WordClause):
            for depth, term in clause.terms:
                yield depth, self._postings(depth, term), clause.weight * ranking.depths[depth]
        else:
            weight = clause.weight * sum(ranking.depths.values()) * len(clause.words)
            yield "exact", self._phrase_postings(clause.words), weight

    def _best(
        self, unit_scores: Floats, article_scores: Floats, matching: NDArray[np.bool_], limit: int, offset: int
    ) -> tuple[Match, ...]:
        best_unit = np.maximum.reduceat(unit_scores, self._heads)
        scores = np.where(matching, best_unit + article_scores, -1.0)
        wanted = min(offset + limit, int(matching.sum()))
        if wanted <= 0:
            return ()
        if wanted < len(scores):
            # All that tie with the last wanted one take part, so that equals come in the order of indexing.
            floor = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
            candidates = np.flatnonzero(scores >= floor)
        else:
            candidates = np.flatnonzero(matching)
        ordered = candidates[np.lexsort((candidates, -scores[candidates]))][offset:wanted]
        return tuple(self._match(int(article), float(scores[article]), unit_scores) for article in ordered)

    def _match(self, ordinal: int, score: float, unit_scores: Floats) -> Match:
        head = int(self._heads[ordinal])
        end = int(self._heads[ordinal + 1]) if ordinal + 1 < len(self._heads) else len(unit_scores)
        body = unit_scores[head + 1 : end]
        matched = int((body > 0).sum())
        # A reader sees the title anyway: a paragraph is shown whenever one matches.
        number = int(body.argmax()) + 1 if matched else 0
        return Match(self._article(head), number, score, max(0, matched - 1))

    def _article(self, unit: int) -> Article:
        place = int(np.searchsorted(self._bases, unit, side="right")) - 1
        return article_from_json(self._files[place].stored(unit - int(self._bases[place])))

    # articles

    def article(self, article_id: str) -> Article | None:
        prefix = (article_id + KEY_SEPARATOR).encode("utf-8", "surrogatepass")
        for files in self._files:
            for _, information in files.terms(KEY, prefix):
                document = information.min_id()
                if not files.is_deleted(document):
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
            first=_moment(int(dated.min())) if len(dated) else None,
            last=_moment(int(dated.max())) if len(dated) else None,
            undated=articles - len(dated),
        )


def _moment(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
