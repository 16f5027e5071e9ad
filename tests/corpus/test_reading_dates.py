"""Dates: the forms that are understood, and everything that is refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus import parse_timestamp

RIYADH = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2015-07-21", datetime(2015, 7, 21)),
        ("2015/07/21", datetime(2015, 7, 21)),
        ("2015.7.1", datetime(2015, 7, 1)),
        ("20150721", datetime(2015, 7, 21)),
        (20150721, datetime(2015, 7, 21)),
        ("2015-07-21 02:51:32", datetime(2015, 7, 21, 2, 51, 32)),
        (" 2015-07-21T02:51 ", datetime(2015, 7, 21, 2, 51)),
        ("2015/07/21, 2:51", datetime(2015, 7, 21, 2, 51)),
        ("2023-09-24T11:15:38+03:00", datetime(2023, 9, 24, 11, 15, 38, tzinfo=RIYADH)),
        ("2023-09-24 11:15:38 +0300", datetime(2023, 9, 24, 11, 15, 38, tzinfo=RIYADH)),
        ("2023-09-24T11:15:38-0330", datetime(2023, 9, 24, 14, 45, 38, tzinfo=UTC)),
        ("2015-07-21T02:51:32Z", datetime(2015, 7, 21, 2, 51, 32, tzinfo=UTC)),
        ("2015-07-21T02:51:32.125Z", datetime(2015, 7, 21, 2, 51, 32, 125_000, tzinfo=UTC)),
        ("2015-07-21 02:51 UTC", datetime(2015, 7, 21, 2, 51, tzinfo=UTC)),
        ("20150721T025132Z", datetime(2015, 7, 21, 2, 51, 32, tzinfo=UTC)),
        ("٢٠١٥/٠٧/٢١", datetime(2015, 7, 21)),
        ("/Date(1714986000000)/", datetime(2024, 5, 6, 9, tzinfo=UTC)),
        ("/Date(1714986000000+0300)/", datetime(2024, 5, 6, 12, tzinfo=RIYADH)),
        ("Mon May  6 10:00:00 EDT 2024", datetime(2024, 5, 6, 14, tzinfo=UTC)),
        ("Mon May 06 10:00:00 AST 2024", datetime(2024, 5, 6, 10)),
        ("May 6, 2024 10:00 AM EST", datetime(2024, 5, 6, 15, tzinfo=UTC)),
        ("May 6th, 2024 at 10:00 PM PDT", datetime(2024, 5, 7, 5, tzinfo=UTC)),
        ("6th May 2024", datetime(2024, 5, 6)),
        ("06-May-24", datetime(2024, 5, 6)),
        ("06-MAY-98 10:15", datetime(1998, 5, 6, 10, 15)),
        ("1970-01-01", datetime(1970, 1, 1)),
        ("۲۰۱۵-۰۷-۲۱ ۰۲:۵۱", datetime(2015, 7, 21, 2, 51)),
        ("21/07/2015", datetime(2015, 7, 21)),
        ("21-7-2015 14:05", datetime(2015, 7, 21, 14, 5)),
        ("07/21/2015", datetime(2015, 7, 21)),
        ("04/04/2020", datetime(2020, 4, 4)),
        ("Tue, 21 Jul 2015 02:51:32 +0300", datetime(2015, 7, 21, 2, 51, 32, tzinfo=RIYADH)),
        ("21 Jul 2015 02:51 GMT", datetime(2015, 7, 21, 2, 51, tzinfo=UTC)),
        # The half of the day is not a zone, and «AST» is that of Riyadh or of Halifax.
        ("21 Jul 2015 02:51 PM", datetime(2015, 7, 21, 14, 51)),
        ("Tue, 21 Jul 2015 12:05 am", datetime(2015, 7, 21, 0, 5)),
        ("Tue, 21 Jul 2015 02:51:32 AST", datetime(2015, 7, 21, 2, 51, 32)),
        ("Tue, 21 Jul 2015 02:51:32 GMT+3", datetime(2015, 7, 21, 2, 51, 32, tzinfo=RIYADH)),
        (
            "Tue Jul 21 2015 02:51:32 GMT+0300 (Arabian Standard Time)",
            datetime(2015, 7, 21, 2, 51, 32, tzinfo=RIYADH),
        ),
        (
            "Tue Jul 21 2015 02:51:32 GMT+0300 (توقيت العربية الرسمي)",
            datetime(2015, 7, 21, 2, 51, 32, tzinfo=RIYADH),
        ),
        # Zones whose names mean one thing.
        ("Tue, 21 Jul 2015 02:51:32 EEST", datetime(2015, 7, 21, 2, 51, 32, tzinfo=RIYADH)),
        ("Tue Jul 21 02:51:32 EEST 2015", datetime(2015, 7, 21, 2, 51, 32, tzinfo=RIYADH)),
        ("July 21, 2015 at 2:51pm (EET)", datetime(2015, 7, 21, 12, 51, tzinfo=UTC)),
        ("21 يوليو 2015 02:51 CET", datetime(2015, 7, 21, 1, 51, tzinfo=UTC)),
        ("2015-07-21 02:51:32 Asia/Riyadh", datetime(2015, 7, 21, 2, 51, 32, tzinfo=RIYADH)),
        # As Arabic newspapers in the Maghreb write them.
        ("Mardi 21 juillet 2015 à 14h05", datetime(2015, 7, 21, 14, 5)),
        ("Publié le 21 juil. 2015 - 9h", datetime(2015, 7, 21, 9)),
        ("1er août 2015", datetime(2015, 8, 1)),
        ("21/07/2015 à 14h05", datetime(2015, 7, 21, 14, 5)),
        ("21 جويلية 2015 على 14h05", datetime(2015, 7, 21, 14, 5)),
        ("Publié le 21/07/2015, mis à jour le 22/07/2015", datetime(2015, 7, 21)),
        # The number of an issue.
        ("الثلاثاء 21-7-2015 | العدد 5321", datetime(2015, 7, 21)),
        ("العدد (5321) - 21 تموز 2015", datetime(2015, 7, 21)),
        # What is said of the article beside what is said of a change.
        (
            "نشر في: الثلاثاء 21 يوليو 2015 - 09:30 م | آخر تحديث: الأربعاء 22 يوليو 2015",
            datetime(2015, 7, 21, 21, 30),
        ),
        ("21 تموز 2015، تم التعديل في 25 تموز 2015", datetime(2015, 7, 21)),
        ("آخر تحديث: 22 يوليو 2015 | نشر: 21 يوليو 2015", datetime(2015, 7, 21)),
        ("Published 21 July 2015, last updated 22 July 2015", datetime(2015, 7, 21)),
        ("آخر تحديث: 21 يوليو 2015 10:15", datetime(2015, 7, 21, 10, 15)),
        ("2015-07-21T02:51:32+03:00[Asia/Riyadh]", datetime(2015, 7, 21, 2, 51, 32, tzinfo=RIYADH)),
        ("20150721T025132+0300", datetime(2015, 7, 21, 2, 51, 32, tzinfo=RIYADH)),
        ("20150721025132", datetime(2015, 7, 21, 2, 51, 32)),
        ("٢١/٧/٢٠١٥م", datetime(2015, 7, 21)),
        ("21/7/2015م 02:51 م", datetime(2015, 7, 21, 14, 51)),
        ("1437447092.0", datetime(2015, 7, 21, 2, 51, 32, tzinfo=UTC)),
        ("1437447092125000", datetime(2015, 7, 21, 2, 51, 32, 125_000, tzinfo=UTC)),
        (1437447092, datetime(2015, 7, 21, 2, 51, 32, tzinfo=UTC)),
        (1437447092.0, datetime(2015, 7, 21, 2, 51, 32, tzinfo=UTC)),
        ("1437447092", datetime(2015, 7, 21, 2, 51, 32, tzinfo=UTC)),
        (1437447092125, datetime(2015, 7, 21, 2, 51, 32, 125_000, tzinfo=UTC)),
    ],
)
def test_understood(value: object, moment: datetime) -> None:
    found = parse_timestamp(value)
    assert found == moment
    assert found is not None
    assert (found.tzinfo is None) == (moment.tzinfo is None)


@pytest.mark.parametrize(
    "value",
    [
        "03/04/2020",
        "02-10-2016 10:00",
        "2015-02-30",
        "2015-13-01",
        "2015-07-21 25:00",
        "1970-01-01T00:00:00Z",
        "1970-01-01T03:00:00+03:00",
        "Tue May  6 10:00:00 EDT 2024",
        "نشر في 3/4/2020 | آخر تحديث 21 يوليو 2020",
        "32-May-24",
        "/Date(12)/",
        "2015-07-21T02:51:32+99:00",
        "32/13/2015",
        "2015-07/21",
        "1445/09/10",
        "١٤٤٥/٩/١٠",
        "14450910",
        "2015",
        "07/2015",
        "15-07-21",
        "21 Foo 2015 10:00 GMT",
        "99 Jul 2015 02:51:32 GMT",
        "أمس",
        "",
        "  ",
        0,
        -1,
        12,
        2015,
        10**30,
        float("nan"),
        float("inf"),
        True,
        None,
        [],
        {"date": "2015-07-21"},
        "1" * 10_000,
        "2015-07-21 " + "0" * 10_000,
    ],
)
def test_refused(value: object) -> None:
    assert parse_timestamp(value) is None


@given(
    st.one_of(st.text(), st.integers(), st.floats(), st.from_regex(r"\A\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\Z"))
)
def test_nothing_raises(value: object) -> None:
    found = parse_timestamp(value)
    assert found is None or 1900 <= found.year <= 2100


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 12, 31)))
def test_iso_dates_are_read(moment: datetime) -> None:
    assert parse_timestamp(moment.isoformat()) == moment
    assert parse_timestamp(moment.isoformat(sep=" ")) == moment


@given(st.integers(1, 31), st.integers(1, 12), st.integers(1900, 2100))
def test_day_and_month_are_read_only_if_one_order_is_a_date(day: int, month: int, year: int) -> None:
    found = parse_timestamp(f"{day:02}/{month:02}/{year}")
    if day != month and day <= 12:
        assert found is None
    elif found is not None:
        assert (found.year, found.month, found.day) == (year, month, day)
