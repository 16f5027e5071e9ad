"""The text of a query while it is read: its quotation marks, where its words end, and the problems found."""

from __future__ import annotations

import re

from khabar.patterns import lazy_pattern
from khabar.query.quotes import QUOTES, quotes
from khabar.query.tree import Problem

__all__ = ["MARKS", "SIGNED", "TRAILING", "WORD_END", "QueryText"]

#: A character that can follow a sign; «!!» is not a sign.
SIGNED = lazy_pattern(r"[^\s!！؟?]")
#: Quotation marks, for a set of characters in a pattern.
MARKS = re.escape(QUOTES)
WORD_END = lazy_pattern(rf"[\s()|{MARKS}]|&&")
#: Marks at the end of a word that do not belong to it.
TRAILING = "،,.;؛:؟?!…"


class QueryText:
    """A query without invisible characters, and what was noticed in it so far.

    Attributes:
        text: the query.
        quotes: its quotation marks by their positions.
        problems: the parts that could not be read or are ambiguous.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.quotes = quotes(text)
        self.problems: list[Problem] = []

    def end(self, ends: re.Pattern[str], place: int) -> int:
        """The position of the next character that ends a word; apostrophes do not end one."""
        for match in ends.finditer(self.text, place):
            if match[0] not in QUOTES or match.start() in self.quotes:
                return match.start()
        return len(self.text)

    def lone_quote(self, place: int) -> None:
        """Report a quotation mark without a partner."""
        quote = self.quotes[place]
        if quote.opens:
            code, message = "unclosed-quote", "the quotation mark is not closed: searched as words"
        else:
            code, message = "stray-quote", "no quotation mark was opened: this one is left out"
        self.problems.append(Problem(place, quote.end, code, message))
