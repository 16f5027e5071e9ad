"""``khabar meaning``."""

from __future__ import annotations

import click

from khabar.cli.common import model_option, only_lang_option
from khabar.cli.parsing import Group
from khabar.cli.vectors import build, clear, status

__all__ = ["command"]


@click.group(
    "meaning",
    cls=Group,
    epilog="""\b
Examples:
  khabar meaning models
  khabar meaning build
  khabar meaning status""",
)
@only_lang_option
def command() -> None:
    """Let a model rank hits by their meaning: install it, and prepare an index.

    A model runs on this machine, and no text leaves it, unless you name the address of a server.
    """


for each in (build, status, clear):
    command.add_command(each)


@command.command("models")
@model_option
@only_lang_option
def models_command(model: str | None) -> int:
    """List the installed models."""
    from khabar.meaning.models import installed
    from khabar.render.output import write

    write(installed())
    return 0
