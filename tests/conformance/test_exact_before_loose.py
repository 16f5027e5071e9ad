"""Exact before loose: what is only similar never stands for a word that is there, and what two words claim is
paid once."""

from __future__ import annotations

import pytest

from khabar.corpus.article import Article
from khabar.index.plan import WordClause
from khabar.index.ranking import Ranking
from khabar.library import Index
from khabar.query.plain import plain
from khabar.query.results import Results


def add(index: Index, **texts: str) -> None:
    index.add(Article(name, "خبر عاجل", (text,)) for name, text in texts.items())


def found(index: Index, query: str, **options) -> list[str]:
    return [hit.id for hit in index.search(query, limit=100, **options)]


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("أردوغان", "دوغان وغالاردو الدوغان"),
        ("هيلاري", "هيلان هيلا"),
        ("غولاني", "جوليان الغليان"),
        ("السيول", "السيولة والسيولة"),
        ("العريفي", "العريف والعريفة تعريفي"),
    ],
)
def test_another_word_is_no_match_where_the_word_is_there(empty: Index, word: str, others: str) -> None:
    add(empty, it=f"تحدث {word} أمس", **{f"n{n}": f"{other} هنا" for n, other in enumerate(others.split())})
    for query in (word, f"+{word}", f"{word} غيرموجود"):
        assert found(empty, query) == ["it"]
    assert empty.search(word, limit=0).total == 1
    assert empty.search(word, sort="newest").total == 1
    assert [form.term for form in empty.why(word) if form.matches] == [empty.why(word)[0].term]


def test_another_word_is_no_match_where_an_inflection_is_there(empty: Index) -> None:
    add(empty, it="تحدث القذافي أمس", other="تحدث جوزيف أمس", fragment="وجد قذيفة هنا")
    assert found(empty, "قذافي") == ["it"]


def test_what_is_similar_is_found_where_the_word_is_not_there(empty: Index) -> None:
    add(empty, it="تحدث أردوغان أمس", other="محصول القمح")
    assert found(empty, "أردوغانن") == ["it"]


def test_what_is_similar_only_adds(empty: Index) -> None:
    """Eight of another word do not outrank one of the word, and without the word they are nothing."""
    add(
        empty,
        loose=f"وصل القمح {'العريف ' * 8}",
        exact=f"وصل العريفي إلى المدينة {'ثم عاد بعد أيام إلى بيته القديم ' * 6}",
    )
    assert found(empty, "العريفي") == ["exact"]
    assert found(empty, "العريفي المدينة")[0] == "exact"


@pytest.mark.parametrize("text", ["لأردوغان", "بأردوغان", "وأردوغان", "كأردوغان", "فأردوغان"])
def test_an_unknown_name_is_found_with_a_particle_and_without(empty: Index, text: str) -> None:
    add(empty, plain="قال أردوغان ذلك", bound=f"قالوا {text} ذلك", other="محصول القمح")
    for query in ("أردوغان", text):
        assert set(found(empty, query)) == {"plain", "bound"}
        assert empty.search(query, limit=0).total == 2


def test_what_the_dictionary_knows_is_no_name_with_a_particle(empty: Index) -> None:
    add(empty, name="رسم بنان لوحة", country="سافر إلى لبنان")
    assert found(empty, "بنان") == ["name"]


def test_a_full_name_is_found_behind_a_particle(empty: Index) -> None:
    add(empty, ali="قال علي عبدالله صالح ذلك", joe="قال جو بايدن ذلك", other="محصول القمح")
    for query, name in (("لعلي عبدالله صالح", "ali"), ("لجو بايدن", "joe"), ("لبايدن", "joe")):
        assert found(empty, query, match="all") == [name]


def test_two_words_of_one_lemma_are_paid_once(empty: Index) -> None:
    add(empty, one="الرئيس الرئيس هنا", both="الرئيس رئيسا هنا", other="محصول القمح في السهول")
    plan = empty._current().planner.plan(plain("الرئيس رئيسا"), Ranking()).plan
    words = [leaf for leaf in plan.leaves if isinstance(leaf, WordClause)]
    first, second = ({form.term: form for form in word.forms} for word in words)
    assert first["الرئيس"].weight == 1 and second["رئيسا"].weight == 1
    assert first["رئيسا"].weight == second["الرئيس"].weight == 0
    # What is paid elsewhere makes an article match all the same.
    assert first["رئيسا"].matches and second["الرئيس"].matches
    assert found(empty, "الرئيس رئيسا", match="all") == ["both", "one"]
    shares = {hit.id: [each.share for each in hit.explanation] for hit in _explained(empty, "الرئيس رئيسا")}
    assert shares["one"] == [1, 0] and min(shares["both"]) > 0


def _explained(index: Index, query: str) -> Results:
    return index.search(query, explain=True)
