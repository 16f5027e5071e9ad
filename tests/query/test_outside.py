"""Conditions on days that no article of an index can meet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.query.outside import days_outside
from khabar.query.parser import parse

FIRST, LAST = date(2015, 7, 21), date(2015, 8, 11)
TODAY = date(2015, 8, 12)


def outside(query: str, first: date = FIRST, last: date = LAST) -> list[tuple[str, str]]:
    return [(each.name, each.value) for each in days_outside(parse(query).items, first, last, TODAY)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("date:2016 داعش", [("date", "2016")]),
        ("داعش بعد:2016", [("after", "2016")]),
        ("date:2015-09", [("date", "2015-09")]),
        ("قبل:2015-07-21", [("before", "2015-07-21")]),
        ("قبل:2015-07-22 date:2015-08 date:2015", []),
        ("(date:2014 OR date:2015-08)", [("date", "2014")]),
        ("-date:2016 داعش", []),
        ("يذكر:2016 date:كلام داعش", []),
    ],
)
def test_conditions_outside_an_archive(query, found):
    assert outside(query) == found


@given(st.sampled_from(["date", "after", "before"]), st.integers(-40, 40), st.integers(0, 30))
def test_a_condition_is_outside_if_no_day_meets_it(name, start, length):
    day = FIRST + timedelta(start)
    days = [FIRST + timedelta(number) for number in range(length + 1)]
    meets = {"date": day.__eq__, "after": day.__le__, "before": day.__gt__}[name]
    assert bool(outside(f"{name}:{day}", FIRST, days[-1])) != any(map(meets, days))
