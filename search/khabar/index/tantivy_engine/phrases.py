"""Phrases: where words stand next to one another, worked out from the articles' own words.

Tantivy knows which articles have all the words; a compound name stands at the position of its first part, which no text that is
joined by spaces can say, so the rest is done here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from khabar.index.tantivy_engine.words import Texts

__all__ = ["Phrase", "phrase_counts"]

Ints = NDArray[np.int64]

#: For each place of a phrase the numbers of the words that may stand there.
Places = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Where a phrase stands.

    Attributes:
        places: for each of its places the numbers of the words that may stand there.
        articles: the articles that have it, by their places in the catalogue.
        in_units: in how many units it stands.
    """

    places: tuple[tuple[int, ...], ...]
    articles: Ints
    in_units: int


def phrase_counts(texts: Texts, places: Places) -> tuple[Ints, Ints]:
    """The units in which words stand in order, and how often they do in each."""
    positions: Ints | None = None
    begins: list[Ints] = []
    for place, numbers in enumerate(places):
        here = np.flatnonzero(np.isin(texts.numbers, np.array(numbers, np.uint32)))
        if not len(here):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        if positions is None:
            positions = texts.positions(len(places))
        begins.append(np.unique(positions[here] - place))
    assert positions is not None
    common = reduce(lambda left, right: np.intersect1d(left, right, assume_unique=True), begins)
    units = texts.unit_of[np.searchsorted(positions, common)]
    found, counts = np.unique(units, return_counts=True)
    return found, counts
