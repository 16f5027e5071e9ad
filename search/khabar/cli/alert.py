"""``khabar alert``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from khabar.cli.common import Whole, filled_index, index_option, offer, tell, wrong_usage
from khabar.cli.output_options import only_lang_option, output_options
from khabar.cli.parsing import Group
from khabar.cli.query_options import match_options, query_argument, tz_option
from khabar.errors import KhabarError
from khabar.render.output import Output, complain
from khabar.speaking import spoken

if TYPE_CHECKING:
    from datetime import date

    from khabar.alerts import Alert, Alerts
    from khabar.places import Place
    from khabar.query.results import Hit
    from khabar.query.tree import Match

__all__ = ["command"]

NO_NEWS, NOTHING_DONE = 1, 3


@click.group(
    "alert",
    cls=Group,
    epilog="""\b
Examples:
  khabar alert add oil اسعار النفط
  khabar alert list
  khabar alert run
  khabar alert run oil --keep --status
  khabar alert remove oil

\b
From cron, with mail only when there is news:
  0 * * * *  khabar index ~/news >/dev/null; khabar alert run""",
)
@only_lang_option
def command() -> None:
    """Save searches, and show what is new since the last run."""


@command.command("add")
@click.argument("name", type=click.UNPROCESSED)
@query_argument
@index_option
@match_options
@click.option("--current", is_flag=True, help="Treat articles that match now as new, too.")
@only_lang_option
def add_command(name: str, query: str, place: Place, match: Match | None, current: bool) -> int:
    """Save a search under a name. Articles that match now are not new, unless --current is given.

    Reports articles with all the words, or with --any, articles with any of them.
    """
    from khabar.alerts import Alerts
    from khabar.paging import all_hits
    from khabar.render.messages import nothing

    if not name.strip():
        raise click.UsageError("a saved search needs a name")
    if not query.strip():
        raise click.UsageError("say what to search for: khabar alert add NAME QUERY")
    language = spoken()
    alerts = Alerts()
    with filled_index(place, language) as index:
        results = index.search(query, limit=0, match=match or "all")
        tell(results.problems, query, language)
        if results.with_any:
            complain(nothing(query, results, language))
        if not results.total:
            offer(index.suggest(query), language)
        seen = [] if current else [hit.article.id for hit in all_hits(index, query, match=match)]
        with wrong_usage():
            alert = alerts.add(name, query, index.path, seen=seen, match=match or "all")
    note = f" (matching now and counted as seen: {len(seen):,})" if seen else ""
    complain(f"saved «{alert.name}»{note}; to see what is new: khabar alert run")
    return 0


@command.command("list")
@output_options()
def list_command(out: Output) -> int:
    """List the saved searches."""
    from khabar.alerts import Alerts
    from khabar.render.alerts import AlertsView

    rows = [
        {
            "name": alert.name,
            "query": alert.query,
            "match": alert.match,
            "index": alert.index,
            "added": alert.added,
            "last_run": alert.last_run or None,
        }
        for alert in Alerts()
    ]
    none = "there are no saved searches. Save one with: khabar alert add NAME QUERY"
    out.put(AlertsView("alerts", rows, none))
    return 0


@command.command("remove")
@click.argument("name", type=click.UNPROCESSED)
@only_lang_option
def remove_command(name: str) -> int:
    """Delete a saved search."""
    from khabar.alerts import Alerts

    with wrong_usage():
        Alerts().remove(name)
    complain(f"removed the saved search «{name}»")
    return 0


@command.command("run")
@click.argument("name", required=False, type=click.UNPROCESSED)
@click.option(
    "-n",
    "--limit",
    metavar="N",
    type=Whole(1),
    help="Number of articles to show for each search; the rest is kept for the next run.",
)
@click.option("--keep", is_flag=True, help="Do not mark what is shown as seen: the next run shows it again.")
@tz_option("Time zone for relative days such as «أمس» and 7d. Default: the zone of this machine.")
@click.option("--status", is_flag=True, help="Exit with status 1 when there is no news.")
@output_options()
def run_command(name: str | None, limit: int | None, keep: bool, tz: str, status: bool, out: Output) -> int:
    """Show what the saved searches, or the one named, have found since their last run.

    Prints nothing when there is no news, so that cron sends no mail.
    """
    from khabar.alerts import Alerts
    from khabar.render.alerts import NewsView
    from khabar.render.arabic import explained
    from khabar.render.messages import say
    from khabar.zones import today_in

    alerts, today = Alerts(), today_in(tz)
    found: list[tuple[Alert, list[Hit]]] = []
    failed = False
    with wrong_usage():
        chosen = [alerts.get(name)] if name is not None else list(alerts)
    for alert in chosen:
        try:
            # Not in a pipe: cron then sends no mail, and days in the future are no mistake.
            hits = _news(alerts, alert, limit, today, out.look.language, explain=out.style == "rich")
            found.append((alert, hits))
        except KhabarError as error:
            failed = True
            complain(f"{alert.name}: {explained(error, out.look.language)}")
    news = [(alert.name, alert.query, hits) for alert, hits in found if hits]
    # Write a file or page even without news; print nothing into a pipe, so that cron sends no mail.
    if news or out.style == "json" or out.file is not None or out.opened:
        out.put(NewsView(news))
    if not news and out.style == "rich":
        complain(say("nothing new", out.look.language))
    # Only after printing: what could not be shown is still new the next time.
    if not keep:
        for alert, hits in found:
            alerts.mark_seen(alert.name, [hit.article.id for hit in hits])
    if failed:
        return NOTHING_DONE
    return NO_NEWS if status and not news else 0


def _news(
    alerts: Alerts, alert: Alert, limit: int | None, today: date | None, language: str, *, explain: bool
) -> list[Hit]:
    """The new hits of a saved search. If there are none, problems of its query are reported on stderr, if
    ``explain`` is set."""
    from itertools import islice

    from khabar.places import places_of

    with filled_index(places_of(alert.index), language) as index:
        hits = list(islice(alerts.news(alert.name, index, today=today), limit))
        if explain and not hits:
            from khabar.render.faults import problem

            for found in index.search(alert.query, limit=0, match=alert.match, today=today).problems:
                complain(f"{alert.name}: {problem(found, alert.query, language)}")
        return hits
