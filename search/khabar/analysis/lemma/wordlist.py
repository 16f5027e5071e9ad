"""The word list for the lemma table: simplemma's Arabic dictionary (form → lemma), cleaned, with the parts of
speech.

The list was generated from paradigms such as Wiktionary's. It has every case of a noun and every person of a
verb, and several spellings of a word, but no clitics except the article, and no parts of speech. These are
derived from the paradigms: only verbs have a dual in ‑تما, and only nouns follow the article.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

import msgspec

from khabar.analysis.fold import fold
from khabar.analysis.lemma.rules import one_seat

__all__ = ["WordList", "folded", "read_simplemma", "tidy"]

_ARABIC = re.compile("[\u0621-\u063a\u0641-\u064a]+")
#: The fold of single letters. Words of the list have only these, and the table is many times faster.
_FOLD = str.maketrans({letter: fold(letter) for letter in map(chr, range(0x0621, 0x064B))})
_SHORTEST_WITH_ARTICLE = 5


class WordList(msgspec.Struct, frozen=True):
    """The cleaned list. All words have the list's own spelling, with hamzas, ة and ى, except the values of
    ``folded``.

    Attributes:
        lemma_of: form → lemma.
        folded: form or lemma → its folded spelling.
        family: lemma → its forms.
        articled: the forms with an article (المدارس) that is not part of the lemma.
        definite: these forms without the article (مدارس), which are certainly nouns or adjectives.
        nouns: lemmas that are nouns or adjectives.
        verbs: lemmas that are verbs. Some, such as كتب, are both.
    """

    lemma_of: Mapping[str, str]
    folded: Mapping[str, str]
    family: Mapping[str, list[str]]
    articled: frozenset[str]
    definite: frozenset[str]
    nouns: frozenset[str]
    verbs: frozenset[str]


def read_simplemma() -> dict[str, str]:
    """simplemma's Arabic dictionary, form → lemma. The only place that imports simplemma; it costs about a
    second."""
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    return dict(DefaultDictionaryFactory().get_dictionary("ar"))


def folded(word: str) -> str:
    """The spelling of keys and lemmas of a word of the list: :func:`khabar.analysis.fold.fold`, then
    :func:`~khabar.analysis.lemma.rules.one_seat`."""
    return one_seat(word.translate(_FOLD))


def tidy(entries: Mapping[str, str]) -> WordList:
    """The word list for a dictionary form → lemma."""
    lemma_of = {
        form: lemma for form, lemma in entries.items() if _ARABIC.fullmatch(form) and _ARABIC.fullmatch(lemma)
    }
    fold_of = {word: folded(word) for word in {*lemma_of, *lemma_of.values()}}
    lemma_of = _one_spelling(lemma_of, fold_of)
    family: dict[str, list[str]] = defaultdict(list)
    for form, lemma in lemma_of.items():
        family[lemma].append(form)
    articled = frozenset(
        form
        for form, lemma in lemma_of.items()
        if form.startswith("ال")
        and len(form) >= _SHORTEST_WITH_ARTICLE
        and not fold_of[lemma].startswith("ال")
    )
    nouns = {lemma for form, lemma in lemma_of.items() if form in articled or form == lemma + "ين"}
    return WordList(
        lemma_of,
        fold_of,
        dict(family),
        articled,
        frozenset(form[2:] for form in articled),
        frozenset(nouns),
        frozenset(lemma for form, lemma in lemma_of.items() if _shows_a_verb(form, lemma, lemma_of, fold_of)),
    )


def _one_spelling(lemma_of: dict[str, str], fold_of: Mapping[str, str]) -> dict[str, str]:
    """If a form is only another spelling of its "lemma", give it the lemma of that: اضافت, listed under
    أضافت, belongs to أضاف."""
    return {
        form: lemma_of.get(lemma, lemma) if fold_of[lemma] == fold_of[form] else lemma
        for form, lemma in lemma_of.items()
    }


def _shows_a_verb(form: str, lemma: str, lemma_of: Mapping[str, str], fold_of: Mapping[str, str]) -> bool:
    """Whether only a verb can have a form: the duals كتبتما and كتبتا (but كلمتا, beside كلمتين, is that of a
    noun)."""
    if form == lemma or form[-1] != "ا" or lemma[-1] == "ة":
        return False
    if form.endswith("تما"):
        return True
    return len(lemma) > 2 and fold_of[form] == fold_of[lemma] + "تا" and lemma_of.get(lemma + "تين") != lemma
