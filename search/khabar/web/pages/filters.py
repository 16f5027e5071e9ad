"""The filters of a search: the values of each field, with their counts, as links that add or remove
a condition; and its articles over time."""

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

#: The fields to narrow a search by, in the order of the page.
FACETS = ("source", "section", "author", "tag", "place", "language", "month")
#: Number of kept fields to narrow by on the page; all of them can be searched in.
_KEPT_FIELDS = 6
#: Number of values of a field that are shown.
_VALUES = 8
#: Number of values on the page with all of them.
_ALL = 1000
#: Number of values that are counted: those that are chosen are shown, too, if they are among them.
_COUNTED = 60
_MONTHS = 12


def facets_of(index: Index, search: Search, language: str) -> Iterator[dict[str, Any]]:
    """The values of each field. Those of a field with a condition are counted without it: what else could be
    chosen there is what people want to see."""
    shown_fields = [*FACETS, *index.fields[:_KEPT_FIELDS]]
    asked = search.asked()
    # As the hits, so that the counts add up to their number.
    asked.setdefault("match", "any" if search.sort == "relevance" else "all")
    counted_fields: dict[str, Facet] = {}
    apart = [field for field in shown_fields if field == "month" or search.values(field)]
    together = [field for field in shown_fields if field not in apart]
    for fields in filter(None, (together, *([field] for field in apart))):
        conditions = _without(asked, fields[0]) if len(fields) == 1 else asked
        facets = index.facets(search.q, fields, limit=_COUNTED, **conditions)
        counted_fields |= {facet.field: facet for facet in facets}
    meant = _meant(index, search, asked)
    for field in shown_fields:
        if field == "language" and not search.language and len(counted_fields[field]) < 2:
            # All are in one.
            continue
        values = list(_values(counted_fields[field], search, meant.get(field, frozenset()), language))
        if values and not (len(values) == 1 and not values[0]["address"]):
            yield _facet(field, values, counted_fields[field], search, language)


def _without(asked: dict[str, Any], field: str) -> dict[str, Any]:
    """The conditions without that of a field."""
    own = ("since", "until") if field == "month" else (field,)
    kept = {name: value for name, value in asked.items() if name not in own}
    if "where" in kept:
        kept["where"] = {name: values for name, values in kept["where"].items() if name != field}
    return kept


def _meant(index: Index, search: Search, asked: dict[str, Any]) -> dict[str, frozenset[str]]:
    """The names that the conditions stand for: part of a name is enough, so one that is chosen may stand for
    several. Of tags and kept fields this cannot be told, since an article has several."""
    fields = [field for field in NAMED if not may_have_several(field) and getattr(search, field)]
    if not fields:
        return {}
    facets = index.facets(search.q, fields, limit=_COUNTED, **asked)
    return {facet.field: frozenset(value.name for value in facet) for facet in facets}


def field_title(field: str, language: str) -> str:
    """What a field is called on a page; one that was kept by its own name."""
    return text_of(f"by {field}", language) if field in (*NAMED, "month", "year") else field


def _facet(
    field: str, values: list[dict[str, Any]], facet: Facet, search: Search, language: str
) -> dict[str, Any]:
    if field == "month":
        # Those with the most articles, in their order.
        most_of = sorted(values, key=lambda each: (not each["chosen"], not each["address"], -each["count"]))
        kept = [each for each in values if each in most_of[:_MONTHS]]
    else:
        chosen = [each for each in values if each["chosen"] or each["meant"]]
        others = [each for each in values if not (each["chosen"] or each["meant"])]
        kept = [*chosen, *others[: max(0, _VALUES - len(chosen))]]
    most = max((each["count"] for each in kept), default=0) or 1
    for each in kept:
        each["share"] = f"{100 * each['count'] / most:.1f}"
    left = len(values) - len(kept) + facet.more
    rest = sum(each["count"] for each in values) - sum(each["count"] for each in kept) + facet.rest
    more = text_of("more values", language, count=f"{left:,}", articles=counted(rest, "article", language))
    return {
        "field": field,
        "name": field_title(field, language),
        "items": kept,
        "more": more if left > 0 else "",
        "all": search.changed().address("/values", field=field) if left > 0 else "",
        "count": len(values) + facet.more,
    }


def _values(facet: Facet, search: Search, meant: frozenset[str], language: str) -> Iterator[dict[str, Any]]:
    # The articles without a value come last, however many they are.
    values = sorted(facet.values, key=lambda each: not each.name)
    if facet.field == "month":
        # The newest first, as in the timeline's table.
        values.sort(key=lambda each: each.name, reverse=True)
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
            # A name alone may be a part of others; what is chosen here is this one.
            whole = f"{EXACTLY}{value.name}"
            now = search.values(facet.field)
            asked = value.name if value.name in now else whole
            chosen = asked in now
            address = search.toggled(facet.field, asked).address()
        also = not chosen and value.name in meant
        yield {
            "name": language_name(value.name, language) if facet.field == "language" else value.name,
            "count": value.count,
            "chosen": chosen,
            "meant": also,
            "address": address,
        }


def values_context(index: Index, search: Search, field: str, page: Page) -> dict[str, Any]:
    """What the page with all values of a field shows.

    Args:
        index: searched.
        search: whose articles are counted.
        field: one of :data:`FIELDS`, or a field that was kept.
        page: who looks.
    """
    asked = search.asked()
    asked.setdefault("match", "any" if search.sort == "relevance" else "all")
    (facet,) = index.facets(search.q, (field,), limit=_ALL, **_without(asked, field))
    values = list(_values(facet, search, frozenset(), page.language))
    most = max((each["count"] for each in values), default=0) or 1
    for each in values:
        each["share"] = f"{100 * each['count'] / most:.1f}"
    return {
        "page": page,
        "name": field_title(field, page.language),
        "facet": {"field": field, "items": values, "more": "", "all": "", "count": len(values) + facet.more},
        "most": _ALL,
        "cut": facet.more > 0,
        "results": search.address(),
    }


def timeline_of(index: Index, search: Search) -> Timeline:
    """The articles that match, counted over time."""
    asked = search.asked()
    asked.setdefault("match", "any" if search.sort == "relevance" else "all")
    return index.timeline(search.q, **asked)
