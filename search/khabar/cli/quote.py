"""``khabar quote``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from khabar.cli.common import NOTHING_FOUND, Number, complain_of, filled_index, index_option
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import conditions_options, limit_option
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.places import Place
    from khabar.query.snapshot import Conditions

__all__ = ["command"]


@click.command(
    "quote",
    cls=Command,
    epilog="""\b
Examples:
  khabar quote 'السوق تحتاج إلى الصبر لا إلى المفاجآت'
  khabar quote --file speech.txt -o speech.html
  echo 'السوق تحتاج الى الصبر' | khabar quote - --since 2023

\b
Exit status: 0 something was found, 1 nothing was found, 2 wrong usage, 3 the
search failed.""",
)
@click.argument("text", metavar="TEXT|-", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--file",
    "given",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the text from this file.",
)
@index_option
@limit_option(10, "Number of places to show for each quotation.")
@click.option(
    "--similarity",
    metavar="SHARE",
    type=Number(0.1, 1),
    default=0.6,
    show_default=True,
    help="Lowest similarity that counts as a match; 1 accepts only the same words.",
)
@conditions_options
@output_options()
def command(
    text: tuple[str, ...],
    given: Path | None,
    place: Place,
    limit: int,
    similarity: float,
    conditions: Conditions,
    out: Output,
) -> int:
    """Find where a text appeared, word for word or nearly, and where it appeared first.

    Shows the articles that contain it, and how their wording differs: the same words first, then the most
    similar, and among equals the earliest. Near-copies of one report count as one. Vocalisation and variants
    of spelling make no difference. If no article contains the text, shows the nearest passage. Searches for a
    long text sentence by sentence.
    """
    from khabar.render.progress import busy
    from khabar.render.quotations import QuotationsView

    quotation = _text(text, given)
    with filled_index(place, out.look.language) as index, busy("looking for the words of the quotation"):
        quotations = index.quote(quotation, limit=limit, similarity=similarity, **conditions)
    complain_of(quotations.problems, quotations.text, out)
    out.put(QuotationsView(quotations))
    return 0 if quotations.found else NOTHING_FOUND


def _text(words: tuple[str, ...], given: Path | None) -> str:
    """The text from the command line, from standard input or from a file."""
    if bool(words) == (given is not None):
        raise click.UsageError("say what to look for: khabar quote TEXT, khabar quote - or --file FILE")
    if given is None and words != ("-",):
        return " ".join(words)
    from khabar.corpus.pieces.encoding import decode

    return decode(sys.stdin.buffer.read() if given is None else given.read_bytes()).text
