"""The page of a search: what was found, what to narrow it by, and if nothing was found, what would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from khabar.errors import InvalidArgument
from khabar.explore.facets import FIELDS
from khabar.render.hit import all_depths
from khabar.render.messages import DEPTH_NAMES, counted, found, invalid, problem, say, shown_span
from khabar.web.dress import article_address
from khabar.web.pages.charts import drawn
from khabar.web.pages.searching import LISTS, PER_PAGE, Search
from khabar.web.texts import told

if TYPE_CHECKING:
    from khabar.explore.facets import Facet
    from khabar.library import Index
    from khabar.query.results import Hit, Results
    from khabar.web.pages.page import Page

__all__ = ["EXPORTS", "search_context"]

#: What a search can be downloaded as.
EXPORTS = {"csv": "CSV", "jsonl": "JSONL", "ris": "RIS", "csl-json": "CSL-JSON", "bibtex": "BibTeX"}
#: The fields to narrow a search by, in the order of the page.
_FACETS = ("source", "section", "author", "tag", "month")
#: Number of values of a field that are shown.
_VALUES = 8
_MONTHS = 12
#: Number of words of a query that are explained if nothing was found.
_WORDS = 12
#: Number of neighbours of a page that have a link.
_NEIGHBOURS = 2
_NOUNS = {"story": "story", "none": "paragraph"}


def search_context(index: Index, search: Search, page: Page) -> dict[str, Any]:
    """What the page of a search shows.

    Args:
        index: searched.
        search: what for.
        page: who looks: language, what may be written, what is starred.

    Returns:
        The values of the templates ``search.html`` and ``results.html``. A condition that cannot be met, such
        as a date that is none, is a ``fault`` there, with the form to mend it.
    """
    home = not search.q.strip() and not search.conditions
    context: dict[str, Any] = {
        "page": page,
        "search": search,
        "home": home,
        "kept": [(name, each) for name in LISTS for each in getattr(search, name)],
        "options_open": bool(search.since or search.until or search.sort != "relevance"),
        "wrong": "",
        "fault": "",
        "examples": [],
        "results": None,
        "problems": [],
        "conditions": list(_conditions(search, page.language)),
        "bare": search.bare.address(),
        "here": search.address(),
        "permalink": replace(search, lang="").address(),
        "atom": _feed(search, "/feed.atom"),
        "rss": _feed(search, "/feed.rss"),
    }
    try:
        results = index.search(
            search.q,
            limit=PER_PAGE,
            offset=(search.page - 1) * PER_PAGE,
            sort=search.sort,  # type: ignore[arg-type]
            group=search.group,  # type: ignore[arg-type]
            explain=bool(search.q.strip()),
            suggest=bool(search.q.strip()),
            **search.asked(),
        )
    except InvalidArgument as error:
        said = told_argument(error, page.language)
        return context | {"fault": said, "wrong": error.name, "options_open": True}
    context |= _found(index, results, search, page)
    if home:
        context["examples"] = [
            (query, Search(q=query, lang=search.lang).address()) for query in _examples(results)
        ]
    return context


def told_argument(error: InvalidArgument, language: str) -> str:
    """What is wrong with a condition of a search, without the name of an option of the command."""
    said = invalid(error, language, giver="\0").removeprefix("\0").strip()
    name = told(error.name, language) if error.name in ("since", "until") else ""
    if not name and error.name in LISTS:
        name = told(f"by {error.name}", language)
    return f"{name or error.name} {said}"


def _found(index: Index, results: Results, search: Search, page: Page) -> dict[str, Any]:
    language = page.language
    said = found(results.total, results, language, _NOUNS.get(results.group, "article"))
    if not search.q.strip() and not search.conditions:
        said = f"{say('newest', language)} ({said})"
    span = ""
    if results.hits and results.total > len(results.hits):
        span = shown_span(results.hits[0].rank, results.hits[-1].rank, language).lstrip("،, ")
    used = all_depths(results.hits)
    return {
        "results": results,
        "said": said,
        "span": span,
        "took": round(results.took_ms),
        "problems": [problem(each, search.q, language) for each in results.problems],
        "suggestions": [_Suggested(each.query, each.total, search) for each in results.suggestions],
        "shown": [Shown(hit, search, page) for hit in results.hits],
        "depths": [depth for depth in DEPTH_NAMES if depth in used],
        "nothing": _nothing(index, results, search, page) if not results.hits else None,
        "facets": list(_facets(index, search, language)),
        "timeline": drawn(_timeline(index, search), search, language),
        "exports": [
            (shown, search.changed(lang="").address("/export", format=kind))
            for kind, shown in EXPORTS.items()
        ],
        "as_query": search.as_query(language),
        **_pages(results.total, search),
    }


class _Suggested:
    """Another way to write the query, as a link."""

    def __init__(self, query: str, total: int, search: Search) -> None:
        from markupsafe import Markup

        from khabar.render.html import apart

        self.total = total
        address = search.changed(q=query).address()
        self.link = Markup('<a href="{}">{}</a>').format(address, Markup(apart(f"«{query}»")))


class Shown:
    """The links of a hit."""

    def __init__(self, hit: Hit, search: Search, page: Page) -> None:
        self._search = search
        self.address = search.address(article_address(hit.article.id), at=hit.rank)
        self.related = replace(search, page=1).address(article_address(hit.article.id, "/related/"))
        self.archive: str = getattr(hit, "archive", "")
        self.marked = bool(search.q.strip())
        self.starred = hit.article.id in page.starred
        self.back = search.address()

    def of(self, article_id: str) -> str:
        """The address of another article of the hit's story."""
        return replace(self._search, page=1).address(article_address(article_id))


def _feed(search: Search, path: str) -> str:
    """The address of a feed: the newest come first there, and there are no pages."""
    return replace(search, page=1, sort="relevance", lang="").address(path)


def _conditions(search: Search, language: str) -> Iterator[dict[str, str]]:
    """The conditions that are set, each with the address of the search without it."""
    for name in LISTS:
        for each in getattr(search, name):
            yield {
                "name": told(f"by {name}", language),
                "value": each,
                "address": search.toggled(name, each).address(),
            }
    if search.since and search.since == search.until:
        whole = search.changed(since="", until="")
        yield {
            "name": told("by month", language) if len(search.since) == 7 else say("date", language),
            "value": search.since,
            "address": whole.address(),
        }
        return
    for name in ("since", "until"):
        if value := getattr(search, name):
            without = search.changed(**{name: ""})
            yield {"name": told(name, language), "value": value, "address": without.address()}


def _facets(index: Index, search: Search, language: str) -> Iterator[dict[str, Any]]:
    """The values of each field. Those of a field with a condition are counted without it: what else could be
    chosen there is what people want to see."""
    wanted = [field for field in _FACETS if field in FIELDS]
    conditioned = [field for field in wanted if getattr(search, field, ())]
    asked = search.asked()
    # As the hits, so that the counts add up to their number.
    asked.setdefault("match", "any" if search.sort == "relevance" else "all")
    counted_fields: dict[str, Facet] = {}
    groups = [([field for field in wanted if field not in conditioned], asked)]
    for field in conditioned:
        groups.append(([field], {name: value for name, value in asked.items() if name != field}))
    for fields, conditions in groups:
        if fields:
            facets = index.facets(
                search.q, fields, limit=_MONTHS if fields == ["month"] else 60, **conditions
            )
            counted_fields |= {facet.field: facet for facet in facets}
    for field in wanted:
        values = list(_values(counted_fields[field], search, language))
        if values and not (len(values) == 1 and not values[0]["address"]):
            yield _facet(field, values, counted_fields[field], language)


def _facet(field: str, values: list[dict[str, Any]], facet: Facet, language: str) -> dict[str, Any]:
    if field == "month":
        kept = values[:_MONTHS]
    else:
        chosen = [each for each in values if each["chosen"]]
        others = [each for each in values if not each["chosen"]]
        kept = [*chosen, *others[: max(0, _VALUES - len(chosen))]]
    most = max((each["count"] for each in kept), default=0) or 1
    for each in kept:
        each["share"] = f"{100 * each['count'] / most:.1f}"
    left = len(values) - len(kept) + facet.more
    rest = sum(each["count"] for each in values) - sum(each["count"] for each in kept) + facet.rest
    more = told("more values", language, count=f"{left:,}", articles=counted(rest, "article", language))
    return {"field": field, "items": kept, "more": more if left > 0 else ""}


def _values(facet: Facet, search: Search, language: str) -> Iterator[dict[str, Any]]:
    # The articles without a value come last, however many they are.
    values = sorted(facet.values, key=lambda each: not each.name)
    if facet.field == "month":
        # The newest first, as in the timeline's table.
        values.sort(key=lambda each: each.name, reverse=True)
    for value in values:
        if not value.name:
            yield {"name": say("unknown", language), "count": value.count, "chosen": False, "address": ""}
            continue
        if facet.field == "month":
            chosen = search.since == search.until == value.name
            bound = "" if chosen else value.name
            address = search.changed(since=bound, until=bound).address()
        else:
            chosen = value.name in getattr(search, facet.field)
            address = search.toggled(facet.field, value.name).address()
        yield {"name": value.name, "count": value.count, "chosen": chosen, "address": address}


def _timeline(index: Index, search: Search) -> Any:
    asked = search.asked()
    asked.setdefault("match", "any" if search.sort == "relevance" else "all")
    return index.timeline(search.q, **asked)


def _pages(total: int, search: Search) -> dict[str, Any]:
    """Links to the pages of a result: the first, the last, and those around this one."""
    last = -(-total // PER_PAGE)
    near = range(search.page - _NEIGHBOURS, search.page + _NEIGHBOURS + 1)
    numbers = sorted({1, last, *near} & set(range(1, last + 1)))
    pages = [
        {
            "number": number,
            "address": replace(search, page=number).address(),
            "gap": place > 0 and numbers[place - 1] != number - 1,
        }
        for place, number in enumerate(numbers)
    ]
    inside = search.page <= last
    return {
        "pages": pages,
        "previous": replace(search, page=search.page - 1).address() if search.page > 1 and inside else "",
        "next": replace(search, page=search.page + 1).address() if search.page < last else "",
    }


def _nothing(index: Index, results: Results, search: Search, page: Page) -> dict[str, Any]:
    """Why nothing was found, and what would find something."""
    reason: dict[str, Any] = {
        "on_page": bool(results.total),
        "first_page": search.changed().address(),
        "empty_index": not results.total and not len(index),
        "words": (),
        "any": search.changed(match="any").address(),
        "ways": (),
    }
    if results.total or reason["empty_index"]:
        return reason
    if search.q.strip():
        # The words alone: whether the conditions are the reason is told below.
        reason["words"] = tuple(index.interpret(search.q))[:_WORDS]
    reason["ways"] = tuple(_ways(index, search, page.language))
    return reason


def _ways(index: Index, search: Search, language: str) -> Iterator[dict[str, Any]]:
    """What the search finds without each of its conditions."""
    for each in _conditions(search, language):
        without = _without(search, each["address"])
        if without is None:
            continue
        total = index.search(search.q, limit=0, **without.asked()).total
        if total:
            yield {**each, "total": total}
    if len(search.conditions) > 1 and search.q.strip():
        total = index.search(search.q, limit=0).total
        if total:
            address = search.bare.address()
            yield {"name": told("conditions", language), "value": "", "address": address, "total": total}


def _without(search: Search, address: str) -> Search | None:
    from urllib.parse import parse_qsl, urlsplit

    return Search.of(parse_qsl(urlsplit(address).query))


def _examples(results: Results) -> Sequence[str]:
    """Queries that find something here: from the title of a new article, since every archive has its own."""
    for hit in results.hits:
        words = [word.strip("«»\"'،.:؛!؟()") for word in hit.article.title.split()]
        words = [word for word in words if len(word) > 3 and word.isalpha()]
        if len(words) < 3:
            continue
        longest = sorted(words, key=len)[-1]
        title = hit.article.title.split()
        place = next((n for n, word in enumerate(title[:-1]) if word == words[0]), 0)
        phrase = " ".join(title[place : place + 2]).strip("«»\"'،.:؛!؟()")
        others = [word for word in words if word != longest]
        queries = [f"{others[0]} {longest}", f'"{phrase}"', f"+{longest} -{others[-1]}"]
        if hit.article.source:
            queries.append(Search(q=longest, source=(hit.article.source,)).as_query("ar"))
        return queries
    return ()
