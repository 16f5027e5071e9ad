"""The addresses of the API as values: what each takes, what it calls, and what it answers. The handlers
(:mod:`khabar.web.api`) and the description (:mod:`khabar.web.openapi`) are made of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.explore.timeline import SPANS, WEEKDAYS
from khabar.index.ranking import Ranking
from khabar.serialize import plain
from khabar.web.asked import ASKED, FACET, GROUP, QUERY, SORT, SYNTAX, Parameter
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from khabar.alerts import Alert
    from khabar.web.config import Config

__all__ = ["ENDPOINTS", "MOST", "Endpoint", "Part", "alert_of", "alerts_stamp"]

#: The most results of one answer.
MOST = 100
#: The furthest place that can be asked for.
_FURTHEST = 1_000_000

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


class Endpoint(msgspec.Struct, frozen=True):
    """An address of the API.

    Attributes:
        name: of the operation.
        path: below ``/api/v1``; ``{id}`` is a part of it that may hold slashes.
        about: what it answers, in English.
        parameters: what its address takes.
        call: makes the answer, of the configuration and the arguments.
        answer: the name of the schema of its answer (:mod:`khabar.web.schemas`).
        paged: whether its answer comes in pages, with a cursor.
        stamp: what the answer depends on beside the index, as a text.
    """

    name: str
    path: str
    about: str
    parameters: tuple[Parameter, ...]
    call: Callable[[Config, Record], Part]
    answer: str
    paged: bool = False
    stamp: Callable[[Config], str] = lambda config: ""


def _limit(usual: int, most: int = MOST) -> Parameter:
    return Parameter("limit", "whole", "Maximum number of results.", usual, most=most)


_OFFSET = Parameter("offset", "whole", "Number of first results to skip.", 0, most=_FURTHEST)
_ID = Parameter("id", about="The id of an article, as a search shows it.", required=True)
_COUNTED = tuple(each for each in ASKED if each is not QUERY)


def _search(config: Config, asked: Record) -> Part:
    half_life = asked.pop("recency", 0)
    results = config.index.search(ranking=Ranking(half_life=half_life), **asked)
    end = asked["offset"] + len(results.hits)
    return Part(results.to_dict(), asked["offset"], end if len(results.hits) and end < results.total else 0)


def _article(config: Config, asked: Record) -> Part:
    found = config.index.highlight(asked["id"], asked["query"], syntax=asked["syntax"])
    if found is None:
        raise _no_article(asked)
    return Part(found.to_dict())


def _related(config: Config, asked: Record) -> Part:
    found = config.index.related(asked["id"], limit=asked["limit"], copies=asked["copies"])
    if found is None:
        raise _no_article(asked)
    return Part(found.to_dict())


def _no_article(asked: Record) -> Refused:
    return Refused("article-not-found", "id", asked["id"])


def _facets(config: Config, asked: Record) -> Part:
    if asked.pop("all_values"):
        asked["limit"] = None
    return Part(config.index.facets(**asked).to_dict())


def _timeline(config: Config, asked: Record) -> Part:
    return Part(config.index.timeline(**asked).to_dict())


def _terms(config: Config, asked: Record) -> Part:
    return Part(config.index.terms(**asked).to_dict())


def _complete(config: Config, asked: Record) -> Part:
    return Part({"words": plain(config.index.complete(**asked))})


def _suggest(config: Config, asked: Record) -> Part:
    return Part({"suggestions": plain(config.index.suggest(**asked))})


def _why(config: Config, asked: Record) -> Part:
    from khabar.render.why import Why, WhyView

    word, index = asked["word"].strip(), config.index
    own = index.own_words(word)
    why = Why.of(word, index.why(word), everything=asked["all"], own_words=own)
    return Part(WhyView(why, "").record())


def _alerts(config: Config, asked: Record) -> Part:
    return Part({"alerts": [{**each.to_dict(), "last_run": each.last_run or None} for each in config.alerts]})


def _news(config: Config, asked: Record) -> Part:
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


def _info(config: Config, asked: Record) -> Part:
    from khabar.render.info import InfoView

    return Part(InfoView(config.index.info(), config.index.left_out(), None).record())


def alerts_stamp(config: Config) -> str:
    """What changes with the saved searches and what counts as seen."""
    stamps = []
    for path in (config.alerts.path, config.alerts.path.with_name(f"{config.alerts.path.stem}.seen.json")):
        try:
            found = path.stat()
        except OSError:
            stamps.append("-")
        else:
            stamps.append(f"{found.st_mtime_ns}.{found.st_size}.{found.st_ino}")
    return " ".join(stamps)


ENDPOINTS = (
    Endpoint(
        "search",
        "search",
        "The articles that best match a query, each with its best paragraph.",
        (
            *ASKED,
            SORT,
            GROUP,
            _limit(10),
            _OFFSET,
            Parameter("width", "whole", "Length of snippets in characters.", 200, least=1, most=2000),
            Parameter("explain", "flag", "Add what each word adds to the score of a hit.", False),
            Parameter("suggest", "flag", "Add other ways to write a query that finds little.", True),
            Parameter(
                "recency", "number", "Days in which the score of an article halves; 0 for none.", most=100_000
            ),
        ),
        _search,
        "Results",
        paged=True,
    ),
    Endpoint(
        "article",
        "articles/{id}",
        "A whole article, with the words of a query marked.",
        (
            _ID,
            msgspec.structs.replace(QUERY, about="The query whose words are marked; empty marks nothing."),
            SYNTAX,
        ),
        _article,
        "MarkedArticle",
    ),
    Endpoint(
        "facets",
        "facets",
        "The articles that match a query, counted by source, author, section, tag, month or year.",
        (
            *ASKED,
            FACET,
            _limit(10, 1000),
            Parameter("all_values", "flag", "All values of each field, whatever the limit.", False),
        ),
        _facets,
        "Facets",
    ),
    Endpoint(
        "timeline",
        "timeline",
        "The articles that match one or several queries, counted over time.",
        (
            msgspec.structs.replace(
                QUERY,
                about="A query; repeat it to compare several.",
                many=True,
                argument="queries",
                default=None,
            ),
            *_COUNTED,
            Parameter("by", "choice", "Length of a bucket.", "auto", ("auto", *SPANS)),
            Parameter("week_start", "choice", "First day of a week.", "monday", tuple(WEEKDAYS)),
        ),
        _timeline,
        "Timeline",
    ),
    Endpoint(
        "terms",
        "terms",
        "The key terms of a query: what its articles say more often than the others.",
        (
            *ASKED,
            _limit(20),
            Parameter("best", "whole", "Number of best articles to analyse.", 200, least=1, most=500),
        ),
        _terms,
        "KeyTerms",
    ),
    Endpoint(
        "related",
        "related/{id}",
        "Articles similar to one, with the words that link them.",
        (
            _ID,
            _limit(10),
            Parameter("copies", "flag", "Include articles that report the same story.", False),
        ),
        _related,
        "Related",
    ),
    Endpoint(
        "complete",
        "complete",
        "Words of the index that begin with some letters, the most frequent first.",
        (Parameter("prefix", about="The letters.", required=True), _limit(10)),
        _complete,
        "Completions",
    ),
    Endpoint(
        "suggest",
        "suggest",
        "Ways to write a query that find more.",
        (*ASKED, _limit(3, 10)),
        _suggest,
        "Suggestions",
    ),
    Endpoint(
        "why",
        "why",
        "The forms in the index that a word of a query matches.",
        (
            Parameter("word", about="One word, or a name of two words.", required=True),
            Parameter("all", "flag", "Also the forms that only raise the scores of other hits.", False),
        ),
        _why,
        "Why",
    ),
    Endpoint(
        "alerts",
        "alerts",
        "The saved searches of the user who runs the server.",
        (),
        _alerts,
        "Alerts",
        stamp=alerts_stamp,
    ),
    Endpoint(
        "news",
        "alerts/{name}",
        "What a saved search has found that was not seen yet. It stays new until it is marked as seen.",
        (Parameter("name", about="The name of the saved search.", required=True), _limit(20)),
        _news,
        "News",
        stamp=alerts_stamp,
    ),
    Endpoint(
        "info",
        "info",
        "What the index holds: articles, sources, dates, size, version, and what was left out.",
        (),
        _info,
        "Info",
    ),
)
