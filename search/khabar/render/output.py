"""The functions that write: everything else in this room only makes strings and renderables."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["complain", "is_terminal", "prepare", "show", "write"]


def prepare() -> None:
    """Make stdout and stderr take any text: UTF-8 whatever the locale says, and «?» for what has no
    encoding.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody looks at the stream."""
    return stream.isatty()


def write(lines: Iterable[str]) -> None:
    """Write lines to stdout, and have them out at once, so that a reader who went away is noticed here."""
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def show(view: RenderableType) -> None:
    """Write a rich renderable to stdout: coloured on a terminal, plain elsewhere; NO_COLOR and TERM=dumb are
    heeded.
    """
    import shutil

    from rich.console import Console

    # rich takes every terminal that calls itself dumb to be 80 columns wide.
    width = shutil.get_terminal_size().columns if os.environ.get("TERM") == "dumb" else None
    # No guessing at numbers, paths or markup in texts that are data.
    console = Console(highlight=False, markup=False, emoji=False, width=width)
    # Captured, since rich ends the program with a status of its own when the reader of a pipe goes away.
    with console.capture() as capture:
        console.print(view)
    sys.stdout.write(capture.get())
    sys.stdout.flush()


def complain(message: str) -> None:
    """Write a line to stderr, after the program's name. A reader who went away is no reason to fail."""
    from khabar.render.text import clean

    try:
        sys.stderr.write(f"khabar: {clean(message)}\n")
        sys.stderr.flush()
    except OSError:
        # Nobody is left to tell; Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
