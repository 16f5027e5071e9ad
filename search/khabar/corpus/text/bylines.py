"""By-lines: the line of a text that names its author, «بقلم: سعاد أبو العلا».

A by-line is one of the first three lines, or the last, and consists of a label and a name of two to five
words. If a sentence follows the label («كتب: وصل الوزير إلى بيروت»), the line is text: a name has no verb of
speech, preposition or digit. Without a colon or the like only «بقلم» is a label, because «كتب محمد» may begin
a sentence. The by-line remains in the text, as a dateline does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from khabar.spelling import comparable

__all__ = ["author_of_line", "byline_place"]

_FIRST = 3
"""How many lines at the beginning of a text may be the by-line."""
_WORDS = 2, 5
"""Minimum and maximum number of words of a name."""
_LONGEST = 80
_MARKS = r"[\u064b-\u0652\u0640]*"
_SIGN = r"\s*(?:[:：/|ـ]|[-–—]+(?=\s))+\s*"
_LABELS = "|".join(
    ("بقلم", "كتب", "كتبت", "كتبه", "كتبته", "كتبها", "تحرير", "اعداد", "اعده", "اعدها", "اعدته", "اعدتها")
)
_BYLINE = re.compile(
    rf"\W*(?:(?P<label>(?:[^\W\d_]{_MARKS}){{3,8}}){_SIGN}|(?P<bare>(?:[^\W\d_]{_MARKS}){{4}})\s+)(?P<name>.+)"
)
_LABEL = re.compile(_LABELS)
_START = re.compile(r"\W*(?:ب|ك|ت|[إأا])")
"""The beginning of all labels: rules out most lines quickly."""
_WORD = re.compile(r"(?:[^\W\d_][\u064b-\u0652]*(?:[.'’\-][^\W\d_])?)+\.?")
#: Names that look like another word when they are folded, as «علي» and «على».
_NAMES = frozenset(["علي", "منى", "إمام", "الإمام", "خلف", "لقاء", "والي", "طالب"])
_AROUND = ' \t\xa0.,،؛;:|*-–—_()[]«»"“”\u200e\u200f'
# A word with «لل», «بال» or the like is part of a sentence.
_JOINED = re.compile(r"(?:لل|[وبك]ال)[^\W\d_]{2,}")


def author_of_line(line: str) -> str:
    """The name in a line that is a by-line; "" for any other line.

    >>> author_of_line("بقلم: سعاد أبو العلا"), author_of_line("كتب: وصل الوزير إلى بيروت")
    ('سعاد أبو العلا', '')
    """
    if len(line) > _LONGEST or not _START.match(line):
        return ""
    byline = _BYLINE.fullmatch(line.strip())
    if byline is None:
        return ""
    label = comparable(byline["label"] or byline["bare"])
    if not _LABEL.fullmatch(label) or (byline["bare"] and label != comparable("بقلم")):
        return ""
    name = " ".join(byline["name"].strip(_AROUND).split())
    return name if _is_name(name) else ""


def byline_place(lines: Sequence[str]) -> tuple[int, str]:
    """The index of the by-line in a text, and the name in it; -1 and "" if there is none.

    Args:
        lines: all lines of a text. A single line is never a by-line.
    """
    if len(lines) < 2:
        return -1, ""
    for index in dict.fromkeys((*range(min(_FIRST, len(lines))), len(lines) - 1)):
        if author := author_of_line(lines[index]):
            return index, author
    return -1, ""


def _is_name(text: str) -> bool:
    from khabar.analysis.stopwords import is_stop_word
    from khabar.entities.word_lists import SPEECH, folded

    words = text.split()
    if not _WORDS[0] <= len(words) <= _WORDS[1] or not all(map(_WORD.fullmatch, words)):
        return False
    forms = [form for word in words if word.strip(".") not in _NAMES for form in folded(word)]
    speech = folded(SPEECH)
    return not any(is_stop_word(form) or form in speech or _JOINED.fullmatch(form) for form in forms)
