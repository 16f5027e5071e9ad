"""Which articles match a plan. It is kept: a search, its counts and its pages ask for the same."""

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


#: Bytes of matching articles that are kept, a bit for each article of the index; and of what each takes
#: beside the bits. The plans are kept elsewhere, and not by this.
KEPT_MATCHING = 16_000_000
_ENTRY = 500


class Matching:
    """Finds the articles that match. Safe to share between threads.

    Args:
        reader: one committed state of an index.
        occurrences: reads where words stand in it.
        everything: whether every article is known to match every plan that is asked.
    """

    def __init__(self, reader: Reader, occurrences: OccurrenceReader, *, everything: bool = False) -> None:
        self._reader = reader
        self._occurrences = occurrences
        self._everything = everything
        #: a bit for each article, and the plan, by its identity
        self._kept: Kept[tuple[Ints, ref[Plan]]] = Kept(KEPT_MATCHING)

    def of(self, plan: Plan, occurrences: Sequence[Occurrences] | None = None) -> Bools:
        """For each article of the index whether it matches; nothing is scored for it.

        Args:
            plan: what is asked. Kept by its identity: to compare the forms of all words takes longer.
            occurrences: for each leaf where it stands, if that was read.
        """
        alive = self._reader.columns.alive
        if self._everything:
            return alive.copy()
        kept = self._kept.get(id(plan))
        # Another plan may have the identity of one that is gone.
        if kept is not None and kept[1]() is plan:
            return np.unpackbits(kept[0], count=len(alive)).view(bool)
        if occurrences is None:
            occurrences = self._occurrences.of_leaves(plan.leaves)
        matching = self._together(plan.clauses, iter(occurrences)) & alive
        packed = np.packbits(matching)
        self._kept.put(id(plan), (packed, ref(plan)), _ENTRY + packed.nbytes)
        return matching

    def _together(self, clauses: Sequence[Clause], occurrences: Iterator[Occurrences]) -> Bools:
        """Which articles match some clauses together; ``occurrences`` are those of their leaves, in order."""
        columns = self._reader.columns
        matching = np.ones(len(columns.alive), bool)
        optional: list[Bools] = []
        needed = limited = False
        # Addresses are not kept as a column: the articles that are left by then are read.
        for clause in sorted(
            clauses, key=lambda each: isinstance(each, FilterClause) and each.field == "url"
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
            # Nothing was looked for, only ruled out.
            matching[:] = False
        return matching

    def _filter(self, clause: FilterClause, among: Bools) -> Bools:
        """The articles that a filter lets through."""
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
    """Whether each of the first articles is among the given ones."""
    among = np.zeros(size, bool)
    among[articles] = True
    return among
