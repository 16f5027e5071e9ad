"""Conditions beside a query: anything not understood is an error with the argument and the value; nearest
names; aliases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from khabar import Article, Index, InvalidArgument, KhabarError, open_index
from khabar.query.nearest import nearest

OUTLETS = ["okaz", "alriyadh", "al-jazirah", "sabq", "almadina", "asharq"]


@pytest.fixture
def press(empty: Index) -> Index:
    empty.add(
        Article(f"{outlet}-1", "خبر النفط", ("ارتفعت أسعار النفط.",), source=outlet, author="سالم أبو راشد")
        for outlet in OUTLETS
    )
    return empty


@pytest.mark.parametrize(
    "ask",
    [
        lambda index, **asked: index.search("النفط", **asked),
        lambda index, **asked: index.facets("النفط", **asked),
        lambda index, **asked: index.timeline(["النفط"], **asked),
        lambda index, **asked: index.terms("النفط", **asked),
        lambda index, **asked: index.search("", **asked),
    ],
)
@pytest.mark.parametrize(
    ("asked", "name", "value", "code"),
    [
        ({"since": "nonsense"}, "since", "nonsense", "date"),
        ({"until": "2024-13"}, "until", "2024-13", "date"),
        ({"since": 2024}, "since", 2024, "type"),
        ({"since": "2024", "until": date(2023, 1, 1)}, "until", "2023-01-01", "period"),
        ({"source": "عكاز"}, "source", "عكاز", "unknown-source"),
        ({"source": ["okaz", "بطريق"]}, "source", "بطريق", "unknown-source"),
        ({"source": 5}, "source", 5, "type"),
        ({"author": "سلمى"}, "author", "سلمى", "unknown-author"),
    ],
)
def test_what_is_not_understood_is_an_error(
    press: Index, ask: Callable[..., object], asked: dict[str, object], name: str, value: object, code: str
) -> None:
    with pytest.raises(InvalidArgument) as raised:
        ask(press, **asked)
    assert isinstance(raised.value, KhabarError) and isinstance(raised.value, ValueError)
    assert (raised.value.name, raised.value.value, raised.value.code) == (name, value, code)
    assert name in str(raised.value)


def test_what_is_typed_in_a_query_is_lenient_still(press: Index) -> None:
    results = press.search("النفط after:nonsense source:عكاظ")
    assert [each.code for each in results.problems] == ["unknown-date", "unknown-source"]
    assert "«okaz»" in results.problems[1].message


def test_an_empty_index_has_no_names_to_compare_with(empty: Index) -> None:
    assert empty.search("النفط", source="عكاظ").total == 0


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("عكاظ", "okaz"),
        ("الرياض", "alriyadh"),
        ("الجزيرة", "al-jazirah"),
        ("سبق", "sabq"),
        ("المدينة", "almadina"),
        ("الشرق", "asharq"),
        ("okazz", "okaz"),
        ("ryadh", "alriyadh"),
    ],
)
def test_the_nearest_source_also_across_scripts(press: Index, typed: str, expected: str) -> None:
    with pytest.raises(InvalidArgument) as raised:
        press.search("النفط", source=typed)
    assert raised.value.choices[0] == expected


def test_from_latin_letters_to_arabic_ones() -> None:
    names = ["صحيفة عكاظ", "الرياض", "الجزيرة نت", "الوطن"]
    for typed, expected in (("okaz", names[0]), ("alriyadh", names[1]), ("al-jazirah", names[2])):
        assert nearest(typed, names)[0] == expected
    assert nearest("xyz", names) == nearest("", names) == ()


def test_aliases_of_sources(press: Index) -> None:
    with open_index(press.path, aliases={"عُكاظ": "okaz", "صحيفة الرياض": "alriyadh"}) as index:
        assert index.search("النفط", source="عكاظ").total == 1
        assert index.search("النفط مصدر:عكاظ").total == index.search("النفط -مصدر:عكاظ").total - 4 == 1
        assert [article.id for article in index.choose(sources=["صحيفة الرياض"])] == ["alriyadh-1"]
        assert {value.name for value in index.facets("", ["source"]).facets[0].values} == set(OUTLETS)
    with pytest.raises(InvalidArgument):
        open_index(press.path, aliases={"عكاظ": ""})


def test_removing_by_an_unknown_source_names_the_nearest(press: Index) -> None:
    with pytest.raises(InvalidArgument, match="okaz"):
        press.choose(sources=["عكاظ"])
