"""``khabar check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from khabar.cli.common import filled_index, index_option
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.places import Place

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

    Reads every file, posting and article. Lists what is damaged, and how to repair it. With several indexes,
    verifies each.
    """
    from khabar.places import Archives
    from khabar.render.upkeep import ChecksView, CheckView
    from khabar.upkeep.check import check_index

    if isinstance(place, Archives):
        reports = {name: check_index(each) for name, each in place.members}
        out.put(ChecksView(reports))
        whole = all(report.whole for report in reports.values())
    else:
        report = check_index(place)
        out.put(CheckView(report))
        whole = report.whole
    if whole:
        with filled_index(place, out.look.language):
            pass
    return 0 if whole else DAMAGED
