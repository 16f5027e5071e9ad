"""The page of a search: the results and filters, or, if nothing was found, searches that find something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from khabar.errors import InvalidArgument
from khabar.index.plan import NAMED
from khabar.query.fields import EXACTLY
from khabar.render.faults import invalid_value, problem
from khabar.render.hit import all_depths
from khabar.render.messages import DEPTH_NAMES, counted, found, say, shown_span
from khabar.web.dress import article_address
from khabar.web.pages.charts import drawn
from khabar.web.pages.filters import facets_of, field_title, timeline_of
from khabar.web.pages.searching import LISTS, PER_PAGE, Search
from khabar.web.texts import text_of

if TYPE_CHECKING:
    from khabar.library import Index
    from khabar.query.results import Hit, Results
    from khabar.web.pages.page import Page

__all__ = ["EXPORTS", "search_context"]

#: What a search can be downloaded as.
EXPORTS = {
    "csv": "CSV",
    "xlsx": "XLSX",
    "jsonl": "JSONL",
    "ris": "RIS",
    "csl-json": "CSL-JSON",
    "bibtex": "BibTeX",
}
#: Number of words of a query that are looked up if the best hits do not have them.
_LOOKED_UP = 4
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
        "options_open": bool(search.since or search.until or search.meaning or search.sort != "relevance"),
        "meaning": meaning_choice(index, page.language),
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
            meaning=bool(search.meaning),
            **search.asked(),
        )
    except InvalidArgument as error:
        said = argument_message(error, page.language)
        return context | {"fault": said, "wrong": error.name, "options_open": True}
    context |= _found(index, results, search, page)
    if home:
        context["examples"] = [
            (query, Search(q=query, lang=search.lang).address()) for query in _examples(results)
        ]
    return context


def meaning_choice(index: Index, language: str) -> dict[str, Any] | None:
    """Whether searches can be ranked by meaning, and what there is to be told of it; None for an index
    without vectors: nobody has prepared it for that."""
    obstacles = index.meaning_problems()
    codes = {each.code for each in obstacles}
    if codes & {"meaning-no-vectors", "meaning-on-cluster"}:
        return None
    notes = [problem(each, "", language) for each in obstacles if each.code != "meaning-sent"]
    if "meaning-sent" in codes:
        notes.append(text_of("meaning sent", language))
    return {"ready": codes <= {"meaning-sent"}, "note": " ".join(notes)}


def argument_message(error: InvalidArgument, language: str) -> str:
    """The message about a condition of a search, with the name of its field instead of an option."""
    name = error.name
    if name in ("since", "until"):
        name = text_of(name, language)
    elif name in NAMED:
        name = text_of(f"by {name}", language)
    return f"{name} {invalid_value(error, language)}"


def _found(index: Index, results: Results, search: Search, page: Page) -> dict[str, Any]:
    language = page.language
    said = found(results.total, results, language, _NOUNS.get(results.group, "article"))
    if not search.q.strip() and not search.conditions:
        said = f"{say('newest', language)} ({said})"
    span = ""
    if results.hits and results.total > len(results.hits):
        span = shown_span(results.hits[0].rank, results.hits[-1].rank, language).lstrip("،, ")
    used = all_depths(results.hits)
    odd = _odd_words(index, results, search)
    return {
        "results": results,
        "said": said,
        "span": span,
        "problems": [problem(each, search.q, language) for each in results.problems],
        "odd": odd,
        "suggestions": _suggested(index, results, search, odd),
        "shown": [Shown(hit, search, page) for hit in results.hits],
        "beside": [Shown(hit, search, page, beside=True) for hit in results.also],
        "depths": [depth for depth in DEPTH_NAMES if depth in used],
        "nothing": _nothing(index, results, search, page) if not results.hits else None,
        "facets": list(facets_of(index, search, language)),
        "timeline": drawn(timeline_of(index, search), search, language),
        "exports": [
            (shown, search.changed(lang="", meaning="").address("/export", format=kind))
            for kind, shown in EXPORTS.items()
        ],
        "export_note": _export_note(results, search, language),
        "named": search.changed().address("/names"),
        "as_query": search.as_query(language),
        **_pages(results.total, search),
    }


def _export_note(results: Results, search: Search, language: str) -> str:
    """How many hits a download has, where these are fewer than the page tells."""
    if search.match or results.match == "all" or results.with_all is None:
        return ""
    count = counted(results.with_all, _NOUNS.get(results.group, "article"), language)
    return text_of("export note", language, count=count)


def _odd_words(index: Index, results: Results, search: Search) -> list[str]:
    """The words of a query that its best hits have only as words of nearly the same letters, or not at all,
    and that no article has in any of its own forms. That «any of the words» were found says nothing of these.
    """
    if search.page > 1 or not results.hits or any(sign in search.q for sign in '"«»():*~'):
        return []
    known = {
        share.word
        for hit in results.hits
        for share in hit.explanation
        if any(form.depth != "similar" for form in share.forms)
    }
    given = dict.fromkeys(share.word for share in results.hits[0].explanation)
    odd = [word for word in given if word not in known][:_LOOKED_UP]
    return [word for word in odd if " " not in word and not _has_forms(index, word)]


def _has_forms(index: Index, word: str) -> bool:
    try:
        return any(form.matches and form.depth != "similar" for form in index.why(word.lstrip("+=")))
    except InvalidArgument:
        return True


def _suggested(index: Index, results: Results, search: Search, odd: list[str]) -> list[_Suggested]:
    """Other ways to write the query: also where much was found, but a word of it is in no article."""
    found_ones = results.suggestions
    if not found_ones and odd:
        found_ones = index.suggest(search.q, **search.asked())
    return [_Suggested(each.query, each.total, search) for each in found_ones]


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

    def __init__(self, hit: Hit, search: Search, page: Page, *, beside: bool = False) -> None:
        self._search = search
        self.archive = hit.archive
        self.also_in = hit.also_in
        where = article_address(hit.article.id)
        # What is beside the hits has no place among them.
        at = None if beside else hit.rank
        self.address = search.address(where, at=at, archive=hit.archive)
        if (beside or search.group == "none") and hit.paragraph.number:
            self.address += f"#p{hit.paragraph.number}"
        first = replace(search, page=1)
        self.related = first.address(article_address(hit.article.id, "/related/"), archive=hit.archive)
        self.marked = bool(search.q.strip()) and not beside
        self.starred = (hit.article.id, hit.archive) in page.starred
        self.back = search.address()

    def of(self, article_id: str) -> str:
        """The address of another article of the hit's story."""
        return replace(self._search, page=1).address(article_address(article_id))


def _feed(search: Search, path: str) -> str:
    """The address of a feed: the newest come first there, and there are no pages."""
    return replace(search, page=1, sort="relevance", group="article", meaning="", lang="").address(path)


def _conditions(search: Search, language: str) -> Iterator[dict[str, str]]:
    """The conditions that are set, each with the address of the search without it."""
    for name in LISTS:
        for each in getattr(search, name):
            field, value = each.split("=", 1) if name == "where" else (name, each)
            yield {
                "name": field_title(field, language),
                "value": value.removeprefix(EXACTLY),
                "address": search.toggled(name, each).address(),
            }
    if search.since and search.since == search.until:
        whole = search.changed(since="", until="")
        yield {
            "name": text_of("by month", language) if len(search.since) == 7 else say("date", language),
            "value": search.since,
            "address": whole.address(),
        }
        return
    for name in ("since", "until"):
        if value := getattr(search, name):
            without = search.changed(**{name: ""})
            yield {"name": text_of(name, language), "value": value, "address": without.address()}


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
    """Why nothing was found, and which searches find something."""
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
        reason["words"] = tuple(index.interpret(search.q, match=results.match))[:_WORDS]
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
            yield {
                "name": text_of("all conditions", language),
                "value": "",
                "address": address,
                "total": total,
            }


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
