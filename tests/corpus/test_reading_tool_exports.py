"""Exports of the tools in which people keep articles: the meaning of their lines, cells and entries."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from reading_helpers import jsonl, zipped

FIRST = "قال وزير الطاقة إن وقف إطلاق النار سيعيد أسعار النفط إلى ما كانت عليه."
SECOND = "أعلنت الحكومة أمس عن خطة جديدة لدعم المزارعين في الشمال."
TRUCE = {"title": "هدنة جديدة", "content": FIRST}
PLAN = {"title": "خطة للمزارعين", "content": SECOND}


def test_lines_for_elasticsearch_name_the_next_record(reading_bytes: Any) -> None:
    lines = jsonl(
        {"index": {"_index": "news", "_id": "a1"}},
        TRUCE,
        {"delete": {"_index": "news", "_id": "a9"}},
        {"update": {"_id": "a2"}},
        {"doc": PLAN},
        {"create": {}},
        {"title": "بلا معرّف", "content": SECOND},
    )
    articles, report = reading_bytes("bulk.ndjson", lines)
    assert [article.id for article in articles[:2]] == ["a1", "a2"]
    assert [article.title for article in articles] == ["هدنة جديدة", "خطة للمزارعين", "بلا معرّف"]
    assert not report.skipped


def test_an_article_about_an_index_is_not_a_line_for_elasticsearch(reading_bytes: Any) -> None:
    articles, report = reading_bytes("a.jsonl", jsonl({"index": {"title": "مؤشر الأسعار"}}, TRUCE))
    assert len(articles) == 1
    assert [skipped.number for skipped in report.skipped] == [1]


def test_commas_between_records(reading_bytes: Any) -> None:
    text = f"{json.dumps(TRUCE)},\n{json.dumps(PLAN)},\n"
    articles, report = reading_bytes("a.json", text)
    assert [article.title for article in articles] == ["هدنة جديدة", "خطة للمزارعين"]
    assert not report.skipped


def test_the_head_of_a_database_is_not_an_article(reading_bytes: Any) -> None:
    export = [
        {"type": "header", "version": "5.2.1", "comment": "Export to JSON plugin for PHPMyAdmin"},
        {"type": "database", "name": "news"},
        {"type": "table", "name": "posts", "database": "news", "data": [{"id": "7", **TRUCE}]},
    ]
    articles, report = reading_bytes("posts.json", json.dumps(export))
    assert [article.id for article in articles] == ["7"]
    assert [note.reason.kind for note in report.notes] == ["other-type"] * 2
    assert not report.skipped


def test_joined_tables_have_their_header_twice(reading_bytes: Any) -> None:
    table = "\ufeffالعنوان,النص\r\n{},{}\r\n"
    text = table.format("هدنة جديدة", FIRST) + table.format("خطة للمزارعين", SECOND)
    articles, report = reading_bytes("all.csv", text)
    assert [article.title for article in articles] == ["هدنة جديدة", "خطة للمزارعين"]
    assert not report.skipped
    assert not report.notes


@pytest.mark.parametrize("nothing", ["#N/A", "#REF!", "-", "\\N", "NULL"])
def test_a_cell_with_nothing_in_it_is_not_an_address(reading_bytes: Any, nothing: str) -> None:
    table = f"title,text,url\nهدنة جديدة,{FIRST},{nothing}\n{nothing},{SECOND},{nothing}\n"
    articles, report = reading_bytes("a.csv", table)
    assert [article.url for article in articles] == ["", ""]
    assert articles[1].title == SECOND.rstrip(".")
    assert not report.skipped


POST, COMMENT = "هدنة جديدة", "شكرا على الخبر"
BLOGGER = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns='http://www.w3.org/2005/Atom' xmlns:app='http://purl.org/atom/app#'
 xmlns:blogger='http://schemas.google.com/blogger/2018'><title>مدونة الوادي</title>{}</feed>"""


def entry(title: str, more: str) -> str:
    return f"<entry><id>tag:{title}</id><title>{title}</title><content type='html'>{FIRST}</content>{more}</entry>"


def kind(name: str) -> str:
    scheme = "http://schemas.google.com/g/2005#kind"
    return f"<category scheme='{scheme}' term='http://schemas.google.com/blogger/2008/kind#{name}'/>"


@pytest.mark.parametrize(
    "entries",
    [
        entry("قالب", kind("template"))
        + entry("إعدادات", kind("settings"))
        + entry(POST, kind("post") + "<category term='اقتصاد'/>")
        + entry("مسودة", kind("post") + "<app:control><app:draft>yes</app:draft></app:control>")
        + entry(COMMENT, kind("comment")),
        entry(
            POST,
            "<blogger:type>POST</blogger:type><blogger:status>LIVE</blogger:status><category term='اقتصاد'/>",
        )
        + entry(COMMENT, "<blogger:type>COMMENT</blogger:type><blogger:status>LIVE</blogger:status>")
        + entry("مسودة", "<blogger:type>POST</blogger:type><blogger:status>DRAFT</blogger:status>"),
    ],
    ids=["before 2024", "of Takeout"],
)
def test_published_posts_of_a_blog_are_articles(reading_bytes: Any, entries: str) -> None:
    articles, report = reading_bytes("blog.xml", BLOGGER.format(entries))
    assert [(article.title, article.section) for article in articles] == [(POST, "اقتصاد")]
    assert {note.reason.kind for note in report.notes} == {"other-type", "not-published"}
    assert not report.skipped


def test_a_text_with_front_matter(reading_bytes: Any) -> None:
    text = (
        f"---\ntitle: هدنة جديدة\nurl: https://alwadi.example/1\ndate: 2024-05-06\n---\n{FIRST}\n{SECOND}\n"
    )
    ((article,), _) = reading_bytes("1.txt", text)
    assert (article.title, article.url) == ("هدنة جديدة", "https://alwadi.example/1")
    assert article.published == datetime(2024, 5, 6)
    assert article.paragraphs == (FIRST, SECOND)


def test_front_matter_without_a_title(reading_bytes: Any) -> None:
    ((article,), _) = reading_bytes("1.txt", f"---\nsitename: الوادي\n---\nهدنة جديدة\n{FIRST}\n{SECOND}\n")
    assert (article.title, article.source) == ("هدنة جديدة", "الوادي")
    assert article.paragraphs == (FIRST, SECOND)


@pytest.mark.parametrize("status", ["draft: true", "published: false"])
def test_a_draft_of_hugo_or_jekyll_is_left_out(reading_bytes: Any, status: str) -> None:
    articles, report = reading_bytes("1.md", f"---\ntitle: هدنة جديدة\n{status}\n---\n\n{FIRST}\n")
    assert not articles
    assert [note.reason.kind for note in report.notes] == ["not-published"]
    ((article,), _) = reading_bytes("2.md", f"---\ntitle: هدنة جديدة\ndraft: false\n---\n\n{FIRST}\n")
    assert article.paragraphs == (FIRST,)


@pytest.mark.parametrize("codec", ["utf-8", "cp1256", "utf-16"])
def test_a_table_in_plain_text_that_is_called_xls(reading_bytes: Any, codec: str) -> None:
    text = f"العنوان\tالنص\r\nهدنة جديدة\t{FIRST}\r\n"
    ((article,), _) = reading_bytes("news.xls", text.encode(codec))
    assert (article.title, article.paragraphs) == ("هدنة جديدة", (FIRST,))


def test_a_text_between_rules_is_a_text(reading_bytes: Any) -> None:
    ((article,), _) = reading_bytes("1.txt", f"---\nهدنة في غزة: بداية جديدة\n{FIRST}\n---\n{SECOND}\n")
    assert article.title == "هدنة في غزة: بداية جديدة"
    assert article.paragraphs == (FIRST, SECOND)


def test_the_texts_of_a_crawl(reading_bytes: Any) -> None:
    pytest.importorskip("warcio")
    text = f"هدنة جديدة\n{FIRST}\n{SECOND}".encode()
    head = (
        "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://alwadi.example/1\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    ((article,), _) = reading_bytes("crawl.warc.wet", head.encode() + text + b"\r\n\r\n")
    assert (article.title, article.url, article.source) == (
        "هدنة جديدة",
        "https://alwadi.example/1",
        "alwadi.example",
    )
    assert article.paragraphs == (FIRST, SECOND)


def test_files_of_windows_in_a_folder_are_left_aside(reading_bytes: Any) -> None:
    members = {
        "هدنة.txt": f"هدنة جديدة\n\n{FIRST}",
        "Thumbs.db": b"\xd0\xcf\x11\xe0" * 9,
        "desktop.ini": "[x]",
    }
    articles, report = reading_bytes("news.zip", zipped(members))
    assert len(articles) == 1
    assert not report.skipped


CUT = f"{FIRST[:40]}…"
ACCOUNT = {"name": "صحيفة الوادي", "screen_name": "alwadi"}


def test_a_long_post_of_x_is_read_whole(reading_bytes: Any) -> None:
    tweet = {
        "created_at": "Mon May 06 10:00:00 +0000 2024",
        "id": 1787,
        "id_str": "1787",
        "text": CUT,
        "truncated": True,
        "user": ACCOUNT,
        "extended_tweet": {"full_text": FIRST},
    }
    ((article,), report) = reading_bytes("stream.jsonl", jsonl(tweet))
    assert article.paragraphs == (FIRST,)
    assert (article.id, article.source) == ("1787", "صحيفة الوادي")
    assert article.published == datetime(2024, 5, 6, 10, tzinfo=UTC)
    assert not report.notes


def test_retweets_are_read_in_full(reading_bytes: Any) -> None:
    tweet = {
        "id_str": "1788",
        "full_text": f"RT @alwadi: {CUT}",
        "user": {"name": "قارئ", "screen_name": "reader"},
        "retweeted_status": {"id_str": "1787", "full_text": FIRST, "user": ACCOUNT},
    }
    ((article,), report) = reading_bytes("posts.jsonl", jsonl(tweet))
    assert article.paragraphs == (FIRST,)
    assert (article.source, article.author) == ("قارئ", "صحيفة الوادي")
    assert not report.notes


def test_an_item_of_zotero(reading_bytes: Any) -> None:
    item = {
        "id": "z1",
        "type": "article-newspaper",
        "title": "هدنة جديدة",
        "container-title": "صحيفة الوادي",
        "abstract": FIRST,
        "author": [{"family": "العلي", "given": "سالم"}, {"literal": "هند", "name": "هند"}],
        "issued": {"date-parts": [[2024, 5, 6]]},
    }
    ((article,), report) = reading_bytes("zotero.json", json.dumps([item]))
    assert (article.source, article.author) == ("صحيفة الوادي", "سالم العلي، هند")
    assert article.published == datetime(2024, 5, 6)
    assert not report.notes


@pytest.mark.parametrize("parts", [[2024], [10**20, 1, 1], ["9" * 30, 1, 1], [2024, 13, 1]])
def test_a_year_alone_is_not_a_day(reading_bytes: Any, parts: list[Any]) -> None:
    item = {"title": "هدنة جديدة", "abstract": FIRST, "issued": {"date-parts": [parts]}}
    ((article,), report) = reading_bytes("zotero.json", json.dumps([item]))
    assert article.published is None
    assert [note.reason.kind for note in report.notes] == ["date-unread"]


def test_posts_of_facebook(reading_bytes: Any) -> None:
    def written(text: str) -> str:
        return text.encode().decode("latin-1")

    posts = [
        {
            "timestamp": 1714986000,
            "attachments": [],
            "data": [{"post": written(FIRST)}, {"update_timestamp": 1714986060}],
            "title": written("سالم العلي حدّث حالته."),
        },
        {"timestamp": 1714986000, "attachments": [{"data": []}], "data": [{"update_timestamp": 1}]},
    ]
    ((article,), report) = reading_bytes("your_posts_1.json", json.dumps(posts))
    assert article.paragraphs == (FIRST,)
    assert article.title == FIRST.rstrip(".")
    assert article.published == datetime(2024, 5, 6, 9, tzinfo=UTC)
    assert {note.reason.kind for note in report.notes} == {"encoded-twice", "message-without-text"}


def test_a_row_that_was_encoded_twice(reading_bytes: Any) -> None:
    row = f"هدنة ثانية,{SECOND}\n".encode().decode("latin-1")
    articles, report = reading_bytes("a.csv", f"العنوان,النص\nهدنة جديدة,{FIRST}\n{row}")
    assert [article.paragraphs for article in articles] == [(FIRST,), (SECOND,)]
    assert [note.number for note in report.notes] == [3]


def test_published_posts_of_ghost_are_articles(reading_bytes: Any) -> None:
    def post(title: str, status: str) -> dict[str, Any]:
        more = {"slug": "a", "visibility": "public", "published_at": "2024-05-06T10:00:00.000Z"}
        return {"id": title, "title": title, "html": f"<p>{FIRST}</p>", "status": status, **more}

    tables = {
        "posts": [post("هدنة جديدة", "published"), post("مسودة", "draft")],
        "tags": [{"id": "t1", "name": "اقتصاد", "description": "أخبار الاقتصاد والأسواق"}],
        "users": [{"id": "u1", "name": "سالم العلي"}],
    }
    export = {"db": [{"meta": {"version": "5.82.0"}, "data": tables}]}
    ((article,), report) = reading_bytes("ghost.json", json.dumps(export))
    assert (article.title, article.paragraphs) == ("هدنة جديدة", (FIRST,))
    assert [note.reason.kind for note in report.notes] == ["not-published"]


def test_a_json_feed_is_the_source_of_its_entries(reading_bytes: Any) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "صحيفة الوادي",
        "items": [{"id": "1", "title": "هدنة جديدة", "content_html": f"<p>{FIRST}</p>"}],
    }
    ((article,), _) = reading_bytes("feed.json", json.dumps(feed))
    assert (article.id, article.source) == ("1", "صحيفة الوادي")


def test_a_future_date_is_noted(reading_bytes: Any) -> None:
    ((article,), report) = reading_bytes("a.jsonl", jsonl({**TRUCE, "date": "2099-05-06"}))
    assert article.published == datetime(2099, 5, 6)
    assert [note.reason.kind for note in report.notes] == ["future-date"]


@pytest.mark.parametrize(
    "head",
    [
        "العنوان: هدنة جديدة\nالمصدر: الوادي\nالكاتب : سالم العلي\nتاريخ النشر: ٦ مايو ٢٠٢٤\n\n",
        "العنوان: هدنة جديدة\nالكاتب: سالم العلي\nالمصدر: الوادي\nالتاريخ: 6 مايو 2024\nالنص:\n",
        "**العنوان:** هدنة جديدة\n**المصدر**: الوادي\n*الكاتب:* سالم العلي\n__التاريخ__ : 6 مايو 2024\n\n",
        "\ufeffTitle: هدنة جديدة\r\nBy: سالم العلي\r\nSource: الوادي\r\nDate: 2024-05-06\r\n\r\n",
        "Titre : هدنة جديدة\nAuteur : سالم العلي\nSource : الوادي\nDate : 6 mai 2024\n\n",
        "العنوان: هدنة جديدة\nالكاتب: سالم العلي\nالمصدر: الوادي\nالتاريخ: 6 أيار 2024\nالنص: ",
    ],
)
def test_labelled_lines_above_a_text(reading_bytes: Any, head: str) -> None:
    ((article,), _) = reading_bytes("1.txt", f"{head}{FIRST}\n{SECOND}\n")
    assert (article.title, article.source, article.author) == ("هدنة جديدة", "الوادي", "سالم العلي")
    assert article.published == datetime(2024, 5, 6)
    assert article.paragraphs == (FIRST, SECOND)


@pytest.mark.parametrize(
    "text",
    [
        f"الرئيس: الهدنة قريبة\nالوزير: لا جديد\n{FIRST}",
        f"العنوان: ما بعد الهدنة\n{FIRST}",
        "العنوان: هدنة جديدة\nالكاتب: سالم العلي",
    ],
)
def test_a_headline_with_a_colon_is_not_a_label(reading_bytes: Any, text: str) -> None:
    ((article,), _) = reading_bytes("1.txt", text)
    assert article.title == text.split("\n")[0]


def test_a_piece_of_a_page_in_a_text_file(reading_bytes: Any) -> None:
    text = f"<h2>هدنة جديدة</h2><p>قال &quot;الوزير&quot; إن 5 &lt; 6.</p><p class='x'>{SECOND}</p>"
    ((article,), _) = reading_bytes("1.txt", text)
    assert article.title == "هدنة جديدة"
    assert article.paragraphs == ('قال "الوزير" إن 5 < 6.', SECOND)


def test_the_two_parts_of_an_article_of_joomla(reading_bytes: Any) -> None:
    row = {"title": "هدنة جديدة", "introtext": f"<p>{FIRST}</p>", "fulltext": f"<p>{SECOND}</p>"}
    ((article,), report) = reading_bytes("content.jsonl", jsonl({**row, "publish_up": "2024-05-06 10:00:00"}))
    assert article.paragraphs == (FIRST, SECOND)
    assert article.published == datetime(2024, 5, 6, 10)
    assert not report.notes


def test_a_table_with_a_title_above_its_columns(reading_bytes: Any) -> None:
    table = f"تقرير الأخبار لشهر مايو,,\n,,\nالعنوان,النص,التاريخ\nهدنة جديدة,{FIRST},2024-05-06\n"
    ((article,), report) = reading_bytes("a.csv", table)
    assert (article.title, article.paragraphs) == ("هدنة جديدة", (FIRST,))
    assert not report.skipped


@pytest.mark.parametrize(
    ("date", "clock", "moment"),
    [
        ("2024-05-06", "10:15", datetime(2024, 5, 6, 10, 15)),
        ("٦ مايو ٢٠٢٤", "١٠:١٥ مساءً", datetime(2024, 5, 6, 22, 15)),
        ("2024-05-06 08:30", "10:15", datetime(2024, 5, 6, 8, 30)),
        ("2024-05-06", "مساء", datetime(2024, 5, 6)),
        ("2024-05-06", "25:99", datetime(2024, 5, 6)),
    ],
)
def test_the_time_of_day_in_another_column(
    reading_bytes: Any, date: str, clock: str, moment: datetime
) -> None:
    table = f"العنوان,النص,التاريخ,الوقت\nهدنة جديدة,{FIRST},{date},{clock}\n"
    assert reading_bytes("a.csv", table).articles[0].published == moment
    table = table.replace("التاريخ,الوقت", "تاريخ النشر,وقت النشر")
    assert reading_bytes("b.csv", table).articles[0].published == moment


@pytest.mark.parametrize("name", ["time", "الوقت"])
@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024-05-06 10:15", datetime(2024, 5, 6, 10, 15)),
        (1714990500, datetime(2024, 5, 6, 10, 15, tzinfo=UTC)),
        ("10:15", None),
    ],
)
def test_a_time_without_a_date_beside_it_may_have_the_day(
    reading_bytes: Any, name: str, value: object, moment: datetime | None
) -> None:
    found, report = reading_bytes("1.json", json.dumps({"title": "هدنة", "text": FIRST, name: value}))
    assert [each.published for each in found] == [moment]
    assert not report.notes


def test_an_ambiguous_time_is_told(reading_bytes: Any) -> None:
    record = {"title": "هدنة", "text": FIRST, "time": "06-05-2024 10:15"}
    found, report = reading_bytes("1.json", json.dumps(record))
    assert found[0].published is None
    assert [note.reason.kind for note in report.notes] == ["date-ambiguous"]
    # Where another key is said to have the date, a time is none.
    found, report = reading_bytes("2.json", json.dumps(record), fields={"published": "day"})
    assert found[0].published is None and not report.notes


def test_a_table_with_a_list_for_each_column(reading_bytes: Any) -> None:
    """All its titles were one title, and its texts one article."""
    table = {"title": ["هدنة", "اتفاق"], "text": [FIRST, SECOND], "date": ["2024-05-06", None]}
    found, _ = reading_bytes("1.json", json.dumps(table))
    assert [(each.title, each.paragraphs) for each in found] == [("هدنة", (FIRST,)), ("اتفاق", (SECOND,))]
    assert [each.published for each in found] == [datetime(2024, 5, 6), None]


@pytest.mark.parametrize(
    "record",
    [
        {"title": ["هدنة"], "text": [FIRST, SECOND]},
        {"title": ["هدنة"], "text": [FIRST]},
        {"id": "1", "title": ["هدنة", "اتفاق"], "text": [FIRST, SECOND]},
    ],
)
def test_lists_of_one_record_are_its_parts(reading_bytes: Any, record: dict[str, object]) -> None:
    found, _ = reading_bytes("1.json", json.dumps(record))
    assert len(found) == 1
