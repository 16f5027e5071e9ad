"""The words of a text as they are compared for quotations, regardless of spelling.

Words are compared folded, so vocalisation and letter forms make no difference. Spellings of a word
(أمريكا/أميركا), a name in one word or in two, and a word with or without a space after its particle are the
same, too. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from khabar.analysis.analyzer import Analyzer, make_word
from khabar.analysis.names import PARTICLES, same_loan
from khabar.analysis.variants import respelled

__all__ = ["STOP", "Unit", "omissions", "same_word", "units_of", "written"]

#: The weight of a stop word; other words have 1.
STOP = 0.5
#: Minimum length of a word in which one letter may be a slip, and of a word without its pronoun, in letters.
_LONG = 4
_PRONOUNS = ("هما", "كما", "هم", "هن", "ها", "كم", "نا", "ه", "ك")
#: Words that turn a sentence into its opposite: they count in full.
_NEGATIONS = frozenset(
    ("لا", "لم", "لن", "ليس", "ليست", "ليسوا", "لست", "ليسا", "ما", "غير", "دون", "بدون", "عدم", "بلا", "كلا")
)
#: Words that are numbers, by their folded spellings.
_NUMBERS = {
    word: str(number)
    for number, words in {
        2: "اثنان اثنين اثنتان اثنتين",
        3: "ثلاثه ثلاث",
        4: "اربعه اربع",
        5: "خمسه خمس",
        6: "سته ست",
        7: "سبعه سبع",
        8: "ثمانيه ثماني ثمان",
        9: "تسعه تسع",
        10: "عشره عشر",
        20: "عشرون عشرين",
        30: "ثلاثون ثلاثين",
        40: "اربعون اربعين",
        50: "خمسون خمسين",
        60: "ستون ستين",
        70: "سبعون سبعين",
        80: "ثمانون ثمانين",
        90: "تسعون تسعين",
        100: "مئه مائه",
        200: "مئتان مئتين مائتان مائتين",
        1000: "الف",
        2000: "الفان الفين",
    }.items()
    for word in words.split()
}
#: Signs for words that are left out.
_ELLIPSIS = re.compile(r"…|\.\s?\.|\[\s*\]")


class Unit(NamedTuple):
    """A word as it is compared: a word, a name of two words, or a word with a particle before it.

    Attributes:
        start, end: its range in the text.
        term: the folded word; for a name in two words its spelling as one word.
        key: equal for all spellings of the word, and for a number in digits and as a word.
        stop: whether it is a stop word.
    """

    start: int
    end: int
    term: str
    key: str
    stop: bool

    @property
    def weight(self) -> float:
        """Its weight in the similarity."""
        return STOP if self.stop and not self.negates else 1.0

    @property
    def negates(self) -> bool:
        """Whether it is a negation, also after «و» or «ف»."""
        return self.term in _NEGATIONS or (self.term[:1] in "وف" and self.term[1:] in _NEGATIONS)

    @property
    def is_number(self) -> bool:
        """Whether it is a number, in digits or as a word."""
        return self.key[:1] == "#"


def units_of(text: str, analyzer: Analyzer) -> list[Unit]:
    """The words of a text as they are compared.

    >>> [unit.key for unit in units_of("قال عبد الله إن أميركا و روسيا", Analyzer())]
    ['قال', 'عبدالله', 'ان', 'امريكا', 'وروسيا']
    """
    units: list[Unit] = []
    #: the position of the last word of a name, and a particle before a space
    name_end, particle = -1, None
    for token in analyzer.tokens(text):
        term = token.word.exact[0]
        if token.position <= name_end or not term:
            continue
        if token.compound:
            name_end = token.position + 1
        elif len(term) == 1 and term in PARTICLES:
            if particle is not None:
                units.append(particle)
            particle = Unit(token.start, token.end, term, term, True)
            continue
        stop, start = token.word.stop, token.start
        if particle is not None:
            if not text[particle.end : start].strip():
                start, term = particle.start, particle.term + term
            else:
                units.append(particle)
            particle = None
        units.append(Unit(start, token.end, term, _key(term), stop))
    return units if particle is None else [*units, particle]


@lru_cache(maxsize=1 << 16)
def _key(term: str) -> str:
    if number := _number(term):
        return f"#{number}"
    return respelled(term) or term


def _number(term: str) -> str:
    """The digits of a number, also after a particle («وثلاثة», «ب50»); "" for another word."""
    for word in (term, term[1:]) if term[:1] in PARTICLES else (term,):
        if digits := word if word[:1].isdigit() else _NUMBERS.get(word):
            return digits
    return ""


@lru_cache(maxsize=1 << 15)
def same_word(analyzer: Analyzer, one: str, other: str) -> bool:
    """Whether two words are forms of one word: they have the same stem or dictionary form, are spellings of a
    foreign name, or differ in one letter and the dictionary does not have both. Similar letters alone are not
    enough: يدعمون, يدينون.

    >>> same_word(Analyzer(), "المفاجاه", "المفاجات"), same_word(Analyzer(), "يدعمون", "يدينون")
    (True, False)
    """
    first, second = analyzer.stems(one), analyzer.stems(other)
    if (first.light and first.light == second.light) or set(first.lemma) & set(second.lemma) - {""}:
        return True
    if _bare(one) == _bare(other):
        return True
    if first.read and second.read:
        return False
    if first.loan and first.loan == second.loan and same_loan(one, other, not (first.read or second.read)):
        return True
    return min(len(one), len(other)) >= _LONG and _one_letter(one, other)


def _bare(term: str) -> str:
    """A word without a pronoun at its end."""
    pronoun = next((pronoun for pronoun in _PRONOUNS if term.endswith(pronoun)), "")
    return term.removesuffix(pronoun) if len(term) - len(pronoun) >= _LONG else term


def _one_letter(one: str, other: str) -> bool:
    """Whether at most one letter is different, missing or additional."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    shorter, longer = sorted((one[same:], other[same:]), key=len)
    return shorter[1:] == longer[1:] if len(shorter) == len(longer) else shorter == longer[1:]


def omissions(text: str, units: Sequence[Unit]) -> frozenset[int]:
    """The positions of the words of a quotation with a sign of omission before them.

    >>> text = "أعلن الوزير ... أن المحصول وفير"
    >>> omissions(text, units_of(text, Analyzer()))
    frozenset({2})
    """
    return frozenset(
        place
        for place, (one, other) in enumerate(pairwise(units), 1)
        if _ELLIPSIS.search(text, one.end, other.start)
    )


@lru_cache(maxsize=1 << 17)
def written(surface: str) -> tuple[str, bool]:
    """The key of a word as written, and whether it is a stop word. It has a cache of its own, because it is
    called for every word of every candidate."""
    word = make_word(surface)
    return _key(word.exact[0]), word.stop
