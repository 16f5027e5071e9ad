"""The properties of a document: title, author and dates, as far as they can be trusted.

Programs fill the properties by themselves: with the name of the machine's owner, with the title of a
template, with the day on which somebody installed the program. What looks like that counts as unknown. An
article without a date is better than one with a wrong date.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from khabar.corpus.dates import parse_timestamp
from khabar.spelling import comparable, has_words, storable

__all__ = ["believable_author", "believable_title", "day_made"]

_LONGEST = 300
_NO_AUTHORS = frozenset(
    map(
        comparable,
        """microsoft office user|microsoft|user|admin|administrator|owner|unknown|author|default|guest|pc|hp
|dell|lenovo|toshiba|acer|asus|windows user|windows|win7|win10|root|home|laptop|computer|test|python-docx
|python-pptx|openpyxl|apache poi|libreoffice|openoffice|calibre|word|office|anonymous|none|null
|مستخدم|المستخدم|مدير|المدير|مجهول
|مستخدم microsoft office|مستخدم windows|المستخدم الافتراضي
|utilisateur windows|utilisateur|x|xx|xp|usr""".replace("\n", "").split("|"),
    )
)
"""What a program writes where nobody was asked."""
_NO_AUTHOR = re.compile(
    r"(?:desktop|laptop|pc|win|user|admin|dell|hp|lenovo)[-_ ]?[0-9a-z]*\d[0-9a-z]*", re.I
)
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
"""The days of the templates of python-docx, Excel, PowerPoint and python-pptx, which their documents keep."""
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
_APART = timedelta(days=31)


def believable_title(title: str) -> str:
    """A title from the properties; "" if a program made it up.

    Args:
        title: as the document gives it.

    >>> believable_title("Microsoft Word - افتتاح الجسر"), believable_title("Document1")
    ('افتتاح الجسر', '')
    """
    title = " ".join(storable(title).split())
    if behind := _PROGRAM.fullmatch(title):
        title = behind[1].strip()
    unfit = len(title) > _LONGEST or comparable(title) in _NO_TITLES or _NO_TITLE.fullmatch(title)
    return "" if unfit or not has_words(title) else title


def believable_author(author: str) -> str:
    """An author from the properties; "" if it is a name of a program, a machine or nobody.

    Args:
        author: as the document gives it.

    >>> believable_author("سلمى حداد"), believable_author("DESKTOP-7F3K2")
    ('سلمى حداد', '')
    """
    author = " ".join(storable(author).split())
    unfit = len(author) > _LONGEST or comparable(author) in _NO_AUTHORS or _NO_AUTHOR.fullmatch(author)
    return "" if unfit or not has_words(author) else author


def day_made(created: str, modified: str) -> datetime | None:
    """The moment when a document was made, if it can be near the moment of publication.

    An old document that was written over, and an archive that was saved anew as a whole, have two dates that
    are far apart. Which of them is that of the text, nobody knows: neither counts.

    Args:
        created, modified: as the document gives them, in ISO 8601 or as `khabar.corpus.dates` reads dates; ""
            if unknown.

    >>> day_made("2024-05-06T10:00:00Z", "2024-05-07T08:30:00Z").date(), day_made("2013-12-23T23:15:00Z", "")
    (datetime.date(2024, 5, 6), None)
    """
    moments = [
        moment
        for text in (created, modified)
        if text and not text.strip().startswith(_TEMPLATES) and (moment := parse_timestamp(text.strip()))
    ]
    aware = [each if each.tzinfo else each.replace(tzinfo=UTC) for each in moments]
    now = datetime.now(UTC) + timedelta(days=1)
    if not aware or not all(_FIRST <= each <= now for each in aware):
        return None
    return moments[0] if max(aware) - min(aware) <= _APART else None
