"""The part of an article that contains a quotation: turns ranges of words into ranges of characters."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from khabar.analysis import tokenizer
from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.explore.alignment import Alignment, altered
from khabar.explore.equal_words import Window
from khabar.explore.quotations import Difference, QuotedPlace
from khabar.explore.sentences import Piece
from khabar.explore.word_units import Unit, units_of
from khabar.index.records import seconds_of
from khabar.stories.story import Telling

__all__ = ["Found", "QuotedText", "place_of"]

#: Number of words compared on either side of the equal ones.
_AROUND = 3


class QuotedText:
    """The part of an article that may contain a quotation.

    Args:
        first: the number of the first passage.
        passages: the passages.
        window: where they have words of the quotation.
        analyzer: the analyzer of the index.

    Attributes:
        first: the number of the first passage kept.
        passages: the passages of the window and the words around it.
        units: the words of these passages.
        numbers: for each word the position of its passage in ``passages``.
        low, high: the range of the words to compare.
    """

    def __init__(self, first: int, passages: Sequence[str], window: Window, analyzer: Analyzer) -> None:
        spans = [
            (place, start, end)
            for place, passage in enumerate(passages)
            for start, end in tokenizer.spans(passage)
        ]
        # The window ends at equal words; other words of the quotation may surround it.
        low = spans[max(0, window.start - _AROUND)]
        high = spans[min(len(spans), window.end + _AROUND) - 1]
        self.first = first + low[0]
        self.passages = passages[low[0] : high[0] + 1]
        self.units: list[Unit] = []
        self.numbers: list[int] = []
        for place, passage in enumerate(self.passages):
            units = units_of(passage, analyzer)
            self.units += units
            self.numbers += [place] * len(units)
        inside = [
            at
            for at, (place, unit) in enumerate(zip(self.numbers, self.units, strict=True))
            if (place, unit.start) >= (0, low[1]) and (place, unit.end) <= (high[0] - low[0], high[2])
        ]
        self.low, self.high = (inside[0], inside[-1] + 1) if inside else (0, 0)


class Found(NamedTuple):
    """An article with the words in it that are most similar to a quotation."""

    article: Article
    text: QuotedText
    alignment: Alignment

    @property
    def order(self) -> tuple[bool, int, float]:
        """The same words first, then by tenths of the similarity, then by date; undated ones last."""
        similarity = self.alignment.similarity
        moment = float("inf") if self.article.published is None else seconds_of(self.article.published)
        return similarity < 1, -int(similarity * 10), moment


def place_of(
    rank: int, piece: Piece, units: Sequence[Unit], found: Found, copies: tuple[Telling, ...]
) -> QuotedPlace:
    """Make the result for a place."""
    text, alignment = found.text, found.alignment
    first, last = text.numbers[alignment.start], text.numbers[max(alignment.start, alignment.end - 1)]
    passages = text.passages[first : last + 1]
    said = [(piece.start + unit.start, piece.start + unit.end) for unit in units]
    begin = bisect_left(text.numbers, first)
    spans = _joined_spans(text, first, last)
    joined = "\n".join(passages)
    start, end = _range(spans, alignment.start - begin, alignment.end - begin)
    differences = []
    for change in alignment.changes:
        here = _range(said, *change.here)
        there = _range(spans, change.there[0] - begin, change.there[1] - begin)
        words = piece.text[here[0] - piece.start : here[1] - piece.start]
        differences.append(
            Difference(
                change.kind,
                *here,
                *there,
                words,
                joined[slice(*there)],
                altered(units, text.units, change),
            )
        )
    return QuotedPlace(
        rank,
        found.article,
        text.first + first,
        text.first + last,
        joined,
        start,
        end,
        alignment.similarity,
        tuple(differences),
        copies,
    )


def _joined_spans(text: QuotedText, first: int, last: int) -> list[tuple[int, int]]:
    """The ranges of the words of some passages in their joined text."""
    spans = []
    begin = 0
    for number in range(first, last + 1):
        low, high = bisect_left(text.numbers, number), bisect_left(text.numbers, number + 1)
        spans += [(begin + unit.start, begin + unit.end) for unit in text.units[low:high]]
        begin += len(text.passages[number]) + 1
    return spans


def _range(spans: Sequence[tuple[int, int]], low: int, high: int) -> tuple[int, int]:
    """The range of some words; if there are none, the end of the word before, twice."""
    if low < high:
        return spans[low][0], spans[high - 1][1]
    place = spans[low - 1][1] if low else spans[0][0]
    return place, place
