"""Places in a line of words: those of the gazetteer, and words after «مدينة», «محافظة» and the like.

A listed name that is another word as well (صور, العيون) counts only behind such a word, and a small town
only behind it or behind a preposition.
"""

from __future__ import annotations

from collections.abc import Mapping

from khabar.entities.gazetteer import Listed, lists
from khabar.entities.values import HEADED, LISTED, Mention
from khabar.entities.word_lists import SURE_PLACE_KINDS, folded
from khabar.entities.words import Class, Line, Word

__all__ = ["listed_at", "place_at"]

_SURE = folded(SURE_PLACE_KINDS)
_NO_PLACE = (
    Class.TITLE | Class.ROLE | Class.HEAD | Class.DEFINITE_HEAD | Class.TIME | Class.STOP | Class.NATION
)
#: First words of places of two words.
_FIRST = folded("بيت عين كفر دير تل رأس وادي خربة أم أبو بني بئر خان قصر سيدي ابن سان سانت نيو")
#: Countries that are adjectives as well.
_ALSO_ADJECTIVES = folded("السعودية")
#: Places that are newspapers as well, by their keys.
_NEWSPAPERS = folded("الرياض المدينة الخليج القدس البلاد") | {"الشرق الاوسط", "مكه المكرمه"}
_QUOTES = frozenset("«»\"“”'")
#: Kinds behind which any word with the article is a place; «محافظة المجتمع» is none.
_OF_ANY_WORD = folded("مدينة بلدة مخيم جزيرة")
#: First words of towns that hotels and football clubs have as well.
_SAINTS = folded("سان سانت سانتا ساو بورت فورت نيو")
_NO_NAME = folded("الفقيه العهد الأولى الثانية الثالثة كبيرة صغيرة")


def place_at(line: Line, place: int) -> tuple[int, Mention] | None:
    """The place whose name begins at a word, and before which word it ends; None if none does."""
    word = line.words[place]
    before = line.words[place - 1] if place and not line.apart[place] else None
    kind = before.term if before is not None and before.classes & Class.PLACE_KIND else ""
    if word.classes & Class.PLACE and (found := listed_at(line, place, lists().places)):
        end, listed = found
        into = bool(before is not None and before.classes & Class.INTO) or word.particle[-1:] == "ب"
        several = bool(listed.rest) and word.term not in _SAINTS
        if not kind and (listed.doubtful or not (listed.known or several or into)):
            return None
        if word.term in _ALSO_ADJECTIVES and not word.particle and _is_adjective(before):
            return None
        if listed.key in _NEWSPAPERS and _quoted(line, place, end):
            return None
        evidence = (_head(line, place), LISTED) if kind else (LISTED,)
        return end, _mention(line, place, end, listed.key, evidence)
    if kind not in _SURE or word.particle or word.classes & _NO_PLACE or word.term in _NO_NAME:
        return None
    following = place + 1 < len(line.words) and not line.apart[place + 1]
    if word.term in _FIRST and following and not line.words[place + 1].classes & _NO_PLACE:
        end = place + 2
    elif word.classes & (
        Class.UNKNOWN | (Class.DEFINITE if kind in _OF_ANY_WORD else 0)
    ) and not word.classes & (Class.NO_FAMILY | Class.BEHIND | Class.RANK):
        end = place + 1
    else:
        return None
    key = " ".join(each.term for each in line.words[place:end])
    return end, _mention(line, place, end, key, (_head(line, place),))


def _head(line: Line, place: int) -> str:
    """The word before a place that says what kind of place it is."""
    return HEADED + line.written(place - 1, place)


def _is_adjective(before: Word | None) -> bool:
    """Whether a country that is also an adjective («السعودية») says something of the word before it."""
    if before is None or before.classes & (Class.INTO | Class.STOP):
        return False
    return bool(before.classes & (Class.DEFINITE | Class.NATION | Class.PLACE | Class.ORGANISATION))


def _quoted(line: Line, start: int, end: int) -> bool:
    """Whether a name stands alone in quotation marks: «الرياض» is a newspaper then."""
    first, last = line.starts[start], line.ends[end - 1]
    return line.text[first - 1 : first] in _QUOTES and line.text[last : last + 1] in _QUOTES


def listed_at(line: Line, place: int, names: Mapping[str, tuple[Listed, ...]]) -> tuple[int, Listed] | None:
    """The longest listed name that begins at a word, and before which word it ends; None if none does."""
    words = line.words
    following = words[place + 1] if place + 1 < len(words) and not line.apart[place + 1] else None
    for listed in names.get(words[place].term, ()):
        if listed.rest and (following is None or not following.term.endswith(listed.rest[0][-2:])):
            # Most of the two hundred places that begin with «سان».
            continue
        end = place + 1 + len(listed.rest)
        if end > len(words) or any(line.apart[place + 1 : end]):
            continue
        behind = words[place + 1 : end]
        if all(
            word.term == rest or word.particle + word.term == rest
            for word, rest in zip(behind, listed.rest, strict=True)
        ):
            return end, listed
    return None


def _mention(line: Line, start: int, end: int, key: str, evidence: tuple[str, ...]) -> Mention:
    return Mention(line.starts[start], line.ends[end - 1], "place", key, evidence)
