"""The desk: stars, notes and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from khabar.errors import ArticleNotFound, KhabarError
from khabar.render.arabic import explained
from khabar.web.dress import article_address

if TYPE_CHECKING:
    from khabar.desk.desk import Desk
    from khabar.library import Index
    from khabar.web.pages.page import Page

__all__ = ["beside_article", "desk_context", "put_note", "put_on_list", "put_star", "starred_among"]


def desk_context(index: Index, desk: Desk, page: Page) -> dict[str, Any]:
    """What the desk shows.

    Args:
        index: whose desk it is.
        desk: the desk.
        page: who looks.

    Raises:
        DeskError: if the desk's file cannot be used.
    """
    lists = [(each.name, desk.articles(each.name)) for each in desk.lists()]
    everything = desk.all()
    return {
        "page": page,
        "stars": desk.starred(),
        "notes": desk.notes(),
        "lists": lists,
        "lost": desk.lost(everything, index),
        "address_of": lambda each: article_address(each.id) + page.lang_suffix,
    }


def beside_article(desk: Desk, article_id: str) -> dict[str, Any]:
    """What the desk says of an article, for its page."""
    found = desk.get(article_id)
    return {
        "starred": bool(found and found.starred),
        "note": found.note if found else "",
        "lists": found.lists if found else (),
        "names": [each.name for each in desk.lists()],
    }


def starred_among(desk: Desk | None, ids: Iterable[str]) -> frozenset[str]:
    """Those of some articles that have a star; none if the desk cannot be read, which its own page tells."""
    if desk is None:
        return frozenset()
    try:
        return frozenset(found.id for found in desk.about(list(ids)).values() if found.starred)
    except KhabarError:
        return frozenset()


def put_star(index: Index, desk: Desk, article_id: str, on: bool) -> None:
    """Star an article, or take its star.

    Raises:
        ArticleNotFound: if the index has no such article to star.
    """
    if not on:
        desk.unstar(article_id)
    else:
        desk.star(_article(index, article_id))


def put_note(index: Index, desk: Desk, article_id: str, text: str) -> None:
    """Write a note about an article; "" removes it.

    Raises:
        ArticleNotFound: if there is no such article.
    """
    desk.note(_known(index, desk, article_id), text)


def put_on_list(index: Index, desk: Desk, article_id: str, name: str, on: bool) -> None:
    """Add an article to a list, or take it out.

    Raises:
        ArticleNotFound: if there is no such article.
        InvalidArgument: if the list has no name.
    """
    if on:
        desk.add_to(name, _known(index, desk, article_id))
    else:
        desk.remove_from(name, article_id)


def _article(index: Index, article_id: str) -> Any:
    article = index.article(article_id)
    if article is None:
        raise ArticleNotFound(article_id)
    return article


def _known(index: Index, desk: Desk, article_id: str) -> Any:
    """An article of the index, or of the desk if the index no longer has it."""
    return index.article(article_id) or desk.get(article_id) or _article(index, article_id)


def reason_of(make: Callable[[], Any], language: str) -> str:
    """Why a desk cannot be used; "" if it can."""
    try:
        make()
    except KhabarError as error:
        return explained(error, language)
    return ""
