"""Title, author and day of a PDF, as far as its metadata can be trusted.

What programs fill in by themselves does not count: see :mod:`khabar.corpus.office.properties`. A title counts
if the heading of the first page is nearly the same, or there is none: newspapers are made from templates, and
keep their titles. The day of creation is that on which the file was made, not that of publication. It is
taken only if neither a dateline nor the end of the text names a day, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from khabar.corpus.office.properties import believable_author, believable_title, day_made
from khabar.spelling import comparable, printable, storable

__all__ = ["author_of", "made_at", "title_of"]

_ARABIC = re.compile(r"[\u0621-\u064a]")
_WORD = re.compile(r"[^\W_]+")
_MOMENT = re.compile(
    r"(?:D:)?(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?\s*(?:Z|([+-]\d\d)'?(\d\d)?)?.*", re.S
)
"""ISO 32000-1, 7.9.4."""


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


def title_of(said: Mapping[str, str], name: str, heading: str) -> str:
    """The title in the metadata, or "" if it cannot be believed.

    Args:
        said: the metadata, by the names of the format.
        name: of the file, without suffixes.
        heading: of the first page; "" if it has none.
    """
    title = believable_title(_line(said.get("Title", "")))
    if not title or "\ufffd" in title or comparable(title) == comparable(name) or "\\" in title:
        return ""
    if title in (said.get("Producer"), said.get("Creator")):
        return ""
    if not heading:
        return title
    there = set(_WORD.findall(comparable(heading)))
    words = set(_WORD.findall(comparable(title)))
    return title if 2 * len(words & there) > max(len(words), len(there)) else ""


def author_of(said: Mapping[str, str]) -> str:
    """The author in the metadata, or "" if it cannot be believed: one Latin word is the name of an
    account."""
    author = believable_author(_line(said.get("Author", "")))
    if "\ufffd" in author or "@" in author or author in (said.get("Producer"), said.get("Creator")):
        return ""
    return author if _ARABIC.search(author) or len(author.split()) > 1 else ""


def made_at(said: Mapping[str, str]) -> datetime | None:
    """When the file was made, if that can be near the moment of publication."""
    return day_made(_iso(said.get("CreationDate", "")), _iso(said.get("ModDate", "")))


def _iso(moment: str) -> str:
    """A moment of the format in ISO 8601; "" if it is none."""
    found = _MOMENT.fullmatch(moment.strip())
    if found is None:
        return ""
    year, month, day, hour, minute, second, zone, zone_minutes = found.groups()
    iso = f"{year}-{month}-{day}"
    if hour:
        iso += f"T{hour}:{minute}:{second or '00'}"
        iso += f"{zone}:{zone_minutes or '00'}" if zone else "Z" if "Z" in moment else ""
    return iso
