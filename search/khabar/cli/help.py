"""``khabar help``."""

from __future__ import annotations

import click

from khabar.cli.output_options import only_lang_option
from khabar.cli.parsing import Command, no_such_command
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
    place = ctx.find_root()
    for position, name in enumerate(names):
        group = place.command
        found = group.get_command(place, name) if isinstance(group, click.Group) else None
        if found is None:
            if isinstance(group, click.Group):
                place.fail(no_such_command(group, place, names[position:]))
            raise click.UsageError(f"{place.command_path} has no commands in it", ctx)
        place = found.context_class(found, info_name=name, parent=place)
    write([place.get_help()])
    return 0
