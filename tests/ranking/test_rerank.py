"""Preferences: the best matches by score times factor, asking for as few factors as possible."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from khabar.ranking.rerank import top_reranked

MATCHES = st.lists(
    st.tuples(
        st.sampled_from([0.0, 1.0, 2.0, 2.6, 3.38, 5.0]), st.sampled_from([0.49, 0.7, 0.91, 1.0, 1.3, 1.69])
    ),
    min_size=1,
    max_size=12,
)


@given(MATCHES, st.integers(0, 12), st.data())
def test_the_same_as_multiplying_all_and_sorting(
    matches: list[tuple[float, float]], wanted: int, data: st.DataObject
) -> None:
    matches.sort(key=lambda match: -match[0])
    scores = np.array([score for score, _ in matches])
    factors = [factor for _, factor in matches]
    most = np.array(
        [data.draw(st.sampled_from([1.3, 1.69])) if factor <= 1.3 else 1.69 for factor in factors]
    )
    most[[factor == 1.0 and data.draw(st.booleans()) for factor in factors]] = 1.0
    asked: list[int] = []

    def factor(place: int) -> float:
        asked.append(place)
        return factors[place]

    places, best = top_reranked(scores, most, factor, wanted)
    all_scores = [score * factor for score, factor in matches]
    expected = sorted(range(len(matches)), key=lambda place: -all_scores[place])[:wanted]
    assert places.tolist() == expected
    assert best.tolist() == [all_scores[place] for place in expected]
    assert len(set(asked)) == len(asked)
    assert all(most[place] > 1 for place in asked)


def test_what_cannot_be_among_the_best_is_not_asked_for() -> None:
    scores = np.linspace(10, 1, 100)
    asked: list[int] = []

    def factor(place: int) -> float:
        asked.append(place)
        return 1.0

    top_reranked(scores, np.full(100, 1.3), factor, 5)
    assert len(asked) < 40
