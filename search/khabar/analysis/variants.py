"""Variants: the spellings of a word in different houses and countries (أمريكا/أميركا, صحفي/صحافي).

Three sources, from the surest to the weakest:

- a list of everyday words (:mod:`khabar.analysis.variant_list`);
- two rules of orthography: a final ئ that is written يء (مباديء), a final أوا that is written ؤوا (بدؤوا);
- the words of the index: two of them are one foreign name if their letters are similar enough
  (:func:`same_name`). Newsrooms write g as غ, ج or ق, choose between ت and ط, and write long vowels or not.

All functions are pure and take folded words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from khabar.analysis.variant_list import ARABIC, LOANWORDS, PERSONS, PLACES

__all__ = ["VARIANTS", "respelled", "same_name", "spelled"]


def _lines() -> Iterator[tuple[str, list[str]]]:
    for line in (PLACES + PERSONS + LOANWORDS + ARABIC).split("\n"):
        spelling, _, others = line.partition(": ")
        if others:
            yield spelling, others.split()


_ENDINGS = """
ا ه ي يا يه ون ين ان ات و وا يو ني نيه تان تين يون يين يان يات يتان يتين ييه ويه وي ويون ويين لوجيا
ها هم هما نا ك كم ته تها تهم تهما تنا تك يته يتها يتهم ياته ياتها ياتهم اته اتها اتهم اتنا يوها يوه يي
يانا انا انيه اني وها وه يهم ينا ينها ينهم يكم
"""
#: The possible rests of a word after a beginning of the list.
_RESTS = frozenset(("", *_ENDINGS.split()))
#: What may precede it: conjunctions, prepositions, the article.
_OPENINGS = tuple(
    sorted(
        {
            conjunction + rest
            for conjunction in ("", "و", "ف")
            for rest in ("", "ب", "ل", "ال", "بال", "كال", "لل")
        }
        - {"ف"},
        key=len,
    )
)
#: The same by their first letter; the empty one is in every group.
_OPENINGS_OF = {
    first: tuple(opening for opening in _OPENINGS if not opening or opening[0] == first)
    for first in {opening[:1] for opening in _OPENINGS}
}
_WHOLE, _DEFINITE = ".", "+"


def _listed() -> Mapping[str, tuple[str, str]]:
    """Each beginning → the spelling that represents it, and where it applies: :data:`_WHOLE` for a whole word
    without an article, :data:`_DEFINITE` only after the article, "" anywhere."""
    variants: dict[str, tuple[str, str]] = {}
    for spelling, others in _lines():
        variants.setdefault(spelling, (spelling, ""))
        for other in others:
            where = _WHOLE if other.endswith(_WHOLE) else _DEFINITE if other.startswith(_DEFINITE) else ""
            variants[other.strip(_WHOLE + _DEFINITE)] = (spelling, where)
    return variants


#: The list: each beginning of a word with the spelling that represents it, and where it applies.
VARIANTS = _listed()
_SHORTEST = min(map(len, VARIANTS))


def _sizes() -> Mapping[str, tuple[int, ...]]:
    """The first letters of the list's beginnings → the lengths of the beginnings with these letters, the
    longest first. Hardly any word has such letters, so most words need one lookup."""
    sizes_of: dict[str, set[int]] = {}
    for listed in VARIANTS:
        sizes_of.setdefault(listed[:_SHORTEST], set()).add(len(listed))
    return {start: tuple(sorted(sizes, reverse=True)) for start, sizes in sizes_of.items()}


_SIZES = _sizes()


def respelled(term: str) -> str | None:
    """A folded word in the spelling that represents all its spellings; None if neither the list nor a rule
    has it.

    >>> respelled("والاميركيه"), respelled("للصحافيين"), respelled("امريكا"), respelled("كتاب")
    ('والامريكيه', 'للصحفيين', 'امريكا', None)
    """
    found = spelled(term)
    return None if found is None else found[0]


def spelled(term: str) -> tuple[str, str] | None:
    """A folded word in the spelling that represents all its spellings, and the letters that distinguish its
    own spelling: forms of a word in one spelling share these. None if neither the list nor a rule has it.

    >>> spelled("والاميركيه"), spelled("اميركا")
    (('والامريكيه', 'اميرك'), ('امريكا', 'اميرك'))
    """
    if len(term) > 4:
        if term.endswith("ئ") and term[-3] == "ا":
            return term, "ئ"
        if term.endswith("يء") and term[-4] == "ا" and not term.endswith("لاشيء"):
            return term[:-2] + "ئ", "يء"
        if term.endswith("اوا"):
            return term, "اوا"
        if term.endswith("ؤوا") and term[-4] != "ا":
            return term[:-3] + "اوا", "ؤوا"
    for opening in _OPENINGS_OF.get(term[:1], ("",)):
        start = len(opening)
        sizes = _SIZES.get(term[start : start + _SHORTEST])
        if sizes is None or not term.startswith(opening):
            continue
        definite = opening.endswith(("ال", "لل"))
        for end in [start + size for size in sizes]:
            listed = VARIANTS.get(term[start:end])
            if listed is None or end > len(term):
                continue
            spelling, where = listed
            rest = term[end:]
            applies = definite if where == _DEFINITE else not (definite or rest) if where == _WHOLE else True
            if applies and rest in _RESTS:
                return opening + spelling + rest, term[start:end]
    return None


# Letters between which newsrooms choose for one foreign sound.
_G = frozenset(map(frozenset, ("غج", "غق", "جق")))
_EMPHATIC = frozenset(map(frozenset, ("طت", "صس", "ثس", "ثت")))
_VOWELS = "اويئؤء"
# Vowels that are written in full or in short: وليام/ويليام, فايروس/فيروس, ناشيونال/ناشونال.
_SHORTER = frozenset(
    {("اي", "ا"), ("اي", "ي"), ("او", "و"), ("او", "ا"), ("وو", "و"), ("يي", "ي"), ("يو", "و"), ("يا", "ا")}
    | {("ائي", "ي"), ("ائي", "اي"), ("ئي", "ي")}
    | {(letter, "") for letter in "اوي"}
)
_INFLECTED = ("ات", "ين", "ون", "ان")
_ARABIC_ENDS = (*_INFLECTED, "ها", "هم", "تم", "نا", "يا", "وا", "ي", "ت", "ا")
_WITH_PRONOUN = ("هم", "ها", "تم", "اته", "يات")
#: Beginnings of Arabic verbs, which may differ in just a vowel (يتكثف, يتكاثف).
_VERBS = ("يت", "تت", "ويت", "وتت", "است")
_NO_NAME = ("ابو", "عبد")
#: Letters at the beginning that can be a clitic or a prefix: they are no evidence for a foreign name.
_PREFIXES = "اوبلفكيمت"


@lru_cache(maxsize=4096)
def _parts(bare: str) -> tuple[str, tuple[str, ...]]:
    """The consonants of a word without its article, and the vowels after each. (The first letter counts as a
    consonant, a final ه as ا.)"""
    if bare.endswith("ه"):
        bare = bare[:-1] + "ا"
    consonants = bare[:1]
    vowels = [""]
    for letter in bare[1:]:
        if letter in _VOWELS:
            vowels[-1] += letter
        else:
            consonants += letter
            vowels.append("")
    return consonants, tuple(vowels)


def same_name(one: str, other: str, read: bool) -> bool:
    """Whether two words are surely two spellings of one foreign name.

    The consonants must be the same, except for letters between which newsrooms choose; a vowel may be long in
    one and not written in the other; the ends must be the same. The longer the word and the fewer the
    differences, the surer it is: different Arabic words of three consonants may differ in one vowel (سالم,
    سليم).

    Args:
        one, other: the words without their articles (:func:`khabar.analysis.names.without_article`).
        read: whether the dictionary knows one of them, as an entry of its own.

    >>> same_name("بلومبرغ", "بلومبيرج", False), same_name("سليم", "سالم", False)
    (True, False)
    """
    if one.startswith(_NO_NAME) or one.endswith(_WITH_PRONOUN) or other.endswith(_WITH_PRONOUN):
        return False
    letters, vowels = _parts(one)
    other_letters, other_vowels = _parts(other)
    if len(letters) != len(other_letters) or vowels[-1] != other_vowels[-1]:
        return False
    sounds: set[frozenset[str]] = set()
    changed = emphatic = 0
    for pair in zip(letters, other_letters, strict=True):
        if pair[0] != pair[1]:
            changed += 1
            both = frozenset(pair)
            if both in _G:
                sounds.add(both)
            elif both in _EMPHATIC:
                emphatic += 1
            else:
                return False
    lengths = 0
    for here, there in zip(vowels, other_vowels, strict=True):
        if here != there:
            if (here, there) not in _SHORTER and (there, here) not in _SHORTER:
                return False
            lengths += 1
    count = len(letters) - (one[0] in _PREFIXES and not one.startswith("تش"))
    differences = len(sounds) + emphatic + lengths
    # Newsrooms choose between غ and ج; ق also occurs in Arabic words (تقريب, تغريب).
    with_qaf = any("ق" in pair for pair in sounds)
    if read:
        return (
            count >= 5
            and differences == 1
            and not (emphatic or with_qaf)
            and not (one.endswith(_ARABIC_ENDS) or other.endswith(_ARABIC_ENDS))
        )
    long_vowels = max(sum(map(bool, vowels[:-1])), sum(map(bool, other_vowels[:-1])))
    if count >= 5:
        if not sounds and (one.startswith(_VERBS) or one.endswith("ت") or other.endswith("ت")):
            return False
        return differences <= 3 and (lengths <= 1 or count >= 6 or long_vowels >= 2)
    nisba = one.endswith("ي")
    if count == 4:
        if differences == 1 and sounds:
            return not with_qaf
        if emphatic or with_qaf or nisba:
            return False
        if long_vowels >= 3:
            return differences <= 2
        return differences == 1 and long_vowels == 2 and not one.endswith(("ت", "ه", "ا", *_INFLECTED))
    if count == 3 and differences == 1 and sounds:
        if len(one) == 4:
            # غوغل, قوقل: the sound occurs twice
            return changed == 2
        return not with_qaf and not nisba and long_vowels >= 2
    return False
