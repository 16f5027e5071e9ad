"""A text as the date grammar sees it: tokens (numbers, words of the vocabulary, punctuation), a cursor over
them, and numbers in words.

Every other word becomes a token without a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from khabar.dates.spans import Precision
from khabar.dates.words import (
    HIJRI_ERA,
    LARGE,
    TEEN,
    TENS,
    UNIT_WORDS,
    UNITS,
    WEEKDAYS,
    WESTERN_ERA,
    vocabulary_word,
)

__all__ = ["END", "Cursor", "Token", "day_number", "quantity", "tokens", "year_in_words"]

# Marks, tatweel and joiners belong to the word that they follow; direction marks are skipped.
_MARKS = "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200d"
_TOKEN = re.compile(
    rf"((?!\u0640)[^\W\d_][^\W\d_{_MARKS}]*(?:[{_MARKS}]+[^\W\d_]*)*)|(\d+)"
    r"|([^\s\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff])"
)

_DASHES = frozenset("–—−ـ‐")


class Token(NamedTuple):
    """A piece of a text.

    Attributes:
        start, end: its range in the text.
        digits: number of digits; 0 if it is not a number.
        number: its value; -1 for numbers of more than eight digits and for other tokens.
        word: the word of the vocabulary, or a punctuation character; "" for words that have nothing to do
            with dates.
        prefix: the particles written together with the word (و، ب، ل …).
    """

    start: int
    end: int
    digits: int
    number: int
    word: str
    prefix: str


END = Token(0, 0, 0, -1, "", "")
"""The token after the end of a text; it matches no rule."""


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


class Cursor:
    """The tokens of a text by position, the base of the grammar.

    Args:
        pieces: the tokens.
        whole: whether the text is only a date. Then «2023», «2023-10», «10/2023», «أكتوبر» and «20231007» are
            dates, too; in a running text they are not enough.
    """

    def __init__(self, pieces: Sequence[Token], whole: bool = False) -> None:
        # Padding that matches nothing: no rule looks further ahead without a match.
        self._tokens = [*pieces, *[END] * 8]
        self._whole = whole

    def _word(self, at: int) -> str:
        return self._tokens[at].word

    def _is(self, at: int, marks: str) -> bool:
        word = self._tokens[at].word
        return len(word) == 1 and word in marks

    def _past(self, at: int, marks: str) -> int:
        """The position after one of these marks if one is here, else this position."""
        return at + 1 if self._is(at, marks) else at

    def _era(self, at: int) -> tuple[str, int]:
        word = self._word(at)
        if word in HIJRI_ERA:
            return "hijri", at + 1
        return ("western", at + 1) if word in WESTERN_ERA else ("", at)


def day_number(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """A day of a month from 1 to 31, and its end: «7», «07», «السابع», «الحادي والعشرين»."""
    token = tokens[at]
    if token.digits:
        return (token.number, at + 1) if token.digits <= 3 and 1 <= token.number <= 31 else None
    if token.word in WEEKDAYS or (result := _below_hundred(tokens, at)) is None or not 1 <= result[0] <= 31:
        return None
    return result


def _below_hundred(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """A number in words below a hundred, and its end."""
    word = tokens[at].word
    if word in TENS:
        return TENS[word], at + 1
    if (unit := UNITS.get(word)) is None:
        return None
    following = tokens[at + 1]
    if following.word in TEEN and unit < 10:
        return 10 + unit, at + 2
    if following.word in TENS and following.prefix == "و" and unit < 10:
        return unit + TENS[following.word], at + 2
    if following.word == "و" and tokens[at + 2].word in TENS and unit < 10:
        return unit + TENS[tokens[at + 2].word], at + 3
    return unit, at + 1


def year_in_words(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """«ألفين وثلاثة وعشرين», «ألف وتسعمئة وثمانية وأربعين», and its end."""
    total, end = 0, at
    last = 10_000
    for part in range(4):
        here = end
        if part and tokens[here].word == "و":
            here += 1
        elif part and tokens[here].prefix != "و":
            break
        if large := LARGE.get(tokens[here].word):
            value, then = large, here + 1
        elif small := _below_hundred(tokens, here):
            value, then = small
        else:
            break
        # Thousands, then hundreds, then the rest, each once.
        size = 1000 if value >= 1000 else 100 if value >= 100 else 1
        if size >= last:
            break
        total, end, last = total + value, then, size
        if size == 1:
            break
    return (total, end) if total >= 1000 else None


def quantity(tokens: Sequence[Token], at: int) -> tuple[int, Precision, int] | None:
    """«3 أيام», «ثلاثة أسابيع», «يومين», «شهر»: the number, the unit and the end."""
    if (alone := UNIT_WORDS.get(tokens[at].word)) and alone[1] and not tokens[at].word.startswith("ال"):
        unit, count = alone
        end = at + 1 + (UNITS.get(tokens[at + 1].word) == count)
        return count, unit, end  # type: ignore[return-value]
    token = tokens[at]
    if token.digits:
        number, end = token.number, at + 1
        if not 1 <= token.digits <= 4:
            return None
    elif found := _below_hundred(tokens, at):
        number, end = found
    else:
        return None
    if counted := UNIT_WORDS.get(tokens[end].word):
        return number, counted[0], end + 1  # type: ignore[return-value]
    return None
