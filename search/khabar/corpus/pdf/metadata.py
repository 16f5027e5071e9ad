"""Title, author and day of a PDF, as far as what it says of itself is plausible.

Programs fill these in: the title is the name of a file or of a template, the author that of a computer. A
title counts if it is none of these, and the first page says it too or has no heading of its own. An author
counts if it has two words or is written in Arabic letters.

The day of creation is the day on which the file was made, not that of publication: a newspaper is made the
evening before, an old report was perhaps scanned or converted last week. It is taken only if neither a
dateline nor the end of the text names a day, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from khabar.spelling import comparable, has_words, printable, storable

__all__ = ["author_of", "created_at", "title_of"]

_LONGEST_TITLE = 200
_LONGEST_AUTHOR = 100
_FILE_NAME = re.compile(
    r"\S+\.(?:docx?|odt|rtf|pdf|indd|pptx?|xlsx?|qxp|pub|tex|html?|txt|ai|pages|wpd|cdr|pm[56])\b", re.I
)
_JUNK = re.compile(
    r"(?:microsoft|adobe|quark|powerpoint|layout|page|slide|document|untitled|unnamed|template|print|scan\w*|"
    r"new|book|بدون عنوان|مستند|عرض تقديمي|شريحة|\(anonymous\)|unspecified|about:blank|title)\b[\W\d]*"
    r"(?:word|excel|powerpoint|presentation|document|text)?[\W\d]*.{0,3}",
    re.I,
)
_NOBODY = re.compile(
    r"(?:user|admin\w*|owner|hp|pc|dell|lenovo|windows|win\d*|asus|acer|toshiba|microsoft|unknown|"
    r"\(anonymous\)|anonymous|root|guest|test|author|مستخدم|غير معروف|\W)+[\W\d]*",
    re.I,
)
_ARABIC = re.compile(r"[\u0621-\u064a]")
_WORD = re.compile(r"[^\W_]+")
_MOMENT = re.compile(
    r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?\d*\s*(?:(Z)|([+-])(\d\d)'?(\d\d)?'?)?.*", re.S
)


def _line(value: str) -> str:
    """A value as one line, decoded again if it is Windows-1256 that was taken for Latin-1."""
    line = " ".join(printable(storable(value)).split())
    high = sum("\u0080" <= char <= "\u00ff" for char in line)
    if high > 0.4 * len(line.replace(" ", "")):
        try:
            mended = line.encode("latin-1").decode("cp1256")
        except UnicodeError:
            return line
        if _ARABIC.search(mended):
            return mended
    return line


def title_of(said: Mapping[str, str], name: str, heading: str, first_page: str) -> str:
    """The title in the metadata, or "" if it is not plausible.

    Args:
        said: the metadata, by the names of the format.
        name: of the file, without suffixes.
        heading: of the first page; "" if it has none.
        first_page: its text.
    """
    title = _line(said.get("Title", ""))
    if not has_words(title) or len(title) > _LONGEST_TITLE or "\ufffd" in title:
        return ""
    if _FILE_NAME.search(title) or _JUNK.fullmatch(title) or comparable(title) == comparable(name):
        return ""
    if "\\" in title or title.count("/") > 2 or title in (said.get("Producer"), said.get("Creator")):
        return ""
    if not heading:
        return title
    there = set(_WORD.findall(comparable(first_page)))
    words = _WORD.findall(comparable(title))
    return title if 2 * sum(word in there for word in words) > len(words) else ""


def author_of(said: Mapping[str, str]) -> str:
    """The author in the metadata, or "" if it is not plausible."""
    author = _line(said.get("Author", ""))
    if not has_words(author) or len(author) > _LONGEST_AUTHOR or "\ufffd" in author or "@" in author:
        return ""
    if _NOBODY.fullmatch(author) or author in (said.get("Producer"), said.get("Creator")):
        return ""
    return author if _ARABIC.search(author) or len(author.split()) > 1 else ""


def created_at(said: Mapping[str, str]) -> datetime | None:
    """When the file was made, if that can be: since PDF exists (1993), and not after today."""
    found = _MOMENT.fullmatch(said.get("CreationDate", "").strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in found.groups()[:6])
    zone = UTC if found[7] else None
    if found[8]:
        away = timedelta(hours=int(found[9]), minutes=int(found[10] or 0))
        zone = timezone(-away if found[8] == "-" else away) if away < timedelta(hours=24) else None
    try:
        moment = datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=zone)
    except ValueError:
        return None
    today = datetime.now(UTC) + timedelta(days=1)
    return moment if month and day and moment.year >= 1993 and moment.date() <= today.date() else None
