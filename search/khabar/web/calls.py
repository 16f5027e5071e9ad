"""The calls of the addresses of the API: each turns a configuration and arguments into plain data."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.index.ranking import Ranking
from khabar.serialize import plain
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from khabar.alerts import Alert
    from khabar.library import Index
    from khabar.web.config import Config

__all__ = [
    "Part",
    "alert_of",
    "alerts",
    "alerts_stamp",
    "article",
    "complete",
    "desk",
    "desk_lists",
    "desk_stamp",
    "facets",
    "info",
    "interpret",
    "is_of",
    "names",
    "news",
    "quote",
    "related",
    "search",
    "suggest",
    "terms",
    "timeline",
    "why",
]

Record = dict[str, Any]


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
    article = config.index.highlight(
        asked["id"], asked["query"], syntax=asked["syntax"], archive=asked["archive"]
    )
    if article is None:
        raise _no_article(asked)
    return Part(article.to_dict())


def related(config: Config, asked: Record) -> Part:
    """Similar articles."""
    article = config.index.article(asked["id"], archive=asked["archive"])
    if article is None:
        raise _no_article(asked)
    related = config.index.related(article, limit=asked["limit"], copies=asked["copies"])
    assert related is not None
    return Part(related.to_dict())


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


def names(config: Config, asked: Record) -> Part:
    """The names in articles."""
    return Part(config.index.names(**asked).to_dict())


def complete(config: Config, asked: Record) -> Part:
    """The words with a prefix."""
    return Part({"words": plain(config.index.complete(**asked))})


def suggest(config: Config, asked: Record) -> Part:
    """Other ways to write a query."""
    return Part({"suggestions": plain(config.index.suggest(**asked))})


def why(config: Config, asked: Record) -> Part:
    """The forms of a word."""
    from khabar.render.why import Why, WhyView

    word, index = asked["word"].strip(), config.index
    why = Why.of(word, index.why(word), everything=asked["all"], own_words=index.own_words(word))
    return Part(WhyView(why, "").record())


def alerts(config: Config, asked: Record) -> Part:
    """The saved searches."""
    records = [{**alert.to_dict(), "last_run": alert.last_run or None} for alert in config.alerts]
    return Part({"alerts": records})


def news(config: Config, asked: Record) -> Part:
    """The new hits of a saved search."""
    from khabar.render.alerts import NewsView

    alert = alert_of(config, asked["name"])
    hits = list(islice(config.alerts.news(alert.name, config.index), asked["limit"]))
    return Part(NewsView([(alert.name, alert.query, hits)]).record())


def alert_of(config: Config, name: str) -> Alert:
    """A saved search of the served index.

    Raises:
        Refused: if there is none with this name, or if it is of another index.
    """
    alert = next((alert for alert in config.alerts if alert.name == name), None)
    if alert is None:
        raise Refused("alert-not-found", "name", name)
    if not is_of(alert, config.index):
        raise Refused("alert-of-another-index", "index", alert.index)
    return alert


def is_of(alert: Alert, index: Index) -> bool:
    """Whether a saved search is of an index."""
    from khabar.places import places_of

    place = index.path
    resolved = getattr(place, "resolve", lambda: place)()
    return str(places_of(alert.index)) == str(resolved)


def quote(config: Config, asked: Record) -> Part:
    """The places where a text appeared."""
    return Part(config.index.quote(**asked).to_dict())


def interpret(config: Config, asked: Record) -> Part:
    """How a query is understood."""
    return Part(config.index.interpret(**asked).to_dict())


def info(config: Config, asked: Record) -> Part:
    """The contents of the index."""
    from khabar.render.info import NAMES_SHOWN, InfoView

    index = config.index
    facets = index.facets("", ("section", "tag", "language", "place"), limit=NAMES_SHOWN)
    return Part(InfoView(index.info(), index.left_out(), None, facets, index.fields).record())


def alerts_stamp(config: Config) -> str:
    """A text that changes with the saved searches and what they count as seen."""
    path = config.alerts.path
    return _stamp(path, path.with_name(f"{path.stem}.seen.json"))


def desk_stamp(config: Config) -> str:
    """A text that changes with the desk."""
    from khabar.desk.desk import Desk

    path = Desk(config.index).path
    return _stamp(path, path.with_name(f"{path.name}-wal"))


def _stamp(*paths: Path) -> str:
    """A text that changes with files."""
    stamps = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            stamps.append("-")
        else:
            stamps.append(f"{status.st_mtime_ns}.{status.st_size}.{status.st_ino}")
    return " ".join(stamps)


# The desk


def desk(config: Config, asked: Record) -> Part:
    """The articles on the desk."""
    from khabar.desk.desk import Desk
    from khabar.render.desk import DeskView

    desk = Desk(config.index)
    if "list" in asked:
        articles = desk.articles(asked["list"])
    elif asked["only"] == "starred":
        articles = desk.starred()
    else:
        articles = desk.notes() if asked["only"] == "noted" else desk.all()
    return Part(DeskView(articles, desk.lost(articles, config.index)).record())


def desk_lists(config: Config, asked: Record) -> Part:
    """The lists of articles."""
    from khabar.desk.desk import Desk

    return Part({"lists": plain(Desk(config.index).lists())})
