from __future__ import annotations

from collections.abc import Callable

from khabar.corpus.article import Article
from khabar.library import Index


def words(index: Index, prefix: str, limit: int = 10) -> list[str]:
    return [each.word for each in index.complete(prefix, limit=limit)]


def test_the_article_is_neither_here_nor_there(news: Index) -> None:
    assert set(words(news, "قم")) == {"القمح", "قمحه"}
    assert words(news, "قم") == words(news, "القم")


def test_words_come_as_they_are_written_the_most_frequent_first(news: Index) -> None:
    first, *_ = news.complete("خار")
    assert (first.word, first.paragraphs, str(first)) == ("الخارجية", 3, "الخارجية")
    assert words(news, "أسع") == words(news, "اسع") == ["أسعار"]


def test_a_word_is_counted_with_its_proclitics(new_index: Callable[..., Index]) -> None:
    index = new_index()
    texts = ("المقاومة هنا", "والمقاومة هناك", "أشاد بالمقاومة", "دعما للمقاومة", "حركة مقاومة")
    index.add([Article("one", "خبر", texts)])
    assert {each.word: each.paragraphs for each in index.complete("مقاو")} == {"المقاومة": 4, "مقاومة": 1}
    assert words(index, "بال") == ["بالمقاومة"]
    assert "بالمقاومة" not in words(index, "ب")


def test_only_so_many_and_never_anything_but_words(news: Index, empty: Index) -> None:
    assert len(words(news, "ال", 3)) == 3
    assert words(news, "ا", 0) == words(news, "") == words(news, "؟!") == words(empty, "قم") == []
    assert words(news, "202") == []
    assert "إلى" not in words(news, "إل", 50)


def test_removed_articles_are_forgotten(news: Index) -> None:
    news.remove(["team"])
    assert words(news, "فريق") == []
