"""Which story an article joins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from khabar.stories.grouping import COMMON, KIN, join_stories
from khabar.stories.sketch import KEYS

NOBODY = np.empty(0, np.int64)
NO_KEYS = np.empty((0, KEYS), np.uint32)


def keys(*given: int) -> NDArray[np.uint32]:
    return np.array([*given, *[0] * (KEYS - len(given))], np.uint32)


def by_table(table: dict[tuple[int, int], float]):
    def alike(number: int, others: list[int]) -> NDArray[np.float64]:
        return np.array([table.get((min(number, other), max(number, other)), 0.0) for other in others])

    return alike


def test_an_article_joins_the_story_of_the_article_that_it_is_most_like() -> None:
    new = [(0, keys(7)), (1, keys(7)), (2, keys(7))]
    alike = by_table({(0, 1): 0.2, (0, 2): 0.7, (1, 2): 0.8})
    assert join_stories(new, NOBODY, NOBODY, NO_KEYS, alike) == {0: 0, 1: 1, 2: 1}


def test_a_member_leads_to_its_story_if_the_leader_is_not_far() -> None:
    new = [(0, keys(7)), (1, keys(7)), (2, keys(7))]
    alike = by_table({(0, 1): 0.7, (1, 2): 0.7, (0, 2): KIN})
    assert join_stories(new, NOBODY, NOBODY, NO_KEYS, alike) == {0: 0, 1: 0, 2: 0}


def test_a_chain_is_not_one_story() -> None:
    new = [(0, keys(7)), (1, keys(7)), (2, keys(7)), (3, keys(7))]
    alike = by_table({(0, 1): 0.7, (1, 2): 0.7, (0, 2): 0.4, (2, 3): 0.6, (1, 3): 0.59})
    assert join_stories(new, NOBODY, NOBODY, NO_KEYS, alike) == {0: 0, 1: 0, 2: 2, 3: 2}


def test_articles_that_share_no_key_are_not_compared() -> None:
    new = [(0, keys(7, 8)), (1, keys(9)), (2, keys())]
    assert join_stories(new, NOBODY, NOBODY, NO_KEYS, lambda number, others: np.ones(len(others))) == {
        0: 0,
        1: 1,
        2: 2,
    }


def test_articles_of_earlier_batches_are_found_by_any_of_their_keys() -> None:
    old_keys = np.stack([keys(1, 2, 3), keys(4, 5, 4_000_000_000), keys(8)])
    new = [(20, keys(9, 3)), (21, keys(4_000_000_000)), (22, keys(6)), (23, keys(8))]
    old, leaders = np.array([10, 11, 12]), np.array([10, 11, 10])
    found = join_stories(new, old, leaders, old_keys, lambda number, others: np.ones(len(others)))
    assert found == {20: 10, 21: 11, 22: 22, 23: 10}


def test_a_line_below_every_article_is_not_compared_with_all_of_them() -> None:
    asked = []

    def alike(number: int, others: list[int]) -> NDArray[np.float64]:
        asked.append(len(others))
        return np.zeros(len(others))

    join_stories([(number, keys(7)) for number in range(500)], NOBODY, NOBODY, NO_KEYS, alike)
    assert max(asked) == COMMON


def test_a_story_of_many_copies_stays_one() -> None:
    new = [(number, keys(7, 8)) for number in range(500)]
    found = join_stories(new, NOBODY, NOBODY, NO_KEYS, lambda number, others: np.ones(len(others)))
    assert set(found.values()) == {0}
