"""A prefilter: finds the parts of a text that may contain a date, by signs that are cheap to find.

Splitting a text into tokens takes a hundred times as long as searching for signs, and most paragraphs have
none. Every date has a sign: the digits or the «ألف» of a year, the name of a month, or a word such as «أمس»
and «الماضي».

A *run* is the part of a text between two words that have nothing to do with dates. No rule of the grammar
crosses such a word, so runs can be read one by one. They also recur: a thousand texts have «اليوم الأحد».
"""

from __future__ import annotations

import re
from codecs import charmap_build, charmap_encode
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from khabar.dates.tokens import tokens
from khabar.dates.words import GREGORIAN, HIJRI, NUMBERED, POINTS, TENSES, UNIT_WORDS, WEEKDAYS
from khabar.spelling import comparable

__all__ = ["SIGN_WORDS", "Run", "may_be_dated", "runs"]

# Words are searched in bytes, one per character, which is several times as fast as searching a str. A table
# folds them. Characters that are not letters become one of the bytes at which `bytes.split` cuts: white
# space; characters that can precede a sign; the first digits of years; other digits; and characters that
# cannot precede a sign (a closing bracket: «صحيفة «عكاظ»اليوم»).
_SPACE, _BEFORE, _ONE_OR_TWO, _DIGIT, _OTHER = b" \t\v\f\r"
_LETTERS = 0x80
_MARKS = "".join(map(chr, (*range(0x64B, 0x653), 0x640, 0x670, *range(0x200B, 0x2010))))
_OPENING = "\u202b(«\"“'\\[،,:;؛/\\-–—.…|"
_ALPHABET = "".join(
    dict.fromkeys([*map(chr, (*range(0x80), *range(0x621, 0x653), *range(0x660, 0x66A))), *_MARKS, *_OPENING])
)
_ALPHABET += "۰۱۲۳۴۵۶۷۸۹ٱکیھ\xa0»”’"
_CODES = charmap_build(_ALPHABET.ljust(0x100, "\ufffe"))


def _folded(character: str) -> int:
    if character.isspace():
        return _SPACE
    if character.isdecimal():
        return _ONE_OR_TWO if int(character) in (1, 2) else _DIGIT
    if character.isalpha() and not character.isascii():
        return _ALPHABET.index(comparable(character))
    return _BEFORE if character in _OPENING else _OTHER


_FOLD = bytes(map(_folded, _ALPHABET)).ljust(0x100, bytes([_OTHER]))
_DELETED = charmap_encode(_MARKS, "strict", _CODES)[0]


def _in_bytes(text: str) -> tuple[bytes, bytes]:
    """``text`` with one byte per character; and the same folded, without marks."""
    codes = charmap_encode(text, "replace", _CODES)[0]
    return codes, codes.translate(_FOLD, _DELETED)


def _words(words: str) -> list[bytes]:
    return [_in_bytes(word)[1] for word in words.split()]


def _any(words: str) -> bytes:
    return b"(?:%b)" % b"|".join(map(re.escape, _words(words)))


_PARTICLES = "وفبلك"


def _with_particles(words: Collection[str]) -> frozenset[bytes]:
    return frozenset(
        _in_bytes(particle + word)[1]
        for particle in ("", *_PARTICLES)
        for word in words
        if word[0] >= "\u0600"  # no Latin names
    )


_ALONE = _with_particles({*GREGORIAN, *HIJRI, *NUMBERED, *POINTS} - {"ذو", "ذي", "ربيع", "غد", "ك", "ت"})
"""The words that are signs by themselves."""

_WORDS = _ALONE | _with_particles(
    (*TENSES, "ذو", "ذي", "ربيع", "غد", "الف", "الفين", "قبل", "منذ", "الاسبوع", "الشهر", "العام", "السنه")
)
"""The words that are signs by themselves, and one word of each pair that is a sign."""

SIGN_WORDS = frozenset("".join(_ALPHABET[code] for code in word) for word in _WORDS)
"""The same words as folded texts."""

_NUMBERS = "اثن ثلاث اربع خمس ست سبع ثمان تسع عشر احد واحد"
_UNITS = " ".join([*(word for word, (_, count) in UNIT_WORDS.items() if count == 2), "شهر عام سنه اسبوع يوم"])
_TENSED = "الاسبوع اسبوع الشهر شهر العام عام السنه سنه لاسبوع لشهر لعام لسنه " + " ".join(WEEKDAYS)
_END = rb"(?![\x80-\xff])"
_PAIR = re.compile(
    rb"[ \t\v\f][%b]?(?:%b)"
    % (
        _in_bytes(_PARTICLES)[1],
        b"|".join(
            [
                _any("ذو ذي") + b" " + _any("القعده الحجه قعده حجه") + _END,
                _any("ربيع") + b" " + _any("اول الاول ثاني الثاني اخر الاخر") + _END,
                _any("عام سنه") + b" " + _any("الف الفين") + _END,
                _any("هذا") + b" " + _any("الاسبوع الشهر العام") + _END,
                _any("هذه") + b" " + _any("السنه") + _END,
                _any("يوم بعد") + b" " + _any("غد") + _END,
                _any("قبل منذ") + b" (?:%b%b|%b|[\v\f])" % (_any(_UNITS), _END, _any(_NUMBERS)),
                _any(_TENSED) + b" +(?:%b )?%b" % (_any("قبل"), _any(" ".join(TENSES))) + _END,
            ]
        ),
    )
)
_NEAR = 16
"""Maximum number of characters of a pair on either side of the word by which it is found."""
_YEAR = re.compile(rb"\v(?<![\v\f]\v)[\v\f]{3}(?![\v\f])")
_IN_DIGITS = re.compile(rb"[\v\f]{3}")
_THOUSAND = _in_bytes("لف")[1]


class Run(NamedTuple):
    """A part of a text that may contain a date.

    Attributes:
        start: its position in the text.
        text: the part.
        following: the prefix of the next word, which has nothing to do with dates; None at the end of the
            text.
    """

    start: int
    text: str
    following: str | None


def runs(text: str, counted: bool, pieces: Iterable[str] | None = None) -> Iterator[Run]:
    """The runs of a text that have a sign, in order.

    Args:
        text: any text.
        counted: whether there is a reference for dates that name no year. Without one, a text without years
            has no runs.
        pieces: parts of the text that contain all of its signs, as found by :func:`may_be_dated`, if they are
            known; this saves examining every word.
    """
    codes, look = _in_bytes(text)
    if not counted and _THOUSAND not in look and not _IN_DIGITS.search(look):
        return
    words = _WORDS.intersection(look.split() if pieces is None else chain(*map(_signs_in, pieces)))
    if not words and not _YEAR.search(look):
        return
    places: Iterable[int] = _places(b" %b " % look, words)
    if len(look) < len(text):
        places = _with_marks(places, codes)
    # A space before and after: the position of a space is that of the next character in the text.
    folded = b" %b " % codes.translate(_FOLD)
    last = len(folded) - 1
    end = 0
    for place in places:
        if place < end:
            continue
        start, end = folded.rfind(b" ", 0, place + 1), folded.find(b" ", place + 1)
        if _mute(text[start : end - 1]) is not None:
            continue
        while start and _mute(text[(before := folded.rfind(b" ", 0, start)) : start - 1]) is None:
            start = before
        following: str | None = None
        while end < last:
            after = folded.find(b" ", end + 1)
            if (following := _mute(text[end : after - 1])) is not None:
                break
            end = after
        yield Run(start, text[start : end - 1], following)


def may_be_dated(piece: str) -> bool:
    """Whether a part of a text, from one space to another or a whole word, may contain a sign. If no part
    does, `runs` yields nothing for the text."""
    look = _in_bytes(piece)[1]
    return not _WORDS.isdisjoint(look.split()) or _IN_DIGITS.search(look) is not None


@lru_cache(maxsize=1 << 12)
def _signs_in(piece: str) -> frozenset[bytes]:
    """The words of a piece that may be signs."""
    return _WORDS.intersection(_in_bytes(piece)[1].split())


def _places(look: bytes, words: Iterable[bytes]) -> list[int]:
    """The positions in ``look`` at which signs begin, without the leading space; ``words`` are candidates for
    signs."""
    places = [match.start() - 1 for match in _YEAR.finditer(look)]
    for word in words:
        place = look.find(word)
        while place >= 0:
            end = place + len(word)
            if look[end] < _LETTERS > look[place - 1] != _OTHER:
                if word in _ALONE:
                    places.append(place - 1)
                else:
                    near = _PAIR.finditer(look, max(0, place - _NEAR), end + _NEAR)
                    places += [match.start() for match in near]
            place = look.find(word, end)
    return sorted(set(places))


def _with_marks(places: Iterable[int], codes: bytes) -> Iterator[int]:
    """Positions in the text of ``codes``, converted from ascending positions that do not count marks."""
    end = counted = 0
    for place in places:
        while missing := place + 1 - counted:
            counted += len(codes[end : end + missing].translate(None, _DELETED))
            end += missing
        yield end - 1


@lru_cache(maxsize=1 << 15)
def _mute(piece: str) -> str | None:
    """The prefix of the first word of a piece that cannot be part of a date; None if it can be, or if there
    is no word."""
    pieces = tokens(piece)
    if not pieces or pieces[0].word or any(token.digits or token.word.isalpha() for token in pieces):
        return None
    return pieces[0].prefix
