"""``khabar info``."""

from __future__ import annotations

from pathlib import Path

import click

from khabar.cli.common import chosen, format_option, index_folder, index_option
from khabar.render.output import show, write

__all__ = ["command"]


@click.command(
    "info",
    epilog="""\b
Examples:
  khabar info
  khabar info --index indexes/news --format json""",
)
@index_option
@format_option("rich", "plain", "json")
def command(folder: Path | None, style: str | None) -> int:
    """Say what an index holds: articles, sources, dates, size, engine and version."""
    from khabar.library import open_index

    with open_index(index_folder(folder)) as index:
        info = index.info()
    style = chosen(style)
    if style == "json":
        from khabar.render import data, text

        write([text.escaped_json(data.info_record(info), indent=2)])
    elif style == "plain":
        from khabar.render.plain import info_lines

        write(info_lines(info))
    else:
        from khabar.render.terminal import info_view

        show(info_view(info))
    return 0
