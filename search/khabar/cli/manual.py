"""The manual pages of the commands, made from click's help."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from khabar._version import __version__
from khabar.cli.parsing import inner_context
from khabar.render.roff import Definitions, Example, Page, Paragraph, Section, roff

__all__ = ["file_name", "pages_of", "source"]

#: The headings of a page, in English and in Arabic.
_HEADINGS = {
    "name": ("NAME", "الاسم"),
    "usage": ("SYNOPSIS", "الاستعمال"),
    "text": ("DESCRIPTION", "الوصف"),
    "Options": ("OPTIONS", "الخيارات"),
    "Commands": ("COMMANDS", "الأوامر"),
    "examples": ("EXAMPLES", "أمثلة"),
    "status": ("EXIT STATUS", "حالة الخروج"),
    "settings": ("ENVIRONMENT", "متغيرات البيئة"),
    "others": ("SEE ALSO", "انظر أيضًا"),
}
_SETTINGS = (
    "Every option can be set in the environment, by a variable named after the command and the option, such "
    "as $KHABAR_SEARCH_LIMIT, or in the settings file: see khabar config.",
    "يمكن ضبط كل خيار بمتغير بيئة يتألف اسمه من ‎$KHABAR_‎ ثم الأمر ثم الخيار، مثل ‎$KHABAR_SEARCH_LIMIT‎، "
    "أو في ملف الإعدادات: انظر khabar config.",
)


class _Recorder(click.HelpFormatter):
    """Collects the parts of click's help instead of laying them out."""

    def __init__(self) -> None:
        super().__init__()
        self.usage = ""
        #: the help of the command, then its epilog
        self.texts: list[str] = []
        self.lists: dict[str, list[tuple[str, str]]] = {}
        self._heading = ""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        self.usage = f"{prog} {args}".strip()

    def write_heading(self, heading: str) -> None:
        self._heading = heading

    def write_text(self, text: str) -> None:
        self.texts.append(text)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        self.lists.setdefault(self._heading, []).extend(rows)


def pages_of(root: click.Context, language: str) -> Iterator[tuple[str, str]]:
    """The pages of khabar and of every command: the name of the command, such as ``khabar alert run``, and
    the source of its page."""
    yield root.command_path, source(root, language)
    if isinstance(root.command, click.Group):
        for name in root.command.list_commands(root):
            command = root.command.get_command(root, name)
            assert command is not None
            yield from pages_of(inner_context(root, name, command), language)


def file_name(path: str) -> str:
    """The file of a page.

    >>> file_name("khabar alert run")
    'khabar-alert-run.1'
    """
    return f"{path.replace(' ', '-')}.1"


def source(ctx: click.Context, language: str) -> str:
    """The source of a command's page in a language."""
    arabic = language == "ar"
    recorder = _Recorder()
    with _english():
        ctx.command.format_help(ctx, recorder)
        short = ctx.command.get_short_help_str(200)
    name = ctx.command_path.replace(" ", "-")
    text, *epilogs = recorder.texts or [""]
    parts: dict[str, Sequence[Paragraph | Example | Definitions]] = {
        "name": [Paragraph(f"{name} - {_about(short, arabic=arabic).removesuffix('.')}")],
        "usage": [Paragraph(_usage(recorder.usage, arabic=arabic))],
        "text": list(_parts(text, arabic=arabic)),
        **{
            heading: [Definitions([(term, _about(about, arabic=arabic)) for term, about in rows])]
            for heading, rows in recorder.lists.items()
        },
        **{key: part for epilog in epilogs for key, part in _epilog_parts(epilog, arabic=arabic)},
        "settings": [Paragraph(_SETTINGS[arabic])],
        "others": [Paragraph(_related_pages(ctx))],
    }
    sections = [Section(titles[arabic], parts[key]) for key, titles in _HEADINGS.items() if parts.get(key)]
    return roff(Page(name, _date(), __version__, sections, arabic))


@contextmanager
def _english() -> Iterator[None]:
    """Make click write its help in English, which this module translates."""
    from khabar.speaking import speak, spoken

    before = spoken()
    speak("en")
    try:
        yield
    finally:
        speak(before)


def _usage(text: str, *, arabic: bool) -> str:
    from khabar.render.arabic import translated

    options = "[OPTIONS]"
    return text.replace(options, translated(options, "ar" if arabic else "en"))


def _about(text: str, *, arabic: bool) -> str:
    if not arabic:
        return text
    from khabar.cli.arabic import about

    return about(text)


def _parts(text: str, *, arabic: bool) -> Iterator[Paragraph | Example]:
    """The parts of a help text: paragraphs, and lines that click does not wrap."""
    from khabar.cli.arabic import paragraphs

    for paragraph in paragraphs(text) if arabic else text.split("\n\n"):
        first, *lines = paragraph.split("\n")
        if first.strip() == "\b":
            yield Example(lines)
        elif paragraph.strip():
            yield Paragraph(paragraph)


def _epilog_parts(text: str, *, arabic: bool) -> Iterator[tuple[str, list[Paragraph | Example]]]:
    """The parts of an epilog, each with the key of its section: examples, exit statuses, and other text."""
    for paragraph in text.split("\n\n"):
        lines = [line for line in paragraph.split("\n") if line.strip() not in ("", "\b")]
        if not lines:
            continue
        if lines[0].startswith("Exit status"):
            yield "status", list(_parts(" ".join(lines), arabic=arabic))
        elif lines[0].startswith(("Example", "From ")):
            yield "examples", list(_parts("\b\n" + "\n".join(lines), arabic=arabic))
        else:
            yield "text", list(_parts(paragraph, arabic=arabic))


def _related_pages(ctx: click.Context) -> str:
    """The pages of the group that contains a command, and of the commands that it contains."""
    names = [ctx.parent.command_path] if ctx.parent is not None else []
    if isinstance(ctx.command, click.Group):
        names += [f"{ctx.command_path} {name}" for name in ctx.command.list_commands(ctx)]
    return ", ".join(f"{name.replace(' ', '-')}(1)" for name in names)


def _date() -> str:
    """The day of $SOURCE_DATE_EPOCH, which makes builds reproducible; "" if it is not set."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds.isascii() or not seconds.isdigit():
        return ""
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
