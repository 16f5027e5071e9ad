"""The alignment of a quotation with an article: where its words stand there, and what differs.

Two steps, both dynamic programming. The first (:class:`Words`) looks for the place in the whole article:
all words of the quotation against any part of the article, with equal words alone (Sellers 1980, "The theory
and computation of evolutionary distances": the ends of the article are free). It works on numbers with numpy,
a row for each word of the quotation. The second (:func:`align`) compares the quotation with that place alone,
word by word (Needleman and Wunsch 1970), and knows more: words of much the same letters, words that moved.

Words are compared folded, so vocalisation and letter forms are no difference. Another spelling of a word
(أمريكا/أميركا), a name in one word or in two and a particle behind a space are one word, too, and are only
noted. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from operator import mul
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.analysis import tokenizer
from khabar.analysis.analyzer import Analyzer, make_word
from khabar.analysis.names import PARTICLES
from khabar.analysis.variants import respelled

__all__ = ["Alignment", "Change", "Kind", "Unit", "Window", "Words", "align", "omissions", "units_of"]

#: What can differ; see :class:`khabar.explore.quotations.Difference`.
Kind = Literal["dropped", "added", "swapped", "respelled", "moved", "spelling"]

#: What stands for words that are left out.
_ELLIPSIS = re.compile(r"…|\.\s?\.|\[\s*\]")
#: The costs of the search for the place, where an equal word is worth 1: a word that has no counterpart, a
#: word left out, and at most, however many are left out together.
_UNMATCHED, _LEFT_OUT, _MOST_LEFT_OUT = 0.4, 0.2, 1.6
#: Sums of the same costs differ by less.
_ROUNDED = 1e-9
#: Share of the distinct words, by weight, without which a text is not looked through, unless it is one of
#: the few with the most of them.
_FEWEST, _IN_ANY_CASE = 0.35, 3
#: Minimum share of common letters of two words that are one word in another form (twice the common letters,
#: divided by all).
_ALIKE = 2 / 3
#: What a word counts for the similarity: a stop word, a word in another form, a word at another place.
_STOP, _RESPELLED, _MOVED = 0.5, 0.6, 0.7
#: How much more the share of the quotation's words counts than that of the article's: what nobody said is
#: worse than what was left out. The square of the β of an F-measure.
_SAID = 4
#: So many words left out in one piece count; a longer piece counts as these.
_LONGEST_GAP = 4


class Unit(NamedTuple):
    """A word as it is compared: a word, a name of two words, or a word with a particle before it.

    Attributes:
        start, end: its range in the text.
        term: folded; of a name written in two words the one word.
        key: the spelling that stands for all spellings of it.
        stop: whether it is a stop word.
    """

    start: int
    end: int
    term: str
    key: str
    stop: bool

    @property
    def weight(self) -> float:
        """What it counts for the similarity."""
        return _STOP if self.stop else 1.0


class Window(NamedTuple):
    """Where a quotation stands in a text, as far as equal words tell.

    Attributes:
        start, end: the range of its words there, as the tokenizer counts them.
        score: the sum of the words found, less what is missing or left out.
    """

    start: int
    end: int
    score: float


class Change(NamedTuple):
    """Words that differ, as ranges of the units of both sides; empty for none on a side."""

    kind: Kind
    here: tuple[int, int]
    there: tuple[int, int]


class Alignment(NamedTuple):
    """A quotation beside the words of an article.

    Attributes:
        start, end: the range of the units there that it covers.
        similarity: from 0 to 1; see :class:`khabar.QuotedPlace`.
        agrees: of each word of the quotation how much it agrees, from 0 to 1.
        there: the share of the words there that the quotation has.
        changes: what differs, in the order of the quotation.
    """

    start: int
    end: int
    similarity: float
    agrees: tuple[float, ...]
    there: float
    changes: tuple[Change, ...]

    def shifted(self, by: int) -> Alignment:
        """The same beside all words of an article, of which the first ``by`` were left out."""
        changes = tuple(
            change._replace(there=(change.there[0] + by, change.there[1] + by)) for change in self.changes
        )
        return Alignment(self.start + by, self.end + by, self.similarity, self.agrees, self.there, changes)


def units_of(text: str, analyzer: Analyzer) -> list[Unit]:
    """The words of a text as they are compared.

    >>> [unit.key for unit in units_of("قال عبد الله إن أميركا و روسيا", Analyzer())]
    ['قال', 'عبدالله', 'ان', 'امريكا', 'وروسيا']
    """
    units: list[Unit] = []
    #: up to which position words are in a name, and the start of a particle that stands alone
    named, particle = -1, None
    for token in analyzer.tokens(text):
        term = token.word.exact[0]
        if token.position <= named or not term:
            continue
        if token.compound:
            named = token.position + 1
        elif len(term) == 1 and term in PARTICLES:
            if particle is not None:
                units.append(particle)
            particle = Unit(token.start, token.end, term, term, True)
            continue
        stop, start = token.word.stop, token.start
        if particle is not None:
            if text[particle.end : start].isspace():
                start, term = particle.start, particle.term + term
            else:
                units.append(particle)
            particle = None
        units.append(Unit(start, token.end, term, _key(term), stop))
    return units if particle is None else [*units, particle]


@lru_cache(maxsize=1 << 16)
def _key(term: str) -> str:
    return respelled(term) or term


class Words:
    """The words of a quotation as numbers, to find its place among the words of many texts. Words that stand
    for one another have one number; what no text is analysed for, names in two words, counts word by word.

    Args:
        text: the quotation.
        omitted: see :func:`align`.
    """

    def __init__(self, text: str, omitted: Collection[int] = ()) -> None:
        self.omitted = omitted
        written = [word for word in map(_written, tokenizer.words(text)) if word[0]]
        self._numbers: dict[str, int] = {}
        for key, _ in written:
            self._numbers.setdefault(key, len(self._numbers))
        self._own = [self._numbers[key] for key, _ in written]
        self._weights = [_STOP if stop else 1.0 for _, stop in written]
        #: what all words count together
        self.weight = sum(self._weights)
        self._each = dict(zip(self._own, self._weights, strict=True))
        #: of each word as it is written somewhere its number, -1 for one that the quotation does not have
        self._known = _Known(lambda surface: self._numbers.get(_written(surface)[0], -1))

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


@lru_cache(maxsize=1 << 17)
def _written(surface: str) -> tuple[str, bool]:
    """The key of a word as it is written, and whether it is a stop word. (An analyzer has a cache of its own;
    but this is asked for every word of every candidate.)"""
    word = make_word(surface)
    return _key(word.exact[0]), word.stop


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


def omissions(text: str, units: Sequence[Unit]) -> frozenset[int]:
    """Before which words of a quotation it says itself that it leaves something out.

    >>> text = "أعلن الوزير ... أن المحصول وفير"
    >>> omissions(text, units_of(text, Analyzer()))
    frozenset({2})
    """
    return frozenset(
        place
        for place, (one, other) in enumerate(pairwise(units), 1)
        if _ELLIPSIS.search(text, one.end, other.start)
    )


def align(quotation: Sequence[Unit], there: Sequence[Unit], omitted: Collection[int] = ()) -> Alignment:
    """A quotation beside some words of an article among which it stands.

    Args:
        quotation, there: the words of both.
        omitted: before which words of the quotation something may be left out at no cost.
    """
    count = len(quotation)
    keys = [unit.key for unit in quotation]
    start = next(
        (at for at in range(len(there) - count + 1) if [unit.key for unit in there[at : at + count]] == keys),
        -1,
    )
    pairs: list[_Pair] = [(place, start + place) for place in range(count)]
    if start < 0:
        pairs = _pairs(quotation, there)
    both = [place for one, place in pairs if one is not None and place is not None]
    if not both:
        return Alignment(0, 0, 0.0, (0.0,) * count, 0.0, ())
    first, last = both[0], both[-1]
    inside = [(one, place) for one, place in pairs if place is None or first <= place <= last]
    changes, agrees, found = _compared(quotation, there, inside, omitted)
    weights = [unit.weight for unit in quotation]
    said = sum(map(mul, weights, agrees)) / sum(weights)
    # The F-measure (van Rijsbergen 1979).
    both_agree = (1 + _SAID) * said * found / (_SAID * found + said) if said else 0.0
    return Alignment(first, last + 1, both_agree, tuple(agrees), found, tuple(changes))


@lru_cache(maxsize=1 << 16)
def _alike(one: str, other: str) -> bool:
    """Whether two words may be one in another form."""
    few, many = sorted((len(one), len(other)))
    if 2 * few < _ALIKE * (few + many) or one[:1].isdigit() or other[:1].isdigit():
        return False
    # Cheaper than the matcher, which settles few of the pairs that come here.
    if 2 * sum(other.count(letter) for letter in set(one)) < _ALIKE * (few + many):
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


_Pair = tuple[int | None, int | None]


def _gain(one: Unit, other: Unit) -> float:
    """What it is worth to take two words for one."""
    if one.key == other.key:
        return one.weight
    return (_RESPELLED if _alike(one.term, other.term) else -_UNMATCHED) * one.weight


def _pairs(quotation: Sequence[Unit], there: Sequence[Unit]) -> list[_Pair]:
    """The best pairing of the words of both sides in their order; None for no counterpart. Words of the
    article before and behind the quotation cost nothing."""
    rows, columns = len(quotation), len(there)
    gained = [[_gain(one, other) for other in there] for one in quotation]
    scores = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(1, rows + 1):
        above, here, gain = scores[row - 1], scores[row], gained[row - 1]
        missing = _UNMATCHED * quotation[row - 1].weight
        here[0] = above[0] - missing
        skipped = _LEFT_OUT if row < rows else 0.0
        for column in range(1, columns + 1):
            here[column] = max(
                above[column - 1] + gain[column - 1], above[column] - missing, here[column - 1] - skipped
            )
    found: list[_Pair] = []
    row, column = rows, columns
    while row:
        missing = _UNMATCHED * quotation[row - 1].weight
        if column and scores[row][column] == scores[row - 1][column - 1] + gained[row - 1][column - 1]:
            row, column = row - 1, column - 1
            found.append((row, column))
        elif scores[row][column] == scores[row - 1][column] - missing:
            row -= 1
            found.append((row, None))
        else:
            column -= 1
            found.append((None, column))
    return found[::-1]


def _compared(
    quotation: Sequence[Unit], there: Sequence[Unit], pairs: Sequence[_Pair], omitted: Collection[int]
) -> tuple[list[Change], list[float], float]:
    """What differs; how much each word of the quotation agrees; and which share of the words there does."""
    moved = _moved(quotation, there, pairs)
    targets = set(moved.values())
    changes: list[Change] = []
    agreeing = [0.0] * len(quotation)
    found = total = 0.0
    gap = 0
    at, place = 0, next((place for _, place in pairs if place is not None), 0)
    for one, other in pairs:
        if one is None and other is not None:
            gap += 1
            place = other + 1
            if other in targets:
                found += _MOVED * there[other].weight
                total += there[other].weight
            else:
                total += there[other].weight * (gap <= _LONGEST_GAP and at not in omitted)
                _add(changes, Change("dropped", (at, at), (other, place)))
            continue
        gap = 0
        assert one is not None
        at = one + 1
        if other is None:
            if one in moved:
                agreeing[one] = _MOVED
                _add(changes, Change("moved", (one, at), (moved[one], moved[one] + 1)))
            else:
                _add(changes, Change("added", (one, at), (place, place)))
            continue
        place = other + 1
        kind, agrees = _pair_of(quotation[one], there[other])
        agreeing[one] = agrees
        found += agrees * there[other].weight
        total += there[other].weight
        if kind is not None:
            _add(changes, Change(kind, (one, at), (other, place)))
    return changes, agreeing, found / total if total else 0.0


def _pair_of(one: Unit, other: Unit) -> tuple[Kind | None, float]:
    """How a word and its counterpart differ, and how much they agree."""
    if one.key == other.key:
        return None if one.term == other.term else "spelling", 1.0
    return ("respelled", _RESPELLED) if _alike(one.term, other.term) else ("swapped", 0.0)


def _moved(quotation: Sequence[Unit], there: Sequence[Unit], pairs: Sequence[_Pair]) -> dict[int, int]:
    """Words without a counterpart in their place that stand in another: from the quotation to the article."""
    free: dict[str, list[int]] = {}
    for one, other in pairs:
        if one is None and other is not None:
            free.setdefault(there[other].key, []).append(other)
    found = {}
    for one, other in pairs:
        if one is not None and other is None and free.get(quotation[one].key):
            found[one] = free[quotation[one].key].pop(0)
    return found


def _add(changes: list[Change], change: Change) -> None:
    """Add a change; one that continues the last one becomes part of it."""
    if changes and change.kind not in ("moved", "spelling", "respelled"):
        kind, here, there = changes[-1]
        if kind == change.kind and here[1] == change.here[0] and there[1] == change.there[0]:
            changes[-1] = Change(kind, (here[0], change.here[1]), (there[0], change.there[1]))
            return
    changes.append(change)
