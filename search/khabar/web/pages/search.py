"""The page of a search: its results and filters, or if it found nothing, searches that find something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from khabar.errors import InvalidArgument
from khabar.index.plan import NAMED
from khabar.query.fields import EXACTLY
from khabar.render.faults import invalid_value, problem
from khabar.render.hit import all_depths
from khabar.render.messages import DEPTH_NAMES, counted, found, say, shown_span
from khabar.web.layout import article_address
from khabar.web.pages.charts import drawn
from khabar.web.pages.filters import facets_of, field_title, timeline_of
from khabar.web.pages.searching import LISTS, PER_PAGE, Search
from khabar.web.texts import text_of

if TYPE_CHECKING:
    from khabar.library import Index
    from khabar.query.results import Hit, Results
    from khabar.stories.story import Telling
    from khabar.web.pages.page import Page

__all__ = ["EXPORTS", "search_context"]

#: The formats in which a search can be downloaded, with their names.
EXPORTS = {
    "csv": "CSV",
    "xlsx": "XLSX",
    "jsonl": "JSONL",
    "ris": "RIS",
    "csl-json": "CSL-JSON",
    "bibtex": "BibTeX",
}
#: Maximum number of words of a query that are looked up if the best hits do not contain them.
_LOOKED_UP = 4
#: Maximum number of words of a query that are explained if nothing was found.
_WORDS = 12
#: The number of neighbours of the current page, on each side, that have a link.
_NEIGHBOURS = 2
_NOUNS = {"story": "story", "none": "paragraph"}


def search_context(index: Index, search: Search, page: Page) -> dict[str, Any]:
    """The values of the templates ``search.html`` and ``results.html``. An invalid condition, such as a wrong
    date, is a ``fault`` there, and the form to correct it is open.

    Args:
        index: the index.
        search: the search.
        page: the frame of the page.
    """
    home = not search.q.strip() and not search.conditions
    context: dict[str, Any] = {
        "page": page,
        "search": search,
        "home": home,
        "kept": [(name, value) for name in LISTS for value in getattr(search, name)],
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
        fault = argument_message(error, page.language)
        return context | {"fault": fault, "wrong": error.name, "options_open": True}
    context |= _results_context(index, results, search, page)
    if home:
        context["examples"] = [
            (query, Search(q=query, lang=search.lang).address()) for query in _examples(results)
        ]
    return context


def meaning_choice(index: Index, language: str) -> dict[str, Any] | None:
    """Whether searches can be ranked by meaning, with a note about it; None for an index without vectors."""
    obstacles = index.meaning_problems()
    codes = {obstacle.code for obstacle in obstacles}
    if codes & {"meaning-no-vectors", "meaning-on-cluster"}:
        return None
    notes = [problem(obstacle, "", language) for obstacle in obstacles if obstacle.code != "meaning-sent"]
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


def _results_context(index: Index, results: Results, search: Search, page: Page) -> dict[str, Any]:
    """The values of the template for the results of a search."""
    language = page.language
    summary = found(results.total, results, language, _NOUNS.get(results.group, "article"))
    if not search.q.strip() and not search.conditions:
        summary = f"{say('newest', language)} ({summary})"
    span = ""
    if results.hits and results.total > len(results.hits):
        span = shown_span(results.hits[0].rank, results.hits[-1].rank, language).lstrip("،, ")
    used = all_depths(results.hits)
    odd = _odd_words(index, results, search)
    return {
        "results": results,
        "said": summary,
        "span": span,
        "problems": [problem(query_problem, search.q, language) for query_problem in results.problems],
        "odd": odd,
        "suggestions": _suggestions(index, results, search, odd),
        "shown": [Shown(hit, search, page) for hit in results.hits],
        "beside": [Shown(hit, search, page, beside=True) for hit in results.also],
        "depths": [depth for depth in DEPTH_NAMES if depth in used],
        "nothing": _nothing(index, results, search, page) if not results.hits else None,
        "facets": list(facets_of(index, search, language)),
        "timeline": drawn(timeline_of(index, search), search, language),
        "exports": [
            (name, search.changed(lang="", meaning="").address("/export", format=kind))
            for kind, name in EXPORTS.items()
        ],
        "export_note": _export_note(results, search, language),
        "named": search.changed().address("/names"),
        "as_query": search.as_query(language),
        **_pages(results.total, search),
    }


def _export_note(results: Results, search: Search, language: str) -> str:
    """The number of hits in a download, if it is smaller than that on the page; else ""."""
    if search.match or results.match == "all" or results.with_all is None:
        return ""
    count = counted(results.with_all, _NOUNS.get(results.group, "article"), language)
    return text_of("export note", language, count=count)


def _odd_words(index: Index, results: Results, search: Search) -> list[str]:
    """The words of a query of which no article has a form, and the best hits have at most similar words. That
    articles with any of the words were found does not show this.
    """
    if search.page > 1 or not results.hits or any(sign in search.q for sign in '"«»():*~'):
        return []
    matched = {
        share.word
        for hit in results.hits
        for share in hit.explanation
        if any(form.depth != "similar" for form in share.forms)
    }
    words = dict.fromkeys(share.word for share in results.hits[0].explanation)
    unmatched = [word for word in words if word not in matched][:_LOOKED_UP]
    return [word for word in unmatched if " " not in word and not _has_forms(index, word)]


def _has_forms(index: Index, word: str) -> bool:
    """Whether the index has forms of a word, other than words with similar letters."""
    try:
        return any(form.matches and form.depth != "similar" for form in index.why(word.lstrip("+=")))
    except InvalidArgument:
        return True


def _suggestions(index: Index, results: Results, search: Search, odd: list[str]) -> list[_SuggestedLink]:
    """Other ways to write the query, also if much was found although a word is in no article."""
    suggestions = results.suggestions
    if not suggestions and odd:
        suggestions = index.suggest(search.q, **search.asked())
    return [_SuggestedLink(suggestion.query, suggestion.total, search) for suggestion in suggestions]


class _SuggestedLink:
    """Another way to write the query, as a link with the number of articles that it finds."""

    def __init__(self, query: str, total: int, search: Search) -> None:
        from markupsafe import Markup

        from khabar.render.html import apart

        self.total = total
        address = search.changed(q=query).address()
        self.link = Markup('<a href="{}">{}</a>').format(address, Markup(apart(f"«{query}»")))


class Shown:
    """The links and other values of a hit that the template shows.

    Args:
        hit: the hit.
        search: the search.
        page: the frame of the page.
        beside: whether it is not a result, but an article that is close in meaning.
    """

    def __init__(self, hit: Hit, search: Search, page: Page, *, beside: bool = False) -> None:
        self._search = search
        self.archive = hit.archive
        self.also_in = hit.also_in
        # Only results have a rank.
        at = None if beside else hit.rank
        self.address = search.address(article_address(hit.article.id), at=at, archive=hit.archive)
        if (beside or search.group == "none") and hit.paragraph.number:
            self.address += f"#p{hit.paragraph.number}"
        first = replace(search, page=1)
        self.related = first.address(article_address(hit.article.id, "/related/"), archive=hit.archive)
        self.marked = bool(search.q.strip()) and not beside
        self.starred = (hit.article.id, hit.archive) in page.starred
        self.back = search.address()

    def of(self, telling: Telling) -> str:
        """The address of another article of the hit's story."""
        first = replace(self._search, page=1)
        return first.address(article_address(telling.article.id), archive=telling.archive)


def _feed(search: Search, path: str) -> str:
    """The address of a feed, which is always sorted by date and starts with the first page."""
    return replace(search, page=1, sort="relevance", group="article", meaning="", lang="").address(path)


class _Condition(NamedTuple):
    """A condition of a search.

    Attributes:
        name: the title of its field.
        value: its value.
        without: the search without it.
    """

    name: str
    value: str
    without: Search

    @property
    def address(self) -> str:
        """The address of the search without the condition."""
        return self.without.address()


def _conditions(search: Search, language: str) -> Iterator[_Condition]:
    """The conditions of a search."""
    for name in LISTS:
        for condition in getattr(search, name):
            field, value = condition.split("=", 1) if name == "where" else (name, condition)
            title = field_title(field, language)
            yield _Condition(title, value.removeprefix(EXACTLY), search.toggled(name, condition))
    if search.since and search.since == search.until:
        title = text_of("by month", language) if len(search.since) == 7 else say("date", language)
        yield _Condition(title, search.since, search.changed(since="", until=""))
        return
    for name in ("since", "until"):
        if value := getattr(search, name):
            yield _Condition(text_of(name, language), value, search.changed(**{name: ""}))


def _pages(total: int, search: Search) -> dict[str, Any]:
    """Links to the first and last page of the results, and to those around the current one."""
    last = -(-total // PER_PAGE)
    near = range(search.page - _NEIGHBOURS, search.page + _NEIGHBOURS + 1)
    numbers = sorted({1, last, *near} & set(range(1, last + 1)))
    pages = [
        {
            "number": number,
            "address": replace(search, page=number).address(),
            "gap": position > 0 and numbers[position - 1] != number - 1,
        }
        for position, number in enumerate(numbers)
    ]
    has_previous = 1 < search.page <= last
    return {
        "pages": pages,
        "previous": replace(search, page=search.page - 1).address() if has_previous else "",
        "next": replace(search, page=search.page + 1).address() if search.page < last else "",
    }


def _nothing(index: Index, results: Results, search: Search, page: Page) -> dict[str, Any]:
    """Why nothing was found, and similar searches that find something."""
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
        # The words without the conditions, which are examined below.
        reason["words"] = tuple(index.interpret(search.q, match=results.match))[:_WORDS]
    reason["ways"] = tuple(_ways(index, search, page.language))
    return reason


def _ways(index: Index, search: Search, language: str) -> Iterator[dict[str, Any]]:
    """The searches without one of the conditions, or without all, that find something."""
    ways = list(_conditions(search, language))
    if len(search.conditions) > 1 and search.q.strip():
        ways.append(_Condition(text_of("all conditions", language), "", search.bare))
    for way in ways:
        total = index.search(search.q, limit=0, **way.without.asked()).total
        if total:
            yield {"name": way.name, "value": way.value, "address": way.address, "total": total}


def _examples(results: Results) -> Sequence[str]:
    """Example queries that find something in this index, made from the title of a new article."""
    for hit in results.hits:
        words = [word.strip("«»\"'،.:؛!؟()") for word in hit.article.title.split()]
        words = [word for word in words if len(word) > 3 and word.isalpha()]
        if len(words) < 3:
            continue
        longest = sorted(words, key=len)[-1]
        title = hit.article.title.split()
        start = next((number for number, word in enumerate(title[:-1]) if word == words[0]), 0)
        phrase = " ".join(title[start : start + 2]).strip("«»\"'،.:؛!؟()")
        others = [word for word in words if word != longest]
        queries = [f"{others[0]} {longest}", f'"{phrase}"', f"+{longest} -{others[-1]}"]
        if hit.article.source:
            queries.append(Search(q=longest, source=(hit.article.source,)).as_query("ar"))
        return queries
    return ()
