"""``khabar completion``."""

from __future__ import annotations

import click

from khabar.cli.output_options import only_lang_option
from khabar.cli.parsing import Command
from khabar.render.output import write

__all__ = ["command"]

SHELLS = ("bash", "zsh", "fish")


@click.command(
    "completion",
    cls=Command,
    epilog="""\b
Examples:
  khabar completion bash > khabar-completion.bash
  khabar completion fish > khabar.fish

\b
To load it in every session, add to your shell's start-up file:
  bash (~/.bashrc)  eval "$(khabar completion bash)"
  zsh (~/.zshrc)    eval "$(khabar completion zsh)"
  fish              khabar completion fish > ~/.config/fish/completions/khabar.fish""",
)
@click.argument("shell", type=click.Choice(SHELLS))
@only_lang_option
def command(shell: str) -> int:
    """Print a shell completion script for commands, options and their values."""
    from click.shell_completion import get_completion_class

    from khabar.cli.group import khabar

    completion_class = get_completion_class(shell)
    assert completion_class is not None
    completion = completion_class(khabar, {}, "khabar", "_KHABAR_COMPLETE")
    # Not .source(), which starts bash to check its version even on machines without it.
    write([completion.source_template % completion.source_vars()])
    return 0
