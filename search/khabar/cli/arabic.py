"""What click says, in Arabic: help, and what is wrong with a command line. Imported only where Arabic is
spoken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import click

from khabar.render.arabic import arabic
from khabar.render.arabic_help import HELP

__all__ = ["ArabicFormatter", "mistake_lines", "texts_of_help"]

#: What click adds to an option's help: «[default: 10; x>=1]».
_EXTRA = re.compile(r"(.*?)(?:\s+\[([^\[\]]+)\])?", re.DOTALL)


class ArabicFormatter(click.HelpFormatter):
    """Writes a help page in Arabic."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        translated = " ".join(arabic(word) for word in args.split(" "))
        super().write_usage(prog, translated, f"{arabic('Usage:')} ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(arabic(heading))

    def write_text(self, text: str) -> None:
        super().write_text("\n\n".join(_paragraphs(text)))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _about(text)) for name, text in rows], col_max, col_spacing)


def texts_of_help(text: str) -> Iterator[str]:
    """The pieces of a help text that are looked up: paragraphs, and lines of examples that are not
    commands."""
    for paragraph in text.split("\n\n"):
        kept, lines = _lines_of(paragraph)
        if not kept:
            yield " ".join(paragraph.split())
        elif _is_prose(lines):
            yield " ".join(" ".join(lines).split())
        else:
            yield from (line.strip() for line in lines if not _is_example(line))


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        kept, lines = _lines_of(paragraph)
        joined = " ".join(" ".join(lines).split())
        if not kept or _is_prose(lines):
            yield HELP.get(joined, joined)
        else:
            yield "\b\n" + "\n".join(map(_line, lines))


def _lines_of(paragraph: str) -> tuple[bool, list[str]]:
    """Whether the lines of a paragraph are kept as they are (click's \\b), and the lines."""
    lines = [line for line in paragraph.split("\n") if line.strip()]
    kept = bool(lines) and lines[0].strip() == "\b"
    return kept, lines[1:] if kept else lines


def _is_prose(lines: Sequence[str]) -> bool:
    """Whether lines that are kept are sentences, with the line breaks of the English text."""
    return not any(line.startswith(" ") for line in lines)


def _is_example(line: str) -> bool:
    return line.startswith("  ") and line.strip() not in HELP


def _line(line: str) -> str:
    text = line.strip()
    return line[: len(line) - len(line.lstrip())] + HELP.get(text, text)


def _about(text: str) -> str:
    """The help of an option or a command, with what click adds to it."""
    whole = HELP.get(" ".join(text.split()))
    if whole is None:
        whole = _shortened(text)
    if whole is not None:
        return whole
    match = _EXTRA.fullmatch(text)
    said, extra = (match[1], match[2]) if match else (text, None)
    said = HELP.get(" ".join(said.split()), said)
    if not extra:
        return said
    return f"{said}  [{'؛ '.join(arabic(each) for each in extra.split('; '))}]"


def _shortened(text: str) -> str | None:
    """The line of a command in a list: its first sentence, which click has cut at the end of a line."""
    beginning = text.removesuffix("...").removesuffix(".")
    said = next((said for english, said in HELP.items() if english.startswith(beginning)), None)
    return said and f"{said.partition('. ')[0].removesuffix('.')}."


def mistake_lines(error: click.ClickException) -> Iterator[str]:
    """The lines about a wrong command line: usage, where to find help, and what is wrong."""
    ctx = getattr(error, "ctx", None)
    if isinstance(error, click.UsageError) and ctx is not None:
        yield ctx.get_usage()
        names = ctx.help_option_names
        if names and ctx.command.get_help_option(ctx) is not None:
            yield arabic(f"Try '{ctx.command_path} {max(names, key=len)}' for help.")
        yield ""
    yield arabic(f"Error: {error.format_message()}")
