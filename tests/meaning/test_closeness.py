"""Closeness in meaning: z is the same as if every vector had been compared, and the scores change only the
order of the best hits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from khabar.meaning.closeness import SCALE, Spread, added, pooled, spread_of

Floats = NDArray[np.float64]


def unit_rows(seed: int, rows: int, dimension: int = 8) -> Floats:
    vectors = np.random.default_rng(seed).standard_normal((rows, dimension))
    result: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return result


def moments(vectors: Floats) -> tuple[int, Floats, Floats]:
    return len(vectors), vectors.mean(axis=0), np.cov(vectors.T, bias=True)


@given(st.integers(0, 2**32 - 1), st.integers(2, 50))
def test_z_is_that_of_all_cosines_although_none_is_computed(seed: int, rows: int) -> None:
    vectors, query = unit_rows(seed, rows), unit_rows(seed + 1, 1)[0]
    cosines = vectors @ query
    spread = spread_of(query, *moments(vectors))
    assert spread.mean == pytest.approx(cosines.mean())
    assert spread.variance == pytest.approx(cosines.var(), abs=1e-12)
    expected = (cosines - cosines.mean()) / cosines.std()
    assert [spread.z(each) for each in cosines.tolist()] == pytest.approx(expected.tolist(), abs=1e-6)


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 20), min_size=1, max_size=4))
def test_archives_are_standardised_as_one(seed: int, sizes: list[int]) -> None:
    vectors, query = unit_rows(seed, sum(sizes)), unit_rows(seed + 1, 1)[0]
    parts = np.split(vectors, np.cumsum(sizes)[:-1])
    whole = spread_of(query, *moments(vectors))
    together = pooled(
        spread_of(query, len(part), part.mean(axis=0), np.cov(part.T, bias=True)) for part in parts
    )
    assert together.rows == whole.rows
    assert together.mean == pytest.approx(whole.mean)
    assert together.variance == pytest.approx(whole.variance, abs=1e-12)


def test_where_all_vectors_are_alike_none_is_closer() -> None:
    assert Spread(3, 0.5, 0.0).z(0.9) == 0.0
    assert pooled([]) == Spread(0, 0.0, 0.0)
    assert pooled([Spread(0, 0.0, 0.0)]).z(1.0) == 0.0


ZS = st.lists(st.none() | st.floats(-5, 8, width=32), max_size=60)


@given(ZS, st.floats(0, 100), st.floats(0, 2))
def test_what_is_added_keeps_the_order_of_the_formula(
    zs: list[float | None], best: float, weight: float
) -> None:
    more = added(zs, best, weight)
    assert len(more) == len(zs)
    # No re-ranked match gets a lower score than one that is not re-ranked.
    assert all(each >= 0 for each in more)
    known = [z for z in zs if z is not None]
    mean = sum(known) / len(known) if known else 0.0
    wanted = [best * weight * (mean if z is None else z) / SCALE for z in zs]
    shift = [one - other for one, other in zip(wanted, more, strict=True)]
    assert shift == pytest.approx([shift[0]] * len(shift) if shift else [], abs=1e-6)


def test_an_unknown_text_counts_as_the_mean_of_the_others() -> None:
    assert added([4.0, None, 2.0], 10.0, 0.5) == pytest.approx([2.0, 1.0, 0.0])
    assert added([None, None], 10.0, 0.5) == [0.0, 0.0]
    assert added([4.0, -1.0], 10.0, 0.0) == [0.0, 0.0]
