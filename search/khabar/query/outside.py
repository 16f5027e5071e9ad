"""The conditions of a query on days of publication that no article of an index can meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from khabar.index.plan import Occur
from khabar.query.tree import Field, Group, Node

if TYPE_CHECKING:
    from khabar.dates import DateSpan

__all__ = ["Outside", "days_outside"]

_FIELDS = ("date", "after", "until", "before")


class Outside(NamedTuple):
    """A condition that no day of an index meets.

    Attributes:
        name: ``date``, ``after``, ``until`` or ``before``.
        value: as typed.
        span: the days that it was read as.
    """

    name: str
    value: str
    span: DateSpan


def days_outside(items: Iterable[Node], first: date, last: date, today: date) -> Iterator[Outside]:
    """Yield the conditions on days that no article can meet, in their order, without those that exclude.

    Args:
        items: the nodes of a parsed query.
        first, last: the first and the last day of an article.
        today: the day that relative dates such as «أمس» count from.
    """
    for item in items:
        if item.occur is Occur.MUST_NOT:
            continue
        if isinstance(item, Group):
            yield from days_outside(item.items, first, last, today)
        elif isinstance(item, Field) and item.name in _FIELDS:
            # The grammar of dates takes a while to import.
            from khabar.dates import DateSpan, parse_period

            for value in item.values:
                span = parse_period(value, today)
                if isinstance(span, DateSpan) and not _meets(item.name, span, first, last):
                    yield Outside(item.name, value, span)


def _meets(name: str, span: DateSpan, first: date, last: date) -> bool:
    """Whether a day from the first to the last meets a condition."""
    match name:
        case "after":
            return span.first <= last
        case "until":
            return span.last >= first
        case "before":
            return span.first > first
    return span.first <= last and span.last >= first
