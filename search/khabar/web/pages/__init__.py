"""The pages for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from khabar.web.config import Config

__all__ = ["routes"]


def routes(config: Config) -> list[Route]:
    """The addresses of the pages."""

    async def start(request: Request) -> Response:
        return HTMLResponse(
            '<!doctype html><title>khabar</title><h1>khabar</h1><p><a href="/api">API</a></p>'
        )

    return [Route("/", start)]
