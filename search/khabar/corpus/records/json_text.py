"""A JSON text that is only partly in memory: its values are decoded one after the other.

A value that the part in memory does not hold to its end is tried again with four times as much of the text,
up to a limit. So an array of any length can be read element by element, and a text that comes in one piece
or in many gives the same values and the same errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import chain

from khabar.corpus.report import Unreadable

__all__ = ["DECODER", "MOST_VALUES", "JsonText", "check_values"]

MOST_VALUES = 8_000_000
"""Values that may be in memory together. One takes seventy bytes of memory, and can be made of three bytes of
text; news has one in a hundred."""

#: Line breaks and tabs stand as they are in the strings of many programs; and what pandas does not have, it
#: writes as NaN.
DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
_WHITE = re.compile(r"[\s\ufeff]*+")
_LIST = re.compile(r"\[\s*+")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.S)
_PIECE = 1 << 20
_TOKEN = 12
"""More characters than a literal has, an escape, or what ends a number."""


class JsonText:
    """A JSON text, read on as far as it is needed.

    Args:
        chunks: the text in pieces.
        longest: the most bytes of a value.
    """

    def __init__(self, chunks: Iterable[str], longest: int) -> None:
        self._chunks = iter(chunks)
        self._longest = longest
        self._text = ""
        self._at = 0
        self._ended = False
        #: where the part in memory begins
        self._line = self._column = 0

    def char(self) -> str:
        """The next character that is not white space, which is not passed; "" at the end."""
        while True:
            found = _WHITE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more(1):
                return ""

    def skip(self) -> None:
        """Pass the next character that is not white space."""
        self.char()
        self._at += 1

    def skip_to(self, mark: str) -> bool:
        """Pass everything up to a mark of two characters, its first one included; False if there is none."""
        while (found := self._text.find(mark, self._at)) < 0:
            self._at = max(self._at, len(self._text) - 1)
            if not self._more(1):
                return False
        self._at = found + 1
        return True

    def begins_list_of_objects(self) -> bool:
        """Whether what is here is an array whose first element is an object."""
        self.char()
        while True:
            found = _LIST.match(self._text, self._at)
            if found is None or found.end() < len(self._text):
                return found is not None and self._text[found.end()] == "{"
            if not self._more(1):
                return False

    def value(self) -> object:
        """The next value.

        Raises:
            ValueError: it is broken.
            RecursionError: it is nested too deeply.
            Unreadable: it is too large, or has too many values; it is not passed.
        """
        while True:
            self._check()
            failure = None
            value: object = None
            end = len(self._text)
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
                cut = end > len(self._text) - _TOKEN and isinstance(value, int | float)
            except json.JSONDecodeError as error:
                failure = error
                cut = self._may_be_cut(error.pos)
            if cut and not self._ended:
                # The first time a piece, then four times as much as was not enough.
                size = max(3 * (len(self._text) - self._at), 1)
                if not self._is_too_large(len(self._text)) and self._more(size):
                    continue
                if not self._ended:
                    self._give_back()
                    raise Unreadable("too-large", limit=self._longest)
                continue
            if self._is_too_large(end if failure is None else failure.pos):
                self._give_back()
                raise Unreadable("too-large", limit=self._longest)
            if failure is not None:
                raise self._located(failure)
            self._at = end
            if len(self._text) - end > 4 * _PIECE:
                self._give_back()
            return value

    def expected(self, what: str) -> json.JSONDecodeError:
        """The error that something else is here."""
        return self._located(json.JSONDecodeError(f"Expecting {what}", self._text, self._at))

    def _more(self, size: int) -> bool:
        """Have so many characters more in memory, and no more of what was passed; False at the end."""
        got: list[str] = []
        while size > 0 and (chunk := next(self._chunks, None)) is not None:
            got.append(chunk)
            size -= len(chunk)
        if not got:
            self._ended = True
            return False
        self._forget()
        self._text = "".join([self._text, *got])
        return True

    def _forget(self) -> None:
        """Give up what was passed."""
        passed = self._at
        if lines := self._text.count("\n", 0, passed):
            self._line += lines
            self._column = passed - 1 - self._text.rindex("\n", 0, passed)
        else:
            self._column += passed
        self._text = self._text[passed:]
        self._at = 0

    def _give_back(self) -> None:
        """Have little in memory again after a large value, since every value that is cut is tried again."""
        self._forget()
        text = self._text
        pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
        self._chunks = chain(pieces, self._chunks)
        self._text = ""
        self._ended = False

    def _may_be_cut(self, position: int) -> bool:
        """Whether an error there may be one only because the text is not in memory to its end."""
        text = self._text
        return position > len(text) - _TOKEN or (text[position] == '"' and not _STRING.match(text, position))

    def _is_too_large(self, end: int) -> bool:
        size = end - self._at
        return size > self._longest or (
            size * 4 > self._longest
            and len(self._text[self._at : end].encode("utf-8", "surrogatepass")) > self._longest
        )

    def _check(self) -> None:
        try:
            check_values(self._text, self._at)
        except Unreadable:
            self._give_back()
            raise

    def _located(self, error: json.JSONDecodeError) -> json.JSONDecodeError:
        """The error with its place in the whole text."""
        error.colno += self._column if error.lineno == 1 else 0
        error.lineno += self._line
        return error


def check_values(text: str, start: int = 0) -> None:
    """Check that a text has no more values than can be in memory; counted from above, for speed.

    Raises:
        Unreadable: it may have.
    """
    if len(text) - start > 2 * MOST_VALUES and sum(text.count(each, start) for each in "[{,") > MOST_VALUES:
        raise Unreadable("too-many-values", limit=MOST_VALUES)
