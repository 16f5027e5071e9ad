"""Prepares a text for embedding: cleans it, and cuts it into parts that are short enough for a model.

Every change of the result must increase :data:`RULES`, which is part of the fingerprint of every encoder.
"""

from __future__ import annotations

import re

__all__ = ["LONGEST", "RULES", "cleaned", "parts_of"]

#: The version of these rules.
RULES = 1

#: The maximum characters of a part. An Arabic token has three to four letters, so this is about 240 tokens,
#: of the 512 that most models read.
LONGEST = 800

#: Signs without a meaning of their own: vowel marks and Quranic signs, tatweel, and invisible joiners,
#: separators and direction controls.
_SIGNS = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def cleaned(text: str) -> str:
    """The text without vowel marks, tatweel and invisible signs, and with single spaces between words.

    >>> cleaned(" قَالَ\\n الرئيـــس ")
    'قال الرئيس'
    """
    return " ".join(_SIGNS.sub("", text).split())


def parts_of(text: str, longest: int = LONGEST) -> list[str]:
    """Clean a text and cut it at spaces into parts of nearly equal length.

    The parts, joined by spaces, are the cleaned text. Only a word longer than a part is cut inside, so that
    the joined text has an extra space there.

    Args:
        text: any text.
        longest: the maximum characters of a part, at least 1.

    Returns:
        The parts in order; empty for a text without words.

    >>> parts_of("واحد اثنان ثلاثة أربعة", 12)
    ['واحد اثنان', 'ثلاثة أربعة']
    """
    text = cleaned(text)
    parts, start = [], 0
    while (rest := len(text) - start) > longest:
        end = _cut(text, start, rest / -(-rest // longest), longest)
        parts.append(text[start:end])
        start = end + (text[end] == " ")
    if rest:
        parts.append(text[start:])
    return parts


def _cut(text: str, start: int, ideal: float, longest: int) -> int:
    """The end of a part: the space nearest to the ideal length, else the maximum length."""
    middle = start + round(ideal)
    before, after = text.rfind(" ", start + 1, middle + 1), text.find(" ", middle, start + longest + 1)
    places = [place for place in (before, after) if place > 0]
    return min(places, key=lambda place: abs(place - start - ideal)) if places else start + longest
