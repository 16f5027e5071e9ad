"""The addresses of the API that take JSON in the body of a request, as values. Most of them change the user's
own data. The body of each is a struct, from which its schema is made too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.errors import InvalidArgument
from khabar.explore.line_plans import AskedAs
from khabar.index.plan import NAMED
from khabar.serialize import Serializable, plain
from khabar.web.calls import alert_of
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from khabar.corpus.article import Article
    from khabar.desk.values import DeskArticle
    from khabar.web.config import Config

__all__ = ["CHANGES", "Change", "Entries", "Ids", "Lines", "Note", "Stars"]

Record = dict[str, Any]

#: Maximum number of lines in a list, and of articles per line.
_MOST_LINES, _MOST_HITS = 1000, 20


class Change(msgspec.Struct, frozen=True):
    """An address of the API that gets JSON, in most cases to change the user's own data.

    Attributes:
        name: the name of the operation.
        path: the path below ``/api/v1``.
        about: a description, in English.
        body: the type of the JSON.
        call: executes the operation, and returns the answer.
        answer: the name of the schema of the answer.
        changes: whether it changes anything; if not, its arguments are too long for an address.
    """

    name: str
    path: str
    about: str
    body: type[msgspec.Struct]
    call: Callable[[Config, Record, Any], Record]
    answer: str = "Changed"
    changes: bool = True


class Lines(Serializable, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list of names or queries.

    Attributes:
        lines: the lines, at most 1,000.
        asked_as: ``name``, ``phrase``, ``words`` or ``query``.
        hits: the number of best articles for each line, at most 20.
        since, until: the period; "" for no bound.
        source, author, section, tag, language, place: conditions on the fields of articles.
        where: conditions on kept fields, by name.
    """

    lines: tuple[str, ...]
    asked_as: AskedAs = "name"
    hits: int = 1
    since: str = ""
    until: str = ""
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = {}


class Ids(Serializable, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Articles.

    Attributes:
        ids: their ids.
    """

    ids: tuple[str, ...]


class Stars(Serializable, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Articles that get or lose a star.

    Attributes:
        ids: their ids.
        starred: false removes the star.
        archive: their archive, if several are served as one.
    """

    ids: tuple[str, ...]
    starred: bool = True
    archive: str = ""


class Note(Serializable, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note about an article.

    Attributes:
        id: the id of the article.
        text: the note; empty removes it.
        archive: the archive of the article, if several are served as one.
    """

    id: str
    text: str
    archive: str = ""


class Entries(Serializable, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Articles that are added to a list or removed from it.

    Attributes:
        ids: their ids.
        listed: false removes them.
        archive: their archive, if several are served as one.
    """

    ids: tuple[str, ...]
    listed: bool = True
    archive: str = ""


def batch(config: Config, asked: Record, body: Lines) -> Record:
    """Look up a list."""
    if len(body.lines) > _MOST_LINES:
        raise InvalidArgument("lines", len(body.lines), "at most 1,000 lines are answered at once", "lines")
    if not 0 <= body.hits <= _MOST_HITS:
        raise InvalidArgument(
            "hits", body.hits, f"a whole number from 0 to {_MOST_HITS} is required", "number"
        )
    conditions: Record = {
        name: getattr(body, name) for name in ("since", "until", *NAMED, "where") if getattr(body, name)
    }
    rows = config.index.batch(body.lines, asked_as=body.asked_as, hits=body.hits, **conditions)
    return {"lines": plain(list(rows))}


def mark_seen(config: Config, asked: Record, body: Ids) -> Record:
    """Mark articles as seen."""
    alert = alert_of(config, asked["name"])
    config.alerts.mark_seen(alert.name, body.ids)
    return {"name": alert.name, "changed": len(set(body.ids))}


def star(config: Config, asked: Record, body: Stars) -> Record:
    """Give articles a star, or remove it."""
    from khabar.desk.desk import Desk

    desk = Desk(config.index)
    if body.starred:
        changed = desk.star(_articles(config, body.ids, body.archive), archive=body.archive)
    else:
        changed = desk.unstar(body.ids, archive=body.archive)
    return {"name": "", "changed": changed}


def note(config: Config, asked: Record, body: Note) -> Record:
    """Write a note."""
    from khabar.desk.desk import Desk

    [article] = _articles(config, (body.id,), body.archive)
    Desk(config.index).note(article, body.text, archive=body.archive)
    return {"name": "", "changed": 1}


def list_articles(config: Config, asked: Record, body: Entries) -> Record:
    """Add articles to a list, creating it if necessary, or remove them."""
    from khabar.desk.desk import Desk

    desk, name = Desk(config.index), asked["name"]
    if not body.listed:
        return {"name": name, "changed": desk.remove_from(name, body.ids, archive=body.archive)}
    articles = _articles(config, body.ids, body.archive)
    return {"name": name, "changed": desk.add_to(name, articles, archive=body.archive)}


def _articles(config: Config, ids: tuple[str, ...], archive: str) -> list[Article | DeskArticle]:
    """Articles of the index, or those on the desk that were removed from the index.

    Raises:
        Refused: if one is in neither.
    """
    from khabar.desk.desk import Desk

    desk = Desk(config.index)
    articles: list[Article | DeskArticle] = []
    for article_id in ids:
        article = config.index.article(article_id, archive=archive) or desk.get(article_id, archive=archive)
        if article is None:
            raise Refused("article-not-found", "id", article_id)
        articles.append(article)
    return articles


CHANGES = (
    Change(
        "batch",
        "batch",
        "Looks up a list of names or queries, one row per line.",
        Lines,
        batch,
        "Batch",
        changes=False,
    ),
    Change(
        "seen",
        "alerts/{name}/seen",
        "Marks articles as seen: the saved search does not report them again.",
        Ids,
        mark_seen,
    ),
    Change("star", "desk/stars", "Gives articles a star, or removes it.", Stars, star),
    Change("note", "desk/notes", "Writes a note about an article.", Note, note),
    Change(
        "list",
        "desk/lists/{name}",
        "Adds articles to a list, creating it if necessary, or removes them.",
        Entries,
        list_articles,
    ),
)
