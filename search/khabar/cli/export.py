"""``khabar export``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from khabar.cli.common import NOTHING_FOUND, asked_options, index_option, query_argument, spoken
from khabar.cli.parsing import Command
from khabar.render.output import complain, write, write_file

if TYPE_CHECKING:
    from khabar.query.search import Asked

__all__ = ["command"]


@click.command(
    "export",
    cls=Command,
    epilog="""\b
Examples:
  khabar export اسعار النفط > oil.jsonl
  khabar export لافروف -o lavrov.csv --format csv
  khabar export لافروف --text | head -1

\b
Exit status: 0 something was found, 1 nothing was, 2 wrong usage,
3 no search was possible.""",
)
@query_argument
@index_option
@click.option(
    "--format",
    "style",
    type=click.Choice(("jsonl", "csv")),
    default="jsonl",
    show_default=True,
    help="An object or a row for each article.",
)
@asked_options
@click.option("--text", is_flag=True, help="With the whole text of each article.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write there instead, all or nothing.",
)
def command(
    query: str,
    folder: Path,
    style: str,
    text: bool,
    output: Path | None,
    asked: Asked,
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

    with open_index(folder) as index:
        hits = all_hits(index, query, **asked)
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
        complain(say("nothing found", spoken(click.get_current_context()), query=query))
    return 0 if count else NOTHING_FOUND
