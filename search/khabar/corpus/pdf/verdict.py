"""Decide whether the text read from a page is usable, and which repairs it needs.

A page is *whole*, *repaired*, or *unreadable*. It is unreadable if it has pictures but no letters (a scan),
or if its letters are rubbish, because its fonts name many letters wrongly or not at all. Pairs of letters
show this: the probability that one letter follows another in Arabic news is known
(:mod:`khabar.corpus.pdf.pairs`), and much lower for random letters, or letters in reverse. Words of other
scripts are judged by their shape: letters of one case without signs among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from khabar.corpus.pdf.glyphs import Glyph
from khabar.corpus.pdf.letters import UNKNOWN
from khabar.corpus.pdf.pairs import ALPHABET, SCALE, TABLE

__all__ = ["as_windows_1256", "better", "doubtful", "is_rubbish", "likeness", "stands_reversed"]

_FOLD = str.maketrans("أإآٱیکەگچپڤ", "اااايكهكجبف")
_ARABIC_WORD = re.compile(r"[\u0621-\u063a\u0641-\u064a\u066e-\u06d3]{2,}")
_MARKS = re.compile(r"[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_WORD = re.compile(r"[^\W\d_]['’\-]?(?:[a-zß-öø-ÿ\u0100-\u024f\u0370-\u052f]+['’\-]?)*|[A-Z]+|[\d\W_]+")
_MIXED = re.compile(
    r"[\u0621-\u064a][A-Za-z\u00c0-\u024f'\"#$&*+<=>@^`|~\d][\u0621-\u064a]"
    r"|[\u0621-\u064a][A-Za-z\u00c0-\u024f]|[A-Za-z\u00c0-\u024f][\u0621-\u064a]"
)
_ARABIC = re.compile(r"[\u0621-\u064a]")
_USUAL = frozenset("،؛؟«»“”‘’–—…•·")
_ENOUGH = 60
"""Minimum number of pairs of letters for a verdict."""
_UNKNOWN_SHARE = 0.3
_RUBBISH = -3.4
"""Mean logarithm of the probability of a pair below which a line is not Arabic. Lines of news have -2.2 to
-2.9, random letters or letters in reverse -3.5 to -4.5."""
_LINE = 12
"""Minimum number of pairs of letters for the verdict on a line."""
_TURNED = 0.3
_HIGH = range(0xC0, 0x100)


@cache
def _pairs() -> dict[str, float]:
    """The logarithm of the probability of each pair of letters."""
    return {
        first + second: -SCALE * (ord(step) - 33)
        for first, row in zip(ALPHABET, TABLE, strict=True)
        for second, step in zip(ALPHABET, row, strict=True)
    }


def likeness(texts: Iterable[str], reverse: bool = False) -> tuple[float, int]:
    """How much texts look like Arabic.

    Args:
        texts: the lines.
        reverse: whether to reverse each word.

    Returns:
        The mean logarithm of the probability of a pair of letters, and the number of pairs.
    """
    pairs = _pairs()
    total, count = 0.0, 0
    for text in texts:
        for word in _ARABIC_WORD.findall(_MARKS.sub("", text).translate(_FOLD)):
            word = f" {word[::-1] if reverse else word} "
            for first, second in pairwise(word):
                value = pairs.get(first + second)
                if value is not None:
                    total += value
                    count += 1
    return (total / count if count else 0.0), count


def doubtful(texts: Sequence[str]) -> int:
    """The number of Arabic words with foreign characters inside, if there are more than a few: then a font
    names some letters wrongly."""
    words = mixed = 0
    for text in texts:
        for word in _MARKS.sub("", text).split():
            if _ARABIC_WORD.search(word):
                words += 1
                mixed += _MIXED.search(word) is not None
    return mixed if mixed > max(3, 0.03 * words) else 0


def better(text: str, left_to_right: str) -> str:
    """Whichever of two readings of a line looks more like Arabic; the one from left to right if the line is
    too short to tell."""
    mean, count = likeness([text])
    return text if count >= _LINE and mean > likeness([left_to_right])[0] else left_to_right


def stands_reversed(texts: Sequence[str]) -> bool:
    """Whether the letters of Arabic words are in reverse order."""
    forward, count = likeness(texts)
    if count < _ENOUGH:
        return False
    return likeness(texts, reverse=True)[0] > forward + _TURNED


def is_rubbish(texts: Sequence[str]) -> bool:
    """Whether the lines of a page are rubbish."""
    joined = _MARKS.sub("", " ".join(texts))
    letters = sum(char.isalpha() for char in joined)
    unknown = joined.count(UNKNOWN)
    if unknown > _UNKNOWN_SHARE * (letters + unknown):
        return True
    good = bad = 0
    for text in texts:
        mean, count = likeness([text])
        if count >= _LINE:
            good += count * (mean >= _RUBBISH)
            bad += count * (mean < _RUBBISH)
    if bad > good and bad > _ENOUGH:
        return True
    arabic = [word for word in joined.split() if _ARABIC.search(word)]
    if len(arabic) > 20 and sum(_MIXED.search(word) is not None for word in arabic) > 0.3 * len(arabic):
        return True
    others = [word for word in joined.split() if len(word) > 1 and not _ARABIC_WORD.search(word)]
    words = len(joined.split())
    if len(others) < 20 or len(others) < 0.5 * words:
        return False
    shaped = sum(_WORD.fullmatch(word.strip("\"'.,:;!?()[]«»“”‘’-–—/•*")) is not None for word in others)
    strange = sum(
        not char.isascii() and not char.isalnum() and char not in _USUAL for char in "".join(others)
    )
    return shaped < 0.5 * len(others) and strange > 0.1 * sum(map(len, others))


def as_windows_1256(glyphs: Sequence[Glyph]) -> list[Glyph] | None:
    """The glyphs of a page with Arabic letters, if their font names the letters of Windows-1252 instead of
    those of Windows-1256 («ÇáÎÈÑ» for «الخبر»); else None."""
    letters = [glyph.text for glyph in glyphs if len(glyph.text) == 1 and glyph.text.isalpha()]
    high = sum(ord(text) in _HIGH for text in letters)
    if len(letters) < _ENOUGH or high < 0.5 * len(letters):
        return None
    changed = []
    for glyph in glyphs:
        try:
            text = glyph.text.encode("cp1252").decode("cp1256")
        except UnicodeError:
            text = glyph.text
        changed.append(Glyph(text, glyph.left, glyph.right, glyph.base, glyph.size, glyph.place))
    return changed
