"""The desk: stars, notes and lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from khabar.errors import KhabarError
from khabar.web.layout import article_address
from khabar.web.pages.search import EXPORTS
from khabar.web.pages.searching import Search
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from khabar.corpus.article import Article
    from khabar.desk.desk import Desk
    from khabar.desk.values import DeskArticle, Key, Named
    from khabar.library import Index
    from khabar.web.pages.page import Page

__all__ = ["beside_article", "desk_context", "put_note", "put_on_list", "put_star", "starred_among"]


def desk_context(index: Index, desk: Desk, page: Page) -> dict[str, Any]:
    """The values of the template for the desk.

    Args:
        index: the index of the desk.
        desk: the desk.
        page: the frame of the page.

    Raises:
        DeskError: if the file of the desk cannot be used.
    """
    lists = [(entry.name, desk.articles(entry.name)) for entry in desk.lists()]
    return {
        "page": page,
        "formats": EXPORTS,
        "stars": desk.starred(),
        "notes": desk.notes(),
        "lists": lists,
        "lost": desk.lost(desk.all(), index),
        "address_of": lambda article: Search(lang=page.asked_language).address(
            article_address(article.id), archive=article.archive
        ),
    }


def beside_article(desk: Desk, article_id: str, archive: str) -> dict[str, Any]:
    """An article as it is on the desk, for its page."""
    article = desk.get(article_id, archive=archive)
    return {
        "starred": bool(article and article.starred),
        "note": article.note if article else "",
        "lists": article.lists if article else (),
        "names": [entry.name for entry in desk.lists()],
    }


def starred_among(desk: Desk | None, articles: Iterable[Named], archive: str = "") -> frozenset[Key]:
    """The keys of the articles with a star; empty if the desk cannot be read, which its own page reports.

    Args:
        desk: the desk; None for none.
        articles: ids, articles or hits.
        archive: the archive of those that do not name one.
    """
    if desk is None:
        return frozenset()
    try:
        on_desk = desk.about(list(articles), archive=archive)
    except KhabarError:
        return frozenset()
    return frozenset(key for key, article in on_desk.items() if article.starred)


def put_star(index: Index, desk: Desk, key: Key, on: bool) -> None:
    """Star an article, or remove its star.

    Raises:
        Refused: if the index has no such article to star.
    """
    article_id, archive = key
    if not on:
        desk.unstar(article_id, archive=archive)
    else:
        desk.star(_article(index, key), archive=archive)


def put_note(index: Index, desk: Desk, key: Key, text: str) -> None:
    """Write a note about an article; "" removes it.

    Raises:
        Refused: if there is no such article.
    """
    desk.note(_article_or_entry(index, desk, key), text, archive=key[1])


def put_on_list(index: Index, desk: Desk, key: Key, name: str, on: bool) -> None:
    """Add an article to a list, or remove it.

    Raises:
        Refused: if there is no such article.
        InvalidArgument: if the list has no name.
    """
    article_id, archive = key
    if on:
        desk.add_to(name, _article_or_entry(index, desk, key), archive=archive)
    else:
        desk.remove_from(name, article_id, archive=archive)


def _article(index: Index, key: Key) -> Article:
    """An article of the index.

    Raises:
        Refused: if there is no such article.
    """
    article_id, archive = key
    article = index.article(article_id, archive=archive)
    if article is None:
        raise Refused("article-not-found", "id", article_id)
    return article


def _article_or_entry(index: Index, desk: Desk, key: Key) -> Article | DeskArticle:
    """An article of the index, or that of the desk if the index no longer has it.

    Raises:
        Refused: if there is no such article.
    """
    article_id, archive = key
    article = index.article(article_id, archive=archive) or desk.get(article_id, archive=archive)
    return article or _article(index, key)
