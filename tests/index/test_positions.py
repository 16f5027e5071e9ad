"""The positions of terms are the same, however many are looked up at once and by whichever way."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.embedded import postings
from khabar.library import Index

WORDS = ["وزير", "الزراعة", "القمح", "مدينة", "نهر", "جسر", "قرية"]


@pytest.mark.parametrize("large", [0, 30, 10**9])
@pytest.mark.parametrize("at_once", [1, 60, 10**9])
@pytest.mark.parametrize("sparse", [0, 10**9])
def test_positions(
    new_index: Callable[..., Index],
    analyzer: Analyzer,
    monkeypatch: pytest.MonkeyPatch,
    large: int,
    at_once: int,
    sparse: int,
) -> None:
    choose = random.Random(3)
    index = new_index()
    texts = [[" ".join(choose.choices(WORDS, k=choose.randint(1, 300))) for _ in range(3)] for _ in range(40)]
    index.add(
        (Article(f"n{number}", first, tuple(rest)) for number, (first, *rest) in enumerate(texts)), batch=15
    )
    for name, value in (("_LARGE", large), ("_AT_ONCE", at_once), ("_SPARSE", sparse)):
        monkeypatch.setattr(postings, name, value)
    reader = index._current().answers.reader
    terms = [*(analyzer.words(word)[0][1].exact[0] for word in WORDS), "غيرموجود"]
    passages = np.array(sorted(choose.sample(range(120), 25)))
    found = reader.positions(terms, passages)
    rows = zip(found.passages.tolist(), found.positions.tolist(), found.terms.tolist(), strict=True)
    flat = [text for article in texts for text in article]
    expected = [
        (passage, position, terms.index(word.exact[0]))
        for passage in passages.tolist()
        for position, word in analyzer.words(flat[passage])
    ]
    assert sorted(rows) == sorted(expected)
