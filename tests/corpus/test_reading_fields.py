"""Languages, places and kept fields, as every kind of source names them."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus import ReadReport, read
from khabar.corpus.article import Article, at_page
from khabar.corpus.kept_fields import RESERVED, KeptFields, field_name
from khabar.corpus.records.keeping import checked_keep
from khabar.corpus.text.languages import language_tag
from khabar.errors import InvalidArgument, InvalidType
from khabar.index.records import article_from_json, article_to_json
from khabar.query.field_names import FIELDS
from khabar.render.messages import language_name
from khabar.spelling import comparable

TEXT = {"title": "عنوان الخبر", "text": "قال الوزير إن أسعار النفط ارتفعت في السوق أمس."}


def read_one(tmp_path: Path, record: Mapping[str, Any], **options: Any) -> Article:
    file = tmp_path / "news.json"
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    [article] = read(file, **options)
    return article


@pytest.mark.parametrize(
    ("record", "language"),
    [
        ({"language": "ar"}, "ar"),
        ({"lang": "ar-EG"}, "ar"),
        ({"inLanguage": {"@type": "Language", "name": "Arabic", "alternateName": "ar"}}, "ar"),
        ({"اللغة": "العربية"}, "ar"),
        ({"locale": "ar_SA"}, "ar"),
        # Software's own language: the letters say otherwise.
        ({"language": "en-US"}, "ar"),
        ({}, "ar"),
        ({"language": None}, "ar"),
        ({"language": 7}, "ar"),
        # The stated language counts unless the letters contradict it.
        ({"language": "fa"}, "fa"),
    ],
)
def test_languages(tmp_path: Path, record: dict[str, Any], language: str) -> None:
    assert read_one(tmp_path, TEXT | record).language == language


def test_a_claim_that_the_letters_contradict_is_reported(tmp_path: Path) -> None:
    report = ReadReport()
    read_one(tmp_path, TEXT | {"language": "en"}, report=report)
    [note] = report.notes
    assert note.reason.kind == "language-other" and not note.lost and report.ok


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("ar", "ar"),
        ("AR", "ar"),
        ("ara", "ar"),
        ("ar_EG.UTF-8", "ar"),
        ("fas", "fa"),
        ("per", "fa"),
        ("کوردی", "ckb"),
        ("ckb-IQ", "ckb"),
        ("اردو", "ur"),
        ("إنجليزية", "en"),
        ("الإنكليزي", "en"),
        ("فرنسية", "fr"),
        ("اللغة العربية", "ar"),
        ("الكردية السورانية", "ckb"),
        (["", "fr"], "fr"),
        ({"code": "ur"}, "ur"),
        ("und", ""),
        ("", ""),
        (None, ""),
        (True, ""),
        ([["ar"]], ""),
        ("x" * 100, ""),
    ],
)
def test_tags(value: object, tag: str) -> None:
    assert language_tag(value) == tag


@pytest.mark.parametrize("tag", ["ar", "fa", "ur", "ckb", "ku", "ps", "en", "fr", "tr", "de", "es"])
def test_a_language_is_read_by_the_names_that_khabar_shows(tag: str) -> None:
    names = {language_name(tag), language_name(tag, "ar")}
    assert tag not in names
    assert {language_tag(name) for name in names} == {tag}


@pytest.mark.parametrize(
    ("record", "place"),
    [
        ({"place": "القاهرة"}, "القاهرة"),
        ({"المكان": "جدة"}, "جدة"),
        ({"contentLocation": {"@type": "Place", "name": "الرياض"}}, "الرياض"),
        ({"located": "طرابلس", "uri": "u", "version_created": "2024-01-01"}, "طرابلس"),
        ({"place": [{"name": "بيروت", "code": "LB"}]}, "بيروت"),
        ({"dateline": "CAIRO"}, "CAIRO"),
        ({"location": "https://wadi.example/"}, ""),
        ({"location": {"lat": 30.1, "lon": 31.2}}, ""),
        ({}, ""),
    ],
)
def test_places(tmp_path: Path, record: dict[str, Any], place: str) -> None:
    assert read_one(tmp_path, TEXT | record).place == place


RECORD = TEXT | {
    "desk": "سياسة",
    "edition": 3,
    "exclusive": True,
    "meta": {"desk_name": "المحليات", "rating": {"name": "عالية"}},
    "countries": ["مصر", "لبنان", "مصر"],
    "about": "القمح",
    "body_raw": "x" * 3000,
    "nothing": None,
}


def test_named_fields_are_kept(tmp_path: Path) -> None:
    article = read_one(
        tmp_path, RECORD, keep={"desk": "meta.desk_name", "edition": "edition", "بلد": "countries"}
    )
    assert article.fields == {"desk": ("المحليات",), "edition": ("3",), "بلد": ("مصر", "لبنان")}
    assert read_one(tmp_path, RECORD, keep="desk").fields == {"desk": ("سياسة",)}
    assert read_one(tmp_path, RECORD, keep=["desk", "meta.rating"]).fields == {
        "desk": ("سياسة",),
        "meta.rating": ("عالية",),
    }
    assert read_one(tmp_path, RECORD).fields == {}


def test_everything_is_kept(tmp_path: Path) -> None:
    report = ReadReport()
    article = read_one(tmp_path, RECORD, keep="*", report=report)
    assert article.fields == {
        "desk": ("سياسة",),
        "edition": ("3",),
        "exclusive": ("true",),
        "meta.desk_name": ("المحليات",),
        "meta.rating": ("عالية",),
        "countries": ("مصر", "لبنان"),
        "record.about": ("القمح",),
    }
    [note] = report.notes
    assert note.reason.kind == "field-long"


def test_a_name_that_no_record_has_is_reported(tmp_path: Path) -> None:
    report = ReadReport()
    read_one(tmp_path, RECORD, keep={"desk": "desk", "shift": "shift"}, report=report)
    assert report.mapped == {"desk=desk": True, "shift=shift": False} and not report.ok


@pytest.mark.parametrize(
    "keep", ["title", "مصدر", "التاريخ", {"about": "x"}, {"desk": " "}, "", "7", "x" * 50]
)
def test_names_that_cannot_be_kept(tmp_path: Path, keep: Any) -> None:
    with pytest.raises(InvalidArgument):
        read(tmp_path, keep=keep)


def test_names_of_fields_of_queries_are_reserved() -> None:
    assert {comparable(name) for name in FIELDS} <= RESERVED


def test_a_table_keeps_columns(tmp_path: Path) -> None:
    file = tmp_path / "news.csv"
    file.write_text("title,text,desk,رقم العدد\nعنوان,نص الخبر كله هنا,سياسة,12\n", encoding="utf-8")
    [article] = read(file, keep=["desk", "رقم العدد"])
    assert article.fields == {"desk": ("سياسة",), "رقم_العدد": ("12",)}


def test_a_page_keeps_what_it_says_of_itself(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    file = tmp_path / "page.html"
    text = "قال الوزير إن أسعار النفط ارتفعت في السوق أمس بعد اجتماع المنظمة. " * 6
    data = {
        "@type": "NewsArticle",
        "headline": "أسعار النفط",
        "desk": "اقتصاد",
        "contentLocation": {"name": "فيينا"},
    }
    file.write_text(
        f'<html lang="en"><head><title>أسعار النفط</title><meta property="og:locale" content="ar_AR">'
        f'<meta name="story-id" content="77"><script type="application/ld+json">{json.dumps(data)}</script></head>'
        f"<body><article><h1>أسعار النفط</h1><p>{text}</p></article></body></html>",
        encoding="utf-8",
    )
    [article] = read(file, keep=["desk", "story-id"])
    assert article.fields == {"desk": ("اقتصاد",), "story-id": ("77",)}
    assert (article.language, article.place) == ("ar", "فيينا")


def test_a_feed_has_a_language_and_further_names(tmp_path: Path) -> None:
    pytest.importorskip("feedparser")
    file = tmp_path / "feed.rss"
    file.write_text(
        '<?xml version="1.0"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
        "<title>الوادي</title><language>ar-eg</language><item><title>عنوان</title>"
        "<description>نص الخبر كله هنا</description><media:keywords>قمح، خبز</media:keywords>"
        "<comments>لا تعليق</comments></item></channel></rss>",
        encoding="utf-8",
    )
    [article] = read(file, keep={"note": "comments"})
    assert (article.language, article.fields) == ("ar", {"note": ("لا تعليق",)})
    assert article.tags == () or "قمح" not in article.paragraphs[0]


def test_what_khabar_writes_it_reads_again(tmp_path: Path) -> None:
    article = Article(
        "1",
        "عنوان",
        ("الفقرة الأولى.", "الفقرة الثانية."),
        language="ur",
        place="عدن",
        pages=(1, 4),
        fields={"desk": ("سياسة", "أمن"), "ed": "2"},
        path="/x",
    )
    assert article_from_json(article_to_json(article)) == article
    assert Article(**article.to_dict()) == article
    file = tmp_path / "news.jsonl"
    file.write_text(article_to_json(article) + "\n", encoding="utf-8")
    [again] = read(file)
    for name in ("language", "place", "pages", "fields"):
        assert getattr(again, name) == getattr(article, name)


def test_articles_have_kept_fields() -> None:
    article = Article(
        "1", "عنوان", ["أ", "ب"], language="AR_eg", pages=[1, 2], fields={"my desk": "x", "none": []}
    )
    assert (article.language, article.pages, article.fields) == ("ar-eg", (1, 2), {"my_desk": ("x",)})
    assert hash(article) == hash(Article(**article.to_dict())) and article in {article}
    assert pickle.loads(pickle.dumps(article)) == article
    assert isinstance(article.fields, KeptFields)
    with pytest.raises(TypeError):
        article.fields["x"] = ("y",)  # type: ignore[index]
    assert [each.page for each in article.passages()] == [None, 1, 2]
    assert Article("1", "x", "y", language=None, place=None, pages=None, fields=None) == Article(
        "1", "x", "y"
    )
    # Of an index that was made before the name meant something else.
    assert Article("1", "x", "y", fields={"names": "x"}).fields == {"names": ("x",)}
    for wrong in (
        {"pages": (1,)},
        {"pages": (0, 1)},
        {"fields": {"!": "x"}},
        {"fields": {"a": {"b"}}},
        {"fields": "x"},
        {"language": 3},
    ):
        with pytest.raises((InvalidArgument, InvalidType)):
            Article("1", "عنوان", ["أ", "ب"], **wrong)  # type: ignore[arg-type]


def test_articles_without_kept_fields_are_unchanged() -> None:
    article = Article("1", "عنوان", ("نص",), "الوادي")
    # Of khabar before there were any of these.
    assert article.fingerprint() == FINGERPRINT
    assert Article("1", "عنوان", ("نص",), "الوادي", language="ar").fingerprint() == FINGERPRINT
    others = (
        {"language": "fa"},
        {"place": "عدن"},
        {"pages": (1,)},
        {"fields": {"a": "b"}},
        {"fields": {"a": ("b", "c")}},
        {"fields": {"a": "b", "c": "d"}},
        {"section": "عدن"},
    )
    different = {Article("1", "عنوان", ("نص",), "الوادي", **each).fingerprint() for each in others}  # type: ignore[arg-type]
    assert len(different | {FINGERPRINT}) == len(others) + 1


FINGERPRINT = "a4621ad556e7800a7490d328c69a33fb"


def test_addresses_of_pages() -> None:
    assert at_page("https://x.example/a.pdf#zoom=3", 2) == "https://x.example/a.pdf#page=2"
    assert (at_page("", 2), at_page("a.pdf", None)) == ("", "a.pdf")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    )
)
def test_no_value_ends_the_reading(value: Any) -> None:
    from khabar.corpus.records.drafts import draft_of_record
    from khabar.corpus.records.keeping import mapping_of

    for record in (
        TEXT | {"desk": value, "language": value, "place": value},
        {"id": "1", "path": "x", **TEXT, "paragraphs": ["نص"], "pages": value, "fields": value},
    ):
        for keep in ("desk", "*"):
            draft = draft_of_record(record, mapping_of({}, checked_keep("keep", keep)))
            fields = draft.fields
            assert all(field_name(name) == name and all(fields[name]) for name in fields)
            Article("1", draft.title, draft.paragraphs, pages=draft.pages, fields=fields, place=draft.place)


def test_a_kept_name_is_reported_for_all_kinds_of_files(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    (tmp_path / "a.json").write_text(json.dumps(TEXT), encoding="utf-8")
    text = "قال الوزير إن أسعار النفط ارتفعت في السوق أمس بعد اجتماع المنظمة. " * 6
    (tmp_path / "b.html").write_text(
        f'<html><head><title>أسعار النفط</title><meta name="desk" content="اقتصاد"></head>'
        f"<body><article><h1>أسعار النفط</h1><p>{text}</p></article></body></html>",
        encoding="utf-8",
    )
    report = ReadReport()
    list(read(tmp_path, keep=["desk", "shift"], report=report))
    assert report.mapped == {"desk=desk": True, "shift=shift": False}


def test_the_day_of_a_file_is_not_the_date_of_publication() -> None:
    from datetime import datetime

    from khabar.render.citations import cited
    from khabar.render.hit import day_of

    article = Article("1", "عنوان", "نص", published=datetime(2026, 11, 26), published_from="file")
    assert cited(article).published is None
    assert day_of(article, "en") == "file made 2026-11-26"
    assert cited(Article("1", "عنوان", "نص", published="2024-03-12")).published is not None
