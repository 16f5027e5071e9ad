"""PDF files made glyph by glyph: their content, and what is read of it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from pdf_files import line, made, page_of
from reading_helpers import Result, zipped

from khabar.corpus.pieces.content import Draft

TEXT = [
    "افتتاح جسر الوادي بعد ثلاث سنوات من التأجيل",
    "افتتح وزير الأشغال العامة أمس جسر الوادي الجديد الذي يربط",
    "ضفتي النهر وقال إن العمل فيه استمر ثلاث سنوات بسبب نقص التمويل",
    "وارتفاع أسعار الحديد.",
]
WHOLE = " ".join(TEXT[1:])

Read = Callable[..., Result]


def test_letters_from_left_to_right_on_the_page_are_read_from_right_to_left(reading_bytes: Read) -> None:
    result = reading_bytes("a.pdf", made([page_of(TEXT)]))
    assert result.titles == [TEXT[0]]
    assert result.articles[0].paragraphs == (WHOLE,)
    assert result.report.ok


def test_content_tells_a_pdf_without_a_suffix(reading_bytes: Read) -> None:
    assert reading_bytes("تقرير", made([page_of(TEXT)])).titles == [TEXT[0]]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_may_be_turned(reading_bytes: Read, turn: int) -> None:
    result = reading_bytes("a.pdf", made([page_of(TEXT)], rotate=turn))
    assert result.articles[0].paragraphs == (WHOLE,)


@pytest.mark.parametrize("tilt", [-4, 0.5, 2])
def test_a_crooked_scan_has_straight_lines(reading_bytes: Read, tilt: float) -> None:
    result = reading_bytes("a.pdf", made([page_of(TEXT)], mode=3, picture=True, tilt=tilt))
    assert result.articles[0].paragraphs == (WHOLE,)


def test_an_invisible_text_layer_is_read(reading_bytes: Read) -> None:
    result = reading_bytes("a.pdf", made([page_of(TEXT)], mode=3, picture=True))
    assert result.articles[0].paragraphs == (WHOLE,)


def test_presentation_forms_become_letters_and_this_is_noted(reading_bytes: Read) -> None:
    forms = [("ﺔ", 0.5), ("ﻧ", 0.4), ("ﺪ", 0.5), ("ﻣ", 0.5), (" ", 0.25), ("ﻼ", 0.6), ("ﺳ", 0.5)]
    result = reading_bytes("a.pdf", made([[*page_of(TEXT), (400, 600, 12, forms)]]))
    assert result.articles[0].paragraphs[-1] == "سلا مدنة"
    assert [note.reason.kind for note in result.report.notes] == ["page-forms"]
    assert result.report.ok


def test_a_ligature_written_in_reverse_is_corrected(reading_bytes: Read) -> None:
    glyphs = [("م", 0.5), ("ال", 0.6), ("س", 0.5), ("إل", 0.6), ("ا", 0.3)]
    result = reading_bytes("a.pdf", made([[*page_of(TEXT), (400, 600, 12, glyphs)]]))
    assert result.articles[0].paragraphs[-1] == "الإسلام"
    assert [note.reason.kind for note in result.report.notes] == ["page-ligatures"]


def test_the_ligature_of_the_name_of_god(reading_bytes: Read) -> None:
    glyphs = [("هلل", 0.8), ("ا", 0.3), (" ", 0.25), ("ﷺ", 1.0), (" ", 0.25), ("ﷲ", 1.0)]
    result = reading_bytes("a.pdf", made([[*page_of(TEXT), (400, 600, 12, glyphs)]]))
    assert result.articles[0].paragraphs[-1] == "الله ﷺ الله"


@pytest.mark.parametrize("behind", [False, True])
def test_marks_follow_their_letters(reading_bytes: Read, behind: bool) -> None:
    """Whether they precede or follow them in the file."""
    word = "م\u064fح\u064eم\u0651\u064eد"
    glyphs = list(line(word))
    if behind:
        # As letters were typed: each glyph further left than the one before it.
        base = [(char, 0.0 if char in "\u064f\u064e\u0651" else 0.5) for char in word]
        cells, x = [], 400.0
        for char, width in base:
            x -= 12 * width
            cells.append((x, 600.0, 12.0, [(char, width)]))
        page = [*page_of(TEXT), *cells]
    else:
        page = [*page_of(TEXT), (400.0, 600.0, 12.0, glyphs)]
    assert reading_bytes("a.pdf", made([page])).articles[0].paragraphs[-1] == word


def test_non_joiners_are_kept(reading_bytes: Read) -> None:
    glyphs = [
        ("د", 0.5),
        ("ه", 0.5),
        ("ا", 0.5),
        ("و", 0.5),
        ("خ", 0.5),
        ("\u200c", 0.3),
        ("ی", 0.5),
        ("م", 0.5),
    ]
    page = [*page_of(TEXT), (400.0, 600.0, 12.0, glyphs)]
    assert reading_bytes("a.pdf", made([page])).articles[0].paragraphs[-1].replace(" ", "") == "می\u200cخواهد"


def test_visible_gaps_are_spaces_and_invisible_spaces_are_not(reading_bytes: Read) -> None:
    lines = page_of(TEXT)
    # Two words with a gap and without a space glyph, and one with a space over its letters.
    lines += [(400, 600, 12, line("بيت")), (440, 600, 12, line("كبير"))]
    lines += [(300, 560, 12, line("رود")), (305.9, 560, 12, [(" ", 0.01)])]
    paragraphs = reading_bytes("a.pdf", made([lines])).articles[0].paragraphs
    assert paragraphs[-2:] == ("كبير بيت", "رود")


def test_columns_are_read_from_right_to_left(reading_bytes: Read) -> None:
    first = [f"السطر {word} في العمود الأيمن" for word in ("الأول", "الثاني", "الثالث")]
    second = [f"السطر {word} في العمود الأيسر" for word in ("الأول", "الثاني", "الثالث")]
    page = [*page_of(first, right=540), *page_of(second, right=280)]
    article = reading_bytes("a.pdf", made([page])).articles[0]
    assert " ".join(article.paragraphs) == " ".join(first + second)


def test_a_headline_over_columns_comes_first(reading_bytes: Read) -> None:
    first = [f"السطر {word} في العمود الأيمن" for word in ("الأول", "الثاني", "الثالث")]
    second = [f"السطر {word} في العمود الأيسر" for word in ("الأول", "الثاني", "الثالث")]
    head = page_of(["عنوان عريض فوق الأعمدة كلها في هذه الصفحة"], size=20, top=800)
    page = [*page_of(first, right=540, top=760), *page_of(second, right=280, top=760), *head]
    article = reading_bytes("a.pdf", made([page])).articles[0]
    assert article.title == "عنوان عريض فوق الأعمدة كلها في هذه الصفحة"
    assert " ".join(article.paragraphs) == " ".join(first + second)


def test_running_heads_and_page_numbers_are_left_out_and_counted(reading_bytes: Read) -> None:
    pages = []
    for number in range(1, 6):
        lines = page_of([f"{TEXT[1]} في الصفحة {'أبجده'[number - 1]}."], top=700)
        lines += page_of(["جريدة الوادي العدد 4127"], top=810, right=330)
        lines += page_of([str(number)], top=30, right=300)
        pages.append(lines)
    result = reading_bytes("a.pdf", made(pages))
    texts = [result.articles[0].title, *result.articles[0].paragraphs]
    assert not any("4127" in text for text in texts)
    assert result.report.clutter == {"running head": 5, "page number": 5}


def test_a_paragraph_continues_over_the_end_of_a_page(reading_bytes: Read) -> None:
    more = "وقالت مصادر في الوزارة إن الافتتاح تأجل مرتين بسبب الأمطار الغزيرة."
    pages = [page_of(TEXT[:3]), page_of([TEXT[3], more])]
    article = reading_bytes("a.pdf", made(pages)).articles[0]
    assert article.paragraphs == (WHOLE, more)
    if "pages" in Draft.__struct_fields__:
        assert article.pages == (1, 2)


def test_footnotes_are_not_running_heads(reading_bytes: Read) -> None:
    pages = [
        [
            *page_of([f"{TEXT[1]} وتلك فقرة {word}."]),
            *page_of([f"{number} انظر العدد {10 * number} من الجريدة."], top=60),
        ]
        for number, word in zip((1, 4, 5, 9), ("أولى", "ثانية", "ثالثة", "رابعة"), strict=True)
    ]
    text = reading_bytes("a.pdf", made(pages)).articles[0].text
    assert all(f"العدد {number} من الجريدة" in text for number in (10, 40, 50, 90))


def test_a_raised_number_is_in_its_line(reading_bytes: Read) -> None:
    lines = page_of(TEXT[1:], leading=2)
    lines += [(lines[0][0] - 8, lines[0][1] + 5, 7.0, [("1", 0.5)])]
    article = reading_bytes("a.pdf", made([lines])).articles[0]
    assert article.paragraphs == (f"{TEXT[1]} 1 {' '.join(TEXT[2:])}",)


def test_the_headline_has_precedence_over_the_title_of_a_template(reading_bytes: Read) -> None:
    lines = [*page_of([TEXT[0]], size=22, top=800), *page_of(TEXT[1:], top=700)]
    for title in ("صفحة 4", "الوادي", "جسر"):
        assert reading_bytes("a.pdf", made([lines], {"Title": title})).titles == [TEXT[0]]


def test_a_scan_is_reported_and_never_indexed(reading_bytes: Read) -> None:
    result = reading_bytes("a.pdf", made([[], page_of(TEXT)], picture=True))
    assert result.titles == [TEXT[0]]
    skipped = result.report.skipped[0]
    assert (skipped.number, skipped.reason.kind) == (1, "page-scan")
    assert "page 1" in str(skipped)
    assert not result.report.ok


def test_letters_without_a_meaning_are_shown_and_counted(reading_bytes: Read) -> None:
    page = [*page_of(TEXT), (400, 600, 12, [("", 0.5), ("\ue001", 0.5), ("ب", 0.5)])]
    result = reading_bytes("a.pdf", made([page]))
    assert result.articles[0].paragraphs[-1] == "ب\ufffd\ufffd"
    assert [note.reason.kind for note in result.report.notes] == ["letters-unknown"]


def test_a_page_of_letters_without_a_meaning_is_unreadable(reading_bytes: Read) -> None:
    hidden = str.maketrans({char: chr(0xE000 + ord(char)) for char in set("".join(TEXT)) - {" "}})
    result = reading_bytes("a.pdf", made([page_of([text.translate(hidden) for text in TEXT])]))
    assert not result.articles
    assert [skipped.reason.kind for skipped in result.report.skipped] == ["page-rubbish"]


def test_wrong_letters_are_rubbish(reading_bytes: Read) -> None:
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    wrong = str.maketrans(letters, letters[11:] + letters[:11])
    result = reading_bytes("a.pdf", made([page_of([text.translate(wrong) for text in TEXT * 3])]))
    assert [skipped.reason.kind for skipped in result.report.skipped] == ["page-rubbish"]


def test_letters_placed_from_left_to_right_are_read_so(reading_bytes: Read) -> None:
    result = reading_bytes("a.pdf", made([page_of([text[::-1] for text in TEXT])]))
    assert " ".join((result.titles[0], *result.articles[0].paragraphs)) == " ".join(TEXT)
    assert [note.reason.kind for note in result.report.notes] == ["page-direction"]


def test_windows_1256_labelled_as_latin(reading_bytes: Read) -> None:
    latin = [text.encode("cp1256").decode("cp1252", "replace") for text in TEXT]
    result = reading_bytes("a.pdf", made([page_of(latin)]))
    assert result.articles[0].paragraphs == (WHOLE,)
    assert [note.reason.kind for note in result.report.notes] == ["page-encoding"]


def test_metadata_counts_if_it_is_plausible(reading_bytes: Read) -> None:
    info = {"Title": TEXT[0], "Author": "هند الصايغ", "CreationDate": "D:20240506101500+03'00'"}
    result = reading_bytes("a.pdf", made([page_of(TEXT[1:])], info))
    article = result.articles[0]
    assert (article.title, article.author) == (TEXT[0], "هند الصايغ")
    assert article.published is not None
    assert article.published.isoformat() == "2024-05-06T10:15:00+03:00"
    assert [note.reason.kind for note in result.report.notes] == ["made-then"]


def test_metadata_of_programs_does_not(reading_bytes: Read) -> None:
    info = {"Title": "Microsoft Word - تقرير.docx", "Author": "user", "CreationDate": "D:19700101000000Z"}
    article = reading_bytes("a.pdf", made([page_of(TEXT)], info)).articles[0]
    assert (article.title, article.author, article.published) == (TEXT[0], "", None)


def test_a_long_document_becomes_parts(reading_bytes: Read) -> None:
    pages = [page_of([f"فقرة في الصفحة رقم {number} من هذا الكتاب."]) for number in range(1, 151)]
    result = reading_bytes("a.pdf", made(pages, {"Title": "كتاب الوادي الكبير"}))
    assert result.titles == ["كتاب الوادي الكبير (ص 1–100)", "كتاب الوادي الكبير (ص 101–150)"]
    assert len({article.id for article in result.articles}) == 2
    assert sum(len(article.paragraphs) for article in result.articles) == 150


def test_in_archives(reading_bytes: Read) -> None:
    data = made([page_of(TEXT)])
    assert reading_bytes("a.zip", zipped({"b.pdf": data})).titles == [TEXT[0]]
    assert reading_bytes("a.pdf.gz", gzip.compress(data)).titles == [TEXT[0]]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\nnothing", "broken-pdf"),
        (made([[]]), "no-word"),
    ],
)
def test_empty_files_are_reported(reading_bytes: Read, data: bytes, kind: str) -> None:
    result = reading_bytes("a.pdf", data)
    assert not result.articles
    assert [skipped.reason.kind for skipped in result.report.skipped] == [kind]


def test_cut_files_never_raise(reading_bytes: Read) -> None:
    data = made([page_of(TEXT), page_of(TEXT[1:])])
    for end in range(20, len(data), len(data) // 8):
        result = reading_bytes("a.pdf", data[:end])
        assert result.articles or result.report.skipped


def test_the_same_pages_from_a_path_with_spaces(tmp_path: Path, reading: Read) -> None:
    path = tmp_path / "جريدة الوادي.pdf"
    path.write_bytes(made([page_of(TEXT)]))
    assert reading(path).titles == [TEXT[0]]


def test_text_beside_a_picture_is_one_paragraph_before_the_caption(reading_bytes: Read) -> None:
    wide = [
        "كشفت فحوص مخبرية أجرتها الجامعة في بيروت أن معظم آبار البقاع ملوّثة بالنترات وأن النهر لم",
        "يعد صالحًا للري منذ سنوات.",
    ]
    beside = [
        "ورفض مدير المصلحة التعليق واكتفى بالقول إن",
        "الملف أمام القضاء علمًا بأن القضاء ادّعى على",
        "عشرات من المؤسسات الصناعية بين عامين لم",
        "يُقفل منها سوى أربع في البقاع كله حتى الآن",
        "بحسب المصلحة.",
    ]
    page = [*page_of(wide)]
    for x, y, size, glyphs in page_of(beside, top=730):
        spaces = sum(text == " " for text, _ in glyphs)
        # The lines but the last fill the room that the picture leaves.
        room = 0.0 if spaces < 3 else (x - 260) / size / spaces
        page.append(
            (x - room * spaces * size, y, size, [(t, w + room if t == " " else w) for t, w in glyphs])
        )
    page += page_of(["نهر الليطاني قرب جب جنين"], size=8, right=230, top=711)
    article = reading_bytes("a.pdf", made([page], picture=True)).articles[0]
    assert article.paragraphs == (" ".join(wide), " ".join(beside), "نهر الليطاني قرب جب جنين")
