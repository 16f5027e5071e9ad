"""``khabar shell``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from khabar.cli.common import filled_index, index_option, limit_option, output_options, tz_option
from khabar.cli.parsing import Command
from khabar.render.output import Output

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
@tz_option("The zone whose day «أمس» and 7d are told from; by default that of this machine.")
@limit_option(5, "Show so many at a time.")
@output_options("rich", "plain", "json", "jsonl", many=True)
def command(folder: Path, tz: str, limit: int, out: Output) -> int:
    """Search again and again, at a prompt.

    What you type is searched for, as by «khabar search». :next shows more, :open 3 the third article whole, and
    :help lists the other commands. The prompt remembers what you typed, also from the times before.
    """
    from khabar.cli.session import Session, lines_of, typed_lines

    with filled_index(folder, out.look.language) as index:
        session = Session(index, out, limit, tz)
        if sys.stdin.isatty():
            session.greet()
            lines = typed_lines(session)
        else:
            lines = lines_of(sys.stdin)
        return session.run(lines)
