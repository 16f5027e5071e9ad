"""The query language on an index: what a query finds is what its definition says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.library import Index, create_index
from khabar.query.parser import parse
from khabar.query.tree import Limits

LETTERS = {"ا": "قمح", "ب": "نهر", "ت": "جسر", "ث": "سوق"}

NEWS = [
    Article(
        "bridge",
        "افتتاح الجسر الجديد",
        ("افتتح الوزير الجسر فوق النهر صباح اليوم.", "وقال الوزراء إن الجسر الثاني يفتح في 7 أكتوبر 2024."),
        source="صحيفة الوادي",
        author="سلمى نادر",
        published=datetime(2024, 5, 1, 9, tzinfo=UTC),
        url="https://example.org/bridge",
    ),
    Article(
        "flood",
        "فيضان النهر يغلق السوق",
        ("أغلق الفيضان السوق القديمة والجسر.", "النهر يرتفع منذ آذار 2024."),
        source="وكالة الساحل",
        author="عبدالله النائب",
        published=datetime(2024, 3, 31, 23, 59, tzinfo=UTC),
        url="https://example.net/flood?id=7",
    ),
    Article(
        "market",
        "أسعار القمح في السوق",
        ("ارتفعت أسعار القمح في السوق القديمة.", "السوق تبعد عن النهر ثلاثة شوارع، والوزير لم يصل."),
        source="صحيفة الوادي اليوم",
        published=datetime(2023, 12, 31, 12, tzinfo=UTC),
    ),
    Article("undated", "خبر عن القمح", ("القمح والنهر والسوق.",)),
]


@pytest.fixture
def news(empty: Index) -> Callable[..., set[str]]:
    """The ids of the articles that a query finds."""
    empty.add(NEWS)

    def find(query: str, **options: object) -> set[str]:
        results = empty.search(query, **options)
        assert {each.code for each in results.problems} <= {"outside-days"}
        return {hit.article.id for hit in results}

    return find


def test_operators(news) -> None:
    assert news("قمح AND النهر") == {"market", "undated"}
    assert news("قمح AND NOT =النهر") == {"undated"}, "«والنهر» is written otherwise"
    assert news("قمح AND NOT النهر") == set()
    assert news("السوق NOT القمح") == {"flood"}
    assert news("(الجسر OR القمح) AND السوق") == {"flood", "market", "undated"}
    assert news("الجسر أو (القمح ليس عنوان:السوق)") == {"bridge", "flood", "undated"}
    assert news("(فيضان AND جسر) OR (وزير AND شوارع)") == {"flood", "market"}
    assert news("-(القمح الوزير) النهر") == {"flood"}


def test_phrases_and_neighbours(news) -> None:
    assert news('"السوق القديمة"') == {"flood", "market"}
    assert news('"أسعار السوق"') == set()
    assert news('"أسعار السوق"~1') == set()
    assert news('"أسعار السوق"~2') == {"market"}
    assert news('"السوق أسعار"~9') == set(), "a phrase keeps its order"
    assert news("السوق NEAR/2 أسعار") == {"market"}
    assert news("وزير NEAR/1 جسر") == {"bridge"}, "in any form"
    assert news("=وزير NEAR/1 =جسر") == set()
    assert news("وزير NEAR/5 قمح") == set(), "in one paragraph"
    assert news('وزير NEAR/3 "فوق النهر"') == {"bridge"}


def test_signs_of_words(news) -> None:
    assert news("وزراء") == {"bridge", "market"}
    assert news("=الوزراء") == {"bridge"}
    assert news("=وزراء") == set()
    assert news("فيض*") == {"flood"}
    assert news("*زير") == {"bridge", "market"}
    assert news("*وار*") == {"market"}
    assert news("فيصان~") == {"flood"}
    assert news("+فيصان~ النهر") == {"flood"}


def test_titles(news) -> None:
    assert news("title:السوق") == {"flood", "market"}
    assert news("عنوان:(قمح OR جسر)") == {"bridge", "market", "undated"}
    assert news('title:"أسعار القمح"') == {"market"}
    assert news("القمح -title:السوق") == {"undated"}


def test_sources_authors_and_addresses(news) -> None:
    assert news("مصدر:الوادي") == {"bridge", "market"}
    assert news("النهر source:(الساحل OR اليوم)") == {"flood", "market"}
    assert news("النهر -source:الوادي") == {"flood", "undated"}
    assert news("author:نادر") == news('كاتب:"سَلمى"') == {"bridge"}
    assert news('author:"عبد الله"') == {"flood"}
    assert news("url:EXAMPLE.org") == {"bridge"}
    assert news("url:flood?id=7") == {"flood"}
    assert news("النهر", source="الوادي") == {"bridge", "market"}
    assert news("النهر", author=["نادر", "النائب"]) == {"bridge", "flood"}


HIDDEN = [
    "\u200f",
    "\u200e",
    "\u202b",
    "\u2067",
    "\ufeff",
    "\u00ad",
    "\u200d",
    "\u200c",
    "\u2060",
    "\u061c",
    "\ufe0f",
]


@pytest.mark.parametrize("char", HIDDEN, ids=ascii)
def test_invisible_characters_change_nothing(news, char: str) -> None:
    for query in (
        "السوق -القمح",
        "+القمح +النهر",
        "الجسر AND القمح",
        "السوق ليس عنوان:السوق",
        "(الجسر OR القمح) AND السوق",
        "الجسر أو (القمح ليس عنوان:السوق)",
        '"السوق القديمة"',
        "«السوق القديمة»",
        "السوق NEAR/2 أسعار",
        "=الوزراء",
        "*وار*",
        "فيصان~1",
        "مصدر:الوادي",
        'author:"عبد الله"',
        "url:flood?id=7",
        "before:2024",
        "date:2024-03-31",
        "تاريخ:(مايو_2024 أو 2023)",
        "about:2024-10-07",
    ):
        wanted = news(query)
        for hidden in (char + query, query + char, char.join(query), query.replace(" ", f"{char} {char}")):
            assert news(hidden) == wanted, ascii(hidden)
    assert news("النهر", source=f"{char}الو{char}ادي") == {"bridge", "market"}
    assert news("النهر", author=f"{char}نادر{char}") == {"bridge"}
    assert news("الجسر", until=f"{char}20{char}24-04") == {"flood"}


def test_a_problem_has_the_position_as_typed(empty: Index) -> None:
    empty.add(NEWS)
    query = "القمح \u200fafter\u200f:\u200fغدوة \u200f«السوق"
    found = empty.search(query).problems
    assert [query[each.start : each.end] for each in found] == ["«", "غدوة"]


def test_dates_of_publication(news) -> None:
    assert news("after:2024") == {"bridge", "flood"}
    assert news("before:2024") == {"market"}
    assert news("until:2024-03") == {"flood", "market"}
    assert news("date:2024-03-31") == {"flood"}
    assert news("تاريخ:(مايو_2024 أو 2023)") == {"bridge", "market"}
    assert news("السوق after:2023-12-31 before:2024-03-31") == {"market"}
    assert news("-after:2024 القمح") == {"market", "undated"}
    assert news("", since=date(2024, 4, 1)) == {"bridge"}
    assert news("الجسر", until="2024-04") == {"flood"}
    assert news('date:"الأسبوع الماضي"', today=date(2024, 5, 3)) == set()
    assert news('date:"الأسبوع الماضي"', today=date(2024, 5, 8)) == {"bridge"}
    assert news('after:"الأسبوع الماضي"', today=date(2024, 5, 3)) == {"bridge"}
    assert news("after:أمس", today=date(2024, 5, 3)) == set()


def test_dates_mentioned(news) -> None:
    assert news("about:2024-10-07") == news("عن:٢٠٢٤") - {"flood"} == {"bridge"}
    assert news("about:2024") == {"bridge", "flood"}
    assert news("about:2024-03") == {"flood"}
    assert news("about:2024-03-05") == set(), "a month is no day"
    assert news("القمح about:2024") == set(), "the words stay needed"


def test_dates_mentioned_are_marked_and_explained(empty: Index) -> None:
    empty.add(NEWS)
    [hit] = empty.search("الجسر about:2024-10", explain=True).hits
    marked = [hit.snippet.text[mark.start : mark.end] for mark in hit.snippet.highlights]
    assert marked == ["الجسر", "7 أكتوبر 2024"]
    assert [mark.term for mark in hit.snippet.highlights][1:] == ["2024-10"]
    assert [(form.term, form.count) for form in hit.explanation[1].forms] == [("2024-10", 1)]
    whole = empty.highlight("bridge", "عن:2024")
    assert whole is not None and len(whole.paragraph_highlights[1]) == 1


def test_the_day_of_a_file_is_no_reference_for_yesterday(empty: Index) -> None:
    text = "انهار الجسر أمس، وكان قد بُني في 3 مارس 2019."
    for name, origin in (("scan", "file"), ("page", "metadata")):
        empty.add([Article(name, "الجسر", text, published="2024-10-09", published_from=origin)])
    assert [hit.article.id for hit in empty.search("about:2024-10-08")] == ["page"]
    found = {hit.article.id: hit for hit in empty.search("about:2019 OR about:2024-10", explain=True)}
    marked = {
        name: [hit.snippet.text[mark.start : mark.end] for mark in hit.snippet.highlights]
        for name, hit in found.items()
    }
    assert marked == {"scan": ["3 مارس 2019"], "page": ["أمس", "3 مارس 2019"]}
    whole = empty.highlight("scan", "about:2024")
    assert whole is not None and whole.paragraph_highlights == ((),)


def test_conditions_alone_show_the_newest_first(empty: Index) -> None:
    empty.add(NEWS)
    results = empty.search("-url:example.net")
    assert results.total == 0 and [each.code for each in results.problems] == ["only-exclusions"]
    results = empty.search("source:(الوادي OR الساحل)")
    assert [hit.article.id for hit in results] == ["bridge", "flood", "market"]
    assert all(not hit.snippet.highlights for hit in results)
    assert [hit.paragraph.number for hit in results] == [1, 1, 1]


def test_problems_stand_beside_what_is_found(empty: Index) -> None:
    empty.add(NEWS)
    results = empty.search("(القمح AND source:الوادي after:قريبا")
    assert {hit.article.id for hit in results} == {"market"}
    assert [each.code for each in results.problems] == ["unclosed-parenthesis", "unknown-date"]
    results = empty.search("القمح source:الوداي")
    assert results.total == 0 and [each.code for each in results.problems] == ["unknown-source"]
    limits = Limits(clauses=1)
    assert [each.code for each in empty.search("القمح النهر", limits=limits).problems] == ["too-many-clauses"]


def test_without_syntax_all_is_words(empty: Index) -> None:
    empty.add(NEWS)
    text = '(القمح AND -النهر) title:"السوق" OR ليس'
    results = empty.search(text, syntax=False)
    assert results.problems == () and results.total == 4


# what Boolean queries find, against sets


@pytest.fixture(scope="module")
def every_mixture(tmp_path_factory: pytest.TempPathFactory, quick_analyzer: Analyzer) -> Iterator[Index]:
    """An article for each mixture of four words; its id names them."""
    with create_index(tmp_path_factory.mktemp("mixtures") / "index", analyzer=quick_analyzer) as index:
        names = [
            "".join(name for bit, name in enumerate(LETTERS) if number >> bit & 1) for number in range(16)
        ]
        index.add(Article(f"-{name}", "", ("خبر", *(LETTERS[each] for each in name))) for name in names)
        yield index


EVERYTHING = frozenset(range(16))

Asked = tuple[str, frozenset[int]]


def holding(place: int) -> frozenset[int]:
    return frozenset(number for number in EVERYTHING if number >> place & 1)


single = st.integers(0, 3).map(lambda place: (f"={list(LETTERS.values())[place]}", holding(place)))


def either(parts: list[Asked]) -> Asked:
    return f"({' OR '.join(text for text, _ in parts)})", frozenset().union(*(found for _, found in parts))


def both(parts: list[Asked]) -> Asked:
    return f"({' AND '.join(text for text, _ in parts)})", EVERYTHING.intersection(
        *(found for _, found in parts)
    )


def less(pair: tuple[Asked, Asked]) -> Asked:
    (wanted, found), (unwanted, lost) = pair
    return f"({wanted} AND NOT {unwanted})", found - lost


def beside(parts: list[Asked]) -> Asked:
    return f"({' '.join(text for text, _ in parts)})", frozenset().union(*(found for _, found in parts))


formulas = st.recursive(
    single,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(either),
        st.lists(inner, min_size=1, max_size=3).map(both),
        st.lists(inner, min_size=1, max_size=3).map(beside),
        st.tuples(inner, inner).map(less),
    ),
    max_leaves=8,
)


@given(formula=formulas, bare=st.booleans())
def test_a_formula_finds_the_set_that_it_names(every_mixture: Index, formula: Asked, bare: bool) -> None:
    text, expected = formula
    if bare and text.startswith("("):
        text = text[1:-1]
    results = every_mixture.search(text, limit=99)
    assert results.problems == ()
    found = {sum(1 << bit for bit, name in enumerate(LETTERS) if name in hit.article.id) for hit in results}
    assert found == expected


def test_a_word_of_many_lams_and_alifs_takes_little_work() -> None:
    """Each «لا» is one key or two: thirty of them would be a thousand million texts."""
    from khabar.query.latin import as_latin

    assert len(list(as_latin("لالالا"))) == 8
    assert next(as_latin("لا" * 30), None) is None


@pytest.mark.parametrize(
    "text", ["(أو قمح) AND وزير", "قمح AND أو وزير", "-أو قمح AND وزير", "أو قمح AND وزير"]
)
def test_an_arabic_or_without_an_operand_before_it_is_a_word(text: str) -> None:
    assert "text='أو'" in repr(parse(text).items)
    assert "text='أو'" not in repr(parse("قمح أو (وزير AND نهر)").items)


@pytest.mark.parametrize("query", ["date:7/8/2015", "after:غدوة"])
def test_a_query_of_an_invalid_date_reports_only_that(new_index: Callable[..., Index], query: str) -> None:
    with new_index("ix") as index:
        index.add([Article(id="a", title="خبر", paragraphs=(), published=datetime(2015, 8, 7))])
        assert [problem.code for problem in index.search(query).problems] == ["unknown-date"]
        assert index.search("date:2015-08-07").total == 1


def test_several_names_in_one_value_are_reported_with_the_correct_form(
    new_index: Callable[..., Index],
) -> None:
    with new_index("ix") as index:
        index.add(
            [Article(id=name, title="خبر", paragraphs=(), source=name) for name in ("عكاظ", "سبق", "الوطن")]
        )
        [problem] = index.search("خبر مصدر:عكاظ،سبق").problems
        assert problem.code == "unknown-source" and set(problem.choices) == {"عكاظ", "سبق"}
        written = problem.message.rpartition(" write ")[2]
        assert written == "source:(عكاظ, سبق)" and index.search(f"خبر {written}").total == 2
