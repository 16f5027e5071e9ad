"""``khabar meaning``."""

from __future__ import annotations

import click

from khabar.cli.common import only_lang_option
from khabar.cli.parsing import Group

__all__ = ["command"]


@click.group(
    "meaning",
    cls=Group,
    epilog="""\b
Examples:
  khabar meaning models""",
)
@only_lang_option
def command() -> None:
    """Let a model rank hits by their meaning: install it, and prepare an index.

    A model runs on this machine, and no text leaves it, unless you name the address of a server.
    """


@command.command("models")
@only_lang_option
def models_command() -> int:
    """List the installed models."""
    from khabar.meaning.models import installed
    from khabar.render.output import write

    write(installed())
    return 0
