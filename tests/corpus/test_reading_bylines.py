"""By-lines give the author, and are never the title."""

from collections.abc import Callable

import pytest
from office_helpers import docx
from reading_helpers import Result, jsonl

from khabar.corpus.text.bylines import author_of_line

ReadBytes = Callable[..., Result]

TITLE = "افتتاح السد الجديد في المدينة"
TEXT = "افتتح الوزير السد الجديد أمس بحضور عدد كبير من الأهالي، وقال إن السد سيروي الأراضي كلها."
MORE = "وأضاف الوزير أن العمل في السد بدأ قبل ثلاث سنوات، وأن خزانه سيمتلئ بعد موسم المطر القادم."
AUTHOR = "سعاد أبو العلا"
BYLINE = f"بقلم: {AUTHOR}"


@pytest.mark.parametrize(
    ("line", "author"),
    [
        (BYLINE, AUTHOR),
        ("كتب: محمد علي", "محمد علي"),
        ("كتبت: منى الإمام", "منى الإمام"),
        ("كتبه: محمد بن سلمان آل سعود", "محمد بن سلمان آل سعود"),
        ("تحرير: ليلى حسن", "ليلى حسن"),
        ("إعداد: د. محمد علي", "د. محمد علي"),
        ("اعداد / محمد علي", "محمد علي"),
        ("كتب – محمد علي:", "محمد علي"),
        ("بَقلم : سعاد أبو العلا.", AUTHOR),
        (f"بقلم {AUTHOR}", AUTHOR),
        ("بقلم: جان-بول سارتر", "جان-بول سارتر"),
        ("كتب: يوسف الشريف", "يوسف الشريف"),
        ("كتبت: تغريد الرشق", "تغريد الرشق"),
        ("كتب: رفعت السعيد", "رفعت السعيد"),
        ("كتبت: ميرفت التلاوي", "ميرفت التلاوي"),
        ("كتب: انتصار الغريب", "انتصار الغريب"),
        ("كتبت: ابتسام الصمادي", "ابتسام الصمادي"),
        ("كتب: الوليد بن طلال", "الوليد بن طلال"),
        ("كتب: السيد ياسين", "السيد ياسين"),
        ("كتب: توماس فريدمان", "توماس فريدمان"),
    ],
)
def test_bylines(line: str, author: str) -> None:
    assert author_of_line(line) == author


@pytest.mark.parametrize(
    "line",
    [
        "كتب محمد صلاح",
        "كتب: وصل الوزير إلى بيروت",
        "كتب: قال الوزير إن السد آمن",
        "كتب: انتهت الحرب",
        "كتبت: بدأت المفاوضات أمس",
        "كتب: انفجر الوضع",
        "كتب: يعود الأمل",
        "كتبت: تتجدد الاشتباكات",
        "كتب: عاد الهدوء",
        "كتب: استقالت الحكومة",
        "كتب: الحرب انتهت",
        "كتب: محمد علي يصف ما جرى هناك",
        "إعداد: خطة جديدة للتعليم",
        "تحرير: الموصل من داعش",
        "بقلم: سعاد",
        "بقلم: 2015 كاتب",
        "كتب: «حان الوقت» يا صديقي",
        "كتاب: سعاد أبو العلا",
        "قال: محمد علي",
        "",
    ],
)
def test_lines_that_are_not_bylines(line: str) -> None:
    assert author_of_line(line) == ""


@pytest.mark.parametrize(
    "lines",
    [
        (BYLINE, TITLE, TEXT, MORE),
        (TITLE, BYLINE, TEXT, MORE),
        (TITLE, TEXT, MORE, BYLINE),
    ],
)
def test_the_byline_of_a_text_and_a_document(reading_bytes: ReadBytes, lines: tuple[str, ...]) -> None:
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    markdown = "\n\n".join(lines)
    for name, content in (("a.txt", "\n".join(lines)), ("a.docx", docx(body)), ("a.md", markdown)):
        article = reading_bytes(name, content).articles[0]
        assert (article.title, article.author) == (TITLE, AUTHOR), name
        assert article.paragraphs == tuple(line for line in lines if line != TITLE), name


def test_the_byline_of_a_page(reading_bytes: ReadBytes) -> None:
    page = "<html><body><article><h1>{}</h1><p>{}</p><p>{}</p><p>{}</p></article></body></html>"
    for lines in ((BYLINE, TEXT, MORE), (TEXT, MORE, BYLINE)):
        article = reading_bytes("a.html", page.format(TITLE, *lines)).articles[0]
        assert (article.title, article.author, article.paragraphs) == (TITLE, AUTHOR, lines)


def test_a_date_and_a_byline_above_the_title(reading_bytes: ReadBytes) -> None:
    article = reading_bytes("a.txt", f"7 آب 2015\n{BYLINE}\n{TITLE}\n{TEXT}").articles[0]
    assert (article.title, article.author, str(article.published)[:10]) == (TITLE, AUTHOR, "2015-08-07")


def test_another_author_who_is_known_stays(reading_bytes: ReadBytes) -> None:
    text = f"{BYLINE}\n{TEXT}\n{MORE}"
    for author, told in (("هند الصايغ", "هند الصايغ"), ("", AUTHOR)):
        record = {"title": TITLE, "author": author, "text": text}
        article = reading_bytes("a.jsonl", jsonl(record)).articles[0]
        assert (article.author, article.paragraphs) == (told, (BYLINE, TEXT, MORE))
    given = reading_bytes("a.txt", f"{TITLE}\n{text}", set={"author": "هند الصايغ"}).articles[0]
    assert given.author == "هند الصايغ"


def test_a_sentence_and_a_line_within_a_text_stay(reading_bytes: ReadBytes) -> None:
    lines = [TEXT, MORE, TEXT, BYLINE, MORE, "كتب: وصل الوزير إلى بيروت"]
    article = reading_bytes("a.txt", "\n".join([TITLE, *lines])).articles[0]
    assert article.author == "" and article.paragraphs == tuple(lines)
