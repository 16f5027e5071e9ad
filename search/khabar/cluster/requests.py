"""Requests for articles and their answers, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from khabar.cluster.conditions import Query

__all__ = ["Ask", "Fields", "Page", "body_of", "fields_of"]

#: The fields of a hit: a list of values for each field; and its ``order``, ``score`` and ``article``.
Fields = Mapping[str, Any]


class Page(NamedTuple):
    """A page of the articles that a query finds.

    Attributes:
        total: the number of all articles that it finds.
        hits: the requested fields of each article on the page.
        after: the sort values after which the next page begins; None for an empty page.
        aggregations: the requested aggregations.
        beside: the number of articles that a second query finds; None if there was none.
    """

    total: int
    hits: list[Fields]
    after: Sequence[Any] | None
    aggregations: Mapping[str, Any]
    beside: int | None = None


class Ask(NamedTuple):
    """A request for a page; see :meth:`Pages.page`."""

    query: Query
    sort: Sequence[Mapping[str, Any]]
    size: int
    fields: Sequence[str]
    texts: bool = False
    total: bool = True


def body_of(ask: Ask) -> dict[str, Any]:
    """The body of a search."""
    body: dict[str, Any] = {
        "query": ask.query,
        "sort": list(ask.sort),
        "size": ask.size,
        "_source": ["article"] if ask.texts else False,
        "docvalue_fields": list(ask.fields),
        "track_total_hits": ask.total,
    }
    if not ask.texts:
        # Without the id, only the columns of an article are read.
        body["stored_fields"] = "_none_"
    return body


def fields_of(hit: Mapping[str, Any]) -> Fields:
    """The fields of a hit."""
    fields: dict[str, Any] = {**hit.get("fields", {}), **hit.get("_source", {})}
    if "sort" in hit:
        # The last sort key.
        fields["order"] = hit["sort"][-1]
    fields["score"] = hit["_score"]
    return fields
