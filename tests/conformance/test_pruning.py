"""Leaving out the articles that cannot be among the best changes nothing of what is found."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from khabar.corpus.article import Article
from khabar.index import evaluation
from khabar.library import Index

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


@pytest.mark.parametrize("seed", [1, 2])
def test_the_best_are_the_best_of_all(
    new_index: Callable[..., Index], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    choose = random.Random(seed)

    def text(longest: int) -> str:
        return " ".join(choose.choices(WORDS, range(len(WORDS), 0, -1), k=choose.randint(1, longest)))

    index = new_index()
    index.add(
        Article(f"n{number}", text(4), tuple(text(40) for _ in range(choose.randint(0, 5))))
        for number in range(400)
    )
    for query in ("قمح", "وزير مدينة جسر", "+مطر حصاد -سفينة", '"في قمح" نهر', "سوق بحر ميناء كتاب قرية"):
        for limit, offset in ((1, 0), (3, 0), (5, 5)):
            monkeypatch.setattr(evaluation, "_FIRST", 1)
            monkeypatch.setattr(evaluation, "_FEW", 1)
            pruned = index.search(query, limit=limit, offset=offset)
            monkeypatch.setattr(evaluation, "_FIRST", 10**9)
            whole = index.search(query, limit=limit, offset=offset)
            assert pruned.total == whole.total
            assert [(hit.article.id, hit.score) for hit in pruned] == [
                (hit.article.id, hit.score) for hit in whole
            ]
