"""The words of a text as the rules see them: their particles and their classes."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from khabar.analysis import lemma, tokenizer
from khabar.analysis.fold import fold
from khabar.analysis.names import joined_name
from khabar.analysis.stopwords import is_stop_word
from khabar.analysis.variants import respelled
from khabar.entities import known_names, word_lists
from khabar.entities.gazetteer import lists
from khabar.entities.word_lists import folded

__all__ = ["Class", "Line", "Word", "Words"]


class Class:
    """The classes of words, each a bit; :mod:`khabar.entities.word_lists` says what each means. (They are
    plain numbers, because an ``IntFlag`` takes ten times as long, for every word of a text.)"""

    GIVEN = 1
    MAYBE_GIVEN = 2
    FOREIGN = 4
    FAMILY = 8
    TITLE = 16
    ROLE = 32
    SPEECH = 64
    PLACE_KIND = 128
    HEAD = 256
    DEFINITE_HEAD = 512
    TIME = 1024
    NATION = 2048
    STOP = 4096
    PLACE = 8192
    ORGANISATION = 16384
    #: the dictionary does not know it
    UNKNOWN = 32768
    SON = 65536
    FATHER = 131072
    HOUSE = 262144
    JOINT = 524288
    NO_FAMILY = 1048576
    SOVEREIGN = 2097152
    INTO = 4194304
    RANK = 8388608
    #: it has the article
    DEFINITE = 16777216
    #: «عبد», which is a name with the next word
    SERVANT = 33554432
    #: the first word of a well-known place
    KNOWN_PLACE = 67108864
    NAMED_AFTER = 134217728
    #: it may follow a name, but is never part of one
    AFTER_NAME = 268435456


#: Classes that a word may have after a particle.
_AFTER_PARTICLE = (
    Class.GIVEN
    | Class.MAYBE_GIVEN
    | Class.FOREIGN
    | Class.FATHER
    | Class.SERVANT
    | Class.TITLE
    | Class.ROLE
    | Class.PLACE_KIND
    | Class.HEAD
    | Class.DEFINITE_HEAD
    | Class.KNOWN_PLACE
    | Class.NAMED_AFTER
    | Class.ORGANISATION
)
#: Classes that a word may have after «و» or «ف», or if it has the article.
_AFTER_CONJUNCTION = _AFTER_PARTICLE | Class.SPEECH | Class.PLACE
#: Classes of words that are not given names, even if a list has them.
_COMMON = (
    Class.TITLE
    | Class.ROLE
    | Class.SPEECH
    | Class.HEAD
    | Class.PLACE_KIND
    | Class.TIME
    | Class.SON
    | Class.INTO
)
#: Particles, the shortest first; after «لل» the article lacks its first letter.
_PARTICLES = ("و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "لل", "ولل", "فلل")
#: Words that begin with a particle only by chance, or mean something else with it.
_WHOLE = folded(
    "لصالح بعيد بفضل لحسن بحسن بدعم بسيف ولي وكل فكل بكل لكل كبير ولد بلد بدر ببعيد فهم ولاء كرم كمال"
)
_SHORTEST_UNKNOWN = 3
#: A name, or the preposition «على» in papers that write a final ى and ي alike: the words beside it decide.
_ALI = "علي"
#: The beginning of words that have no article: «إلتون», «وألموغ».
_HAMZA = re.compile("[وفبكل]{0,2}[أإآ]")
#: The mark of an indefinite object.
_TANWEEN = re.compile("\u064b")


class Word(NamedTuple):
    """A word of a text.

    Attributes:
        term: the folded word without the particle, in the spelling that represents all its spellings.
        particle: the particle before it: «و», «ب», «ل», …, or "".
        classes: the classes of the word without the particle.
    """

    term: str
    particle: str
    classes: int


@cache
def _classes() -> dict[str, int]:
    """The classes of every listed word."""
    classes_of: dict[str, int] = {}

    def add(kind: int, words: frozenset[str]) -> None:
        for listed in words:
            word = respelled(listed) or listed
            classes_of[word] = classes_of.get(word, 0) | kind

    data = lists()
    add(Class.MAYBE_GIVEN, data.given | folded(known_names.DOUBTFUL_GIVEN))
    add(Class.FAMILY, data.families | folded(known_names.FAMILIES))
    add(Class.NAMED_AFTER, folded(word_lists.NAMED_AFTER))
    sure = folded(known_names.SURE_GIVEN) - folded(known_names.DOUBTFUL_GIVEN)
    add(Class.FAMILY, frozenset("ال" + word for word in sure if len(word) > 2))
    add(Class.PLACE, frozenset(data.places))
    add(
        Class.KNOWN_PLACE,
        frozenset(first for first, places in data.places.items() if any(place.known for place in places)),
    )
    add(Class.ORGANISATION, frozenset(data.organisations))
    add(Class.GIVEN, sure)
    add(Class.FOREIGN, folded(known_names.FOREIGN_GIVEN))
    add(Class.TITLE, folded(word_lists.TITLES))
    add(Class.SOVEREIGN, folded(word_lists.SOVEREIGN))
    add(Class.ROLE, folded(word_lists.ROLES))
    add(Class.SPEECH, folded(word_lists.SPEECH))
    add(Class.PLACE_KIND, folded(word_lists.PLACE_KINDS))
    add(Class.HEAD, folded(word_lists.ORGANISATION_HEADS))
    add(Class.DEFINITE_HEAD, folded(word_lists.DEFINITE_HEADS))
    add(Class.RANK, folded(word_lists.RANKS))
    add(Class.TIME, folded(word_lists.TIMES))
    nations = folded(word_lists.NATIONALITIES)
    add(Class.NATION, nations | {word + "ه" for word in nations})
    add(Class.SON, folded(word_lists.SON))
    add(Class.FATHER, folded(word_lists.FATHER))
    add(Class.HOUSE, folded(word_lists.HOUSE))
    add(Class.JOINT, folded(word_lists.FOREIGN_JOINTS))
    add(Class.NO_FAMILY, folded(word_lists.NO_FAMILY))
    add(Class.AFTER_NAME, folded(word_lists.AFTER_NAMES))
    add(Class.INTO, folded(word_lists.INTO))
    add(Class.SERVANT, folded("عبد"))
    names = Class.GIVEN | Class.MAYBE_GIVEN | Class.FOREIGN | Class.FAMILY
    for word, classes in classes_of.items():
        if word == _ALI:
            classes_of[word] = Class.MAYBE_GIVEN
        elif is_stop_word(word) or (classes & _COMMON and not classes & Class.GIVEN):
            classes_of[word] = classes & ~names
    return classes_of


class Line(NamedTuple):
    """The words of a text, with their positions in it.

    Attributes:
        text: the text.
        words: its words.
        starts, ends: the range of each word, without its particle.
        apart: for each word whether something other than a space precedes it.
    """

    text: str
    words: list[Word]
    starts: list[int]
    ends: list[int]
    apart: list[bool]

    def is_before_son(self, place: int) -> bool:
        """Whether «بن» follows a word."""
        return (
            place + 1 < len(self.words) and self.words[place + 1].term == "بن" and not self.apart[place + 1]
        )

    def written(self, start: int, end: int) -> str:
        """The words from ``start`` up to, not including, ``end``, as written."""
        return self.text[self.starts[start] : self.ends[end - 1]]


class Words(dict[str, Word]):
    """The words of texts by their spelling, each looked up once.

    Args:
        table: the dictionary that says which words are unknown.
    """

    def __init__(self, table: lemma.Table) -> None:
        super().__init__()
        self._table = table
        self._known = _classes()

    def __missing__(self, surface: str) -> Word:
        word = self[surface] = self._word(surface)
        return word

    def line(self, text: str) -> Line:
        """The words of a text."""
        words: list[Word] = []
        starts: list[int] = []
        ends: list[int] = []
        apart: list[bool] = []
        last = 0
        for match in tokenizer.matches(text):
            start, end = match.span()
            surface = match[0]
            word = self[surface]
            between = text[last:start]
            apart.append(between != " " and not between.isspace() and between not in ("-", ""))
            words.append(word)
            if word.particle:
                # Each letter of the particle may have a vowel mark.
                start += _length(surface, len(word.particle))
            starts.append(start)
            ends.append(end)
            last = end
        if apart:
            apart[0] = True
        return Line(text, words, starts, ends, apart)

    def _word(self, surface: str) -> Word:
        term = fold(surface)
        if not term.isalpha():
            return Word(term, "", Class.STOP)
        if term == _ALI and surface.endswith("ى"):
            return Word(term, "", Class.STOP | Class.INTO)
        term = respelled(term) or term
        particle, classes = "", self._known.get(term, 0)
        if classes == Class.PLACE and term[0] == "و" and self._known.get(term[1:], 0) & Class.KNOWN_PLACE:
            # «الرياض وجدة» has two well-known towns, and not the one in Morocco.
            particle, term = "و", term[1:]
            classes = self._known[term]
        elif not classes and term not in _WHOLE and self._table.get(term) is None:
            for before in _PARTICLES:
                if term.startswith(before) and len(term) > len(before) + 1:
                    rest = ("ال" if before.endswith("لل") else "") + term[len(before) :]
                    of_rest = self._known.get(rest, 0)
                    free = before in "وف" or rest.startswith("ال")
                    allowed = _AFTER_CONJUNCTION if free else _AFTER_PARTICLE
                    if of_rest & allowed or (before in "وفبلك" and joined_name(rest) == rest):
                        particle, term, classes = before, rest, of_rest
                        if before.endswith("لل"):
                            particle = before[:-1]
                        break
            if term == _ALI and surface.endswith("ى"):
                # «وعلى»
                return Word(term, particle, Class.STOP | Class.INTO)
        if joined_name(term) == term:
            classes |= Class.GIVEN
        if term.startswith("ال") and len(term) > 4 and not _HAMZA.match(surface):
            classes |= Class.DEFINITE
        if not classes & ~Class.DEFINITE and is_stop_word(term):
            classes |= Class.STOP
        elif len(term) >= _SHORTEST_UNKNOWN and "\u0621" <= term[0] <= "\u064a":
            if not classes & (Class.STOP | Class.TITLE | Class.HEAD) and self._is_unknown(term):
                classes |= Class.UNKNOWN
        else:
            classes |= 0 if classes else Class.STOP
        if _TANWEEN.search(surface):
            # «كوبًا» is a cup, not Cuba.
            classes &= ~(Class.PLACE | Class.KNOWN_PLACE | Class.ORGANISATION)
        return Word(term, particle, classes)

    def _is_unknown(self, term: str) -> bool:
        """Whether the dictionary cannot read a word, except as a name. The article does not count, because
        any word with an article has a reading."""
        bare = term[2:] if term.startswith("ال") and len(term) > 4 else term
        if bare != term and bare.endswith("ي"):
            # Any word with a final «ي» has a reading.
            return self._table.get(bare) is None
        reading = lemma.read(bare, self._table)
        if reading is None or (reading == bare and lemma.is_name(reading)):
            return True
        # «الفهيد» is not «ف» and another word.
        return bare != term and self._table.get(bare) is None and reading[0] != bare[0]


def _length(surface: str, letters: int) -> int:
    """The number of characters of the first letters of a word, with their marks."""
    count = 0
    for place, char in enumerate(surface):
        count += len(fold(char))
        if count > letters:
            return place
    return len(surface)
