"""Names: a compound name is one word, however it is spaced: عبد الله = عبدالله, «أميرعبد اللهيان»,
أبو/أبا/أبي مازن = أبومازن.

A quarter of the articles of Saudi papers join عبدالX, a tenth write a space; both must give one term.

Foreign names are spelled in several ways: نتنياهو/نتانياهو, غوغل/جوجل/قوقل and سيرغي/سيرجي have one key each
(`loan_key`). Arabic writes foreign vowels long or not at all; it has no letter of its own for g, and two for
each of t, s, d and z. The key keeps the consonants and treats the letters that newsrooms choose between as
one. It is much too coarse for Arabic words (قلب, جلب), so two words are joined only if the dictionary cannot
read at least one of them.

All functions are pure and take folded words.
"""

from __future__ import annotations

from khabar.patterns import lazy_pattern

__all__ = [
    "PARTICLES",
    "SON",
    "CompoundHead",
    "compound",
    "compound_head",
    "joined_name",
    "loan_key",
    "same_loan",
    "spaced_heads",
    "with_particles",
    "without_article",
]

_ABD = "عبد"
#: The three cases of «أب» before a name, and the nominative, which replaces them.
_KUNYA = {"ابو": "ابو", "ابا": "ابو", "ابي": "ابو"}
#: «Son», whose alef is dropped between two names and kept at the beginning of a line: both are one word.
SON = ("بن", "ابن")
#: Particles that are written onto the next word.
PARTICLES = "وفبلك"

_JOINED = lazy_pattern(rf"[{PARTICLES}]?(عبدال\w{{2,}})")
_GLUED_ABD = lazy_pattern(rf"(\w{{2,}}){_ABD}")

#: The head of a compound name: the canonical form of its first word, and the word glued before it.
CompoundHead = tuple[str, str]


def compound_head(folded: str) -> CompoundHead | None:
    """``(head, before)`` if a word can begin a compound name, else None.

    ``before`` is another word glued to the head («أميرعبد»: عبد after امير), else "".

    >>> compound_head("وعبد"), compound_head("ابي"), compound_head("اميرعبد"), compound_head("وزير")
    (('عبد', ''), ('ابو', ''), ('عبد', 'امير'), None)
    """
    if "ب" not in folded:
        return None
    bare = folded[1:] if len(folded) == 4 and folded[0] in PARTICLES else folded
    if bare == _ABD:
        return _ABD, ""
    if bare in _KUNYA:
        return _KUNYA[bare], ""
    glued = _GLUED_ABD.fullmatch(folded) if len(folded) > 5 else None
    return (_ABD, glued[1]) if glued else None


def compound(head: CompoundHead, following: str) -> str | None:
    """The joined spelling of a compound name, from its head and the next folded word; None if they do not
    form a name.

    >>> compound(("عبد", ""), "اللهيان"), compound(("عبد", ""), "مامور"), compound(("ابو", ""), "مرزوق")
    ('عبداللهيان', None, 'ابومرزوق')
    """
    if head[0] == _ABD:
        return _ABD + following if following.startswith("ال") and len(following) >= 4 else None
    return head[0] + following if len(following) >= 3 and following.isalpha() else None


def joined_name(folded: str) -> str | None:
    """The name in a word that is already joined and may have a proclitic («لعبدالله» → عبدالله), else None.

    >>> joined_name("وعبدالرحمن"), joined_name("عبدالله"), joined_name("معبد")
    ('عبدالرحمن', 'عبدالله', None)
    """
    match = _JOINED.fullmatch(folded) if _ABD in folded else None
    return match[1] if match else None


def with_particles(word: str) -> tuple[str, ...]:
    """A word with each particle written onto it.

    >>> with_particles("اردوغان")[:3], with_particles("العريفي")[-1]
    (('واردوغان', 'فاردوغان', 'باردوغان'), 'للعريفي')
    """
    particled = tuple(particle + word for particle in PARTICLES)
    return (*particled, "لل" + word[2:]) if word.startswith("ال") else particled


def spaced_heads(term: str) -> tuple[str, ...]:
    """The first words that a compound name can have if it is written as two words; () for any other word.

    >>> spaced_heads("عبدالله"), spaced_heads("عبدي"), spaced_heads("ابومازن")[:3]
    (('عبد', 'وعبد', 'فعبد', 'بعبد', 'لعبد', 'كعبد'), (), ('ابو', 'وابو', 'فابو'))
    """
    if term.startswith(_ABD + "ال") and len(term) >= 7:
        heads: tuple[str, ...] = (_ABD,)
    elif term.startswith("ابو") and len(term) >= 6:
        heads = tuple(_KUNYA)
    else:
        return ()
    return tuple(before + head for head in heads for before in ("", *PARTICLES))


_ARTICLE = lazy_pattern("(?:[وفبك]?ال|لل)(?=...)")
_CHOICES = dict(zip("غقطصثضظذ", "ججتسسدزز", strict=True))
_AFTER_FIRST = _CHOICES | dict.fromkeys("اويئؤء", "")
_LONG = lazy_pattern("[وي]")

#: Minimum number of consonants of a key.
_FEWEST = 3


def without_article(term: str) -> str:
    """A folded word without its article and anything before that.

    >>> without_article("والبنتاغون"), without_article("للبنتاغون"), without_article("الان")
    ('بنتاغون', 'بنتاغون', 'الان')
    """
    article = _ARTICLE.match(term)
    return term[article.end() :] if article else term


def loan_key(term: str) -> str:
    """The key of a folded word, or "" if it is too short to have one.

    >>> loan_key("نتنياهو") == loan_key("نتانياهو"), loan_key("غوغل") == loan_key("جوجل") == loan_key("قوقل")
    (True, True)
    >>> loan_key("سيرغي"), loan_key("الغواتيمالي"), loan_key("لي")
    ('سرج', 'جتمل', '')
    """
    bare = without_article(term).removesuffix("ه")
    if not bare:
        return ""
    # A loop over the letters takes a third of the time of regular expressions and str.translate.
    before = bare[0]
    key = _CHOICES.get(before, before)
    for letter in bare:
        # Double consonants are joined before vowels are removed: those of غوغل are not a double consonant.
        if letter != before:
            key += _AFTER_FIRST.get(letter, letter)
            before = letter
    return key if len(key) >= _FEWEST else ""


def same_loan(one: str, other: str, both_unread: bool) -> bool:
    """Whether two words with the same key can be spellings of one name.

    A long vowel may be written or left out, but و and ي never replace each other. If the dictionary can read
    one of the two words, three consonants are too few.

    >>> same_loan("جوجل", "غوغل", True), same_loan("جوجل", "جيجل", True), same_loan("جوجل", "غوغل", False)
    (True, False, False)
    """
    if not both_unread and len(loan_key(one)) <= _FEWEST:
        return False
    fewer, more = sorted((_LONG.findall(one), _LONG.findall(other)), key=len)
    rest = iter(more)
    return all(vowel in rest for vowel in fewer)
