"""The tools: functions that take an index and checked arguments and return plain data. None changes
anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

from khabar.assistants import arguments
from khabar.assistants.arguments import Arguments
from khabar.assistants.articles import related, show
from khabar.assistants.counting import facets, names, timeline
from khabar.assistants.quoting import verify_quote
from khabar.assistants.searching import search, why
from khabar.library import Index

__all__ = ["TOOLS", "Tool", "answer_of"]

_A = TypeVar("_A", bound=Arguments)


class Tool(msgspec.Struct, Generic[_A], frozen=True):
    """A tool of the server.

    Attributes:
        name, title, description: as the assistant sees them.
        takes: the struct of its arguments.
        call: the function that answers.
    """

    name: str
    title: str
    description: str
    takes: type[_A]
    call: Callable[[Index, _A], dict[str, Any]]


def answer_of(tool: Tool[Any], index: Index, values: object) -> dict[str, Any]:
    """The answer of a tool.

    Raises:
        msgspec.ValidationError: if the values are not arguments of the tool.
        KhabarError: if the index refuses them, or cannot answer.
    """
    return tool.call(index, msgspec.convert(values, tool.takes))


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        "search",
        "Search the archive",
        "Find the articles of an Arabic news archive that best match a query, each with its best "
        "paragraph. Words match in any spelling and inflection; the answer lists the forms. If nothing "
        "matches, the answer gives the reason and searches that find something.",
        arguments.Search,
        search,
    ),
    Tool(
        "show",
        "Read an article",
        "Return an article with its text. A long text comes in parts: ask again with the arguments under "
        "`next`.",
        arguments.Show,
        show,
    ),
    Tool(
        "facets",
        "Count by source, author or time",
        "Count all articles that match a query, or without a query the whole archive, by source, author, "
        "year or month.",
        arguments.Facets,
        facets,
    ),
    Tool(
        "names",
        "See who and what is named",
        "List the people, places and organisations named in the best articles that match a query, or named "
        "together with somebody, with the number of articles that name each.",
        arguments.Names,
        names,
    ),
    Tool(
        "timeline",
        "Count over time",
        "Count the articles that match a query by day, week, month or year, including empty periods. The "
        "archive itself may have gaps: compare with the timeline without a query.",
        arguments.Timeline,
        timeline,
    ),
    Tool(
        "related",
        "Find similar articles",
        "Find the articles most similar to a given one, with the words that they share.",
        arguments.Related,
        related,
    ),
    Tool(
        "why",
        "See what a word matches",
        "List the forms in the archive that a query word matches, from the exact word to looser ones, with "
        "their frequencies.",
        arguments.Why,
        why,
    ),
    Tool(
        "verify_quote",
        "Verify a quotation",
        "Find where a quotation occurs in the archive, word for word or nearly so, which article had it "
        "first, and what differs. If it is not found, the answer gives the most similar passage.",
        arguments.Quote,
        verify_quote,
    ),
)
