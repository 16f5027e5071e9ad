"""Splits a text into quotations: sentences, with short ones joined. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from khabar.analysis import tokenizer

__all__ = ["LONGEST", "MOST", "Piece", "pieces_of"]

#: Maximum number of words of a text that is searched as a whole, and of a piece.
LONGEST = 60
#: Minimum number of words of a piece beside others.
_SHORTEST = 6
#: Maximum number of pieces of a text.
MOST = 100
#: A sentence ends at these marks, unless a digit or a Latin letter follows (12.5, U.S.), and at a line end.
_END = re.compile(r"[.!?؟…]+[\"”»’')\]]*(?=\s|$|[\u0620-\u06ff«\"“(])|\n+")
_CLAUSE = re.compile(r"[،؛,;:]+\s")


class Piece(NamedTuple):
    """A part of a text, with its range there."""

    text: str
    start: int
    end: int


def pieces_of(text: str) -> tuple[Piece | None, list[Piece], Piece | None]:
    """The pieces of a text to search: the whole text, if it is short enough; its sentences, if there are
    several; and the rest of the text that is left out if there are too many.

    >>> pieces_of("وقف إطلاق النار")
    (Piece(text='وقف إطلاق النار', start=0, end=15), [], None)
    """
    whole = None
    if sum(1 for _ in tokenizer.spans(text)) <= LONGEST:
        whole = _stripped(text, 0, len(text))
    pieces = [piece for start, end in _sentences(text) for piece in _cut(text, start, end)]
    if len(pieces) < 2 and whole is not None:
        return whole, [], None
    rest = _stripped(text, pieces[MOST].start, len(text)) if len(pieces) > MOST else None
    return whole, pieces[:MOST], rest


def _stripped(text: str, start: int, end: int) -> Piece:
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    inner = inner.strip()
    return Piece(inner, start, start + len(inner))


def _sentences(text: str) -> list[tuple[int, int]]:
    """The sentences; a short one is joined with the next, or at the end with the previous one."""
    sentences: list[tuple[int, int]] = []
    start = 0
    for end in (*(match.end() for match in _END.finditer(text)), len(text)):
        if len(tokenizer.words(text[start:end])) >= _SHORTEST:
            sentences.append((start, end))
            start = end
    if sentences and start < len(text):
        sentences[-1] = sentences[-1][0], len(text)
    return sentences or [(0, len(text))]


def _cut(text: str, start: int, end: int) -> Iterator[Piece]:
    """A sentence in pieces that are not too long, cut after commas, else between words."""
    spans = [(start + first, start + last) for first, last in tokenizer.spans(text[start:end])]
    commas = [start + match.end() for match in _CLAUSE.finditer(text[start:end])]
    while len(spans) > LONGEST:
        least, most = spans[LONGEST // 2][0], spans[LONGEST][0]
        place = max((comma for comma in commas if least < comma <= most), default=most)
        yield _stripped(text, start, place)
        start = place
        spans = [span for span in spans if span[0] >= place]
    if spans:
        yield _stripped(text, start, end)
