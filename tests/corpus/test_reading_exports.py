"""Exports of messengers and networks: WhatsApp and X."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_helpers import Result, zipped

from khabar.corpus.exports.whatsapp import order_of
from khabar.corpus.formats.export_kinds import is_whatsapp

NEWS = "عاجل: افتتاح جسر المرفأ\nافتتح الوزير الجسر أمس.\nوقال إن الكلفة عشرة ملايين."

ANDROID = f"""21/05/2024, 22:10 - الرسائل والمكالمات مشفرة تمامًا بين الطرفين.
21/05/2024, 22:15 - وكالة الوادي: {NEWS}
21/05/2024, 22:16 - سلمى حداد: <تم استبعاد الوسائط>
21/05/2024, 22:17 - سلمى حداد: IMG-20240521-WA0001.jpg (الملف مرفق)
صورة الجسر بعد الافتتاح.
21/05/2024, 22:18 - سلمى حداد: تم حذف هذه الرسالة
22/05/2024, 09:05 - ~ سلمى حداد: تصحيح: الكلفة تسعة ملايين. <تم تعديل هذه الرسالة>
"""
IOS = f"""[٢١\u200f/٥\u200f/٢٠٢٤، ١٠:١٠:٠٠ م] أخبار الوادي: \u200eالرسائل والمكالمات مشفرة تمامًا بين الطرفين.
[٢١\u200f/٥\u200f/٢٠٢٤، ١٠:١٥:٣٠ م] وكالة الوادي: {NEWS}
\u200e[٢١\u200f/٥\u200f/٢٠٢٤، ١٠:١٦:٠٠ م] سلمى حداد: \u200eصورة غير مدرجة
[٢٢\u200f/٥\u200f/٢٠٢٤، ٩:٠٥:٠٠ ص] سلمى حداد: \u200fتصحيح: الكلفة تسعة ملايين.
"""
ENGLISH = f"""[5/21/24, 10:15:30\u202fPM] Agency: {NEWS}
[5/21/24, 10:16:00\u202fPM] Salma: \u200eimage omitted
[5/21/24, 10:17:00\u202fPM] Salma: صورة الجسر \u200e<attached: 00000012-PHOTO-2024-05-21.jpg>
[5/22/24, 9:05:00\u202fAM] Salma: تصحيح: الكلفة تسعة ملايين.
"""


@pytest.mark.parametrize(
    ("name", "text", "titles"),
    [
        ("محادثة واتساب مع أخبار الوادي.txt", ANDROID, 3),
        ("_chat.txt", IOS, 2),
        ("WhatsApp Chat with News.txt", ENGLISH, 3),
    ],
    ids=["android", "ios", "english"],
)
def test_a_chat(reading_bytes: Callable[..., Result], name: str, text: str, titles: int) -> None:
    result = reading_bytes(name, text.encode())
    assert len(result.articles) == titles
    first, last = result.articles[0], result.articles[-1]
    assert first.title == "عاجل: افتتاح جسر المرفأ"
    assert first.paragraphs == ("افتتح الوزير الجسر أمس.", "وقال إن الكلفة عشرة ملايين.")
    assert first.author in ("وكالة الوادي", "Agency")
    assert first.published is not None and first.published.replace(second=0) == datetime(2024, 5, 21, 22, 15)
    assert last.published == datetime(2024, 5, 22, 9, 5)
    assert last.text.strip("\u200f") == "تصحيح: الكلفة تسعة ملايين." and last.author in ("سلمى حداد", "Salma")
    assert not result.report.skipped
    kinds = {note.reason.kind for note in result.report.notes}
    assert kinds <= {"service-message", "message-without-text"} and "message-without-text" in kinds


POLL = "POLL:\nهل ننشر خبر الجسر اليوم؟\n{mark}OPTION: نعم (3 votes)\n{mark}OPTION: لا (1 vote)\n"


@pytest.mark.parametrize(
    "chat",
    [
        f"[5/21/24, 10:15:30\u202fPM] Salma: \u200e{POLL.format(mark=chr(0x200E))}",
        f"21/5/2024, 22:14 - سلمى: صباح الخير.\n21/5/2024, 22:15 - سلمى: {POLL.format(mark='')}",
    ],
    ids=["ios", "android"],
)
def test_polls(reading_bytes: Callable[..., Result], chat: str) -> None:
    result = reading_bytes("_chat.txt", chat.encode())
    article = result.articles[-1]
    assert "هل ننشر خبر الجسر اليوم؟" in (article.title, *article.paragraphs)
    assert article.paragraphs[-2:] == ("نعم (3 votes)", "لا (1 vote)") and "POLL" not in article.title
    assert not result.report.notes


def test_the_name_of_the_chat(reading_bytes: Callable[..., Result]) -> None:
    assert reading_bytes("محادثة واتساب مع أخبار الوادي.txt", ANDROID).articles[0].source == "أخبار الوادي"
    packed = zipped({"_chat.txt": IOS, "00000012-PHOTO.jpg": b"\xff\xd8\xff"})
    assert reading_bytes("WhatsApp Chat - أخبار الوادي.zip", packed).articles[0].source == "أخبار الوادي"
    assert reading_bytes("_chat.txt", IOS).articles[0].source == ""


def test_the_order_of_dates_follows_from_all_of_them(reading_bytes: Callable[..., Result]) -> None:
    chat = "1/2/24, 10:00 - أ: خبر أول هنا.\n3/4/24, 10:00 - ب: خبر ثان هنا.\n"
    result = reading_bytes("a.txt", chat)
    assert [article.published for article in result.articles] == [None, None]
    assert {note.reason.kind for note in result.report.notes} == {"date-ambiguous"} and not result.report.ok
    told = reading_bytes("a.txt", chat, dates="dmy")
    assert [f"{article.published:%m-%d}" for article in told.articles] == [
        "02-01",
        "04-03",
    ] and told.report.ok
    # One date of the file decides for all.
    decided = reading_bytes("b.txt", chat + "13/4/24, 10:00 - ب: خبر ثالث هنا.\n")
    assert [f"{article.published:%m-%d}" for article in decided.articles] == ["02-01", "04-03", "04-13"]
    # So does the order of time.
    ordered = reading_bytes("c.txt", "1/2/24, 10:00 - أ: خبر أول هنا.\n2/1/24, 10:00 - ب: خبر ثان هنا.\n")
    assert [f"{article.published:%m-%d}" for article in ordered.articles] == ["01-02", "02-01"]


@given(st.lists(st.dates(datetime(2010, 1, 1).date(), datetime(2030, 1, 1).date()), min_size=1, max_size=30))
def test_a_detected_order_is_the_right_one(days: list) -> None:  # type: ignore[type-arg]
    days.sort()
    assert order_of([(day.day, day.month, day.year) for day in days]) in ("dmy", "")
    assert order_of([(day.month, day.day, day.year % 100) for day in days]) in ("mdy", "") or all(
        day.day == day.month for day in days
    )


@pytest.mark.parametrize(
    "text",
    [
        "21/05/2024 اجتماع: قال الوزير إن الجسر سيفتتح.\nنص آخر.\n",
        "2024-05-21 10:15 - ملاحظة وحيدة: هذه ليست محادثة.\nسطر\nسطر آخر\nسطر ثالث\n",
        "نص عادي.",
        "",
    ],
)
def test_other_texts_are_not_chats(text: str) -> None:
    assert not is_whatsapp(text)


# X

TWEETS = [
    {
        "tweet": {
            "id_str": "17",
            "created_at": "Tue May 21 19:15:30 +0000 2024",
            "full_text": "عاجل: افتتاح جسر المرفأ\nافتتح الوزير الجسر أمس &amp; حضر الحفل مئات. https://t.co/abc https://t.co/pic",
            "lang": "ar",
            "entities": {
                "hashtags": [{"text": "الجسر"}],
                "urls": [{"url": "https://t.co/abc", "expanded_url": "https://news.example/1"}],
                "media": [{"url": "https://t.co/pic"}],
            },
        }
    },
    {"tweet": {"id_str": "18", "created_at": "Tue May 21 19:16:00 +0000 2024", "full_text": "RT @wafa: نص خبر أعيد نشره."}},
    {"tweet": {"id_str": "19", "created_at": "Tue May 21 19:17:00 +0000 2024", "full_text": "https://t.co/x",
               "entities": {"media": [{"url": "https://t.co/x"}]}}},
]  # fmt: skip


def test_an_archive_of_x(reading_bytes: Callable[..., Result]) -> None:
    data = "window.YTD.tweets.part0 = " + json.dumps(TWEETS)
    archive = zipped(
        {
            "data/tweets.js": data,
            "data/account.js": 'window.YTD.account.part0 = [ {"account": {"username": "a"}} ]',
            "data/like.js": 'window.YTD.like.part0 = [ {"like": {"fullText": "x"}} ]',
            "Your archive.html": "<html><body><script></script></body></html>",
        }
    )
    result = reading_bytes("twitter-2024.zip", archive)
    first, second = result.articles
    assert first.title == "عاجل: افتتاح جسر المرفأ"
    assert first.paragraphs == ("افتتح الوزير الجسر أمس & حضر الحفل مئات. https://news.example/1",)
    assert first.published == datetime(2024, 5, 21, 19, 15, 30, tzinfo=UTC)
    assert (first.id, first.url, first.tags) == ("x-17", "https://x.com/i/web/status/17", ("الجسر",))
    assert (second.text, second.author) == ("نص خبر أعيد نشره.", "@wafa")
    assert "message-without-text" in {note.reason.kind for note in result.report.notes}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("window.YTD.tweets.part0 = [", "broken-json-array"),
        ("window.YTD.tweets.part0 = []", "no-record"),
        ('window.YTD.tweets.part0 = [{"tweet": {"full_text": "نص كامل."}}, {"tw', "broken-json-array"),
        ("window.YTD.tweets.part0 = [[[[", "broken-json-array"),
        ("window.YTD.tweets.part0 = " + "[" * 100_000, "nested-json-array"),
    ],
    ids=["open", "empty", "cut", "nested", "deep"],
)
def test_broken_archives(reading_bytes: Callable[..., Result], text: str, kind: str) -> None:
    result = reading_bytes("tweets.js", text)
    assert kind in [each.reason.kind for each in result.report.skipped]


def test_other_scripts_stay_parts_of_pages(reading_bytes: Callable[..., Result]) -> None:
    result = reading_bytes("app.js", "window.YTDx = 1; function f() {}")
    assert [note.reason.kind for note in result.report.notes] == ["media"]
