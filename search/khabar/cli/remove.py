"""``khabar remove``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from khabar.cli.common import complain_of, filled_index, one_index_option
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import match_options
from khabar.render.output import Output, complain, is_terminal

if TYPE_CHECKING:
    from khabar.places import Place
    from khabar.query.tree import Match

__all__ = ["command"]

NOTHING_REMOVED = 1


@click.command(
    "remove",
    cls=Command,
    epilog="""\b
Examples:
  khabar remove oil
  khabar remove --path ~/news/2015 --dry-run
  khabar remove --source 'وكالة المغارب' --yes
  khabar remove --query 'before:2015 source:الوادي' --dry-run

\b
Exit status: 0 removed, or listed with --dry-run; 1 nothing was removed, 2
wrong usage, 3 the index could not be read.""",
)
@click.argument("ids", metavar="[ID]...", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--path",
    "paths",
    metavar="PATH",
    multiple=True,
    help="Articles read from this file or folder. Repeatable.",
)
@click.option(
    "--source", "sources", metavar="NAME", multiple=True, help="Articles from this source. Repeatable."
)
@click.option("--query", "-q", metavar="QUERY", default="", help="Articles that match this query.")
@match_options
@click.option("--dry-run", "-n", is_flag=True, help="Only list the articles that would be removed.")
@click.option("--yes", "-y", is_flag=True, help="Remove without confirmation.")
@click.option("-v", "--verbose", is_flag=True, help="List all articles, not only the first 20.")
@one_index_option
@output_options("rich", "plain", "json", "html")
def command(
    ids: tuple[str, ...],
    paths: tuple[str, ...],
    sources: tuple[str, ...],
    query: str,
    match: Match | None,
    dry_run: bool,
    yes: bool,
    verbose: bool,
    place: Place,
    out: Output,
) -> int:
    """Remove articles from an index.

    Articles chosen by path, source or query are listed for confirmation first. A removed article comes back
    when its file changes. One removed with --path also comes back if its file still exists at the next
    indexing.
    """
    from khabar.render.arabic import translated
    from khabar.render.upkeep import RemovedView
    from khabar.speaking import spoken

    if not (ids or paths or sources or query.strip()):
        raise click.UsageError("say what to remove: an ID, --path, --source or --query")
    with filled_index(place, out.look.language) as index:
        places = [str(Path(path).expanduser().absolute()) for path in paths]
        # Articles may have been read through a link to the folder; a folder that is gone cannot be resolved.
        places += [str(Path(path).resolve()) for path in places if str(Path(path).resolve()) not in places]
        chosen = [article for article_id in ids if (article := index.article(article_id)) is not None]
        if places or sources or query.strip():
            if query.strip():
                results = index.search(query, limit=0, match=match or "all")
                complain_of(results.problems, query, out)
            chosen += index.choose(paths=places, sources=sources, query=query, match=match or "all")
        chosen = list({article.id: article for article in chosen}.values())
        for article_id in ids:
            if index.article(article_id) is None:
                complain(f"there is no article «{article_id}» in {index.path}")
        if not chosen:
            complain("nothing was removed: no article matches")
            return NOTHING_REMOVED
        if dry_run:
            out.put(RemovedView(index.path, chosen, done=False, verbose=verbose))
            return 0
        if not yes and (places or sources or query.strip()):
            replace(out, file=None).put(RemovedView(index.path, chosen, done=False, verbose=verbose))
            if not is_terminal(sys.stdin):
                complain("nothing was removed. To remove without confirmation, add --yes")
                return NOTHING_REMOVED
            if not click.confirm(
                translated(f"Remove {len(chosen):,} from {index.path}?", spoken()), err=True
            ):
                return NOTHING_REMOVED
        index.remove([article.id for article in chosen], forget=places)
        out.put(RemovedView(index.path, chosen, done=True, verbose=verbose))
    return 0
