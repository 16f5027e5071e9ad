"""What an engine is asked: a query reduced to weighted terms. Plain data, the same for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Clause", "Occur", "PhraseClause", "Plan", "WeightedForm", "WordClause"]


class Occur(Enum):
    """What a clause does to an article: ``SHOULD`` adds to its score, ``MUST`` is required, ``MUST_NOT`` rules it out.

    Requirements speak of the whole article, title and all paragraphs; scores of its paragraphs.
    """

    SHOULD = "should"
    MUST = "must"
    MUST_NOT = "must not"


@dataclass(frozen=True, slots=True)
class WeightedForm:
    """A word form of the index that a query word stands for.

    Attributes:
        term: the form.
        weight: what an occurrence of it counts, against :attr:`WordClause.full` for the word as typed.
        depth: the strictest depth on which it matches, for people.
        matches: whether it makes an article match; one that does not only adds to the score of articles that match anyway.
    """

    term: str
    weight: float
    depth: str
    matches: bool = True


@dataclass(frozen=True, slots=True)
class WordClause:
    """A query word as the forms it stands for. Their occurrences are added up by weight, as if they were one word's.

    Attributes:
        forms: the forms, the strictest first; empty when the index has none.
        full: the weight of an occurrence that matches on every depth.
        occur: see :class:`Occur`.
        weight: how much the word counts in the query, such as the times it stands there; greater than 0.
    """

    forms: tuple[WeightedForm, ...]
    full: float = 1.0
    occur: Occur = Occur.SHOULD
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class PhraseClause:
    """Words that stand next to one another, in order, on the exact depth, in one paragraph or title.

    Attributes:
        words: for each place of the phrase the terms that may stand there (two places or more, each with at least one term).
        full, occur, weight: as for :class:`WordClause`; each word of the phrase counts.
    """

    words: tuple[tuple[str, ...], ...]
    full: float = 1.0
    occur: Occur = Occur.MUST
    weight: float = 1.0


Clause = WordClause | PhraseClause


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole query for an engine."""

    clauses: tuple[Clause, ...]
