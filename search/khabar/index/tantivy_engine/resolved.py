"""A plan's clauses as numbers: which words of this index they stand for, and what each is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khabar.index import bm25
from khabar.index.plan import Clause, Occur, PhraseClause, Plan, WordClause
from khabar.index.tantivy_engine.phrases import Phrase

__all__ = ["Resolved", "resolve"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A clause of a plan on one commit.

    Attributes:
        occur: see :class:`~khabar.index.plan.Occur`.
        numbers: the words that it stands for and that stand in some article; empty for a phrase.
        weights: what an occurrence of each counts.
        matches: whether each makes an article match.
        phrase: where the phrase stands; None for a word.
        full: what an occurrence of the phrase counts.
        importance: its inverse document frequency; 0 where it stands nowhere or is excluded.
        worth: the same, times its weight in the query.
    """

    occur: Occur
    numbers: Ints
    weights: NDArray[np.float64]
    matches: NDArray[np.bool_]
    phrase: Phrase | None
    full: float
    importance: float
    worth: float

    @property
    def scores(self) -> bool:
        """Whether it adds to any score."""
        return self.occur is not Occur.MUST_NOT and self.importance > 0


def resolve(
    plan: Plan,
    number: Callable[[str], int],
    in_units: NDArray[np.int64],
    total_units: int,
    phrase: Callable[[tuple[tuple[int, ...], ...]], Phrase],
) -> tuple[Resolved, ...]:
    """The clauses of a plan.

    Args:
        plan: what is asked.
        number: the number of a term, negative if no article ever had it.
        in_units: in how many units each word stands.
        total_units: how many there are.
        phrase: finds where words stand in order.
    """

    def numbered(clause: Clause) -> Resolved:
        found: Phrase | None = None
        if isinstance(clause, WordClause):
            numbers = np.array([number(form.term) for form in clause.forms], np.int64)
            weights = np.array([form.weight for form in clause.forms])
            matches = np.array([form.matches for form in clause.forms], bool)
            there = numbers >= 0
            there[there] = in_units[numbers[there]] > 0
            numbers, weights, matches = numbers[there], weights[there], matches[there]
            # Units that hold two forms count twice; an exact count ranks no better.
            frequency = float((in_units[numbers] * np.minimum(1.0, weights / clause.full)).sum())
            stands = bool(len(numbers))
            times = clause.weight
        else:
            found = phrase(
                tuple(tuple(each for term in terms if (each := number(term)) >= 0) for terms in clause.words)
            )
            numbers = np.empty(0, np.int64)
            weights, matches = np.empty(0), np.empty(0, bool)
            frequency = found.in_units
            stands = found.in_units > 0
            times = clause.weight * len(clause.words)
        importance = (
            bm25.idf(frequency, total_units) if stands and clause.occur is not Occur.MUST_NOT else 0.0
        )
        full = clause.full if isinstance(clause, PhraseClause) else 0.0
        return Resolved(clause.occur, numbers, weights, matches, found, full, importance, times * importance)

    return tuple(map(numbered, plan.clauses))
