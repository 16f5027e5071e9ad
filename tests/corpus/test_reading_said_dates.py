"""The day that a text names: a line above the title that is only a date, and datelines whose order of day and
month is not known."""

from collections.abc import Callable

import pytest
from office_helpers import docx
from reading_helpers import Result, jsonl, zipped

from khabar.corpus.text.paragraphs import headline_place
from khabar.corpus.text.stated_dates import only_date

ReadBytes = Callable[..., Result]

TITLE = "افتتاح السد الجديد في المدينة"
TEXT = "افتتح الوزير السد الجديد أمس بحضور عدد كبير من الأهالي."
MORE = "وقال الوزير إن السد سيروي الأراضي كلها."


@pytest.mark.parametrize(
    "line",
    [
        "2015-08-07",
        "7 آب 2015",
        "الجمعة 7 أغسطس 2015",
        "نشر في 7 آب/أغسطس 2015 - 14:05",
        "22 شوال 1436 هـ الموافق 7 أغسطس 2015م",
        "7-8-2015",
        "تاريخ النشر: ٧/٨/٢٠١٥",
    ],
)
def test_lines_that_are_only_a_date(line: str) -> None:
    assert only_date(line)


@pytest.mark.parametrize(
    "line",
    ["أحداث 11 سبتمبر 2001", "ميزانية 2015", "7 آب", "2015", "بيروت 7 آب 2015", f"7 آب 2015 {TITLE}", ""],
)
def test_lines_that_are_more_or_less_than_a_date(line: str) -> None:
    assert not only_date(line)


def test_a_text_of_dates_keeps_a_title() -> None:
    assert headline_place([]) == 0
    assert headline_place(["2015-08-07"]) == 0
    assert headline_place(["2015-08-07", "2015-08-08"]) == 1


@pytest.mark.parametrize("date", ["2015-08-07", "7 آب 2015", "الجمعة 7 أغسطس 2015"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_date_above_the_title(reading_bytes: ReadBytes, date: str, gap: str, name: str) -> None:
    between = "\n\n" if name == "a.md" else "\n"
    result = reading_bytes(name, date + (between if name == "a.md" else gap) + between.join([TITLE, TEXT]))
    article = result.articles[0]
    assert (article.title, str(article.published)[:10]) == (TITLE, "2015-08-07")
    assert article.published_from == "dateline" and article.paragraphs == (date, TEXT)
    assert not result.report.notes


def test_a_date_above_the_title_of_a_document(reading_bytes: ReadBytes) -> None:
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in ("7 آب 2015", TITLE, TEXT, MORE))
    article = reading_bytes("a.docx", docx(body)).articles[0]
    assert (article.title, str(article.published)[:10]) == (TITLE, "2015-08-07")


def test_a_date_above_a_text_without_a_title(reading_bytes: ReadBytes) -> None:
    article = reading_bytes("a.txt", f"2015-08-07\n{TEXT}\n{MORE}").articles[0]
    assert article.title == TEXT.rstrip(".") and article.paragraphs == ("2015-08-07", TEXT, MORE)


@pytest.mark.parametrize(
    "text",
    [
        f"7-8-2015\n{TITLE}\n{TEXT}",
        f"{TITLE}\nبيروت 7-8-2015 (أ ف ب)- {TEXT}\n{MORE}",
        f"{TITLE}\n{TEXT}\n{MORE}\nبيروت ٧/٨/٢٠١٥",
    ],
)
def test_a_dateline_that_can_be_two_days(reading_bytes: ReadBytes, text: str) -> None:
    result = reading_bytes("a.txt", text)
    assert result.titles == [TITLE] and result.articles[0].published is None
    [note] = result.report.notes
    assert note.reason.kind == "date-in-text" and note.lost and "--dates dmy" in str(note)
    assert dict(note.reason.values)["one"] == "2015-08-07"
    for order, day in (("dmy", "2015-08-07"), ("mdy", "2015-07-08")):
        told = reading_bytes("a.txt", text, dates=order)
        assert told.titles == [TITLE] and str(told.articles[0].published)[:10] == day
        assert not told.report.notes


def test_ambiguous_datelines_are_reported_once_for_a_file(reading_bytes: ReadBytes) -> None:
    records = [{"title": f"خبر {n}", "text": f"بيروت {n}-8-2015 (أ ف ب)- {TEXT}"} for n in (7, 9, 10)]
    result = reading_bytes("a.jsonl", jsonl(*records))
    [note] = result.report.notes
    assert (note.reason.kind, note.number, note.count) == ("date-in-text", 1, 3)


@pytest.mark.parametrize(
    "text",
    [
        f"{TITLE}\nبيروت 21-8-2015 (أ ف ب)- {TEXT}",
        f"{TITLE}\nبيروت 8-8-2015 (أ ف ب)- {TEXT}",
        f"{TITLE}\nقال الوزير في 7-8-2015 إن السد سيروي الأراضي كلها وإنه لا خطر.\n{MORE}",
        f"{TITLE}\n{TEXT}\n{MORE}",
    ],
)
def test_other_texts_have_no_notes(reading_bytes: ReadBytes, text: str) -> None:
    assert not reading_bytes("a.txt", text).report.notes


def test_an_ambiguous_field_and_dateline_are_reported_once(reading_bytes: ReadBytes) -> None:
    one = {"title": TITLE, "date": "7-8-2015", "text": f"بيروت 7-8-2015 (أ ف ب)- {TEXT}"}
    result = reading_bytes("a.jsonl", jsonl(one))
    assert [note.reason.kind for note in result.report.notes] == ["date-ambiguous"]


def test_the_texts_of_an_archive_have_notes_of_their_own(reading_bytes: ReadBytes) -> None:
    members = {f"{n}.txt": f"{n}-8-2015\n{TITLE} {n}\n{TEXT}" for n in (7, 9)}
    result = reading_bytes("a.zip", zipped(members))
    assert [note.reason.kind for note in result.report.notes] == ["date-in-text"] * 2
