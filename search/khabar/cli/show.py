"""``khabar show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from khabar.cli.common import (
    archive_option,
    complain_of_missing,
    filled_index,
    index_option,
    tell_of_namesakes,
)
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.render.output import CITATIONS, FORMATS, Output

if TYPE_CHECKING:
    from khabar.places import Place

__all__ = ["command"]

NOT_THERE = 1


@click.command(
    "show",
    cls=Command,
    epilog="""\b
Examples:
  khabar show oil
  khabar show oil --query 'اسعار النفط' --legend
  khabar show oil --open
  khabar show oil --index indexes/news --index indexes/agency --archive agency

\b
Exit status: 0 shown, 1 no such article, 2 wrong usage, 3 the index could not be read.""",
)
@click.argument("article_id", type=click.UNPROCESSED)
@click.option("--query", "-q", metavar="QUERY", default="", help="Highlight the words of this query.")
@click.option("--words", is_flag=True, help="Treat the query as plain words: ignore operators.")
@click.option("--legend", is_flag=True, help="Explain the colours.")
@archive_option
@index_option
@output_options(*FORMATS, *CITATIONS)
def command(
    article_id: str, query: str, words: bool, legend: bool, archive: str, place: Place, out: Output
) -> int:
    """Show a whole article.

    ARTICLE_ID is the first word on the last line of each search hit. With several archives, shows it from
    the first one that has it, unless --archive names another.
    """
    from khabar.render.article import ArticleView

    with filled_index(place, out.look.language) as index:
        shown = index.highlight(article_id, query, syntax=not words, archive=archive)
        if shown is None:
            complain_of_missing(article_id, index, out.look.language, archive)
            return NOT_THERE
        if not archive:
            tell_of_namesakes(shown.article, index, out.look.language)
    replace(out, look=replace(out.look, legend=legend)).put(ArticleView(shown))
    return 0
