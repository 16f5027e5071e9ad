"""What several commands share: options, and how words with a dash in front are told from options."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from khabar.render.output import is_terminal

__all__ = ["WordsCommand", "chosen", "format_option", "index_folder", "index_option"]

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

index_option: Decorator = click.option(
    "--index",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The index. By default $KHABAR_INDEX; else indexes/news where the current folder has indexes/; "
    "else news in your data folder.",
)


def index_folder(folder: Path | None) -> Path:
    """The index folder named by the option, or the default one."""
    if folder is not None:
        return folder
    from khabar.index.folder import default_folder

    return default_folder()


def format_option(*formats: str) -> Decorator:
    """``--format`` with some formats to choose from."""
    return click.option(
        "--format",
        "style",
        type=click.Choice(formats),
        help="How to print it. By default rich on a terminal, and plain elsewhere.",
    )


def chosen(style: str | None) -> str:
    """The format asked for, or the one that fits where stdout goes."""
    return style or ("rich" if is_terminal(sys.stdout) else "plain")


class WordsCommand(click.Command):
    """A command whose arguments are words of a text, any of which may begin with a dash.

    ``khabar search لافروف -موسكو -n 5``: what is not one of the command's own options is a word, wherever
    it stands. Two dashes before a Latin letter always mean an option, so that a slip in its name is
    noticed; behind a lone ``--`` all is words.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options, words = self._parted(ctx, args)
        return super().parse_args(ctx, [*options, "--", *words])

    def _parted(self, ctx: click.Context, args: list[str]) -> tuple[list[str], list[str]]:
        known = {
            name: not option.is_flag and not option.count
            for option in self.get_params(ctx)
            if isinstance(option, click.Option)
            for name in option.opts
        }
        options: list[str] = []
        words: list[str] = []
        waiting = iter(args)
        for arg in waiting:
            if arg == "--":
                words.extend(waiting)
            elif arg in known:
                options.append(arg)
                if known[arg]:
                    value = next(waiting, None)
                    if value is None:
                        # The «--» that goes behind all options would be taken for it.
                        raise click.BadOptionUsage(arg, f"Option {arg!r} requires an argument.", ctx)
                    options.append(value)
            elif re.match(r"--[A-Za-z]", arg) or (re.fullmatch(r"-[A-Za-z]\d+", arg) and known.get(arg[:2])):
                options.append(arg)
            else:
                words.append(arg)
        return options, words
