"""Words of a text as they are compared with those of another: whoever quotes writes them in his own way.

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
from khabar.analysis.names import PARTICLES
from khabar.analysis.variants import respelled

__all__ = ["STOP", "Unit", "omissions", "units_of", "written"]

#: What a stop word counts where another word counts 1.
STOP = 0.5
#: What stands for words that are left out.
_ELLIPSIS = re.compile(r"…|\.\s?\.|\[\s*\]")


class Unit(NamedTuple):
    """A word as it is compared: a word, a name of two words, or a word with a particle before it.

    Attributes:
        start, end: its range in the text.
        term: folded; of a name written in two words the one word.
        key: the spelling that stands for all spellings of it.
        stop: whether it is a stop word.
    """

    start: int
    end: int
    term: str
    key: str
    stop: bool

    @property
    def weight(self) -> float:
        """What it counts for the similarity."""
        return STOP if self.stop else 1.0


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
            if text[particle.end : start].isspace():
                start, term = particle.start, particle.term + term
            else:
                units.append(particle)
            particle = None
        units.append(Unit(start, token.end, term, _key(term), stop))
    return units if particle is None else [*units, particle]


@lru_cache(maxsize=1 << 16)
def _key(term: str) -> str:
    return respelled(term) or term


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
