"""The base of the grammar: what is at a position among the tokens of a text."""

from __future__ import annotations

from collections.abc import Sequence

from khabar.dates.tokens import END, Token
from khabar.dates.words import HIJRI_ERA, WESTERN_ERA

__all__ = ["Cursor"]


class Cursor:
    """What stands at the places of a text, which is given as tokens.

    ``whole`` is set where the text is nothing but a date: then «2023», «2023-10», «10/2023», «أكتوبر» and
    «20231007» are dates too, which in a running text are numbers or too little.
    """

    def __init__(self, pieces: Sequence[Token], whole: bool = False) -> None:
        # Behind the end stand tokens that match nothing: no rule looks further than that without a match.
        self._tokens = [*pieces, *[END] * 8]
        self._whole = whole

    def _word(self, at: int) -> str:
        return self._tokens[at].word

    def _is(self, at: int, marks: str) -> bool:
        word = self._tokens[at].word
        return len(word) == 1 and word in marks

    def _past(self, at: int, marks: str) -> int:
        """The place behind one of these marks, if one stands here."""
        return at + 1 if self._is(at, marks) else at

    def _era(self, at: int) -> tuple[str, int]:
        word = self._word(at)
        if word in HIJRI_ERA:
            return "hijri", at + 1
        return ("western", at + 1) if word in WESTERN_ERA else ("", at)
