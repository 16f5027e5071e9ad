"""``khabar info``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from khabar.cli.common import index_option, tell_state, vectors_of
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.places import Place

__all__ = ["command"]


@click.command(
    "info",
    cls=Command,
    epilog="""\b
Examples:
  khabar info
  khabar info --texts
  khabar info --index indexes/news --format json""",
)
@click.option(
    "--texts",
    is_flag=True,
    help="Also examine every article: harakat, presentation forms, mojibake, missing dates.",
)
@index_option
@output_options()
def command(texts: bool, place: Place, out: Output) -> int:
    """Describe an index: articles, sources, sections, tags, dates, size and version.

    Also lists what was not indexed and why, as far as its files are known.
    """
    from khabar.library import open_index
    from khabar.render.info import NAMES_SHOWN, InfoView

    with open_index(place) as index:
        examined = index.texts() if texts else None
        facets = index.facets("", ("section", "tag", "language", "place"), limit=NAMES_SHOWN)
        left_out = examined.left if examined else index.left_out()
        out.put(InfoView(index.info(), left_out, examined, facets, index.fields, vectors_of(index)))
        tell_state(index, out.look.language)
    return 0
