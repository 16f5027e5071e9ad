"""Spelling folded for comparing words with fixed phrases and field names; what is stored is never folded."""

from __future__ import annotations

import re

__all__ = ["clean", "fold", "has_words"]

# Harakat, Koranic marks, tatweel, zero-width and bidi controls say nothing about which word it is.
_FOLD: dict[int, str | None] = dict.fromkeys(
    [
        *range(0x0610, 0x061B),
        0x0640,
        *range(0x064B, 0x0660),
        0x0670,
        *range(0x06D6, 0x06EE),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    ]
)
_FOLD |= {ord(letter): plain for letter, plain in zip("أإآٱىیکة", "ااااييكه", strict=True)}

_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"[^\W_\u0640]")


def fold(text: str) -> str:
    """``text`` without marks and tatweel, with one form of alef, ya, kaf and ta marbuta, in lower case."""
    return text.translate(_FOLD).casefold()


def clean(text: str) -> str:
    """``text`` with U+FFFD for what no file can hold: lone surrogates (from JSON escapes) and NUL."""
    try:
        text.encode()  # ten times as fast as looking for surrogates, of which there are hardly ever any
    except UnicodeEncodeError:
        text = _SURROGATE.sub("\ufffd", text)
    return text.replace("\0", "\ufffd")


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in ``text`` (marks, tatweel and punctuation are neither)."""
    return _WORD.search(text) is not None
