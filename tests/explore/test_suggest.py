from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khabar.library import Index
from khabar.query import latin


def kinds(index: Index, query: str) -> list[tuple[str, str]]:
    return [(each.query, each.kind) for each in index.suggest(query)]


@pytest.mark.parametrize(
    ("query", "meant", "kind"),
    [
        ("موسكز", "موسكو", "spelling"),
        ("القكح", "القمح", "spelling"),
        ("بكبن الطافة", "بكين الطاقة", "spelling"),
        ("ghtv,t", "لافروف", "keyboard"),
        ("GHTV,T", "لافروف", "keyboard"),
        ("ghtv;t", "لافروف", "keyboard"),
        ("lavrov", "لافروف", "letters"),
        ("Lavroff", "لافروف", "letters"),
        ("moscow", "موسكو", "letters"),
        # An article with a space after it belongs to the word; on the keyboard, «el» may also be «ثم».
        ("al moscow", "موسكو", "letters"),
        ("El  Lavrov", "لافروف", "letters"),
        ("bekin el moscow", "بكين موسكو", "letters"),
        ("el ghtv,t", "el لافروف", "keyboard"),
        ("title:lavrov", "title:لافروف", "letters"),
        ("+lavrov -القمح", "+لافروف -القمح", "letters"),
    ],
)
def test_what_was_meant_is_offered(news: Index, query: str, meant: str, kind: str) -> None:
    assert (meant, kind) in kinds(news, query)


def test_a_suggestion_tells_what_it_finds(news: Index) -> None:
    first = news.suggest("lavrov bekin")[0]
    assert first.query == "لافروف بكين"
    assert first.changes == (("lavrov", "لافروف"), ("bekin", "بكين"))
    assert first.total == news.search(first.query).total == 3


def test_nothing_is_offered_for_what_is_right(news: Index) -> None:
    for query in ("لافروف", "القمح", "المزارعين", "لافروف AND موسكو", "source:الوادي", "", "   ", "12", "x"):
        assert news.suggest(query) == ()


def test_only_what_finds_more_is_offered(news: Index) -> None:
    assert news.suggest("lavrov", since="2030") == ()
    assert news.suggest("asdfgh") == ()


def test_the_typed_query_is_searched_and_no_suggestion(news: Index) -> None:
    results = news.search("lavrov", suggest=True)
    assert (results.total, results.hits) == (0, ())
    assert results.suggestions[0].query == "لافروف"
    assert news.search("lavrov").suggestions == ()
    # Enough was found.
    assert news.search("لافروف lavrow", suggest=True).suggestions == ()


def test_fields_and_patterns_are_left_as_they_are(news: Index) -> None:
    for query in ("source:ghtv,t", "لافورف*", "author:lavrov"):
        assert not any("لافروف" in each.query for each in news.suggest(query))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("abالفmحz3'\"():+-*~ ,;./[]ـًé\u202e\x00"), max_size=25))
def test_no_query_raises(news: Index, query: str) -> None:
    for each in news.suggest(query):
        assert each.total > news.search(query, limit=0).total


@given(st.text(st.sampled_from("ضصثقفغعهخحجدشسيبلتنمكطئءؤرىةوزظذ"), min_size=1, max_size=12))
def test_a_word_typed_on_the_other_layout_comes_back(word: str) -> None:
    (typed,) = latin.as_latin(word)
    assert word in latin.as_arabic(typed)


@pytest.mark.parametrize(
    ("typed", "arabic", "other"),
    [
        ("hamas", "حماس", "حمص"),
        ("netanyahu", "نتنياهو", "لافروف"),
        ("putin", "بوتين", "بطن"),
        ("riyadh", "رياض", "رعد"),
        ("khashoggi", "خاشقجي", "خشب"),
        ("erdogan", "اردوغان", "اردن"),
        ("houthi", "حوثي", "حتي"),
        ("3abbas", "عباس", "باس"),
    ],
)
def test_latin_letters_are_read_as_arabic_ones(typed: str, arabic: str, other: str) -> None:
    costs = latin.matches(typed, sorted((arabic, other)))
    assert costs[arabic] < costs.get(other, 10)


@settings(max_examples=50)
@given(
    st.text(st.sampled_from("abdeghiklmnorstuwyz379'"), min_size=1, max_size=latin.LONGEST),
    st.lists(st.text(st.sampled_from("ابدغحكمنرستويل"), min_size=1, max_size=6)),
)
def test_only_words_that_there_are_and_in_no_time(word: str, words: list[str]) -> None:
    read = latin.readings(word)
    if read:
        assert latin.matches(read, sorted(words)).keys() <= set(words)
    assert latin.matches("ai" * 12, sorted(["اي" * length for length in range(1, 14)])).keys()
