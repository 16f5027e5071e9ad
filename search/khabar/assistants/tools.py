"""The tools: functions of an index and of checked arguments that return plain data. All of them only read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

from khabar.assistants import arguments as given
from khabar.assistants.arguments import Arguments
from khabar.assistants.articles import related, show
from khabar.assistants.counting import facets, names, timeline
from khabar.assistants.quoting import verify_quote
from khabar.assistants.searching import search, why
from khabar.library import Index

__all__ = ["TOOLS", "Tool", "called"]

_A = TypeVar("_A", bound=Arguments)


class Tool(msgspec.Struct, Generic[_A], frozen=True):
    """A tool of the server.

    Attributes:
        name, title, description: as the assistant sees them.
        takes: the struct of its arguments.
        call: gives its answer.
    """

    name: str
    title: str
    description: str
    takes: type[_A]
    call: Callable[[Index, _A], dict[str, Any]]


def called(tool: Tool[Any], index: Index, arguments: object) -> dict[str, Any]:
    """The answer of a tool.

    Raises:
        msgspec.ValidationError: if the arguments are not what it takes.
        KhabarError: if the index refuses them, or cannot answer.
    """
    return tool.call(index, msgspec.convert(arguments, tool.takes))


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        "search",
        "Search the archive",
        "Find the articles of an Arabic news archive that best match a query, each with its best "
        "paragraph. Words match in any spelling and inflection; the answer says which forms. A total of 0 "
        "comes with the reason and with queries that find something.",
        given.Search,
        search,
    ),
    Tool(
        "show",
        "Read an article",
        "Give an article with its text. Long texts come in parts: ask again with what `next` gives.",
        given.Show,
        show,
    ),
    Tool(
        "facets",
        "Count by source, author or time",
        "Count all articles that match a query by source, author, year or month. Without a query: the whole "
        "archive.",
        given.Facets,
        facets,
    ),
    Tool(
        "names",
        "See who and what is named",
        "List the people, places and organisations named in the best articles that match a query, with the "
        "number of articles of each; or those named beside somebody.",
        given.Names,
        names,
    ),
    Tool(
        "timeline",
        "Count over time",
        "Count the articles that match a query by day, week, month or year, including empty periods. A gap "
        "can be one of the archive: compare it with the timeline without a query.",
        given.Timeline,
        timeline,
    ),
    Tool(
        "related",
        "Find similar articles",
        "Find articles similar to one, with the words that link them.",
        given.Related,
        related,
    ),
    Tool(
        "why",
        "See what a word matches",
        "List the forms of the archive that a query word matches, from the exact word to looser ones, with "
        "their frequencies.",
        given.Why,
        why,
    ),
    Tool(
        "verify_quote",
        "Verify a quotation",
        "Find where a quotation stands in the archive, in the same words or nearly, who had it first, and "
        "what differs; or say that it is not there, with the nearest words that are.",
        given.Quote,
        verify_quote,
    ),
)
