"""Read the title, author and date of a PDF, as far as its metadata can be trusted.

Values that programs fill in do not count: see :mod:`khabar.corpus.office.properties`. A title counts if the
heading of the first page is nearly the same, or there is none: newspapers are made from templates, and keep
the titles of these. The date of creation is when the file was made, not when it was published. It is used
only if neither a dateline nor the end of the text names a day, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from khabar.corpus.office.properties import believable_title, day_made
from khabar.corpus.text.bylines import believable_author
from khabar.spelling import comparable, printable, storable

__all__ = ["author_of", "made_at", "title_of"]

_ARABIC = re.compile(r"[\u0621-\u064a]")
_WORD = re.compile(r"[^\W_]+")
_MOMENT = re.compile(
    r"(?:D:)?(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?\s*(?:Z|([+-]\d\d)'?(\d\d)?)?.*", re.S
)
"""A date of PDF (ISO 32000-1, 7.9.4)."""


def _line(value: str) -> str:
    """A value as one line, decoded again if it is Windows-1256 read as Latin-1."""
    line = " ".join(printable(storable(value)).split())
    high = sum("\u0080" <= char <= "\u00ff" for char in line)
    if high > 0.4 * len(line.replace(" ", "")):
        try:
            decoded = line.encode("latin-1").decode("cp1256")
        except UnicodeError:
            return line
        if _ARABIC.search(decoded):
            return decoded
    return line


def title_of(info: Mapping[str, str], name: str, heading: str) -> str:
    """The title in the metadata; "" if it cannot be trusted.

    Args:
        info: the metadata, by the names of the format.
        name: the name of the file, without suffixes.
        heading: the heading of the first page; "" if it has none.
    """
    title = believable_title(_line(info.get("Title", "")))
    if not title or "\ufffd" in title or comparable(title) == comparable(name) or "\\" in title:
        return ""
    if title in (info.get("Producer"), info.get("Creator")):
        return ""
    if not heading:
        return title
    heading_words = set(_WORD.findall(comparable(heading)))
    title_words = set(_WORD.findall(comparable(title)))
    longer = max(len(title_words), len(heading_words))
    return title if 2 * len(title_words & heading_words) > longer else ""


def author_of(info: Mapping[str, str]) -> str:
    """The author in the metadata; "" if it cannot be trusted: a single Latin word is the name of an
    account."""
    author = believable_author(_line(info.get("Author", "")))
    if "\ufffd" in author or "@" in author or author in (info.get("Producer"), info.get("Creator")):
        return ""
    return author if _ARABIC.search(author) or len(author.split()) > 1 else ""


def made_at(info: Mapping[str, str]) -> datetime | None:
    """The time when the file was made, if it may be near the time of publication; else None."""
    return day_made(_iso(info.get("CreationDate", "")), _iso(info.get("ModDate", "")))


def _iso(moment: str) -> str:
    """A date of PDF in ISO 8601; "" if it is none."""
    match = _MOMENT.fullmatch(moment.strip())
    if match is None:
        return ""
    year, month, day, hour, minute, second, zone, zone_minutes = match.groups()
    iso = f"{year}-{month}-{day}"
    if hour:
        iso += f"T{hour}:{minute}:{second or '00'}"
        iso += f"{zone}:{zone_minutes or '00'}" if zone else "Z" if "Z" in moment else ""
    return iso
