"""Subtitles and transcripts: the text that is shown, in sentences, without times and styles."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

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
        "08:00\nانفجار في وسط العاصمة\n08:30\nالشرطة تغلق الطرق\n09:15\nالوزير في الموقع",
        "00:15\nانفجار في وسط العاصمة\n00:40\nالشرطة تغلق الطرق\n00:50\nالوزير في الموقع",
        "0:15\nانفجار في وسط العاصمة\n0:50\nالشرطة تغلق الطرق\n1:30\nالوزير في الموقع",
        "0:40\nانتهى السباق الأول\n0:20\nانتهى السباق الثاني\n0:10\nانتهى الثالث",
        "WEBVTT هو اسم صيغة\n\nاعتمدتها المتصفحات.",
    ],
)
def test_other_texts_are_not_subtitles(text: str) -> None:
    assert not is_subtitles(text)


def test_broken_subtitles_never_raise(reading_bytes: Callable[..., Result]) -> None:
    for end in range(0, len(SRT), 7):
        result = reading_bytes("a.srt", SRT[:end])
        assert len(result.articles) + len(result.reasons) == 1


@pytest.mark.parametrize("first", ["0:03", "0:00:03", "00:00:03", "[00:03]", "(0:03)"])
def test_a_transcript_begins_with_the_first_seconds(first: str) -> None:
    assert is_subtitles(f"{first}\nأعلنت البلدية\n0:07\nإعادة فتح السوق.\n")


@pytest.mark.parametrize("time", ["0:00:01.00.5", "...", ":", "", "٠:٠٠:٠١"])
def test_a_cue_of_ass_without_a_time_is_text(reading_bytes: Callable[..., Result], time: str) -> None:
    for name, text in (("both", f"{time},{time}"), ("first", f"{time},0:00:02.00")):
        cue = f"[Events]\nDialogue: 0,{text},D,,0,0,0,,أعلنت البلدية، اليوم, فتح السوق.\n"
        [article] = reading_bytes("a.ass", cue).articles
        assert article.paragraphs == ("أعلنت البلدية، اليوم, فتح السوق.",), name


def test_a_cue_of_ass_without_all_fields_is_text(reading_bytes: Callable[..., Result]) -> None:
    [article] = reading_bytes("a.ass", ASS + "Dialogue: 0,وختم الوزير كلمته.\n").articles
    assert article.paragraphs[1:] == ("0, وختم الوزير كلمته.",)


def test_a_line_of_a_film_that_reads_dialogue_is_no_cue_of_ass(reading_bytes: Callable[..., Result]) -> None:
    [article] = reading_bytes("a.srt", SRT + "Dialogue: a, b, c, d, e, f, g, h, i, j.\n").articles
    assert article.paragraphs == (*SENTENCES, "Dialogue: a, b, c, d, e, f, g, h, i, j.")


@pytest.mark.parametrize(
    "line",
    [
        "Dialogue:" + " " * 200_000,
        "Dialogue: 0,0:00:01.00,0:00:02.00" + "," * 200_000,
        "<font " * 30_000,
        "{\\i" * 60_000,
        "<br" + " " * 200_000,
        "00:00:01,000" + " " * 200_000,
        "a:" * 100_000,
    ],
    ids=range(7),
)
@pytest.mark.parametrize("head", ["", "WEBVTT\n\n", "[Events]\n"])
def test_long_lines_take_linear_time(reading_bytes: Callable[..., Result], head: str, line: str) -> None:
    began = process_time()
    reading_bytes("a.srt", f"{head}{line}\n00:00:01,000 --> 00:00:02,000 {line}\n{line}\nخبر\n")
    assert process_time() - began < 5


@pytest.mark.parametrize(
    "line", ["Note: officials said more.", "NOTE هام", "Style matters.", "Region", "WEBVTT"]
)
@pytest.mark.parametrize("head", ["", "WEBVTT\n\n"])
def test_words_of_webvtt_are_text_in_a_cue(
    reading_bytes: Callable[..., Result], head: str, line: str
) -> None:
    [article] = reading_bytes("a.srt", f"{head}00:01.000 --> 00:02.000\n{line}\nوأضاف الوزير.\n").articles
    assert " ".join(article.paragraphs) == f"{line} وأضاف الوزير."


HEADLINE = "مقابلة مع وزير الزراعة عن القمح"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", f"{HEADLINE}\n00:00:01,000 --> 00:00:02,000\nقال الوزير إن المحصول جيد.\n"),
        ("a.srt", f"{HEADLINE}\n\n1\n00:00:01,000 --> 00:00:02,000\nقال الوزير إن المحصول جيد.\n"),
        ("a.vtt", f"WEBVTT\n\n{HEADLINE}\n\n00:01.000 --> 00:02.000\nقال الوزير إن المحصول جيد.\n"),
        ("a.vtt", f"WEBVTT\n{HEADLINE}\n00:01.000 --> 00:02.000\nقال الوزير إن المحصول جيد.\n"),
    ],
    ids=["text", "srt", "vtt", "head of vtt"],
)
def test_a_line_above_the_first_cue_is_the_headline(
    reading_bytes: Callable[..., Result], name: str, text: str
) -> None:
    [article] = reading_bytes(name, text).articles
    assert (article.title, article.paragraphs) == (HEADLINE, ("قال الوزير إن المحصول جيد.",))


def test_sentences_above_the_first_cue_are_paragraphs(reading_bytes: Callable[..., Result]) -> None:
    [article] = reading_bytes("a.srt", f"التقى المراسل الوزير.\nفي مكتبه.\n{SRT}").articles
    assert article.title == "التقى المراسل الوزير"
    assert article.paragraphs == ("التقى المراسل الوزير.", "في مكتبه.", *SENTENCES)


def test_a_block_of_webvtt_without_a_time_is_text(reading_bytes: Callable[..., Result]) -> None:
    text = VTT + "\nنص بلا وقت.\n\nNOTE ملاحظة للفريق\nلا تُعرض\n\n00:08.000 --> 00:09.000\nوختم.\n"
    [article] = reading_bytes("a.vtt", text).articles
    assert article.paragraphs[1:] == ("نص بلا وقت.", "وختم.")


def test_times_and_numbers_in_a_cue_are_text(reading_bytes: Callable[..., Result]) -> None:
    cues = ("بدأت المباراة عند الساعة", "12:30\nوانتهت في سنة\n2024", "بالفوز.")
    shown = "بدأت المباراة عند الساعة 12:30 وانتهت في سنة 2024 بالفوز."
    times = [f"00:00:0{n},000 --> 00:00:0{n},900" for n in range(3)]
    numbered = "".join(f"{n}\n{times[n]}\n{cue}\n" for n, cue in enumerate(cues))
    without = "".join(f"{times[n]}\n{cue}\n" for n, cue in enumerate(cues))
    for text in (numbered, numbered.replace("\n1\n", "\n\n1\n"), numbered.removeprefix("0\n"), without):
        [article] = reading_bytes("a.srt", text).articles
        assert article.paragraphs == (shown,)


def test_text_behind_a_time_is_kept_but_not_the_place(reading_bytes: Callable[..., Result]) -> None:
    time = "00:00:01,000 --> 00:00:02,000"
    [article] = reading_bytes("a.srt", f"{time} قال الوزير:\nنعم.\n").articles
    assert article.paragraphs == ("قال الوزير: نعم.",)
    for place in ("X1:40 X2:600 Y1:20 Y2:50", "position:50%,center align:start"):
        [article] = reading_bytes("a.srt", f"{time} {place}\nنعم.\n").articles
        assert article.paragraphs == ("نعم.",)


def test_only_tags_of_subtitles_are_removed(reading_bytes: Callable[..., Result]) -> None:
    line = (
        '<font color="red">ارتفع</font> <القمح> {ملاحظة المحرر} 2 < 3 <v.loud سلمى><c.yellow>ال<b>سو</b>ق</c></v>'
        "{\\an8\\fs20} {i}اليوم{/i}<00:00:01.500> كله<br/>هنا."
    )
    [article] = reading_bytes("a.srt", f"00:00:01,000 --> 00:00:02,000\n{line}\n").articles
    assert article.paragraphs == ("ارتفع <القمح> {ملاحظة المحرر} 2 < 3 السوق اليوم كله هنا.",)


def test_empty_lines_above_webvtt(reading_bytes: Callable[..., Result]) -> None:
    [article] = reading_bytes("a.vtt", f"\n\n{VTT}").articles
    assert article.paragraphs == ("أعلنت البلدية اليوم إعادة فتح السوق & الساحة.",)
