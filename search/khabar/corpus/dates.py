"""Moments of publication, read strictly: what could mean two days means none.

Understood, with Western or Arabic-Indic digits:

- ISO 8601 and its everyday forms: ``2015-07-21``, ``2015/07/21``, ``2015-07-21 02:51:32``,
  ``2023-09-24T11:15:38+03:00``, ``2015-07-21T02:51:32.123Z``, ``2015-07-21 02:51 UTC``, ``20150721``
- day, month and year where only one reading is a date: ``21/07/2015``, but not ``03/04/2020``
- RFC 2822: ``Tue, 21 Jul 2015 02:51:32 +0300``
- seconds or milliseconds since 1970, as a number or as digits

Years run from 1900 to 2100: the year 1445 is a Hijri one, and reading it as Gregorian would be wrong by six
centuries.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["parse_date"]

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_LONGEST = 64
_TIME = (
    r"(?:[T\s,]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})" + _TIME, re.A | re.I
)
_YEAR_LAST = re.compile(
    r"(?P<one>\d{1,2})(?P<sep>[-/.])(?P<two>\d{1,2})(?P=sep)(?P<year>\d{4})" + _TIME, re.A | re.I
)
_BASIC = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?P<zone>Z)?)?",
    re.A,
)
_RFC_2822 = re.compile(
    r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d{1,2}:\d\d(?::\d\d)?(?:\s+[A-Za-z]+|\s+[+-]\d{4})?(?:\s*\([A-Za-z]+\))?",
    re.A,
)

_EPOCH = 631_152_000, 4_102_444_800
"""1990 and 2100 in seconds; a thousand times as much are milliseconds, and the rest is some other number."""


def parse_date(value: object) -> datetime | None:
    """The moment that ``value`` (a string or a number) names, or None if it names none, or more than one.

    Naive where no zone is named; midnight where no time is.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _epoch(value) or (_text(str(value)) if isinstance(value, int) and 0 < value < 10**8 else None)
    if isinstance(value, str) and len(value) <= _LONGEST:
        return _text(value.translate(_DIGITS).strip())
    return None


def _text(text: str) -> datetime | None:
    if text.isascii() and text.isdigit() and len(text) > 8:
        return _epoch(int(text))
    if found := (_YEAR_FIRST.fullmatch(text) or _BASIC.fullmatch(text)):
        parts = found.groupdict()
        return _moment(parts, parts["month"], parts["day"])
    if found := _YEAR_LAST.fullmatch(text):
        parts = found.groupdict()
        readings = {
            _moment(parts, parts["one"], parts["two"]),
            _moment(parts, parts["two"], parts["one"]),
        } - {None}
        return readings.pop() if len(readings) == 1 else None
    if _RFC_2822.fullmatch(text):
        return _rfc_2822(text)
    return None


def _moment(parts: dict[str, str | None], month: str | None, day: str | None) -> datetime | None:
    year = int(parts["year"] or 0)
    if not 1900 <= year <= 2100:
        return None
    try:
        return datetime(
            year,
            int(month or 0),
            int(day or 0),
            int(parts["hour"] or 0),
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
            int((parts.get("part") or "").ljust(6, "0")[:6]),
            tzinfo=_zone(parts["zone"]),
        )
    except ValueError:  # no such day, or no such time of day
        return None


def _zone(name: str | None) -> timezone | None:
    if name is None:
        return None
    if name[0] not in "+-":
        return UTC
    digits = name[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if name[0] == "-" else offset)


def _epoch(number: float) -> datetime | None:
    first, last = _EPOCH
    if first * 1000 <= number <= last * 1000:
        number = number / 1000
    elif not first <= number <= last:
        return None
    return datetime.fromtimestamp(number, UTC)


def _rfc_2822(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime  # slow to import, and few sources need it

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if 1900 <= moment.year <= 2100 else None
