"""``khabar timeline``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from khabar.cli.common import NOTHING_FOUND, complain_of, filled_index, index_option, offer, other_ways
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import asked_options
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.explore.timeline import Span, Weekday
    from khabar.places import Place
    from khabar.query.snapshot import Asked

__all__ = ["command"]


@click.command(
    "timeline",
    cls=Command,
    epilog="""\b
Examples:
  khabar timeline 'اسعار النفط'
  khabar timeline النفط الذهب --by month
  khabar timeline النفط --by week --week-start sunday --format csv

\b
Exit status: 0 something was found, 1 nothing was found, 2 wrong usage, 3 the
search failed.""",
)
@click.argument("queries", nargs=-1, metavar="[QUERY]...", type=click.UNPROCESSED)
@index_option
@click.option(
    "--by",
    type=click.Choice(("auto", "day", "week", "month", "year")),
    default="auto",
    show_default=True,
    help="Length of a bar. auto takes the shortest that gives at most 60 bars.",
)
@click.option(
    "--week-start",
    type=click.Choice(("monday", "sunday", "saturday")),
    default="monday",
    show_default=True,
    help="First day of the week.",
)
@asked_options
@output_options()
def command(
    queries: tuple[str, ...],
    place: Place,
    by: Span | Literal["auto"],
    week_start: Weekday,
    asked: Asked,
    out: Output,
) -> int:
    """Show how many articles that match a query appeared over time.

    Each argument is a separate query, and several are shown side by side: put quotes around a query of
    several words. Empty periods are shown too. Articles without a date are counted and reported, but do not
    appear on the chart. Days are the days given in the articles.
    """
    from khabar.render.timeline import TimelineView

    queries = queries or ("",)
    with filled_index(place, out.look.language) as index:
        timeline = index.timeline(queries, by=by, week_start=week_start, **asked)
        suggestions = [
            other
            for query, total in zip(queries, timeline.totals, strict=True)
            for other in other_ways(index, query, total, asked, out)
        ]
    for query, problems in zip(queries, timeline.problems, strict=True):
        complain_of(problems, query, out)
    out.put(TimelineView(timeline))
    offer(suggestions, out.look.language)
    return 0 if any(timeline.totals) else NOTHING_FOUND
