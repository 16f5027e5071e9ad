"""How many requests an operation takes: each costs time on both machines and between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from nodes import Nodes

from khabar import Index, create_index, open_index
from khabar.cluster import pages
from khabar.cluster.client import Cluster
from khabar.corpus.article import Article
from khabar.index.ranking import Ranking
from khabar.paging import all_hits
from khabar.places import Address
from khabar.ranking.answers import Sort

pytestmark = pytest.mark.cluster

ARTICLES = [
    Article(
        f"n{number}",
        f"وزير الخارجية يزور المدينة {number}",
        ("قال الوزير إن الهدنة في المدينة قائمة", f"وزار الوزراء مدارس القرية وملاعبها {number % 7}"),
        source="الوادي" if number % 2 else "الساحل",
    )
    for number in range(60)
]


@pytest.fixture(scope="module")
def index(cluster: Nodes) -> Iterator[Index]:
    with cluster.fresh() as address, create_index(Address.parse(address)) as made:
        made.add(ARTICLES)
        yield made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests, in order."""
    paths: list[str] = []
    request: Callable[..., Any] = Cluster.request

    def noted(self: Cluster, method: str, path: str, *arguments: Any, **options: Any) -> Any:
        paths.append(path.rpartition("/")[2])
        return request(self, method, path, *arguments, **options)

    monkeypatch.setattr(Cluster, "request", noted)
    return paths


def test_a_search_for_known_words_takes_three_requests(index: Index, asked: list[str]) -> None:
    first = index.search("هدنة المدينة")
    asked.clear()
    other = index.search("هدنة المدينة", ranking=Ranking(title=0.5))
    # Whether there is a newer commit; candidates, with the number of articles with all words; texts.
    assert asked == ["state", "_msearch", "_search"]
    assert (other.total, other.with_all) == (first.total, first.with_all) == (60, 60)


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_what_was_ranked_is_kept_until_the_next_commit(index: Index, asked: list[str], sort: Sort) -> None:
    first = index.search("وزير الخارجية", sort=sort, limit=5)
    asked.clear()
    again = index.search("وزير الخارجية", sort=sort, limit=5)
    assert (again.hits, again.total, again.with_all) == (first.hits, first.total, first.with_all)
    # Whether there is a newer commit.
    assert asked == ["state"]
    whole = index.search("وزير الخارجية", sort=sort, limit=10)
    asked.clear()
    page = index.search("وزير الخارجية", sort=sort, limit=5, offset=5)
    assert asked == ["state"]
    assert [hit.article.id for hit in page] == [hit.article.id for hit in whole.hits[5:]]
    assert whole.hits[:5] == first.hits
    index.add([Article("later", "وزير الخارجية وزير الخارجية", ("وزير الخارجية",))])
    try:
        found = index.search("وزير الخارجية", sort=sort, limit=5)
        assert found.total == first.total + 1
        assert sort == "newest" or found.hits[0].article.id == "later"
    finally:
        index.remove(["later"])


def test_a_page_whose_articles_are_gone_is_ranked_anew(cluster: Nodes) -> None:
    with cluster.fresh() as address, create_index(Address.parse(address)) as made:
        made.add(ARTICLES)
        with open_index(address) as other:
            order = [hit.article.id for hit in other.search("وزير الخارجية", limit=12)]
        made.search("وزير الخارجية", limit=5)
        name = address.rpartition("/")[2]
        # As between the refresh and the end of a commit by another client.
        cluster.request("DELETE", f"/{name}/_doc/{order[7]}?refresh=true")
        page = made.search("وزير الخارجية", limit=5, offset=5)
        assert [hit.article.id for hit in page] == [*order[5:7], *order[8:11]]
        assert page.total == len(ARTICLES) - 1


def test_new_words_take_three_requests_more(index: Index, asked: list[str]) -> None:
    index.search("هدنة")
    asked.clear()
    index.search("ملاعب القرية والمدارس")
    # For all words of the query together: spellings with other spaces, forms, and frequencies of the forms.
    assert asked == ["state", "_termvectors", "_msearch", "_mtermvectors", "_msearch", "_search"]


def test_a_count_beside_a_search_is_that_of_a_search_alone(index: Index) -> None:
    for query in ("هدنة 3", "الوزير 3", "ملاعب 17", "لاوجود هدنة"):
        assert index.search(query).with_all == index.search(query, match="all", limit=0).total, query


def test_completions_take_as_many_requests_however_many_there_are(index: Index, asked: list[str]) -> None:
    index.complete("ال", limit=1)
    one = len(asked)
    asked.clear()
    found = index.complete("ال", limit=10)
    assert len(found) > 3
    # Words that are counted for the first time may take some requests, but not one each.
    assert len(asked) <= one + 1


def test_lines_of_a_list_share_requests(index: Index, asked: list[str]) -> None:
    lines = [f"وزير الخارجية يزور المدينة {number}" for number in range(30)]
    rows = list(index.batch(lines, hits=1))
    assert [row.status for row in rows] == ["found"] * 30
    alone = [index.search(f'"{line}"', limit=1).hits[0].article.id for line in lines]
    assert [row.hits[0].article.id for row in rows] == alone
    asked.clear()
    again = list(index.batch(lines, hits=1))
    assert again == rows
    # The texts of the best article of each line, and little else.
    assert len(asked) < 30 + 10


def test_a_page_begins_where_the_one_before_it_ended(
    index: Index, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LARGEST", 20)
    # Without words the client ranks nothing: each page is one of the cluster's.
    hits = list(all_hits(index, "", page=10))
    assert sorted(hit.article.id for hit in hits) == sorted(each.id for each in ARTICLES)
    # No earlier pages are read.
    assert "point_in_time" not in asked


def test_a_place_beyond_the_largest_is_walked_to(
    index: Index, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [hit.article.id for hit in index.search("", limit=60)]
    monkeypatch.setattr(pages, "LARGEST", 20)
    found = [hit.article.id for hit in index.search("", limit=10, offset=45)]
    assert found == whole[45:55]
    assert "point_in_time" in asked


def test_meaning_on_a_cluster_is_told_and_the_words_decide(index: Index) -> None:
    by_words = index.search("هدنة المدينة")
    found = index.search("هدنة المدينة", meaning=True)
    assert [problem.code for problem in found.problems] == ["meaning-on-cluster"]
    assert [hit.article.id for hit in found] == [hit.article.id for hit in by_words]
    assert [hit.score for hit in found] == [hit.score for hit in by_words]
    assert found.also == ()
    assert found.meaning is not None
    assert not found.meaning.used
    assert [problem.code for problem in index.meaning_problems()] == ["meaning-on-cluster"]
