"""Facets: counts of all matching articles by source, author, section, tag, language, place, month or year, or
by a field that was kept from records."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Literal, Unpack, get_args

import msgspec
import numpy as np
from msgspec.structs import replace

from khabar.analysis.fold import fold
from khabar.errors import check_choice
from khabar.index.plan import KEPT, Plan
from khabar.query.field_names import field_of
from khabar.query.fields import kept_field
from khabar.query.snapshot import Asked, Snapshot
from khabar.query.tree import Problem
from khabar.serialize import Sequenced, Serializable

__all__ = ["FIELDS", "Facet", "FacetField", "FacetValue", "Facets", "count_facets"]


#: The fields to count by, besides those that were kept from records.
FacetField = Literal["source", "author", "section", "tag", "language", "place", "year", "month"]
FIELDS: tuple[FacetField, ...] = get_args(FacetField)
#: The Arabic names of these, as listed for whoever types another one.
_ARABIC = ("المصدر", "الكاتب", "القسم", "الوسم", "اللغة", "المكان", "السنة", "الشهر")
#: The folded names of those that a query does not have.
_PERIODS = {"year": "year", "سنه": "year", "عام": "year", "month": "month", "شهر": "month"}
#: numpy's name for the unit of a date.
_UNITS = {"year": "Y", "month": "M"}


class FacetValue(Serializable, msgspec.Struct, frozen=True):
    """A value of a field, and how many articles have it.

    Attributes:
        name: a source, author, section, tag, language, place, a value of a kept field, a month (``2024-05``)
            or a year (``2024``); "" for unknown.
        count: number of matching articles.
        gap: number of months or years without matching articles between the previous one listed and this one.
        more: number of months or years between these two that have fewer articles and are not listed.
        rest: number of articles in those.
    """

    name: str
    count: int
    gap: int = 0
    more: int = 0
    rest: int = 0


class Facet(Sequenced[FacetValue], Serializable, msgspec.Struct, frozen=True):
    """The values of a field that the matching articles have.

    Attributes:
        field: one of :data:`FIELDS`, or the name of a field that was kept from records.
        values: the values with the most articles: names by count, months and years in chronological order.
        more: number of further values, including those between listed months or years.
        rest: number of articles with those; for tags and kept fields the sum of their counts.
    """

    field: str
    values: tuple[FacetValue, ...]
    more: int = 0
    rest: int = 0

    def _listed(self) -> tuple[FacetValue, ...]:
        return self.values


class Facets(Sequenced[Facet], Serializable, msgspec.Struct, frozen=True):
    """The articles that match a query, counted by some fields.

    Attributes:
        query: as typed.
        total: number of matching articles. The counts of each facet, with the rest, add up to it, except for
            tags and kept fields, where an article counts for each of its values.
        took_ms: duration in milliseconds.
        facets: one per field, in the order requested.
        problems: parts of the query that were not understood.
        match: ``any`` or ``all``: how many of the query's words an article had to contain.
        with_all, with_any: number of articles with all the words, and with any, as in :class:`Results`.
    """

    query: str
    total: int
    took_ms: float
    facets: tuple[Facet, ...]
    problems: tuple[Problem, ...] = ()
    match: Literal["any", "all"] = "any"
    with_all: int | None = None
    with_any: int | None = None

    def _listed(self) -> tuple[Facet, ...]:
        return self.facets

    def to_dict(self) -> dict[str, Any]:
        """The counts as plain data: the facets by field."""
        return {**super().to_dict(), "facets": {facet.field: _without_field(facet) for facet in self.facets}}

    def rows(self) -> list[dict[str, Any]]:
        """One row per value of each field: ``field`` and the attributes of :class:`FacetValue`."""
        return [{"field": facet.field, **value.to_dict()} for facet in self.facets for value in facet.values]


def _without_field(facet: Facet) -> dict[str, Any]:
    return {name: value for name, value in facet.to_dict().items() if name != "field"}


def count_facets(
    snapshot: Snapshot, query: str, fields: Sequence[str], limit: int | None, **asked: Unpack[Asked]
) -> Facets:
    """Count all articles that match; see :meth:`khabar.Index.facets`."""
    began = time.perf_counter()
    fields = [_field_meant(snapshot, field) for field in fields]
    total, planned_query, tally = snapshot.counted(query, **asked)
    facets = tuple(_facet(snapshot, field, planned_query.plan, limit) for field in dict.fromkeys(fields))
    took = (time.perf_counter() - began) * 1000
    return Facets(query, total, round(took, 2), facets, planned_query.problems, *tally)


def _field_meant(snapshot: Snapshot, field: str) -> str:
    """The field with a name: one of :data:`FIELDS`, also by an Arabic name as in a query; or a kept field in
    the notation of plans.

    Raises:
        InvalidArgument: if it is neither.
    """
    if field in FIELDS:
        return field
    # A kept field may have one of the other names.
    if kept := kept_field(field, snapshot.kept_names):
        return KEPT + kept
    meant = _PERIODS.get(fold(field).removeprefix("ال")) or field_of(field)
    if meant not in FIELDS:
        check_choice("fields", field, (*(FIELDS if field.isascii() else _ARABIC), *snapshot.kept_names))
    return str(meant)


def _facet(snapshot: Snapshot, field: str, plan: Plan, limit: int | None) -> Facet:
    timed = field in _UNITS
    counted = _of_time(snapshot, field, plan) if timed else _of_names(snapshot, field, plan)
    # "Unknown" comes last among equal counts, and after all dates.
    counted.sort(key=lambda value: (-value.count, not value.name, value.name))
    listed = counted if limit is None else counted[: max(0, limit)]
    left_out = counted[len(listed) :]
    if timed:
        listed.sort(key=lambda value: (not value.name, value.name))
        listed = _with_gaps(listed, left_out)
    rest = sum(value.count for value in left_out)
    return Facet(field.removeprefix(KEPT), tuple(listed), len(left_out), rest)


def _with_gaps(listed: list[FacetValue], left_out: list[FacetValue]) -> list[FacetValue]:
    """Count for each listed month or year, in chronological order, those before it that have no articles and
    those that were left out."""

    def number(name: str) -> int:
        year, _, month = name.partition("-")
        return int(year) * 12 + int(month) if month else int(year)

    unlisted = [(number(value.name), value.count) for value in left_out if value.name]
    before: int | None = None
    result = []
    for value in listed:
        if value.name:
            here = number(value.name)
            between = [count for at, count in unlisted if (before is None or before < at) and at < here]
            gap = 0 if before is None else here - before - 1 - len(between)
            value = replace(value, gap=gap, more=len(between), rest=sum(between))
            before = here
        result.append(value)
    return result


def _of_names(snapshot: Snapshot, field: str, plan: Plan) -> list[FacetValue]:
    counts = snapshot.answers.counts(plan, field)
    return [FacetValue(name, count) for name, count in counts.items()]


def _of_time(snapshot: Snapshot, field: str, plan: Plan) -> list[FacetValue]:
    days, undated = snapshot.answers.days(plan)
    dates = np.array(list(days), np.int64).astype("M8[D]").astype(f"M8[{_UNITS[field]}]")
    spans, which = np.unique(dates, return_inverse=True)
    counts = np.bincount(which, weights=list(days.values()), minlength=len(spans)).astype(np.int64)
    values = [
        FacetValue(str(span), count)
        for span, count in zip(spans.astype(str).tolist(), counts.tolist(), strict=True)
    ]
    return [*values, FacetValue("", undated)] if undated else values
