"""Properties that khabar relies on and OpenSearch does not document: words at one position of a query are
scored as one word, whose occurrences are added before they saturate, and a word that is repeated there counts
as often as it is repeated.

Scores are compared with BM25 (Robertson and Zaragoza 2009), computed from its definition in Lucene's form.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from nodes import Nodes

from khabar.cluster.client import Cluster
from khabar.cluster.mapping import ARTICLES, GRAIN, bodies, edition_index, joined
from khabar.index.ranking import Ranking
from khabar.places import Address

pytestmark = pytest.mark.cluster

RANKING = Ranking()
#: The words of each passage of some articles; «|» joins words at the same position.
TEXTS = [
    ["وزير الخارجيه وزير", "قال الوزير في مؤتمر صحفي"],
    ["الوزير الوزير الوزير", "وزراء الخارجيه"],
    ["اجتماع مجلس الوزراء"],
    ["عبد|عبدالله الله وزير"],
    ["هدنه في الهضاب"],
]


@pytest.fixture(scope="module")
def index(cluster: Nodes) -> Iterator[tuple[Cluster, str]]:
    """The articles on a single shard."""
    with cluster.fresh() as fresh:
        address = Address.parse(fresh)
        client = Cluster(address)
        name = edition_index(address.name, 1, ARTICLES)
        client.request("PUT", f"/{name}", bodies("none", shards=1, replicas=0)[ARTICLES])
        lines: list[object] = []
        for number, text in enumerate(TEXTS):
            lines += [{"index": {"_index": name, "_id": str(number)}}, {"all": text}]
        client.bulk(lines, refresh="true")
        yield client, name
        client.close()


def scores(index: tuple[Cluster, str], *positions: Sequence[str]) -> dict[int, float]:
    """The score of each article that matches words, grouped by position."""
    client, name = index
    text = " ".join(map(joined, positions))
    answer = client.search(name, {"query": {"match": {"all": {"query": text}}}, "size": 100, "explain": True})
    hits = answer["hits"]["hits"]
    return {int(hit["_id"]): hit["_score"] / factor(hit["_explanation"]) for hit in hits}


def factor(explanation: dict[str, Any]) -> float:
    """The factor of all scores of a field: k1 + 1 in OpenSearch 2, 1 in OpenSearch 3."""
    if explanation["description"] == "boost":
        return float(explanation["value"])
    return max((factor(each) for each in explanation["details"]), default=1.0)


def counts_of(words: Sequence[str]) -> list[int]:
    """The number of occurrences of words in each article, counting a repeated word repeatedly."""
    return [
        sum(
            token == word for passage in text for token in passage.replace("|", " ").split() for word in words
        )
        for text in TEXTS
    ]


def bm25(words: Sequence[str]) -> list[float]:
    """The score of each article for words at one position: that of a single word with the document frequency
    of the most frequent of them."""
    lengths = [len(" ".join(text).replace("|", " ").split()) for text in TEXTS]
    average = sum(lengths) / len(lengths)
    holding = max(sum(map(bool, counts_of([word]))) for word in words)
    idf = math.log(1 + (len(TEXTS) - holding + 0.5) / (holding + 0.5))
    k1, b = RANKING.article_k1 * GRAIN, RANKING.article_b
    return [
        idf * count / (count + k1 * (1 - b + b * length / average))
        for count, length in zip(counts_of(words), lengths, strict=True)
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["وزير"],
        ["وزير", "الوزير"],
        ["وزير", "الوزير", "وزراء", "الوزراء"],
        ["وزير", "وزير"],
        ["وزير"] * GRAIN + ["الوزير"] * 2 + ["الوزراء"],
        ["عبدالله", "عبد"],
        ["وزير", "وحيد"],
    ],
)
def test_words_at_one_position_are_one_word(index: tuple[Cluster, str], words: list[str]) -> None:
    expected = {number: score for number, score in enumerate(bm25(words)) if score}
    assert scores(index, words) == pytest.approx(expected, rel=1e-5)


def test_words_at_several_positions_are_added(index: tuple[Cluster, str]) -> None:
    positions = [["وزير"] * GRAIN + ["الوزير"], ["الخارجيه"], ["هدنه", "هدنه"]]
    sums = [sum(each) for each in zip(*map(bm25, positions), strict=True)]
    expected = {number: score for number, score in enumerate(sums) if score}
    assert scores(index, *positions) == pytest.approx(expected, rel=1e-5)


def test_a_position_is_no_disjunction(index: tuple[Cluster, str]) -> None:
    """In a disjunction the scores of the words would be added, and repetition would change a lot."""
    together = scores(index, ["وزير", "الوزير"])[0]
    apart = scores(index, ["وزير"], ["الوزير"])[0]
    assert together < 0.9 * apart
