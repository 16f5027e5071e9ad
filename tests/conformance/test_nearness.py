"""Words that stand together as in the query: articles with them come first, and the pages of a result fit
together however few the second stage ranks."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from khabar.corpus.article import Article
from khabar.library import Index
from khabar.ranking import ranker

FILL = "وقال المتحدث إن الاجتماع سيعقد غدا في المدينة بحضور عدد من المسؤولين والخبراء"


def order(index: Index, query: str, **options) -> list[str]:
    return [hit.id for hit in index.search(query, limit=100, **options)]


def article(name: str, *paragraphs: str, title: str = "خبر") -> Article:
    return Article(name, title, paragraphs)


def test_a_name_comes_before_its_parts(empty: Index) -> None:
    empty.add(
        [
            article("parts", f"محمد السالمي محمد {FILL} العريفي محمد العريفي".replace("محمد العريفي", "")),
            article("often", f"سعد العريفي وخالد العريفي {FILL} محمد السالمي ومحمد الهادي", title="العريفي"),
            article("name", f"{FILL} {FILL} {FILL} محمد العريفي {FILL}"),
            article("father", f"محمد بن العريفي {FILL} {FILL} {FILL} {FILL}"),
            article("reversed", f"العريفي محمد {FILL} {FILL} {FILL} {FILL}"),
        ]
    )
    assert order(empty, "محمد العريفي")[0] == "name"


@pytest.mark.parametrize(
    "text", ["محمد العريفي", "لمحمد العريفي", "ومحمد العريفي", "مُحمَّد العريفي", "محمد   «العريفي»"]
)
def test_a_name_is_found_with_what_is_written_onto_it(empty: Index, text: str) -> None:
    empty.add(
        [
            article("often", f"العريفي {FILL} محمد العريفي".replace("محمد العريفي", "محمد")),
            article("apart", f"محمد {FILL} العريفي {FILL} العريفي"),
            article("name", f"{FILL} {text} {FILL}"),
        ]
    )
    assert order(empty, "محمد العريفي")[0] == "name"


@pytest.mark.parametrize("query", ["عبدالله الزهراني", "عبد الله الزهراني"])
@pytest.mark.parametrize("text", ["عبدالله الزهراني", "عبد الله الزهراني", "لعبدالله الزهراني"])
def test_names_in_two_words_stand_next_to_the_family_name(empty: Index, query: str, text: str) -> None:
    empty.add(
        [
            article("apart", f"عبدالله الزهري {FILL} سعد الزهراني وخالد الزهراني", title="الزهراني"),
            article("name", f"{FILL} {FILL} {text} {FILL}"),
        ]
    )
    hits = empty.search(query, explain=True)
    assert hits[0].id == "name"
    assert [each.how for each in hits[0].together] == ["adjacent"]


def test_three_words(empty: Index) -> None:
    empty.add(
        [
            article("two", f"خالد الفيصل {FILL} بن سعود {FILL} الفيصل الفيصل"),
            article("name", f"{FILL} {FILL} سعود خالد الفيصل {FILL}"),
            article("apart", f"سعود {FILL} خالد {FILL} الفيصل الفيصل الفيصل"),
        ]
    )
    assert order(empty, "سعود خالد الفيصل")[0] == "name"


def test_all_words_are_together_only_in_one_row(empty: Index) -> None:
    """«فيصل بن خالد» and «سلطان بن سلمان» have each two words that stand together, and not the name."""
    parts = f"فيصل بن خالد {FILL} سلطان بن سلمان"
    empty.add(
        [
            article("parts", parts, parts, title="فيصل بن خالد وسلطان بن سلمان"),
            article("name", f"{FILL} {FILL} فيصل بن سلمان {FILL}", FILL),
        ]
    )
    hits = {hit.id: hit.together for hit in empty.search("فيصل بن سلمان", explain=True)}
    assert [each.how for each in hits["name"]] == ["whole"]
    assert [each.how for each in hits["parts"]] == ["adjacent", "adjacent"]


def test_only_what_is_asked_for_stands_together(empty: Index) -> None:
    empty.add([article("a", f"وزير الزراعة {FILL}"), article("b", f"الزراعة {FILL} وزير")])
    for query in ("وزير -الزراعة", '"وزير الزراعة"', "title:وزير title:الزراعة", "وزير"):
        assert all(not hit.together for hit in empty.search(query, explain=True))
    assert all(not hit.together for hit in empty.search("وزير الزراعة"))


@pytest.mark.parametrize("options", [{}, {"group": "story"}, {"group": "none"}])
def test_pages_fit_together(
    new_index: Callable[..., Index], monkeypatch: pytest.MonkeyPatch, options: dict[str, str]
) -> None:
    choose = random.Random(5)
    words = ["وزير", "الزراعة", "القمح", "مدينة", "نهر", "جسر"]
    index = new_index()
    index.add(
        Article(
            f"n{number}",
            " ".join(choose.choices(words, k=3)),
            tuple(" ".join(choose.choices(words, k=choose.randint(2, 30))) for _ in range(3)),
        )
        for number in range(90)
    )
    monkeypatch.setattr(ranker, "_FEWEST", 7)
    monkeypatch.setattr(ranker, "_MOST", 7)

    def told(limit: int, offset: int) -> list[tuple[str, int, float]]:
        hits = index.search("وزير الزراعة", limit=limit, offset=offset, **options)
        return [(hit.id, hit.paragraph.number, hit.score) for hit in hits]

    whole = told(1000, 0)
    assert len({each[:2] for each in whole}) == len(whole) > 50
    scores = [score for _, _, score in whole]
    assert scores == sorted(scores, reverse=True)
    for size in (1, 4, 7, 10, 33):
        pages = [told(size, offset) for offset in range(0, len(whole), size)]
        assert [each for page in pages for each in page] == whole
