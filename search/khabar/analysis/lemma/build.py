"""Building the lemma table from a word list. It takes seconds and happens once per installation.

Keys are of three kinds, told apart by their first character, so that one table serves them all:

=========  ==============================================================  =================================
``word``   a noun, adjective, particle or name, without clitics            مدارس → مدرسه
``~stem``  a present-tense verb without its prefix and ending              ~قول → قال  (يقول، تقولون، سنقول)
``^stem``  a past-tense verb without its ending                            ^قل → قال  (قلت، قلنا)
=========  ==============================================================  =================================

Keys and lemmas are folded like the exact depth.
"""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Mapping

from khabar.analysis.lemma import closed
from khabar.analysis.lemma.plurals import PLURALS
from khabar.analysis.lemma.rules import PAST, PRESENT
from khabar.analysis.lemma.wordlist import WordList, folded, read_simplemma, tidy

__all__ = [
    "VerbStems",
    "Votes",
    "build_table",
    "is_broken_plural",
    "is_nominal",
    "is_noun_in_ta",
    "noun_lemmas",
    "verb_stems",
]


def build_table(entries: Mapping[str, str] | None = None) -> dict[str, str]:
    """Make the table from a dictionary form → lemma, by default simplemma's. Equal entries give equal
    tables."""
    collecting = gc.isenabled()
    # There are no reference cycles: the collector would only walk through a million strings.
    gc.disable()
    try:
        return _build(tidy(read_simplemma() if entries is None else entries))
    finally:
        if collecting:
            gc.enable()


def _build(words: WordList) -> dict[str, str]:
    verbs = verb_stems(words)
    table = noun_lemmas(words, verbs)
    past = {stem: _winner(votes) for stem, votes in verbs.past.items()}
    present = {stem: _winner(votes) for stem, votes in verbs.present.items()}
    present.update(closed.HOLLOW_PRESENT_STEMS)
    past.update(closed.HOLLOW_PAST_STEMS)
    # No verb is spelled as a name, though the list has the rare ones of قطر, «to drip», and مصر, «to settle».
    past = {stem: verb for stem, verb in past.items() if verb not in closed.UNINFLECTED}
    present = {stem: verb for stem, verb in present.items() if verb not in closed.UNINFLECTED}
    _give_way_to_article(table, table)
    _give_way_to_article(past, table)
    _give_way_to_and(past)
    table.update(closed.WHOLE_WORDS)
    # A lemma of the list may be a form in PLURALS: شجرات, listed under شجرة, belongs to شجر.
    table.update({form: PLURALS[lemma] for form, lemma in table.items() if lemma in PLURALS})
    table.update((PRESENT + stem, verb) for stem, verb in present.items())
    table.update((PAST + stem, verb) for stem, verb in past.items())
    return table


def _winner(votes: Counter[str]) -> str:
    """The lemma with most votes; of equals the shortest, then the last in alphabetical order."""
    return max(votes.items(), key=lambda vote: (vote[1], -len(vote[0]), vote[0]))[0]


def _give_way_to_article(keys: dict[str, str], nouns: Mapping[str, str]) -> None:
    """Drop keys whose ال can be the article: folded, ألسنة «tongues» looks like السنة «the year». Short ones
    stay: الف."""
    for key in [key for key in keys if key.startswith("ال") and len(key) > 4 and key[2:] in nouns]:
        del keys[key]


def _give_way_to_and(past: dict[str, str]) -> None:
    """Drop past stems that are و with the stem of another verb in و: ووصل is «and he arrived», and hardly
    ever the passive of واصل."""
    for stem in [stem for stem in past if stem.startswith("وو") and stem[1:] in past]:
        del past[stem]


def is_nominal(form: str, verb: str, words: WordList) -> bool:
    """Whether a form that the list has under a verb is a masdar or a participle: a noun, and a lemma of its
    own.

    News prefers masdars: تفجير is an explosion, and a search for it should not find every فجر «dawn». It is
    recognised by the article, ة, إ (إعلان), م (مفاوض), or its shape: افتعال (انتخاب), تفعيل (تفجير), and
    فعال, فعيل, فعول, which keep the verb's first and last letter (هجوم of هجم).
    """
    if form in words.definite or form[-1] == "ة" or form[0] == "إ" or (form[0] == "م" and verb[0] != "م"):
        return True
    if len(form) > 5 and form[0] == "ا" == verb[0] and form[-2] == "ا":
        return True
    if len(form) == 5 and form[0] == "ت" != verb[0] and form[3] == "ي" and words.folded[verb][-1] not in "اي":
        return True
    if form[0] == verb[0] and form[-1] == verb[-1] and not form.startswith("تت"):
        if len(form) > len(verb):
            return form[1] != "و"
        return len(form) == len(verb) > 3 and form[1] not in "وي"
    return False


def is_broken_plural(form: str, verb: str) -> bool:
    """Whether a form that the list has under a verb has the shape أفعال, the plural of the noun spelled like
    it: أعمال of عمل."""
    return len(form) == 5 and form[0] in "أا" and form[3] == "ا" and verb[0] not in "أا"


def is_noun_in_ta(word: str, words: WordList) -> bool:
    """Whether a word in ة that the list has as a lemma is a noun of its own (مدرسة), not the feminine of an
    adjective (طويلة).

    It is one if the list has no adjective without the ة, or gives it a plural of its own (مدارس, شركات; the
    plural of an adjective's feminine is listed under the masculine), or it is a masdar of form III (مقاومة).
    Otherwise the adjective's shape decides: nisba (دولي), فعيل, فاعل, participles in م.
    """
    masculine = word[:-1]
    if masculine not in words.nouns or words.lemma_of.get(masculine) != masculine:
        return True
    base = words.folded[word][:-1]
    duals = {article + base + ending for article in ("", "ال") for ending in ("ه", "تان", "تين", "تا", "تي")}
    if any(words.folded[form] not in duals for form in words.family[word]):
        return True
    if masculine.startswith("م") and len(masculine) == 5 and masculine[2] == "ا":
        return True
    return not (
        masculine.endswith("ي")
        or (len(masculine) == 4 and (masculine[1] == "ا" or masculine[2] == "ي"))
        or (masculine.startswith("م") and len(masculine) >= 4)
    )


#: stem → verb → votes
Votes = dict[str, Counter[str]]

_BASE = 20
"""Votes of a form without ending, which is the stem itself (يقول); one whose ending had to be guessed
(يقولون) has 2."""


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
    """Record the stem of a listed form: يقولون → present قول; قلتما → past قل."""
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
    """A present stem with و in the middle belongs to the hollow verb: يقوم to قام, not to قوّم. (With ي: يقيم
    to أقام.)"""
    for stem, votes in stems.present.items():
        if len(stem) == 3 and stem[1] == "و":
            hollow = f"{stem[0]}ا{stem[2]}"
            if hollow in stems.past and hollow not in stems.present.get(f"{stem[0]}ي{stem[2]}", ()):
                votes[hollow] += 6


def _drop_presents_in_ta(words: WordList, stems: VerbStems) -> None:
    """Remove verbs of form V for which the list has only a present with ت: تقول is «she says», so there is no
    past تقوّل."""
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


# The votes for an entry of the list, by how far it can be trusted. A word with more listed forms is more
# common: each form adds a vote, up to twenty.
_ARTICLE = 300
_LEMMA_WITH_FORMS = 250
_FORM = 200
_LEMMA_ALONE = 150
_VERB_TOO = 100
_MOST_FORMS = 20


def noun_lemmas(words: WordList, verbs: VerbStems) -> dict[str, str]:
    """The lemma of each form. If several lemmas share a folded form, it is the one with most votes, then the
    shortest."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for form, lemma in words.lemma_of.items():
        bare = form
        if form in words.articled:
            bare = form[2:]
            chosen, vote = _after_article(bare, lemma, words), _ARTICLE
        elif form == lemma:
            chosen, vote = _lemma_itself(form, words, verbs)
        elif _is_bare_leftover(form, lemma, words, verbs):
            continue
        elif lemma in words.verbs:
            chosen, vote = _under_verb(form, lemma, words)
        elif form == lemma + "ي" and lemma + "ون" not in words.lemma_of:
            # سوقي is more often «of the market» than «my market»
            chosen, vote = form, _FORM
        else:
            chosen, vote = lemma, _FORM
        if vote:
            votes[folded(bare)][folded(chosen)] += vote + min(len(words.family[lemma]), _MOST_FORMS)
    lemmas = {form: _winner(votes_of_form) for form, votes_of_form in votes.items()}
    _join_feminines(lemmas)
    return lemmas


def _after_article(bare: str, lemma: str, words: WordList) -> str:
    """The lemma of a form that follows the article: never a verb (القتل → قتل); feminines have their own
    rule."""
    if (lemma in words.verbs and lemma not in words.nouns) or lemma == bare + "ة":
        lemma = bare
    if bare[-1] == "ة" and words.lemma_of.get(bare) == bare:
        lemma = bare if is_noun_in_ta(bare, words) else bare[:-1]
    return lemma


def _lemma_itself(word: str, words: WordList, verbs: VerbStems) -> tuple[str, int]:
    """The lemma of an entry that the list has as its own lemma, and its votes."""
    forms = words.family[word]
    lonely = (
        len(forms) <= 2 and len({words.folded[form] for form in forms}) == 1 and word not in words.definite
    )
    if (lonely and _is_leftover(word, words, verbs)) or (word in words.verbs and word not in words.nouns):
        return word, 0
    if word[-1] == "ة" and not is_noun_in_ta(word, words):
        word = word[:-1]
    return word, _LEMMA_WITH_FORMS if len(forms) > 1 else _LEMMA_ALONE


def _is_leftover(word: str, words: WordList, verbs: VerbStems) -> bool:
    """Whether a lemma without other forms is really a form whose lemma the list does not know.

    Such are forms of a verb (يقولون), a noun in the accusative or with «my» (كتابا، مدرستي), and a noun with
    a clitic (بالكتاب، لبيت).
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


def _is_bare_leftover(form: str, lemma: str, words: WordList, verbs: VerbStems) -> bool:
    """Whether a form is a leftover without its hamza, ارسلت of أرسلت, and looks like a verb: nouns may be
    taken for leftovers too (أجور، أعيان), but not with these letters."""
    word = words.folded[form]
    return (
        word == words.folded[lemma]
        and (word[0] in "يتن" or word.endswith(("ت", "وا", "نا", "تم", "تن")))
        and not _lemma_itself(lemma, words, verbs)[1]
    )


def _under_verb(form: str, verb: str, words: WordList) -> tuple[str, int]:
    """The lemma of a form that the list has under a verb, which may be a noun too; and its votes."""
    if is_broken_plural(form, verb):
        return verb, _FORM
    if is_nominal(form, verb, words):
        plural = verb in words.nouns and form[0] not in "مإ" and form[-1] != "ة" and len(form) < 5
        return (verb if plural else form), _FORM
    if verb in words.nouns and form in (verb + "ين", verb + "ان"):
        return verb, _VERB_TOO
    return form, 0


def _join_feminines(lemmas: dict[str, str]) -> None:
    """Give the plural and dual of a feminine the lemma of its singular: منظمات، منظمتان → منظمه (not منظم),
    ايرانيات → ايراني."""
    for form, lemma in lemmas.items():
        for ending in ("ات", "تان", "تين", "تا", "تي"):
            base = form.removesuffix(ending)
            if base != form and len(base) > 1 and {lemma, lemmas.get(base + "ه")} == {base, base + "ه"}:
                lemmas[form] = lemmas[base + "ه"]
