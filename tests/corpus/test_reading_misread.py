"""Peculiarities of programs are read as they were meant, or reported."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from reading_helpers import Result

BODY = "قال وزير الطاقة إن وقف إطلاق النار سيعيد أسعار النفط إلى ما كانت عليه قبل الحرب."
ReadingBytes = Callable[..., Result]


def as_latin(data: bytes) -> str:
    """Bytes read as Latin by programs for Windows: five of them have no character."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)


TWICE = {
    "latin-1": lambda data: data.decode("latin-1"),
    "windows-1252": as_latin,
    "windows-1256": lambda data: data.decode("cp1256"),
}


@pytest.mark.parametrize("name", ["a.txt", "a.json", "a.jsonl", "a.csv"])
@pytest.mark.parametrize("encoding", TWICE)
def test_utf8_that_was_encoded_twice_is_read_and_noted(
    reading_bytes: ReadingBytes, name: str, encoding: str
) -> None:
    written = {
        "a.txt": f"هدنة جديدة\n\n{BODY}\n",
        "a.json": json.dumps([{"title": "هدنة جديدة", "text": BODY}], ensure_ascii=False),
        "a.jsonl": json.dumps({"title": "هدنة جديدة", "text": BODY}, ensure_ascii=False) + "\n",
        "a.csv": f"العنوان,النص\nهدنة جديدة,{BODY}\n",
    }[name]
    result = reading_bytes(name, TWICE[encoding](written.encode()).encode())
    assert result.titles == ["هدنة جديدة"] and result.articles[0].paragraphs == (BODY,)
    assert [encoding for _, encoding in result.report.guessed] == ["utf-8 (encoded twice)"]


@pytest.mark.parametrize(
    "text",
    [
        "Élections à Paris\n\nL'État a été déçu, très tôt à l'été où l'œuvre naît. Øresund, Ùn.\n",
        "ضغط عظيم\n\nطغى ظلم على غطاء عظيم، طظ ظط عغ غع طط ظظ.\n",
    ],
)
def test_text_that_only_looks_so_stays_as_it_is(reading_bytes: ReadingBytes, text: str) -> None:
    result = reading_bytes("a.txt", text)
    assert result.titles == [text.partition("\n")[0]] and not result.report.guessed


def test_missing_values_of_pandas_are_nothing(reading_bytes: ReadingBytes) -> None:
    result = reading_bytes(
        "a.json",
        f'[{{"id": NaN, "title": "هدنة", "text": "{BODY}", "author": NaN, "date": NaN, "source": Infinity}},'
        f' {{"id": NaN, "title": "سلام", "text": "{BODY}", "author": "nan"}},'
        f' {{"id": "None", "title": "حوار", "text": "{BODY}"}}, {{"id": "None", "title": "لقاء", "text": "{BODY}"}}]',
    )
    assert result.titles == ["هدنة", "سلام", "حوار", "لقاء"]
    assert {(article.author, article.source, article.published) for article in result.articles} == {
        ("", "", None)
    }
    assert not result.report.skipped and not result.report.notes


def test_json_that_programs_write_by_hand(reading_bytes: ReadingBytes) -> None:
    broken = reading_bytes("a.json", f'[{{"title": "هدنة", "text": "{BODY}\n{BODY}\tأمس"}}]')
    assert broken.articles[0].paragraphs == (BODY, f"{BODY}\tأمس") and broken.report.ok
    commas = reading_bytes(
        "b.jsonl", f'{{"title": "هدنة", "text": "{BODY}"}},\n{{"title": "سلام", "text": "{BODY}"}},\n'
    )
    assert commas.titles == ["هدنة", "سلام"] and commas.report.ok
    nested = reading_bytes(
        "c.json", json.dumps([[{"title": "هدنة", "text": BODY}], [{"title": "سلام", "text": BODY}]])
    )
    assert nested.titles == ["هدنة", "سلام"] and nested.report.ok


def test_a_nested_list_without_records_is_reported(reading_bytes: ReadingBytes) -> None:
    result = reading_bytes("a.json", json.dumps([["هدنة", BODY], []]))
    assert not result.articles and [each.number for each in result.report.skipped] == [1, 2]


def test_a_second_column_of_one_name_is_reported(reading_bytes: ReadingBytes) -> None:
    other = "وأعلنت وزارة الخارجية أن المفاوضات ستستأنف في العاصمة بعد العيد مباشرة بمشاركة الوسطاء."
    result = reading_bytes("a.csv", f"title,text,text\nهدنة,{BODY},{other}\nسلام,,{other}\n")
    assert [article.paragraphs for article in result.articles] == [(BODY,), (other,)]
    assert [note.reason.kind for note in result.report.notes] == ["text-unused"]


def test_a_table_with_carriage_returns_alone(reading_bytes: ReadingBytes) -> None:
    result = reading_bytes("a.csv", f'title,text\rهدنة,"{BODY}\rسطر ثان"\rسلام,{BODY}\r')
    assert result.titles == ["هدنة", "سلام"] and result.report.ok
    assert result.articles[0].paragraphs == (BODY, "سطر ثان")


def test_entities_in_a_plain_text_become_characters(reading_bytes: ReadingBytes) -> None:
    result = reading_bytes(
        "a.txt", "هدنة &quot;تاريخية&quot;\n\nوقف&nbsp;إطلاق&nbsp;النار &#1601;&#1610; غزة، وشركة AT&T\n"
    )
    assert result.titles == ['هدنة "تاريخية"']
    assert result.articles[0].paragraphs == ("وقف إطلاق النار في غزة، وشركة AT&T",)


def feed(*items: str) -> str:
    inside = "".join(f"<item>{item}<description>{BODY}</description></item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>الوادي</title>{inside}</channel></rss>'


def test_ampersands_and_html_entities_in_a_feed(reading_bytes: ReadingBytes) -> None:
    result = reading_bytes(
        "a.xml",
        feed(
            "<title>أرباح AT&T ترتفع</title>",
            "<title>هدنة&nbsp;جديدة &laquo;عاجل&raquo;</title>",
            "<title><![CDATA[شركة AT&T &amp; أخرى]]></title>",
            "<title>قوة &amp; ضعف</title>",
        ),
    )
    assert [title.replace("\xa0", " ") for title in result.titles] == [
        "أرباح AT&T ترتفع",
        "هدنة جديدة «عاجل»",
        "شركة AT&T & أخرى",
        "قوة & ضعف",
    ]
    assert result.report.ok


def test_what_only_begins_as_an_entity_stays_as_it_is(reading_bytes: ReadingBytes) -> None:
    line = "المتغيرات &notable; و&params; و&region; في الكود، وسعره 5&euro; &notin; &amp;"
    read = "المتغيرات &notable; و&params; و&region; في الكود، وسعره 5€ ∉ &"
    for result in (
        reading_bytes("a.txt", f"هدنة\n{BODY}\n{line}\n"),
        reading_bytes("a.json", json.dumps([{"title": "هدنة", "text": f"{BODY}\n{line}"}])),
        reading_bytes("a.xml", feed(f"<title>{line}</title>")),
    ):
        assert read in "\n".join([result.articles[0].title, *result.articles[0].paragraphs])


def test_a_guid_that_is_not_an_address_is_dropped(reading_bytes: ReadingBytes) -> None:
    result = reading_bytes(
        "a.xml", feed("<title>هدنة</title><guid>17</guid>", "<title>سلام</title><guid>https://e.org/1</guid>")
    )
    assert [(article.id, article.url) for article in result.articles] == [
        ("17", ""),
        ("https://e.org/1", "https://e.org/1"),
    ]


def page(date: str, more: str = "") -> str:
    return (
        f'<html><head><meta property="article:published_time" content="{date}"></head><body><h1>هدنة</h1>{more}'
        f"<p>{BODY}</p><p>وأضاف الوزير أن الاتفاق جاء بعد مفاوضات طويلة بين الطرفين.</p></body></html>"
    )


def test_a_date_of_a_page_that_is_not_understood_is_reported(reading_bytes: ReadingBytes) -> None:
    result = reading_bytes("a.html", page("06/05/2024 10:00"))
    assert result.articles[0].published is None
    assert [(note.reason.kind, note.lost) for note in result.report.notes] == [("date-ambiguous", True)]
    told = reading_bytes("b.html", page("06/05/2024 10:00"), dates="dmy")
    assert told.articles[0].published is not None and told.articles[0].published.month == 5
    assert not told.report.notes
    shown = reading_bytes("c.html", page("06/05/2024", "<time>6 مايو 2024</time>"))
    assert shown.articles[0].published is not None and not shown.report.notes


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_table_in_a_text_file(reading_bytes: ReadingBytes, sign: str) -> None:
    result = reading_bytes("a.txt", f"العنوان{sign}النص{sign}التاريخ\nهدنة{sign}{BODY}{sign}2024-05-06\n")
    assert result.titles == ["هدنة"] and result.articles[0].paragraphs == (BODY,)
    assert result.articles[0].published is not None


def test_a_headline_with_commas_is_not_a_table(reading_bytes: ReadingBytes) -> None:
    result = reading_bytes("a.txt", f"Title, text\n\n{BODY}\n")
    assert result.titles == ["Title, text"]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Mon, 06 May 2024 10:00:00 GMT", "2024-05-06"),
        ("Mon, 06 May 2024 01:00:00 +0300", "2024-05-06"),
        ("Tue, 06 May 2024 10:00:00 GMT", ""),
        ("الثلاثاء 6 مايو 2024", ""),
    ],
)
def test_a_weekday_that_is_another_makes_no_date(reading_bytes: ReadingBytes, written: str, day: str) -> None:
    for result in (
        reading_bytes("a.xml", feed(f"<title>هدنة</title><pubDate>{written}</pubDate>")),
        reading_bytes("a.json", json.dumps([{"title": "هدنة", "text": BODY, "date": written}])),
    ):
        published = result.articles[0].published
        assert (published.date().isoformat() if published else "") == day
        assert [note.reason.kind for note in result.report.notes] == ([] if day else ["date-unread"])
