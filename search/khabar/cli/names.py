"""``khabar names``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from khabar.cli.common import NOTHING_FOUND, Whole, complain_of, filled_index, index_option, offer, other_ways
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import asked_options, limit_option, query_argument
from khabar.render.output import Output, complain

if TYPE_CHECKING:
    from khabar.entities.values import NameKind
    from khabar.places import Place
    from khabar.query.snapshot import Asked

__all__ = ["command"]

_KINDS = ("person", "place", "organisation")


@click.command(
    "names",
    cls=Command,
    epilog="""\b
Examples:
  khabar names النفط
  khabar names النفط --kind person -n 5
  khabar names --with لافروف --kind organisation --format csv

\b
Exit status: 0 something was found, 1 nothing was found, 2 wrong usage, 3 the
search failed.""",
)
@query_argument
@index_option
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(_KINDS),
    multiple=True,
    help="What to list. Default: people, places and organisations. Repeatable.",
)
@click.option(
    "--with",
    "beside",
    metavar="NAME",
    default="",
    help="Only articles that contain NAME, to see who else is named in them.",
)
@limit_option(10, "Number of names to show of each kind, those in the most articles.")
@click.option(
    "--best",
    metavar="N",
    type=Whole(1),
    default=500,
    show_default=True,
    help="Number of best articles to examine.",
)
@click.option("--all-articles", is_flag=True, help="Examine all matching articles, however many there are.")
@asked_options
@output_options()
def command(
    query: str,
    place: Place,
    kinds: tuple[NameKind, ...],
    beside: str,
    limit: int,
    best: int,
    all_articles: bool,
    asked: Asked,
    out: Output,
) -> int:
    """List the names in the articles that match a query: people, places and organisations.

    People, places and organisations are recognised by titles before them, given names, words such as «وزارة»
    and «مدينة», and a gazetteer; some are missed, and some are wrong. Spellings count as one name where the
    articles show that they are. Two people with the same name cannot be told apart.
    """
    from khabar.render.messages import say
    from khabar.render.names import NamesView
    from khabar.render.progress import busy

    with filled_index(place, out.look.language) as index, busy("looking for names in the articles"):
        names = index.names(
            query, kinds, beside=beside, limit=limit, best=None if all_articles else best, **asked
        )
        suggestions = other_ways(index, query, names.total, asked, out)
    complain_of(names.problems, names.query, out)
    out.put(NamesView(names))
    offer(suggestions, out.look.language)
    if beside and not names.total and out.for_people:
        complain(say("none beside", out.look.language, name=beside))
    return 0 if names.total else NOTHING_FOUND
