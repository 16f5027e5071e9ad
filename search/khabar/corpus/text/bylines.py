"""The line of a text that names who wrote it: «بقلم: سعاد أبو العلا».

A by-line stands alone in one of the first three lines, or in the last, and is a label with a name of two to
five words. A sentence behind such a word is text («كتب: وصل الوزير إلى بيروت»): whatever has a verb of
speech, a preposition, a digit or more words. Without a sign behind it only «بقلم» is a label, because «كتب
محمد» may begin a sentence. The line remains in the text, as a dateline does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from khabar.spelling import comparable

__all__ = ["author_of_line", "byline_place"]

_FIRST = 3
_WORDS = 2, 5
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
"""What rules out most lines quickly."""
_WORD = re.compile(r"(?:[^\W\d_][\u064b-\u0652]*(?:[.'’\-][^\W\d_])?)+\.?")
#: Names that are folded to a word of another kind: «علي» and «على» are one word then.
_NAMES = frozenset(["علي", "منى", "إمام", "الإمام", "خلف", "لقاء", "والي", "طالب"])
_AROUND = ' \t\xa0.,،؛;:|*-–—_()[]«»"“”\u200e\u200f'
# After «لل», «بال» and the like a word is part of a sentence.
_JOINED = re.compile(r"(?:لل|[وبك]ال)[^\W\d_]{2,}")


def author_of_line(line: str) -> str:
    """The name in a line that is a by-line; "" for any other line.

    >>> author_of_line("بقلم: سعاد أبو العلا"), author_of_line("كتب: وصل الوزير إلى بيروت")
    ('سعاد أبو العلا', '')
    """
    if len(line) > _LONGEST or not _START.match(line):
        return ""
    found = _BYLINE.fullmatch(line.strip())
    if found is None:
        return ""
    label = comparable(found["label"] or found["bare"])
    if not _LABEL.fullmatch(label) or (found["bare"] and label != comparable("بقلم")):
        return ""
    name = " ".join(found["name"].strip(_AROUND).split())
    return name if _is_name(name) else ""


def byline_place(lines: Sequence[str]) -> tuple[int, str]:
    """The place of the by-line of a text and the name in it; -1 and "" without one.

    Args:
        lines: all lines of a text. One line alone is text.
    """
    if len(lines) < 2:
        return -1, ""
    for place in dict.fromkeys((*range(min(_FIRST, len(lines))), len(lines) - 1)):
        if author := author_of_line(lines[place]):
            return place, author
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
