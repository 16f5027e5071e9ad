"""CSV and TSV, RSS and Atom, WARC, Markdown: what is particular to each."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import feedparser
import pytest
from reading_helpers import Result, warc

from khabar.render.reasons import reason_text

Reading = Callable[..., Result]


# CSV, TSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_delimiters(reading_bytes: Reading, delimiter: str, start: str) -> None:
    rows = [["العنوان", "النص", "التاريخ"], ["خبر", "نص الخبر.", "2024-05-01"]]
    content = start + "\n".join(delimiter.join(row) for row in rows)
    article = reading_bytes("a.csv", content).articles[0]
    assert (article.title, article.paragraphs) == ("خبر", ("نص الخبر.",))
    assert article.published == datetime(2024, 5, 1)
    assert article.path.endswith("a.csv#2")


def test_columns_are_mapped(reading_bytes: Reading) -> None:
    content = "hed,story,name\nخبر,نص الخبر.,آخر\n"
    assert reading_bytes("a.csv", content).titles == ["آخر"]
    result = reading_bytes("a.csv", content, fields={"title": "hed", "text": "story"})
    assert (result.titles, result.articles[0].paragraphs) == (["خبر"], ("نص الخبر.",))


STORY = "افتتح الوزير السد الجديد أمس، وقال إنه سيروي الأراضي كلها."


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_columns_without_names_are_mapped_by_number(reading_bytes: Reading, name: str) -> None:
    sign = "," if name == "a.csv" else "\t"
    rows = [["2015-08-07", "افتتاح السد", STORY], ["2015-08-08", "موسم المطر", f"{STORY} وأضاف."]]
    content = "".join(sign.join(f'"{cell}"' if sign == "," else cell for cell in row) + "\n" for row in rows)
    fields = {"published": "1", "title": "2", "text": "3"}
    result = reading_bytes(name, content, fields=fields)
    assert result.titles == ["افتتاح السد", "موسم المطر"]
    assert [str(each.published)[:10] for each in result.articles] == ["2015-08-07", "2015-08-08"]
    assert result.articles[0].paragraphs == (STORY,)
    assert not result.report.notes and all(result.report.mapped.values())
    alone = reading_bytes(name, content, fields={"text": "3"})
    assert [each.paragraphs for each in alone.articles] == [(STORY,), (f"{STORY} وأضاف.",)]


@pytest.mark.parametrize("head", ["title,date,x", "hed,when,story", "العنوان,اليوم,القصة"])
def test_a_first_row_that_was_taken_for_names_is_reported(reading_bytes: Reading, head: str) -> None:
    content = f'{head}\nافتتاح السد,2015-08-07,"{STORY}"\n{head}\nموسم المطر,2015-08-08,"{STORY}"\n'
    result = reading_bytes("a.csv", content, fields={"title": "1", "text": "3"})
    assert result.titles == ["افتتاح السد", "موسم المطر"]
    (note,) = (each for each in result.report.notes if each.reason.kind == "first-row-names")
    assert ", ".join(head.split(",")) in str(note.reason)
    assert "أسماء الأعمدة" in reason_text(note.reason, "ar")


def test_a_number_that_is_a_name_or_no_column(reading_bytes: Reading) -> None:
    result = reading_bytes("a.csv", f'title,7\nخبر,"{STORY}"\n', fields={"text": "7"})
    assert result.articles[0].paragraphs == (STORY,) and not result.report.notes
    for number in ("0", "4"):
        result = reading_bytes("a.csv", f'أ,ب,"{STORY}"\n', fields={"title": "2", "text": number})
        assert result.reasons == [f"--field names column {number}, and its first line has 3"]


def test_quotation_marks_in_tsv_are_letters(reading_bytes: Reading) -> None:
    result = reading_bytes("a.tsv", 'title\ttext\n"النصر" يفوز\tفاز "النصر\n"كامل ""النصر"""\tنص\n')
    assert result.titles == ['"النصر" يفوز', 'كامل "النصر"']
    assert result.articles[0].paragraphs == ('فاز "النصر',)


def test_an_unclosed_quotation_mark_takes_one_row(reading_bytes: Reading) -> None:
    result = reading_bytes("a.csv", 'title,text\nأ,"غير مغلق\nب,نص ب\nج,نص ج\n')
    assert result.titles == ["ب", "ج"]
    assert [(each.number, str(each.reason)) for each in result.report.skipped] == [
        (2, "a quotation mark in the row is never closed")
    ]


def test_a_backslash_before_a_quotation_mark_in_a_field(reading_bytes: Reading) -> None:
    """MySQL, Spark and others write it so; the field ended there, and the row had too many cells."""
    result = reading_bytes(
        "a.csv",
        'title,text,author\n"هدنة","قال: \\"انتهت الحرب\\", وأضاف: \\"عاد\nالسلام\\".",سالم\n"ثان","نص",هند\n',
    )
    assert result.titles == ["هدنة", "ثان"]
    assert result.articles[0].paragraphs == ('قال: "انتهت الحرب", وأضاف: "عاد', 'السلام".')
    assert [each.author for each in result.articles] == ["سالم", "هند"]
    assert not result.report.skipped


def test_the_number_of_cells_tells_what_a_backslash_is(reading_bytes: Reading) -> None:
    """An escaped mark at the end of a line, and a backslash in a table whose marks stand as they are."""
    escaped = 'title,text,author\n"خبر","قال: \\"\nنعم\\"",سالم\n"ثان","نص",هند\n'
    result = reading_bytes("a.csv", escaped)
    assert (result.titles, [each.author for each in result.articles]) == (["خبر", "ثان"], ["سالم", "هند"])
    assert result.articles[0].paragraphs == ('قال: "', 'نعم"')
    sloppy = 'title,text\n"خبر","C:\\" ثم نص\n"ثان","نص"\n'
    assert reading_bytes("a.csv", sloppy).titles == ["خبر", "ثان"]


def test_a_backslash_that_ends_a_field_is_a_letter(reading_bytes: Reading) -> None:
    result = reading_bytes("a.csv", 'title,text\n"خبر","حُفظ في ""C:\\"", ثم في D:\\"\n"ثان","نص"\n')
    assert result.titles == ["خبر", "ثان"]
    assert result.articles[0].paragraphs == ('حُفظ في "C:\\", ثم في D:\\',)


@pytest.mark.parametrize("sign", "=+-@")
def test_an_apostrophe_that_guards_a_cell_is_no_letter(reading_bytes: Reading, sign: str) -> None:
    """khabar's own export has it, and so have others that are made for spreadsheets."""
    result = reading_bytes("a.csv", f"title,text\n'{sign}5 درجات في عمان,'بين قوسين' نص الخبر\n")
    assert (result.titles, result.articles[0].paragraphs) == (
        [f"{sign}5 درجات في عمان"],
        ("'بين قوسين' نص الخبر",),
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("q01\tكلام\nq02\tنص", "names no column with a title or text"),
        ("title,text\nخبر,نص,زائد\n", "the row has 3 cells"),
        ("title,date\n,2024-05-01\n", "neither a title nor a text"),
        ("title,text\n", "it contains no records"),
    ],
)
def test_tables_without_articles(reading_bytes: Reading, content: str, reason: str) -> None:
    result = reading_bytes("a.csv", content)
    assert not result.articles
    assert reason in result.reasons[0]


def test_a_cell_larger_than_the_usual_limit(reading_bytes: Reading) -> None:
    text = "قال الوزير إن الجسر سيفتتح غدا. " * 10_000
    assert reading_bytes("a.csv", f'title,text\nخبر,"{text}"\n').articles[0].paragraphs == (text.strip(),)


# feeds

ITEM = "<item><title>{}</title><guid>{}</guid><description>نص الخبر.</description></item>"


def rss(items: str, declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f'{declaration}<rss version="2.0"><channel><title>وكالة النهر</title>{items}</channel></rss>'


def test_an_entry(reading_bytes: Reading) -> None:
    item = (
        "<item><title>فيضان &amp; إجلاء</title><link>https://n.example/1</link><guid>n-1</guid>"
        "<pubDate>Tue, 21 Jul 2015 02:51:32 GMT</pubDate><author>علي "
        "سالم</author><description>ملخص</description>"
        '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<![CDATA[<p>فاض <b>السد</b>.</p><script>x()</script><p>وأجلي السكان.</p>]]></content:encoded></item>"
    )
    article = reading_bytes("a.rss", rss(item)).articles[0]
    assert (article.id, article.title, article.author) == ("n-1", "فيضان & إجلاء", "علي سالم")
    assert (article.source, article.url) == ("وكالة النهر", "https://n.example/1")
    assert article.paragraphs == ("فاض السد.", "وأجلي السكان.")
    assert article.published == datetime(2015, 7, 21, 2, 51, 32, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1256", "utf-16"])
def test_encodings_of_feeds(reading_bytes: Reading, encoding: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding.replace("cp", "windows-")}"?>'
    feed = rss(ITEM.format("فيضان السد في الشمال", 1), declaration).encode(encoding)
    assert reading_bytes("a.xml", feed).titles == ["فيضان السد في الشمال"]


def test_entities_are_not_expanded(reading_bytes: Reading) -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ها"><!ENTITY f SYSTEM "file:///etc/passwd">{lol}]>'
    )
    result = reading_bytes("a.xml", rss(ITEM.format("قبل &l9; بعد &f;", 1), doctype))
    assert all(
        len(passage.text) < 100 and "root:" not in passage.text
        for a in result.articles
        for passage in a.passages()
    )
    assert result.articles or result.reasons


def test_a_feed_cut_short_is_read_up_to_the_cut_and_reported(reading_bytes: Reading) -> None:
    feed = rss("".join(ITEM.format(f"خبر {n}", n) for n in range(10)))
    result = reading_bytes("a.xml", feed[: len(feed) * 2 // 3])
    assert 5 <= len(result.articles) <= 8
    assert "the feed is broken" in result.reasons[-1]


def test_nothing_is_fetched(reading_bytes: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    for content in (
        "https://news.example/feed.xml",
        '<rss><channel><link href="https://n.example/"/></channel></rss>',
    ):
        assert not reading_bytes("a.rss", content).articles


@pytest.mark.parametrize("content", ["<urlset></urlset>", '<?xml version="1.0"?><a/>', "نص"])
def test_other_xml(reading_bytes: Reading, content: str) -> None:
    assert "neither a feed" in reading_bytes("a.xml", content).reasons[0]


@pytest.mark.parametrize(
    "items",
    [
        "<item " * 20_000,
        "<item>" * 20_000,
        "<entry " * 10_000 + "<item " * 10_000,
        f"<item><title>خبر</title>{'<media:description ' * 20_000}</item>",
        f"<item><title>خبر</title>{'<media:description>' * 20_000}</item>",
        f"<item><title>خبر</title><author>{'@' * 100_000}</author></item>",
        f"<item><title>خبر</title><author>ا{' ' * 100_000}&lt;</author></item>",
    ],
    ids=range(7),
)
def test_feeds_with_tags_that_never_end_take_linear_time(
    reading_bytes: Reading, items: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not the time that feedparser takes.
    author = items.partition("<author>")[2].partition("</author>")[0]
    entries = [feedparser.FeedParserDict(author=author)]
    parsed = feedparser.FeedParserDict(feed=feedparser.FeedParserDict(), entries=entries)
    monkeypatch.setattr(feedparser, "parse", lambda *_, **__: parsed)
    began = process_time()
    reading_bytes("a.xml", rss(items))
    assert process_time() - began < 3


def test_descriptions_of_pictures_are_no_text(reading_bytes: Reading) -> None:
    media = ' xmlns:media="http://search.yahoo.com/mrss/"'
    pictures = "<media:description/><media:description type='plain'>صورة</media:description>"
    items = [
        "<item><title>خبر أول</title><description>نص أول.</description>{}</item>",
        "<item><title>خبر ثان</title>{}<description>نص ثان.</description></item>",
        "<item><title>خبر ثالث</title>{}</item >",
    ]
    feed = rss("".join(items).replace("{}", pictures)).replace("<rss", f"<rss{media}")
    articles = reading_bytes("a.xml", feed).articles
    assert [article.paragraphs for article in articles] == [("نص أول.",), ("نص ثان.",), ("صورة",)]


@pytest.mark.parametrize("author", ["layla@example.org (ليلى حداد)", "ليلى حداد &lt;layla@example.org&gt;"])
def test_the_address_of_an_author_is_left_out(reading_bytes: Reading, author: str) -> None:
    item = ITEM.format("خبر", 1).replace("</item>", f"<author>{author}</author></item>")
    assert reading_bytes("a.xml", rss(item)).articles[0].author == "ليلى حداد"


# WARC

PAGE = "<html><title>خبر {0}</title><p>افتتح وزير الأشغال جسر المرفأ رقم {0} أمس بحضور السكان.</p></html>"


def test_pages_of_a_crawl(reading_bytes: Reading) -> None:
    content = (
        warc({f"https://n.example/{n}": PAGE.format(n) for n in range(2)})
        + warc({"https://n.example/9": PAGE.format(9)}, status="404 Not Found")
        + warc({"https://n.example/8": b"\x89PNG"}, headers="Content-Type: image/png")
    )
    result = reading_bytes("a.warc", content)
    assert [article.url for article in result.articles] == ["https://n.example/0", "https://n.example/1"]
    assert [article.path.rpartition("#")[2] for article in result.articles] == ["1", "2"]
    assert result.report.ok


BOTH = "Content-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked"


def chunked(data: bytes) -> bytes:
    pieces = [data[at : at + 50] for at in range(0, len(data), 50)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "wrapped"),
    [
        ("Content-Type: text/html; charset=utf-8", lambda data: data),
        ("Content-Type: text/html\r\nTransfer-Encoding: chunked", chunked),
        ("Content-Type: text/html\r\nContent-Encoding: gzip", gzip.compress),
        ("Content-Type: text/html\r\nContent-Encoding: deflate", zlib.compress),
        (BOTH, lambda data: chunked(gzip.compress(data))),
        (BOTH, lambda data: data),
        ("Content-Type: text/html\r\nContent-Encoding: br", lambda data: data),
    ],
    ids=["plain", "chunks", "gzip", "deflate", "both", "undone", "br undone"],
)  # fmt: skip
def test_bodies(reading_bytes: Reading, headers: str, wrapped: Callable[[bytes], bytes]) -> None:
    content = warc({"https://n.example/1": wrapped(PAGE.format(1).encode())}, headers=headers)
    assert reading_bytes("a.warc", content).titles == ["خبر 1"]


def test_the_server_names_the_encoding(reading_bytes: Reading) -> None:
    content = warc(
        {"https://n.example/1": PAGE.format(1).encode("cp1256")},
        headers="Content-Type: text/html; charset=windows-1256",
    )
    result = reading_bytes("a.warc", content)
    assert result.titles == ["خبر 1"]
    assert not result.report.guessed


def test_bombs_in_responses(reading_bytes: Reading) -> None:
    bomb = gzip.compress(b"<p>" + b"x" * 3_000_000)
    for body in (bomb, chunked(bomb)):
        content = warc(
            {"https://n.example/1": body},
            headers="Content-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked",
        )
        assert (
            "larger than the limit of 1,000,000 bytes"
            in reading_bytes("a.warc", content, max_bytes=1_000_000).reasons[0]
        )


def test_a_record_with_a_wrong_length_costs_only_itself(
    reading_bytes: Reading, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = warc({f"https://n.example/{n}": PAGE.format(n) for n in range(3)})
    length = whole[whole.index(b"Content-Length: ") + 16 :].split(b"\r\n")[0]
    wrong = whole.replace(
        b"Content-Length: " + length, b"Content-Length: " + str(int(length) - 9).encode(), 1
    )
    result = reading_bytes("a.warc", wrong)
    assert [article.url[-1] for article in result.articles] == ["0", "1", "2"]
    assert [(each.number, each.reason.kind == "warc-record-too-long") for each in result.report.skipped] == [
        (1, True)
    ]
    assert capfd.readouterr().err == ""


# Markdown

MATTER = """---
title: "عودة الصيادين: بعد العاصفة"
author:
  name: رنا
date: 2024-05-01 # يوم
tags: [بحر]
المصدر: صحيفة المرفأ
---
"""


def test_front_matter(reading_bytes: Reading) -> None:
    article = reading_bytes(
        "a.md",
        MATTER
        + "\n# عودة الصيادين\n\nعاد **الصيادون** إلى [الميناء](https://x.example/a_(b)),\nوفرحوا.\n\n- قارب\n",
    ).articles[0]
    assert (article.title, article.author, article.source) == (
        "عودة الصيادين: بعد العاصفة",
        "رنا",
        "صحيفة المرفأ",
    )
    assert article.published == datetime(2024, 5, 1)
    assert article.paragraphs == ("عاد الصيادون إلى الميناء, وفرحوا.", "قارب")


@pytest.mark.parametrize(
    "content",
    [
        '+++\ntitle = "عودة الصيادين"\ndate = 2024-05-01\n+++\nنص أول.\n',
        "---\r\nعنوان: عودة الصيادين\r\nالتاريخ: 2024-05-01\r\n---\r\nنص أول.\r\n",
        "---\ntitle: >\n  عودة\n  الصيادين\npublished: '2024-05-01'\n---\nنص أول.\n",
    ],
)
def test_kinds_of_front_matter(tmp_path: Path, reading_bytes: Reading, content: str) -> None:
    article = reading_bytes("a.md", content).articles[0]
    assert (article.title, article.paragraphs) == ("عودة الصيادين", ("نص أول.",))
    assert article.published == datetime(2024, 5, 1)


@pytest.mark.parametrize(
    ("content", "title", "paragraphs"),
    [
        ("# عنوان #\n\nنص أول\nيتبعه سطر.\n\nنص ثان.", "عنوان", ("نص أول يتبعه سطر.", "نص ثان.")),
        ("عنوان\n=====\nنص.", "عنوان", ("نص.",)),
        (
            "عنوان\n\n> قال: **لا**\n> وسكت.\n\n1. أول\n2. ثان",
            "عنوان",
            ("قال: لا", "وسكت.", "1. أول", "2. ثان"),
        ),
        ("---\nنص بعد خط.\n---\nنص آخر.", "نص بعد خط", ("نص بعد خط.", "نص آخر.")),
        ("# ع\n\n5 * 3 * 2 و snake_case_name و \\*نجمة\\*", "ع", ("5 * 3 * 2 و snake_case_name و *نجمة*",)),
        ("# ع\n\n![صورة](a.png)\n\n```\nرمز **كما هو**\n```\n", "ع", ("رمز **كما هو**",)),
    ],
)
def test_signs_of_markdown(
    reading_bytes: Reading, content: str, title: str, paragraphs: tuple[str, ...]
) -> None:
    article = reading_bytes("a.md", content).articles[0]
    assert (article.title, article.paragraphs) == (title, paragraphs)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "06-05-2024 10:00:00",
            "03-04-2020",
            "11-12-2023 08:30",
            "2024-13-05",
            "27-10-1445",
            "05/06/07",
            "قريبا",
        ),
        *("Mon, 06 May 2024 10:00:00 +0300", "06 May 24 10:00 EST", "2024-05-06T10:00:00Z", "6 كانون 2 2024"),
    ],
)
def test_a_date_of_a_feed_is_that_of_a_record(reading_bytes: Reading, written: str) -> None:
    """What khabar refuses is not guessed by feedparser."""
    item = (
        f"<item><title>خبر</title><description>نص الخبر هنا.</description><pubDate>{written}</pubDate></item>"
    )
    feed = f"<rss version='2.0'><channel><title>الوادي</title>{item}</channel></rss>"
    record = json.dumps({"title": "خبر", "text": "نص الخبر هنا.", "date": written})
    (entry,) = reading_bytes("a.xml", feed.encode()).articles
    (article,) = reading_bytes("a.json", record.encode()).articles
    assert entry.published == article.published


def _entry(inner: str) -> str:
    return (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>الوادي</title>'
        f"<item><title>افتتاح السد</title>{inner}</item></channel></rss>"
    )


@pytest.mark.parametrize(
    "caption",
    [
        "<media:description>صورة السد من الجو</media:description>",
        "<media:content url='a.jpg'><media:description>صورة السد من الجو</media:description></media:content>",
        "<media:group><media:description>صورة السد من الجو</media:description></media:group>",
    ],
)
def test_the_description_of_a_picture_does_not_replace_the_text(reading_bytes: Reading, caption: str) -> None:
    text = f"<description>{STORY}</description>"
    for inner in (text + caption, caption + text):
        assert reading_bytes("a.xml", _entry(inner)).articles[0].paragraphs == (STORY,)
    # The description of a film is the text of an entry that has no other.
    film = caption.replace("صورة السد من الجو", STORY)
    assert reading_bytes("a.xml", _entry(film)).articles[0].paragraphs == (STORY,)


@pytest.mark.parametrize("author", ["layla@alwadi.com (ليلى حداد)", "ليلى حداد &lt;layla@alwadi.com&gt;"])
def test_an_author_of_a_feed_without_the_address(reading_bytes: Reading, author: str) -> None:
    inner = f"<description>{STORY}</description><author>{author}</author>"
    assert reading_bytes("a.xml", _entry(inner)).articles[0].author == "ليلى حداد"


@pytest.mark.parametrize(
    "line",
    [
        "The post افتتاح السد appeared first on الوادي.",
        "The post افتتاح السد first appeared on الوادي.",
        "ظهرت المقالة افتتاح السد أولاً على الوادي.",
        "التدوينة افتتاح السد ظهرت أولاً على الوادي.",
        "L’article افتتاح السد est apparu en premier sur الوادي.",
    ],
)
def test_the_line_that_wordpress_adds_to_a_feed(reading_bytes: Reading, line: str) -> None:
    result = reading_bytes(
        "a.xml", _entry(f"<description>&lt;p&gt;{STORY}&lt;/p&gt;&lt;p&gt;{line}&lt;/p&gt;</description>")
    )
    assert result.articles[0].paragraphs == (STORY,)
    assert result.report.clutter == {"more": 1}
