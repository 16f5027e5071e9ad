"""Timelines: counts of matching articles by day, week, month or year."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Literal, NamedTuple, Unpack, get_args

import msgspec
import numpy as np

from khabar.errors import check_choice
from khabar.index.columns import Ints
from khabar.index.plan import FilterClause, Plan
from khabar.query.snapshot import Asked, Snapshot, Tally, which
from khabar.query.tree import Problem
from khabar.serialize import Sequenced, Serializable

__all__ = ["SPANS", "WEEKDAYS", "Bucket", "Span", "Timeline", "Weekday", "make_timeline"]


#: Lengths of a bucket, shortest first; ``auto`` takes the first that gives few enough buckets.
Span = Literal["day", "week", "month", "year"]
SPANS: tuple[Span, ...] = get_args(Span)
#: First days of a week, with their distance from Monday in days.
Weekday = Literal["monday", "sunday", "saturday"]
WEEKDAYS: dict[Weekday, int] = {"monday": 0, "sunday": 6, "saturday": 5}

#: Maximum number of buckets when their length is chosen automatically.
FEW = 60
#: Maximum number of buckets in any case: one article dated in the year 1 must not give a million days. Longer
#: buckets are used instead.
MOST = 10_000
#: A plan that every article matches.
_EVERYTHING = Plan((FilterClause("index"),))
#: 1970-01-01 was a Thursday.
_THURSDAY = 3


class Bucket(Serializable, msgspec.Struct, frozen=True):
    """A span of time.

    Attributes:
        first, last: its first and last day. An article belongs to the day it is dated.
        counts: number of matching articles for each query; 0 is a gap.
        articles: number of all articles of the span in the index. If it is 0, a gap means nothing.
    """

    first: date
    last: date
    counts: tuple[int, ...]
    articles: int


class Timeline(Sequenced[Bucket], Serializable, msgspec.Struct, frozen=True):
    """The articles that match some queries, counted over time.

    Attributes:
        queries: as typed.
        by: length of a bucket: one of :data:`SPANS`.
        week_start: the day on which weeks begin.
        buckets: all buckets in order, from the first dated matching article to the last.
        totals: number of matching articles for each query.
        undated: number of these without a date, which are in no bucket, for each query.
        took_ms: duration in milliseconds.
        problems: parts of each query that were not understood.
        match: ``any`` or ``all``: how many of a query's words an article had to contain.
        with_all, with_any: number of articles with all words of each query, and with any, as in
            :class:`Results`.
    """

    queries: tuple[str, ...]
    by: Span
    week_start: Weekday
    buckets: tuple[Bucket, ...]
    totals: tuple[int, ...]
    undated: tuple[int, ...]
    took_ms: float
    problems: tuple[tuple[Problem, ...], ...] = ()
    match: Literal["any", "all"] = "all"
    with_all: tuple[int | None, ...] = ()
    with_any: tuple[int | None, ...] = ()

    def _listed(self) -> tuple[Bucket, ...]:
        return self.buckets

    def to_dict(self) -> dict[str, Any]:
        """The counts as plain data, with the values of each query together."""
        of_queries = ("totals", "undated", "problems", "with_all", "with_any")
        record = super().to_dict()
        per_query = [record.pop(name) for name in of_queries]
        unknown = [None] * len(self.queries)
        names = ("query", "total", "undated", "problems", "with_all", "with_any")
        columns = (record["queries"], *(column or unknown for column in per_query))
        queries = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
        return {**record, "queries": queries}

    def rows(self) -> list[dict[str, Any]]:
        """One row per bucket: its ``first`` and ``last`` day, the count of each query, and all ``articles``
        of the period.

        The count columns are named after the queries, with a number before the name if it would otherwise
        not be unique.
        """
        taken = ("", "first", "last", "articles", *self.queries)
        names = [
            query if taken.count(query) == 1 else f"{number}. {query}".rstrip()
            for number, query in enumerate(self.queries, 1)
        ]
        return [
            {
                "first": bucket.first.isoformat(),
                "last": bucket.last.isoformat(),
                **dict(zip(names, bucket.counts, strict=True)),
                "articles": bucket.articles,
            }
            for bucket in self.buckets
        ]


def make_timeline(
    snapshot: Snapshot,
    queries: Sequence[str],
    by: Span | Literal["auto"],
    week_start: Weekday,
    **asked: Unpack[Asked],
) -> Timeline:
    """Count the articles that match over time; see :meth:`khabar.Index.timeline`.

    Raises:
        InvalidArgument: if ``by`` or ``week_start`` is unknown.
    """
    check_choice("by", by, ("auto", *SPANS))
    check_choice("week_start", week_start, tuple(WEEKDAYS))
    began = time.perf_counter()
    days: list[_Days] = []
    totals, undated = [], []
    problems: list[tuple[Problem, ...]] = []
    tallies: list[Tally] = []
    for query in queries:
        total, planned_query, tally = snapshot.counted(query, **asked)
        tallies.append(tally)
        articles_by_day, without_date = snapshot.answers.days(planned_query.plan)
        days.append(_Days.of(articles_by_day))
        totals.append(total)
        undated.append(without_date)
        problems.append(planned_query.problems)
    everything = _Days.of(snapshot.answers.days(_EVERYTHING)[0])
    by, buckets = _buckets(days, everything, by, WEEKDAYS[week_start])
    took = (time.perf_counter() - began) * 1000
    return Timeline(
        tuple(queries),
        by,
        week_start,
        buckets,
        tuple(totals),
        tuple(undated),
        round(took, 2),
        tuple(problems),
        which(asked.get("match"), "all"),
        tuple(tally.with_all for tally in tallies),
        tuple(tally.with_any for tally in tallies),
    )


class _Days(NamedTuple):
    """Days, counted from 1970, and the number of articles of each."""

    numbers: Ints
    counts: Ints

    @classmethod
    def of(cls, days: Mapping[int, int]) -> _Days:
        return cls(np.array(list(days), np.int64), np.array(list(days.values()), np.int64))

    def in_buckets(self, first: int, count: int, span: str, start: int) -> list[int]:
        """The number of articles in each of ``count`` buckets, from bucket ``first`` on."""
        numbers = _numbered(self.numbers, span, start) - first
        inside = (numbers >= 0) & (numbers < count)
        sums = np.bincount(numbers[inside], weights=self.counts[inside], minlength=count)
        counts: list[int] = sums.astype(np.int64).tolist()
        return counts


def _buckets(
    days: Sequence[_Days], everything: _Days, by: Span | Literal["auto"], start: int
) -> tuple[Span, tuple[Bucket, ...]]:
    """The length of a bucket, and the buckets."""
    all_days = np.concatenate([np.empty(0, np.int64), *(of_query.numbers for of_query in days)])
    if not len(all_days):
        return (SPANS[0] if by == "auto" else by), ()
    ends = np.array([all_days.min(), all_days.max()])
    most = FEW if by == "auto" else MOST
    for span in SPANS if by == "auto" else SPANS[SPANS.index(by) :]:
        first, last = _numbered(ends, span, start).tolist()
        if last - first < most:
            break
    count = last - first + 1
    rows = [of_query.in_buckets(first, count, span, start) for of_query in days]
    whole = everything.in_buckets(first, count, span, start)
    edges = _edges(first, count, span, start)
    return span, tuple(
        Bucket(begin, end, counts, articles)
        for (begin, end), counts, articles in zip(edges, zip(*rows, strict=True), whole, strict=True)
    )


def _numbered(days: Ints, span: str, start: int) -> Ints:
    """The number of each day's bucket, counted from 1970."""
    if span == "day":
        return days
    if span == "week":
        return (days + _THURSDAY - start) // 7
    numbered: Ints = days.astype("M8[D]").astype(f"M8[{span[0].upper()}]").astype(np.int64)
    return numbered


def _edges(first: int, count: int, span: str, start: int) -> list[tuple[date, date]]:
    """The first and the last day of each bucket."""
    numbers = np.arange(first, first + count + 1)
    if span == "week":
        begins = numbers * 7 - _THURSDAY + start
    elif span == "day":
        begins = numbers
    else:
        begins = numbers.astype(f"M8[{span[0].upper()}]").astype("M8[D]").astype(np.int64)
    return [(_day(begin), _day(end - 1)) for begin, end in pairwise(begins.tolist())]


def _day(number: int) -> date:
    """A day by its number since 1970, limited to the range of the calendar."""
    return date.fromordinal(min(max(1, number + date(1970, 1, 1).toordinal()), date.max.toordinal()))
