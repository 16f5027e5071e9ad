"""Which segments become one: mostly deleted ones, and small ones where there are many.

Only neighbours become one: the order of the passages is that of indexing. No segment becomes too large. One
of half the largest size stays as it is and does not count among the small ones, so that these stay few
however many large ones an archive has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

__all__ = ["MOST_SEGMENTS", "MOST_STORED", "Size", "small_run", "worn_runs"]

#: Above this many small segments a run of them becomes one.
MOST_SEGMENTS = 10
#: Bytes of stored articles that a merged segment has at most, and twice as many of postings: where these end
#: are numbers of 32 bits. A segment with half as many is large.
MOST_STORED = 1 << 30


class Size(NamedTuple):
    """How large a segment is.

    Attributes:
        passages: how many it has, with the deleted ones.
        live: how many are not deleted.
        stored: bytes of its stored articles, with the deleted ones; half of those of its postings if that is
            more, as where texts repeat themselves.
    """

    passages: int
    live: int
    stored: int

    @property
    def worn(self) -> bool:
        """Whether most passages are deleted."""
        return 2 * self.live < self.passages

    @property
    def left(self) -> int:
        """About how many bytes its articles would take without the deleted ones."""
        return self.stored * self.live // max(1, self.passages)


def worn_runs(sizes: Sequence[Size]) -> Iterator[range]:
    """The runs of neighbours that are to be written anew because most of each is deleted."""
    begin, left = 0, 0
    for place, size in enumerate(sizes):
        if begin < place and (not size.worn or left + size.left >= MOST_STORED):
            yield range(begin, place)
            begin = place
        if begin == place:
            left = 0
        if size.worn:
            left += size.left
        else:
            begin = place + 1
    if begin < len(sizes):
        yield range(begin, len(sizes))


def small_run(sizes: Sequence[Size]) -> range | None:
    """The run of small neighbours that is to become one; None if there are few.

    It is the run whose largest segment is the smallest part of it, so that an article is written again some
    six times in a thousand commits. The run with the fewest articles would be the last large segment with the
    newest ones, again and again: a hundred times.
    """
    small = [2 * size.stored < MOST_STORED for size in sizes]
    if sum(small) <= MOST_SEGMENTS:
        return None
    widest = sum(small) - MOST_SEGMENTS // 2
    best: tuple[float, int, range] | None = None
    for begin in range(len(sizes)):
        live = most = stored = 0
        for end in range(begin, min(begin + widest, len(sizes))):
            stored += sizes[end].stored
            if not small[end] or stored >= MOST_STORED:
                break
            live += sizes[end].live
            most = max(most, sizes[end].live)
            run = most / live, live, range(begin, end + 1)
            if end > begin and (best is None or run[:2] < best[:2]):
                best = run
    return best and best[2]
