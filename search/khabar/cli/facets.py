"""``khabar facets``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from khabar.cli.common import (
    NOTHING_FOUND,
    asked_options,
    complain_of,
    filled_index,
    index_option,
    limit_option,
    output_options,
    query_argument,
)
from khabar.cli.parsing import Command
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.explore.facets import FacetField
    from khabar.query.search import Asked

__all__ = ["command"]

_FIELDS = ("source", "author", "year", "month")


@click.command(
    "facets",
    cls=Command,
    epilog="""\b
Examples:
  khabar facets النفط
  khabar facets النفط --by month --since 2023-06
  khabar facets النفط --format csv | head -3

\b
Exit status: 0 something was found, 1 nothing was, 2 wrong usage,
3 no search was possible.""",
)
@query_argument
@index_option
@click.option(
    "--by",
    "fields",
    type=click.Choice(_FIELDS),
    multiple=True,
    help="What to count; by default source, author and month. Repeatable.",
)
@limit_option(10, "Show so many values of each, those with most articles.")
@click.option("--all-values", is_flag=True, help="Show all values.")
@asked_options
@output_options()
def command(
    query: str,
    folder: Path,
    fields: tuple[FacetField, ...],
    limit: int,
    all_values: bool,
    asked: Asked,
    out: Output,
) -> int:
    """Count the articles that answer a query by source, author, month or year.

    All that match are counted, not only the best. Months and years come in order of time, the others with
    the most articles first.
    """
    from khabar.render.explored import FacetsView

    with filled_index(folder, out.look.language) as index:
        facets = index.facets(
            query,
            fields or ("source", "author", "month"),
            limit=None if all_values else limit,
            **asked,
        )
    complain_of(facets.problems, facets.query, out)
    out.put(FacetsView(facets))
    return 0 if facets.total else NOTHING_FOUND
