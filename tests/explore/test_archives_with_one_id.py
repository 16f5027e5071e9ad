"""Different articles with one id in several archives are different articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from khabar import Article, Index, create_index, open_index
from khabar.analysis.analyzer import Analyzer


@pytest.fixture
def archives(tmp_path: Path, analyzer: Analyzer) -> Iterator[Index]:
    """Two archives whose articles have the same id, and name different people."""
    texts = {
        "east": "قال الرئيس الروسي فلاديمير بوتين إن المحصول وفير هذا العام",
        "west": "قال الرئيس الأمريكي باراك أوباما إن المحصول وفير في كل الولايات",
    }
    for name, text in texts.items():
        with create_index(tmp_path / name, analyzer=analyzer) as index:
            index.add([Article("1", f"خبر {name}", (text,))])
    with open_index({name: tmp_path / name for name in texts}, analyzer=analyzer) as index:
        yield index


def test_a_quotation_is_found_in_both(archives: Index) -> None:
    [part] = archives.quote("إن المحصول وفير")
    assert {place.archive for place in part.places} == {"east", "west"}


REPORT = (
    "قال وزير الزراعة أمس إن محصول القمح في سهول الشمال وفير هذا العام رغم الجفاف الذي أصاب المنطقة",
    "وأضاف الوزير أن المزارعين باعوا ثلثي الحصاد إلى المخازن العامة بأسعار أعلى من أسعار الموسم الماضي",
)


@pytest.fixture
def wires(tmp_path: Path, analyzer: Analyzer) -> Iterator[Index]:
    """Two archives: the second has a report and its copy, the first other articles with the ids of both."""
    port = ("رست سفينة القمح في الميناء أمس بعد رحلة طويلة من البحر الأسود وفرغ العمال حمولتها كلها",)
    for name, articles in {
        "east": [Article("1", "سفينة في الميناء", port), Article("2", "رحلة السفينة", (port[0], "وغادرت."))],
        "west": [
            Article("1", "محصول وفير", REPORT, "الغرب"),
            Article("2", "محصول وفير", (*REPORT, "وكالات"), "الوادي"),
            Article("3", "محصول القمح في الجنوب", ("ينتظر المزارعون في الجنوب حصاد القمح بعد الجفاف",)),
        ],
    }.items():
        with create_index(tmp_path / name, analyzer=analyzer) as index:
            index.add(articles)
    with open_index({name: tmp_path / name for name in ("east", "west")}, analyzer=analyzer) as index:
        yield index


def test_each_article_of_a_story_names_its_archive(wires: Index) -> None:
    [hit] = (hit for hit in wires.search("المزارعين المخازن", group="story").hits if hit.story)
    assert hit.story is not None
    assert {(each.article.id, each.archive) for each in hit.story.tellings} == {("1", "west"), ("2", "west")}
    assert [each["archive"] for each in hit.to_dict()["story"]] == ["west", "west"]
    [part] = wires.quote("باعوا ثلثي الحصاد إلى المخازن العامة")
    assert {each.archive for each in part.places[0].copies} == {"west"}


def test_related_articles_are_those_of_the_article_and_not_of_its_namesake(wires: Index) -> None:
    article = wires.article("1", archive="west")
    assert article is not None

    def found(**options: bool) -> set[tuple[str, str]]:
        related = wires.related(article, **options)
        assert related is not None
        return {(each.article.id, each.archive) for each in related}

    # Its copy is left out, and articles of the first archive are not, though they have these ids.
    assert ("3", "west") in found() and not {("1", "west"), ("2", "west")} & found()
    assert {("2", "west"), ("3", "west")} <= found(copies=True) and ("1", "west") not in found(copies=True)
    other = Article("1", "سفينة", ("رست سفينة القمح في الميناء بعد رحلة طويلة وباع المزارعون محصول القمح",))
    assert ("1", "west") in {(each.article.id, each.archive) for each in wires.related(other) or ()}


def test_both_have_their_own_names(archives: Index) -> None:
    names = archives.names("المحصول", ("person",))
    assert {name.text for name in names} == {"فلاديمير بوتين", "باراك أوباما"}
