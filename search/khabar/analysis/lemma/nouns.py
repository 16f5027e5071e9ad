"""Nouns and adjectives of the word list: form without article → lemma, both folded."""

from __future__ import annotations

from collections import Counter, defaultdict

from khabar.analysis.lemma.shapes import is_broken_plural, is_nominal, is_noun_in_ta
from khabar.analysis.lemma.verbs import VerbStems
from khabar.analysis.lemma.wordlist import WordList, folded

__all__ = ["noun_lemmas"]

# How far an entry of the list is trusted, in votes. Of equals, the word with more listed forms is the commoner one, which
# counts a vote a form up to twenty.
_ARTICLE = 300
_LEMMA_WITH_FORMS = 250
_FORM = 200
_LEMMA_ALONE = 150
_VERB_TOO = 100
_MOST_FORMS = 20


def noun_lemmas(words: WordList, verbs: VerbStems) -> dict[str, str]:
    """The lemma of each form: where several lemmas share a folded form, the one with most votes, then the shortest."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for form, lemma in words.lemma_of.items():
        bare = form
        if form in words.articled:
            bare = form[2:]
            chosen, vote = _behind_article(bare, lemma, words), _ARTICLE
        elif form == lemma:
            chosen, vote = _lemma_itself(form, words, verbs)
        elif lemma in words.verbs:
            chosen, vote = _under_verb(form, lemma, words)
        elif form == lemma + "ي" and lemma + "ون" not in words.lemma_of:
            # سوقي is «of the market» before it is «my market»
            chosen, vote = form, _FORM
        else:
            chosen, vote = lemma, _FORM
        if vote:
            votes[folded(bare)][folded(chosen)] += vote + min(len(words.family[lemma]), _MOST_FORMS)
    lemmas = {
        form: max(each.items(), key=lambda item: (item[1], -len(item[0]), item[0]))[0]
        for form, each in votes.items()
    }
    _join_feminines(lemmas)
    return lemmas


def _behind_article(bare: str, lemma: str, words: WordList) -> str:
    """The lemma of a form that stands behind the article: no verb (القتل → قتل), and feminines by their own rule."""
    if (lemma in words.verbs and lemma not in words.nouns) or lemma == bare + "ة":
        lemma = bare
    if bare[-1] == "ة" and words.lemma_of.get(bare) == bare:
        lemma = bare if is_noun_in_ta(bare, words) else bare[:-1]
    return lemma


def _lemma_itself(word: str, words: WordList, verbs: VerbStems) -> tuple[str, int]:
    """An entry that is its own lemma."""
    forms = words.family[word]
    lonely = (
        len(forms) <= 2 and len({words.folded[each] for each in forms}) == 1 and word not in words.definite
    )
    if (lonely and _is_leftover(word, words, verbs)) or (word in words.verbs and word not in words.nouns):
        return word, 0
    if word[-1] == "ة" and not is_noun_in_ta(word, words):
        word = word[:-1]
    return word, _LEMMA_WITH_FORMS if len(forms) > 1 else _LEMMA_ALONE


def _is_leftover(word: str, words: WordList, verbs: VerbStems) -> bool:
    """Whether a lemma without any other form is but a form whose lemma the list's makers did not find.

    That is: a verb's form (يقولون), a noun in the accusative or with «my» (كتابا، مدرستي), or one with a clitic (بالكتاب، لبيت).
    """
    if verbs.reads(words.folded[word]):
        return True
    if len(word) > 3 and word[-1] in "اي" and (word[:-1] in words.definite or word[:-1] in words.nouns):
        return True
    if word.endswith("تي") and (word[:-2] + "ة" in words.definite or word[:-2] + "ة" in words.lemma_of):
        return True
    rest = word[1:]
    return word.startswith(("بال", "كال", "لل")) or (
        word[0] in "بلك" and (rest in words.definite or words.lemma_of.get(rest) in words.nouns)
    )


def _under_verb(form: str, verb: str, words: WordList) -> tuple[str, int]:
    """A form that the list has under a lemma that is a verb, and perhaps a noun too."""
    if is_broken_plural(form, verb):
        return verb, _FORM
    if is_nominal(form, verb, words):
        plural = verb in words.nouns and form[0] not in "مإ" and form[-1] != "ة" and len(form) < 5
        return (verb if plural else form), _FORM
    if verb in words.nouns and form in (verb + "ين", verb + "ان"):
        return verb, _VERB_TOO
    return form, 0


def _join_feminines(lemmas: dict[str, str]) -> None:
    """Plural and dual of a feminine go where its singular goes: منظمات، منظمتان → منظمه (not منظم), ايرانيات → ايراني."""
    for form, lemma in lemmas.items():
        for ending in ("ات", "تان", "تين", "تا", "تي"):
            base = form.removesuffix(ending)
            if base != form and len(base) > 1 and {lemma, lemmas.get(base + "ه")} == {base, base + "ه"}:
                lemmas[form] = lemmas[base + "ه"]
