"""Spreadsheets as articles: their sheets, headers and columns."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from reading_helpers import Result

TITLE = "افتتاح جسر المرفأ الجديد"
TEXT = (
    "افتتح وزير الأشغال جسر المرفأ الجديد أمس بحضور مئات من سكان المدينة.",
    "وقال الوزير إن الجسر سيخفف الازدحام، وإن الكلفة بلغت 12.5 مليون دينار.",
)


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write(number, column, cell)
    return file.getvalue()


HEADER: list[object] = ["العنوان", "النص", "المصدر", "التاريخ"]
CELLS: list[object] = [TITLE, "\n".join(TEXT), "الوادي", datetime(2024, 5, 21, 10, 15)]


def test_a_workbook(reading_bytes: Callable[..., Result]) -> None:
    data = workbook(
        {
            "أخبار": [["أرشيف الصحيفة"], [], HEADER, CELLS, ["خبر ثان", "نص ثان كامل.", "", ""]],
            "ملاحظات": [["هذه ورقة", "لا أخبار فيها"]],
            "2023": [HEADER, ["خبر قديم", "نص قديم كامل.", "الوادي", datetime(2023, 1, 2)]],
        }
    )
    result = reading_bytes("a.xlsx", data)
    assert result.titles == [TITLE, "خبر ثان", "خبر قديم"]
    first, _, last = result.articles
    assert (first.paragraphs, first.source, first.published) == (
        TEXT,
        "الوادي",
        datetime(2024, 5, 21, 10, 15),
    )
    assert last.published == datetime(2023, 1, 2)
    assert [note.reason.kind for note in result.report.notes] == ["sheets-left"] and result.report.ok


def test_columns_of_workbooks_are_mapped(reading_bytes: Callable[..., Result]) -> None:
    data = workbook(
        {"a": [["k", "h", "s"], [1, TITLE, TEXT[0]]], "b": [["h", "s"], ["عنوان", "نص كامل آخر."]]}
    )
    assert [each.reason.kind for each in reading_bytes("a.xlsx", data).report.skipped] == ["no-sheet"]
    both = reading_bytes("a.xlsx", data, fields={"title": "h", "text": "s"})
    assert both.titles == [TITLE, "عنوان"]
    one = reading_bytes("a.xlsx", data, fields={"title": "b.h", "text": "b.s"})
    assert one.titles == ["عنوان"] and one.report.ok


@pytest.mark.parametrize("cut", [30, 400, 2000])
def test_broken_workbooks(reading_bytes: Callable[..., Result], cut: int) -> None:
    assert reading_bytes("a.xlsx", workbook({"a": [HEADER, CELLS]})[:cut]).report.skipped


def test_workbooks_that_span_too_much(reading_bytes: Callable[..., Result]) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_000_000, 16_000, "b")
    result = reading_bytes("a.xlsx", file.getvalue())
    assert [each.reason.kind for each in result.report.skipped] == ["too-many-workbook-cells"]


def test_sheets_with_the_same_row_numbers(reading_bytes: Callable[..., Result]) -> None:
    header: list[object] = ["id", "العنوان", "النص"]
    sheets = {"2024": [header, [1, TITLE, TEXT[0]]], "مقالات رأي": [header, [1, "رأي في الجسر", TEXT[1]]]}
    result = reading_bytes("a.xlsx", workbook(sheets))
    assert [(each.id, each.title) for each in result.articles] == [
        ("1", TITLE),
        ("مقالات_رأي/1", "رأي في الجسر"),
    ]
    assert result.report.ok


def test_sheets_of_names_are_not_articles(reading_bytes: Callable[..., Result]) -> None:
    staff: list[list[object]] = [["id", "name", "email"], [7, "سلمى حداد", "salma@news.example"]]
    result = reading_bytes("a.xlsx", workbook({"أخبار": [HEADER, CELLS], "العاملون": staff}))
    assert result.titles == [TITLE] and "العاملون" in str(result.report.notes[0].reason)
