"""Several archives searched as one give the same hits, in the same order, with the same scores as one index
of all their articles."""

from __future__ import annotations

import gc
import random
import weakref
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import khabar
from khabar import Article, Index, IndexReadOnly, InvalidArgument, Ranking
from khabar.analysis.analyzer import Analyzer
from khabar.places import Archives, places, places_of

WORDS = "القمح قمح وزير الوزير وزراء رئيس مدينة في من عبد الله نفط النفط هدنة 2023 NATO السلام بعد"
SAMPLE = Path(__file__).parents[2] / "corpus"
#: The similarity of letters depends on the words of each archive; without it, scores are equal.
NOT_SIMILAR = Ranking(similar=0.0, similar_forms=0)
QUERIES = (
    "النفط",
    "اسعار النفط",
    "+هدنة غزة",
    '"مجلس الأمن"',
    "وزير الخارجية -روسيا",
    "title:هدنة",
    "مد*",
    "رئيس الوزراء",
    "source:الوادي النفط",
    "after:2023-06 القمح",
    "الامن الغذائي",
    "قمح NEAR/3 الوادي",
)


@pytest.fixture(scope="module")
def sample() -> list[Article]:
    """The sample articles in random order."""
    articles = list(khabar.read(SAMPLE / "articles"))
    random.Random(17).shuffle(articles)
    return articles


def build(folder: Path, articles: Sequence[Article], analyzer: Analyzer) -> Path:
    with khabar.create_index(folder, analyzer=analyzer) as index:
        index.add(articles)
    return folder


class Built:
    """The sample in one index and in three archives."""

    def __init__(self, folder: Path, articles: list[Article], analyzer: Analyzer) -> None:
        third = len(articles) // 3
        self.articles = articles
        self.parts = {
            "first": build(folder / "first", articles[:third], analyzer),
            "second": build(folder / "second", articles[third : 2 * third], analyzer),
            "third": build(folder / "third", articles[2 * third :], analyzer),
        }
        self.one = khabar.open_index(build(folder / "one", articles, analyzer), analyzer=analyzer)
        self.joined = khabar.open_index(self.parts, analyzer=analyzer)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, sample: list[Article], analyzer: Analyzer) -> Built:
    return Built(tmp_path_factory.mktemp("archives"), sample, analyzer)


def shown(index: Index, query: str, **asked) -> list[tuple[str, int, float]]:
    asked = {"limit": 1000, "ranking": NOT_SIMILAR, **asked}
    return [(hit.id, hit.paragraph.number, round(hit.score, 9)) for hit in index.search(query, **asked)]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("group", ["article", "none"])
@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_archives_find_what_one_index_of_all_finds(built: Built, query: str, group: str, sort: str) -> None:
    asked = {"group": group, "sort": sort}
    found = shown(built.one, query, match="any", **asked)
    assert shown(built.joined, query, match="any", **asked) == found
    assert found or query.startswith(("source:", "after:")) or "NEAR" in query


@pytest.mark.parametrize("query", QUERIES)
def test_similar_words_change_scores_but_not_what_matches_as_they_are_written(
    built: Built, query: str
) -> None:
    one, joined = (
        {hit.id: hit.score for hit in index.search(query, limit=1000)} for index in (built.one, built.joined)
    )
    # The frequency of a letter pair differs between archives, so scores may differ by this much.
    for article in one.keys() & joined.keys():
        assert joined[article] == pytest.approx(one[article], rel=0.05)


def test_every_hit_says_its_archive(built: Built) -> None:
    where = {article.id: name for name, path in built.parts.items() for article in khabar.open_index(path)}
    results = built.joined.search("النفط", limit=1000)
    assert len({hit.archive for hit in results}) > 1
    for hit in results:
        assert hit.archive == where[hit.id]
        assert hit.also_in == ()
        assert hit.to_dict()["archive"] == hit.row()["archive"] == hit.archive
    for hit in built.one.search("النفط"):
        assert hit.archive == ""
        assert "archive" not in hit.to_dict() and "archive" not in hit.row()


def test_explorations_are_of_all_archives(built: Built) -> None:
    one, joined = built.one, built.joined
    assert list(joined.archives) == ["first", "second", "third"] and one.archives == {}
    assert sum(joined.archives.values()) == len(one)
    assert len(joined) == len(one) == len(built.articles)
    assert [article.id for article in joined] == [article.id for article in one]
    for query in ("النفط", "", "هدنة غزة"):
        assert joined.facets(query).to_dict()["facets"] == one.facets(query).to_dict()["facets"]
        assert joined.timeline(query).buckets == one.timeline(query).buckets
        assert joined.search(query, limit=0).total == one.search(query, limit=0).total
    assert [each.text for each in joined.terms("النفط")] == [each.text for each in one.terms("النفط")]
    assert joined.complete("نف") == one.complete("نف")
    assert {(form.term, form.paragraphs) for form in joined.why("رئيس") if form.matches} == {
        (form.term, form.paragraphs) for form in one.why("رئيس") if form.matches
    }
    assert joined.suggest("النفظ")[:1] == one.suggest("النفظ")[:1]
    related, expected = joined.related("gulf-01"), one.related("gulf-01")
    assert related is not None and expected is not None
    assert [each.article.id for each in related] == [each.article.id for each in expected]
    assert all(each.archive for each in related)


def test_lists_and_quotations_are_of_all_archives(built: Built) -> None:
    def rows(index: Index) -> list[dict[str, Any]]:
        names = ["النفط", "هدنة", "طارق الهاشل", "لا أحد هناك", "غزة"]
        found = [row.row() for row in index.batch(names, hits=3)]
        return [{name: row[name] for name in row if not name.startswith("best_")} for row in found]

    assert rows(built.joined) == rows(built.one)
    (row,) = built.joined.batch("طارق الهاشل")
    assert row.hits[0].archive in built.parts
    said = "السوق تحتاج الى الصبر لا المفاجأة"
    (one,), (joined,) = built.one.quote(said), built.joined.quote(said)
    assert joined[0].article == one[0].article
    assert joined[0].similarity == one[0].similarity
    assert (joined[0].archive in built.parts, one[0].archive) == (True, "")
    assert joined[0].to_dict()["archive"] == joined[0].archive
    assert "archive" not in one[0].to_dict()


def test_the_pages_of_archives_fit_together(built: Built) -> None:
    hits = list(khabar.all_hits(built.joined, "النفط", match="any", page=7))
    assert len(hits) == built.joined.search("النفط", limit=0).total == len({hit.id for hit in hits})
    whole = [hit.id for hit in built.joined.search("النفط", match="any", limit=1000)]
    assert [hit.id for hit in hits] == whole


def test_a_closed_index_opens_no_archive(built: Built) -> None:
    with khabar.open_index(built.parts) as joined:
        alone = joined.archive("first")
    with alone:
        assert len(alone) == built.joined.archives["first"]
    with pytest.raises(khabar.IndexClosed):
        joined.archive("first")
    with pytest.raises(khabar.IndexClosed):
        joined.search("النفط")


def story(number: int, words: str, **known) -> Article:
    return Article(f"s{number}", f"خبر {words}", (f"قالت مصادر إن {words} أمس.",), **known)


def test_an_article_in_two_archives_is_one_and_told_with_both(tmp_path: Path, analyzer: Analyzer) -> None:
    both = story(1, "المحصول وفير", source="وكالة الوادي")
    first = [both, story(2, "الميناء مزدحم")]
    second = [story(3, "الميناء خال"), both, story(4, "المحصول قليل")]
    a, b = build(tmp_path / "a", first, analyzer), build(tmp_path / "b", second, analyzer)
    with khabar.open_index([a, b], analyzer=analyzer) as joined:
        assert len(joined) == 4 and [each.id for each in joined] == ["s1", "s2", "s3", "s4"]
        hits = {hit.id: hit for hit in joined.search("المحصول")}
        assert (hits["s1"].archive, hits["s1"].also_in) == ("a", ("b",))
        assert (hits["s4"].archive, hits["s4"].also_in) == ("b", ())
        assert hits["s1"].row()["also_in"] == "b"
        assert joined.facets("المحصول", "source", limit=None).facets[0].values[0].count == 1
        assert len(list(khabar.all_hits(joined, "", page=1))) == 4
        info = joined.info()
        assert info.statistics.articles == 4
        assert {name: each.statistics.articles for name, each in info.archives.items()} == {"a": 2, "b": 3}
        # As if they had been added to one index.
        build(tmp_path / "one", [*first, *second], analyzer)
        with khabar.open_index(tmp_path / "one", analyzer=analyzer) as one:
            assert shown(joined, "المحصول خبر") == shown(one, "المحصول خبر")


def test_two_versions_of_an_article_are_two_hits(tmp_path: Path, analyzer: Analyzer) -> None:
    early, late = story(1, "المحصول وفير"), story(1, "المحصول قليل جدا")
    a, b = build(tmp_path / "a", [early], analyzer), build(tmp_path / "b", [late], analyzer)
    with khabar.open_index({"صباح": a, "مساء": b}, analyzer=analyzer) as joined:
        hits = joined.search("المحصول")
        assert {(hit.id, hit.archive) for hit in hits} == {("s1", "صباح"), ("s1", "مساء")}
        assert len(list(khabar.all_hits(joined, "المحصول", page=1))) == 2
        assert joined.article("s1") == early == joined.article("s1", archive="صباح")
        assert joined.article("s1", archive="مساء") == late
        assert joined.article("s2", archive="مساء") is None
        marked = joined.highlight("s1", "قليل", archive="مساء")
        assert marked is not None and marked.article == late and marked.archives == ("مساء",)
        with pytest.raises(InvalidArgument, match="صباح, مساء"):
            joined.article("s1", archive="ظهر")
    with khabar.open_index(a) as alone, pytest.raises(InvalidArgument, match="single index"):
        alone.article("s1", archive="صباح")


def test_what_was_removed_in_one_archive_is_told_by_the_next(tmp_path: Path, analyzer: Analyzer) -> None:
    both = story(1, "المحصول وفير")
    a, b = build(tmp_path / "a", [both, story(2, "غيره")], analyzer), build(tmp_path / "b", [both], analyzer)
    with khabar.open_index([a, b], analyzer=analyzer) as joined:
        assert joined.search("المحصول")[0].archive == "a"
        with khabar.open_index(a, analyzer=analyzer) as alone:
            alone.remove("s1")
        # A commit to one of them becomes visible.
        hit = joined.search("المحصول")[0]
        assert (hit.archive, hit.also_in) == ("b", ())
        with joined.archive("a") as alone:
            alone.add(story(5, "المحصول كثير"))
        assert joined.search("المحصول").total == 2


def test_stories_of_two_archives_are_joined_by_an_article_of_both(tmp_path: Path, analyzer: Analyzer) -> None:
    text = "قالت الوزارة في بيان مفصل إن المحصول هذا العام وفير جدا وإن المطاحن تسلمت القمح من المزارعين"
    copies = [Article(f"c{number}", f"المحصول وفير {number}", (text,)) for number in range(3)]
    a, b = build(tmp_path / "a", copies[:2], analyzer), build(tmp_path / "b", copies[1:], analyzer)
    with khabar.open_index([a, b], analyzer=analyzer) as joined:
        results = joined.search("المحصول", group="story")
        assert results.total == 1
        assert results[0].story is not None and len(results[0].story.tellings) == 3


def test_archives_can_only_be_read(tmp_path: Path, built: Built, sample: list[Article]) -> None:
    joined = built.joined
    for write in (
        lambda: joined.add(sample[:1]),
        lambda: joined.remove("x"),
        lambda: joined.update(SAMPLE / "articles"),
        lambda: joined.choose(paths=SAMPLE),
    ):
        with pytest.raises(IndexReadOnly) as error:
            write()
        assert error.value.archives == ("first", "second", "third") and "alone" in str(error.value)
    assert joined.choose(query="النفط")
    with pytest.raises(InvalidArgument):
        khabar.open_index(list(built.parts.values()), create=True)
    with pytest.raises(InvalidArgument):
        khabar.create_index(joined.path)


def test_an_archive_that_cannot_be_opened_is_an_error_that_names_it(tmp_path: Path, built: Built) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(khabar.IndexNotFound, match="missing"):
        khabar.open_index([built.parts["first"], missing])


def test_archives_are_called_as_their_folders(tmp_path: Path) -> None:
    def names(*given: str) -> tuple[str, ...]:
        found = places("path", list(given))
        assert isinstance(found, Archives)
        return found.names

    assert names("/x/news", "/x/agency") == ("news", "agency")
    assert names("/x/2023/news", "/x/2024/news", "/x/agency") == ("2023-news", "2024-news", "agency")
    assert names("/x/news", "opensearch://one:9200/news") == ("x-news", "one-news")
    assert names("opensearch://one:9200/news", "opensearch://one:9201/news") == ("one-news-1", "one-news-2")
    assert places("path", ["/x/news"]) == Path("/x/news")
    for wrong in (
        [],
        ["/x", "/x"],
        ["/x", "/x/../x"],
        {"": "/x"},
        {"a:b": "/x", "c": "/y"},
        [1],
        {"a": ["/x"]},
    ):
        with pytest.raises(InvalidArgument):
            places("path", wrong)


names = st.text(
    st.characters(exclude_characters="=:;/\\\0", exclude_categories=["Cs", "Cc", "Z"]), min_size=1
)


@given(st.dictionaries(names, st.sampled_from(["/x/a", "/y/a", "/z/b", "opensearch://h:9200/n"]), min_size=2))
@settings(max_examples=50)
def test_the_text_of_archives_gives_them_again(given: dict[str, str]) -> None:
    unique = dict({place: name for name, place in given.items()}.items())
    found = places("path", {name: place for place, name in unique.items()})
    if isinstance(found, Archives):
        assert places_of(str(found)) == found


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("/x/a;/x/b", [("a", "/x/a"), ("b", "/x/b")]),
        ("أخبار=/x/a ; /x/b;", [("أخبار", "/x/a"), ("b", "/x/b")]),
        ("opensearch://u:p@h:9200,i:9200/n?tls=off; b=/x", [("n", "opensearch://u@h:9200,i:9200/n?tls=off")]),
    ],
)
def test_several_places_in_one_text(text: str, members: list[tuple[str, str]]) -> None:
    found = places_of(text)
    assert isinstance(found, Archives)
    assert [(name, str(place)) for name, place in found.members][: len(members)] == members
    assert places_of("/x/a") == Path("/x/a")


def test_a_folder_with_a_semicolon_is_a_folder(tmp_path: Path) -> None:
    odd = tmp_path / "a;b"
    odd.mkdir()
    assert places_of(str(odd)) == odd


def few(rng: random.Random, number: int, words: Sequence[str]) -> Article:
    count = rng.randrange(0, 4)
    moment = datetime(2024, 1, 1) + timedelta(hours=rng.randrange(2000)) if rng.random() < 0.8 else None
    return Article(
        f"a{number}",
        " ".join(rng.choices(words, k=rng.randrange(1, 5))),
        tuple(" ".join(rng.choices(words, k=rng.randrange(1, 20))) for _ in range(count)),
        source=rng.choice(["", "الوادي", "الساحل"]),
        author=rng.choice(["", "سلمى"]),
        published=moment,
    )


@given(seed=st.integers(0, 1 << 32), parts=st.integers(2, 4))
@settings(max_examples=25)
def test_any_articles_in_any_archives(
    seed: int, parts: int, tmp_path_factory: pytest.TempPathFactory, quick_analyzer: Analyzer
) -> None:
    rng = random.Random(seed)
    words = WORDS.split()
    articles = [few(rng, number, words) for number in range(rng.randrange(2, 60))]
    where = [rng.randrange(parts) for _ in articles]
    folder = tmp_path_factory.mktemp("any")
    order = [
        article for part in range(parts) for article, at in zip(articles, where, strict=True) if at == part
    ]
    build(folder / "one", order, quick_analyzer)
    folders = []
    for part in range(parts):
        own = [article for article, at in zip(articles, where, strict=True) if at == part]
        # Some are also in a later archive, unchanged.
        own += [
            article for article, at in zip(articles, where, strict=True) if at < part and rng.random() < 0.3
        ]
        folders.append(build(folder / f"part-{part}", own, quick_analyzer))
    queries = [" ".join(rng.choices(words, k=rng.randrange(1, 4))) for _ in range(4)]
    queries += [f'"{" ".join(rng.choices(words, k=2))}"', f"+{rng.choice(words)} -{rng.choice(words)}", ""]
    with (
        khabar.open_index(folder / "one", analyzer=quick_analyzer) as one,
        khabar.open_index(folders, analyzer=quick_analyzer) as joined,
    ):
        assert len(joined) == len(one)
        for query in queries:
            for asked in (
                {},
                {"sort": "newest"},
                {"group": "none"},
                {"match": "all"},
                {"limit": 3, "offset": 2},
            ):
                assert shown(joined, query, **asked) == shown(one, query, **asked)
            assert joined.facets(query).to_dict()["facets"] == one.facets(query).to_dict()["facets"]


def test_opening_archives_reads_no_columns(built: Built) -> None:
    with khabar.open_index(built.parts) as joined:
        opened = joined._store.newest()
        assert "columns" not in vars(opened.answers.reader)


def test_a_whole_paragraph_is_found_in_its_archive(built: Built) -> None:
    said = next(text for article in built.articles for text in article.paragraphs if len(text) > 120)
    joined, one = (index.quote(said) for index in (built.joined, built.one))
    place, expected = joined.parts[0].places[0], one.parts[0].places[0]
    assert (place.article.id, place.similarity) == (expected.article.id, expected.similarity)
    assert built.joined.article(place.article.id, archive=place.archive) == place.article
    assert place.to_dict()["archive"] == place.archive and "archive" not in expected.to_dict()
    rows = list(built.joined.batch(["النفط", "هدنة", "بطريق"]))
    assert [row.articles for row in rows] == [
        row.articles for row in built.one.batch(["النفط", "هدنة", "بطريق"])
    ]
    assert all(hit.archive in built.parts for row in rows for hit in row.hits)


def test_closing_lets_go_of_the_files_of_all_archives(built: Built, analyzer: Analyzer) -> None:
    joined = khabar.open_index(built.parts, analyzer=analyzer)
    joined.search("النفط", group="story")
    joined.related("gulf-01")
    joined.facets("النفط")
    readers = [weakref.ref(reader) for reader in joined._store.newest().answers._parts]
    assert all(each() is not None for each in readers)
    # Without waiting for garbage collection.
    gc.disable()
    try:
        joined.close()
        assert all(each() is None for each in readers)
    finally:
        gc.enable()


def test_kept_fields_are_of_all_archives(tmp_path: Path, analyzer: Analyzer) -> None:
    articles = [
        Article("1", "القمح", ("نص أول.",), language="ar", place="جدة", fields={"desk": "اقتصاد"}),
        Article(
            "2", "القمح", ("نص ثان.",), language="fa", fields={"desk": ("اقتصاد", "سياسة"), "ed": "مساء"}
        ),
    ]
    for article in articles:
        with khabar.create_index(tmp_path / article.id, analyzer=analyzer) as index:
            index.add(article)
    with khabar.open_index([tmp_path / "1", tmp_path / "2"], analyzer=analyzer) as joined:
        assert joined.fields == ("desk", "ed") and joined.languages() == {"ar": 1, "fa": 1}
        assert {hit.id for hit in joined.search("", where={"desk": "اقتصاد"})} == {"1", "2"}
        assert [hit.id for hit in joined.search("ed:مساء")] == ["2"]
        assert [hit.id for hit in joined.search("", place="جدة")] == ["1"]
        [facet] = joined.facets("", "desk")
        assert {value.name: value.count for value in facet} == {"اقتصاد": 2, "سياسة": 1}
