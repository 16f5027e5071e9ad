#!/usr/bin/env python3
"""Make the pictures of docs/gallery.md anew: of the terminal as SVG, of the page of ``khabar serve`` as PNG.

python docs/generate_gallery.py            all of them; the page takes Chromium, which Playwright drives
python docs/generate_gallery.py --terminal the pictures of the terminal alone

Every picture is of a real command on the sample corpus, run in a terminal of 88 columns. rich reads the
colours; it is not its own export that draws them, since that puts every coloured piece of a line at a fixed
column, and Arabic words in a line would stand in reverse. Here a line is one text, and whoever shows the
picture puts its words in order, as a terminal does that knows Arabic.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from rich.color import Color, blend_rgb
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
COLUMNS = 88
#: No picture of the page is larger, in bytes.
LARGEST = 150_000


class Shown(NamedTuple):
    """A picture of the terminal: its name, and the commands that are shown in it, with their output."""

    name: str
    commands: tuple[str, ...]


class Visited(NamedTuple):
    """A picture of the page: its name, the address, and the language of the browser."""

    name: str
    path: str
    language: str


TERMINAL = (
    Shown("index", ("khabar index corpus/articles",)),
    Shown("search", ("khabar search رئيس البرلمان -n 2 --legend",)),
    Shown("why", ("khabar why رئيس", "khabar search رئيس البرلمان -n 1 --explain")),
    Shown("explore", ("khabar timeline أسعار رئيس --by month", "khabar facets أسعار --by source")),
    Shown("quote", ("khabar quote 'أنها ستلتزم بوقف إطلاق النار ما دام الطرف الآخر ملتزما به'",)),
    Shown("arabic", ("khabar search 'عنوان:هدنة أو وقف' -n 2 --lang ar",)),
)
PAGE = (
    Visited("page", "/?q=رئيس+البرلمان", "ar"),
    Visited("page-english", "/?q=أسعار", "en"),
    Visited("article", "/article/gulf-01?q=اسعار+النفط", "ar"),
)


def main() -> int:
    """Write the pictures; 1 if a page cannot be shown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--terminal", action="store_true", help="the pictures of the terminal alone")
    parser.add_argument("--into", type=Path, default=PICTURES, metavar="DIR", help="write them here")
    chosen = parser.parse_args()
    chosen.into.mkdir(parents=True, exist_ok=True)
    with newcomers_folder() as folder:
        for shown in TERMINAL:
            picture = drawn([(command, ran(command, folder)) for command in shown.commands])
            (chosen.into / f"{shown.name}.svg").write_text(picture, encoding="utf-8")
        if not chosen.terminal:
            visited(folder, chosen.into)
    return 0


@contextlib.contextmanager
def newcomers_folder() -> Iterator[Path]:
    """A folder with the sample corpus and nothing of whoever makes the pictures. It has the same name each
    time, since the ids of text files depend on their paths.

    Raises:
        FileExistsError: if it is there, of another run.
    """
    folder = Path(tempfile.gettempdir()) / "khabar-gallery"
    folder.mkdir()
    try:
        shutil.copytree(ROOT / "corpus", folder / "corpus")
        (folder / "indexes").mkdir()
        yield folder
    finally:
        shutil.rmtree(folder)


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of a newcomer in front of a terminal with colours."""
    homes = {f"XDG_{each}_HOME": str(folder / each.lower()) for each in ("DATA", "CONFIG", "STATE")}
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "XDG_CACHE_HOME", "KHABAR_CACHE")
        if name in os.environ
    }
    terminal = {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "COLUMNS": str(COLUMNS),
        "LC_ALL": "C.UTF-8",
    }
    return {**kept, **homes, **terminal, "KHABAR_NO_PAGER": "1"}


def ran(command: str, folder: Path) -> str:
    """What a command shows on a terminal, its colours in it.

    Raises:
        RuntimeError: if it ends with another status than 0.
    """
    import pty  # of POSIX alone

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=folder,
        env=surroundings(folder),
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(theirs)
        parts = []
        # Linux says by an error that the other end is closed.
        with contextlib.suppress(OSError):
            while part := os.read(ours, 65536):
                parts.append(part)
        os.close(ours)
        assert process.stderr is not None
        complaint = process.stderr.read().decode()
    if process.returncode != 0:
        raise RuntimeError(f"{command} ended with status {process.returncode}: {complaint}")
    return b"".join(parts).decode().replace("\r\n", "\n")


# pictures of a terminal

SIZE, LEADING, WIDE, MARGIN = 14, 20, 8.43, 16
_BACKGROUND = SVG_EXPORT_THEME.background_color.hex
_FOREGROUND = SVG_EXPORT_THEME.foreground_color
_LINK = re.compile(r"\x1b\]8;.*?(?:\x1b\\|\x07)")


def drawn(sessions: list[tuple[str, str]]) -> str:
    """The picture of commands and what they show."""
    lines: list[Text] = []
    for command, output in sessions:
        lines.append(Text("$ ", "bold green") + Text(command, "bold"))
        lines += [Text.from_ansi(line) for line in _LINK.sub("", output).rstrip("\n").split("\n")]
        lines.append(Text())
    lines.pop()
    width, height = round(COLUMNS * WIDE + 2 * MARGIN), len(lines) * LEADING + 2 * MARGIN
    rows = "\n".join(
        f'<text x="{MARGIN}" y="{MARGIN + SIZE + at * LEADING}">{"".join(_pieces(line))}</text>'
        for at, line in enumerate(lines)
        if line.plain.strip()
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
<style>
text {{
  font: {SIZE}px "DejaVu Sans Mono", Menlo, Consolas, monospace;
  fill: {_FOREGROUND.hex};
  white-space: pre;
}}
</style>
<rect width="100%" height="100%" rx="8" fill="{_BACKGROUND}"/>
{rows}
</svg>
"""


def _pieces(line: Text) -> Iterator[str]:
    """A line as pieces of one look each."""
    for segment in line.render(Console(color_system="truecolor", file=None, width=1000)):
        if not segment.text or segment.text == "\n":
            continue
        style, look = segment.style, []
        if style is not None:
            colour = style.color.get_truecolor(SVG_EXPORT_THEME) if style.color else _FOREGROUND
            if style.reverse:
                colour = (style.bgcolor or Color.default()).get_truecolor(SVG_EXPORT_THEME, foreground=False)
            if style.dim:
                colour = blend_rgb(colour, SVG_EXPORT_THEME.background_color, 0.4)
            if colour != _FOREGROUND:
                look.append(f'fill="{colour.hex}"')
            if style.bold:
                look.append('font-weight="bold"')
            if style.underline:
                look.append('text-decoration="underline"')
        text = escape(segment.text, quote=False)
        yield f"<tspan {' '.join(look)}>{text}</tspan>" if look else text


# pictures of the page


def visited(folder: Path, into: Path) -> None:
    """Serve the index that the commands made, and take pictures of its pages."""
    from playwright.sync_api import sync_playwright

    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        raise SystemExit("there is no Chromium; for the terminal alone: --terminal")
    server = subprocess.Popen(
        [sys.executable, "-m", "khabar", "serve", "--port", "0"],
        cwd=folder,
        env=surroundings(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        address = re.search(r"http://[^\s/]+", said)
        if address is None:
            raise SystemExit(f"the server did not start: {said}")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
            for page in PAGE:
                tab = chromium.new_page(
                    viewport={"width": 1200, "height": 760},
                    locale=page.language,
                    color_scheme="light",
                    extra_http_headers={"Accept-Language": page.language},
                )
                tab.goto(address[0] + page.path)
                tab.wait_for_load_state("networkidle")
                target = into / f"{page.name}.png"
                tab.screenshot(path=target)
                tab.close()
                if target.stat().st_size > LARGEST:
                    raise SystemExit(f"{target} is larger than {LARGEST:,} bytes")
            chromium.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
