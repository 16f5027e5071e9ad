"""The words of candidates, which the cluster returns as bytes, are the same as in the postings of a folder.
No cluster is needed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.cluster.candidates import CandidateReader, Whole
from khabar.cluster.documents import document, keys_of, unpacked_tokens
from khabar.corpus.article import Article
from khabar.index.columns import Positions, Postings
from khabar.index.encoder import Encoder
from khabar.index.engine import Reader, Totals
from khabar.index.engines import engine_class
from khabar.index.words import BESIDE, Words
from khabar.upkeep.workers import encode_articles

TEXTS = [
    "لقاء لعبدالله مع أبو مازن",
    "",
    "قال في 7 أكتوبر 2023 إن الهدنة",
    "هدنة هدنة، هدنة",
    "…",
    "عبد الله ٢٠٢٣",
]


def made_up(count: int) -> list[Article]:
    choose = random.Random(count)
    return [
        Article(
            f"n{number}",
            choose.choice(TEXTS),
            tuple(choose.choices(TEXTS, k=choose.randint(0, 6))),
            published=choose.choice(("2023-10-08", None)),
        )
        for number in range(count)
    ]


def encoded(articles: Sequence[Article]) -> tuple[list[Words], list[str]]:
    encoder = Encoder(Analyzer())
    words, sizes = encode_articles(encoder, articles)
    return list(words.parted(sizes)), encoder.terms


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reader, CandidateReader, list[str]]:
    articles = made_up(60)
    words, terms = encoded(articles)
    engine = engine_class("embedded").create(Path(tmp_path_factory.mktemp("index")))
    writer = engine.writer()
    hits: list[dict[str, Any]] = []
    for number, (article, its) in enumerate(zip(articles, words, strict=True)):
        writer.add(article, article.fingerprint(), its)
        made = document(article, its, article.fingerprint(), number)
        # The cluster returns the values of a field as a list, and bytes without padding.
        hits.append({name: [made[name]] for name in ("story", "published") if name in made})
        hits[-1] |= {"tokens": [made["tokens"].rstrip("=")], "order": number}
    writer.commit()
    writer.close()
    # In any order.
    random.Random(1).shuffle(hits)
    nothing = Whole(1, Totals(0, 0, 0), 0, lambda *_: np.zeros(0), lambda _: 0, lambda _: [])
    return engine.reader(), CandidateReader(nothing, hits), terms


def rows(found: Positions) -> list[tuple[int, ...]]:
    return sorted(zip(*(np.asarray(each).tolist() for each in found), strict=True))


def lists(found: Postings) -> list[list[int]]:
    return [each.tolist() for each in found]


def test_columns_are_the_same(both: tuple[Reader, CandidateReader, list[str]]) -> None:
    here, there, _ = (each.columns if not isinstance(each, list) else each for each in both)
    for name in ("sizes", "length_codes", "alive", "published", "lengths", "in_title", "article_of"):
        assert np.array_equal(getattr(here, name), getattr(there, name)), name


def test_postings_and_positions_are_the_same(
    both: tuple[Reader, CandidateReader, list[str]],
) -> None:
    here, there, terms = both
    for asked in (
        terms,
        [],
        ["لاوجود"],
        [terms[3], "لاوجود", terms[3], terms[0]],
        *([term] for term in terms),
    ):
        found = there.postings(asked)
        assert lists(found) == lists(here.postings(asked))
        assert np.array_equal(np.lexsort((found.passages, found.terms)), np.arange(len(found.terms)))
        for passages in (np.arange(here.columns.passages), np.array([0, 5, 6, 40])):
            assert rows(there.positions(asked, passages)) == rows(here.positions(asked, passages))


def test_hits_keep_their_order(both: tuple[Reader, CandidateReader, list[str]]) -> None:
    _, there, _ = both
    assert sorted(there.numbers.tolist()) == list(range(60))


def test_no_candidates() -> None:
    nothing = Whole(1, Totals(0, 0, 0), 0, lambda *_: np.zeros(0), lambda _: 0, lambda _: [])
    reader = CandidateReader(nothing, [])
    assert reader.columns.total_articles == 0
    assert lists(reader.postings(["هدنه"])) == [[], [], [0]]


def test_a_document_has_each_passage_as_it_is_searched() -> None:
    article = Article(
        "n1",
        "لقاء لعبدالله",
        ("قال في 7 أكتوبر 2023", "", "هدنة هدنة"),
        source="الوادي",
        url="https://Wadi.example/A\\B",
        published="2023-10-08",
    )
    (words,), _ = encoded([article])
    made = document(article, words, "0f" * 16, 7)
    title = "لقاء لعبدالله|عبدالله"
    dated = "قال في 7 اكتوبر 2023|date:2023-10-07|date:2023-10|date:2023"
    assert made["all"] == [title, title, dated, "", "هدنه هدنه"]
    assert made["head"] == title
    # The title, which occurs twice in all, and words that are repeated within a passage.
    assert made["repeats"].split() == [*title.replace("|", " ").split(), "هدنه"]
    assert (made["count"], made["length"], made["order"], made["story"]) == (4, 10, 7, "n1")
    assert (made["day"], made["source"]) == (19638, "الوادي")
    assert made["url"] == "https://wadi.example/a\ue05cb"
    tokens = unpacked_tokens([made["tokens"]])
    terms = words.terms.terms
    assert np.array_equal(
        tokens.keys(np.arange(len(tokens.top))), keys_of([terms[number] for number in words.numbers.tolist()])
    )
    assert np.array_equal(tokens.beside, words.tokens >= BESIDE)
    assert "author" not in made
