"""``khabar related``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from khabar.cli.common import (
    NOTHING_FOUND,
    archive_option,
    complain_of_missing,
    filled_index,
    index_option,
    tell_of_namesakes,
)
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import limit_option
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.corpus.article import Article
    from khabar.places import Place

__all__ = ["command"]


@click.command(
    "related",
    cls=Command,
    epilog="""\b
Examples:
  khabar related oil
  khabar related oil -n 3 --format plain
  khabar related corpus/articles/05-oil-cut.txt

\b
Exit status: 0 something was found, 1 nothing was found, 2 wrong usage, 3 the
search failed.""",
)
@click.argument("article", metavar="ARTICLE_ID|FILE", type=click.UNPROCESSED)
@index_option
@limit_option(10)
@click.option(
    "--copies", is_flag=True, help="Include articles that report the same story in nearly the same words."
)
@archive_option
@output_options()
def command(article: str, place: Place, limit: int, copies: bool, archive: str, out: Output) -> int:
    """Show articles similar to a given one, with the words that link them.

    ARTICLE_ID is the first word on the last line of each search hit. With FILE, compares the first article in
    it; the file need not be indexed.
    """
    from khabar.render.related import RelatedView

    with filled_index(place, out.look.language) as index:
        indexed = index.article(article, archive=archive)
        related = None if indexed is None else index.related(indexed, limit=limit, copies=copies)
        if related is None and Path(article).is_file():
            first = _first(article)
            related = None if first is None else index.related(first, limit=limit, copies=copies)
        if related is None:
            complain_of_missing(article, index, out.look.language, archive)
            return NOTHING_FOUND
        if indexed is not None and not archive:
            tell_of_namesakes(indexed, index, out.look.language)
    out.put(RelatedView(related))
    return 0 if related.articles else NOTHING_FOUND


def _first(path: str) -> Article | None:
    """The first article in a file; None if there is none."""
    from khabar.corpus import read

    return next(iter(read(path)), None)
