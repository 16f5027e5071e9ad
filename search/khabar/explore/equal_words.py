"""The place of a quotation in an article, found by equal words.

All words of the quotation are compared with any part of the article by dynamic programming (Sellers 1980,
"The theory and computation of evolutionary distances": the ends of the article are free). It works on numbers
with numpy, a row for each word of the quotation, so that many candidates can be looked through.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.analysis import tokenizer
from khabar.explore.word_units import STOP, written

__all__ = ["Window", "Words"]

#: An equal word is worth 1. The costs: of a word that has no counterpart, of a word left out, and at most,
#: however many are left out together.
_UNMATCHED, _LEFT_OUT, _MOST_LEFT_OUT = 0.4, 0.2, 1.6
#: Sums of the same costs differ by less.
_ROUNDED = 1e-9
#: Share of the distinct words, by weight, without which a text is not looked through, unless it is one of
#: the few with the most of them.
_FEWEST, _IN_ANY_CASE = 0.35, 3


class Window(NamedTuple):
    """Where a quotation stands in a text, as far as equal words tell.

    Attributes:
        start, end: the range of its words there, as the tokenizer counts them.
        score: the sum of the words found, less what is missing or left out.
    """

    start: int
    end: int
    score: float


class Words:
    """The words of a quotation as numbers, to find its place among the words of many texts. Words that stand
    for one another have one number; what no text is analysed for, names in two words, counts word by word.

    Args:
        text: the quotation.
        omitted: see :func:`align`.
    """

    def __init__(self, text: str, omitted: Collection[int] = ()) -> None:
        self.omitted = omitted
        own = [word for word in map(written, tokenizer.words(text)) if word[0]]
        self._numbers: dict[str, int] = {}
        for key, _ in own:
            self._numbers.setdefault(key, len(self._numbers))
        self._own = [self._numbers[key] for key, _ in own]
        self._weights = [STOP if stop else 1.0 for _, stop in own]
        #: what all words count together
        self.weight = sum(self._weights)
        self._each = dict(zip(self._own, self._weights, strict=True))
        #: of each word as it is written somewhere its number, -1 for one that the quotation does not have
        self._known = _Known(lambda surface: self._numbers.get(written(surface)[0], -1))

    def find(self, texts: Sequence[Sequence[str]]) -> list[Window | None]:
        """Where the quotation stands in each of some texts, given as passages; None where hardly any word
        does. A few with the most of its words are looked through in any case."""
        known = self._known
        found = [
            [known[word] for passage in passages for word in tokenizer.words(passage)] for passages in texts
        ]
        there = [sum(self._each[number] for number in set(each) if number >= 0) for each in found]
        few = sorted(there, reverse=True)[: _IN_ANY_CASE + 1][-1] if there else 0.0
        whole = sum(self._each.values())
        return [
            self._window(numbers) if weight and (weight >= _FEWEST * whole or weight >= few) else None
            for numbers, weight in zip(found, there, strict=True)
        ]

    def _window(self, numbers: Sequence[int]) -> Window | None:
        there = np.array(numbers, np.int64)
        scores = _scores(self._own, self._weights, there)
        end = int(scores[-1].argmax())
        start, last, equal = _traced(self._own, self._weights, there, scores, end)
        return Window(start, last, float(scores[-1][end])) if equal else None


class _Known(dict[str, int]):
    """A cache that asks for what it does not have."""

    def __init__(self, make: Callable[[str], int]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, surface: str) -> int:
        number = self[surface] = self._make(surface)
        return number


def _scores(own: Sequence[int], weights: Sequence[float], there: NDArray[np.int64]) -> NDArray[np.float64]:
    """For the first words of the quotation, none to all, the best score with an end before each word of the
    article."""
    size = len(there)
    steps = _LEFT_OUT * np.arange(size + 1)
    scores = np.zeros((len(own) + 1, size + 1))
    equal = {number: there == number for number in set(own)}
    for row, (number, weight) in enumerate(zip(own, weights, strict=True), 1):
        above = scores[row - 1]
        here = scores[row]
        cost = _UNMATCHED * weight
        np.subtract(above, cost, out=here)
        np.maximum(here[1:], above[:-1] + (equal[number] * (weight + cost) - cost), out=here[1:])
        if row < len(own):
            # Words left out behind this one: each costs, but many together no more than a few.
            few = np.maximum.accumulate(here + steps) - steps
            many = np.maximum.accumulate(here) - _MOST_LEFT_OUT
            np.maximum(here, np.maximum(few, many), out=here)
    return scores


def _traced(
    own: Sequence[int],
    weights: Sequence[float],
    there: NDArray[np.int64],
    scores: NDArray[np.float64],
    place: int,
) -> tuple[int, int, int]:
    """The words that are equal on the best way to a place: the first, behind the last, and how many."""
    start, end, found = place, place, 0
    row = len(own)
    while row:
        weight = weights[row - 1]
        above, score = scores[row - 1], scores[row, place]
        if place and there[place - 1] == own[row - 1] and _same(above[place - 1] + weight, score):
            row, place = row - 1, place - 1
            start = place
            end = end if found else place + 1
            found += 1
        elif place and _same(above[place - 1] - _UNMATCHED * weight, score):
            row, place = row - 1, place - 1
        elif _same(above[place] - _UNMATCHED * weight, score):
            row -= 1
        else:
            # The words before this place were left out: back to where the row was as good.
            before = scores[row, :place]
            cost = np.minimum(_LEFT_OUT * np.arange(place, 0, -1), _MOST_LEFT_OUT)
            fits = np.flatnonzero(np.abs(before - cost - score) < _ROUNDED)
            if not len(fits):
                break
            place = int(fits[-1])
    return start, end, found


def _same(one: float, other: float) -> bool:
    return abs(one - other) < _ROUNDED
