"""The day on which a text says that it was written or published: its dateline, or its last lines.

A dateline has a day and a year, and is one of these:

- a line with only a date, and perhaps a time, a label («نشر في», «تاريخ النشر:», «آخر تحديث») or an agency:
  «الثلاثاء 21 يوليو 2015 - 14:05»;
- a line with a place, a date and perhaps an agency: «نيويورك 25 شوال 1436 هـ الموافق 10 اغسطس 2015 م واس»;
- the same before the text of the first paragraph, followed by a dash, a bracket, a stroke or an agency:
  «القاهرة، 7 أكتوبر 2023 (رويترز) - …».

Only the first and the last lines are examined. Two datelines that differ count as none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from khabar.arguments import texts
from khabar.dates.clock import clock_in, folded
from khabar.dates.finding import find_dates
from khabar.dates.spans import DateSpan
from khabar.serialize import plain
from khabar.spelling import comparable

__all__ = ["ISSUE", "Dateline", "dateline", "is_date_alone"]

ISSUE = re.compile(
    r"[\s|•·،,;()\[\]–—-]*\b(?:ال)?(?:عدد|صفح[ةه])(?:\s+رقم)?\s*:?\s*\(?\d{1,6}\)?"
    r"(?![\w/.-]*\d)[\s|•·،,;\])–—-]*"
)
"""The number of an issue or page beside a date: «العدد 5321»."""
_LINES = 3
"""Number of lines examined at either end; a shorter text is divided in halves."""
_LONGEST = 160
"""Maximum number of characters of a dateline."""
_LONGEST_PLACE = 4
"""Maximum number of words of a place."""

_UPDATED = re.compile(r"(?:اخر |تاريخ |تم )?(?:ال)?تحديث(?: في)?|(?:last )?updated(?: on| at)?")
_LABEL = re.compile(
    r"(?:تاريخ |تم |وقت )?(?:ال)?(?:نشر(?:ه|ها|ت)?|اضافه|حرر|حررت|كتب|كتبت|صدر|صدرت)(?: (?:في|بتاريخ|يوم))*"
    r"|(?:ال)?تاريخ|اليوم|يوم|الموافق|في|بتاريخ|تحريرا في|(?:published|posted|date|updated?)(?: on| at)?"
)
_YEAR = re.compile(r"[12١٢۱۲]\d{3}")
_AGENCY = (
    r"(?:واس|سانا|وفا|بنا|قنا|كونا|وام|شينخوا|رويترز|سبوتنيك|الاناضول|ا ف ب|اف ب|د ب ا|ا ش ا|بترا"
    r"|العمانيه|سبا|سونا|وات|ومع|واج|وال|واع|اونا|afp|reuters|spa)"
)
_AFTER_ALONE = re.compile(rf"[\W_]*(?:{_AGENCY}[\W_]*)?")
_AFTER_INLINE = re.compile(rf"\s*\)?\s*(?:[-–—:|]|/\s*{_AGENCY}|\(\s*[^()]{{2,30}}\)|{_AGENCY}(?!\w))")
_PLACE = re.compile(r"[^\W\d_]{2,}(?:[ \-/][^\W\d_]{2,}){0,3}")
# Words that are not place names, and with which a sentence with a date often begins.
_NO_PLACES = (
    "في من إلى على عن منذ حتى خلال بين قبل بعد مع يوم اليوم أمس مساء صباح عام سنة شهر هذا هذه الذي التي"
    " بتاريخ تاريخ حرر كتب وفي ومنذ يبدأ تبدأ بدأ بدأت يعقد تعقد ينتهي تنتهي موعد آخر الموافق حلقة العدد عدد"
)
_NO_PLACE = frozenset(map(comparable, _NO_PLACES.split()))


class Dateline(NamedTuple):
    """The date that a text gives for itself.

    Attributes:
        span: one day.
        place: ``"dateline"`` if it is in the first lines, ``"text end"`` if in the last.
    """

    span: DateSpan
    place: str

    def to_dict(self) -> dict[str, Any]:
        """The date and its place as plain data."""
        return {name: plain(value) for name, value in self._asdict().items()}


def dateline(lines: str | Sequence[str]) -> Dateline | None:
    """The date that a body gives for itself in its first lines, or else in its last lines; None if it gives
    none.

    Args:
        lines: all lines of the body, without the title, or a single line.

    >>> dateline(["القاهرة، 7 تشرين الأول/أكتوبر 2023 (رويترز) - قال الوزير إن"]).span
    DateSpan(first=datetime.date(2023, 10, 7), last=datetime.date(2023, 10, 7), precision='day')
    """
    lines = texts("lines", lines)
    middle = min(_LINES, (len(lines) + 1) // 2)
    ends = lines[max(middle, len(lines) - _LINES) :]
    for place, part in (("dateline", lines[:middle]), ("text end", ends)):
        stated = list(filter(None, (_of_line(line, place == "dateline") for line in part)))
        spans = {day.span for day in stated if not day.updated} or {day.span for day in stated}
        if len(spans) == 1:
            return Dateline(spans.pop(), place)
        if spans:
            return None
    return None


def is_date_alone(line: str) -> bool:
    """Whether a line is only a day, perhaps with a label, a time or an agency, and names no place.

    >>> is_date_alone("الجمعة 7 أغسطس 2015"), is_date_alone("أحداث 11 سبتمبر 2001")
    (True, False)
    """
    stated = _of_line(line, False)
    return stated is not None and not stated.placed


class _Stated(NamedTuple):
    """The day of a dateline, whether it is that of an update, and whether a place precedes it."""

    span: DateSpan
    updated: bool
    placed: bool


def _of_line(line: str, text_may_follow: bool) -> _Stated | None:
    """The day of a line that is a dateline; None for any other line."""
    head = line[:_LONGEST]
    if not _YEAR.search(head):
        return None
    head = ISSUE.sub(" ", head)
    days = [
        date
        for date in find_dates(head)
        if date.span.precision == "day" and date.span.first == date.span.last and "range" not in date.how
    ]
    if not days:
        return None
    first = days[0]
    before = _plain(head[: first.start])
    after = folded(head[first.end :])
    updated = _UPDATED.fullmatch(before) is not None
    labelled = updated or not before or _LABEL.fullmatch(before) is not None
    if not labelled and not _is_place(before):
        return None
    clock = clock_in(after)
    rest = f"{after[: clock.start]} {after[clock.end :]}" if clock and clock.possible else after
    alone = len(line) <= _LONGEST and _AFTER_ALONE.fullmatch(rest) is not None
    # A sentence may begin with a date. So a dash introduces the text only if a place precedes the date.
    inline = text_may_follow and before and not labelled and _AFTER_INLINE.match(after)
    return _Stated(first.span, updated, not labelled) if alone or inline else None


def _plain(text: str) -> str:
    """``text`` folded, without insignificant punctuation at its ends."""
    return " ".join(comparable(text).split()).strip("،,:.؛; |-–—/«»\"'*•[]{}")


def _is_place(text: str) -> bool:
    words = re.split(r"[\s،,\-–/]+", text.removesuffix(" في").replace("(", " ").replace(")", " ").strip())
    return (
        0 < len(words) <= _LONGEST_PLACE
        and _PLACE.fullmatch(" ".join(words)) is not None
        and not _NO_PLACE.intersection(words)
    )
