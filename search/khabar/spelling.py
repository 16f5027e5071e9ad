"""Folds spelling, to compare words with fixed phrases and field names. Stored text is never folded."""

from __future__ import annotations

import re

__all__ = ["INVISIBLE", "comparable", "has_words", "storable", "visible"]

#: Invisible characters: joiners, direction marks, soft hyphens. They come along when text is copied from a
#: page.
INVISIBLE = "".join(
    chr(code)
    for first, last in (
        (0x00AD, 0x00AD),  # soft hyphen
        (0x034F, 0x034F),  # grapheme joiner
        (0x061C, 0x061C),  # Arabic letter mark
        (0x200B, 0x200F),  # zero-width space, non-joiner, joiner, left-to-right and right-to-left mark
        (0x202A, 0x202E),  # bidi embeddings and overrides
        (0x2060, 0x206F),  # word joiner, bidi isolates, and what is deprecated
        (0xFE00, 0xFE0F),  # variation selectors
        (0xFEFF, 0xFEFF),  # byte order mark
        (0xE0100, 0xE01EF),  # more variation selectors
    )
    for code in range(first, last + 1)
)
_HIDE: dict[int, str | None] = dict.fromkeys(map(ord, INVISIBLE))

# Harakat, Quranic marks, tatweel and invisible characters do not distinguish words.
_FOLD: dict[int, str | None] = _HIDE | dict.fromkeys(
    [
        *range(0x0610, 0x061B),
        0x0640,
        *range(0x064B, 0x0660),
        0x0670,
        *range(0x06D6, 0x06EE),
    ]
)
_FOLD |= {ord(letter): plain for letter, plain in zip("أإآٱىیکة", "ااااييكه", strict=True)}

_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"[^\W_\u0640]")


def comparable(text: str) -> str:
    """``text`` without marks and tatweel, with one form of alef, ya, kaf and ta marbuta, in lower case."""
    return text.translate(_FOLD).casefold()


def visible(text: str) -> str:
    """``text`` without invisible characters."""
    return text if text.isascii() else text.translate(_HIDE)


def storable(text: str) -> str:
    """``text`` with U+FFFD for characters that no file can hold: lone surrogates (from JSON escapes) and
    NUL."""
    try:
        text.encode()  # ten times as fast as searching for surrogates, which are very rare
    except UnicodeEncodeError:
        text = _SURROGATE.sub("\ufffd", text)
    return text.replace("\0", "\ufffd")


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in ``text`` (marks, tatweel and punctuation are neither)."""
    return _WORD.search(text) is not None
