"""Organisations in a line of words: well-known ones by their names, and others by a head such as «وزارة» or
«شركة», which is part of the name."""

from __future__ import annotations

from khabar.entities import word_lists
from khabar.entities.gazetteer import lists
from khabar.entities.persons import person_at
from khabar.entities.places import listed_at
from khabar.entities.roles import Roles
from khabar.entities.values import HEADED, LISTED, QUOTED, Mention, NameKind
from khabar.entities.word_lists import folded
from khabar.entities.words import Class, Line

__all__ = ["organisation_at"]

_OF_FIELDS = folded(word_lists.OF_FIELDS)
_LOOSE = folded(word_lists.LOOSE_HEADS)
_OF_PURPOSE = folded(word_lists.OF_PURPOSE)
_AFTER_PEOPLE = folded(word_lists.AFTER_PEOPLE)
_MOST_WORDS = 6
#: Endings that are more common in adjectives than in nouns.
_AGREEING = ("ي", "ه", "ين", "ون", "ات")
#: The marks around a name in quotation marks, and its maximum number of words.
_OPENING, _CLOSING = "«\"“”'(", "»\"”“')"
_QUOTED_WORDS = 5
_NO_WORD = (
    Class.ROLE
    | Class.TITLE
    | Class.TIME
    | Class.STOP
    | Class.SPEECH
    | Class.AFTER_NAME
    | Class.HEAD
    | Class.INTO
)


def organisation_at(line: Line, place: int) -> tuple[int, Mention | None] | None:
    """The organisation whose name begins at a word, with the position after the name; None if there is none.
    The mention is None for a thing that is named after somebody and is neither a person, a place nor an
    organisation."""
    word = line.words[place]
    if word.classes & Class.NAMED_AFTER and (end := _after_person(line, place, True)):
        # «جائزة الملك فيصل» is neither the king nor an organisation.
        return end, None
    known = listed_at(line, place, lists().organisations) if word.classes & Class.ORGANISATION else None
    if known is not None and not _is_enthusiasm(line, place, known[0]):
        listed_end, listed = known
        # «مجلس الوزراء السعودي» is not the one of another country.
        end = _after_nation(line, listed_end)
        key = listed.key if end == listed_end else f"{listed.key} {line.words[end - 1].term}"
        return end, _mention(line, place, end, key, (LISTED,))
    if word.classes & Class.KNOWN_PLACE and (at := listed_at(line, place, lists().places)) and at[1].known:
        # «قناة السويس»
        return None
    if word.classes & Class.HEAD:
        return _headed(line, place)
    if word.classes & Class.DEFINITE_HEAD:
        return _definite(line, place)
    return None


def _is_enthusiasm(line: Line, place: int, end: int) -> bool:
    """Whether «حماس» is the word and not the movement: after «ب», or in the construct state."""
    if line.words[place].term != "حماس" or end != place + 1:
        return False
    construct = end < len(line.words) and not line.apart[end] and line.words[end].classes & Class.DEFINITE
    return line.words[place].particle[-1:] == "ب" or bool(construct)


def _mention(line: Line, start: int, end: int, key: str, evidence: tuple[str, ...]) -> Mention:
    key = _listed_key(key)
    kind: NameKind = "place" if line.words[start].term == "مطار" else "organisation"
    return Mention(line.starts[start], line.ends[end - 1], kind, key, evidence)


def _head(line: Line, start: int) -> str:
    return HEADED + line.written(start, start + 1)


def _listed_key(key: str) -> str:
    """The key of the listed organisation that a key means, also after a head («منظمة "أوبك"»); else the key
    itself."""
    words = key.split()
    for first in (0, 1):
        for listed in lists().organisations.get(words[first], ()) if len(words) > first else ():
            if listed.rest == tuple(words[first + 1 :]):
                return listed.key
    return key


def _terms(line: Line, start: int, end: int) -> str:
    words = line.words[start + 1 : end]
    return " ".join([line.words[start].term, *(word.particle + word.term for word in words)])


def _after_nation(line: Line, end: int) -> int:
    """The end of a name, after the adjective of a country if one follows."""
    has_nation = end and line.words[end - 1].classes & (Class.NATION | Class.RANK)
    if (
        end < len(line.words)
        and not line.apart[end]
        and line.words[end].classes & Class.NATION
        and not has_nation
    ):
        return end + 1
    return end


def _quoted(line: Line, place: int) -> int:
    """The position after a name in quotation marks that begins at a word; 0 if there is none."""
    before = line.text[line.ends[place - 1] : line.starts[place]].strip(" ")
    if not before or before not in _OPENING or line.text[line.ends[place - 1]] in _OPENING:
        return 0
    for end in range(place + 1, min(place + _QUOTED_WORDS, len(line.words)) + 1):
        stop = line.starts[end] if end < len(line.words) else len(line.text)
        after = line.text[line.ends[end - 1] : stop]
        if after[:1] and after[0] in _CLOSING:
            return end
        if after.strip():
            return 0
    return 0


def _headed(line: Line, start: int) -> tuple[int, Mention] | None:
    """«وزارة الثقافة والإعلام», «شركة أرامكو», «جامعة الملك سعود», «قناة «العربية»»."""
    head = line.words[start]
    if start + 1 >= len(line.words):
        return None
    if end := _quoted(line, start + 1):
        return end, _mention(line, start, end, _terms(line, start, end), (_head(line, start), QUOTED))
    if line.apart[start + 1]:
        return None
    if named := _after_person(line, start):
        return named, _mention(line, start, named, _terms(line, start, named), (_head(line, start),))
    end = start + 1
    proper = False
    while end < len(line.words) and end - start < _MOST_WORDS and not line.apart[end]:
        word = line.words[end]
        if word.classes & _NO_WORD and not word.classes & Class.ORGANISATION:
            break
        if (
            word.classes & Class.PLACE
            and not word.particle
            and (listed := listed_at(line, end, lists().places))
        ):
            if listed[1].doubtful:
                break
            end, proper = listed[0], True
            if end < len(line.words) and not line.apart[end] and line.words[end].classes & Class.RANK:
                end += 1
            break
        if word.particle:
            # «وزارة الثقافة والإعلام», «هيئة الأمر بالمعروف», «اتحاد الكرة»
            joined = word.particle == "و" and head.term in _OF_FIELDS and end > start + 1
            if not (joined and word.term.startswith("ال")):
                break
        elif word.classes & Class.NATION:
            end, proper = end + 1, True
            break
        elif word.classes & Class.RANK and end > start + 1:
            # «شركة المياه الوطنية»: what follows is the object of the verb.
            end = _after_nation(line, end + 1)
            break
        elif end > start + 1 and word.classes & Class.DEFINITE and not word.term.endswith(_AGREEING):
            # «تستنكر نقابة الصحافة الاعتداء»: a second noun is the object of the verb.
            break
        elif word.term.startswith("وال"):
            if end == start + 1 or head.term not in _OF_FIELDS:
                break
        elif not word.classes & Class.DEFINITE:
            if word.classes & Class.UNKNOWN and end == start + 1 and word.term[0] != "و":
                end, proper = end + 1, True
                if head.term in _FOREIGN_NAMED and _is_unknown(line, end):
                    end += 1
                end = _after_nation(line, end)
            break
        end += 1
    if end == start + 1 or (head.term in _LOOSE and not proper):
        return None
    if end == start + 2 and line.words[start + 1].term in _GENERIC:
        return None
    end = _purpose(line, start, end)
    return end, _mention(line, start, end, _terms(line, start, end), (_head(line, start),))


def _after_person(line: Line, start: int, any_person: bool = False) -> int:
    """The position after the name of something that is named after a person; 0 if it is not."""
    place, roles = start + 1, Roles(line)
    while place < len(line.words) and line.words[place].classes & Class.TITLE and not line.apart[place]:
        roles.pass_over(place)
        place += 1
    if place == start + 1 and not any_person and line.words[start].term not in _AFTER_PEOPLE:
        return 0
    if place >= len(line.words) or line.apart[place]:
        return 0
    person = person_at(line, place, roles)
    if person is None:
        return 0
    end = person[0]
    while (
        end < len(line.words)
        and end - start < _MOST_WORDS + 2
        and not line.apart[end]
        and line.words[end].classes & (Class.DEFINITE | Class.RANK)
        and not line.words[end].classes & _NO_WORD
        and not line.words[end].particle
    ):
        end += 1
    return _purpose(line, start, end)


def _is_unknown(line: Line, place: int) -> bool:
    """Whether a word can be the second part of a foreign name: «ريفر بليت»."""
    if place >= len(line.words) or line.apart[place]:
        return False
    word = line.words[place]
    known = Class.PLACE | Class.DEFINITE | Class.GIVEN | _NO_WORD
    return bool(word.classes & Class.UNKNOWN) and not word.classes & known and word.term[0] not in "ولب"


def _purpose(line: Line, start: int, end: int) -> int:
    """The end of a name, after its purpose if one follows: «للبترول والمعادن», «لرعاية الأيتام»."""
    words = line.words
    if words[start].term not in _OF_PURPOSE or end >= len(words) or line.apart[end]:
        return end
    word = words[end]
    written = word.particle + word.term
    if word.classes & (Class.PLACE | _NO_WORD | Class.GIVEN):
        return end
    if written.startswith(("لل", "لال")):
        end += 1
    elif (
        written.startswith("ل")
        and end + 1 < len(words)
        and not line.apart[end + 1]
        and words[end + 1].classes & Class.DEFINITE
        and not words[end + 1].classes & (_NO_WORD | Class.PLACE)
    ):
        return end + 2
    else:
        return end
    for _ in range(2):
        if end < len(words) and not line.apart[end] and not words[end].classes & _NO_WORD:
            written = words[end].particle + words[end].term
            adjective = words[end].classes & Class.DEFINITE and words[end].term.endswith(("يه", "ي"))
            if written.startswith("وال") or words[end].classes & (Class.RANK | Class.NATION) or adjective:
                end += 1
    return end


def _definite(line: Line, start: int) -> tuple[int, Mention] | None:
    """«الهيئة العامة للاستثمار», «البنك المركزي المصري», «الاتحاد السعودي لكرة القدم»."""
    end = start + 1
    while (
        end < len(line.words)
        and not line.apart[end]
        and end - start < 4
        and line.words[end].classes & (Class.RANK | Class.NATION)
        and not line.words[end].particle
    ):
        end += 1
    if end == start + 1:
        return None
    ranked, end = end, _purpose(line, start, end)
    # «الشركة العالمية» alone is any company.
    if (
        end == ranked == start + 2
        and line.words[end - 1].classes & Class.RANK
        and line.words[start].term in _COMMON
    ):
        return None
    return end, _mention(line, start, end, _terms(line, start, end), (_head(line, start),))


_FOREIGN_NAMED = folded(word_lists.FOREIGN_NAMED)
_GENERIC = folded(word_lists.GENERIC)
_COMMON = folded(word_lists.ANY_OF_MANY)
