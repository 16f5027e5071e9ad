"""Where in a text a date may stand: signs that are cheap to look for, and a window around each.

Taking a text apart costs a hundred times as much as looking for signs, and most paragraphs have none. Every date has
a sign: the digits or the «ألف» of a year, a month's name, or a word such as «أمس» and «الماضي».
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from .words import GREGORIAN, HIJRI, NUMBERED, POINTS, TENSES, UNIT_WORDS, WEEKDAYS

__all__ = ["windows"]

# How much of a text before and behind a sign is looked at, in characters. A longer date has more than one sign.
_BEFORE, _BEHIND = 40, 48
_LONGEST_WORD = 40

# The spellings of a folded letter, and the marks that may stand behind each.
_SPELLINGS = {"ا": "[اأإآ]", "ه": "[هةھ]", "ي": "[يىی]", "ك": "[كک]", " ": "[ \xa0]"}
_MARK = "[\u0640\u064b-\u0652\u0670\u200b-\u200f]*+"


def _trie(words: Iterable[str]) -> str:
    """An expression for the words, letter by letter, so that no beginning is tried twice.

    Each word ends in one of `_ENDINGS`, which says what must follow it.
    """
    tree: dict[str, list[str]] = {}
    for word in words:
        tree.setdefault(word[:1], []).append(word[1:])
    branches = [
        _ENDINGS.get(letter) or _SPELLINGS.get(letter, re.escape(letter)) + _MARK + _trie(rests)
        for letter, rests in sorted(tree.items(), reverse=True)
    ]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


_UNITS = [
    *(word for word, (_, count) in UNIT_WORDS.items() if count == 2),
    "شهر",
    "عام",
    "سنه",
    "اسبوع",
    "يوم",
]
_NUMBERS = ("اثن", "ثلاث", "اربع", "خمس", "ست", "سبع", "ثمان", "تسع", "عشر", "احد", "واحد")
_MONTHS = [
    *(
        word
        for word in (*GREGORIAN, *HIJRI, *NUMBERED)
        if not word.isascii() and word not in ("ذو", "ذي", "ربيع")
    ),
    *(f"{word} {rest}" for word in ("ذو", "ذي") for rest in ("القعده", "الحجه", "قعده", "حجه")),
    *(f"ربيع {rest}" for rest in ("اول", "الاول", "ثاني", "الثاني", "اخر", "الاخر")),
    *(f"{word} {number}" for word in ("عام", "سنه") for number in ("الف", "الفين")),
]
_COUNTED = [
    *(word for word in POINTS if word != "غد"),
    *(f"هذا {word}" for word in ("الاسبوع", "الشهر", "العام", "اليوم")),
    *("هذه السنه", "يوم غد", "بعد غد"),
    *(f"{word} {unit}" for word in ("قبل", "منذ") for unit in _UNITS),
]
_BEFORE_TENSE = [
    *("الاسبوع", "اسبوع", "الشهر", "شهر", "العام", "عام", "السنه", "سنه"),
    *("لاسبوع", "لشهر", "لعام", "لسنه"),  # what is left of «للعام» behind its first letter
    *(word for word in WEEKDAYS if not word.isascii()),
]
_AGO = [*(f"{word} {number}*" for word in ("قبل", "منذ") for number in _NUMBERS), "قبل 0", "منذ 0"]
_ENDINGS = {
    "$": r"(?![^\W\d_])",
    "*": r"(?:)",
    "#": rf"{_SPELLINGS[' ']}+(?:قبل )?ال(?:{'|'.join(sorted({word[2:4] for word in TENSES}))})",
    "0": r"\d",
}
"""The end of a word, anything, «الماضي» and the like, a digit."""

# A word begins behind one of these. (No \s: a plain set of characters is looked for much faster.)
_FRONT = "[ \n\t\r\xa0\u200f\u200e\u202b(«\"“'\\[،,:;؛/\\-–—.…|ـ0-9٠-٩۰-۹]"
_PARTICLES = "[وفبلك]?"

_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"[12١٢۱۲](?<!\d\d)\d{3}(?!\d)")


@cache  # to compile takes a while, and a query needs neither
def _pattern(counted: bool) -> re.Pattern[str]:
    words = [f"{word}$" for word in _MONTHS]
    if counted:
        words += [f"{word}$" for word in _COUNTED]
        words += [f"{word}#" for word in _BEFORE_TENSE]
        words += _AGO
    return re.compile(f"{_FRONT}{_PARTICLES}{_trie(dict.fromkeys(words))}")


def windows(text: str, counted: bool) -> list[tuple[int, int]]:
    """The parts of ``text`` in which a date may stand, in order, apart from each other; none if there is no sign.

    Args:
        text: any text.
        counted: whether there is a day from which «أمس» and «الشهر الماضي» are counted: without, they are no signs.
    """
    digits = _DIGIT.search(text) is not None
    places = [match.start() for match in _YEAR.finditer(text)] if digits else []
    if digits or counted or "لف" in text:
        pattern = _pattern(counted)
        if first := pattern.match(" " + text[:_LONGEST_WORD]):  # a word that nothing stands before
            places.append(first.start())
        places += [match.start() for match in pattern.finditer(text)]
    if not places:
        return []
    found: list[tuple[int, int]] = []
    for place in sorted(places):
        start = _edge(text, max(0, place - _BEFORE), 0, -1)
        end = _edge(text, min(len(text), place + _BEHIND), len(text), 1)
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _edge(text: str, place: int, limit: int, step: int) -> int:
    """``place``, moved to where a space is, so that no word is cut in two."""
    for _ in range(_LONGEST_WORD):
        if place == limit or text[place if step > 0 else place - 1].isspace():
            break
        place += step
    return place
