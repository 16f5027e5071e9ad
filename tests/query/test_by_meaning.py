"""A search by words and meaning: only the order of the best hits changes. What cannot be done is reported,
and the words answer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from embedded import embed
from encoders import HashedWords
from khabar import Article, Group, Hit, Index, Ranking, Results, all_hits, create_index, open_index
from khabar.analysis.analyzer import Analyzer
from khabar.meaning.closeness import weight_of
from khabar.meaning.encoder import Kind
from khabar.query import by_meaning
from khabar.query.model_input import text_of
from khabar.query.parser import parse

#: Words with the same meaning for the encoder.
SAME = {"المركبات": "السيارات", "العربات": "السيارات", "ازدحام": "اختناق", "خانق": "اختناق"}
WORDS = ("السيارات", "الطرق", "المدينة", "الوزير", "الميناء", "القمح", "المطر", "الجسر")


def made(number: int) -> Article:
    """One of many articles of a few common words, so that most match a common query."""
    draw = np.random.default_rng(number)
    texts = [" ".join(draw.choice(WORDS, 6)) + f" رقم{number}" for _ in range(3)]
    return Article(
        f"m{number}",
        f"خبر {number} عن {WORDS[number % 8]}",
        tuple(texts),
        source=("الوادي", "الساحل")[number % 2],
        published=None,
    )


ARTICLES = [
    *(made(number) for number in range(90)),
    # The same meaning as «اختناق السيارات», without either word.
    Article("jam", "ازدحام المركبات", ("المركبات ازدحام العربات خانق " * 2,), source="الوادي"),
    Article("jam2", "ازدحام العربات", ("خانق العربات ازدحام المركبات " * 2,), source="الساحل"),
    # Just as close, but a fragment that says nothing.
    Article("scrap", "ازدحام خانق", ("العربات",), source="الوادي"),
    # Closer to the query than others that have its word more often.
    Article("close", "نشرة", ("السيارات المركبات ازدحام خانق",), source="الوادي"),
]
QUERY = "اختناق السيارات"


@pytest.fixture(scope="module")
def encoder() -> HashedWords:
    return HashedWords(SAME, dimension=32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, quick_analyzer: Analyzer, encoder: HashedWords) -> Path:
    place = tmp_path_factory.mktemp("meaning") / "index"
    with create_index(place, analyzer=quick_analyzer) as made_index:
        made_index.add(ARTICLES)
    embed(place, encoder)
    return place


@pytest.fixture(scope="module", autouse=True)
def close_enough() -> Iterator[None]:
    """For an encoder of eight words everything is rather close."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_meaning, "CLOSE", 2.0)
        yield


@pytest.fixture
def index(folder: Path, quick_analyzer: Analyzer, encoder: HashedWords) -> Iterator[Index]:
    with open_index(folder, analyzer=quick_analyzer, encoder=encoder) as opened:
        yield opened


def which(hits: Sequence[Hit]) -> list[tuple[str, int]]:
    return [(hit.id, hit.paragraph.number) for hit in hits]


def codes(results: Results) -> list[str]:
    return [problem.code for problem in results.problems]


def test_what_is_close_in_meaning_rises(index: Index) -> None:
    words = index.search(QUERY, limit=50)
    # Two words alone weigh little.
    meant = index.search(QUERY, meaning=True, ranking=Ranking(meaning=4.0))
    (before,) = (hit for hit in words if hit.id == "close")
    (after,) = (hit for hit in meant if hit.id == "close")
    assert after.rank < before.rank
    assert after.meaning is not None
    assert after.meaning.passage == 1
    assert after.meaning.added == max(hit.meaning.added for hit in meant if hit.meaning)
    assert meant.meaning is not None
    assert meant.meaning.to_dict() == {
        "used": True,
        "encoder": "hashed words",
        "version": "1",
        "address": "",
        "weight": 0.5,
        "ranked": 50,
        "without": 0,
    }
    assert not codes(meant)


def test_a_plain_search_has_nothing_about_meaning(index: Index, encoder: HashedWords) -> None:
    before = len(encoder.asked)
    results = index.search(QUERY, explain=True)
    assert results.meaning is None
    assert not results.also
    assert "meaning" not in results.to_dict()
    assert "also" not in results.to_dict()
    assert "meaning" not in results[0].to_dict()
    assert "z" not in results.rows()[0]
    assert len(encoder.asked) == before


@pytest.mark.parametrize("group", ["article", "story", "none"])
@pytest.mark.parametrize(
    "query", [QUERY, "السيارات", "الجسر OR المطر", "+السيارات الميناء -القمح", '"الوزير"']
)
def test_the_best_fifty_are_the_same_in_another_order_and_the_rest_stays(
    index: Index, query: str, group: Group
) -> None:
    words = index.search(query, limit=500, group=group)
    meant = index.search(query, limit=500, group=group, meaning=True)
    assert meant.total == words.total
    assert (meant.match, meant.with_all) == (words.match, words.with_all)
    assert sorted(which(meant[:50])) == sorted(which(words[:50]))
    assert which(meant[50:]) == which(words[50:])
    snippets = {(hit.id, hit.paragraph.number): hit for hit in words}
    for hit in meant:
        same = snippets[hit.id, hit.paragraph.number]
        assert (hit.snippet, hit.title_highlights, hit.more) == (
            same.snippet,
            same.title_highlights,
            same.more,
        )
    scores = [hit.score for hit in meant]
    assert scores == sorted(scores, reverse=True)
    assert [hit.rank for hit in meant] == list(range(1, len(meant) + 1))


def test_a_single_word_is_ranked_by_words_alone(index: Index) -> None:
    words, meant = index.search("السيارات", limit=50), index.search("السيارات", limit=50, meaning=True)
    assert which(meant) == which(words)
    assert codes(meant) == ["meaning-one-word"]
    assert meant.meaning is not None and not meant.meaning.used


@pytest.mark.parametrize("group", ["article", "story", "none"])
def test_without_weight_the_words_alone_decide_the_order(index: Index, group: Group) -> None:
    for query in (QUERY, "السيارات الطرق", "المطر"):
        words = index.search(query, limit=100, group=group)
        meant = index.search(query, limit=100, group=group, meaning=True, ranking=Ranking(meaning=0))
        assert which(meant) == which(words)
        assert [hit.score for hit in meant] == [hit.score for hit in words]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
    pages=st.lists(st.integers(1, 40), min_size=1, max_size=5),
    group=st.sampled_from(["article", "none"]),
)
def test_pages_fit_together(index: Index, words: list[str], pages: list[int], group: Group) -> None:
    query = " ".join(words)
    whole = index.search(query, limit=300, group=group, meaning=True)
    offset, found = 0, []
    for limit in itertools.chain(pages, itertools.repeat(37)):
        page = index.search(query, limit=limit, offset=offset, group=group, meaning=True)
        found += page.hits
        assert bool(page.also) <= (offset == 0)
        offset += limit
        if offset >= whole.total:
            break
    assert found == list(whole.hits)


def test_each_hit_comes_once(index: Index) -> None:
    listed = list(all_hits(index, "السيارات", match="any", page=20, meaning=True))
    assert which(listed) == which(index.search("السيارات", limit=500, meaning=True))


def test_a_score_is_the_sum_of_what_words_and_meaning_give(index: Index) -> None:
    results = index.search(QUERY, limit=60, meaning=True, explain=True)
    words = {hit.id: hit.score for hit in index.search(QUERY, limit=60)}
    best = max(words.values())
    least = min(hit.meaning.z for hit in results[:50] if hit.meaning and hit.meaning.z is not None)
    for hit in results[:50]:
        close = hit.meaning
        assert close is not None and close.z is not None
        assert close.words == pytest.approx(words[hit.id])
        assert close.words + close.added == pytest.approx(hit.score)
        # The formula, except for what is added to all of them.
        assert close.added == pytest.approx(best * weight_of(0.5, QUERY) * (close.z - least) / 5)
        shares = sum(each.share for each in (*hit.explanation, *hit.together))
        assert shares + close.share == pytest.approx(1.0)
    for hit in results[50:]:
        assert hit.meaning is None
        assert hit.score == pytest.approx(words[hit.id])


def test_each_paragraph_has_its_own_closeness(index: Index) -> None:
    results = index.search("السيارات", group="none", limit=40, meaning=True)
    assert all(hit.meaning is not None and hit.meaning.passage == hit.paragraph.number for hit in results)
    zs: dict[str, set[float]] = {}
    for hit in results:
        assert hit.meaning is not None and hit.meaning.z is not None
        zs.setdefault(hit.id, set()).add(hit.meaning.z)
    assert any(len(each) > 1 for each in zs.values())


def test_z_is_of_all_vectors_of_the_index(index: Index, encoder: HashedWords) -> None:
    texts = [passage.text for article in index for passage in article.passages()]
    cosines = encoder.encode(texts, "passage") @ encoder.encode([QUERY], "query")[0]
    close = index.search(QUERY, meaning=True)[0].meaning
    assert close is not None and close.cosine is not None
    assert close.z == pytest.approx((close.cosine - cosines.mean()) / cosines.std(), abs=0.05)


# articles that share no word


def test_close_articles_without_a_common_word_are_listed_beside_the_hits(index: Index) -> None:
    results = index.search(QUERY, meaning=True)
    assert {hit.id for hit in results.also} == {"jam", "jam2"}
    assert not {hit.id for hit in index.search(QUERY, limit=500)} & {"jam", "jam2"}
    for rank, hit in enumerate(results.also, 1):
        assert hit.rank == rank
        assert hit.score == 0
        assert hit.meaning is not None and hit.meaning.z is not None
        assert hit.meaning.z >= by_meaning.CLOSE
        assert len(hit.snippet.text) >= 40
        assert hit.paragraph.number == hit.meaning.passage
        assert hit.snippet.text == hit.paragraph.text.strip()
        assert not hit.snippet.highlights and not hit.title_highlights
    record = results.to_dict()
    assert [each["article"]["id"] for each in record["also"]] == [hit.id for hit in results.also]
    assert record["total"] == results.total


def test_what_is_not_close_enough_is_left_out(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_meaning, "CLOSE", 20.0)
    assert not index.search(QUERY, meaning=True).also


def test_it_meets_the_conditions_of_the_query(index: Index) -> None:
    assert [hit.id for hit in index.search(QUERY, meaning=True, source="الساحل").also] == ["jam2"]
    assert [hit.id for hit in index.search(f"{QUERY} source:الوادي", meaning=True).also] == ["jam"]
    assert [hit.id for hit in index.search(f"{QUERY} -خانق", meaning=True).also] == []
    assert not index.search(f"{QUERY} after:2020", meaning=True).also


def test_a_word_that_is_required_leaves_nothing_beside_the_hits(index: Index) -> None:
    for query in ("+اختناق السيارات", '"اختناق السيارات"', "اختناق AND السيارات"):
        assert not index.search(query, meaning=True).also
    assert not index.search(QUERY, meaning=True, match="all").also


def test_where_the_words_find_nothing_the_meaning_may(index: Index) -> None:
    results = index.search("اختناق", meaning=True)
    assert not results.total
    assert not results.hits
    assert {hit.id for hit in results.also} >= {"jam", "jam2"}


def test_it_comes_with_the_first_page_alone(index: Index) -> None:
    assert index.search(QUERY, meaning=True, limit=5).also
    assert not index.search(QUERY, meaning=True, limit=5, offset=5).also
    assert not index.search(QUERY, meaning=True, limit=5, offset=60).also
    assert not index.search(QUERY, meaning=True, limit=0).also


def test_an_article_that_was_changed_since_is_not_shown_for_what_it_said(
    tmp_path: Path, quick_analyzer: Analyzer, encoder: HashedWords
) -> None:
    place = tmp_path / "index"
    with create_index(place, analyzer=quick_analyzer) as made_index:
        made_index.add(ARTICLES)
    embed(place, encoder)
    with open_index(place, analyzer=quick_analyzer, encoder=encoder) as opened:
        opened.add(Article("jam", "القمح", ("حصاد القمح",), source="الوادي"))
        opened.remove(["jam2"])
        assert not opened.search(QUERY, meaning=True).also


# what cannot be done


def test_missing_vectors_are_reported_and_the_words_answer(
    tmp_path: Path, quick_analyzer: Analyzer, encoder: HashedWords
) -> None:
    with create_index(tmp_path / "index", analyzer=quick_analyzer) as made_index:
        made_index.add(ARTICLES)
    before = len(encoder.asked)
    with open_index(tmp_path / "index", analyzer=quick_analyzer, encoder=encoder) as opened:
        results = opened.search(QUERY, meaning=True)
        assert codes(results) == ["meaning-no-vectors"]
        assert results.meaning is not None and not results.meaning.used
        assert results.hits == opened.search(QUERY).hits
    # No model was loaded for nothing.
    assert len(encoder.asked) == before


def test_vectors_of_another_model_are_not_compared(folder: Path, quick_analyzer: Analyzer) -> None:
    other = HashedWords(SAME, dimension=32, salt="other")
    with open_index(folder, analyzer=quick_analyzer, encoder=other) as opened:
        results = opened.search(QUERY, meaning=True)
        assert codes(results) == ["meaning-other-model"]
        assert "hashed words" in results.problems[0].message
        assert "hashed words other" in results.problems[0].message
        assert which(results) == which(opened.search(QUERY))
        assert results.meaning is not None and not results.meaning.used
        assert not results.also


def test_a_missing_model_is_reported_with_the_command(
    folder: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("KHABAR_MODEL", raising=False)
    with open_index(folder, analyzer=quick_analyzer) as opened:
        results = opened.search(QUERY, meaning=True)
    assert codes(results) == ["meaning-missing"]
    assert "khabar meaning install" in results.problems[0].message
    # It has no position in the query.
    assert (results.problems[0].start, results.problems[0].end) == (0, 0)
    assert results.hits


def test_a_model_that_crashes_loses_no_search(folder: Path, quick_analyzer: Analyzer) -> None:
    broken = HashedWords(SAME, dimension=32)
    with open_index(folder, analyzer=quick_analyzer, encoder=broken) as opened:
        words = opened.search("السيارات")
        assert opened.search(QUERY, meaning=True).meaning.used  # type: ignore[union-attr]
        broken.failing = True
        for query in ("المطر السيارات", "الجسر"):
            results = opened.search(query, meaning=True)
            assert codes(results) == ["meaning-failed"]
            assert results.hits == opened.search(query).hits
        # What was encoded before needs no model.
        assert opened.search("السيارات").hits == words.hits


class Odd(HashedWords):
    """Raises an unexpected error."""

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        raise RuntimeError("segmentation")


def test_whatever_goes_wrong_in_a_model_the_words_answer(folder: Path, quick_analyzer: Analyzer) -> None:
    with open_index(folder, analyzer=quick_analyzer, encoder=Odd(SAME, 32)) as opened:
        results = opened.search(QUERY, meaning=True)
    assert codes(results) == ["meaning-failed"]
    assert "segmentation" in results.problems[0].message
    assert results.hits


def test_what_has_no_vectors_counts_as_the_mean_and_is_counted(
    tmp_path: Path, quick_analyzer: Analyzer, encoder: HashedWords
) -> None:
    place = tmp_path / "index"
    with create_index(place, analyzer=quick_analyzer) as made_index:
        made_index.add(ARTICLES)
    embed(place, encoder, lambda article: article.source == "الوادي")
    with open_index(place, analyzer=quick_analyzer, encoder=encoder) as opened:
        results = opened.search(QUERY, meaning=True, limit=50)
        words = opened.search(QUERY, limit=50)
    without = [hit for hit in results if hit.meaning is not None and hit.meaning.z is None]
    assert 0 < len(without) < 50
    assert results.meaning is not None and results.meaning.without == len(without)
    assert codes(results) == ["meaning-partly"]
    assert f"{len(without)} of the best 50" in results.problems[0].message
    known = [hit.meaning.added for hit in results if hit.meaning and hit.meaning.z is not None]
    assert {round(hit.meaning.added, 6) for hit in without if hit.meaning} == {
        round(sum(known) / len(known), 6)
    }
    assert sorted(which(results)) == sorted(which(words))


def test_a_query_that_leaves_the_machine_says_so_each_time(folder: Path, quick_analyzer: Analyzer) -> None:
    away = HashedWords(SAME, dimension=32, address="https://vectors.example")
    with open_index(folder, analyzer=quick_analyzer, encoder=away) as opened:
        for _ in range(2):
            results = opened.search(QUERY, meaning=True)
            assert codes(results) == ["meaning-sent"]
            assert "https://vectors.example" in results.problems[0].message
            assert results.meaning is not None
            assert (results.meaning.used, results.meaning.address) == (True, "https://vectors.example")


def test_by_date_and_without_words_meaning_does_nothing_and_says_so(index: Index) -> None:
    newest = index.search(QUERY, sort="newest", meaning=True)
    assert codes(newest) == ["meaning-by-date"]
    assert newest.hits == index.search(QUERY, sort="newest").hits
    conditions = index.search("source:الوادي", meaning=True)
    assert codes(conditions) == ["meaning-no-words"]
    assert conditions.hits == index.search("source:الوادي").hits
    # Everything, newest first: an empty query has no meaning.
    assert not index.search("", meaning=True).problems


def test_damaged_vectors_are_reported_and_the_words_answer(
    tmp_path: Path, quick_analyzer: Analyzer, encoder: HashedWords
) -> None:
    place = tmp_path / "index"
    with create_index(place, analyzer=quick_analyzer) as made_index:
        made_index.add(ARTICLES)
    embed(place, encoder)
    for path in place.glob("vectors-*.bin"):
        content = bytearray(path.read_bytes())
        for at in range(200, len(content), 64):
            content[at] ^= 255
        path.write_bytes(content)
    with open_index(place, analyzer=quick_analyzer, encoder=encoder) as opened:
        results = opened.search(QUERY, meaning=True)
        assert codes(results) == ["meaning-damaged"]
        assert results.meaning is not None and not results.meaning.used
        assert results.hits == opened.search(QUERY).hits


# several archives


def test_archives_are_ranked_as_one_index(
    folder: Path, tmp_path: Path, quick_analyzer: Analyzer, encoder: HashedWords, index: Index
) -> None:
    places = {name: tmp_path / name for name in ("a", "b")}
    for name, place in places.items():
        with create_index(place, analyzer=quick_analyzer) as made_index:
            made_index.add(
                [each for number, each in enumerate(ARTICLES) if (number % 3 == 0) == (name == "a")]
            )
        embed(place, encoder)
    with open_index(places, analyzer=quick_analyzer, encoder=encoder) as joined:
        found, whole = (each.search(QUERY, meaning=True, limit=60) for each in (joined, index))
        closeness = [
            {hit.id: (hit.meaning.words, hit.meaning.z) for hit in each if hit.meaning}
            for each in (found, whole)
        ]
        both = closeness[0].keys() & closeness[1].keys()
        # Among articles with the same score, another may be the fiftieth.
        assert len(both) > 40
        for each in both:
            assert closeness[0][each] == pytest.approx(closeness[1][each])
        assert {(hit.id, hit.archive) for hit in found.also} == {("jam", "a"), ("jam2", "b")}
    (places["b"] / "vectors.bin").unlink()
    with open_index(places, analyzer=quick_analyzer, encoder=encoder) as joined:
        partly = joined.search(QUERY, meaning=True, limit=60)
        assert codes(partly) == ["meaning-partly"]
        assert {hit.archive for hit in partly[:50] if hit.meaning and hit.meaning.z is None} == {"b"}


# what the model gets


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("من فاز بكأس العالم؟", "من فاز بكأس العالم؟"),
        ("  أسعار   النفط ", "أسعار   النفط"),
        ('+أسعار "وقف إطلاق النار" -قطر', "أسعار وقف إطلاق النار"),
        ("النفط source:الخليج after:2020", "النفط"),
        ("title:النفط =أسعار وزا* موسكوو~", "النفط أسعار وزا موسكوو"),
        ("(غزة OR رفح) NEAR/5 هدنة", "غزة رفح هدنة"),
        ("غزة NEAR/5 هدنة", "غزة هدنة"),
        ("source:الخليج", ""),
        ("-قطر", ""),
        ("", ""),
    ],
)
def test_the_model_reads_what_the_query_says(query: str, text: str) -> None:
    assert text_of(parse(query)) == text


def test_the_query_reaches_the_model_cleaned_and_without_signs(
    index: Index, encoder: HashedWords, folder: Path
) -> None:
    index.search("+السيّارات -القمح source:الوادي", meaning=True)
    assert encoder.asked[-1] == ("query", ["السيارات"])
    index.search('"السيارات" -القمح', syntax=False, meaning=True)
    assert encoder.asked[-1] == ("query", ['"السيارات" -القمح'])


def test_a_closed_index_closes_what_it_opened(
    folder: Path, quick_analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = HashedWords(SAME, dimension=32)
    monkeypatch.setattr("khabar.meaning.models.open_encoder", lambda model: own)
    opened = open_index(folder, analyzer=quick_analyzer)
    assert opened.search(QUERY, meaning=True).meaning.used  # type: ignore[union-attr]
    opened.close()
    assert own.closed
    forgotten = open_index(folder, analyzer=quick_analyzer)
    own.closed = False
    forgotten.search(QUERY, meaning=True)
    del forgotten
    assert own.closed
