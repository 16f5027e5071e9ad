"""Dates in running text: their positions, text that is not a date, and the index terms of a paragraph."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_date_parsing import DAYS, PIECES

from khabar.dates import DateSpan, find_dates, mentioned_days, terms_of
from khabar.dates.finding import dates_of

TODAY = date(2023, 10, 20)


def found(text: str, reference: date | None = TODAY) -> list[tuple[str, str]]:
    return [(text[each.start : each.end], str(each.span)) for each in find_dates(text, reference)]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        (
            "اندلعت الحرب في 7 تشرين الأول/ أكتوبر الماضي، ثم أُعلنت هدنة أمس.",
            [("7 تشرين الأول/ أكتوبر الماضي", "2023-10-07"), ("أمس", "2023-10-19")],
        ),
        (
            "خلال الفترة من 20/ 8/ 1436 هـ حتى 10/ 9/ 1436 هـ .",
            [("من 20/ 8/ 1436 هـ حتى 10/ 9/ 1436 هـ", "2015-06-07..2015-06-27")],
        ),
        ("يوما 3 و4 مايو 2020", [("3", "2020-05-03"), ("4 مايو 2020", "2020-05-04")]),
        (
            "في يونيو ويوليو 2015",
            [("يونيو", "2015-06-01..2015-06-30"), ("ويوليو 2015", "2015-07-01..2015-07-31")],
        ),
        (
            "تولى الحكم منذ 2003، وفي عام 2011 سقط",
            [("منذ 2003", "2003-01-01..2003-12-31"), ("عام 2011", "2011-01-01..2011-12-31")],
        ),
        ("وقال اليوم الجمعة إن الاجتماع غداً", [("اليوم الجمعة", "2023-10-20"), ("غداً", "2023-10-21")]),
        ("وصل اليوم الأمير إلى جدة", [("اليوم", "2023-10-20")]),
        ("قبل ثلاثة أيام سافر", [("قبل ثلاثة أيام", "2023-10-17")]),
        (
            "الأحد المقبل 24/10/1436هـ الموافق9/8/2015م",
            [("الأحد المقبل 24/10/1436هـ الموافق9/8/2015م", "2015-08-09")],
        ),
        ("ارتفعت في أيلول", [("أيلول", "2023-09-01..2023-09-30")]),
    ],
)
def test_found_with_their_places(text: str, dates: list[tuple[str, str]]) -> None:
    assert found(text) == dates


@pytest.mark.parametrize(
    "text",
    [
        "فاز الهلال 3 - صفر على النصر",
        "احتفلت المملكة باليوم الوطني وفي اليوم التالي عادت",
        "قرأت صحيفة اليوم",
        "مارس اللاعب تدريباته، وقال أب الطفل",
        "http://www.example.com/public/2015/05/31/1.jpg",
        "المرسوم رقم م/58 والهاتف 012-345-2015",
        "بلغ عددهم 2000 شخص و1436 سيارة و12.5.3 نقطة",
        "موسم 2014/2015",
        "قبل يومين من الموعد",
        "اجتمع يوم الأحد",
        "كان في 3/4/2020 هناك",
        "في 31 فبراير 2020",
    ],
)
def test_no_date_or_an_ambiguous_one(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["7 أكتوبر 2023", "٧ تشرين الأول 2023", "2023-10-07", "السابع من تشرين الأول/أكتوبر 2023"]
)
def test_one_day_gives_one_set_of_terms(text: str) -> None:
    assert mentioned_days(f"وقع ذلك في {text} فجراً") == ("date:2023-10-07", "date:2023-10", "date:2023")


def test_the_terms_of_months_years_and_ranges() -> None:
    assert mentioned_days("في أكتوبر 2023") == ("date:2023-10", "date:2023")
    assert mentioned_days("منذ عام 2023.") == ("date:2023",)
    assert mentioned_days("من 30 ديسمبر 2022 إلى 1 يناير 2023") == (
        *("date:2022-12-30", "date:2022-12-31", "date:2023-01-01"),
        *("date:2022-12", "date:2023-01", "date:2022", "date:2023"),
    )
    assert mentioned_days("الأسبوع الماضي", TODAY) == ("date:2023-10", "date:2023")
    assert mentioned_days("في رمضان 1445") == ("date:2024-03", "date:2024-04", "date:2024")


def test_relative_words_and_dates_without_a_year_need_a_reference() -> None:
    assert mentioned_days("أمس وفي 7 أكتوبر") == ()
    assert mentioned_days("أمس وفي 7 أكتوبر", TODAY) == (
        *("date:2023-10-19", "date:2023-10", "date:2023"),
        "date:2023-10-07",
    )


@given(st.dates(), st.integers(0, 10**6), st.sampled_from(["day", "week", "month", "year"]))
def test_terms_are_few_and_cover_both_ends(first: date, days: int, precision: str) -> None:
    last = min(first + timedelta(days=min(days, (date.max - first).days)), date.max)
    terms = terms_of(DateSpan(first, last, precision))  # type: ignore[arg-type]
    assert len(terms) == len(set(terms)) < 100
    assert {f"date:{first.year:04}", f"date:{last.year:04}"} <= set(terms)


@given(st.one_of(st.text(), PIECES), DAYS)
def test_places_lie_in_the_text_and_apart(text: str, reference: date | None) -> None:
    end = 0
    for each in find_dates(text, reference):
        assert end <= each.start < each.end <= len(text)
        assert each.how
        end = each.end


@given(PIECES, st.integers(0, 400), DAYS)
def test_surrounding_text_makes_no_difference(text: str, distance: int, reference: date | None) -> None:
    """A date deep inside a text is found as at its beginning."""
    around = "كلام " * distance
    spans = [each.span for each in find_dates(f"قال. {text} . قال", reference)]
    assert [each.span for each in find_dates(f"{around}قال. {text} . قال {around}", reference)] == spans


def test_long_texts_take_time_in_proportion() -> None:
    started = time.perf_counter()
    for piece in (
        "7 أكتوبر ",
        "من 3 إلى ",
        "9" * 5000 + " ",
        "1/",
        "ـ",
        "السابع من ",
        "قبل ",
        "( ",
        "\u0640\u064b",
    ):
        find_dates(piece * (40_000 // len(piece)), TODAY)
    assert time.perf_counter() - started < 60


DATES = (
    "7 أكتوبر 2023|في 7 تشرين الأول/أكتوبر|2023-10-07|22/3/1445هـ|22 ربيع الأول 1445 هـ الموافق 7 أكتوبر "
    "2023 م"
    "|عام 2003|بين عامي 2003 و2005|سنة ألفين وثلاثة|عام ألف وتسعمئة|رمضان المقبل|3 ذي القعدة|ربيع الآخر 1445"
    "|أمس الأول|اليوم الأحد|بعد غد|يوم غد|العام الماضي|للعام المقبل|الأسبوع قبل الماضي|الاثنين المقبل"
    "|هذا الشهر|هذه السنة|قبل ثلاثة أيام|منذ 15 يوما|وقبل أسبوعين"
)
NOISE = "قال الوزير، 2500 شخص (في من) الدولي. 3-2 «عكاظ» 12:30 وأضاف: ثلاثة قبل العام اليومي"


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Dates among other words, with marks and tatweel in their words, and any white space between."""
    pieces = draw(st.lists(st.sampled_from([*DATES.split("|"), *NOISE.split()]), max_size=8))
    space = st.sampled_from([" ", "\n", "\xa0", "\t"])
    words = [word for piece in pieces for word in piece.split(" ")]
    marked = [
        draw(st.sampled_from([word, word[:2] + "\u064e" + word[2:], word + "\u0640"]))
        if word.isalpha()
        else word
        for word in words
    ]
    return "".join(word + draw(space) for word in marked)


@given(texts(), DAYS)
def test_looking_for_signs_hides_no_date(text: str, reference: date | None) -> None:
    """The dates are those that the grammar finds when it is applied at every word."""
    everywhere = dates_of(text, None, reference)
    assert [each.span for each in everywhere] == [each.span for each in find_dates(text, reference)]
    assert [(each.start, each.end) for each in everywhere] == [
        (each.start, each.end) for each in find_dates(text, reference)
    ]


@given(texts(), DAYS)
def test_the_terms_of_a_paragraph_are_those_of_its_dates(text: str, reference: date | None) -> None:
    of_dates = dict.fromkeys(term for each in find_dates(text, reference) for term in terms_of(each.span))
    assert mentioned_days(text, reference) == tuple(of_dates)
