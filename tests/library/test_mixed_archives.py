"""Archives of which some are on a cluster: the merged result is that of one index of all articles. Here an
index in a folder stands for one on a cluster: it ranks by itself, with statistics that it is given.
tests/cluster/test_archives.py uses a cluster."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import khabar
from khabar import Article, Index, Ranking
from khabar.analysis.analyzer import Analyzer
from khabar.index.engine import Match, Numbers
from khabar.joined.mixed import MixedAnswers, merged
from khabar.joined.numbers import FolderNumbers, WeighedReader
from khabar.joined.store import JoinedStore
from khabar.places import archives_of
from khabar.ranking.searcher import Searcher
from khabar.upkeep.folder_store import FolderStore
from khabar.upkeep.open_index import Opened

NOT_SIMILAR = Ranking(similar=0.0, similar_forms=0)
VOCABULARY = "القمح قمح وزير الوزير وزراء رئيس مدينة نفط النفط هدنة الهدنة 2023 السلام بعد"
WORDS = VOCABULARY.split()


class Apart:
    """A searcher that ranks by itself, as that of an index on a cluster does."""

    def __init__(self, searcher: Searcher, numbers: Numbers | None = None) -> None:
        self._own = searcher
        weighed = Searcher(WeighedReader(searcher.reader, numbers)) if numbers else searcher
        self._weighed = weighed
        self.numbers = FolderNumbers(searcher)

    def weighed_by(self, numbers: Numbers) -> Apart:
        return Apart(self._own, numbers)

    def holds(self, articles: Sequence[Article]) -> Sequence[bool]:
        there = [self._own.article(article.id) for article in articles]
        return [one == other for one, other in zip(there, articles, strict=True)]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._weighed, name)


class ApartStore(FolderStore):
    """The store of a folder that behaves like one on a cluster."""

    def newest(self) -> Opened:
        opened = super().newest()
        if getattr(self, "_of", None) is not opened:
            self._of, self._apart = opened, msgspec.structs.replace(opened, answers=Apart(opened.answers))
        return self._apart


def build(folder: Path, articles: Sequence[Article], analyzer: Analyzer) -> Path:
    with khabar.create_index(folder, analyzer=analyzer) as index:
        index.add(articles)
    return folder


def mixed(folders: Sequence[Path], apart: Sequence[bool], analyzer: Analyzer) -> Index:
    """Archives of which some rank by themselves."""
    stores = [
        (ApartStore if alone else FolderStore).open(folder, analyzer)
        for folder, alone in zip(folders, apart, strict=True)
    ]
    return Index(JoinedStore(archives_of([("", folder) for folder in folders]), stores, analyzer))


def few(rng: random.Random, number: int) -> Article:
    return Article(
        f"a{number}",
        " ".join(rng.choices(WORDS, k=rng.randrange(1, 5))),
        tuple(" ".join(rng.choices(WORDS, k=rng.randrange(1, 20))) for _ in range(rng.randrange(4))),
        source=rng.choice(["", "الوادي", "الساحل"]),
        published=rng.choice([None, "2024-01-01", "2024-01-02", "2024-02-03T10:00"]),
    )


def shown(index: Index, query: str, **asked: Any) -> list[tuple[str, int, float]]:
    asked = {"limit": 1000, "ranking": NOT_SIMILAR, **asked}
    return [(hit.id, hit.paragraph.number, round(hit.score, 9)) for hit in index.search(query, **asked)]


@given(seed=st.integers(0, 1 << 32))
@settings(max_examples=12)
def test_ranked_lists_are_merged_as_one_index_ranks(
    seed: int, tmp_path_factory: pytest.TempPathFactory, quick_analyzer: Analyzer
) -> None:
    rng = random.Random(seed)
    parts = [[few(rng, 100 * part + number) for number in range(rng.randrange(25))] for part in range(3)]
    folder = tmp_path_factory.mktemp("mixed")
    folders = [
        build(folder / f"part-{part}", articles, quick_analyzer) for part, articles in enumerate(parts)
    ]
    # All folders come before the clusters, whatever the order; ties are in this order.
    build(folder / "one", [article for articles in parts for article in articles], quick_analyzer)
    apart = rng.choice([(False, True, True), (False, False, True), (True, True, True)])
    queries = [" ".join(rng.choices(WORDS, k=rng.randrange(1, 4))) for _ in range(4)]
    queries += [f'"{" ".join(rng.choices(WORDS, k=2))}"', f"+{rng.choice(WORDS)} -{rng.choice(WORDS)}", ""]
    queries += [f"title:{rng.choice(WORDS)}", f"{rng.choice(WORDS)} source:الوادي"]
    with (
        khabar.open_index(folder / "one", analyzer=quick_analyzer) as one,
        mixed(folders, apart, quick_analyzer) as joined,
    ):
        assert isinstance(joined._store.newest().answers, MixedAnswers)
        assert len(joined) == len(one)
        assert sorted(each.id for each in joined) == sorted(each.id for each in one)
        for query in queries:
            for asked in (
                {},
                {"sort": "newest"},
                {"sort": "oldest"},
                {"group": "none"},
                {"match": "all"},
                {"limit": 3, "offset": 2},
            ):
                try:
                    expected = shown(one, query, **asked)
                except khabar.InvalidArgument:
                    with pytest.raises(khabar.InvalidArgument):
                        shown(joined, query, **asked)
                    continue
                assert shown(joined, query, **asked) == expected, (query, asked)
            assert joined.facets(query).to_dict()["facets"] == one.facets(query).to_dict()["facets"]
            assert joined.timeline(query).buckets == one.timeline(query).buckets
            pages = [
                hit.id for hit in khabar.all_hits(joined, query, match="any", page=3, ranking=NOT_SIMILAR)
            ]
            assert pages == [each for each, _, _ in shown(one, query, match="any")]
        for word in rng.choices(WORDS, k=3):
            assert [form.to_dict() for form in joined.why(word, ranking=NOT_SIMILAR)] == [
                form.to_dict() for form in one.why(word, ranking=NOT_SIMILAR)
            ]
            assert joined.complete(word[:2]) == one.complete(word[:2])
        assert [row.articles for row in joined.batch(WORDS[:5])] == [
            row.articles for row in one.batch(WORDS[:5])
        ]


def test_an_article_of_two_parts_is_a_hit_of_each(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    both = Article("s1", "المحصول وفير", "قالت مصادر إن المحصول وفير.")
    late = Article("s2", "المحصول", "محصول آخر.")
    folders = [
        build(tmp_path / "a", [both], quick_analyzer),
        build(tmp_path / "b", [both, late], quick_analyzer),
    ]
    with mixed(folders, (False, True), quick_analyzer) as joined:
        found = {(hit.id, hit.archive, hit.also_in) for hit in joined.search("المحصول")}
        assert found == {("s1", "a", ("b",)), ("s1", "b", ("a",)), ("s2", "b", ())}
        assert len(list(khabar.all_hits(joined, "المحصول", page=1))) == 3 == joined.search("المحصول").total
        assert joined.article("s2", archive="a") is None and joined.article("s2") == late
        assert joined.archives == {"a": 1, "b": 2}
        assert joined.info().statistics.articles == 3
        related = joined.related("s2")
        assert related is not None and all(each.archive for each in related)
        stories = joined.search("المحصول", group="story")
        assert stories.total == sum(1 for _ in stories)
        # A commit to one of the archives becomes visible.
        with joined.archive("b") as alone:
            alone.remove("s2")
        assert joined.search("المحصول").total == 2


def test_a_merged_list_keeps_the_order_of_each() -> None:
    def match(name: str, score: float) -> Match:
        return Match(Article(name, "", ()), 0, score, 0)

    # As on a cluster, whose order is only roughly that of the scores.
    one = [match("a", 3.0), match("b", 1.0), match("c", 2.0)]
    other = [match("x", 2.5), match("y", 1.0)]
    found = merged([one, other], "relevance")
    assert [each.article.id for _, each in found] == ["a", "x", "b", "c", "y"]
    assert [at for at, _ in found] == [0, 1, 0, 0, 1]
