"""Determine the text of a glyph from that in its font.

* **Presentation forms** (U+FB50–FDFF, U+FE70–FEFC) become letters by NFKC, one glyph at a time. ﷺ and the
like
  stay: they are single characters in text as well, and would become four words. Spaces and tatweels that NFKC
  puts under free-standing marks are dropped.
* **Ligatures** are one glyph for several letters. Some producers store these in visual order: the glyph «لا»
  has the text «ال», and «الإسلام» comes out as «اإلسالم». A ligature is reversed if Unicode has a ligature of
  the reversed letters, and none of the letters as they are.
* **Unknown letters** have a code in a Private Use Area, a control character, U+FFFD or no text. They become
  `UNKNOWN`, which shows that a letter is missing; it is not guessed.
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category, normalize

__all__ = ["ALEFS", "TATWEEL", "UNKNOWN", "is_mark", "meaning", "meant_order"]

TATWEEL = "\u0640"
UNKNOWN = "\ufffd"
"""The text of a glyph whose letter is unknown."""

_KEPT = frozenset("ﷺﷻ﷽﷼﴾﴿")
_INVISIBLE = frozenset(
    "\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_SPACES = frozenset("\t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(code) for code in range(0x2000, 0x200B)
}
ALEFS = "اأإآٱ"
"""The possible second letters of «لا»."""

_LIGATURES = frozenset(
    folded
    for code in (*range(0xFBEA, 0xFDFC), *range(0xFEF5, 0xFEFD))
    for folded in (normalize("NFKC", chr(code)),)
    if len(folded) > 1 and " " not in folded and "ـ" not in folded
) | {"لل" + "ه", "فلله", "لله", "لٱ", "الله", "محمد"}


def _is_form(char: str) -> bool:
    return "\ufb50" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufefc" or "\ufb00" <= char <= "\ufb06"


@lru_cache(8192)
def meaning(text: str) -> tuple[str, bool]:
    """The letters that a glyph stands for.

    Args:
        text: its text in the file.

    Returns:
        Its letters, without presentation forms, and whether it had one. `UNKNOWN` replaces unknown letters;
        invisible format characters are dropped.
    """
    out = []
    folded = False
    for char in text:
        if char in _SPACES or char == " ":
            out.append(" ")
        elif char in _INVISIBLE:
            continue
        elif char == "\u00ad":
            # A soft hyphen is only drawn at the end of a line.
            out.append("-")
        elif _is_form(char) and char not in _KEPT:
            plain = normalize("NFKC", char)
            if len(plain) > 1 and plain[0] in " ـ":
                plain = plain[1:]
            out.append(plain)
            folded = True
        elif category(char) in ("Cc", "Co", "Cn", "Cs") or char == UNKNOWN:
            out.append(UNKNOWN)
        else:
            out.append(char)
    letters = "".join(out)
    if len(letters) > 1 and not letters.strip(UNKNOWN):
        letters = UNKNOWN
    return letters, folded


@lru_cache(4096)
def meant_order(text: str) -> str:
    """The letters of one glyph in logical order: reversed if only that gives a ligature.

    >>> meant_order("إل")
    'لإ'
    >>> meant_order("لم")
    'لم'
    """
    letters = "".join(char for char in text if not is_mark(char))
    if len(letters) < 2 or letters in _LIGATURES:
        return text
    is_lam_alef = len(letters) == 2 and letters[0] in ALEFS and letters[1] == "ل"
    return _reversed(text) if letters[::-1] in _LIGATURES or is_lam_alef else text


def _reversed(text: str) -> str:
    """The letters in reverse order, each followed by its marks."""
    clusters: list[str] = []
    for char in text:
        if is_mark(char) and clusters:
            clusters[-1] += char
        else:
            clusters.append(char)
    return "".join(reversed(clusters))


@lru_cache(4096)
def is_mark(text: str) -> bool:
    """Whether a text consists of marks that are put above or below a letter."""
    return bool(text) and all(category(char) == "Mn" for char in text)
