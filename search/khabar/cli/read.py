"""``khabar read``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from khabar.cli.inputs import reading_options, sources_argument
from khabar.cli.output_options import chosen_format, file_option, only_lang_option
from khabar.cli.parsing import Command
from khabar.render.look import Look
from khabar.render.output import Output, complain
from khabar.speaking import spoken

__all__ = ["command"]

SOME_SKIPPED, NOTHING_DONE = 1, 3


@click.command(
    "read",
    cls=Command,
    epilog="""\b
Examples:
  khabar read corpus/articles -o articles.jsonl
  khabar read news.json --field title=hed --field text=story | head -1
  crawler | khabar read - > articles.jsonl

\b
Exit status: 0 everything was read, 1 some input was skipped or not understood
(listed on stderr), 2 wrong usage, 3 no article was found.""",
)
@sources_argument
@reading_options("Time zone of publication times that name none.")
@file_option
@click.pass_context
@only_lang_option
def command(
    ctx: click.Context,
    sources: tuple[Path, ...],
    reading: dict[str, Any],
    file: Path | None,
) -> int:
    """Print articles as they are read, one JSON object per line.

    SOURCE is a file or folder as for «khabar index», or - for standard input: texts, web pages,
    PDF, documents, books, mail, JSON, tables, feeds, WARC and more. The output can be indexed in turn.
    """
    from khabar.corpus import ReadReport, read
    from khabar.corpus.report import joined, together
    from khabar.index.records import article_to_json
    from khabar.render.messages import say
    from khabar.render.reasons import note_text, together_text
    from khabar.render.text import escaped

    file = None if file == Path("-") else file
    out = Output(chosen_format(None, file, ("jsonl",)), Look(language=spoken()), file=file)
    report = ReadReport()
    articles = read(sources, report=report, **reading)
    out.put_lines(escaped(article_to_json(article)) for article in articles)
    out.tell_written(report.articles)
    for group in together(report.skipped):
        complain(together_text(group, spoken()))
    for note in joined(report.notes):
        complain(note_text(note, spoken()))
    for given, found in report.mapped.items():
        if not found:
            complain(say("no such key", spoken(), given=given))
    if not report.articles:
        return NOTHING_DONE
    return 0 if report.ok else SOME_SKIPPED
