"""Several commits give what one gives, readers keep theirs, and everyone sees the newest in the end."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from adder import numbered
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.ranking import Ranking
from khabar.library import Index, open_index

QUERIES = ("القمح", "رئيس مدينة", '"الجسر المكتبة"', "+سفينة -حصاد", "مشترك", "فقرة17 رقم18")


def answers(index: Index, ranking: Ranking | None = None, queries: Sequence[str] = QUERIES) -> list:
    return [
        (results.total, results.hits)
        for query in queries
        for results in [index.search(query, limit=50, ranking=ranking)]
    ]


@pytest.mark.parametrize("batch", [1, 7, 50])
def test_many_commits_give_what_one_gives(
    new_index: Callable[..., Index], quick_analyzer: Analyzer, batch: int
) -> None:
    whole, pieces = new_index(analyzer=quick_analyzer), new_index(analyzer=quick_analyzer)
    articles = list(numbered(36))
    whole.add(articles, batch=None)
    for begin in range(0, len(articles), 12):
        pieces.add(articles[begin : begin + 12], batch=batch)
    assert list(pieces.articles()) == articles
    assert pieces.info().statistics == whole.info().statistics
    assert answers(pieces) == answers(whole)


@pytest.mark.parametrize("seed", range(3))
def test_scores_of_similar_words_do_not_depend_on_commits(
    new_index: Callable[..., Index], quick_analyzer: Analyzer, seed: int
) -> None:
    """Letter pairs are weighed by their rarity among all words, also those that came in later commits."""
    choose = random.Random(seed)
    names = ["".join(choose.choices("ابتجحدرسشعفقكلمنوي", k=choose.randint(5, 8))) for _ in range(120)]
    articles = [
        Article(f"n{number}", " ".join(choose.sample(names, 3)), (" ".join(choose.sample(names, 9)),))
        for number in range(40)
    ]
    # The name as nobody wrote it: with a letter less, or another one at the end.
    queries = [name[:-1] + "ه" for name in names[:20]] + [name[:2] + name[3:] for name in names[:20]]
    whole, pieces = new_index(analyzer=quick_analyzer), new_index(analyzer=quick_analyzer)
    whole.add(articles, batch=None)
    cuts = [0, *sorted(choose.sample(range(1, len(articles)), choose.randint(1, 6))), len(articles)]
    for begin, end in pairwise(cuts):
        pieces.add(articles[begin:end], batch=None)
    found = answers(whole, queries=queries)
    assert sum(total for total, _ in found) > len(queries) // 2
    assert answers(pieces, queries=queries) == found


@pytest.mark.parametrize("seed", range(3))
def test_any_history_gives_what_its_outcome_gives(
    new_index: Callable[..., Index], quick_analyzer: Analyzer, seed: int
) -> None:
    choose = random.Random(seed)
    index, fresh = new_index(analyzer=quick_analyzer), new_index(analyzer=quick_analyzer)
    pool = list(numbered(25))
    left: dict[str, Article] = {}
    for _ in range(18):
        chosen = choose.sample(pool, choose.randint(1, 8))
        if choose.random() < 0.3:
            removed = index.remove(article.id for article in chosen)
            assert removed == sum(left.pop(article.id, None) is not None for article in chosen)
            continue
        changed = [
            replace(article, title=f"{article.title} {choose.choice(['أول', 'ثان'])}") for article in chosen
        ]
        index.add(changed, batch=choose.choice([None, 1, 3]))
        for article in changed:
            if left.get(article.id) != article:
                left.pop(article.id, None)
                left[article.id] = article
    fresh.add(left.values())
    assert list(index.articles()) == list(left.values())
    assert index.info().statistics == fresh.info().statistics
    # The lexicon keeps the words of removed articles, which can move the likeness of others a little.
    ranking = replace(Ranking(), similar_forms=0)
    assert answers(index, ranking) == answers(fresh, ranking)


@pytest.mark.parametrize("used_before", [True, False])
def test_a_reader_keeps_its_commit(index: Index, articles: list[Article], used_before: bool) -> None:
    reader = index._current().answers
    if used_before:
        statistics = reader.statistics()
        kept = list(reader.articles())
    for article in numbered(14):
        index.add([article])
    index.remove([article.id for article in articles])
    assert reader.statistics().articles == len(articles)
    assert list(reader.articles()) == articles
    assert reader.article("visit") == articles[1]
    assert reader.article("n0") is None
    if used_before:
        assert reader.statistics() == statistics and list(reader.articles()) == kept
    newest = index._current().answers
    assert newest.generation > reader.generation
    assert len(list(newest.articles())) == 14


def test_a_search_during_a_transaction_sees_the_state_before(index: Index, articles: list[Article]) -> None:
    def watching():
        for number, article in enumerate(numbered(12)):
            # Batches of 5: what is committed so far, and nothing else.
            assert index.search("مشترك").total == number // 5 * 5
            yield article

    index.add(watching(), batch=5)
    assert index.search("مشترك").total == 12


def test_every_open_index_sees_the_newest_commit(
    index: Index, articles: list[Article], analyzer: Analyzer
) -> None:
    with open_index(index.path, analyzer=analyzer) as other:
        assert len(other) == len(articles)
        index.add([Article("new", "زلزال", ())])
        assert other.search("زلزال").total == 1
        other.remove(["new"])
        assert index.search("زلزال").total == 0


def test_another_process_commits(index: Index) -> None:
    assert index.search("مشترك").total == 0
    adder = Path(__file__).with_name("adder.py")
    subprocess.run([sys.executable, str(adder), str(index.path), "7", "3"], check=True, capture_output=True)
    assert index.search("مشترك").total == 7
    assert index.article("n6") is not None


def test_eight_threads_search_while_a_writer_adds(
    new_index: Callable[..., Index], quick_analyzer: Analyzer
) -> None:
    """Each commit replaces all twenty articles: a search that mixed two commits would find two versions, or
    too few."""
    index = new_index(analyzer=quick_analyzer)

    def version(number: int) -> list[Article]:
        return [Article(f"n{each}", "خبر", (f"نسخة{number} مشترك",) * (1 + each % 3)) for each in range(20)]

    index.add(version(0))
    over = threading.Event()
    failures: list[BaseException] = []
    searches: list[int] = []

    def search(number: int) -> None:
        try:
            newest, count = 0, 0
            while not over.is_set():
                results = index.search("مشترك خبر", limit=30)
                versions = {hit.article.paragraphs[0].split()[0] for hit in results}
                assert (results.total, len(results), len(versions)) == (20, 20, 1), versions
                current = int(versions.pop().removeprefix("نسخة"))
                assert current >= newest
                newest, count = current, count + 1
                if number % 2:
                    assert len(list(index.articles())) == 20
            searches.append(count)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=search, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 16):
            index.add(version(number), batch=None)
    finally:
        over.set()
        for thread in threads:
            thread.join(60)
    assert not failures, failures
    assert len(searches) == 8 and all(searches)


def test_eight_threads_share_one_reader(index: Index) -> None:
    queries = ["القمح", "الوادي رئيس", '"وقف إطلاق"', "مكتبة -غير", "أسرى", "عبد الله"]
    expected = {query: index.search(query).hits for query in queries}
    index = open_index(index.path)  # nothing of it is open yet
    failures: list[BaseException] = []

    def search(number: int) -> None:
        try:
            for place in range(40):
                query = queries[(number + place) % len(queries)]
                assert index.search(query).hits == expected[query]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=search, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures, failures
