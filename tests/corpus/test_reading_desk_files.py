"""What people make by hand: spreadsheets, days as numbers, exports of a messenger, lists of links."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_helpers import Result, record

from khabar.corpus import ReadReport, read
from khabar.corpus.dates import day_number, parse_timestamp
from khabar.corpus.report import Note, joined
from khabar.errors import InvalidArgument
from khabar.render.reasons import note_text

LONG = "أعلنت بلدية المدينة اليوم عن بدء أعمال توسعة الطريق الساحلي الذي يربط الميناء بالسوق القديم وتستمر ستة أشهر."
OTHER = (
    "يرى محرر الصفحة أن التوسعة تأخرت سنوات طويلة وأن كلفتها ارتفعت إلى الضعف منذ عرضت على المجلس أول مرة."
)


def reading(tmp_path: Path, name: str, content: str | bytes, **options: object) -> Result:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    report = ReadReport()
    return Result(list(read(path, report=report, **options)), report)  # type: ignore[arg-type]


def kinds(result: Result) -> list[str]:
    return [note.reason.kind for note in result.report.notes]


# Days in numbers


@pytest.mark.parametrize(
    ("written", "order", "day"),
    [
        ("05/03/2024", "dmy", "2024-03-05"),
        ("05/03/2024", "mdy", "2024-05-03"),
        ("٠٥/٠٣/٢٠٢٤", "dmy", "2024-03-05"),
        ("05-03-2024 10:30", "dmy", "2024-03-05 10:30"),
        ("05.03.24", "dmy", "2024-03-05"),
        ("24/03/05", "ymd", "2024-03-05"),
        ("05/03/99", "dmy", "1999-03-05"),
        ("05/03/2024 10:30 PM", "dmy", "2024-03-05 22:30"),
        # One reading alone: the order changes nothing.
        ("21/07/2015", "mdy", "2015-07-21"),
        ("2024/03/05", "dmy", "2024-03-05"),
        ("2024-03-05", "mdy", "2024-03-05"),
    ],
)
def test_the_order_is_used_for_dates_that_can_be_read_in_several(written: str, order: str, day: str) -> None:
    found = parse_timestamp(written, order)
    assert found == datetime.fromisoformat(day)


@pytest.mark.parametrize("written", ["05/03/2024", "05.03.24"])
def test_without_an_order_they_are_not_dates(written: str) -> None:
    assert parse_timestamp(written) is None
    assert parse_timestamp("05/03/2024", "ymd") is None


@given(st.datetimes(datetime(1990, 1, 1), datetime(2067, 12, 31)), st.sampled_from("/-."))
def test_a_date_is_read_in_the_order_in_which_it_was_written(day: datetime, mark: str) -> None:
    midnight = datetime(day.year, day.month, day.day)
    for order, form in (("dmy", "%d{0}%m{0}%Y"), ("mdy", "%m{0}%d{0}%Y"), ("dmy", "%d{0}%m{0}%y")):
        assert parse_timestamp(day.strftime(form.format(mark)), order) in (
            midnight,
            midnight.replace(year=midnight.year - 100) if "y" in form and day.year > 2068 else midnight,
        )


def test_an_unread_date_says_why(tmp_path: Path) -> None:
    rows = "العنوان,النص,التاريخ\nخبر,نص الخبر الأول.,05/03/2024\n"
    result = reading(tmp_path, "a.csv", rows)
    assert (
        result.articles[0].published is None and kinds(result) == ["date-ambiguous"] and not result.report.ok
    )
    told = str(result.report.notes[0].reason)
    assert "2024-03-05 or 2024-05-03" in told and "--dates dmy" in told
    assert "‎--dates dmy" in note_text(result.report.notes[0], "ar")
    mended = reading(tmp_path, "a.csv", rows, dates="dmy")
    assert mended.articles[0].published == datetime(2024, 3, 5) and mended.report.ok
    hijri = reading(tmp_path, "b.csv", rows.replace("05/03/2024", "10/08/1445"))
    assert kinds(hijri) == ["date-calendar"] and "هـ" in str(hijri.report.notes[0].reason)
    assert kinds(reading(tmp_path, "c.csv", rows.replace("05/03/2024", "أول أمس تقريبا"))) == ["date-unread"]


def test_the_order_holds_for_records_front_matter_feeds_and_lines_of_texts(tmp_path: Path) -> None:
    day = datetime(2024, 3, 5)
    text = f"توسعة الطريق الساحلي\nبيروت 05/03/2024\n{LONG}\n"
    for name, content in (
        ("a.json", json.dumps(record(date="05/03/2024"))),
        ("a.md", f"---\ntitle: توسعة\ndate: 05/03/2024\n---\n{LONG}\n"),
        ("a.txt", text),
    ):
        assert reading(tmp_path, name, content).articles[0].published is None
        assert reading(tmp_path, name, content, dates="dmy").articles[0].published == day


def test_an_unknown_order_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument):
        reading(tmp_path, "a.json", "{}", dates="ydm")


def test_notes_about_dates_stay_apart_by_file_while_they_are_few(tmp_path: Path) -> None:
    report = ReadReport()
    for number in range(3):
        (tmp_path / f"{number}.json").write_text(json.dumps(record(number, date=f"0{number + 1}/05/2024")))
    list(read(tmp_path, report=report))
    assert [note.path for note in joined(report.notes)] == [str(tmp_path / f"{n}.json") for n in (0, 1, 2)]
    many = [Note(f"{n}.json", None, report.notes[0].reason) for n in range(30)]
    assert [note.count for note in joined(many)] == [30]


def test_a_day_number_in_a_column_of_dates_is_read_and_noted(tmp_path: Path) -> None:
    result = reading(tmp_path, "a.csv", "العنوان,النص,تاريخ النشر\nخبر,نص الخبر.,45356\n")
    assert result.articles[0].published == datetime(2024, 3, 5) and result.report.ok
    assert kinds(result) == ["day-number"] and "45356 is 2024-03-05" in str(result.report.notes[0].reason)
    result = reading(tmp_path, "b.csv", "العنوان,النص,رمز\nخبر,نص الخبر.,45356\n")
    assert result.articles[0].published is None


@given(st.integers(32_874, 73_051))
def test_day_numbers_count_from_the_end_of_1899(number: int) -> None:
    assert day_number(str(number)) == day_number(number) == datetime(1899, 12, 30) + timedelta(days=number)


@pytest.mark.parametrize("value", ["1445", "12", "999999", 20_000, True, None, "45356x", "2024-03-05"])
def test_other_numbers_are_not_days(value: object) -> None:
    assert day_number(value) is None


# IPTC pubstatus


@pytest.mark.parametrize("status", ["canceled", "Withheld", "cancelled", "stat:canceled"])
def test_withdrawn_items_are_left_out_and_reported(tmp_path: Path, status: str) -> None:
    given = [record(1, pubstatus=status), record(2, pubstatus="usable"), record(3)]
    result = reading(tmp_path, "a.json", json.dumps(given))
    assert result.titles == ["خبر 2", "خبر 3"]
    assert kinds(result) == ["not-published"] and status in str(result.report.notes[0].reason)


# Tables as Excel writes them

TABS = "العنوان\tالنص\tالتاريخ\r\nخبر أول\tنص الخبر الأول.\t2024-03-05\r\nخبر ثان\tنص الخبر الثاني، وبقيته.\t2024-03-06\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_unicode_text_of_excel_is_a_table(tmp_path: Path, encoding: str) -> None:
    result = reading(tmp_path, "a.txt", TABS.encode(encoding))
    assert result.titles == ["خبر أول", "خبر ثان"]
    assert result.articles[1].published == datetime(2024, 3, 6)


@pytest.mark.parametrize(
    "text",
    [
        "العنوان, النص\nافتتح الوزير الجسر, أمس في بغداد\nوقال إن الكلفة مليون دينار.\nوالعمل, كما نعلم, مستمر.\n",
        "title, text, date\nProse with commas, here and there, and elsewhere, too.\nThen without.\nMore.\n",
        "title\ttext\nنثر بلا جدول\nوسطر آخر منه\n",
    ],
)
def test_prose_whose_first_line_names_columns_is_prose(tmp_path: Path, text: str) -> None:
    (article,) = reading(tmp_path, "a.txt", text.encode()).articles
    assert [article.title, *article.paragraphs] == text.splitlines()


@pytest.mark.parametrize("last", ["\n", ""])
def test_a_table_in_a_txt_with_a_slip_is_a_table(tmp_path: Path, last: str) -> None:
    rows = ["title,text", 'أول,"نص، فيه, فاصلة\nوسطر ثان"', "ثان,نص ثان", "ثالث,نص,زائد", "رابع,نص رابع"]
    found = reading(tmp_path, "a.txt", ("\n".join(rows) + last).encode())
    assert [article.title for article in found.articles] == ["أول", "ثان", "رابع"]


def test_a_long_first_row_of_a_table_in_a_txt(tmp_path: Path) -> None:
    text = "title,text,date\nعنوان," + "كلمة من نص طويل " * 20_000 + ",2024-01-02"
    assert [article.title for article in reading(tmp_path, "a.txt", text.encode()).articles] == ["عنوان"]


@pytest.mark.parametrize("first", ["سعر النفط\tيرتفع", "العنوان الكامل للمبنى\tشارع الحمرا", "العنوان"])
def test_a_text_with_a_tab_in_its_first_line_is_a_text(tmp_path: Path, first: str) -> None:
    assert len(reading(tmp_path, "a.txt", f"{first}\n{LONG}\n{OTHER}\n").articles) == 1


@pytest.mark.parametrize("mark", [";", "|", "\t", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
def test_the_first_line_tells_the_delimiter(tmp_path: Path, mark: str, encoding: str, name: str) -> None:
    rows = [["العنوان", "النص"], ["خبر أول", "نص الخبر."]]
    content = f"sep={mark}\r\n" + "\r\n".join(mark.join(row) for row in rows)
    assert reading(tmp_path, name, content.encode(encoding)).titles == ["خبر أول"]


@pytest.mark.parametrize("text", ["المتن", "النص"])
def test_a_headline_under_the_name_of_the_whole_is_the_title(tmp_path: Path, text: str) -> None:
    result = reading(tmp_path, "a.csv", f"الخبر,{text}\nتوسعة الطريق الساحلي,{LONG}\n")
    assert (result.titles, result.articles[0].paragraphs) == (["توسعة الطريق الساحلي"], (LONG,))


def test_the_whole_alone_is_the_text_and_with_a_summary_the_headline(tmp_path: Path) -> None:
    assert reading(tmp_path, "a.csv", f"المعرف,الخبر\n7,{LONG}\n").articles[0].paragraphs == (LONG,)
    both = reading(tmp_path, "b.csv", f"الخبر,الملخص\nتوسعة الطريق الساحلي,{LONG}\n")
    assert (both.titles, both.articles[0].paragraphs) == (["توسعة الطريق الساحلي"], (LONG,))


@pytest.mark.parametrize("column", ["الملخص", "رأي المحرر", "المتن الثاني"])
def test_an_unused_column_of_long_texts_is_reported_once(tmp_path: Path, column: str) -> None:
    row = f"توسعة الطريق,{LONG},{OTHER}\n"
    result = reading(tmp_path, "a.csv", f"العنوان,النص,{column}\n" + row + row.replace("توسعة", "إصلاح"))
    assert kinds(result) == ["text-unused"] and column in str(result.report.notes[0].reason)
    assert result.report.ok and column in note_text(result.report.notes[0], "ar")


def test_an_extract_of_the_text_is_not_reported(tmp_path: Path) -> None:
    extract = LONG[:70]
    assert not reading(tmp_path, "a.csv", f"العنوان,النص,الملخص\nتوسعة,{LONG},{extract}\n").report.notes


# Lists of links


@pytest.mark.parametrize(
    "text",
    [
        "https://news.example/1\nhttps://news.example/خبر-2\n",
        "1. https://news.example/1\n2. www.news.example/b\n",
        "https://news.example/1",
    ],
)
def test_a_file_of_links_alone_is_not_an_article(tmp_path: Path, text: str) -> None:
    result = reading(tmp_path, "links.txt", text)
    assert not result.articles and result.report.skipped[0].reason.kind == "only-addresses"


def test_a_text_with_links_is_an_article(tmp_path: Path) -> None:
    assert len(reading(tmp_path, "a.txt", f"{LONG}\nhttps://news.example/1\n").articles) == 1


# Telegram's export as a page

HEAD = """<!DOCTYPE html>
<html>
 <head>
  <meta charset="utf-8"/>
<title>Exported Data</title>
  <meta content="width=device-width, initial-scale=1.0" name="viewport"/>
 </head>
 <body onload="CheckLocation();">
  <div class="page_wrap">
   <div class="page_header"><div class="content"><div class="text bold">
قناة الساحل
   </div></div></div>
   <div class="page_body chat_page"><div class="history">
"""
MESSAGES = """
<div class="message service" id="message-1"><div class="body details">8 March 2024</div></div>
<div class="message default clearfix" id="message2"><div class="body">
 <div class="pull_right date details" title="08.03.2024 10:05:00 UTC+03:00">10:05</div>
 <div class="from_name">
قناة الساحل
 </div>
 <div class="text">
<strong>توسعة الطريق الساحلي</strong><br>بدأت أعمال توسعة الطريق، <a href="https://x.example">بحسب البلدية</a>.<br>
<br>وتستمر ستة أشهر.
 </div>
 <div class="signature details">ليلى</div>
</div></div>
<div class="message default clearfix joined" id="message3"><div class="body">
 <div class="pull_right date details" title="08.03.2024 11:00:00">11:00</div>
 <div class="forwarded body"><div class="from_name">
وكالة الجبل <span class="date details" title="07.03.2024 09:00:00"> 07.03.2024 09:00:00</span>
 </div>
 <div class="text">وصلت سفينة القمح إلى الميناء صباح اليوم.</div></div>
</div></div>
<div class="message default clearfix" id="message4"><div class="body">
 <div class="pull_right date details" title="08.03.2024 12:00:00">12:00</div>
 <div class="from_name">قناة الساحل</div><div class="media_wrap clearfix">Photo</div>
</div></div>
"""


def test_each_message_of_an_exported_page_is_an_article(tmp_path: Path) -> None:
    pytest.importorskip("lxml")
    result = reading(tmp_path, "messages.html", HEAD + MESSAGES + "</div></div></div></body></html>")
    first, second = result.articles
    assert first.title == "توسعة الطريق الساحلي"
    assert first.paragraphs == ("بدأت أعمال توسعة الطريق، بحسب البلدية.", "وتستمر ستة أشهر.")
    assert (first.source, first.author, first.id) == ("قناة الساحل", "ليلى", "telegram-قناة_الساحل-2")
    assert first.published == datetime.fromisoformat("2024-03-08T10:05:00+03:00")
    assert (second.author, second.published) == ("وكالة الجبل", datetime(2024, 3, 8, 11))
    assert second.paragraphs == ("وصلت سفينة القمح إلى الميناء صباح اليوم.",)
    assert kinds(result) == ["service-message", "message-without-text"] and result.report.ok


def test_a_page_of_the_export_without_messages_is_reported(tmp_path: Path) -> None:
    pytest.importorskip("lxml")
    result = reading(tmp_path, "export_results.html", HEAD + "</div></div></div></body></html>")
    assert not result.articles and result.report.skipped[0].reason.kind == "no-record"
