"""Shapes of records: a small sample of each, and the article that it gives."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from reading_helpers import Result, jsonl

TITLE = "هدنة جديدة في وادي النخيل"
TEXT = "قال وزير الطاقة إن وقف إطلاق النار سيعيد أسعار النفط إلى ما كانت عليه قبل الحرب."
MORE = "وأضاف أن القوافل ستتحرك صباح الغد إذا صمدت الهدنة."
URL = "https://alwadi.example/news/1"
OUTLET = "صحيفة الوادي"
MOMENT = datetime(2024, 5, 6, 10)
AT_ONE = timezone(timedelta(hours=3))

SHAPES: dict[str, tuple[Any, dict[str, Any]]] = {
    "IPTC ninjs 1": (
        {
            "uri": "urn:newsml:alwadi.example:20240506:1",
            "type": "text",
            "language": "ar",
            "versioncreated": "2024-05-06T10:00:00Z",
            "firstcreated": "2024-05-06T10:00:00Z",
            "byline": "سالم الحربي",
            "title": "WADI-TRUCE",
            "headline": TITLE,
            "body_html": f"<p>{TEXT}</p><p>{MORE}</p>",
            "infosource": [{"name": OUTLET}],
            "usageterms": "لا يعاد النشر إلا بإذن خطي من الصحيفة صاحبة الحق في هذا الخبر",
        },
        {
            "id": "urn:newsml:alwadi.example:20240506:1",
            "author": "سالم الحربي",
            "source": OUTLET,
            "published": MOMENT.replace(tzinfo=UTC),
            "paragraphs": (TEXT, MORE),
            "url": "",
        },
    ),
    "IPTC ninjs 2": (
        {
            "uri": URL,
            "standard": {"name": "ninjs", "version": "2.1"},
            "versioncreated": "2024-05-06T10:00:00+03:00",
            "headlines": [{"role": "main", "value": TITLE}],
            "bodies": [
                {"role": "main", "contenttype": "text/html", "value": f"<p>{TEXT}</p>"},
                {"role": "plain", "contenttype": "text/plain", "value": TEXT},
            ],
            "provider": {"name": OUTLET},
        },
        {"id": URL, "url": URL, "source": OUTLET, "published": MOMENT.replace(tzinfo=AT_ONE)},
    ),
    "Arc": (
        {
            "_id": "QWERTY",
            "type": "story",
            "headlines": {"basic": TITLE},
            "content_elements": [
                {"type": "text", "content": f"{TEXT} <b>عاجل</b>"},
                {"type": "image", "caption": "صورة"},
                {"type": "text", "content": MORE},
            ],
            "credits": {"by": [{"name": "سالم الحربي"}]},
            "display_date": "2024-05-06T10:00:00+03:00",
        },
        {
            "author": "سالم الحربي",
            "published": MOMENT.replace(tzinfo=AT_ONE),
            "paragraphs": (f"{TEXT} عاجل", MORE),
        },
    ),
    "news-please": (
        {
            "authors": ["سالم الحربي", "هند الصايغ"],
            "date_download": "2024-06-01 00:00:00",
            "date_modify": "None",
            "date_publish": "2024-05-06 10:00:00",
            "description": "ملخص قصير",
            "filename": "x.json",
            "image_url": "https://alwadi.example/1.jpg",
            "language": "ar",
            "localpath": None,
            "source_domain": "alwadi.example",
            "maintext": TEXT,
            "text": None,
            "title": TITLE,
            "title_page": None,
            "title_rss": None,
            "url": URL,
        },
        {"author": "سالم الحربي، هند الصايغ", "source": "alwadi.example", "published": MOMENT, "url": URL},
    ),
    "newspaper3k": (
        {
            "source_url": "https://www.alwadi.example",
            "url": URL,
            "title": TITLE,
            "text": TEXT,
            "keywords": ["هدنة"],
            "authors": ["سالم الحربي"],
            "publish_date": "2024-05-06T10:00:00",
            "top_image": "https://alwadi.example/1.jpg",
            "summary": "",
            "meta_data": {"og": {"site_name": OUTLET}},
            "canonical_link": URL,
        },
        {"author": "سالم الحربي", "source": OUTLET, "published": MOMENT, "url": URL},
    ),
    "newspaper4k": (
        {
            "url": URL,
            "language": "ar",
            "title": TITLE,
            "authors": [],
            "publish_date": "2024-05-06 10:00:00",
            "meta_site_name": OUTLET,
            "text": TEXT,
        },
        {"source": OUTLET, "published": MOMENT, "url": URL, "author": ""},
    ),
    "trafilatura": (
        {
            "title": TITLE,
            "author": None,
            "hostname": "alwadi.example",
            "date": "2024-05-06",
            "fingerprint": "a4a26516b15fcb2f",
            "id": None,
            "comments": "تعليق طويل من قارئ لا علاقة له بالخبر ولا ينبغي أن يكون جزءاً من نصه أبداً",
            "raw_text": f"{TITLE} {TEXT}",
            "text": TEXT,
            "filedate": "2024-06-01",
            "source": URL,
            "source-hostname": OUTLET,
            "excerpt": None,
        },
        {"source": OUTLET, "url": URL, "published": datetime(2024, 5, 6)},
    ),
    "trafilatura without a site name": (
        {"title": TITLE, "hostname": "alwadi.example", "date": "2024-05-06", "source": URL, "text": TEXT},
        {"source": "alwadi.example", "url": URL},
    ),
    "Scrapy": (
        {
            "title": [TITLE],
            "content": [TEXT, MORE],
            "date": ["2024-05-06"],
            "link": [URL],
            "author": ["سالم"],
        },
        {"paragraphs": (TEXT, MORE), "published": datetime(2024, 5, 6), "url": URL, "author": "سالم"},
    ),
    "WordPress REST": (
        {
            "id": 10,
            "date": "2024-05-06T10:00:00",
            "date_gmt": "2024-05-06T07:00:00",
            "guid": {"rendered": "https://alwadi.example/?p=10"},
            "modified": "2024-06-01T00:00:00",
            "slug": "truce",
            "status": "publish",
            "link": URL,
            "title": {"rendered": "هدنة جديدة في وادي النخيل"},
            "content": {"rendered": f"<p>{TEXT}</p>\n<p>{MORE}</p>", "protected": False},
            "excerpt": {"rendered": "<p>ملخص</p>", "protected": False},
            "author": 7,
            "_embedded": {"author": [{"id": 7, "name": "سالم الحربي"}]},
        },
        {
            "id": "https://alwadi.example/?p=10",
            "author": "سالم الحربي",
            "published": MOMENT.replace(tzinfo=AT_ONE),
            "paragraphs": (TEXT, MORE),
            "url": URL,
        },
    ),
    "Media Cloud": (
        {
            "stories": [
                {
                    "stories_id": 1,
                    "publish_date": "2024-05-06 10:00:00",
                    "media_name": OUTLET,
                    "media_url": "https://alwadi.example",
                    "indexed_date": "2024-06-01",
                    "url": URL,
                    "title": TITLE,
                    "text": TEXT,
                }
            ]
        },
        {"source": OUTLET, "published": MOMENT, "url": URL},
    ),
    "schema.org": (
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": TITLE,
            "articleBody": TEXT,
            "datePublished": "2024-05-06T10:00:00+03:00",
            "dateModified": "2024-06-01",
            "author": {"@type": "Person", "name": "سالم الحربي"},
            "publisher": {"@type": "Organization", "name": OUTLET},
            "mainEntityOfPage": {"@type": "WebPage", "@id": URL},
        },
        {"author": "سالم الحربي", "source": OUTLET, "published": MOMENT.replace(tzinfo=AT_ONE), "url": URL},
    ),
    "Elasticsearch": (
        {
            "took": 3,
            "hits": {
                "total": {"value": 1},
                "hits": [
                    {
                        "_index": "news",
                        "_id": "n-1",
                        "_score": 1.0,
                        "_source": {
                            "title": TITLE,
                            "body": TEXT,
                            "published_at": "2024-05-06T10:00:00",
                            "source": OUTLET,
                        },
                    }
                ],
            },
        },
        {"id": "n-1", "source": OUTLET, "published": MOMENT},
    ),
    "the Guardian": (
        {
            "response": {
                "status": "ok",
                "results": [
                    {
                        "id": "world/1",
                        "webTitle": "عنوان للويب",
                        "webPublicationDate": "2024-05-06T10:00:00Z",
                        "webUrl": URL,
                        "fields": {"headline": TITLE, "body": f"<p>{TEXT}</p>", "byline": "سالم الحربي"},
                    }
                ],
            }
        },
        {
            "title": "عنوان للويب",
            "author": "سالم الحربي",
            "published": MOMENT.replace(tzinfo=UTC),
            "url": URL,
        },
    ),
    "NewsAPI": (
        {
            "status": "ok",
            "articles": [
                {
                    "source": {"id": None, "name": OUTLET},
                    "author": "سالم الحربي",
                    "title": TITLE,
                    "description": "ملخص",
                    "url": URL,
                    "publishedAt": "2024-05-06T10:00:00Z",
                    "content": TEXT,
                }
            ],
        },
        {"source": OUTLET, "author": "سالم الحربي", "published": MOMENT.replace(tzinfo=UTC), "url": URL},
    ),
    "Solr": ({"response": {"docs": [{"title": TITLE, "text": [TEXT]}]}}, {}),
    "GraphQL": ({"data": {"articles": {"edges": [{"node": {"headline": TITLE, "body": TEXT}}]}}}, {}),
    "JSON:API": (
        {
            "data": [
                {
                    "type": "news",
                    "id": "5",
                    "attributes": {"title": TITLE, "body": {"value": TEXT, "format": "basic"}},
                }
            ]
        },
        {"id": "5"},
    ),
    "mongoexport": (
        {
            "_id": {"$oid": "65a1"},
            "title": TITLE,
            "text": TEXT,
            "date": {"$date": "2024-05-06T10:00:00Z"},
        },
        {"id": "65a1", "published": MOMENT.replace(tzinfo=UTC)},
    ),
    "JSON Feed": (
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": OUTLET,
            "items": [
                {
                    "id": "1",
                    "url": URL,
                    "title": TITLE,
                    "content_html": f"<p>{TEXT}</p>",
                    "date_published": "2024-05-06",
                }
            ],
        },
        {"id": "1", "url": URL, "published": datetime(2024, 5, 6)},
    ),
    "records by section": ({"سياسة": [{"title": TITLE, "text": TEXT}], "رياضة": []}, {}),
    "records by address": (
        {URL: {"title": TITLE, "text": TEXT}, "https://alwadi.example/2": {"title": "آخر", "text": "نص"}},
        {},
    ),
    "pieces of a text": (
        {
            "title": TITLE,
            "text": ["قال وزير الطاقة ", {"type": "bold", "text": TEXT.removeprefix("قال وزير الطاقة ")}],
        },
        {},
    ),
    "blocks of text": (
        {"title": TITLE, "content": [{"type": "p", "text": TEXT}, {"type": "p", "text": MORE}]},
        {"paragraphs": (TEXT, MORE)},
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name: str, reading_bytes: Any) -> None:
    value, expected = SHAPES[name]
    result: Result = reading_bytes("a.json", json.dumps(value, ensure_ascii=False))
    assert result.reasons == []
    assert result.report.notes == []
    article = result.articles[0]
    for field, value in ({"title": TITLE, "paragraphs": (TEXT,)} | expected).items():
        assert getattr(article, field) == value, field


ARABIC = [
    ("عنوان الخبر", "نص الخبر", "تاريخ النشر", "المصدر", "الكاتب", "رابط الخبر"),
    ("عنوان_الخبر", "نص_الخبر", "تاريخ_النشر", "مصدر_الخبر", "كاتب_الخبر", "رابط_المقال"),
    ("العنوان", "النص", "التاريخ", "اسم الصحيفة", "اسم الكاتب", "الرابط"),
    ("عُنوان", "مُحتوى الخبر", "تاريخ", "الجريدة", "المحرر", "رابط"),
    ("\u200fعنوان المقال\u200f", "\ufeffنص المقال", "تاريخ الخبر:", "الموقع", "المؤلف", "رابط المصدر"),
    ("العنوان الرئيسي", "تفاصيل الخبر", "وقت النشر", "الوكالة", "المراسل", "رابط الصفحة"),
    ("عنوانالخبر", "نصالخبر", "تاريخالنشر", "الناشر", "اسم الصحفي", "رابطالخبر"),
]


@pytest.mark.parametrize("names", ARABIC, ids=lambda names: names[0].strip())
@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_arabic_names(names: tuple[str, ...], suffix: str, reading_bytes: Any) -> None:
    values = (TITLE, TEXT, "2024-05-06 10:00", OUTLET, "سالم الحربي", URL)
    if suffix == ".json":
        content = json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)
    else:
        file = io.StringIO()
        csv.writer(file).writerows([names, values])
        content = file.getvalue()
    result: Result = reading_bytes(f"a{suffix}", content)
    assert result.report.notes == []
    article = result.articles[0]
    assert (article.title, article.paragraphs, article.published) == (TITLE, (TEXT,), MOMENT)
    assert (article.source, article.author, article.url) == (OUTLET, "سالم الحربي", URL)


@pytest.mark.parametrize("first", ["القسم الأول,تاريخ النشر", "bodyy,date"])
def test_a_text_is_guessed_in_a_column(first: str, reading_bytes: Any) -> None:
    result: Result = reading_bytes("a.csv", f"{first}\n{TEXT},2024-05-06\n{MORE},2024-05-07\n")
    assert [article.paragraphs for article in result.articles] == [(TEXT,), (MORE,)]
    assert noted(result) == [("text-guessed", 2, 2)]


def test_gdelt_has_only_titles_and_this_is_noted(reading_bytes: Any) -> None:
    articles = [
        {
            "url": f"{URL}{n}",
            "title": f"{TITLE} {n}",
            "seendate": "20240421T101500Z",
            "domain": "alwadi.example",
        }
        for n in range(3)
    ]
    result: Result = reading_bytes("a.json", json.dumps({"articles": articles}, ensure_ascii=False))
    assert result.articles[0].published == datetime(2024, 4, 21, 10, 15, tzinfo=UTC)
    assert result.articles[0].source == "alwadi.example"
    assert noted(result) == [("title-only", 1, 3)]
    assert "seendate" in str(result.report.notes[0])
    assert result.report.ok


def noted(result: Result) -> list[tuple[str, int | None, int]]:
    return [(note.reason.kind, note.number, note.count) for note in result.report.notes]


def test_other_types_of_schema_org_are_left_out(reading_bytes: Any) -> None:
    graph = [
        {"@type": "Organization", "name": OUTLET},
        {"@type": "NewsArticle", "headline": TITLE, "articleBody": TEXT},
        {"@type": ["WebPage"], "name": "صفحة"},
    ]
    result: Result = reading_bytes("a.json", json.dumps({"@graph": graph}, ensure_ascii=False))
    assert result.titles == [TITLE]
    assert noted(result) == [("other-type", 1, 1), ("other-type", 3, 1)]


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ([{"type": "p", "data": {"text": TEXT}}, {"type": "p", "data": {"text": MORE}}], "data.text"),
        ({"time": 1, "blocks": [{"data": {"text": TEXT}}, {"data": {"text": MORE}}]}, "blocks.data.text"),
        ({"paras": [TEXT, MORE]}, "paras"),
    ],
)
@pytest.mark.parametrize("summary", [{}, {"summary": "ملخص الخبر"}])
def test_a_text_in_an_unknown_object(value: Any, path: str, summary: Any, reading_bytes: Any) -> None:
    result: Result = reading_bytes("a.jsonl", jsonl({"title": TITLE, "body": value, **summary}))
    assert result.articles[0].paragraphs == (TEXT, MORE)
    assert noted(result) == [("text-guessed", 1, 1)]
    assert f"body.{path}" in str(result.report.notes[0].reason)


def test_a_summary_does_not_hide_a_text_that_is_lost(reading_bytes: Any) -> None:
    record = {"title": TITLE, "summary": "ملخص الخبر", "body": {"parts": [{"n": 1}]}}
    result: Result = reading_bytes("a.jsonl", jsonl(record))
    assert result.articles[0].paragraphs == ("ملخص الخبر",)
    assert noted(result) == [("text-unread", 1, 1)] and result.report.notes[0].lost


@pytest.mark.parametrize("key", ["جسد", "bodyy", "article.x", "الحكاية كاملة"])
def test_a_long_arabic_text_under_an_unknown_key_is_guessed(key: str, reading_bytes: Any) -> None:
    content = jsonl(
        {"title": TITLE, "summary": "ملخص", key: TEXT},
        {"title": TITLE, key: "نص قصير"},
        {"title": TITLE, key: MORE, "other": TEXT + MORE},
    )
    first, second = reading_bytes("a.jsonl", content), reading_bytes("a.jsonl", content)
    # In one file always the same key.
    assert [article.paragraphs for article in first.articles] == [(TEXT,), ("نص قصير",), (MORE,)]
    assert noted(first) == [("text-guessed", 1, 3), ("text-unused", 3, 1)]
    assert f"«{key}»" in str(first.report.notes[0])
    assert first.articles == second.articles
    assert first.report.ok


@pytest.mark.parametrize(
    "record",
    [
        {"title": TITLE, "text": "نص", "bodyy": TEXT},
        {"title": TITLE, "description": f"{TEXT} {MORE}", "bodyy": TEXT},
        {"title": TITLE, "text": "نص", "comments": TEXT},
    ],
)
def test_what_is_not_guessed(record: dict[str, str], reading_bytes: Any) -> None:
    result: Result = reading_bytes("a.json", json.dumps(record, ensure_ascii=False))
    assert {kind for kind, _, _ in noted(result)} <= {"text-unused"}
    assert TEXT not in result.articles[0].paragraphs


@pytest.mark.parametrize(
    ("record", "kind", "words"),
    [
        ({"title": TITLE, "boddy": "five words of another language here"}, "text-missing", "(boddy)"),
        (
            {"title": TITLE, "details": {"full": "five words of another language here"}},
            "text-missing",
            "(details.full)",
        ),
        ({"title": TITLE, "html": "", "page": f"<html><body>{TEXT}</body></html>"}, "text-missing", "(page)"),
        ({"title": TITLE, "note": "كلمتان فقط"}, "title-only", "(fields: title, note)"),
        ({"title": TITLE, "comments": TEXT}, "title-only", "(fields: title, comments)"),
        (
            {"title": TITLE, "text": TEXT, "date": "02/03/2015"},
            "date-ambiguous",
            "2015-03-02 or 2015-02-03: «02/03/2015»",
        ),
        ({"title": TITLE, "text": TEXT, "تاريخ النشر": "قبل العيد"}, "date-unread", "«تاريخ النشر»"),
        (
            {"title": TITLE, "text": TEXT, "arrival_date": "2015-07-21"},
            "date-unnamed",
            "«arrival_date» looks like one",
        ),
        ({"title": TITLE, "text": TEXT, "زمن الرفع": "2015-07-21"}, "date-unnamed", "«زمن الرفع»"),
        (
            {"title": TITLE, "text": TEXT, "اليوم": "21 يوليو 2015"},
            "date-unnamed",
            "«اليوم» looks like one: «21 يوليو 2015»",
        ),
        ({"title": TITLE, "text": f"{TEXT} وقا… [+1234 chars]"}, "text-cut", "1,234 more characters"),
    ],
)
def test_possible_losses_are_noted(record: dict[str, Any], kind: str, words: str, reading_bytes: Any) -> None:
    result: Result = reading_bytes("a.json", json.dumps([record], ensure_ascii=False))
    assert len(result.articles) == 1
    assert noted(result) == [(kind, 1, 1)]
    assert words in str(result.report.notes[0])
    assert result.report.ok == (kind in ("title-only", "text-cut"))


@pytest.mark.parametrize(
    "record",
    [
        {"title": TITLE, "text": TEXT, "date_modified": "2015-07-21", "reading_time": 5, "published": True},
        {"title": TITLE, "text": TEXT, "population": 1437447092, "city": "جدة", "edition": "٣٢"},
        {"title": TITLE, "text": TEXT, "date": None, "pubDate": "None"},
        {
            "title": TITLE,
            "text": f"الثلاثاء 21 تموز/يوليو 2015\n{TEXT}",
            "date": "02/03/2015",
        },  # its dateline tells it
    ],
)
def test_no_missing_date_is_noted_here(record: dict[str, Any], reading_bytes: Any) -> None:
    result: Result = reading_bytes("a.json", json.dumps([record], ensure_ascii=False))
    assert noted(result) == []


def test_notes_are_short_and_of_one_line(reading_bytes: Any) -> None:
    record = {"title": TITLE} | {
        f"k{n}\n\x1b[31m" + "x" * 100: "five words of another language" for n in range(50)
    }
    result: Result = reading_bytes("a.json", json.dumps(record, ensure_ascii=False))
    line = result.report.notes[0].reason
    assert len(str(line)) < 600
    assert "\n" not in str(line)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"text": "story.body", "title": "heads.0.main"}, (TITLE, TEXT)),
        ({"text": "story.parts.text", "title": "heads.0.main"}, (TITLE, f"{TEXT}\n{MORE}")),
        ({"text": "a.b", "title": "heads.0.main"}, (TITLE, MORE)),  # the key with the dot in it
        ({"text": "STORY.Body", "title": "heads.1.main"}, ("ثان", TEXT)),
    ],
)
def test_chosen_paths(fields: dict[str, str], expected: tuple[str, str], reading_bytes: Any) -> None:
    record = {
        "heads": [{"main": TITLE}, {"main": "ثان"}],
        "story": {"body": TEXT, "parts": [{"text": TEXT}, {"text": MORE}]},
        "a.b": MORE,
        "a": {"b": TEXT},
    }
    result: Result = reading_bytes("a.json", json.dumps([record], ensure_ascii=False), fields=fields)
    article = result.articles[0]
    assert (article.title, "\n".join(article.paragraphs)) == expected
    assert result.report.mapped == {f"{name}={key}": True for name, key in fields.items()}


def test_a_chosen_key_that_no_record_has_is_reported(reading_bytes: Any) -> None:
    content = jsonl({"title": TITLE, "story": TEXT}, {"title": TITLE, "story": TEXT, "hed": "عنوان"})
    result: Result = reading_bytes("a.jsonl", content, fields={"text": "stroy", "title": "hed"})
    assert result.report.mapped == {"text=stroy": False, "title=hed": True}
    assert not result.report.ok


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1714989600, MOMENT.replace(tzinfo=UTC)),
        (1714989600000, MOMENT.replace(tzinfo=UTC)),
        ("1714989600", MOMENT.replace(tzinfo=UTC)),
        (1714989600.0, MOMENT.replace(tzinfo=UTC)),
        ("20240506T100000Z", MOMENT.replace(tzinfo=UTC)),
        ({"$date": {"$numberLong": "1714989600000"}}, MOMENT.replace(tzinfo=UTC)),
        ({"date": "2024-05-06 10:00:00.000000", "timezone_type": 3, "timezone": "UTC"}, MOMENT),
    ],
)
def test_moments(value: Any, moment: datetime, reading_bytes: Any) -> None:
    record = {"title": TITLE, "text": TEXT, "date": value}
    result: Result = reading_bytes("a.json", json.dumps(record, ensure_ascii=False))
    assert result.articles[0].published == moment
    assert result.articles[0].published.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize(
    ("dates", "moment"),
    [
        ({"date_gmt": "2024-05-06T10:00:00"}, MOMENT.replace(tzinfo=UTC)),
        (
            {"date": "2024-05-06T13:00:00", "date_gmt": "2024-05-06T10:00:00"},
            datetime(2024, 5, 6, 13, tzinfo=AT_ONE),
        ),
        ({"date": "2024-05-06T10:00:00", "date_gmt": "2024-05-06T10:00:00"}, MOMENT.replace(tzinfo=UTC)),
        ({"date": "2024-05-06T10:00:00", "date_gmt": "2024-04-01T10:00:00"}, MOMENT),
        ({"date": "2024-05-06T10:00:00", "date_gmt": "0000-00-00T00:00:00"}, MOMENT),
        ({"date": "2024-05-06T10:00:00", "date_unixtime": "1714978800"}, MOMENT.replace(tzinfo=AT_ONE)),
    ],
)
def test_a_date_in_utc_tells_the_zone(dates: dict[str, str], moment: datetime, reading_bytes: Any) -> None:
    result: Result = reading_bytes("a.json", json.dumps({"title": TITLE, "text": TEXT} | dates))
    assert result.articles[0].published == moment
    assert result.articles[0].published.utcoffset() == moment.utcoffset()


def test_what_khabar_prints_is_read_unchanged(reading_bytes: Any) -> None:
    from khabar.index.records import article_to_json

    text = "يُكتب الوسم <p> هكذا: &lt;p&gt; أو &amp;lt;"
    first: Result = reading_bytes("a.json", json.dumps([{"title": "وسم &lt;p&gt;", "text": text}]))
    printed = article_to_json(first.articles[0])
    second: Result = reading_bytes("b.jsonl", f"{printed}\n{printed}\n")
    assert second.articles[0].title == first.articles[0].title == "وسم <p>"
    assert second.articles[0].paragraphs == first.articles[0].paragraphs


def test_a_column_of_names_as_python_writes_lists(reading_bytes: Any) -> None:
    content = f"""title,text,authors,date\n{TITLE},"{TEXT}","['سالم الحربي', 'هند']",nan\n{TITLE},"{MORE}",[],2024-05-06\n"""
    result: Result = reading_bytes("a.csv", content)
    assert [article.author for article in result.articles] == ["سالم الحربي، هند", ""]
    assert noted(result) == []


def message(number: int, text: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date": "2024-05-06T10:00:00",
        "date_unixtime": "1714978800",
        "from": "قناة الوادي",
        "from_id": "channel1",
        "text": text,
    } | more


CHANNEL = {
    "name": "قناة الوادي",
    "type": "public_channel",
    "id": 101,
    "messages": [
        {
            "id": 1,
            "type": "service",
            "date": "2024-05-06T09:00:00",
            "actor": "قناة الوادي",
            "action": "create_channel",
            "text": "",
        },
        message(
            2, ["عاجل | ", {"type": "bold", "text": TITLE}, "\n\n" + TEXT, {"type": "link", "text": URL}]
        ),
        message(3, TEXT, forwarded_from="وكالة الشاطئ"),
        message(4, "", photo="photos/1.jpg"),
        message(5, f"قال &quot;نعم&quot;\n{TEXT}", author="هند"),
    ],
}


def test_a_telegram_channel(reading_bytes: Any) -> None:
    result: Result = reading_bytes("result.json", json.dumps(CHANNEL, ensure_ascii=False))
    first, second, third = result.articles
    assert (first.id, first.source, first.author) == ("telegram-101-2", "قناة الوادي", "")
    assert first.published == MOMENT.replace(tzinfo=AT_ONE)
    assert (first.title, first.paragraphs) == (f"عاجل | {TITLE}", (TEXT + URL,))
    assert (second.title, second.paragraphs, second.author) == (TEXT.rstrip("."), (TEXT,), "وكالة الشاطئ")
    assert (third.title, third.author) == ('قال "نعم"', "هند")
    assert noted(result) == [("service-message", 1, 1), ("message-without-text", 4, 1)]
    assert result.report.ok


def test_a_telegram_export_of_all_chats(reading_bytes: Any) -> None:
    group = {
        "name": "سالم",
        "type": "personal_chat",
        "id": 202,
        "messages": [message(2, TEXT, **{"from": "سالم"}), message(3, MORE, **{"from": "هند"})],
    }
    export = {
        "about": "Here is the data you requested.",
        "personal_information": {"first_name": "هند"},
        "chats": {"about": "This page lists all chats.", "list": [CHANNEL, group]},
        "left_chats": {"about": "x", "list": [{"type": "saved_messages", "id": 3, "messages": []}]},
    }
    result: Result = reading_bytes("result.json", json.dumps(export, ensure_ascii=False))
    assert [article.id for article in result.articles][-2:] == ["telegram-202-2", "telegram-202-3"]
    assert [article.author for article in result.articles][-2:] == ["", "هند"]
    assert len({article.id for article in result.articles}) == 5


def test_a_telegram_export_without_an_article(reading_bytes: Any) -> None:
    chat = {"name": "قناة", "type": "public_channel", "id": 1, "messages": CHANNEL["messages"][:1]}  # type: ignore[index]
    result: Result = reading_bytes("result.json", json.dumps(chat, ensure_ascii=False))
    assert result.articles == []
    assert noted(result) == [("service-message", 1, 1)]


WXR = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- This is a WordPress eXtended RSS file -->
<rss version="2.0"
	xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:wp="http://wordpress.org/export/1.2/"
><channel><title>صحيفة الوادي</title><link>https://alwadi.example</link>
<wp:author><wp:author_login><![CDATA[salem]]></wp:author_login><wp:author_display_name><![CDATA[سالم الحربي]]>
</wp:author_display_name></wp:author>
{items}
</channel></rss>
"""


def item(
    title: str = TITLE, text: str = TEXT, kind: str = "post", status: str = "publish", **more: str
) -> str:
    values = {
        "dc:creator": "salem",
        "guid": "https://alwadi.example/?p=1",
        "link": URL,
        "pubDate": "Mon, 06 May 2024 07:00:00 +0000",
        "wp:post_date": "2024-05-06 10:00:00",
        "wp:post_date_gmt": "2024-05-06 07:00:00",
        "wp:post_type": kind,
        "wp:status": status,
        "title": title,
        "content:encoded": text,
    } | {name.replace("_", ":", 1): value for name, value in more.items()}
    inside = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in values.items())
    # What is deeper than an item's own values is not its own.
    return f"<item>{inside}<wp:comment><wp:comment_content>تعليق</wp:comment_content><title>لا</title></wp:comment></item>"


def wxr(*items: str) -> str:
    return WXR.replace("{items}", "\n".join(items))


def test_a_wordpress_export(reading_bytes: Any) -> None:
    blocks = f'<!-- wp:paragraph -->\n<p>{TEXT}</p>\n<!-- /wp:paragraph -->\n\n[gallery ids="1,2"]\n{MORE} [12]&nbsp;&amp;'
    result: Result = reading_bytes("alwadi.xml", wxr(item("هدنة &#8211; عاجل", blocks)))
    (article,) = result.articles
    assert (article.id, article.url) == ("https://alwadi.example/?p=1", URL)
    assert (article.title, article.source, article.author) == ("هدنة – عاجل", OUTLET, "سالم الحربي")
    assert article.paragraphs == (TEXT, f"{MORE} [12] &")
    assert article.published == MOMENT.replace(tzinfo=AT_ONE)
    assert article.published.utcoffset() == timedelta(hours=3)
    assert noted(result) == []


def test_items_that_are_not_published_posts_are_counted(reading_bytes: Any) -> None:
    result: Result = reading_bytes(
        "a.xml",
        wxr(
            item(kind="attachment", status="inherit"),
            item(status="draft"),
            item(kind="page"),
            item(),
            item(status="draft"),
            item(kind="news", guid="n-2"),
            item(kind="wp_navigation"),
        ),
    )
    assert [article.path.rpartition("#")[2] for article in result.articles] == ["4", "6"]
    assert [(str(note.reason), note.count) for note in result.report.notes] == [
        ("left out: its type is attachment, not an article", 1),
        ("left out: it is not published (draft)", 2),
        ("left out: its type is page, not an article", 1),
        ("left out: its type is wp_navigation, not an article", 1),
    ]
    assert result.report.ok


@pytest.mark.parametrize(
    ("dates", "moment"),
    [
        (
            {"wp_post_date": "0000-00-00 00:00:00", "wp_post_date_gmt": "0000-00-00 00:00:00"},
            MOMENT.replace(hour=7, tzinfo=UTC),
        ),
        ({"wp_post_date_gmt": ""}, MOMENT),
    ],
)
def test_dates_of_a_wordpress_export(dates: dict[str, str], moment: datetime, reading_bytes: Any) -> None:
    result: Result = reading_bytes("a.xml", wxr(item(**dates)))
    assert result.articles[0].published == moment


def test_a_wordpress_export_may_be_broken(reading_bytes: Any) -> None:
    whole = wxr(item(guid="n-1"), item("ثان\x0b\x1b[31m", guid="n-2"))
    assert reading_bytes("a.xml", whole).titles == [TITLE, "ثان  [31m"]
    cut: Result = reading_bytes("b.xml", whole[: whole.index("ثان")])
    assert cut.titles == [TITLE]
    assert "the export is broken" in cut.reasons[0]
    assert reading_bytes("d.xml", whole.replace("UTF-8", "no-such-8")).reasons
    unknown: Result = reading_bytes("c.xml", whole.replace("<guid>", "<guid>&nbsp;", 1))
    assert len(unknown.articles) == 2
    assert unknown.reasons == []


def test_a_wordpress_export_cannot_grow_without_end(reading_bytes: Any) -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>\n<rss version'
    result: Result = reading_bytes("a.rss", wxr(item()).replace("<rss version", bomb, 1))
    assert result.articles == []
    assert result.reasons


def test_a_feed_of_wordpress_is_a_feed(reading_bytes: Any) -> None:
    feed = f"""<?xml version="1.0"?><rss version="2.0"><channel>
    <title>{OUTLET}</title><item><title>هدنة &amp;#8211; &amp;quot;عاجل&amp;quot;</title>
    <description>{TEXT}</description><guid>n-1</guid></item></channel></rss>"""
    result: Result = reading_bytes("a.xml", feed)
    assert result.titles == ['هدنة – "عاجل"']
