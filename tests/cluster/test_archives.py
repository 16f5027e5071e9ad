"""Archives in folders and on a cluster, searched as one: hits, order and scores are those of one index of all
articles, as long as all matching articles are candidates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nodes import Nodes

import khabar
from khabar import Article, Index, Ranking
from khabar.joined.mixed import MixedAnswers

pytestmark = pytest.mark.cluster

SAMPLE = Path(__file__).parents[2] / "corpus"
#: The similarity of letters depends on the words of each archive.
NOT_SIMILAR = Ranking(similar=0.0, similar_forms=0)
QUERIES = (
    "النفط",
    "اسعار النفط",
    '"مجلس الأمن"',
    "وزير الخارجية -روسيا",
    "title:هدنة",
    "رئيس الوزراء",
    "مد*",
    "",
)


@pytest.fixture(scope="module")
def both(cluster: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, Index]]:
    """The sample in one folder; and a third of it in a folder, the rest in two indexes on a cluster."""
    folder = tmp_path_factory.mktemp("archives")
    articles = list(khabar.read(SAMPLE / "articles"))
    third = len(articles) // 3
    with cluster.fresh() as wire, cluster.fresh() as desk:
        places = {"folder": folder / "part", "wire": wire, "desk": desk}
        for number, place in enumerate(places.values()):
            with khabar.create_index(place) as index:
                index.add(articles[number * third : None if number == 2 else (number + 1) * third])
        with khabar.create_index(folder / "one") as one:
            one.add(articles)
            with khabar.open_index(places) as joined:
                yield one, joined


def shown(index: Index, query: str, **asked: Any) -> list[tuple[str, int, float]]:
    asked = {"limit": 1000, "ranking": NOT_SIMILAR, **asked}
    return [(hit.id, hit.paragraph.number, round(hit.score, 6)) for hit in index.search(query, **asked)]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("asked", [{}, {"sort": "newest"}, {"match": "all"}, {"group": "none"}], ids=str)
def test_archives_rank_as_one_index(both: tuple[Index, Index], query: str, asked: dict[str, Any]) -> None:
    one, joined = both
    assert isinstance(joined._store.newest().answers, MixedAnswers)
    expected = shown(one, query, **asked)
    assert expected or asked
    found = shown(joined, query, **asked)
    # Of articles with equal sort keys, the one of the first archive comes first.
    assert sorted(found) == sorted(expected)
    assert [score for _, _, score in found] == [score for _, _, score in expected] or "sort" in asked


def test_explorations_are_of_all(both: tuple[Index, Index]) -> None:
    one, joined = both
    assert len(joined) == len(one) == sum(joined.archives.values())
    for query in ("النفط", ""):
        assert joined.facets(query).to_dict()["facets"] == one.facets(query).to_dict()["facets"]
        assert joined.timeline(query).buckets == one.timeline(query).buckets
    pages = [(hit.archive, hit.id) for hit in khabar.all_hits(joined, "", page=7)]
    assert len(pages) == len(set(pages)) == len(one)
    assert {form.term for form in joined.why("رئيس") if form.matches} == {
        form.term for form in one.why("رئيس") if form.matches
    }
    assert joined.complete("نف") == one.complete("نف")
    related = joined.related("gulf-01")
    assert related is not None and related.articles
    assert joined.suggest("النفظ")


def test_an_article_of_a_folder_and_a_cluster_is_told_with_both(cluster: Nodes, tmp_path: Path) -> None:
    article = Article("s1", "المحصول وفير", "قالت مصادر إن المحصول وفير.")
    with cluster.fresh() as address:
        for place in (tmp_path / "a", address):
            with khabar.create_index(place) as index:
                index.add(article)
        with khabar.open_index({"folder": tmp_path / "a", "wire": address}) as joined:
            found = {(hit.archive, hit.also_in) for hit in joined.search("المحصول")}
            assert found == {("folder", ("wire",)), ("wire", ("folder",))}
