"""The manual pages of the commands, made from click's help."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from khabar._version import __version__
from khabar.cli.parsing import no_such_command
from khabar.render.roff import Definitions, Example, Page, Paragraph, Section, roff

__all__ = ["file_name", "found_command", "pages_of", "source"]

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
    "Every option can be set in the environment, as $KHABAR_, the command and the option, such as "
    "$KHABAR_SEARCH_LIMIT; and in a file: see khabar config.",
    "يمكن تعيين كل خيار في متغيرات البيئة باسم ‎$KHABAR_‎ ثم الأمر ثم الخيار، مثل ‎$KHABAR_SEARCH_LIMIT‎، "
    "وفي ملف: انظر khabar config.",
)


class _Recorder(click.HelpFormatter):
    """Keeps what click writes as help, in place of laying it out."""

    def __init__(self) -> None:
        super().__init__()
        self.usage = ""
        #: the help of the command, then what stands at its end
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


def found_command(root: click.Context, names: Sequence[str]) -> click.Context:
    """The context of a command by its names; of khabar itself without any."""
    place = root
    for position, name in enumerate(names):
        group = place.command
        found = group.get_command(place, name) if isinstance(group, click.Group) else None
        if found is None:
            if isinstance(group, click.Group):
                place.fail(no_such_command(group, place, names[position:]))
            raise click.UsageError(f"{place.command_path} has no commands in it")
        place = _inside(place, name, found)
    return place


def _inside(place: click.Context, name: str, command: click.Command) -> click.Context:
    return command.context_class(command, info_name=name, parent=place)


def pages_of(root: click.Context, language: str) -> Iterator[tuple[str, str]]:
    """The page of khabar and of every command: the name of each, such as ``khabar alert run``, and its
    source."""
    yield root.command_path, source(root, language)
    if isinstance(root.command, click.Group):
        for name in root.command.list_commands(root):
            command = root.command.get_command(root, name)
            assert command is not None
            yield from pages_of(_inside(root, name, command), language)


def file_name(path: str) -> str:
    """The file of a page.

    >>> file_name("khabar alert run")
    'khabar-alert-run.1'
    """
    return f"{path.replace(' ', '-')}.1"


def source(place: click.Context, language: str) -> str:
    """The source of a command's page in a language."""
    arabic = language == "ar"
    recorder = _Recorder()
    with _english():
        place.command.format_help(place, recorder)
        short = place.command.get_short_help_str(200)
    say = _in_arabic if arabic else _in_english
    name = place.command_path.replace(" ", "-")
    text, *end = [*recorder.texts, ""][: len(recorder.texts) or 1]
    parts: dict[str, Sequence[Paragraph | Example | Definitions]] = {
        "name": [Paragraph(f"{name} - {say(short).removesuffix('.')}")],
        "usage": [Paragraph(_usage(recorder.usage, arabic=arabic))],
        "text": list(_parts(text, arabic=arabic)),
        **{
            heading: [Definitions([(term, _about(about, arabic=arabic)) for term, about in rows])]
            for heading, rows in recorder.lists.items()
        },
        **{key: parts for each in end for key, parts in _end(each, arabic=arabic)},
        "settings": [Paragraph(_SETTINGS[arabic])],
        "others": [Paragraph(_others(place))],
    }
    sections = [Section(titles[arabic], parts[key]) for key, titles in _HEADINGS.items() if parts.get(key)]
    return roff(Page(name, _date(), __version__, sections, arabic))


@contextmanager
def _english() -> Iterator[None]:
    """Click's own words in English: they are put into Arabic here."""
    from khabar.speaking import speak, spoken

    before = spoken()
    speak("en")
    try:
        yield
    finally:
        speak(before)


def _in_english(text: str) -> str:
    return text


def _in_arabic(text: str) -> str:
    from khabar.cli.arabic import about

    return about(text)


def _usage(text: str, *, arabic: bool) -> str:
    from khabar.render.arabic import translated

    return " ".join(translated(word, "ar" if arabic else "en") for word in text.split(" "))


def _about(text: str, *, arabic: bool) -> str:
    return (_in_arabic if arabic else _in_english)(text)


def _parts(text: str, *, arabic: bool) -> Iterator[Paragraph | Example]:
    """A help text: paragraphs, and lines that click keeps as they are."""
    from khabar.cli.arabic import paragraphs

    for paragraph in paragraphs(text) if arabic else text.split("\n\n"):
        first, *lines = paragraph.split("\n")
        if first.strip() == "\b":
            yield Example(lines)
        elif paragraph.strip():
            yield Paragraph(paragraph)


def _end(text: str, *, arabic: bool) -> Iterator[tuple[str, list[Paragraph | Example]]]:
    """What stands at the end of a help: examples, and what the exit statuses mean."""
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


def _others(place: click.Context) -> str:
    """The pages that belong to this one: of the group that it is in, and of the commands in it."""
    names = [place.parent.command_path] if place.parent is not None else []
    if isinstance(place.command, click.Group):
        names += [f"{place.command_path} {each}" for each in place.command.list_commands(place)]
    return ", ".join(f"{name.replace(' ', '-')}(1)" for name in names)


def _date() -> str:
    """The day of $SOURCE_DATE_EPOCH, by which builds are reproducible; "" without it."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds.isascii() or not seconds.isdigit():
        return ""
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
