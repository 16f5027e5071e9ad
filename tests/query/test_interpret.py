"""How a query is understood, as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import khabar


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[khabar.Index]:
    folder: Path = tmp_path_factory.mktemp("interpret") / "index"
    with khabar.create_index(folder) as index:
        index.add(
            [
                khabar.Article("1", "وزراء النفط", ("اجتمع وزراء النفط في فيينا.",), source="الخليج"),
                khabar.Article("2", "وزير الخارجية", ("قال عبد الله إن الوزير سافر في المساء.",)),
                khabar.Article("3", "الطقس", ("أمطار في الشمال.",)),
            ]
        )
        yield index


def test_each_word_has_its_forms_and_its_articles(index: khabar.Index) -> None:
    read = index.interpret("وزير +نفط -الطقس في زلزال")
    assert [(word.word, word.role, word.articles) for word in read] == [
        ("وزير", "wanted", 2),
        ("نفط", "required", 1),
        ("الطقس", "excluded", 1),
        ("في", "stop", 3),
        ("زلزال", "wanted", 0),
    ]
    assert {"وزراء", "الوزير", "وزير"} <= set(read[0].forms)
    assert read.match == "any" and read.total == index.search("وزير +نفط -الطقس في زلزال").total == 1


def test_words_are_required_where_all_are(index: khabar.Index) -> None:
    read = index.interpret("وزير نفط", match="all")
    assert [word.role for word in read] == ["required", "required"] and read.total == 1


def test_conditions_count_for_the_total_and_not_for_a_word(index: khabar.Index) -> None:
    read = index.interpret("وزير", source="الخليج")
    assert read.total == 1 and read[0].articles == 2


def test_a_name_and_a_phrase_are_one_word(index: khabar.Index) -> None:
    read = index.interpret('عبدالله "وزراء النفط"')
    assert [word.word for word in read] == ["عبدالله", "وزراء النفط"]
    assert [word.articles for word in read] == [1, 1]
    assert read[1].role == "required"


def test_what_is_not_understood_is_a_problem(index: khabar.Index) -> None:
    assert index.interpret("source:لا_أحد").problems
    assert not index.interpret("").words


def test_a_name_among_other_words_is_one_word(new_index: Callable[..., khabar.Index]) -> None:
    index = new_index()
    index.add([khabar.Article("one", "زار أبو مازن المدينة", ("وصل عبد الله إلى حقول القمح.",))])
    for query, words in (
        ("قمح أبو مازن المدينة", ["قمح", "أبو مازن", "المدينة"]),
        ("قمح عبد الله المدينة", ["قمح", "عبد الله", "المدينة"]),
        ("أبو مازن قمح", ["أبو مازن", "قمح"]),
    ):
        found = index.interpret(query, match="all")
        assert [(word.word, word.role, word.articles) for word in found.words] == [
            (word, "required", 1) for word in words
        ]


def test_a_phrase_that_is_read_in_two_ways_is_one_word(new_index: Callable[..., khabar.Index]) -> None:
    index = new_index()
    index.add([khabar.Article("one", "زار أبو مازن المدينة", ("وصل عبد الله إلى حقول القمح.",))])
    found = index.interpret('قمح "أبو مازن المدينة"').words
    assert [(word.word, word.articles) for word in found] == [("قمح", 1), ("أبو مازن المدينة", 1)]
    assert set(found[1].forms) == {"ابومازن المدينه", "ابومازن مازن المدينه"}
