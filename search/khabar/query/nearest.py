"""Finds the names most similar to an unknown one, also across scripts.

«okazz» is similar to okaz by its letters, and «عكاظ» by the reading of Latin letters
(:mod:`khabar.query.latin`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from khabar.analysis.fold import fold
from khabar.query import latin

__all__ = ["nearest"]

#: Maximum number of names compared, because an archive may have very many authors.
_COMPARED = 2_000
#: Minimum similarity of words in one script that may be the same name.
_ALIKE = 0.7
#: Maximum cost per letter of reading Latin letters as Arabic.
_MOST_COST = 0.35
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_ARABIC_ARTICLE = "ال"
#: al-, and its forms before some consonants: ar-Riyadh, ash-Sharq.
_LATIN_ARTICLE = re.compile(r"[ae](?:l-?|([rstdzn]|sh|th|dh)-?(?=\1)|(?=sh))(?=..)", re.I)


def nearest(value: str, names: Sequence[str], most: int = 5) -> tuple[str, ...]:
    """The names most similar to a value, the most similar first. Names without a word similar to one of the
    value are left out.

    >>> nearest("عكاظ", ["okaz", "alriyadh", "sabq"]), nearest("okaz", ["صحيفة عكاظ", "الرياض"])
    (('okaz',), ('صحيفة عكاظ',))
    """
    words = list(_words(value))
    similar: list[tuple[float, int, str]] = []
    for place, name in enumerate(names[:_COMPARED]):
        others = list(_words(name))
        likeness = max((_likeness(one, other) for one in words for other in others), default=0.0)
        if likeness >= _ALIKE:
            similar.append((-likeness, place, name))
    return tuple(name for _, _, name in sorted(similar)[:most])


def _words(name: str) -> Iterator[str]:
    """The words of a name without articles, folded."""
    for word in _WORD.findall(name):
        folded = fold(word)
        if folded.isascii():
            yield folded
            folded = fold(_LATIN_ARTICLE.sub("", word, count=1)) if _LATIN_ARTICLE.match(word) else ""
        elif folded.startswith(_ARABIC_ARTICLE) and len(folded) > 4:
            folded = folded[len(_ARABIC_ARTICLE) :]
        if len(folded) > 1:
            yield folded


def _likeness(one: str, other: str) -> float:
    """Similarity from 0 to 1; between scripts, by the reading of the Latin letters."""
    if one.isascii() != other.isascii():
        return _across(*((one, other) if one.isascii() else (other, one)))
    matcher = SequenceMatcher(None, one, other)
    # The cheap upper bounds first: most names are not similar.
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE <= matcher.quick_ratio() else 0.0


def _across(word: str, arabic: str) -> float:
    read = latin.readings(word)
    if not read:
        return 0.0
    cost = latin.matches(read, [arabic]).get(arabic)
    return 0.0 if cost is None or cost > _MOST_COST * len(read) else 1 - cost / len(read)
