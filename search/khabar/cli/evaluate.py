"""``khabar eval``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from khabar.cli.common import PlaceType, Whole, with_notices
from khabar.cli.output_options import in_a_folder, output_options
from khabar.cli.parsing import Command
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.cli.places import Named
    from khabar.places import Place

__all__ = ["command"]

#: The stages by their names in the library: the label and the unit of the progress.
STAGES = {
    "indexing": ("Indexing", "documents"),
    "embedding": ("Embedding", "articles"),
    "searching": ("Searching", "queries"),
}


def _places(ctx: click.Context, parameter: click.Parameter, given: tuple[Named, ...]) -> Place | None:
    from khabar.places import archives_of

    return with_notices(archives_of(given)) if given else None


@click.command(
    "eval",
    cls=Command,
    epilog="""\b
Examples:
  khabar eval corpus
  khabar eval corpus --run khabar.run --format json
  khabar eval corpus --index indexes/eval --meaning""",
)
@click.argument("collection", type=click.Path(path_type=Path))
@click.option(
    "--index",
    "place",
    metavar="DIR",
    type=PlaceType(several=True, new=True),
    multiple=True,
    callback=_places,
    help="Keep the index of the documents in this new folder, or at this address of a cluster, and reuse "
    "it the next time. Repeatable: several that together hold the documents are searched as one. "
    "Default: a temporary folder.",
)
@click.option(
    "--run",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    callback=in_a_folder,
    help="Write the results to this file, as a TREC run.",
)
@click.option(
    "--meaning",
    is_flag=True,
    help="Also rank by meaning, with the installed model. The documents are embedded first, which takes a "
    "long time; --index keeps the vectors.",
)
@click.option("--syntax", is_flag=True, help="Read the queries as the query language, not as plain words.")
@click.option(
    "--limit",
    metavar="N",
    type=Whole(1),
    default=100,
    show_default=True,
    help="Number of documents to retrieve per query.",
)
@output_options()
def command(
    collection: Path,
    place: Place | None,
    run: Path | None,
    meaning: bool,
    syntax: bool,
    limit: int,
    out: Output,
) -> int:
    """Measure the search on a test collection: nDCG@10, RR@10 and R@100.

    COLLECTION is a folder with queries.tsv (id, tab, text), qrels.txt (in TREC format), and documents:
    corpus.jsonl or corpus.jsonl.gz with one {"id", "title", "text"} per line, or a folder articles/.

    Needs the package ir-measures: pip install "khabar[eval]".
    """
    from khabar.evaluation import evaluate, write_run
    from khabar.render.evaluation import EvaluationView
    from khabar.render.progress import progress

    with progress("Indexing", "documents") as bar:

        def shown(stage: str, done: int, total: int | None) -> None:
            bar.stage(*STAGES[stage])
            bar.update(done, done / total if total else None)

        evaluation = evaluate(
            collection, index=place, syntax=syntax, meaning=meaning, limit=limit, progress=shown
        )
    if run is not None:
        write_run(run, evaluation.run)
    out.put(EvaluationView(evaluation))
    return 0
