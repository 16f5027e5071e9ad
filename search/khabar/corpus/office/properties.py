"""Decide which properties of a document, its title, author and dates, can be trusted.

Programs fill in the properties automatically: with the name of the machine's owner, the title of a template,
or the day on which the program was installed. Such values count as unknown: an article without a date is
better than one with a wrong date.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from khabar.corpus.dates import parse_timestamp
from khabar.spelling import comparable, has_words, storable

__all__ = ["believable_title", "day_made"]

_LONGEST = 300
_PROGRAM = re.compile(
    r"(?:Microsoft (?:Word|PowerPoint|Excel|Office Word)|PowerPoint Presentation)\s*-\s*(.*)", re.I | re.S
)
_NO_TITLES = frozenset(
    map(
        comparable,
        """untitled|title|document|document title|document1|presentation|presentation1|powerpoint presentation
|slide 1|normal|template|new document|word document|blank|doc1|no title|none|null|unknown|page 1|layout 1|cv
|بلا عنوان|بدون عنوان|عنوان|العنوان|مستند|مستند1|مستند جديد|شريحة 1|الشريحة 1|عرض تقديمي
|عرض تقديمي في powerpoint|عرض تقديمي في بوربوينت|بسم الله الرحمن الرحيم""".replace("\n", "").split("|"),
    )
)
_NO_TITLE = re.compile(
    r"(?:document|doc|presentation|slide|untitled|مستند|عرض تقديمي|شريحة)\s*\(?[\d٠-٩]*\)?"
    r"|\S+\.(?:docx?|rtf|odt|pptx?|pdf|html?|txt|indd|qxd|xlsx?|cdr|ai|psd)",
    re.I,
)
_TEMPLATES = ("2013-12-23T23:15", "2006-09-16T00:00", "2006-08-16T00:00", "2013-01-27T09:14")
"""The times in the templates of python-docx, Excel, PowerPoint and python-pptx, which documents keep."""
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
_APART = timedelta(days=31)


def believable_title(title: str) -> str:
    """The title in the properties; "" if a program made it up.

    Args:
        title: the title as stored.

    >>> believable_title("Microsoft Word - افتتاح الجسر"), believable_title("Document1")
    ('افتتاح الجسر', '')
    """
    title = " ".join(storable(title).split())
    if with_program := _PROGRAM.fullmatch(title):
        title = with_program[1].strip()
    unfit = len(title) > _LONGEST or comparable(title) in _NO_TITLES or _NO_TITLE.fullmatch(title)
    return "" if unfit or not has_words(title) else title


def day_made(created: str, modified: str) -> datetime | None:
    """The time when a document was made, if it may be near the time of publication; else None.

    If the two times are far apart, because an old document was reused or an archive was saved again, nothing
    tells which of them is that of the text: neither counts.

    Args:
        created, modified: the times as stored, in ISO 8601 or as `khabar.corpus.dates` reads dates; "" if
            unknown.

    >>> day_made("2024-05-06T10:00:00Z", "2024-05-07T08:30:00Z").date(), day_made("2013-12-23T23:15:00Z", "")
    (datetime.date(2024, 5, 6), None)
    """
    moments = [
        moment
        for text in (created, modified)
        if text and not text.strip().startswith(_TEMPLATES) and (moment := parse_timestamp(text.strip()))
    ]
    aware = [moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in moments]
    latest = datetime.now(UTC) + timedelta(days=1)
    if not aware or not all(_FIRST <= moment <= latest for moment in aware):
        return None
    return moments[0] if max(aware) - min(aware) <= _APART else None
