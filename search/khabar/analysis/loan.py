"""Foreign names spelled several ways: نتنياهو/نتانياهو, غوغل/جوجل/قوقل, سيرغي/سيرجي share a key.

Arabic writes foreign vowels long or not at all, and has no letter of its own for g, and two for t, s, d and z. The key keeps
the consonants and takes letters that newsrooms choose between for one. It is far too coarse for Arabic words (قلب, جلب), so
two words are joined only if the dictionary cannot read at least one of them, and only forms that an index holds ever are.
"""

from __future__ import annotations

import re

__all__ = ["loan_key", "same_loan"]

_ARTICLE = re.compile("(?:[وفبك]?ال|لل)(?=...)")
_CHOICES = str.maketrans("غقطصثضظذ", "ججتسسدزز")
_VOWELS = re.compile("[اويئؤء]")
_LONG = re.compile("[وي]")
_DOUBLED = re.compile(r"(.)\1+")

#: With fewer consonants than this a key says nothing.
_FEWEST = 3


def loan_key(term: str) -> str:
    """The key of a folded word, or "" if it is too short to have one.

    >>> loan_key("نتنياهو") == loan_key("نتانياهو"), loan_key("غوغل") == loan_key("جوجل") == loan_key("قوقل")
    (True, True)
    >>> loan_key("سيرغي"), loan_key("الغواتيمالي"), loan_key("لي")
    ('سرج', 'جتمل', '')
    """
    bare = _ARTICLE.sub("", term, count=1) if _ARTICLE.match(term) else term
    bare = bare.removesuffix("ه")
    if not bare:
        return ""
    # Doubling is undone before the vowels go: غوغل has two consonants of one kind, not a double one.
    bare = _DOUBLED.sub(r"\1", bare)
    key = (bare[0] + _VOWELS.sub("", bare[1:])).translate(_CHOICES)
    return key if len(key) >= _FEWEST else ""


def same_loan(one: str, other: str, both_unread: bool) -> bool:
    """Whether two words with the same key can be spellings of one name.

    A long vowel may be written or left out, but و and ي never stand for one another; and where the dictionary can read one
    of the two, three consonants are too few.

    >>> same_loan("جوجل", "غوغل", True), same_loan("جوجل", "جيجل", True), same_loan("جوجل", "غوغل", False)
    (True, False, False)
    """
    if not both_unread and len(loan_key(one)) <= _FEWEST:
        return False
    fewer, more = sorted((_LONG.findall(one), _LONG.findall(other)), key=len)
    rest = iter(more)
    return all(vowel in rest for vowel in fewer)
