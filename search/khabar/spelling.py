"""Makes text comparable (with fixed phrases and field names), storable or printable, character by
character."""

from __future__ import annotations

import re
from codecs import charmap_build, charmap_decode, charmap_encode

from khabar.patterns import lazy_pattern

__all__ = [
    "INVISIBLE",
    "UNSAFE",
    "comparable",
    "controls_shown",
    "has_words",
    "printable",
    "replace_surrogates",
    "storable",
    "unmarked",
    "visible",
]

#: Invisible characters, which are copied from web pages together with text: joiners, direction marks, soft
#: hyphens.
INVISIBLE = "".join(
    chr(code)
    for first, last in (
        (0x00AD, 0x00AD),  # soft hyphen
        (0x034F, 0x034F),  # grapheme joiner
        (0x061C, 0x061C),  # Arabic letter mark
        (0x200B, 0x200F),  # zero-width space, non-joiner, joiner, left-to-right and right-to-left mark
        (0x202A, 0x202E),  # bidi embeddings and overrides
        (0x2060, 0x206F),  # word joiner, bidi isolates, deprecated controls
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

# Nearly all news texts have only these characters. Then each is a byte, and one table folds the whole text in
# a tenth of the time of looking up each character.
_USUAL = "".join(
    dict.fromkeys(
        (
            *map(chr, (*range(0x80), *range(0x621, 0x653), *range(0x660, 0x66D), *range(0x6F0, 0x6FA))),
            *"\u0670\u0671\u06a9\u06be\u06cc\u060c\u061b\u061f\xa0\xab\xbb",
            *"\u2010\u2013\u2014\u2015\u2018\u2019\u201c\u201d\u2022\u2026",
            *"\u200c\u200d\u200e\u200f\u202b\u202c",
        )
    )
)
_CODES = charmap_build(_USUAL.ljust(0x100, "\ufffe"))
_FOLDED = "".join(character.translate(_FOLD).casefold() or character for character in _USUAL)
_DELETED = bytes(code for code, character in enumerate(_USUAL) if not character.translate(_FOLD))

_SURROGATE = lazy_pattern("[\ud800-\udfff]")
_WORD = lazy_pattern(r"[^\W_\u0640]")


#: C0 and C1 controls, DEL, line separators, bidi embeddings, overrides and isolates, and surrogates.
UNSAFE = lazy_pattern("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_AROUND = " \u061c\u200b\u200e\u200f\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Spaces and invisible marks: first those that do not open or close anything."""
_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")


def comparable(text: str) -> str:
    """A text without marks and tatweel, with one form of alef, ya, kaf and ta marbuta, in lower case."""
    try:
        codes = charmap_encode(text, "strict", _CODES)[0]
    except UnicodeEncodeError:
        return text.translate(_FOLD).casefold()
    return charmap_decode(codes.translate(None, _DELETED), "strict", _FOLDED)[0]


def visible(text: str) -> str:
    """A text without invisible characters."""
    return text if text.isascii() else text.translate(_HIDE)


def replace_surrogates(text: str) -> str:
    """A text with U+FFFD for lone surrogates (from JSON escapes), which no encoding can hold."""
    try:
        text.encode()  # ten times as fast as searching for surrogates, which are very rare
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def storable(text: str) -> str:
    """A text with U+FFFD for characters that no file can hold: lone surrogates and NUL."""
    return replace_surrogates(text).replace("\0", "\ufffd")


def unmarked(text: str) -> str:
    """A name or title without the invisible marks around it, which editors and spreadsheets add to Arabic:
    with them the same outlet would be two. A mark stays if without it another one would be left open.

    >>> unmarked("\\u200fالنهار\\u200f"), unmarked("\\u202bالنهار\\u202c")
    ('النهار', 'النهار')
    """
    if not text or (text[0] not in _AROUND and text[-1] not in _AROUND):
        return text
    bare = text.strip(_AROUND)
    opened = sum(map(bare.count, "\u202a\u202b\u202d\u202e")), sum(map(bare.count, "\u2066\u2067\u2068"))
    closed = bare.count("\u202c"), bare.count("\u2069")
    return bare if opened == closed else text.strip(_AROUND[:6])


def has_words(text: str) -> bool:
    """Whether a text has a letter or a digit (marks, tatweel and punctuation are neither)."""
    return _WORD.search(text) is not None


def printable(text: str) -> str:
    """The text as one line without any effect on a terminal.

    Tabs and line ends become spaces, and other control characters become visible pictures (␛ for ESC). Bidi
    embeddings, overrides and isolates are removed, because an open one would reverse the rest of the screen.
    Marks between letters (LRM, RLM, joiners) stay.

    >>> printable("\\x1b[31mأحمر\\u202e عاجل\\n")
    '␛[31mأحمر عاجل '
    """
    # For nearly all texts the pattern, which takes long to compile, is not needed.
    return text if text.isprintable() else UNSAFE.sub(_harmless, text)


def controls_shown(text: str) -> str:
    """As :func:`printable`, for a text of several lines; line ends stay."""
    return "\n".join(printable(line) for line in text.replace("\r\n", "\n").split("\n"))


def _harmless(match: re.Match[str]) -> str:
    char = match[0]
    if char in _SPACES:
        return " "
    if char in _BIDI:
        return ""
    if char < " ":
        return chr(0x2400 + ord(char))
    return "\u2421" if char == "\x7f" else "\ufffd"
