"""``khabar check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from khabar.cli.common import filled_index, index_option, output_options
from khabar.cli.parsing import Command
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.index.address import Place

__all__ = ["command"]

DAMAGED = 1


@click.command(
    "check",
    cls=Command,
    epilog="""\b
Examples:
  khabar check
  khabar check --index indexes/news && echo sound

\b
Exit status: 0 the index is intact, 1 something is damaged (and is listed), 2
wrong usage, 3 there is no index, or one of another version.""",
)
@index_option
@output_options("rich", "plain", "json", "html")
def command(place: Place, out: Output) -> int:
    """Verify an index against its checksums.

    Reads every file, posting and article. Lists what is damaged, and how to repair it.
    """
    from khabar.render.upkeep import CheckView
    from khabar.upkeep.check import check_index

    report = check_index(place)
    out.put(CheckView(report))
    if report.whole:
        with filled_index(place, out.look.language):
            pass
    return 0 if report.whole else DAMAGED
