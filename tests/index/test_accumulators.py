"""Scoring only what can be among the best gives the best."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from khabar.index import accumulators
from khabar.index.accumulators import Accumulators
from khabar.index.columns import Columns, Ints
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
    passage_scores = np.ceil(chance.random(len(passages)) * 4) / 4
    articles = np.unique(columns.article_of[passages])
    whole = np.zeros(columns.passages)
    whole[passages] = passage_scores
    most = np.maximum.reduceat(whole, columns.heads) + ranking.title * whole[columns.heads]
    article_scores = np.ceil(chance.random(len(articles)) * 4) / 4
    return ScoredTerm(passages, passage_scores, passages, articles, article_scores, most[articles])


class Scorer:
    """Gives terms that are scored already; counts the passages that were asked for."""

    def __init__(self, columns: Columns, terms: Sequence[ScoredTerm]) -> None:
        self.columns = columns
        self.terms = dict(enumerate(terms))
        self.scored = 0

    def scores(
        self, occurrences: Sequence[Any], ranking: Ranking, among: Ints | None = None
    ) -> list[ScoredTerm]:
        found = []
        for each in occurrences:
            term = self.terms[each.number]
            if among is not None:
                inside = np.isin(self.columns.article_of[term.passages], among)
                here = np.isin(term.articles, among)
                passages, scores = term.passages[inside], term.passage_scores[inside]
                term = ScoredTerm(
                    passages,
                    scores,
                    passages,
                    term.articles[here],
                    term.article_scores[here],
                    term.most[here],
                )
            self.scored += len(term.passages)
            found.append(term)
        return found


@pytest.mark.parametrize("seed", range(25))
def test_the_best_are_those_of_scoring_everything(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accumulators, "_BATCH", 1)
    chance = np.random.default_rng(seed)
    ranking = Ranking()
    columns = columns_of(chance.integers(1, 6, 600).tolist())
    terms = [word_in(columns, ranking, chance) for _ in range(int(chance.integers(1, 6)))]
    weights = [float(chance.random()) + 0.1 for _ in terms]
    occurrences: Any = [SimpleNamespace(number=n, passages=term.passages) for n, term in enumerate(terms)]
    matching = np.zeros(600, bool)
    for term in terms:
        matching[term.articles] = True
    matching &= chance.random(600) < chance.choice([0.3, 1.0])

    def new() -> tuple[Accumulators, Any]:
        return Accumulators(columns, ranking, len(terms)), Scorer(columns, terms)

    whole, scorer = new()
    whole.add_all(scorer, occurrences, weights)
    everything = np.arange(600)
    scores = whole.score(everything)
    for count in (1, 5, 20, 100, 600):
        pruned, scorer = new()
        candidates, found = pruned.best(scorer, occurrences, weights, matching, count)
        assert np.allclose(found, scores[candidates], rtol=1e-12, atol=0)
        order = np.lexsort((everything, np.where(matching, -scores, 1.0)))[: min(count, int(matching.sum()))]
        least = scores[order[-1]] * (1 + 1e-12)
        # All that tie with the last of the best are there too: order of indexing decides between them.
        assert set(np.flatnonzero(matching & (scores >= least)).tolist()) <= set(candidates.tolist())
        assert matching[candidates].all()


def test_a_long_list_is_scored_only_where_an_article_can_still_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accumulators, "_BATCH", 1)
    columns, ranking = columns_of([2] * 1000), Ranking()

    def term(articles: Ints) -> ScoredTerm:
        passages = (articles * 2 + 1).astype(np.int32)
        ones = np.ones(len(articles))
        return ScoredTerm(passages, ones, passages, articles, ones, ones)

    rare, common = term(np.arange(0, 1000, 50)), term(np.arange(1000))
    scorer: Any = Scorer(columns, [rare, common])
    occurrences: Any = [
        SimpleNamespace(number=n, passages=each.passages) for n, each in enumerate((rare, common))
    ]
    found, _ = Accumulators(columns, ranking, 2).best(
        scorer, occurrences, [8.0, 0.5], np.ones(1000, bool), 10
    )
    assert set(found.tolist()) <= set(rare.articles.tolist())
    assert scorer.scored <= 40
