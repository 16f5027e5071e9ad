"""``khabar analyze``."""

from __future__ import annotations

import click

from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.render.output import Output

__all__ = ["command"]


@click.command(
    "analyze",
    cls=Command,
    epilog="""\b
Examples:
  khabar analyze وبالمدارس
  khabar analyze 'قَالَ وزراءُ الخارجية' --format json
  khabar analyze زار عبد الله بيروت --format plain | cut -f 3,6""",
)
@click.argument("text", nargs=-1, required=True, type=click.UNPROCESSED)
@output_options()
def command(text: tuple[str, ...], out: Output) -> int:
    """Show the words of a text as they are indexed.

    For each word of TEXT: its position, the word as written, its term at each depth, and whether it is a
    stop word or a compound name. Needs no index.
    """
    from khabar.analysis.analyzer import Analyzer
    from khabar.render.analysis import AnalysedWord, AnalysisView

    joined = " ".join(text)
    analyzer = Analyzer()
    words = [AnalysedWord.of(token, analyzer) for token in analyzer.tokens(joined)]
    out.put(AnalysisView(joined, words))
    return 0
