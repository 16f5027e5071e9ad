"""``khabar facets``."""

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
_FIELDS = ("source", "author", "year", "month")


@click.command(
    "facets",
    cls=WordsCommand,
    epilog="""\b
Examples:
  khabar facets النفط
  khabar facets النفط --by month --since 2023-06
  khabar facets النفط --format csv | head -3

\b
Exit status: 0 something was found, 1 nothing was, 2 wrong usage,
3 no search was possible.""",
)
@click.argument("query", nargs=-1, required=True, type=click.UNPROCESSED)
@index_option
@click.option(
    "--by",
    "fields",
    type=click.Choice(_FIELDS),
    multiple=True,
    help="What to count; by default source, author and month. Repeatable.",
)
@click.option(
    "-n",
    "--limit",
    metavar="N",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="Show so many values of each, those with most articles.",
)
@click.option("--all", "everything", is_flag=True, help="Show all values.")
@click.option("--words", is_flag=True, help="Take the query as words alone: signs mean nothing.")
@filter_options
@output_options()
def command(
    query: tuple[str, ...],
    folder: Path | None,
    fields: tuple[str, ...],
    limit: int,
    everything: bool,
    words: bool,
    filters: dict[str, Any],
    out: Output,
) -> int:
    """Count the articles that answer a query by source, author, month or year.

    All that match are counted, not only the best. Months and years come in order of time, the others with
    the most articles first.
    """
    from khabar.library import open_index
    from khabar.render.explored import FacetsView

    with open_index(index_folder(folder)) as index:
        facets = index.facets(
            " ".join(query),
            fields or ("source", "author", "month"),
            limit=None if everything else limit,
            syntax=not words,
            **filters,
        )
    complain_of(facets.problems, facets.query, out)
    out.put(FacetsView(facets))
    return 0 if facets.total else NOTHING_FOUND
