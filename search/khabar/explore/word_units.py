"""Words of a text in the form in which quotations are compared, whatever their spelling.

Words are compared folded, so vocalisation and letter forms are no difference. Another spelling of a word
(أمريكا/أميركا), a name in one word or in two and a particle behind a space are one word, too. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from khabar.analysis.analyzer import Analyzer, make_word
from khabar.analysis.names import PARTICLES, same_loan
from khabar.analysis.variants import respelled

__all__ = ["STOP", "Unit", "omissions", "same_word", "units_of", "written"]

#: What a stop word counts where another word counts 1.
STOP = 0.5
#: Letters of a word in which one may be a slip, or which stay without a pronoun.
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
#: What stands for words that are left out.
_ELLIPSIS = re.compile(r"…|\.\s?\.|\[\s*\]")


class Unit(NamedTuple):
    """A word as it is compared: a word, a name of two words, or a word with a particle before it.

    Attributes:
        start, end: its range in the text.
        term: folded; of a name written in two words the one word.
        key: the spelling that stands for all spellings of it.
        stop: whether it is a stop word.

    A number has the same key in digits and as a word.
    """

    start: int
    end: int
    term: str
    key: str
    stop: bool

    @property
    def weight(self) -> float:
        """What it counts for the similarity."""
        return STOP if self.stop and not self.negates else 1.0

    @property
    def negates(self) -> bool:
        """Whether it is a negation, also behind «و» or «ف»."""
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
    #: up to which position words are in a name, and the start of a particle that stands alone
    named, particle = -1, None
    for token in analyzer.tokens(text):
        term = token.word.exact[0]
        if token.position <= named or not term:
            continue
        if token.compound:
            named = token.position + 1
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
    """The digits of a number, also behind a particle («وثلاثة», «ب50»); "" for another word."""
    for word in (term, term[1:]) if term[:1] in PARTICLES else (term,):
        if found := word if word[:1].isdigit() else _NUMBERS.get(word):
            return found
    return ""


@lru_cache(maxsize=1 << 15)
def same_word(analyzer: Analyzer, one: str, other: str) -> bool:
    """Whether two words are one in another form: with one stem or one dictionary form; a foreign name; or a
    word that no dictionary has, one letter from the other. Near letters alone say nothing: يدعمون, يدينون.

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
    pronoun = next((each for each in _PRONOUNS if term.endswith(each)), "")
    return term.removesuffix(pronoun) if len(term) - len(pronoun) >= _LONG else term


def _one_letter(one: str, other: str) -> bool:
    """Whether at most one letter differs, is missing or is too many."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = next(
        (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None
    )
    if same is None:
        return True
    few, many = sorted((one[same:], other[same:]), key=len)
    return few[1:] == many[1:] if len(few) == len(many) else few == many[1:]


def omissions(text: str, units: Sequence[Unit]) -> frozenset[int]:
    """Before which words of a quotation it says itself that it leaves something out.

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
    """The key of a word as it is written, and whether it is a stop word. (An analyzer has a cache of its own;
    but this is asked for every word of every candidate.)"""
    word = make_word(surface)
    return _key(word.exact[0]), word.stop
