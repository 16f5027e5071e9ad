"""The words of dates: months of all calendars and countries, weekdays, numbers, relative words.

All words are in the spelling of `khabar.spelling.comparable`: without harakat, with ا for أ إ آ, ه for ة, ي
for ى. In this spelling no name means two Gregorian months, except كانون and تشرين without their number.

The names that Libya used until 2011 (الفاتح, هانيبال, الصيف, الماء …) are left out: they are everyday words.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from khabar.spelling import comparable

__all__ = [
    "ADJECTIVE",
    "AND",
    "BETWEEN",
    "DAY_ADJECTIVES",
    "EQUALS",
    "FIRST",
    "GREGORIAN",
    "HIJRI",
    "HIJRI_ERA",
    "LARGE",
    "MONTH_SYSTEMS",
    "NUMBERED",
    "OF_MONTH",
    "ORDINARY",
    "POINTS",
    "PREPOSITIONS",
    "SEASONS",
    "SECOND",
    "TEEN",
    "TENS",
    "TENSES",
    "TO",
    "UNITS",
    "UNIT_WORDS",
    "WEEKDAYS",
    "WESTERN_ERA",
    "YEAR_WORDS",
    "vocabulary_word",
]


def _folded(names: str) -> frozenset[str]:
    return frozenset(map(comparable, names.split()))


def _numbered(names: str) -> dict[str, int]:
    """The folded names of twelve months with their numbers; «/» separates spellings, «–» means none."""
    return {
        comparable(name): number
        for number, spellings in enumerate(names.split(), 1)
        for name in spellings.split("/")
        if name != "–"
    }


MONTH_SYSTEMS: dict[str, str] = {
    "Egypt, Gulf, Sudan, Yemen": (
        "يناير فبراير مارس أبريل/إبريل مايو يونيو/يونيه يوليو/يوليه أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
    ),
    "Levant, Iraq": "– شباط آذار نيسان أيار حزيران تموز آب أيلول – – –",
    "Tunisia, Algeria": ("جانفي فيفري مارس أفريل ماي جوان جويلية/جويليه أوت سبتمبر أكتوبر نوفمبر ديسمبر"),
    "Morocco": "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
    "Mauritania": "يناير فبراير مارس إبريل مايو يونيو يوليو أغشت شتمبر أكتوبر نوفمبر دجمبر",
    "English": (
        "January/Jan February/Feb March/Mar April/Apr May June/Jun July/Jul August/Aug September/Sep/Sept"
        " October/Oct November/Nov December/Dec"
    ),
    "French": (
        "janvier/janv février/fevrier/févr mars avril/avr mai juin juillet/juil août/aout septembre/sept"
        " octobre/oct novembre/nov décembre/decembre/déc"
    ),
}
"""The Gregorian months from January on, by country; «–» marks names that are in `NUMBERED`."""

ENGLISH_MONTHS = tuple(names[:3].lower() for names in MONTH_SYSTEMS["English"].split())
"""The English abbreviations of three letters, from January on, as BibTeX writes them."""

GREGORIAN: dict[str, int] = {
    name: number for names in MONTH_SYSTEMS.values() for name, number in _numbered(names).items()
}

_HIJRI_SYSTEM = "محرم/المحرم صفر – – – – رجب شعبان رمضان شوال ذوالقعدة/ذيالقعدة ذوالحجة/ذيالحجة"
HIJRI: dict[str, int] = _numbered(_HIJRI_SYSTEM)

ORDINARY = _folded("مارس ماي جوان أوت آب محرم المحرم صفر رجب شعبان رمضان may mar mars mai")
"""Month names that are also everyday words. They need a day, a year or «شهر» beside them."""

FIRST = _folded("الأول أول الأولى أولى")
SECOND = _folded("الثاني ثاني ثان الثانية ثانية الآخر آخر الآخرة الأخرى")

NUMBERED: dict[str, tuple[bool, int, int]] = {
    "كانون": (False, 12, 1),
    "تشرين": (False, 10, 11),
    # As newspapers in Lebanon and Syria shorten them: «13 ك2 2023».
    "ك": (False, 12, 1),
    "ت": (False, 10, 11),
    "ربيع": (True, 3, 4),
    "جمادي": (True, 5, 6),
    "جماد": (True, 5, 6),
    "ذو": (True, 11, 12),
    "ذي": (True, 11, 12),
}
"""Names that the next word completes → whether the months are Hijri, and the two months."""

WEEKDAYS: dict[str, int] = {
    comparable(name): number
    for number, names in enumerate(
        (
            "الاثنين الإثنين الأثنين monday mon lundi",
            "الثلاثاء الثلاثا tuesday tue mardi",
            "الأربعاء الاربعا wednesday wed mercredi",
            "الخميس thursday thu jeudi",
            "الجمعة friday fri vendredi",
            "السبت saturday sat samedi",
            "الأحد sunday sun dimanche",
        )
    )
    for name in names.split()
}

_UNIT_SPELLINGS = (
    "أول واحد إحدى أحد حادي واحدة غرة فاتح",
    "ثاني ثان اثنان اثنين اثنا اثني اثنتان اثنتين اثنتا اثنتي ثانية",
    "ثالث ثلاث ثلاثة",
    "رابع أربع أربعة",
    "خامس خمس خمسة",
    "سادس ست ستة",
    "سابع سبع سبعة",
    "ثامن ثمان ثماني ثمانية",
    "تاسع تسع تسعة",
    "عاشر عشر عشرة",
)
UNITS: dict[str, int] = {
    article + comparable(name): number
    for number, names in enumerate(_UNIT_SPELLINGS, 1)
    for name in names.split()
    for article in ("", "ال")
}
UNITS |= {"اولي": 1, "الاولي": 1}
"""Ordinal and cardinal numbers from 1 to 10, with and without the article."""

TEEN = frozenset({"عشر", "عشره"})
TENS: dict[str, int] = {
    article + stem + ending: 10 * number
    for number, stem in enumerate(("عشر", "ثلاث", "اربع", "خمس", "ست", "سبع", "ثمان", "تسع"), 2)
    for ending in ("ون", "ين")
    for article in ("", "ال")
}
_HUNDREDS: dict[str, int] = {
    prefix + hundred: 100 * number
    for number, prefix in enumerate(("", "", "ثلاث", "اربع", "خمس", "ست", "سبع", "ثمان", "تسع"), 1)
    for hundred in ("مئه", "مائه", "مايه")
    if number != 2
} | dict.fromkeys(("مئتان", "مئتين", "مائتان", "مائتين"), 200)
LARGE: dict[str, int] = _HUNDREDS | {"الف": 1000, "الفان": 2000, "الفين": 2000, "الفا": 2000}

YEAR_WORDS = _folded("عام العام سنة السنة عامي سنتي العامين")
SEASONS = _folded("صيف شتاء خريف ربيع مونديال أولمبياد")
"""Words after which a number from 1900 to 2100 is a year."""
PREPOSITIONS = _folded("في منذ حتى خلال مطلع بداية أوائل نهاية أواخر منتصف بحلول قبل بعد in since")
OF_MONTH = frozenset(("شهر", "الشهر"))
HIJRI_ERA = _folded("ه ھ هـ هجري هجرية هجريا الهجرة ah")
WESTERN_ERA = _folded("م ميلادي ميلادية ميلاديا الميلاد ad ce")
EQUALS = _folded("الموافق الموافقة موافق يوافق الموافقين المصادف المصادفة يصادف")
TO = _folded("إلى حتى لغاية to until")
BETWEEN = frozenset(("بين",))
AND = "و"

TENSES: dict[str, int] = {
    comparable(name): shift
    for shift, names in {
        -1: "الماضي الماضية الفائت الفائتة المنصرم المنصرمة المنقضي المنقضية",
        0: "الجاري الجارية الحالي الحالية",
        1: "المقبل المقبلة القادم القادمة",
    }.items()
    for name in names.split()
}

UNIT_WORDS: dict[str, tuple[str, int]] = {
    comparable(name): (unit, count)
    for (unit, count), names in {
        ("day", 0): "أيام يوما",
        ("day", 1): "يوم اليوم",
        ("day", 2): "يومين يومان",
        ("week", 0): "أسابيع أسبوعا",
        ("week", 1): "أسبوع الأسبوع",
        ("week", 2): "أسبوعين أسبوعان",
        ("month", 0): "أشهر شهور شهرا",
        ("month", 1): "شهر الشهر",
        ("month", 2): "شهرين شهران",
        ("year", 0): "أعوام سنوات سنين عاما",
        ("year", 1): "عام العام سنة السنة",
        ("year", 2): "عامين عامان سنتين سنتان العامين",
    }.items()
    for name in names.split()
}
"""Words for units of time → the unit, and the number that the word implies; 0 for the plural and the
accusative, which need a number."""

POINTS: dict[str, int] = {"امس": -1, "البارحه": -1, "اليوم": 0, "غدا": 1, "غد": 1}
"""Days relative to the day of writing."""

DAY_ADJECTIVES = _folded("التالي السابق الواحد الأخير المفتوح نفسه ذاته الذي الموالي")
"""Words after which «اليوم» does not mean today. Ordinals and relative adjectives have the same effect."""
ADJECTIVE = "ال-ي"
"""The prefix returned for words outside the vocabulary with the form of «الوطني»."""

_GRAMMAR = _folded(
    "من يوم تاريخ الساعة هذا هذه أول قبل ما اليوم ذلك صحيفة جريدة موقع قناة يعد القعدة قعدة الحجة حجة"
    " الحرام الخير المبارك المرجب st nd rd th er of"
)
_VOCABULARY = frozenset(
    {
        *GREGORIAN,
        *HIJRI,
        *NUMBERED,
        *FIRST,
        *SECOND,
        *WEEKDAYS,
        *UNITS,
        *TENS,
        *LARGE,
        *YEAR_WORDS,
        *SEASONS,
        *PREPOSITIONS,
        *OF_MONTH,
        *HIJRI_ERA,
        *WESTERN_ERA,
        *EQUALS,
        *TO,
        *BETWEEN,
        AND,
        *TENSES,
        *UNIT_WORDS,
        *POINTS,
        *DAY_ADJECTIVES,
        *_GRAMMAR,
    }
)
_NEVER_PREFIXED = _folded("آب ه ھ م ان ah ad ce و")


@lru_cache(maxsize=1 << 16)  # most words of a news corpus are a few frequent ones
def vocabulary_word(written: str) -> tuple[str, str]:
    """The word of the vocabulary in a written word, folded, and the particles joined to its front.

    For a word outside the vocabulary, the word is "" and the prefix is "" or `ADJECTIVE`.

    >>> vocabulary_word("وأكتوبر"), vocabulary_word("للعام"), vocabulary_word("فبراير")
    (('اكتوبر', 'و'), ('العام', 'ل'), ('فبراير', ''))
    """
    if len(written) > 40:
        return "", ""
    word = comparable(unicodedata.normalize("NFKC", written))
    prefix = ""
    for _ in range(3):
        if word in _VOCABULARY:
            return ("", "") if prefix not in ("", "و") and word in _NEVER_PREFIXED else (word, prefix)
        if len(word) < 3:
            break
        if word.startswith("لل") and "ا" + word[1:] in _VOCABULARY:
            return "ا" + word[1:], prefix + "ل"
        if word[0] not in ("وفبلك" if not prefix else "بلك"):
            break
        prefix += word[0]
        word = word[1:]
    return "", ADJECTIVE if word.startswith("ال") and word.endswith("ي") and not prefix else ""
