"""``khabar help``."""

from __future__ import annotations

import click

from khabar.cli.output_options import only_lang_option
from khabar.cli.parsing import Command, found_command
from khabar.render.output import write

__all__ = ["command"]


@click.command(
    "help",
    cls=Command,
    epilog="""\b
Examples:
  khabar help
  khabar help search
  khabar help alert run""",
)
@click.argument("names", metavar="[COMMAND]...", nargs=-1)
@click.pass_context
@only_lang_option
def command(ctx: click.Context, names: tuple[str, ...]) -> int:
    """Show the help of a command, like its option --help, or the list of commands."""
    write([found_command(ctx.find_root(), names).get_help()])
    return 0
