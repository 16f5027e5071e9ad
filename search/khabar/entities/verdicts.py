"""Decide whether a run of parts in a line of words is the name of a person.

:mod:`khabar.entities.persons` finds the runs, and says what the letters of their parts mean.
"""

from __future__ import annotations

from khabar.entities import word_lists
from khabar.entities.word_lists import folded
from khabar.entities.words import Class, Line

__all__ = ["NAME", "is_person", "is_person_alone", "son_follows"]

NAME = Class.GIVEN | Class.MAYBE_GIVEN | Class.FOREIGN
"""The classes of given names."""
#: Ends of verbs and of nouns with a pronoun.
_PRONOUNS = ("ها", "هم", "هما", "نا", "وا", "ات", "ته")
_BEFORE_FAMILIES = folded(word_lists.HONORIFICS, word_lists.BEFORE_FAMILIES)
_DISTINGUISHING = folded(word_lists.DISTINGUISHING)
_MORE_OFTEN_WORDS = folded(word_lists.MORE_OFTEN_WORDS)
#: Titles before the name of a place, or the kind of thing that someone is a star of.
_OF_PLACES = folded("أمير ملك شيخ نجم أسطورة")


def son_follows(line: Line, place: int) -> bool:
    """Whether «بن» and a given name follow a word."""
    return (
        place + 2 < len(line.words)
        and line.is_before_son(place)
        and not line.apart[place + 2]
        and bool(line.words[place + 2].classes & (NAME | Class.SERVANT))
    )


def is_person_alone(line: Line, place: int, part: str, title: str, spoken: str) -> bool:
    """Whether a single part is a person."""
    if part == "K":
        return bool(title or spoken)
    classes = line.words[place].classes
    if title:
        last = line.words[place - 1]
        if part in "GMX":
            # «الممثل السوري محمد قنوع» is not «محمد» alone.
            return bool(last.classes & Class.SOVEREIGN) and part != "M"
        direct = bool(last.classes & (Class.TITLE | Class.NATION))
        return direct and part in "UF" and last.term != "الفريق" and not _is_attribute(line, place)
    term = line.words[place].term
    if term[0] == "و" or term.endswith(_PRONOUNS):
        return False
    return bool(spoken) and part == "U" and not classes & Class.DEFINITE


def _is_attribute(line: Line, place: int) -> bool:
    """Whether a word after a title is not a name but says more of the title: «أمير القصيم», «اللاعب
    الكوستاريكي»."""
    word, title = line.words[place], line.words[place - 1].term
    if title in _OF_PLACES:
        return True
    if not word.classes & Class.DEFINITE:
        # «الناطق الإعلامي بجوازات المنطقة»: a preposition
        return bool(word.classes & Class.PLACE) or (word.term[0] in "بل" and word.term.endswith("ات"))
    return word.term in _DISTINGUISHING or not (word.classes & Class.FAMILY or title in _BEFORE_FAMILIES)


def is_person(line: Line, place: int, parts: str, title: str, role: str, spoken: str) -> bool:
    """Whether several parts are a person."""
    first, second = parts[0], parts[1]
    expected = bool(title or spoken)
    if first == "G":
        return True
    if first == "K":
        return second in "SHGFUN"
    more = line.words[place + 1].classes
    often_word = line.words[place].term in _MORE_OFTEN_WORDS and not expected and not role
    if often_word and second in "FUNK":
        family = more & Class.FAMILY and not more & Class.PLACE
        if more & Class.DEFINITE if first == "X" else not family:
            return False
    if first == "X":
        return second in "XUFGS" or (expected and second in "MN")
    if first == "M":
        if second in "SHGK":
            return True
        if second in "FU" or (second == "M" and parts[2:3] in ("F", "U", "S", "N")):
            return True
        return bool(expected or role) and not line.words[place].particle
    if second == "S" and son_follows(line, place):
        return True
    if first in "UF" and line.words[place].classes & Class.DEFINITE and _is_adjective(line, place, second):
        return False
    if first in "UF":
        return bool(expected and second in "UXFGSHN") or bool(
            role and second in "UX" and _closed(line, place)
        )
    return False


def _is_adjective(line: Line, place: int, second: str) -> bool:
    """Whether a word with the article is an adjective before a name: «المهاجم الأوروغوياني دييغو»; ``second``
    is the part after it."""
    if second in "GMX":
        return True
    word = line.words[place]
    return second == "U" and word.term.endswith(("ي", "يه")) and not word.classes & Class.FAMILY


def _closed(line: Line, place: int) -> bool:
    """Whether the word before can end the name of a role: an adjective, or a word with the article."""
    before = line.words[place - 1]
    return bool(before.classes & (Class.NATION | Class.DEFINITE | Class.PLACE))
