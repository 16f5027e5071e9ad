"""The lexemes of a query: words, phrases, fields, operators and parentheses, each with its place."""

from __future__ import annotations

from enum import Enum

import msgspec

from khabar.index.plan import Occur

__all__ = ["BEGINS", "ENDS", "FORMULA", "LARGEST_SLOP", "Kind", "Lexeme", "is_plain"]

#: Maximum slop of a phrase or a NEAR.
LARGEST_SLOP = 100


class Kind(Enum):
    """The kind of a lexeme."""

    WORD = "word"
    PHRASE = "phrase"
    #: ``title:`` before a word, phrase or parenthesis
    TITLE = "title"
    #: any other field with its values
    FIELD = "field"
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"


class Lexeme(msgspec.Struct, frozen=True):
    """A lexeme of a query.

    Attributes:
        kind: its kind.
        start, end: its range, including signs and marks.
        text: the text of a word, phrase or field, without signs and marks.
        at: position of that text.
        occur: meaning of the sign before it; None without a sign.
        how: for a word the kind of its term (:attr:`khabar.query.tree.Term.kind`); for a field its name.
        number: for a phrase or NEAR the slop, for a fuzzy word the distance; None if not given.
        values: the values of a field.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    at: int = 0
    occur: Occur | None = None
    how: str = ""
    number: int | None = None
    values: tuple[str, ...] = ()


#: The kinds that only a formula has, not text.
FORMULA = (Kind.AND, Kind.OR, Kind.NOT, Kind.NEAR, Kind.FIELD, Kind.TITLE)
#: The kinds that an operand begins with, and those that it ends with.
BEGINS = (Kind.WORD, Kind.PHRASE, Kind.FIELD, Kind.TITLE, Kind.OPEN, Kind.NOT)
ENDS = (Kind.WORD, Kind.PHRASE, Kind.FIELD, Kind.CLOSE)


def is_plain(lexeme: Lexeme) -> bool:
    """Whether a lexeme is a word without any sign."""
    return lexeme.kind is Kind.WORD and lexeme.how == "word" and lexeme.occur is None
