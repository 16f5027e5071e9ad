"""The place of a quotation in an article, found by equal words.

All words of the quotation are compared with any part of the article by dynamic programming (Sellers 1980,
"The theory and computation of evolutionary distances": the ends of the article are free). It works on numbers
with numpy, a row for each word of the quotation, and so is fast enough for many candidates.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.analysis import tokenizer
from khabar.explore.word_units import STOP, written

__all__ = ["Window", "Words"]

#: An equal word is worth 1. The costs of a word without a counterpart, of a word left out, and at most of all
#: words left out in one place.
_UNMATCHED, _LEFT_OUT, _MOST_LEFT_OUT = 0.4, 0.2, 1.6
#: Equal sums of costs differ by less than this.
_ROUNDING = 1e-9
#: Minimum share of the distinct words, by weight, in a text that is aligned; and number of texts, those with
#: the most of these words, that are aligned in any case.
_FEWEST, _IN_ANY_CASE = 0.35, 3


class Window(NamedTuple):
    """The place of a quotation in a text, by equal words.

    Attributes:
        start, end: the range of words there, as the tokenizer counts them.
        score: the weight of the words found, less the costs of missing words and words left out.
    """

    start: int
    end: int
    score: float


class Words:
    """The words of a quotation as numbers, to find its place in many texts. All spellings of a word have one
    number. The texts are not analysed, so names in two words count word by word.

    Args:
        text: the quotation.
        omitted: see :func:`khabar.explore.alignment.align`.
    """

    def __init__(self, text: str, omitted: Collection[int] = ()) -> None:
        self.omitted = omitted
        words = [word for word in map(written, tokenizer.words(text)) if word[0]]
        number_of: dict[str, int] = {}
        for key, _ in words:
            number_of.setdefault(key, len(number_of))
        self._numbers = [number_of[key] for key, _ in words]
        self._weights = [STOP if stop else 1.0 for _, stop in words]
        #: the weight of all words together
        self.weight = sum(self._weights)
        self._weight_of = dict(zip(self._numbers, self._weights, strict=True))
        self._number_of_written = _NumberOfWritten(number_of)

    def find(self, texts: Sequence[Sequence[str]]) -> list[Window | None]:
        """The place of the quotation in each of some texts, given as passages; None for a text with hardly
        any of its words. A few texts with the most of its words are aligned in any case."""
        number_of = self._number_of_written
        numbered = [
            [number_of[word] for passage in passages for word in tokenizer.words(passage)]
            for passages in texts
        ]
        weights = [
            sum(self._weight_of[number] for number in set(numbers) if number >= 0) for numbers in numbered
        ]
        enough = sorted(weights, reverse=True)[: _IN_ANY_CASE + 1][-1] if weights else 0.0
        least = min(enough, _FEWEST * sum(self._weight_of.values()))
        return [
            self._window(numbers) if weight and weight >= least else None
            for numbers, weight in zip(numbered, weights, strict=True)
        ]

    def _window(self, numbers: Sequence[int]) -> Window | None:
        there = np.array(numbers, np.int64)
        scores = _scores(self._numbers, self._weights, there)
        end = int(scores[-1].argmax())
        start, last, equal = _traced(self._numbers, self._weights, there, scores, end)
        return Window(start, last, float(scores[-1][end])) if equal else None


class _NumberOfWritten(dict[str, int]):
    """A cache: for each word as written its number, or -1 if the quotation does not have it."""

    def __init__(self, number_of: Mapping[str, int]) -> None:
        super().__init__()
        self._number_of = number_of

    def __missing__(self, surface: str) -> int:
        number = self[surface] = self._number_of.get(written(surface)[0], -1)
        return number


def _scores(said: Sequence[int], weights: Sequence[float], there: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each number of first words of the quotation (rows) and each position in the article (columns), the
    best score of an alignment that ends there."""
    size = len(there)
    steps = _LEFT_OUT * np.arange(size + 1)
    scores = np.zeros((len(said) + 1, size + 1))
    equal = {number: there == number for number in set(said)}
    for row, (number, weight) in enumerate(zip(said, weights, strict=True), 1):
        above = scores[row - 1]
        here = scores[row]
        cost = _UNMATCHED * weight
        np.subtract(above, cost, out=here)
        np.maximum(here[1:], above[:-1] + (equal[number] * (weight + cost) - cost), out=here[1:])
        if row < len(said):
            # Words left out after this one: each costs, but many together cost no more than a few.
            few = np.maximum.accumulate(here + steps) - steps
            many = np.maximum.accumulate(here) - _MOST_LEFT_OUT
            np.maximum(here, np.maximum(few, many), out=here)
    return scores


def _traced(
    said: Sequence[int],
    weights: Sequence[float],
    there: NDArray[np.int64],
    scores: NDArray[np.float64],
    place: int,
) -> tuple[int, int, int]:
    """Follow the best alignment back from its end: the range from the first to the last equal word, and the
    number of equal words."""
    start, end, count = place, place, 0
    row = len(said)
    while row:
        weight = weights[row - 1]
        above, score = scores[row - 1], scores[row, place]
        if place and there[place - 1] == said[row - 1] and _same(above[place - 1] + weight, score):
            row, place = row - 1, place - 1
            start = place
            end = end if count else place + 1
            count += 1
        elif place and _same(above[place - 1] - _UNMATCHED * weight, score):
            row, place = row - 1, place - 1
        elif _same(above[place] - _UNMATCHED * weight, score):
            row -= 1
        else:
            # The words before this place were left out: go back to where the row had this score and the cost.
            before = scores[row, :place]
            cost = np.minimum(_LEFT_OUT * np.arange(place, 0, -1), _MOST_LEFT_OUT)
            fits = np.flatnonzero(np.abs(before - cost - score) < _ROUNDING)
            if not len(fits):
                break
            place = int(fits[-1])
    return start, end, count


def _same(one: float, other: float) -> bool:
    return abs(one - other) < _ROUNDING
