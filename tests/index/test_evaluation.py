"""Scoring only what can be among the best gives the best."""

from __future__ import annotations

import numpy as np
import pytest

from khabar.index.columns import Columns
from khabar.index.evaluation import Evaluation, Part
from khabar.index.ranking import Ranking
from khabar.index.weighing import Word


def columns_of(sizes: list[int]) -> Columns:
    """As many articles, each with so many units."""
    return Columns(
        np.array(sizes),
        np.ones(sum(sizes), np.uint8),
        np.ones(len(sizes), bool),
        lambda: np.zeros(len(sizes), np.int64),
        lambda: np.zeros(len(sizes), np.int32),
        lambda: np.zeros(len(sizes), np.uint64),
    )


def word_in(columns: Columns, ranking: Ranking, chance: np.random.Generator) -> Word:
    """A word in some units, rounded so that many articles tie."""
    units = np.flatnonzero(chance.random(columns.units) < chance.choice([0.02, 0.3, 0.9])).astype(np.int32)
    of_units = np.round(chance.random(len(units)) * 4) / 4
    articles = np.unique(columns.article_of[units])
    whole = np.zeros(columns.units)
    whole[units] = of_units
    most = np.maximum.reduceat(whole, columns.heads) + ranking.title * whole[columns.heads]
    of_articles = np.round(chance.random(len(articles)) * 4) / 4
    return Word(
        None, units, of_units, None, articles, of_articles, most[articles], articles, float(len(units))
    )


@pytest.mark.parametrize("seed", range(25))
def test_the_best_are_those_of_scoring_everything(seed: int) -> None:
    chance = np.random.default_rng(seed)
    ranking = Ranking()
    columns = columns_of(chance.integers(1, 6, 600).tolist())
    evaluation = Evaluation(columns, ranking)
    for _ in range(int(chance.integers(1, 6))):
        evaluation.add(Part(word_in(columns, ranking, chance), float(chance.random()) + 0.1), 1.0)
    everything = np.arange(600)
    scores = evaluation.score(everything)
    for wanted in (1, 5, 20, 100, 600):
        candidates, found = evaluation.best(everything, wanted)
        assert np.allclose(found, scores[candidates], rtol=1e-12, atol=0)
        order = np.lexsort((everything, -scores))[:wanted]
        least = scores[order[-1]]
        # All that tie with the last of the best are there too: order of indexing decides between them.
        assert set(np.flatnonzero(scores >= least).tolist()) <= set(candidates.tolist())
