from __future__ import annotations

from khabar.corpus.article import Article
from khabar.library import Index

from .conftest import NEWS, WIRE


def ids(index: Index, article: str | Article, **options: object) -> list[str]:
    related = index.related(article, **options)  # type: ignore[arg-type]
    assert related is not None
    return [each.article.id for each in related.articles]


def test_articles_that_share_words_with_the_words_that_link_them(news: Index) -> None:
    related = news.related("visit")
    assert related is not None
    assert [each.rank for each in related.articles] == [1]
    (wire,) = related.articles
    assert wire.article.id in ("wire-1", "wire-2")
    assert {"لافروف", "الروسي", "سيرغي"} <= {link.word for link in wire.links}
    assert 0 < wire.alike < 1
    assert sum(link.share for link in wire.links) <= 1.0001
    assert "القمح" not in related.words


def test_the_article_itself_and_its_copies_are_left_out(news: Index) -> None:
    assert ids(news, "wire-1") == ["visit"]
    assert ids(news, "wire-1", copies=True)[0] == "wire-2"
    assert "wire-1" not in ids(news, "wire-1", copies=True)


def test_inflections_link(news: Index) -> None:
    related = news.related("undated")
    assert related is not None
    (wheat,) = related.articles
    assert wheat.article.id == "wheat"
    # «المزارع … حصد» and «المزارعون حصاد»
    assert "القمح" in {link.word for link in wheat.links}
    assert len(wheat.links) >= 2


def test_an_article_that_is_not_in_the_index(news: Index) -> None:
    draft = Article("", "", ("يزور لافروف موسكو لاستئناف المفاوضات بعد زيارة بكين.",))
    assert set(ids(news, draft)) == {"wire-1", "visit"} or set(ids(news, draft)) == {"wire-2", "visit"}
    copy = Article("copy", NEWS[0].title, (WIRE,))
    assert ids(news, copy) == ["visit"]


def test_what_has_no_words_is_like_nothing(news: Index, empty: Index) -> None:
    assert ids(news, Article("", "", ("في من على 12",))) == []
    assert ids(news, Article("", "", ())) == []
    assert ids(empty, NEWS[0]) == []
    assert ids(news, "visit", limit=0) == []
    assert news.related("nobody") is None


def test_one_word_in_common_is_no_relation(news: Index) -> None:
    # «الميناء» alone is in neither.
    assert ids(news, "team") == []
