"""``khabar index``."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from khabar import stopping
from khabar.cli.common import Number, new_index_option, vectors_of
from khabar.cli.inputs import Meter, reading_options, sizes, sources_argument
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.render.messages import say
from khabar.render.output import Output, complain
from khabar.speaking import spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from khabar.library import Index
    from khabar.places import OnePlace
    from khabar.render.indexed import Indexed
    from khabar.upkeep.changes import UpdateOptions
    from khabar.upkeep.update_report import UpdateReport

__all__ = ["command"]

SOME_SKIPPED, NOTHING_DONE = 1, 3


@click.command(
    "index",
    cls=Command,
    epilog="""\b
Examples:
  khabar index corpus/articles
  khabar index ~/news 2015-07.zip feed.jsonl.gz --index ~/indexes/press
  khabar index ~/news --prune --watch
  khabar index dump.json --field title=hed --field text=story --new

\b
Exit status: 0 everything new was indexed, or nothing has changed; 1 some
input was skipped or not understood in this run (and is listed); 2 wrong
usage; 3 no article was found.""",
)
@sources_argument
@new_index_option
@click.option(
    "--new",
    is_flag=True,
    help="Build the index from scratch. Searches use the old one until the new one is complete.",
)
@click.option(
    "--prune",
    is_flag=True,
    help="Remove articles whose files in SOURCE are gone, and articles that their files no longer contain.",
)
@click.option("--reread", is_flag=True, help="Read every file, even if it has not changed.")
@click.option(
    "--watch",
    is_flag=True,
    help="Keep running, and index files as they are added, changed or removed, until Ctrl-C.",
)
@click.option(
    "--every",
    metavar="SECONDS",
    type=Number(min=0.1),
    help="With --watch: check at this interval instead of waiting for notifications from the system.",
)
@click.option(
    "--keep-closings",
    is_flag=True,
    help="Keep the lines that end every article of a source, such as a link to its page.",
)
@reading_options("Time zone of publication times that name none. Default: UTC.")
@click.option(
    "-v", "--verbose", is_flag=True, help="List everything that was skipped, not only the first 20."
)
@output_options("rich", "plain", "json", "html")
def command(
    sources: tuple[Path, ...],
    place: OnePlace,
    new: bool,
    prune: bool,
    reread: bool,
    watch: bool,
    every: float | None,
    keep_closings: bool,
    reading: dict[str, Any],
    verbose: bool,
    out: Output,
) -> int:
    """Index news articles.

    SOURCE is a file, a folder with everything in it, or - for standard input: texts, web pages,
    PDF, Word and other documents, books, mail, JSON, JSON Lines, tables, databases, feeds, newswires, WARC
    and more, also compressed, in archives and attached to mail. docs/howto/formats.md lists them all.
    Unchanged files are not read again, and moved files are recognised. A run that is interrupted keeps
    everything it has committed; the next run continues from there.
    """
    from khabar.corpus.reading.files import starting_points
    from khabar.folders import existing_or_new, rebuilt
    from khabar.render.indexed import IndexedView
    from khabar.upkeep.changes import UpdateOptions

    if watch and out.file is not None:
        raise click.UsageError(
            "--watch reports every change, but -o FILE holds one result: leave one of them out"
        )
    # Fail before an index is created if a source does not exist.
    starting_points(sources)
    _tell_of_namesake(place)
    options = UpdateOptions(prune=prune, again=reread, keep_closings=keep_closings, **reading)
    with (rebuilt if new else existing_or_new)(place) as index:
        try:
            indexed = _update(index, sources, options, place)
        except KeyboardInterrupt:
            complain(_interrupted(place, len(index), new))
            # With --new, leaving with an error discards the new index.
            raise click.exceptions.Exit(stopping.status()) from None
    out.put(IndexedView(indexed, verbose))
    if watch:
        return _watch(place, sources, options, every, lambda report: out.put(IndexedView(report, verbose)))
    handled = indexed.added + indexed.updated + indexed.unchanged + indexed.removed + indexed.superseded
    handled += indexed.kept
    taken = any(skip.reason.kind in ("id-taken", "same-id") for skip in indexed.skipped)
    if not handled and not taken and (indexed.skipped or not indexed.skipped_before or not indexed.files):
        complain(f"there is no article in {', '.join(map(str, sources))}")
        return NOTHING_DONE
    return 0 if indexed.ok else SOME_SKIPPED


def _tell_of_namesake(place: OnePlace) -> None:
    """Report that a new index has the name of another one that ``khabar indexes`` lists."""
    from khabar.cli.listed import listed_folder

    if (other := listed_folder(str(place))) is not None:
        complain(say("same name", spoken(), path=place, other=shlex.quote(str(other))))


def _interrupted(place: OnePlace, articles: int, new: bool) -> str:
    """The message for an interrupted run: what was kept."""
    if new:
        return f"interrupted: nothing was changed in {place}"
    if not articles:
        return "interrupted: nothing was indexed yet"
    return f"interrupted: {place} holds {articles:,} articles; the same command continues from there"


def _update(index: Index, sources: Sequence[Path], options: UpdateOptions, place: OnePlace) -> Indexed:
    """Update the index, showing progress."""
    from khabar.corpus.article import Article
    from khabar.render.progress import progress
    from khabar.upkeep.workers import helpers

    began = time.monotonic()
    count = 0
    meter = Meter(sizes(sources))
    with progress("Indexing", "articles") as bar:

        def read(article: Article) -> None:
            nonlocal count
            bar.update(count, meter.saw(article))
            count += 1

        report = index.update(sources, options=options, progress=read, workers=helpers())
    return _indexed(report, index, place, began)


def _indexed(report: UpdateReport, index: Index, place: OnePlace, began: float) -> Indexed:
    """The result of an update, as it is shown."""
    from khabar.corpus.report import joined
    from khabar.render.indexed import Indexed

    return Indexed(
        folder=place,
        total=len(index),
        added=report.added,
        undated=report.undated,
        updated=report.updated,
        unchanged=report.unchanged,
        files=report.files,
        skipped=report.skipped,
        clutter=report.clutter.most_common(),
        closings=report.closings.most_common(),
        guessed=list(report.guessed),
        seconds=time.monotonic() - began,
        removed=report.removed,
        moved=report.moved,
        vanished=report.vanished,
        dropped=report.dropped,
        kept=report.kept,
        replaced=report.replaced,
        superseded=report.superseded,
        skipped_before=report.skipped_before,
        notes=joined(report.notes),
        unmapped=[given for given, found in report.mapped.items() if not found],
        ok=report.ok,
        languages=index.languages() if len(index) else {},
        without_vectors=vectors.without if (vectors := vectors_of(index)) else 0,
    )


def _watch(
    place: OnePlace,
    sources: Sequence[Path],
    options: UpdateOptions,
    every: float | None,
    tell: Callable[[Indexed], None],
) -> int:
    """Watch the sources until the process is asked to stop, and return the exit status."""
    from msgspec.structs import replace

    from khabar.errors import ClusterUnavailable, IndexLocked, SourceError, SystemFailure
    from khabar.library import open_index
    from khabar.places import Address
    from khabar.render.arabic import explained
    from khabar.upkeep.watch import follow, stopping

    # Retry a file that cannot be read only when it changes, not every few seconds.
    options = replace(options, again=False, retry=False)
    last_error = ""
    with stopping() as stop, open_index(place) as index:

        def step() -> None:
            nonlocal last_error
            began = time.monotonic()
            try:
                report = index.update(sources, options=options, stop=stop.is_set)
            except (ClusterUnavailable, IndexLocked, SourceError, SystemFailure) as error:
                # These may pass: another process is writing, the disk is full, or a cluster is down.
                if str(error) != last_error:
                    last_error = str(error)
                    complain(explained(error, spoken()))
                    complain("still watching: this is tried again")
                return
            last_error = ""
            if report.read or report.moved or report.removed:
                tell(_indexed(report, index, place, began))

        complain("watching for changes; stop with Ctrl-C")
        step()
        follow(
            step,
            [source.resolve() for source in sources],
            stop,
            every=every,
            passed=None if isinstance(place, Address) else place,
        )
        complain(f"stopped: {place} holds {len(index):,} articles")
        # The same status as for any command that a signal stops.
        return 128 + stop.number if stop.number else 0
