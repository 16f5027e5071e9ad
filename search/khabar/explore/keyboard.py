"""What a word typed on the wrong keyboard layout was meant to be: «hglrh,lm» → المقاومة, «لخخلمث» → google.

The Arabic layout is that of Windows («Arabic (101)», KBDA1) and X11 (``ara``). Beside US QWERTY the Latin side is French AZERTY,
as in the Maghreb and Lebanon: there the same key gives the same Arabic letter, and another Latin one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

__all__ = ["as_arabic", "as_latin"]

_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvnm,./`"
_ARABIC = "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظذ"
_AZERTY = "azertyuiop^$qsdfghjklmùwxcvn,;:!²"

#: With the shift key, and the key that gives two letters; harakat and signs are nothing to search for.
_SHIFTED = {"b": "لا", "T": "لإ", "Y": "إ", "G": "لأ", "H": "أ", "B": "لآ", "N": "آ"} | dict.fromkeys(
    "QWERASXJ~", ""
)

_LAYOUTS = (
    dict(zip(_QWERTY, _ARABIC, strict=True)) | _SHIFTED,
    dict(zip(_AZERTY, _ARABIC, strict=True)) | _SHIFTED,
)
_LATIN = dict(zip(_ARABIC, _QWERTY, strict=True)) | {"إ": "Y", "أ": "H", "آ": "N"}


def as_arabic(typed: str) -> Iterator[str]:
    """What the keys of some Latin letters and signs give on an Arabic keyboard, for each Latin layout on which it differs.

    >>> list(as_arabic("hglrh,lm"))[0], list(as_arabic("hglrh;l,"))[-1]
    ('المقاومة', 'المقاومة')
    """
    found: dict[str, None] = {}
    # Caps lock gives capitals where nobody held the shift key.
    for keys in (typed, typed.lower()) if typed.isupper() else (typed,):
        for layout in _LAYOUTS:
            letters = [layout.get(char, layout.get(char.lower())) for char in keys]
            if all(letter is not None for letter in letters):
                found["".join(letter or "" for letter in letters)] = None
    return iter(found)


def as_latin(typed: str) -> Iterator[str]:
    """What the keys of some Arabic letters give on a QWERTY keyboard; «لا» is one key or two.

    >>> list(as_latin("لخخلمث")), list(as_latin("لاث"))
    (['google'], ['be', 'ghe'])
    """
    pieces = typed.split("لا")
    if len(pieces) > 4 or not all(char in _LATIN for piece in pieces for char in piece):
        return
    for joints in product(("b", "gh"), repeat=len(pieces) - 1):
        parts = [piece + joint for piece, joint in zip(pieces, (*joints, ""), strict=True)]
        yield "".join(char if char.isascii() else _LATIN[char] for char in "".join(parts))
