"""``khabar timeline``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from khabar.cli.common import (
    WordsCommand,
    complain_of,
    filter_options,
    index_folder,
    index_option,
    output_options,
)
from khabar.render.output import Output

__all__ = ["command"]

NOTHING_FOUND = 1


@click.command(
    "timeline",
    cls=WordsCommand,
    epilog="""\b
Examples:
  khabar timeline 'اسعار النفط'
  khabar timeline النفط الذهب --by month
  khabar timeline النفط --by week --week-start sunday --format csv

\b
Exit status: 0 something was found, 1 nothing was, 2 wrong usage,
3 no search was possible.""",
)
@click.argument("queries", nargs=-1, required=True, metavar="QUERY...", type=click.UNPROCESSED)
@index_option
@click.option(
    "--by",
    type=click.Choice(("auto", "day", "week", "month", "year")),
    default="auto",
    show_default=True,
    help="How long a bar lasts; auto takes the shortest that makes at most 60 of them.",
)
@click.option(
    "--week-start",
    type=click.Choice(("monday", "sunday", "saturday")),
    default="monday",
    show_default=True,
    help="The day on which weeks begin.",
)
@click.option("--words", is_flag=True, help="Take the queries as words alone: signs mean nothing.")
@filter_options
@output_options()
def command(
    queries: tuple[str, ...],
    folder: Path | None,
    by: str,
    week_start: str,
    words: bool,
    filters: dict[str, Any],
    out: Output,
) -> int:
    """Show how many articles that answer a query appeared over time.

    Each argument is a query of its own, and several stand side by side: put quotes around one of several
    words. Spans without any article are shown too. Articles without a date are counted, and told of, but
    stand nowhere on the chart. Days are those of UTC.
    """
    from khabar.library import open_index
    from khabar.render.explored import TimelineView

    with open_index(index_folder(folder)) as index:
        timeline = index.timeline(queries, by=by, week_start=week_start, syntax=not words, **filters)
    for query, problems in zip(queries, timeline.problems, strict=True):
        complain_of(problems, query, out)
    out.put(TimelineView(timeline))
    return 0 if any(timeline.totals) else NOTHING_FOUND
