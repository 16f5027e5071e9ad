"""Places in a line of words: those of the gazetteer, and words after «مدينة», «محافظة» and the like.

A listed name that is also another word (صور, العيون) counts only after such a word, and a small town only
after such a word or a preposition.
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
#: Countries that are also adjectives.
_ALSO_ADJECTIVES = folded("السعودية")
#: Places that are also newspapers, by their keys.
_NEWSPAPERS = folded("الرياض المدينة الخليج القدس البلاد") | {"الشرق الاوسط", "مكه المكرمه"}
_QUOTES = frozenset("«»\"“”'")
#: Kinds after which any word with the article is a place; «محافظة المجتمع» is not one.
_OF_ANY_WORD = folded("مدينة بلدة مخيم جزيرة")
#: First words of towns that are also first words of hotels and football clubs.
_SAINTS = folded("سان سانت سانتا ساو بورت فورت نيو")
_NO_NAME = folded("الفقيه العهد الأولى الثانية الثالثة كبيرة صغيرة")


def place_at(line: Line, place: int) -> tuple[int, Mention] | None:
    """The place whose name begins at a word, with the position after the name; None if there is none."""
    word = line.words[place]
    before = line.words[place - 1] if place and not line.apart[place] else None
    kind = before.term if before is not None and before.classes & Class.PLACE_KIND else ""
    if word.classes & Class.PLACE and (known := listed_at(line, place, lists().places)):
        end, listed = known
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
    ) and not word.classes & (Class.NO_FAMILY | Class.AFTER_NAME | Class.RANK):
        end = place + 1
    else:
        return None
    key = " ".join(part.term for part in line.words[place:end])
    return end, _mention(line, place, end, key, (_head(line, place),))


def _head(line: Line, place: int) -> str:
    """The evidence of the word before a place that names its kind."""
    return HEADED + line.written(place - 1, place)


def _is_adjective(before: Word | None) -> bool:
    """Whether a country that is also an adjective («السعودية») is an adjective of the word before it."""
    if before is None or before.classes & (Class.INTO | Class.STOP):
        return False
    return bool(before.classes & (Class.DEFINITE | Class.NATION | Class.PLACE | Class.ORGANISATION))


def _quoted(line: Line, start: int, end: int) -> bool:
    """Whether a name is alone in quotation marks; then «الرياض» is a newspaper."""
    first, last = line.starts[start], line.ends[end - 1]
    return line.text[first - 1 : first] in _QUOTES and line.text[last : last + 1] in _QUOTES


def listed_at(line: Line, place: int, names: Mapping[str, tuple[Listed, ...]]) -> tuple[int, Listed] | None:
    """The longest listed name that begins at a word, with the position after it; None if there is none."""
    words = line.words
    following = words[place + 1] if place + 1 < len(words) and not line.apart[place + 1] else None
    for listed in names.get(words[place].term, ()):
        if listed.rest and (following is None or not following.term.endswith(listed.rest[0][-2:])):
            # A cheap test that rules out most of the two hundred places that begin with «سان».
            continue
        end = place + 1 + len(listed.rest)
        if end > len(words) or any(line.apart[place + 1 : end]):
            continue
        if all(
            word.term == rest or word.particle + word.term == rest
            for word, rest in zip(words[place + 1 : end], listed.rest, strict=True)
        ):
            return end, listed
    return None


def _mention(line: Line, start: int, end: int, key: str, evidence: tuple[str, ...]) -> Mention:
    return Mention(line.starts[start], line.ends[end - 1], "place", key, evidence)
