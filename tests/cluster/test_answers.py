"""Answers of an index on a cluster to plans, compared with those of the same articles in a folder."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from msgspec.structs import replace
from nodes import Nodes

from khabar.analysis.analyzer import Analyzer
from khabar.cluster import counting, grouped, pages, ranked, readings, weights
from khabar.cluster.client import Cluster
from khabar.cluster.documents import document
from khabar.cluster.frequencies import Shards
from khabar.cluster.mapping import ARTICLES, bodies, edition_index
from khabar.cluster.searcher import ClusterSearcher
from khabar.corpus.article import Article
from khabar.errors import InvalidArgument
from khabar.index.encoder import Encoder
from khabar.index.engine import Found
from khabar.index.engines import engine_class
from khabar.index.plan import (
    Clause,
    FilterClause,
    GroupClause,
    Occur,
    PhraseClause,
    Plan,
    WeightedForm,
    WordClause,
)
from khabar.index.ranking import Ranking
from khabar.places import Address
from khabar.ranking.answers import SORTS, Sort
from khabar.ranking.ranker import candidates_of
from khabar.ranking.rerank import Rerank
from khabar.ranking.searcher import Searcher
from khabar.upkeep.workers import encode_articles

pytestmark = pytest.mark.cluster

WORDS = [
    *("قمح", "وزير", "مدينة", "جسر", "نهر", "سفينة", "طريق", "قرية", "مطر", "حصاد", "في", "إلى", "كتاب"),
    *("ميناء", "سوق", "بحر", "عبد", "الله", "أبو", "مازن", "لعبدالله", "كوفيد-19", "السلام،لافتا"),
]
#: Terms that share no position with another.
PLAIN = ("قمح", "وزير", "جسر", "نهر", "طريق", "مطر", "حصاد", "في", "كتاب", "سوق", "بحر")
#: The last one is longer than a term of Lucene may be.
SOURCES = ("الوادي", "الساحل", "", "مصدر " * 2000 + "بعيد")
AUTHORS = ("منى سالم", "كريم حداد", "", "")
DATES = ("7 أكتوبر 2023", "أمس", "عام 2022")
URLS = (
    "",
    "https://Wadi.example/News/{0}",
    "http://sahel.example/a?b={0}*",
    "https://wadi.example/قرية/{0}\\",
)
ARTICLES_MADE = 700
RANKINGS = (
    Ranking(),
    Ranking(k1=2.0, b=0.1, article=0.25, article_k1=0.3, article_b=1.0, title=1.5, title_occurrence=5.0),
    Ranking(half_life=20.0),
)


def made_up(choose: random.Random, count: int) -> Iterator[Article]:
    def text(longest: int) -> str:
        words = choose.choices(WORDS, range(len(WORDS), 0, -1), k=choose.randint(1, longest))
        if choose.random() < 0.1:
            words.insert(choose.randint(0, len(words)), choose.choice(DATES))
        return " ".join(words)

    for number in range(count):
        moment = datetime(2023, 10, 1, tzinfo=UTC) + timedelta(hours=choose.randint(0, 60 * 24))
        zone = timezone(timedelta(hours=choose.choice((0, 3, -5))))
        dates = (None, moment.astimezone(zone), moment.replace(hour=0, minute=0), datetime(1965, 2, 3, 4))
        yield Article(
            f"مقال/{number}",
            text(4),
            tuple(text(40) for _ in range(choose.randint(0, 5))),
            source=choose.choices(SOURCES, (4, 4, 4, 1))[0],
            author=choose.choice(AUTHORS),
            published=choose.choices(dates, (1, 4, 2, 1))[0],
            url=choose.choice(URLS).format(number),
        )


class Both(NamedTuple):
    """The same articles twice.

    Attributes:
        here: in a folder.
        there: on a cluster.
        terms: the words in them.
        stories: the story of each article.
    """

    here: Searcher
    there: ClusterSearcher
    terms: Sequence[str]
    stories: Sequence[int]


@pytest.fixture(scope="module", params=[1, 3])
def both(
    request: pytest.FixtureRequest, cluster: Nodes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    choose = random.Random(request.param)
    articles = list(made_up(choose, ARTICLES_MADE))
    stories = [choose.randint(0, 300) for _ in articles]
    encoder = Encoder(Analyzer())
    words, sizes = encode_articles(encoder, articles)
    parted = list(words.parted(sizes))
    folder = Path(tmp_path_factory.mktemp("index"))
    engine = engine_class("embedded").create(folder)
    writer = engine.writer()
    for article, its in zip(articles, parted, strict=True):
        writer.add(article, article.fingerprint(), its)
    writer.commit()
    writer.close()
    here = Searcher(engine.reader(), lambda: np.array(stories))
    with cluster.fresh() as fresh:
        address = Address.parse(fresh)
        client = Cluster(address)
        name = edition_index(address.name, 1, ARTICLES)
        client.request("PUT", f"/{name}", bodies("none", shards=request.param, replicas=0)[ARTICLES])
        lines: list[object] = []
        for number, (article, its, story) in enumerate(zip(articles, parted, stories, strict=True)):
            made = document(article, its, article.fingerprint(), 2 * number, story=f"قصة {story}")
            lines += [{"create": {"_index": name, "_id": article.id}}, made]
        # Two segments on each shard.
        half = len(lines) // 4 * 2
        for some in (lines[:half], lines[half:]):
            assert all(each["status"] == 201 for each in client.bulk(some, refresh="true"))
        yield Both(here, ClusterSearcher(Shards(client, name), 1), [*encoder.terms, "غيرموجود"], stories)
        client.close()
    here.close()


def made_plan(choose: random.Random, terms: Sequence[str]) -> Plan:
    """A plan of words with shared, duplicate or missing forms, phrases, groups and conditions."""

    def word(occur: Occur) -> WordClause:
        found = choose.sample(terms, choose.choice((0, 1, 1, 2, 3, 6)))
        forms = tuple(
            WeightedForm(term, choose.choice((1.0, 0.5, 0.15)), "exact", choose.random() < 0.7)
            for term in found
        )
        return WordClause(
            forms, occur=occur, weight=choose.choice((0.5, 1.0, 2.0)), title=choose.random() < 0.15
        )

    def phrase(occur: Occur) -> PhraseClause:
        places = choose.choice((2, 2, 2, 3))
        words = tuple(tuple(choose.sample(terms, choose.choice((1, 1, 2, 4)))) for _ in range(places))
        ordered = choose.random() < 0.7
        if not ordered:
            # In a folder, words at the same position do not count as near one another.
            apart = choose.sample(PLAIN, 2 * places)
            words = tuple(tuple(apart[place::places]) for place in range(places))
        return PhraseClause(
            words,
            occur=occur,
            weight=choose.choice((0.5, 1.0)),
            slop=choose.choice((0, 0, 1, 2, 5, 100)),
            ordered=ordered,
            title=choose.random() < 0.15,
            joined=tuple(choose.sample(terms, choose.choice((0, 0, 0, 1, 2)))),
        )

    def condition(occur: Occur) -> FilterClause:
        first = choose.choice((None, 19_631, 19_650, -2_000))
        return choose.choice(
            (
                FilterClause("source", tuple(choose.sample(SOURCES, choose.choice((1, 1, 2)))), occur=occur),
                FilterClause("author", (choose.choice(AUTHORS),), occur=occur),
                FilterClause("published", first=first, last=choose.choice((None, 19_660)), occur=occur),
                FilterClause(
                    "url", (choose.choice(("WADI", "?b=", "1*", "قرية", "\\", "a?b")),), occur=occur
                ),
                FilterClause("index", occur=occur),
            )
        )

    def clause(depth: int) -> Clause:
        occur = choose.choices(tuple(Occur), (6, 2, 1))[0]
        kind = choose.random()
        if kind < 0.15 and depth < 2:
            return GroupClause(clauses(depth + 1), occur)
        if kind < 0.3:
            return condition(occur)
        return phrase(occur) if kind < 0.5 else word(occur)

    def clauses(depth: int) -> tuple[Clause, ...]:
        return tuple(
            clause(depth) for _ in range(choose.choice((1, 1, 2, 3, 5) if depth == 0 else (1, 2, 3)))
        )

    return Plan(clauses(0))


def ids(found: Found) -> list[str]:
    return [match.article.id for match in found.matches]


def assert_same(there: Found, here: Found) -> None:
    """Check that the matches and their order are the same, except for rounding."""
    assert there.total == here.total
    assert there.idf == pytest.approx(here.idf)
    assert ids(there) == ids(here)
    for one, other in zip(there.matches, here.matches, strict=True):
        assert one.article == other.article
        assert (one.number, one.more) == (other.number, other.more)
        assert one.score == pytest.approx(other.score)
        assert one.shares == pytest.approx(other.shares)
        assert one.recency == pytest.approx(other.recency)
        assert len(one.together) == len(other.together)


@pytest.mark.parametrize("seed", range(3))
def test_any_plan_finds_the_same_articles(both: Both, seed: int) -> None:
    choose = random.Random(seed)
    everything = both.here.totals.articles
    for _ in range(60):
        plan = made_plan(choose, both.terms)
        expected = sorted(article.id for article in both.here.matching(plan, sort="newest"))
        assert sorted(article.id for article in both.there.matching(plan, sort="newest")) == expected, repr(
            plan
        )
        assert both.there.count(plan) == len(expected) <= everything
        assert both.there.count(plan, by_story=True) == both.here.count(plan, by_story=True)
        for field in ("source", "author"):
            assert both.there.counts(plan, field) == both.here.counts(plan, field)
        assert both.there.days(plan) == both.here.days(plan)


@pytest.mark.parametrize("seed", range(2))
def test_phrases_are_read_for_where_the_cluster_cannot_look_for_them(
    both: Both, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "_CLAUSES", 3)
    monkeypatch.setattr(readings, "_AT_ONCE", 70)
    choose = random.Random(300 + seed)
    there = ClusterSearcher(both.there._pages.shards, 2)
    read = 0
    while read < 25:
        plan = made_plan(choose, both.terms)
        if there._weighing._readings.plan(plan) is plan:
            continue
        read += 1
        expected = sorted(article.id for article in both.here.matching(plan))
        assert sorted(article.id for article in there.matching(plan)) == expected, repr(plan)
        assert there.count(plan) == len(expected)
        assert there.days(plan) == both.here.days(plan)
        assert there.counts(plan, "source") == both.here.counts(plan, "source")
        if few_enough(both, plan, Ranking()):
            here = both.here.search(plan, Ranking(), limit=20)
            assert_same(there.search(plan, Ranking(), limit=20), here)
        for leaf in plan.leaves:
            if isinstance(leaf, PhraseClause):
                assert there.phrase_occurrences(leaf) == both.here.phrase_occurrences(leaf)
                alone = replace(leaf, joined=())
                assert there.phrase_articles(alone) == both.here.phrase_articles(alone)


def test_a_pattern_stands_for_as_many_words_as_it_may(both: Both) -> None:
    """A SynonymQuery has at most 1,024 terms, including repetitions."""
    few = WordClause(tuple(WeightedForm(term, 1.0, "exact") for term in ("سفينة", "قرية", "كتاب")))
    none = tuple(WeightedForm(f"سفينة{number}", 1.0, "exact") for number in range(1500))
    other = WordClause((WeightedForm("حصاد", 1.0, "exact"),))

    def plans(word: WordClause) -> list[Plan]:
        required = replace(word, occur=Occur.MUST)
        return [Plan((word,)), Plan((required, other)), Plan((GroupClause((word, other)),))]

    for count in (400, 600, 990, 1500):
        many = replace(few, forms=few.forms + none[:count])
        for short, long in zip(plans(few), plans(many), strict=True):
            assert_same(
                both.there.search(long, Ranking(), limit=20), both.here.search(short, Ranking(), limit=20)
            )


def test_as_many_words_as_patterns_stand_for_are_near_one_another(both: Both) -> None:
    """«م* NEAR/2 النفط» has more than Lucene's limit of 1,024 clauses."""
    one, other = ((word, *(f"{word}{number}" for number in range(1000))) for word in ("وزير", "قمح"))
    few = PhraseClause((("وزير",), ("قمح",)), slop=3, ordered=False)
    many = PhraseClause((one, other), slop=3, ordered=False)
    for ordered in (False, True):
        expected = both.here.search(Plan((replace(few, ordered=ordered),)), Ranking(), limit=20)
        plan = Plan((replace(many, ordered=ordered), GroupClause((replace(many, weight=0.5),))))
        assert both.there.count(plan) == expected.total > 0
        assert both.there.search(plan, Ranking(), limit=20).total == expected.total
        assert_same(both.there.search(Plan(plan.clauses[:1]), Ranking(), limit=20), expected)


def test_what_is_too_much_to_read_is_the_fault_of_the_query(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "_CLAUSES", 3)
    monkeypatch.setattr(readings, "_MOST", 10)
    there = ClusterSearcher(both.there._pages.shards, 2)
    plan = Plan((PhraseClause((("وزير", "جسر"), ("قمح", "نهر")), slop=3),))
    for ask in (there.count, there.days, lambda plan: there.search(plan, Ranking(), limit=1)):
        with pytest.raises(InvalidArgument) as caught:
            ask(plan)
        assert (caught.value.name, caught.value.code) == ("query", "too-large")


def few_enough(both: Both, plan: Plan, ranking: Ranking) -> bool:
    """Whether all matching articles are candidates."""
    weights = [float(value) for value in both.here.search(plan, ranking, limit=0).idf]
    return both.here.count(plan) <= candidates_of(weights)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_found_comes_in_the_same_order(both: Both, seed: int) -> None:
    choose = random.Random(100 + seed)
    compared = 0
    while compared < 60:
        plan = made_plan(choose, both.terms)
        ranking = choose.choice(RANKINGS)
        if not few_enough(both, plan, ranking):
            continue
        compared += 1
        limit, offset = choose.choice((0, 1, 3, 10, 300)), choose.choice((0, 0, 2, 50))
        sort: Sort = choose.choice(SORTS)
        here = both.here.search(plan, ranking, limit=limit, offset=offset, sort=sort)
        assert_same(both.there.search(plan, ranking, limit=limit, offset=offset, sort=sort), here)
        here = both.here.paragraphs(plan, ranking, limit=limit, offset=offset, sort=sort)
        assert_same(both.there.paragraphs(plan, ranking, limit=limit, offset=offset, sort=sort), here)
        here = both.here.search(plan, ranking, limit=limit, offset=offset, sort=sort, by_story=True)
        there = both.there.search(plan, ranking, limit=limit, offset=offset, sort=sort, by_story=True)
        assert (there.total, ids(there)) == (here.total, ids(here))
        listed = [article.id for article in both.here.matching(plan, sort=sort, by_story=True)]
        assert [article.id for article in both.there.matching(plan, sort=sort, by_story=True)] == listed


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("by_story", [False, True])
def test_pages_fit_together(both: Both, sort: Sort, by_story: bool) -> None:
    """Also beyond the candidates: each match is on one page, and the first ones are the best of all."""
    form = WeightedForm(both.terms[0], 1.0, "exact")
    plan = Plan((WordClause((form,)), WordClause((WeightedForm(both.terms[1], 1.0, "exact"),))))
    here = both.here.search(plan, Ranking(), limit=1000, sort=sort, by_story=by_story)
    pages: list[str] = []
    for offset in range(0, 1000, 90):
        there = both.there.search(plan, Ranking(), limit=90, offset=offset, sort=sort, by_story=by_story)
        assert there.total == here.total
        assert len(there.matches) == max(0, min(90, here.total - offset))
        pages += ids(there)
    assert len(pages) == len(set(pages)) == here.total
    assert pages[:50] == ids(here)[:50]
    if by_story:
        of = {f"مقال/{number}": story for number, story in enumerate(both.stories)}
        assert len({of[article] for article in pages}) == len(pages)
    elif sort == "relevance":
        assert set(pages) == set(ids(here))


def test_places_beyond_what_the_cluster_gives_at_once(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan((FilterClause("index"),))
    whole = ids(both.there.search(plan, Ranking(), limit=700, sort="newest"))
    stories = ids(both.there.search(plan, Ranking(), limit=700, by_story=True))
    monkeypatch.setattr(pages, "LARGEST", 40)
    monkeypatch.setattr(grouped, "LARGEST", 40)
    for offset in (0, 39, 100, 640, 699, 800):
        found = both.there.search(plan, Ranking(), limit=100, offset=offset, sort="newest")
        assert (found.total, ids(found)) == (700, whole[offset : offset + 100])
    found = both.there.search(plan, Ranking(), limit=50, offset=150, by_story=True)
    assert ids(found) == stories[150:200]


def test_stories_by_date_among_many_articles(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each story appears once, although another article may represent it."""
    plan = Plan((FilterClause("index"),))
    here = both.here.search(plan, Ranking(), limit=1000, sort="newest", by_story=True)
    monkeypatch.setattr(grouped, "_BY_DATE", 10)
    monkeypatch.setattr(counting, "_STORIES", 10)
    there = both.there.search(plan, Ranking(), limit=1000, sort="newest", by_story=True)
    assert len(there.matches) == here.total == pytest.approx(there.total, rel=0.01)
    assert there.inexact == ("stories-by-date", "stories-estimated")
    there = both.there.search(plan, Ranking(), limit=10, by_story=True)
    assert there.inexact == ("stories-estimated",)


def test_paragraphs_of_more_articles_than_are_looked_at(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan((FilterClause("index"),))
    assert both.there.paragraphs(plan, Ranking(), limit=1).inexact == ()
    monkeypatch.setattr(ranked, "_AT_ONCE", 50)
    for most, inexact in ((ARTICLES_MADE, ()), (ARTICLES_MADE - 50, ("paragraphs-cut",))):
        monkeypatch.setattr(ranked, "_PARAGRAPHS", most)
        found = both.there.paragraphs(plan, Ranking(), limit=1)
        assert (found.total, found.inexact) == (most, inexact)


def test_a_preference_of_the_reader_counts(both: Both) -> None:
    form = WeightedForm(both.terms[0], 1.0, "exact")
    plan = Plan((WordClause((form,)),))
    rerank = Rerank(100, (0,), 1.5, lambda article: article.id, lambda name: 1.5 if "3" in name else 0.5)
    for offset in (0, 20):
        here = both.here.search(plan, Ranking(), limit=20, offset=offset, rerank=rerank)
        there = both.there.search(plan, Ranking(), limit=20, offset=offset, rerank=rerank)
        assert ids(there) == ids(here)


def test_words_are_counted_alike(both: Both) -> None:
    terms = [*both.terms, "لاوجود"]
    assert list(both.there.frequencies(terms)) == list(both.here.frequencies(terms))
    groups = [terms[:3], terms[2:9], [terms[-1]], [], terms[5:6]]
    assert list(both.there.article_frequencies(groups)) == list(both.here.article_frequencies(groups))
    for term in terms:
        assert both.there.occurrences(term) == both.here.occurrences(term), term
        assert both.there.passages_with(term, 3) == both.here.passages_with(term, 3), term


def test_phrases_are_counted_alike(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    for phrase in (
        PhraseClause((("وزير",), ("جسر", "قمح"))),
        PhraseClause((("قمح",), ("وزير",)), slop=3, ordered=False),
        PhraseClause((("قمح",), ("وزير",)), title=True),
        PhraseClause((("قمح",), ("لاوجود",))),
    ):
        assert both.there.phrase_occurrences(phrase) == both.here.phrase_occurrences(phrase)
        assert both.there.phrase_articles(phrase) == both.here.phrase_articles(phrase)
    monkeypatch.setattr(weights, "_COUNTED", 100)
    monkeypatch.setattr(weights, "_AT_ONCE", 50)
    often = PhraseClause((("قمح", "وزير"), ("قمح", "وزير", "جسر")), slop=2)
    expected = both.here.phrase_occurrences(often)
    assert both.there.phrase_occurrences(often) == pytest.approx(expected, rel=0.25)


def test_the_whole_is_described_alike(both: Both) -> None:
    assert both.there.totals == both.here.totals
    assert both.there.statistics() == both.here.statistics()
    for field in ("source", "author"):
        assert sorted(both.there.names(field)) == sorted(both.here.names(field))
    assert list(both.there.articles()) == list(both.here.articles())
    some = ["الوادي", "لاوجود"]
    assert list(both.there.articles(some)) == list(both.here.articles(some))
    assert both.there.article("مقال/17") == both.here.article("مقال/17") is not None
    assert both.there.article("مقال") is None


def test_stories_are_the_same(both: Both) -> None:
    plan = Plan((FilterClause("index"),))
    here = both.here.search(plan, Ranking(), limit=20, by_story=True)
    there = both.there.search(plan, Ranking(), limit=20, by_story=True)
    for one, other in zip(there.matches, here.matches, strict=True):
        assert list(both.there.story(one)) == list(both.here.story(other))
        for article in ("مقال/3", one.article.id, "لاوجود"):
            assert both.there.is_same_story(one, article) == both.here.is_same_story(other, article)


def test_a_host_that_has_no_address_is_told_from_one_that_does_not_answer() -> None:
    pytest.importorskip("opensearchpy")
    from opensearchpy.exceptions import ConnectionError as NoConnection
    from urllib3.exceptions import NameResolutionError, NewConnectionError

    from khabar.cluster.client import _not_reached
    from khabar.places import Address

    address = Address.parse("opensearch://nosuch.invalid:9200/news")
    unknown = NameResolutionError("nosuch.invalid", None, OSError())  # type: ignore[arg-type]
    closed = NewConnectionError(None, "refused")  # type: ignore[arg-type]
    told = [_not_reached(address, NoConnection("N/A", str(each), each)).reason for each in (unknown, closed)]
    assert told == ["there is no host of this name", "nothing responds there"]
