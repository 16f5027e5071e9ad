"""The conditions of a query on days of publication that no article of an index can meet, and
the problems that report them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from khabar.index.plan import Occur
from khabar.query.tree import Field, Group, Node, Problem

if TYPE_CHECKING:
    from khabar.dates import DateSpan

__all__ = ["OUTSIDE", "Outside", "days_outside", "problems_outside"]

#: The code of these problems.
OUTSIDE = "outside-days"

_FIELDS = ("date", "after", "until", "before")


class Outside(NamedTuple):
    """A condition that no day of an index meets.

    Attributes:
        name: ``date``, ``after``, ``until`` or ``before``.
        value: as typed.
        span: the days that it was read as.
        start, end: the range of the value in the query; both 0 for a condition beside it.
    """

    name: str
    value: str
    span: DateSpan
    start: int = 0
    end: int = 0


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
                    start = item.start + max(0, item.text.find(value)) if item.end else 0
                    yield Outside(item.name, value, span, start, start + len(value) if item.end else 0)


def problems_outside(items: Iterable[Node], first: date, last: date, today: date) -> Iterator[Problem]:
    """Yield a problem for each different condition of :func:`days_outside`, with the same arguments: how the
    condition was read, and which days the index has."""
    covered = f"the articles of this index are from {first} to {last}"
    messages = set()
    for condition in days_outside(items, first, last, today):
        value, from_day, to_day = condition.value, condition.span.first, condition.span.last
        if condition.name == "after":
            message = f"«{value}» was read as: {from_day} and later; {covered}"
        elif condition.name == "until":
            message = f"«{value}» was read as: {to_day} and earlier; {covered}"
        elif condition.name == "before":
            message = f"«{value}» was read as: before {from_day}; {covered}"
        elif from_day == to_day:
            message = f"«{value}» was read as: {from_day}; {covered}"
        else:
            message = f"«{value}» was read as: {from_day} to {to_day}; {covered}"
        if message not in messages:
            messages.add(message)
            yield Problem(condition.start, condition.end, OUTSIDE, message)


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
