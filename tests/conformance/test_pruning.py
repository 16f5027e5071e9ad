"""What a search spares itself changes nothing of what is found: articles that cannot be among the best are
not scored, the words of a query are read together, and what is only counted is not weighed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.engine import Found
from khabar.index.engines import engine_class
from khabar.index.plan import (
    Clause,
    FilterClause,
    GroupClause,
    Occur,
    PhraseClause,
    Plan,
    WeightedForm,
    WordClause,
)
from khabar.index.ranking import Ranking
from khabar.library import Index, open_index
from khabar.ranking import accumulators, ranker, term_scoring
from khabar.ranking.searcher import SORTS, Searcher

WORDS = [
    "قمح",
    "وزير",
    "مدينة",
    "جسر",
    "نهر",
    "سفينة",
    "طريق",
    "قرية",
    "مطر",
    "حصاد",
    "في",
    "إلى",
    "كتاب",
    "ميناء",
    "سوق",
    "بحر",
]
SOURCES = ("الوادي", "الساحل", "")
RANKINGS = (
    Ranking(),
    Ranking(k1=2.0, b=0.1, article=0.25, article_k1=0.3, article_b=1.0, title=1.5, title_occurrence=5.0),
    Ranking(title=0.0, article=0.0),
    Ranking(half_life=20.0),
)


def made_up(choose: random.Random, count: int) -> Iterator[Article]:
    def text(longest: int) -> str:
        return " ".join(choose.choices(WORDS, range(len(WORDS), 0, -1), k=choose.randint(1, longest)))

    for number in range(count):
        yield Article(
            f"n{number}",
            text(4),
            tuple(text(40) for _ in range(choose.randint(0, 5))),
            source=choose.choice(SOURCES),
        )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_best_are_the_best_of_all(
    new_index: Callable[..., Index], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    index = new_index()
    index.add(made_up(random.Random(seed), 400))
    for query in ("قمح", "وزير مدينة جسر", "+مطر حصاد -سفينة", '"في قمح" نهر', "سوق بحر ميناء كتاب قرية"):
        for limit, offset in ((1, 0), (3, 0), (5, 5)):
            monkeypatch.setattr(ranker, "_FEWEST", 2)
            monkeypatch.setattr(ranker, "_MOST", 4)
            monkeypatch.setattr(accumulators, "_FEW", 1)
            monkeypatch.setattr(accumulators, "_BATCH", 1)
            # Each index keeps rankings of its own.
            with open_index(index.path) as fresh:
                pruned = fresh.search(query, limit=limit, offset=offset)
            monkeypatch.setattr(accumulators, "_BATCH", 10**9)
            with open_index(index.path) as fresh:
                whole = fresh.search(query, limit=limit, offset=offset)
            assert pruned.total == whole.total
            assert [(hit.article.id, hit.score) for hit in pruned] == [
                (hit.article.id, hit.score) for hit in whole
            ]


def test_scores_of_some_articles_are_not_taken_for_those_of_all(
    new_index: Callable[..., Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept of a search for the best alone, and of one with other constants, changes no later one."""
    index = new_index()
    index.add(made_up(random.Random(5), 400))
    for name in ("_FEW", "_BATCH"):
        monkeypatch.setattr(accumulators, name, 1)
    queries = ("قمح وزير مدينة", '"في قمح" نهر', "سوق بحر ميناء كتاب قرية", '"قمح وزير" "وزير قمح" مطر')
    for query in queries:
        for ranking in (RANKINGS[2], RANKINGS[0], RANKINGS[1]):
            index.search(query, limit=1, ranking=ranking)
            whole = index.search(query, limit=400, ranking=ranking)
            best = index.search(query, limit=7, ranking=ranking)
            with monkeypatch.context() as plain, open_index(index.path) as fresh:
                plain.setattr(accumulators, "_BATCH", 10**9)
                expected = fresh.search(query, limit=400, ranking=ranking)
            scores = [(hit.article.id, hit.score) for hit in expected]
            assert [(hit.article.id, hit.score) for hit in whole] == scores
            assert [(hit.article.id, hit.score) for hit in best] == scores[:7]


def made_plan(choose: random.Random, terms: Sequence[str]) -> Plan:
    """A plan of words whose forms are shared, doubled or missing, phrases, groups and conditions."""

    def forms() -> tuple[WeightedForm, ...]:
        found = choose.sample(terms, choose.choice((0, 1, 2, 3, 6)))
        return tuple(
            WeightedForm(term, choose.choice((1.0, 0.5, 0.15)), "exact", choose.random() < 0.7)
            for term in found
        )

    def clause(depth: int) -> Clause:
        occur = choose.choices(tuple(Occur), (6, 2, 1))[0]
        kind = choose.random()
        if kind < 0.15 and depth < 2:
            return GroupClause(clauses(depth + 1), occur)
        if kind < 0.3:
            return FilterClause("source", (choose.choice(SOURCES),), occur=occur)
        title = choose.random() < 0.15
        if kind < 0.45:
            words = tuple(tuple(choose.sample(terms, choose.randint(1, 2))) for _ in range(2))
            return PhraseClause(words, occur=occur, slop=choose.choice((0, 2)), title=title)
        return WordClause(forms(), occur=occur, weight=choose.choice((0.5, 1.0, 2.0)), title=title)

    def clauses(depth: int) -> tuple[Clause, ...]:
        return tuple(clause(depth) for _ in range(choose.randint(1, 7 if depth == 0 else 3)))

    return Plan(clauses(0))


def told(found: Found) -> list[tuple[object, ...]]:
    return [
        (match.article.id, match.number, match.score, match.more, match.shares) for match in found.matches
    ]


@pytest.mark.parametrize("seed", [3, 4])
def test_any_plan_finds_what_scoring_everything_word_by_word_finds(
    new_index: Callable[..., Index],
    engine: str,
    analyzer: Analyzer,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    choose = random.Random(seed)
    index = new_index()
    index.add(made_up(choose, 240), batch=100)
    index.remove(f"n{number}" for number in choose.sample(range(240), 30))
    terms = [*(analyzer.words(word)[0][1].exact[0] for word in WORDS), "غيرموجود"]
    reader = engine_class(engine).open(index.path).reader()
    stories = np.array([choose.randint(0, 40) for _ in reader.columns.alive])
    for _ in range(40):
        plan = made_plan(choose, terms)
        ranking = choose.choice(RANKINGS)
        asked = {
            "limit": choose.choice((1, 3, 10, 300)),
            "offset": choose.choice((0, 2)),
            "sort": choose.choice(SORTS),
            "by_story": choose.choice((False, False, True)),
        }
        # Each begins with a searcher that keeps no word yet.
        monkeypatch.setattr(ranker, "_FEWEST", 1)
        monkeypatch.setattr(ranker, "_MOST", choose.choice((3, 20, 1000)))
        monkeypatch.setattr(accumulators, "_FEW", 1)
        monkeypatch.setattr(accumulators, "_BATCH", 1)
        found = Searcher(reader, lambda: stories).search(plan, ranking, **asked)
        count = Searcher(reader, lambda: stories).count(plan, by_story=asked["by_story"])
        monkeypatch.setattr(accumulators, "_BATCH", 10**9)
        with monkeypatch.context() as alone:
            alone.setattr(term_scoring, "_AT_ONCE", 0)
            expected = Searcher(reader, lambda: stories).search(plan, ranking, **asked)
        assert told(found) == told(expected)
        assert found.idf == expected.idf
        assert found.total == expected.total == count
    reader.close()
