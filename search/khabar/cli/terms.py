"""``khabar terms``."""

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
    from khabar.query.search import Asked

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
Exit status: 0 something was found, 1 nothing was, 2 wrong usage,
3 no search was possible.""",
)
@query_argument
@index_option
@limit_option(20)
@click.option(
    "--best",
    metavar="N",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    help="Look at so many of the best articles.",
)
@asked_options
@output_options()
def command(
    query: str,
    folder: Path,
    limit: int,
    best: int,
    asked: Asked,
    out: Output,
) -> int:
    """Show what is said about a query: words and names that its articles say more than others.

    The best articles are weighed against the whole index. Inflections count as one word, shown as it is
    mostly written; what the query itself looks for is left out.
    """
    from khabar.render.explored import KeyTermsView

    with filled_index(folder, out.look.language) as index:
        terms = index.terms(query, limit=limit, best=best, **asked)
    complain_of(terms.problems, terms.query, out)
    out.put(KeyTermsView(terms))
    return 0 if terms.total else NOTHING_FOUND
