"""Datelines, and the moment of publication that an article gets from them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_date_parsing import PIECES

from khabar.corpus import Article, parse_timestamp, read
from khabar.dates import dateline
from khabar.index.records import article_from_json, article_to_json

TEXT = "أعلنت البلدية افتتاح الجسر بعد ثلاث سنوات من العمل، وحضر الافتتاح عدد من السكان."


@pytest.mark.parametrize(
    "line",
    [
        "الوادي 22 ربيع الأول 1445 هـ الموافق 7 أكتوبر 2023 م واس",
        "مدينة الوادي (الشمال) 22 ربيع الأول 1445 هـ الموافق 07 أكتوبر 2023 م واس",
        "السبت 7 أكتوبر 2023",
        "السبت 7 تشرين الأول/أكتوبر 2023 - 14:05",
        "تاريخ النشر: 7 أكتوبر 2023",
        "نُشر في: 2023-10-07 الساعة 09:22 مساءً",
        "الوادي، 7 أكتوبر 2023",
        "الوادي في 7 أكتوبر 2023",
        "| 7 أكتوبر 2023 |",
        "جريدة الوادي، العدد 5321، السبت 7 تشرين الأول 2023، الصفحة 7",
        "العدد (5321) - السبت 7 أكتوبر 2023",
        "7 octobre 2023",
    ],
)
def test_a_line_that_is_a_dateline(line: str) -> None:
    first, last = dateline([line, TEXT, TEXT]), dateline([TEXT, TEXT, TEXT, TEXT, line])
    assert first and (str(first.span), first.place) == ("2023-10-07", "dateline")
    assert last and (str(last.span), last.place) == ("2023-10-07", "text end")


@pytest.mark.parametrize(
    "opening",
    [
        "الوادي، 7 أكتوبر 2023 (رويترز) - ",
        "الوادي في 7 أكتوبر 2023 – ",
        "الوادي 7 تشرين الأول 2023 /سانا/ ",
        "مسقط في 7 أكتوبر 2023 /العمانية/ ",
        "بيروت (7 تشرين الأول 2023) - ",
    ],
)
def test_a_dateline_before_the_text(opening: str) -> None:
    found = dateline([opening + TEXT * 3])
    assert found and str(found.span) == "2023-10-07"


@pytest.mark.parametrize(
    "line",
    [
        "في 7 أكتوبر 2023 - وهو يوم سبت - اجتمع المجلس.",
        "وقعت الهدنة في 7 أكتوبر 2023 بعد أيام من القتال.",
        "يبدأ التسجيل في 7 أكتوبر 2023",
        "أكتوبر 2023",
        "الوادي، 7 أكتوبر (رويترز) - " + TEXT,
        "من 3 إلى 5 مايو 2020",
        "الوادي، 3/4/2020",
        "صدر العدد 5321 في 7 أكتوبر 2023 بعد توقف طويل.",
        TEXT,
    ],
)
def test_lines_that_are_not_datelines(line: str) -> None:
    assert dateline([line, TEXT]) is None


def test_two_that_differ_say_nothing_but_an_update_does_not_count_beside_the_first() -> None:
    assert dateline(["الوادي، 7 أكتوبر 2023", "الوادي، 8 أكتوبر 2023", TEXT]) is None
    found = dateline(["نشر في 7 أكتوبر 2023", "آخر تحديث: 9 أكتوبر 2023", TEXT])
    assert found and str(found.span) == "2023-10-07"


@given(st.lists(st.one_of(st.text(), PIECES)))
def test_nothing_raises(lines: list[str]) -> None:
    found = dateline(lines)
    assert found is None or found.span.first == found.span.last


def test_articles_say_where_their_date_is_from(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"عنوان\nالوادي، 7 أكتوبر 2023\n{TEXT}", encoding="utf-8")
    (tmp_path / "b.txt").write_text(f"عنوان\n{TEXT}", encoding="utf-8")
    records = [
        {"title": "ج", "text": TEXT + "\nحرر في 7 أكتوبر 2023"},
        {"title": "د", "text": f"الوادي، 7 أكتوبر 2023\n{TEXT}", "date": "2023-10-08"},
    ]
    (tmp_path / "c.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    assert [(each.published, each.published_from) for each in read(tmp_path)] == [
        (datetime(2023, 10, 7), "dateline"),
        (None, ""),
        (datetime(2023, 10, 7), "text end"),
        (datetime(2023, 10, 8), "metadata"),
    ]


def test_the_field_is_kept_and_changes_no_fingerprint() -> None:
    article = Article("a", "عنوان", (TEXT,), published=datetime(2023, 10, 7), published_from="text end")
    bare = Article("a", "عنوان", (TEXT,), published=datetime(2023, 10, 7))
    assert article_from_json(article_to_json(article)) == article
    assert "published_from" not in article_to_json(bare)
    assert article.fingerprint() == bare.fingerprint()


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("الثلاثاء 21 تموز/يوليو 2015 - 14:05", datetime(2015, 7, 21, 14, 5)),
        ("تم نشره الجمعة 24 نيسان / أبريل 2020 09:22 مساءً", datetime(2020, 4, 24, 21, 22)),
        ("الإثنين، 24 أغسطس 2020 09:23 ص", datetime(2020, 8, 24, 9, 23)),
        ("12 مايو 2021 الساعة 12:05 ص بتوقيت مكة المكرمة", datetime(2021, 5, 12, 0, 5)),
        ("12 مايو 2021، 12:05 ظهراً", datetime(2021, 5, 12, 12, 5)),
        ("12 مايو 2021 - 14:05 بتوقيت غرينتش", datetime(2021, 5, 12, 14, 5, tzinfo=UTC)),
        (
            "الأحد، 04 آب/اغسطس 2013، آخر تحديث 02:21 (GMT+0400)",
            datetime(2013, 8, 4, 2, 21, tzinfo=timezone(timedelta(hours=4))),
        ),
        ("10 شوال 1436هـ", datetime(2015, 7, 26)),
        ("17:27 17.03.2020", datetime(2020, 3, 17, 17, 27)),
        ("October 7, 2023 at 3:15 PM", datetime(2023, 10, 7, 15, 15)),
        ("يوليو 2015", None),
        ("7 يوليو", None),
        ("أمس 14:05", None),
        ("12 مايو 2021 25:99", None),
        ("الاثنين 21 يوليو 2015", None),
    ],
)
def test_moments_in_metadata(value: str, moment: datetime | None) -> None:
    found = parse_timestamp(value)
    assert found == moment
    assert found is None or moment is None or (found.tzinfo is None) == (moment.tzinfo is None)
