"""The addresses of the API as values: the parameters, call and answer of each. The handlers
(:mod:`khabar.web.api`) and the description (:mod:`khabar.web.openapi`) are made from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.entities.values import KINDS
from khabar.explore.timeline import SPANS, WEEKDAYS
from khabar.web import calls
from khabar.web.parameters import ASKED, CONDITIONS, FACET, GROUP, QUERY, SORT, SYNTAX, Parameter

if TYPE_CHECKING:
    from khabar.web.config import Config

__all__ = ["ENDPOINTS", "MOST", "Endpoint"]

#: Maximum number of results in one answer.
MOST = 100
#: Maximum offset.
_FURTHEST = 1_000_000

Record = dict[str, Any]


class Endpoint(msgspec.Struct, frozen=True):
    """An address of the API.

    Attributes:
        name: the name of the operation.
        path: the path below ``/api/v1``; ``{id}`` is a parameter, which may contain slashes.
        about: a description of the answer, in English.
        parameters: the parameters of the address.
        call: makes the answer from the configuration and the arguments.
        answer: the name of the schema of the answer (:mod:`khabar.web.schemas`).
        paged: whether the answer comes in pages, with a cursor.
        stamp: returns a text that changes with everything on which the answer depends except the index.
    """

    name: str
    path: str
    about: str
    parameters: tuple[Parameter, ...]
    call: Callable[[Config, Record], calls.Part]
    answer: str
    paged: bool = False
    stamp: Callable[[Config], str] = lambda config: ""


def _limit(usual: int, most: int = MOST) -> Parameter:
    return Parameter("limit", "whole", "Maximum number of results.", usual, most=most)


_OFFSET = Parameter("offset", "whole", "Number of first results to skip.", 0, most=_FURTHEST)
_ID = Parameter("id", about="The id of an article, as a search shows it.", required=True)
_ARCHIVE = Parameter("archive", about="The archive of the article, if several are served as one.", default="")
_COUNTED = tuple(parameter for parameter in ASKED if parameter is not QUERY)


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
            Parameter("explain", "flag", "Add the contribution of each word to the score of a hit.", False),
            Parameter(
                "meaning",
                "flag",
                "Also rank the best articles by meaning, and add those that are close without a common word.",
                False,
            ),
            Parameter("suggest", "flag", "Add other ways to write a query that finds little.", True),
            Parameter(
                "recency", "number", "Days in which the score of an article halves; 0 for none.", most=100_000
            ),
        ),
        calls.search,
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
            _ARCHIVE,
        ),
        calls.article,
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
        calls.facets,
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
        calls.timeline,
        "Timeline",
    ),
    Endpoint(
        "terms",
        "terms",
        "The key terms of a query: words and names more frequent in its articles than in others.",
        (
            *ASKED,
            _limit(20),
            Parameter("best", "whole", "Number of best articles to analyse.", 200, least=1, most=500),
        ),
        calls.terms,
        "KeyTerms",
    ),
    Endpoint(
        "names",
        "names",
        "Who and what is named in the articles that match a query: people, places and organisations.",
        (
            *ASKED,
            Parameter("kind", "choice", "What to list. Default: all three.", choices=KINDS, many=True),
            Parameter("beside", about="Only articles that also contain this name.", default=""),
            _limit(20),
            Parameter("best", "whole", "Number of best articles to examine.", 200, least=1, most=500),
        ),
        calls.names,
        "Names",
    ),
    Endpoint(
        "related",
        "related/{id}",
        "Articles similar to a given one, with the words that link them.",
        (
            _ID,
            _ARCHIVE,
            _limit(10),
            Parameter("copies", "flag", "Include articles that report the same story.", False),
        ),
        calls.related,
        "Related",
    ),
    Endpoint(
        "complete",
        "complete",
        "Words of the index that begin with some letters, the most frequent first.",
        (Parameter("prefix", about="The letters.", required=True), _limit(10)),
        calls.complete,
        "Completions",
    ),
    Endpoint(
        "suggest",
        "suggest",
        "Ways to write a query that find more.",
        (*ASKED, _limit(3, 10)),
        calls.suggest,
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
        calls.why,
        "Why",
    ),
    Endpoint(
        "alerts",
        "alerts",
        "The saved searches of the user who runs the server.",
        (),
        calls.alerts,
        "Alerts",
        stamp=calls.alerts_stamp,
    ),
    Endpoint(
        "news",
        "alerts/{name}",
        "What a saved search has found that was not seen yet. It stays new until it is marked as seen.",
        (Parameter("name", about="The name of the saved search.", required=True), _limit(20)),
        calls.news,
        "News",
        stamp=calls.alerts_stamp,
    ),
    Endpoint(
        "info",
        "info",
        "The contents of the index: articles, sources, dates, size, version, and what was left out.",
        (),
        calls.info,
        "Info",
    ),
    Endpoint(
        "interpret",
        "interpret",
        "How a query is understood: its words, their forms, and how many articles have each.",
        ASKED,
        calls.interpret,
        "Interpretation",
    ),
    Endpoint(
        "quote",
        "quote",
        "The places where a text appeared, word for word or nearly, with the differences.",
        (
            Parameter("text", about="The words of the quotation.", required=True),
            *CONDITIONS,
            _limit(10),
            Parameter("similarity", "number", "Minimum similarity of a place. Default: 0.6.", most=1),
        ),
        calls.quote,
        "Quotations",
    ),
    Endpoint(
        "desk",
        "desk",
        "The articles on the user's desk: those with stars and notes, or those of a list.",
        (
            Parameter("list", about="The name of a list, for the articles in it."),
            Parameter(
                "only",
                "choice",
                "Only articles with a star, or with a note.",
                "all",
                ("all", "starred", "noted"),
            ),
        ),
        calls.desk,
        "DeskArticles",
        stamp=calls.desk_stamp,
    ),
    Endpoint(
        "desk-lists",
        "desk/lists",
        "The user's lists of articles.",
        (),
        calls.desk_lists,
        "DeskLists",
        stamp=calls.desk_stamp,
    ),
)
