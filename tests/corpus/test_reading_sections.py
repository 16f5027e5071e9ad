"""Sections and tags, as every kind of source names them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_helpers import Result, jsonl

from khabar.corpus.article import Article, split_tags
from khabar.corpus.records.drafts import draft_of_record
from khabar.errors import InvalidType

TEXT = {"title": "عنوان", "text": "نص كامل عن أسعار النفط."}


def read(**record: Any) -> tuple[str, tuple[str, ...]]:
    draft = draft_of_record({**TEXT, **record})
    return draft.section, draft.tags


@pytest.mark.parametrize(
    ("record", "section", "tags"),
    [
        ({"section": "اقتصاد", "tags": ["النفط", "أوبك"]}, "اقتصاد", ("النفط", "أوبك")),
        ({"category": "اقتصاد"}, "اقتصاد", ()),
        ({"category": "سياسة، اقتصاد"}, "سياسة، اقتصاد", ()),
        ({"categories": ["اقتصاد", "طاقة"], "tags": "النفط؛ أوبك"}, "اقتصاد", ("النفط", "أوبك", "طاقة")),
        # trafilatura
        ({"categories": "اقتصاد;طاقة", "tags": "النفط;أوبك;النفط"}, "اقتصاد", ("النفط", "أوبك", "طاقة")),
        # schema.org
        (
            {"@type": "NewsArticle", "articleSection": ["اقتصاد"], "keywords": "النفط، أوبك"},
            "اقتصاد",
            ("النفط", "أوبك"),
        ),
        # IPTC ninjs
        (
            {"uri": "urn:x", "version_created": "2024-01-01", "subject": [{"name": "الطاقة", "code": "4"}]},
            "",
            ("الطاقة",),
        ),
        # New York Times
        (
            {"section_name": "World", "keywords": [{"name": "glocations", "value": "الرياض"}]},
            "World",
            ("الرياض",),
        ),
        # The Guardian
        ({"sectionName": "World", "tags": [{"id": "world/x", "webTitle": "Oil"}]}, "World", ("Oil",)),
        # Arc
        (
            {
                "taxonomy": {
                    "primary_section": {"name": "اقتصاد"},
                    "tags": [{"text": "النفط"}, {"text": "أوبك"}],
                }
            },
            "اقتصاد",
            ("النفط", "أوبك"),
        ),
        # newspaper4k: stated keywords have precedence over counted ones
        ({"tags": ["النفط"], "keywords": ["أسعار", "كامل"], "meta_keywords": ["أخبار"]}, "", ("النفط",)),
        # Arabic names
        ({"القسم": "اقتصاد", "الوسوم": "النفط، أوبك"}, "اقتصاد", ("النفط", "أوبك")),
        ({"التصنيف": "اقتصاد", "الكلمات المفتاحية": ["النفط"]}, "اقتصاد", ("النفط",)),
        # Python's own way to write a list into a table
        ({"tags": "['النفط', 'أوبك']"}, "", ("النفط", "أوبك")),
        (
            {"tags": ["#عاجل", " النفط &amp; الغاز ", "<b>أوبك</b>", "", None, "nan", "عاجل"]},
            "",
            ("عاجل", "النفط & الغاز", "أوبك"),
        ),
        # Numbers are keys of a database, addresses lead elsewhere.
        ({"categories": [12, 5], "tags": [7], "section": "https://a.example/economy"}, "", ()),
        ({"section": None, "tags": None, "category": {"label": "اقتصاد"}}, "اقتصاد", ()),
        ({"section": {}, "tags": {}, "categories": [[["اقتصاد"]]]}, "اقتصاد", ()),
        ({"tags": {"a": 1}}, "", ()),
    ],
)
def test_shapes(record: dict[str, Any], section: str, tags: tuple[str, ...]) -> None:
    assert read(**record) == (section, tags)


def test_wordpress_has_the_names_beside_the_post() -> None:
    post = {
        "title": {"rendered": "عنوان"},
        "content": {"rendered": "<p>نص كامل عن النفط.</p>"},
        "categories": [3],
        "tags": [8, 9],
        "_embedded": {
            "wp:term": [
                [{"taxonomy": "category", "name": "اقتصاد"}, {"taxonomy": "category", "name": "طاقة"}],
                [{"taxonomy": "post_tag", "name": "النفط"}],
            ]
        },
    }
    draft = draft_of_record(post)
    assert (draft.section, draft.tags) == ("اقتصاد", ("النفط", "طاقة"))


def test_fields_can_be_mapped() -> None:
    record = {**TEXT, "desk": "اقتصاد", "labels": "النفط، أوبك", "section": "غيره", "tags": "غيرها"}
    draft = draft_of_record(record, {"section": "desk", "tags": "labels"})
    assert (draft.section, draft.tags) == ("اقتصاد", ("النفط", "أوبك"))
    draft = draft_of_record(record, {"section": "nosuch"})
    assert (draft.section, draft.tags) == ("", ("غيرها",))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "term", "x"]), inner)
    ),
    max_leaves=8,
)


@given(JSON, JSON, JSON)
def test_any_value_gives_texts(section: object, tags: object, categories: object) -> None:
    found, marks = read(section=section, tags=tags, categories=categories)
    assert isinstance(found, str) and found == found.strip() and "\n" not in found
    article = Article("a", "ب", (), section=found, tags=marks)
    assert article.tags == marks and len(set(marks)) == len(marks)


# the article itself


def test_an_article_takes_what_is_clear() -> None:
    article = Article("a", "ب", (), section=None, tags=" النفط،أوبك; النفط\n")
    assert (article.section, article.tags) == ("", ("النفط", "أوبك"))
    assert Article("a", "ب", (), tags=["x ", "", "x"]).tags == ("x",)
    assert Article("a", "ب", (), tags=("x ", "x")).tags == ("x",)
    assert Article("a", "ب", (), tags=float("nan")).tags == ()  # type: ignore[arg-type]
    for wrong in ({"x"}, 5, ["x", 5], {"x": 1}, b"x"):
        with pytest.raises(InvalidType, match="tags"):
            Article("a", "ب", (), tags=wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidType, match="section"):
        Article("a", "ب", (), section=5)  # type: ignore[arg-type]


def test_the_fingerprint_of_an_article_without_them_is_what_it_was() -> None:
    plain = Article("a", "عنوان", ("نص",), "مصدر")
    assert plain.fingerprint() == "5173300d41fb69ee2f4ddb26d716a253"
    others = [
        Article("a", "عنوان", ("نص",), "مصدر", section="س"),
        Article("a", "عنوان", ("نص",), "مصدر", tags=("س",)),
        Article("a", "عنوان", ("نص",), "مصدر", tags=("س", "ص")),
        Article("a", "عنوان", ("نص",), "مصدر", section="س", tags=("ص",)),
        Article("a", "عنوان", ("نص", "س"), "مصدر"),
        Article("a", "عنوان", ("نص", "", "س"), "مصدر"),
    ]
    assert len({each.fingerprint() for each in (plain, *others)}) == 7


@given(st.lists(st.text(max_size=5)))
def test_tags_written_with_commas_come_back(tags: list[str]) -> None:
    known = Article("a", "ب", (), tags=[" ".join("".join(split_tags(tag)).split()) for tag in tags]).tags
    assert Article("a", "ب", (), tags="، ".join(known)).tags == known
    assert Article(**json.loads(json.dumps(Article("a", "ب", (), tags=known).to_dict()))).tags == known


# files

BODY = (
    "<p>افتتح وزير الأشغال جسر المرفأ صباح أمس بحضور السكان والصحفيين، وقال إن الجسر سيفتح للسيارات.</p>" * 3
)
ITEM = "<title>فيضان النهر</title><link>https://n.example/1</link><description>فاض السد ليلا وأجلي السكان.</description>"


def page(head: str) -> str:
    return f"<html><head><title>جسر المرفأ</title>{head}</head><body><article><h1>جسر المرفأ</h1>{BODY}</article></body></html>"


@pytest.mark.parametrize(
    ("name", "content", "section", "tags"),
    [
        ("a.rss", f"<rss version='2.0'><channel><title>س</title><item>{ITEM}</item></channel></rss>", "", ()),
        (
            "a.rss",
            "<rss version='2.0'><channel><title>س</title><item>"
            f"{ITEM}<category>محليات</category><category>السدود</category></item></channel></rss>",
            "محليات",
            ("السدود",),
        ),
        (
            "a.atom",
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>س</title><entry><title>فيضان النهر</title><id>x:1</id>"
            "<content>فاض السد ليلا وأجلي السكان.</content>"
            "<category term='local' label='محليات'/><category term='السدود'/></entry></feed>",
            "محليات",
            ("السدود",),
        ),
        (
            "a.html",
            page(
                '<meta property="article:section" content="محليات"><meta property="article:tag" content="الجسور">'
                '<meta property="article:tag" content="النقل"><meta name="keywords" content="أخبار, صحيفة">'
            ),
            "محليات",
            ("الجسور", "النقل"),
        ),
        (
            "a.html",
            page(
                '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "جسر المرفأ", '
                '"articleSection": ["محليات", "نقل"], "keywords": "الجسور، النقل"}</script>'
            ),
            "محليات",
            ("الجسور", "النقل", "نقل"),
        ),
        ("a.html", page('<meta name="news_keywords" content="الجسور, النقل">'), "", ("الجسور", "النقل")),
        ("a.html", page(""), "", ()),
        (
            "a.md",
            "---\ntitle: جسر\ncategory: محليات\ntags: [الجسور, النقل]\n---\nافتتح الجسر أمس.",
            "محليات",
            ("الجسور", "النقل"),
        ),
        (
            "a.csv",
            "العنوان,النص,القسم,الوسوم\nجسر,افتتح الجسر أمس.,محليات,الجسور؛ النقل\n",
            "محليات",
            ("الجسور", "النقل"),
        ),
        ("a.txt", "جسر المرفأ\n\nافتتح الجسر أمس بحضور السكان.", "", ()),
    ],
)
def test_files(reading_bytes: Any, name: str, content: str, section: str, tags: tuple[str, ...]) -> None:
    (article,) = reading_bytes(name, content).articles
    assert (article.section, article.tags) == (section, tags)


def test_wordpress_exports(reading_bytes: Any) -> None:
    item = (
        "<item><title>هدنة</title><content:encoded><![CDATA[<p>أعلنت الهدنة أمس.</p>]]></content:encoded>"
        '<category domain="category" nicename="a"><![CDATA[سياسة]]></category>'
        '<category domain="post_tag" nicename="b"><![CDATA[الهدنة]]></category>'
        '<category domain="category" nicename="c"><![CDATA[عاجل]]></category>'
        '<category domain="title" nicename="d"><![CDATA[غيره]]></category>'
        "<wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item>"
    )
    head = (
        '<?xml version="1.0"?><!-- This is a WordPress eXtended RSS file --><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">'
    )
    text = f"{head}<channel><title>الوادي</title>{item}</channel></rss>"
    (article,) = reading_bytes("alwadi.xml", text).articles
    assert (article.title, article.section, article.tags) == ("هدنة", "سياسة", ("الهدنة", "عاجل"))


def test_a_run_may_set_the_section(reading_bytes: Any) -> None:
    result = reading_bytes("a.jsonl", json.dumps(TEXT), set={"section": "اقتصاد"})
    assert [article.section for article in result.articles] == ["اقتصاد"]


def test_what_khabar_writes_it_reads(reading_bytes: Any) -> None:
    article = Article("a", "عنوان", ("نص كامل.",), section="اقتصاد، محلي", tags=("النفط", "أوبك (الأعضاء)"))
    (again,) = reading_bytes("a.jsonl", json.dumps(article.to_dict())).articles
    assert (again.section, again.tags) == (article.section, article.tags)


@pytest.mark.parametrize(
    ("written", "author"),
    [
        ("محمد صالح:", "محمد صالح"),
        (["محمد صالح:", "د. عبدالرحمن الفهد *"], "محمد صالح، د. عبدالرحمن الفهد"),
        ("الجزيرة - واس :", "الجزيرة - واس"),
        ("عكاظ (جدة)", "عكاظ (جدة)"),
        ("لندن: «الشرق الأوسط»", "لندن: «الشرق الأوسط»"),
        ("\u200f\u202bعلي سالم:", "علي سالم"),
        ("سبق-", "سبق"),
        (" :- ", ""),
        ([":", "علي"], "علي"),
    ],
)
def test_authors_lose_the_ends_of_by_lines(written: Any, author: str) -> None:
    assert draft_of_record({**TEXT, "author": written}).author == author


def test_hashtags_are_tags(reading_bytes: Callable[..., Result]) -> None:
    row = {"title": "خبر", "text": "نص الخبر.", "tags": "#أسواق #ترميم"}
    assert reading_bytes("a.jsonl", jsonl(row)).articles[0].tags == ("أسواق", "ترميم")


def test_names_lose_the_invisible_marks_around_them(reading_bytes: Callable[..., Result]) -> None:
    row = {
        "title": "\u202bخبر\u202c",
        "text": "\u200fنص الخبر.",
        "source": "\u200fالوادي\u200f",
        "author": "\u2067هند الصايغ\u2069",
        "section": "محليات\u200e",
        "tags": ["\u200fنفط"],
    }
    article = reading_bytes("a.jsonl", jsonl(row)).articles[0]
    assert (article.title, article.source, article.author) == ("خبر", "الوادي", "هند الصايغ")
    assert (article.section, article.tags) == ("محليات", ("نفط",))
    assert article.paragraphs == ("\u200fنص الخبر.",), "a text stays as it was written"
    mixed = reading_bytes("a.jsonl", jsonl(row | {"title": "خبر \u202aBBC\u202c"})).articles[0]
    assert mixed.title == "خبر \u202aBBC\u202c", "no embedding stays open"
