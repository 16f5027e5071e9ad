"""A story to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.stories.story import make_story

TEXT = (
    "افتتح وزير النقل صباح اليوم محطة القطار الجديدة في وسط المدينة بحضور عدد من المسؤولين.",
    "وقال الوزير إن المحطة تستقبل عشرين ألف مسافر كل يوم.",
)
AGENCY = Article(
    "a", "افتتاح محطة القطار", TEXT, source="الوكالة", published=datetime(2023, 5, 4, 9, tzinfo=UTC)
)


def test_who_ran_it_first_and_who_else(quick_analyzer: Analyzer) -> None:
    zone = timezone(timedelta(hours=3))
    paper = replace(AGENCY, id="b", source="الجريدة", published=datetime(2023, 5, 4, 12, 30, tzinfo=zone))
    undated = replace(AGENCY, id="c", source="الموقع", published=None)
    late = replace(AGENCY, id="d", source="الوكالة", published=datetime(2023, 5, 5))
    story = make_story([undated, late, paper, AGENCY], quick_analyzer)
    assert [telling.article.id for telling in story.tellings] == ["a", "b", "d", "c"]
    assert story.first == AGENCY
    assert story.sources == ("الوكالة", "الجريدة", "الموقع")


def test_equal_moments_stay_in_the_order_given(quick_analyzer: Analyzer) -> None:
    other = replace(AGENCY, id="b", published=datetime(2023, 5, 4, 9))
    assert make_story([other, AGENCY], quick_analyzer).first == other
    assert make_story([AGENCY, other], quick_analyzer).first == AGENCY


def test_spelling_marks_and_paragraphs_do_not_matter(quick_analyzer: Analyzer) -> None:
    vocalised = replace(
        AGENCY, id="b", paragraphs=(" ".join(TEXT).replace("وقال", "وَقَالَ").replace("إن", "ان"),)
    )
    assert [telling.alike for telling in make_story([AGENCY, vocalised], quick_analyzer).tellings] == [1, 1]


def test_how_alike_is_exact(quick_analyzer: Analyzer) -> None:
    # 27 words make 23 runs; another last word takes one from each.
    changed = replace(AGENCY, id="b", paragraphs=(TEXT[0], TEXT[1].replace("يوم.", "شهر.")))
    count = len(" ".join((AGENCY.title, *TEXT)).split()) - 4
    assert make_story([AGENCY, changed], quick_analyzer).tellings[1].alike == pytest.approx(
        (count - 1) / (count + 1)
    )


def test_a_single_article_is_a_story_too(quick_analyzer: Analyzer) -> None:
    story = make_story([replace(AGENCY, paragraphs=())], quick_analyzer)
    assert [telling.alike for telling in story.tellings] == [1]
