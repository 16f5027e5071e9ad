"""The values of this room (`DateSpan`, `Found`, `Problem`), and the two calendars: days, months and years as
spans.

Hijri dates are those of the Umm al-Qura calendar (package hijridate). Saudi Arabia uses it, and it is known
for the years 1343 to 1500. Elsewhere a month may begin a day earlier or later, when the new moon is sighted.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

import msgspec

from khabar.serialize import Serializable, plain

__all__ = [
    "HIJRI_YEARS",
    "MONTHS",
    "WEEKDAYS",
    "DateSpan",
    "Found",
    "Precision",
    "Problem",
    "hijri_year",
    "span_of",
    "week_of",
    "written",
]

Precision = Literal["day", "week", "month", "year"]


class DateSpan(Serializable, msgspec.Struct, frozen=True):
    """The days from ``first`` to ``last``, both included, in the Gregorian calendar.

    Attributes:
        first: the first day.
        last: the last day, never before ``first``.
        precision: the unit that was named: a day (or a range of days; then ``first`` and ``last`` differ), a
            week, a month or a year. This includes Hijri months and years, although these do not begin with a
            Gregorian one.
    """

    first: date
    last: date
    precision: Precision = "day"

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"


class Problem(Serializable, msgspec.Struct, frozen=True):
    """Why a text is not a date.

    Attributes:
        reason: one English sentence without a full stop, for people.
    """

    reason: str

    def __str__(self) -> str:
        return self.reason


class Found(NamedTuple):
    """A date in a text.

    Attributes:
        start, end: its range, as offsets into the given text.
        span: the days that it names.
        how: how it was recognised: its form ("numbers", "month name", "year", "relative"), then what else
            applies ("Hijri", "both calendars", "range", "year from the reference").
    """

    start: int
    end: int
    span: DateSpan
    how: str

    def to_dict(self) -> dict[str, Any]:
        """The date and its range as plain data."""
        return {name: plain(value) for name, value in self._asdict().items()}


MONTHS = (
    (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    (
        *("Muharram", "Safar", "Rabi I", "Rabi II", "Jumada I", "Jumada II"),
        *("Rajab", "Shaban", "Ramadan", "Shawwal", "Dhu al-Qada", "Dhu al-Hijja"),
    ),
)
"""English names of the Gregorian and of the Hijri months."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

HIJRI_YEARS = 1343, 1500

_DAY = timedelta(days=1)


def span_of(hijri: bool, year: int, month: int | None = None, day: int | None = None) -> DateSpan | Problem:
    """The span of a year, a month or a day; a `Problem` if the calendar has no such date."""
    if month is not None and not 1 <= month <= 12:
        return Problem(f"there is no month {month}")
    try:
        if hijri:
            return _hijri(year, month, day)
        if month is None:
            return DateSpan(date(year, 1, 1), date(year, 12, 31), "year")
        if day is None:
            last = date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - _DAY
            return DateSpan(date(year, month, 1), last, "month")
        first = date(year, month, day)
        return DateSpan(first, first)
    except (ValueError, OverflowError):
        return Problem(f"there is no {written(hijri, year, month, day)}")


def _hijri(year: int, month: int | None, day: int | None) -> DateSpan | Problem:
    first, last = HIJRI_YEARS
    if not first <= year <= last:
        return Problem(f"Hijri years are known from {first} to {last} only, not {year}")
    from hijridate import Hijri  # few processes need it

    if month is None:
        end = Hijri(year, 12, Hijri(year, 12, 1).month_length())
        return DateSpan(_gregorian(Hijri(year, 1, 1)), _gregorian(end), "year")
    if day is None:
        start = _gregorian(Hijri(year, month, 1))
        return DateSpan(start, start + _DAY * (Hijri(year, month, 1).month_length() - 1), "month")
    only = _gregorian(Hijri(year, month, day))
    return DateSpan(only, only)


def _gregorian(day: object) -> date:
    gregorian = day.to_gregorian()  # type: ignore[attr-defined]
    return date(gregorian.year, gregorian.month, gregorian.day)


def hijri_year(day: date) -> int | None:
    """The Hijri year of a day, or None outside `HIJRI_YEARS`."""
    from hijridate import Gregorian

    try:
        return int(Gregorian.fromdate(day).to_hijri().year)
    except (ValueError, OverflowError):
        return None


def week_of(day: date) -> DateSpan:
    """The week from Sunday to Saturday that contains ``day``. In most Arab countries the working week begins
    on Sunday.

    Raises:
        OverflowError: if part of the week is outside the range of `datetime`.
    """
    first = day - _DAY * ((day.weekday() + 1) % 7)
    return DateSpan(first, first + 6 * _DAY, "week")


def written(hijri: bool, year: int | None, month: int | None = None, day: int | None = None) -> str:
    """A date for people: «7 October 2023», «Ramadan 1436 AH»."""
    name = None if month is None else MONTHS[hijri][month - 1]
    text = " ".join(str(part) for part in (day, name, year) if part is not None)
    return text + (" AH" if hijri and year is not None else "")
