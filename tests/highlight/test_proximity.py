"""Windows of words near one another: they are those that the index counts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from khabar.highlight.matcher import runs
from khabar.index.columns import Ints, Positions
from khabar.index.phrases import count_phrases
from khabar.index.plan import PhraseClause

places = st.lists(st.integers(0, 12), min_size=1, max_size=5, unique=True).map(sorted)
standings = st.lists(places, min_size=2, max_size=3)
slops = st.integers(0, 9)


class OneText:
    """A reader of one text that has the words «0», «1», … at given positions."""

    def __init__(self, standing: Sequence[Sequence[int]]) -> None:
        self._standing = standing

    def positions(self, terms: Sequence[str], passages: Ints) -> Positions:
        rows = [(place, number) for number, term in enumerate(terms) for place in self._standing[int(term)]]
        positions, numbers = (np.array(column) for column in zip(*rows, strict=True))
        return Positions(np.zeros(len(rows), np.int64), positions, numbers)


@given(standings, slops, st.booleans())
def test_a_text_has_as_many_windows_as_the_index_counts(
    standing: list[list[int]], slop: int, ordered: bool
) -> None:
    if not ordered:
        # Words near one another are different words, at different positions.
        standing = [[3 * place + word for place in places] for word, places in enumerate(standing)]
    clause = PhraseClause(tuple((str(word),) for word in range(len(standing))), slop=slop, ordered=ordered)
    _, counts = count_phrases(OneText(standing), clause, np.array([0]))  # type: ignore[arg-type]
    assert len(runs(standing, slop, ordered)) == sum(counts)


@given(standings, slops, st.booleans())
def test_windows_hold_each_word_within_the_slop(standing: list[list[int]], slop: int, ordered: bool) -> None:
    found = runs(standing, slop, ordered)
    for window in found:
        assert all(place in at for place, at in zip(window, standing, strict=True))
        assert len(set(window)) == len(window)
        assert max(window) - min(window) + 1 - len(window) <= slop
        assert not ordered or list(window) == sorted(window)
    if ordered:
        # One is found whenever there is one.
        there = any(
            list(window) == sorted(set(window)) and window[-1] - window[0] + 1 - len(window) <= slop
            for window in product(*standing)
        )
        assert bool(found) == there
