"""Reading a word: every [proclitics] + stem + [ending, pronoun] whose stem the table knows; the cheapest wins.

Each affix has a cost, the likelier the affix the lower. A word that the table knows as it stands costs nothing, so وزير and
وليد keep their و, and والوزراء does not. Nothing is taken off a word whose rest is unknown, except the article with what may
stand before it, and behind it a plural ending or that of a nisba. Costs were set by hand on one half of a test set and
confirmed on the other (docs/relevance.md); only their order matters much.

Words are folded: ة is ه, so ه is the ending of a feminine or the pronoun «his», with one stem and one cost.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple, Protocol

from khabar.analysis.lemma import closed

__all__ = ["PAST", "PRESENT", "Ending", "Table", "known", "lemmas", "one_seat", "read", "readings"]


#: First character of the keys of verb stems; see :mod:`khabar.analysis.lemma.build`.
PRESENT = "~"
PAST = "^"


class Table(Protocol):
    """What the lemma table must be able to do; a dict can."""

    def get(self, key: str, /) -> str | None:
        """The lemma of a key, or None."""


class Ending(NamedTuple):
    """An ending, as taken off a word.

    Attributes:
        cost: added to the reading's cost.
        kind: what the stem is: a noun (""), :data:`PRESENT` or :data:`PAST`.
        restored: put back behind the stem: مدرسته is مدرس + ته, the stem is مدرسه.
        indefinite: whether it cannot stand behind an article: pronouns, the accusative, the construct state.
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
_LONGEST_PROCLITIC = 4
_ARTICLES = ("وبال", "وكال", "فبال", "ولل", "فلل", "وال", "فال", "بال", "كال", "لل", "ال")

# Ending of the noun itself, its cost, what is restored; then whether it is impossible behind the article.
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
# What a noun's end becomes before a pronoun: مدرسه → مدرسته, رؤساء → رؤسائه, مستشفي → مستشفاه, مدرسات → مدرساتها; its cost
# beyond the pronoun's.
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
_PAST_ENDINGS = {"": 0.1, "ت": 0.2, "وا": 0.3, "تا": 0.6, "ا": 0.8, "نا": 0.8, "ن": 1.2, "تم": 1.5}


def _endings() -> dict[str, tuple[Ending, ...]]:
    """Every ending with its pronoun → the ways to take it, the cheapest first."""
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
                # the silent alef of وا goes before a pronoun: كتبوا, كتبوها
                joint = "و" if written == "وا" and pronoun else written
                add(joint + pronoun, Ending(cost + more, kind, "", False))
    return {written: tuple(sorted(ways.values())) for written, ways in cheapest.items()}


_ENDINGS = _endings()
_LONGEST_ENDING = max(map(len, _ENDINGS))


def readings(word: str) -> list[tuple[float, str]]:
    """Every (cost, key of the table) that a folded word may be read as, the cheapest first."""
    found: list[tuple[float, str]] = []
    for start in range(min(_LONGEST_PROCLITIC + 1, len(word))):
        proclitic = word[:start]
        cost = _PROCLITICS.get(proclitic)
        if cost is None:
            continue
        for end in range(len(word), max(start + 1, len(word) - _LONGEST_ENDING - 1), -1):
            written = word[end:]
            for ending in _ENDINGS.get(written, ()):
                extra = _fit(proclitic, word[start:end], written, ending)
                if extra is not None:
                    found.append((cost + ending.cost + extra, ending.kind + _key(word[start:end], ending)))
    found.sort()
    return found


def _key(stem: str, ending: Ending) -> str:
    return stem[1:] if ending.kind == PRESENT else stem + ending.restored


def _fit(proclitic: str, stem: str, written: str, ending: Ending) -> float | None:
    """What it costs or saves that proclitic, stem and ending stand together; None if they cannot."""
    definite = proclitic.endswith(("ال", "لل"))
    if ending.kind == PRESENT:
        return _fit_present(proclitic, stem, definite)
    if ending.kind == PAST:
        preposition = proclitic[-1:] in tuple("لبك")
        if len(stem) < 3 and written not in _PAST_ENDINGS:
            # بقوه is rather «with force» than «they stayed it»
            return None
        if (
            proclitic.endswith("س")
            or (definite and written)
            or (preposition and written in ("ت", "نا", "وا"))
        ):
            return None
        return 0.6 if preposition or definite else 0.0
    if proclitic.endswith("س") or (definite and ending.indefinite):
        return None
    if len(stem) + len(ending.restored) < 3 and (written or (proclitic and not definite)):
        return None
    if written == "ان" and len(stem) < 4 and not definite:
        return None
    if written == "ا" and (stem[-1] == "ه" or (stem[-1] == "ي" and len(stem) > 5)):
        # مدرسها is «her teacher»: ة takes no alef in the accusative; nor do names like افريقيا have one
        return None
    if written == "ات" and ending.restored and stem[0] == "م":
        # مواجهات is of مواجهه, but نزاعات of نزاع
        return -0.8
    if proclitic.endswith("ل") and not definite and stem[0] == "ل" and len(stem) > 3:
        return -1.3
    return 0.0


def _fit_present(proclitic: str, stem: str, definite: bool) -> float | None:
    """A present needs its prefix: «he» is the commonest in news, «I» the rarest. Behind س it is sure to be a verb."""
    if definite or proclitic[-1:] in tuple("بك") or len(stem) < 3:
        return None
    person = {"ي": 0.0, "ت": 0.4, "ن": 1.2, "ا": 1.2}.get(stem[0])
    if person is None:
        return None
    return person - 0.8 if proclitic.endswith("س") else person


def one_seat(word: str) -> str:
    """The hamza of مسئول, شئون on و, as most newspapers write it; the fold leaves both."""
    return word.replace("ئو", "ؤو")


def read(term: str, table: Table) -> str | None:
    """The lemma of a folded word if it is a function word or the table knows one of its readings, else None.

    >>> read("والوزراء", {"وزراء": "وزير"}), read("واشنطن", {})
    ('وزير', None)
    """
    word = one_seat(term)
    lemma = (
        closed.FUNCTION_WORDS.get(word)
        or closed.behind_conjunction(word)
        or table.get(word)
        or closed.behind_preposition(word)
    )
    if lemma is None and not closed.is_compound_name(word):
        lemma = next((found for _, key in readings(word) if (found := table.get(key)) is not None), None)
    return lemma


def lemmas(term: str, table: Table) -> tuple[str, ...]:
    """The lemmas of a folded word, at most two; empty for the empty word. Never raises.

    >>> lemmas("والوزراء", {"وزراء": "وزير"}), lemmas("واشنطن", {})
    (('وزير',), ('واشنطن',))
    """
    if not term:
        return ()
    lemma = read(term, table)
    return (_unknown(one_seat(term)) if lemma is None else lemma,)


def known(term: str, table: Table) -> bool:
    """Whether a folded word stands in the table, or is a function word, as it is, with no clitic taken off."""
    word = one_seat(term)
    return word in closed.FUNCTION_WORDS or table.get(word) is not None


def _unknown(word: str) -> str:
    """A word that the table cannot read, often a name: the article goes, and a plural ending."""
    if closed.is_compound_name(word):
        return word
    article = next((each for each in _ARTICLES if word.startswith(each) and len(word) - len(each) >= 3), "")
    bare = word[len(article) :]
    if len(bare) > 4:
        for ending, restored in (("يه", "ي"), ("يين", "ي"), ("يون", "ي"), ("يات", "ي")):
            if bare.endswith(ending):
                return bare.removesuffix(ending) + restored
    if article and len(bare) > 5:
        for ending in ("ات", "ين", "ون"):
            if bare.endswith(ending):
                return bare.removesuffix(ending)
    return bare
