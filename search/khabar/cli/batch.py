"""``khabar batch``."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from khabar.cli.common import NOTHING_FOUND, Whole, filled_index, index_option
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import conditions_options
from khabar.render.output import Output, complain

if TYPE_CHECKING:
    from khabar.corpus.reading.lists import LineList
    from khabar.explore.batch import BatchRow
    from khabar.explore.line_plans import AskedAs
    from khabar.places import Place
    from khabar.query.snapshot import Conditions
    from khabar.render.batch import BatchView

__all__ = ["command"]

#: Formats whose rows are written as soon as they are found.
_STREAMED = ("jsonl", "csv")
#: The maximum number of lines of each kind that are named on stderr.
_NAMED = 5


@click.command(
    "batch",
    cls=Command,
    epilog="""\b
Examples:
  khabar batch names.txt -o names.csv
  khabar batch names.txt --articles --format jsonl
  khabar batch people.csv --column الاسم --since 2023 -o people.html
  khabar batch names.txt --as query

\b
Exit status: 0 every line was read and understood and some were found, 1
nothing was found or some lines were not read or understood (and are listed), 2 wrong usage, 3 the
list or the index could not be read.""",
)
@click.argument("given", metavar="FILE|-", type=click.UNPROCESSED)
@click.option(
    "--column",
    metavar="NAME",
    help="Column of a table or spreadsheet, by name or number. Default: the first with a usual name such as "
    "name or الاسم, else the first.",
)
@click.option("--sheet", metavar="NAME", default="", help="Sheet of a spreadsheet. Default: the first.")
@click.option(
    "--as",
    "asked_as",
    type=click.Choice(("name", "phrase", "words", "query")),
    default="name",
    show_default=True,
    help="How to search for each line: as a name, whose words are adjacent, in any spelling; as an exact "
    "phrase; as words that must all be in the article, in any inflection; or in the query language.",
)
@click.option(
    "--articles", is_flag=True, help="Write one row per article of each line, instead of one row per line."
)
@click.option(
    "-n",
    "--limit",
    metavar="N",
    type=Whole(0),
    help="Number of best articles for each line. Default: 1; with --articles, all.",
)
@index_option
@conditions_options
@output_options("rich", "plain", "json", "jsonl", "csv", "html", "xlsx")
def command(
    given: str,
    column: str | None,
    sheet: str,
    asked_as: AskedAs,
    articles: bool,
    limit: int | None,
    place: Place,
    conditions: Conditions,
    out: Output,
) -> int:
    """Look up a list of names or queries: for each, its articles, first and last day, and sources.

    FILE is a text file with one name per line, a CSV or TSV table, or a spreadsheet (.xlsx, .xls, .ods; needs
    the extra xlsx). With --output names.xlsx, the result is a spreadsheet too. A name that is listed twice is
    looked up once.
    """
    from khabar.corpus.reading.lists import read_list
    from khabar.render.batch import BatchView
    from khabar.render.progress import progress

    if out.file is not None and _same(given, out.file):
        raise click.UsageError("the output would overwrite the list: name another file")
    if out.style == "xlsx":
        from khabar.render.spreadsheet import require

        require(out.file, "names")
    listed = read_list(given, column=column, sheet=sheet)
    _tell_read(listed, out.look.language)
    hits = limit if limit is not None else None if articles else 1
    streamed = out.style in _STREAMED
    with filled_index(place, out.look.language) as index, progress("searching", "lines") as bar:
        done: list[BatchRow] = []

        def rows() -> Iterator[BatchRow]:
            for number, row in enumerate(index.batch(listed, asked_as=asked_as, hits=hits, **conditions), 1):
                row = _numbered(row, listed)
                # The summary needs no articles, and there may be very many.
                done.append(replace(row, hits=()))
                yield row
                bar.update(number, number / len(listed))

        view = BatchView(rows() if streamed else tuple(rows()), articles, index.fields)
        if streamed:
            _put(view, out)
    if streamed:
        out.tell_written(len(done), "line")
    else:
        out.put(view, len(done), "line")
    status = _tell_rows(done, out.look.language)
    return NOTHING_FOUND if listed.skipped else status


def _same(given: str, file: Path) -> bool:
    """Whether the input and the output are the same file, perhaps under different names."""
    try:
        return os.path.samestat(os.fstat(0) if given == "-" else Path(given).stat(), file.stat())
    except OSError:
        # One of them does not exist.
        return False


def _put(view: BatchView, out: Output) -> None:
    """Write rows as soon as they are found."""
    from khabar.render.text import csv_lines, escaped_json

    if out.style == "csv":
        out.put_lines(csv_lines(view.table(), view.columns()))
    else:
        out.put_lines(escaped_json(row) for row in view.rows())


def _numbered(row: BatchRow, listed: LineList) -> BatchRow:
    """A row with the numbers in the file of its line and of the line that it repeats."""
    same_as = None if row.same_as is None else listed.numbers[row.same_as - 1]
    return replace(row, line=listed.numbers[row.line - 1], same_as=same_as)


def _tell_read(listed: LineList, language: str) -> None:
    """Report on stderr which parts of the file were chosen by default, and what could not be read."""
    from khabar.render.messages import counted, say
    from khabar.render.reasons import reason_text

    if not listed:
        complain(say("no lines", language))
    if listed.column:
        count = counted(len(listed), "line", language)
        complain(say("column taken", language, column=listed.column, count=count))
    if listed.above:
        count = counted(listed.above, "line", language)
        complain(say("rows above", language, count=count, column=listed.column))
    if listed.sheets:
        complain(say("other sheets", language, names=", ".join(listed.sheets)))
    if listed.guessed:
        complain(say("list encoding guessed", language, encoding=listed.encoding))
    for number, reason in listed.skipped[:_NAMED]:
        complain(say("row skipped", language, number=number, reason=reason_text(reason, language)))
    if len(listed.skipped) > _NAMED:
        complain(say("rows skipped", language, count=len(listed.skipped) - _NAMED))


def _tell_rows(rows: Iterable[BatchRow], language: str) -> int:
    """Report on stderr which lines were empty, repeated, not understood or without any article, and return
    the exit status."""
    from khabar.query.outside import OUTSIDE
    from khabar.render.faults import problem
    from khabar.render.messages import counted, say

    rows = list(rows)
    counts = Counter(row.status for row in rows)
    for status in ("empty", "repeated", "nothing"):
        if counts[status]:
            named = _named([row.line for row in rows if row.status == status], language)
            complain(
                say(f"lines {status}", language, count=counted(counts[status], "line", language), lines=named)
            )
    rows = [row for row in rows if row.problems and row.status != "repeated"]
    # Problems of the conditions beside the list are the same for every line: they are reported once.
    of_all = dict.fromkeys(found for row in rows for found in row.problems if not found.end)
    for found in of_all:
        complain(problem(found, "", language))
    with_problems = [row for row in rows if any(found.end for found in row.problems)]
    for row in with_problems[:_NAMED]:
        for found in row.problems:
            if found.end:
                text = problem(found, row.text, language)
                complain(say("line with a problem", language, line=row.line, problem=text))
    if len(with_problems) > _NAMED:
        complain(say("lines with problems", language, count=len(with_problems) - _NAMED))
    # A line with days that the index does not have was understood.
    misread = any(found.code != OUTSIDE for row in rows for found in row.problems)
    return 0 if counts["found"] and not misread else NOTHING_FOUND


def _named(lines: list[int], language: str) -> str:
    """The numbers of some lines, of which the first few are named."""
    from khabar.render.messages import joined, say

    shown = joined(map(str, lines[:_NAMED]), language)
    shown = f"{shown} …" if len(lines) > _NAMED else shown
    key = {1: "numbered line", 2: "two numbered lines"}.get(len(lines), "numbered lines")
    return say(key, language, numbers=shown)
