"""``khabar index``."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from khabar.cli.common import chosen, format_option, index_folder, index_option
from khabar.cli.inputs import Meter, field_option, sizes
from khabar.render.output import complain, show, write

if TYPE_CHECKING:
    from khabar.corpus import ReadReport
    from khabar.corpus.article import Article
    from khabar.library import AddReport, Index
    from khabar.render.data import Indexed
    from khabar.render.progress import Progress

__all__ = ["command"]

SOME_SKIPPED, NOTHING_DONE, INTERRUPTED = 1, 3, 130


def _engine(ctx: click.Context, parameter: click.Parameter, name: str | None) -> str | None:
    if name is not None:
        from khabar.index.engines import ENGINES

        if name not in ENGINES:
            raise click.BadParameter(f"there is no engine «{name}»; there are: {', '.join(ENGINES)}")
    return name


@click.command(
    "index",
    epilog="""\b
Examples:
  khabar index corpus/articles
  khabar index ~/news 2015-07.zip feed.jsonl.gz --index ~/indexes/press
  khabar index dump.json --field title=hed --field text=story --new

\b
Exit status: 0 all was indexed, 1 some input was skipped (and is listed),
2 wrong usage, 3 nothing could be indexed.""",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@index_option
@click.option(
    "--engine", metavar="NAME", callback=_engine, help="Make the index with this engine.  [default: whoosh]"
)
@click.option(
    "--new", is_flag=True, help="Build the index anew. The old one is searched until the new one is whole."
)
@field_option
@click.option("-v", "--verbose", is_flag=True, help="List all that was skipped, not the first 20.")
@format_option("rich", "plain", "json")
def command(
    sources: tuple[Path, ...],
    folder: Path | None,
    engine: str | None,
    new: bool,
    fields: dict[str, str],
    verbose: bool,
    style: str | None,
) -> int:
    """Index news articles.

    SOURCE is a file, or a folder with all below it: plain text (one article a file), JSON, JSON Lines, and
    these in .gz and .zip. Articles that are in the index already are skipped if they are the same, and
    replaced if they are not. A run that is stopped loses nothing that it had committed: the next one goes
    on from there.
    """
    from khabar.cli.folders import existing_or_new, rebuilt
    from khabar.corpus import ReadReport, read

    folder = index_folder(folder)
    report = ReadReport()
    # Before anything is made: a source that does not exist ends it here.
    articles = read(sources, fields=fields, report=report)
    with (rebuilt if new else existing_or_new)(folder, engine) as index:
        try:
            indexed = _add(index, articles, report, sources, folder)
        except KeyboardInterrupt:
            complain(_interrupted(folder, len(index), new))
            # Leaving with an error gives up the new index, if it was to be one.
            raise click.exceptions.Exit(INTERRUPTED) from None
    _print(indexed, chosen(style), verbose)
    if not indexed.added + indexed.updated + indexed.unchanged:
        complain(f"there is no article in {', '.join(map(str, sources))}")
        return NOTHING_DONE
    return SOME_SKIPPED if indexed.skipped else 0


def _interrupted(folder: Path, articles: int, new: bool) -> str:
    if new:
        return f"interrupted: nothing was changed in {folder}"
    if not articles:
        return "interrupted: nothing was indexed yet"
    return f"interrupted: {folder} holds {articles:,} articles; the same command goes on from there"


def _add(
    index: Index, articles: Iterable[Article], report: ReadReport, sources: Sequence[Path], folder: Path
) -> Indexed:
    """Add all articles, showing progress."""
    from khabar.render.data import Indexed
    from khabar.render.progress import progress

    began = time.monotonic()
    watch = _Watch()
    with progress("Indexing", "articles") as bar:
        added = index.add(watch.passing(articles, Meter(sizes(sources)), bar), progress=watch.noted)
    wordless = [(path, reason) for path, (_, reason) in zip(watch.skipped, added.skipped, strict=True)]
    unread = [
        (each.path if each.number is None else f"{each.path}, record {each.number}", each.reason)
        for each in report.skipped
    ]
    return Indexed(
        folder=folder,
        total=len(index),
        added=added.added,
        updated=added.updated,
        unchanged=added.unchanged,
        files=report.files,
        skipped=[*unread, *wordless],
        clutter=report.clutter.most_common(),
        guessed=list(report.guessed),
        seconds=time.monotonic() - began,
    )


class _Watch:
    """Stands between reading and indexing: moves the bar, and remembers where skipped articles were read."""

    def __init__(self) -> None:
        self.skipped: list[str] = []
        self._path = ""

    def passing(self, articles: Iterable[Article], meter: Meter, bar: Progress) -> Iterator[Article]:
        for count, article in enumerate(articles):
            self._path = article.path
            bar.update(count, meter.saw(article))
            yield article
        bar.stage("Writing")

    def noted(self, report: AddReport) -> None:
        if len(report.skipped) > len(self.skipped):
            self.skipped.append(self._path)


def _print(indexed: Indexed, style: str, verbose: bool) -> None:
    if style == "json":
        from khabar.render import data, text

        write([text.escaped_json(data.indexed_record(indexed), indent=2)])
    elif style == "plain":
        from khabar.render.plain import indexed_lines

        write(indexed_lines(indexed, verbose=verbose))
    else:
        from khabar.render.terminal import indexed_view

        show(indexed_view(indexed, verbose=verbose))
