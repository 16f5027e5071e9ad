"""The functions that write: everything else in this room only makes strings and renderables."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

import msgspec

from khabar.render.look import Look

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType

    from khabar.render.views import View

__all__ = ["FORMATS", "Output", "complain", "is_terminal", "show", "write", "write_file"]

FORMATS = ("rich", "plain", "json", "jsonl", "csv", "html")


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody looks at the stream."""
    return stream.isatty()


class Output(msgspec.Struct, frozen=True):
    """Where and how a command's result goes.

    Attributes:
        style: one of :data:`FORMATS`.
        look: theme, language and order of letters.
        pager: whether what is longer than the screen goes through the user's pager.
        opened: whether a page is opened in the browser instead of written to stdout.
    """

    style: str = "plain"
    look: Look = msgspec.field(default_factory=Look)
    pager: bool = False
    opened: bool = False

    @property
    def for_people(self) -> bool:
        """Whether somebody reads it, rather than a program."""
        return self.style in ("rich", "plain", "html")

    def put(self, view: View) -> None:
        """Write a result."""
        style = self.style
        complaint = view.complaint(self.look)
        if complaint and style in ("rich", "plain", "csv"):
            complain(complaint)
        if style == "json":
            from khabar.render.text import escaped_json

            write([escaped_json(view.record(), indent=2)])
        elif style == "jsonl":
            from khabar.render.text import escaped_json

            write(escaped_json(row) for row in view.rows())
        elif style == "csv":
            from khabar.render.tabular import csv_lines

            write(csv_lines(view.table()))
        elif style == "html":
            self._put_page(view.page(self.look))
        elif style == "plain":
            write(_ordered(view.lines(), self.look))
        elif not complaint:
            show(view.rich(self.look), pager=self.pager)

    def _put_page(self, page: str) -> None:
        if not self.opened:
            write([page])
            return
        import tempfile
        import webbrowser
        from pathlib import Path

        # Stays there: the browser reads it when it is ready to.
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix="khabar-", suffix=".html", delete=False
        ) as file:
            file.write(page)
        if not webbrowser.open(Path(file.name).as_uri()):
            complain(f"no browser could be opened; the page is {file.name}")


def _ordered(lines: Iterable[str], look: Look) -> Iterable[str]:
    """Plain lines, in visual order if that is asked for: a name and what is behind it apart, and each column."""
    if not look.visual:
        return lines
    from khabar.render.bidi import visual_text

    def ordered(line: str) -> str:
        name, colon, value = line.partition(": ")
        if not colon or not name.isascii():
            name, colon, value = "", "", line
        return name + colon + "\t".join(map(visual_text, value.split("\t")))

    return map(ordered, lines)


def write(lines: Iterable[str]) -> None:
    """Write lines to stdout, and have them out at once, so that a reader who went away is noticed here."""
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write_file(path: Path, lines: Iterable[str], *, mark: bool = False) -> None:
    """Write lines to a file that takes its name when it is whole.

    Args:
        path: the file; one that is there is replaced.
        lines: without their ends.
        mark: whether it begins with a byte order mark.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8-sig" if mark else "utf-8", errors="replace") as file:
            file.writelines(f"{line}\n" for line in lines)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def show(view: RenderableType, *, pager: bool = False) -> None:
    """Write a rich renderable to stdout: coloured on a terminal, plain elsewhere; NO_COLOR and TERM=dumb are
    heeded.

    Args:
        view: what to show.
        pager: whether it goes through the user's pager where stdout is a terminal and it is longer than that.
    """
    import shutil

    from rich.console import Console

    # rich takes every terminal that calls itself dumb to be 80 columns wide.
    screen = shutil.get_terminal_size()
    width = screen.columns if os.environ.get("TERM") == "dumb" else None
    # No guessing at numbers, paths or markup in texts that are data.
    console = Console(highlight=False, markup=False, emoji=False, width=width)
    # Captured, since rich ends the program with a status of its own when the reader of a pipe goes away.
    with console.capture() as capture:
        console.print(view)
    text = capture.get()
    if pager and is_terminal(sys.stdout) and text.count("\n") >= screen.lines:
        from khabar.render.pager import pager_command, through_pager

        command = pager_command(os.environ)
        if command and through_pager(text, command):
            return
    sys.stdout.write(text)
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
