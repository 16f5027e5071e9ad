"""``khabar shell``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from khabar.cli.common import filled_index, index_option
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import limit_option, tz_option
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.places import Place

__all__ = ["command"]


@click.command(
    "shell",
    cls=Command,
    epilog="""\b
Examples:
  khabar shell -n 3
  echo 'اسعار النفط' | khabar shell""",
)
@index_option
@tz_option("Time zone for relative days such as «أمس» and 7d. Default: the zone of this machine.")
@limit_option(5, "Number of results to show at a time.")
@output_options("rich", "plain", "json", "jsonl", many=True)
def command(place: Place, tz: str, limit: int, out: Output) -> int:
    """Search interactively, at a prompt.

    Searches for what you type, like «khabar search». :next shows more, :open 3 shows the third article in
    full, and :help lists the other commands. The prompt keeps a history across sessions.
    """
    from khabar.cli.prompt import lines_of, typed_lines
    from khabar.cli.session import Session

    with filled_index(place, out.look.language) as index:
        session = Session(index, out, limit, tz)
        if sys.stdin.isatty():
            session.greet()
            lines = typed_lines(session.complete)
        else:
            lines = lines_of(sys.stdin)
        return session.run(lines)
