"""``khabar terms``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from khabar.cli.common import NOTHING_FOUND, Whole, complain_of, filled_index, index_option, offer, other_ways
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import asked_options, limit_option, query_argument
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.places import Place
    from khabar.query.snapshot import Asked

__all__ = ["command"]


@click.command(
    "terms",
    cls=Command,
    epilog="""\b
Examples:
  khabar terms النفط
  khabar terms النفط -n 5 --format plain
  khabar terms النفط --since 2023 --best 50

\b
Exit status: 0 something was found, 1 nothing was found, 2 wrong usage, 3 the
search failed.""",
)
@query_argument
@index_option
@limit_option(20)
@click.option(
    "--best",
    metavar="N",
    type=Whole(1),
    default=200,
    show_default=True,
    help="Number of best articles to analyse.",
)
@asked_options
@output_options()
def command(
    query: str,
    place: Place,
    limit: int,
    best: int,
    asked: Asked,
    out: Output,
) -> int:
    """Show the key terms of a query: words and names more frequent in its articles than in others.

    Compares the best articles with the whole index. Inflections count as one word, shown in its most common
    spelling; the words of the query itself are left out.
    """
    from khabar.render.progress import busy
    from khabar.render.terms import KeyTermsView

    with filled_index(place, out.look.language) as index, busy("comparing the articles with the index"):
        terms = index.terms(query, limit=limit, best=best, **asked)
        suggestions = other_ways(index, query, terms.total, asked, out)
    complain_of(terms.problems, terms.query, out)
    out.put(KeyTermsView(terms))
    offer(suggestions, out.look.language)
    return 0 if terms.total else NOTHING_FOUND
