"""The page of the saved searches: what is new in each."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from khabar.errors import KhabarError
from khabar.paging import all_hits
from khabar.render.arabic import explained
from khabar.render.faults import problem
from khabar.web.calls import is_of
from khabar.web.pages.search import Shown
from khabar.web.pages.searching import Search

if TYPE_CHECKING:
    from khabar.alerts import Alert, Alerts
    from khabar.library import Index
    from khabar.web.pages.page import Page

__all__ = ["alerts_context", "mark_seen", "save"]

#: The number of new articles shown for each search, and the maximum number that is counted.
_SHOWN = 10
_COUNTED = 200


def alerts_context(index: Index, alerts: Alerts, page: Page) -> dict[str, Any]:
    """The values of the template for the saved searches.

    Args:
        index: the index whose saved searches are shown.
        alerts: all saved searches of the user.
        page: the frame of the page.

    Raises:
        SettingsError: if the saved searches cannot be read.
    """
    all_alerts = list(alerts)
    of_index = [alert for alert in all_alerts if is_of(alert, index)]
    return {
        "page": page,
        "alerts": [_news(index, alerts, alert, page) for alert in of_index],
        "others": len(all_alerts) - len(of_index),
    }


def _news(index: Index, alerts: Alerts, alert: Alert, page: Page) -> dict[str, Any]:
    """A saved search with its new articles, for the template."""
    search = Search(q=alert.query, match=alert.match, sort="newest", lang=page.asked_language)
    values: dict[str, Any] = {
        "alert": alert,
        "fault": "",
        "problems": [],
        "hits": [],
        "count": 0,
        "many": False,
        "address": search.address(),
        "atom": Search(q=alert.query, match=alert.match).address("/feed.atom"),
    }
    try:
        news = list(islice(alerts.news(alert.name, index), _COUNTED + 1))
        problems = () if news else index.search(alert.query, limit=0, match=alert.match).problems
    except KhabarError as error:
        # One failure does not hide the other saved searches.
        return values | {"fault": explained(error, page.language)}
    return values | {
        "problems": [problem(found, alert.query, page.language) for found in problems],
        "hits": [(hit, Shown(hit, search, page)) for hit in news[:_SHOWN]],
        "count": min(len(news), _COUNTED),
        "many": len(news) > _COUNTED,
    }


def save(index: Index, alerts: Alerts, name: str, query: str, match: str) -> None:
    """Save a search. Articles that match now count as seen.

    Raises:
        InvalidArgument: if the name is taken or empty.
        SettingsError: if the searches cannot be written.
    """
    seen = [hit.article.id for hit in all_hits(index, query, match=match)]  # type: ignore[arg-type]
    alerts.add(name, query, index.path, seen=seen, match=match)  # type: ignore[arg-type]


def mark_seen(index: Index, alerts: Alerts, name: str, most: int) -> None:
    """Mark the new articles of a saved search as seen.

    Args:
        index: its index.
        alerts: all saved searches.
        name: its name.
        most: the number of articles to mark, in the order of the page; 0 for all.

    Raises:
        InvalidArgument: if there is no such search.
        SettingsError: if the searches cannot be written.
    """
    alerts.mark_seen(name, [hit.article.id for hit in islice(alerts.news(name, index), most or None)])
