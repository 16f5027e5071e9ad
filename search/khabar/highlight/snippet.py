"""Snippets: the window of a text in which the words of the query are closest. Plain data, without markup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from khabar.analysis.tokenizer import word_around
from khabar.highlight.matcher import Highlight
from khabar.serialize import Serializable

__all__ = ["Snippet", "make_snippet", "whole"]

#: The worth of a repeated word in a window, relative to its first occurrence.
_REPEATED = 0.1

#: Punctuation that belongs to the next word.
_OPENING = "«“([{"


class Snippet(Serializable, msgspec.Struct, frozen=True):
    """An extract of a text with its matched words.

    Attributes:
        text: the extract, exactly as in the source text.
        highlights: the matched words, as ranges of :attr:`text`, in order and without overlap.
        start, end: position of the extract in the source text.
        cut_before, cut_after: whether the source text continues on that side.
    """

    text: str
    highlights: tuple[Highlight, ...]
    start: int
    end: int
    cut_before: bool
    cut_after: bool

    def marked(self, before: str, after: str, *, ellipsis: str = "") -> str:
        """The text with marks such as brackets around each matched word, otherwise unchanged.

        Args:
            before, after: the marks.
            ellipsis: text to insert where the source text continues.
        """
        parts = (f"{before}{text}{after}" if mark else text for text, mark in self.pieces())
        return self._between(ellipsis, "".join(parts))

    def html(self, *, depths: bool = False, ellipsis: str = "") -> str:
        """The text as HTML, escaped, each matched word in a ``<mark>``. Control characters are made visible.

        Args:
            depths: whether a ``<mark>`` has the depth as its class: ``exact``, ``light``, ``lemma`` or
                ``similar``.
            ellipsis: text to insert where the source text continues.
        """
        from khabar.highlight.markup import marked, plain

        text = marked(self.text, self.highlights, depths=depths)
        return self._between(plain(ellipsis), text)

    def pieces(self) -> Iterator[tuple[str, Highlight | None]]:
        """The text in pieces: each matched word with its highlight, and the text between them with None."""
        place = 0
        for mark in self.highlights:
            if mark.start > place:
                yield self.text[place : mark.start], None
            yield self.text[mark.start : mark.end], mark
            place = mark.end
        if place < len(self.text):
            yield self.text[place:], None

    def _between(self, ellipsis: str, text: str) -> str:
        return f"{ellipsis if self.cut_before else ''}{text}{ellipsis if self.cut_after else ''}"

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Snippet({self.marked('[', ']', ellipsis='…')!r})"


def whole(text: str, highlights: Sequence[Highlight]) -> Snippet:
    """A snippet of a whole text, with its matched words."""
    return Snippet(text, tuple(highlights), 0, len(text), False, False)


def make_snippet(
    text: str,
    highlights: Sequence[Highlight],
    idf: Sequence[float],
    width: int = 200,
) -> Snippet:
    """Cut the window of about ``width`` characters that has the most of the query.

    The worth of a window is the sum of the weights of the different query words in it, plus a tenth of the
    weight for each repetition. The window begins and ends at word boundaries, with equal context on both
    sides. It is the whole text if that fits.

    Args:
        text: a paragraph.
        highlights: its matched words in order, as ranges of ``text``.
        idf: the weight of each clause of the query.
        width: target length in characters.
    """
    body_start, body_end = _trimmed(text)
    if body_end - body_start <= width:
        return _cut(text, body_start, body_end, highlights)
    first, last = _densest(highlights, idf, width) if highlights else (body_start, body_start)
    start, end = _window(text, first, last, body_start, body_end, width)
    return _cut(text, *_tidied(text, start, end, first, last, body_start), highlights)


def _densest(highlights: Sequence[Highlight], idf: Sequence[float], width: int) -> tuple[int, int]:
    """The range of the marks that fit in ``width`` and have the highest worth together; the first of equal
    ranges."""
    best, best_worth = (highlights[0].start, highlights[0].end), -1.0
    held: Counter[int] = Counter()
    worth = 0.0
    opening = 0
    for closing, mark in enumerate(highlights):
        worth += _worth(idf, mark.clause, held[mark.clause])
        held[mark.clause] += 1
        while opening < closing and mark.end - highlights[opening].start > width:
            leaving = highlights[opening].clause
            held[leaving] -= 1
            worth -= _worth(idf, leaving, held[leaving])
            opening += 1
        # Additions and subtractions leave rounding errors.
        if worth > best_worth + 1e-9:
            best, best_worth = (highlights[opening].start, mark.end), worth
    return best


def _worth(idf: Sequence[float], clause: int, held: int) -> float:
    # A word without weight still counts a little, so that the earliest window with words wins.
    return max(idf[clause], 0.01) * (_REPEATED if held else 1.0)


def _window(text: str, first: int, last: int, low: int, high: int, width: int) -> tuple[int, int]:
    """A window of ``width`` characters around ``first`` to ``last``, without words that its edges would
    cut."""
    start = max(low, min(first - (width - (last - first)) // 2, high - width))
    start, end = min(start, first), max(start + width, last)
    # A word at the edge stays outside. Only a word longer than the window is cut.
    word = word_around(text, start)
    if word and word[1] <= first:
        start = word[1]
    word = word_around(text, end)
    if word and word[0] >= last and word[0] > start:
        end = word[0]
    return start, min(end, high)


def _tidied(text: str, start: int, end: int, first: int, last: int, low: int) -> tuple[int, int]:
    """The window without the spaces and punctuation that belong to words outside it."""
    if start > low:
        while start < first and not (text[start].isalnum() or text[start] in _OPENING or text[start] == '"'):
            start += 1
    while end > max(last, start + 1) and (text[end - 1].isspace() or text[end - 1] in _OPENING):
        end -= 1
    return start, end


def _cut(text: str, start: int, end: int, highlights: Sequence[Highlight]) -> Snippet:
    inside = tuple(
        replace(mark, start=mark.start - start, end=mark.end - start)
        for mark in highlights
        if mark.start >= start and mark.end <= end
    )
    low, high = _trimmed(text)
    return Snippet(text[start:end], inside, start, end, start > low, end < high)


def _trimmed(text: str) -> tuple[int, int]:
    stripped = text.strip()
    start = text.find(stripped) if stripped else 0
    return start, start + len(stripped)
