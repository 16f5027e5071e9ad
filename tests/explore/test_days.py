"""Days are those printed on the articles, in any zone; months without articles are reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar import Article, Index
from khabar.index.records import moment_of, offset_of, seconds_of

BEIRUT, LIMA = timezone(timedelta(hours=3)), timezone(timedelta(hours=-5))


@pytest.fixture
def night(empty: Index) -> Index:
    empty.add(
        [
            Article("late", "خبر الليل", ("نص",), published=datetime(2024, 4, 20, 0, 30, tzinfo=BEIRUT)),
            Article("west", "خبر الغرب", ("نص",), published=datetime(2024, 4, 20, 22, 0, tzinfo=LIMA)),
            Article("naive", "خبر بلا منطقة", ("نص",), published=datetime(2024, 4, 20, 12)),
            Article("utc", "خبر آخر", ("نص",), published=datetime(2024, 4, 19, 23, tzinfo=UTC)),
            Article("old", "خبر قديم", ("نص",), published=datetime(2023, 12, 31, 23, 30, tzinfo=LIMA)),
            Article("none", "خبر بلا تاريخ", ("نص",)),
        ]
    )
    return empty


def test_a_day_is_the_one_that_is_shown(night: Index) -> None:
    def found(query: str, **asked: object) -> set[str]:
        return {hit.article.id for hit in night.search(query, **asked)}  # type: ignore[arg-type]

    assert (
        found("date:2024-04-20")
        == found("", since="2024-04-20", until=date(2024, 4, 20))
        == {"late", "west", "naive"}
    )
    assert found("date:2024-04-19") == {"utc"}
    assert found("before:2024") == found("date:2023-12") == {"old"}


def test_it_is_counted_under_that_day(night: Index) -> None:
    years, months = night.facets("خبر", ("year", "month")).facets
    assert [(value.name, value.count) for value in years.values] == [("2023", 1), ("2024", 4), ("", 1)]
    assert [(value.name, value.gap) for value in months.values] == [("2023-12", 0), ("2024-04", 3), ("", 0)]
    counts = {bucket.first: bucket.counts[0] for bucket in night.timeline("خبر", by="day").buckets}
    assert (counts[date(2024, 4, 20)], counts[date(2024, 4, 19)], counts[date(2023, 12, 31)]) == (3, 1, 1)


def test_the_newest_is_the_last_moment(night: Index) -> None:
    newest = [hit.article.id for hit in night.search("خبر", sort="newest")]
    assert newest == ["west", "naive", "utc", "late", "old", "none"]
    statistics = night.info().statistics
    assert (statistics.last, statistics.first) == (
        datetime(2024, 4, 20, 22, 0, tzinfo=LIMA),
        datetime(2023, 12, 31, 23, 30, tzinfo=LIMA),
    )
    assert statistics.last is not None and statistics.last.isoformat() == "2024-04-20T22:00:00-05:00"


@given(
    st.datetimes(
        min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31), timezones=st.none() | st.timezones()
    )
)
def test_seconds_and_offset_keep_moment_and_day(moment: datetime) -> None:
    seconds, offset = seconds_of(moment), offset_of(moment)
    assert -(2**63) < seconds < 2**63 and -(2**31) < offset < 2**31
    day = date(1970, 1, 1) + timedelta(days=(seconds + offset) // 86_400)
    assert day == moment.date()
    assert moment_of(seconds, offset).date() == moment.date()


def test_gaps_are_of_what_has_nothing_and_not_of_what_is_not_listed(new_index: Callable[..., Index]) -> None:
    index = new_index()
    months = [(2023, 1)] * 3 + [(2023, 3)] + [(2023, 6)] * 2 + [(2024, 2)] * 4
    index.add(
        Article(str(number), "خبر", ("نص",), published=datetime(year, month, 5))
        for number, (year, month) in enumerate(months)
    )
    (every,) = index.facets("خبر", ("month",), limit=None).facets
    assert [(value.name, value.gap) for value in every.values] == [
        ("2023-01", 0),
        ("2023-03", 1),
        ("2023-06", 2),
        ("2024-02", 7),
    ]
    (few,) = index.facets("خبر", ("month",), limit=2).facets
    assert [(value.name, value.gap) for value in few.values] == [("2023-01", 0), ("2024-02", 10)]
    assert [(value.more, value.rest) for value in few.values] == [(0, 0), (2, 3)]
    (one,) = index.facets("خبر", ("month",), limit=1).facets
    assert [(value.name, value.gap, value.more, value.rest) for value in one.values] == [("2024-02", 0, 3, 6)]
