"""What a hit is, and in which order hits come, is the same on every engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

import khabar
from khabar.corpus.article import Article
from khabar.library import Index

TEXT = (
    "أعلنت هيئة الأرصاد الجوية أن عاصفة رملية ستضرب المناطق الشرقية من البلاد صباح الأحد وأن الرؤية ستنخفض "
    "إلى أقل "
    "من مئة متر ودعت السائقين إلى توخي الحذر على الطرق السريعة.",
    "وتستمر العاصفة يومين.",
)


@pytest.fixture
def storms(new_index: Callable[..., Index]) -> Index:
    index = new_index("storms")
    index.add(
        [
            Article(
                "late", "عاصفة رملية تضرب الشرق", TEXT, "الوادي", published=datetime(2024, 5, 3, tzinfo=UTC)
            ),
            Article(
                "early", "عاصفة رملية تضرب الشرق", TEXT, "الساحل", published=datetime(2024, 5, 2, tzinfo=UTC)
            ),
            Article(
                "title", "العاصفة", ("نص آخر تماما.",), "الميناء", published=datetime(2024, 6, 1, tzinfo=UTC)
            ),
            Article("calm", "هدوء بعد العاصفة", ("لا رياح.", "مرت العاصفة.", "العاصفة العاصفة.")),
        ]
    )
    return index


def hits(results: khabar.Results) -> list[tuple[str, int]]:
    return [(hit.article.id, hit.paragraph.number) for hit in results]


def test_a_story_is_one_hit_and_tells_who_ran_it_first(storms: Index) -> None:
    results = storms.search("عاصفة", group="story")
    assert (results.total, results.group) == (3, "story")
    (told,) = [hit for hit in results if hit.story]
    assert told.story is not None
    assert [telling.article.id for telling in told.story.tellings] == ["early", "late"]
    assert [telling.alike for telling in told.story.tellings] == [1.0, 1.0]
    assert storms.search("عاصفة").total == 4
    assert all(hit.story is None for hit in storms.search("عاصفة"))


def test_a_story_is_whole_even_if_one_telling_matches(storms: Index) -> None:
    (hit,) = storms.search("عاصفة", group="story", source="الوادي").hits
    assert hit.article.id == "late"
    assert hit.story is not None
    assert hit.story.first.id == "early"


def test_every_paragraph_is_a_hit(storms: Index) -> None:
    results = storms.search("عاصفة", group="none", limit=20)
    assert results.total == len(results) == 7
    assert set(hits(results)) == {
        *((name, number) for name in ("late", "early") for number in (1, 2)),
        ("calm", 2),
        ("calm", 3),
        # Its title alone matches.
        ("title", 0),
    }
    assert [hit.rank for hit in results] == list(range(1, 8))
    assert [hit.score for hit in results] == sorted((hit.score for hit in results), reverse=True)
    assert all(hit.more == 0 for hit in results)


def test_pages_of_paragraphs_are_those_of_the_whole(storms: Index) -> None:
    whole = hits(storms.search("عاصفة", group="none", limit=20))
    paged = [
        hit
        for offset in range(0, 8, 3)
        for hit in hits(storms.search("عاصفة", group="none", limit=3, offset=offset))
    ]
    assert paged == whole


def test_the_best_paragraph_of_an_article_scores_what_the_article_does(storms: Index) -> None:
    articles = {hit.article.id: hit for hit in storms.search("عاصفة رملية")}
    for hit in storms.search("عاصفة رملية", group="none", limit=20):
        assert hit.score <= articles[hit.article.id].score + 1e-9


def test_conditions_alone_find_each_article_once(storms: Index) -> None:
    assert [name for name, _ in hits(storms.search("source:الميناء", group="none"))] == ["title"]
    assert len(hits(storms.search("", group="none", limit=20))) == len(storms)


def test_paragraphs_explain_themselves(storms: Index) -> None:
    for hit in storms.search("عاصفة رملية", group="none", explain=True):
        assert sum(each.share for each in (*hit.explanation, *hit.together)) == pytest.approx(1)


@pytest.mark.parametrize("group", ["article", "story", "none"])
def test_order_by_date(storms: Index, group: str) -> None:
    newest = [hit.article.id for hit in storms.search("عاصفة", group=group, sort="newest", limit=20)]
    oldest = [hit.article.id for hit in storms.search("عاصفة", group=group, sort="oldest", limit=20)]
    # Without a date comes last either way.
    assert newest[0] == "title"
    assert newest[-1] == oldest[-1] == "calm"
    assert oldest[0] in ("early", "late")


@pytest.mark.parametrize("group", ["article", "none"])
def test_age_counts_if_asked(storms: Index, group: str) -> None:
    ranking = khabar.Ranking(half_life=30)
    plain = {
        (hit.article.id, hit.paragraph.number): hit for hit in storms.search("عاصفة", group=group, limit=20)
    }
    for hit in storms.search("عاصفة", group=group, ranking=ranking, limit=20):
        before = plain[(hit.article.id, hit.paragraph.number)]
        assert hit.score == pytest.approx(before.score * hit.recency)
        expected = {"title": 1, "calm": 0.5, "early": 0.5, "late": 0.5 ** (29 / 30)}[hit.article.id]
        assert hit.recency == pytest.approx(expected)
        assert before.recency == 1


@pytest.mark.parametrize("group", ["article", "none"])
def test_age_is_counted_from_the_newest_article_that_is_there(storms: Index, group: str) -> None:
    storms.remove(["title"])
    hits = storms.search("عاصفة", group=group, ranking=khabar.Ranking(half_life=1), limit=20)
    ages = {hit.article.id: hit.recency for hit in hits}
    assert ages == {"late": 1, "early": pytest.approx(0.5), "calm": 0.5}
    storms.remove(["late", "early"])
    # None has a date any more.
    (hit,) = {hit.article.id: hit for hit in storms.search("عاصفة", ranking=khabar.Ranking(half_life=1))}
    assert hit == "calm"


def test_only_orders_and_groups_that_there_are(storms: Index) -> None:
    for name, value in (("sort", "loudest"), ("group", "paragraph")):
        with pytest.raises(khabar.InvalidArgument, match="one of") as raised:
            storms.search("عاصفة", **{name: value})  # type: ignore[arg-type]
        assert (raised.value.name, raised.value.value) == (name, value)


def test_removed_articles_are_in_no_story_and_no_paragraph(storms: Index) -> None:
    storms.remove(["early"])
    assert all(hit.story is None for hit in storms.search("عاصفة", group="story"))
    assert storms.search("عاصفة", group="none").total == 5
