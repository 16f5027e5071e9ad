"""The page of the saved searches: what is new in each."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from khabar.errors import KhabarError
from khabar.index.address import places_of
from khabar.paging import all_hits
from khabar.render.arabic import explained
from khabar.render.faults import problem
from khabar.web.pages.search import Shown
from khabar.web.pages.searching import Search

if TYPE_CHECKING:
    from khabar.alerts import Alert, Alerts
    from khabar.library import Index
    from khabar.web.pages.page import Page

__all__ = ["alerts_context", "mark_seen", "save"]

#: Number of new articles that are shown for each search, and that are counted: beyond that it is many.
_SHOWN = 10
_COUNTED = 200


def alerts_context(index: Index, alerts: Alerts, page: Page) -> dict[str, Any]:
    """What the page of the saved searches shows.

    Args:
        index: whose saved searches are shown.
        alerts: all saved searches of the user.
        page: who looks.

    Raises:
        SettingsError: if the saved searches cannot be read.
    """
    known = list(alerts)
    here = [alert for alert in known if _is_of(alert, index)]
    return {
        "page": page,
        "alerts": [_news(index, alerts, alert, page) for alert in here],
        "others": len(known) - len(here),
    }


def _is_of(alert: Alert, index: Index) -> bool:
    place = index.path
    resolved = getattr(place, "resolve", lambda: place)()
    return str(places_of(alert.index)) == str(resolved)


def _news(index: Index, alerts: Alerts, alert: Alert, page: Page) -> dict[str, Any]:
    search = Search(q=alert.query, match=alert.match, sort="newest", lang=page.asked_language)
    shown: dict[str, Any] = {
        "alert": alert,
        "fault": "",
        "problems": [],
        "hits": [],
        "count": 0,
        "many": False,
        "address": search.address(),
    }
    shown["atom"] = Search(q=alert.query, match=alert.match).address("/feed.atom")
    try:
        news = list(islice(alerts.news(alert.name, index), _COUNTED + 1))
    except KhabarError as error:
        # The others are shown all the same.
        return shown | {"fault": explained(error, page.language)}
    if not news:
        problems = index.search(alert.query, limit=0, match=alert.match).problems
        shown["problems"] = [problem(each, alert.query, page.language) for each in problems]
    return shown | {
        "hits": [(hit, Shown(hit, search, page)) for hit in news[:_SHOWN]],
        "count": min(len(news), _COUNTED),
        "many": len(news) > _COUNTED,
    }


def save(index: Index, alerts: Alerts, name: str, query: str, match: str) -> None:
    """Save a search. What matches now counts as seen.

    Raises:
        SettingsError: if the name is taken or empty, or the searches cannot be written.
    """
    seen = [hit.article.id for hit in all_hits(index, query, match=match)]  # type: ignore[arg-type]
    alerts.add(name, query, index.path, seen=seen, match=match)  # type: ignore[arg-type]


def mark_seen(index: Index, alerts: Alerts, name: str, most: int) -> None:
    """Mark what is new of a saved search as seen.

    Args:
        index: its index.
        alerts: all saved searches.
        name: its name.
        most: number of articles, best first, as the page counted them; 0 for all.

    Raises:
        SettingsError: if there is no such search, or the searches cannot be written.
    """
    alerts.mark_seen(name, [hit.article.id for hit in islice(alerts.news(name, index), most or None)])
