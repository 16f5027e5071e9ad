"""The pages that only show. Each reads its address, calls the library in a thread, and fills a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from khabar.desk.desk import Desk
from khabar.errors import InvalidArgument, KhabarError, MissingDependency, SourceError
from khabar.render.arabic import explained
from khabar.web.layout import rendered
from khabar.web.pages import desk as desks
from khabar.web.pages.article import article_context, related_context
from khabar.web.pages.building import BuilderFields, built
from khabar.web.pages.downloads import attachment, streamed
from khabar.web.pages.filters import FACETS, values_context
from khabar.web.pages.forms import Form, form_of
from khabar.web.pages.help import help_context
from khabar.web.pages.lists import ASKED_AS, lists_context, names_of, spreadsheet, table_lines
from khabar.web.pages.names import named_context
from khabar.web.pages.quotes import quote_context
from khabar.web.pages.responses import (
    choice,
    desk_of,
    html,
    language_in,
    page_for,
    parameters_of,
    redirect,
    whole,
)
from khabar.web.pages.saved import alerts_context
from khabar.web.pages.search import search_context
from khabar.web.pages.searching import Search
from khabar.web.parameters import pairs_of
from khabar.web.problems import problem_of
from khabar.web.texts import text_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from khabar.web.config import Config

__all__ = [
    "alerts",
    "article",
    "build",
    "complete",
    "desk",
    "help_",
    "lists",
    "quote",
    "related",
    "search",
    "values",
    "why",
]

#: Maximum numbers of completions, and of forms of a word.
_COMPLETIONS = 8
_FORMS = 200


async def search(request: Request, config: Config) -> Response:
    """The search; with ``part=results``, only the part of the page that changes with the query."""
    items = pairs_of(request.url.query)
    only = dict(items).get("part") == "results"
    asked = Search.of(items, also=("part",))
    canonical = list(asked.items())
    if not only and [item for item in items if item[0] != "part"] != canonical:
        return redirect(asked.address(), asked.lang)

    def make() -> tuple[str, int]:
        page = page_for(config, request, "search", asked.lang, index=True)
        context = search_context(config.index, asked, page)
        if context["results"] is not None:
            hits = [*context["results"].hits, *context["results"].also]
            starred = desks.starred_among(desk_of(config), hits)
            for shown, hit in zip([*context["shown"], *context["beside"]], hits, strict=True):
                shown.starred = (hit.article.id, hit.archive) in starred
        template = "results.html" if only else "search.html"
        return rendered(template, page.language, **context), 400 if context["fault"] else 200

    markup, status = await config.serving.call(make)
    return html(markup, asked.lang, status)


async def article(request: Request, config: Config) -> Response:
    """A whole article."""
    items = pairs_of(request.url.query)
    asked = Search.of(items, also=("at", "archive", "id", "saved"))
    archive = dict(items).get("archive", "")
    saved = choice(dict(items).get("saved", ""), "saved", ("", "note", "list"))
    at = whole(dict(items).get("at", "0"), "at", 100_000_000)
    article_id = request.path_params["id"] or dict(items).get("id", "")

    def make() -> str:
        page = page_for(config, request, "search", asked.lang, index=True)
        desk = desk_of(config)
        page = replace(page, starred=desks.starred_among(desk, [article_id], archive))
        context = article_context(config.index, article_id, asked, at, page, archive)
        beside: dict[str, Any] | None = None
        if desk is not None:
            try:
                beside = desks.beside_article(desk, article_id, archive)
            except KhabarError:
                # The page of the desk reports the problem.
                beside = None
        context |= {"desk": beside, "saved": saved}
        return rendered("article.html", page.language, **context)

    return html(await config.serving.call(make), asked.lang)


async def related(request: Request, config: Config) -> Response:
    """The articles similar to a given one."""
    items = pairs_of(request.url.query)
    asked = Search.of(items, also=("archive", "id"))
    archive = dict(items).get("archive", "")
    article_id = request.path_params["id"] or dict(items).get("id", "")

    def make() -> str:
        page = page_for(config, request, "search", asked.lang, index=True)
        context = related_context(config.index, article_id, asked, page, archive)
        return rendered("related.html", page.language, **context)

    return html(await config.serving.call(make), asked.lang)


async def values(request: Request, config: Config) -> Response:
    """All values of a filter."""
    items = pairs_of(request.url.query)
    asked = Search.of(items, also=("field",))

    def make() -> str:
        field = choice(dict(items).get("field", ""), "field", (*FACETS, *config.index.fields))
        page = page_for(config, request, "search", asked.lang, index=True)
        return rendered("values.html", page.language, **values_context(config.index, asked, field, page))

    return html(await config.serving.call(make), asked.lang)


async def names(request: Request, config: Config) -> Response:
    """The names in the articles of a search."""
    asked = Search.of(pairs_of(request.url.query))

    def make() -> str:
        page = page_for(config, request, "search", asked.lang, index=True)
        return rendered("names.html", page.language, **named_context(config.index, asked, page))

    return html(await config.serving.call(make), asked.lang)


async def why(request: Request, config: Config) -> Response:
    """The forms that a word matches."""
    asked = parameters_of(request, ("word", "lang"))
    word = asked.get("word", "").strip()
    lang = language_in(asked)

    def make() -> tuple[str, int]:
        page = page_for(config, request, "help", lang, index=True)
        context: dict[str, Any] = {"page": page, "word": word, "forms": (), "fault": ""}
        context["search_for"] = lambda form: Search(q=f"={form}", lang=lang).address()
        if word:
            try:
                context["forms"] = config.index.why(word)[:_FORMS]
            except InvalidArgument as error:
                context["fault"] = problem_of(error, page.language).detail
        return rendered("why.html", page.language, **context), 400 if context["fault"] else 200

    markup, status = await config.serving.call(make)
    return html(markup, lang, status)


async def complete(request: Request, config: Config) -> Response:
    """Completions of a word, as JSON for the script of the search page."""
    from starlette.responses import JSONResponse

    asked = parameters_of(request, ("prefix", "lang"))
    words = await config.serving.call(config.index.complete, asked.get("prefix", ""), limit=_COMPLETIONS)
    return JSONResponse([{"word": word.word, "paragraphs": word.paragraphs} for word in words])


async def build(request: Request, config: Config) -> Response:
    """The query builder; with ``part=query``, only the query that it makes."""
    names = BuilderFields.__struct_fields__
    asked = parameters_of(request, (*names, "lang", "part"))
    lang = language_in(asked)
    values: dict[str, Any] = {name: asked[name] for name in names if name in asked}
    values["within"] = whole(asked.get("within", "") or "5", "within", 1000)
    fields = BuilderFields(**values)
    page = page_for(config, request, "search", lang)
    typed = {name: getattr(fields, name) for name in names}
    template = "built.html" if asked.get("part") == "query" else "build.html"
    query = built(fields, page.language)
    return html(rendered(template, page.language, page=page, fields=typed, query=query), lang)


async def alerts(request: Request, config: Config) -> Response:
    """The saved searches, with the new articles of each."""
    lang = language_in(parameters_of(request, ("lang",)))

    def make() -> str:
        page = page_for(config, request, "alerts", lang, index=True)
        context = alerts_context(config.index, config.alerts, page)
        hits = [hit for alert in context["alerts"] for hit, _ in alert["hits"]]
        starred = desks.starred_among(desk_of(config), hits)
        for alert in context["alerts"]:
            for hit, shown in alert["hits"]:
                shown.starred = (hit.article.id, hit.archive) in starred
                shown.back = f"/alerts{page.lang_suffix}"
        return rendered("alerts.html", page.language, **context)

    return html(await config.serving.call(make), lang)


async def desk(request: Request, config: Config) -> Response:
    """Stars, notes and lists."""
    lang = language_in(parameters_of(request, ("lang",)))

    def make() -> str:
        page = page_for(config, request, "desk", lang, index=True)
        return rendered(
            "desk.html", page.language, **desks.desk_context(config.index, Desk(config.index), page)
        )

    return html(await config.serving.call(make), lang)


async def lists(request: Request, config: Config) -> Response:
    """Lists of names: the empty form, the table for the names in a form, or this table as a file. With
    ``line`` and ``as`` in the address, a single line with its articles."""
    asked = parameters_of(request, ("line", "as", "lang"))
    lang = language_in(asked)
    line = asked.get("line", "")
    form = Form({"names": line, "as": asked.get("as", ""), "format": ""})
    if request.method == "POST":
        form = await form_of(request, ("names", "as", "format"), "file")
    asked_as = choice(form.fields["as"], "as", ASKED_AS)
    kind = choice(form.fields["format"], "format", ("page", "csv", "jsonl", "xlsx"))

    def read() -> tuple[tuple[str, ...], str]:
        language = page_for(config, request, "lists", lang).language
        try:
            names = names_of(form.fields["names"], form.file, form.file_name)
        except (SourceError, MissingDependency) as error:
            return (), explained(error, language)
        missing = request.method == "POST" and not names
        return names, text_of("no names", language) if missing else ""

    names, fault = await config.serving.call(read)
    whole = request.method == "GET" and bool(names)
    if kind == "xlsx" and names:
        language = page_for(config, request, "lists", lang).language
        return attachment(
            await config.serving.call(spreadsheet, config.index, names, asked_as, language), kind, "names"
        )
    if kind != "page" and names:
        lines = await config.serving.call(table_lines, config.index, names, asked_as, kind)
        return streamed(config, lines, kind, "names")

    def make() -> str:
        page = page_for(config, request, "lists", lang, index=True)
        return rendered(
            "lists.html",
            page.language,
            **lists_context(config.index, names, asked_as, page, fault, whole=whole),
        )

    return html(await config.serving.call(make), lang, 400 if fault else 200)


async def quote(request: Request, config: Config) -> Response:
    """The places of a quotation."""
    asked = parameters_of(request, ("text", "lang"))
    lang = language_in(asked)

    def make() -> str:
        page = page_for(config, request, "quote", lang, index=True)
        return rendered(
            "quote.html", page.language, **quote_context(config.index, asked.get("text", ""), page)
        )

    return html(await config.serving.call(make), lang)


async def help_(request: Request, config: Config) -> Response:
    """The help page."""
    lang = language_in(parameters_of(request, ("lang",)))
    page = page_for(config, request, "help", lang)
    return html(rendered("help.html", page.language, **help_context(page)), lang)
