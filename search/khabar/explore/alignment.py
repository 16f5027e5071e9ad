"""The alignment of a quotation with an article: where its words are, and what differs.

The place is known from equal words (:mod:`khabar.explore.equal_words`). Here the quotation is compared with
it word by word (Needleman and Wunsch 1970), also by words of much the same letters and words that moved. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from operator import mul
from typing import Literal, NamedTuple

from khabar.analysis.analyzer import Analyzer
from khabar.explore.word_units import Unit, same_word

__all__ = ["Alignment", "Change", "Kind", "align", "altered"]

#: What can differ; see :class:`khabar.explore.quotations.Difference`.
Kind = Literal["dropped", "added", "swapped", "respelled", "moved", "spelling"]

#: An equal word is worth 1. The costs: of a word that has no counterpart, and of a word left out.
_UNMATCHED, _LEFT_OUT = 0.4, 0.2
#: Minimum share of common letters of two words that are one word in another form (twice the common letters,
#: divided by all).
_ALIKE = 2 / 3
#: What a word counts for the similarity: a word in another form, a word at another place.
_RESPELLED, _MOVED = 0.6, 0.7
#: How much more the share of the quotation's words counts than that of the article's: what nobody said is
#: worse than what was left out. The square of the β of an F-measure.
_SAID = 4
#: The most that a place is similar in which a negation or a number differs, however few words these are.
_ALTERED = 0.9
#: So many words left out in one piece count; a longer piece counts as these.
_LONGEST_GAP = 4


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


def align(
    quotation: Sequence[Unit], there: Sequence[Unit], analyzer: Analyzer, omitted: Collection[int] = ()
) -> Alignment:
    """A quotation beside some words of an article among which it stands.

    Args:
        quotation, there: the words of both.
        analyzer: knows whether two words are one in another form.
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
    changes, agrees, found = _compared(quotation, there, inside, analyzer, omitted)
    weights = [unit.weight for unit in quotation]
    said = sum(map(mul, weights, agrees)) / sum(weights)
    # The F-measure (van Rijsbergen 1979).
    both_agree = (1 + _SAID) * said * found / (_SAID * found + said) if said else 0.0
    if any(altered(quotation, there, change) for change in changes):
        both_agree = min(both_agree, _ALTERED)
    return Alignment(first, last + 1, both_agree, tuple(agrees), found, tuple(changes))


def altered(
    quotation: Sequence[Unit], there: Sequence[Unit], change: Change
) -> Literal["", "negation", "number"]:
    """Whether a change turns what is said into its opposite, or changes a number in it."""
    if change.kind in ("moved", "spelling"):
        return ""
    said, found = quotation[slice(*change.here)], there[slice(*change.there)]
    if any(unit.negates for unit in (*said, *found)):
        return "negation"
    return "number" if any(unit.is_number for unit in said) else ""


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
    quotation: Sequence[Unit],
    there: Sequence[Unit],
    pairs: Sequence[_Pair],
    analyzer: Analyzer,
    omitted: Collection[int],
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
        kind, agrees = _pair_of(quotation[one], there[other], analyzer)
        agreeing[one] = agrees
        found += agrees * there[other].weight
        total += there[other].weight
        if kind is not None:
            _add(changes, Change(kind, (one, at), (other, place)))
    return changes, agreeing, found / total if total else 0.0


def _pair_of(one: Unit, other: Unit, analyzer: Analyzer) -> tuple[Kind | None, float]:
    """How a word and its counterpart differ, and how much they agree."""
    if one.key == other.key:
        return None if one.term == other.term else "spelling", 1.0
    if one.is_number or other.is_number or one.negates or other.negates:
        return "swapped", 0.0
    return ("respelled", _RESPELLED) if same_word(analyzer, one.term, other.term) else ("swapped", 0.0)


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
