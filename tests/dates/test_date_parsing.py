"""`parse_date`: texts that name one date, and texts that are refused, with the reasons."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.dates import DateSpan, Problem, parse_date
from khabar.dates.words import GREGORIAN, MONTH_SYSTEMS

TODAY = date(2023, 10, 20)  # a Friday


def named(text: str, reference: date | None = None) -> str:
    """The span, or «!» and the reason."""
    found = parse_date(text, reference)
    return str(found) if isinstance(found, DateSpan) else f"! {found}"


OCTOBER = "2023-10-07"


@pytest.mark.parametrize(
    "text",
    [
        "7 أكتوبر 2023",
        "٧ تشرين الأول ٢٠٢٣",
        "۷ تشرین الاول ۲۰۲۳",
        "7 تشرين الأول/أكتوبر 2023",
        "7 تشرين الاول /أكتوبر 2023",
        "7 أكتوبر/ تشرين الأول 2023م",
        "7 أكتوبر (تشرين الأول) 2023",
        "07 اكتوبر عام 2023",
        "7 من شهر أكتوبر من العام 2023 ميلادي",
        "السابع من تشرين الأول 2023",
        "السابع من أكتوبر عام ألفين وثلاثة وعشرين",
        "السبت 7 أكتوبر 2023",
        "يوم السبت، الموافق 7 أكتوبر 2023",
        "بتاريخ 7/أكتوبر/2023",
        "7 أُكْتُوبَر 2023",
        "7 أكتـــوبر 2023",
        "أكتوبر 7, 2023",
        "2023-10-07",
        "2023/10/7",
        "٢٠٢٣-١٠-٠٧",
        "السبت 7/10/2023",
        "22 ربيع الأول 1445هـ",
        "22 ربيع الأول 1445",
        "22/3/1445 هـ",
        "1445/3/22هـ",
        "الثاني والعشرين من ربيع أول 1445 للهجرة",
        "السبت 22 ربيع الأول 1445 هـ الموافق 7 أكتوبر 2023 م",
        "22-3-1445هـ الموافق 7-10-2023م",
        "7 October 2023",
        "Saturday, October 7, 2023",
        "samedi 7 octobre 2023",
        "7 oct. 2023",
        "7 ت1 2023",
        "7/ت١/2023",
        "«7 أكتوبر 2023».",
    ],
)
def test_one_day_in_all_its_forms(text: str) -> None:
    assert named(text) == OCTOBER


@pytest.mark.parametrize("system", MONTH_SYSTEMS)
def test_the_months_of_every_country(system: str) -> None:
    for number, spellings in enumerate(MONTH_SYSTEMS[system].split(), 1):
        for name in spellings.split("/"):
            if name != "–":
                assert named(f"3 {name} 2020") == f"2020-{number:02}-03", name
                assert named(f"الثالث من {name} 2020") == f"2020-{number:02}-03", name


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("كانون الثاني", 1),
        ("تشرين الأول", 10),
        ("تشرين أول", 10),
        ("تشرين الثاني", 11),
        ("تشرين ثان", 11),
        ("كانون الأول", 12),
    ],
)
def test_months_with_a_number_in_their_name(name: str, number: int) -> None:
    assert named(f"3 {name} 2020") == f"2020-{number:02}-03"


def test_no_name_means_two_months() -> None:
    seen: dict[str, int] = {}
    for names in MONTH_SYSTEMS.values():
        for number, spellings in enumerate(names.split(), 1):
            for name in spellings.lower().split("/"):
                assert name == "–" or seen.setdefault(name, number) == number
    assert len(GREGORIAN) > 60


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("1 محرم 1445هـ", "2023-07-19"),
        ("1 صفر 1445", "2023-08-17"),
        ("1 ربيع الآخر 1445", "2023-10-16"),
        ("1 جمادى الأولى 1445", "2023-11-15"),
        ("1 جمادى الآخرة 1445", "2023-12-14"),
        ("غرة رجب 1445", "2024-01-13"),
        ("1 شعبان 1445", "2024-02-11"),
        ("غرة شهر رمضان المبارك 1445", "2024-03-11"),
        ("1 شوال 1445", "2024-04-10"),
        ("1 ذو القعدة 1445", "2024-05-09"),
        ("1 ذي الحجة 1445", "2024-06-07"),
    ],
)
def test_hijri_months(text: str, first: str) -> None:
    assert named(text) == first


@pytest.mark.parametrize(
    ("text", "span", "precision"),
    [
        ("أكتوبر 2023", "2023-10-01..2023-10-31", "month"),
        ("شهر فبراير/شباط 2024", "2024-02-01..2024-02-29", "month"),
        ("2023-10", "2023-10-01..2023-10-31", "month"),
        ("10/2023", "2023-10-01..2023-10-31", "month"),
        ("رمضان 1445", "2024-03-11..2024-04-09", "month"),
        ("عام 2023", "2023-01-01..2023-12-31", "year"),
        ("2023", "2023-01-01..2023-12-31", "year"),
        ("2023م", "2023-01-01..2023-12-31", "year"),
        ("1445هـ", "2023-07-19..2024-07-06", "year"),
        ("عام 1445هـ الموافق 2023م", "2023-01-01..2023-12-31", "year"),
        ("سنة 1064هـ - 1653م", "1653-01-01..1653-12-31", "year"),
        ("من 3 إلى 5 مايو 2020", "2020-05-03..2020-05-05", "day"),
        ("3-5 مايو 2020", "2020-05-03..2020-05-05", "day"),
        ("2 ـ 4 / 6 / 1436هـ", "2015-03-22..2015-03-24", "day"),
        ("من 30 ديسمبر إلى 2 يناير 2020", "2019-12-30..2020-01-02", "day"),
        ("من يناير إلى مارس 2015", "2015-01-01..2015-03-31", "month"),
        ("بين عامي 2003 و2005", "2003-01-01..2005-12-31", "year"),
    ],
)
def test_months_years_and_ranges(text: str, span: str, precision: str) -> None:
    found = parse_date(text)
    assert isinstance(found, DateSpan)
    assert (str(found), found.precision) == (span, precision)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("اليوم", "2023-10-20"),
        ("أمس", "2023-10-19"),
        ("يوم أمس الخميس", "2023-10-19"),
        ("أمس الأول", "2023-10-18"),
        ("أول من أمس", "2023-10-18"),
        ("غداً", "2023-10-21"),
        ("بعد غد", "2023-10-22"),
        ("الاثنين الماضي", "2023-10-16"),
        ("الجمعة الماضية", "2023-10-13"),
        ("الاثنين المقبل", "2023-10-23"),
        ("قبل ثلاثة أيام", "2023-10-17"),
        ("قبل يومين", "2023-10-18"),
        ("قبل 10 أيام", "2023-10-10"),
        ("الأسبوع الماضي", "2023-10-08..2023-10-14"),
        ("هذا الأسبوع", "2023-10-15..2023-10-21"),
        ("الشهر الماضي", "2023-09-01..2023-09-30"),
        ("الشهر المقبل", "2023-11-01..2023-11-30"),
        ("العام الماضي", "2022-01-01..2022-12-31"),
        ("العام قبل الماضي", "2021-01-01..2021-12-31"),
        ("7 أكتوبر", "2023-10-07"),
        ("5 يناير", "2024-01-05"),
        ("5 يناير الماضي", "2023-01-05"),
        ("5 يناير من العام الماضي", "2022-01-05"),
        ("29 فبراير", "2024-02-29"),
        ("رمضان المقبل", "2024-03-11..2024-04-09"),
    ],
)
def test_relative_to_a_reference(text: str, span: str) -> None:
    assert named(text, TODAY) == span
    assert isinstance(parse_date(text), Problem)
    assert parse_date(text, datetime(2023, 10, 20, 23, 59)) == parse_date(text, TODAY)


def test_the_nearest_year() -> None:
    assert named("28 ديسمبر", date(2024, 1, 3)) == "2023-12-28"
    assert named("3 يناير", date(2023, 12, 28)) == "2024-01-03"


def test_a_weekday_beside_yesterday_counts_when_it_is_off_by_a_day() -> None:
    assert named("أمس الأربعاء", TODAY) == "2023-10-18"
    assert named("أمس الأحد", TODAY).startswith("! 2023-10-19 is a Thursday")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("3/4/2020", "it can be 2020-04-03 or 2020-03-04"),
        ("تشرين 2020", "it can be 2020-10-01..2020-10-31 or 2020-11-01..2020-11-30"),
        ("25 يوليو/أغسطس 2015", "it can be 2015-07-25 or 2015-08-25"),
        ("1445/9/10", "1445 can be a Hijri or a Gregorian year"),
        ("عام 1445", "1445 can be a Hijri or a Gregorian year"),
        ("31 فبراير 2020", "there is no 31 February 2020"),
        ("2015-02-30", "there is no 30 February 2015"),
        ("2015-13-01", "there is no month 13"),
        ("2015-13-40", "there is no month 13"),
        ("1445/13/1هـ", "there is no month 13"),
        ("30 محرم 1445", "there is no 30 Muharram 1445 AH"),
        ("10 محرم 1600هـ", "Hijri years are known from 1343 to 1500 only, not 1600"),
        ("الاثنين 21 يوليو 2015", "2015-07-21 is a Tuesday, not a Monday"),
        ("22 ربيع الأول 1445 الموافق 17 أكتوبر 2023", "the two dates are not one: 2023-10-07 and 2023-10-17"),
        ("7 أكتوبر", "no year is given"),
        ("أمس", "it is counted from another day"),
        ("من 5 إلى 3 مايو 2020", "the range ends (2020-05-03) before it begins (2020-05-05)"),
        ("7 أكتوبر 2023 وصباح الأحد", "there is more than one date in it"),
        ("غدا كذا", "there is more in it than a date: «كذا»"),
        ("خبر", "it names no date"),
        ("0/0/0", "it names no date"),
        ("", "there is nothing in it"),
        ("7 أكتوبر " * 100, "it is longer than"),
    ],
)
def test_refused_with_the_reason(text: str, reason: str) -> None:
    found = parse_date(text)
    assert isinstance(found, Problem)
    assert found.reason.startswith(reason)


def test_what_makes_an_ambiguous_date_clear() -> None:
    """The weekday, the other calendar, or a first number that cannot be a month."""
    assert named("الأربعاء 8/7/2015") == "2015-07-08"
    assert named("24/10/1436هـ الموافق 9/8/2015م") == "2015-08-09"
    assert named("الأحد 17-10-1436") == "2015-08-02"
    assert named("21/7/2015") == "2015-07-21"
    assert named("4/4/2015") == "2015-04-04"
    assert named("7 تشرين/أكتوبر 2023") == OCTOBER


def test_hijri_dates_may_be_off_by_the_day_of_the_moon() -> None:
    assert named("الأحد 22 ربيع الأول 1445") == "2023-10-08"
    assert named("22 ربيع الأول 1445 الموافق 8 أكتوبر 2023") == "2023-10-08"
    assert named("الاثنين 22 ربيع الأول 1445").startswith("!")


_SIGNS = "7 31 2023 1445 0 00 99 2/2 3-4-5 2023-10-07 12345678 / - ، ( ) .. و هـ م "
_NAMES = "أكتوبر تشرين الأول كانون رمضان ذي القعدة ربيع صفر السابع الحادي والعشرين ألفين وثلاثة عشر "
_RELATIVE = "من إلى بين الموافق يوم الأحد الاثنين أمس اليوم غدا أول قبل بعد الماضي المقبل الأسبوع شهر عام"
#: Pieces of dates in any order.
PIECES = st.lists(
    st.sampled_from(
        [
            *(_SIGNS + _NAMES + _RELATIVE).split(),
        ]
    ),
    max_size=12,
).map(" ".join)
#: The first and the last day of the calendar.
DAYS = st.one_of(st.none(), st.dates(), st.sampled_from([date.min, date.max]))


@given(st.one_of(st.text(), PIECES), DAYS)
def test_nothing_raises(text: str, reference: date | None) -> None:
    found = parse_date(text, reference)
    if isinstance(found, DateSpan):
        assert found.first <= found.last
    else:
        assert found.reason


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(sorted(MONTH_SYSTEMS)))
def test_what_is_written_out_is_read(day: date, system: str) -> None:
    name = MONTH_SYSTEMS[system].split()[day.month - 1].split("/")[0]
    if name != "–":
        assert parse_date(f"{day.day} {name} {day.year}") == DateSpan(day, day)
    assert parse_date(day.isoformat()) == DateSpan(day, day)


@given(st.dates(date(1925, 1, 1), date(2077, 1, 1)))
def test_hijri_dates_go_there_and_back(day: date) -> None:
    from hijridate import Gregorian

    hijri = Gregorian.fromdate(day).to_hijri()
    assert parse_date(f"{hijri.day}/{hijri.month}/{hijri.year}هـ") == DateSpan(day, day)
    assert parse_date(f"{hijri.year}/{hijri.month}/{hijri.day} هـ الموافق {day}") == DateSpan(day, day)


@given(st.integers(1, 31), st.integers(1, 12), st.integers(1900, 2100))
def test_day_and_month_in_numbers_are_never_guessed(day: int, month: int, year: int) -> None:
    found = parse_date(f"{day}/{month}/{year}")
    if day <= 12 and day != month:
        assert isinstance(found, Problem)
    elif isinstance(found, DateSpan):
        assert (found.first.day, found.first.month) == (day, month)
