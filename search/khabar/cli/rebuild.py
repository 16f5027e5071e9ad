"""``khabar rebuild``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from khabar.cli.common import PlaceType, filled_index, one_index_option
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.places import OnePlace

__all__ = ["command"]

SOME_LOST = 1


@click.command(
    "rebuild",
    cls=Command,
    epilog="""\b
Examples:
  khabar rebuild
  khabar rebuild --index indexes/news --format json
  khabar rebuild --index indexes/news --to indexes/copy

\b
Exit status: 0 rebuilt, 1 rebuilt, but part of the old index could not be read
(and is listed), 2 wrong usage, 3 nothing was changed.""",
)
@one_index_option
@click.option(
    "--to",
    "target",
    metavar="DIR",
    type=PlaceType(new=True),
    help="Build a copy in another folder, or on a cluster: opensearch://host:9200/news. The index itself is "
    "not changed.",
)
@output_options("rich", "plain", "json", "html")
def command(place: OnePlace, target: OnePlace | None, out: Output) -> int:
    """Rebuild an index from its stored articles, without the sources.

    Use it after an upgrade that changes how words are analysed or the format of the index, and to repair a
    damaged index: every article that can still be read is kept, and what is lost is listed. Searches use
    the old index until the new one is complete.
    """
    from khabar.rebuild import rebuild_index
    from khabar.render.progress import progress
    from khabar.render.upkeep import RebuiltView
    from khabar.upkeep.workers import helpers

    with progress("Rebuilding", "articles") as bar:

        def counted(count: int) -> None:
            bar.update(count, None)

        if target is None:
            report = rebuild_index(place, progress=counted, workers=helpers())
        else:
            from khabar.copying import copy_index

            report = copy_index(place, target, progress=counted, workers=helpers())
    if not report.articles:
        # Raises the error that says why there are no articles.
        with filled_index(place, out.look.language):
            pass
    out.put(RebuiltView(report))
    return SOME_LOST if report.losses or report.lost else 0
