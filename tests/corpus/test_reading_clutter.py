"""Which lines are clutter and, more important, which are not."""

import pytest

from khabar.corpus.text.clutter import Clutter, classify
from khabar.corpus.text.paragraphs import body_of

CLUTTER = {
    "rule": ["|", "•", "***", "* * *", "-----", "ـــــ", ".", "...", "«»", "ً", "\u200f", "-" * 500],
    "end mark": [
        "انتهى**ر.م",
        "انتهى/ر.م",
        "انتهى / ر . م",
        "انتهى",
        "// انتهى //",
        "//انتهـــى//",
        "(إنتهى)",
        "انتهى/278",
        "انتهى|س.ع",
        "انتهى - واس",
        "يتبع...",
        "// يتبع //",
    ],
    "comments": ["تعليقك", "أضف تعليق", "اضف تعليقًا", "تعليقات (0)", "التعليقات:", "Leave a comment"],
    "sharing": ["شارك", "شارك الخبر", "شارك 12", "Share"],
    "printing": ["طباعة", "طِباعَة", "نسخة للطباعة"],
    "navigation": [
        "Next Previous",
        "الرئيسية > محليات > إعادة فتح السوق",
        "الصفحة الرئيسية » أخبار",
        "الرئيسية / محليات / إعادة فتح السوق",
    ],
    "views": ["عدد المشاهدات: 1523", "المشاهدات : ١٥٢٣", "1,523 مشاهدة", "Views: 12K"],
    "copyright": [
        "© جميع الحقوق محفوظة لصحيفة الوادي 2024",
        "جميع الحقوق محفوظة",
        "© كل الحقوق محفوظة لمؤسسة الوادي للصحافة والنشر في الخليج",
        "جميع الحقوق محفوظة لموقع الوادي الإخباري",
        "جميع الحقوق محفوظة لموقع الوادي الجديد الإخباري 2024",
        "Copyright © 2024 Alwadi",
        "All rights reserved",
    ],
    "more": [
        "رابط الخبر بصحيفة المدينة: افتتاح الجسر الجديد",
        "المزيد",
        "...المزيد",
        "اقرأ المزيد",
        "إقرأ المزيد »",
        "اقرأ أيضا:",
        "إقرأ أيضًا: رئيس الوزراء يفتتح معرض الكتاب",
        "شاهد أيضاً | وصول أول قافلة إغاثة",
        "مواضيع ذات صلة",
    ],
}

TEXT = [
    "حقوق النشر في مصر: قانون 2024 يثير الجدل",
    "جميع حقوق المرأة محفوظة في الدستور الجديد",
    "كل الحقوق محفوظة للمساهمين في الشركة المنهارة",
    "الحقوق محفوظة للعمال بموجب القانون الجديد",
    "الحقوق محفوظة للعمال بموجب قانون 2003",
    "حقوق النشر 2024 في مصر قانون جديد يثير الجدل",
    "خبر إصابة اللاعب ظهر أولاً في صحيفة ماركا الإسبانية صباح اليوم.",
    "عدد القراءات التي نالتها الرواية كبير",
    "الرئيسية | افتتاح السوق",
    "مشاهدات من المعرض",
    "مشاهدات 2024",
    "جميع الحقوق محفوظة للورثة، وقال المحامي إن القضية ستعرض غدا.",
    "انتهى الاجتماع",
    "انتهى به المطاف في المستشفى",
    "انتهى اللقاء، وغادر الوفد العاصمة.",
    "هل انتهى الأمر؟",
    "شارك في الاجتماع وزراء الخارجية",
    "شارك الوزير في الافتتاح",
    "ما هو تعليقك على القرار؟",
    "رفض المتحدث التعليق",
    "طباعة الكتب في القاهرة",
    "المزيد من القتلى في الغارة",
    "اقرأ أيضا ما كتبه النقاد عن الرواية",
    "يتبع الفريق خطة جديدة",
    "12",
    "أ",
    "ﷺ",
    "مصدر: لا تعليق",
    "المصدر: قال إن الاتفاق سيوقع غدا في جنيف بحضور الطرفين",
    "المصدر: لم نعلم بذلك.",
    "الناشر",
    "المصدر:",
    "- بند أول",
]


@pytest.mark.parametrize(("category", "line"), [(c, line) for c, lines in CLUTTER.items() for line in lines])
def test_clutter(category: str, line: str) -> None:
    assert classify(line) == Clutter(category)


@pytest.mark.parametrize("line", TEXT)
def test_text_is_not_clutter(line: str) -> None:
    assert classify(line) is None


@pytest.mark.parametrize(
    ("line", "category", "source"),
    [
        ("ناشر | وكالة أنباء فارس |", "publisher", "وكالة أنباء فارس"),
        ("الناشر: صحيفة الضفة", "publisher", "صحيفة الضفة"),
        ("المصدر: وكالات", "source", "وكالات"),
        ("المصدر | رويترز", "source", "رويترز"),
        ("مصدر الخبر: وكالة الأنباء الأردنية (بترا)", "source", "وكالة الأنباء الأردنية (بترا)"),
        ("- المصدر : أ.ف.ب", "source", "أ.ف.ب"),
    ],
)
def test_lines_that_name_the_source(line: str, category: str, source: str) -> None:
    assert classify(line) == Clutter(category, source)


@pytest.mark.parametrize("word", ["انتهى", "تعليقك", "شارك", "طباعة", "المزيد", "اقرأ أيضا:", "المصدر:"])
def test_a_long_line_is_text_whatever_it_begins_with(word: str) -> None:
    assert classify(f"{word} {'قال الوزير إن المحادثات مستمرة ' * 8}") is None


def test_a_headline_about_rights_stays() -> None:
    headline, text = "كل الحقوق محفوظة للمساهمين", "قالت الوزارة إن الإنتاج ارتفع هذا العام في جميع المناطق."
    assert body_of(f"{headline}\n{text}").lines == (headline, text)
    body = body_of(f"{text}\nكل الحقوق محفوظة لصحيفة الوادي")
    assert body.lines == (text,) and body.clutter == {"copyright": 1}


def test_only_the_last_line_is_that_of_wordpress() -> None:
    closing = "ظهرت المقالة افتتاح السد أولاً على الوادي."
    text = "قالت الوزارة إن الإنتاج ارتفع هذا العام في جميع المناطق."
    for line in (closing, "خبر إصابة اللاعب ظهر أولاً في صحيفة ماركا الإسبانية."):
        assert body_of(f"{text}\n{line}\n{text}").lines == (text, line, text)
    assert body_of(f"{text}\n{closing}\nطباعة").lines == (text,)
    last = "خبر إصابة اللاعب ظهر أولاً في صحيفة ماركا الإسبانية."
    assert body_of(f"{text}\n{last}").lines == (text, last)
