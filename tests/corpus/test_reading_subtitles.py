"""Subtitles and transcripts: the text that is shown, in sentences, without times and styles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reading_helpers import Result

from khabar.corpus.formats.export_kinds import is_subtitles

SRT = """1
00:00:01,000 --> 00:00:04,000
أعلنت البلدية اليوم إعادة فتح

2
00:00:04,500 --> 00:00:07,000
<i>السوق القديمة</i> بعد ترميم
استمر عاما كاملا.

3
00:00:08,000 --> 00:00:10,000
{\\an8}ودعت التجار إلى العودة

4
00:00:30,000 --> 00:00:32,000
- وماذا عن الكلفة؟
- عشرة ملايين دينار.
"""
SENTENCES = (
    "أعلنت البلدية اليوم إعادة فتح السوق القديمة بعد ترميم استمر عاما كاملا.",
    "ودعت التجار إلى العودة",
    "وماذا عن الكلفة؟",
    "عشرة ملايين دينار.",
)
VTT = """WEBVTT
Kind: captions

STYLE
::cue { color: yellow }

NOTE من قسم الترجمة

00:01.000 --> 00:04.000 align:right
أعلنت البلدية<00:00:02.000><c> اليوم</c>

00:04.000 --> 00:07.000
أعلنت البلدية اليوم
إعادة فتح السوق &amp; الساحة.
"""
SBV = (
    "0:00:01.000,0:00:04.000\nأعلنت البلدية اليوم\n\n0:00:04.500,0:00:07.000\nإعادة فتح السوق &amp; الساحة.\n"
)
ASS = (
    "[Script Info]\nTitle: x\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, "
    "Effect, Text\nDialogue: 0,0:00:01.00,0:00:04.00,Default,,0,0,0,,{\\i1}أعلنت البلدية\\Nاليوم\n"
    "Dialogue: 0,0:00:04.00,0:00:07.00,Default,,0,0,0,,إعادة فتح السوق & الساحة.\n"
)
TRANSCRIPT = "0:01\nأعلنت البلدية اليوم\n0:04\nإعادة فتح السوق & الساحة.\n"


@pytest.mark.parametrize("name", ["نشرة.srt", "نشرة.txt"])
@pytest.mark.parametrize("codec", ["utf-8", "cp1256", "utf-16"])
def test_the_lines_of_a_sentence_are_one_paragraph(
    reading_bytes: Callable[..., Result], name: str, codec: str
) -> None:
    for text in (SRT, SRT.replace("\n", "\r\n")):
        [article] = reading_bytes(name, text.encode(codec)).articles
        assert article.paragraphs == SENTENCES
        assert article.title == SENTENCES[0].rstrip(".")


@pytest.mark.parametrize(
    ("name", "text"), [("a.vtt", VTT), ("a.sbv", SBV), ("a.ass", ASS), ("a.txt", TRANSCRIPT)]
)
def test_other_forms(reading_bytes: Callable[..., Result], name: str, text: str) -> None:
    [article] = reading_bytes(name, text).articles
    assert article.paragraphs == ("أعلنت البلدية اليوم إعادة فتح السوق & الساحة.",)


def test_names_of_cues_are_no_text(reading_bytes: Callable[..., Result]) -> None:
    text = VTT.replace("00:04.000 -->", "المقطع الثاني\n00:04.000 -->")
    [article] = reading_bytes("a.vtt", text).articles
    assert article.paragraphs == ("أعلنت البلدية اليوم إعادة فتح السوق & الساحة.",)


def test_subtitles_without_full_stops_are_divided(reading_bytes: Callable[..., Result]) -> None:
    cues = [f"{n}\n00:{n:02}:00,000 --> 00:{n:02}:59,900\nسطر رقم {n} من النشرة\n" for n in range(1, 60)]
    [article] = reading_bytes("a.srt", "\n".join(cues)).articles
    assert 1 < len(article.paragraphs) < 10
    assert " ".join(article.paragraphs) == " ".join(f"سطر رقم {n} من النشرة" for n in range(1, 60))


def test_a_text_that_is_only_called_so(reading_bytes: Callable[..., Result]) -> None:
    [article] = reading_bytes("a.srt", "افتتاح السوق\n\nأعلنت البلدية افتتاح السوق.").articles
    assert (article.title, article.paragraphs) == ("افتتاح السوق", ("أعلنت البلدية افتتاح السوق.",))


@pytest.mark.parametrize(
    "text",
    [
        "افتتاح السوق\n\n10:30\nأعلنت البلدية افتتاح السوق.",
        "10:30 انطلاق الحفل\n11:00 كلمة الوزير\n11:30 الختام\n12:00 الغداء",
        "20:15\nانطلقت المباراة أمام جمهور كبير.\nسجل المهاجم هدفين.\nوأضاف زميله ثالثا.\nوانتهى اللقاء.",
        "12\nقتيلا في حادث",
    ],
)
def test_other_texts_are_not_subtitles(text: str) -> None:
    assert not is_subtitles(text)


def test_broken_subtitles_never_raise(reading_bytes: Callable[..., Result]) -> None:
    for end in range(0, len(SRT), 7):
        result = reading_bytes("a.srt", SRT[:end])
        assert len(result.articles) + len(result.reasons) == 1
