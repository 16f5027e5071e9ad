"""Dates as a text names them, before the calendar is consulted: readings, of which at most one becomes a
span.

«3/4/2020» has two readings, «7 أكتوبر» has one without a year. `resolve` keeps the readings that exist and
that agree with the weekday, the other calendar and the reference. If they name one span, it is the result;
otherwise there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import msgspec
from msgspec.structs import replace

from khabar.dates.spans import (
    HIJRI_YEARS,
    WEEKDAYS,
    DateSpan,
    Precision,
    Problem,
    hijri_year,
    span_of,
    week_of,
    written,
)

__all__ = ["Mention", "Range", "Reading", "Relative", "completed", "resolve"]

_DAY = timedelta(days=1)


class Reading(msgspec.Struct, frozen=True):
    """One way to read a date. Parts that were not named are None."""

    hijri: bool
    year: int | None = None
    month: int | None = None
    day: int | None = None


class Relative(msgspec.Struct, frozen=True):
    """A day, week, month or year relative to the reference; with ``count``, the period of that many units up
    to the reference."""

    unit: Precision
    shift: int
    count: int = 0


class Mention(msgspec.Struct, frozen=True):
    """A date as a text names it.

    Attributes:
        readings: the ways to read it; empty for a relative one.
        weekday: the weekday named with it; Monday is 0.
        tense: -1 for «الماضي», 0 for «الجاري», 1 for «المقبل» after a date without a year.
        year_shift: «من العام الماضي» is -1.
        relative: the distance from the reference, for a relative date.
        other: the same date in the other calendar («الموافق»).
        reason: why it is ambiguous or not a date; a weekday or the other calendar may still decide.
        how: how it was recognised, see `khabar.dates.spans.Found`.
    """

    readings: tuple[Reading, ...] = ()
    weekday: int | None = None
    tense: int | None = None
    year_shift: int | None = None
    relative: Relative | None = None
    other: Mention | None = None
    reason: str = ""
    how: str = ""

    @property
    def whole(self) -> bool:
        """Whether it names its year."""
        return bool(self.readings) and all(reading.year is not None for reading in self.readings)


class Range(msgspec.Struct, frozen=True):
    """From one mention to another."""

    first: Mention
    last: Mention


@lru_cache(maxsize=1 << 12)  # many texts of a day have the same date among different words
def resolve(
    mention: Mention | Range, reference: date | None, prefer: Literal["nearest", "past"] = "nearest"
) -> tuple[DateSpan | Problem, str]:
    """The span that a mention means, or the reason why it means none; and how it was recognised.

    ``prefer`` decides the year of a date that names none: the one nearest to ``reference``, or the latest
    that has begun.
    """
    try:
        if isinstance(mention, Range):
            return _range(mention, reference, prefer)
        return _one(mention, reference, prefer)
    except (OverflowError, ValueError):  # the years 1 and 9999
        return Problem("it lies outside the calendar"), ""


def _range(
    mention: Range, reference: date | None, prefer: Literal["nearest", "past"]
) -> tuple[DateSpan | Problem, str]:
    last, how = resolve(mention.last, reference, prefer)
    if isinstance(last, Problem):
        return last, ""
    begin = mention.first
    if all(reading.month is None and reading.day is not None for reading in begin.readings):
        begin = completed(begin, mention.last)
    if begin.tense is None and begin.year_shift is None and begin.readings:
        first, _ = resolve(begin, last.last, "past")
    else:
        first, _ = resolve(begin, reference, prefer)
    if isinstance(first, Problem):
        return first, ""
    if first.first > last.last:
        return Problem(f"the range ends ({last}) before it begins ({first})"), ""
    finest = min(first.precision, last.precision, key=("day", "week", "month", "year").index)
    return DateSpan(first.first, last.last, finest), _joined(how, "range")


def completed(first: Mention, last: Mention) -> Mention:
    """The beginning of a range with the parts that only its end names: «3» of «3 إلى 5 مايو 2020»."""
    if not first.readings or not last.readings:
        return first
    readings = []
    for reading in first.readings:
        for model in last.readings:
            if reading.month is None and reading.day is not None:
                readings.append(replace(model, day=reading.day))
            elif reading.year is None and reading.hijri == model.hijri:
                if last.year_shift is not None:
                    first = replace(first, year_shift=last.year_shift)
                readings.append(replace(reading, year=model.year))
            else:
                readings.append(reading)
    return replace(first, readings=tuple(dict.fromkeys(readings)))


def _one(mention: Mention, reference: date | None, prefer: str) -> tuple[DateSpan | Problem, str]:
    if mention.other:
        return _both(mention, mention.other, reference, prefer)
    if mention.reason and (mention.weekday is None or not mention.readings):
        return Problem(mention.reason), ""
    if mention.relative:
        return _relative(mention, reference), mention.how
    spans, problem, how = _candidates(mention, reference, prefer)
    if len(spans) == 1:
        return spans[0], how
    if mention.reason:
        return Problem(mention.reason), ""
    if spans:
        advice = ": name the month, or write year-month-day" if mention.how == "numbers" else ""
        return Problem(f"it can be {_list(spans)}{advice}"), ""
    return problem, ""


def _candidates(mention: Mention, reference: date | None, prefer: str) -> tuple[list[DateSpan], Problem, str]:
    """The spans of all readings that are dates, the problem if there are none, and how they were
    recognised."""
    how = mention.how
    spans: list[DateSpan] = []
    problem: Problem | None = None
    for reading in mention.readings:
        if reading.hijri:
            how = _joined(mention.how, "Hijri")
        if reading.year is not None:
            span = span_of(reading.hijri, reading.year, reading.month, reading.day)
        elif reference is None:
            span = Problem("no year is given, and there is no date to take it from")
        else:
            span = _in_some_year(reading, mention, reference, prefer)
            how = _joined(how, "year from the reference")
        if isinstance(span, DateSpan):
            span = _on_weekday(span, mention, reading)
        if isinstance(span, Problem):
            problem = problem or span
        else:
            spans.append(span)
    return list(dict.fromkeys(spans)), problem or Problem("it names no date"), how


def _in_some_year(reading: Reading, mention: Mention, reference: date, prefer: str) -> DateSpan | Problem:
    now = hijri_year(reference) if reading.hijri else reference.year
    if now is None:
        return Problem(f"the Hijri year of {reference} is not known")
    if mention.year_shift is not None:
        return span_of(reading.hijri, now + mention.year_shift, reading.month, reading.day)
    # Four years back for 29 February.
    spans = [
        span
        for year in range(now - 4, now + 5)
        if 1 <= year <= 9999
        and isinstance(span := span_of(reading.hijri, year, reading.month, reading.day), DateSpan)
    ]
    if mention.tense == -1:
        spans = [span for span in spans if span.last < reference]
    elif mention.tense == 1:
        spans = [span for span in spans if span.first > reference]
    elif prefer == "past":
        spans = [span for span in spans if span.first <= reference]
    if not spans:
        return Problem(
            f"there is no {written(reading.hijri, None, reading.month, reading.day)} near {reference}"
        )
    return min(spans, key=lambda span: (_distance(span, reference), span.first))


def _distance(span: DateSpan, day: date) -> timedelta:
    if span.first <= day <= span.last:
        return timedelta()
    return min(abs(span.first - day), abs(span.last - day))


def _on_weekday(span: DateSpan, mention: Mention, reading: Reading) -> DateSpan | Problem:
    """The span if it falls on the named weekday. A Hijri date may be off by a day, because the new moon is
    sighted."""
    if mention.weekday is None or reading.day is None:
        return span
    off = (mention.weekday - span.first.weekday() + 3) % 7 - 3
    if off == 0:
        return span
    if reading.hijri and abs(off) == 1 and not mention.reason:
        day = span.first + off * _DAY
        return DateSpan(day, day)
    named, actual = WEEKDAYS[mention.weekday], WEEKDAYS[span.first.weekday()]
    return Problem(f"{span.first} is a {actual}, not a {named}")


def _both(
    mention: Mention, other: Mention, reference: date | None, prefer: str
) -> tuple[DateSpan | Problem, str]:
    """One day in two calendars. They may differ by one day; then the Gregorian date counts."""
    one = replace(mention, other=None, reason="")
    if not one.whole and other.whole:
        one, other = other, one
    first, problem, how = _candidates(one, reference, prefer)
    how = _joined(one.how, "both calendars")
    if not first:
        checked = _unknown_year(one, other) and _candidates(other, reference, prefer)[0]
        return (checked[0], how) if checked and len(checked) == 1 else (problem, "")
    # The other side names the year, so «المقبل» here adds nothing.
    plain = replace(other, tense=None, year_shift=None) if one.whole else other
    pairs: dict[DateSpan, None] = {}
    second: list[DateSpan] = []
    for span in first:
        matches, problem, _ = _candidates(plain, span.first if one.whole else reference, "nearest")
        second += matches
        for match in matches:
            if _same_time(span, match):
                pairs[span if other.readings[0].hijri else match] = None
    if not second:
        return (first[0], how) if len(first) == 1 and _unknown_year(other, one) else (problem, "")
    if len(pairs) == 1:
        return next(iter(pairs)), how
    if pairs:
        return Problem(f"it can be {_list(pairs)} in both calendars"), ""
    return Problem(f"the two dates are not one: {_list(first)} and {_list(second)}"), ""


def _same_time(one: DateSpan, two: DateSpan) -> bool:
    """Whether two spans of different calendars can be the same: days at most one apart, months and years that
    overlap."""
    if one.precision != two.precision:
        return False
    if one.precision == "day":
        return abs(one.first - two.first) <= _DAY
    return one.first <= two.last and two.first <= one.last


def _unknown_year(hijri: Mention, western: Mention) -> bool:
    """Whether a Hijri year outside the calendar's table can be the Gregorian year beside it."""
    years = [reading.year for reading in (*hijri.readings[:1], *western.readings[:1])]
    if None in years or not hijri.readings[0].hijri or western.readings[0].hijri:
        return False
    early, late = years
    assert early is not None and late is not None
    return not HIJRI_YEARS[0] <= early <= HIJRI_YEARS[1] and abs(621.57 + 0.970229 * early - late) < 1.5


def _list(spans: Iterable[DateSpan]) -> str:
    return " or ".join(map(str, dict.fromkeys(spans)))


def _relative(mention: Mention, reference: date | None) -> DateSpan | Problem:
    relative = mention.relative
    assert relative is not None
    if reference is None:
        return Problem("it is counted from another day, and none is given")
    if relative.count:
        return DateSpan(_back(reference, relative.unit, relative.count), reference)
    if mention.weekday is None:
        return _moved(reference, relative.unit, relative.shift)
    if relative.unit == "week":  # «الاثنين الماضي», «الاثنين المقبل»
        ahead = (mention.weekday - reference.weekday()) % 7
        days = (ahead or 7) if relative.shift > 0 else ahead - 7 if relative.shift < 0 else _near(ahead)
        day = reference + days * _DAY
    else:  # «أمس السبت»: written past midnight, or printed the day after
        day = reference + relative.shift * _DAY
        off = (mention.weekday - day.weekday() + 3) % 7 - 3
        if abs(off) > 1:
            return Problem(f"{day} is a {WEEKDAYS[day.weekday()]}, not a {WEEKDAYS[mention.weekday]}")
        day += off * _DAY
    return DateSpan(day, day)


def _near(ahead: int) -> int:
    """«الأحد الجاري», «الأحد» alone in a search: today, or the last one."""
    return ahead - 7 if ahead else 0


def _moved(day: date, unit: Precision, shift: int) -> DateSpan:
    if unit == "day":
        day += shift * _DAY
        return DateSpan(day, day)
    if unit == "week":
        return week_of(day + 7 * shift * _DAY)
    if unit == "month":
        months = day.year * 12 + day.month - 1 + shift
        span = span_of(False, months // 12, months % 12 + 1)
    else:
        span = span_of(False, day.year + shift)
    if isinstance(span, Problem):
        raise OverflowError(span.reason)
    return span


def _back(day: date, unit: Precision, count: int) -> date:
    """The same day a number of days, weeks, months or years earlier; the last day of a shorter month."""
    if unit in ("day", "week"):
        return day - count * (7 if unit == "week" else 1) * _DAY
    month = _moved(day, "month", -count * (12 if unit == "year" else 1))
    return min(month.first + (day.day - 1) * _DAY, month.last)


def _joined(how: str, more: str) -> str:
    return how if more in how else f"{how}, {more}" if how else more
