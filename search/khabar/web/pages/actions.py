"""Changes to the user's own data: stars, notes, lists and saved searches.

Each action redirects the browser to the page that it came from, so that reloading this page repeats nothing.

:mod:`khabar.web.guard` makes sure that requests come from pages of this server. Whether changes are allowed
is checked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from khabar.desk.desk import Desk
from khabar.errors import InvalidArgument
from khabar.spelling import printable
from khabar.web.calls import alert_of
from khabar.web.pages import desk as desks
from khabar.web.pages import saved
from khabar.web.pages.forms import form_of
from khabar.web.pages.responses import whole
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from khabar.web.config import Config

#: Maximum numbers of characters of fields, by their names, and of any other field.
_LONGEST = {"name": 200, "text": 50_000, "query": 10_000}
_MOST = 20_000

__all__ = ["add_alert", "list_", "note", "remove_alert", "seen", "star"]


async def star(request: Request, config: Config) -> Response:
    """Star an article, or remove its star."""
    form = await _form(request, config, ("id", "archive", "on", "back"))
    await config.serving.call(desks.put_star, config.index, Desk(config.index), _key(form), form["on"] != "0")
    return _back(form)


async def note(request: Request, config: Config) -> Response:
    """Write a note about an article."""
    form = await _form(request, config, ("id", "archive", "text", "back"))
    await config.serving.call(desks.put_note, config.index, Desk(config.index), _key(form), form["text"])
    return _back(form, "note")


async def list_(request: Request, config: Config) -> Response:
    """Add an article to a list, or remove it."""
    form = await _form(request, config, ("id", "archive", "name", "on", "back"))
    on = form["on"] != "0"
    if on:
        form["name"] = printable(form["name"])
    await config.serving.call(
        desks.put_on_list, config.index, Desk(config.index), _key(form), form["name"], on
    )
    return _back(form, "list")


async def add_alert(request: Request, config: Config) -> Response:
    """Save a search."""
    form = await _form(request, config, ("name", "query", "match"))
    match = form["match"] or "all"
    name = " ".join(printable(form["name"]).split())
    if not name:
        raise InvalidArgument("name", name, "a saved search needs a name")
    if any(alert.name == name for alert in config.alerts):
        raise InvalidArgument("name", name, "there is a saved search of this name; choose another name")
    await config.serving.call(saved.save, config.index, config.alerts, name, form["query"], match)
    return _redirect("/alerts")


async def seen(request: Request, config: Config) -> Response:
    """Mark the new articles of a saved search as seen."""
    form = await _form(request, config, ("name", "most"))
    alert_of(config, form["name"])
    most = whole(form["most"], "most", 10**9)
    await config.serving.call(saved.mark_seen, config.index, config.alerts, form["name"], most)
    return _redirect("/alerts")


async def remove_alert(request: Request, config: Config) -> Response:
    """Remove a saved search."""
    form = await _form(request, config, ("name",))
    await config.serving.call(config.alerts.remove, alert_of(config, form["name"]).name)
    return _redirect("/alerts")


async def _form(request: Request, config: Config, names: tuple[str, ...]) -> dict[str, str]:
    """The fields of a form that changes something.

    Raises:
        Refused: if changes are not allowed.
        InvalidArgument: if the body is not a form, or if it has other fields or too long values.
    """
    if not config.write:
        raise Refused("read-only")
    form = (await form_of(request, names)).fields
    for name, value in form.items():
        most = _LONGEST.get(name, _MOST)
        if len(value) > most:
            raise InvalidArgument(name, f"{value[:60]}…", f"at most {most} characters are kept")
    return form


def _key(form: dict[str, str]) -> tuple[str, str]:
    """The id of the article in a form, and the name of its archive."""
    return form["id"], form["archive"]


def _back(form: dict[str, str], saved: str = "") -> Response:
    """Redirect to the page with the form, but only to a path of this server.

    Args:
        form: the form, whose field ``back`` has the path.
        saved: what was saved, for a message on the page of an article; "" for nothing.
    """
    back = form.get("back", "")
    local = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    if local and saved and back.startswith("/article/"):
        back += f"{'&' if '?' in back else '?'}saved={saved}"
    return _redirect(back if local else "/")


def _redirect(address: str) -> Response:
    from starlette.responses import RedirectResponse

    return RedirectResponse(address, 303)
