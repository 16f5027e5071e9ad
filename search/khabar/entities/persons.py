"""People in a line of words: finds where a name begins and ends, and the evidence for it.

A name is a run of parts: given names, families, «بن», «آل», «أبو» with the word after it, and words that are
not in the dictionary. How much evidence a run needs depends on its beginning:

- after a title, after the name of a role («وزير الخارجية الروسي»), or beside a verb of speech, nearly any run
  of two parts is a name;
- a given name that is not another word («محمد») needs a second part; one that is («سعيد») needs «بن», another
  given name or a listed family;
- a single part counts only after a title or, if it is an unknown word, beside a verb of speech; a mere given
  name does not count, except for kings and the like.
"""

from __future__ import annotations

from typing import NamedTuple

from khabar.analysis.fold import fold
from khabar.entities import word_lists
from khabar.entities.roles import Roles
from khabar.entities.values import GIVEN, SPOKEN, Mention
from khabar.entities.verdicts import NAME, is_person, is_person_alone, son_follows
from khabar.entities.word_lists import folded
from khabar.entities.words import Class, Line

__all__ = ["person_at"]

_NO_PART = (
    Class.ROLE | Class.TITLE | Class.HEAD | Class.DEFINITE_HEAD | Class.TIME | Class.STOP | Class.PLACE_KIND
)
_MOST_PARTS = 7
_NO_NISBA = folded(word_lists.NO_NISBA)
_HONORIFICS = folded(word_lists.HONORIFICS)
_LAST_ONLY = folded(word_lists.LAST_ONLY)
#: Titles of people who are called by their given names.
_BY_GIVEN_NAME = folded(
    word_lists.SOVEREIGN + " الأمير الأميرة أمير ملك الشيخ الشيخة شيخ السيد المواطن الطفل الطفلة الشهيد"
)
_ORDINALS = folded(word_lists.ORDINALS)


class _Run(NamedTuple):
    """A run of parts: the position after it, and a letter for each part: ``G`` a given name, ``M`` one that
    may be another word, ``X`` a foreign one, ``K`` a name with أبو, ``S`` بن with its word, ``H`` آل with its
    word, ``F`` a listed family, ``U`` an unknown word, ``N`` a definite one."""

    end: int
    parts: str


def person_at(line: Line, place: int, roles: Roles) -> tuple[int, Mention] | None:
    """The person whose name begins at a word, with the position after the name; None if there is none."""
    title, role = roles.title(place), roles.role(place)
    spoken = _speech(line, place - 1) if not line.apart[place] else ""
    expected = bool(title or role or spoken)
    if not _begins(line, place, title != "", expected):
        return None
    run = _run(line, place, bool(role) or _is_called(title))
    after = _speech(line, run.end) if run.end < len(line.words) and not line.apart[run.end] else ""
    count = len(run.parts)
    if not count:
        return None
    if count == 1:
        if not is_person_alone(line, place, run.parts, title, spoken or after):
            return None
    elif not is_person(line, place, run.parts, title, role, spoken or after):
        return None
    evidence = list(dict.fromkeys(filter(None, (title, role, spoken, after))))
    if run.parts[0] in "GMX":
        evidence.append(GIVEN)
    key = " ".join(_terms(line, place, run.end))
    mention = Mention(
        line.starts[place], line.ends[run.end - 1], "person", key, tuple(evidence), alone=count == 1
    )
    return run.end, mention


def _is_called(title: str) -> bool:
    """Whether people with a title are called by their family names."""
    words = title.split()
    return bool(words) and not any(fold(word) in _BY_GIVEN_NAME for word in words)


def _speech(line: Line, place: int) -> str:
    """The verb of speech at a word, or ""."""
    if place < 0 or not line.words[place].classes & Class.SPEECH:
        return ""
    return SPOKEN + line.written(place, place + 1)


def _begins(line: Line, place: int, titled: bool, expected: bool) -> bool:
    """Whether a name can begin at a word."""
    classes = line.words[place].classes
    if line.words[place].term in _LAST_ONLY and not expected:
        return False
    if classes & (Class.GIVEN | Class.FOREIGN | Class.FATHER):
        return True
    if line.words[place].term == "علي" and line.is_before_son(place):
        # Many papers write a final ى and ي alike.
        return True
    if classes & Class.MAYBE_GIVEN:
        return titled or not classes & Class.KNOWN_PLACE
    if line.words[place].term in _ORDINALS:
        return False
    if son_follows(line, place) and not classes & (_NO_PART | Class.DEFINITE):
        return True
    if _spaced_abd(line, place):
        return True
    if classes & _NO_PART or line.words[place].particle:
        return False
    if classes & Class.UNKNOWN and not classes & (Class.PLACE | Class.ORGANISATION):
        return expected
    if not titled or classes & (Class.NATION | Class.RANK | Class.NO_FAMILY | Class.AFTER_NAME):
        return False
    return bool(classes & (Class.FAMILY | Class.UNKNOWN)) or _nisba(line, place)


def _nisba(line: Line, place: int) -> bool:
    """Whether a word after «الدكتور» and the like can be the adjective of a family."""
    term = line.words[place].term
    honoured = place > 0 and line.words[place - 1].term in _HONORIFICS
    return honoured and term.startswith("ال") and term.endswith("ي") and term not in _NO_NISBA


def _spaced_abd(line: Line, place: int) -> bool:
    """Whether there is «عبد» here, and a word with the article after it."""
    return (
        line.words[place].term == "عبد"
        and place + 1 < len(line.words)
        and not line.apart[place + 1]
        and line.words[place + 1].term.startswith("ال")
    )


def _run(line: Line, start: int, called: bool) -> _Run:
    """The parts of a name from a word on; ``called`` says whether a title or role makes a family name
    likely."""
    words, parts, place = line.words, "", start
    while place < len(words) and len(parts) < _MOST_PARTS:
        if place > start and line.apart[place]:
            break
        length, part = _part(line, place, parts, called)
        if not part:
            break
        place += length
        parts += part
    return _Run(place, parts)


def _part(line: Line, place: int, before: str, called: bool) -> tuple[int, str]:
    """The length and the letter of the part at a word; 0 and "" if there is none."""
    word = line.words[place]
    classes = word.classes
    if before and word.particle:
        return 0, ""
    has_next = place + 1 < len(line.words) and not line.apart[place + 1]
    following = line.words[place + 1] if has_next else None
    if before and following is not None and (classes & (Class.SON | Class.HOUSE)):
        if following.classes & (Class.STOP | Class.TIME) and not following.classes & NAME:
            return 0, ""
        if classes & Class.SON and (following.classes & Class.FATHER or _spaced_abd(line, place + 1)):
            return (3, "S") if place + 2 < len(line.words) and not line.apart[place + 2] else (0, "")
        return 2, "S" if classes & Class.SON else "H"
    if following is not None and _spaced_abd(line, place):
        return 2, "G"
    if following is not None and classes & Class.FATHER:
        if following.classes & (Class.STOP | Class.TIME | Class.NATION) or line.apart[place + 1]:
            return 0, ""
        return (3, "K") if _spaced_abd(line, place + 1) else (2, "K")
    if before and before[-1] in "NF" and classes & NAME and not classes & Class.FAMILY:
        return 0, ""
    if classes & Class.GIVEN or (word.term == "علي" and line.is_before_son(place)):
        return 1, "G"
    if classes & Class.FOREIGN:
        return 1, "X"
    if (
        before
        and classes & Class.FAMILY
        and not classes & (Class.NO_FAMILY | Class.NATION | Class.AFTER_NAME)
    ):
        return 1, "F"
    if classes & Class.MAYBE_GIVEN:
        return 1, "M"
    if before and before[-1] in "XU" and classes & Class.JOINT and following is not None:
        if (
            following.classes & (Class.STOP | Class.DEFINITE | Class.TIME | Class.SPEECH)
            or following.particle
        ):
            return 0, ""
        return 2, "U"
    if (
        word.term == "امير"
        and before
        and following is not None
        and (following.classes & NAME or _spaced_abd(line, place + 1))
    ):
        return 1, "M"
    if classes & (_NO_PART | Class.SPEECH | Class.INTO):
        return 0, ""
    if before and before[-1] in "GXM" and word.term in _ORDINALS and len(before) == 1:
        return 1, "F"
    if classes & Class.DEFINITE:
        part = _definite(line, place, before, called)
        return (1, part) if part else (0, "")
    if classes & Class.FAMILY:
        return 1, "F"
    if classes & Class.UNKNOWN:
        if word.term.startswith(("بال", "وال", "فال", "كال", "لل")):
            return 0, ""
        if before and (word.term[0] == "و" and word.term[1] not in "يو"):
            # A conjunction before a word that is in no list.
            return 0, ""
        if (
            classes & Class.ORGANISATION
            or (not before and word.particle)
            or (classes & Class.PLACE and before[-1:] != "X")
        ):
            return 0, ""
        return 1, "U"
    if not before and son_follows(line, place):
        return 1, "U"
    return 0, ""


def _definite(line: Line, place: int, before: str, called: bool) -> str:
    """The letter of a word with the article in a name; "" if it is not part of the name."""
    word = line.words[place]
    if word.classes & (Class.NO_FAMILY | Class.AFTER_NAME):
        return ""
    if word.classes & Class.NATION:
        return "N" if before in ("G", "GG", "M") and word.classes & Class.FAMILY else ""
    if word.classes & Class.FAMILY:
        return "F"
    if not before:
        return "U" if word.classes & Class.UNKNOWN or _nisba(line, place) else ""
    if before[-1] == "N" or word.classes & (Class.RANK | Class.ORGANISATION | Class.PLACE):
        return ""
    if word.classes & Class.UNKNOWN or (len(before) > 1 and word.term.endswith("ان")):
        # After a name, «السمحان» is not a dual.
        return "U"
    if called and before in ("G", "M") and word.classes == Class.DEFINITE:
        # «المهندس إبراهيم السلطان»: only princes are called by a given name alone.
        return "F"
    # Among words of the dictionary, only the adjectives of families and towns are parts of names; others are
    # more often the object of the verb («استقبل محمد الوفد»).
    return "N" if word.term.endswith("ي") and word.term not in _NO_NISBA and before[-1] in "GMS" else ""


def _terms(line: Line, start: int, end: int) -> list[str]:
    """The words of a name as they are compared: compound names as one word, without «بن»."""
    terms: list[str] = []
    place = start
    while place < end:
        word = line.words[place]
        if _spaced_abd(line, place) and place + 1 < end:
            terms.append("عبد" + line.words[place + 1].term)
            place += 2
            continue
        if word.classes & Class.FATHER and place + 1 < end:
            rest = _terms(line, place + 1, place + 3 if _spaced_abd(line, place + 1) else place + 2)
            terms.append("ابو" + rest[0])
            place += 1 + (2 if _spaced_abd(line, place + 1) else 1)
            continue
        if not (word.classes & Class.SON and place > start and place + 1 < end and word.term != "بنت"):
            terms.append(word.term)
        place += 1
    return terms
