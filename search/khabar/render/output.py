"""The functions that write output; everything else in this room only makes strings and renderables."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from khabar.render.look import Look
from khabar.speaking import spoken

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.render.view import View

__all__ = [
    "CITATIONS",
    "FORMATS",
    "SUFFIXES",
    "Output",
    "complain",
    "complain_lines",
    "is_terminal",
    "show",
    "silence",
    "suffix_style",
    "write",
]

FORMATS = ("rich", "plain", "json", "jsonl", "csv", "html")
#: Formats of citations, for commands that show articles (:mod:`khabar.render.citations`).
CITATIONS = ("ris", "csl-json", "bibtex")

#: The formats of files, by the suffixes of their names.
SUFFIXES = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".html": "html",
    ".htm": "html",
    ".txt": "plain",
    ".text": "plain",
    ".xlsx": "xlsx",
    ".ris": "ris",
    ".csl.json": "csl-json",
    ".csl-json": "csl-json",
    ".bib": "bibtex",
}


def suffix_style(path: Path, formats: Sequence[str]) -> str | None:
    """The format that a file's suffix stands for, one of ``formats``; None for none of them. Of two suffixes
    the longer one counts: ``.csl.json`` before ``.json``."""
    name = f"file{path.name}".lower()
    found = [suffix for suffix, style in SUFFIXES.items() if style in formats and name.endswith(suffix)]
    return SUFFIXES[max(found, key=len)] if found else None


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody looks at the stream."""
    return stream.isatty()


class Output(msgspec.Struct, frozen=True):
    """Where and how a command's result goes.

    Attributes:
        style: one of :data:`FORMATS` or :data:`CITATIONS`, ``xlsx``, or the name of a plug-in's.
        look: theme, language and order of letters.
        pager: whether what is longer than the screen goes through the user's pager.
        opened: whether a page is opened in the browser instead of written to stdout.
        file: a file to write instead of stdout, in full or not at all.
        command: the command whose result it is, such as ``khabar search``.
    """

    style: str = "plain"
    look: Look = msgspec.field(default_factory=Look)
    pager: bool = False
    opened: bool = False
    file: Path | None = None
    command: str = ""

    @property
    def plugged(self) -> bool:
        """Whether the format is that of a plug-in (:mod:`khabar.render.plugged`)."""
        return self.style not in (*FORMATS, *CITATIONS, "xlsx")

    @property
    def for_people(self) -> bool:
        """Whether somebody reads it, rather than a program."""
        return self.style in ("rich", "plain", "html")

    def put(self, view: View, count: int | None = None, noun: str = "article") -> None:
        """Write a result; ``count`` is the number of ``noun`` in it, for the message about a file."""
        style = self.style
        complaint = view.complaint(self.look)
        if complaint and style in ("rich", "plain", "csv"):
            complain(complaint)
        if style == "json":
            from khabar.render.text import escaped_json

            self.put_lines([escaped_json(view.record(), indent=2)])
        elif style == "jsonl":
            from khabar.render.text import escaped_json

            self.put_lines(escaped_json(row) for row in view.rows())
        elif style == "csv":
            from khabar.render.text import csv_lines

            self.put_lines(csv_lines(view.table()))
        elif style == "xlsx":
            self.put_sheet(view.table())
        elif style in CITATIONS:
            from khabar.render.citations import citation_lines

            self.put_lines(citation_lines(view.cited(), style))
        elif self.plugged:
            from khabar.render.plugged import plugged_lines

            self.put_lines(plugged_lines(style, view, self.command, self.look.language))
        elif style == "html":
            self._put_page(view.page(self.look))
        elif style == "plain":
            self.put_lines(_ordered(view.lines(self.look.language), self.look))
        elif self.file is not None:
            self.put_lines(_uncoloured(view.rich(self.look)) if not complaint or view.beside() else [])
        elif not complaint or view.beside():
            show(view.rich(self.look), pager=self.pager)
        self.tell_written(count, noun)

    def put_sheet(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows as a spreadsheet, and say what a sheet cannot hold."""
        from khabar.render.files import write_bytes
        from khabar.render.spreadsheet import workbook

        assert self.file is not None
        content, notes = workbook(rows, self.look)
        write_bytes(self.file, [content])
        for note in notes:
            complain(note)

    def put_lines(self, lines: Iterable[str]) -> None:
        """Write lines that are in the right format already."""
        if self.file is None:
            write(lines)
        else:
            from khabar.render.files import write_file

            # By the mark spreadsheets know that a table is in UTF-8.
            write_file(self.file, lines, mark=self.style == "csv")

    def tell_written(self, count: int | None = None, noun: str = "article") -> None:
        """Say that the file is there, with how many hits are in it."""
        if self.file is not None:
            from khabar.render.messages import counted, say

            language, file, style = self.look.language, self.file, self.style
            if count is None:
                complain(say("written to", language, file=file, format=style))
                return
            total = counted(count, noun, language)
            complain(say("articles written to", language, count=total, file=file, format=style))

    def _put_page(self, page: str) -> None:
        if self.file is not None:
            self.put_lines([page])
        if not self.opened:
            if self.file is None:
                write([page])
            return
        import webbrowser

        path = self.file
        if path is None:
            import tempfile

            # Stays there: the browser reads it when it is ready to.
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", prefix="khabar-", suffix=".html", delete=False
            ) as file:
                file.write(page)
            path = Path(file.name)
        if not webbrowser.open(path.resolve().as_uri()):
            complain(f"no browser could be opened; the page is {path}")


def _uncoloured(view: RenderableType) -> list[str]:
    """What a terminal would show, as lines without colours."""
    import io

    from rich.console import Console

    file = io.StringIO()
    Console(file=file, highlight=False, markup=False, emoji=False, no_color=True, width=100).print(view)
    return file.getvalue().splitlines()


def _ordered(lines: Iterable[str], look: Look) -> Iterable[str]:
    """Plain lines, in visual order if that is asked for: a name and what is behind it apart, and each
    column."""
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
        _to_stdout(f"{line}\n")
    _to_stdout("", flush=True)


def _to_stdout(text: str, *, flush: bool = False) -> None:
    try:
        sys.stdout.write(text)
        if flush:
            sys.stdout.flush()
    except OSError as error:
        raise OSError(error.errno, error.strerror, "stdout") from error


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
        from khabar.render.pager import knows_links, pager_command, through_pager
        from khabar.render.typed import is_typed_ahead

        command = pager_command(os.environ)
        # What was typed meanwhile is for the next prompt, and a pager would swallow it.
        if command and not is_typed_ahead(sys.stdin):
            from khabar.render.links import without_links

            paged = text if "\x1b]8;" not in text or knows_links(command) else without_links(text)
            if through_pager(paged, command):
                return
    _to_stdout(text, flush=True)


def complain(message: str) -> None:
    """Write a line to stderr in the language that is spoken, after the program's name. A
    reader who went away is no reason to fail."""
    from khabar.render.text import wrapped
    from khabar.spelling import printable

    if spoken() == "ar":
        from khabar.render.arabic import arabic

        message = arabic(message)
    line = f"khabar: {printable(message)}"
    if is_terminal(sys.stderr):
        import shutil

        line = wrapped(line, shutil.get_terminal_size().columns)
    complain_lines(line)


def complain_lines(lines: str) -> None:
    """Write lines to stderr as they are. A reader who went away is no reason to fail."""
    try:
        sys.stderr.write(f"{lines}\n")
        sys.stderr.flush()
    except OSError:
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Let a standard stream lead nowhere, after an error in writing to it; otherwise Python would report the
    same error once more when it exits."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):
        # A text in memory, in place of the stream.
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
