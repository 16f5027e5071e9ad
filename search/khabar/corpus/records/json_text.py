"""Decode the values of a JSON text one by one, with only part of the text in memory.

A value that is not completely in memory is tried again with four times as much of the text, up to a limit. So
an array of any length can be read element by element. The values and errors do not depend on the chunks in
which the text arrives.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import chain

from khabar.corpus.report import Unreadable

__all__ = ["DECODER", "MOST_VALUES", "JsonText", "check_values"]

MOST_VALUES = 8_000_000
"""Maximum number of values in memory. A value takes seventy bytes of memory, and as little as three bytes of
text; in news there is one in a hundred bytes."""

#: Many programs write line breaks and tabs unescaped in strings, and pandas writes NaN for missing values.
DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
_WHITE = re.compile(r"[\s\ufeff]*+")
_LIST = re.compile(r"\[\s*+")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.S)
_PIECE = 1 << 20
_TOKEN = 12
"""More characters than a literal or an escape has: nearer to its end, the text may be cut in one."""


class JsonText:
    """A JSON text, read as far as needed.

    Args:
        chunks: the text in chunks.
        longest: the maximum number of bytes of a value.
    """

    def __init__(self, chunks: Iterable[str], longest: int) -> None:
        self._chunks = iter(chunks)
        self._longest = longest
        self._text = ""
        self._at = 0
        self._ended = False
        #: the position in the whole text at which the part in memory begins
        self._line = self._column = 0

    def char(self) -> str:
        """The next character that is not white space, without consuming it; "" at the end."""
        while True:
            white = _WHITE.match(self._text, self._at)
            self._at = white.end() if white else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more(1):
                return ""

    def skip(self) -> None:
        """Consume the next character that is not white space."""
        self.char()
        self._at += 1

    def skip_to(self, mark: str) -> bool:
        """Consume everything up to the first character of a two-character mark; False if there is none."""
        while (position := self._text.find(mark, self._at)) < 0:
            self._at = max(self._at, len(self._text) - 1)
            if not self._more(1):
                return False
        self._at = position + 1
        return True

    def begins_list_of_objects(self) -> bool:
        """Whether the next value is an array whose first element is an object."""
        self.char()
        while True:
            bracket = _LIST.match(self._text, self._at)
            if bracket is None or bracket.end() < len(self._text):
                return bracket is not None and self._text[bracket.end()] == "{"
            if not self._more(1):
                return False

    def value(self) -> object:
        """Decode and consume the next value.

        Raises:
            ValueError: it is broken.
            RecursionError: it is nested too deeply.
            Unreadable: it is too large, or has too many values; then it is not consumed.
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
                # At first one chunk, then four times as much as was not enough.
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
        """The error that something else was expected here."""
        return self._located(json.JSONDecodeError(f"Expecting {what}", self._text, self._at))

    def _more(self, size: int) -> bool:
        """Load at least ``size`` further characters, and drop the consumed ones; False at the end."""
        chunks: list[str] = []
        while size > 0 and (chunk := next(self._chunks, None)) is not None:
            chunks.append(chunk)
            size -= len(chunk)
        if not chunks:
            self._ended = True
            return False
        self._forget()
        self._text = "".join([self._text, *chunks])
        return True

    def _forget(self) -> None:
        """Drop the consumed part of the text."""
        consumed = self._at
        if lines := self._text.count("\n", 0, consumed):
            self._line += lines
            self._column = consumed - 1 - self._text.rindex("\n", 0, consumed)
        else:
            self._column += consumed
        self._text = self._text[consumed:]
        self._at = 0

    def _give_back(self) -> None:
        """Return the text in memory to the chunks: after a large value, the next ones need only a little."""
        self._forget()
        text = self._text
        pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
        self._chunks = chain(pieces, self._chunks)
        self._text = ""
        self._ended = False

    def _may_be_cut(self, position: int) -> bool:
        """Whether an error at a position may only mean that the rest of the text is not in memory."""
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
        """An error with its position in the whole text."""
        error.colno += self._column if error.lineno == 1 else 0
        error.lineno += self._line
        return error


def check_values(text: str, start: int = 0) -> None:
    """Check that a text has no more values than fit in memory, by a quick upper bound.

    Raises:
        Unreadable: it may have more.
    """
    if len(text) - start > 2 * MOST_VALUES and sum(text.count(sign, start) for sign in "[{,") > MOST_VALUES:
        raise Unreadable("too-many-values", limit=MOST_VALUES)
