"""``khabar complete``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from khabar.cli.common import NOTHING_FOUND, filled_index, index_option
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import limit_option
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.places import Place

__all__ = ["command"]


@click.command(
    "complete",
    cls=Command,
    epilog="""\b
Examples:
  khabar complete نف
  khabar complete نف | cut -f 1

\b
Exit status: 0 something was found, 1 nothing was found, 2 wrong usage, 3 the
index could not be read.""",
)
@click.argument("prefix", type=click.UNPROCESSED)
@index_option
@limit_option(10)
@output_options()
def command(prefix: str, place: Place, limit: int, out: Output) -> int:
    """List words of the index that begin with PREFIX, the most frequent first.

    Finds them with or without «ال». Shows each in its most common spelling, with the number of paragraphs
    and titles that contain it.
    """
    from khabar.render.messages import say
    from khabar.render.view import TableView

    with filled_index(place, out.look.language) as index:
        words = index.complete(prefix, limit=limit)
    rows = [{"word": word.word, "paragraphs": word.paragraphs} for word in words]
    out.put(TableView("words", rows, say("nothing begins", out.look.language, prefix=prefix)))
    return 0 if words else NOTHING_FOUND
