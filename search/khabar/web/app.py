"""The whole application of a server: all addresses, and the middleware that protects them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from khabar.errors import KhabarError
from khabar.web import api, following, openapi, pages
from khabar.web.answers import problem_response
from khabar.web.bounded import Bounded
from khabar.web.changes import CHANGES
from khabar.web.endpoints import ENDPOINTS
from khabar.web.guard import Guard
from khabar.web.pages import reference
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from khabar.web.config import Config

__all__ = ["make_app"]


def make_app(
    config: Config,
    further: Sequence[Route] = (),
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None,
) -> ASGIApp:
    """The ASGI application of a server.

    Args:
        config: the configuration.
        further: further routes.
        lifespan: a context that is entered while the application runs.
    """
    if config.problem_page is None:
        config = replace(config, problem_page=pages.problem_page)

    async def described(request: Request) -> Response:
        return await reference.reference(request, config)

    async def refused(request: Request, error: Exception) -> Response:
        return problem_response(error, request.scope, config)

    async def not_routed(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 405:
            methods = (error.headers or {}).get("Allow", "")
            problem = Refused("method-not-allowed", methods=methods)
            return problem_response(problem, request.scope, config, error.headers)
        problem = Refused("not-found")
        if request.scope["path"].startswith(openapi.BASE):
            names = ", ".join(call.path for call in (*ENDPOINTS, *CHANGES))
            problem = Refused("no-such-call", names=names)
        return problem_response(problem, request.scope, config)

    app = Starlette(
        lifespan=lifespan,
        routes=[
            *api.routes(config),
            *following.routes(config),
            Route("/api", described),
            *pages.routes(config),
            *further,
        ],
        exception_handlers={
            **dict.fromkeys((KhabarError, Refused, OSError, MemoryError, Exception), refused),
            HTTPException: not_routed,
        },
    )
    # Everything has one address: one more slash at its end is an error.
    app.router.redirect_slashes = False
    return Guard(Bounded(app, config), config)
