"""Clutter: lines that agencies and web pages put around an article, and that do not belong to it.

Only a **whole short line** can be clutter; a sentence that merely contains one of these words is text, and
nothing inside a kept line is ever changed. The categories, which the report counts:

``rule``
    a line without a letter or digit: ``|``, ``•``, ``***``, ``-----``, ``.``
``end mark``
    «انتهى», «// انتهى //», and with an editor's initials or number behind a separator: «انتهى**ر.م»,
    «انتهى/ر.م», «انتهى / 278»; «يتبع» (to be continued)
``comments``, ``sharing``, ``printing``, ``navigation``
    the labels of a page's buttons: «تعليقك», «أضف تعليق», «تعليقات (0)», «شارك», «شارك الخبر», «طباعة»,
    «Next Previous»
    Also the path of a page: «الرئيسية > محليات > …»
``views``
    «عدد المشاهدات: 1523»
``copyright``
    «© جميع الحقوق محفوظة لصحيفة الوادي 2024»
``more``
    links to other pages: «...المزيد», «اقرأ المزيد», «مواضيع ذات صلة» alone, or «اقرأ أيضا:», «شاهد أيضاً
    |» with the headline of the linked page; «رابط الخبر بصحيفة الوئام: …», the page's own address
``publisher``
    «ناشر | وكالة أنباء فارس |», «الناشر: …»: names the source
``source``
    «المصدر: وكالات», «المصدر | …», «مصدر الخبر: …»: names the source. A line of more than six words, or with
    the end of a sentence in it, is text (in «المصدر: لم نعلم بذلك.» somebody speaks)

Letter variants, harakat, tatweel and surrounding punctuation make no difference: «إقرأ أيضًا …» is
«اقرأ أيضا».
"""

from __future__ import annotations

import re

import msgspec

from khabar.spelling import comparable, has_words

__all__ = ["LONGEST", "Clutter", "classify"]

LONGEST = 150
"""Maximum length of a clutter line in characters, unless it is a ``rule``."""

_PHRASES: dict[str, str] = {
    comparable(phrase): category
    for category, phrases in {
        "end mark": "انتهى|يتبع",
        "comments": (
            "تعليقك|تعليقات|التعليقات|أضف تعليق|أضف تعليقا|أضف تعليقك|إضافة تعليق|اكتب تعليقا|اكتب تعليقك"
            "|اترك تعليقا|اترك تعليقك|لا توجد تعليقات|comments|leave a comment"
        ),
        "sharing": (
            "شارك|شاركها|شارك الخبر|شارك المقال|شارك الموضوع|شارك هذا الخبر|شارك هذا المقال|شارك عبر"
            "|شارك على فيسبوك|شارك على تويتر|أرسل لصديق|إرسال لصديق|share|share this"
        ),
        "printing": "طباعة|اطبع|طباعة الخبر|طباعة المقال|نسخة للطباعة|print",
        "navigation": "next previous|التالي السابق|السابق التالي",
        "copyright": "جميع الحقوق محفوظة|كل الحقوق محفوظة|حقوق النشر محفوظة|all rights reserved",
        "more": (
            "المزيد|اقرأ المزيد|للمزيد|اقرأ أيضا|شاهد أيضا|طالع أيضا|مواضيع ذات صلة|أخبار ذات صلة"
            "|مقالات ذات صلة|موضوعات ذات صلة|read more"
        ),
    }.items()
    for phrase in phrases.split("|")
}

# Everything around the words of a label: «// انتهى //», «...المزيد», «تعليقات (0)».
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_INITIALS = re.compile(r"انتهي\s*[*/\\|\-–—]+\s*[^\W_]{1,4}(?:[\s./*،,\-]+[^\W_]{1,2})*")
_LINK = re.compile(r"(?:(?:اقرا|شاهد|طالع) (?:ايضا|كذلك|المزيد)|رابط الخبر [^:|]{1,40}?)\s*[:|»>\-–—…]")
_PATH = re.compile(r"(?:الصفحه )?الرئيسيه\s*(?:[>»›←]|[/|\\][^/|\\]+[/|\\])\s*\S")
_COUNTED = "مشاهدات|قراءات|زيارات|مشاهده|قراءه|زياره|views?|hits"
_VIEWS = re.compile(
    rf"\W*(?:عدد )?(?:ال)?(?:{_COUNTED})\s*[:|]\s*[\d.,٠-٩]+\s*(?:k|m|الف)?\W*"
    rf"|\W*[\d.,٠-٩]+\s*(?:{_COUNTED})\W*"
)
_RIGHTS = re.compile(
    r"(?:(?:جميع|كل|كافه) )?(?:ال)?حقوق (?:النشر )?محفوظه\b[^.!؟،,]{0,50}"
    r"|(?:حقوق النشر|copyright)\W{0,5}\d{4}\b[^.!؟]{0,80}"
)
_POST = "(?:ال)?(?:مقالة?|تدوينة|خبر|موضوع)"
_FIRST_ON = "(?:أولا|أولاً|أولًا|لأول مرة|أول مرة) (?:على|في) .{2,80}"
_APPEARED = re.compile(
    r"the post \S.{0,200} (?:first appeared|appeared first) on .{2,80}"
    rf"|ظهرت? (?:هذه? )?{_POST} .{{1,200}} {_FIRST_ON}"
    rf"|{_POST} .{{1,200}} ظهرت? {_FIRST_ON}"
    r"|(?:l['’]|cet )article .{1,200} est apparu en premier sur .{2,80}",
    re.I,
)
"""The line that WordPress adds to entries of its feeds."""
_CREDIT = re.compile(r"\W*(?:(?:ال)?(ناشر)|المصدر|مصدر الخبر)\s*[:|]([^\n]+)")
_LETTER = re.compile(r"[^\W\d_]")
_PREFIX = 3
_PREFIXES = frozenset(
    start[:_PREFIX]
    for start in [
        *_PHRASES,
        *[
            "انتهي",
            "الرئيسيه",
            "الصفحه",
            "عدد",
            "مشاهد",
            "المشاهد",
            "قراء",
            "القراءات",
            "زيار",
            "الزيارات",
            "views",
            "hits",
        ],
        *["جميع", "كل", "كافه", "حقوق", "الحقوق", "copyright"],
        *["اقرا", "شاهد", "طالع", "رابط", "ناشر", "الناشر", "المصدر", "مصدر"],
    ]
)
"""The beginnings of all labels: they rule out most lines quickly."""
_FIRST = {prefix[0] for prefix in _PREFIXES}
_FIRST |= {
    letter
    for letter in map(chr, [*range(0x41, 0x250), *range(0x600, 0x700)])
    if comparable(letter)[:1] in _FIRST | {""}
}
_STOP = re.compile(r"[.!؟?](?:\s|$)")
_LONGEST_CREDIT = 6
"""Maximum number of words of a source."""


class Clutter(msgspec.Struct, frozen=True):
    """The category of a clutter line, and the source that it names, if any."""

    category: str
    source: str = ""


def classify(line: str) -> Clutter | None:
    """Classify a line, which must not be empty: return None for text."""
    if line[-1] in ".»" and len(line) <= 2 * LONGEST and _APPEARED.fullmatch(line):
        return Clutter("more")
    if len(line) > LONGEST:
        return None if has_words(line) else Clutter("rule")
    if not has_words(line):
        return Clutter("rule")
    letter = _LETTER.search(line)
    if letter is None or letter[0] not in _FIRST:
        return None
    start = comparable(line[letter.start() : letter.start() + 4 * _PREFIX])
    if len(start) >= _PREFIX and start[:_PREFIX] not in _PREFIXES:
        return None
    folded = comparable(line).strip()
    core = _AROUND.sub("", folded)
    if category := _PHRASES.get(" ".join(core.split())):
        return Clutter(category)
    if _INITIALS.fullmatch(core):
        return Clutter("end mark")
    if _PATH.match(core):
        return Clutter("navigation")
    if _VIEWS.fullmatch(folded):
        return Clutter("views")
    if _RIGHTS.fullmatch(core):
        return Clutter("copyright")
    if _LINK.match(core):
        return Clutter("more")
    if (credit := _CREDIT.fullmatch(line)) and (name := _credited(credit[2])):
        return Clutter("publisher" if credit[1] else "source", name)
    return None


def _credited(text: str) -> str:
    """The name in a credit line, or "" if it is not a name."""
    name = text.strip(" \t\xa0|:-–—")
    if not has_words(name) or len(name.split()) > _LONGEST_CREDIT or _STOP.search(name):
        return ""
    return name
