"""Words in the wrong letters: transliterations, and words typed on the wrong keyboard layout.

`readings` and `matches` find Arabic words that a word in Latin letters can stand for: lavrov → لافروف, hamas
→ حماس. News romanises names in many ways, and Arabic spells foreign names in as many. So nothing is
transliterated: each Latin letter, or pair of letters, stands for some Arabic letters, each at a cost, and the
words of an index are searched for those that fit. Consonants are fixed; vowels may be written or not. The
commoner choice of newsrooms costs less, and digits are those of chat Arabic (3 for ع, 7 for ح).

`as_arabic` and `as_latin` convert between keyboard layouts: «hglrh,lm» → المقاومة, «لخخلمث» → google. The
Arabic layout is that of Windows («Arabic (101)», KBDA1) and X11 (``ara``). The Latin layouts are US QWERTY
and French AZERTY, which is used in the Maghreb and Lebanon: there the same key gives the same Arabic letter
but another Latin one.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

__all__ = ["LONGEST", "as_arabic", "as_latin", "matches", "pattern", "readings"]

#: Maximum length of a word in letters.
LONGEST = 24

#: Maximum length of a piece of a word whose readings a pattern distinguishes, in letters.
_RUN = 5

Choices = dict[str, float]


def _table(text: str) -> dict[str, Choices]:
    """Parse a table. ``"dh ذ ض2"``: dh stands for ذ at no cost, or for ض at .2; «-» means no letter."""
    table = {}
    for line in text.split(","):
        latin, *choices = line.split()
        table[latin] = {
            choice.rstrip("0123456789").replace("-", ""): int(re.sub(r"\D", "", choice) or 0) / 10
            for choice in choices
        }
    return table


_CONSONANTS = _table(
    "b ب, bb ب, p ب, pp ب, t ت ط3, tt ت ط3, th ث ذ4 ت6 ته6, j ج ي7, d د ض4, dd د ض4, dj ج, dh ذ ض1 ظ3 د5, z "
    "ز ذ5 ظ4, zz ز تز4,"
    "s س ص4 ز6 ش6 ث6, ss س ص4, sh ش سه7, sch ش, tsch تش, ch ش1 تش خ3 ك5, tch تش, kh خ كه7, k ك ق3, kk ك, ck "
    "ك, c ك س3 ق4,"
    "q ق ك5, g غ1 ج1 ق3 ك4, gg ج1 غ3 قج1 غج2, gh غ ق5 ج5, f ف, ff ف, ph ف, v ف, w و ف6, l ل, ll ل, m م, mm "
    "م, n ن, nn ن,"
    "ng نغ نج1 ن2, r ر, rr ر, h ه ح, x كس خ6, y ي -4, 3 ع, 7 ح, 5 خ, 2 ء ق2 ا3, 9 ق ص2, 6 ط, 8 غ ق3, ' ع1 "
    "ء2 -1"
)
_FIRST = _table(
    "a ا ع2 عا3, e ا اي2 ع3, i اي ا1 ع3 عي3, o او ا2 ع2 عو3, u او ا2 ع3, ai اي عي3, ei اي, ay اي, eu او "
    "يو1, ou او, oo او,"
    "ia ايا, yo يو, au او, aa عا ا1"
)
_MIDDLE = _table(
    "a ا -2 ع7 عا7, aa ا عا4 -6, e -1 ي1 ا4 ع7, i ي -2 اي2 يا5, o و -3 ا4 عو7, u و -2 ا4, oo و, ou و او3, "
    "ee ي, ea ي يا2 ا4 -4,"
    "ai اي1 ي1 ا4, ay اي1 ي1, ei اي1 ي1 ئي3, ey اي1 ي1, au او1 و1 ا4, aw او1 و1, ie ي يي3 -4, ia يا, io يو, "
    "iu يو, ya يا, yu يو,"
    "yo يو, ue وي و2 ي5, ua وا, eo يو, oi وا2 وي, oa وا, eu يو او4, iy ي, uw و, ow و او3"
)
_LAST = _table(
    "a ا ه -5 ي2 اء4 اع5, e -1 ه2 ي2 يه4 ا5 يا4, i ي -6, o و -7, u و -7, y ي, ee ي, ie ي, ey ي, ay اي1 ي2, "
    "ia يا يه1, iya يه,"
    "iyya يه, ah ه ا2 اه3, eh ه, ou و, oo و, ow و, aa ا اء2, ai اي1 ي2, ei ي اي1 ئي3, eau و, au و, ea يا, "
    "io يو, ii ي"
)
_WORD = re.compile(r"[a-z0-9']*[a-z][a-z0-9']*")
_ARTICLE = re.compile(r"(?:al|el|ul)[-' ](?=..)")


def readings(word: str) -> str:
    """A typed word in lower case, without accents, and without an article that a dash separates; "" if it is
    not a word in Latin letters.

    >>> readings("Al-Sisi"), readings("Erdoğan"), readings("لافروف")
    ('sisi', 'erdogan', '')
    """
    import unicodedata

    plain = "".join(
        char for char in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(char)
    )
    plain = plain.replace("’", "'").replace("ʿ", "'").replace("ʾ", "'").replace("ı", "i")
    plain = _ARTICLE.sub("", plain, count=1).replace("-", "")
    return plain if len(plain) <= LONGEST and _WORD.fullmatch(plain) else ""


@lru_cache(maxsize=1024)
def _choices(word: str, place: int) -> tuple[tuple[int, Choices], ...]:
    """The ways to read the letters at a position of a word: their number, and what they stand for."""
    ways = []
    for length in range(1, 5):
        piece = word[place : place + length]
        if len(piece) < length:
            break
        tables = [_CONSONANTS, _MIDDLE if place else _FIRST]
        if place and place + length == len(word):
            tables.append(_LAST)
        choices: Choices = {}
        for table in tables:
            # At the end of a word, the choices for the end take precedence over those for the middle.
            choices |= table.get(piece, {})
        if choices:
            ways.append((length, choices))
    return tuple(ways)


def matches(word: str, words: Sequence[str], before: str = "") -> dict[str, float]:
    """The Arabic words that a word in Latin letters can stand for, each with its cost (0 is the best).

    Args:
        word: a result of :func:`readings`.
        words: folded words to choose from, sorted.
        before: a prefix of all of them, such as «ال».

    >>> matches("hamas", ["حماس", "حمص", "لندن"])
    {'حماس': 0.2, 'حمص': 0.8}
    """
    # For each position, the beginnings of words that the letters before it can stand for.
    read: list[dict[str, float]] = [{} for _ in range(len(word) + 1)]
    read[0][before] = 0.0
    for place in range(len(word)):
        ways = _choices(word, place)
        for beginning, paid in read[place].items():
            for length, choices in ways:
                reached = read[place + length]
                for letters, price in choices.items():
                    longer = beginning + letters
                    cheapest = reached.get(longer)
                    if cheapest is not None or not letters or _begins(words, longer):
                        reached[longer] = min(paid + price, math.inf if cheapest is None else cheapest)
    return {reading: round(paid, 2) for reading, paid in sorted(read[-1].items()) if _has(words, reading)}


def _begins(words: Sequence[str], beginning: str) -> bool:
    at = bisect_left(words, beginning)
    return at < len(words) and words[at].startswith(beginning)


def _has(words: Sequence[str], word: str) -> bool:
    at = bisect_left(words, word)
    return at < len(words) and words[at] == word


def pattern(word: str, before: str = "", longest: int = 900) -> str:
    """A regular expression that fits every word of :func:`matches`, and few others; "" if no word fits.

    It has letters, classes of letters, groups, ``|``, ``?`` and ``{m,n}`` only, which mean the same to every
    engine.

    Args:
        word, before: as for :func:`matches`.
        longest: maximum length in characters; the shorter, the more other words fit.

    >>> pattern("hamas"), pattern("hamas", "ال")
    ('[حه](عا|[اع])?م(عا|[اع])?[ثزسشص]', 'ال[حه](عا|[اع])?م(عا|[اع])?[ثزسشص]')
    """
    expression = ""
    for most in (_RUN, 2, 0):
        pieces = [_piece(word, begin, end, most) for begin, end in _runs(word)]
        if None in pieces:
            return ""
        expression = before + "".join(filter(None, pieces))
        if len(expression) <= longest:
            break
    return expression


def _runs(word: str) -> Iterator[tuple[int, int]]:
    """Split a word at the places where no reading of it has a piece that spans them. ``sh`` stays whole,
    because it may be one letter or two."""
    begin = end = 0
    for place in range(len(word)):
        if place and place == end:
            yield begin, place
            begin = place
        end = max(end, place + 1, *(place + length for length, _ in _choices(word, place)))
    if word:
        yield begin, len(word)


def _piece(word: str, begin: int, end: int, most: int) -> str | None:
    """A regular expression for what a piece of a word can stand for; None if it can stand for nothing. For a
    piece of more than ``most`` letters it gives only the possible letters and their number."""
    if end - begin <= max(1, most):
        return _exactly(word, begin, end)
    # For each place the smallest and the largest number of letters that the piece up to there can have.
    spans: list[tuple[int, int] | None] = [None] * (end + 1)
    spans[begin] = 0, 0
    letters: set[str] = set()
    for place in range(begin, end):
        span = spans[place]
        if span is None:
            continue
        for length, choices in _choices(word, place):
            letters.update(*choices)
            sizes = list(map(len, choices))
            least, largest = span[0] + min(sizes), span[1] + max(sizes)
            if earlier := spans[place + length]:
                least, largest = min(earlier[0], least), max(earlier[1], largest)
            spans[place + length] = least, largest
    span = spans[end]
    if span is None:
        return None
    return f"[{''.join(sorted(letters))}]{{{span[0]},{span[1]}}}" if letters else ""


def _exactly(word: str, begin: int, end: int) -> str | None:
    """A regular expression for exactly what a piece of a word can stand for; None for nothing."""
    ways = []
    for length, choices in _choices(word, begin):
        rest = "" if begin + length == end else _exactly(word, begin + length, end)
        if rest is not None:
            ways.append(_either(choices) + rest)
    if not ways:
        return None
    return ways[0] if len(ways) == 1 else f"({'|'.join(way or '()' for way in ways)})"


def _either(choices: Choices) -> str:
    """A regular expression for any of some choices, one of which may be no letter."""
    single = "".join(sorted(choice for choice in choices if len(choice) == 1))
    several = sorted(choice for choice in choices if len(choice) > 1)
    ways = [*several, f"[{single}]" if len(single) > 1 else single] if single else several
    if not ways:
        return ""
    whole = ways[0] if len(ways) == 1 else f"({'|'.join(ways)})"
    if "" not in choices:
        return whole
    return f"{whole}?" if len(ways) > 1 or single else f"({whole})?"


_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvnm,./` "
_ARABIC = "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظذ "
_AZERTY = "azertyuiop^$qsdfghjklmùwxcvn,;:!² "

#: Keys with shift, and the key that gives two letters. Those for harakat and signs give "": neither is
#: searched.
_SHIFTED = {"b": "لا", "T": "لإ", "Y": "إ", "G": "لأ", "H": "أ", "B": "لآ", "N": "آ"} | dict.fromkeys(
    "QWERASXJ~", ""
)

_LAYOUTS = (
    dict(zip(_QWERTY, _ARABIC, strict=True)) | _SHIFTED,
    dict(zip(_AZERTY, _ARABIC, strict=True)) | _SHIFTED,
)
_LATIN = dict(zip(_ARABIC, _QWERTY, strict=True)) | {"إ": "Y", "أ": "H", "آ": "N"}


def as_arabic(typed: str) -> Iterator[str]:
    """The text that the keys of some Latin letters and signs give on an Arabic keyboard, once for each Latin
    layout with a different result.

    >>> list(as_arabic("hglrh,lm"))[0], list(as_arabic("hglrh;l,"))[-1]
    ('المقاومة', 'المقاومة')
    """
    texts: dict[str, None] = {}
    # With caps lock the letters are capitals although nobody held the shift key.
    for keys in (typed, typed.lower()) if typed.isupper() else (typed,):
        for layout in _LAYOUTS:
            letters = [layout.get(char, layout.get(char.lower())) for char in keys]
            if all(letter is not None for letter in letters):
                texts["".join(letter or "" for letter in letters)] = None
    return iter(texts)


def as_latin(typed: str) -> Iterator[str]:
    """The texts that the keys of some Arabic letters give on a QWERTY keyboard; «لا» is one key or two.

    >>> list(as_latin("لخخلمث")), list(as_latin("لاث"))
    (['google'], ['be', 'ghe'])
    """
    pieces = typed.split("لا")
    if len(pieces) > 4 or not all(char in _LATIN for piece in pieces for char in piece):
        return
    for joints in product(("b", "gh"), repeat=len(pieces) - 1):
        parts = [piece + joint for piece, joint in zip(pieces, (*joints, ""), strict=True)]
        yield "".join(char if char.isascii() else _LATIN[char] for char in "".join(parts))
