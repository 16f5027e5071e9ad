"""The alignment of a quotation with an article: the positions of its words, and the differences.

The place in the article is known from equal words (:mod:`khabar.explore.equal_words`). Here the quotation is
compared with it word by word (Needleman and Wunsch 1970), including words with similar letters and words that
moved. Pure functions.
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

#: The kinds of differences; see :class:`khabar.explore.quotations.Difference`.
Kind = Literal["dropped", "added", "swapped", "respelled", "moved", "spelling"]

#: An equal word is worth 1. The costs of a word without a counterpart, and of a word left out.
_UNMATCHED, _LEFT_OUT = 0.4, 0.2
#: Minimum similarity of the letters of two words that may be forms of one word (twice the number of common
#: letters, divided by that of all letters).
_ALIKE = 2 / 3
#: The agreement of a word in another form, and of a word in another place.
_RESPELLED, _MOVED = 0.6, 0.7
#: The weight of the share of the quotation's words, relative to that of the article's words: the square of
#: the β of an F-measure. Adding words that nobody said is worse than leaving some out.
_SAID = 4
#: Maximum similarity of a place in which a negation or a number differs, however few these words are.
_ALTERED = 0.9
#: Maximum number of words that count if several are left out in one piece.
_LONGEST_GAP = 4


class Change(NamedTuple):
    """Words that differ, as ranges of the units of both sides; empty for none on a side."""

    kind: Kind
    here: tuple[int, int]
    there: tuple[int, int]


class Alignment(NamedTuple):
    """A quotation aligned with the words of an article.

    Attributes:
        start, end: the range of the units of the article that it covers.
        similarity: from 0 to 1; see :class:`khabar.QuotedPlace`.
        agrees: the agreement of each word of the quotation, from 0 to 1.
        there: the share of the words in this range that the quotation has.
        changes: the differences, in the order of the quotation.
    """

    start: int
    end: int
    similarity: float
    agrees: tuple[float, ...]
    there: float
    changes: tuple[Change, ...]

    def shifted(self, by: int) -> Alignment:
        """The same alignment with ``by`` more words at the beginning of the article."""
        changes = tuple(
            change._replace(there=(change.there[0] + by, change.there[1] + by)) for change in self.changes
        )
        return Alignment(self.start + by, self.end + by, self.similarity, self.agrees, self.there, changes)


def align(
    quotation: Sequence[Unit], there: Sequence[Unit], analyzer: Analyzer, omitted: Collection[int] = ()
) -> Alignment:
    """Align a quotation with the words of an article that contain it.

    Args:
        quotation: the words of the quotation.
        there: the words of the article.
        analyzer: tells whether two words are forms of one word.
        omitted: positions in the quotation before which words may be left out at no cost.
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
    paired = [place for one, place in pairs if one is not None and place is not None]
    if not paired:
        return Alignment(0, 0, 0.0, (0.0,) * count, 0.0, ())
    first, last = paired[0], paired[-1]
    inside = [(one, place) for one, place in pairs if place is None or first <= place <= last]
    changes, agrees, share_there = _compared(quotation, there, inside, analyzer, omitted)
    weights = [unit.weight for unit in quotation]
    share_said = sum(map(mul, weights, agrees)) / sum(weights)
    similarity = 0.0
    if share_said:
        # The F-measure (van Rijsbergen 1979).
        similarity = (1 + _SAID) * share_said * share_there / (_SAID * share_there + share_said)
    if any(altered(quotation, there, change) for change in changes):
        similarity = min(similarity, _ALTERED)
    return Alignment(first, last + 1, similarity, tuple(agrees), share_there, tuple(changes))


def altered(
    quotation: Sequence[Unit], there: Sequence[Unit], change: Change
) -> Literal["", "negation", "number"]:
    """Whether a change may turn the meaning into its opposite, or changes a number."""
    if change.kind in ("moved", "spelling"):
        return ""
    said, found = quotation[slice(*change.here)], there[slice(*change.there)]
    if any(unit.negates for unit in (*said, *found)):
        return "negation"
    return "number" if any(unit.is_number for unit in said) else ""


@lru_cache(maxsize=1 << 16)
def _alike(one: str, other: str) -> bool:
    """Whether two words may be forms of one word."""
    few, many = sorted((len(one), len(other)))
    if 2 * few < _ALIKE * (few + many) or one[:1].isdigit() or other[:1].isdigit():
        return False
    # Rules out most pairs, and is cheaper than the matcher.
    if 2 * sum(other.count(letter) for letter in set(one)) < _ALIKE * (few + many):
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


_Pair = tuple[int | None, int | None]


def _gain(one: Unit, other: Unit) -> float:
    """The gain of pairing two words."""
    if one.key == other.key:
        return one.weight
    return (_RESPELLED if _alike(one.term, other.term) else -_UNMATCHED) * one.weight


def _pairs(quotation: Sequence[Unit], there: Sequence[Unit]) -> list[_Pair]:
    """The best pairing of the words of both sides in their order; None for no counterpart. Words of the
    article before and after the quotation cost nothing."""
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
    pairs: list[_Pair] = []
    row, column = rows, columns
    while row:
        missing = _UNMATCHED * quotation[row - 1].weight
        if column and scores[row][column] == scores[row - 1][column - 1] + gained[row - 1][column - 1]:
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif scores[row][column] == scores[row - 1][column] - missing:
            row -= 1
            pairs.append((row, None))
        else:
            column -= 1
            pairs.append((None, column))
    return pairs[::-1]


def _compared(
    quotation: Sequence[Unit],
    there: Sequence[Unit],
    pairs: Sequence[_Pair],
    analyzer: Analyzer,
    omitted: Collection[int],
) -> tuple[list[Change], list[float], float]:
    """The changes, the agreement of each word of the quotation, and the share of the article's words that
    agree."""
    moved = _moved(quotation, there, pairs)
    targets = set(moved.values())
    changes: list[Change] = []
    agreeing = [0.0] * len(quotation)
    # The weights of the article's words: of those that agree, and of all.
    agreed = total = 0.0
    gap = 0
    at, place = 0, next((place for _, place in pairs if place is not None), 0)
    for one, other in pairs:
        if one is None and other is not None:
            gap += 1
            place = other + 1
            if other in targets:
                agreed += _MOVED * there[other].weight
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
        agreed += agrees * there[other].weight
        total += there[other].weight
        if kind is not None:
            _add(changes, Change(kind, (one, at), (other, place)))
    return changes, agreeing, agreed / total if total else 0.0


def _pair_of(one: Unit, other: Unit, analyzer: Analyzer) -> tuple[Kind | None, float]:
    """The difference between a word and its counterpart, and their agreement."""
    if one.key == other.key:
        return None if one.term == other.term else "spelling", 1.0
    if one.is_number or other.is_number or one.negates or other.negates:
        return "swapped", 0.0
    return ("respelled", _RESPELLED) if same_word(analyzer, one.term, other.term) else ("swapped", 0.0)


def _moved(quotation: Sequence[Unit], there: Sequence[Unit], pairs: Sequence[_Pair]) -> dict[int, int]:
    """The words without a counterpart that the article has in another place: position in the quotation →
    position in the article."""
    free: dict[str, list[int]] = {}
    for one, other in pairs:
        if one is None and other is not None:
            free.setdefault(there[other].key, []).append(other)
    moved = {}
    for one, other in pairs:
        if one is not None and other is None and free.get(quotation[one].key):
            moved[one] = free[quotation[one].key].pop(0)
    return moved


def _add(changes: list[Change], change: Change) -> None:
    """Add a change; if it continues the last one, extend that."""
    if changes and change.kind not in ("moved", "spelling", "respelled"):
        kind, here, there = changes[-1]
        if kind == change.kind and here[1] == change.here[0] and there[1] == change.there[0]:
            changes[-1] = Change(kind, (here[0], change.here[1]), (there[0], change.there[1]))
            return
    changes.append(change)
