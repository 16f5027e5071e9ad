"""Scoring only the articles that can be among the best finds the best."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from khabar.index.columns import Columns, Floats, Ints
from khabar.index.ranking import Ranking
from khabar.ranking import accumulators
from khabar.ranking.accumulators import Accumulators


def columns_of(sizes: list[int]) -> Columns:
    """The columns of some articles with the given numbers of passages."""
    return Columns(
        np.array(sizes),
        np.ones(sum(sizes), np.uint8),
        np.ones(len(sizes), bool),
        lambda: np.zeros(len(sizes), np.int64),
        lambda: np.zeros(len(sizes), np.int32),
        lambda: np.zeros(len(sizes), np.uint64),
    )


def word_in(columns: Columns, chance: np.random.Generator) -> tuple[Ints, Floats]:
    """A word in some articles, with scores rounded so that many are equal."""
    articles = np.flatnonzero(chance.random(len(columns.alive)) < chance.choice([0.02, 0.3, 0.9]))
    return articles, np.ceil(chance.random(len(articles)) * 4) / 4


class Scorer:
    """Returns given scores, and counts the articles that were asked for."""

    def __init__(self, words: Sequence[tuple[Ints, Floats]]) -> None:
        self.words = words
        self.scored = 0

    def article_scores(
        self, occurrences: Any, ranking: Ranking, among: Ints | None = None
    ) -> tuple[Ints, Floats]:
        articles, scores = self.words[occurrences.number]
        if among is not None:
            here = np.isin(articles, among)
            articles, scores = articles[here], scores[here]
        self.scored += len(articles)
        return articles, scores


def occurrences_of(words: Sequence[tuple[Ints, Floats]]) -> Any:
    return [SimpleNamespace(number=number, passages=articles) for number, (articles, _) in enumerate(words)]


@pytest.mark.parametrize("seed", range(25))
def test_the_best_are_those_of_scoring_everything(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accumulators, "_BATCH", 1)
    chance = np.random.default_rng(seed)
    columns = columns_of(chance.integers(1, 6, 600).tolist())
    words = [word_in(columns, chance) for _ in range(int(chance.integers(1, 6)))]
    weights = [float(chance.random()) + 0.1 for _ in words]
    matching = np.zeros(600, bool)
    for articles, _ in words:
        matching[articles] = True
    matching &= chance.random(600) < chance.choice([0.3, 1.0])

    def scored(count: int | None) -> tuple[Ints, Floats]:
        pool = Accumulators(columns, Ranking(), len(words))
        scorer: Any = Scorer(words)
        found = pool.best(scorer, occurrences_of(words), weights, matching, count)
        return found, pool.article_scores

    everything, scores = scored(None)
    assert everything.tolist() == np.flatnonzero(matching).tolist()
    for count in (1, 5, 20, 100, 600):
        candidates, found = scored(count)
        assert np.allclose(found[candidates], scores[candidates], rtol=1e-12, atol=0)
        order = np.argsort(-scores[everything], kind="stable")[:count]
        least = scores[everything[order[-1]]] * (1 + 1e-12)
        # All with the same score as the last of the best are included: the order of indexing decides later.
        assert set(np.flatnonzero(matching & (scores >= least)).tolist()) <= set(candidates.tolist())
        assert matching[candidates].all()


def test_a_long_list_is_scored_only_where_an_article_can_still_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accumulators, "_BATCH", 1)
    rare, common = np.arange(0, 1000, 50), np.arange(1000)
    words = [(rare, np.ones(len(rare))), (common, np.ones(len(common)))]
    scorer: Any = Scorer(words)
    pool = Accumulators(columns_of([2] * 1000), Ranking(), 2)
    found = pool.best(scorer, occurrences_of(words), [8.0, 0.5], np.ones(1000, bool), 10)
    assert set(found.tolist()) <= set(rare.tolist())
    assert scorer.scored <= 40
