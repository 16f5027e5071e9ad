"""The tokenizer: finds where words begin and end in a source text.

Python's ``\\w`` does not match combining marks, so a tokenizer based on it splits «قَالَ» into ق and ال. Here
an Arabic word is a series of letters with the marks, tatweels and joiners between and after them. Everything
else separates words: spaces, and punctuation even if it is glued to the next word («السلام،لافتا»,
«الصهيونية..»). Numbers keep their separators: 12.5, 1,000, 2023-10-07, 7/10/2023, ٣٫٥.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from khabar.analysis.fold import MARKS
from khabar.patterns import lazy_pattern
from khabar.spelling import INVISIBLE

__all__ = ["ARABIC_LETTER", "LETTERLESS", "matches", "spans", "word_around", "words"]

# The honorific ligatures ﷺ ﷻ (FDFA, FDFB) would become phrases of four and two words, so they do not count as
# words. Nor do the presentation forms of marks (FC5E–FC63, FCF2–FCF4, FE70–FE7F).
ARABIC_LETTER = (
    "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06e5\u06e6\u06ee\u06ef\u06fa-\u06fc\u06ff"
    "\u0750-\u077f\u0870-\u0887\u0889-\u088e\u08a0-\u08c9"
    "\ufb50-\ufbb1\ufbd3-\ufc5d\ufc64-\ufcf1\ufcf5-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdf9\ufdfc\ufe80-\ufefc"
)
_MARK = re.escape("".join(char for char in MARKS if char not in "\u06e5\u06e6"))
# A range beyond the first plane: a regular expression tests single characters there one by one, for every
# letter of a text.
_HIDDEN = re.escape("".join(char for char in INVISIBLE if char <= "\uffff")) + "\U000e0100-\U000e01ef"
#: Characters that are word characters for Python, but belong to no word or to an Arabic one.
_OTHER = rf"_{ARABIC_LETTER}\ufdfa\ufdfb\u0640\ufc5e-\ufc63\ufcf2-\ufcf4\ufe70-\ufe7f"
#: Characters without a letter value, as a class of a regular expression.
LETTERLESS = rf"\u06e5\u06e6{_MARK}{_HIDDEN}"
_DIGIT = "0-9\u0660-\u0669\u06f0-\u06f9\uff10-\uff19"

# All quantifiers are possessive: backtracking could never succeed, and for a word of millions of letters it
# would take much memory.
_WORD = lazy_pattern(
    # an Arabic word: letters, and characters without a letter value between or after them
    rf"[{ARABIC_LETTER}]++(?:[{_MARK}{_HIDDEN}]++[{ARABIC_LETTER}]++)*+[{_MARK}]*+"
    # a number with its inner separators
    rf"|[{_DIGIT}]++(?:[{_HIDDEN}]*+(?:[.,:/\-\u066b\u066c][{_HIDDEN}]*+)?+[{_DIGIT}]++)*+"
    # a word of any other script, with its combining accents
    rf"|[^\W{_OTHER}{_DIGIT}][\u0300-\u036f]*+(?:[{_HIDDEN}]*+[^\W{_OTHER}][\u0300-\u036f]*+)*+"
)


def matches(text: str) -> Iterator[re.Match[str]]:
    """The matches of the words of ``text``, in order; they never overlap."""
    return _WORD.finditer(text)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each word of ``text``, in order, as offsets into ``text``; they never overlap.

    >>> text = "لفلسطين ومقاومتها،لافتا"
    >>> [text[start:end] for start, end in spans(text)]
    ['لفلسطين', 'ومقاومتها', 'لافتا']
    """
    return (match.span() for match in matches(text))


def words(text: str) -> list[str]:
    """The words of ``text`` as they are written."""
    return _WORD.findall(text)


def word_around(text: str, place: int) -> tuple[int, int] | None:
    """The start and end of the word that a cut at ``place`` would split; None if it splits none.

    >>> word_around("لفلسطين ومقاومتها،لافتا", 10), word_around("لفلسطين ومقاومتها،لافتا", 8)
    ((8, 17), None)
    """
    begin = place
    # No word contains a space.
    while begin and not text[begin - 1].isspace():
        begin -= 1
    for match in _WORD.finditer(text, begin):
        start, end = match.span()
        if end > place:
            return (start, end) if start < place else None
    return None
