"""Fields: sources and authors by name, spans of days, mentioned dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar import Article
from khabar.dates import DateSpan
from khabar.index.plan import NAMED, FilterClause, Occur, WordClause
from khabar.query.fields import (
    alias_command,
    asked_fields,
    field_clauses,
    mention_terms,
    names_like,
    published,
)
from khabar.query.parser import parse
from khabar.query.tree import Field, Problem
from khabar.render.arabic_names import NAME_TEXTS
from khabar.render.faults import problem

NAMES = ["", "صحيفة الوادي", "وكالة الساحل", "الوادى اليوم", "Al Jazeera", "عبدالله النائب", "عبد الله المطر"]
TODAY = date(2023, 10, 20)


class Index:
    """Knows some names."""

    def names(self, field: str) -> Sequence[str]:
        assert field in ("source", "author")
        return NAMES


def days(*parts: int) -> int:
    return (date(*parts) - date(1970, 1, 1)).days


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("الوادي", ["صحيفة الوادي", "الوادى اليوم"]),
        ("وادي", ["صحيفة الوادي", "الوادى اليوم"]),
        ("الوادِى", ["صحيفة الوادي", "الوادى اليوم"]),
        ("صحيفه الوادي", ["صحيفة الوادي"]),
        ("الوادي صحيفة", ["صحيفة الوادي"]),
        ("aljazeera", ["Al Jazeera"]),
        ("JAZEERA", ["Al Jazeera"]),
        ("عبد الله", ["عبدالله النائب", "عبد الله المطر"]),
        ("عبدالله", ["عبدالله النائب", "عبد الله المطر"]),
        ("عبد الله النائب", ["عبدالله النائب"]),
        ("الواد", []),
        ("jazee", []),
        ("الساحل الوادي", []),
        ("", []),
        ("؟!", []),
    ],
)
def test_a_name_is_found_by_its_words_in_any_spelling(value: str, expected: list[str]) -> None:
    assert list(names_like(value, NAMES)) == expected


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=5))
def test_any_name_can_be_asked_for(value: str, names: list[str]) -> None:
    found = names_like(value, names)
    assert set(found) <= set(names)
    if found:
        assert names_like(value, found) == found


def test_a_source_becomes_its_names_in_the_index() -> None:
    field = Field("source", ("الوادي", "الساحل"), "", 0, 0, Occur.MUST_NOT)
    clauses, problems = field_clauses(field, Index(), TODAY, 1.0, 9)
    names = ("صحيفة الوادي", "الوادى اليوم", "وكالة الساحل")
    assert clauses == [FilterClause("source", names, occur=Occur.MUST_NOT)]
    assert problems == []


def test_an_unknown_source_matches_nothing_and_is_reported() -> None:
    [clause], problems = field_clauses(Field("source", ("الساحلل",), "", 0, 0), Index(), TODAY, 1.0, 9)
    assert clause == FilterClause("source", ())
    assert [(each.code, each.value, each.choices) for each in problems] == [
        ("unknown-source", "الساحلل", ("وكالة الساحل",))
    ]
    assert "khabar config set aliases.الساحلل 'وكالة الساحل'" in problems[0].message
    _, [(code, *_)] = field_clauses(Field("author", ("سلمى",), "", 0, 0), None, TODAY, 1.0, 9)
    assert code == "unknown-author"


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("date", days(2023, 5, 1), days(2023, 5, 31)),
        ("after", days(2023, 5, 1), None),
        ("until", None, days(2023, 5, 31)),
        ("before", None, days(2023, 4, 30)),
    ],
)
def test_after_and_until_include_the_period_and_before_does_not(
    name: str, first: int | None, last: int | None
) -> None:
    span = DateSpan(date(2023, 5, 1), date(2023, 5, 31), "month")
    assert published(name, span, Occur.MUST) == FilterClause("published", first=first, last=last)


def test_the_ends_of_the_calendar() -> None:
    span = DateSpan(date.min, date.max, "year")
    first, last = days(1, 1, 1), days(9999, 12, 31)
    bounds = {
        name: (clause.first, clause.last)
        for name in ("date", "after", "until", "before")
        if isinstance(clause := published(name, span, Occur.MUST), FilterClause)
    }
    # There is no day before the first one; this must not raise an error.
    assert bounds == {
        "date": (first, last),
        "after": (first, None),
        "until": (None, last),
        "before": (None, first - 1),
    }


@pytest.mark.parametrize(
    "value", ["2023-05", "مايو 2023", "أيار ٢٠٢٣", "2023-05-01..2023-05-31", "آخر أسبوع", "رمضان 1444"]
)
def test_dates_are_read_as_people_type_them(value: str) -> None:
    [clause], problems = field_clauses(Field("date", (value,), value, 0, 0), None, TODAY, 1.0, 9)
    assert isinstance(clause, FilterClause) and clause.first is not None and clause.last is not None
    assert problems == []


def test_an_invalid_date_is_left_out_and_reported() -> None:
    clauses, problems = field_clauses(Field("date", ("غزة", "2023"), "", 0, 0), None, TODAY, 1.0, 9)
    assert len(clauses) == 1
    [(code, message, *_)] = problems
    assert code == "unknown-date" and message.endswith("left out")


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2023-10-07", "2023-10-07", ["2023-10-07"]),
        ("2023-10-01", "2023-10-31", ["2023-10"]),
        ("2023-01-01", "2023-12-31", ["2023"]),
        ("2024-02-01", "2024-02-28", [f"2024-02-{day:02}" for day in range(1, 29)]),
        ("2022-11-30", "2024-02-01", ["2022-11-30", "2022-12", "2023", "2024-01", "2024-02-01"]),
        ("9999-12-31", "9999-12-31", ["9999-12-31"]),
    ],
)
def test_a_span_is_covered_by_years_months_and_days(first: str, last: str, expected: list[str]) -> None:
    span = DateSpan(date.fromisoformat(first), date.fromisoformat(last))
    assert mention_terms(span, 99) == ([f"date:{each}" for each in expected], True)


def test_a_span_of_too_many_dates_is_cut() -> None:
    span = DateSpan(date(2023, 1, 2), date(2023, 1, 30))
    assert mention_terms(span, 3) == (["date:2023-01-02", "date:2023-01-03", "date:2023-01-04"], False)
    _, [(code, *_)] = field_clauses(
        Field("about", ("2023-01-02..2023-01-30",), "", 0, 0), None, TODAY, 1.0, 3
    )
    assert code == "too-many-forms"


def test_dates_mentioned_are_words_of_the_index() -> None:
    [clause], _ = field_clauses(Field("about", ("7 أكتوبر 2023",), "", 0, 0), None, TODAY, 1.0, 9)
    assert isinstance(clause, WordClause)
    assert [form.term for form in clause.forms] == ["date:2023-10-07"]


def test_the_command_for_an_alias_can_be_copied() -> None:
    assert alias_command("الرياض", ["alriyadh"]) == "khabar config set aliases.الرياض alriyadh"
    assert alias_command("بي بي سي", []) == "khabar config set 'aliases.بي بي سي' SOURCE"


def test_conditions_beside_a_query() -> None:
    asked = asked_fields(
        "الأسبوع الماضي", datetime(2023, 10, 7, 12), {"source": ["الوادي", "الساحل"], "author": "سلمى"}
    )
    assert [(field.name, field.values) for field in asked] == [
        ("after", ("الأسبوع الماضي",)),
        ("until", ("2023-10-07",)),
        ("source", ("الوادي", "الساحل")),
        ("author", ("سلمى",)),
    ]
    assert asked_fields() == asked_fields(None, None, {"source": "", "tag": []}) == ()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("كاتب:سلمى نادر", 'كاتب:"سلمى نادر"'),
        ("author:سلمى نادر القمح", 'author:"سلمى نادر"'),
        ("(-كاتب:سلمى نادر) القمح", 'كاتب:"سلمى نادر"'),
        ("القمح مصدر:وكالة الساحل", 'مصدر:"وكالة الساحل"'),
        ("القمح كاتب:سلمى الوادي", ""),
        ('كاتب:"سلمى نادر" القمح', ""),
        ("كاتب:(سلمى نادر) القمح", ""),
        ("كاتب:سلمى_نادر القمح", ""),
        ("كاتب:سلمى OR نادر", ""),
        ("كاتب:سلمى +نادر", ""),
        ("كاتب:سلمى", ""),
    ],
)
def test_a_name_that_ends_at_a_space_is_reported(index, query: str, told: str) -> None:
    problems = [each for each in index.search(query).problems if each.code == "unquoted-name"]
    assert [each.message.rpartition(" write ")[2] for each in problems] == ([told] if told else [])
    if told:
        (found,) = problems
        name = told.partition(":")[2].strip('"')
        assert query[found.start : found.end] == name
        rest = name.partition(" ")[2]
        assert problem(found, query, "ar").replace("\u200e", "") == (
            f"ينتهي الاسم عند المسافة: بُحث عن «{rest}» في النص؛ وللبحث عن «{name}» كما هو اكتب: {told}"
        )


@pytest.fixture
def match_report(empty):
    empty.add(
        [
            Article("1", "هدف", ("سجل اللاعب محمد صلاح هدفًا في 4 تموز 2024.",)),
            Article("2", "اتفاق", ("سافر محمد إلى غزة يوم 4 يوليو 2024، وبقي صلاح في القاهرة.",)),
        ]
    )
    return empty


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("يذكر:4 تموز 2024", 'عن:"4 تموز 2024"'),
        ("اتفاق -يذكر:4 يوليو/تموز 2024", 'عن:"4 يوليو/تموز 2024"'),
        ("names:4 July 2024 هدف", 'about:"4 July 2024"'),
        ("يذكر:تموز 2024", 'عن:"تموز 2024"'),
        ("يذكر:محمد صلاح هدف", 'يذكر:"محمد صلاح"'),
        ('يذكر:"4 تموز 2024"', ""),
        ('يذكر:"محمد صلاح"', ""),
        ("يذكر:(محمد صلاح)", ""),
        ("يذكر:محمد غزة", ""),
        ("يذكر:صلاح أو محمد", ""),
        ("يذكر:محمد +صلاح", ""),
        ("يذكر:2024 هدف", ""),
        ("عن:4 تموز 2024", ""),
    ],
)
def test_a_date_or_a_name_of_two_words_after_names_is_reported(match_report, query: str, told: str) -> None:
    problems = [each for each in match_report.search(query).problems if each.code == "unquoted-name"]
    assert [each.message.rpartition(" write ")[2] for each in problems] == ([told] if told else [])
    if told:
        assert told in problem(problems[0], query, "ar").replace("\u200e", "")


def test_the_advised_spelling_finds_the_date_in_any_spelling(match_report) -> None:
    assert {hit.id for hit in match_report.search('عن:"4 تموز 2024"')} == {"1", "2"}
    assert match_report.search('عن:"4 تموز 2024"').problems == ()


def test_a_name_that_ends_at_a_space_is_reported_once(index) -> None:
    problems = index.search("كاتب:سلمى نادر مصدر:وكالة الساحل").problems
    assert [each.code for each in problems] == ["unquoted-name"]


#: An index whose sources are in Latin letters and whose articles have no section.
_HAS = {
    "source": ("sabq", "alriyadh", "okaz", "aawsat", "alwatan", "alyaum"),
    "author": ("سعيد المالكي", "أشار المتحدث إلى أن عبدو قال في كلمته أمام الحضور ما لم يقله من قبل أحد"),
    "section": ("",),
}


class _Names:
    def names(self, field):
        return _HAS.get(field, ())

    def kept(self):
        return ()

    def phrase_articles(self, phrase):
        return 0

    def article_frequencies(self, groups):
        return [0 for _ in groups]


def _told(query, language="en"):
    """The problem with the field that is the whole query."""
    (field,) = parse(query).items
    _, problems = field_clauses(field, _Names(), date(2026, 1, 1), 1.0, 10)
    (found,) = problems
    start = query.index(found.value)
    at = Problem(start, start + len(found.value), found.code, found.message, found.choices)
    return problem(at, query, language)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("query", ["source:سبق,الرياض", "source:sabq,الرياض,x", "source:okazz,sabq"])
def test_the_advice_for_several_names_finds_something(query, language):
    advice = re.search(r"(?:source|مصدر):\(.*\)", _told(query, language))[0]
    (field,) = parse(advice).items
    clauses, problems = field_clauses(field, _Names(), date(2026, 1, 1), 1.0, 10)
    assert not problems and len(clauses[0].values) == 2


def test_a_sentence_is_not_a_similar_name():
    assert "أشار" not in _told("author:عبدة") and "أشار" not in _told("author:Abdo")
    assert "«سعيد المالكي»" in _told("author:المالكيي")


@pytest.mark.parametrize(
    ("query", "both"),
    [
        ("source:zzz", ["sabq", "alriyadh", "okaz", "aawsat", "alwatan", "khabar info", "aliases.zzz"]),
        ("source:okazz", ["okaz", "khabar config set aliases.okazz okaz"]),
        ("date:7/8/2015", ["2015-08-07", "2015-07-08"]),
        ("date:1440", ["1440هـ", "1440م"]),
    ],
)
def test_both_languages_say_the_same(query, both):
    for language in ("en", "ar"):
        said = _told(query, language).replace("\u200e", "")
        assert not [each for each in both if each not in said], said
    assert not re.search(r"[a-z]+ (?:of|is|are|or) ", _told(query, "ar"))


def test_an_index_without_sections_has_none_of_any_name():
    assert _told("قسم:رياضة") == "«رياضة»: no article of this index has a section"
    assert _told("قسم:رياضة", "ar") == "«رياضة»: ليس لأي مقال في الفهرس قسم"
    assert _told("place:x").endswith("no article of this index has a place")
    assert "كاتب بهذا الاسم" in _told("author:x", "ar")
    for name in NAMED:
        message = f"no article of this index has {'an' if name[0] in 'aeiou' else 'a'} {name}"
        assert message in NAME_TEXTS
        assert f"no {name} of this index is called «{{}}»" in NAME_TEXTS
