"""``khabar terms``."""

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
    "terms",
    cls=WordsCommand,
    epilog="""\b
Examples:
  khabar terms النفط
  khabar terms النفط -n 5 --format plain
  khabar terms النفط --since 2023 --best 50

\b
Exit status: 0 something was found, 1 nothing was, 2 wrong usage,
3 no search was possible.""",
)
@click.argument("query", nargs=-1, required=True, type=click.UNPROCESSED)
@index_option
@click.option(
    "-n", "--limit", metavar="N", type=click.IntRange(1), default=20, show_default=True, help="Show so many."
)
@click.option(
    "--best",
    metavar="N",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    help="Look at so many of the best articles.",
)
@click.option("--words", is_flag=True, help="Take the query as words alone: signs mean nothing.")
@filter_options
@output_options()
def command(
    query: tuple[str, ...],
    folder: Path | None,
    limit: int,
    best: int,
    words: bool,
    filters: dict[str, Any],
    out: Output,
) -> int:
    """Show what is said about a query: words and names that its articles say more than others.

    The best articles are weighed against the whole index. Inflections count as one word, shown as it is
    mostly written; what the query itself looks for is left out.
    """
    from khabar.library import open_index
    from khabar.render.explored import KeyTermsView

    with open_index(index_folder(folder)) as index:
        terms = index.terms(" ".join(query), limit=limit, best=best, syntax=not words, **filters)
    complain_of(terms.problems, terms.query, out)
    out.put(KeyTermsView(terms))
    return 0 if terms.total else NOTHING_FOUND
