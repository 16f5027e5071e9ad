"""Sections and tags: filters, counts and names, after changes and removals, wherever an index is."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from khabar.corpus.article import Article
from khabar.errors import InvalidArgument
from khabar.library import Index

LONG = "وسم طويل جدا " * 900

ARTICLES = [
    Article("wheat", "حصاد القمح", ("بدأ الحصاد.",), "الوادي", section="اقتصاد", tags=("القمح", "الزراعة")),
    Article("bread", "أسعار الخبز", ("ارتفع سعر القمح.",), "الساحل", section="اقتصاد", tags=("القمح",)),
    Article("match", "فوز الوادي", ("انتهت المباراة.",), "الوادي", section="رياضة محلية"),
    Article("short", "بلا قسم", ("نص قصير عن القمح.",), "الساحل", tags=("#عاجل", LONG)),
    Article("plain", "بلا شيء", ("نص آخر.",), "الساحل"),
]


@pytest.fixture
def index(empty: Index) -> Index:
    empty.add(ARTICLES)
    return empty


def found(index: Index, query: str = "", **asked: str | tuple[str, ...]) -> set[str]:
    return {hit.article.id for hit in index.search(query, limit=50, match="all", **asked)}  # type: ignore[arg-type]


def counts(index: Index, field: str, query: str = "", **asked: str) -> dict[str, int]:
    [facet] = index.facets(query, (field,), limit=None, **asked)  # type: ignore[arg-type]
    return {value.name: value.count for value in facet}


def test_what_was_added_comes_back(index: Index) -> None:
    assert {article.id: article for article in index.articles()} == {each.id: each for each in ARTICLES}


def test_filters_in_the_query(index: Index) -> None:
    assert found(index, "section:اقتصاد") == found(index, "القسم:الاقتصاد") == {"wheat", "bread"}
    assert found(index, 'قسم:"رياضة محلية"') == found(index, "قسم:محلية") == {"match"}
    assert found(index, "tag:قمح") == found(index, "وسم:القمح") == {"wheat", "bread"}
    assert found(index, "القمح -وسم:القمح") == {"short"}
    assert found(index, "القمح -section:اقتصاد") == {"short"}
    assert found(index, "(وسم:الزراعة OR قسم:رياضة)") == {"wheat", "match"}
    assert found(index, "وسم:الزراعة وسم:القمح") == {"wheat"}
    [problem] = index.search("قسم:سياسة").problems
    assert (problem.code, found(index, "قسم:سياسة")) == ("unknown-section", set())
    assert [each.code for each in index.search("tag:القمحح").problems] == ["unknown-tag"]


def test_filters_beside_the_query(index: Index) -> None:
    assert found(index, section="اقتصاد") == {"wheat", "bread"}
    assert found(index, "القمح", tag="عاجل") == {"short"}
    assert found(index, tag=("الزراعة", "عاجل")) == {"wheat", "short"}
    assert found(index, section="اقتصاد", tag="الزراعة", source="الوادي") == {"wheat"}
    for name in ("section", "tag"):
        with pytest.raises(InvalidArgument) as error:
            index.search("القمح", **{name: "سياسة"})  # type: ignore[arg-type]
        assert (error.value.name, error.value.code) == (name, f"unknown-{name}")
        with pytest.raises(InvalidArgument, match="empty"):
            index.search("القمح", **{name: " "})  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument) as error:
        index.search("", tag="الزراعه والري")
    assert error.value.choices == () or "الزراعة" in error.value.choices


def test_an_article_counts_for_each_of_its_tags(index: Index) -> None:
    assert counts(index, "section") == {"اقتصاد": 2, "رياضة محلية": 1, "": 2}
    assert counts(index, "tag") == {"القمح": 2, "الزراعة": 1, "#عاجل": 1, LONG.strip(): 1, "": 2}
    assert counts(index, "tag", "القمح") == {"القمح": 2, "الزراعة": 1, "#عاجل": 1, LONG.strip(): 1}
    assert counts(index, "tag", section="رياضة") == {"": 1}
    assert counts(index, "source", tag="القمح") == {"الوادي": 1, "الساحل": 1}


def test_they_follow_the_articles(index: Index) -> None:
    index.add(replace(ARTICLES[0], section="زراعة", tags=("الزراعة", "الري")))
    assert index["wheat"].tags == ("الزراعة", "الري")
    assert counts(index, "section") == {"اقتصاد": 1, "زراعة": 1, "رياضة محلية": 1, "": 2}
    assert counts(index, "tag")["القمح"] == 1
    index.remove(["match", "bread"])
    assert counts(index, "section") == {"زراعة": 1, "": 2}
    assert counts(index, "tag") == {"الزراعة": 1, "الري": 1, "#عاجل": 1, LONG.strip(): 1, "": 1}
    with pytest.raises(InvalidArgument):
        index.search("", tag="القمح")


def test_only_a_changed_section_is_a_change(index: Index) -> None:
    report = index.add(ARTICLES)
    assert (report.added, report.updated, report.unchanged) == (0, 0, len(ARTICLES))
    report = index.add(replace(ARTICLES[4], section="منوعات"))
    assert (report.updated, index["plain"].section) == (1, "منوعات")


def test_a_whole_name_is_told_from_a_part_of_one(empty: Index) -> None:
    empty.add(
        Article(str(number), "خبر", ("نص.",), name, name, section=name, tags=(name,))
        for number, name in enumerate(("الوطن", "الوطن أونلاين", "صحيفة الوطن", "الوَطن"))
    )
    for field in ("source", "author", "section", "tag"):
        assert found(empty, **{field: "الوطن"}) == {"0", "1", "2", "3"}
        assert found(empty, **{field: "=الوطن"}) == {"0"} == found(empty, f"{field}:=الوطن")
        assert found(empty, f'{field}:"=الوطن أونلاين"') == {"1"}
        # In another spelling than any it is still the whole name.
        assert found(empty, **{field: "=الوطنّ"}) == {"0", "3"}
        with pytest.raises(InvalidArgument, match="is called «وطن»"):
            empty.search("", **{field: "=وطن"})  # type: ignore[arg-type]
    # What a facet counts is what its name finds.
    for facet in empty.facets("", ("source", "author", "section", "tag"), limit=None):
        for value in facet:
            assert len(found(empty, **{facet.field: f"={value.name}"})) == value.count
