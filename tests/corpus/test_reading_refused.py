"""An error of the system while a file is read ends that file, and no other."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

import pytest

import khabar
from khabar.corpus.format_reasons import FORMAT_REASONS
from khabar.corpus.reason_texts import REASONS
from khabar.corpus.reasons import Reason

TEXT = "افتتاح الجسر الجديد\nافتتح الوزير الجسر الجديد صباح اليوم بعد أربع سنوات من العمل.\n"


def read(folder: Path) -> tuple[list[str], list[str]]:
    report = khabar.ReadReport()
    titles = [article.title for article in khabar.read(folder, report=report)]
    return titles, [each.reason.kind for each in report.skipped]


def test_no_process_for_a_reader_is_reported_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = Path(__file__).parents[2] / "examples" / "pdf" / "bulletin.pdf"
    (tmp_path / "a.pdf").write_bytes(example.read_bytes())
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")

    def refused(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("khabar.corpus.confined.subprocess.Popen", refused)
    assert read(tmp_path) == (["افتتاح الجسر الجديد"], ["no-process"])
    assert Reason("no-process").mendable


def test_no_room_for_a_copy_ends_one_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        archive.writestr("a.txt", TEXT)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "inner.zip", "inner.zip")
    (tmp_path / "inner.zip").unlink()
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")

    def full(_: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", full)
    assert read(tmp_path) == (["افتتاح الجسر الجديد"], ["read-error"])


def test_generated_columns_of_a_database_are_not_computed(tmp_path: Path) -> None:
    """Each of these takes minutes or gigabytes, and no signal ends it."""
    with sqlite3.connect(tmp_path / "news.db") as database:
        database.execute(
            "CREATE TABLE news (id INTEGER PRIMARY KEY, title TEXT, body TEXT, published_at TEXT)"
        )
        database.execute(
            "INSERT INTO news VALUES (1, 'افتتاح الجسر الجديد', 'افتتح الوزير الجسر الجديد.', '2024-05-06')"
        )
        slow = "instr(zeroblob(60000000), zeroblob(30000000) || x'01')"
        database.execute(f"ALTER TABLE news ADD COLUMN text AS (body || {slow}) VIRTUAL")
        for number in range(50):
            database.execute(f"ALTER TABLE news ADD COLUMN big{number} AS (hex(zeroblob(30000000))) VIRTUAL")
    database.close()
    report = khabar.ReadReport()
    (article,) = khabar.read(tmp_path, report=report)
    assert article.paragraphs == ("افتتح الوزير الجسر الجديد.",)
    assert report.ok


def test_a_key_with_a_dot_that_names_no_sheet_leaves_a_workbook_readable(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("الأخبار")
        sheet.write_row(0, 0, ["title", "text", "desk"])
        sheet.write_row(1, 0, ["افتتاح الجسر", "افتتح الوزير الجسر أمس.", "محليات"])
        other = book.add_worksheet("رأي")
        other.write_row(0, 0, ["title", "text"])
        other.write_row(1, 0, ["رأي اليوم", "نص الرأي كاملًا."])
    titles = [article.title for article in khabar.read(tmp_path, keep={"desk": "meta.desk_name"})]
    assert titles == ["افتتاح الجسر", "رأي اليوم"]
    titles = [article.title for article in khabar.read(tmp_path, fields={"text": "رأي.text"})]
    assert titles == ["رأي اليوم"]


def test_a_message_with_very_long_headers_keeps_its_text(tmp_path: Path) -> None:
    everyone = ",\n ".join(f"reader{number}@example.org" for number in range(20_000))
    head = f"From: hind@example.org\nSubject: =?utf-8?b?2KXYudin2K/YqSDYp9mE2YHYqtit?=\nTo: {everyone}\n"
    text = "أعيد فتح الطريق الساحلي صباح اليوم بعد أسبوعين من الإصلاح."
    (tmp_path / "a.eml").write_text(f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n", "utf-8")
    (article,) = khabar.read(tmp_path)
    assert article.paragraphs == (text,)


def test_no_kind_of_reason_has_two_texts() -> None:
    assert {kind: REASONS[kind] for kind in FORMAT_REASONS} == FORMAT_REASONS
