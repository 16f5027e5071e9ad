"""Click's help and errors in Arabic. Imported only if the language is Arabic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import click

from khabar.render.arabic import arabic
from khabar.render.arabic_help import HELP

__all__ = ["ArabicFormatter", "about", "mistake_lines", "paragraphs", "texts_of_help"]

#: Click's addition to the help of an option: «[default: 10; x>=1]».
_EXTRA = re.compile(r"(.*?)(?:\s+\[([^\[\]]+)\])?", re.DOTALL)


class ArabicFormatter(click.HelpFormatter):
    """Writes a help page with all texts in Arabic."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        translated = " ".join(arabic(word) for word in args.split(" "))
        super().write_usage(prog, translated, f"{arabic('Usage:')} ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(arabic(heading))

    def write_text(self, text: str) -> None:
        super().write_text("\n\n".join(paragraphs(text)))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, about(text)) for name, text in rows], col_max, col_spacing)


def texts_of_help(text: str) -> Iterator[str]:
    """The parts of a help text that are translated: paragraphs, and the lines of examples that are not
    commands."""
    for paragraph in text.split("\n\n"):
        unwrapped, lines = _lines_of(paragraph)
        if not unwrapped:
            yield " ".join(paragraph.split())
        elif _is_prose(lines):
            yield " ".join(" ".join(lines).split())
        else:
            yield from (line.strip() for line in lines if not _is_example(line))


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a help text in Arabic."""
    for paragraph in text.split("\n\n"):
        unwrapped, lines = _lines_of(paragraph)
        joined = " ".join(" ".join(lines).split())
        if not unwrapped or _is_prose(lines):
            yield HELP.get(joined, joined)
        else:
            yield "\b\n" + "\n".join(map(_line, lines))


def _lines_of(paragraph: str) -> tuple[bool, list[str]]:
    """Whether the lines of a paragraph must not be wrapped (click's \\b), and the lines."""
    lines = [line for line in paragraph.split("\n") if line.strip()]
    unwrapped = bool(lines) and lines[0].strip() == "\b"
    return unwrapped, lines[1:] if unwrapped else lines


def _is_prose(lines: Sequence[str]) -> bool:
    """Whether unwrapped lines are sentences, whose line breaks fit only the English text."""
    return not any(line.startswith(" ") for line in lines)


def _is_example(line: str) -> bool:
    return line.startswith("  ") and line.strip() not in HELP


def _line(line: str) -> str:
    text = line.strip()
    return line[: len(line) - len(line.lstrip())] + HELP.get(text, text)


def about(text: str) -> str:
    """The description of an option or command in Arabic, with click's addition."""
    whole = HELP.get(" ".join(text.split()))
    if whole is None:
        whole = _shortened(text)
    if whole is not None:
        return whole
    match = _EXTRA.fullmatch(text)
    description, extra = (match[1], match[2]) if match else (text, None)
    description = HELP.get(" ".join(description.split()), description)
    if not extra:
        return description
    return f"{description}  [{'؛ '.join(arabic(part) for part in extra.split('; '))}]"


def _shortened(text: str) -> str | None:
    """The description of a command in a list: its first sentence, which click cuts at the end of a line."""
    beginning = text.removesuffix("...").removesuffix(".")
    help = next((arabic for english, arabic in HELP.items() if english.startswith(beginning)), None)
    return help and f"{help.partition('. ')[0].removesuffix('.')}."


def mistake_lines(error: click.ClickException) -> Iterator[str]:
    """The lines for a wrong command line: usage, where to find help, and the error."""
    ctx = getattr(error, "ctx", None)
    if isinstance(error, click.UsageError) and ctx is not None:
        yield ctx.get_usage()
        names = ctx.help_option_names
        if names and ctx.command.get_help_option(ctx) is not None:
            yield arabic(f"Try '{ctx.command_path} {max(names, key=len)}' for help.")
        yield ""
    yield arabic(f"Error: {error.format_message()}")
