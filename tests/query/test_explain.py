"""Explanations of hits, and the forms of a word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from khabar.analysis.analyzer import DEPTHS
from khabar.corpus.article import Article
from khabar.library import Index
from khabar.query.explain import WordShare
from khabar.render.messages import DEPTH_NAMES

NEWS = [
    Article("a", "وزير", ("قال الوزير إن وزراء المالية اجتمعوا. وغادر الوزير.", "أعلن وقف إطلاق النار.")),
    Article("b", "إطلاق النار", ("بعد وقف إطلاق النار، وقف الناس عند النار. وقف إطلاق النار.",)),
    Article("c", "زيارة", ("وصل لعبدالله النائب، والتقى عبد الله وعبدالله.",)),
]


@pytest.fixture
def small(empty: Index) -> Index:
    empty.add(NEWS)
    return empty


@pytest.fixture
def explained(small: Index) -> Callable[..., dict[str, WordShare]]:
    """What each word of a query contributes to the first hit."""

    def make(query: str, **options: object) -> dict[str, WordShare]:
        return {each.word: each for each in small.search(query, explain=True, **options).hits[0].explanation}

    return make


def counts(share: WordShare) -> dict[str, tuple[str, int]]:
    return {form.term: (form.depth, form.count) for form in share.forms}


def test_every_depth_has_a_name_in_two_languages() -> None:
    assert tuple(DEPTH_NAMES) == DEPTHS
    for english, arabic in DEPTH_NAMES.values():
        assert english.isascii() and not any(char.isascii() and char.isalpha() for char in arabic)


def test_the_forms_of_a_word_the_strictest_first(explained) -> None:
    shares = explained("الوزير قطار")
    assert counts(shares["الوزير"]) == {"الوزير": ("exact", 2), "وزير": ("light", 1), "وزراء": ("lemma", 1)}
    assert [form.depth for form in shares["الوزير"].forms] == ["exact", "light", "lemma"]
    assert shares["الوزير"].share == pytest.approx(1)
    assert (shares["قطار"].share, shares["قطار"].forms) == (0, ())


def test_shares_sum_to_one_in_the_order_of_the_query(small: Index) -> None:
    hit = small.search("المالية وزير في الوزير", explain=True)[0]
    assert [share.word for share in hit.explanation] == ["المالية", "وزير", "في", "الوزير"]
    shares = [each.share for each in (*hit.explanation, *hit.together)]
    assert sum(shares) == pytest.approx(1)


def test_words_that_occur_together(empty: Index) -> None:
    text = "التقى وزير المالية في العاصمة"
    empty.add([Article("a", "خبر", (text,)), Article("b", "خبر", ("المالية في العاصمة قبل أيام وزير",))])

    def together(query: str) -> list[list[tuple[str, str]]]:
        return [
            [(" ".join(each.words), each.how) for each in hit.together]
            for hit in empty.search(query, explain=True)
        ]

    assert together("وزير المالية") == [[("وزير المالية", "adjacent")], [("وزير المالية", "near")]]
    assert together("وزير المالية في العاصمة")[0] == [("وزير المالية في العاصمة", "whole")]
    assert together("العاصمة وزير")[1] == [("العاصمة وزير", "near")]
    assert together("وزير") == [[], []]
    # JSON has values, not sentences.
    record = empty.search("وزير المالية", explain=True)[0].to_dict()
    assert record["together"][0]["how"] == "adjacent"
    assert 0 < record["together"][0]["share"] < 1


def test_a_phrase_is_counted_as_a_whole(explained) -> None:
    [share] = explained('"وقف إطلاق النار"').values()
    assert (share.word, counts(share)) == ("وقف إطلاق النار", {"وقف اطلاق النار": ("exact", 2)})


def test_excluded_words_do_nothing(explained) -> None:
    assert list(explained("الوزير -النائب")) == ["الوزير"]


def test_a_name_over_two_words(explained) -> None:
    assert counts(explained("عبد الله")["عبد الله"])["عبدالله"] == ("exact", 3)


def test_a_form_left_out_is_not_in_the_explanation(explained) -> None:
    assert set(counts(explained("الوزير", without=["وزراء"])["الوزير"])) == {"الوزير", "وزير"}


def test_explanations_are_only_made_on_request(small: Index) -> None:
    assert small.search("الوزير").hits[0].explanation == ()


def test_forms_by_depth_then_the_most_frequent(small: Index) -> None:
    forms = small.why("وزير")
    assert [(form.term, form.depth) for form in forms if form.depth != "similar"] == [
        ("وزير", "exact"),
        ("الوزير", "light"),
        ("وزراء", "lemma"),
    ]
    by_term = {form.term: form for form in forms}
    assert (by_term["الوزير"].paragraphs, by_term["الوزير"].occurrences) == (1, 2)
    keys = [(DEPTHS.index(form.depth), not form.matches, -form.occurrences) for form in forms]
    assert keys == sorted(keys)


def test_the_forms_are_those_that_a_search_takes(small: Index) -> None:
    # the name inside a word, too
    assert {"لعبدالله", "عبدالله"} <= {form.term for form in small.why("لعبدالله")}
    assert "عبدالله" in {form.term for form in small.why("عبد الله")}
    assert [form.term for form in small.why("عند")] == ["عند"], "a stop word is but itself"


@pytest.mark.parametrize("word", ["", "؟!", "قظلمنش"])
def test_no_forms(small: Index, word: str) -> None:
    assert small.why(word) == ()


def test_a_word_of_the_title_has_its_forms_there_alone(explained) -> None:
    assert counts(explained("title:وزير")["وزير"]) == {"وزير": ("exact", 1)}
    assert counts(explained("title:الوزير")["الوزير"]) == {"وزير": ("light", 1)}
