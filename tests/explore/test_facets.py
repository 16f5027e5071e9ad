from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khabar import Article, InvalidArgument
from khabar.explore.facets import FacetValue
from khabar.library import Index


def test_all_articles_that_match_are_counted(news: Index) -> None:
    facets = news.facets("لافروف القمح", ("source", "author", "month", "year"), match="any")
    assert facets.total == 5
    by_field = {facet.field: facet.values for facet in facets.facets}
    assert by_field["source"] == (
        FacetValue("صحيفة الوادي", 2),
        FacetValue("وكالة الساحل", 2),
        FacetValue("", 1),
    )
    assert by_field["author"] == (FacetValue("سلمى نادر", 3), FacetValue("", 2))
    assert [(value.name, value.count) for value in by_field["month"]] == [
        ("2024-03", 2),
        ("2024-04", 1),
        ("2024-05", 1),
        ("", 1),
    ]
    assert by_field["year"] == (FacetValue("2024", 4), FacetValue("", 1))


def test_what_is_not_listed_is_summed_up(news: Index) -> None:
    (months,) = news.facets("لافروف OR القمح", ("month",), limit=1).facets
    assert [value.name for value in months.values] == ["2024-03"]
    assert (months.more, months.rest) == (3, 3)
    assert news.facets("لافروف OR القمح", ("month",), limit=None).facets[0].more == 0


def test_conditions_hold_here_too(news: Index) -> None:
    assert news.facets("لافروف", source="الساحل").total == 2
    assert news.facets("لافروف", since="2024-05").total == 1
    assert news.facets('"لافروف', syntax=False).problems == ()
    assert [problem.code for problem in news.facets('"لافروف').problems] == ["unclosed-quote"]


def test_removed_articles_are_not_counted(news: Index) -> None:
    news.remove(["wire-1"])
    (sources,) = news.facets("لافروف", ("source",)).facets
    assert sum(value.count for value in sources.values) == 2


def test_nothing_found_counts_nothing(news: Index, empty: Index) -> None:
    for index in (news, empty):
        facets = index.facets("بطاريق")
        assert facets.total == 0
        assert all(facet.values == () for facet in facets.facets)


def test_only_what_can_be_counted_is(news: Index) -> None:
    with pytest.raises(
        ValueError, match="one of: source, author, section, tag, language, place, year, month"
    ):
        news.facets("القمح", ("mood",))
    # Whoever types Arabic is answered with Arabic names.
    with pytest.raises(InvalidArgument, match="المصدر, الكاتب"):
        news.facets("القمح", ("المزاج",))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        *(("المصدر", "source"), ("مصدر", "source"), ("كاتب", "author"), ("القسم", "section")),
        *(("وسم", "tag"), ("اللغة", "language"), ("المكان", "place"), ("الشهر", "month"), ("شهر", "month")),
        *(("السنة", "year"), ("العام", "year"), ("Month", "month"), ("SOURCE", "source")),
    ],
)
def test_fields_have_their_arabic_names(news: Index, typed: str, field: str) -> None:
    counted, expected = news.facets("القمح", typed), news.facets("القمح", field)
    assert counted.facets == expected.facets and counted.facets[0].field == field


@pytest.mark.parametrize("typed", ["العنوان", "التاريخ", "رابط"])
def test_a_field_without_values_to_count_is_refused_in_arabic_too(news: Index, typed: str) -> None:
    with pytest.raises(InvalidArgument, match="it is one of"):
        news.facets("القمح", typed)


def test_a_kept_field_has_its_name_to_itself(empty: Index) -> None:
    empty.add([Article("أ", "القمح", ("غلا القمح.",), fields={"شهر": ["رمضان"]})])
    (counted,) = empty.facets("القمح", "شهر").facets
    assert counted.field == "شهر" and counted.values == (FacetValue("رمضان", 1),)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.sampled_from(["لافروف", "القمح", "الوادي", "موسكو", "فريق", "بكين", "الطاقة"]),
        min_size=1,
        max_size=3,
    ),
    limit=st.integers(0, 4),
)
def test_counts_are_those_of_the_search(news: Index, words: list[str], limit: int) -> None:
    query = " ".join(words)
    hits = news.search(query, limit=100).hits
    expected: dict[str, Callable[..., str]] = {
        "source": lambda article: article.source,
        "author": lambda article: article.author,
        "month": lambda article: article.published.strftime("%Y-%m") if article.published else "",
    }
    for facet in news.facets(query, tuple(expected), limit=limit, match="any").facets:
        counts = Counter(expected[facet.field](hit.article) for hit in hits)
        assert {value.name: value.count for value in facet.values}.items() <= counts.items()
        assert len(facet.values) == min(limit, len(counts))
        assert sum(value.count for value in facet.values) + facet.rest == len(hits)
