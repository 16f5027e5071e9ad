"""Caches change no later search: rankings, matching articles and plans belong to one commit, and stay within
their bounds of memory."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.util.numeric import byte_to_length, length_to_byte

import reference
from khabar.analysis.analyzer import Analyzer
from khabar.caching import Kept
from khabar.corpus.article import Article
from khabar.index.ranking import Ranking
from khabar.library import Index, create_index, open_index
from khabar.query import snapshot as snapshots
from khabar.query.tree import Limits
from khabar.ranking import ranker, searcher
from khabar.ranking.matching import Matching
from khabar.ranking.ranker import Ranker

WORDS = [
    "وزير",
    "الوزير",
    "الزراعة",
    "القمح",
    "قمح",
    "مدينة",
    "المدينة",
    "نهر",
    "جسر",
    "في",
    "من",
    "عبد",
    "الله",
    "نتنياهو",
    "نتانياهو",
    "2023",
]
QUERIES = ("وزير الزراعة", "القمح", '"وزير الزراعة" نهر', "+مدينة -جسر قمح", "في من", "عبدالله 2023", "")
RANKINGS = (Ranking(), Ranking(half_life=30.0), Ranking(near=0.0, whole=0.0))


def made_up(count: int) -> list[Article]:
    choose = random.Random(count)

    def text(longest: int) -> str:
        return " ".join(choose.choices(WORDS, k=choose.randint(1, longest)))

    return [
        Article(f"n{number}", text(5), tuple(text(30) for _ in range(choose.randint(0, 4))))
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return made_up(120)


@pytest.fixture(scope="module")
def index(
    tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer, articles: list[Article]
) -> Iterator[Index]:
    with create_index(tmp_path_factory.mktemp("kept") / "index", analyzer=analyzer) as made:
        made.add(articles)
        yield made


def told(index: Index, query: str, asked: dict[str, Any]) -> dict[str, Any]:
    found = index.search(query, explain=True, **asked).to_dict()
    del found["took_ms"]
    return found


pages = st.fixed_dictionaries(
    {
        "limit": st.sampled_from((0, 1, 5, 10, 200)),
        "offset": st.sampled_from((0, 0, 3, 10, 95)),
        "sort": st.sampled_from(("relevance", "relevance", "newest", "oldest")),
        "group": st.sampled_from(("article", "article", "story", "none")),
        "ranking": st.sampled_from(RANKINGS),
    }
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(QUERIES[:3]), pages), min_size=2, max_size=8))
def test_one_that_was_asked_much_answers_as_one_that_was_just_opened(
    index: Index, monkeypatch: pytest.MonkeyPatch, asked: list[tuple[str, dict[str, Any]]]
) -> None:
    with monkeypatch.context() as few:
        # So that pages are within the candidates, beyond them, or both.
        few.setattr(ranker, "_FEWEST", 7)
        few.setattr(ranker, "_MOST", 7)
        with open_index(index.path) as much:
            for query, options in asked:
                with open_index(index.path) as fresh:
                    assert told(much, query, options) == told(fresh, query, options)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(QUERIES[:-1]), st.lists(st.integers(0, 40), min_size=1, max_size=5))
def test_pages_of_a_kept_ranking_have_the_scores_of_the_reference(
    index: Index, articles: list[Article], analyzer: Analyzer, query: str, offsets: list[int]
) -> None:
    snapshot = index._current()
    plan = snapshot.plan(query).plan
    passages = reference.read(
        articles, analyzer, lambda length: float(byte_to_length(length_to_byte(length)))
    )
    expected = reference.search(articles, passages, plan, Ranking())
    for offset in offsets:
        found = snapshot.answers.search(plan, Ranking(), limit=10, offset=offset)
        assert found.total == len(expected)
        assert [match.score for match in found.matches] == pytest.approx(
            [answer.score for answer in expected[offset : offset + 10]], rel=1e-9
        )


def test_what_was_ranked_is_not_ranked_again(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_index(index.path) as opened:
        first = [told(opened, query, {"limit": 5}) for query in QUERIES]
        page = opened.search(QUERIES[0], limit=10)
        opened._current().count(QUERIES[0], match="all")

        def forbidden(*_: object, **__: object) -> None:
            raise AssertionError

        monkeypatch.setattr(Ranker, "asked", forbidden)
        monkeypatch.setattr(Matching, "_together", forbidden)
        assert [told(opened, query, {"limit": 5}) for query in QUERIES] == first
        assert opened.search(QUERIES[0], limit=5, offset=5)[0].id == page[5].id
        assert opened._current().count(QUERIES[0], match="all") > 0
        opened.facets(QUERIES[0])
        with pytest.raises(AssertionError):
            opened.search("نهر جسر")


def test_a_commit_is_seen_by_a_question_asked_before(tmp_path: Path, analyzer: Analyzer) -> None:
    with create_index(tmp_path / "index", analyzer=analyzer) as mine, open_index(mine.path) as other:
        mine.add(made_up(20))
        for number in range(3):
            before = [opened.search("البرتقال وزير").total for opened in (mine, other)]
            counted = other._current().count("البرتقال")
            mine.add([Article(f"new-{number}", "وزير البرتقال", ("قال وزير البرتقال",))])
            for opened, total in zip((mine, other), before, strict=True):
                found = opened.search("البرتقال وزير")
                assert found.total == total + 1
                assert f"new-{number}" in [hit.id for hit in found]
            assert other._current().count("البرتقال") == counted + 1
        mine.remove(["new-0"])
        assert "new-0" not in [hit.id for hit in other.search("البرتقال وزير")]


def test_a_word_that_is_nowhere_is_worth_nothing(index: Index) -> None:
    snapshot = index._current()
    found = snapshot.answers.search(snapshot.plan("وزير قظلمنش -القمح").plan, Ranking(), limit=5)
    known, nowhere, excluded = found.idf
    assert known > 0 and nowhere == excluded == 0 and found.matches


def test_a_plan_that_was_cut_off_for_its_time_is_made_anew(index: Index) -> None:
    snapshot = index._current()
    none = Limits(seconds=1e-9)
    cut = snapshot.plan("وزير القمح مدينة", limits=none)
    assert "out-of-time" in [problem.code for problem in cut.problems]
    assert snapshot.plan("وزير القمح مدينة", limits=none) is not cut
    assert snapshot.plan("وزير القمح مدينة") is snapshot.plan("وزير القمح مدينة")


def test_rankings_take_no_more_than_their_bound(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searcher, "KEPT_RANKINGS", 200_000)
    with open_index(index.path) as opened:
        for one in WORDS:
            for other in WORDS:
                opened.search(f"{one} {other}")
        kept = opened._current().answers._best  # type: ignore[attr-defined]
        assert 0 < kept.size <= 200_000
        values = [value for value, _, _ in kept._values.values()]
        assert kept.size == sum(size for _, size, _ in kept._values.values())
        for best in values:
            # Everything whose size grows with the index is dropped.
            assert not best.asked.occurrences and not len(best.asked.matching)
            assert all(len(array) < len(WORDS) * 1000 for array in best.asked.accumulators.arrays)


def test_matching_articles_keep_no_plan(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "KEPT_PLANS", 1)
    with open_index(index.path) as opened:
        current = opened._current()
        counts, plans = [], []
        for word in WORDS:
            planned = current.plan(word)
            plans.append(ref(planned.plan))
            counts.append(current.answers.count(planned.plan))
        del planned
        kept = current.answers._matching._kept  # type: ignore[attr-defined]
        assert len(kept._values) > 1
        assert [plan() is not None for plan in plans] == [False] * (len(WORDS) - 1) + [True]
        # By now other plans have the same ids.
        assert [current.count(word) for word in WORDS] == counts


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 120)), max_size=60))
def test_what_is_kept_stays_below_its_bound(puts: list[tuple[int, int]]) -> None:
    kept: Kept[int] = Kept(100)
    last: dict[int, int] = {}
    for key, size in puts:
        assert kept.get(key) in (None, last.get(key))
        kept.put(key, size, size)
        last[key] = size
        assert kept.get(key) == size
        assert kept.size <= max(100, size)
    held = [key for key in last if kept.get(key) is not None]
    assert kept.size == sum(last[key] for key in held)
