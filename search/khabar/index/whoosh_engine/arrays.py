"""What a search does with whole arrays, apart from any index: look a value up, count a phrase, take the best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from khabar.index.whoosh_engine.postings import SegmentFiles

__all__ = ["best_articles", "count_phrase", "value_at"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def value_at(places: Ints, values: Floats, place: int) -> float:
    """The value at a place, 0 if it has none; places are in order."""
    at = int(np.searchsorted(places, place))
    return float(values[at]) if at < len(places) and places[at] == place else 0.0


def count_phrase(files: SegmentFiles, words: Sequence[Sequence[str]], inside: Ints) -> dict[int, int]:
    """In which of some documents of a segment the words stand in order, and how often."""
    begins: dict[int, set[int]] = {}
    for place, terms in enumerate(words):
        here: dict[int, set[int]] = {}
        for term in terms:
            for unit, positions in files.positions(term.encode("utf-8", "surrogatepass"), inside).items():
                here.setdefault(unit, set()).update(position - place for position in positions)
        if place:
            here = {unit: begins[unit] & here[unit] for unit in begins.keys() & here.keys()}
        begins = here
    return {unit: len(starts) for unit, starts in begins.items() if starts}


def best_articles(scores: Floats, matching: NDArray[np.bool_], limit: int, offset: int) -> list[int]:
    """The matching articles from place ``offset`` on in order of score, equal ones in order of indexing."""
    candidates = np.flatnonzero(matching)
    wanted = min(offset + limit, len(candidates))
    if wanted <= offset:
        return []
    values = scores[candidates]
    if wanted < len(candidates):
        # All that tie with the last wanted one take part.
        floor = np.partition(values, len(values) - wanted)[len(values) - wanted]
        candidates = candidates[values >= floor]
        values = scores[candidates]
    best: list[int] = candidates[np.lexsort((candidates, -values))][offset:wanted].tolist()
    return best
