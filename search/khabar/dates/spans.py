"""The values of the room: a span of days, a date found in a text, and why there is none."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, NamedTuple

import msgspec

from khabar.serialize import Serializable, plain

__all__ = ["DateSpan", "Found", "Precision", "Problem"]

Precision = Literal["day", "week", "month", "year"]


class DateSpan(Serializable, msgspec.Struct, frozen=True):
    """The days from ``first`` to ``last``, both included, in the Gregorian calendar.

    Attributes:
        first: the first day.
        last: the last day, never before ``first``.
        precision: what was named: a day (or a range of days: then ``first`` and ``last`` differ), a week, a month
            or a year. A Hijri month or year has this precision too, though it does not begin with a Gregorian one.
    """

    first: date
    last: date
    precision: Precision = "day"

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"


class Problem(Serializable, msgspec.Struct, frozen=True):
    """Why a text is no date.

    Attributes:
        reason: one English sentence without a full stop, for people.
    """

    reason: str

    def __str__(self) -> str:
        return self.reason


class Found(NamedTuple):
    """A date in a text.

    Attributes:
        start, end: its place, as offsets into the text as it was given.
        span: the days that it names.
        how: how it was told, in words: the form ("numbers", "month name", "year", "relative"), then what was
            needed beside it ("Hijri", "both calendars", "range", "year from the reference").
    """

    start: int
    end: int
    span: DateSpan
    how: str

    def to_dict(self) -> dict[str, Any]:
        """The date and its place as plain data."""
        return {name: plain(value) for name, value in self._asdict().items()}
