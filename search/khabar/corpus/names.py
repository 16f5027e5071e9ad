"""Decode the names of files: members of archives, and files on disk whose names are not UTF-8.

A tar file does not say in which encoding its names are, and a zip file says so only for UTF-8: by the
standard all other names are in cp437, but programs write them in the code page of their machine. A name that
is not UTF-8 is taken for Arabic if it decodes to Arabic letters in one of the Arabic code pages; else its
bytes are shown (tar) or it is read as cp437 (zip). Names whose bytes differ stay different, except for the
same name in two encodings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from math import log

from khabar.spelling import storable

__all__ = ["member_name", "readable_path", "zip_name"]

_CODE_PAGES = {"cp1256": 2.0, "cp720": 1.0, "iso8859_6": 0.0}
"""Arabic code pages, each with the logarithm of its prior likelihood: that of Windows, that of archives made
on Windows, and the others'."""

_FREQUENT = {
    letter: often
    for often, letters in {
        142: "ا", 118: "ل", 74: "ي", 66: "م", 54: "نو", 48: "ر", 44: "ت", 36: "بع", 28: "دس",
        25: "هةفق", 21: "كحأ", 14: "ج", 10: "صشىطخإء", 6: "ضزذثئغ", 3: "ؤآظ",
    }.items()
    for letter in letters
}  # fmt: skip
"""How many of a thousand letters of Arabic news each letter is."""
_RARE = 0.5
_TWO_SCRIPTS = re.compile("[A-Za-z][\u0621-\u06d3]|[\u0621-\u06d3][A-Za-z]")
"""A mix that no name has: «حandث» is «Ñandú» read in the wrong code page."""
_MARKS = "ـ،؛؟\u00a0" + "".join(map(chr, range(0x64B, 0x653)))
_ARTICLE = re.compile(r"\b[وبل]?ال")
_UNICODE_PATH = 0x7075
"""Tag of Info-ZIP's extra field for a name in UTF-8."""


def member_name(name: bytes) -> str:
    """The name of a member of a tar file."""
    return _decoded(name, lambda raw: raw.decode("utf-8", "backslashreplace"))


def zip_name(name: bytes, utf8: bool, extra: bytes = b"") -> str:
    """The name of a member of a zip file.

    Args:
        name: as in its header.
        utf8: whether the header says that it is in UTF-8.
        extra: the extra field of the header, in which Info-ZIP keeps a name in Unicode.
    """
    name = name.split(b"\0", 1)[0]
    if unicode_path := _unicode_path(name, extra):
        return unicode_path
    return member_name(name) if utf8 else _decoded(name, lambda raw: raw.decode("cp437"))


@lru_cache(maxsize=64)
def readable_path(path: str) -> str:
    """A path as text that can be stored as UTF-8: names that are not UTF-8 are decoded as those in
    archives."""
    try:
        path.encode()
        return storable(path)
    except UnicodeEncodeError:
        pass
    try:
        return "/".join(
            storable(member_name(part.encode("utf-8", "surrogateescape"))) for part in path.split("/")
        )
    except UnicodeEncodeError:  # surrogates that do not come from a file system
        return storable(path)


def _decoded(name: bytes, fallback: Callable[[bytes], str]) -> str:
    try:
        text = name.decode()
    except UnicodeDecodeError:
        return _arabic(name) or fallback(name)
    # The bytes of three letters in cp720 may be one Korean syllable in UTF-8.
    east_asian = not text.isascii() and all(
        "\u2e80" <= character <= "\ud7ff" for character in text if ord(character) > 0x7F
    )
    reading = _arabic(name) if east_asian else ""
    return reading if reading and _plausibility(reading)[0] else text


def _arabic(name: bytes) -> str:
    """The most plausible reading of a name in an Arabic code page; "" if it is Arabic in none."""
    readings = {
        reading: likelihood for page, likelihood in _CODE_PAGES.items() if (reading := _arabic_in(name, page))
    }
    return max(readings, key=lambda reading: _plausibility(reading, readings[reading]), default="")


def _arabic_in(name: bytes, page: str) -> str:
    """A name decoded in a code page; "" if that gives anything but Arabic and ASCII."""
    try:
        text = name.decode(page)
    except UnicodeDecodeError:
        return ""
    non_ascii = [character for character in text if not character.isascii()]
    arabic = any(character in _FREQUENT for character in non_ascii)
    nothing_else = all(
        character in _FREQUENT
        or character in _MARKS
        or unicodedata.name(character, "").startswith("ARABIC LETTER")
        for character in non_ascii
    )
    return text if arabic and nothing_else and not _TWO_SCRIPTS.search(text) else ""


def _plausibility(text: str, likelihood: float = 0.0) -> tuple[bool, float]:
    """How Arabic a reading looks: whether all its letters are Arabic rather than Persian or Urdu; then a
    score of how frequent they are, and how often it has the article. (The bytes of «إعلان» in one code page
    are «إغفال» in another, and those of «ال» are «ان» or «اف».)"""
    letters = [character for character in text if character.isalpha() and not character.isascii()]
    score = sum(log(_FREQUENT.get(letter, _RARE)) for letter in letters)
    score += likelihood + 2 * len(_ARTICLE.findall(text))
    return all(letter in _FREQUENT for letter in letters), score


def _unicode_path(name: bytes, extra: bytes) -> str:
    """The name in Info-ZIP's extra field, if its checksum is that of ``name``; else ""."""
    from zlib import crc32

    position = 0
    while position + 4 <= len(extra):
        kind = int.from_bytes(extra[position : position + 2], "little")
        size = int.from_bytes(extra[position + 2 : position + 4], "little")
        field = extra[position + 4 : position + 4 + size]
        if (
            kind == _UNICODE_PATH
            and field[:1] == b"\1"
            and int.from_bytes(field[1:5], "little") == crc32(name)
        ):
            try:
                return field[5:].decode()
            except UnicodeDecodeError:
                return ""
        position += 4 + size
    return ""
