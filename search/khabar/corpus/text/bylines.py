"""By-lines: the line of a text that names its author, «بقلم: سعاد أبو العلا».

A by-line is one of the first three lines, or the last, and consists of a label and a name of two to five
words. If a sentence follows the label («كتب: وصل الوزير إلى بيروت»), the line is text: a name has no verb of
speech, preposition or digit, and does not begin with a verb («كتب: انتهت الحرب»). No list has all verbs, so
words are recognized as verbs by shapes that hardly any name has; lists have the names with these shapes.
Without a colon or the like only «بقلم» is a label, because «كتب محمد» may begin a sentence. The by-line
remains in the text, as a dateline does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from khabar.spelling import comparable, has_words, storable

__all__ = ["author_of_line", "believable_author", "byline_place"]

_FIRST = 3
"""How many lines at the beginning of a text may be the by-line."""
_WORDS = 2, 5
"""Minimum and maximum number of words of a name."""
_LONGEST = 80
_MARKS = r"[\u064b-\u0652\u0640]*"
_SIGN = r"\s*(?:[:：/|ـ]|[-–—]+(?=\s))+\s*"
_LABELS = "|".join(
    ("بقلم", "كتب", "كتبت", "كتبه", "كتبته", "كتبها", "تحرير", "اعداد", "اعده", "اعدها", "اعدته", "اعدتها")
)
_BYLINE = re.compile(
    rf"\W*(?:(?P<label>(?:[^\W\d_]{_MARKS}){{3,8}}){_SIGN}|(?P<bare>(?:[^\W\d_]{_MARKS}){{4}})\s+)(?P<name>.+)"
)
_LABEL = re.compile(_LABELS)
_START = re.compile(r"\W*(?:ب|ك|ت|[إأا])")
"""The beginning of all labels: rules out most lines quickly."""
_WORD = re.compile(r"(?:[^\W\d_][\u064b-\u0652]*(?:[.'’\-][^\W\d_])?)+\.?")
#: Names that look like another word when they are folded, as «علي» and «على».
_NAMES = frozenset(["علي", "منى", "إمام", "الإمام", "خلف", "لقاء", "والي", "طالب"])
#: Names that have the shape of a verb and are in none of the lists of names.
_LIKE_VERBS = """
طلعت بهجت عصمت حكمت شوكت نشأت جودت همت ميرفت مرفت نعمت عفت حشمت دولت عنايات زينات فرحات بركات عرفات آيات
جنات ثابت ياقوت مارغريت مارجريت بريجيت جانيت جوزيت إليزابيت أنطوانيت إيفيت روبرت ألبرت هربرت هيلموت كورت
إرنست أنطون يمنى يسرا يارا يانا يان يانيس يورغن يوهان يوهانس ينس يوليا يوري تالا تيا تيريز توفيق تيسير تحسين
تغريد تماضر تامر تقي تقى تمارا تانيا تسنيم توماس تيودور
"""
#: Verbs of headlines that do not have such a shape and are not names.
_VERBS = """
عاد عادت فاز مات بدأ سقط قتل وقع هبط صعد غادر عقد افتتح أغلق دخل خرج رفض وافق ارتفع انخفض تراجع تقدم تأهل
خسر تعادل نجح فشل اعتقل اغتال استقال أقال قرر منع سمح واصل استأنف هاجم قصف ضرب احتل استعاد أطلق ألغى أجل بحث
ناقش درس توفي رحل توقف تعرض تصدر تبنى تلقى حقق حصل شن صدر ظهر عثر غرق فقد كثف هدد
"""
#: The shapes of verbs, folded: «انتهت», «يعود», «تبدأ», «انفجر», «اقتحم», «استقبل».
_IS_VERBAL = re.compile(r"\w{3,}ت|[يت]\w{3,5}|ان[^\Wا]{3}|ا[^\Wا]ت[^\Wا]{2}|است\w{3}")
_AROUND = ' \t\xa0.,،؛;:|*-–—_()[]«»"“”\u200e\u200f'
# A word with «لل», «بال» or the like is part of a sentence.
_JOINED = re.compile(r"(?:لل|[وبك]ال)[^\W\d_]{2,}")

_NO_AUTHORS = frozenset(
    map(
        comparable,
        """microsoft office user|microsoft|user|admin|administrator|owner|unknown|author|default|guest|pc|hp
|dell|lenovo|toshiba|acer|asus|windows user|windows|win7|win10|root|home|laptop|computer|test|python-docx
|python-pptx|openpyxl|apache poi|libreoffice|openoffice|calibre|word|office|anonymous|none|null
|مستخدم|المستخدم|مدير|المدير|مجهول
|مستخدم microsoft office|مستخدم windows|المستخدم الافتراضي
|utilisateur windows|utilisateur|x|xx|xp|usr""".replace("\n", "").split("|"),
    )
)
"""Authors that programs fill in."""
_NO_AUTHOR = re.compile(
    r"(?:desktop|laptop|pc|win|user|admin|dell|hp|lenovo)[-_ ]?[0-9a-z]*\d[0-9a-z]*", re.I
)
_LONGEST_AUTHOR = 300


def author_of_line(line: str) -> str:
    """The name in a line that is a by-line; "" for any other line.

    >>> author_of_line("بقلم: سعاد أبو العلا"), author_of_line("كتب: وصل الوزير إلى بيروت")
    ('سعاد أبو العلا', '')
    """
    if len(line) > _LONGEST or not _START.match(line):
        return ""
    byline = _BYLINE.fullmatch(line.strip())
    if byline is None:
        return ""
    label = comparable(byline["label"] or byline["bare"])
    if not _LABEL.fullmatch(label) or (byline["bare"] and label != comparable("بقلم")):
        return ""
    name = " ".join(byline["name"].strip(_AROUND).split())
    return name if _is_name(name) else ""


def believable_author(author: str) -> str:
    """The author of a document or page; "" if it names a program, a machine or nobody.

    Args:
        author: the author as stored.

    >>> believable_author("سلمى حداد"), believable_author("DESKTOP-7F3K2")
    ('سلمى حداد', '')
    """
    author = " ".join(storable(author).split())
    unfit = len(author) > _LONGEST_AUTHOR or comparable(author) in _NO_AUTHORS or _NO_AUTHOR.fullmatch(author)
    return "" if unfit or not has_words(author) else author


def byline_place(lines: Sequence[str]) -> tuple[int, str]:
    """The index of the by-line in a text, and the name in it; -1 and "" if there is none.

    Args:
        lines: all lines of a text. A single line is never a by-line.
    """
    if len(lines) < 2:
        return -1, ""
    for index in dict.fromkeys((*range(min(_FIRST, len(lines))), len(lines) - 1)):
        if author := author_of_line(lines[index]):
            return index, author
    return -1, ""


def _is_name(text: str) -> bool:
    from khabar.analysis.stopwords import is_stop_word
    from khabar.entities.word_lists import SPEECH, folded

    words = text.split()
    if not _WORDS[0] <= len(words) <= _WORDS[1] or not all(map(_WORD.fullmatch, words)):
        return False
    forms = [form for word in words if word.strip(".") not in _NAMES for form in folded(word)]
    speech = folded(SPEECH)
    if any(is_stop_word(form) or form in speech or _JOINED.fullmatch(form) for form in forms):
        return False
    return not _is_sentence(words)


def _is_sentence(words: Sequence[str]) -> bool:
    """Whether words begin with a verb, or with a noun with the article and a verb («الحرب انتهت»)."""
    if _is_verb(words[0]):
        return True
    return words[0].startswith("ال") and not _is_given(words[0]) and _is_verb(words[1])


def _is_verb(word: str) -> bool:
    from khabar.analysis.fold import fold
    from khabar.entities.word_lists import folded

    term = fold(word.strip("."))
    return term in folded(_VERBS) or (_IS_VERBAL.fullmatch(term) is not None and not _is_given(word))


def _is_given(word: str) -> bool:
    """Whether a word is a given name or a title."""
    from khabar.analysis.fold import fold

    return fold(word.strip(".")) in _known_names()


@cache
def _known_names() -> frozenset[str]:
    from khabar.entities.gazetteer import lists
    from khabar.entities.known_names import DOUBTFUL_GIVEN, FAMILIES, FOREIGN_GIVEN, SURE_GIVEN
    from khabar.entities.word_lists import TITLES, folded

    listed = folded(SURE_GIVEN, DOUBTFUL_GIVEN, FOREIGN_GIVEN, TITLES, FAMILIES, _LIKE_VERBS)
    return listed | lists().given
