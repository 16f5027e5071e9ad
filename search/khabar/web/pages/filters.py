"""The filters of a search: the values of each field with their counts, as links that add or remove a
condition; and the timeline of its articles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from khabar.index.plan import NAMED, may_have_several
from khabar.query.fields import EXACTLY
from khabar.render.messages import counted, language_name, say
from khabar.web.pages.searching import Search
from khabar.web.texts import text_of

if TYPE_CHECKING:
    from khabar.explore.facets import Facet
    from khabar.explore.timeline import Timeline
    from khabar.library import Index
    from khabar.web.pages.page import Page

__all__ = ["FACETS", "facets_of", "field_title", "timeline_of", "values_context"]

#: The fields of the filters, in the order of the page.
FACETS = ("source", "section", "author", "tag", "place", "language", "month")
#: The number of kept fields that are filters. (All kept fields can be searched.)
_KEPT_FIELDS = 6
#: The number of values of a field that are shown.
_VALUES = 8
#: The number of values on the page with all values of a field.
_ALL = 1000
#: The number of values that are counted; chosen values among them are always shown.
_COUNTED = 60
#: The number of months that are shown.
_MONTHS = 12


def facets_of(index: Index, search: Search, language: str) -> Iterator[dict[str, Any]]:
    """The filters, for the template. The values of a field with a condition are counted without this
    condition, to show the alternatives."""
    fields = [*FACETS, *index.fields[:_KEPT_FIELDS]]
    asked = _asked(search)
    facets: dict[str, Facet] = {}
    separate = [field for field in fields if field == "month" or search.values(field)]
    together = [field for field in fields if field not in separate]
    for group in filter(None, (together, *([field] for field in separate))):
        conditions = _without(asked, group[0]) if len(group) == 1 else asked
        counts = index.facets(search.q, group, limit=_COUNTED, **conditions)
        facets |= {facet.field: facet for facet in counts}
    included = _included(index, search, asked)
    for field in fields:
        if field == "language" and not search.language and len(facets[field]) < 2:
            # With a single language, this filter is useless.
            continue
        values = list(_values(facets[field], search, included.get(field, frozenset()), language))
        if values and not (len(values) == 1 and not values[0]["address"]):
            yield _facet(field, values, facets[field], search, language)


def _asked(search: Search) -> dict[str, Any]:
    """The conditions of a search, with the same ``match`` as for its hits, so that the counts add up to their
    number."""
    asked = search.asked()
    asked.setdefault("match", "any" if search.sort == "relevance" else "all")
    return asked


def _without(asked: dict[str, Any], field: str) -> dict[str, Any]:
    """The conditions without that on a field."""
    of_field = ("since", "until") if field == "month" else (field,)
    others = {name: value for name, value in asked.items() if name not in of_field}
    if "where" in others:
        others["where"] = {name: values for name, values in others["where"].items() if name != field}
    return others


def _included(index: Index, search: Search, asked: dict[str, Any]) -> dict[str, frozenset[str]]:
    """The names that match the conditions, by field: part of a name is enough, so a condition may include
    several names. For tags and kept fields this is not known, because an article may have several."""
    fields = [field for field in NAMED if not may_have_several(field) and getattr(search, field)]
    if not fields:
        return {}
    facets = index.facets(search.q, fields, limit=_COUNTED, **asked)
    return {facet.field: frozenset(value.name for value in facet) for facet in facets}


def field_title(field: str, language: str) -> str:
    """The title of a field; a kept field has its own name."""
    return text_of(f"by {field}", language) if field in (*NAMED, "month", "year") else field


def _facet(
    field: str, values: list[dict[str, Any]], facet: Facet, search: Search, language: str
) -> dict[str, Any]:
    """A filter with the values to show, for the template."""
    if field == "month":
        # The months with the most articles, in chronological order.
        ranked = sorted(
            values, key=lambda value: (not value["chosen"], not value["address"], -value["count"])
        )
        shown = [value for value in values if value in ranked[:_MONTHS]]
    else:
        chosen = [value for value in values if value["chosen"] or value["meant"]]
        others = [value for value in values if not (value["chosen"] or value["meant"])]
        shown = [*chosen, *others[: max(0, _VALUES - len(chosen))]]
    _add_shares(shown)
    hidden = len(values) - len(shown) + facet.more
    rest = sum(value["count"] for value in values) - sum(value["count"] for value in shown) + facet.rest
    more = text_of("more values", language, count=f"{hidden:,}", articles=counted(rest, "article", language))
    return {
        "field": field,
        "name": field_title(field, language),
        "items": shown,
        "more": more if hidden > 0 else "",
        "all": search.changed().address("/values", field=field) if hidden > 0 else "",
        "count": len(values) + facet.more,
    }


def _add_shares(values: list[dict[str, Any]]) -> None:
    """Add the lengths of the bars, in percent of the longest."""
    most = max((value["count"] for value in values), default=0) or 1
    for value in values:
        value["share"] = f"{100 * value['count'] / most:.1f}"


def _values(
    facet: Facet, search: Search, included: frozenset[str], language: str
) -> Iterator[dict[str, Any]]:
    """The values of a field, for the template.

    Args:
        facet: the values with their counts.
        search: the search that they narrow.
        included: the names that the conditions include.
        language: the language of the page.
    """
    # The articles without a value come last, even if they are many.
    values = sorted(facet.values, key=lambda value: not value.name)
    if facet.field == "month":
        # Newest first, as in the table of the timeline.
        values.sort(key=lambda value: value.name, reverse=True)
    for value in values:
        if not value.name:
            name = say("unknown", language)
            yield {"name": name, "count": value.count, "chosen": False, "meant": False, "address": ""}
            continue
        if facet.field == "month":
            chosen = search.since == search.until == value.name
            bound = "" if chosen else value.name
            address = search.changed(since=bound, until=bound).address()
        else:
            # A name may be part of other names; a click chooses exactly this one.
            current = search.values(facet.field)
            condition = value.name if value.name in current else f"{EXACTLY}{value.name}"
            chosen = condition in current
            address = search.toggled(facet.field, condition).address()
        yield {
            "name": language_name(value.name, language) if facet.field == "language" else value.name,
            "count": value.count,
            "chosen": chosen,
            "meant": not chosen and value.name in included,
            "address": address,
        }


def values_context(index: Index, search: Search, field: str, page: Page) -> dict[str, Any]:
    """The values of the template for all values of a field.

    Args:
        index: the index.
        search: the search whose articles are counted.
        field: one of :data:`FACETS`, or a kept field.
        page: the frame of the page.
    """
    (facet,) = index.facets(search.q, (field,), limit=_ALL, **_without(_asked(search), field))
    values = list(_values(facet, search, frozenset(), page.language))
    _add_shares(values)
    return {
        "page": page,
        "name": field_title(field, page.language),
        "facet": {"field": field, "items": values, "more": "", "all": "", "count": len(values) + facet.more},
        "most": _ALL,
        "cut": facet.more > 0,
        "results": search.address(),
    }


def timeline_of(index: Index, search: Search) -> Timeline:
    """The timeline of the articles that match a search."""
    return index.timeline(search.q, **_asked(search))
