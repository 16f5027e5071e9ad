"""``khabar plugins``."""

from __future__ import annotations

import click

from khabar.cli.common import NOTHING_FOUND
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.render.output import Output

__all__ = ["command"]


@click.command(
    "plugins",
    cls=Command,
    epilog="""\b
Examples:
  khabar plugins
  khabar plugins --format json

\b
Exit status: 0 all can be used, 1 some cannot.""",
)
@output_options()
def command(out: Output) -> int:
    """List the plug-ins of installed packages: what each adds, and any problem with it.

    A plug-in reads a file format, shows results in a format, or provides a dictionary, an encoder or an
    engine. Tries each one, which runs its code.
    """
    from khabar import plugins
    from khabar.corpus.plugged import GROUP, disagreements
    from khabar.render.view import TableView

    conflicts = disagreements()
    rows = []
    for plugin in plugins.examined():
        problem = plugin.problem or (conflicts.get(plugin.name, "") if plugin.group == GROUP else "")
        rows.append({**plugin.to_dict(), "problem": problem})
    out.put(TableView("plugins", rows, "no installed package has plug-ins for khabar", heading="plugins"))
    return NOTHING_FOUND if any(row["problem"] for row in rows) else 0
