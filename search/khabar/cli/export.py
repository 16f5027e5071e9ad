"""``khabar export``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from khabar.cli.common import WordsCommand, filter_options, index_folder, index_option, spoken
from khabar.render.output import complain, write, write_file

__all__ = ["command"]

NOTHING_FOUND = 1


@click.command(
    "export",
    cls=WordsCommand,
    epilog="""\b
Examples:
  khabar export اسعار النفط > oil.jsonl
  khabar export لافروف -o lavrov.csv --format csv
  khabar export لافروف --text | head -1

\b
Exit status: 0 something was found, 1 nothing was, 2 wrong usage,
3 no search was possible.""",
)
@click.argument("query", nargs=-1, required=True, type=click.UNPROCESSED)
@index_option
@click.option(
    "--format",
    "style",
    type=click.Choice(("jsonl", "csv")),
    default="jsonl",
    show_default=True,
    help="An object or a row for each article.",
)
@filter_options
@click.option("--text", is_flag=True, help="With the whole text of each article.")
@click.option("--words", is_flag=True, help="Take the query as words alone: signs mean nothing.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write there instead, all or nothing.",
)
def command(
    query: tuple[str, ...],
    folder: Path | None,
    style: str,
    text: bool,
    words: bool,
    output: Path | None,
    filters: dict[str, Any],
) -> int:
    """Print every article that answers a query, best first.

    The objects are those of «khabar search --format jsonl», the rows those of --format csv. A CSV file
    made with --output begins with a byte order mark, by which spreadsheets know it is UTF-8.
    """
    from khabar.library import open_index
    from khabar.paging import all_hits
    from khabar.render import data
    from khabar.render.messages import say
    from khabar.render.tabular import csv_lines
    from khabar.render.text import escaped_json

    count = 0

    def counted(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    with open_index(index_folder(folder)) as index:
        hits = all_hits(index, " ".join(query), syntax=not words, **filters)
        if style == "csv":
            lines = csv_lines(counted(data.hit_row(hit, text=text) for hit in hits))
        else:
            lines = (escaped_json(row) for row in counted(data.hit_record(hit, text=text) for hit in hits))
        if output is None:
            write(lines)
        else:
            write_file(output, lines, mark=style == "csv")
    if output is not None:
        complain(f"{count:,} written to {output}")
    elif not count:
        complain(say("nothing found", spoken(click.get_current_context()), query=" ".join(query)))
    return 0 if count else NOTHING_FOUND
