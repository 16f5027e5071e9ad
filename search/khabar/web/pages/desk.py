"""The desk: stars, notes and lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from khabar.errors import KhabarError
from khabar.web.dress import article_address
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
        "formats": EXPORTS,
        "stars": desk.starred(),
        "notes": desk.notes(),
        "lists": lists,
        "lost": desk.lost(everything, index),
        "address_of": lambda each: Search(lang=page.asked_language).address(
            article_address(each.id), archive=each.archive
        ),
    }


def beside_article(desk: Desk, article_id: str, archive: str) -> dict[str, Any]:
    """What the desk says of an article, for its page."""
    found = desk.get(article_id, archive=archive)
    return {
        "starred": bool(found and found.starred),
        "note": found.note if found else "",
        "lists": found.lists if found else (),
        "names": [each.name for each in desk.lists()],
    }


def starred_among(desk: Desk | None, given: Iterable[Named], archive: str = "") -> frozenset[Key]:
    """Those of some articles that have a star; none if the desk cannot be read, which its own page tells.

    Args:
        desk: the desk; None for none.
        given: ids, articles or hits.
        archive: of those that do not say.
    """
    if desk is None:
        return frozenset()
    try:
        known = desk.about(list(given), archive=archive)
    except KhabarError:
        return frozenset()
    return frozenset(key for key, found in known.items() if found.starred)


def put_star(index: Index, desk: Desk, which: Key, on: bool) -> None:
    """Star an article, or take its star.

    Raises:
        Refused: if the index has no such article to star.
    """
    article_id, archive = which
    if not on:
        desk.unstar(article_id, archive=archive)
    else:
        desk.star(_article(index, which), archive=archive)


def put_note(index: Index, desk: Desk, which: Key, text: str) -> None:
    """Write a note about an article; "" removes it.

    Raises:
        Refused: if there is no such article.
    """
    desk.note(_known(index, desk, which), text, archive=which[1])


def put_on_list(index: Index, desk: Desk, which: Key, name: str, on: bool) -> None:
    """Add an article to a list, or take it out.

    Raises:
        Refused: if there is no such article.
        InvalidArgument: if the list has no name.
    """
    article_id, archive = which
    if on:
        desk.add_to(name, _known(index, desk, which), archive=archive)
    else:
        desk.remove_from(name, article_id, archive=archive)


def _article(index: Index, which: Key) -> Article:
    article_id, archive = which
    article = index.article(article_id, archive=archive)
    if article is None:
        raise Refused("article-not-found", "id", article_id)
    return article


def _known(index: Index, desk: Desk, which: Key) -> Article | DeskArticle:
    """An article of the index, or of the desk if the index no longer has it."""
    article_id, archive = which
    found = index.article(article_id, archive=archive) or desk.get(article_id, archive=archive)
    return found or _article(index, which)
