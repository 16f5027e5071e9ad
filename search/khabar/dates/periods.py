"""Periods as users type them after ``after:``, ``before:`` or ``date:``."""

from __future__ import annotations

import re
from datetime import date, datetime

from khabar.arguments import instance, takes, text
from khabar.dates.clock import clock_in, folded
from khabar.dates.finding import day_of, parse_whole
from khabar.dates.mention import Mention, Relative, resolve
from khabar.dates.spans import DateSpan, Precision, Problem
from khabar.dates.tokens import END, quantity, tokens
from khabar.spelling import visible

__all__ = ["parse_period"]

_LONGEST = 100
_UNITS: dict[str, Precision] = {"d": "day", "w": "week", "m": "month", "y": "year"}
_SHORT = re.compile(r"(\d{1,4})\s*([dwmy])", re.I)
_LAST = re.compile(r"(?:[آأا]خر|خلال|(?:the )?(?:last|past)(?= \d))\s+(.+)", re.I)
_LAST_ENGLISH = re.compile(r"(\d{1,4}) (day|week|month|year)s?( ago)?", re.I)
_SHIFTED = re.compile(r"(last|this|next|current|previous|past) (day|week|month|year)", re.I)
_POINTS = {"today": 0, "now": 0, "yesterday": -1, "the day before yesterday": -2, "tomorrow": 1}
_SHIFTS = {"last": -1, "previous": -1, "past": -1, "this": 0, "current": 0, "next": 1}
_DOTS = re.compile(r"\s*(?:\.{2,3}|…)\s*")
_FROM_TO = re.compile(r"(?:(?:من|from)\s+)?(\S.*?)\s+(?:إلى|الى|حتى|to|until)\s+(\S.*)", re.I)
_BETWEEN = re.compile(r"(?:بين|between)\s+(\S.*?)\s+(?:و|and)\s*(\S.*)", re.I)


@takes(text=text, today=instance(date))
def parse_period(text: str, today: date | datetime) -> DateSpan | Problem:
    """The days that ``text`` means when it is typed on ``today``, or the problem with it.

    It understands what `khabar.dates.parse_date` does, and ``2023..2024``, «آخر 30 يوما», «أسبوعين»,
    ``7d 2w 3m 1y``, «last week» and «yesterday». A period that could be past or future is past: «أكتوبر» is
    the latest October that has begun, «الاثنين» the latest Monday.

    Args:
        text: the typed period.
        today: the day on which it was typed.

    >>> from datetime import date
    >>> str(parse_period("الأسبوع الماضي", date(2023, 10, 20)))
    '2023-10-08..2023-10-14'
    >>> str(parse_period("7d", date(2023, 10, 20)))
    '2023-10-13..2023-10-20'
    """
    day = day_of(today)
    assert day is not None
    if len(text) > _LONGEST:
        return Problem(f"it is longer than the {_LONGEST} characters of a date")
    text = " ".join(visible(text).replace("_", " ").split()).strip(" \"'«»“”„‟‘’‹›")
    if not text:
        return Problem("there is nothing in it")
    if dots := _DOTS.search(text):
        begin, end = text[: dots.start()], text[dots.end() :]
        if not begin or not end:
            return Problem("a range has two ends, such as 2023..2024; for one end use after: or before:")
        return _between(begin, end, day)
    span = _one(text, day)
    if isinstance(span, Problem) and (ends := _FROM_TO.fullmatch(text) or _BETWEEN.fullmatch(text)):
        return _between(ends[1], ends[2], day)
    return span


def _between(begin: str, end: str, today: date) -> DateSpan | Problem:
    first, last = _one(begin, today), _one(end, today)
    for typed, part in ((begin, first), (end, last)):
        if isinstance(part, Problem):
            return Problem(f"«{typed}»: {part}")
    assert isinstance(first, DateSpan) and isinstance(last, DateSpan)
    if first.first > last.last:
        return Problem(f"the range ends ({last}) before it begins ({first})")
    finest = min(first.precision, last.precision, key=("day", "week", "month", "year").index)
    return DateSpan(first.first, last.last, finest)


def _one(text: str, today: date) -> DateSpan | Problem:
    plain = text.lower().replace("-", " ") if text.isascii() else text
    if plain in _POINTS:
        return _counted(Relative("day", _POINTS[plain]), today)
    if short := _SHORT.fullmatch(plain):
        return _counted(Relative(_UNITS[short[2].lower()], 0, int(short[1])), today)
    if shifted := _SHIFTED.fullmatch(plain):
        return _counted(Relative(shifted[2], _SHIFTS[shifted[1]]), today)  # type: ignore[arg-type]
    recent = _LAST.fullmatch(plain)
    if ago := _LAST_ENGLISH.fullmatch(recent[1] if recent else plain):
        count, unit, back = int(ago[1]), ago[2], ago[3]
        if recent or back:
            counted = Relative(unit, 0, count) if recent else Relative(unit, -count)  # type: ignore[arg-type]
            return _counted(counted, today)
    if recent:
        pieces = tokens(recent[1])
        if amount := quantity([*pieces, *[END] * 4], 0):
            number, of, end = amount
            if end == len(pieces):
                return _counted(Relative(of, 0, number), today)
    span = parse_whole(text, today, "past")[0]
    if isinstance(span, Problem):
        # «منذ أسبوعين» is typed as «منذ:أسبوعين»: so much time until today, as «2w».
        pieces = tokens(plain)
        if (found := quantity([*pieces, *[END] * 4], 0)) and found[2] == len(pieces):
            return _counted(Relative(found[1], 0, found[0]), today)
    if isinstance(span, Problem) and (clock := clock_in(moment := folded(text))) and clock.possible:
        # A day with a time, as on pages and in khabar's own output.
        day = parse_whole(f"{moment[: clock.start]} {moment[clock.end :]}", today, "past")[0]
        return day if isinstance(day, DateSpan) and day.precision == "day" else span
    return span


def _counted(relative: Relative, today: date) -> DateSpan | Problem:
    return resolve(Mention(relative=relative), today)[0]
