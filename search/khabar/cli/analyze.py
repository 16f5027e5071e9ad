"""``khabar analyze``."""

from __future__ import annotations

import click

from khabar.cli.common import WordsCommand, chosen, format_option
from khabar.render.output import show, write

__all__ = ["command"]


@click.command(
    "analyze",
    cls=WordsCommand,
    epilog="""\b
Examples:
  khabar analyze وبالمدارس
  khabar analyze 'قَالَ وزراءُ الخارجية' --format json
  khabar analyze زار عبد الله بيروت --format plain | cut -f 3,6""",
)
@click.argument("text", nargs=-1, required=True, type=click.UNPROCESSED)
@format_option("rich", "plain", "json")
def command(text: tuple[str, ...], style: str | None) -> int:
    """Show the words of a text as they are indexed.

    For each word of TEXT: its place, the word as written, its term on each depth, and whether it is a stop
    word or a compound name. Needs no index.
    """
    from khabar.analysis.analyzer import Analyzer
    from khabar.render.data import AnalysedWord, analysis_record

    joined = " ".join(text)
    analyzer = Analyzer()
    words = [AnalysedWord.of(token, analyzer) for token in analyzer.tokens(joined)]
    style = chosen(style)
    if style == "json":
        from khabar.render.text import escaped_json

        write([escaped_json(analysis_record(joined, words), indent=2)])
    elif style == "plain":
        from khabar.render.plain import analysis_lines

        write(analysis_lines(joined, words))
    else:
        from khabar.render.terminal import analysis_view

        show(analysis_view(joined, words))
    return 0
