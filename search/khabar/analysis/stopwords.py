"""Stop words: function words, which say nothing about the subject of a text.

The list was written for this project. It has the closed classes of written Arabic: prepositions,
conjunctions, particles, pronouns, demonstratives, relatives, interrogatives and auxiliary verbs. The
reporting verbs that begin every second sentence of a news text are *not* in it. Spellings are folded
(:func:`khabar.analysis.fold.fold`). Stop words are indexed on the exact depth, so that phrases can contain
them; the other depths leave them out.
"""

from __future__ import annotations

__all__ = ["QUESTION_WORDS", "STOP_WORDS", "is_stop_word"]

_CLASSES = {
    "prepositions": "من الى عن على في حتى منذ مذ خلال عبر ضمن لدى لدي عند عندما حول بين دون بدون ضد نحو "
    "تجاه ازاء لاجل"
    " قبل بعد فوق تحت امام وراء خلف داخل خارج مع سوى عدا ماعدا خلا حيال بشان وفق وفقا بحسب حسب عقب اثر "
    "اثناء لقاء",
    "with pronouns": "منه منها منهم منهما مني منا منك اليه اليها اليهم الينا اليك عنه عنها عنهم عنا عليه "
    "عليها عليهم"
    " عليهما علينا عليك فيه فيها فيهم فيهما فينا به بها بهم بهما بنا بك له لها لهم لهما لنا لك لي معه معها "
    "معهم معنا"
    " لديه لديها لديهم لدينا عنده عندها عندهم بينه بينها بينهم بينهما بيننا حوله حولها قبله قبلها بعده "
    "بعدها دونه",
    "conjunctions": "و ف او ام ثم لكن لكنه لكنها بل حيث حيثما اذ اذا اذن اما لو لولا كما كلما بينما فيما "
    "مما عما ممن"
    " لان لانه لانها لانهم كي لكي حين حينما ريثما طالما مهما",
    "particles": "ان انه انها انهم انهما انا اننا لا لم لن ما ليس ليست ليسوا غير الا قد لقد سوف هل نعم كلا "
    "بلى يا ايها ايتها"
    " اي ايضا فقط كان كانه كانها كانهم لعل لعلي ليت انما ربما مثل مثلا كذلك هكذا هناك هنا هنالك ثمه جدا",
    "pronouns": "هو هي هم هما هن انت انتم نحن انا اياه اياها نفسه نفسها انفسهم",
    "demonstratives": "هذا هذه هذان هذين هاتان هاتين هؤلاء ذلك تلك اولئك ذاك ذا ذي",
    "relatives": "الذي التي الذين اللذان اللذين اللتان اللتين اللاتي اللواتي اللائي",
    "interrogatives": "ماذا لماذا متى اين كيف كم ايه",
    "auxiliaries": "كان كانت كانوا يكون تكون يكونوا كنت كنا كون سيكون ستكون صار اصبح اصبحت يصبح تصبح ظل ظلت "
    "بات باتت"
    " زال مازال لازال يزال تزال مازالت يتم تتم تم",
    "quantifiers": "كل بعض كلا كلتا جميع كافه معظم اكثر اقل عده",
}

#: Every stop word, folded.
STOP_WORDS = frozenset(word for group in _CLASSES.values() for word in group.replace("ى", "ي").split())

_QUESTIONS = "من متي ما ماذا كم اين كيف لماذا لما هل اي ايه بماذا لمن ماهو ماهي فيم بم مم علام"

#: Question words, folded. At the start of a query they say nothing about its subject.
QUESTION_WORDS = frozenset(_QUESTIONS.split())

#: Nouns that look like a conjunction before a stop word: «ولي العهد» is the crown prince, فلك an orbit.
_NOUNS = frozenset(("ولي", "فلك"))


def is_stop_word(folded: str) -> bool:
    """Whether a folded word is a stop word, also after «و» or «ف» («وفي», «فان»).

    >>> is_stop_word("وهو"), is_stop_word("فيها"), is_stop_word("وزير")
    (True, True, False)
    """
    if folded in STOP_WORDS:
        return True
    return folded[:1] in ("و", "ف") and folded[1:] in STOP_WORDS and folded not in _NOUNS
