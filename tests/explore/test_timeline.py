from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khabar.corpus.article import Article
from khabar.explore.timeline import SPANS, WEEKDAYS
from khabar.library import Index


def test_gaps_are_buckets(news: Index) -> None:
    timeline = news.timeline("لافروف", by="month")
    assert [(bucket.first, bucket.last, bucket.counts) for bucket in timeline.buckets] == [
        (date(2024, 3, 1), date(2024, 3, 31), (2,)),
        (date(2024, 4, 1), date(2024, 4, 30), (0,)),
        (date(2024, 5, 1), date(2024, 5, 31), (1,)),
    ]
    # In April something was printed, just not about him.
    assert [bucket.articles for bucket in timeline.buckets] == [2, 1, 1]


def test_several_queries_side_by_side(news: Index) -> None:
    timeline = news.timeline(["لافروف", "القمح"], by="month")
    assert [bucket.counts for bucket in timeline.buckets] == [(2, 0), (0, 1), (1, 0)]
    assert timeline.totals == (3, 2)


def test_undated_articles_are_counted(news: Index) -> None:
    timeline = news.timeline(["لافروف", "القمح"])
    assert timeline.undated == (0, 1)


def test_weeks_begin_when_asked(news: Index) -> None:
    # 2024-03-04 is a Monday.
    starts = {day: news.timeline("المفاوضات", by="week", week_start=day).buckets[0].first for day in WEEKDAYS}
    assert starts == {
        "monday": date(2024, 3, 4),
        "sunday": date(2024, 3, 3),
        "saturday": date(2024, 3, 2),
    }


def test_the_span_is_the_shortest_that_makes_few_bars(news: Index) -> None:
    assert news.timeline("المفاوضات").by == "day"
    assert news.timeline("لافروف").by == "week"
    assert news.timeline("لافروف OR فريق").by == "week"


def test_a_date_far_away_makes_no_million_bars(new_index: Callable[..., Index]) -> None:
    index = new_index()
    index.add(
        Article(name, "خبر قديم", ("نص",), published=datetime(year, 1, 1, tzinfo=UTC))
        for name, year in (("first", 1), ("last", 9999))
    )
    timeline = index.timeline("خبر", by="day")
    assert timeline.by == "year"
    assert (timeline.buckets[0].first, timeline.buckets[-1].last) == (date(1, 1, 1), date(9999, 12, 31))
    assert sum(bucket.counts[0] for bucket in timeline.buckets) == 2


def test_nothing_found_is_no_bar(news: Index, empty: Index) -> None:
    for index in (news, empty):
        timeline = index.timeline(["بطاريق", "؟"], by="week")
        assert (timeline.buckets, timeline.totals, timeline.by) == ((), (0, 0), "week")
    assert news.timeline([]).buckets == ()


def test_only_spans_that_there_are(news: Index) -> None:
    with pytest.raises(ValueError, match="day, week, month, year"):
        news.timeline("القمح", by="decade")
    with pytest.raises(ValueError, match="monday, sunday, saturday"):
        news.timeline("القمح", week_start="friday")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(by=st.sampled_from(SPANS), start=st.sampled_from(list(WEEKDAYS)))
def test_buckets_follow_one_another_and_hold_every_dated_article(news: Index, by: str, start: str) -> None:
    timeline = news.timeline("لافروف OR القمح OR فريق", by=by, week_start=start)
    assert (
        sum(bucket.counts[0] for bucket in timeline.buckets) + timeline.undated[0] == timeline.totals[0] == 6
    )
    for one, other in zip(timeline.buckets, timeline.buckets[1:], strict=False):
        assert one.first <= one.last
        assert one.last + timedelta(days=1) == other.first
