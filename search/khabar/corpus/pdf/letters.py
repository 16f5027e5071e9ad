"""The text of a glyph, from what its font says.

* **Presentation forms** (U+FB50–FDFF, U+FE70–FEFC) become letters by NFKC, one glyph at a time. ﷺ and its
  kin stay: they are one sign in text as well, and would become four words. Spaces and tatweels that NFKC
  puts under free-standing marks are dropped.
* **Ligatures** are one glyph for several letters. Some producers write these in the order of the eye: the
  glyph «لا» stands for «ال», and «الإسلام» comes out as «اإلسالم». A ligature is turned round if Unicode has
  one that way round, and none as it stands.
* **Letters without a meaning**: a code in a Private Use Area, a control character, U+FFFD or nothing at all.
  They become `UNKNOWN`, so that a reader sees that a letter is missing there; nobody guesses which.
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category, normalize

__all__ = ["ALEFS", "TATWEEL", "UNKNOWN", "is_mark", "meaning", "meant_order"]

TATWEEL = "\u0640"
UNKNOWN = "\ufffd"
"""Stands for a glyph of which nothing says which letter it is."""

_KEPT = frozenset("ﷺﷻ﷽﷼﴾﴿")
_INVISIBLE = frozenset(
    "\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_SPACES = frozenset("\t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(code) for code in range(0x2000, 0x200B)
}
ALEFS = "اأإآٱ"
"""What the second part of «لا» can be."""

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
    """What a glyph stands for.

    Args:
        text: what the file says.

    Returns:
        Its letters, with presentation forms folded, and whether there was one. A glyph without a meaning is
        `UNKNOWN`, one that is only seen by programs is "".
    """
    out = []
    folded = False
    for char in text:
        if char in _SPACES or char == " ":
            out.append(" ")
        elif char in _INVISIBLE:
            continue
        elif char == "\u00ad":
            # It is only drawn at the end of a line.
            out.append("-")
        elif _is_form(char) and char not in _KEPT:
            plain = normalize("NFKC", char)
            if len(plain) > 1 and plain[0] in " ـ":
                plain = plain[1:]
            # Ligatures of whole phrases have spaces (ﷺ is kept); none of the others has.
            out.append(plain)
            folded = True
        elif category(char) in ("Cc", "Co", "Cn", "Cs") or char == UNKNOWN:
            out.append(UNKNOWN)
        else:
            out.append(char)
    found = "".join(out)
    if len(found) > 1 and not found.strip(UNKNOWN):
        found = UNKNOWN
    return found, folded


@lru_cache(4096)
def meant_order(text: str) -> str:
    """The letters of one glyph in logical order: turned round if only that makes a ligature.

    >>> meant_order("إل")
    'لإ'
    >>> meant_order("لم")
    'لم'
    """
    letters = "".join(char for char in text if not is_mark(char))
    if len(letters) < 2 or letters in _LIGATURES:
        return text
    turned = letters[::-1]
    if turned in _LIGATURES or (len(letters) == 2 and letters[0] in ALEFS and letters[1] == "ل"):
        return _turned(text)
    return text


def _turned(text: str) -> str:
    """The letters in reverse, each with its marks behind it."""
    clusters: list[str] = []
    for char in text:
        if is_mark(char) and clusters:
            clusters[-1] += char
        else:
            clusters.append(char)
    return "".join(reversed(clusters))


@lru_cache(4096)
def is_mark(text: str) -> bool:
    """Whether it is made of marks that stand on or under a letter."""
    return bool(text) and all(category(char) == "Mn" for char in text)
