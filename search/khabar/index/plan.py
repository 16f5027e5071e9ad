"""What an engine is asked: a query reduced to terms on depths. Plain data, the same for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Clause", "Occur", "PhraseClause", "Plan", "WordClause"]


class Occur(Enum):
    """What a clause does to an article: ``SHOULD`` adds to its score, ``MUST`` is required, ``MUST_NOT`` rules it out.

    Requirements speak of the whole article, title and all paragraphs; scores of its paragraphs.
    """

    SHOULD = "should"
    MUST = "must"
    MUST_NOT = "must not"


@dataclass(frozen=True, slots=True)
class WordClause:
    """A query word on its depths; it matches where any of its terms does.

    Attributes:
        terms: pairs of depth and term.
        occur: see :class:`Occur`.
        weight: how much it counts, such as the times the word stands in the query; greater than 0.
    """

    terms: tuple[tuple[str, str], ...]
    occur: Occur = Occur.SHOULD
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class PhraseClause:
    """Words that stand next to one another, in order, on the exact depth, in one paragraph or title.

    Attributes:
        words: for each place of the phrase the exact terms that may stand there (at least one place, each with at least one term).
        occur: see :class:`Occur`.
        weight: as for :class:`WordClause`.
    """

    words: tuple[tuple[str, ...], ...]
    occur: Occur = Occur.MUST
    weight: float = 1.0


Clause = WordClause | PhraseClause


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole query for an engine."""

    clauses: tuple[Clause, ...]
