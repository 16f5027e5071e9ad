"""Verb stems read off the word list: what is left of a conjugated form without its prefix and ending → its verb.

A stem often fits several verbs once vowels, shadda and hamza are gone (علن: عَلَن، أَعلَن): each form of the list votes, and the
verb with most votes wins.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from khabar.analysis.lemma.shapes import is_nominal
from khabar.analysis.lemma.wordlist import WordList

__all__ = ["VerbStems", "Votes", "verb_stems"]

#: stem → verb → votes
Votes = dict[str, Counter[str]]

_BASE = 20
"""Votes of a form that is a stem without ending (يقول), against 2 of one whose ending had to be guessed (يقولون)."""


class VerbStems:
    """Votes for the verbs of present stems (قول of يقول، تقولون) and of past stems (قل of قلت، قلنا)."""

    def __init__(self) -> None:
        self.present: Votes = defaultdict(Counter)
        self.past: Votes = defaultdict(Counter)

    def reads(self, word: str) -> bool:
        """Whether a folded word can be read as a form of a verb."""
        if word[0] in "يتنا" and any(
            word.endswith(ending) and word[1 : len(word) - len(ending)] in self.present
            for ending in ("", "ون", "وا", "ين", "ان", "ا", "ن", "ي")
        ):
            return True
        return any(
            word.endswith(ending) and word[: len(word) - len(ending)] in self.past
            for ending in ("تما", "تم", "تن", "نا", "وا", "تا", "ت", "ا", "ن", "")
        )


def verb_stems(words: WordList) -> VerbStems:
    """The stems of all verbs of the list."""
    stems = VerbStems()
    for verb in words.verbs:
        word = words.folded[verb]
        stems.past[word][word] += 4
    for form, lemma in words.lemma_of.items():
        if (
            lemma in words.verbs
            and form != lemma
            and form not in words.definite
            and form not in words.articled
        ):
            _stems_of_form(form, lemma, words, stems)
    _prefer_hollow(stems)
    _drop_presents_in_ta(words, stems)
    return stems


def _stems_of_form(form: str, lemma: str, words: WordList, stems: VerbStems) -> None:
    """The stem of one listed form: يقولون → present قول; قلتما → past قل."""
    word, verb = words.folded[form], words.folded[lemma]
    other_start = word[0] != verb[0]
    if form[0] in "يت" and (other_start or word.startswith("تت")) and not is_nominal(form, lemma, words):
        stem = word[1:]
        if form.endswith(("آن", "آ")):
            stems.present[word[1 : word.rindex("ا") + 1]][verb] += 2
        elif len(stem) > 4 and stem.endswith(("ان", "ون", "وا")):
            stems.present[stem[:-2]][verb] += 2
        elif len(stem) > 3 and stem[-1] == "ا" != verb[-1]:
            stems.present[stem[:-1]][verb] += 2
        else:
            stems.present[stem][verb] += _BASE
    elif form[0] not in "المي" or not other_start:
        for ending, vote in (("تما", 2), ("تا", 2), ("توا", 0), ("وا", 2), ("ا", 1), ("ت", 3)):
            if word.endswith(ending):
                if vote and len(word) - len(ending) >= 2:
                    stems.past[word[: -len(ending)]][verb] += vote
                break


def _prefer_hollow(stems: VerbStems) -> None:
    """A present with و in the middle is of the hollow verb: يقوم is of قام, not of قوّم. (With ي: يقيم is of أقام.)"""
    for stem, votes in stems.present.items():
        if len(stem) == 3 and stem[1] == "و":
            hollow = f"{stem[0]}ا{stem[2]}"
            if hollow in stems.past and hollow not in stems.present.get(f"{stem[0]}ي{stem[2]}", ()):
                votes[hollow] += 6


def _drop_presents_in_ta(words: WordList, stems: VerbStems) -> None:
    """No verb of form V where the list has but a present with ت: تقول is «she says», so there is no past تقوّل."""
    for form, lemma in words.lemma_of.items():
        if (
            form[0] == "ت"
            and lemma != form
            and lemma in words.verbs
            and form[1:] in stems.present
            and "ال" + form not in words.lemma_of
            and not is_nominal(form, lemma, words)
        ):
            stems.past.pop(words.folded[form], None)
