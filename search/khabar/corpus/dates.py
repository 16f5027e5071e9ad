"""Times of publication, parsed strictly: an ambiguous date is refused.

Understood, with Western or Arabic-Indic digits:

- ISO 8601 and its everyday forms: ``2015-07-21``, ``2015/07/21``, ``2015-07-21 02:51:32``,
  ``2023-09-24T11:15:38+03:00``, ``2015-07-21T02:51:32.123Z``, ``2015-07-21 02:51 UTC``, ``20150721``
- day, month and year if only one order gives a date: ``21/07/2015``, but not ``03/04/2020``, unless the order
  is given
- RFC 2822, and RFC 822 with a two-digit year: ``Tue, 21 Jul 2015 02:51:32 +0300``
- everything else that `khabar.dates` takes for one day, with or without a time: «الثلاثاء 21 تموز/يوليو 2015
  - 14:05», «تم نشره 10 شوال 1436هـ الساعة 09:22 مساءً»
- the same in French: «Publié le mardi 21 juillet 2015 à 14h05»; the number of an issue beside a date («العدد
  5321») is ignored
- the formats of programs: ``Mon May 06 2024 10:00:00 GMT+0300 (Arabian Standard Time)``,
  ``2024-05-06T10:00:00+03:00[Asia/Riyadh]``, ``2024-05-06 10:00:00 Asia/Riyadh``,
  ``20240506T101500Z``, ``/Date(1714986000000+0300)/``,
  ``Mon May  6 10:00:00 EDT 2024``, ``06-May-24``, ``May 6th, 2024 10:00 AM EDT``
- seconds, milliseconds, microseconds or nanoseconds since 1970, as a number or as digits

Years run from 1900 to 2100: 1445 is a Hijri year, and reading it as Gregorian would be wrong by six
centuries. The first moment of 1970 in UTC is refused: programs write it if they have no time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, timezone

__all__ = ["ORDERS", "day_number", "in_order", "numeric_date", "parse_timestamp", "why_unread"]

ORDERS: Mapping[str, str] = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
"""The possible orders of a numeric date, each in words."""

_DIGITS = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹\xa0",
    "01234567890123456789 ",
    "\xad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff",
)
"""Table that converts digits to ASCII and drops invisible characters."""
_LONGEST = 120
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
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    r"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.A | re.I,
)
_RFC_2822 = re.compile(
    r"(?:(?P<weekday>[A-Za-z]{3}),\s*)?\d{1,2}\s+[A-Za-z]{3}\s+(?:\d{4}|\d\d)\s+\d{1,2}:\d\d(?::\d\d)?(?:\s+(?P<zone>(?![AP]M\b)[A-Za-z]+)|\s+[+-]\d{4})?(?:\s*\([A-Za-z]+\))?",
    re.A | re.I,
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NO_ZONE = re.compile(r"A[SD]T", re.I)
"""Abbreviations that are ignored as ambiguous: an Atlantic zone for the standard library, but Riyadh time in
Arabic news."""
_SECONDS = re.compile(r"\d{9,19}(?:\.\d+)?", re.A)
# The name of a zone after its offset, as JavaScript and Java write it.
_ZONE_NAMED = re.compile(
    r"(?<=\d)\s*(?:\((?!(?:GMT|UTC)\s*[+-]?\d)[A-Za-z][\w ./+-]*\)|\[[A-Za-z][\w/+-]*\]"
    # «10:30:00 GMT+0300 (توقيت شرق أوروبا الصيفي)», as a browser in Arabic has it
    r"|(?<=[+-]\d{4})\s*\([\u0621-\u064a ]{4,40}\))$",
    re.A,
)
_ZONES = {"EET": 2, "EEST": 3, "CET": 1, "CEST": 2, "WET": 0, "WEST": 1, "MSK": 3, "TRT": 3}
"""Zones by their offsets in hours. Unlike «AST», «GST» and «IST», these names have one meaning."""
_ZONE_AFTER_TIME = re.compile(rf"(?<=[\dmM.])\s+\(?({'|'.join(_ZONES)})\)?(?=$| \d{{4}}$)", re.A)
_CHANGED = re.compile(
    r"[\s|•·،,;()\[\]–—-]*(?:\b(?:و?[آأا]خر|تم|و?تاريخ|last)\s+)*"
    r"\b(?:و?ال)?(?:تحديث|تعديل|updated?|modified|mise? à jour)",
    re.I,
)
_DAY_OF_CHANGE = re.compile(r"(?<![+\d])[12]\d{3}(?!\d)", re.A)
_PUBLISHED = re.compile(r"نشر|[إا]ضاف|publi|posted", re.I)
_FROM_GMT = re.compile(r"\s*(?:GMT|UTC)\s*([+-])(\d{1,2})(?::?(\d\d))?$", re.A | re.I)
# «16/5/2024م»
_GREGORIAN = re.compile(r"(?<![\d:/.-])(\d{1,4}([-/.])\d{1,2}\2\d{1,4})م(?!\w)", re.A)

_IN_NUMBERS = re.compile(
    r"(?<![\w/.-])(?P<one>\d{1,2})(?P<sep>[-/.])(?P<two>\d{1,2})(?P=sep)(?P<three>\d{4}|\d\d)(?!\d|[-/.]\d)",
    re.A,
)
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC).replace(tzinfo=None)
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_NUMBERS = 32_874, 73_051
"""1990 and 2100 as spreadsheets count days."""

_MS_DATE = re.compile(r"\\?/Date\((-?\d{9,16})([+-]\d{4})?\)\\?/", re.A)
"""A moment as .NET writes it in JSON."""
_UNIX_DATE = re.compile(
    r"([A-Z][a-z]{2}) ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) ([A-Z]{2,5}|[+-]\d{4}) (\d{4})", re.A
)
"""A moment as Unix and Java write it."""
_SHORT_YEAR = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d\d)(?=\s|$)", re.A)
"""A day as Oracle and Excel write it."""
_ORDINAL = re.compile(
    r"(?<=[A-Za-z] )(\d{1,2})(?:st|nd|rd|th)\b|\b(\d{1,2})(?:st|nd|rd|th)(?= (?:of )?[A-Z])", re.A
)
_AMERICAN = re.compile(r"(?<=[\dmM.])\s+([ECMP])([SD])?T$", re.A)
_BEHIND_UTC = {"E": 5, "C": 6, "M": 7, "P": 8}
"""How many hours the American zones are behind UTC in winter, by their first letters."""

_YEAR = re.compile(r"[12١٢۱۲]\d{3}")
_LETTER = re.compile(r"[^\W\d_]")
_LABEL = re.compile(
    r"^(?:[آأا]خر|تم|تاريخ|وقت)?\s*(?:ال)?(?:نشر(?:ه|ها|ت)?|تحديث|[إا]ضاف[ةه]|تاريخ"
    r"|publi[eé]e?|published|posted|updated|date|le\b)"
    r"\s*(?:في|بتاريخ|يوم|on|le\b)?\s*[:،,|-]?\s*|[\s،,|-]+(?:[آأا]خر\s+)?تحديث[\s:،,|-]*$",
    re.I,
)

_ZONE_BY_NAME = re.compile(r"(?<=:\d\d)\s+([A-Z][A-Za-z]+/[A-Z][A-Za-z_]+)$", re.A)

_EPOCH = 631_152_000, 4_102_444_800
"""1990 and 2100 in seconds since 1970. Numbers in a thousand times this range are milliseconds, and so on;
others are not times."""


def parse_timestamp(value: object, order: str = "") -> datetime | None:
    """The moment that ``value`` (a string or a number) names, or None if it names none, or more than one.

    Naive if no zone is named; midnight if no time is.

    Args:
        value: the date as it is written.
        order: one of `ORDERS`, for numeric dates that can be read in several orders: ``03/04/2020``,
            ``03/04/20``.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _epoch(value) or (_text(str(value)) if isinstance(value, int) and 0 < value < 10**8 else None)
    if isinstance(value, str) and len(value) <= _LONGEST:
        text = _as_published(value.translate(_DIGITS).strip())
        return _text(_in_order(text, order) if order else text)
    return None


def _as_published(text: str) -> str:
    """The part of a text that says when an article was published, if it also says when it was changed:
    «نشر في 6 مايو 2024 | آخر تحديث 7 مايو 2024»."""
    changed = _CHANGED.search(text)
    if changed is None:
        return text
    if _YEAR.search(text, 0, changed.start()):
        # «آخر تحديث 02:21» beside a day is its time.
        return text[: changed.start()] if _DAY_OF_CHANGE.search(text, changed.end()) else text
    published = _PUBLISHED.search(text, changed.end())
    return text[published.start() :] if published and _YEAR.search(text, published.end()) else text


def day_number(value: object) -> datetime | None:
    """The moment of a number of days, as spreadsheets store dates (45356 is 2024-03-05); None if it is not
    between 1990 and 2100."""
    if isinstance(value, str):
        text = value.translate(_DIGITS).strip()
        if not re.fullmatch(r"\d{5}(?:\.\d{1,15})?", text, re.A):
            return None
        value = float(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not _DAY_NUMBERS[0] <= value <= _DAY_NUMBERS[1]:
        return None
    return _DAY_ZERO + timedelta(seconds=round(value * 86_400))


def why_unread(value: object) -> tuple[str, dict[str, str]]:
    """The kind of the reason why ``value`` was not read as a date, and the parameters of that kind: the
    possible days of an ambiguous date."""
    text = value.translate(_DIGITS).strip() if isinstance(value, str) else ""
    date = _IN_NUMBERS.search(text)
    if date is None:
        date = _YEAR_FIRST.match(text)
        return ("date-calendar" if date and _is_hijri(date["year"]) else "date-unread"), {}
    if _is_hijri(date["three"]):
        return "date-calendar", {}
    days = list(dict.fromkeys(filter(None, (_day(date, order) for order in ORDERS))))
    if len(days) < 2:
        return "date-unread", {}
    return "date-ambiguous", {"one": days[0], "two": days[1]}


def _is_hijri(year: str) -> bool:
    """Whether a year may be Hijri."""
    return len(year) == 4 and 1300 <= int(year) <= 1500


def _day(date: re.Match[str], order: str) -> str:
    """The day, in ISO 8601, that a match of `_IN_NUMBERS` is in an order; "" if it is none."""
    numbers = dict(zip(order, (date["one"], date["two"], date["three"]), strict=True))
    year = numbers["y"]
    if len(date["three"]) == 4 and order == "ymd":
        return ""
    if len(year) < 4:
        year = _whole_year(year)
    day = f"{year}-{numbers['m']:0>2}-{numbers['d']:0>2}"
    parts = _YEAR_FIRST.fullmatch(day)
    return day if parts and _moment(parts.groupdict(), parts["month"], parts["day"]) else ""


def _whole_year(year: str) -> str:
    """The year of two digits, as POSIX reads it: from 1969 to 2068."""
    return f"{'19' if int(year) >= 69 else '20'}{year:0>2}"


def in_order(text: str, order: str) -> str:
    """Rewrite the numeric dates with a four-digit year in a text as ISO 8601.

    Args:
        text: a line of a text.
        order: the order in which the dates are read, one of `ORDERS`.

    >>> in_order("بيروت 7-8-2015 (أ ف ب)", "dmy")
    'بيروت 2015-08-07 (أ ف ب)'
    """
    return _in_order(text.translate(_DIGITS), order, whole_years=True)


def numeric_date(text: str) -> str:
    """The first numeric date in a text that ends with a four-digit year; "" if there is none."""
    dates = _IN_NUMBERS.finditer(text.translate(_DIGITS))
    return next((date[0] for date in dates if len(date["three"]) == 4), "")


def _in_order(text: str, order: str, *, whole_years: bool = False) -> str:
    """Rewrite numeric dates in a text as ISO 8601; with ``whole_years`` only those with four-digit years."""

    def rewritten(date: re.Match[str]) -> str:
        if whole_years and len(date["three"]) == 2:
            return date[0]
        return _day(date, order) or date[0]

    return _IN_NUMBERS.sub(rewritten, text)


def _text(text: str) -> datetime | None:
    if match := _YEAR_FIRST.fullmatch(text):  # the most frequent form
        parts = match.groupdict()
        return _moment(parts, parts["month"], parts["day"])
    if named := _ZONE_BY_NAME.search(text):
        return _in_zone(_text(text[: named.start()]), named[1])
    text = _GREGORIAN.sub(r"\1", _ZONE_NAMED.sub("", text))
    text = _ZONE_AFTER_TIME.sub(lambda zone: f" +{_ZONES[zone[1]]:02}00", text)
    text = _FROM_GMT.sub(lambda offset: f" {offset[1]}{offset[2]:0>2}{offset[3] or '00'}", text)
    if match := (_YEAR_FIRST.fullmatch(text) or _BASIC.fullmatch(text)):
        parts = match.groupdict()
        return _moment(parts, parts["month"], parts["day"])
    if match := _YEAR_LAST.fullmatch(text):
        parts = match.groupdict()
        readings = {
            _moment(parts, parts["one"], parts["two"]),
            _moment(parts, parts["two"], parts["one"]),
        } - {None}
        return readings.pop() if len(readings) == 1 else None
    if match := _MS_DATE.fullmatch(text):
        moment = _epoch(float(match[1]))
        return moment.astimezone(_zone(match[2])) if moment and match[2] else moment
    if _SECONDS.fullmatch(text):
        return _epoch(float(text))
    if match := _UNIX_DATE.fullmatch(text):
        weekday, month, day, clock, zone, year = match.groups()
        text = f"{weekday}, {day} {month} {year} {clock} {zone}"
    if match := _RFC_2822.fullmatch(text):
        moment = _rfc_2822(text)
        weekday = (match["weekday"] or "").lower()
        if moment and weekday in _WEEKDAYS and weekday != _WEEKDAYS[moment.weekday()]:
            return None  # the weekday or the day is wrong; Arabic weekdays are checked alike
        return moment.replace(tzinfo=None) if moment and _NO_ZONE.fullmatch(match["zone"] or "") else moment
    if ":" not in text and not _LETTER.search(text):
        return None
    american = _AMERICAN.search(text)
    # After a day and the name of a month, two digits are the year, as in RFC 822.
    text = _SHORT_YEAR.sub(
        lambda date: f"{date[1]} {date[2]} {_whole_year(date[3])}",
        _ORDINAL.sub(r"\1\2", text[: american.start()] if american else text),
    )
    moment = _in_words(text)
    if moment is None or american is None or moment.tzinfo or not american[2]:
        return moment
    summer_time = american[2] == "D"
    return moment.replace(tzinfo=timezone(timedelta(hours=summer_time - _BEHIND_UTC[american[1]])))


def _in_words(text: str) -> datetime | None:
    """The moment of a date with the name of a month, a weekday or a calendar."""
    from khabar.dates import DateSpan
    from khabar.dates import parse_date as parse_words
    from khabar.dates.clock import clock_in, folded
    from khabar.dates.datelines import ISSUE

    text = folded(text)
    clock = clock_in(text)
    rest = f"{text[: clock.start]} {text[clock.end :]}" if clock else text
    span = parse_words(_LABEL.sub("", ISSUE.sub(" ", rest).strip()))
    if not isinstance(span, DateSpan) or span.precision != "day" or span.first != span.last:
        return None
    if not 1900 <= span.first.year <= 2100 or (clock and not clock.possible):
        return None
    return datetime.combine(span.first, (clock and clock.time) or time())


def _moment(parts: dict[str, str | None], month: str | None, day: str | None) -> datetime | None:
    year = int(parts["year"] or 0)
    if not 1900 <= year <= 2100:
        return None
    try:
        moment = datetime(
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
    return None if moment.tzinfo and moment == _NO_TIME else moment


def _zone(name: str | None) -> timezone | None:
    if not name:
        return None
    if name[0] not in "+-":  # Z, UTC, GMT, غرينتش
        return UTC
    digits = name[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if name[0] == "-" else offset)


def _in_zone(moment: datetime | None, name: str) -> datetime | None:
    """A moment in the zone with a name; None if there is no such zone."""
    from khabar.errors import KhabarError
    from khabar.zones import located, zone_of

    try:
        return moment and located(moment, zone_of(name))
    except KhabarError:
        return None


def _epoch(number: float) -> datetime | None:
    first, last = _EPOCH
    for scale in (1, 10**3, 10**6, 10**9):
        if first * scale <= number <= last * scale:
            return datetime.fromtimestamp(number / scale, UTC)
    return None


def _rfc_2822(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime  # slow to import, and few sources need it

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if 1900 <= moment.year <= 2100 else None
