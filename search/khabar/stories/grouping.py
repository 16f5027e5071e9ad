"""Grouping articles that report one story.

An article joins the story of the article before it that it is most like, if it is at least :data:`ALIKE` to that and at least
:data:`KIN` to the story's *leader*, the first of the story that was indexed; else it leads a story of its own (Hartigan's leader
algorithm, 1975, with the nearest member in the leader's place). The second condition breaks chains: an affair that runs for
weeks, each report a little further from the first, does not end as one heap. The order of indexing decides, and nothing else:
whether articles come in one batch or in many, the stories are the same. docs/stories.md has what other rules gave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ALIKE", "COMMON", "KIN", "join_stories"]

#: Minimum similarity of an article to one article of a story.
ALIKE = 0.6
#: Minimum similarity to the story's leader.
KIN = 0.55
#: Maximum number of articles sharing a shingle, the newest, that each is compared with. More share only what makes no story,
#: a line that a page puts below every article – or are one story, of which the newest are enough.
COMMON = 64

#: Bits of a key that the table of wanted keys looks at.
_TABLE = 22
Keys = NDArray[np.uint32]


def join_stories(
    new: Sequence[tuple[int, Keys]],
    old: NDArray[Any],
    old_leaders: NDArray[Any],
    old_keys: Keys,
    alike: Callable[[int, list[int]], NDArray[np.float64]],
) -> dict[int, int]:
    """The leader of each of some articles; itself, for one that begins a story.

    Args:
        new: articles, by number, with the keys of their sketches, in the order of indexing.
        old: the numbers of the articles that are in stories already, in the order of indexing.
        old_leaders: the leader of each.
        old_keys: the keys of each one's sketch, one article a row.
        alike: how alike an article is to each of some others.
    """
    leaders: dict[int, int] = {}
    owners: dict[int, list[int]] = {}
    for key, place in _sharing([keys for _, keys in new], old_keys):
        owners.setdefault(key, []).append(int(old[place]))
        leaders[int(old[place])] = int(old_leaders[place])
    joined: dict[int, int] = {}
    for number, keys in new:
        own = [key for key in keys.tolist() if key]
        near = {owner for key in own for owner in owners.get(key, ())[-COMMON:]}
        leader = _leader(number, near, leaders, alike) if near else None
        joined[number] = leaders[number] = number if leader is None else leader
        for key in own:
            owners.setdefault(key, []).append(number)
    return joined


def _leader(
    number: int,
    near: set[int],
    leaders: dict[int, int],
    alike: Callable[[int, list[int]], NDArray[np.float64]],
) -> int | None:
    """The leader of the story that an article joins, or None."""
    asked = sorted(near | {leaders[each] for each in near})
    likeness = dict(zip(asked, alike(number, asked).tolist(), strict=True))
    enough = [each for each in asked if likeness[each] >= ALIKE and likeness[leaders[each]] >= KIN]
    return leaders[min(enough, key=lambda each: (-likeness[each], each))] if enough else None


def _sharing(new_keys: Sequence[Keys], old_keys: Keys) -> Iterable[tuple[int, int]]:
    """The keys that new articles have too, each with the place of the old article, in order of the places."""
    if not new_keys or not len(old_keys):
        return ()
    key_set = {key for keys in new_keys for key in keys.tolist() if key}
    # Nearly all of millions of keys are not wanted: a table of their highest bits says so for most.
    table = np.zeros(1 << _TABLE, bool)
    table[np.fromiter(key_set, np.uint32, len(key_set)) >> np.uint32(32 - _TABLE)] = True
    places, columns = np.nonzero(table[old_keys >> np.uint32(32 - _TABLE)])
    found = old_keys[places, columns].tolist()
    return [(key, place) for key, place in zip(found, places.tolist(), strict=True) if key in key_set]
