"""A text as the date grammar sees it: numbers, words of the vocabulary, and everything else as punctuation."""

from __future__ import annotations

import re
from typing import NamedTuple

from khabar.dates.words import vocabulary_word

__all__ = ["END", "Token", "tokens"]

# Marks, tatweel and joiners belong to the word that they follow; direction marks are no tokens at all.
_MARKS = "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200d"
_TOKEN = re.compile(
    rf"((?!\u0640)[^\W\d_][^\W\d_{_MARKS}]*(?:[{_MARKS}]+[^\W\d_]*)*)|(\d+)"
    r"|([^\s\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff])"
)

_DASHES = frozenset("–—−ـ‐")


class Token(NamedTuple):
    """A piece of a text.

    Attributes:
        start, end: its place in the text.
        digits: how many digits it has; 0 for what is no number.
        number: its value; -1 for numbers of more than eight digits and for what is no number.
        word: the word of the vocabulary that it is; a lone character of punctuation for punctuation; "" for
            words that say nothing about dates.
        prefix: the particles written together with the word (و، ب، ل …).
    """

    start: int
    end: int
    digits: int
    number: int
    word: str
    prefix: str


END = Token(0, 0, 0, -1, "", "")
"""Matches no rule: what rules that look ahead find behind the end."""


def tokens(text: str) -> list[Token]:
    """The pieces of ``text`` in order."""
    result = []
    # Made as bare tuples: this is where the time goes.
    make = tuple.__new__
    for match in _TOKEN.finditer(text):
        kind = match.lastindex
        first, last = match.span()
        if kind == 1:
            word, prefix = vocabulary_word(match[1])
            result.append(make(Token, (first, last, 0, -1, word, prefix)))
        elif kind == 2:
            digits = last - first
            number = int(match[2]) if digits <= 8 else -1
            result.append(make(Token, (first, last, digits, number, "", "")))
        else:
            mark = match[3]
            result.append(make(Token, (first, last, 0, -1, "-" if mark in _DASHES else mark, "")))
    return result
