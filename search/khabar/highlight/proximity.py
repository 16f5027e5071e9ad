"""Where words are near one another: the same windows by which the index counts phrases."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

__all__ = ["runs"]


def runs(standing: Sequence[Sequence[int]], slop: int, ordered: bool) -> list[tuple[int, ...]]:
    """The windows that hold all words of a phrase, each as the places of its words, in the order of their beginnings.

    Args:
        standing: for each word of the phrase the places where it stands, in order.
        slop: how many other words a window may hold.
        ordered: whether the words stand in this order.

    >>> runs([[0, 4], [2, 5]], 1, True)
    [(0, 2), (4, 5)]
    >>> runs([[3], [1]], 1, False)
    [(3, 1)]
    """
    return _in_order(standing, slop) if ordered else _near(standing, slop)


def _in_order(standing: Sequence[Sequence[int]], slop: int) -> list[tuple[int, ...]]:
    """From each place of the first word, each further word at its nearest; of windows with one end the shortest."""
    found: dict[int, tuple[int, ...]] = {}
    for begin in standing[0]:
        window = [begin]
        for places in standing[1:]:
            at = bisect_right(places, window[-1])
            if at == len(places):
                return list(found.values())
            window.append(places[at])
        if window[-1] - begin < len(standing) + slop:
            found[window[-1]] = tuple(window)
    return list(found.values())


def _near(standing: Sequence[Sequence[int]], slop: int) -> list[tuple[int, ...]]:
    """At each place the window that ends there, with each word where it stands last; the first of each beginning."""
    last = [-1] * len(standing)
    found: dict[int, tuple[int, ...]] = {}
    for place, word in sorted((place, word) for word, places in enumerate(standing) for place in places):
        last[word] = place
        begin = min(last)
        if begin >= 0 and place - begin < len(standing) + slop and len(set(last)) == len(last):
            found.setdefault(begin, tuple(last))
    return list(found.values())
