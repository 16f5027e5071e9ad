"""Compound names as one word, however they are spaced: عبد الله = عبدالله, «أميرعبد اللهيان», أبو/أبا/أبي مازن = أبومازن.

Pure functions over folded words. A quarter of Saudi news joins عبدالX, a tenth spaces it; both must meet.
"""

from __future__ import annotations

import re

__all__ = ["CompoundHead", "compound", "compound_head", "joined_name"]

_ABD = "عبد"
#: The three cases of «أب» before a name; the nominative stands for all.
_KUNYA = {"ابو": "ابو", "ابا": "ابو", "ابي": "ابو"}
_PROCLITIC = "وفبلك"

_JOINED = re.compile(rf"[{_PROCLITIC}]?(عبدال\w{{2,}})")
_GLUED_ABD = re.compile(rf"(\w{{2,}}){_ABD}")

#: What the first word of a compound name contributes: its own canonical form, and what stood glued before it.
CompoundHead = tuple[str, str]


def compound_head(folded: str) -> CompoundHead | None:
    """``(head, before)`` when a word can open a compound name, else None.

    ``before`` is another word glued to the head («أميرعبد» → عبد behind امير), else "".

    >>> compound_head("وعبد"), compound_head("ابي"), compound_head("اميرعبد"), compound_head("وزير")
    (('عبد', ''), ('ابو', ''), ('عبد', 'امير'), None)
    """
    if "ب" not in folded:
        return None
    bare = folded[1:] if len(folded) == 4 and folded[0] in _PROCLITIC else folded
    if bare == _ABD:
        return _ABD, ""
    if bare in _KUNYA:
        return _KUNYA[bare], ""
    glued = _GLUED_ABD.fullmatch(folded) if len(folded) > 5 else None
    return (_ABD, glued[1]) if glued else None


def compound(head: CompoundHead, following: str) -> str | None:
    """The joined spelling of a compound name from its head and the folded word behind it, or None if they form no name.

    >>> compound(("عبد", ""), "اللهيان"), compound(("عبد", ""), "مامور"), compound(("ابو", ""), "مرزوق")
    ('عبداللهيان', None, 'ابومرزوق')
    """
    if head[0] == _ABD:
        return _ABD + following if following.startswith("ال") and len(following) >= 4 else None
    return head[0] + following if len(following) >= 3 and following.isalpha() else None


def joined_name(folded: str) -> str | None:
    """The name inside a word that is already joined and may carry a proclitic: «لعبدالله» → عبدالله; else None.

    >>> joined_name("وعبدالرحمن"), joined_name("عبدالله"), joined_name("معبد")
    ('عبدالرحمن', 'عبدالله', None)
    """
    match = _JOINED.fullmatch(folded) if _ABD in folded else None
    return match[1] if match else None
