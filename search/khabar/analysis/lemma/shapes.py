"""What a word's shape tells, where the word list does not: masdars listed under their verb, feminines of adjectives."""

from __future__ import annotations

from khabar.analysis.lemma.wordlist import WordList

__all__ = ["is_broken_plural", "is_nominal", "is_noun_in_ta"]


def is_nominal(form: str, verb: str, words: WordList) -> bool:
    """Whether a form that the list has under a verb is a masdar or a participle: a noun, and a lemma of its own.

    News speaks in masdars: تفجير is an explosion, and who looks for it does not want every فجر «dawn». Known by the article, ة,
    إ (إعلان), م (مفاوض), or the shape: افتعال (انتخاب), تفعيل (تفجير), and فعال, فعيل, فعول, which keep the verb's first and last
    letter (هجوم of هجم).
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
    """Whether a form that the list has under a verb has the shape أفعال, the plural of the noun spelled like it: أعمال of عمل."""
    return len(form) == 5 and form[0] in "أا" and form[3] == "ا" and verb[0] not in "أا"


def is_noun_in_ta(word: str, words: WordList) -> bool:
    """Whether a word in ة that the list has as a lemma is a noun of its own (مدرسة), not the feminine of an adjective (طويلة).

    It is one if the list has no adjective without the ة, or gives it a plural of its own (مدارس, شركات; the plural of an
    adjective's feminine is listed under the masculine), or it is a masdar of form III (مقاومة). Otherwise the adjective's
    shape decides: nisba (دولي), فعيل, فاعل, participles in م.
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
