"""``khabar man``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from khabar.cli.output_options import only_lang_option
from khabar.cli.parsing import Command, found_command
from khabar.errors import SettingsUnavailable
from khabar.render.messages import counted, say
from khabar.render.output import complain, is_terminal, write
from khabar.speaking import LANGUAGES, spoken

__all__ = ["command"]


@click.command(
    "man",
    cls=Command,
    epilog="""\b
Examples:
  khabar man search
  khabar man alert run
  khabar man --install ~/.local/share/man
  khabar man search > khabar-search.1
  khabar man --output pages --lang ar""",
)
@click.argument("names", metavar="[COMMAND]...", nargs=-1)
@click.option(
    "--install",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write all pages, in English and Arabic, into this folder of manual pages (man1, ar/man1).",
)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write all pages, in the language of messages, into this folder.",
)
@only_lang_option
@click.pass_context
def command(ctx: click.Context, names: tuple[str, ...], install: Path | None, folder: Path | None) -> int:
    """Show the manual page of a command, or write all of them.

    The pages are made from the same texts as --help. On a terminal, man shows the page, if it is installed;
    a pipe or file gets the source for man and groff. Pages have the date of $SOURCE_DATE_EPOCH, or none.
    """
    from khabar.cli.manual import file_name, pages_of, source

    if names and (install or folder):
        raise click.UsageError("--install and --output write all pages: leave the command out")
    root = ctx.find_root()
    if install or folder:
        files: dict[Path, str] = {}
        if install:
            for language in LANGUAGES:
                base = install / "ar" if language == "ar" else install
                files |= {base / "man1" / file_name(path): text for path, text in pages_of(root, language)}
        if folder:
            files |= {folder / file_name(path): text for path, text in pages_of(root, spoken())}
        _write(files)
        count = counted(len(files), "page", spoken())
        complain(say("pages written", spoken(), count=count, folder=install or folder))
        return 0
    page = source(found_command(root, names), spoken())
    if not (is_terminal(sys.stdout) and _shown(page)):
        write([page.removesuffix("\n")])
    return 0


def _write(files: dict[Path, str]) -> None:
    """Write files, each in one step."""
    from khabar.replacing import make_folder, replace_file

    for path, text in files.items():
        try:
            make_folder(path.parent)
            replace_file(path, [text.encode()])
        except OSError as error:
            raise SettingsUnavailable(path, error, "written") from error


def _shown(page: str) -> bool:
    """Show a page with man; False if it cannot."""
    import shutil
    import subprocess
    import tempfile

    program = shutil.which("man")
    if program is None:
        return False
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".1") as file:
        file.write(page)
        file.flush()
        return subprocess.run([program, "-l", file.name], check=False).returncode == 0
