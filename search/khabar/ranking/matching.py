"""Finds the articles that match a plan, and caches them, as a search, its counts and its pages need the
same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from weakref import ref

import numpy as np

from khabar.caching import Kept
from khabar.index.columns import Bools, Ints
from khabar.index.engine import Reader
from khabar.index.plan import Clause, FilterClause, GroupClause, Occur, Plan, may_have_several
from khabar.index.records import UNDATED
from khabar.ranking.occurrences import OccurrenceReader, Occurrences

__all__ = ["Matching", "marked"]


#: The bytes of cached results, with one bit for each article of the index; and the bytes of a result besides
#: its bits. Plans are not kept alive by the cache.
KEPT_MATCHING = 16_000_000
_ENTRY = 500


class Matching:
    """Finds the articles that match. Safe to share between threads.

    Args:
        reader: one committed state of an index.
        occurrences: reads the occurrences of words.
        everything: whether every article is known to match every plan.
    """

    def __init__(self, reader: Reader, occurrences: OccurrenceReader, *, everything: bool = False) -> None:
        self._reader = reader
        self._occurrences = occurrences
        self._everything = everything
        #: the bits of the articles, and the plan, by the plan's identity
        self._kept: Kept[tuple[Ints, ref[Plan]]] = Kept(KEPT_MATCHING)

    def of(self, plan: Plan, occurrences: Sequence[Occurrences] | None = None) -> Bools:
        """Whether each article of the index matches. Scores nothing.

        Args:
            plan: the query. Cached by identity: comparing the forms of all words takes longer.
            occurrences: the occurrences of each leaf, if they were read.
        """
        alive = self._reader.columns.alive
        if self._everything:
            return alive.copy()
        kept = self._kept.get(id(plan))
        # A new plan may have the identity of a deleted one.
        if kept is not None and kept[1]() is plan:
            return np.unpackbits(kept[0], count=len(alive)).view(bool)
        if occurrences is None:
            occurrences = self._occurrences.of_leaves(plan.leaves)
        matching = self._together(plan.clauses, iter(occurrences)) & alive
        packed = np.packbits(matching)
        self._kept.put(id(plan), (packed, ref(plan)), _ENTRY + packed.nbytes)
        return matching

    def _together(self, clauses: Sequence[Clause], occurrences: Iterator[Occurrences]) -> Bools:
        """The articles that match some clauses together; ``occurrences``: those of their leaves, in order."""
        columns = self._reader.columns
        matching = np.ones(len(columns.alive), bool)
        optional: list[Bools] = []
        needed = limited = False
        # There is no column of addresses: last, the articles that remain are read.
        for clause in sorted(
            clauses, key=lambda clause: isinstance(clause, FilterClause) and clause.field == "url"
        ):
            if isinstance(clause, FilterClause):
                has = self._filter(clause, matching)
            elif isinstance(clause, GroupClause):
                has = self._together(clause.clauses, occurrences)
            else:
                has = np.zeros(len(columns.alive), bool)
                has[next(occurrences).matching_articles] = True
            if clause.occur is Occur.SHOULD:
                optional.append(has)
            elif clause.occur is Occur.MUST_NOT:
                matching &= ~has
            else:
                matching &= has
                limited = True
                needed |= not isinstance(clause, FilterClause)
        if optional and not needed:
            matching &= reduce(np.logical_or, optional)
        elif not limited:
            # The clauses only exclude.
            matching[:] = False
        return matching

    def _filter(self, clause: FilterClause, among: Bools) -> Bools:
        """The articles that a filter accepts; of an address, only those in ``among`` are checked."""
        columns = self._reader.columns
        if clause.field == "index":
            return columns.alive
        if clause.field == "published":
            days = columns.days
            has: Bools = days != UNDATED
            if clause.first is not None:
                has &= days >= clause.first
            if clause.last is not None:
                has &= days <= clause.last
            return has
        if clause.field == "url":
            has = np.zeros(len(among), bool)
            for article in np.flatnonzero(among & columns.alive).tolist():
                url = self._reader.stored(article).url.casefold()
                has[article] = any(value.casefold() in url for value in clause.values)
            return has
        values = frozenset(clause.values)
        if may_have_several(clause.field):
            marks = self._reader.marks(clause.field)
            chosen = np.array([name in values for name in marks.names], bool)
            has = marked(marks.articles[chosen[marks.codes]], len(among))
            return has | ~marked(marks.articles, len(among)) if "" in values else has
        codes, names = self._reader.labels(clause.field)
        chosen = np.array([name in values for name in names], bool)
        return chosen[codes] if len(names) else np.zeros(len(among), bool)


def marked(articles: Ints, size: int) -> Bools:
    """Whether each of the first ``size`` numbers is in ``articles``."""
    result = np.zeros(size, bool)
    result[articles] = True
    return result
