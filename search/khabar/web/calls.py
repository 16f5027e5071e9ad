"""The calls behind the addresses of the API: each turns a configuration and arguments into plain data."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.errors import InvalidArgument
from khabar.explore.asking import AskedAs
from khabar.index.ranking import Ranking
from khabar.serialize import Serializable, plain
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from khabar.alerts import Alert
    from khabar.corpus.article import Article
    from khabar.desk.values import DeskArticle
    from khabar.web.config import Config

__all__ = [
    "Entries",
    "Ids",
    "Lines",
    "Note",
    "Part",
    "Stars",
    "alert_of",
    "alerts",
    "alerts_stamp",
    "article",
    "batch",
    "complete",
    "desk",
    "desk_lists",
    "desk_stamp",
    "facets",
    "info",
    "interpret",
    "list_articles",
    "mark_seen",
    "news",
    "note",
    "quote",
    "related",
    "search",
    "star",
    "suggest",
    "terms",
    "timeline",
    "why",
]

Record = dict[str, Any]

#: Lines of a list, and articles of each, that are answered at once.
_MOST_LINES, _MOST_HITS = 1000, 20


class Part(msgspec.Struct, frozen=True):
    """An answer, or a page of one.

    Attributes:
        record: the answer as plain data.
        offset: number of results before this page.
        more: number of results up to the end of this page; 0 if no other page follows.
    """

    record: Record
    offset: int = 0
    more: int = 0


def search(config: Config, asked: Record) -> Part:
    """A page of the best hits."""
    half_life = asked.pop("recency", 0)
    results = config.index.search(ranking=Ranking(half_life=half_life), **asked)
    end = asked["offset"] + len(results.hits)
    return Part(results.to_dict(), asked["offset"], end if len(results.hits) and end < results.total else 0)


def article(config: Config, asked: Record) -> Part:
    """A whole article."""
    found = config.index.highlight(
        asked["id"], asked["query"], syntax=asked["syntax"], archive=asked["archive"]
    )
    if found is None:
        raise _no_article(asked)
    return Part(found.to_dict())


def related(config: Config, asked: Record) -> Part:
    """Similar articles."""
    known = config.index.article(asked["id"], archive=asked["archive"])
    if known is None:
        raise _no_article(asked)
    found = config.index.related(known, limit=asked["limit"], copies=asked["copies"])
    assert found is not None
    return Part(found.to_dict())


def _no_article(asked: Record) -> Refused:
    return Refused("article-not-found", "id", asked["id"])


def facets(config: Config, asked: Record) -> Part:
    """Counts by field."""
    if asked.pop("all_values"):
        asked["limit"] = None
    return Part(config.index.facets(**asked).to_dict())


def timeline(config: Config, asked: Record) -> Part:
    """Counts over time."""
    return Part(config.index.timeline(**asked).to_dict())


def terms(config: Config, asked: Record) -> Part:
    """Key terms."""
    return Part(config.index.terms(**asked).to_dict())


def complete(config: Config, asked: Record) -> Part:
    """Words with a beginning."""
    return Part({"words": plain(config.index.complete(**asked))})


def suggest(config: Config, asked: Record) -> Part:
    """Other ways to write a query."""
    return Part({"suggestions": plain(config.index.suggest(**asked))})


def why(config: Config, asked: Record) -> Part:
    """The forms of a word."""
    from khabar.render.why import Why, WhyView

    word, index = asked["word"].strip(), config.index
    own = index.own_words(word)
    why = Why.of(word, index.why(word), everything=asked["all"], own_words=own)
    return Part(WhyView(why, "").record())


def alerts(config: Config, asked: Record) -> Part:
    """The saved searches."""
    return Part({"alerts": [{**each.to_dict(), "last_run": each.last_run or None} for each in config.alerts]})


def news(config: Config, asked: Record) -> Part:
    """What a saved search has found."""
    from khabar.render.alerts import NewsView

    alert = alert_of(config, asked["name"])
    hits = list(islice(config.alerts.news(alert.name, config.index), asked["limit"]))
    return Part(NewsView([(alert.name, alert.query, hits)]).record())


def alert_of(config: Config, name: str) -> Alert:
    """A saved search of the index that is served.

    Raises:
        Refused: if there is none of this name, or it is of another index.
    """
    from khabar.index.address import places_of

    alert = next((each for each in config.alerts if each.name == name), None)
    if alert is None:
        raise Refused("alert-not-found", "name", name)
    place = config.index.path
    resolved = getattr(place, "resolve", lambda: place)()
    if str(places_of(alert.index)) != str(resolved):
        raise Refused("alert-of-another-index", "index", alert.index)
    return alert


def quote(config: Config, asked: Record) -> Part:
    """Where a text was said."""
    return Part(config.index.quote(**asked).to_dict())


def interpret(config: Config, asked: Record) -> Part:
    """How a query is understood."""
    return Part(config.index.interpret(**asked).to_dict())


def info(config: Config, asked: Record) -> Part:
    """What the index holds."""
    from khabar.render.info import InfoView

    return Part(InfoView(config.index.info(), config.index.left_out(), None).record())


def alerts_stamp(config: Config) -> str:
    """What changes with the saved searches and what counts as seen."""
    path = config.alerts.path
    return _stamp(path, path.with_name(f"{path.stem}.seen.json"))


def desk_stamp(config: Config) -> str:
    """What changes with the desk."""
    from khabar.desk.desk import Desk

    path = Desk(config.index).path
    return _stamp(path, path.with_name(f"{path.name}-wal"))


def _stamp(*paths: Path) -> str:
    """What changes with files."""
    stamps = []
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            stamps.append("-")
        else:
            stamps.append(f"{found.st_mtime_ns}.{found.st_size}.{found.st_ino}")
    return " ".join(stamps)


# The desk


def desk(config: Config, asked: Record) -> Part:
    """What is on the desk."""
    from khabar.desk.desk import Desk
    from khabar.render.desk import DeskView

    kept = Desk(config.index)
    if "list" in asked:
        articles = kept.articles(asked["list"])
    elif asked["only"] == "starred":
        articles = kept.starred()
    else:
        articles = kept.notes() if asked["only"] == "noted" else kept.all()
    return Part(DeskView(articles, kept.lost(articles, config.index)).record())


def desk_lists(config: Config, asked: Record) -> Part:
    """The lists of articles."""
    from khabar.desk.desk import Desk

    return Part({"lists": plain(Desk(config.index).lists())})


# What is sent in a body


class Lines(Serializable, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list of names or queries.

    Attributes:
        lines: the lines, at most 1,000.
        asked_as: ``name``, ``phrase``, ``words`` or ``query``.
        hits: number of best articles for each line, at most 20.
        since, until: the period; "" for no bound.
        source, author, section, tag: only articles by these, of these, with these.
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
    for name, number, most in (("lines", len(body.lines), _MOST_LINES), ("hits", body.hits, _MOST_HITS)):
        if not 0 <= number <= most:
            raise InvalidArgument(name, number, f"a whole number from 0 to {most} is wanted", "number")
    conditions: Record = {
        name: getattr(body, name)
        for name in ("since", "until", "source", "author", "section", "tag")
        if getattr(body, name)
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
