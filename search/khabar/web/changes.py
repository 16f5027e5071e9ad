"""The addresses of the API that get JSON in the body of a request, as values: mostly those that change what
belongs to the reader. What each gets is a struct, which is its schema too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.errors import InvalidArgument
from khabar.explore.asking import AskedAs
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

#: Lines of a list, and articles of each, that are answered at once.
_MOST_LINES, _MOST_HITS = 1000, 20


class Change(msgspec.Struct, frozen=True):
    """An address of the API that gets JSON: mostly to change what belongs to the reader.

    Attributes:
        name: of the operation.
        path: below ``/api/v1``.
        about: what it does, in English.
        body: the type of the JSON that is sent.
        call: does it, and gives the answer.
        answer: the name of the schema of its answer.
        changes: whether it changes anything; if not, it only has too much to say for an address.
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
        hits: number of best articles for each line, at most 20.
        since, until: the period; "" for no bound.
        source, author, section, tag, language, place: only articles by these, of these, with these.
        where: the same for fields that were kept, by name.
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
    """Articles that get a star, or lose it.

    Attributes:
        ids: their ids.
        starred: false takes the star away.
        archive: the archive that they are from, if several are served as one.
    """

    ids: tuple[str, ...]
    starred: bool = True
    archive: str = ""


class Note(Serializable, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note about an article.

    Attributes:
        id: its id.
        text: the note; empty removes it.
        archive: the archive that it is from, if several are served as one.
    """

    id: str
    text: str
    archive: str = ""


class Entries(Serializable, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Articles that are put in a list, or taken out of it.

    Attributes:
        ids: their ids.
        listed: false takes them out.
        archive: the archive that they are from, if several are served as one.
    """

    ids: tuple[str, ...]
    listed: bool = True
    archive: str = ""


def batch(config: Config, asked: Record, body: Lines) -> Record:
    """Answer a list."""
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
    """Give articles a star, or take it away."""
    from khabar.desk.desk import Desk

    kept = Desk(config.index)
    if body.starred:
        changed = kept.star(_articles(config, body.ids, body.archive), archive=body.archive)
    else:
        changed = kept.unstar(body.ids, archive=body.archive)
    return {"name": "", "changed": changed}


def note(config: Config, asked: Record, body: Note) -> Record:
    """Write a note."""
    from khabar.desk.desk import Desk

    [article] = _articles(config, (body.id,), body.archive)
    Desk(config.index).note(article, body.text, archive=body.archive)
    return {"name": "", "changed": 1}


def list_articles(config: Config, asked: Record, body: Entries) -> Record:
    """Put articles in a list, which is made if need be, or take them out."""
    from khabar.desk.desk import Desk

    kept, name = Desk(config.index), asked["name"]
    if not body.listed:
        return {"name": name, "changed": kept.remove_from(name, body.ids, archive=body.archive)}
    articles = _articles(config, body.ids, body.archive)
    return {"name": name, "changed": kept.add_to(name, articles, archive=body.archive)}


def _articles(config: Config, ids: tuple[str, ...], archive: str) -> list[Article | DeskArticle]:
    """Articles of the index, or of the desk if they were removed from it.

    Raises:
        Refused: if one is in neither.
    """
    from khabar.desk.desk import Desk

    kept = Desk(config.index)
    found: list[Article | DeskArticle] = []
    for each in ids:
        known = config.index.article(each, archive=archive) or kept.get(each, archive=archive)
        if known is None:
            raise Refused("article-not-found", "id", each)
        found.append(known)
    return found


CHANGES = (
    Change(
        "batch",
        "batch",
        "Answers a list of names or queries, a row for each line.",
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
    Change("star", "desk/stars", "Gives articles a star, or takes it away.", Stars, star),
    Change("note", "desk/notes", "Writes a note about an article.", Note, note),
    Change(
        "list",
        "desk/lists/{name}",
        "Puts articles in a list, which is made if need be, or takes them out.",
        Entries,
        list_articles,
    ),
)
