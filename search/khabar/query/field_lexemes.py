"""Fields of a query: a name, a colon and a value, which may be several names, a period, or a date of several
words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from khabar.index.plan import KEPT, Occur
from khabar.patterns import lazy_pattern
from khabar.query.field_names import field_of
from khabar.query.field_values import SIGNS, alternatives, bounds, is_date, without_quotes
from khabar.query.lexemes import Kind, Lexeme
from khabar.query.query_text import MARKS, SIGNED, QueryText
from khabar.query.tree import Problem
from khabar.query.unknown_fields import unknown_field

__all__ = ["FieldReader"]

_VALUE_END = lazy_pattern(rf"[\s){MARKS}]")
#: Persian keyboards write «کاتب» and «تاریخ» with letters of their own.
_FIELD = lazy_pattern(r"([A-Za-z]{1,12}|[\u0621-\u064aکی]{1,12}):")
#: A possible name of a field kept from records (:mod:`khabar.corpus.kept_fields`).
_KEPT_NAME = lazy_pattern(r"([^\W\d][\w.-]{0,39}):")
#: Fields of dates, and the words that a date in one of them can have without quotation marks.
_DATED = frozenset({"date", "after", "before", "until", "about"})
#: The longest periods that are understood have as many, in the 100 characters that a period can have.
_DATE_WORDS = 20
_DATE_WORD = lazy_pattern(rf"\s*([^\s(){MARKS}]{{1,40}})(?=\s|$)")
_FOLLOWING = lazy_pattern(r"\s+([^\s()]{1,40})")


class FieldReader:
    """Reads the fields of a query.

    Args:
        read: the query.
        kept: names of further fields, which were kept from records.
    """

    def __init__(self, read: QueryText, kept: Sequence[str] = ()) -> None:
        self._read = read
        self._kept = kept
        #: problems of words that may be names of fields or parts of a headline
        self.doubtful: list[Problem] = []
        #: position of the last closing parenthesis; one that opens after it is not closed
        self._last_close = read.text.rfind(")")

    def field(self, begin: int, place: int, occur: Occur | None) -> tuple[Lexeme, ...]:
        """The field that begins here, or (). A field that excludes a part of its value is several; the first
        has the range of all."""
        text = self._read.text
        if text.find(":", place) < 0:
            return ()
        match = _FIELD.match(text, place)
        name = field_of(match[1]) if match else None
        if name is None and self._kept and (match := _KEPT_NAME.match(text, place)):
            name = self._kept_field(match[1])
        if match is None or name is None:
            if unknown := unknown_field(self._read, place, self._kept):
                problem, is_sure = unknown
                (self._read.problems if is_sure else self.doubtful).append(problem)
            return ()
        at = match.end()
        if name != "url" and not name.startswith(KEPT):
            at, occur = self._signed_value(match, at, occur)
        if name in _DATED and (result := self._date(begin, place, at, occur, name)):
            return (result,)
        if at == len(text) or text[at].isspace() or text[at] == ")":
            # This may be intended: «مصدر: لا اتفاق» is a headline.
            following = _FOLLOWING.match(text, at)
            message = f"no value directly follows «{match[0]}»: searched as a word"
            if following:
                message += f"; to search in the field, leave the space out: {match[0]}{following[1]}"
            self._read.problems.append(Problem(place, at, "empty-field", message))
            return ()
        if name == "title":
            return (Lexeme(Kind.TITLE, begin, at, occur=occur),)
        start, end, after = self._value(at)
        inside = text[start:end]
        excluded: tuple[tuple[int, int], ...] = ()
        if text[at] == "(":
            values, excluded = alternatives(inside)
        elif (conditions := bounds(name, inside)) and not (occur is Occur.MUST_NOT and conditions[1:]):
            return tuple(
                Lexeme(
                    Kind.FIELD,
                    begin,
                    after,
                    inside,
                    start,
                    Occur.MUST_NOT if condition.excluded else occur,
                    condition.field,
                    values=(condition.value,),
                )
                for condition in conditions
            )
        else:
            values = without_quotes([inside])
        if not values and not excluded:
            message = f"nothing follows «{match[0]}»: left out"
            self._read.problems.append(Problem(place, after, "empty-field", message))
        field = Lexeme(Kind.FIELD, begin, after, inside, start, occur, name, values=values)
        return field, *(self._excluded(name, start + first, start + last) for first, last in excluded)

    def _excluded(self, name: str, start: int, end: int) -> Lexeme:
        """The field that excludes the value in a range of the query."""
        value = self._read.text[start:end]
        return Lexeme(Kind.FIELD, start, end, value, start, Occur.MUST_NOT, name, values=(value,))

    def _signed_value(self, match: re.Match[str], at: int, occur: Occur | None) -> tuple[int, Occur | None]:
        """The position of a field's value, and its sign, which may stand directly before the value."""
        sign = SIGNS.get(self._read.text[at : at + 1])
        if sign is None or not SIGNED.match(self._read.text, at + 1):
            return at, occur
        shown = "-" if sign is Occur.MUST_NOT else "+"
        message = f"the sign was read as before the field; write it there: {shown}{match[0]}"
        self._read.problems.append(Problem(match.start(), at + 1, "sign-in-field", message))
        return at + 1, sign if occur is None else occur

    def _kept_field(self, typed: str) -> str | None:
        """The kept field with a name, in the notation of plans; None if there is none."""
        from khabar.query.fields import kept_field

        field = kept_field(typed, self._kept)
        return KEPT + field if field else None

    def _date(self, begin: int, place: int, at: int, occur: Occur | None, name: str) -> Lexeme | None:
        """A field whose date has spaces before or in it: its value is the longest sequence of words that is a
        date. None if the value ends at the first space anyway."""
        text = self._read.text
        start = end = at
        longest: tuple[int, int] | None = None
        for number in range(_DATE_WORDS):
            word = _DATE_WORD.match(text, end)
            if word is None or (number and any(place in self._read.quotes for place in range(*word.span(1)))):
                break
            if not number:
                start = word.start(1)
                if start == at and not _DATE_WORD.match(text, word.end()):
                    return None
            end = word.end(1)
            core = text[start:end].rstrip("،,؛;؟?!")
            if is_date(core):
                longest = start + len(core), end
            if start + len(core) < end:
                break
        if longest is None or (start == at and not any(map(str.isspace, text[start : longest[0]]))):
            return None
        inside = text[start : longest[0]]
        message = f"read as {text[place:at]}{'_'.join(inside.split())}"
        self._read.problems.append(Problem(place, longest[0], "spaced-date", message))
        return Lexeme(Kind.FIELD, begin, longest[1], inside, start, occur, name, values=(inside,))

    def _value(self, at: int) -> tuple[int, int, int]:
        """The range of the value of a field, and the position after it."""
        text = self._read.text
        quote = self._read.quotes.get(at)
        if quote and quote.closing is not None:
            return quote.end, quote.closing, self._read.quotes[quote.closing].end
        if quote:
            self._read.lone_quote(at)
            at = quote.end
        elif text[at] == "(":
            if at < self._last_close:
                end = text.index(")", at)
                return at + 1, end, end + 1
            message = "the parenthesis is not closed: taken as closed at the next space"
            self._read.problems.append(Problem(at, at + 1, "unclosed-parenthesis", message))
            at += 1
        after = self._read.end(_VALUE_END, at)
        end = after
        while end > at and text[end - 1] in "،,؛;؟?!":
            end -= 1
        return at, end, after
