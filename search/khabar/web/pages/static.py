"""The style sheet, script and icon of the pages. The style sheet begins with that of ``--format html``, so
that both have the same palette."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from khabar.digests import blake2b
from khabar.render.html import STYLE
from khabar.web.answers import is_known
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from khabar.web.config import Config

__all__ = ["static"]

_TYPES = {
    "khabar.css": "text/css; charset=utf-8",
    "khabar.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


async def static(request: Request, config: Config) -> Response:
    """The style sheet, the script or the icon."""
    from starlette.responses import Response

    name = request.path_params["name"]
    if name not in _TYPES:
        raise Refused("not-found")
    content, etag = _content(name)
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if is_known(request.scope, etag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=_TYPES[name], headers=headers)


@cache
def _content(name: str) -> tuple[bytes, str]:
    """The content and entity tag of a file."""
    content = files("khabar.web").joinpath("static", name).read_bytes()
    if name == "khabar.css":
        content = STYLE.encode() + b"\n" + content
    return content, f'"{blake2b(content, digest_size=8).hexdigest()}"'
