"""``khabar search``."""

from __future__ import annotations

from pathlib import Path

import click

from khabar.cli.common import WordsCommand, chosen, format_option, index_folder, index_option
from khabar.render.output import complain, show, write

__all__ = ["command"]

NOTHING_FOUND = 1


def _forms(ctx: click.Context, parameter: click.Parameter, forms: tuple[str, ...]) -> tuple[str, ...]:
    # A name over two words is one form, and is kept as one word.
    joined = tuple("".join(form.split()) for form in forms)
    if not all(joined):
        raise click.BadParameter("a form is a word")
    return joined


@click.command(
    "search",
    cls=WordsCommand,
    epilog="""\b
Examples:
  khabar search وزراء خارجية
  khabar search لافروف -موسكو -n 5
  khabar search '+غزة "وقف إطلاق النار"'
  khabar search اسعار النفط --format jsonl | head -1
  khabar search كاس العالم | grep '^title:'
  khabar search وزراء خارجية --explain
  khabar search وزير --without وزراء --without وزيرة

\b
Exit status: 0 something was found, 1 nothing was, 2 wrong usage,
3 no search was possible.""",
)
@click.argument("query", nargs=-1, required=True, type=click.UNPROCESSED)
@index_option
@click.option(
    "-n",
    "--limit",
    metavar="N",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Show so many articles.",
)
@click.option(
    "--offset",
    metavar="N",
    type=click.IntRange(0),
    default=0,
    help="Leave out so many of the best, for further pages.",
)
@click.option(
    "--words", is_flag=True, help="Take the query as words alone: quotation marks and signs mean nothing."
)
@click.option(
    "--without",
    metavar="FORM",
    multiple=True,
    callback=_forms,
    help="Let no word stand for this form; «khabar why WORD» lists the forms of a word. Repeatable.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Say below each hit what each word does for it: its share of the score, and the forms found.",
)
@format_option("rich", "plain", "json", "jsonl")
def command(
    query: tuple[str, ...],
    folder: Path | None,
    limit: int,
    offset: int,
    words: bool,
    without: tuple[str, ...],
    explain: bool,
    style: str | None,
) -> int:
    """Search an index.

    The words of QUERY are found in any spelling and inflection, and the articles that answer them best come
    first, each with its best paragraph. "…" holds words in order, +word is required, -word excluded. Your
    shell takes quotation marks away: put single ones around the query to keep them.

    The colour of a highlighted word tells how it matched: as written (exact), by its stem (light), as
    another form of the same dictionary word (lemma), or by its letters alone (similar).

    \b
    --format rich    for people, the default on a terminal
             plain   a «name: value» line for each field, never any colour
             json    one object: query, total, took_ms, hits, problems
             jsonl   one object a line for each article
    """
    from khabar.library import open_index
    from khabar.render import data, text

    style = chosen(style)
    with open_index(index_folder(folder)) as index:
        results = index.search(
            " ".join(query), limit=limit, offset=offset, syntax=not words, without=without, explain=explain
        )
    if style in ("rich", "plain"):
        for problem in results.problems:
            complain(problem.message)
    if style == "json":
        write([text.escaped_json(data.results_record(results), indent=2)])
    elif style == "jsonl":
        write(text.escaped_json(data.hit_record(hit)) for hit in results)
    elif style == "plain":
        from khabar.render.plain import results_lines

        write(results_lines(results))
    elif results.total:
        from khabar.render.terminal import results_view

        show(results_view(results))
    else:
        complain(f"nothing found for «{results.query}»")
    return 0 if results.total else NOTHING_FOUND
