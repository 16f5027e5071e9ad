"""What a cluster is asked for some articles, and what it gives: values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from khabar.cluster.conditions import Query

__all__ = ["Ask", "Fields", "Page", "body_of", "fields_of"]

#: What the cluster gives of an article: of each field a list of values; its ``order``, ``score`` and
#: ``article``.
Fields = Mapping[str, Any]


class Page(NamedTuple):
    """Some of the articles that a query finds.

    Attributes:
        total: how many it finds in all.
        hits: of each article the fields that were asked for.
        after: behind which values the next page begins; None for an empty one.
        aggregations: what else was asked.
        beside: how many articles another query finds; None if none was asked.
    """

    total: int
    hits: list[Fields]
    after: Sequence[Any] | None
    aggregations: Mapping[str, Any]
    beside: int | None = None


class Ask(NamedTuple):
    """What is asked for a page; see :meth:`Pages.page`."""

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
        # Without its id, nothing of an article but its columns is read.
        body["stored_fields"] = "_none_"
    return body


def fields_of(hit: Mapping[str, Any]) -> Fields:
    """The fields of a hit."""
    fields: dict[str, Any] = {**hit.get("fields", {}), **hit.get("_source", {})}
    if "sort" in hit:
        # The last of what puts articles in order.
        fields["order"] = hit["sort"][-1]
    fields["score"] = hit["_score"]
    return fields
