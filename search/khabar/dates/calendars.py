"""Days, months and years of the two calendars as spans of days.

Hijri dates are those of the Umm al-Qura calendar (package hijridate), which Saudi Arabia uses and which is known for
the years 1343 to 1500. Elsewhere a month may begin a day earlier or later, when the new moon was seen.
"""

from __future__ import annotations

from datetime import date, timedelta

from khabar.dates.spans import DateSpan, Problem

__all__ = ["HIJRI_YEARS", "MONTHS", "WEEKDAYS", "hijri_year", "span_of", "week_of", "written"]

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
    """The span of a year, of a month in it or of a day in that; a `Problem` if the calendar has no such day."""
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
    there = day.to_gregorian()  # type: ignore[attr-defined]
    return date(there.year, there.month, there.day)


def hijri_year(day: date) -> int | None:
    """The Hijri year of a day, or None outside the years that are known."""
    from hijridate import Gregorian

    try:
        return int(Gregorian.fromdate(day).to_hijri().year)
    except (ValueError, OverflowError):
        return None


def week_of(day: date) -> DateSpan:
    """The week from Sunday to Saturday that holds ``day``: in most Arab countries the working week begins on Sunday.

    Raises:
        OverflowError: a part of the week is outside the calendar of `datetime`.
    """
    first = day - _DAY * ((day.weekday() + 1) % 7)
    return DateSpan(first, first + 6 * _DAY, "week")


def written(hijri: bool, year: int | None, month: int | None = None, day: int | None = None) -> str:
    """A date for people: «7 October 2023», «Ramadan 1436 AH»."""
    name = MONTHS[hijri][month - 1] if month is not None and 1 <= month <= 12 else month
    parts = [str(part) for part in (day, name, year) if part is not None]
    if month is not None and not 1 <= month <= 12:
        parts[parts.index(str(month))] = f"month {month}"
    return " ".join(parts) + (" AH" if hijri and year is not None else "")
