"""The time of day beside a date."""

from __future__ import annotations

from datetime import UTC, date, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus import parse_timestamp
from khabar.dates.clock import clock_in, folded
from khabar.dates.datelines import dateline
from khabar.dates.periods import parse_period

SEPARATORS = (
    " ",
    "، ",
    ", ",
    " - ",
    " – ",
    " | ",
    " / ",
    "؛ ",
    " • ",
    " في ",
    " الساعة ",
    " عند الساعة ",
    " - الساعة: ",
    " (",
    "\u00a0",
    " \u200f- ",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10:30", time(10, 30)),
        ("١٠:٣٠ ص", time(10, 30)),
        ("في ١٠:٣٠ م", time(22, 30)),
        ("الساعة 10:30 مساءً", time(22, 30)),
        ("الساعة 12:05 صباحا", time(0, 5)),
        ("12:05 ظهراً", time(12, 5)),
        ("11:45 ظهراً", time(11, 45)),
        ("3 عصراً", time(15)),
        ("4:20 فجرا", time(4, 20)),
        ("11 ليلا", time(23)),
        ("2 ليلا", time(2)),
        ("5 بعد الظهر", time(17)),
        ("10.30 ص", time(10, 30)),
        ("الساعة 7", time(7)),
        ("في تمام الساعة السابعة والنصف مساءً", time(19, 30)),
        ("الساعة الثانية عشرة إلا ربعاً ليلا", time(23, 45)),
        ("الساعة العاشرة و20 دقيقة صباحا", time(10, 20)),
        ("10:30:15 GMT", time(10, 30, 15, tzinfo=UTC)),
        ("10:30 بتوقيت غرينتش", time(10, 30, tzinfo=UTC)),
        ("10:30 +03:00", time(10, 30, tzinfo=timezone(timedelta(hours=3)))),
        ("10:30 بتوقيت مكة المكرمة", time(10, 30)),
        ("10:30 pm", time(22, 30)),
    ],
)
def test_a_time(text: str, expected: time) -> None:
    clock = clock_in(folded(text))
    assert clock is not None and clock.possible and clock.time == expected
    assert (clock.start, clock.end) == (0, len(folded(text)))


@pytest.mark.parametrize(
    "text", ["6 مايو 2024", "2023-10-07", "12.5", "1.2.3", "عشر سنوات", "10 مايو", "7 أكتوبر م", ""]
)
def test_no_time(text: str) -> None:
    assert clock_in(folded(text)) is None


def test_an_ambiguous_hour_is_not_guessed() -> None:
    words = clock_in(folded("الساعة العاشرة والنصف"))
    assert words is not None and words.possible and words.time is None
    wrong = clock_in("25:70")
    assert wrong is not None and not wrong.possible
    assert parse_timestamp("6 مايو 2024 25:70") is None
    assert parse_timestamp("03/04/2020 في 10:30 ص") is None


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize(
    "day", ["6 مايو 2024", "6 أيار/مايو 2024", "2024-05-06", "25/05/2024", "الاثنين 6 مايو 2024م"]
)
def test_every_usual_separator(day: str, separator: str) -> None:
    expected = parse_timestamp(day)
    assert expected is not None
    for clock, hour in (("10:30 م", 22), ("١٠:٣٠ ص", 10), ("10:30", 10)):
        closing = ")" if "(" in separator else ""
        assert parse_timestamp(f"{day}{separator}{clock}{closing}") == expected.replace(hour=hour, minute=30)


@given(st.data())
def test_invisible_marks_change_nothing(data: st.DataObject) -> None:
    text = data.draw(
        st.sampled_from(
            ["6/25/2024 10:30", "6 كانون 2 2024 في ١٠:٣٠ ص", "2024-05-06T10:30:00+03:00", "12 شوال 1445"]
        )
    )
    marks = st.sampled_from("\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069\ufeff\u061c\u00ad")
    marked = "".join(data.draw(st.sampled_from(["", data.draw(marks)])) + each for each in text)
    assert parse_timestamp(marked) == parse_timestamp(text) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6 كانون 2 2024", date(2024, 1, 6)),
        ("6 كانون ٢، 2024", date(2024, 1, 6)),
        ("3 كانون1 2023", date(2023, 12, 3)),
        ("15 تشرين (2) 2023", date(2023, 11, 15)),
        ("15 تشرين 1/أكتوبر 2023", date(2023, 10, 15)),
        ("12 جمادى 2 1445", date(2023, 12, 25)),
        ("15 ربيع 1 1445هـ", date(2023, 9, 30)),
    ],
)
def test_months_by_number(text: str, expected: date) -> None:
    moment = parse_timestamp(text)
    assert moment is not None and moment.date() == expected
    span = parse_period(text, date(2025, 1, 1))
    assert (span.first, span.last) == (expected, expected)  # type: ignore[union-attr]
    found = dateline([f"بيروت، {text} (وفا) - قال الوزير إن الاتفاق قريب.", "نص آخر."])
    assert found is not None and found.span.first == expected


@pytest.mark.parametrize("text", ["6 كانون 3 2024", "6 كانون 2024", "كانون 2024", "6 تشرين 12 2024"])
def test_a_month_without_its_number_stays_two(text: str) -> None:
    assert parse_timestamp(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-06T10:30:00+03:00",
        "2024-05-06 10:30",
        "6 مايو 2024، الساعة 10:30 مساءً",
        "\u200f6\u200f مايو 2024 في ١٠:٣٠ ص",
    ],
)
def test_a_moment_in_a_query_and_in_a_dateline(text: str) -> None:
    day = date(2024, 5, 6)
    assert str(parse_period(text, date(2025, 1, 1))) == "2024-05-06"
    found = dateline([text, "قال الوزير إن الاتفاق قريب."])
    assert found is not None and found.span.first == day
