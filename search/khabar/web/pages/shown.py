"""Pages that are looked at: each reads its address, asks the library in a thread, and fills a template."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from khabar.desk.desk import Desk
from khabar.errors import InvalidArgument, KhabarError, MissingDependency, SourceError
from khabar.render.arabic import explained
from khabar.web.asked import pairs_of
from khabar.web.dress import language_of, rendered
from khabar.web.pages import desk as desks
from khabar.web.pages.article import article_context, related_context
from khabar.web.pages.building import Wanted, built
from khabar.web.pages.downloads import streamed
from khabar.web.pages.forms import Form, form_of
from khabar.web.pages.helping import help_context
from khabar.web.pages.lists import ASKED_AS, lists_context, names_of, table_lines
from khabar.web.pages.page import Page, other_language
from khabar.web.pages.quotes import quote_context
from khabar.web.pages.saved import alerts_context
from khabar.web.pages.search import search_context
from khabar.web.pages.searching import Search, unknown_parameter
from khabar.web.problems import problem_of
from khabar.web.texts import told

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
    "page_for",
    "quote",
    "related",
    "search",
    "why",
]

#: The cookie with the language that was chosen, and how long it is kept, in seconds.
COOKIE, _KEPT = "khabar-lang", 365 * 24 * 3600
#: Number of completions, and of forms of a word.
_COMPLETIONS = 8
_FORMS = 200


async def search(request: Request, config: Config) -> Response:
    """The search. With ``part=results`` only the part of the page that changes with the query."""
    items = pairs_of(request.url.query)
    only = dict(items).get("part") == "results"
    asked = Search.of(items, also=("part",))
    canonical = list(asked.items())
    if not only and [each for each in items if each[0] != "part"] != canonical:
        return _sent_to(asked.address(), asked.lang)

    def make() -> tuple[str, int]:
        page = page_for(config, request, "search", asked.lang, index=True)
        context = search_context(config.index, asked, page)
        if context["results"] is not None:
            page = _with_stars(page, config, [hit.article.id for hit in context["results"].hits])
            context["page"] = page
            for shown, hit in zip(context["shown"], context["results"].hits, strict=True):
                shown.starred = hit.article.id in page.starred
        template = "results.html" if only else "search.html"
        return rendered(template, page.language, **context), 400 if context["fault"] else 200

    markup, status = await config.serving.call(make)
    return _html(markup, asked.lang, status)


async def article(request: Request, config: Config) -> Response:
    """A whole article."""
    items = pairs_of(request.url.query)
    asked = Search.of(items, also=("at",))
    at = _whole(dict(items).get("at", "0"), "at", 100_000_000)
    article_id = request.path_params["id"]

    def make() -> str:
        page = page_for(config, request, "search", asked.lang, index=True)
        page = _with_stars(page, config, [article_id])
        context = article_context(config.index, article_id, asked, at, page)
        desk = desk_of(config)
        beside: dict[str, Any] | None = None
        if desk is not None:
            try:
                beside = desks.beside_article(desk, article_id)
            except KhabarError:
                # The page of the desk says what is wrong with it.
                beside = None
        context |= {"desk": beside, "archive": getattr(context["article"], "archive", "")}
        return rendered("article.html", page.language, **context)

    return _html(await config.serving.call(make), asked.lang)


async def related(request: Request, config: Config) -> Response:
    """The articles that are like one."""
    asked = Search.of(pairs_of(request.url.query))

    def make() -> str:
        page = page_for(config, request, "search", asked.lang, index=True)
        context = related_context(config.index, request.path_params["id"], asked, page)
        return rendered("related.html", page.language, **context)

    return _html(await config.serving.call(make), asked.lang)


async def why(request: Request, config: Config) -> Response:
    """What a word matches."""
    given = _given(request, ("word", "lang"))
    word = given.get("word", "").strip()
    lang = _language(given)

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
    return _html(markup, lang, status)


async def complete(request: Request, config: Config) -> Response:
    """Completions of a word, as data for the script of the search page."""
    from starlette.responses import JSONResponse

    given = _given(request, ("prefix", "lang"))
    found = await config.serving.call(config.index.complete, given.get("prefix", ""), limit=_COMPLETIONS)
    return JSONResponse([{"word": each.word, "paragraphs": each.paragraphs} for each in found])


async def build(request: Request, config: Config) -> Response:
    """The query builder. With ``part=query`` only the query that is built."""
    names = Wanted.__struct_fields__
    given = _given(request, (*names, "lang", "part"))
    lang = _language(given)
    values: dict[str, Any] = {name: given[name] for name in names if name in given}
    values["within"] = _whole(given.get("within", "") or "5", "within", 1000)
    wanted = Wanted(**values)
    page = page_for(config, request, "search", lang)
    shown = {name: getattr(wanted, name) for name in names}
    template = "built.html" if given.get("part") == "query" else "build.html"
    query = built(wanted, page.language)
    return _html(rendered(template, page.language, page=page, wanted=shown, query=query), lang)


async def alerts(request: Request, config: Config) -> Response:
    """The saved searches, with what is new in each."""
    lang = _language(_given(request, ("lang",)))

    def make() -> str:
        page = page_for(config, request, "alerts", lang, index=True)
        context = alerts_context(config.index, config.alerts, page)
        ids = [hit.article.id for each in context["alerts"] for hit, _ in each["hits"]]
        context["page"] = _with_stars(page, config, ids)
        for each in context["alerts"]:
            for hit, shown in each["hits"]:
                shown.starred = hit.article.id in context["page"].starred
                shown.back = f"/alerts{page.lang_suffix}"
        return rendered("alerts.html", page.language, **context)

    return _html(await config.serving.call(make), lang)


async def desk(request: Request, config: Config) -> Response:
    """Stars, notes and lists."""
    lang = _language(_given(request, ("lang",)))

    def make() -> str:
        page = page_for(config, request, "desk", lang, index=True)
        return rendered(
            "desk.html", page.language, **desks.desk_context(config.index, Desk(config.index), page)
        )

    return _html(await config.serving.call(make), lang)


async def lists(request: Request, config: Config) -> Response:
    """A list of names: the empty form, the table of those that were sent, or the table as a file."""
    lang = _language(_given(request, ("lang",)))
    form = Form(dict.fromkeys(("names", "as", "format"), ""))
    if request.method == "POST":
        form = await form_of(request, ("names", "as", "format"), "file")
    asked_as = _choice(form.fields["as"], "as", ASKED_AS)
    kind = _choice(form.fields["format"], "format", ("page", "csv", "jsonl"))

    def read() -> tuple[tuple[str, ...], str]:
        language = page_for(config, request, "lists", lang).language
        try:
            names = names_of(form.fields["names"], form.file, form.file_name)
        except (SourceError, MissingDependency) as error:
            return (), explained(error, language)
        missing = request.method == "POST" and not names
        return names, told("no names", language) if missing else ""

    names, fault = await config.serving.call(read)
    if kind != "page" and names:
        lines = await config.serving.call(table_lines, config.index, names, asked_as, kind)
        return streamed(config, lines, kind, "names")

    def make() -> str:
        page = page_for(config, request, "lists", lang, index=True)
        return rendered(
            "lists.html", page.language, **lists_context(config.index, names, asked_as, page, fault)
        )

    return _html(await config.serving.call(make), lang, 400 if fault else 200)


async def quote(request: Request, config: Config) -> Response:
    """Where a quotation was said."""
    given = _given(request, ("text", "lang"))
    lang = _language(given)

    def make() -> str:
        page = page_for(config, request, "quote", lang, index=True)
        return rendered(
            "quote.html", page.language, **quote_context(config.index, given.get("text", ""), page)
        )

    return _html(await config.serving.call(make), lang)


async def help_(request: Request, config: Config) -> Response:
    """The help page."""
    lang = _language(_given(request, ("lang",)))
    page = page_for(config, request, "help", lang)
    return _html(rendered("help.html", page.language, **help_context(page)), lang)


def desk_of(config: Config) -> Desk | None:
    """The desk of the index; None if it has no place."""
    try:
        return Desk(config.index)
    except KhabarError:
        return None


def page_for(config: Config, request: Request, here: str, lang: str, *, index: bool = False) -> Page:
    """What is around the content of a page.

    Args:
        config: of the server.
        request: for the language and the address.
        here: the page of the menu.
        lang: the language that the address asks for, "" for none.
        index: whether to say how many articles are searched, which asks the index.
    """
    accepted = "" if config.language else request.headers.get("accept-language", "")
    language = language_of(lang, request.cookies.get(COOKIE, ""), accepted, config.language or "ar")
    path = request.scope.get("raw_path", b"").decode("latin-1") or request.url.path
    return Page(
        language,
        here,
        str(config.index.path),
        len(config.index) if index else -1,
        config.write,
        asked_language=lang,
        other_language=other_language(
            path, (each for each in pairs_of(request.url.query) if each[0] != "part"), language
        ),
    )


def _with_stars(page: Page, config: Config, ids: Iterable[str]) -> Page:
    return replace(page, starred=desks.starred_among(desk_of(config), ids))


def _given(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    """The parameters of an address that takes each once.

    Raises:
        InvalidArgument: if it has others, or one twice.
    """
    given: dict[str, str] = {}
    for name, value in pairs_of(request.url.query):
        if name not in known:
            raise unknown_parameter(name, known)
        if name in given:
            raise InvalidArgument(name, value, "it is given more than once", "repeated")
        given[name] = value
    return given


def _language(given: dict[str, str]) -> str:
    return Search.of([("lang", given.get("lang", ""))]).lang


def _choice(value: str, name: str, choices: tuple[str, ...]) -> str:
    """One of a few words; the first for none."""
    if value and value not in choices:
        raise InvalidArgument(name, value, f"it is one of: {', '.join(choices)}", "choice", choices)
    return value or choices[0]


def _whole(text: str, name: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise InvalidArgument(name, text, f"a whole number from 0 to {most} is wanted", "number")
    return int(text)


def _html(markup: str, lang: str = "", status: int = 200) -> Response:
    from starlette.responses import HTMLResponse

    response = HTMLResponse(markup, status)
    return _kept(response, lang)


def _sent_to(address: str, lang: str = "") -> Response:
    from starlette.responses import RedirectResponse

    return _kept(RedirectResponse(address, 303), lang)


def _kept(response: Response, lang: str) -> Response:
    """Keep a language that was asked for, for the next pages."""
    if lang:
        response.set_cookie(COOKIE, lang, max_age=_KEPT, path="/", samesite="lax", httponly=True)
    return response
