"""Languages, places, kept fields and pages: kept, filtered, counted and linked, wherever an index is."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from khabar.corpus.article import Article
from khabar.errors import InvalidArgument
from khabar.library import Index

ARTICLES = [
    Article(
        "wheat",
        "حصاد القمح",
        ("بدأ الحصاد.", "ارتفع الإنتاج.", "قال المزارعون إنه وفير."),
        url="https://wadi.example/report.pdf",
        language="ar",
        place="القاهرة",
        pages=(1, 2, 2),
        fields={"desk": "اقتصاد", "نوع_المادة": ("تقرير", "ملف")},
    ),
    Article(
        "iran",
        "گندم ایران",
        ("برداشت گندم آغاز شد.",),
        language="fa",
        place="طهران",
        fields={"desk": "سياسة"},
    ),
    Article(
        "london", "Wheat harvest", ("The wheat is sold.",), language="en", fields={"desk": "سياسة خارجية"}
    ),
    Article("plain", "القمح", ("نص عن القمح.",)),
]


@pytest.fixture
def index(empty: Index) -> Index:
    empty.add(ARTICLES)
    return empty


def found(index: Index, query: str = "", **asked: Any) -> set[str]:
    return {hit.article.id for hit in index.search(query, limit=50, match="all", **asked)}


def counts(index: Index, field: str, query: str = "", **asked: Any) -> dict[str, int]:
    [facet] = index.facets(query, (field,), limit=None, **asked)
    assert facet.field == field
    return {value.name: value.count for value in facet}


def test_what_was_added_comes_back(index: Index) -> None:
    assert {article.id: article for article in index.articles()} == {each.id: each for each in ARTICLES}
    assert index.fields == ("desk", "نوع_المادة")
    assert index.languages() == {"ar": 1, "fa": 1, "en": 1, "": 1}


def test_filters_in_the_query(index: Index) -> None:
    assert (
        found(index, "language:fa") == found(index, "لغة:الفارسية") == found(index, "اللغة:فارسی") == {"iran"}
    )
    assert found(index, "language:(ar OR en)") == {"wheat", "london"}
    assert found(index, "القمح -language:ar") == {"plain"}
    assert found(index, "مكان:القاهره") == found(index, "place:قاهرة") == {"wheat"}
    assert found(index, "desk:سياسة") == {"iran", "london"}
    assert found(index, "Desk:=سياسة") == {"iran"}
    assert found(index, "نوع_المادة:ملف") == found(index, "النوع_المادة:ملف") == {"wheat"}
    assert found(index, 'desk:"سياسة خارجية"') == {"london"}
    assert found(index, "desk:سياسة language:fa") == {"iran"}


def test_what_is_not_there_is_told(index: Index) -> None:
    [problem] = index.search("language:ur").problems
    assert problem.code == "unknown-language" and "«ar»" in problem.message
    [problem] = index.search("desk:رياضة").problems
    assert problem.code == "unknown-value" and found(index, "desk:رياضة") == set()
    [problem] = index.search("desq:سياسة").problems
    assert (problem.code, problem.choices) == ("unknown-field", ("desk",))
    # An Arabic word before a colon is no field, unless it is nearly one.
    assert index.search("عاجل:القمح").problems == ()
    assert [each.choices[0] for each in index.search("المصدرر:القمح").problems] == ["مصدر"]


def test_filters_beside_the_query(index: Index) -> None:
    assert found(index, language="fa") == found(index, language="Persian") == {"iran"}
    assert found(index, language=("fa", "en")) == {"iran", "london"}
    assert found(index, place="قاهرة") == {"wheat"}
    assert found(index, where={"desk": "سياسة"}) == {"iran", "london"}
    assert found(index, where={"desk": "=سياسة"}) == {"iran"}
    assert found(index, where={"desk": ("اقتصاد", "=سياسة")}) == {"wheat", "iran"}
    assert found(index, where={"desk": "سياسة", "language": "en"}) == {"london"}
    assert found(index, where={"نوع_المادة": "تقرير"}) == {"wheat"}
    for asked, name, code in (
        ({"language": "ur"}, "language", "unknown-language"),
        ({"place": "عمان"}, "place", "unknown-place"),
        ({"where": {"desk": "رياضة"}}, "where", "unknown-value"),
        ({"where": {"desq": "رياضة"}}, "where", "unknown-field"),
    ):
        with pytest.raises(InvalidArgument) as error:
            index.search("", **asked)
        assert (error.value.name, error.value.code) == (name, code)


def test_they_are_counted(index: Index) -> None:
    assert counts(index, "language") == {"ar": 1, "fa": 1, "en": 1, "": 1}
    assert counts(index, "place") == {"القاهرة": 1, "طهران": 1, "": 2}
    assert counts(index, "desk") == {"اقتصاد": 1, "سياسة": 1, "سياسة خارجية": 1, "": 1}
    assert counts(index, "نوع_المادة") == {"تقرير": 1, "ملف": 1, "": 3}
    assert counts(index, "desk", language="fa") == {"سياسة": 1}
    with pytest.raises(InvalidArgument, match="desk"):
        index.facets("", "desq")
    for field in ("language", "place", "desk"):
        for name, count in counts(index, field).items():
            condition = {"where": {field: f"={name}"}} if field == "desk" else {field: f"={name}"}
            assert not name or len(found(index, **condition)) == count


def test_they_follow_the_articles(index: Index) -> None:
    index.add(replace(ARTICLES[0], place="الجيزة", fields={"desk": "زراعة"}))
    assert counts(index, "place") == {"الجيزة": 1, "طهران": 1, "": 2}
    assert counts(index, "desk") == {"زراعة": 1, "سياسة": 1, "سياسة خارجية": 1, "": 1}
    index.remove(["wheat", "iran"])
    assert counts(index, "desk") == {"سياسة خارجية": 1, "": 1}
    assert index.languages() == {"en": 1, "": 1}


def test_only_what_is_news_is_a_change(index: Index) -> None:
    report = index.add(ARTICLES)
    assert (report.added, report.updated, report.unchanged) == (0, 0, len(ARTICLES))
    # That an article is Arabic was taken for granted.
    assert index.add(replace(ARTICLES[3], language="ar")).unchanged == 1
    assert index.add(replace(ARTICLES[3], language="fa")).updated == 1
    assert index["plain"].language == "fa"


def test_a_hit_knows_its_page(index: Index) -> None:
    [hit] = index.search("المزارعون")
    assert (hit.page, hit.url) == (2, "https://wadi.example/report.pdf#page=2")
    assert hit.to_dict()["paragraph"]["page"] == 2 and hit.to_dict()["link"] == hit.url == hit.row()["url"]
    [hit] = index.search("برداشت")
    assert hit.page is None and "page" not in hit.to_dict()["paragraph"] and "link" not in hit.to_dict()


def test_an_index_without_any_has_none(empty: Index) -> None:
    empty.add(ARTICLES[3])
    assert empty.fields == () and empty.languages() == {"": 1}
    with pytest.raises(InvalidArgument, match="--keep"):
        empty.search("", where={"desk": "سياسة"})
