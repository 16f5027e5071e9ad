"""The time of day beside a date: «10:30», «في ١٠:٣٠ ص», «الساعة 10:30 مساءً», «عند الساعة العاشرة والنصف
صباحاً».

A time is recognised by a colon between two numbers, by a half of the day after an hour («10 مساء», «10.30
ص»), or by «الساعة» before it. Without a half of the day, an hour in digits is one of 24. An hour in words
could be in either half; then the time is unknown, and only the day is known.
"""

from __future__ import annotations

import re
from datetime import UTC, time, timedelta, timezone
from typing import NamedTuple

from khabar.spelling import comparable

__all__ = ["Clock", "clock_in", "folded"]

_PLAIN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹\xa0", "01234567890123456789 ", "\xad\u061c")

_HOURS: dict[str, int] = {
    comparable(name): hour
    for hour, name in enumerate(
        [
            "الواحدة",
            "الثانية",
            "الثالثة",
            "الرابعة",
            "الخامسة",
            "السادسة",
            "السابعة",
            "الثامنة",
            "التاسعة",
            "العاشرة",
        ],
        1,
    )
}
_HOURS |= {"الحاديه عشره": 11, "الحاديه عشر": 11, "الثانيه عشره": 12, "الثانيه عشر": 12}
_PARTS = {"النصف": 30, "الربع": 15, "ربعا": 15, "ربع": 15, "الثلث": 20, "ثلثا": 20, "ثلث": 20}


def _any(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_BETWEEN = r"[\s،,؛;\-–—−|/()•·@]*"
_CUE = r"(?:(?:في|عند|علي|حوالي|بحدود)\s+)?(?:(?:تمام|حدود)\s+)?(?:ال)?ساعه"
_HALF = (
    r"(?:ص|صباحا?|فجرا?|ضحي|ظهرا|عصرا?|م|مساءا?|ليلا?|(?:بعد|قبل) الظهر|(?:من )?(?:صباح|مساء|ظهر|فجر) اليوم"
    r"|[ap]\.?m\.?)(?!\w)"
)
_UTC = r"gmt|utc|[غج]رينت?ش|[غج]رينيتش"
_ZONE = (
    rf"(?:[\s،,()\-–]*(?:(?:بتوقيت\s+|توقيت\s+)?(?:{_UTC})?\s*(?P<offset>[+-]\d\d:?\d\d)(?!\d)"
    rf"|(?:بتوقيت\s+|توقيت\s+)?(?P<utc>{_UTC}|z)(?!\w)|(?:بال)?ب?توقيت[^\d،,|)]{{1,40}}))?"
)
_DIGITS = (
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?(?![\d:])"
    # «14h30», as in French
    r"|(?P<hour_french>\d{1,2}) ?h ?(?P<minute_french>\d\d)?(?!\w)"
    rf"|(?P<hour_by_half>\d{{1,2}})(?:\.(?P<minute_by_half>\d\d))?(?=\s*{_HALF})"
    r"|(?P<hour_by_cue>(?<=ساعه )\d{1,2}|(?<=ساعه: )\d{1,2})(?![\d.:/\-]))"
)
_WORDS = (
    rf"(?<=ساعه )(?P<name>{_any(_HOURS)})(?!\w)"
    rf"(?:\s+(?P<sign>و|الا)\s*(?:(?P<part>{_any(_PARTS)})(?!\w)|(?P<minutes>\d{{1,2}})\s+دقي\w+))?"
)
_TIME = re.compile(
    rf"{_BETWEEN}(?:(?<!\w)(?:(?:{_CUE}|في|عند|علي|at|[àa])[\s:،,]*)?|(?<![^\W\d])t(?=\d\d:))"
    rf"(?<![\d:./]){_DIGITS}\s*(?P<half>{_HALF})?{_ZONE}{_BETWEEN}"
    rf"|{_BETWEEN}(?<!\w){_CUE}[\s:]+{_WORDS}\s*(?P<half_of_words>{_HALF})?"
    rf"{_ZONE.replace('<offset', '<offset_of_words').replace('<utc', '<utc_of_words')}{_BETWEEN}"
)


_HOUR_GROUPS = ("hour", "hour_by_half", "hour_french", "hour_by_cue")
_MINUTE_GROUPS = ("minute", "minute_by_half", "minute_french")


class Clock(NamedTuple):
    """A time of day in a text.

    Attributes:
        start, end: its range in the text, including the separator between it and the date.
        possible: whether such a time exists; 25:70 does not.
        time: the time, with its zone if one is named; None if it is unknown.
    """

    start: int
    end: int
    possible: bool
    time: time | None


def folded(text: str) -> str:
    """A text as `clock_in` reads it: folded, without invisible characters, with ASCII digits and plain
    spaces."""
    return comparable(text.translate(_PLAIN))


def clock_in(text: str) -> Clock | None:
    """The first time of day in a folded text.

    >>> clock_in(folded("6 مايو 2024 في ١٠:٣٠ م")).time
    datetime.time(22, 30)
    >>> clock_in(folded("6 مايو 2024"))
    """
    match = _TIME.search(text)
    if match is None:
        return None
    parts = {name.partition("_of_words")[0]: value for name, value in match.groupdict().items() if value}
    half = parts.get("half", "")
    if name := parts.get("name"):
        hour, minute = _HOURS[name], int(parts.get("minutes") or _PARTS.get(parts.get("part", ""), 0))
        if not half:
            return Clock(*match.span(), True, None)
        if parts.get("sign") == "الا":
            hour, minute = hour - 1 or 12, 60 - minute
    else:
        hour = int(next(parts[key] for key in _HOUR_GROUPS if key in parts))
        minute = int(next((parts[key] for key in _MINUTE_GROUPS if key in parts), 0))
    try:
        zone = _zone(parts.get("offset", ""), "utc" in parts)
        moment = time(_of_day(hour, half), minute, int(parts.get("second", 0)), tzinfo=zone)
    except ValueError:
        return Clock(*match.span(), False, None)
    return Clock(*match.span(), True, moment)


def _of_day(hour: int, half: str) -> int:
    """The hour from 0 to 23; ``half`` is the half of the day, "" if none is named."""
    if not half or hour > 12:
        return hour
    if half == "ص" or half.startswith(("صباح", "من صباح", "فجر", "من فجر", "ضحي", "قبل", "a")):
        return hour % 12
    if half.startswith(("ظهر", "من ظهر")) and hour in (10, 11):
        return hour
    if half.startswith("ليل") and (hour == 12 or hour < 6):
        return hour % 12
    return hour % 12 + 12


def _zone(offset: str, utc: bool) -> timezone | None:
    if not offset:
        return UTC if utc else None
    digits = offset[1:].replace(":", "")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-shift if offset[0] == "-" else shift)
