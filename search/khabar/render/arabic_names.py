"""Arabic translations of messages about names that an index does not have, and about dates in a query that are
not understood, composed of their parts. :mod:`khabar.render.arabic_texts` has all other texts.
"""

from __future__ import annotations

from itertools import count, product

__all__ = ["NAME_TEXTS"]

#: The problem with a name.
_WRONG = {
    "no source of this index is called «{}»": "لا مصدر بهذا الاسم في الفهرس",
    "no author of this index is called «{}»": "لا كاتب بهذا الاسم في الفهرس",
    "no section of this index is called «{}»": "لا قسم بهذا الاسم في الفهرس",
    "no tag of this index is called «{}»": "لا وسم بهذا الاسم في الفهرس",
    "no language of this index is called «{}»": "لا مقال بهذه اللغة في الفهرس",
    "no place of this index is called «{}»": "لا مكان بهذا الاسم في الفهرس",
    "no article of this index has «{}» as its {}": "لا قيمة كهذه في هذا الحقل",
}
#: Similar names, or else some names of the index.
_OTHERS = {
    "": "",
    "; similar names: «{}»": "؛ أقرب الأسماء: «{:names}»",
    "; there are: «{}»": "؛ والموجود: «{:names}»",
    "; there are: «{}» …; {} lists all": "؛ ومن الموجود: «{:names}» …؛ وتُعرض كلها بالأمر: {:typed}",
}
#: What to type instead.
_ADVICE = {
    "": "",
    "; several are given one by one": "؛ وتُذكر الأسماء واحدًا واحدًا",
    "; for several write {}:({})": "؛ ولعدة أسماء: {:field}:({:typed})",
    "; to give a source this name too: {}": "؛ ولتسمية مصدر بهذا الاسم: {:typed}",
}


#: The problem with a date.
_DATES = {
    "it names no date": "ليس تاريخًا مفهومًا",
    "there is nothing in it": "لا تاريخ فيه",
    "it can be {} or {}": "يحتمل تاريخين: {0} و{1}",
    "it can be {} or {} or {}": "يحتمل عدة تواريخ: {0} و{1} و{2}",
    "it can be {} or {}: name the month, or write year-month-day": (
        "يحتمل تاريخين: {0} و{1}؛ اكتب اسم الشهر، أو اكتبه بترتيب السنة فالشهر فاليوم"
    ),
    "it can be {} or {} or {}: name the month, or write year-month-day": (
        "يحتمل عدة تواريخ: {0} و{1} و{2}؛ اكتب اسم الشهر، أو اكتبه بترتيب السنة فالشهر فاليوم"
    ),
    "it can be {} or {} in both calendars": "يحتمل تاريخين في التقويمين: {0} و{1}",
    "there is no month {}": "لا شهر رقمه {0}",
    "there is no {}": "لا وجود للتاريخ {0}",
    "{} can be a Hijri or a Gregorian year: write {}هـ or {}م": (
        "{0} سنة هجرية أو ميلادية: اكتب {0}هـ أو {0}م"
    ),
    "it lies outside the calendar": "خارج حدود التقويم",
    "the range ends ({}) before it begins ({})": "تنتهي المدة ({0}) قبل أن تبدأ ({1})",
    "Hijri years are known from {} to {} only, not {}": "السنوات الهجرية المعروفة من {0} إلى {1} فقط، لا {2}",
}
#: What follows from it.
_LEFT = {
    ": the condition is left out": ": أُهمل الشرط",
    "; write it as 2024-10-09, 2024-10, 2024, «9 أكتوبر 2024», أمس or 7d": (
        "؛ اكتبه هكذا: 2024-10-09 أو 2024-10 أو 2024 أو «9 أكتوبر 2024» أو أمس أو 7d"
    ),
}


def _numbered(text: str, first: int) -> str:
    """An Arabic text with numbers in its placeholders: ``{:typed}`` becomes ``{2:typed}``."""
    number = count(first)
    pieces = text.split("{:")
    return pieces[0] + "".join(f"{{{next(number)}:{piece}" for piece in pieces[1:])


def _texts() -> dict[str, str]:
    """All messages about names, by their English texts."""
    texts = {}
    for wrong, others, advice in product(_WRONG, _OTHERS, _ADVICE):
        rest = _numbered(_OTHERS[others] + _ADVICE[advice], wrong.count("{}"))
        texts[wrong + others + advice] = _WRONG[wrong] + rest
    return texts


NAME_TEXTS = {
    **_texts(),
    **{date + left: _DATES[date] + _LEFT[left] for date, left in product(_DATES, _LEFT)},
    "no article of this index has a source": "ليس لأي مقال في الفهرس مصدر",
    "no article of this index has an author": "ليس لأي مقال في الفهرس كاتب",
    "no article of this index has a section": "ليس لأي مقال في الفهرس قسم",
    "no article of this index has a tag": "ليس لأي مقال في الفهرس وسم",
    "no article of this index has a language": "ليس لأي مقال في الفهرس لغة معروفة",
    "no article of this index has a place": "ليس لأي مقال في الفهرس مكان",
}
