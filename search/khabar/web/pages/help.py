"""The help page: the query language with examples as links, the keys, and the colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khabar.web.pages.searching import Search

if TYPE_CHECKING:
    from khabar.web.pages.page import Page

__all__ = ["SYNTAX", "help_context"]

#: Example queries and what they find, in English and in Arabic.
SYNTAX: tuple[tuple[str, str, str], ...] = (
    ("أسعار النفط", "any of these words, in any spelling and inflection", "أي كلمة منها، بأي كتابة وأي صيغة"),
    ('"وقف إطلاق النار"', "exactly these words in this order", "هذه الكلمات بنصها وترتيبها"),
    ("+هدنة -الأسرى", "the first word without the second", "ما فيه الأولى وليس فيه الثانية"),
    (
        "(نفط أو غاز) +أسعار",
        "either of the words in parentheses, with the third",
        "إحدى الكلمتين بين القوسين، ومعها الثالثة",
    ),
    (
        "وزير قرب/3 القاهرة",
        "both in one paragraph, at most three words apart",
        "كلتاهما في فقرة واحدة بينهما ثلاث كلمات على الأكثر",
    ),
    ("=وزراء", "the word as written, in no other form", "الكلمة كما كُتبت من غير صيغها الأخرى"),
    ("برلمان*", "words that begin with these letters", "كلمات تبدأ بهذه الحروف"),
    ("غوتيرش~", "words with nearly the same letters", "كلمات قريبة الحروف منها"),
    ("عنوان:هدنة", "the word in titles only", "في العناوين وحدها"),
    ("مصدر:الخليج", "articles of a source", "مقالات مصدر"),
    ("كاتب:الزهراني", "articles by an author", "مقالات كاتب"),
    ("بعد:2024-03 قبل:2025", "articles published in this period", "ما نُشر في هذه المدة"),
    ("تاريخ:رمضان_1445", "articles published in this month", "ما نُشر في هذا الشهر"),
    ("عن:2023-10-07", "articles with a paragraph that mentions this date", "ما فيه فقرة تذكر هذا التاريخ"),
)

#: The keys, and the keys of the texts about them.
KEYS = (
    ("/", "key search"),
    ("j k", "key next"),
    ("Enter", "key open"),
    ("s", "key star"),
    ("n p", "key turn"),
    ("?", "key help"),
    ("Esc", "key escape"),
)


def help_context(page: Page) -> dict[str, Any]:
    """The values of the template for the help page."""
    arabic = page.language == "ar"
    return {
        "page": page,
        "syntax": [
            (query, texts[arabic], Search(q=query, lang=page.asked_language).address())
            for query, *texts in SYNTAX
        ],
        "keys": [(keys.split(), about) for keys, about in KEYS],
    }
