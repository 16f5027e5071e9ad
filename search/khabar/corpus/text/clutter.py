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
    «© جميع الحقوق محفوظة لصحيفة الوادي 2024». Without © only with the name of an owner, and without a year
    not as the first line: «كل الحقوق محفوظة للمساهمين» may be a headline
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

__all__ = ["LONGEST", "Clutter", "appeared_first", "classify"]

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
    r"(?:(?:جميع|كل|كافه) )?(?:ال)?حقوق (?:النشر )?محفوظه\b([^.!؟،,]{0,50})"
    r"|(?:حقوق النشر|copyright)\W{0,5}\d{4}\b([^.!؟]{0,80})"
)
_YEAR = re.compile(r"\b[12١٢]\d{3}\b")
_LONGEST_OWNER, _LONGEST_OWNER_WITH_YEAR = 3, 6
"""Maximum number of words of the owner of a copyright in a line without ©."""
_OF_SENTENCES = frozenset(
    [
        "في",
        "من",
        "الي",
        "علي",
        "عن",
        "منذ",
        "بعد",
        "قبل",
        "حتي",
        "بموجب",
        "حسب",
        "وفق",
        "رغم",
        "ضمن",
        "لدي",
        "التي",
        "الذي",
    ]
)
"""Words that a sentence about rights has, and the name of an owner does not."""
_APPEARED = re.compile(
    r"the post \S.{0,200} (?:first appeared|appeared first) on .{2,80}"
    r"|ظهرت المقالة .{1,200} أول(?:ا|اً|ًا) على .{2,80}"
    r"|التدوينة .{1,200} ظهرت أول(?:ا|اً|ًا) على .{2,80}"
    r"|(?:l['’]|cet )article .{1,200} est apparu en premier sur .{2,80}",
    re.I,
)
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


def appeared_first(line: str) -> bool:
    """Whether a line, which must not be empty, is the one that WordPress adds at the end of an entry of its
    feeds: «ظهرت المقالة … أولاً على …»."""
    return line[-1] in ".»" and len(line) <= 2 * LONGEST and _APPEARED.fullmatch(line) is not None


def classify(line: str, *, first: bool = False) -> Clutter | None:
    """Classify a line: return None for text.

    Args:
        line: a line, not empty.
        first: whether no text is before it, so that it may be a headline.
    """
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
    if (rights := _RIGHTS.fullmatch(core)) and _is_copyright(line, rights[1] or rights[2] or "", first):
        return Clutter("copyright")
    if _LINK.match(core):
        return Clutter("more")
    if (credit := _CREDIT.fullmatch(line)) and (name := _credited(credit[2])):
        return Clutter("publisher" if credit[1] else "source", name)
    return None


def _is_copyright(line: str, owner: str, first: bool) -> bool:
    """Whether a line about rights is a copyright: «جميع الحقوق محفوظة للورثة» may be a headline."""
    if "©" in line:
        return True
    words = owner.split()
    has_year = _YEAR.search(line) is not None
    longest = _LONGEST_OWNER_WITH_YEAR if has_year else _LONGEST_OWNER
    return len(words) <= longest and (has_year or not first) and _OF_SENTENCES.isdisjoint(words)


def _credited(text: str) -> str:
    """The name in a credit line, or "" if it is not a name."""
    name = text.strip(" \t\xa0|:-–—")
    if not has_words(name) or len(name.split()) > _LONGEST_CREDIT or _STOP.search(name):
        return ""
    return name
