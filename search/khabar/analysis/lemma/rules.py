"""Reads a word as [proclitics] + stem + [ending, pronoun]. Of all readings whose stem is in the table, the
cheapest wins.

Each affix has a cost; the likelier the affix, the lower its cost. A word that is in the table costs nothing,
so وزير and وليد keep their و, and والوزراء does not. Affixes are removed only if the rest is in the table,
with one exception: the article, with the proclitics before it and a plural or nisba ending after it. The
costs were set by hand on one half of a test set and confirmed on the other (docs/relevance.md). What matters
is mainly their order.

Words are folded: ة is ه, so ه is the feminine ending or the pronoun «his», with one stem and one cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from math import inf
from typing import NamedTuple, Protocol

from khabar.analysis.lemma import closed

__all__ = ["PAST", "PRESENT", "Ending", "Table", "guess", "is_name", "known", "lemmas", "one_seat", "read"]


#: First character of the keys of verb stems; see :mod:`khabar.analysis.lemma.build`.
PRESENT = "~"
PAST = "^"


class Table(Protocol):
    """The interface of a lemma table; a dict is one."""

    def get(self, key: str, /) -> str | None:
        """The lemma of a key, or None."""


class Ending(NamedTuple):
    """An ending to remove from a word.

    Attributes:
        cost: added to the reading's cost.
        kind: what the stem is: a noun (""), :data:`PRESENT` or :data:`PAST`.
        restored: the letters to add to the stem: مدرسته is مدرس + ته, and its stem is مدرسه.
        indefinite: whether it excludes an article: pronouns, the accusative, the construct state.
    """

    cost: float
    kind: str
    restored: str
    indefinite: bool


_PROCLITICS = {
    "": 0.0,
    **{"ال": 0.5, "لل": 0.7, "وال": 0.9, "بال": 0.9, "فال": 1.0, "كال": 1.0},
    **{"ولل": 1.1, "وبال": 1.2, "فلل": 1.4, "وكال": 1.5, "فبال": 1.5},
    **{"و": 1.5, "ب": 1.8, "ل": 1.8, "ف": 2.0, "ك": 2.6},
    **{"وب": 2.4, "ول": 2.4, "فب": 2.8, "فل": 2.8, "وك": 3.5},
    **{"س": 1.0, "وس": 1.5, "فس": 2.0},
}
_ARTICLES = ("وبال", "وكال", "فبال", "ولل", "فلل", "وال", "فال", "بال", "كال", "لل", "ال")
_NISBAS = ("يه", "يين", "يون", "يات")
_PLURALS = ("ات", "ين", "ون")

# The ending of a noun, its cost, the restored letters, and whether it excludes an article.
_NOUN_ENDINGS = (
    ("", 0.0, "", False),
    ("ه", 1.0, "", False),
    ("ات", 0.9, "", False),
    ("ات", 1.0, "ه", False),
    ("ين", 1.1, "", False),
    ("ون", 1.0, "", False),
    ("ان", 1.2, "", False),
    ("تان", 1.0, "ه", False),
    ("تين", 1.0, "ه", False),
    # the nisba: دولي, دوليه, دوليون
    ("يه", 1.1, "ي", False),
    ("يين", 1.0, "ي", False),
    ("يون", 1.0, "ي", False),
    ("يات", 1.0, "يه", False),
    ("يات", 1.1, "ي", False),
    ("يتان", 1.0, "ي", False),
    ("يتين", 1.0, "ي", False),
    # accusative and construct state
    ("ا", 0.8, "", True),
    ("و", 1.3, "", True),
)
_PRONOUNS = {"ها": 1.0, "هم": 1.0, "هما": 1.0, "ه": 1.2, "نا": 1.5, "كم": 1.5, "هن": 1.6, "ك": 2.5}
# The end of a noun before a pronoun (مدرسه → مدرسته, رؤساء → رؤسائه, مستشفي → مستشفاه, مدرسات → مدرساتها),
# and its cost in addition to that of the pronoun.
_BEFORE_PRONOUN = (
    ("", 0.0, ""),
    ("ت", -0.1, "ه"),
    ("ائ", 0.0, "اء"),
    ("اؤ", 0.0, "اء"),
    ("ات", 0.3, "ه"),
    ("ات", 0.4, ""),
    ("ا", 0.4, "ي"),
    ("ا", 0.3, ""),
    ("ي", 0.7, ""),
)
_OBJECTS = {
    "": 0.0,
    "ها": 1.0,
    "هم": 1.1,
    "ه": 1.2,
    "هما": 1.2,
    "ني": 1.3,
    "هن": 1.5,
    "نا": 1.6,
    "كم": 1.6,
    "ك": 2.5,
}
_PRESENT_ENDINGS = {"": 0.2, "ون": 0.3, "وا": 0.4, "ان": 0.4, "ين": 0.8, "ا": 0.8, "ن": 0.8}
_SUBJECTS = ("ت", "وا", "تا", "ا", "نا", "ن", "تم")
_PAST_ENDINGS = {"": 0.1, "ت": 0.2, "وا": 0.3, "تا": 0.6, "ا": 0.8, "نا": 0.8, "ن": 2.2, "تم": 1.5}


def _endings() -> dict[str, tuple[Ending, ...]]:
    """Every ending with its pronoun → the ways to read it, the cheapest first."""
    cheapest: dict[str, dict[tuple[str, str], Ending]] = defaultdict(dict)

    def add(written: str, ending: Ending) -> None:
        ways = cheapest[written]
        way = ending.kind, ending.restored
        if way not in ways or ending.cost < ways[way].cost:
            ways[way] = ending

    for written, cost, restored, indefinite in _NOUN_ENDINGS:
        add(written, Ending(cost, "", restored, indefinite))
    for pronoun, cost in _PRONOUNS.items():
        for joint, more, restored in _BEFORE_PRONOUN:
            add(joint + pronoun, Ending(cost + more, "", restored, True))
    add("تي", Ending(1.5, "", "ه", True))
    for kind, verb_endings in ((PRESENT, _PRESENT_ENDINGS), (PAST, _PAST_ENDINGS)):
        for written, cost in verb_endings.items():
            for pronoun, more in _OBJECTS.items():
                # the silent alef of وا is lost before a pronoun: كتبوا, كتبوها
                joint = "و" if written == "وا" and pronoun else written
                add(joint + pronoun, Ending(cost + more, kind, "", False))
    return {written: tuple(sorted(ways.values())) for written, ways in cheapest.items()}


_ENDINGS = _endings()
_SHORTEST_STEM = 2
_PERSONS = {"ي": 0.0, "ت": 0.4, "ن": 1.2, "ا": 1.2}

_Rule = Callable[[str], float | None]


class _Stem(NamedTuple):
    """The conditions for a stem between a proclitic and an ending.

    Attributes:
        cost: the cost of proclitic, stem and ending together.
        letters: minimum number of letters.
        rules: each returns what the stem adds to the cost, or None if the stem is impossible here.
    """

    cost: float
    letters: int
    rules: tuple[_Rule, ...] = ()


def _is_definite(proclitic: str) -> bool:
    return proclitic.endswith(("ال", "لل"))


def _noun(proclitic: str, written: str, ending: Ending) -> _Stem | None:
    definite = _is_definite(proclitic)
    if proclitic.endswith("س") or (definite and ending.indefinite):
        return None
    letters = _SHORTEST_STEM
    if written or (proclitic and not definite):
        letters = max(letters, 3 - len(ending.restored))
    if written == "ان" and not definite:
        letters = 4
    rules: list[_Rule] = []
    if written == "ا":
        rules.append(_accusative)
    if written == "ات" and ending.restored:
        rules.append(_plural_of_masdar)
    if proclitic.endswith("ل") and not definite:
        rules.append(_first_letter_lam)
    return _Stem(_PROCLITICS[proclitic] + ending.cost, letters, tuple(rules))


def _accusative(stem: str) -> float | None:
    """مدرسها is «her teacher»: ة takes no alef in the accusative, and names such as افريقيا have none."""
    return None if stem[-1] == "ه" or (stem[-1] == "ي" and len(stem) > 5) else 0.0


def _plural_of_masdar(stem: str) -> float:
    """مواجهات belongs to مواجهه, but نزاعات to نزاع."""
    return -0.8 if stem[0] == "م" else 0.0


def _first_letter_lam(stem: str) -> float:
    """للجنه is more likely ل + لجنه than لل + جنه."""
    return -1.3 if stem[0] == "ل" and len(stem) > 3 else 0.0


#: The largest reduction of the cost by a rule.
_MOST_SAVED = 1.3


def _present(proclitic: str, prefix: str, ending: Ending) -> _Stem | None:
    """The conditions for a present stem. It needs a prefix: «he» is the commonest in news, «I» the rarest.
    After س it is certainly a verb."""
    if prefix not in _PERSONS or _is_definite(proclitic) or proclitic.endswith(("ب", "ك")):
        return None
    person = _PERSONS[prefix] - 0.8 if proclitic.endswith("س") else _PERSONS[prefix]
    return _Stem(_PROCLITICS[proclitic] + ending.cost + person, 3)


def _past(proclitic: str, written: str, ending: Ending) -> _Stem | None:
    definite = _is_definite(proclitic)
    preposition = not definite and proclitic.endswith(("ل", "ب", "ك"))
    # After a preposition it represents a noun that the list lacks, so it has no endings of verbs.
    if proclitic.endswith("س") or (definite and written) or (preposition and written in _SUBJECTS):
        return None
    cost = _PROCLITICS[proclitic] + ending.cost
    if definite or preposition:
        cost += 0.6
    # With an object, at least three letters: بقوه is more likely «with force» than «they stayed it».
    return _Stem(cost, _SHORTEST_STEM if written in _PAST_ENDINGS else 3)


class _Reading(NamedTuple):
    """A way to read a word with a certain beginning and end: ``kind + word[start:end] + restored`` is the key
    in the table.

    Attributes:
        least: minimum cost, whatever the stem.
        cost: the cost without the rules.
        kind, start, end, restored: parts of the key.
        letters: minimum number of letters of the word.
        rules: the rules of the stem.
    """

    least: float
    cost: float
    kind: str
    start: int
    end: int | None
    restored: str
    letters: int
    rules: tuple[_Rule, ...]


# The letters on which the readings of a word depend, apart from the rules: its proclitics, with the next
# letter if that can be the prefix of a present, and its endings. A beginning of a head is a head, and an end
# of a tail is a tail.
_HEADS = {proclitic[:size] for proclitic in _PROCLITICS for size in range(len(proclitic) + 1)}
_OPENINGS = frozenset(_HEADS | {head + prefix for head in _HEADS for prefix in _PERSONS})
_CLOSINGS = frozenset(written[at:] for written in _ENDINGS for at in range(len(written) + 1))


@cache
def _readings(opening: str, closing: str) -> tuple[_Reading, ...]:
    """The ways to read a word with this beginning and end, the cheapest first; made once for each pair."""
    readings: list[_Reading] = []
    for start in range(len(opening) + 1):
        prefix = opening[start : start + 1]
        for end in range(len(closing) + 1):
            readings += _between(opening[:start], prefix if prefix in _PERSONS else "", closing[end:])
    return tuple(sorted(readings, key=lambda reading: reading.least))


@cache
def _between(proclitic: str, prefix: str, written: str) -> tuple[_Reading, ...]:
    """The ways to read the letters between a proclitic and an ending, with or without the prefix of a
    present."""
    readings = []
    for ending in _ENDINGS.get(written, ()) if proclitic in _PROCLITICS else ():
        start = len(proclitic)
        if ending.kind == PRESENT:
            stem = _present(proclitic, prefix, ending)
            start += 1
        elif ending.kind == PAST:
            stem = _past(proclitic, written, ending)
        else:
            stem = _noun(proclitic, written, ending)
        if stem is not None:
            cost, letters, rules = stem
            least = cost - _MOST_SAVED if rules else cost
            letters += len(proclitic) + len(written)
            end = -len(written) or None
            readings.append(_Reading(least, cost, ending.kind, start, end, ending.restored, letters, rules))
    return tuple(readings)


def _cheapest(word: str, table: Table) -> str | None:
    """The lemma of the cheapest reading that the table has, or None. Among equal costs the first key wins."""
    get = table.get
    size = len(word)
    opening = closing = ""
    for at in range(1, size):
        longer = word[:at]
        if longer not in _OPENINGS:
            break
        opening = longer
    for at in range(size - 1, 0, -1):
        longer = word[at:]
        if longer not in _CLOSINGS:
            break
        closing = longer
    best, first, lemma = inf, "", None
    for least, cost, kind, start, end, restored, letters, rules in _readings(opening, closing):
        if least > best:
            break
        if size < letters:
            continue
        key = kind + word[start:end] + restored
        # Most stems are not in the table, so the lookup comes before the rules.
        candidate = get(key)
        if candidate is None or (end is not None and key in closed.UNINFLECTED):
            continue
        for rule in rules:
            extra = rule(word[start:end])
            if extra is None:
                break
            cost += extra
        else:
            if cost < best or (cost == best and key < first):
                best, first, lemma = cost, key, candidate
    return lemma


def one_seat(word: str) -> str:
    """Write the hamza of مسئول and شئون on و, as most newspapers do; folding keeps both."""
    return word.replace("ئو", "ؤو")


def read(term: str, table: Table) -> str | None:
    """The lemma of a folded word if it is a function word or one of its readings is in the table, else None.

    >>> read("والوزراء", {"وزراء": "وزير"}), read("واشنطن", {})
    ('وزير', None)
    """
    word = one_seat(term)
    lemma = (
        closed.FUNCTION_WORDS.get(word)
        or closed.name_in(word)
        or closed.after_conjunction(word)
        or table.get(word)
        or closed.after_preposition(word)
    )
    if lemma is None and not closed.is_compound_name(word):
        lemma = _cheapest(word, table)
    return lemma


def lemmas(term: str, table: Table) -> tuple[str, ...]:
    """The lemma of a folded word, as a tuple of one; () for the empty word. Never raises.

    >>> lemmas("والوزراء", {"وزراء": "وزير"}), lemmas("واشنطن", {})
    (('وزير',), ('واشنطن',))
    """
    if not term:
        return ()
    lemma = read(term, table)
    return (guess(term) if lemma is None else lemma,)


def known(term: str, table: Table) -> bool:
    """Whether a folded word is in the table or is a function word, without any clitic removed."""
    word = one_seat(term)
    return word in closed.FUNCTION_WORDS or table.get(word) is not None


def is_name(lemma: str) -> bool:
    """Whether a lemma is the name of a person or city that has no other forms.

    >>> is_name("سلمان"), is_name("سلم")
    (True, False)
    """
    return lemma in closed.NAMES


def guess(term: str) -> str:
    """A lemma for a folded word without a reading, often a name: the word without its article and plural
    ending.

    >>> guess("والزغبوشيين"), guess("واشنطن")
    ('زغبوشي', 'واشنطن')
    """
    word = one_seat(term)
    if closed.is_compound_name(word):
        return word
    articles = (
        article for article in _ARTICLES if word.startswith(article) and len(word) - len(article) >= 3
    )
    article = next(articles, "") if word.startswith(_ARTICLES) else ""
    bare = word[len(article) :]
    if len(bare) > 4 and bare.endswith(_NISBAS):
        return next(bare.removesuffix(nisba) for nisba in _NISBAS if bare.endswith(nisba)) + "ي"
    if article and len(bare) > 5 and bare.endswith(_PLURALS):
        return bare[:-2]
    return bare
