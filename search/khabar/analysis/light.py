"""The light stemmer: light10 of Larkey, Ballesteros and Connell.

Larkey, L. S., Ballesteros, L., Connell, M. E.: "Light Stemming for Arabic Information Retrieval", in *Arabic
Computational Morphology*, Springer 2007, pp. 221–243. Lucene's ``ArabicStemmer`` is the same algorithm. It
takes folded words (see :mod:`khabar.analysis.fold`), so ة is already ه and ى is ي.
"""

from __future__ import annotations

__all__ = ["PREFIXES", "SUFFIXES", "light_stem", "strip_prefix", "strip_suffixes"]

#: Tried in this order; only the first that fits is removed.
PREFIXES = ("ال", "وال", "بال", "كال", "فال", "لل", "و")

#: Tried in this order, each at most once, on the result of the one before.
SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")


def strip_prefix(word: str) -> str:
    """Remove one definite article or conjunction if two letters remain (three after a lone «و»).

    >>> strip_prefix("والوزراء"), strip_prefix("للجمهوريه"), strip_prefix("وقال")
    ('وزراء', 'جمهوريه', 'قال')
    """
    # Most words have none: one test for all of them saves most of the time.
    if word.startswith(PREFIXES):
        for prefix in PREFIXES:
            least = 4 if len(prefix) == 1 else len(prefix) + 2
            if word.startswith(prefix) and len(word) >= least:
                return word[len(prefix) :]
    return word


def strip_suffixes(word: str) -> str:
    """Remove each suffix that fits, in the order of :data:`SUFFIXES`, as long as two letters remain.

    >>> strip_suffixes("معلمات"), strip_suffixes("ايرانيه")
    ('معلم', 'ايران')
    """
    if word.endswith(SUFFIXES):
        for suffix in SUFFIXES:
            if word.endswith(suffix) and len(word) >= len(suffix) + 2:
                word = word[: -len(suffix)]
    return word


def light_stem(word: str) -> str:
    """The light10 stem of a folded word.

    >>> light_stem("والمقاومه"), light_stem("الايرانيين")
    ('مقاوم', 'ايران')
    """
    return strip_suffixes(strip_prefix(word))
