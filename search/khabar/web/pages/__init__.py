"""The pages of ``khabar serve``. Each module turns an index and a request into the values of one template.

The server needs only :func:`routes` and :func:`problem_page`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from khabar.web.pages.page import Page, other_language

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from khabar.web.config import Config
    from khabar.web.problems import Problem

__all__ = ["problem_page", "routes"]


def routes(config: Config) -> list[BaseRoute]:
    """The routes of all pages, of changes to the user's own data, of downloads and of static files.

    Args:
        config: the configuration of the server.
    """
    from starlette.routing import Route

    from khabar.web.pages import actions, downloads, static, views

    def get(path: str, function: Callable[..., Awaitable[Any]]) -> Route:
        return Route(path, _bound(function, config), methods=["GET"])

    def post(path: str, function: Callable[..., Awaitable[Any]]) -> Route:
        return Route(path, _bound(function, config), methods=["POST"])

    return [
        get("/", views.search),
        get("/article/{id:path}", views.article),
        get("/related/{id:path}", views.related),
        get("/values", views.values),
        get("/names", views.names),
        get("/why", views.why),
        get("/complete", views.complete),
        get("/build", views.build),
        get("/alerts", views.alerts),
        get("/desk", views.desk),
        get("/quote", views.quote),
        Route("/lists", _bound(views.lists, config), methods=["GET", "POST"]),
        get("/help", views.help_),
        get("/export", downloads.export),
        get("/cite/{id:path}", downloads.cite),
        get("/desk/export", downloads.desk_export),
        post("/desk/star", actions.star),
        post("/desk/note", actions.note),
        post("/desk/list", actions.list_),
        post("/alerts/add", actions.add_alert),
        post("/alerts/seen", actions.seen),
        post("/alerts/remove", actions.remove_alert),
        get("/static/{name}", static.static),
    ]


def problem_page(problem: Problem, language: str, config: Config) -> str:
    """The page of a problem. It does not use the index, which may be the cause.

    Args:
        problem: the problem.
        language: ``ar`` or ``en``.
        config: the configuration of the server.
    """
    from khabar.web.layout import rendered

    page = Page(language, other_language=other_language("/", (), language), can_write=True)
    return rendered("problem.html", language, page=page, problem=problem)


def _bound(function: Callable[..., Awaitable[Any]], config: Config) -> Callable[..., Awaitable[Any]]:
    async def endpoint(request: Any) -> Any:
        return await function(request, config)

    return endpoint
