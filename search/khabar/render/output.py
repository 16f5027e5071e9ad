"""Writes output. Everything else in this room only makes strings and renderables."""

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
    """The format for a file's suffix; None if it is not one of ``formats``. The longest suffix counts:
    ``.csl.json``, not ``.json``."""
    name = f"file{path.name}".lower()
    suffixes = [suffix for suffix, style in SUFFIXES.items() if style in formats and name.endswith(suffix)]
    return SUFFIXES[max(suffixes, key=len)] if suffixes else None


def is_terminal(stream: TextIO) -> bool:
    """Whether a stream is a terminal."""
    return stream.isatty()


class Output(msgspec.Struct, frozen=True):
    """Where and how a command's result goes.

    Attributes:
        style: the format: one of :data:`FORMATS` or :data:`CITATIONS`, ``xlsx``, or that of a plug-in.
        look: theme, language and order of letters.
        pager: whether output longer than the screen goes through the user's pager.
        opened: whether a page is opened in the browser instead of being written to stdout.
        file: a file to write instead of stdout, in full or not at all.
        command: the command that has the result, such as ``khabar search``.
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
        """Whether the output is for people, not for programs."""
        return self.style in ("rich", "plain", "html")

    def put(self, view: View, count: int | None = None, noun: str = "article") -> None:
        """Write a result.

        Args:
            view: the result.
            count: the number of items in it, for the message about a written file.
            noun: what the items are.
        """
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
        """Write rows as a spreadsheet, and report what a sheet cannot hold."""
        from khabar.render.files import write_bytes
        from khabar.render.spreadsheet import workbook

        assert self.file is not None
        content, notes = workbook(rows, self.look)
        write_bytes(self.file, [content])
        for note in notes:
            complain(note)

    def put_lines(self, lines: Iterable[str]) -> None:
        """Write lines that already have the right format."""
        if self.file is None:
            write(lines)
        else:
            from khabar.render.files import write_file

            # The mark tells spreadsheets that a table is in UTF-8.
            write_file(self.file, lines, mark=self.style == "csv")

    def tell_written(self, count: int | None = None, noun: str = "article") -> None:
        """Report that the file was written, and the number of items in it."""
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

            # The file is not deleted: the browser may read it later.
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", prefix="khabar-", suffix=".html", delete=False
            ) as file:
                file.write(page)
            path = Path(file.name)
        if not webbrowser.open(path.resolve().as_uri()):
            complain(f"no browser could be opened; the page is {path}")


def _uncoloured(view: RenderableType) -> list[str]:
    """Rich output as lines without colours, for a file."""
    import io

    from rich.console import Console

    file = io.StringIO()
    Console(file=file, highlight=False, markup=False, emoji=False, no_color=True, width=100).print(view)
    return file.getvalue().splitlines()


def _ordered(lines: Iterable[str], look: Look) -> Iterable[str]:
    """Plain lines, in visual order if the look asks for that. The name of a field and the columns are
    reordered separately."""
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
    """Write lines to stdout and flush them, so that an error such as a closed pipe is raised here."""
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
    """Write a rich renderable to stdout: coloured on a terminal, plain elsewhere. NO_COLOR and TERM=dumb are
    respected.

    Args:
        view: the renderable.
        pager: whether to use the user's pager if stdout is a terminal with fewer lines than the output.
    """
    import shutil

    from rich.console import Console

    # rich assumes 80 columns for every dumb terminal.
    screen = shutil.get_terminal_size()
    width = screen.columns if os.environ.get("TERM") == "dumb" else None
    # Texts are data: rich must not style numbers and paths, nor interpret markup.
    console = Console(highlight=False, markup=False, emoji=False, width=width)
    # Captured, because rich exits with its own status when the reader of a pipe goes away.
    with console.capture() as capture:
        console.print(view)
    text = capture.get()
    if pager and is_terminal(sys.stdout) and text.count("\n") >= screen.lines:
        from khabar.render.pager import knows_links, pager_command, through_pager
        from khabar.render.typeahead import is_typed_ahead

        command = pager_command(os.environ)
        # A pager would swallow what was typed ahead for the next prompt.
        if command and not is_typed_ahead(sys.stdin):
            from khabar.render.links import without_links

            paged = text if "\x1b]8;" not in text or knows_links(command) else without_links(text)
            if through_pager(paged, command):
                return
    _to_stdout(text, flush=True)


def complain(message: str) -> None:
    """Write a message to stderr, in the language of the run and after the program's name. If stderr cannot be
    written to, it is silenced."""
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
    """Write lines to stderr unchanged. If stderr cannot be written to, it is silenced."""
    try:
        sys.stderr.write(f"{lines}\n")
        sys.stderr.flush()
    except OSError:
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Redirect a standard stream to nowhere after an error in writing to it; otherwise Python would report
    the error again when it exits."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):
        # The stream was replaced by one in memory.
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
