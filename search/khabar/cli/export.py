"""``khabar export``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Unpack

import click

from khabar.cli.common import NOTHING_FOUND, Whole, filled_index, index_option, offer, tell
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import asked_options, group_option, query_argument, sort_option
from khabar.render.output import CITATIONS, SUFFIXES, Output, complain, suffix_style

if TYPE_CHECKING:
    from pathlib import Path

    from khabar.library import Index
    from khabar.places import Place
    from khabar.query.results import Group, Hit, Results
    from khabar.query.snapshot import Asked
    from khabar.ranking.answers import Sort
    from khabar.render.look import Look

__all__ = ["command", "export_hits"]

_FORMATS = ("jsonl", "json", "csv", "xlsx", "html", "plain", *CITATIONS)
#: Formats that need all hits at once.
_WHOLE = ("html", "plain")


@click.command(
    "export",
    cls=Command,
    epilog="""\b
Examples:
  khabar export اسعار النفط > oil.jsonl
  khabar export لافروف -o lavrov.csv
  khabar export النفط --sort newest -n 100 -o oil.html
  khabar export لافروف -o lavrov.ris
  khabar export لافروف --text | head -1

\b
Exit status: 0 something was found, 1 nothing was found, 2 wrong usage, 3 the
search failed.""",
)
@query_argument
@index_option
@click.option(
    "-n",
    "--limit",
    metavar="N",
    type=Whole(1),
    help="Number of articles to export. Default: all.",
)
@sort_option
@group_option
@asked_options
@click.option("--text", is_flag=True, help="Include the full text of each article.")
@output_options(*_FORMATS)
def command(
    query: str,
    place: Place,
    limit: int | None,
    sort: Sort,
    group: Group,
    text: bool,
    asked: Asked,
    out: Output,
) -> int:
    """Export every article that matches a query, best first.

    The objects and rows are those of «khabar search --format jsonl» and --format csv; --format json puts the
    objects in one array. A CSV file written with --output begins with a byte order mark, so that spreadsheets
    read it as UTF-8.
    """
    from khabar.paging import all_hits
    from khabar.render.messages import nothing

    if text and (out.plugged or out.style in (*_WHOLE, *CITATIONS)):
        raise click.UsageError(
            f"--text goes with jsonl, json, csv and xlsx: {out.style} does not have the text of an article"
        )
    if out.style == "xlsx":
        from khabar.render.spreadsheet import require

        require(out.file, "articles")
    count = 0

    def counted(hits: Iterable[Hit]) -> Iterator[Hit]:
        nonlocal count
        for hit in hits:
            count += 1
            yield hit

    typed = asked["match"]
    asked["match"] = typed or "all"
    with filled_index(place, out.look.language) as index:
        results = index.search(query, limit=0, sort=sort, group=group, **asked)
        tell(results.problems, query, out.look.language)
        hits = counted(islice(all_hits(index, query, sort=sort, group=group, **asked), limit))
        _put(hits, results, text, out, index.fields)
        asked["match"] = typed
        suggestions = () if count else index.suggest(query, **asked)
    if not out.plugged and out.style not in _WHOLE:
        out.tell_written(count, _noun(group))
        if not count:
            complain(nothing(query, results, out.look.language))
            offer(suggestions, out.look.language)
    return 0 if count else NOTHING_FOUND


def export_hits(
    index: Index, query: str, file: Path, look: Look, *, sort: Sort, group: Group, **asked: Unpack[Asked]
) -> None:
    """Write every hit of a query to a file, whose suffix sets the format, and report their number."""
    from khabar.paging import all_hits
    from khabar.render.messages import nothing, say

    style = suffix_style(file, _FORMATS)
    if style is None:
        suffixes = ", ".join(suffix for suffix, style in SUFFIXES.items() if style in _FORMATS)
        complain(say("no such suffix", look.language, suffix=file.suffix, suffixes=suffixes))
        return
    out = Output(style, look, file=file)
    if style == "xlsx":
        from khabar.render.spreadsheet import require

        require(file, "articles")
    results = index.search(query, limit=0, sort=sort, group=group, **asked)
    hits = list(all_hits(index, query, sort=sort, group=group, **asked))
    if not hits:
        complain(nothing(query, results, look.language))
        return
    _put(iter(hits), results, False, out, index.fields)
    if style not in _WHOLE:
        out.tell_written(len(hits), _noun(group))


def _noun(group: Group) -> str:
    """The noun for a hit in messages."""
    return {"story": "story", "none": "paragraph"}.get(group, "article")


def _put(hits: Iterator[Hit], results: Results, text: bool, out: Output, fields: Sequence[str]) -> None:
    """Write hits as soon as they are found; pages and plain text need all of them first.

    Args:
        hits: the hits.
        results: the results of the query, without hits.
        text: whether to include the full text of the articles.
        out: the output.
        fields: the kept fields that are columns of a table.
    """
    from khabar.render.text import csv_lines, escaped_json, json_array

    if out.plugged or out.style in _WHOLE:
        from msgspec.structs import replace

        from khabar.render.results import ResultsView

        shown = tuple(hits)
        out.put(ResultsView(replace(results, hits=shown)), len(shown), _noun(results.group))
    elif out.style == "xlsx":
        out.put_sheet(hit.row(text=text, fields=fields) for hit in hits)
    elif out.style in CITATIONS:
        from khabar.render.citations import citation_lines

        out.put_lines(citation_lines(hits, out.style))
    elif out.style == "csv":
        out.put_lines(csv_lines(hit.row(text=text, fields=fields) for hit in hits))
    elif out.style == "json":
        out.put_lines(json_array(escaped_json(hit.to_dict(text=text)) for hit in hits))
    else:
        out.put_lines(escaped_json(hit.to_dict(text=text)) for hit in hits)
