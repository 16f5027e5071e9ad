"""Grouping articles into stories.

An article joins the story of the most similar earlier article, on two conditions: the similarity to that
article is at least :data:`ALIKE`, and the similarity to the *leader* of the story, its first indexed article,
is at least :data:`KIN`. Otherwise it leads a story of its own. (This is Hartigan's leader algorithm, 1975,
with the nearest member instead of the leader.) The second condition breaks chains: reports of an affair that
goes on for weeks, each a little further from the first, do not become one story. The result depends only on
the order of indexing, not on the batches. docs/stories.md compares other rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ALIKE", "COMMON", "KIN", "join_stories"]

#: Minimum similarity of an article to one article of a story.
ALIKE = 0.6
#: Minimum similarity to the leader of the story.
KIN = 0.55
#: Maximum number of articles with a common key that an article is compared with, the newest. If there are
#: more, they share a line that a page puts below every article, or they are one story, and then the newest
#: are enough.
COMMON = 64

#: Number of bits of a key that index the table of wanted keys.
_TABLE = 22
Keys = NDArray[np.uint32]


def join_stories(
    new: Sequence[tuple[int, Keys]],
    old: NDArray[Any],
    old_leaders: NDArray[Any],
    old_keys: Keys,
    alike: Callable[[int, list[int]], NDArray[np.float64]],
) -> dict[int, int]:
    """The leader of each new article; an article that begins a story leads itself.

    Args:
        new: the new articles in indexing order: number, and keys of the sketch.
        old: the numbers of the articles that are in stories already, in indexing order.
        old_leaders: the leader of each of these.
        old_keys: the keys of the sketch of each of these, one row per article.
        alike: a function that returns the similarity of an article to each of several others.
    """
    leaders: dict[int, int] = {}
    owners: dict[int, list[int]] = {}
    for key, place in _sharing([keys for _, keys in new], old_keys):
        owners.setdefault(key, []).append(int(old[place]))
        leaders[int(old[place])] = int(old_leaders[place])
    joined: dict[int, int] = {}
    for number, keys in new:
        present = [key for key in keys.tolist() if key]
        near = {owner for key in present for owner in owners.get(key, ())[-COMMON:]}
        leader = _leader(number, near, leaders, alike) if near else None
        joined[number] = leaders[number] = number if leader is None else leader
        for key in present:
            owners.setdefault(key, []).append(number)
    return joined


def _leader(
    number: int,
    near: set[int],
    leaders: dict[int, int],
    alike: Callable[[int, list[int]], NDArray[np.float64]],
) -> int | None:
    """The leader of the story that an article joins, or None."""
    others = sorted(near | {leaders[other] for other in near})
    likeness = dict(zip(others, alike(number, others).tolist(), strict=True))
    similar = [other for other in others if likeness[other] >= ALIKE and likeness[leaders[other]] >= KIN]
    return leaders[min(similar, key=lambda other: (-likeness[other], other))] if similar else None


def _sharing(new_keys: Sequence[Keys], old_keys: Keys) -> Iterable[tuple[int, int]]:
    """The keys that old and new articles share, each with the position of the old article, in order of
    position."""
    if not new_keys or not len(old_keys):
        return ()
    key_set = {key for keys in new_keys for key in keys.tolist() if key}
    # Nearly all of the millions of old keys are not shared; a table of the highest bits excludes most.
    table = np.zeros(1 << _TABLE, bool)
    table[np.fromiter(key_set, np.uint32, len(key_set)) >> np.uint32(32 - _TABLE)] = True
    places, columns = np.nonzero(table[old_keys >> np.uint32(32 - _TABLE)])
    candidates = old_keys[places, columns].tolist()
    return [(key, place) for key, place in zip(candidates, places.tolist(), strict=True) if key in key_set]
