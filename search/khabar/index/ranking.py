"""How matches are weighed: every constant of the ranking in one place, with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["Ranking"]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranking's constants. None of them changes the index: they may differ from one search to the next.

    The score of a paragraph is a weighted sum of BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework:
    BM25 and Beyond", 2009) over the depths, plus ``article`` times the same sum for its whole article.

    Attributes:
        depths: weight of each depth. A word that matches as written matches on all three depths and so counts most.
        k1: how slowly repeated occurrences saturate.
        b: how much a text's length counts against it, from 0 to 1.
        article: share of the whole article's score in that of each of its paragraphs.
        article_k1, article_b: the same constants where the whole article is scored.
        title: how many times an occurrence in the title counts in the article's score.
    """

    depths: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"exact": 0.5, "light": 1.0, "lemma": 1.0})
    )
    k1: float = 1.2
    b: float = 0.4
    article: float = 0.6
    article_k1: float = 1.2
    article_b: float = 0.75
    title: float = 2.0
