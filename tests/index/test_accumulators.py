"""Scoring only what can be among the best gives the best."""

from __future__ import annotations

import numpy as np
import pytest

from khabar.index.accumulators import Accumulators, Part
from khabar.index.columns import Columns
from khabar.index.ranking import Ranking
from khabar.index.term_scoring import ScoredTerm


def columns_of(sizes: list[int]) -> Columns:
    """As many articles, each with so many passages."""
    return Columns(
        np.array(sizes),
        np.ones(sum(sizes), np.uint8),
        np.ones(len(sizes), bool),
        lambda: np.zeros(len(sizes), np.int64),
        lambda: np.zeros(len(sizes), np.int32),
        lambda: np.zeros(len(sizes), np.uint64),
    )


def word_in(columns: Columns, ranking: Ranking, chance: np.random.Generator) -> ScoredTerm:
    """A word in some passages, rounded so that many articles tie."""
    passages = np.flatnonzero(chance.random(columns.passages) < chance.choice([0.02, 0.3, 0.9])).astype(
        np.int32
    )
    passage_scores = np.round(chance.random(len(passages)) * 4) / 4
    articles = np.unique(columns.article_of[passages])
    whole = np.zeros(columns.passages)
    whole[passages] = passage_scores
    most = np.maximum.reduceat(whole, columns.heads) + ranking.title * whole[columns.heads]
    article_scores = np.round(chance.random(len(articles)) * 4) / 4
    return ScoredTerm(
        None,
        passages,
        passage_scores,
        None,
        articles,
        article_scores,
        most[articles],
        articles,
        float(len(passages)),
    )


@pytest.mark.parametrize("seed", range(25))
def test_the_best_are_those_of_scoring_everything(seed: int) -> None:
    chance = np.random.default_rng(seed)
    ranking = Ranking()
    columns = columns_of(chance.integers(1, 6, 600).tolist())
    accumulators = Accumulators(columns, ranking)
    for _ in range(int(chance.integers(1, 6))):
        accumulators.add(Part(word_in(columns, ranking, chance), float(chance.random()) + 0.1), 1.0)
    everything = np.arange(600)
    scores = accumulators.score(everything)
    for wanted in (1, 5, 20, 100, 600):
        candidates, found = accumulators.best(everything, wanted)
        assert np.allclose(found, scores[candidates], rtol=1e-12, atol=0)
        order = np.lexsort((everything, -scores))[:wanted]
        least = scores[order[-1]]
        # All that tie with the last of the best are there too: order of indexing decides between them.
        assert set(np.flatnonzero(scores >= least).tolist()) <= set(candidates.tolist())
