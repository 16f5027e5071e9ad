"""Periods typed after ``after:``, ``before:`` and ``date:``."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_date_parsing import PIECES

from khabar.dates import DateSpan, Problem, parse_period

TODAY = date(2023, 10, 20)  # a Friday


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2023", "2023-01-01..2023-12-31"),
        ("2023-10", "2023-10-01..2023-10-31"),
        ("أكتوبر 2023", "2023-10-01..2023-10-31"),
        ("أكتوبر_2023", "2023-10-01..2023-10-31"),
        ("2023-10-07", "2023-10-07"),
        ("2023..2024", "2023-01-01..2024-12-31"),
        ("2023-10 .. 2023-12", "2023-10-01..2023-12-31"),
        ("من 2020 إلى 2022", "2020-01-01..2022-12-31"),
        ("من الاثنين الماضي إلى اليوم", "2023-10-16..2023-10-20"),
        ("بين 2020 و2021", "2020-01-01..2021-12-31"),
        ("1444هـ", "2022-07-30..2023-07-18"),
        ("رمضان 1444", "2023-03-23..2023-04-20"),
        ("الأسبوع الماضي", "2023-10-08..2023-10-14"),
        ("last week", "2023-10-08..2023-10-14"),
        ("last-week", "2023-10-08..2023-10-14"),
        ("This Month", "2023-10-01..2023-10-31"),
        ("yesterday", "2023-10-19"),
        ("3 days ago", "2023-10-17"),
        ("آخر 30 يوما", "2023-09-20..2023-10-20"),
        ("آخر ثلاثة أشهر", "2023-07-20..2023-10-20"),
        ("آخر أسبوع", "2023-10-13..2023-10-20"),
        ("last 30 days", "2023-09-20..2023-10-20"),
        ("أسبوعين", "2023-10-06..2023-10-20"),
        ("ثلاثة أشهر", "2023-07-20..2023-10-20"),
        ("٣_أيام", "2023-10-17..2023-10-20"),
        ("عام", "2022-10-20..2023-10-20"),
        ("عام 2020", "2020-01-01..2020-12-31"),
        ("شهر رمضان", "2023-03-23..2023-04-20"),
        ("7d", "2023-10-13..2023-10-20"),
        ("2W", "2023-10-06..2023-10-20"),
        ("3m", "2023-07-20..2023-10-20"),
        ("1y", "2022-10-20..2023-10-20"),
    ],
)
def test_understood(text: str, span: str) -> None:
    assert str(parse_period(text, TODAY)) == span


def test_without_a_year_the_past_is_meant() -> None:
    assert str(parse_period("أكتوبر", TODAY)) == "2023-10-01..2023-10-31"
    assert str(parse_period("نوفمبر", TODAY)) == "2022-11-01..2022-11-30"
    assert str(parse_period("الاثنين", TODAY)) == "2023-10-16"
    assert str(parse_period("الجمعة", TODAY)) == "2023-10-20"


def test_the_last_month_of_a_long_month() -> None:
    assert str(parse_period("1m", date(2023, 3, 31))) == "2023-02-28..2023-03-31"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "there is nothing in it"),
        ("غير معروف", "it names no date"),
        ("2023..", "a range has two ends"),
        ("2024..2023", "the range ends"),
        ("أمس..خبر", "«خبر»: it names no date"),
        ("1444", "1444 can be a Hijri or a Gregorian year"),
        ("3/4/2020", "it can be"),
        ("أيام", "it names no date"),
        ("الأسبوع", "it names no date"),
        ("9999y", "it lies outside the calendar"),
    ],
)
def test_refused_with_the_reason(text: str, reason: str) -> None:
    found = parse_period(text, TODAY)
    assert isinstance(found, Problem)
    assert found.reason.startswith(reason)


@given(
    st.one_of(
        st.text(),
        PIECES,
        st.from_regex(r"(?:last|آخر|next|7)? ?\d{0,5} ?(?:days|[dwmy]|أيام|\.\.)?", fullmatch=True),
    ),
    st.one_of(st.dates(), st.sampled_from([date.min, date.max])),
)
def test_nothing_raises(text: str, today: date) -> None:
    found = parse_period(text, today)
    assert found.first <= found.last if isinstance(found, DateSpan) else found.reason
