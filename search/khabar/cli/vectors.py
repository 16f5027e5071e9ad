"""``khabar meaning build``, ``status`` and ``clear``: the vectors of an index."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import click

from khabar import stopping
from khabar.cli.common import Number, Whole, filled_index, index_option, one_index_option
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import model_option
from khabar.render.messages import counted, say
from khabar.render.output import Output, complain, is_terminal

if TYPE_CHECKING:
    from khabar.library import Index
    from khabar.meaning.encoder import Encoder
    from khabar.meaning.reports import EmbedEstimate, EmbedReport
    from khabar.places import OnePlace, Place

__all__ = ["build", "clear", "status"]

SOME_FAILED, NOTHING_REMOVED = 1, 1


@click.command(
    "build",
    cls=Command,
    epilog="""\b
Examples:
  khabar meaning build
  khabar meaning build --dry-run
  khabar meaning build --minutes 30
  khabar meaning build --model ~/models/e5-base --anew

\b
Exit status: 0 done, or as much as was asked for; 1 some articles could not be
embedded (and are listed); 2 wrong usage; 3 nothing was done.""",
)
@model_option
@click.option("--anew", is_flag=True, help="Remove the existing vectors, and make all of them again.")
@click.option("--limit", metavar="N", type=Whole(1), help="Embed at most N texts, the newest first.")
@click.option("--minutes", metavar="N", type=Number(min=0), help="Start no new work after N minutes.")
@click.option(
    "--threads",
    metavar="N",
    type=Whole(1),
    default=1,
    show_default=True,
    help="Number of processors that the model uses.",
)
@click.option("--dry-run", "-n", is_flag=True, help="Only estimate time and size.")
@index_option
@output_options("rich", "plain", "json", "html")
def build(
    model: str | None,
    anew: bool,
    limit: int | None,
    minutes: float | None,
    threads: int,
    dry_run: bool,
    place: Place,
    out: Output,
) -> int:
    """Prepare an index for searches by meaning: let a model read its articles.

    Makes vectors of the articles that have none yet, the newest first, after estimating the time. You may
    interrupt it at any time: what is done is kept, and the next run continues from there. Meanwhile, the
    index can be searched and written to. After adding articles, run it again: it reads only new texts.
    """
    from khabar.render.vectors import EmbeddedView, EstimateView

    reports: dict[str, EmbedReport] = {}
    estimates: dict[str, EmbedEstimate] = {}
    seconds = None if minutes is None else minutes * 60
    language = out.look.language
    with filled_index(place, language) as index, closing(_encoder(index, model, threads)) as encoder:
        if encoder.address:
            complain(say("texts are sent", language, address=encoder.address))
        for name, archive in _archives(index):
            estimates[name] = archive.embed_estimate(encoder, anew=anew)
            if not dry_run:
                reports[name] = _build(archive, encoder, estimates[name], anew, limit, seconds, language)
    out.put(EstimateView(estimates) if dry_run else EmbeddedView(reports))
    return SOME_FAILED if any(report.failed for report in reports.values()) else 0


def _encoder(index: Index, model: str | None, threads: int) -> Encoder:
    """The encoder of a model. If it is missing, the error names all the commands that are needed for the
    index."""
    from khabar.errors import EncoderMissing
    from khabar.meaning.models import open_encoder
    from khabar.meaning.steps import commands_left

    try:
        return open_encoder(model, threads=threads)
    except EncoderMissing as error:
        if error.code not in ("none", "packages"):
            raise
        commands = commands_left(model, [str(archive.path) for _, archive in _archives(index)])
        raise EncoderMissing(error.code, error.model, error.cause, commands) from None


def _build(
    index: Index,
    encoder: Encoder,
    estimate: EmbedEstimate,
    anew: bool,
    limit: int | None,
    seconds: float | None,
    language: str,
) -> EmbedReport:
    """Make the vectors of one index, showing progress."""
    from khabar.render.progress import progress
    from khabar.render.vectors import estimate_text

    if estimate.waiting:
        complain(estimate_text(estimate, language))
    try:
        with progress("Embedding", "articles") as bar:

            def show_progress(report: EmbedReport, done: int, total: int) -> None:
                bar.update(done, done / max(1, total))

            return index.embed(encoder, anew=anew, limit=limit, seconds=seconds, progress=show_progress)
    except KeyboardInterrupt:
        info = index.vectors()
        done, total = f"{info.with_vectors:,}", counted(info.articles, "article", language)
        complain(say("embedding interrupted", language, count=done, of=total, index=index.path))
        raise click.exceptions.Exit(stopping.status()) from None


@click.command(
    "status",
    cls=Command,
    epilog="""\b
Examples:
  khabar meaning status
  khabar meaning status --index indexes/news --format json""",
)
@index_option
@output_options("rich", "plain", "json", "html")
def status(place: Place, out: Output) -> int:
    """Show how many articles are prepared for searches by meaning, by which model, and the size of the
    vectors."""
    from khabar.render.vectors import VectorsView

    with filled_index(place, out.look.language) as index:
        out.put(VectorsView(str(index.path), index.vectors()))
    return 0


@click.command(
    "clear",
    cls=Command,
    epilog="""\b
Examples:
  khabar meaning clear --index indexes/news
  khabar meaning clear --yes

\b
Exit status: 0 removed, 1 nothing was removed, 2 wrong usage, 3 the index
could not be read.""",
)
@click.option("--yes", "-y", is_flag=True, help="Remove without confirmation.")
@one_index_option
@output_options("rich", "plain", "json", "html")
def clear(yes: bool, place: OnePlace, out: Output) -> int:
    """Remove the vectors for searches by meaning. The articles stay."""
    from khabar.render.arabic import translated
    from khabar.render.vectors import ClearedView
    from khabar.speaking import spoken

    with filled_index(place, out.look.language) as index:
        if not yes:
            if not is_terminal(sys.stdin):
                complain("nothing was removed. To remove without confirmation, add --yes")
                return NOTHING_REMOVED
            if not click.confirm(translated(f"Remove the vectors of {index.path}?", spoken()), err=True):
                return NOTHING_REMOVED
        before = index.clear_vectors()
        if not before.size:
            complain("nothing was removed: there are no vectors")
            return NOTHING_REMOVED
        out.put(ClearedView(str(index.path), before))
    return 0


def _archives(index: Index) -> Iterator[tuple[str, Index]]:
    """The index, under the name ""; or each of several archives, by its name."""
    if not index.archives:
        yield "", index
    for name in index.archives:
        with index.archive(name) as archive:
            yield name, archive
