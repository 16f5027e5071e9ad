"""``khabar facets``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from khabar.cli.common import NOTHING_FOUND, complain_of, filled_index, index_option, offer, other_ways
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import asked_options, limit_option, query_argument
from khabar.errors import InvalidArgument
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.places import Place
    from khabar.query.snapshot import Asked

__all__ = ["command"]

_FIELDS = ("source", "author", "section", "tag", "language", "place", "year", "month")


@click.command(
    "facets",
    cls=Command,
    epilog="""\b
Examples:
  khabar facets النفط
  khabar facets النفط --by month --since 2023-06
  khabar facets النفط --format csv | head -3

\b
Exit status: 0 something was found, 1 nothing was found, 2 wrong usage, 3 the
search failed.""",
)
@query_argument
@index_option
@click.option(
    "--by",
    "fields",
    metavar="FIELD",
    multiple=True,
    help="Field to count by: source, author, section, tag, language, place, year, month, also by their "
    "Arabic names, or a field that was kept (--keep). Default: source, author and month. Repeatable.",
)
@limit_option(10, "Number of values to show for each field, those with the most articles.")
@click.option("--all-values", is_flag=True, help="Show all values.")
@asked_options
@output_options()
def command(
    query: str,
    place: Place,
    fields: tuple[str, ...],
    limit: int,
    all_values: bool,
    asked: Asked,
    out: Output,
) -> int:
    """Count the articles that match a query by source, author, section, tag, month or another field.

    Counts all matching articles, not only the best. Months and years are in chronological order; names with
    the most articles come first. An article counts once for each of its tags.
    """
    from khabar.query.fields import several_names
    from khabar.render.facets import FacetsView
    from khabar.render.messages import say

    with filled_index(place, out.look.language) as index:
        try:
            facets = index.facets(
                query,
                fields or ("source", "author", "month"),
                limit=None if all_values else limit,
                **asked,
            )
        except InvalidArgument as error:
            if error.name == "fields" and (several := several_names(str(error.value))):
                line = " ".join(f"--by {name}" for name in several)
                raise click.UsageError(
                    say("repeat option", out.look.language, option="--by", line=line)
                ) from None
            raise
        suggestions = other_ways(index, query, facets.total, asked, out)
    complain_of(facets.problems, facets.query, out)
    out.put(FacetsView(facets))
    offer(suggestions, out.look.language)
    return 0 if facets.total else NOTHING_FOUND
