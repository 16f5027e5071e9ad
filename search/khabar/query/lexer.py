"""The lexer: splits a query into lexemes. It never fails, and reads every character a bounded number of
times.

Invisible characters have no meaning, such as the direction marks that come along when text is copied from a
page. They are skipped, but positions refer to the text as typed. :mod:`khabar.query.quotes` pairs quotation
marks, :mod:`khabar.query.word_lexemes` and :mod:`khabar.query.field_lexemes` read what is between two spaces,
and :mod:`khabar.query.word_operators` decides at the end which words are operators.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from khabar.analysis.fold import fold_digits
from khabar.index.plan import Occur
from khabar.patterns import lazy_pattern
from khabar.query.field_values import SIGNS
from khabar.query.lexemes import FORMULA, LARGEST_SLOP, Kind, Lexeme
from khabar.query.query_text import MARKS, SIGNED, WORD_END, QueryText
from khabar.query.tree import Match, Problem
from khabar.query.word_lexemes import address_end, phrase_lexemes, word_lexeme
from khabar.query.word_operators import BAR, arabic_operators, small_operators
from khabar.spelling import INVISIBLE, visible

if TYPE_CHECKING:
    from khabar.query.field_lexemes import FieldReader

__all__ = ["NEAR_DISTANCE", "lex"]

#: Maximum number of other words between two words joined by a NEAR without a number.
NEAR_DISTANCE = 10
#: Maximum number of words of a query that has no other syntax but is not read as a headline: «فنان:فيروز».
_NO_HEADLINE = 2
_D = "0-9\u0660-\u0669\u06f0-\u06f9"
_OPERATOR = lazy_pattern(
    rf"(?:(AND|OR|NOT)|(?:NEAR|قرب(?=/))(?:/([{_D}]{{1,3}}))?)(?=[\s()]|$)|(?:(AND|OR|NOT))(?=[{MARKS}])"
)
_OPERATORS_BEGIN = frozenset("AONق")
_SLOP = lazy_pattern(rf"~([{_D}]{{1,3}})(?!\w)")


def lex(text: str, match: Match = "any", kept: Sequence[str] = ()) -> tuple[list[Lexeme], list[Problem]]:
    """The lexemes of a query in order, and the problems: parts that could not be read or are ambiguous.

    Args:
        text: the query.
        match: whether ``any`` of its words is enough, or ``all`` are required.
        kept: names of further fields, which were kept from records.
    """
    shown = visible(text)
    read = QueryText(shown)
    reader = None
    if ":" in shown:
        # Most queries have no fields.
        from khabar.query.field_lexemes import FieldReader

        reader = FieldReader(read, kept)
    lexemes = list(_lexemes(read, reader))
    problems = [*read.problems, *small_operators(lexemes)]
    doubtful = reader.doubtful if reader else []
    if doubtful and (len(shown.split()) <= _NO_HEADLINE or any(map(_is_syntax, lexemes))):
        problems += doubtful
    lexemes, notes = arabic_operators(lexemes, match, shown)
    problems += notes
    if len(shown) < len(text):
        places = [place for place, char in enumerate(text) if char not in INVISIBLE]
        lexemes = [_as_typed(lexeme, text, places) for lexeme in lexemes]
        problems = [
            replace(problem, start=places[problem.start], end=places[problem.end - 1] + 1)
            for problem in problems
        ]
    return lexemes, problems


def _as_typed(lexeme: Lexeme, text: str, places: list[int]) -> Lexeme:
    """A lexeme with its text and positions as typed, invisible characters included.

    Args:
        lexeme: a lexeme of the visible text.
        text: the query as typed.
        places: for each visible character its position in ``text``.
    """
    start, end = places[lexeme.start], places[lexeme.end - 1] + 1
    if not lexeme.text:
        return replace(lexeme, start=start, end=end)
    at = places[lexeme.at]
    piece = text[at : places[lexeme.at + len(lexeme.text) - 1] + 1]
    return replace(lexeme, start=start, end=end, at=at, text=piece)


def _lexemes(read: QueryText, reader: FieldReader | None) -> Iterator[Lexeme]:
    text, length = read.text, len(read.text)
    place, begin = 0, 0
    occur: Occur | None = None
    while place < length:
        char = text[place]
        if char.isspace():
            place += 1
            occur = None
            continue
        if occur is None:
            begin = place
        fresh = place == 0 or text[place - 1].isspace() or text[place - 1] == "("
        if fresh and char in SIGNS and SIGNED.match(text, place + 1):
            occur = SIGNS[char]
            place += 1
            char = text[place]
        if quote := read.quotes.get(place):
            if quote.closing is None:
                read.lone_quote(place)
                # A sign before it applies to the word after it.
                place = quote.end
                continue
            slop = _SLOP.match(text, read.quotes[quote.closing].end)
            yield from phrase_lexemes(read, begin, place, slop, occur)
            place = slop.end() if slop else read.quotes[quote.closing].end
        elif char in "()":
            yield Lexeme(Kind.OPEN if char == "(" else Kind.CLOSE, begin, place + 1, occur=occur)
            place += 1
        elif text.startswith(("&&", "||"), place):
            yield Lexeme(Kind.AND if char == "&" else Kind.OR, place, place + 2)
            place += 2
        elif char == BAR:
            yield Lexeme(Kind.WORD, place, place + 1, BAR, place, how="word")
            place += 1
        elif occur is None and char in _OPERATORS_BEGIN and (operator := _OPERATOR.match(text, place)):
            yield _operator(operator)
            place = operator.end()
        elif reader and (fields := reader.field(begin, place, occur)):
            yield from fields
            place = fields[0].end
        else:
            end = address_end(text, place) or read.end(WORD_END, place + 1)
            yield word_lexeme(read, begin, place, end, occur)
            place = end
        occur = None


def _operator(match: re.Match[str]) -> Lexeme:
    name = match[1] or match[3]
    if name:
        return Lexeme(Kind(name), match.start(), match.end())
    distance = min(LARGEST_SLOP, int(fold_digits(match[2]))) if match[2] else NEAR_DISTANCE
    return Lexeme(Kind.NEAR, match.start(), match.end(), number=distance)


def _is_syntax(lexeme: Lexeme) -> bool:
    """Whether a lexeme is syntax, which pasted text does not have."""
    return lexeme.kind in FORMULA or lexeme.occur is not None
